//! Work that can wait until a burst of syncs is over.

use std::time::{Duration, Instant};

/// The pause that ends a burst of syncs, and the longest time that work waits for it.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(1);

/// Work that waits, of which only the newest counts.
#[derive(Debug)]
pub struct Postponed<T> {
    work: T,
    first: Instant,
    due: Instant,
}

impl<T> Postponed<T> {
    /// Postpones work, in place of earlier work that still waits.
    pub fn new(work: T, earlier: Option<Self>, now: Instant) -> Self {
        let first = earlier.map_or(now, |earlier| earlier.first);
        Self { work, first, due: (now + PAUSE).min(first + LONGEST) }
    }

    /// How long the work still waits; `None` if it is due.
    pub fn wait(&self, now: Instant) -> Option<Duration> {
        self.due.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }

    /// Returns the work.
    pub fn into_work(self) -> T {
        self.work
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_work_waits_for_a_pause_but_not_for_ever() {
        let start = Instant::now();
        let mut postponed = Postponed::new(0, None, start);
        assert_eq!(postponed.wait(start), Some(PAUSE));
        assert_eq!(postponed.wait(start + PAUSE), None);
        let last = start + PAUSE * 7 / 2;
        for (work, now) in [(1, start + PAUSE / 2), (2, start + PAUSE), (3, last)] {
            postponed = Postponed::new(work, Some(postponed), now);
        }
        assert_eq!(postponed.wait(last), Some(PAUSE / 2));
        assert_eq!(postponed.wait(start + LONGEST), None);
        assert_eq!(postponed.into_work(), 3);
    }
}
