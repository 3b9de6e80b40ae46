//! Jobs on threads of their own, such as exports and downloads. At the end the reader asks which are still running.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The running jobs, in the order in which they began.
#[derive(Debug)]
pub(super) struct Running<T>(Arc<(Mutex<Vec<Arc<T>>>, Condvar)>);

impl<T> Clone for Running<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Running<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// A running job. On drop it is removed from the list.
#[derive(Debug)]
pub(super) struct Entry<T> {
    pub job: Arc<T>,
    running: Running<T>,
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        self.running.lock().retain(|one| !Arc::ptr_eq(one, &self.job));
        self.running.wake();
    }
}

impl<T> Running<T> {
    /// Adds a job.
    pub fn enter(&self, job: T) -> Entry<T> {
        let job = Arc::new(job);
        self.lock().push(Arc::clone(&job));
        Entry { job, running: self.clone() }
    }

    /// All running jobs.
    pub fn all(&self) -> Vec<Arc<T>> {
        self.lock().clone()
    }

    /// Whether no job is running.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Waits for all jobs until a deadline.
    pub fn wait(&self, until: Instant) {
        let left = until.saturating_duration_since(Instant::now());
        drop(self.0.1.wait_timeout_while(self.lock(), left, |running| !running.is_empty()));
    }

    /// Waits while a condition on the running jobs holds. It is tested again when a job ends, and at [`Running::wake`].
    pub fn wait_while(&self, holds: impl Fn(&[Arc<T>]) -> bool) {
        drop(self.0.1.wait_while(self.lock(), |running| holds(running)));
    }

    /// Has all who wait test their condition again.
    pub fn wake(&self) {
        self.0.1.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<T>>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_job_runs_until_its_entry_is_dropped() {
        let running = Running::default();
        let (first, second) = (running.enter(1), running.enter(2));
        assert_eq!(running.all().iter().map(|job| **job).collect::<Vec<_>>(), [1, 2]);
        running.wait(Instant::now());
        assert!(!running.is_empty(), "the deadline has passed");
        drop(first);
        let waiting = running.clone();
        let waiter = std::thread::spawn(move || {
            waiting.wait_while(|jobs| jobs.iter().any(|job| **job == 2));
            waiting.wait(Instant::now() + Duration::from_secs(60));
        });
        drop(second);
        waiter.join().expect("it ends");
        assert!(running.is_empty());
    }
}
