//! Dates within texts and addresses, and what they mean in a list.
//!
//! [`find`] only collects candidates. `05/06/2018` alone could be either day; [`settle`] reads all dates of a list
//! in the same order of day and month, if only one order fits them all. A date that stays ambiguous is no date.

mod address;
mod calendars;
mod months;
mod partial;
mod ranges;

pub use address::{of_address, year_of_address};
pub use partial::{Partial, without_year, year_of};

use crate::feed::date;
use crate::release::{Date, Precision};

/// Longer texts are not searched for dates.
const LONGEST: usize = 400;
/// The years of the Buddhist era that are read, and their distance.
const BUDDHIST: std::ops::Range<u32> = 2400..2700;
const BUDDHIST_ERA: u32 = 543;
/// The years that numbers in a text or an address may mean.
const YEARS: std::ops::Range<u32> = 1900..2101;
/// The most words around the name of a month that may belong to the date.
const BEFORE: usize = 3;
const AFTER: usize = 4;

/// A date as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raw {
    /// A date that means one day or month.
    Known(Date),
    /// Three numbers whose order is not known, and the mark between them.
    Numbers([u32; 3], char),
    /// A time relative to an unknown one: 6 hours ago.
    Relative,
}

/// A date in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub raw: Raw,
    /// Where it starts and ends, in characters.
    pub range: (usize, usize),
    /// Whether the text is hardly more than the date.
    pub is_alone: bool,
}

/// Finds the dates in a text, in order. A range of days counts as its first day.
pub fn find(text: &str) -> Vec<Found> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let mut chars: Vec<char> = text.chars().map(plain).collect();
    ranges::keep_first_days(&mut chars);
    let chars = chars;
    if !chars.iter().any(char::is_ascii_digit) {
        return Vec::new();
    }
    let mut found: Vec<(usize, usize, Raw)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match numeric(&chars, at) {
            Some((end, raw)) => {
                found.push((at, end, raw));
                at = end;
            }
            None => at += 1,
        }
    }
    if found.is_empty() {
        named(&chars, &mut found);
    }
    if found.is_empty() && is_relative(&chars) {
        found.push((0, chars.len(), Raw::Relative));
    }
    let said = |from: usize, to: usize| chars[from..to].iter().filter(|c| c.is_alphanumeric()).count();
    let all = said(0, chars.len());
    let is_two_digit = |raw: Raw| matches!(raw, Raw::Numbers([_, _, year], _) if year < 100);
    found
        .into_iter()
        .map(|(start, end, raw)| {
            // A place may follow the date.
            let is_first = start == 0 && all <= 60 && chars.get(end).is_none_or(|c| ",|·•–-;".contains(*c));
            Found { raw, range: (start, end), is_alone: is_first || said(start, end) * 2 >= all }
        })
        // Numbers with points within a text may be a version.
        .filter(|found| !is_two_digit(found.raw) || said(found.range.0, found.range.1) == all)
        .filter(|found| !is_month(found.raw) || said(found.range.0, found.range.1) * 4 >= all * 3)
        .collect()
}

fn is_month(raw: Raw) -> bool {
    matches!(raw, Raw::Known(date) if date.precision() < Precision::Day)
}

/// Converts the digits of all scripts, and wide characters, to ASCII.
fn plain(c: char) -> char {
    let zeros = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];
    let digit = zeros.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
    match (digit, c) {
        (Some(digit), _) => char::from_digit(digit, 10).unwrap_or(c),
        (None, '\u{ff0f}') => '/',
        (None, '\u{ff0e}') => '.',
        (None, '\u{2010}'..='\u{2015}' | '\u{ff0d}') => '-',
        (None, '\u{a0}') => ' ',
        _ => c,
    }
}

/// Reads three numbers with marks between them.
fn numeric(chars: &[char], start: usize) -> Option<(usize, Raw)> {
    let before = start.checked_sub(1).map(|before| chars[before]);
    if before.is_some_and(|c| c.is_ascii_alphanumeric() || "/-_.=&%#,$€£".contains(c)) {
        return None;
    }
    let mut at = start;
    let era = calendars::era_before(chars, start);
    let first = match era {
        Some(_) => number_of_era(chars, &mut at)?,
        None => number(chars, &mut at, 4)?,
    };
    let mark = mark(chars, &mut at)?;
    let second = number(chars, &mut at, 2)?;
    let next = self::mark(chars, &mut at)?;
    if next != mark && !(matches!(mark, '年' | '년') && matches!(next, '月' | '월')) {
        return None;
    }
    let third_at = at;
    let third = number(chars, &mut at, 4)?;
    let digits = |value: (u32, usize)| value.1;
    let after = chars.get(at).copied();
    let is_time = after == Some('T') && chars.get(at + 1).is_some_and(char::is_ascii_digit);
    if after.is_some_and(|c| c.is_ascii_alphanumeric() || "/-_%".contains(c)) && !is_time {
        return None;
    }
    // 10.30.15.4
    if after == Some('.') && chars.get(at + 1).is_some_and(char::is_ascii_digit) {
        return None;
    }
    if matches!(after, Some('日' | '일' | '号')) {
        at += 1;
    }
    if let Some(before) = era {
        return Some((at, Raw::Known(day(first.0 + before, second.0, third.0)?)));
    }
    if digits(first) == 4 {
        let date = day(first.0, second.0, third.0)?;
        return (at - third_at <= 3).then_some((at, Raw::Known(date)));
    }
    let is_known = |year: u32| [YEARS, BUDDHIST, calendars::SOLAR].iter().any(|years| years.contains(&year));
    let is_year = digits(third) == 4 && is_known(third.0);
    let is_short = digits(third) == 2 && digits(first) <= 2 && (digits(first) == 2 || digits(second) == 2);
    if digits(first) > 2 || !(is_year || is_short) || matches!(mark, '年' | '년') {
        return None;
    }
    let numbers = [first.0, second.0, third.0];
    ORDERS.iter().any(|order| order.day(numbers).is_some()).then_some((at, Raw::Numbers(numbers, mark)))
}

/// Reads a number of at most so many digits: its value, and how many it has.
fn number(chars: &[char], at: &mut usize, most: usize) -> Option<(u32, usize)> {
    let digits = chars[*at..].iter().take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 || digits > most || digits == 3 {
        return None;
    }
    let value =
        chars[*at..*at + digits].iter().filter_map(|c| c.to_digit(10)).fold(0, |value, digit| value * 10 + digit);
    *at += digits;
    Some((value, digits))
}

/// Reads the year of an era, which has up to three digits.
fn number_of_era(chars: &[char], at: &mut usize) -> Option<(u32, usize)> {
    let digits = chars[*at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let value =
        chars[*at..].iter().take(digits).filter_map(|c| c.to_digit(10)).fold(0, |value, digit| value * 10 + digit);
    *at += digits;
    (1..=3).contains(&digits).then_some((value, digits))
}

/// Reads the mark between two numbers, with blanks where they are usual.
fn mark(chars: &[char], at: &mut usize) -> Option<char> {
    let blanks = |at: usize| chars[at..].iter().take_while(|c| **c == ' ').count().min(2);
    let unit = chars.get(*at + blanks(*at)).copied().filter(|c| "年月년월".contains(*c));
    let mark = unit.or_else(|| chars.get(*at).copied().filter(|c| "-/.".contains(*c)))?;
    *at += 1 + if unit.is_some() { blanks(*at) } else { 0 };
    if mark == '.' || unit.is_some() {
        *at += blanks(*at);
    }
    (*at < chars.len()).then_some(mark)
}

/// Makes a day, of the Buddhist era and the Persian calendar too.
fn day(year: u32, month: u32, day: u32) -> Option<Date> {
    if calendars::SOLAR.contains(&year) {
        return calendars::of_solar(year, month, day);
    }
    let year = if BUDDHIST.contains(&year) { year - BUDDHIST_ERA } else { year };
    YEARS.contains(&year).then(|| Date::from_ymd(year.cast_signed(), month, day))?
}

/// Finds dates with the name of a month.
fn named(chars: &[char], found: &mut Vec<(usize, usize, Raw)>) {
    let words = words(chars);
    let mut free = 0;
    for at in 0..words.len() {
        if words[at].month == Month::None || at < free {
            continue;
        }
        if let Some((first, last, date)) = around(chars, &words, at, free) {
            let (first, date) = ranges::begun_before(chars, &words, first, date).unwrap_or((first, date));
            let end = words[last].end;
            let marks = chars[..end].iter().rev().take_while(|c| !c.is_alphanumeric()).count();
            found.push((words[first].start, end - marks, Raw::Known(date)));
            free = last + 1;
        }
    }
}

/// What a word may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Month {
    None,
    /// A month in a language that [`date`] knows.
    Known,
    /// A month in another language.
    Other(u32),
}

struct Word {
    start: usize,
    end: usize,
    month: Month,
    /// Its value and digits, if it is a number.
    number: Option<(u32, usize)>,
    is_time: bool,
}

fn words(chars: &[char]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_whitespace() {
            at += 1;
            continue;
        }
        let length = chars[at..].iter().take_while(|c| !c.is_whitespace()).count();
        let text: String = chars[at..at + length].iter().collect();
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric() && !is_mark(c));
        let ordinal = bare.trim_end_matches(|c: char| c.is_alphabetic() || c == 'º' || c == 'ª');
        let is_number = (1..=4).contains(&ordinal.len()) && ordinal.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| ordinal.parse().ok().map(|value| (value, ordinal.len()))).flatten();
        let parts = || bare.split(|c: char| !c.is_alphabetic() && !is_mark(c) && c != '.');
        let month = if number.is_some() {
            Month::None
        } else if parts().any(|part| date::is_month(part.trim_matches('.'))) {
            Month::Known
        } else {
            parts().find_map(months::other).map_or(Month::None, Month::Other)
        };
        words.push(Word { start: at, end: at + length, month, number, is_time: text.contains(':') });
        at += length;
    }
    words
}

/// Whether a character joins those around it to one letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{64b}'..='\u{65f}')
}

/// Reads the date around the name of a month: the fewest words that make a day, or a month that is all of the text.
fn around(chars: &[char], words: &[Word], at: usize, free: usize) -> Option<(usize, usize, Date)> {
    if let Month::Other(month) = words[at].month {
        return with_other(words, at, month);
    }
    let last = words.len() - 1;
    let mut whole = None;
    for length in 0..=BEFORE + AFTER {
        for first in at.saturating_sub(BEFORE).max(free)..=at {
            let end = first + length;
            if end < at || end > (at + AFTER).min(last) {
                continue;
            }
            let window = &words[first..=end];
            if window.iter().any(|word| word.is_time) || !is_plausible(window, at - first) {
                continue;
            }
            let text: String = chars[words[first].start..words[end].end].iter().collect();
            let text = text.trim_matches(|c: char| !c.is_alphanumeric());
            let Some(date) = date::parse(text) else { continue };
            if date.precision() == Precision::Day {
                return Some((first, end, date));
            }
            if date.precision() == Precision::Month {
                whole.get_or_insert((first, end, date));
            }
        }
    }
    whole
}

/// Whether a year ends the numbers of these words, or begins them before the month.
fn is_plausible(window: &[Word], month: usize) -> bool {
    let is_glued = window.len() == 1;
    let year = window.iter().position(|word| word.number.is_some_and(|(_, digits)| digits == 4));
    let last = window.iter().rposition(|word| word.number.is_some());
    is_glued || year.is_some_and(|year| year < month || Some(year) == last)
}

/// Reads `18 month 2569` and `month 18, 2569`.
fn with_other(words: &[Word], at: usize, month: u32) -> Option<(usize, usize, Date)> {
    let is_day = |at: &usize| words[*at].number.is_some_and(|(day, digits)| digits < 3 && (1..=31).contains(&day));
    let before = at.checked_sub(1).filter(is_day);
    let year =
        (at + 1..(at + 4).min(words.len())).find(|at| words[*at].number.is_some_and(|(_, digits)| digits == 4))?;
    let day_at = before.or_else(|| Some(at + 1).filter(|after| *after < year).filter(is_day))?;
    let date = day(words[year].number?.0, month, words[day_at].number?.0)?;
    Some((day_at.min(at), year, date))
}

/// Words of texts such as "6 hours ago".
const AGO: [&str; 12] =
    [" ago", "hace ", "il y a ", "vor ", " назад", " fa", " geleden", " sedan", " siden", " önce", "há ", "temu"];

fn is_relative(chars: &[char]) -> bool {
    let text: String = chars.iter().take(60).flat_map(|c| c.to_lowercase()).collect();
    chars.len() <= 40 && (AGO.iter().any(|word| text.contains(word)) || text.ends_with(['前', '전']))
}

/// The order of day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Dmy,
    Mdy,
    Ymd,
}

const ORDERS: [Order; 3] = [Order::Dmy, Order::Mdy, Order::Ymd];

impl Order {
    fn day(self, [one, two, three]: [u32; 3]) -> Option<Date> {
        let (year, month, day) = match self {
            Self::Dmy => (three, two, one),
            Self::Mdy => (three, one, two),
            Self::Ymd if three < 100 => (one, two, three),
            Self::Ymd => return None,
        };
        let year = match year {
            0..70 => 2000 + year,
            70..100 => 1900 + year,
            year => year,
        };
        self::day(year, month, day)
    }
}

/// Reads the dates of a list in the order that fits them all. `language` is that of the page, as a tag.
pub fn settle(found: &[Option<Raw>], language: &str) -> Vec<Option<Date>> {
    let numbers: Vec<([u32; 3], char)> = found
        .iter()
        .filter_map(|raw| match raw {
            Some(Raw::Numbers(numbers, mark)) => Some((*numbers, *mark)),
            _ => None,
        })
        .collect();
    let order = order_of(&numbers, language);
    let read = |raw: &Option<Raw>| match raw {
        Some(Raw::Known(date)) => Some(*date),
        // Both orders mean the same day.
        Some(Raw::Numbers(numbers, _)) if order.is_none() && numbers[0] == numbers[1] && numbers[2] > 99 => {
            Order::Dmy.day(*numbers)
        }
        Some(Raw::Numbers(numbers, _)) => order?.day(*numbers),
        Some(Raw::Relative) | None => None,
    };
    found.iter().map(read).collect()
}

fn order_of(numbers: &[([u32; 3], char)], language: &str) -> Option<Order> {
    let fits = |order: &Order| numbers.iter().all(|(numbers, _)| order.day(*numbers).is_some());
    let fitting: Vec<Order> = ORDERS.into_iter().filter(fits).collect();
    let fit = |order| Some(order).filter(|order| fitting.contains(order));
    if let [only] = fitting[..] {
        return Some(only);
    }
    let tag = language.to_ascii_lowercase();
    let (tongue, region) = tag.split_once(['-', '_']).unwrap_or((&tag, ""));
    let is_short = numbers.iter().all(|(numbers, _)| numbers[2] < 100);
    match tongue {
        "zh" | "ja" | "ko" | "hu" | "lt" | "mn" if is_short => return fit(Order::Ymd),
        "zh" | "ja" | "ko" | "" => {}
        "en" => match region {
            "gb" | "au" | "nz" | "ie" | "in" | "za" => return fit(Order::Dmy),
            _ => {}
        },
        _ => return fit(Order::Dmy),
    }
    // A list is sorted by date: one order may sort it where the other does not.
    let is_sorted = |order: &Order| {
        let days: Vec<Date> = numbers.iter().filter_map(|(numbers, _)| order.day(*numbers)).collect();
        let is_one = |is: fn(i64, i64) -> bool| days.windows(2).all(|two| is(two[0].instant(), two[1].instant()));
        days.len() > 3 && (is_one(|a, b| a >= b) || is_one(|a, b| a <= b))
    };
    let mut sorted = fitting.iter().copied().filter(is_sorted);
    let only = sorted.next().filter(|_| sorted.next().is_none());
    only.or_else(|| if numbers.iter().all(|(_, mark)| *mark == '.') { fit(Order::Dmy) } else { None })
}

#[cfg(test)]
mod tests;
