//! Going to a year of the timeline by typing its four digits.

use super::Timeline;
use crate::app::App;
use crate::query::bin_size::{BinSize, date};

use chrono::Datelike;

/// The digits of a year.
const DIGITS: usize = 4;

/// The typed digits of a year. All four together set the range.
#[derive(Debug, Clone)]
pub(super) struct TypedYear {
    digits: String,
    /// Cursor and anchor before typing, restored when the digits are deleted.
    cursor: Option<i32>,
    anchor: Option<(i32, i32)>,
}

impl Timeline {
    /// Returns the typed digits; empty without any.
    #[must_use]
    pub fn typed_year(&self) -> &str {
        self.typed.as_ref().map_or("", |typed| &typed.digits)
    }

    /// Whether the typed digits are not yet a whole year.
    #[must_use]
    pub fn is_typing_year(&self) -> bool {
        (1..DIGITS).contains(&self.typed_year().len())
    }

    /// Returns first and last day of the typed year, once it is complete.
    pub(super) fn year(&self) -> Option<(i32, i32)> {
        let year = self.typed_year().parse::<i32>().ok().filter(|_| self.typed_year().len() == DIGITS)?;
        let bin_size = BinSize::Months(12);
        Some(bin_size.days(year))
    }

    /// Types a digit. A fifth one begins another year. Returns the years that the timeline covers if the typed year is
    /// not among them; its digits are then forgotten.
    fn type_digit(&mut self, digit: char) -> Result<(), (i32, i32)> {
        if self.year().is_some() {
            self.typed = None;
        }
        let (cursor, anchor) = (self.cursor, self.anchor);
        let typed = self.typed.get_or_insert_with(|| TypedYear { digits: String::new(), cursor, anchor });
        typed.digits.push(digit);
        let (Some((from, to)), Some((oldest, newest))) = (self.year(), self.span) else { return Ok(()) };
        if to < oldest || newest < from {
            self.typed = None;
            return Err((date(oldest).year(), date(newest).year()));
        }
        self.anchor = None;
        self.cursor = Some(from.clamp(oldest, newest));
        Ok(())
    }

    /// Deletes the last typed digit. Returns whether there was one.
    pub(super) fn erase_digit(&mut self) -> bool {
        let Some(mut typed) = self.typed.take() else { return false };
        (self.cursor, self.anchor) = (typed.cursor, typed.anchor);
        typed.digits.pop();
        self.typed = Some(typed).filter(|typed| !typed.digits.is_empty());
        true
    }

    /// Deletes all typed digits. Returns whether there were any.
    pub(super) fn erase_year(&mut self) -> bool {
        let Some(typed) = self.typed.take() else { return false };
        (self.cursor, self.anchor) = (typed.cursor, typed.anchor);
        true
    }
}

impl App {
    /// Types a digit of a year.
    pub(super) fn type_year(&mut self, digit: char) {
        if self.timeline.bars.is_empty() {
            return;
        }
        let typed = format!("{}{digit}", self.timeline.typed_year());
        if let Err((first, last)) = self.timeline.type_digit(digit) {
            let covered = if first == last { first.to_string() } else { format!("{first} to {last}") };
            self.inform(format!("{typed} is outside the timeline, which covers {covered}"));
        }
    }
}
