//! The axis of the timeline: the dates below the bars.

use chrono::Datelike;

use super::{day_and_month, short_month};
use crate::query::bin_size::{BinSize, date};
use crate::text::cells;

/// Minimum columns between two labels, and between two months of the same year.
const GAP: u16 = 2;
const MONTH_GAP: u16 = 1;
/// The least number of months that can be told by their initials.
const INITIALS: usize = 6;

/// The labels of the axis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Axis {
    /// The year, if all bars are in one. It is shown at the left, and the labels leave it out.
    pub year: Option<i32>,
    /// The labels, from the left.
    pub labels: Vec<Label>,
}

/// A label of the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The column of its bar.
    pub x: u16,
    /// The date.
    pub text: String,
    /// The first and last day of its bar.
    pub days: (i32, i32),
}

/// The bars that an axis labels.
#[derive(Debug, Clone, Copy)]
pub struct Bars<'a> {
    /// The length of time of each bar.
    pub bin_size: BinSize,
    /// The number of the first bar.
    pub first: i32,
    /// The first column of each bar.
    pub columns: &'a [u16],
    /// The columns of the axis.
    pub width: u16,
}

/// How labels are written.
#[derive(Clone, Copy)]
struct Style {
    /// The bars to label: those where a bin of this size begins.
    every: BinSize,
    /// Whether to label the first bar too.
    with_first: bool,
    /// Columns between two labels.
    gap: u16,
    /// Whether months are initials.
    is_initial: bool,
}

/// Returns the densest labels that leave gaps. The label of the first bar yields to those where a period begins.
pub fn axis(bars: Bars<'_>) -> Axis {
    let year = bars.year();
    let sizes = BinSize::ALL.into_iter().filter(|&every| every >= bars.bin_size);
    let labels = sizes.flat_map(|every| styles(every, year.is_some())).find_map(|style| bars.labels(style, year));
    Axis { year, labels: labels.unwrap_or_default() }
}

/// Returns the ways to label the bins of a size, the most readable first.
fn styles(every: BinSize, is_one_year: bool) -> impl Iterator<Item = Style> {
    // A narrower gap is better than to leave out the first month, and a name better than an initial.
    let months: &[(u16, bool, bool)] = &[
        (GAP, true, false),
        (MONTH_GAP, true, false),
        (GAP, false, false),
        (MONTH_GAP, false, false),
        (MONTH_GAP, true, true),
        (MONTH_GAP, false, true),
    ];
    let others: &[(u16, bool, bool)] = &[(GAP, true, false), (GAP, false, false)];
    let ways = if is_one_year && every == BinSize::Months(1) { months } else { others };
    ways.iter().map(move |&(gap, with_first, is_initial)| Style { every, with_first, gap, is_initial })
}

impl Bars<'_> {
    /// Returns the year that all bars are in. The first and the last week may begin and end in another one.
    fn year(self) -> Option<i32> {
        let last = self.first + i32::try_from(self.columns.len().checked_sub(1)?).ok()?;
        let year = date(self.bin_size.days(self.first).1).year();
        (date(self.bin_size.first(last)).year() == year).then_some(year)
    }

    /// Returns the labels in a style; `None` if they would touch.
    fn labels(self, style: Style, one_year: Option<i32>) -> Option<Vec<Label>> {
        let mut labels: Vec<Label> = Vec::new();
        let mut free = 0;
        let mut year = one_year;
        for (n, (bar, &x)) in (self.first..).zip(self.columns).enumerate() {
            let days = self.bin_size.days(bar);
            let begins = style.every.first(style.every.bar(days.1));
            if begins < days.0 && (n > 0 || !style.with_first) {
                continue;
            }
            // The first bar stands for a period that began before it.
            let day = date(begins.max(days.0));
            if one_year.is_some_and(|year| day.year() != year) {
                continue;
            }
            let is_same_year = year.replace(day.year()) == Some(day.year());
            let text = match style.every {
                BinSize::Months(12..) if one_year.is_some() => continue,
                BinSize::Months(12..) => day.year().to_string(),
                BinSize::Days(_) if is_same_year => day_and_month(day),
                BinSize::Days(_) => format!("{} {}", day_and_month(day), day.year()),
                BinSize::Months(_) if style.is_initial => short_month(day).chars().take(1).collect(),
                BinSize::Months(_) if is_same_year => short_month(day).to_owned(),
                BinSize::Months(_) => format!("{} {}", short_month(day), day.year()),
            };
            if x < free {
                return None;
            }
            let end = x + cells(&text);
            if end <= self.width {
                labels.push(Label { x, text, days });
            }
            free = end + style.gap;
        }
        (!style.is_initial || labels.len() >= INITIALS).then_some(labels)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::query::since_epoch;

    /// The axis of the bars between two days over `width` columns, as drawn, behind its year.
    fn drawn(bin_size: BinSize, from: (i32, u32, u32), to: (i32, u32, u32), width: u16) -> String {
        let bar = |(year, month, day)| {
            let day = NaiveDate::from_ymd_opt(year, month, day).expect("a day");
            bin_size.bar(since_epoch(day))
        };
        let (first, count) = (bar(from), (bar(to) - bar(from) + 1).unsigned_abs() as u16);
        let columns: Vec<u16> = (0..count).map(|n| n * width / count).collect();
        let axis = axis(Bars { bin_size, first, columns: &columns, width });
        let mut line = String::new();
        for label in &axis.labels {
            let blanks = usize::from(label.x) - line.chars().count();
            line.push_str(&" ".repeat(blanks));
            line.push_str(&label.text);
        }
        format!("{}|{line}", axis.year.map_or_else(String::new, |year| year.to_string()))
    }

    #[test]
    fn one_year_has_months() {
        let (from, to) = ((2016, 1, 1), (2016, 12, 31));
        let week = BinSize::Days(7);
        let month = BinSize::Months(1);
        assert_eq!(drawn(month, from, to, 60), "2016|Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec");
        assert_eq!(drawn(month, from, to, 48), "2016|Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec");
        assert_eq!(drawn(month, from, to, 24), "2016|J F M A M J J A S O N D");
        assert_eq!(drawn(month, from, to, 12), "2016|", "nothing fits");
        let weeks = drawn(week, from, to, 53);
        assert!(
            weeks.starts_with("2016|") && weeks.contains("Jan  Feb Mar Apr ") && weeks.ends_with(" Dec"),
            "{weeks}"
        );
        assert_eq!(
            drawn(BinSize::Days(1), (2018, 10, 22), (2018, 11, 6), 48),
            "2018|22 Oct               29 Oct               5 Nov"
        );
        assert_eq!(drawn(BinSize::Days(1), (2018, 11, 6), (2018, 11, 6), 8), "2018|6 Nov");
    }

    #[test]
    fn several_years_have_years_and_as_many_months_as_fit() {
        assert_eq!(
            drawn(BinSize::Months(3), (2016, 1, 1), (2017, 12, 31), 80),
            "|Jan 2016  Apr       Jul       Oct       Jan 2017  Apr       Jul       Oct"
        );
        assert_eq!(drawn(BinSize::Months(3), (2010, 1, 1), (2013, 12, 31), 32), "|2010    2011    2012    2013");
        assert_eq!(
            drawn(BinSize::Months(12), (1998, 1, 1), (2021, 12, 31), 48),
            "|    2000      2005      2010      2015      2020"
        );
        let weeks = drawn(BinSize::Days(7), (2016, 6, 1), (2017, 6, 1), 53);
        assert!(weeks.starts_with("|    Jul 2016") && weeks.contains("Jan 2017"), "{weeks}");
    }

    #[test]
    fn no_bars_have_no_axis() {
        let bars = Bars { bin_size: BinSize::Days(1), first: 0, columns: &[], width: 40 };
        assert_eq!(axis(bars), Axis::default());
    }
}
