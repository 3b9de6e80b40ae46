//! Brings subscriptions up to date: several at a time, at most two of one host, each applied in one step.
//!
//! The threads of a pool (`pool`) fetch and read, for syncs, subscriptions and full pages alike; the thread that calls
//! [`sync`] hands out the work, owns the library's connection and applies what comes back in the order in which it comes.
//! A source that cannot be read costs that source alone.

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

/// Processor time that reading one feed may take.
const TIME: Duration = Duration::from_secs(30);

/// With what is synced. Clones share what fetches, and are called off together.
#[derive(Debug, Clone)]
pub struct Engine {
    /// Where the library lies.
    pub place: LibraryPath,
    /// How much of a feed is taken.
    pub limits: Limits,
    /// Processor time that reading one feed may take.
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
    /// One that has not been called off.
    #[must_use]
    pub fn new(place: LibraryPath, fetcher: Fetcher, limits: Limits) -> Self {
        let pool = Pool::new(Arc::clone(fetcher.hosts()));
        Self { place, limits, time: TIME, cancel: Cancel::default(), shared: Arc::new(Shared { fetcher, pool }) }
    }

    /// The same one, called off on its own.
    #[must_use]
    pub fn apart(&self, cancel: Cancel) -> Self {
        Self { cancel, ..self.clone() }
    }

    /// Calls off what runs and whatever comes later.
    pub fn call_off(&self) {
        self.cancel.cancel();
    }

    /// What fetches.
    #[must_use]
    pub fn fetcher(&self) -> &Fetcher {
        &self.shared.fetcher
    }

    /// What calls it off.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Has something fetched on another thread.
    pub(super) fn submit(&self, task: Task) {
        self.shared.pool.submit(task);
    }

    /// Keeps to the pauses that hosts asked an earlier run for, or another program.
    pub(super) fn recall(&self, library: &Library) -> Result<(), LibraryError> {
        for HostPause { host, until, status } in library.pauses(now())? {
            self.fetcher().hosts().pause(&host, Pause { until, status });
        }
        Ok(())
    }

    /// The pauses that hold at present, as they are stored.
    pub(super) fn pauses(&self) -> Vec<HostPause> {
        let pauses = self.fetcher().hosts().pauses(now()).into_iter();
        pauses.map(|(host, Pause { until, status })| HostPause { host, until, status }).collect()
    }

    fn is_over(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

/// What is to be synced.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These; none: all that are not paused.
    pub sources: Vec<SourceId>,
    /// Nobody asked for it now: sources that failed lately have their rest.
    pub is_scheduled: bool,
}

/// How far a sync is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Sources that are done, those that failed among them.
    pub done: usize,
    /// Sources to do.
    pub all: usize,
    /// Sources that could not be read.
    pub failed: usize,
    /// Releases that were not there before.
    pub fresh: usize,
    /// The first source that failed, and why.
    pub first_error: Option<(CleanBuf, CleanBuf)>,
    /// The source that was done last: its name, and how many new releases it has or why it could not be read.
    pub last: Option<(CleanBuf, Result<usize, CleanBuf>)>,
}

/// Brings subscriptions up to date and tells how far it is; how it ended. What was applied before it was called off stays.
///
/// # Errors
/// Where the library cannot be used at all.
pub fn sync(engine: &Engine, wanted: &Wanted, tell: &mut dyn FnMut(&Progress)) -> Result<Progress, LibraryError> {
    sync_with_more(engine, wanted, &mut || None, tell)
}

/// As [`sync`]; what is wanted meanwhile is taken from `more` and becomes part of it.
fn sync_with_more(
    engine: &Engine,
    wanted: &Wanted,
    more: &mut dyn FnMut() -> Option<Wanted>,
    tell: &mut dyn FnMut(&Progress),
) -> Result<Progress, LibraryError> {
    let Some(library) = Library::open(&engine.place)? else { return Ok(Progress::default()) };
    Run::new(engine, library, tell).all(wanted, more)
}

/// Between 0 and 1.
fn dice() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let number = RandomState::new().build_hasher().finish() as u32;
    f64::from(number) / f64::from(u32::MAX)
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_fall_within_their_bounds() {
        assert!((0..100).all(|_| (0.0..=1.0).contains(&dice())));
    }
}
