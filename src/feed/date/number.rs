//! Dates that are a single number.

use chrono::DateTime;

use super::parts::Parts;
use super::{Unread, iso};
use crate::release::{Date, YEARS};

/// The years of compact dates such as `20181106`.
const COMPACT_YEARS: std::ops::Range<i64> = 1900..2101;
/// 1973-03-03 in seconds since 1970. Smaller numbers are more likely something else, such as a day without its leading
/// zero.
const FIRST_SECOND: i64 = 100_000_000;

/// Reads a year, a month as `201811`, a day as `20181106`, a time as `20181106103000`, or seconds, milliseconds,
/// microseconds or nanoseconds since 1970. A number in the form of an invalid day or month is not read as a time.
///
/// # Errors
/// Returns [`Unread::NoDate`] for 0 and for years outside the range of releases, otherwise [`Unread::NotADate`].
pub(super) fn read(number: i64) -> Result<Date, Unread> {
    let part = |unit: i64| u32::try_from(number / unit % 100).ok();
    let year = |unit: i64| i32::try_from(number / unit).unwrap_or(0);
    match number {
        0 => return Err(Unread::NoDate),
        // The last day and the last second of the year 9999, in seconds and in milliseconds.
        253_402_214_400 | 253_402_300_799 | 253_402_214_400_000 | 253_402_300_799_000..=253_402_300_799_999 => {
            return Err(Unread::NoDate);
        }
        1..10_000 => return Date::from_year(i32::try_from(number).unwrap_or(0)).ok_or(Unread::NotADate),
        190_000..210_100 => return Parts { year: year(100), month: part(1), ..Parts::default() }.date(),
        19_000_000..21_010_000 => {
            return Parts { year: year(10_000), month: part(100), day: part(1), ..Parts::default() }.date();
        }
        _ => {}
    }
    let digits = number.to_string();
    if matches!(digits.len(), 12 | 14) && COMPACT_YEARS.contains(&(number / 10_i64.pow(digits.len() as u32 - 4))) {
        return iso::compact(digits.as_bytes()).ok_or(Unread::NotADate)?.date();
    }
    if (0..FIRST_SECOND).contains(&number) {
        return Err(Unread::NotADate);
    }
    // Each unit starts at the number that means 1973 in it; in the next finer unit, that number is not reached before
    // 5138.
    let seconds = match number {
        -100_000_000_000..100_000_000_000 => number,
        ..-100_000_000_000 | 100_000_000_000..100_000_000_000_000 => number.div_euclid(1_000),
        100_000_000_000_000..100_000_000_000_000_000 => number.div_euclid(1_000_000),
        _ => number.div_euclid(1_000_000_000),
    };
    let time = DateTime::from_timestamp(seconds, 0).ok_or(Unread::NotADate)?;
    if !YEARS.contains(&chrono::Datelike::year(&time)) {
        return Err(Unread::NoDate);
    }
    Parts::of_utc(time.naive_utc()).date()
}
