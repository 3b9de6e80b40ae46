//! Ranges of days, which count as their first day.

use super::{Month, Word, is_mark, months};
use crate::feed::date;
use crate::release::{Date, Precision};

/// Blanks the second day of a range that has one month: `12–14 May 2024`.
pub fn keep_first_days(chars: &mut [char]) {
    let mut at = 0;
    while at < chars.len() {
        let digits = |from: usize| chars.iter().skip(from).take_while(|c| c.is_ascii_digit()).take(3).count();
        let blanks = |from: usize| chars.iter().skip(from).take_while(|c| **c == ' ').take(2).count();
        let first = digits(at);
        if first == 0 {
            at += 1;
            continue;
        }
        let dash = at + first + blanks(at + first);
        let second_at = dash + 1 + blanks(dash + 1);
        let second = digits(second_at);
        let end = second_at + second;
        let is_close = second_at == at + first + 1;
        let is_day = |from: usize, count: usize| {
            let value = chars
                .iter()
                .skip(from)
                .take(count)
                .filter_map(|c| c.to_digit(10))
                .fold(0, |all, digit| all * 10 + digit);
            count < 3 && (1..=31).contains(&value)
        };
        let before = at.checked_sub(1).map(|before| chars[before]);
        let is_start = if is_close {
            before.is_none_or(|c| c.is_whitespace() || c == '(')
        } else {
            chars[..at].iter().all(|c| !c.is_alphanumeric())
        };
        let after = chars.get(end).copied();
        let is_end = match after {
            Some(' ' | '.') => is_month_word(&word_after(chars, end)) || is_month_word(&word_before(chars, at)),
            Some(',') => is_month_word(&word_before(chars, at)),
            _ => false,
        };
        let is_range =
            chars.get(dash) == Some(&'-') && is_day(at, first) && is_day(second_at, second) && is_start && is_end;
        if is_range {
            let end = if after == Some(',') { end + 1 } else { end };
            chars[at + first..end].fill(' ');
        }
        at = end.max(at + first);
    }
}

fn word_after(chars: &[char], at: usize) -> String {
    let rest = chars.iter().skip(at).skip_while(|c| matches!(c, ' ' | '.'));
    rest.take_while(|c| c.is_alphabetic() || is_mark(**c)).take(20).collect()
}

fn word_before(chars: &[char], at: usize) -> String {
    let before: Vec<char> = chars[..at].iter().rev().skip_while(|c| matches!(c, ' ' | '.')).take(20).copied().collect();
    before.iter().take_while(|c| c.is_alphabetic() || is_mark(**c)).collect::<Vec<_>>().into_iter().rev().collect()
}

fn is_month_word(word: &str) -> bool {
    date::is_month(word) || months::other(word).is_some()
}

/// Returns where a range that ends with a date begins, and its first day: `28 May – 3 June 2024`.
pub fn begun_before(chars: &[char], words: &[Word], first: usize, last_day: Date) -> Option<(usize, Date)> {
    let dash = first.checked_sub(1).filter(|dash| words[*dash].end - words[*dash].start == 1)?;
    let start = dash.checked_sub(2)?;
    let is_dash = chars[words[dash].start] == '-';
    let month = words[start..dash].iter().filter(|word| word.month != Month::None).count();
    let number = words[start..dash].iter().filter(|word| word.number.is_some()).count();
    if !is_dash || month != 1 || number != 1 {
        return None;
    }
    let text: String = chars[words[start].start..words[dash].start].iter().collect();
    let of_year =
        |year: i32| date::parse(&format!("{} {year}", text.trim())).filter(|day| day.precision() == Precision::Day);
    let day = of_year(last_day.year()).filter(|day| day.instant() <= last_day.instant());
    Some((start, day.or_else(|| of_year(last_day.year() - 1))?))
}
