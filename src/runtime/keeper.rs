//! The thread that owns the library's connection for writing: what the user changes is written in order, at once, and
//! answered once it is on the disk. What cannot be written is said and tried again.
//!
//! It also hears of what other programs change in the same file. Nothing runs while nobody changes anything.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::watch::is_change;
use super::{Event, marked, send};
use crate::app::failures::{Cause, Failure};
use crate::app::{Change, Mark, Msg, Session, Ticket};
use crate::catalog::Catalog;
use crate::library::{Fault, Flags, Library, Place, backup};
use crate::text::CleanBuf;

/// Pauses before what could not be written is tried again; the last one again and again.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// When to look for changes again after the file was written: the writing is heard of before what was written can be
/// read, which takes as long as the disk needs.
const LOOKS: [Duration; 3] = [Duration::from_millis(50), Duration::from_millis(300), Duration::from_millis(1_500)];
/// How long the last writes may take when the reader ends.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// What is to be done.
pub(super) enum Job {
    /// Keep a change of marks.
    Mark { ticket: Ticket, catalog: Arc<Catalog>, change: Change },
    /// This is what is shown now.
    Catalog(Arc<Catalog>),
    /// Another program may have changed the file.
    Look,
    /// Do something with the library, in its turn.
    Do(Box<Act>),
    /// Keep where the reader was, and end.
    End(Option<(String, Session)>, Sender<Option<CleanBuf>>),
}

/// Something done with the library; twice where it turns out to be damaged and is mended.
pub(super) type Act = dyn FnMut(&mut Library) -> Result<(), Fault> + Send;

/// Where jobs go.
#[derive(Clone)]
pub(super) struct Keeper {
    jobs: Sender<Job>,
}

impl Keeper {
    /// Has something done.
    pub fn ask(&self, job: Job) {
        // Once the thread is gone there is nobody to ask.
        let _ = self.jobs.send(job);
    }

    /// Keeps where the reader was and ends; what could not be kept, in words.
    pub fn end(&self, session: Option<(String, Session)>) -> Option<CleanBuf> {
        let (answer, ended) = mpsc::channel();
        self.ask(Job::End(session, answer));
        ended.recv_timeout(LAST_WRITES).ok().flatten()
    }
}

/// Starts the thread. `library` is what is open of it, `place` where it lies or would lie, or why it lies nowhere.
pub(super) fn start(
    library: Option<Library>,
    place: Result<Place, CleanBuf>,
    sender: Sender<Event>,
    poke: Sender<()>,
) -> Keeper {
    let (jobs, inbox) = mpsc::channel();
    let keeper = Keeper { jobs: jobs.clone() };
    thread::spawn(move || {
        let seen = library.as_ref().and_then(|library| library.last_change().ok()).unwrap_or(0);
        let synced = library.as_ref().and_then(|library| library.last_sync().ok()).unwrap_or(0);
        let mut thread = Thread {
            place: place.as_ref().ok().cloned(),
            never: place.err(),
            library: None,
            has_told: false,
            waiting: VecDeque::new(),
            failures: 0,
            retry: None,
            look: None,
            catalog: Arc::default(),
            seen,
            synced,
            sender,
            poke,
            jobs,
            watcher: None,
        };
        if let Some(library) = library {
            thread.open(library);
        }
        thread.run(&inbox);
    });
    keeper
}

struct Thread {
    place: Option<Place>,
    /// Why nothing can ever be written.
    never: Option<CleanBuf>,
    library: Option<Library>,
    /// Whether it was said that nothing can be written.
    has_told: bool,
    /// Changes of marks that are not written yet, in order.
    waiting: VecDeque<(Ticket, Arc<Catalog>, Change)>,
    /// Writes in a row that failed.
    failures: usize,
    /// When to try again.
    retry: Option<Instant>,
    /// When to look for changes again, and how many looks there were since the file was written.
    look: Option<(Instant, usize)>,
    catalog: Arc<Catalog>,
    /// The last change of marks that was seen, and of releases.
    seen: i64,
    synced: i64,
    sender: Sender<Event>,
    /// Has whoever shows stored releases look again.
    poke: Sender<()>,
    jobs: Sender<Job>,
    watcher: Option<RecommendedWatcher>,
}

impl Thread {
    fn run(&mut self, inbox: &Receiver<Job>) {
        loop {
            let deadline = self.retry.into_iter().chain(self.look.map(|(at, _)| at)).min();
            let job = match deadline {
                None => inbox.recv().map_err(RecvTimeoutError::from),
                Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match job {
                Err(RecvTimeoutError::Timeout) => self.in_time(),
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(Job::End(session, answer)) => {
                    let unkept = self.end(session);
                    // Closed before the program ends: what stands in the log alone cannot be read on a disk that is full.
                    self.library = None;
                    let _ = answer.send(unkept);
                    return;
                }
                Ok(job) => self.take(job),
            }
        }
    }

    /// Does what is due.
    fn in_time(&mut self) {
        let now = Instant::now();
        if self.retry.is_some_and(|at| at <= now) {
            self.write_waiting();
        }
        if let Some((_, looks)) = self.look.filter(|(at, _)| *at <= now) {
            self.look_again(looks + 1);
            self.look();
        }
    }

    /// Has the file looked at once more, unless it was often enough.
    fn look_again(&mut self, looks: usize) {
        self.look = LOOKS.get(looks).map(|pause| (Instant::now() + *pause, looks));
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Mark { ticket, catalog, change } => {
                self.waiting.push_back((ticket, catalog, change));
                // Behind what waits already it waits too: changes are written in order.
                if self.retry.is_none() {
                    self.write_waiting();
                } else {
                    self.tell_unkept(ticket, &CleanBuf::line("an earlier change waits to be written"));
                }
            }
            Job::Catalog(catalog) => self.catalog = catalog,
            Job::Look => {
                self.look_again(0);
                self.look();
            }
            Job::Do(mut act) => {
                if let Err(fault) = self.with_library(&mut *act) {
                    self.say(&CleanBuf::line(&fault.to_string()));
                }
            }
            Job::End(..) => {}
        }
    }

    /// Writes what waits, until something cannot be written.
    fn write_waiting(&mut self) {
        while let Some((ticket, catalog, change)) = self.waiting.pop_front() {
            let written = match &self.never {
                Some(_) => Ok(()),
                None => self.write(&catalog, &change),
            };
            match written {
                Ok(()) => {
                    (self.failures, self.retry) = (0, None);
                    send(&self.sender, Msg::Kept(ticket));
                    self.tell_never();
                }
                Err(fault) if fault.may_pass() => {
                    let pause = PAUSES[self.failures.min(PAUSES.len() - 1)];
                    self.failures += 1;
                    self.retry = Some(Instant::now() + pause);
                    let reason = CleanBuf::line(&fault.to_string());
                    self.waiting.push_front((ticket, catalog, change));
                    for (ticket, ..) in &self.waiting {
                        self.tell_unkept(*ticket, &reason);
                    }
                    return;
                }
                Err(fault) => {
                    self.never = Some(CleanBuf::line(&fault.to_string()));
                    self.waiting.push_front((ticket, catalog, change));
                }
            }
        }
        self.retry = None;
    }

    fn write(&mut self, catalog: &Catalog, change: &Change) -> Result<(), Fault> {
        let releases: Vec<(&str, u64)> = change
            .releases
            .iter()
            .filter_map(|&index| catalog.release(index))
            .flat_map(|release| marked::names(catalog, &release))
            .filter(|(feed, _)| !feed.is_empty())
            .collect();
        let flag = match change.mark {
            Mark::Read => Flags::READ,
            Mark::Starred => Flags::STARRED,
        };
        let mut last = 0;
        self.with_library(&mut |library| {
            last = library.mark(flag, change.on, releases.iter().copied())?;
            Ok(())
        })?;
        if last == self.seen + 1 {
            self.seen = last;
        }
        Ok(())
    }

    /// Does something with the library, which is made where there is none. One that turns out to be damaged is mended.
    fn with_library(&mut self, act: &mut dyn FnMut(&mut Library) -> Result<(), Fault>) -> Result<(), Fault> {
        let library = match (self.library.take().filter(Library::is_in_place), &self.place) {
            (Some(library), _) => library,
            (None, Some(place)) => Library::create(place)?,
            (None, None) => {
                let reason = self.never.clone().unwrap_or_default();
                return Err(Fault::ReadOnly { path: CleanBuf::line("the library"), reason });
            }
        };
        let library = self.open(library);
        match act(library) {
            Err(fault) if fault.may_pass() && library.read_only().is_some() => {
                // Next time it may be opened for writing.
                self.library = None;
                Err(fault)
            }
            Err(Fault::Damaged { reason, .. }) => {
                if let Some(library) = self.library.take() {
                    let library = backup::replace_damaged(library, &reason)?;
                    self.open(library);
                }
                // A second time it is as it is.
                self.library.as_mut().map_or(Ok(()), act)
            }
            other => other,
        }
    }

    fn open(&mut self, mut library: Library) -> &mut Library {
        if let Some(mended) = library.mended().cloned() {
            send(&self.sender, Msg::Failed(Failure::of(Cause::Library, &mended, mended.clone())));
            library.forget_mended();
        }
        if self.watcher.is_none() {
            self.watcher = watch(library.place(), self.jobs.clone());
        }
        self.library.insert(library)
    }

    /// Tells what another program has changed.
    fn look(&mut self) {
        // What follows the first feed makes it, on another thread.
        if self.library.is_none()
            && let Some(place) = &self.place
            && let Ok(Some(library)) = Library::open(place)
        {
            self.open(library);
        }
        let Some(library) = &self.library else { return };
        if let Ok(since) = library.marked_since(self.seen) {
            self.seen = since.change;
            let marks = marked::changed(&self.catalog, &since.marks);
            if !marks.is_empty() {
                send(&self.sender, Msg::Marks { catalog: Arc::clone(&self.catalog), marks });
            }
        }
        if let Ok(synced) = library.last_sync()
            && std::mem::replace(&mut self.synced, synced) != synced
        {
            let _ = self.poke.send(());
            let _ = self.sender.send(Event::Changed);
        }
    }

    /// The last writes; what could not be kept.
    fn end(&mut self, session: Option<(String, Session)>) -> Option<CleanBuf> {
        if !self.waiting.is_empty() {
            self.write_waiting();
        }
        let mut fault = None;
        if let Some((name, session)) = session.filter(|_| self.never.is_none()) {
            let data = serde_json::to_string(&session).unwrap_or_default();
            let now = chrono::Utc::now().timestamp();
            // A place that holds nothing else is no reason to make a library.
            if self.library.is_some() || session != Session::default() {
                fault = self.with_library(&mut |library| library.keep_session(&name, &data, now)).err();
            }
        }
        let unkept: usize = self.waiting.iter().map(|(.., change)| change.releases.len()).sum();
        match (unkept, fault) {
            (0, None) => None,
            (0, Some(fault)) => Some(CleanBuf::line(&format!("where you were is not kept: {fault}"))),
            (1, _) => Some(CleanBuf::line("one mark could not be kept")),
            (unkept, _) => Some(CleanBuf::line(&format!("{unkept} marks could not be kept"))),
        }
    }

    fn say(&self, what: &CleanBuf) {
        send(&self.sender, Msg::Failed(Failure::of(Cause::Library, what, what.clone())));
    }

    fn tell_unkept(&self, ticket: Ticket, reason: &CleanBuf) {
        send(&self.sender, Msg::NotKept(ticket, reason.clone()));
    }

    /// Says once that marks last as long as the program, where they do.
    fn tell_never(&mut self) {
        let Some(reason) = self.never.as_ref().filter(|_| !self.has_told) else { return };
        let told = format!("marks last until you quit: {reason}");
        send(&self.sender, Msg::Failed(Failure::new(Cause::Marks, CleanBuf::line(&told))));
        self.has_told = true;
    }
}

/// Hears of changes of the library's files.
fn watch(place: &Place, jobs: Sender<Job>) -> Option<RecommendedWatcher> {
    let name = place.path().file_name()?.to_owned();
    let is_ours = move |path: &PathBuf| {
        path.file_name().is_some_and(|file| file.as_encoded_bytes().starts_with(name.as_encoded_bytes()))
    };
    let handler = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |event| is_change(&event, &is_ours)) {
            let _ = jobs.send(Job::Look);
        }
    };
    let mut watcher = notify::recommended_watcher(handler).ok()?;
    watcher.watch(place.path().parent()?, RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}
