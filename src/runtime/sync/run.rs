//! A running sync: hands out sources and pages, and stores the results.

use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::poll::{Opening, PollResult, fetch_page_on, poll};
use super::pool::{TOGETHER, Task};
use super::{Engine, Progress, Wanted, dice, now};
use crate::library::{Applied, Checked, HostPause, Library, LibraryError, Outcome, SourceId, Subscription};
use crate::net::fetch::{Visit, host_of, is_private};
use crate::net::schedule;
use crate::release::Release;
use crate::runtime::panic_text;
use crate::text::CleanBuf;

/// The maximum number of tasks of one host handed out at a time; more would only wait for each other.
const OF_A_HOST: usize = 2;
/// The maximum number of full texts fetched after one poll of a source.
const PAGES: usize = 20;
/// How often a sync that waits for servers checks whether it was cancelled or more is wanted.
const MOMENT: Duration = Duration::from_millis(50);

/// Something to do at a host.
struct Work {
    host: String,
    what: What,
}

enum What {
    Look(Box<Subscription>),
    Page(Page),
}

/// The page of a release whose full text is to be stored.
struct Page {
    key: CleanBuf,
    number: u64,
    address: String,
    is_guarded: bool,
}

/// The result of a task.
enum Done {
    Polled(Box<Subscription>, PollResult),
    Page(Page, Result<Box<Release>, CleanBuf>),
}

/// A running sync.
pub(super) struct Run<'a> {
    engine: &'a Engine,
    library: Library,
    progress: Progress,
    waiting: VecDeque<Work>,
    /// Sources waiting or being polled, and finished sources.
    pending: HashSet<SourceId>,
    finished: HashSet<SourceId>,
    /// The number of tasks handed out, in total and for each host.
    running: usize,
    hosts: HashMap<String, usize>,
    /// The stored pauses.
    pauses: Vec<HostPause>,
    tell: &'a mut dyn FnMut(&Progress),
}

impl<'a> Run<'a> {
    pub fn new(engine: &'a Engine, library: Library, tell: &'a mut dyn FnMut(&Progress)) -> Self {
        Self {
            engine,
            library,
            progress: Progress::default(),
            waiting: VecDeque::new(),
            pending: HashSet::new(),
            finished: HashSet::new(),
            running: 0,
            hosts: HashMap::new(),
            pauses: Vec::new(),
            tell,
        }
    }

    /// Syncs what is wanted, and what `more` adds meanwhile.
    pub fn all(mut self, wanted: &Wanted, more: &mut dyn FnMut() -> Option<Wanted>) -> Result<Progress, LibraryError> {
        self.engine.recall(&self.library)?;
        self.pauses = self.engine.pauses();
        let ended = self.add(wanted).and_then(|()| self.hand_out(more)).and_then(|()| self.keep_pauses());
        if ended.is_err() {
            // The results of running fetches are no longer needed.
            self.engine.call_off();
        }
        ended.map(|()| self.progress)
    }

    /// Adds sources, except those already waiting.
    fn add(&mut self, wanted: &Wanted) -> Result<(), LibraryError> {
        let now = now();
        let hosts = self.engine.fetcher().hosts();
        let rests = |source: &Subscription| hosts.pause_of(&host_of(source.address.as_str()), now).is_some();
        let mut sources = chosen(self.library.sources()?, wanted, now, rests);
        // A repeated request for all sources means those that this sync has not done.
        let is_new = |id| wanted.sources.contains(&id) || !self.finished.contains(&id);
        sources.retain(|source| !self.pending.contains(&source.id) && is_new(source.id));
        self.progress.all += sources.len();
        self.pending.extend(sources.iter().map(|source| source.id));
        (self.tell)(&self.progress);
        for source in sources {
            // A requested pause holds even for a manual sync.
            if let Some(pause) = source.pause.filter(|pause| *pause > now) {
                let reason = paused(source.error.as_ref(), pause, now);
                self.count(&source, Err(reason));
            } else {
                let host = host_of(source.address.as_str());
                self.waiting.push_back(Work { host, what: What::Look(Box::new(source)) });
            }
        }
        Ok(())
    }

    /// Hands out work until none is left and no task runs.
    fn hand_out(&mut self, more: &mut dyn FnMut() -> Option<Wanted>) -> Result<(), LibraryError> {
        let (results, inbox) = mpsc::channel();
        loop {
            if self.engine.is_over() {
                // Received results are stored; the rest is abandoned.
                return inbox.try_iter().try_for_each(|done| self.apply(done));
            }
            while let Some(wanted) = more() {
                if !wanted.is_scheduled {
                    self.add(&wanted)?;
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

    /// Waits for a result, but not for long.
    fn wait(&mut self, inbox: &Receiver<Done>) -> Result<(), LibraryError> {
        inbox.recv_timeout(MOMENT).map_or(Ok(()), |done| self.apply(done))
    }

    /// The first task whose host has room.
    fn startable(&self) -> Option<usize> {
        let has_room = |work: &Work| self.hosts.get(&work.host).is_none_or(|&count| count < OF_A_HOST);
        // At most twice the number of running tasks, so that tasks waiting for their hosts do not keep others from
        // starting.
        if self.running < 2 * TOGETHER { self.waiting.iter().position(has_room) } else { None }
    }

    /// Submits work to the pool.
    fn submit(&self, work: Work, results: Sender<Done>) {
        let engine = self.engine.clone();
        let Work { host, what } = work;
        let run = move |visit| {
            // The receiver is gone if the sync has ended.
            let _ = results.send(done(&engine, what, visit));
        };
        let cancel = self.engine.cancel().clone();
        self.engine.submit(Task { host, cancel, is_urgent: false, run: Box::new(run) });
    }

    fn apply(&mut self, done: Done) -> Result<(), LibraryError> {
        self.running = self.running.saturating_sub(1);
        match done {
            Done::Polled(source, polled) => {
                self.leave(&host_of(source.address.as_str()));
                self.pending.remove(&source.id);
                let told = match polled {
                    PollResult::Cancelled => return Ok(()),
                    // Nothing new is known about the source.
                    PollResult::Unasked(reason) => Err(reason),
                    polled => self.store(&source, polled)?,
                };
                match &told {
                    Ok(fresh) => tracing::info!(source = %source.name(), fresh, "synced"),
                    Err(reason) => tracing::warn!(source = %source.name(), %reason, "not synced"),
                }
                self.count(&source, told);
            }
            Done::Page(page, read) => {
                self.leave(&host_of(&page.address));
                // A full text that cannot be fetched can be requested by hand.
                if let Ok(read) = read {
                    self.library.keep_page(page.key.as_str(), page.number, &read, now())?;
                }
            }
        }
        Ok(())
    }

    fn leave(&mut self, host: &str) {
        if let Some(count) = self.hosts.get_mut(host) {
            *count = count.saturating_sub(1);
        }
    }

    /// Stores the result of a poll. Returns the number of new releases, or why there are none.
    fn store(&mut self, source: &Subscription, polled: PollResult) -> Result<Result<usize, CleanBuf>, LibraryError> {
        let at = now();
        let (outcome, moved, origin, opening) = match polled {
            PollResult::Read { mut opening, moved } => {
                let (etag, modified) = (opening.etag.take(), opening.modified.take());
                let outcome = Outcome::Read { etag, modified, title: opening.title.clone() };
                (outcome, moved, opening.origin.clone(), Some(opening))
            }
            PollResult::Unchanged { etag, modified, moved, origin } => {
                (Outcome::Unchanged { etag, modified }, moved, origin, None)
            }
            PollResult::Failed { reason, pause, rest } => {
                let least = pause.max(rest);
                let retry = schedule::next_attempt(at, source.failures + 1, dice(), least);
                let pause = pause.map(|pause| at.saturating_add(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX)));
                let outcome = Outcome::Failed { reason: source.failure(&reason), retry, pause };
                let checked = Checked { at, outcome, moved: source.moved.clone(), address: None, origin: None };
                self.library.keep_checked(source.id, &checked)?;
                self.keep_pauses()?;
                return Ok(Err(source.failure(&reason)));
            }
            PollResult::Cancelled | PollResult::Unasked(_) => return Ok(Ok(0)),
        };
        let (moved, address) = schedule::moving(source.moved.clone(), moved.as_deref());
        let checked = Checked { at, outcome, moved, address, origin: Some(origin) };
        let Some(Opening { releases, .. }) = opening.as_ref().filter(|opening| !opening.releases.is_empty()) else {
            self.library.keep_checked(source.id, &checked)?;
            return Ok(Ok(0));
        };
        let applied = self.library.apply(source.id, &checked, releases)?;
        if source.wants_pages {
            self.want_pages(source, releases, &applied);
        }
        Ok(Ok(applied.fresh.len()))
    }

    /// Queues the full texts of new releases, newest first.
    fn want_pages(&mut self, source: &Subscription, releases: &[Release], applied: &Applied) {
        let is_guarded = source.is_public.unwrap_or_else(|| !is_private(source.address.as_str()));
        let new = applied.fresh.iter().zip(&applied.numbers).rev();
        let new = new.filter_map(|(&at, &number)| Some((releases.get(at)?, number)));
        let new = new.filter(|(release, _)| !release.url.is_empty());
        self.waiting.extend(new.take(PAGES).map(|(release, number)| {
            let (key, address) = (source.key.clone(), release.url.to_string());
            Work { host: host_of(&address), what: What::Page(Page { key, number, address, is_guarded }) }
        }));
    }

    /// Stores the pauses that hosts asked for.
    fn keep_pauses(&mut self) -> Result<(), LibraryError> {
        let pauses = self.engine.pauses();
        if pauses.iter().any(|pause| !self.pauses.contains(pause)) {
            self.library.keep_pauses(&pauses, now())?;
            self.pauses = pauses;
        }
        Ok(())
    }

    /// Reports a finished source.
    fn count(&mut self, source: &Subscription, told: Result<usize, CleanBuf>) {
        self.pending.remove(&source.id);
        self.finished.insert(source.id);
        let progress = &mut self.progress;
        progress.done += 1;
        match &told {
            Ok(fresh) => progress.fresh += fresh,
            Err(reason) => {
                progress.failed += 1;
                progress.first_error.get_or_insert_with(|| (source.name(), reason.clone()));
            }
        }
        progress.last = Some((source.name(), told));
        (self.tell)(progress);
    }
}

/// Runs a task; a panic becomes a failure of its source or page.
fn done(engine: &Engine, what: What, visit: Option<Visit>) -> Done {
    match what {
        What::Look(source) => {
            let polled = catch_unwind(AssertUnwindSafe(|| poll(engine, &source, visit))).unwrap_or_else(|payload| {
                PollResult::Failed { reason: panic_text("reading it", &*payload), pause: None, rest: None }
            });
            Done::Polled(source, polled)
        }
        What::Page(page) => {
            let fetch = || fetch_page_on(engine, &page.address, page.is_guarded, visit);
            let read = catch_unwind(AssertUnwindSafe(fetch));
            let read = read.unwrap_or_else(|payload| Err(panic_text("reading it", &*payload)));
            Done::Page(page, read.map(Box::new))
        }
    }
}

/// The sources to poll; `rests` says whether the host of a source is in a pause.
fn chosen(
    mut sources: Vec<Subscription>,
    wanted: &Wanted,
    now: i64,
    rests: impl Fn(&Subscription) -> bool,
) -> Vec<Subscription> {
    sources.retain(|source| {
        let is_meant = if wanted.sources.is_empty() { !source.is_paused } else { wanted.sources.contains(&source.id) };
        let is_resting =
            || [source.retry, source.pause].into_iter().flatten().any(|until| until > now) || rests(source);
        is_meant && !(wanted.is_scheduled && is_resting())
    });
    sources
}

/// Why a source is not polled: the server's reason, and the rest of the pause.
fn paused(reason: Option<&CleanBuf>, until: i64, now: i64) -> CleanBuf {
    let minutes = (until - now).max(0) / 60 + 1;
    let pause = match minutes {
        1 => "minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        120..2_880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    };
    let reason = reason.map_or("the server asks to wait", CleanBuf::as_str);
    CleanBuf::line(&format!("{reason}; not fetched for another {pause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_to_poll_are_chosen() {
        let source =
            |id, is_paused, retry, pause| Subscription { id, is_paused, retry, pause, ..Subscription::default() };
        let sources = [
            source(1, false, None, None),
            source(2, true, None, None),
            source(3, false, Some(50), None),
            source(4, false, Some(200), None),
            source(5, false, None, Some(200)),
            // Its host is in a pause.
            source(6, false, None, None),
        ];
        let ids = |wanted: &[SourceId], is_scheduled| {
            let wanted = Wanted { sources: wanted.to_vec(), is_scheduled };
            chosen(sources.to_vec(), &wanted, 100, |source| source.id == 6)
                .iter()
                .map(|source| source.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&[], false), [1, 3, 4, 5, 6]);
        assert_eq!(ids(&[], true), [1, 3]);
        assert_eq!(ids(&[2, 4], false), [2, 4]);
    }

    #[test]
    fn a_pause_is_described_in_words() {
        let reason = CleanBuf::line("permanently removed (410)");
        let told = |seconds: i64| paused(Some(&reason), 1_000 + seconds, 1_000).to_string();
        assert!(told(30).starts_with("permanently removed (410); not fetched for"));
        assert!(told(30).ends_with("for another minute"));
        assert!(told(7_000).ends_with("117 minutes") && told(90_000).ends_with("25 hours"));
    }
}
