//! The thread that syncs for the reader: one sync at a time. What is wanted while one runs becomes part of it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::{Engine, Progress, Wanted, sync_with_more};
use crate::library::Fault;
use crate::runtime::panic_text;
use crate::sync::fetch::Cancel;
use crate::text::CleanBuf;

/// What the thread tells.
#[derive(Debug)]
pub(in crate::runtime) enum News {
    /// How far the sync is.
    Progress(Progress),
    /// It has ended: how, or why it did not begin or broke.
    Ended(Result<Progress, CleanBuf>),
}

/// Tells news of a sync, which is known by a number.
type Tell = dyn FnMut(u64, News) + Send;

/// Hands syncs to the thread.
pub(in crate::runtime) struct Supervisor {
    requests: Sender<Request>,
    /// The number of the sync that runs or would run, and what calls it off.
    number: u64,
    cancel: Cancel,
}

struct Request {
    number: u64,
    engine: Engine,
    wanted: Wanted,
}

impl Supervisor {
    /// Starts the thread, which ends with this.
    pub fn start(mut tell: impl FnMut(u64, News) + Send + 'static) -> Self {
        let (requests, inbox) = mpsc::channel();
        // Where no thread can be had, nothing is synced.
        let _ = thread::Builder::new().name("sync".to_owned()).spawn(move || work(&inbox, &mut tell));
        Self { requests, number: 0, cancel: Cancel::default() }
    }

    /// Has sources synced: with the sync that runs, or by a new one.
    pub fn sync(&self, engine: &Engine, wanted: Wanted) {
        let request = Request { number: self.number, engine: engine.apart(self.cancel.clone()), wanted };
        let _ = self.requests.send(request);
    }

    /// Calls off the sync that runs and all that waits.
    pub fn call_off(&mut self) {
        let cancel = std::mem::take(&mut self.cancel);
        self.number += 1;
        // Closing connections may take a moment.
        let call_off = cancel.clone();
        if thread::Builder::new().name("cancel".to_owned()).spawn(move || call_off.cancel()).is_err() {
            cancel.cancel();
        }
    }

    /// Whether news are of the sync that runs, not of one that was called off.
    pub fn is_current(&self, number: u64) -> bool {
        self.number == number
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Does one sync after the other.
fn work(inbox: &Receiver<Request>, tell: &mut Tell) {
    // What was asked for after the sync that runs was called off.
    let mut later = VecDeque::new();
    while let Some(request) = later.pop_front().or_else(|| inbox.recv().ok()) {
        let number = request.number;
        let ended = catch_unwind(AssertUnwindSafe(|| one(&request, inbox, &mut later, tell)));
        let ended = match ended {
            Ok(ended) => ended.map_err(|fault| CleanBuf::line(&format!("the sync ended: {fault}"))),
            Err(payload) => Err(panic_text("the sync", &*payload)),
        };
        tell(number, News::Ended(ended));
    }
}

fn one(
    request: &Request,
    inbox: &Receiver<Request>,
    later: &mut VecDeque<Request>,
    tell: &mut Tell,
) -> Result<Progress, Fault> {
    let number = request.number;
    let mut more = || loop {
        let more = inbox.try_recv().ok()?;
        if more.number == number {
            return Some(more.wanted);
        }
        later.push_back(more);
    };
    sync_with_more(&request.engine, &request.wanted, &mut more, &mut |progress| {
        tell(number, News::Progress(progress.clone()));
    })
}
