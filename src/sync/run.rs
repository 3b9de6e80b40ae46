//! A running sync: schedules the work by host and stores the results.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::accounts::{AccountSynced, Depth, Fetching};
use super::pages::{self, Page};
use super::past::{self, PastPage, Walk};
use super::poll::PollResult;
use super::pool::{MAX_RUNNING, Task};
use super::{Engine, Progress, SyncRequest, now, sources};
use crate::library::{Account, AccountId, HostPause, Library, LibraryError, SourceId, Subscription};
use crate::net::fetch::{Visit, host_of};
use crate::release::Release;
use crate::text::CleanBuf;

/// The maximum number of tasks of one host handed out at a time; more would only wait for each other.
const PER_HOST: usize = 2;
/// About the number of releases that are stored in one transaction: marks wait for it.
const AT_ONCE: usize = 20_000;
/// How often a sync that waits for servers checks for cancellation and further requests.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// Something to do at a host.
pub(super) struct Work {
    pub host: String,
    pub kind: WorkKind,
}

/// What to do at a host.
pub(super) enum WorkKind {
    /// Polls a subscription.
    Poll(Box<Subscription>),
    /// Fetches a full text.
    Page(Page),
    /// Fetches a past page of a feed.
    Past(PastPage),
}

/// The result of some work.
pub(super) enum Done {
    Poll(Box<Subscription>, PollResult),
    Page(Page, Result<Box<Release>, CleanBuf>),
    Past(PastPage, past::PastFetch),
    /// The progress of an account.
    Fetching(AccountId, Fetching),
    Account(Box<Account>, Result<AccountSynced, CleanBuf>),
}

impl WorkKind {
    /// Does the work, on a thread of the pool. A panic counts as a failure of its source or page.
    fn run(self, engine: &Engine, visit: Option<Visit>) -> Done {
        match self {
            Self::Poll(source) => {
                let polled = sources::poll_or_panic_text(engine, &source, visit);
                Done::Poll(source, polled)
            }
            Self::Page(page) => {
                let fetched = pages::fetch_or_panic_text(engine, &page, visit);
                Done::Page(page, fetched)
            }
            Self::Past(page) => {
                let fetched = past::fetch_or_panic_text(engine, &page, visit);
                Done::Past(page, fetched)
            }
        }
    }
}

/// A running sync.
pub(super) struct Run<'a> {
    pub engine: &'a Engine,
    pub library: Library,
    pub progress: Progress,
    pub waiting: VecDeque<Work>,
    /// The sources waiting or being polled, and those finished.
    pub pending: HashSet<SourceId>,
    pub finished: HashSet<SourceId>,
    /// The walks through past pages that are wanted or under way.
    pub walks: HashMap<SourceId, Walk>,
    /// The progress of the accounts being synced.
    pub fetching: HashMap<AccountId, Fetching>,
    pub finished_accounts: HashSet<AccountId>,
    /// The number of tasks handed out, in total and for each host.
    pub running: usize,
    hosts: HashMap<String, usize>,
    /// The stored pauses.
    pauses: Vec<HostPause>,
    pub report: &'a mut dyn FnMut(&Progress),
}

impl<'a> Run<'a> {
    pub fn new(engine: &'a Engine, library: Library, report: &'a mut dyn FnMut(&Progress)) -> Self {
        Self {
            engine,
            library,
            progress: Progress::default(),
            waiting: VecDeque::new(),
            pending: HashSet::new(),
            finished: HashSet::new(),
            walks: HashMap::new(),
            fetching: HashMap::new(),
            finished_accounts: HashSet::new(),
            running: 0,
            hosts: HashMap::new(),
            pauses: Vec::new(),
            report,
        }
    }

    /// Syncs what is requested, and what `more` adds meanwhile.
    pub fn sync(
        mut self,
        request: &SyncRequest,
        more: &mut dyn FnMut() -> Option<SyncRequest>,
    ) -> Result<Progress, LibraryError> {
        self.engine.load_pauses(&self.library)?;
        self.pauses = self.engine.pauses();
        self.run(Some(request), more)
    }

    /// Does the work that is waiting.
    pub fn drain(mut self) -> Result<Progress, LibraryError> {
        self.pauses = self.engine.pauses();
        self.run(None, &mut || None)
    }

    fn run(
        mut self,
        request: Option<&SyncRequest>,
        more: &mut dyn FnMut() -> Option<SyncRequest>,
    ) -> Result<Progress, LibraryError> {
        let ended = self.work(request, more).and_then(|()| self.save_pauses());
        if ended.is_err() {
            // The results of running fetches are no longer needed.
            self.engine.cancel();
        }
        ended.map(|()| self.progress)
    }

    /// Hands out what is requested and stores results until no work is left.
    fn work(
        &mut self,
        request: Option<&SyncRequest>,
        more: &mut dyn FnMut() -> Option<SyncRequest>,
    ) -> Result<(), LibraryError> {
        let (results, inbox) = mpsc::channel();
        if let Some(request) = request {
            self.add(request, &results)?;
        }
        loop {
            if self.engine.is_cancelled() {
                // Received results are stored; the rest is abandoned.
                return self.apply_all(inbox.try_iter());
            }
            while let Some(request) = more() {
                if !request.is_scheduled {
                    self.add(&request, &results)?;
                }
            }
            while let Some(at) = self.startable() {
                let Some(work) = self.waiting.remove(at) else { break };
                self.running += 1;
                *self.hosts.entry(work.host.clone()).or_default() += 1;
                self.submit(work, results.clone());
            }
            if self.running == 0 {
                return Ok(());
            }
            self.wait(&inbox)?;
        }
    }

    /// Adds what is requested, except what is already waiting or running.
    fn add(&mut self, request: &SyncRequest, results: &Sender<Done>) -> Result<(), LibraryError> {
        self.add_accounts(request, results)?;
        if request.depth == Depth::Marks { Ok(()) } else { self.add_sources(request) }
    }

    /// Waits for a result, but not for long, and stores it with all others that are there.
    fn wait(&mut self, inbox: &Receiver<Done>) -> Result<(), LibraryError> {
        let first = inbox.recv_timeout(CHECK_INTERVAL);
        self.apply_all(first.into_iter().chain(inbox.try_iter()))
    }

    /// Stores results, those of polls together.
    fn apply_all(&mut self, results: impl Iterator<Item = Done>) -> Result<(), LibraryError> {
        let mut polls = Vec::new();
        let mut releases = 0;
        for done in results {
            match done {
                Done::Poll(source, polled) => {
                    self.running = self.running.saturating_sub(1);
                    self.free_slot(&host_of(source.address.as_str()));
                    releases += polled.len();
                    polls.push((source, polled));
                }
                other => self.apply(other)?,
            }
            if releases >= AT_ONCE {
                self.apply_polls(std::mem::take(&mut polls))?;
                releases = 0;
            }
        }
        self.apply_polls(polls)
    }

    /// The position of the first waiting work whose host has room.
    fn startable(&self) -> Option<usize> {
        let has_room = |work: &Work| self.hosts.get(&work.host).is_none_or(|&count| count < PER_HOST);
        // At most twice the number of running tasks, so that tasks waiting for their hosts do not keep others from
        // starting.
        if self.running < 2 * MAX_RUNNING { self.waiting.iter().position(has_room) } else { None }
    }

    /// Submits work to the pool.
    fn submit(&self, Work { host, kind }: Work, results: Sender<Done>) {
        let engine = self.engine.clone();
        let run = move |visit| {
            // The receiver is gone if the sync has ended.
            let _ = results.send(kind.run(&engine, visit));
        };
        let cancellation = self.engine.cancellation().clone();
        self.engine.submit(Task { host, cancellation, is_urgent: false, run: Box::new(run) });
    }

    /// Stores a result.
    fn apply(&mut self, done: Done) -> Result<(), LibraryError> {
        if let Done::Fetching(id, fetching) = done {
            self.report_fetching(id, fetching);
            return Ok(());
        }
        self.running = self.running.saturating_sub(1);
        match done {
            Done::Fetching(..) => Ok(()),
            Done::Poll(source, polled) => {
                self.free_slot(&host_of(source.address.as_str()));
                self.apply_polls(vec![(source, polled)])
            }
            Done::Account(account, synced) => {
                self.apply_account(&account, synced);
                Ok(())
            }
            Done::Page(page, fetched) => {
                self.free_slot(&host_of(&page.address));
                self.apply_page(&page, fetched)
            }
            Done::Past(page, fetched) => self.apply_past(page, fetched),
        }
    }

    /// Counts a task of a host as ended.
    pub fn free_slot(&mut self, host: &str) {
        if let Some(count) = self.hosts.get_mut(host) {
            *count = count.saturating_sub(1);
        }
    }

    /// Stores the pauses that hosts requested.
    pub fn save_pauses(&mut self) -> Result<(), LibraryError> {
        let pauses = self.engine.pauses();
        if pauses.iter().any(|pause| !self.pauses.contains(pause)) {
            self.library.keep_pauses(&pauses, now())?;
            self.pauses = pauses;
        }
        Ok(())
    }
}
