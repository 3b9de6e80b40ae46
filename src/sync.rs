//! Syncs subscriptions: polls several at a time, at most two of one host, and stores each result in one transaction.
//!
//! [`sync`] runs on the caller's thread, which owns the connection to the library. `run` schedules the work and stores
//! results in order of arrival; the threads of `pool` fetch and parse, for syncs, new subscriptions and full texts
//! alike. A source that fails affects no other. [`Supervisor`] runs syncs in the background, one at a time.
//!
//! Each kind of work has its own file, which says how the work is done and how its result is stored: `sources` for
//! subscriptions, `sitemaps` for indexes of sitemaps, `past` for past pages, `pages` for full texts; `pictures` fetches what no sync does. To sync something else, add such a file and its variants to `run`.

mod accounts;
mod command;
mod headers;
mod pages;
mod past;
mod pictures;
mod poll;
mod pool;
mod run;
mod sitemaps;
mod sources;
mod subscribe;
mod supervisor;
mod trial;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing::info_span;

use accounts::Clients;
pub use accounts::{
    AccountError, AccountOffer, AccountSynced, CheckStep, Depth, Fetching, FoundPage, NoSecret, NotAdded, PartTaken,
    ServerSearch, add_account, ask_again, check_account, connect, forget_client, move_at, search_names,
    secret_of_command, starred_at, subscribe_at, sync_account, unsubscribe_at, with_server,
};
pub use command::CommandError;
pub use pages::{fetch_page, fetch_page_with};
pub use past::{NoSitemap, PAST_PAGES, PastPages, WalkEnd};
pub use pictures::fetch_picture;
use pool::Pool;
pub use pool::Task;
use run::Run;
pub use subscribe::{PagePreview, SubscribeOutcome, ToSubscribe, subscribe, subscribe_typed, subscribe_with};
pub use supervisor::{Supervisor, SyncEvent, lower_priority};
pub use trial::{FeedPreview, try_rules};

use crate::feed::Limits;
use crate::feed::listing::ListingReport;
use crate::library::{AccountId, HostPause, Library, LibraryError, LibraryPath, RuleApplied, SourceId};
use crate::net::fetch::{Cancel, Fetcher, Pause};
use crate::query::TopicDefinition;
use crate::query_feeds::{self, Unwritten};
use crate::text::CleanBuf;
use crate::watches::{self, Judged, WatchNews};

/// The processor time that parsing one feed may take.
const PARSE_TIME: Duration = Duration::from_secs(30);
/// The memory in bytes that the releases of one feed may take until they are stored.
const FEED_MEMORY: usize = 192 << 20;

/// The shared tools of a sync. Clones share the fetcher and the pool, and are cancelled together.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The path of the library.
    pub place: LibraryPath,
    /// The size limits of a feed.
    pub limits: Limits,
    /// The processor time that parsing one feed may take.
    pub time: Duration,
    /// The memory in bytes that the releases of one feed may take until they are stored.
    pub memory: usize,
    cancellation: Cancel,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    fetcher: Arc<Fetcher>,
    pool: Pool,
    /// The addresses of feeds that public web pages offered.
    offered: Mutex<HashSet<String>>,
    /// The clients of the accounts.
    clients: Clients,
    /// The user's own topics of the configuration.
    topics: Mutex<Vec<TopicDefinition>>,
}

impl Engine {
    /// Creates an engine that is not cancelled.
    #[must_use]
    pub fn new(place: LibraryPath, fetcher: Fetcher, limits: Limits) -> Self {
        let pool = Pool::new(Arc::clone(fetcher.hosts()));
        let shared = Arc::new(Shared {
            fetcher: Arc::new(fetcher),
            pool,
            offered: Mutex::default(),
            clients: Clients::default(),
            topics: Mutex::default(),
        });
        let cancellation = Cancel::default();
        Self { place, limits, time: PARSE_TIME, memory: FEED_MEMORY, cancellation, shared }
    }

    /// Returns a copy with its own cancellation.
    #[must_use]
    pub fn with_cancellation(&self, cancellation: Cancel) -> Self {
        Self { cancellation, ..self.clone() }
    }

    /// Cancels running and future work.
    pub fn cancel(&self) {
        self.cancellation.cancel();
    }

    /// The fetcher.
    #[must_use]
    pub fn fetcher(&self) -> &Arc<Fetcher> {
        &self.shared.fetcher
    }

    /// The clients of accounts that were used before.
    fn clients(&self) -> &Clients {
        &self.shared.clients
    }

    /// Names the user's own topics of the configuration, for watches, rules and files of saved queries.
    pub fn set_topics(&self, topics: &[TopicDefinition]) {
        topics.clone_into(&mut self.shared.topics.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Opens the library, which then knows the user's own topics; `None` if there is none.
    fn library(&self) -> Result<Option<Library>, LibraryError> {
        let Some(mut library) = Library::open(&self.place)? else { return Ok(None) };
        library.set_topics(self.shared.topics.lock().unwrap_or_else(PoisonError::into_inner).clone());
        Ok(Some(library))
    }

    /// The cancellation shared by all clones.
    #[must_use]
    pub fn cancellation(&self) -> &Cancel {
        &self.cancellation
    }

    /// Records the addresses of feeds that a public web page offers. They are never fetched from a private network, even
    /// if the user picks one.
    fn guard_offers<'a>(&self, addresses: impl IntoIterator<Item = &'a str>) {
        let mut offered = self.shared.offered.lock().unwrap_or_else(PoisonError::into_inner);
        offered.extend(addresses.into_iter().map(str::to_owned));
    }

    /// Whether a public web page offered this address.
    fn is_guarded_offer(&self, address: &str) -> bool {
        self.shared.offered.lock().unwrap_or_else(PoisonError::into_inner).contains(address)
    }

    /// Runs a task on a thread of the pool.
    pub fn submit(&self, task: Task) {
        self.shared.pool.submit(task);
    }

    /// Loads the stored pauses that hosts requested from an earlier run or another process.
    ///
    /// # Errors
    /// If the library cannot be read.
    pub fn load_pauses(&self, library: &Library) -> Result<(), LibraryError> {
        for HostPause { host, until, status } in library.pauses(now())? {
            self.fetcher().hosts().pause(&host, Pause { until, status });
        }
        Ok(())
    }

    /// The current pauses, as they are stored.
    fn pauses(&self) -> Vec<HostPause> {
        let pauses = self.fetcher().hosts().pauses(now()).into_iter();
        pauses.map(|(host, Pause { until, status })| HostPause { host, until, status }).collect()
    }

    fn is_cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }
}

/// What to sync.
#[derive(Debug, Clone, Default)]
pub struct SyncRequest {
    /// These sources. If no accounts are named either, all accounts and all sources that are not paused.
    pub sources: Vec<SourceId>,
    /// These accounts.
    pub accounts: Vec<AccountId>,
    /// The most past pages to fetch of each source.
    pub past_pages: usize,
    /// How much of the accounts; if only their marks, no source is polled.
    pub depth: Depth,
    /// Whether the sync is automatic. It then skips sources that failed recently.
    pub is_scheduled: bool,
}

/// The progress of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The number of finished sources and accounts, including failed ones.
    pub done: usize,
    /// The number of all sources and accounts.
    pub all: usize,
    /// The number of failed ones.
    pub failed: usize,
    /// The number of new releases.
    pub fresh: usize,
    /// The number of marks that the servers of accounts have taken.
    pub sent: usize,
    /// The entries that the running accounts fetch.
    pub fetching: Option<Fetching>,
    /// The number of past pages that have arrived.
    pub past_pages: usize,
    /// The last one.
    pub past: Option<PastPages>,
    /// Of the last finished source, if its past pages were wanted: their number, and how the walk through them ended.
    pub walked: Option<(usize, WalkEnd)>,
    /// Of the last finished source, if it is a web page or a sitemap that was read: how its releases were found.
    pub listed: Option<ListingReport>,
    /// Whether a source has more past pages, which a later run fetches.
    pub has_more: bool,
    /// The first source or account that failed, and why.
    pub first_error: Option<(CleanBuf, CleanBuf)>,
    /// The first account about which the user should know something, and what.
    pub first_remark: Option<(CleanBuf, CleanBuf)>,
    /// What the watched queries found among the new releases; known at the end.
    pub news: Vec<WatchNews>,
    /// What rules on arrival did to the marks of new releases; known at the end.
    pub applied: Vec<RuleApplied>,
    /// The number of full texts that were fetched for such rules.
    pub full_texts: usize,
    /// The files of saved queries that could not be brought up to date; known at the end.
    pub unwritten: Vec<Unwritten>,
    /// The last finished source or account: its name, and the number of new releases or the error.
    pub last: Option<(CleanBuf, Result<usize, CleanBuf>)>,
}

/// Syncs subscriptions and reports progress; returns the final state. Results stored before a cancellation stay.
///
/// # Errors
/// If the library cannot be read or written.
pub fn sync(
    engine: &Engine,
    request: &SyncRequest,
    report: &mut dyn FnMut(&Progress),
) -> Result<Progress, LibraryError> {
    sync_with_more(engine, request, &mut || None, report)
}

/// Like [`sync`]; further requests are taken from `more` and join the sync.
fn sync_with_more(
    engine: &Engine,
    request: &SyncRequest,
    more: &mut dyn FnMut() -> Option<SyncRequest>,
    report: &mut dyn FnMut(&Progress),
) -> Result<Progress, LibraryError> {
    let _span = info_span!("sync", is_scheduled = request.is_scheduled).entered();
    let Some(library) = Library::open(&engine.place)? else { return Ok(Progress::default()) };
    let mut progress = Run::new(engine, library, report).sync(request, more)?;
    let Some(mut library) = engine.library()? else { return Ok(progress) };
    let today = chrono::Local::now().date_naive();
    let Judged { news, applied } = watches::judge(&mut library, today)?;
    (progress.news, progress.applied) = (news, applied);
    if !engine.is_cancelled() && library.read_only().is_none() && !library.wanted_pages(1)?.is_empty() {
        progress = Run::new(engine, library, report).fetch_wanted(progress)?;
        let Some(again) = engine.library()? else { return Ok(progress) };
        library = again;
    }
    progress.unwritten = query_feeds::update_files(&mut library, today)?;
    Ok(progress)
}

/// The current time in seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
