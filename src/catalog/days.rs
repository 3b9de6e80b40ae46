//! Number of releases on each day: what the timeline is made of.

/// Days that are counted at the most (2,700 years): a stray date must not cost memory.
const MOST_DAYS: i32 = 1 << 20;

/// Counts of consecutive days, in each publisher's own calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days {
    /// The day of the first count, since 1970-01-01.
    pub first: i32,
    /// Counts from that day on; the ends may be zero.
    pub counts: Vec<u32>,
}

impl Days {
    /// Zeroes from one day to another, the older ones left out where there are too many.
    #[must_use]
    pub fn between(first: i32, last: i32) -> Self {
        let first = first.max(last.saturating_sub(MOST_DAYS));
        Self { first, counts: vec![0; (last - first + 1).unsigned_abs() as usize] }
    }

    /// Zeroes for the same days.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { first: self.first, counts: vec![0; self.counts.len()] }
    }

    /// Counts releases on a day; days outside are left out.
    #[inline]
    pub fn add(&mut self, day: i32, releases: u32) {
        let at = day.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        if let Some(count) = at.and_then(|at| self.counts.get_mut(at)) {
            *count += releases;
        }
    }

    /// How many releases stand between two days, both among them.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_summed_with_both_ends() {
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
    fn a_stray_date_costs_no_memory() {
        let days = Days::between(-90_000_000, 20_000);
        assert!(days.counts.len() <= 1 + MOST_DAYS.unsigned_abs() as usize);
    }
}
