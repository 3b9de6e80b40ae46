//! The thread that owns the library's connection for writing: what the user changes is written in order, at once, and
//! answered once it is on the disk. What cannot be written is said and tried again.
//!
//! It also hears of what other programs change in the same file. Nothing runs while nobody changes anything.

mod changes;
mod ending;

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::watcher::Watching;
use super::{Event, OpenedInputs, mark_lookup, panic_text, send, test_panic};
use crate::app::failures::{Cause, Failure};
use crate::app::{Change, Mark, Msg, Session, Ticket};
use crate::catalog::Catalog;
use crate::library::{self, Flags, Library, LibraryError, LibraryPath, ToMark};
use crate::text::CleanBuf;
use changes::watch;
pub(super) use ending::{Ending, Unsaved};

/// Pauses before what could not be written is tried again; the last one again and again.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// When to look for changes again after the file was written: the writing is heard of before what was written can be
/// read, which takes as long as the disk needs.
const LOOKS: [Duration; 3] = [Duration::from_millis(50), Duration::from_millis(300), Duration::from_millis(1_500)];
/// What is to be done.
pub(super) enum Job {
    /// Keep a change of marks.
    Mark { ticket: Ticket, catalog: Arc<Catalog>, change: Change },
    /// This is what is shown now; with the change of marks after which its own were read, where that is another than
    /// before.
    Catalog(Arc<Catalog>, Option<i64>),
    /// Another program may have changed the file.
    Look,
    /// Do something with the library, in its turn.
    Run(Box<Act>),
    /// Keep where the reader was, and end.
    End(Option<Box<(OpenedInputs, Session)>>, Sender<Unsaved>),
}

/// A change of marks that is not written yet.
type Waiting = (Ticket, Arc<Catalog>, Change);

/// Something done with the library; twice where it turns out to be damaged and is mended.
pub(super) type Act = dyn FnMut(&mut Library) -> Result<(), LibraryError> + Send;

/// Where jobs go.
#[derive(Clone)]
pub(super) struct LibraryWriter {
    jobs: Sender<Job>,
    /// The reader ends: what cannot be written is tried again at once.
    is_ending: Arc<AtomicBool>,
    /// Nobody waits for the last writes any more.
    is_given_up: Arc<AtomicBool>,
}

impl LibraryWriter {
    /// Has something done.
    pub fn send(&self, job: Job) {
        // Once the thread is gone there is nobody to ask.
        let _ = self.jobs.send(job);
    }
}

/// Starts the thread. `library` is what is open of it, `seen` the last change of marks before any were read, `place` where it lies or would lie, or why it lies nowhere.
pub(super) fn start(
    library: Option<Library>,
    seen: i64,
    place: Result<LibraryPath, CleanBuf>,
    sender: Sender<Event>,
    poke: Sender<()>,
) -> LibraryWriter {
    let (jobs, inbox) = mpsc::channel();
    let keeper = LibraryWriter { jobs: jobs.clone(), is_ending: Arc::default(), is_given_up: Arc::default() };
    let (of_thread, of_caller) = (keeper.clone(), sender.clone());
    let started = thread::Builder::new().name("library".to_owned()).spawn(move || {
        let synced = library.as_ref().and_then(|library| library.last_sync().ok()).unwrap_or(0);
        let copy = library.as_ref().and_then(|library| library.copy_number().ok()).unwrap_or(0);
        let mut thread = Thread {
            place: place.as_ref().ok().cloned(),
            never: place.err(),
            library: None,
            has_told: false,
            waiting: VecDeque::new(),
            is_writing: false,
            failures: 0,
            retry: None,
            look: None,
            catalog: Arc::default(),
            read: seen,
            seen,
            synced,
            copy,
            is_anew: false,
            sender,
            poke,
            jobs,
            watcher: None,
            is_ending: of_thread.is_ending,
            is_given_up: of_thread.is_given_up,
            lost: 0,
            reason: None,
            unsaved: Vec::new(),
        };
        if let Some(library) = library {
            thread.open(library);
        }
        thread.serve(&inbox);
    });
    if let Err(error) = started {
        send(&of_caller, Msg::defect(CleanBuf::line(&format!("nothing can be saved: {error}"))));
    }
    keeper
}

struct Thread {
    place: Option<LibraryPath>,
    /// Why nothing can ever be written.
    never: Option<CleanBuf>,
    library: Option<Library>,
    /// Whether it was said that nothing can be written.
    has_told: bool,
    /// Changes of marks that are not written yet, in order.
    waiting: VecDeque<Waiting>,
    /// Whether the first of them is being written.
    is_writing: bool,
    /// Writes in a row that failed.
    failures: usize,
    /// When to try again.
    retry: Option<Instant>,
    /// When to look for changes again, and how many looks there were since the file was written.
    look: Option<(Instant, usize)>,
    catalog: Arc<Catalog>,
    /// The last change of marks before those of the catalog were read.
    read: i64,
    /// The last change of marks that was seen, and of releases.
    seen: i64,
    synced: i64,
    /// Which copy of the library they are of.
    copy: i64,
    /// Whether all marks were told anew since the catalog is shown.
    is_anew: bool,
    sender: Sender<Event>,
    /// Has whoever shows stored releases look again.
    poke: Sender<()>,
    jobs: Sender<Job>,
    watcher: Option<Watching>,
    is_ending: Arc<AtomicBool>,
    is_given_up: Arc<AtomicBool>,
    /// Of how many releases marks will never be written.
    lost: usize,
    /// Why marks could not be written the last time.
    reason: Option<CleanBuf>,
    /// What else could not be saved at the end.
    unsaved: Vec<CleanBuf>,
}

impl Thread {
    /// Does jobs to the end. One that breaks costs itself alone.
    fn serve(&mut self, inbox: &Receiver<Job>) {
        while let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.run(inbox))) {
            self.broke(&*payload);
        }
    }

    /// A job broke, and the connection may be half way through something.
    fn broke(&mut self, payload: &(dyn Any + Send)) {
        let told = panic_text("saving", payload);
        self.library = None;
        if std::mem::take(&mut self.is_writing)
            && let Some((ticket, _, change)) = self.waiting.pop_front()
        {
            self.lost += change.releases.len();
            self.reason = Some(told.clone());
            self.report_unsaved(ticket, &told);
        } else {
            self.unsaved.push(told.clone());
        }
        send(&self.sender, Msg::defect(told));
    }

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
                    test_panic::here("ending");
                    let _ = answer.send(self.end(session.map(|session| *session)));
                    let _ = self.sender.send(Event::Ending(None));
                    return;
                }
                Ok(job) => self.run_job(job),
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
            self.check_for_changes();
        }
    }

    /// Has the file looked at once more, unless it was often enough.
    fn look_again(&mut self, looks: usize) {
        self.look = LOOKS.get(looks).map(|pause| (Instant::now() + *pause, looks));
    }

    fn run_job(&mut self, job: Job) {
        match job {
            Job::Mark { ticket, catalog, change } => {
                self.waiting.push_back((ticket, catalog, change));
                // Behind what waits already it waits too: changes are written in order.
                if self.retry.is_none() {
                    self.write_waiting();
                } else {
                    self.report_unsaved(ticket, &CleanBuf::line("an earlier change waits to be written"));
                }
            }
            Job::Catalog(catalog, read) => self.show(catalog, read),
            Job::Look => {
                self.look_again(0);
                self.check_for_changes();
            }
            Job::Run(mut act) => self.act(&mut *act),
            Job::End(..) => {}
        }
    }

    fn act(&mut self, act: &mut Act) {
        while let Err(fault) = self.with_library(act) {
            if self.insists(&fault) {
                continue;
            }
            if self.is_ending.load(Ordering::SeqCst) {
                self.unsaved.push(CleanBuf::line(&format!("cannot save a change: {fault}")));
            }
            return self.notify(&CleanBuf::line(&fault.to_string()));
        }
    }

    /// Writes what waits, until something cannot be written.
    fn write_waiting(&mut self) {
        while let Some((ticket, catalog, change)) = self.waiting.front().cloned() {
            self.is_writing = true;
            test_panic::here("marks");
            let written = if self.never.is_some() { Ok(()) } else { self.write(&catalog, &change) };
            self.is_writing = false;
            match written {
                Ok(()) => {
                    self.waiting.pop_front();
                    (self.failures, self.retry) = (0, None);
                    send(&self.sender, Msg::MarksSaved(ticket));
                    if self.never.is_some() {
                        self.lost += change.releases.len();
                        self.reason.clone_from(&self.never);
                        self.tell_never();
                    }
                }
                Err(fault) if self.insists(&fault) => {}
                Err(fault) if fault.may_pass() => {
                    let pause = PAUSES[self.failures.min(PAUSES.len() - 1)];
                    self.failures += 1;
                    self.retry = Some(Instant::now() + pause);
                    let reason = CleanBuf::line(&fault.to_string());
                    for (ticket, ..) in &self.waiting {
                        self.report_unsaved(*ticket, &reason);
                    }
                    self.reason = Some(reason);
                    return;
                }
                Err(fault) => self.never = Some(CleanBuf::line(&fault.to_string())),
            }
        }
        self.retry = None;
    }

    fn write(&mut self, catalog: &Catalog, change: &Change) -> Result<(), LibraryError> {
        let releases: Vec<ToMark<'_>> = change
            .releases
            .iter()
            .filter_map(|&index| catalog.release(index))
            .flat_map(|release| mark_lookup::to_mark(catalog, &release))
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
    fn with_library(
        &mut self,
        act: &mut dyn FnMut(&mut Library) -> Result<(), LibraryError>,
    ) -> Result<(), LibraryError> {
        let library = match (self.library.take().filter(Library::is_in_place), &self.place) {
            (Some(library), _) => library,
            (None, Some(place)) => Library::create(place)?,
            (None, None) => {
                let reason = self.never.clone().unwrap_or_default();
                return Err(LibraryError::ReadOnly { path: CleanBuf::line("the library"), reason });
            }
        };
        let library = self.open(library);
        match act(library) {
            Err(fault) if fault.may_pass() && library.read_only().is_some() => {
                // Next time it may be opened for writing.
                self.library = None;
                Err(fault)
            }
            Err(LibraryError::Damaged { reason, .. }) => {
                if let Some(library) = self.library.take() {
                    let library = library::replace_damaged(library, &reason)?;
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
            send(&self.sender, Msg::error(Failure::of(Cause::Library, &mended, mended.clone())));
            library.forget_mended();
        }
        if self.watcher.is_none() {
            self.watcher = watch(library.place(), self.jobs.clone());
        }
        if library.copy_number().is_ok_and(|copy| copy != self.copy) {
            self.look_again(0);
        }
        self.library.insert(library)
    }

    fn notify(&self, what: &CleanBuf) {
        send(&self.sender, Msg::error(Failure::of(Cause::Library, what, what.clone())));
    }

    fn report_unsaved(&self, ticket: Ticket, reason: &CleanBuf) {
        send(&self.sender, Msg::MarksNotSaved(ticket, reason.clone()));
    }

    /// Says once that marks last as long as the program, where they do.
    fn tell_never(&mut self) {
        let Some(reason) = self.never.as_ref().filter(|_| !self.has_told) else { return };
        let told = format!("marks last until you quit: {reason}");
        send(&self.sender, Msg::error(Failure::new(Cause::Marks, CleanBuf::line(&told))));
        self.has_told = true;
    }
}
