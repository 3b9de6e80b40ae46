//! The length of time that one bar of the timeline covers, and its boundaries.

use chrono::{Datelike, NaiveDate};

use super::{Period, Span, since_epoch};

/// The size of a bar. The number of a bar depends on its dates alone, not on what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BinSize {
    /// A number of days, counted from a Monday.
    Days(i32),
    /// A number of months, counted from January of year 0.
    Months(i32),
}

/// Days from a Monday to 1970-01-01, a Thursday.
const FROM_MONDAY: i32 = 3;

impl BinSize {
    /// All sizes, finest first: day, week, month, quarter, year, and round numbers of years.
    pub const ALL: [Self; 14] = {
        const YEAR: i32 = 12;
        [
            Self::Days(1),
            Self::Days(7),
            Self::Months(1),
            Self::Months(3),
            Self::Months(YEAR),
            Self::Months(2 * YEAR),
            Self::Months(5 * YEAR),
            Self::Months(10 * YEAR),
            Self::Months(20 * YEAR),
            Self::Months(50 * YEAR),
            Self::Months(100 * YEAR),
            Self::Months(200 * YEAR),
            Self::Months(500 * YEAR),
            Self::Months(1000 * YEAR),
        ]
    };

    /// The next finer size.
    #[must_use]
    pub fn finer(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|&grain| grain < self)
    }

    /// The next coarser size.
    #[must_use]
    pub fn coarser(self) -> Option<Self> {
        Self::ALL.into_iter().find(|&grain| grain > self)
    }

    /// The number of the bar that contains a day, given since 1970-01-01.
    #[must_use]
    pub fn bar(self, day: i32) -> i32 {
        match self {
            Self::Days(count) => (day + FROM_MONDAY).div_euclid(count),
            Self::Months(count) => {
                let date = date(day);
                (date.year() * 12 + date.month0().cast_signed()).div_euclid(count)
            }
        }
    }

    /// The first day of a bar, since 1970-01-01.
    #[must_use]
    pub fn first(self, bar: i32) -> i32 {
        match self {
            Self::Days(count) => bar * count - FROM_MONDAY,
            Self::Months(count) => {
                let (year, month) = ((bar * count).div_euclid(12), (bar * count).rem_euclid(12).unsigned_abs() + 1);
                let beyond = if year < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
                since_epoch(NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(beyond))
            }
        }
    }

    /// The first and last day of a bar, since 1970-01-01.
    #[must_use]
    pub fn days(self, bar: i32) -> (i32, i32) {
        (self.first(bar), self.first(bar + 1) - 1)
    }
}

/// Converts days since 1970-01-01 to a date.
#[must_use]
pub fn date(day: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(day).unwrap_or(if day < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// Returns the shortest span for a range of days, both inclusive: as coarse as its ends allow.
#[must_use]
pub fn span(from: i32, to: i32) -> Span {
    let (from, to) = (date(from), date(to));
    let coarsest = |part: fn(NaiveDate) -> Period| {
        let (from_part, to_part) = (part(from), part(to));
        (from_part.first() == from && to_part.last() == to).then_some((from_part, to_part))
    };
    let (from, to) = coarsest(|day| Period::Year(day.year()))
        .or_else(|| coarsest(|day| Period::Month(day.year(), day.month())))
        .unwrap_or((Period::Day(from), Period::Day(to)));
    Span::between(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> i32 {
        since_epoch(NaiveDate::from_ymd_opt(year, month, day).expect("a day"))
    }

    #[test]
    fn every_day_is_within_its_bar_and_bars_touch() {
        for grain in BinSize::ALL {
            for at in (day(-20, 1, 1)..day(2030, 1, 1)).step_by(97) {
                let (first, last) = grain.days(grain.bar(at));
                assert!((first..=last).contains(&at), "{grain:?} {at}");
                assert_eq!((grain.bar(first - 1), grain.bar(last + 1)), (grain.bar(at) - 1, grain.bar(at) + 1));
            }
        }
    }

    #[test]
    fn bars_begin_on_mondays_and_with_months_and_round_years() {
        let first = |grain: BinSize, at| date(grain.first(grain.bar(at))).to_string();
        let at = day(2018, 11, 6);
        assert_eq!(first(BinSize::Days(7), at), "2018-11-05");
        assert_eq!(first(BinSize::Months(1), at), "2018-11-01");
        assert_eq!(first(BinSize::Months(3), at), "2018-10-01");
        assert_eq!(first(BinSize::Months(120), at), "2010-01-01");
        assert_eq!(BinSize::Days(1).finer(), None);
        assert_eq!(BinSize::Months(3).finer(), Some(BinSize::Months(1)));
        assert_eq!(BinSize::Days(7).coarser(), Some(BinSize::Months(1)));
    }

    #[test]
    fn spans_are_as_short_as_possible() {
        let table = [
            ((2018, 1, 1), (2018, 12, 31), "2018"),
            ((2010, 1, 1), (2019, 12, 31), "2010..2019"),
            ((2018, 2, 1), (2018, 2, 28), "2018-02"),
            ((2016, 2, 1), (2016, 2, 28), "2016-02-01..2016-02-28"),
            ((2018, 10, 1), (2018, 12, 31), "2018-10..2018-12"),
            ((2018, 1, 1), (2018, 1, 7), "2018-01-01..2018-01-07"),
            ((2018, 1, 1), (2018, 1, 1), "2018-01-01"),
        ];
        for ((y, m, d), (to_y, to_m, to_d), text) in table {
            let (from, to) = (day(y, m, d), day(to_y, to_m, to_d));
            let span = span(from, to);
            assert_eq!((span.to_string().as_str(), span.days(NaiveDate::MIN)), (text, Some(from..=to)));
            assert_eq!(Span::parse(text), Some(span));
        }
    }
}
