//! Dates as publishers write them.
//!
//! RFC 3339 and RFC 822 are parsed by hand, first and fast. Everything else is split into tokens, and names of months
//! and weekdays are looked up in some thirty languages. The publisher's wall clock and offset are kept. Ambiguous dates
//! are not guessed: no date is better than a wrong one. If only the time of day is ambiguous, for example because its
//! zone has several meanings, only the day is kept.

mod iso;
mod languages;
mod names;
mod number;
mod parts;
mod prose;
mod repeated;
mod token;
mod zone;

use parts::Parts;
pub use repeated::RepeatedDate;
use zone::Zone;

use crate::release::Date;

/// Longer texts are not dates. This also bounds the work.
const LONGEST: usize = 160;
const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const WEEKDAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

/// Why a text is not read as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It cannot be parsed, or is ambiguous.
    #[error("is not a date, or is ambiguous")]
    NotADate,
    /// It is what programs write for a missing date, or its year is outside the range of releases.
    #[error("is a placeholder for no date")]
    NoDate,
}

/// The order of day and month in numeric dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// What a text says about the order of day and month in the texts beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing: it is no date, or its form says which is which.
    None,
    /// It is a date in one order and in the other: 03/04/2026.
    Ambiguous,
    /// It is a date in this order alone: 13/04/2026.
    Proves(DayOrder),
}

/// Whether a folded word is the name of a month or its usual abbreviation.
#[must_use]
pub fn is_month_name(word: &str) -> bool {
    names::find(word).is_some_and(|name| name.months.iter().any(|month| month.exact != 0))
}

/// Returns what a text says about the order of day and month.
#[must_use]
pub fn evidence(text: &str) -> Evidence {
    // Most dates begin with a year.
    let text = text.trim();
    let is_candidate = text.len() <= LONGEST && text.contains(['/', '-']) && !is_iso(text);
    if is_candidate { prose::evidence(text) } else { Evidence::None }
}

/// Whether a text begins with a year of four digits.
fn is_iso(text: &str) -> bool {
    text.bytes().take(4).filter(u8::is_ascii_digit).count() == 4
}

/// Reads a date in any unambiguous form. Returns `None` for everything else.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    read(text).ok()
}

/// Reads a date like [`parse`].
///
/// # Errors
/// Returns why there is no date.
pub fn read(text: &str) -> Result<Date, Unread> {
    read_ordered(text, None)
}

/// Reads a date like [`read`], where the texts beside it have settled the order of day and month.
///
/// # Errors
/// Returns why there is no date.
pub fn read_ordered(text: &str, order: Option<DayOrder>) -> Result<Date, Unread> {
    let whole = text.trim();
    let text = whole.trim_end_matches([',', ';', '.']).trim_end();
    if text.len() > LONGEST {
        return Err(Unread::NotADate);
    }
    if let Some(number) = as_number(text) {
        return number::read(number);
    }
    if let Some(parts) = iso::read(text.as_bytes()).or_else(|| rfc822(text.as_bytes())) {
        return if is_zero(text) { Err(Unread::NoDate) } else { parts.date() };
    }
    // PHP counts month 0 and day 0 back from the year 0.
    if is_zero(text) || text.contains("-0001") {
        return Err(Unread::NoDate);
    }
    prose::read(whole, order).ok_or(Unread::NotADate)?.date()
}

/// Whether a word names a month in one of the languages that are known here, or begins such a name.
pub(super) fn is_month(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.len() < 40
        && names::find(&crate::text::fold(word)).is_some_and(|name| !name.months.is_empty())
}

/// Whether a word names a weekday in one of the languages that are known here, or begins such a name.
pub(super) fn is_weekday(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.len() < 40
        && names::find(&crate::text::fold(word)).is_some_and(|name| !name.weekdays.is_empty())
}

/// Reads a number: see `number`.
///
/// # Errors
/// Returns why there is no date.
pub fn from_number(number: i64) -> Result<Date, Unread> {
    number::read(number)
}

/// Returns the number that a text stands for: only digits, with a fraction, or as .NET writes it in JSON:
/// `/Date(1541462400000)/`.
fn as_number(text: &str) -> Option<i64> {
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // A zone after it does not change the instant.
        let end = inner.rfind(['+', '-']).filter(|&at| at > 0).unwrap_or(inner.len());
        return inner.get(..end)?.parse().ok();
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // Two numbers with a point may be a month or a time; seconds since 1970 have at least nine digits.
    let is_whole = fraction.is_empty() || digits.len() >= 9;
    (is_whole && is_number(digits) && is_number(fraction)).then(|| whole.parse().ok())?
}

/// Whether every digit is 0, with at least as many digits as a year.
fn is_zero(text: &str) -> bool {
    text.starts_with('0')
        && text.bytes().all(|b| !matches!(b, b'1'..=b'9'))
        && text.bytes().filter(|b| *b == b'0').count() >= 4
}

/// Parses the RSS form `Tue, 06 Nov 2018 10:30:00 +0100`, with or without the weekday. Returns `None` for all others.
fn rfc822(text: &[u8]) -> Option<Parts> {
    let (weekday, rest) = text.split_at_checked(3)?;
    let rest =
        if WEEKDAYS.iter().any(|name| name.eq_ignore_ascii_case(weekday)) { rest.strip_prefix(b", ")? } else { text };
    let (day, rest) = iso::number(rest, 2).or_else(|| iso::number(rest, 1))?;
    let (month, rest) = rest.strip_prefix(b" ")?.split_at_checked(3)?;
    let month = (1..).zip(MONTHS).find(|(_, name)| name.eq_ignore_ascii_case(month))?.0;
    let (year, rest) = iso::number(rest.strip_prefix(b" ")?, 4)?;
    let (second, zone) = iso::time(rest.strip_prefix(b" ")?)?;
    let day = Parts { year: year.cast_signed(), month: Some(month), day: Some(day), ..Parts::default() };
    let zone = std::str::from_utf8(zone.strip_prefix(b" ")?).ok()?;
    if let Some(offset) = zone::offset(zone.as_bytes()) {
        return Some(Parts { second: Some(second), offset, ..day });
    }
    match zone::named(zone)? {
        Zone::Offset(offset) => Some(Parts { second: Some(second), offset, ..day }),
        Zone::Unknown => Some(day),
    }
}

#[cfg(test)]
mod tests;
