//! Dates of releases that follow each other: those of one day are often written alike, and are then parsed once.

use super::{DayOrder, Unread, read_ordered};
use crate::release::Date;

/// Reads dates and remembers the last one.
#[derive(Debug, Default)]
pub struct RepeatedDate {
    text: String,
    order: Option<DayOrder>,
    /// The date of the text; `None` before the first one.
    date: Option<Date>,
}

impl RepeatedDate {
    /// Reads a date like [`read_ordered`].
    ///
    /// # Errors
    /// Returns why there is no date.
    pub fn read(&mut self, text: &str, order: Option<DayOrder>) -> Result<Date, Unread> {
        if let Some(date) = self.date
            && (text, order) == (self.text.as_str(), self.order)
        {
            return Ok(date);
        }
        let date = read_ordered(text, order)?;
        self.text.clear();
        self.text.push_str(text);
        (self.order, self.date) = (order, Some(date));
        Ok(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_date_does_not_change_the_next_one() {
        let orders = [None, Some(DayOrder::DayFirst), Some(DayOrder::MonthFirst)];
        let texts = ["2018-11-06", "2018-11-06", "06/11/2018", "06/11/2018", "soon", "", "0000-00-00", "06/11/2018"];
        let mut dates = RepeatedDate::default();
        for order in orders.into_iter().chain(orders) {
            for text in texts {
                assert_eq!(dates.read(text, order), read_ordered(text, order), "{text} {order:?}");
            }
        }
    }
}
