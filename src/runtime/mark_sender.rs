//! Sends marks to the servers of accounts, in the background: some seconds after the last mark, and when the reader ends.
//!
//! Marks wait in the outbox of the library until a server shows them, so nothing is lost if this fails: the next sync
//! sends them.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Event, send, thread};
use crate::app::Msg;
use crate::app::notice::{Cause, Notice};
use crate::library::{Library, LibraryError};
use crate::net::fetch::Cancel;
use crate::sync::{Depth, Engine, SyncRequest, sync};
use crate::text::CleanBuf;

/// How long after the last mark it is sent.
pub(super) const DELAY: Duration = Duration::from_secs(5);
/// How long the end of the reader waits for servers.
const PATIENCE: Duration = Duration::from_secs(2);
/// The interval at which the end of the sending is noticed.
const CHECK_INTERVAL: Duration = Duration::from_millis(10);

/// Sends marks, one time after the other.
pub(super) struct MarkSender {
    engine: Engine,
    sender: Sender<Event>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The cancellation of the sending that runs.
    running: Option<Cancel>,
    /// Whether marks were set since it began.
    is_again: bool,
    /// The last message to the user, so that a server that is down is reported only once.
    told: Option<CleanBuf>,
}

impl MarkSender {
    pub fn new(engine: &Engine, sender: Sender<Event>) -> Self {
        Self { engine: engine.clone(), sender, state: Arc::default() }
    }

    /// Sends the marks of the outbox on a thread of its own.
    pub fn send(&self) {
        let cancel = {
            let mut state = lock(&self.state);
            if state.running.is_some() {
                state.is_again = true;
                return;
            }
            state.running.insert(Cancel::default()).clone()
        };
        let engine = self.engine.with_cancellation(cancel.clone());
        let (state, sender) = (Arc::clone(&self.state), self.sender.clone());
        // The thread may panic, and then the next mark starts another one.
        let running = Running(Arc::clone(&state));
        let started = thread::spawn("marks", "sending marks", &self.sender, move || {
            let _running = running;
            loop {
                let news = send_waiting(&engine);
                let mut state = lock(&state);
                if !cancel.is_cancelled() && state.told != news {
                    state.told.clone_from(&news);
                    if let Some(news) = news {
                        send(&sender, Msg::Notice(Notice::error(Cause::Sync, news)));
                    }
                }
                if !std::mem::take(&mut state.is_again) || cancel.is_cancelled() {
                    break;
                }
            }
        });
        // The running flag went with the closure if the thread did not start.
        drop(started);
    }

    /// Sends what is waiting, before the reader ends. Waits only for a short time.
    pub fn send_last(&self) {
        if self.engine.fetcher().is_offline() || !matches!(has_waiting(&self.engine), Ok(true)) {
            return;
        }
        let until = Instant::now() + PATIENCE;
        self.send();
        while Instant::now() < until && lock(&self.state).running.is_some() {
            std::thread::sleep(CHECK_INTERVAL);
        }
        if let Some(cancel) = &lock(&self.state).running {
            cancel.cancel();
        }
    }
}

/// Notes the end of a sending.
struct Running(Arc<Mutex<State>>);

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.0).running = None;
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a mark waits for a server.
fn has_waiting(engine: &Engine) -> Result<bool, LibraryError> {
    let Some(library) = Library::open(&engine.place)? else { return Ok(false) };
    for account in library.accounts()? {
        if !library.outbox(account.id)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sends the waiting marks. Returns what the user should know: why they could not be sent.
fn send_waiting(engine: &Engine) -> Option<CleanBuf> {
    let line = |error: &LibraryError| CleanBuf::line(&format!("cannot send marks: {error}"));
    match has_waiting(engine) {
        // Offline they wait, which is no news.
        Ok(true) if engine.fetcher().is_offline() => return None,
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => return Some(line(&error)),
    }
    // As in a scheduled sync, a server that failed lately is left alone.
    let request = SyncRequest { depth: Depth::Marks, is_scheduled: true, ..SyncRequest::default() };
    match sync(engine, &request, &mut |_| {}) {
        Ok(progress) => {
            let (name, reason) = progress.first_error.or(progress.first_remark)?;
            Some(CleanBuf::line(&format!("{name}: marks not sent: {reason}")))
        }
        Err(error) => Some(line(&error)),
    }
}
