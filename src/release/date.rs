//! The publication date of a release, as its publisher wrote it, in eight bytes.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

/// The years that a release can have. Programs write years outside this range where they have no date (0001, 9999), or
/// by mistake; a single such date would stretch every date range over millennia.
pub const YEARS: RangeInclusive<i32> = 1000..=2200;

/// How precise a [`Date`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year; the day is set to 1 January.
    Year,
    /// Year and month; the day is set to the first.
    Month,
    /// A calendar day.
    Day,
    /// A day with a time.
    Second,
}

const PRECISION_BITS: u32 = 2;
const OFFSET_BITS: u32 = 8;
const SECONDS_A_DAY: u32 = 86_400;
/// The widest offset from UTC: the last quarter hour below 24 hours, the limit of RFC 3339.
const MOST_QUARTERS: i32 = 95;
/// Days from 0001-01-01 to 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

/// A date in the publisher's own calendar. Day and month are the publisher's, so that a release of 1 November in Seoul
/// appears under November everywhere. Dates are ordered by instant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    /// Days since 1970-01-01 in the publisher's calendar.
    day: i32,
    /// From the high bits: second of the day (17 bits), offset from UTC in quarter hours plus 128 (8 bits, never 0, so
    /// that `Option<Date>` takes eight bytes too), precision (2 bits).
    rest: NonZeroU32,
}

impl Date {
    /// Makes a calendar day. Returns `None` if there is no such day, or outside [`YEARS`].
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        Self::pack(NaiveDate::from_ymd_opt(year, month, day)?, 0, 0, Precision::Day)
    }

    /// Makes a month of a year. Returns `None` if there is no such month, or outside [`YEARS`].
    #[must_use]
    pub fn from_month(year: i32, month: u32) -> Option<Self> {
        Self::pack(NaiveDate::from_ymd_opt(year, month, 1)?, 0, 0, Precision::Month)
    }

    /// Makes a whole year. Returns `None` outside [`YEARS`].
    #[must_use]
    pub fn from_year(year: i32) -> Option<Self> {
        Self::pack(NaiveDate::from_ymd_opt(year, 1, 1)?, 0, 0, Precision::Year)
    }

    /// Makes a time on a day of the publisher's calendar. `second` counts from midnight and is below 86,400 (a leap
    /// second is clamped). `offset_minutes` is local time minus UTC, rounded to the quarter hour and within ±23:45.
    /// Returns `None` outside [`YEARS`].
    #[must_use]
    pub fn from_local(day: NaiveDate, second: u32, offset_minutes: i32) -> Option<Self> {
        let quarters = offset_minutes.div_euclid(15).clamp(-MOST_QUARTERS, MOST_QUARTERS);
        Self::pack(day, second.min(SECONDS_A_DAY - 1), quarters, Precision::Second)
    }

    fn pack(day: NaiveDate, second: u32, quarters: i32, precision: Precision) -> Option<Self> {
        let offset = (quarters + 128).unsigned_abs();
        let rest = NonZeroU32::new((((second << OFFSET_BITS) | offset) << PRECISION_BITS) | precision as u32)?;
        YEARS.contains(&day.year()).then(|| Self { day: day.num_days_from_ce() - EPOCH_FROM_CE, rest })
    }

    /// Returns the date as a number for storage. [`Date::from_bits`] reverses this.
    #[must_use]
    pub fn to_bits(self) -> u64 {
        u64::from(self.day.cast_unsigned()) << u32::BITS | u64::from(self.rest.get())
    }

    /// Returns the date stored as this number. Returns `None` if the number is not a date, or outside [`YEARS`]: older
    /// versions stored such dates.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        let day = ((bits >> u32::BITS) as u32).cast_signed();
        let date = Self { day, rest: NonZeroU32::new(bits as u32)? };
        let is_day = day
            .checked_add(EPOCH_FROM_CE)
            .and_then(NaiveDate::from_num_days_from_ce_opt)
            .is_some_and(|day| YEARS.contains(&day.year()));
        let is_offset = date.offset_minutes().abs() <= MOST_QUARTERS * 15;
        (is_day && is_offset && date.second() < SECONDS_A_DAY).then_some(date)
    }

    /// Returns the publisher's calendar day.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.day + EPOCH_FROM_CE).unwrap_or(NaiveDate::MIN)
    }

    /// Returns the days since 1970-01-01 in the publisher's calendar.
    #[must_use]
    pub fn days_since_epoch(self) -> i32 {
        self.day
    }

    /// Returns the publisher's year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.day().year()
    }

    /// Returns how precise the date is.
    #[must_use]
    pub fn precision(self) -> Precision {
        match self.rest.get() & ((1 << PRECISION_BITS) - 1) {
            0 => Precision::Year,
            1 => Precision::Month,
            2 => Precision::Day,
            _ => Precision::Second,
        }
    }

    /// Returns hour and minute on the publisher's clock, if a time was given.
    #[must_use]
    pub fn time(self) -> Option<(u32, u32)> {
        let second = self.second();
        (self.precision() == Precision::Second).then_some((second / 3600, second / 60 % 60))
    }

    /// Returns local time minus UTC in minutes; 0 if no time was given.
    #[must_use]
    pub fn offset_minutes(self) -> i32 {
        let offset = (self.rest.get() >> PRECISION_BITS) & ((1 << OFFSET_BITS) - 1);
        (offset.cast_signed() - 128) * 15
    }

    fn second(self) -> u32 {
        self.rest.get() >> (PRECISION_BITS + OFFSET_BITS)
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z; a date without a time counts from its midnight.
    #[must_use]
    pub fn instant(self) -> i64 {
        i64::from(self.day) * i64::from(SECONDS_A_DAY) + i64::from(self.second())
            - i64::from(self.offset_minutes()) * 60
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares by instant, then by the publisher's day and by precision, so that order agrees with equality.
impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.instant(), self.day, self.rest).cmp(&(other.instant(), other.day, other.rest))
    }
}

/// As precise as it was published: `2018`, `2018-11`, `2018-11-06` or, as RFC 3339, `2018-11-06T10:30:00+09:00`. The
/// feed reader parses it back to the same date.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day();
        write!(f, "{:04}", day.year())?;
        if self.precision() >= Precision::Month {
            write!(f, "-{:02}", day.month())?;
        }
        if self.precision() >= Precision::Day {
            write!(f, "-{:02}", day.day())?;
        }
        if self.precision() < Precision::Second {
            return Ok(());
        }
        let (second, offset) = (self.second(), self.offset_minutes());
        write!(f, "T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        if offset == 0 {
            return f.write_str("Z");
        }
        let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}", offset / 60, offset % 60)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}s {:+}min {:?}", self.day(), self.second(), self.offset_minutes(), self.precision())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_round_trips() {
        let date = Date::from_ymd(2018, 11, 6).expect("a day");
        assert_eq!((date.year(), date.day().month(), date.day().day()), (2018, 11, 6));
        assert_eq!((date.precision(), date.time(), date.offset_minutes()), (Precision::Day, None, 0));
        assert_eq!(date.instant(), 1_541_462_400);
    }

    #[test]
    fn a_time_keeps_the_publishers_clock_and_orders_by_the_instant() {
        let day = NaiveDate::from_ymd_opt(2018, 11, 6).expect("a day");
        let seoul = Date::from_local(day, 8 * 3600 + 59, 9 * 60).expect("a date");
        assert_eq!(seoul.time(), Some((8, 0)));
        assert_eq!(seoul.offset_minutes(), 540);
        assert_eq!(seoul.instant(), 1_541_462_400 - 3600 + 59);
        assert!(seoul < Date::from_ymd(2018, 11, 6).expect("a day"));
        assert_eq!(Date::from_local(day, 86_400, -570).map(Date::offset_minutes), Some(-570));
    }

    #[test]
    fn a_date_prints_as_exact_as_it_is() {
        let day = NaiveDate::from_ymd_opt(2018, 11, 6).expect("a day");
        let shown = |date: Option<Date>| date.map(|date| date.to_string());
        assert_eq!(shown(Date::from_year(2018)).as_deref(), Some("2018"));
        assert_eq!(shown(Date::from_month(1087, 3)).as_deref(), Some("1087-03"));
        assert_eq!(shown(Date::from_ymd(2018, 11, 6)).as_deref(), Some("2018-11-06"));
        assert_eq!(shown(Date::from_local(day, 37_805, 0)).as_deref(), Some("2018-11-06T10:30:05Z"));
        assert_eq!(shown(Date::from_local(day, 37_800, -570)).as_deref(), Some("2018-11-06T10:30:00-09:30"));
        assert_eq!(shown(Date::from_local(day, 0, -1_439)).as_deref(), Some("2018-11-06T00:00:00-23:45"));
    }

    #[test]
    fn a_stored_number_is_the_same_date_or_none() {
        let day = NaiveDate::from_ymd_opt(1918, 11, 6).expect("a day");
        for date in [Date::from_year(1000), Date::from_month(2200, 2), Date::from_local(day, 86_399, -1_425)] {
            let date = date.expect("a date");
            assert_eq!(Date::from_bits(date.to_bits()), Some(date));
        }
        for bits in [0, u64::MAX, u64::from(u32::MAX), 1 << 63 | 128 << 2, 86_400 << 10 | 128 << 2] {
            assert_eq!(Date::from_bits(bits), None, "{bits:x}");
        }
    }

    #[test]
    fn years_out_of_range_are_none() {
        let day = |year| NaiveDate::from_ymd_opt(year, 12, 31).expect("a day");
        for year in [i32::MIN, -44, 0, 1, 999, 2201, 9999, i32::MAX] {
            assert_eq!(
                (Date::from_year(year), Date::from_month(year, 1), Date::from_ymd(year, 1, 1)),
                (None, None, None)
            );
        }
        assert_eq!((Date::from_local(day(999), 0, 0), Date::from_local(day(2201), 0, 0)), (None, None));
        let kept = |day: NaiveDate| u64::from(since_epoch(day).cast_unsigned()) << 32 | (128 << PRECISION_BITS) | 2;
        assert_eq!(Date::from_bits(kept(day(2200))), Date::from_ymd(2200, 12, 31));
        assert_eq!((Date::from_bits(kept(day(1))), Date::from_bits(kept(day(9999)))), (None, None));
    }

    fn since_epoch(day: NaiveDate) -> i32 {
        day.num_days_from_ce() - EPOCH_FROM_CE
    }

    #[test]
    fn impossible_days_are_none() {
        assert_eq!(Date::from_ymd(2018, 2, 29), None);
        assert_eq!(Date::from_month(2018, 13), None);
        assert_eq!(Date::from_year(i32::MAX), None);
    }
}
