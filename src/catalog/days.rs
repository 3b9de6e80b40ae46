//! The number of releases on each day: the data of the timeline.

/// The shortest gap, in days, that may separate stray dates from the others: 25 years.
const GAP: i32 = 9_131;
/// The gap before a stray date is at least this many times the span of the middle dates.
const REACH: i32 = 4;
/// At most one release in this many may have a stray date, on either side.
const STRAY: u32 = 10;
/// With fewer releases no date is stray: the timeline can show them all.
const FEWEST: u32 = 10;

/// Counts of consecutive days, in each publisher's calendar, at most for the years that a
/// [`Date`](crate::release::Date) can have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days {
    /// The day of the first count, since 1970-01-01.
    pub first: i32,
    /// Counts from that day on; the first and last may be zero.
    pub counts: Vec<u32>,
}

impl Days {
    /// Zero counts from one day to another.
    #[must_use]
    pub fn between(first: i32, last: i32) -> Self {
        Self { first, counts: vec![0; (last - first + 1).unsigned_abs() as usize] }
    }

    /// Zero counts for the same days.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { first: self.first, counts: vec![0; self.counts.len()] }
    }

    /// Adds releases to a day; ignores days outside the range.
    #[inline]
    pub fn add(&mut self, day: i32, releases: u32) {
        let at = day.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        if let Some(count) = at.and_then(|at| self.counts.get_mut(at)) {
            *count += releases;
        }
    }

    /// The counts of both together.
    #[must_use]
    pub fn with(&self, more: &Self) -> Self {
        if self.counts.is_empty() || more.counts.is_empty() {
            return if self.counts.is_empty() { more.clone() } else { self.clone() };
        }
        let end = |days: &Self| days.first.saturating_add_unsigned(days.counts.len() as u32);
        let mut sum = Self::between(self.first.min(more.first), end(self).max(end(more)) - 1);
        for days in [self, more] {
            (days.first..end(days)).zip(&days.counts).for_each(|(day, &count)| sum.add(day, count));
        }
        sum
    }

    /// The number of releases between two days, inclusive.
    #[must_use]
    pub fn sum(&self, from: i32, to: i32) -> u32 {
        let at = |day: i32| usize::try_from(i64::from(day) - i64::from(self.first)).unwrap_or(0).min(self.counts.len());
        self.counts.get(at(from)..at(to.saturating_add(1))).map_or(0, |counts| counts.iter().sum())
    }

    /// The first and the last day with a release.
    #[must_use]
    pub fn span(&self) -> Option<(i32, i32)> {
        let day = |at: usize| self.first.saturating_add_unsigned(at as u32);
        let first = self.counts.iter().position(|&count| count > 0)?;
        let last = self.counts.iter().rposition(|&count| count > 0)?;
        Some((day(first), day(last)))
    }

    /// Like [`Days::span`], without stray dates: few releases decades away from all others, such as those with a
    /// mistyped year. They would squeeze all others into one bar of the timeline.
    #[must_use]
    pub fn main_span(&self) -> Option<(i32, i32)> {
        let (first, last) = self.span()?;
        let all: u32 = self.counts.iter().sum();
        let few = (all / STRAY).max(1);
        if last - first < GAP || all < FEWEST {
            return Some((first, last));
        }
        let days = || {
            (self.first..self.first.saturating_add_unsigned(self.counts.len() as u32))
                .zip(&self.counts)
                .map(|(day, &count)| (day, count))
                .filter(|(_, count)| *count > 0)
        };
        let (inner_first, inner_last) = (past(days(), few), past(days().rev(), few));
        let gap = GAP.max(REACH * (inner_last - inner_first));
        let cut = |from: i32, to: i32, days: &mut dyn Iterator<Item = (i32, u32)>| {
            let (mut before, mut cut) = (from, from);
            for (day, _) in days {
                if (day - before).abs() > gap {
                    cut = day;
                }
                if day == to {
                    break;
                }
                before = day;
            }
            cut
        };
        Some((cut(first, inner_first, &mut days()), cut(last, inner_last, &mut days().rev())))
    }
}

/// The day at which more than `few` releases are reached.
fn past(days: impl Iterator<Item = (i32, u32)>, few: u32) -> i32 {
    let mut sum = 0;
    let mut day = 0;
    for (next, count) in days {
        (sum, day) = (sum + count, next);
        if sum > few {
            break;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_summed_inclusively() {
        let mut days = Days::between(-2, 3);
        for day in [-2, 0, 0, 3, 4, -3] {
            days.add(day, 1);
        }
        assert_eq!(days.counts, [1, 0, 2, 0, 0, 1]);
        assert_eq!((days.sum(-2, 0), days.sum(1, 2), days.sum(i32::MIN, i32::MAX)), (3, 0, 4));
        assert_eq!(days.span(), Some((-2, 3)));
        assert_eq!(days.cleared().span(), None);
    }

    #[test]
    fn stray_dates_are_outside_the_main_span() {
        const YEAR: i32 = 365;
        let table: &[(&[i32], (i32, i32))] = &[
            // One far date on one side, or on both.
            (&[-300 * YEAR, 0, 10, 20], (0, 20)),
            (&[0, 10, 20, 300 * YEAR], (0, 20)),
            (&[-1_000 * YEAR, 0, 10, 20, 170 * YEAR], (0, 20)),
            (&[0, 170 * YEAR, 170 * YEAR + 1], (170 * YEAR, 170 * YEAR + 1)),
            (&[-50 * YEAR, 0, 5 * YEAR, 10 * YEAR], (0, 10 * YEAR)),
            // Few releases are shown in full.
            (&[0, 170 * YEAR], (0, 170 * YEAR)),
            // An archive with a gap, and dates that fill their time.
            (&[0, 1, 2, 40 * YEAR, 40 * YEAR + 1, 40 * YEAR + 2], (0, 40 * YEAR + 2)),
            (&[0, 20 * YEAR, 40 * YEAR, 60 * YEAR, 80 * YEAR], (0, 80 * YEAR)),
            (&[0, 24 * YEAR, 24 * YEAR + 1], (0, 24 * YEAR + 1)),
            (&[5], (5, 5)),
        ];
        for (at, expected) in table {
            let mut days = Days::between(at[0], at[at.len() - 1]);
            // One release at the ends, several between.
            at.iter().for_each(|&day| days.add(day, 1));
            let inner = at.iter().filter(|day| (expected.0..=expected.1).contains(day));
            inner.for_each(|&day| days.add(day, if at.len() > 2 { 8 } else { 0 }));
            assert_eq!(days.main_span(), Some(*expected), "{at:?}");
        }
        assert_eq!(Days::default().main_span(), None);
        let mut many = Days::between(0, 200 * YEAR);
        (0..1_000).for_each(|day| many.add(day, 3));
        many.add(200 * YEAR, 40);
        assert_eq!(many.main_span(), Some((0, 999)));
    }
}
