//! How much one parse may cost, and whether anybody still waits for it.

use std::fmt;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How much time must have passed before the thread's own clock is asked: that costs more than an item of a feed.
const STEP: Duration = Duration::from_millis(10);

/// Why a parse was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Nobody wants it any more.
    Cancelled,
    /// It took more processor time than it may.
    Spent,
}

/// The processor time of one parse on one thread, and who may call it off. A [`Sink`](super::Sink) asks it.
pub struct Budget<'a> {
    cancel: &'a dyn Fn() -> bool,
    time: Duration,
    /// What the thread's clock said at the beginning.
    start: Duration,
    /// When that clock was asked last.
    asked: Instant,
    over: Option<Over>,
}

impl<'a> Budget<'a> {
    /// Begins to count, on this thread.
    #[must_use]
    pub fn new(time: Duration, cancel: &'a dyn Fn() -> bool) -> Self {
        Self { cancel, time, start: processor_time(), asked: Instant::now(), over: None }
    }

    /// Whether the parse is to end here. Cheap enough to be asked at each item.
    pub fn is_over(&mut self) -> bool {
        if self.over.is_none() && (self.cancel)() {
            self.over = Some(Over::Cancelled);
        }
        if self.over.is_none() && self.asked.elapsed() >= STEP {
            self.asked = Instant::now();
            if processor_time().saturating_sub(self.start) > self.time {
                self.over = Some(Over::Spent);
            }
        }
        self.over.is_some()
    }

    /// Why it ended, once it has.
    #[must_use]
    pub fn over(&self) -> Option<Over> {
        self.over
    }
}

impl fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("time", &self.time).field("over", &self.over).finish_non_exhaustive()
    }
}

/// How long this thread has been running on a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_budget_is_spent_by_working_and_not_by_waiting() {
        let mut budget = Budget::new(Duration::from_millis(50), &|| false);
        std::thread::sleep(Duration::from_millis(100));
        assert!(!budget.is_over(), "it waited");
        let start = Instant::now();
        while !budget.is_over() && start.elapsed() < Duration::from_secs(60) {}
        assert_eq!(budget.over(), Some(Over::Spent));
    }

    #[test]
    fn what_is_called_off_ends_at_once_and_stays_so() {
        let is_off = Cell::new(false);
        let cancel = || is_off.get();
        let mut budget = Budget::new(Duration::MAX, &cancel);
        assert!(!budget.is_over());
        is_off.set(true);
        assert!(budget.is_over());
        is_off.set(false);
        assert!(budget.is_over() && budget.over() == Some(Over::Cancelled));
    }
}
