//! The cost limit of one parse, and its cancellation.

use std::fmt;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The minimum interval between readings of the thread's clock, which costs more than parsing an item.
const STEP: Duration = Duration::from_millis(10);

/// Why a parse was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The caller cancelled it.
    Cancelled,
    /// It exceeded its processor time.
    Spent,
}

/// The processor time of one parse on one thread, and its cancellation. A [`Sink`](super::Sink) checks it.
pub struct Budget<'a> {
    cancel: &'a dyn Fn() -> bool,
    time: Duration,
    /// The thread's clock at the start.
    start: Duration,
    /// When that clock was last read.
    last_read: Instant,
    stop_reason: Option<StopReason>,
}

impl<'a> Budget<'a> {
    /// Starts counting, on this thread.
    #[must_use]
    pub fn new(time: Duration, cancel: &'a dyn Fn() -> bool) -> Self {
        Self { cancel, time, start: processor_time(), last_read: Instant::now(), stop_reason: None }
    }

    /// Whether the parse must stop now. Cheap enough to call for each item.
    pub fn is_over(&mut self) -> bool {
        if self.stop_reason.is_none() && (self.cancel)() {
            self.stop_reason = Some(StopReason::Cancelled);
        }
        if self.stop_reason.is_none() && self.last_read.elapsed() >= STEP {
            self.last_read = Instant::now();
            if processor_time().saturating_sub(self.start) > self.time {
                self.stop_reason = Some(StopReason::Spent);
            }
        }
        self.stop_reason.is_some()
    }

    /// Returns why the parse was stopped, if it was.
    #[must_use]
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stop_reason
    }
}

impl fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("time", &self.time)
            .field("stop_reason", &self.stop_reason)
            .finish_non_exhaustive()
    }
}

/// Returns the processor time of this thread so far.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn working_uses_up_a_budget_and_waiting_does_not() {
        let mut budget = Budget::new(Duration::from_millis(50), &|| false);
        let work = || {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(100) {}
        };
        std::thread::spawn(work).join().expect("no panic");
        assert!(!budget.is_over(), "this thread waited for another");
        let start = Instant::now();
        while !budget.is_over() && start.elapsed() < Duration::from_secs(60) {}
        assert_eq!(budget.stop_reason(), Some(StopReason::Spent));
    }

    #[test]
    fn cancelling_stops_at_once_and_for_good() {
        let is_off = Cell::new(false);
        let cancel = || is_off.get();
        let mut budget = Budget::new(Duration::MAX, &cancel);
        assert!(!budget.is_over());
        is_off.set(true);
        assert!(budget.is_over());
        is_off.set(false);
        assert!(budget.is_over() && budget.stop_reason() == Some(StopReason::Cancelled));
    }
}
