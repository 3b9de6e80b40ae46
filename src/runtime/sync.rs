//! Brings subscriptions up to date: several at a time, at most two of one host, each applied in one step.
//!
//! Worker threads fetch and read; the thread that calls [`sync`] hands out the work, owns the library's connection and
//! applies what comes back in the order in which it comes. A source that cannot be read costs that source alone.

mod follow;
mod look;

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

pub use follow::{Followed, follow};
use look::{Looked, look};
pub use look::{Opening, fetch_page};

use super::panic_text;
use crate::feed::Limits;
use crate::library::{Checked, Fault, Library, Outcome, Place, Source, SourceId};
use crate::release::{Identity, Release};
use crate::sync::fetch::Fetcher;
use crate::sync::schedule;
use crate::text::CleanBuf;

/// Sources that are looked at together, and how many of them may be of one host.
const TOGETHER: usize = 16;
const OF_A_HOST: usize = 2;
/// Pages of one source that are fetched after a look at it.
const PAGES: usize = 20;
/// How often a sync that waits for servers looks whether it was called off.
const MOMENT: Duration = Duration::from_millis(50);

/// With what is synced.
#[derive(Debug)]
pub struct Engine {
    /// Where the library lies.
    pub place: Place,
    /// What fetches.
    pub fetcher: Fetcher,
    /// How much of a feed is taken.
    pub limits: Limits,
    /// Set to call a sync off.
    pub is_cancelled: AtomicBool,
}

impl Engine {
    /// One that has not been called off.
    #[must_use]
    pub fn new(place: Place, fetcher: Fetcher, limits: Limits) -> Self {
        Self { place, fetcher, limits, is_cancelled: AtomicBool::new(false) }
    }

    /// Calls off what runs.
    pub fn call_off(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        self.fetcher.interrupt();
    }

    fn is_over(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
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

/// Work for a thread.
enum Task {
    /// At a source, which has this host.
    Look(Box<Source>, String),
    Page(Page),
}

/// A page behind a release that is to be kept.
struct Page {
    key: CleanBuf,
    number: u64,
    address: String,
    is_guarded: bool,
    host: String,
}

/// What a thread has done.
enum Done {
    Looked(Box<Source>, String, Looked),
    Page(Page, Result<Box<Release>, CleanBuf>),
}

/// Brings subscriptions up to date and tells how far it is; how it ended. What was applied before it was called off stays.
///
/// # Errors
/// Where the library cannot be used at all.
pub fn sync(engine: &Engine, wanted: &Wanted, tell: &mut dyn FnMut(&Progress)) -> Result<Progress, Fault> {
    let Some(library) = Library::open(&engine.place)? else { return Ok(Progress::default()) };
    let now = now();
    let sources = chosen(library.sources()?, wanted, now);
    let mut run = Run {
        engine,
        library,
        progress: Progress { all: sources.len(), ..Progress::default() },
        waiting: VecDeque::new(),
        hosts: HashMap::new(),
        tell,
    };
    (run.tell)(&run.progress);
    for source in sources {
        // What a server asked for holds whoever asks.
        if let Some(pause) = source.pause.filter(|pause| *pause > now) {
            let reason = paused(source.error.as_ref(), pause, now);
            run.count(&source, Err(reason));
        } else {
            let host = host_of(source.address.as_str());
            run.waiting.push_back(Task::Look(Box::new(source), host));
        }
    }
    run.all()?;
    Ok(run.progress)
}

/// The sources that are looked at.
fn chosen(mut sources: Vec<Source>, wanted: &Wanted, now: i64) -> Vec<Source> {
    sources.retain(|source| {
        let is_meant = if wanted.sources.is_empty() { !source.is_paused } else { wanted.sources.contains(&source.id) };
        let rests = [source.retry, source.pause].into_iter().flatten().any(|until| until > now);
        is_meant && !(wanted.is_scheduled && rests)
    });
    sources
}

/// Why a source is not asked: what its server said, and how much longer that holds.
fn paused(reason: Option<&CleanBuf>, until: i64, now: i64) -> CleanBuf {
    let minutes = (until - now).max(0) / 60 + 1;
    let pause = match minutes {
        1 => "minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        120..2_880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    };
    let reason = reason.map_or("asks for a pause", CleanBuf::as_str);
    CleanBuf::line(&format!("{reason}; it is not asked again for another {pause}"))
}

/// A sync that runs.
struct Run<'a> {
    engine: &'a Engine,
    library: Library,
    progress: Progress,
    waiting: VecDeque<Task>,
    /// How many of each host are being fetched.
    hosts: HashMap<String, usize>,
    tell: &'a mut dyn FnMut(&Progress),
}

impl Run<'_> {
    fn all(&mut self) -> Result<(), Fault> {
        let engine = self.engine;
        thread::scope(|scope| {
            let (results, inbox) = mpsc::channel();
            // The threads end when these are gone.
            let workers: Vec<Sender<Task>> = (0..TOGETHER.min(self.waiting.len()))
                .map(|myself| {
                    let (worker, tasks) = mpsc::channel();
                    let results = results.clone();
                    scope.spawn(move || work(engine, myself, &tasks, &results));
                    worker
                })
                .collect();
            let ended = self.hand_out(&workers, &inbox);
            if ended.is_err() {
                // Whoever still fetches does so for nothing.
                engine.is_cancelled.store(true, Ordering::SeqCst);
                engine.fetcher.interrupt();
            }
            ended
        })
    }

    /// Hands out work until there is none and nobody works.
    fn hand_out(&mut self, workers: &[Sender<Task>], inbox: &Receiver<(usize, Done)>) -> Result<(), Fault> {
        let mut free: Vec<usize> = (0..workers.len()).collect();
        loop {
            if self.engine.is_over() {
                self.waiting.clear();
                self.engine.fetcher.interrupt();
            }
            while let Some(at) = self.startable().filter(|_| !free.is_empty()) {
                let (Some(task), Some(worker)) = (self.waiting.remove(at), free.pop()) else { break };
                *self.hosts.entry(host(&task).to_owned()).or_default() += 1;
                // Every thread lives as long as its sender.
                let _ = workers[worker].send(task);
            }
            if free.len() == workers.len() {
                return Ok(());
            }
            let Ok((worker, done)) = inbox.recv_timeout(MOMENT) else { continue };
            free.push(worker);
            self.take(done)?;
        }
    }

    /// The first task whose host has room.
    fn startable(&self) -> Option<usize> {
        self.waiting.iter().position(|task| self.hosts.get(host(task)).is_none_or(|&count| count < OF_A_HOST))
    }

    fn take(&mut self, done: Done) -> Result<(), Fault> {
        match done {
            Done::Looked(source, host, looked) => {
                self.leave(&host);
                let told = match looked {
                    Looked::Cancelled => return Ok(()),
                    // Nothing is known that was not known before.
                    Looked::Unasked(reason) => Err(reason),
                    looked => self.apply(&source, looked)?,
                };
                match &told {
                    Ok(fresh) => tracing::info!(source = %source.name(), fresh, "synced"),
                    Err(reason) => tracing::warn!(source = %source.name(), %reason, "not synced"),
                }
                self.count(&source, told);
            }
            Done::Page(page, read) => {
                self.leave(&page.host);
                // A page that cannot be had is asked for by hand where it is missed.
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

    /// Keeps what a look gave; the number of new releases, or why there are none.
    fn apply(&mut self, source: &Source, looked: Looked) -> Result<Result<usize, CleanBuf>, Fault> {
        let at = now();
        let (outcome, releases, told) = match looked {
            Looked::Read { opening, moved } => {
                let Opening { title, releases, etag, modified } = opening;
                (Ok((Outcome::Read { etag, modified, title }, moved)), releases, Ok(0))
            }
            Looked::Unchanged { etag, modified, moved } => {
                (Ok((Outcome::Unchanged { etag, modified }, moved)), Vec::new(), Ok(0))
            }
            Looked::Failed { reason, pause } => {
                let retry = schedule::next_attempt(at, source.failures + 1, dice(), pause);
                let pause = pause.map(|pause| at.saturating_add(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX)));
                (Err(Outcome::Failed { reason: reason.clone(), retry, pause }), Vec::new(), Err(reason))
            }
            Looked::Cancelled | Looked::Unasked(_) => return Ok(Ok(0)),
        };
        let checked = match outcome {
            Ok((outcome, moved)) => {
                let (moved, address) = schedule::moving(source.moved.clone(), moved.as_deref());
                Checked { at, outcome, moved, address, origin: None }
            }
            Err(outcome) => Checked { at, outcome, moved: source.moved.clone(), address: None, origin: None },
        };
        if releases.is_empty() {
            self.library.keep_checked(source.id, &checked)?;
            return Ok(told);
        }
        let applied = self.library.apply(source.id, &checked, &releases)?;
        if source.wants_pages {
            self.want_pages(source, &releases, &applied.fresh);
        }
        Ok(Ok(applied.fresh.len()))
    }

    /// Has the pages behind new releases fetched, those of the newest first.
    fn want_pages(&mut self, source: &Source, releases: &[Release], fresh: &[usize]) {
        let is_guarded = !crate::sync::fetch::is_private(source.address.as_str());
        let new = fresh.iter().rev().filter_map(|&at| releases.get(at)).filter(|release| !release.url.is_empty());
        self.waiting.extend(new.take(PAGES).map(|release| {
            Task::Page(Page {
                key: source.key.clone(),
                number: Identity::from(release).number(),
                address: release.url.to_string(),
                is_guarded,
                host: host_of(release.url.as_str()),
            })
        }));
    }

    /// Tells of a source that is done.
    fn count(&mut self, source: &Source, told: Result<usize, CleanBuf>) {
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

/// Does tasks until there are no more.
fn work(engine: &Engine, myself: usize, tasks: &Receiver<Task>, results: &Sender<(usize, Done)>) {
    while let Ok(task) = tasks.recv() {
        let done = match task {
            Task::Look(source, host) => {
                let looked = catch_unwind(AssertUnwindSafe(|| look(engine, &source))).unwrap_or_else(|payload| {
                    Looked::Failed { reason: panic_text("reading it", &*payload), pause: None }
                });
                Done::Looked(source, host, looked)
            }
            Task::Page(page) => {
                let read = catch_unwind(AssertUnwindSafe(|| fetch_page(engine, &page.address, page.is_guarded)));
                let read = read.unwrap_or_else(|payload| Err(panic_text("reading it", &*payload)));
                Done::Page(page, read.map(Box::new))
            }
        };
        if results.send((myself, done)).is_err() {
            return;
        }
    }
}

fn host(task: &Task) -> &str {
    match task {
        Task::Look(_, host) => host,
        Task::Page(page) => &page.host,
    }
}

/// What of an address names the host and its port; of one that is no address something that stays the same.
fn host_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
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
    fn who_is_looked_at() {
        let source = |id, is_paused, retry, pause| Source { id, is_paused, retry, pause, ..Source::default() };
        let sources = [
            source(1, false, None, None),
            source(2, true, None, None),
            source(3, false, Some(50), None),
            source(4, false, Some(200), None),
            source(5, false, None, Some(200)),
        ];
        let ids = |wanted: &[SourceId], is_scheduled| {
            let wanted = Wanted { sources: wanted.to_vec(), is_scheduled };
            chosen(sources.to_vec(), &wanted, 100).iter().map(|source| source.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&[], false), [1, 3, 4, 5]);
        assert_eq!(ids(&[], true), [1, 3]);
        assert_eq!(ids(&[2, 4], false), [2, 4]);
    }

    #[test]
    fn a_pause_is_told_in_words() {
        let reason = CleanBuf::line("is gone for good (410)");
        let told = |seconds: i64| paused(Some(&reason), 1_000 + seconds, 1_000).to_string();
        assert!(told(30).starts_with("is gone for good (410); it is not asked again"));
        assert!(told(30).ends_with("for another minute"));
        assert!(told(7_000).ends_with("117 minutes") && told(90_000).ends_with("25 hours"));
    }

    #[test]
    fn hosts_are_told_apart_by_name_and_port() {
        for (address, host) in [
            ("https://a.invalid/x?y", "a.invalid"),
            ("http://user:word@a.invalid:81/x", "a.invalid:81"),
            ("https://A.Invalid?x", "a.invalid"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(host_of(address), host);
        }
    }

    #[test]
    fn the_dice_fall_within_their_bounds() {
        assert!((0..100).all(|_| (0.0..=1.0).contains(&dice())));
    }
}
