//! The search worker: one long-lived thread; the newest request replaces the one that runs.
//!
//! Between searches it counts what other queries would give, and finds what is like a release. A search stops that at
//! once, and it is not taken up again: whoever wants it asks once more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use super::{Event, panic_text, send, test_panic, thread};
use crate::app::Msg;
use crate::catalog::Catalog;
use crate::query::similar::Likeness;
use crate::query::{self, Listener, Request, Searcher};

/// Asks the worker.
pub struct Worker {
    jobs: Sender<Job>,
    newest: Arc<Newest>,
}

/// The newest generations that were asked for: work on older ones stops.
#[derive(Default)]
struct Newest {
    search: AtomicU64,
    counts: AtomicU64,
    similar: AtomicU64,
}

enum Job {
    /// Answer a request.
    Search(u64, Request),
    /// Count what requests would give, as long as the newest search is the one of this generation.
    Count { generation: u64, search: u64, requests: Vec<Request> },
    /// Find what is like a release, under the same condition.
    Similar { generation: u64, search: u64, release: u32, catalog: Arc<Catalog> },
}

/// After so long the first page is shown, if all is not known by then: half of what the eye takes for at once.
const PATIENCE: Duration = Duration::from_millis(8);

/// Who waits for one answer.
struct Waiting<'a> {
    generation: u64,
    newest: &'a Newest,
    sender: &'a Sender<Event>,
    start: Instant,
}

impl Listener for Waiting<'_> {
    fn is_cancelled(&mut self) -> bool {
        self.newest.search.load(Ordering::Acquire) != self.generation
    }

    fn wants_page(&mut self) -> bool {
        self.start.elapsed() >= PATIENCE
    }

    fn page(&mut self, first: Arc<[u32]>) {
        send(self.sender, Msg::Page { generation: self.generation, first });
    }
}

/// Who waits for counts.
struct Counting<'a> {
    generation: u64,
    search: u64,
    newest: &'a Newest,
}

impl Listener for Counting<'_> {
    fn is_cancelled(&mut self) -> bool {
        self.newest.counts.load(Ordering::Acquire) != self.generation
            || self.newest.search.load(Ordering::Acquire) != self.search
    }

    fn wants_page(&mut self) -> bool {
        false
    }

    fn page(&mut self, _first: Arc<[u32]>) {}
}

impl Worker {
    /// Asks for an answer; whatever is being worked on is given up.
    pub fn search(&self, generation: u64, request: Request) {
        self.newest.search.store(generation, Ordering::Release);
        // The worker lives as long as the loop.
        let _ = self.jobs.send(Job::Search(generation, request));
    }

    /// Asks for counts, behind a search that runs; those that are being made are given up.
    pub fn count(&self, generation: u64, requests: Vec<Request>) {
        self.newest.counts.store(generation, Ordering::Release);
        let search = self.newest.search.load(Ordering::Acquire);
        let _ = self.jobs.send(Job::Count { generation, search, requests });
    }

    /// Asks for the releases that are like one, behind a search that runs; an older question is given up.
    pub fn similar(&self, generation: u64, release: u32, catalog: Arc<Catalog>) {
        self.newest.similar.store(generation, Ordering::Release);
        let search = self.newest.search.load(Ordering::Acquire);
        let _ = self.jobs.send(Job::Similar { generation, search, release, catalog });
    }
}

/// Starts the thread.
pub fn start(sender: Sender<Event>) -> Worker {
    let (jobs, inbox) = mpsc::channel();
    let newest = Arc::new(Newest::default());
    let seen = Arc::clone(&newest);
    thread::spawn("search", "searching", &sender.clone(), move || work(&inbox, &seen, &sender));
    Worker { jobs, newest }
}

fn work(inbox: &Receiver<Job>, newest: &Newest, sender: &Sender<Event>) {
    let mut searcher = Searcher::default();
    while let Ok(job) = inbox.recv() {
        // One of each is worth doing, the search first.
        let (mut search, mut counts, mut alike) = (None, None, None);
        for job in std::iter::once(job).chain(inbox.try_iter()) {
            match job {
                Job::Search(generation, request) => search = Some((generation, request)),
                Job::Count { generation, search, requests } => counts = Some((generation, search, requests)),
                Job::Similar { generation, search, release, catalog } => {
                    alike = Some((generation, search, release, catalog));
                }
            }
        }
        let found =
            search.and_then(|(generation, request)| answer(&mut searcher, generation, &request, newest, sender));
        let counted = |(generation, search, requests): (u64, u64, Vec<Request>)| {
            count_all(Counting { generation, search, newest }, &requests)
        };
        // The answer goes out before anything is counted.
        if found.is_some_and(|msg| !send(sender, msg)) {
            return;
        }
        let alike = alike.and_then(|(generation, search, release, catalog)| {
            let is_old = || {
                newest.similar.load(Ordering::Acquire) != generation || newest.search.load(Ordering::Acquire) != search
            };
            find_similar(generation, release, &catalog, is_old)
        });
        if alike.is_some_and(|msg| !send(sender, msg)) {
            return;
        }
        if counts.and_then(counted).is_some_and(|msg| !send(sender, msg)) {
            return;
        }
    }
}

/// The answer to a request; nothing where it is no longer wanted.
fn answer(
    searcher: &mut Searcher,
    generation: u64,
    request: &Request,
    newest: &Newest,
    sender: &Sender<Event>,
) -> Option<Msg> {
    let start = Instant::now();
    let mut waiting = Waiting { generation, newest, sender, start };
    let found = catch_unwind(AssertUnwindSafe(|| {
        test_panic::here("search");
        searcher.search(request, &mut waiting)
    }));
    match found {
        Ok(hits) => hits.map(|hits| Msg::Found {
            generation,
            hits,
            microseconds: u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
        }),
        Err(payload) => {
            // What it remembered may be half of something.
            *searcher = Searcher::default();
            Some(Msg::SearchFailed { generation, reason: panic_text("the search", &*payload) })
        }
    }
}

/// The counts of all requests; nothing where they are no longer wanted.
fn count_all(mut counting: Counting<'_>, requests: &[Request]) -> Option<Msg> {
    let generation = counting.generation;
    let counted = catch_unwind(AssertUnwindSafe(|| {
        requests.iter().map(|request| query::count(request, &mut counting)).collect::<Option<Vec<usize>>>()
    }));
    match counted {
        Ok(counts) => counts.map(|counts| Msg::Counted { generation, counts }),
        Err(payload) => Some(Msg::defect(panic_text("counting", &*payload))),
    }
}

/// The releases that are like one; nothing where they are no longer wanted. A second thread takes half of the work.
fn find_similar(
    generation: u64,
    release: u32,
    catalog: &Arc<Catalog>,
    is_old: impl Fn() -> bool + Sync,
) -> Option<Msg> {
    let find = || {
        let Some(likeness) = Likeness::new(catalog, release) else { return Some(Vec::new()) };
        let best = |part| likeness.best(part, 2, &mut || is_old());
        let (one, other) = std::thread::scope(|scope| {
            let other = scope.spawn(|| best(1));
            (best(0), other.join().ok().flatten())
        });
        Some(one?.with(other?).into_releases())
    };
    match catch_unwind(AssertUnwindSafe(find)) {
        Ok(found) => found.map(|found| Msg::Similar { generation, found }),
        Err(payload) => Some(Msg::defect(panic_text("finding releases like it", &*payload))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;
    use crate::query::{Context, Sort, parse};

    fn request(text: &str) -> Request {
        let rows = ["tea", "tea and milk", "coffee"].map(|title| (title, "", "", "", (2018, 1, 1)));
        let query = parse(text).expect("a query");
        Request { catalog: catalog(&rows), query, context: Context::default(), sort: Sort::Newest }
    }

    /// The next message, within a deadline that only a hang exceeds.
    fn next(events: &Receiver<Event>) -> Msg {
        match events.recv_timeout(Duration::from_secs(30)).expect("an answer") {
            Event::Msg(msg) => msg,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn counts_come_behind_the_search_and_in_the_order_of_the_request() {
        let (sender, events) = mpsc::channel();
        let worker = start(sender);
        worker.search(1, request("tea"));
        worker.count(1, vec![request("tea"), request("nothing"), request("")]);
        assert!(matches!(next(&events), Msg::Found { generation: 1, .. }));
        match next(&events) {
            Msg::Counted { generation: 1, counts } => assert_eq!(counts, [2, 0, 3]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_search_and_newer_counts_stop_counting() {
        let newest = Newest { search: AtomicU64::new(1), counts: AtomicU64::new(1), ..Newest::default() };
        let counted =
            |generation, search| count_all(Counting { generation, search, newest: &newest }, &[request("tea")]);
        assert!(matches!(counted(1, 1), Some(Msg::Counted { .. })));
        newest.search.store(2, Ordering::Release);
        assert!(counted(1, 1).is_none());
        newest.counts.store(2, Ordering::Release);
        assert!(counted(1, 2).is_none());
        assert!(counted(2, 2).is_some());
    }
}
