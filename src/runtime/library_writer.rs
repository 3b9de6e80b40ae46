//! The thread that owns the library's connection for writing. It writes the user's changes in order and at once, and
//! confirms each when it is on disk. Failed writes are reported and retried.
//!
//! It also reports changes that other processes make to the file. Nothing runs while nothing changes.

mod changes;
mod ending;
mod steps;

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::found_at_server::FoundAtServer;
use super::{Event, OpenedInputs, library_reader, send, test_panic};
use crate::app::notice::{Cause, Notice};
use crate::app::{Change, Msg, Recording, Session, StepId, Ticket};
use crate::catalog::Catalog;
use crate::library::{self, Direction, Edit, Library, LibraryError, LibraryPath, StepNumber};
use crate::text::{CleanBuf, panic_text, system_error};
use changes::Watched;
pub(super) use ending::{Ending, Unsaved};

/// The delays before retrying a failed write; the last one repeats.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// When to check for changes after the file was written: the notification may come before the written data is readable,
/// which takes as long as the disk needs.
const CHECK_PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(300), Duration::from_millis(1_500)];
/// A job for the thread.
pub(super) enum Job {
    /// Saves a change of marks.
    Mark(Waiting),
    /// Changes a subscription or a saved query; `begun` ends with it.
    Edit { step: StepId, edit: Edit, what: String, begun: library_reader::Change },
    /// Undoes or redoes a step.
    Turn { step: StepId, direction: Direction, begun: library_reader::Change },
    /// Sets the catalog that is shown; with the number of the change of marks after which its marks were read, if they
    /// were read anew.
    Catalog(Arc<Catalog>, Option<i64>),
    /// Sets what servers found last.
    Found(FoundAtServer),
    /// Checks for changes by other processes.
    CheckChanges,
    /// Deletes undone steps.
    Forget(Vec<StepId>),
    /// Runs something with the library, in order.
    Run(Box<Act>),
    /// Saves the session and ends the thread.
    End(Option<Box<(OpenedInputs, Session)>>, Sender<Unsaved>),
}

/// A change of marks that is not written yet.
#[derive(Clone)]
pub(super) struct Waiting {
    pub ticket: Ticket,
    /// The catalog that the release indices refer to.
    pub catalog: Arc<Catalog>,
    pub change: Change,
    pub recording: Recording,
}

/// Something to run with the library; run twice if the library turns out damaged and is repaired.
pub(super) type Act = dyn FnMut(&mut Library) -> Result<(), LibraryError> + Send;

/// Sends jobs to the thread.
#[derive(Clone)]
pub(super) struct LibraryWriter {
    jobs: Sender<Job>,
    /// The reader is ending, so failed writes are retried at once.
    is_ending: Arc<AtomicBool>,
    /// The caller no longer waits for the last writes.
    is_given_up: Arc<AtomicBool>,
}

impl LibraryWriter {
    /// Queues a job.
    pub fn send(&self, job: Job) {
        // Once the thread is gone the job is dropped.
        let _ = self.jobs.send(job);
    }
}

/// Starts the thread. `library` is the open connection, `seen` the last change of marks before any were read, `place`
/// the path of the library, or why there is none.
pub(super) fn start(
    library: Option<Library>,
    seen: i64,
    place: Result<LibraryPath, CleanBuf>,
    sender: Sender<Event>,
    rescan: Sender<()>,
) -> LibraryWriter {
    let (jobs, inbox) = mpsc::channel();
    let writer = LibraryWriter { jobs: jobs.clone(), is_ending: Arc::default(), is_given_up: Arc::default() };
    let (of_thread, of_caller) = (writer.clone(), sender.clone());
    let started = thread::Builder::new().name("library".to_owned()).spawn(move || {
        let synced = library.as_ref().and_then(|library| library.last_sync().ok()).unwrap_or(0);
        let copy = library.as_ref().and_then(|library| library.copy_number().ok()).unwrap_or(0);
        let queries = library.as_ref().and_then(|library| library.last_change_of_queries().ok()).unwrap_or(0);
        let mut thread = Thread {
            place: place.as_ref().ok().cloned(),
            never: place.err(),
            library: None,
            has_told: false,
            waiting: VecDeque::new(),
            is_writing: false,
            failures: 0,
            retry: None,
            next_check: None,
            catalog: Arc::default(),
            read: seen,
            seen,
            synced,
            queries,
            copy,
            is_anew: false,
            sender,
            rescan,
            jobs,
            watched: None,
            numbers: FxHashMap::default(),
            is_ending: of_thread.is_ending,
            is_given_up: of_thread.is_given_up,
            found: FoundAtServer::default(),
            lost: 0,
            reason: None,
            unsaved: Vec::new(),
        };
        if let Some(library) = library {
            thread.open(library);
        } else {
            thread.watch();
        }
        thread.serve(&inbox);
    });
    if let Err(error) = started {
        send(&of_caller, Msg::defect(CleanBuf::line(&format!("nothing can be saved: {}", system_error(&error)))));
    }
    writer
}

struct Thread {
    place: Option<LibraryPath>,
    /// Why nothing can ever be written.
    never: Option<CleanBuf>,
    library: Option<Library>,
    /// Whether the user was told that nothing can be written.
    has_told: bool,
    /// Changes of marks that are not written yet, in order.
    waiting: VecDeque<Waiting>,
    /// Whether the first of them is being written.
    is_writing: bool,
    /// The number of failed writes in a row.
    failures: usize,
    /// When to retry.
    retry: Option<Instant>,
    /// When to check for changes again, and the number of checks since the file was written.
    next_check: Option<(Instant, usize)>,
    catalog: Arc<Catalog>,
    /// The last change of marks before those of the catalog were read.
    read: i64,
    /// The last change of marks that was seen, and of releases.
    seen: i64,
    synced: i64,
    /// The last change of saved queries that was seen.
    queries: i64,
    /// The copy of the library that these numbers belong to.
    copy: i64,
    /// Whether all marks were sent again since the catalog was shown.
    is_anew: bool,
    sender: Sender<Event>,
    /// Makes the thread that reads sources check for new releases.
    rescan: Sender<()>,
    jobs: Sender<Job>,
    watched: Option<Watched>,
    /// The numbers of this session's steps in the library.
    numbers: FxHashMap<StepId, StepNumber>,
    /// What servers found last.
    found: FoundAtServer,
    is_ending: Arc<AtomicBool>,
    is_given_up: Arc<AtomicBool>,
    /// The number of releases whose marks will never be written.
    lost: usize,
    /// Why marks could not be written the last time.
    reason: Option<CleanBuf>,
    /// What else could not be saved at the end.
    unsaved: Vec<CleanBuf>,
}

impl Thread {
    /// Runs jobs until the end. A job that panics costs only itself.
    fn serve(&mut self, inbox: &Receiver<Job>) {
        while let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.run(inbox))) {
            self.broke(&*payload);
        }
    }

    /// A job panicked and may have left the connection in the middle of something.
    fn broke(&mut self, payload: &(dyn Any + Send)) {
        let text = panic_text("saving", payload);
        self.library = None;
        if std::mem::take(&mut self.is_writing)
            && let Some(Waiting { ticket, change, .. }) = self.waiting.pop_front()
        {
            self.lost += change.releases.len();
            self.reason = Some(text.clone());
            self.report_unsaved(ticket, &text);
        } else {
            self.unsaved.push(text.clone());
        }
        send(&self.sender, Msg::defect(text));
    }

    fn run(&mut self, inbox: &Receiver<Job>) {
        loop {
            let deadline = self.retry.into_iter().chain(self.next_check.map(|(at, _)| at)).min();
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

    /// Runs whatever is due.
    fn in_time(&mut self) {
        let now = Instant::now();
        if self.retry.is_some_and(|at| at <= now) {
            self.write_waiting();
        }
        if let Some((_, checks)) = self.next_check.filter(|(at, _)| *at <= now) {
            self.check_again(checks + 1);
            self.check_for_changes();
        }
    }

    /// Schedules another check, unless there were enough.
    fn check_again(&mut self, checks: usize) {
        self.next_check = CHECK_PAUSES.get(checks).map(|pause| (Instant::now() + *pause, checks));
    }

    fn run_job(&mut self, job: Job) {
        match job {
            Job::Mark(waiting) => {
                let ticket = waiting.ticket;
                self.waiting.push_back(waiting);
                // Changes are written in order, so this one waits behind the others.
                if self.retry.is_none() {
                    self.write_waiting();
                } else {
                    self.report_unsaved(ticket, &CleanBuf::line("an earlier change is not saved yet"));
                }
            }
            Job::Catalog(catalog, read) => {
                self.show(catalog, read);
                self.send_found();
            }
            Job::Found(found) => {
                self.found = found;
                self.send_found();
            }
            Job::CheckChanges => {
                self.check_again(0);
                self.check_for_changes();
            }
            Job::Edit { step, edit, what, begun: _begun } => self.edit(step, &edit, &what),
            Job::Turn { step, direction, begun: _begun } => self.turn(step, direction),
            Job::Forget(steps) => self.forget(&steps),
            Job::Run(mut act) => drop(self.act(&mut *act)),
            Job::End(..) => {}
        }
    }

    /// Runs something with the library; reports an error. Returns whether it succeeded.
    fn act(&mut self, act: &mut dyn FnMut(&mut Library) -> Result<(), LibraryError>) -> bool {
        while let Err(error) = self.with_library(act) {
            if self.insists(&error) {
                continue;
            }
            if self.is_ending.load(Ordering::SeqCst) {
                self.unsaved.push(CleanBuf::line(&format!("cannot save a change: {error}")));
            }
            self.notify(&CleanBuf::line(&error.to_string()));
            return false;
        }
        true
    }

    /// Writes the waiting changes until one fails.
    fn write_waiting(&mut self) {
        while let Some(waiting) = self.waiting.front().cloned() {
            self.is_writing = true;
            test_panic::here("marks");
            let written = if self.never.is_some() { Ok(None) } else { self.write(&waiting) };
            self.is_writing = false;
            match written {
                Ok(partial) => {
                    self.waiting.pop_front();
                    (self.failures, self.retry) = (0, None);
                    send(&self.sender, Msg::MarksSaved(waiting.ticket));
                    if let Some(partial) = partial {
                        send(&self.sender, Msg::Library(partial));
                    }
                    if self.never.is_some() {
                        self.lost += waiting.change.releases.len();
                        self.reason.clone_from(&self.never);
                        self.tell_never();
                    }
                }
                Err(error) if self.insists(&error) => {}
                Err(error) if error.may_pass() => {
                    let pause = PAUSES[self.failures.min(PAUSES.len() - 1)];
                    self.failures += 1;
                    self.retry = Some(Instant::now() + pause);
                    let reason = CleanBuf::line(&error.to_string());
                    for waiting in &self.waiting {
                        self.report_unsaved(waiting.ticket, &reason);
                    }
                    self.reason = Some(reason);
                    return;
                }
                Err(error) => self.never = Some(CleanBuf::line(&error.to_string())),
            }
        }
        self.retry = None;
    }

    /// Runs something with the library, creating it if needed. Repairs a library that turns out damaged.
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
            Err(error) if error.may_pass() && library.read_only().is_some() => {
                // Next time it may be writable.
                self.library = None;
                Err(error)
            }
            Err(LibraryError::Damaged { reason, .. }) => {
                if let Some(library) = self.library.take() {
                    let library = library::replace_damaged(library, &reason)?;
                    self.open(library);
                }
                // The second result is final.
                self.library.as_mut().map_or(Ok(()), act)
            }
            other => other,
        }
    }

    fn open(&mut self, mut library: Library) -> &mut Library {
        if let Some(mended) = library.mended().cloned() {
            send(&self.sender, Msg::Notice(Notice::error_about(Cause::Library, &mended, mended.clone())));
            library.forget_mended();
        }
        self.watch();
        if library.copy_number().is_ok_and(|copy| copy != self.copy) {
            self.check_again(0);
        }
        self.library.insert(library)
    }

    fn notify(&self, what: &CleanBuf) {
        send(&self.sender, Msg::Notice(Notice::error_about(Cause::Library, what, what.clone())));
    }

    fn report_unsaved(&self, ticket: Ticket, reason: &CleanBuf) {
        send(&self.sender, Msg::MarksNotSaved(ticket, reason.clone()));
    }

    /// Tells the user once that marks are lost when the program ends.
    fn tell_never(&mut self) {
        let Some(reason) = self.never.as_ref().filter(|_| !self.has_told) else { return };
        let text = format!("marks last until you quit: {reason}");
        send(&self.sender, Msg::Notice(Notice::error(Cause::Marks, CleanBuf::line(&text))));
        self.has_told = true;
    }
}
