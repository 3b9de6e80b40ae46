//! The last writes: retries what is waiting until it is on disk or nobody waits any longer, and reports what could not
//! be saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Event, Job, LibraryWriter, Session, Thread, Waiting};
use crate::library::LibraryError;
use crate::runtime::{OpenedInputs, startup};
use crate::text::CleanBuf;

/// The interval between two attempts at the last writes. `SQLite` itself waits much longer for a lock.
const PAUSE: Duration = Duration::from_millis(50);
/// How long to wait for an answer after giving up: by then the last failure is known.
const LAST_WORD: Duration = Duration::from_millis(100);

/// What could not be saved.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::runtime) struct Unsaved {
    /// The number of releases with unsaved marks, and the reason.
    pub marks: Option<(usize, CleanBuf)>,
    /// Everything else, one line each.
    pub others: Vec<CleanBuf>,
}

/// The last writes, as seen by the caller.
#[derive(Debug)]
pub(in crate::runtime) struct Ending {
    answer: Receiver<Unsaved>,
    is_given_up: Arc<AtomicBool>,
    /// The answer, or the error if none will ever come.
    result: Option<Result<Unsaved, CleanBuf>>,
}

impl LibraryWriter {
    /// Begins the last writes, after all others, including the session for the next start with the same inputs. An
    /// event reports their end.
    pub fn end(&self, session: Option<(OpenedInputs, Session)>) -> Ending {
        let (sender, answer) = mpsc::channel();
        self.is_ending.store(true, Ordering::SeqCst);
        self.send(Job::End(session.map(Box::new), sender));
        Ending { answer, is_given_up: Arc::clone(&self.is_given_up), result: None }
    }
}

impl Ending {
    /// Whether they are over, successful or not.
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

    /// Waits for them until a deadline.
    pub fn wait(&mut self, until: Instant) {
        if self.result.is_none() {
            self.result = match self.answer.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(unsaved) => Some(Ok(unsaved)),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Err(broken())),
            };
        }
    }

    /// Gives up waiting. Returns what could not be saved.
    ///
    /// # Errors
    /// Why it is unknown what was saved.
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
    /// Whether to retry a write at once: at the end of the reader, while the caller waits.
    pub(super) fn insists(&self, error: &LibraryError) -> bool {
        let insists = error.may_pass() && self.is_ending.load(Ordering::SeqCst) && !self.is_given_up();
        if insists {
            let _ = self.sender.send(Event::Ending(Some(CleanBuf::line(&error.to_string()))));
            thread::sleep(PAUSE);
        }
        insists
    }

    fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::SeqCst)
    }

    /// Does the last writes.
    pub(super) fn end(&mut self, session: Option<(OpenedInputs, Session)>) -> Unsaved {
        if !self.waiting.is_empty() {
            self.write_waiting();
        }
        if let Some((reading, session)) = session.filter(|_| self.never.is_none())
            && let Err(error) = self.keep_session(&reading, &session)
        {
            self.unsaved.push(CleanBuf::line(&format!("cannot save the session: {error}")));
        }
        let releases = |waiting: &Waiting| waiting.change.releases.len();
        let marks = self.waiting.iter().map(releases).sum::<usize>() + self.lost;
        let reason = self.reason.clone().unwrap_or_default();
        let marks = (marks > 0).then_some((marks, reason));
        // Closed before the program ends: on a full disk, changes that are only in the log could not be read.
        self.library = None;
        Unsaved { marks, others: std::mem::take(&mut self.unsaved) }
    }

    fn keep_session(&mut self, reading: &OpenedInputs, session: &Session) -> Result<(), LibraryError> {
        let data = serde_json::to_string(session).unwrap_or_default();
        let now = chrono::Utc::now().timestamp();
        // An empty session is no reason to create a library.
        if self.library.is_none() && *session == Session::default() {
            return Ok(());
        }
        let name = startup::session_name(reading);
        loop {
            match self.with_library(&mut |library| library.keep_session(&name, &data, now)) {
                Err(error) if self.insists(&error) => {}
                kept => return kept,
            }
        }
    }
}
