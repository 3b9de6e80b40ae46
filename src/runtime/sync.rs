//! Syncs subscriptions: several at a time, at most two of one host, each stored in one transaction.
//!
//! The threads of a pool (`pool`) fetch and parse, for syncs, subscriptions and full texts alike. The thread that calls
//! [`sync`] hands out the work, owns the library's connection and stores the results in order of arrival. A failing
//! source affects no other.

mod poll;
mod pool;
mod run;
mod subscribe;
mod supervisor;

use std::sync::Arc;
use std::time::Duration;

pub use poll::fetch_page;
pub(super) use poll::fetch_page_on;
use pool::Pool;
pub(super) use pool::Task;
use run::Run;
pub(super) use subscribe::follow_on;
pub use subscribe::{Subscribed, follow};
pub(super) use supervisor::{News, Supervisor};

use crate::feed::Limits;
use crate::library::{HostPause, Library, LibraryError, LibraryPath, SourceId};
use crate::net::fetch::{Cancel, Fetcher, Pause};
use crate::text::CleanBuf;

/// The processor time that parsing one feed may take.
const TIME: Duration = Duration::from_secs(30);

/// The shared tools of a sync. Clones share the fetcher and are cancelled together.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The path of the library.
    pub place: LibraryPath,
    /// The size limits of a feed.
    pub limits: Limits,
    /// The processor time that parsing one feed may take.
    pub time: Duration,
    cancel: Cancel,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    fetcher: Fetcher,
    pool: Pool,
}

impl Engine {
    /// Creates an engine that is not cancelled.
    #[must_use]
    pub fn new(place: LibraryPath, fetcher: Fetcher, limits: Limits) -> Self {
        let pool = Pool::new(Arc::clone(fetcher.hosts()));
        Self { place, limits, time: TIME, cancel: Cancel::default(), shared: Arc::new(Shared { fetcher, pool }) }
    }

    /// A copy that is cancelled separately.
    #[must_use]
    pub fn apart(&self, cancel: Cancel) -> Self {
        Self { cancel, ..self.clone() }
    }

    /// Cancels running and future work.
    pub fn call_off(&self) {
        self.cancel.cancel();
    }

    /// The fetcher.
    #[must_use]
    pub fn fetcher(&self) -> &Fetcher {
        &self.shared.fetcher
    }

    /// The cancellation shared by all clones.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Runs a task on another thread.
    pub(super) fn submit(&self, task: Task) {
        self.shared.pool.submit(task);
    }

    /// Adopts pauses that hosts asked an earlier run or another process for.
    pub(super) fn recall(&self, library: &Library) -> Result<(), LibraryError> {
        for HostPause { host, until, status } in library.pauses(now())? {
            self.fetcher().hosts().pause(&host, Pause { until, status });
        }
        Ok(())
    }

    /// The current pauses, as they are stored.
    pub(super) fn pauses(&self) -> Vec<HostPause> {
        let pauses = self.fetcher().hosts().pauses(now()).into_iter();
        pauses.map(|(host, Pause { until, status })| HostPause { host, until, status }).collect()
    }

    fn is_over(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

/// What to sync.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These sources; empty for all that are not paused.
    pub sources: Vec<SourceId>,
    /// Whether the sync is automatic, so that recently failed sources rest.
    pub is_scheduled: bool,
}

/// The progress of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Finished sources, including failed ones.
    pub done: usize,
    /// All sources.
    pub all: usize,
    /// Failed sources.
    pub failed: usize,
    /// New releases.
    pub fresh: usize,
    /// The first source that failed, and why.
    pub first_error: Option<(CleanBuf, CleanBuf)>,
    /// The last finished source: its name, and the number of new releases or the error.
    pub last: Option<(CleanBuf, Result<usize, CleanBuf>)>,
}

/// Syncs subscriptions and reports progress; returns the final state. Results stored before a cancellation stay.
///
/// # Errors
/// When the library is unusable.
pub fn sync(engine: &Engine, wanted: &Wanted, tell: &mut dyn FnMut(&Progress)) -> Result<Progress, LibraryError> {
    sync_with_more(engine, wanted, &mut || None, tell)
}

/// Like [`sync`]; further requests are taken from `more` and join the sync.
fn sync_with_more(
    engine: &Engine,
    wanted: &Wanted,
    more: &mut dyn FnMut() -> Option<Wanted>,
    tell: &mut dyn FnMut(&Progress),
) -> Result<Progress, LibraryError> {
    let Some(library) = Library::open(&engine.place)? else { return Ok(Progress::default()) };
    Run::new(engine, library, tell).all(wanted, more)
}

/// A random number between 0 and 1.
fn dice() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let number = RandomState::new().build_hasher().finish() as u32;
    f64::from(number) / f64::from(u32::MAX)
}

/// The current time in seconds since 1970.
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_stay_within_their_bounds() {
        assert!((0..100).all(|_| (0.0..=1.0).contains(&dice())));
    }
}
