//! Dates as publishers write them.
//!
//! RFC 3339 and ISO days are read by hand, first and fast; everything else goes through one tokenizer that knows
//! RFC 2822, English month names and numeric orders. The publisher's wall clock and offset are kept. Where an order of
//! day and month could be either, nothing is guessed: no date is better than a wrong one.

use chrono::{DateTime, Datelike, NaiveDate};

use crate::release::Date;

/// Longer texts are no dates; it also bounds the work.
const LONGEST: usize = 80;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Zone names with their offset from UTC in minutes: those of RFC 2822 and the commonest others.
const ZONES: [(&str, i32); 18] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("eest", 180),
    ("jst", 540),
    ("kst", 540),
];

/// Reads a date in any of the forms that are told apart without guessing. `None` for what is no date or no such day.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches([',', ';', '.']).trim_end();
    if text.len() > LONGEST {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return from_number(text.parse().ok()?);
    }
    iso(text.as_bytes()).or_else(|| Parts::default().read(text))
}

/// A year (1000 to 2999), a day as `20181106`, a month as `201811`, else seconds or milliseconds since 1970.
#[must_use]
pub fn from_number(number: i64) -> Option<Date> {
    let plausible = 1900..2100;
    match number {
        1000..=2999 => return Date::from_year(i32::try_from(number).ok()?),
        0..1000 => return None,
        190_000..210_000 => {
            let (year, month) = (number / 100, number % 100);
            if let Some(date) = Date::from_month(i32::try_from(year).ok()?, u32::try_from(month).ok()?) {
                return Some(date);
            }
        }
        _ if plausible.contains(&(number / 10_000)) => {
            let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
            let (month, day) = (u32::try_from(month).ok()?, u32::try_from(day).ok()?);
            if let Some(date) = Date::from_ymd(i32::try_from(year).ok()?, month, day) {
                return Some(date);
            }
        }
        _ => {}
    }
    // A number of seconds reaches this in the year 5138, one of milliseconds did in 1973.
    let seconds = if number.unsigned_abs() < 100_000_000_000 { number } else { number.div_euclid(1000) };
    let utc = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    let second = u32::try_from(seconds.rem_euclid(86_400)).ok()?;
    (0..10_000).contains(&utc.year()).then(|| Date::from_local(utc.date(), second, 0))
}

/// `YYYY-MM`, `YYYY-MM-DD`, and that with a time after `T` or a blank.
fn iso(text: &[u8]) -> Option<Date> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    if rest.is_empty() {
        return Date::from_month(year.cast_signed(), month);
    }
    let (day, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    if rest.is_empty() {
        return Date::from_ymd(year.cast_signed(), month, day);
    }
    if !matches!(rest[0], b'T' | b't' | b' ') {
        return None;
    }
    let (second, rest) = time(&rest[1..])?;
    let rest = rest.trim_ascii();
    let offset = if rest.is_empty() { 0 } else { zone(rest)? };
    Some(Date::from_local(NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?, second, offset))
}

/// Exactly `digits` digits and what follows.
fn number(text: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(digits)?;
    let mut value = 0;
    for byte in head {
        value = value * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some((value, rest))
}

/// `H:MM`, `HH:MM[:SS[.fraction]]`: the second of the day, and what follows.
fn time(text: &[u8]) -> Option<(u32, &[u8])> {
    let (hour, rest) = number(text, 2).or_else(|| number(text, 1))?;
    let (minute, mut rest) = number(rest.strip_prefix(b":")?, 2)?;
    let mut second = 0;
    if let Some(more) = rest.strip_prefix(b":") {
        (second, rest) = number(more, 2)?;
        if let Some(fraction) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            rest = &fraction[digits..];
        }
    }
    (hour < 24 && minute < 60 && second <= 60).then_some((hour * 3600 + minute * 60 + second, rest))
}

/// `Z`, a name, `+09:00`, `+0900`, `+09`, `GMT+0900`: minutes ahead of UTC. RFC 2822 wants names that nobody knows
/// read as UTC.
fn zone(text: &[u8]) -> Option<i32> {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (name, rest) = text.split_at(letters);
    let named =
        ZONES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(_, minutes)| *minutes);
    if rest.is_empty() {
        let halves_of_the_day = [b"am", b"pm"].iter().any(|half| half.eq_ignore_ascii_case(name));
        return (letters <= 5 && !halves_of_the_day).then(|| named.unwrap_or(0));
    }
    if letters > 0 && named != Some(0) {
        return None;
    }
    let sign = match rest[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = number(&rest[1..], 2)?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { number(rest, 2)? };
    (rest.is_empty() && hours < 24 && minutes < 60).then(|| sign * (hours * 60 + minutes).cast_signed())
}

/// What the words of a date have told so far.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    second: Option<u32>,
    afternoon: Option<bool>,
    offset: Option<i32>,
}

impl Parts {
    fn read(mut self, text: &str) -> Option<Date> {
        // A comment in brackets names the zone once more: "+0000 (UTC)".
        let text = text.split_once('(').map_or(text, |(before, _)| before);
        // The weekday in any language: it says nothing more.
        let text = text.split_once(',').map_or(text, |(before, after)| {
            let is_word = before.chars().all(char::is_alphabetic) && named(before, &MONTHS).is_none();
            if is_word && after.trim_start().starts_with(|c: char| c.is_ascii_digit()) { after } else { text }
        });
        for word in text.split([' ', ',', '\t', '\u{a0}']).map(|word| word.trim_end_matches('.')) {
            if !word.is_empty() {
                self.word(word)?;
            }
        }
        let (year, month) = (self.year?, self.month?);
        let Some(day) = self.day else {
            return if self.second.is_none() { Date::from_month(year, month) } else { None };
        };
        let Some(second) = self.second else { return Date::from_ymd(year, month, day) };
        let second = match self.afternoon {
            None => second,
            Some(_) if !(3600..13 * 3600).contains(&second) => return None,
            Some(afternoon) => second % (12 * 3600) + if afternoon { 12 * 3600 } else { 0 },
        };
        Some(Date::from_local(NaiveDate::from_ymd_opt(year, month, day)?, second, self.offset.unwrap_or(0)))
    }

    /// Takes one word; `None` where it does not belong into a date.
    fn word(&mut self, word: &str) -> Option<()> {
        let bytes = word.as_bytes();
        if word.contains(':') && bytes[0].is_ascii_digit() {
            let (second, rest) = time(bytes)?;
            set(&mut self.second, second)?;
            return if rest.is_empty() { Some(()) } else { self.after_time(rest) };
        }
        if bytes[0] == b'+' || (bytes[0] == b'-' && self.second.is_some()) {
            return set(&mut self.offset, zone(bytes)?);
        }
        if bytes[0].is_ascii_digit() {
            return self.digits(word);
        }
        if let Some(month) = named(word, &MONTHS) {
            return set(&mut self.month, month);
        }
        if named(word, &WEEKDAYS).is_some() || ["of", "at", "on", "the"].iter().any(|w| w.eq_ignore_ascii_case(word)) {
            return Some(());
        }
        if self.second.is_some() { self.after_time(bytes) } else { None }
    }

    fn after_time(&mut self, word: &[u8]) -> Option<()> {
        match word.to_ascii_lowercase().as_slice() {
            b"am" | b"a.m" => set(&mut self.afternoon, false),
            b"pm" | b"p.m" => set(&mut self.afternoon, true),
            _ => set(&mut self.offset, zone(word)?),
        }
    }

    /// A day, a year, or a whole date in numbers.
    fn digits(&mut self, word: &str) -> Option<()> {
        if let Some((day, rest)) = word.split_once('-')
            && let Some((month, year)) = rest.split_once('-')
            && let Some(month) = named(month, &MONTHS)
        {
            set(&mut self.month, month)?;
            set(&mut self.day, small(day)?)?;
            return set(&mut self.year, full_year(year)?);
        }
        if let Some(mark) = word.chars().find(|c| matches!(c, '/' | '.' | '-')) {
            let (year, month, day) = ordered(word, mark)?;
            set(&mut self.month, month)?;
            set(&mut self.day, day)?;
            return set(&mut self.year, year);
        }
        let count = word.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, suffix) = word.split_at_checked(count)?;
        if ["st", "nd", "rd", "th"].iter().any(|s| s.eq_ignore_ascii_case(suffix)) || (count <= 2 && self.day.is_none())
        {
            return if count <= 2 && (suffix.is_empty() || suffix.len() == 2) {
                set(&mut self.day, small(digits)?)
            } else {
                None
            };
        }
        if suffix.is_empty() { set(&mut self.year, full_year(digits)?) } else { None }
    }
}

/// Fills what is empty; a date says nothing twice.
fn set<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.is_none().then(|| *slot = Some(value))
}

/// The number, from 1, of a name given in full or by three letters ("Sept" too).
fn named(word: &str, names: &[&str]) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    let fits =
        |name: &&str| word.len() >= 3 && name.starts_with(&word) && (word.len() <= 4 || name.len() == word.len());
    names.iter().zip(1..).find(|(name, _)| fits(name)).map(|(_, number)| number)
}

fn small(digits: &str) -> Option<u32> {
    (digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// Two digits as RFC 2822 wants them: 00 to 49 are of this century.
fn full_year(digits: &str) -> Option<i32> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        2 if year < 50 => Some(year + 2000),
        2 | 3 => Some(year + 1900),
        _ => None,
    }
}

/// Year, month and day of a date in three numbers. Only points put the day first for certain.
fn ordered(word: &str, mark: char) -> Option<(i32, u32, u32)> {
    let mut parts = word.split(mark);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if first.len() == 4 {
        return Some((full_year(first)?, small(second)?, small(third)?));
    }
    let (year, a, b) = (full_year(third).filter(|_| third.len() == 4)?, small(first)?, small(second)?);
    match mark {
        '.' => Some((year, b, a)),
        _ if a > 12 || a == b => Some((year, b, a)),
        _ if b > 12 => Some((year, a, b)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Precision;

    fn shown(text: &str) -> String {
        let Some(date) = parse(text) else { return "none".to_owned() };
        let day = date.day();
        match (date.precision(), date.time()) {
            (Precision::Year, _) => day.format("%Y").to_string(),
            (Precision::Month, _) => day.format("%Y-%m").to_string(),
            (_, None) => day.format("%Y-%m-%d").to_string(),
            (_, Some((hour, minute))) => {
                format!("{} {hour:02}:{minute:02} {:+}", day.format("%Y-%m-%d"), date.offset_minutes())
            }
        }
    }

    #[test]
    fn publishers_dates_are_read() {
        for (text, expected) in [
            ("2018-11-06", "2018-11-06"),
            ("2018-11", "2018-11"),
            ("2018", "2018"),
            ("20181106", "2018-11-06"),
            ("2018-11-06T10:30:00Z", "2018-11-06 10:30 +0"),
            ("2018-11-06t10:30:00.123456+09:00", "2018-11-06 10:30 +540"),
            ("2018-11-06 10:30", "2018-11-06 10:30 +0"),
            ("2018-11-06T10:30+0900", "2018-11-06 10:30 +540"),
            ("2018-11-06 10:30:00 -05", "2018-11-06 10:30 -300"),
            ("2018-11-06 10:30:00 UTC", "2018-11-06 10:30 +0"),
            ("2018-11-06 10:30 PM", "2018-11-06 22:30 +0"),
            ("mer, 16 nov 2022 00:38:15 +0100", "2022-11-16 00:38 +60"),
            ("2018-12-31T23:59:60Z", "2018-12-31 23:59 +0"),
            ("Tue, 06 Nov 2018 10:30:00 +0100", "2018-11-06 10:30 +60"),
            ("6 Nov 2018 10:30 EST", "2018-11-06 10:30 -300"),
            ("Tue, 6 Nov 18 10:30:00 GMT", "2018-11-06 10:30 +0"),
            ("Tue, 06 Nov 2018 10:30:00 +0000 (UTC)", "2018-11-06 10:30 +0"),
            ("Tue Nov 06 2018 10:30:00 GMT+0100 (CET)", "2018-11-06 10:30 +60"),
            ("Tue Nov  6 10:30:00 2018", "2018-11-06 10:30 +0"),
            ("Tuesday, 06-Nov-18 10:30:00 GMT", "2018-11-06 10:30 +0"),
            ("06 November 2018,", "2018-11-06"),
            ("6 Nov 2018", "2018-11-06"),
            ("November 6, 2018", "2018-11-06"),
            ("Sept. 6th, 2018", "2018-09-06"),
            ("Nov. 6, 2018 10:30 AM", "2018-11-06 10:30 +0"),
            ("Nov 6, 2018 at 12:05am EDT", "2018-11-06 00:05 -240"),
            ("November 2018", "2018-11"),
            ("2018/11/06", "2018-11-06"),
            ("2018/11/06 10:30", "2018-11-06 10:30 +0"),
            ("06.11.2018", "2018-11-06"),
            ("13/11/2018", "2018-11-13"),
            ("11/13/2018", "2018-11-13"),
            ("11/11/2018", "2018-11-11"),
            ("1541462400", "2018-11-06 00:00 +0"),
            ("1541462400000", "2018-11-06 00:00 +0"),
            (" 2018-11-06 ", "2018-11-06"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "today",
            "2018-02-30",
            "2018-13-01",
            "2018-11-06T25:00",
            "06/11/2018",
            "30 Feb 2018",
            "November",
            "6 November",
            "10:30",
            "0000-00-00",
            "0",
            "12",
            "2018-11-06 and so on",
            "6 7 8 9",
            "13:30 PM 6 Nov 2018",
            "November 6, 2018 November",
            "ⅷ.11.2018",
            "99999999999999999999",
            "١٢/١٣/٢٠١٨",
        ] {
            assert_eq!(shown(text), "none", "{text}");
        }
    }

    #[test]
    fn numbers_are_years_days_or_instants() {
        let shown = |number| shown(&i64::to_string(&number));
        assert_eq!(shown(1999), "1999");
        assert_eq!(shown(201_811), "2018-11");
        assert_eq!(shown(20_181_306), "1970-08-22 13:55 +0");
        assert_eq!(from_number(-86_400).map(Date::days_since_epoch), Some(-1));
        assert_eq!(from_number(i64::MIN), None);
        assert_eq!(from_number(i64::MAX), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}", number: i64) {
            let _ = (parse(&text), from_number(number));
        }

        #[test]
        fn near_dates_do_not_panic(text in "[0-9A-Za-z+:., /-]{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_was_read_prints_as_what_reads_back(text in "(19|20)[0-9]{2}(-[01][0-9](-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]([+-][0-2][0-9]:[0-5][0-9]|Z))?)?)?", number in -200_000_000_000i64..400_000_000_000_000) {
            for date in [parse(&text), from_number(number), from_number(number / 1000)].into_iter().flatten() {
                proptest::prop_assert_eq!(parse(&date.to_string()), Some(date));
            }
        }

        #[test]
        fn every_day_reads_back(days in 0i64..60_000) {
            let day = DateTime::from_timestamp(days * 86_400, 0).expect("a day").date_naive();
            for form in ["%Y-%m-%d", "%d %B %Y", "%b %-d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%a, %d %b %Y"] {
                let date = parse(&day.format(form).to_string()).expect(form);
                proptest::prop_assert_eq!(i64::from(date.days_since_epoch()), days);
            }
        }
    }
}
