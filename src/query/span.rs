//! Dates in a query: calendar years, months and days, ranges of them, and spans before today.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};

/// A calendar year, month or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// `2018`
    Year(i32),
    /// `2018-10`
    Month(i32, u32),
    /// `2018-10-23`
    Day(NaiveDate),
}

/// A unit of time for spans before today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `d`
    Days,
    /// `w`
    Weeks,
    /// `m`
    Months,
    /// `y`
    Years,
}

/// One value of `date:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A whole year, month or day.
    Part(Period),
    /// From the first day of one period to the last day of the other; a missing end is open.
    Range(Option<Period>, Option<Period>),
    /// The last days, weeks, months or years, including today, and tomorrow, which has begun in later time zones.
    Last(u32, Unit),
    /// Today, and tomorrow in later time zones.
    Today,
    /// Releases without a date.
    Undated,
}

/// Days since 1970-01-01 in the publisher's calendar.
pub type DayRange = RangeInclusive<i32>;

impl Period {
    /// Parses `2018`, `2018-10` or `2018-10-23`. `None` for anything else and for days that do not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('-').map(|digits| {
            let is_number = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse::<u32>().ok()).flatten()
        });
        let year = text.split('-').next().filter(|year| year.len() == 4).and_then(|_| numbers.next()?)?.cast_signed();
        match (numbers.next(), numbers.next(), numbers.next()) {
            (None, ..) => Some(Self::Year(year)),
            (Some(Some(month @ 1..=12)), None, _) => Some(Self::Month(year, month)),
            (Some(Some(month)), Some(Some(day)), None) => NaiveDate::from_ymd_opt(year, month, day).map(Self::Day),
            _ => None,
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
            Self::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            Self::Day(day) => Some(day),
        }
        .unwrap_or(NaiveDate::MIN)
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31),
            Self::Month(..) => self.first().checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()),
            Self::Day(day) => Some(day),
        }
        .unwrap_or(NaiveDate::MAX)
    }
}

impl Span {
    /// The days from the first of one period to the last of another. A range within one period is that period.
    #[must_use]
    pub fn between(from: Period, to: Period) -> Self {
        if from == to { Self::Part(from) } else { Self::Range(Some(from), Some(to)) }
    }

    /// Parses one value of `date:`; `""` is [`Span::Undated`]. `None` if it is invalid.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Undated);
        }
        if text.eq_ignore_ascii_case("today") {
            return Some(Self::Today);
        }
        if let Some((from, to)) = text.split_once("..") {
            let end = |text: &str| if text.is_empty() { Some(None) } else { Period::parse(text).map(Some) };
            let (from, to) = (end(from)?, end(to)?);
            let is_forward = from.zip(to).is_none_or(|(from, to)| from.first() <= to.last());
            return match (from, to) {
                (None, None) => None,
                _ if !is_forward => None,
                (Some(from), Some(to)) => Some(Self::between(from, to)),
                (from, to) => Some(Self::Range(from, to)),
            };
        }
        if let Some(part) = Period::parse(text) {
            return Some(Self::Part(part));
        }
        let unit = match text.chars().next_back()?.to_ascii_lowercase() {
            'd' => Unit::Days,
            'w' => Unit::Weeks,
            'm' => Unit::Months,
            'y' => Unit::Years,
            _ => return None,
        };
        let count = text.get(..text.len() - 1)?;
        let is_short = (1..=4).contains(&count.len()) && count.bytes().all(|byte| byte.is_ascii_digit());
        let count = count.parse().ok().filter(|&count: &u32| is_short && count > 0)?;
        Some(Self::Last(count, unit))
    }

    /// The days it covers; `None` for [`Span::Undated`].
    #[must_use]
    pub fn days(self, today: NaiveDate) -> Option<DayRange> {
        let days = |from: NaiveDate, to: NaiveDate| Some(since_epoch(from)..=since_epoch(to));
        match self {
            Self::Part(part) => days(part.first(), part.last()),
            Self::Range(from, to) => Some(
                from.map_or(i32::MIN, |from| since_epoch(from.first()))
                    ..=to.map_or(i32::MAX, |to| since_epoch(to.last())),
            ),
            Self::Last(count, unit) => {
                let before = match unit {
                    Unit::Days => today.checked_sub_days(Days::new(u64::from(count))),
                    Unit::Weeks => today.checked_sub_days(Days::new(7 * u64::from(count))),
                    Unit::Months => today.checked_sub_months(Months::new(count)),
                    Unit::Years => today.checked_sub_months(Months::new(12 * count)),
                };
                // Counts today: the last 7 days begin six days ago.
                let from = before.and_then(|before| before.succ_opt()).unwrap_or(NaiveDate::MIN);
                days(from, tomorrow(today))
            }
            Self::Today => days(today, tomorrow(today)),
            Self::Undated => None,
        }
    }
}

/// The last day that has begun anywhere, because releases carry the day of their publisher.
fn tomorrow(today: NaiveDate) -> NaiveDate {
    today.succ_opt().unwrap_or(today)
}

/// Days since 1970-01-01.
#[must_use]
pub fn since_epoch(day: NaiveDate) -> i32 {
    day.signed_duration_since(NaiveDate::from_epoch_days(0).unwrap_or(day)).num_days() as i32
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |end: &Option<Period>| end.map_or_else(String::new, |part| part.to_string());
        match self {
            Self::Part(part) => part.fmt(f),
            Self::Range(from, to) => write!(f, "{}..{}", end(from), end(to)),
            Self::Last(count, unit) => {
                let unit = match unit {
                    Unit::Days => 'd',
                    Unit::Weeks => 'w',
                    Unit::Months => 'm',
                    Unit::Years => 'y',
                };
                write!(f, "{count}{unit}")
            }
            Self::Today => f.write_str("today"),
            Self::Undated => f.write_str("\"\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
        let range = Span::parse(text)?.days(day(2018, 3, 31))?;
        Some((NaiveDate::from_epoch_days(*range.start())?, NaiveDate::from_epoch_days(*range.end())?))
    }

    #[test]
    fn spans_are_whole_days_and_inclusive() {
        assert_eq!(days("2018"), Some((day(2018, 1, 1), day(2018, 12, 31))));
        assert_eq!(days("2016-02"), Some((day(2016, 2, 1), day(2016, 2, 29))));
        assert_eq!(days("2018-12"), Some((day(2018, 12, 1), day(2018, 12, 31))));
        assert_eq!(days("2018-10-23..2018-11"), Some((day(2018, 10, 23), day(2018, 11, 30))));
        assert_eq!(days("7d"), Some((day(2018, 3, 25), day(2018, 4, 1))));
        assert_eq!(days("today"), Some((day(2018, 3, 31), day(2018, 4, 1))));
        assert_eq!(days("1d"), days("today"));
        assert_eq!(days("1m"), Some((day(2018, 3, 1), day(2018, 4, 1))));
        assert_eq!(days("1y"), Some((day(2017, 4, 1), day(2018, 4, 1))));
        assert_eq!(
            Span::parse("2018..").and_then(|span| span.days(day(2018, 1, 1))).map(|days| *days.end()),
            Some(i32::MAX)
        );
    }

    #[test]
    fn impossible_dates_are_no_spans() {
        for text in [
            "2018-13",
            "2018-02-30",
            "18",
            "2018-1-1-1",
            "..",
            "2019..2018",
            "0d",
            "99999d",
            "d",
            "x",
            "2018-",
            "20180",
        ] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_within_one_period_is_that_period() {
        for (text, short) in [("2018..2018", "2018"), ("2018-10..2018-10", "2018-10")] {
            assert_eq!(Span::parse(text).map(|span| span.to_string()).as_deref(), Some(short));
        }
    }

    #[test]
    fn spans_print_as_they_parse() {
        for text in
            ["2018", "2018-10", "2018-10-23", "2018..2019-02", "2018..", "..2018", "7d", "2w", "3m", "1y", "today"]
        {
            assert_eq!(Span::parse(text).map(|span| span.to_string()).as_deref(), Some(text));
        }
    }
}
