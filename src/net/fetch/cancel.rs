//! Cancels running and waiting fetches.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ureq::Agent;

use super::FetchError;

/// Cancels all fetches that were given it. Clones share the state.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_cancelled: AtomicBool,
    /// The running requests.
    running: Mutex<Vec<Agent>>,
}

impl Cancel {
    /// Cancels running and future fetches. Closing the connections may take a moment.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::SeqCst);
        let running = std::mem::take(&mut *self.running());
        running.into_iter().for_each(Agent::shutdown);
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::SeqCst)
    }

    /// Whether both share their state.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Registers a request to be ended by [`Cancel::cancel`], for as long as the returned value lives.
    pub(super) fn watch(&self, agent: &Agent) -> Result<Watched, FetchError> {
        self.running().push(agent.clone());
        let watched = Watched { cancel: self.clone(), agent: agent.clone() };
        // A cancellation from here on reaches the request; an earlier one did not.
        if self.is_cancelled() { Err(FetchError::Cancelled) } else { Ok(watched) }
    }

    /// Replaces the error caused by a cancellation with [`FetchError::Cancelled`].
    pub(super) fn or(&self, error: FetchError) -> FetchError {
        if self.is_cancelled() { FetchError::Cancelled } else { error }
    }

    fn running(&self) -> MutexGuard<'_, Vec<Agent>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running request.
#[derive(Debug)]
pub(super) struct Watched {
    cancel: Cancel,
    agent: Agent,
}

impl Watched {
    /// Returns what cancels the request.
    pub(super) fn cancel(&self) -> &Cancel {
        &self.cancel
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.cancel.running().retain(|agent| !std::ptr::eq(agent.config(), self.agent.config()));
    }
}
