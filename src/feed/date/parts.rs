//! The parts of a date as read from a text, and their validation.

use chrono::{NaiveDate, NaiveDateTime};

use super::Unread;
use crate::release::{Date, YEARS};

const SECONDS_A_DAY: u32 = 86_400;

/// Numbers read from a text, not yet known to be a date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub year: i32,
    pub month: Option<u32>,
    pub day: Option<u32>,
    /// Second of the day. 86,400 is 24:00, the end of the day.
    pub second: Option<u32>,
    /// Local time minus UTC in minutes.
    pub offset: i32,
}

impl Parts {
    /// Returns the date.
    ///
    /// # Errors
    /// Returns [`Unread::NotADate`] for a day that does not exist, and [`Unread::NoDate`] for what programs write if
    /// they have no date.
    pub fn date(self) -> Result<Date, Unread> {
        let day = NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        let day = day.ok_or(Unread::NotADate)?;
        if !YEARS.contains(&self.year) || self.is_placeholder(day) {
            return Err(Unread::NoDate);
        }
        let date = match (self.month, self.day, self.second) {
            (None, ..) => Date::from_year(self.year),
            (Some(month), None, _) => Date::from_month(self.year, month),
            (Some(month), Some(day), None) => Date::from_ymd(self.year, month, day),
            (.., Some(SECONDS_A_DAY)) => day.succ_opt().and_then(|next| Date::from_local(next, 0, self.offset)),
            (.., Some(second)) => Date::from_local(day, second, self.offset),
        };
        date.ok_or(Unread::NoDate)
    }

    /// Whether it is the zero of a clock: that of Unix (or one second earlier, an error code), in UTC or local time, or
    /// that of OLE, whose days are times without a day.
    fn is_placeholder(self, day: NaiveDate) -> bool {
        let ole = NaiveDate::from_ymd_opt(1899, 12, 30);
        if self.day.is_some() && Some(day) == ole {
            return true;
        }
        let Some(second) = self.second else { return false };
        let local = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + i64::from(second);
        local == 0 || [0, -1].contains(&(local - i64::from(self.offset) * 60))
    }

    /// Returns the parts of a time in UTC.
    pub fn of_utc(time: NaiveDateTime) -> Self {
        use chrono::{Datelike, Timelike};
        Self {
            year: time.year(),
            month: Some(time.month()),
            day: Some(time.day()),
            second: Some(time.num_seconds_from_midnight()),
            offset: 0,
        }
    }
}
