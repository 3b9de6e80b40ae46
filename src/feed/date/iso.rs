//! ISO 8601, RFC 3339 and W3CDTF, as specified and as databases print them. Allocates nothing.

use chrono::{Datelike, NaiveDate, Weekday};

use super::parts::Parts;
use super::zone;

/// Parses `YYYY-MM`, `YYYY-MM-DD`, a week (`2018-W45-2`) or ordinal date (`2018-310`), and a day with a time after `T`
/// or a space, with or without offset. Returns `None` for other forms.
pub(super) fn read(text: &[u8]) -> Option<Parts> {
    if text.get(..8).is_some_and(|day| day.iter().all(u8::is_ascii_digit)) {
        return compact(text);
    }
    let (year, rest) = number(text, 4)?;
    let (year, rest) = (year.cast_signed(), rest.strip_prefix(b"-")?);
    if let Some(week) = rest.strip_prefix(b"W") {
        return of_week(year, week);
    }
    if let Some((ordinal, b"")) = number(rest, 3) {
        return Some(of_day(NaiveDate::from_yo_opt(year, ordinal)?));
    }
    let (month, rest) = number(rest, 2)?;
    let month = Parts { year, month: Some(month), ..Parts::default() };
    if rest.is_empty() {
        return Some(month);
    }
    let (day, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let day = Parts { day: Some(day), ..month };
    match rest.split_first() {
        None => Some(day),
        Some((b'T' | b't', [hour @ b'0'..=b'9', minute @ b'0'..=b'9', after @ ..])) if !after.starts_with(b":") => {
            with_time(day, bare_time(&rest[1..]).or_else(|| just_hour([*hour, *minute], after))?)
        }
        Some((b'T' | b't' | b' ', rest)) => with_time(day, time(rest)?),
        // A day in XML Schema may have a zone.
        Some(_) => zone::offset(rest).map(|_| day),
    }
}

/// Parses `20181106`, `20181106T103000Z`, `20181106103000`, `201811061030` and `20181106 10:30`.
pub(super) fn compact(text: &[u8]) -> Option<Parts> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest, 2)?;
    let (day, rest) = number(rest, 2)?;
    let day = Parts { year: year.cast_signed(), month: Some(month), day: Some(day), ..Parts::default() };
    match rest {
        [] => Some(day),
        [b'T' | b't' | b' ', rest @ ..] => with_time(day, time(rest).or_else(|| bare_time(rest))?),
        _ => with_time(day, bare_time(rest)?),
    }
}

fn of_week(year: i32, week: &[u8]) -> Option<Parts> {
    let (week, rest) = number(week, 2)?;
    let weekday = match rest {
        [] => Weekday::Mon,
        [b'-', day @ b'1'..=b'7'] => Weekday::try_from(day - b'1').ok()?,
        _ => return None,
    };
    Some(of_day(NaiveDate::from_isoywd_opt(year, week, weekday)?))
}

fn of_day(day: NaiveDate) -> Parts {
    Parts { year: day.year(), month: Some(day.month()), day: Some(day.day()), ..Parts::default() }
}

fn with_time(day: Parts, (second, rest): (u32, &[u8])) -> Option<Parts> {
    let rest = rest.trim_ascii();
    let offset = if rest.is_empty() { 0 } else { zone::offset(rest)? };
    Some(Parts { second: Some(second), offset, ..day })
}

/// Parses `T10Z` and `T10+01`.
fn just_hour(hour: [u8; 2], rest: &[u8]) -> Option<(u32, &[u8])> {
    let (hour, _) = number(&hour, 2)?;
    (hour < 24).then_some((hour * 3600, rest))
}

/// Parses exactly `digits` digits. Returns the number and the rest.
pub(super) fn number(text: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(digits)?;
    let mut value = 0;
    for byte in head {
        value = value * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some((value, rest))
}

/// Parses `H:MM` and `HH:MM[:SS[.fraction]]`. Returns the second of the day and the rest. `24:00` is the end of the
/// day.
pub(super) fn time(text: &[u8]) -> Option<(u32, &[u8])> {
    let (hour, rest) = number(text, 2).or_else(|| number(text, 1))?;
    let (minute, mut rest) = number(rest.strip_prefix(b":")?, 2)?;
    let mut second = 0;
    if let Some(more) = rest.strip_prefix(b":") {
        (second, rest) = number(more, 2)?;
        rest = after_fraction(rest);
    }
    Some((second_of_day(hour, minute, second)?, rest))
}

/// Parses `HHMM[SS[.fraction]]`.
fn bare_time(text: &[u8]) -> Option<(u32, &[u8])> {
    let (hour, rest) = number(text, 2)?;
    let (minute, rest) = number(rest, 2)?;
    let (second, rest) = number(rest, 2).unwrap_or((0, rest));
    Some((second_of_day(hour, minute, second)?, after_fraction(rest)))
}

/// Skips a fraction of a second, if there is one. SQL Server separates it with a colon.
fn after_fraction(rest: &[u8]) -> &[u8] {
    match rest.split_first() {
        Some((b'.' | b',' | b':', fraction)) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            &fraction[digits..]
        }
        _ => rest,
    }
}

/// Returns the second of the day; a leap second counts as the second before it.
pub(super) fn second_of_day(hour: u32, minute: u32, second: u32) -> Option<u32> {
    let is_time = (hour < 24 && minute < 60 && second <= 60) || (hour, minute, second) == (24, 0, 0);
    is_time.then(|| hour * 3600 + minute * 60 + second.min(59))
}
