//! The last writes: what waits is tried until it is on the disk or nobody waits for it any more, and what could not be
//! saved is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Event, Job, LibraryWriter, Session, Thread, Waiting};
use crate::library::LibraryError;
use crate::runtime::{OpenedInputs, startup};
use crate::text::CleanBuf;

/// A pause between two attempts at the last writes. `SQLite` itself waits for a lock much longer.
const PAUSE: Duration = Duration::from_millis(50);
/// How long an answer is waited for once it is given up: what failed last is known by then.
const LAST_WORD: Duration = Duration::from_millis(100);

/// What could not be saved.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::runtime) struct Unsaved {
    /// Changes of marks, of so many releases, and why.
    pub marks: Option<(usize, CleanBuf)>,
    /// Everything else, a line each.
    pub others: Vec<CleanBuf>,
}

/// The last writes, as who waits for them sees them.
#[derive(Debug)]
pub(in crate::runtime) struct Ending {
    answer: Receiver<Unsaved>,
    is_given_up: Arc<AtomicBool>,
    /// What was answered; an error where no answer will ever come.
    result: Option<Result<Unsaved, CleanBuf>>,
}

impl LibraryWriter {
    /// Begins the last writes, after all others: also where the reader was, for the next time that the same is open.
    /// An event tells of their end.
    pub fn end(&self, session: Option<(OpenedInputs, Session)>) -> Ending {
        let (sender, answer) = mpsc::channel();
        self.is_ending.store(true, Ordering::SeqCst);
        self.send(Job::End(session.map(Box::new), sender));
        Ending { answer, is_given_up: Arc::clone(&self.is_given_up), result: None }
    }
}

impl Ending {
    /// Whether they are over, well or not.
    pub fn is_over(&mut self) -> bool {
        if self.result.is_none() {
            self.result = match self.answer.try_recv() {
                Ok(unsaved) => Some(Ok(unsaved)),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => Some(Err(broken())),
            };
        }
        self.result.is_some()
    }

    /// Waits for them until a time.
    pub fn wait(&mut self, until: Instant) {
        if self.result.is_none() {
            self.result = match self.answer.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(unsaved) => Some(Ok(unsaved)),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Err(broken())),
            };
        }
    }

    /// Gives up waiting. What could not be saved.
    ///
    /// # Errors
    /// Where nobody knows: why.
    pub fn give_up(mut self) -> Result<Unsaved, CleanBuf> {
        self.is_given_up.store(true, Ordering::SeqCst);
        self.wait(Instant::now() + LAST_WORD);
        self.result.unwrap_or_else(|| Err(CleanBuf::line("the library is still waiting for its disk or for a lock")))
    }
}

fn broken() -> CleanBuf {
    CleanBuf::line("saving stopped because of an internal error")
}

impl Thread {
    /// Whether a write is to be tried again at once: at the end of the reader, as long as somebody waits for it.
    pub(super) fn insists(&self, fault: &LibraryError) -> bool {
        let insists = fault.may_pass() && self.is_ending.load(Ordering::SeqCst) && !self.is_given_up();
        if insists {
            let _ = self.sender.send(Event::Ending(Some(CleanBuf::line(&fault.to_string()))));
            thread::sleep(PAUSE);
        }
        insists
    }

    fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::SeqCst)
    }

    /// The last writes.
    pub(super) fn end(&mut self, session: Option<(OpenedInputs, Session)>) -> Unsaved {
        if !self.waiting.is_empty() {
            self.write_waiting();
        }
        if let Some((reading, session)) = session.filter(|_| self.never.is_none())
            && let Err(fault) = self.keep_session(&reading, &session)
        {
            self.unsaved.push(CleanBuf::line(&format!("cannot save where you were: {fault}")));
        }
        let releases = |(_, _, change): &Waiting| change.releases.len();
        let marks = self.waiting.iter().map(releases).sum::<usize>() + self.lost;
        let reason = self.reason.clone().unwrap_or_default();
        let marks = (marks > 0).then_some((marks, reason));
        // Closed before the program ends: what stands in the log alone cannot be read on a disk that is full.
        self.library = None;
        Unsaved { marks, others: std::mem::take(&mut self.unsaved) }
    }

    fn keep_session(&mut self, reading: &OpenedInputs, session: &Session) -> Result<(), LibraryError> {
        let data = serde_json::to_string(session).unwrap_or_default();
        let now = chrono::Utc::now().timestamp();
        // A place that holds nothing else is no reason to make a library.
        if self.library.is_none() && *session == Session::default() {
            return Ok(());
        }
        let name = startup::session_name(reading);
        loop {
            match self.with_library(&mut |library| library.keep_session(&name, &data, now)) {
                Err(fault) if self.insists(&fault) => {}
                kept => return kept,
            }
        }
    }
}
