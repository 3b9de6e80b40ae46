//! Calling fetches off, those that run and those that wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ureq::Agent;

use super::FetchError;

/// Calls off all fetches that were given it. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_cancelled: AtomicBool,
    /// What waits for a server at present.
    running: Mutex<Vec<Agent>>,
}

impl Cancel {
    /// Calls off what runs and whatever comes later. Closing connections may take a moment.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::SeqCst);
        let running = std::mem::take(&mut *self.running());
        running.into_iter().for_each(Agent::shutdown);
    }

    /// Whether it was called off.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::SeqCst)
    }

    /// Whether both are the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Has a request ended by [`Cancel::cancel`], as long as the answer lives.
    pub(super) fn watch(&self, agent: &Agent) -> Result<Watched, FetchError> {
        self.running().push(agent.clone());
        let watched = Watched { cancel: self.clone(), agent: agent.clone() };
        // From here on it is reached; what came before did not reach it.
        if self.is_cancelled() { Err(FetchError::Cancelled) } else { Ok(watched) }
    }

    /// What went wrong because the caller wanted it to is no fault of the server's.
    pub(super) fn or(&self, fault: FetchError) -> FetchError {
        if self.is_cancelled() { FetchError::Cancelled } else { fault }
    }

    fn running(&self) -> MutexGuard<'_, Vec<Agent>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that runs.
#[derive(Debug)]
pub(super) struct Watched {
    cancel: Cancel,
    agent: Agent,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.cancel.running().retain(|agent| !std::ptr::eq(agent.config(), self.agent.config()));
    }
}
