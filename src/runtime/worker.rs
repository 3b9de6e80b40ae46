//! The search worker: one long-lived thread; the newest request replaces the one that runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Instant;

use super::{Event, fault, panic_text, send};
use crate::app::Msg;
use crate::catalog::Catalog;
use crate::query::{Query, search};

/// Asks the worker.
pub struct Worker {
    requests: Sender<Request>,
    /// The newest generation that was asked for: a search of an older one stops.
    newest: Arc<AtomicU64>,
}

struct Request {
    generation: u64,
    catalog: Arc<Catalog>,
    query: Query,
}

impl Worker {
    /// Asks for an answer; the one that is being worked on is given up.
    pub fn ask(&self, generation: u64, catalog: Arc<Catalog>, query: Query) {
        self.newest.store(generation, Ordering::Release);
        // The worker lives as long as the loop.
        let _ = self.requests.send(Request { generation, catalog, query });
    }
}

/// Starts the thread.
pub fn start(sender: Sender<Event>) -> Worker {
    let (requests, inbox) = mpsc::channel();
    let newest = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&newest);
    thread::spawn(move || work(&inbox, &seen, &sender));
    Worker { requests, newest }
}

fn work(inbox: &Receiver<Request>, newest: &AtomicU64, sender: &Sender<Event>) {
    while let Ok(mut request) = inbox.recv() {
        while let Ok(newer) = inbox.try_recv() {
            request = newer;
        }
        let start = Instant::now();
        let cancelled = || newest.load(Ordering::Acquire) != request.generation;
        let found = catch_unwind(AssertUnwindSafe(|| {
            fault::here("search");
            search(&request.catalog, &request.query, &cancelled)
        }));
        let msg = match found {
            Ok(None) => continue,
            Ok(Some(hits)) => Msg::Found {
                generation: request.generation,
                hits,
                microseconds: u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            },
            Err(payload) => Msg::Broken(panic_text("the search", &*payload)),
        };
        if !send(sender, msg) {
            return;
        }
    }
}
