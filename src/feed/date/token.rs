//! Splits a date into numbers, words and times.

use std::borrow::Cow;

use super::iso::{self, second_of_day};

/// A piece of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Number(Number),
    /// Numbers with the same separator between them: `13/11/2025`, `10.30`.
    Numbers {
        numbers: Vec<Number>,
        mark: char,
    },
    /// Second of the day.
    Time(u32),
    /// A word, an offset or a zone, and whether a comma follows.
    Word(&'t str, bool),
}

/// A number and its notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub value: u32,
    pub digits: usize,
    /// Whether a point follows.
    pub is_pointed: bool,
    /// Whether it is written as an ordinal: `1st`, `1er`, `1º`.
    pub is_ordinal: bool,
}

/// Suffixes of ordinal day numbers.
const ORDINALS: [&str; 20] = [
    "st", "nd", "rd", "th", "er", "ere", "ère", "re", "e", "eme", "ème", "º", "ª", "°", "o", "a", "ste", "de", ":e",
    ":a",
];
/// Words after an hour.
pub(super) const HOURS: [&str; 11] = ["h", "hs", "hrs", "hours", "uhr", "uur", "u", "o'clock", "ч", "год", "óra"];

/// Converts a text to ASCII digits, punctuation and plain spaces; Chinese, Japanese and Korean units become separators.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut skips_blanks = false;
    // A unit ends its number: 5日月曜日.
    let mut is_counted = false;
    for c in text.chars() {
        let follows_digit = !is_counted && out.trim_end().ends_with(|c: char| c.is_ascii_digit());
        let mark = match c {
            '年' | '月' | '년' | '월' if follows_digit => Some('-'),
            '時' | '时' | '點' | '点' | '시' | '分' | '분' if follows_digit => Some(':'),
            '日' | '號' | '号' | '일' | '秒' | '초' if follows_digit => Some(' '),
            _ => None,
        };
        if let Some(mark) = mark {
            out.truncate(out.trim_end().len());
            // 10時5分7秒: a clock has two digits.
            if matches!(c, '分' | '분' | '秒' | '초') && out.len() >= 2 && out.as_bytes()[out.len() - 2] == b':' {
                out.insert(out.len() - 1, '0');
            }
            out.push(mark);
            skips_blanks = mark != ' ';
            is_counted = mark == ' ';
            continue;
        }
        match c {
            // Directional marks, which some browsers print.
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {}
            c if c.is_whitespace() => {
                if !skips_blanks {
                    out.push(' ');
                }
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            '、' | '،' => out.push(','),
            '’' | '‘' | 'ʼ' | '´' => out.push('\''),
            '\u{FF01}'..='\u{FF5E}' => out.extend(char::from_u32(u32::from(c) - 0xFF01 + 0x21)),
            c => {
                // 午後3時: a word and a number.
                if c.is_ascii_digit() && out.ends_with(|c: char| !c.is_ascii() && c.is_alphabetic()) {
                    out.push(' ');
                }
                out.push(c);
            }
        }
        skips_blanks &= c.is_whitespace();
        is_counted &= c.is_whitespace() || !c.is_ascii_digit();
    }
    out.into()
}

/// Removes bracketed text. Returns the rest, and the content of the first brackets.
pub(super) fn without_brackets(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let Some(start) = text.find(['(', '[']) else { return (text.into(), None) };
    let mut rest = String::with_capacity(text.len());
    let (mut depth, mut end) = (0_u32, text.len());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                end = end.min(at);
                rest.push(' ');
            }
            _ if depth == 0 => rest.push(c),
            _ => {}
        }
    }
    (rest.into(), text.get(start + 1..end))
}

/// Returns the pieces of a text, or `None` if a piece cannot be part of a date.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::with_capacity(8);
    for list in text.split_inclusive(',') {
        let (words, has_comma) = list.strip_suffix(',').map_or((list, false), |words| (words, true));
        for word in words.split_ascii_whitespace() {
            push(word, &mut tokens)?;
        }
        if let Some(Token::Word(_, comma)) = tokens.last_mut() {
            *comma = has_comma;
        }
    }
    Some(tokens)
}

fn push<'t>(word: &'t str, tokens: &mut Vec<Token<'t>>) -> Option<()> {
    // A separator alone stands between day and time; Go appends its monotonic clock.
    if word.chars().all(|c| "-|/@·•~;:.".contains(c)) || word.starts_with("m=") {
        return Some(());
    }
    let bare = word.trim_end_matches(['.', ':', ';']);
    // a. m.
    if bare.eq_ignore_ascii_case("m")
        && let Some(Token::Word(half, _)) = tokens.last_mut()
        && let Some(joined) =
            [("a", "am"), ("p", "pm")].into_iter().find(|(letter, _)| half.eq_ignore_ascii_case(letter))
    {
        *half = joined.1;
        return Some(());
    }
    match bare.as_bytes().first()? {
        b'0'..=b'9' => digits(bare, word.len() > bare.len() && word.ends_with('.'), tokens),
        b'+' | b'-' => {
            tokens.push(Token::Word(bare, false));
            Some(())
        }
        _ => {
            if pieces(bare, false, tokens).is_none() {
                let article = ["d'", "D'", "l'", "L'"].into_iter().find_map(|article| bare.strip_prefix(article));
                tokens.push(Token::Word(article.filter(|word| !word.is_empty()).unwrap_or(bare), false));
            }
            Some(())
        }
    }
}

/// Reads a piece that begins with a digit.
fn digits<'t>(word: &'t str, is_pointed: bool, tokens: &mut Vec<Token<'t>>) -> Option<()> {
    let count = word.bytes().take_while(u8::is_ascii_digit).count();
    let (head, tail) = word.split_at(count);
    if tail.is_empty() {
        tokens.push(Token::Number(number(word, is_pointed)?));
        return Some(());
    }
    // Day and time in one piece.
    if let Some((day, time)) = word.split_at_checked(10)
        && matches!(iso::read(day.as_bytes()), Some(parts) if parts.day.is_some())
        && let Some(time) = time.strip_prefix(['T', 't', '-', '/', '_'])
        && time.starts_with(|c: char| c.is_ascii_digit())
    {
        return push(day, tokens).and_then(|()| push(time, tokens));
    }
    if let Some((second, rest)) = iso::time(word.as_bytes()) {
        tokens.push(Token::Time(second));
        let rest = word.get(word.len() - rest.len()..)?.trim_start_matches(':');
        return if rest.is_empty() { Some(()) } else { push(rest, tokens) };
    }
    let lower = tail.to_lowercase();
    if ORDINALS.contains(&lower.as_str()) && count <= 2 && !(count == 2 && lower == "h") {
        tokens.push(Token::Number(Number { is_ordinal: true, ..number(head, false)? }));
        return Some(());
    }
    if let Some(second) = with_hours(head, &lower) {
        tokens.push(Token::Time(second));
        return Some(());
    }
    if lower.starts_with(|c: char| c.is_alphabetic()) {
        // 9am, 10h.
        tokens.push(Token::Number(number(head, false)?));
        return push(tail, tokens);
    }
    // The clock of a web server: 05/Nov/2026:10:30:00. That of a camera: 2026:11:05.
    if let Some((day, time)) = word.split_once(':')
        && day.contains('/')
    {
        return push(day, tokens).and_then(|()| push(time, tokens));
    }
    pieces(word, is_pointed, tokens)
}

/// Parses `10h30` or `10u30`. Returns the second of the day. `tail` is the text after the hour.
fn with_hours(hour: &str, tail: &str) -> Option<u32> {
    let minute = tail.strip_prefix(['h', 'u'])?.trim_end_matches("min").trim_end_matches('m');
    (minute.len() == 2).then(|| second_of_day(hour.parse().ok()?, minute.parse().ok()?, 0))?
}

/// Splits at the first separator and all like it: numbers in a row, or `05-Nov-2026` as three tokens.
fn pieces<'t>(word: &'t str, is_pointed: bool, tokens: &mut Vec<Token<'t>>) -> Option<()> {
    let mark = word.chars().find(|c| "/.-:".contains(*c))?;
    let is_number = |piece: &&str| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit());
    if word.split(mark).all(|piece| is_number(&piece)) {
        let numbers = word.split(mark).map(|piece| number(piece, false)).collect::<Option<Vec<_>>>()?;
        tokens.push(Token::Numbers { numbers, mark });
        return Some(());
    }
    // 10.30h, 9.01am: letters directly after a number.
    let letters = word.trim_end_matches(|c: char| c.is_alphabetic());
    if word.starts_with(|c: char| c.is_ascii_digit())
        && letters.len() < word.len()
        && letters.split(mark).all(|piece| is_number(&piece))
    {
        return pieces(letters, false, tokens).and_then(|()| push(word.get(letters.len()..)?, tokens));
    }
    // 5-én: a day with an ending.
    if let Some((day, ending)) = word.split_once('-')
        && is_number(&day)
        && (1..4).contains(&ending.chars().count())
        && super::names::find(&crate::text::fold(ending)).is_none()
    {
        tokens.push(Token::Number(Number { is_ordinal: true, ..number(day, false)? }));
        return Some(());
    }
    let has_number = word.split(mark).any(|piece| is_number(&piece));
    let is_plain = word.split(mark).all(|piece| is_number(&piece) || piece.chars().all(char::is_alphabetic));
    if !has_number || !is_plain || mark == ':' {
        return None;
    }
    for piece in word.split(mark).filter(|piece| !piece.is_empty()) {
        push(piece, tokens)?;
    }
    if let Some(Token::Number(last)) = tokens.last_mut() {
        last.is_pointed |= is_pointed;
    }
    Some(())
}

fn number(digits: &str, is_pointed: bool) -> Option<Number> {
    Some(Number { value: digits.parse().ok()?, digits: digits.len(), is_pointed, is_ordinal: false })
}
