//! The search worker: one long-lived thread; the newest request replaces the one that runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{Event, fault, panic_text, send};
use crate::app::Msg;
use crate::query::{Listener, Request, Searcher};

/// Asks the worker.
pub struct Worker {
    jobs: Sender<Job>,
    /// The newest generation that was asked for: a search of an older one stops.
    newest: Arc<AtomicU64>,
}

struct Job {
    generation: u64,
    request: Request,
}

/// After so long the first page is shown, if all is not known by then: half of what the eye takes for at once.
const PATIENCE: Duration = Duration::from_millis(8);

/// Who waits for one answer.
struct Waiting<'a> {
    generation: u64,
    newest: &'a AtomicU64,
    sender: &'a Sender<Event>,
    start: Instant,
}

impl Listener for Waiting<'_> {
    fn is_cancelled(&mut self) -> bool {
        self.newest.load(Ordering::Acquire) != self.generation
    }

    fn wants_page(&mut self) -> bool {
        self.start.elapsed() >= PATIENCE
    }

    fn page(&mut self, first: Arc<[u32]>) {
        send(self.sender, Msg::Page { generation: self.generation, first });
    }
}

impl Worker {
    /// Asks for an answer; the one that is being worked on is given up.
    pub fn ask(&self, generation: u64, request: Request) {
        self.newest.store(generation, Ordering::Release);
        // The worker lives as long as the loop.
        let _ = self.jobs.send(Job { generation, request });
    }
}

/// Starts the thread.
pub fn start(sender: Sender<Event>) -> Worker {
    let (jobs, inbox) = mpsc::channel();
    let newest = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&newest);
    thread::spawn(move || work(&inbox, &seen, &sender));
    Worker { jobs, newest }
}

fn work(inbox: &Receiver<Job>, newest: &AtomicU64, sender: &Sender<Event>) {
    let mut searcher = Searcher::default();
    while let Ok(mut job) = inbox.recv() {
        while let Ok(newer) = inbox.try_recv() {
            job = newer;
        }
        let Job { generation, request } = job;
        let start = Instant::now();
        let mut waiting = Waiting { generation, newest, sender, start };
        let found = catch_unwind(AssertUnwindSafe(|| {
            fault::here("search");
            searcher.search(&request, &mut waiting)
        }));
        let msg = match found {
            Ok(None) => continue,
            Ok(Some(hits)) => Msg::Found {
                generation,
                hits,
                microseconds: u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            },
            Err(payload) => {
                // What it remembered may be half of something.
                searcher = Searcher::default();
                Msg::Broken(panic_text("the search", &*payload))
            }
        };
        if !send(sender, msg) {
            return;
        }
    }
}
