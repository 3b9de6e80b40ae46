//! The search worker: one long-lived thread; the newest request replaces the running one.
//!
//! Between searches it counts the bars of a word, finds the words of the hits and similar releases, and counts the hits of
//! other queries. A search cancels that work at once, and it is not resumed: the caller has to request it again.

mod postponed;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvError, RecvTimeoutError, Sender};
use std::thread::Builder;
use std::time::{Duration, Instant};

use tracing::{debug, debug_span};

use super::{Event, send, test_panic, thread};
use crate::app::{Generation, Msg, WordBarsRequest, WordsRequest};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::query::similar::Likeness;
use crate::query::{Listener, Request, Searcher};
use crate::text::panic_text;
use postponed::Postponed;
use words::{Until, WordsFinder};

/// Sends requests to the worker.
pub struct Worker {
    jobs: Sender<Job>,
    newest: Arc<Newest>,
}

/// The newest generations requested; work on older ones stops.
#[derive(Default)]
struct Newest {
    search: Latest,
    counts: Latest,
    similar: Latest,
    words: Latest,
    word_bars: Latest,
}

/// The generation of the newest request of one kind, shared by the threads.
#[derive(Default)]
struct Latest(AtomicU64);

impl Latest {
    fn set(&self, generation: Generation) {
        self.0.store(generation.number(), Ordering::Release);
    }

    fn get(&self) -> Generation {
        Generation::new(self.0.load(Ordering::Acquire))
    }
}

/// A request for words, with its generation and that of the newest search.
type WordsJob = (Generation, Generation, Box<WordsRequest>);

enum Job {
    /// Runs a search.
    Search(Generation, Request),
    /// Counts the hits of requests, while `search` is the generation of the newest search.
    Count { generation: Generation, search: Generation, requests: Vec<Request> },
    /// Finds the words that distinguish hits, under the same condition.
    Words { generation: Generation, search: Generation, request: Box<WordsRequest> },
    /// Counts the bars of a word, under the same condition.
    WordBars { generation: Generation, search: Generation, request: Box<WordBarsRequest> },
    /// Finds similar releases, under the same condition.
    Similar { generation: Generation, search: Generation, release: ReleaseIndex, catalog: Arc<Catalog> },
}

/// How long to wait for the complete result before showing the first page: half of what the eye perceives as instant.
const PATIENCE: Duration = Duration::from_millis(8);

/// Waits for one search.
struct Waiting<'a> {
    generation: Generation,
    newest: &'a Newest,
    sender: &'a Sender<Event>,
    start: Instant,
}

impl Listener for Waiting<'_> {
    fn is_cancelled(&mut self) -> bool {
        self.newest.search.get() != self.generation
    }

    fn wants_page(&mut self) -> bool {
        self.start.elapsed() >= PATIENCE
    }

    fn page(&mut self, first: Arc<[ReleaseIndex]>) {
        send(self.sender, Msg::Page { generation: self.generation, first });
    }
}

/// Waits for counts.
struct Counting<'a> {
    generation: Generation,
    search: Generation,
    newest: &'a Newest,
}

impl Listener for Counting<'_> {
    fn is_cancelled(&mut self) -> bool {
        self.newest.counts.get() != self.generation || self.newest.search.get() != self.search
    }

    fn wants_page(&mut self) -> bool {
        false
    }

    fn page(&mut self, _first: Arc<[ReleaseIndex]>) {}
}

impl Worker {
    /// Requests a search and cancels all other work.
    pub fn search(&self, generation: Generation, request: Request) {
        self.newest.search.set(generation);
        // The worker lives as long as the loop.
        let _ = self.jobs.send(Job::Search(generation, request));
    }

    /// Requests counts after the running search; cancels earlier counts.
    pub fn count(&self, generation: Generation, requests: Vec<Request>) {
        self.newest.counts.set(generation);
        let search = self.newest.search.get();
        let _ = self.jobs.send(Job::Count { generation, search, requests });
    }

    /// Requests the words that distinguish hits after the running search; cancels an earlier request.
    pub fn words(&self, generation: Generation, request: Box<WordsRequest>) {
        self.newest.words.set(generation);
        let search = self.newest.search.get();
        let _ = self.jobs.send(Job::Words { generation, search, request });
    }

    /// Requests the bars of a word after the running search; cancels an earlier request.
    pub fn word_bars(&self, generation: Generation, request: Box<WordBarsRequest>) {
        self.newest.word_bars.set(generation);
        let search = self.newest.search.get();
        let _ = self.jobs.send(Job::WordBars { generation, search, request });
    }

    /// Requests similar releases after the running search; cancels an earlier request.
    pub fn similar(&self, generation: Generation, release: ReleaseIndex, catalog: Arc<Catalog>) {
        self.newest.similar.set(generation);
        let search = self.newest.search.get();
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
    let mut finder = WordsFinder::default();
    let mut postponed: Option<Postponed<WordsJob>> = None;
    while let Ok(job) = next_job(inbox, postponed.as_ref()) {
        // Only the newest of each kind matters, the search first.
        let (mut search, mut counts, mut alike, mut words, mut bars) = (None, None, None, None, None);
        for job in job.into_iter().chain(inbox.try_iter()) {
            match job {
                Job::Search(generation, request) => search = Some((generation, request)),
                Job::Count { generation, search, requests } => counts = Some((generation, search, requests)),
                Job::Words { generation, search, request } => words = Some((generation, search, request)),
                Job::WordBars { generation, search, request } => bars = Some((generation, search, request)),
                Job::Similar { generation, search, release, catalog } => {
                    alike = Some((generation, search, release, catalog));
                }
            }
        }
        if let Some(job) = words.take_if(|(_, _, request)| request.can_wait) {
            postponed = Some(Postponed::new(job, postponed, Instant::now()));
        } else if words.is_some() {
            postponed = None;
        } else if postponed.as_ref().is_some_and(|postponed| postponed.wait(Instant::now()).is_none()) {
            words = postponed.take().map(Postponed::into_work);
        }
        let found = search.and_then(|(generation, request)| {
            let found = answer(&mut searcher, generation, &request, newest, sender)?;
            let hits = if let Msg::Found { hits, .. } = &found { Some(Arc::clone(&hits.order)) } else { None };
            Some((found, hits.map(|hits| (request, hits))))
        });
        let counted = |(generation, search, requests): (Generation, Generation, Vec<Request>)| {
            count_all(&searcher, Counting { generation, search, newest }, &requests)
        };
        // The result is sent before anything else is done.
        if let Some((msg, noted)) = found {
            if !send(sender, msg) {
                return;
            }
            if let Some((request, hits)) = noted {
                finder.note(&request, &hits);
            }
        }
        let bars = bars.and_then(|(generation, search, request)| {
            let is_old = || newest.word_bars.get() != generation || newest.search.get() != search;
            count_word(&searcher, generation, &request, is_old)
        });
        if bars.is_some_and(|msg| !send(sender, msg)) {
            return;
        }
        let words = words.and_then(|(generation, search, request)| {
            let is_old = || newest.words.get() != generation || newest.search.get() != search;
            find_words(&mut finder, generation, &request, is_old)
        });
        if words.is_some_and(|msg| !send(sender, msg)) {
            return;
        }
        let alike = alike.and_then(|(generation, search, release, catalog)| {
            let is_old = || newest.similar.get() != generation || newest.search.get() != search;
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

/// Waits for a job; `None` when postponed work is due.
fn next_job<T>(inbox: &Receiver<Job>, postponed: Option<&Postponed<T>>) -> Result<Option<Job>, RecvError> {
    let Some(postponed) = postponed else { return inbox.recv().map(Some) };
    let Some(wait) = postponed.wait(Instant::now()) else { return Ok(None) };
    match inbox.recv_timeout(wait) {
        Ok(job) => Ok(Some(job)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(RecvError),
    }
}

/// Returns the result of a search; `None` if cancelled.
fn answer(
    searcher: &mut Searcher,
    generation: Generation,
    request: &Request,
    newest: &Newest,
    sender: &Sender<Event>,
) -> Option<Msg> {
    let _span = debug_span!("search", generation = generation.number()).entered();
    let start = Instant::now();
    let mut waiting = Waiting { generation, newest, sender, start };
    let found = catch_unwind(AssertUnwindSafe(|| {
        test_panic::here("search");
        searcher.search(request, &mut waiting)
    }));
    match found {
        Ok(hits) => hits.map(|hits| {
            let microseconds = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            debug!(hits = hits.order.len(), microseconds, "searched");
            Msg::Found { generation, hits }
        }),
        Err(payload) => {
            // Its cache may be inconsistent.
            *searcher = Searcher::default();
            Some(Msg::SearchFailed { generation, reason: panic_text("the search", &*payload) })
        }
    }
}

/// Returns the counts of all requests; `None` if cancelled.
fn count_all(searcher: &Searcher, mut counting: Counting<'_>, requests: &[Request]) -> Option<Msg> {
    let generation = counting.generation;
    let counted = catch_unwind(AssertUnwindSafe(|| {
        requests.iter().map(|request| searcher.count(request, &mut counting)).collect::<Option<Vec<usize>>>()
    }));
    match counted {
        Ok(counts) => counts.map(|counts| Msg::Counted { generation, counts }),
        Err(payload) => Some(Msg::defect(panic_text("counting", &*payload))),
    }
}

/// Returns the number of releases with a word on each day; `None` if cancelled.
fn count_word(
    searcher: &Searcher,
    generation: Generation,
    request: &WordBarsRequest,
    is_old: impl Fn() -> bool,
) -> Option<Msg> {
    let start = Instant::now();
    let WordBarsRequest { hits, phrase } = request;
    let mut is_cancelled = || is_old();
    let counted =
        catch_unwind(AssertUnwindSafe(|| searcher.days_with(phrase.as_str(), hits, &mut Until(&mut is_cancelled))));
    match counted {
        Ok(days) => days.map(|days| {
            let microseconds = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            debug!(microseconds, "counted a word");
            Msg::WordBars { generation, days }
        }),
        Err(payload) => Some(Msg::defect(panic_text("counting the releases with a word", &*payload))),
    }
}

/// Returns the words that distinguish hits; `None` if cancelled.
fn find_words(
    finder: &mut WordsFinder,
    generation: Generation,
    request: &WordsRequest,
    is_old: impl Fn() -> bool + Sync,
) -> Option<Msg> {
    let start = Instant::now();
    match catch_unwind(AssertUnwindSafe(|| finder.find(request, &is_old))) {
        Ok(found) => found.map(|found| {
            let microseconds = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            debug!(words = found.words.len(), microseconds, "found words");
            Msg::Words { generation, found }
        }),
        Err(payload) => {
            *finder = WordsFinder::default();
            Some(Msg::defect(panic_text("finding the words of the hits", &*payload)))
        }
    }
}

/// Returns the similar releases; `None` if cancelled. A second thread takes half of the work.
fn find_similar(
    generation: Generation,
    release: ReleaseIndex,
    catalog: &Arc<Catalog>,
    is_old: impl Fn() -> bool + Sync,
) -> Option<Msg> {
    let find = || {
        let Some(likeness) = Likeness::new(catalog, release) else { return Some(Vec::new()) };
        let best = |part| likeness.best(part, 2, &mut || is_old());
        let (one, other) = std::thread::scope(|scope| {
            let other = Builder::new().name("similar".to_owned()).spawn_scoped(scope, || best(1));
            (best(0), other.map_or_else(|_| best(1), |other| other.join().ok().flatten()))
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
    use crate::app::filter::Compared;
    use crate::catalog::tests::catalog;
    use crate::query::{Context, Sort, parse};
    use crate::text::CleanBuf;

    fn request(text: &str) -> Request {
        let rows = ["tea", "tea and milk", "coffee"].map(|title| (title, "", "", "", (2018, 1, 1)));
        let query = parse(text).expect("a query");
        Request { catalog: catalog(&rows), query, counted: None, context: Context::default(), sort: Sort::Newest }
    }

    /// The next message. The deadline is exceeded only by a hang.
    fn next(events: &Receiver<Event>) -> Msg {
        match events.recv_timeout(Duration::from_secs(30)).expect("an answer") {
            Event::Msg(msg) => msg,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn counts_follow_the_search_in_order_of_request() {
        let (sender, events) = mpsc::channel();
        let worker = start(sender);
        let first = Generation::new(1);
        worker.search(first, request("tea"));
        worker.count(first, vec![request("tea"), request("nothing"), request("")]);
        assert!(matches!(next(&events), Msg::Found { generation, .. } if generation == first));
        match next(&events) {
            Msg::Counted { generation, counts } => assert_eq!((generation, counts), (first, vec![2, 0, 3])),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_bars_of_a_word_are_counted_after_the_search() {
        let (sender, events) = mpsc::channel();
        let worker = start(sender);
        let first = Generation::new(1);
        worker.search(first, request("tea"));
        worker.word_bars(first, Box::new(WordBarsRequest { hits: request("tea"), phrase: CleanBuf::line("milk") }));
        assert!(matches!(next(&events), Msg::Found { .. }));
        match next(&events) {
            Msg::WordBars { generation, days } => assert_eq!((generation, days.counts), (first, vec![1])),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_that_can_wait_are_found_after_a_pause() {
        let (sender, events) = mpsc::channel();
        let worker = start(sender);
        let first = Generation::new(1);
        let asked = |can_wait| {
            let compared = Compared::Hits;
            Box::new(WordsRequest { hits: request("tea"), compared, named: Vec::new(), most: 10, can_wait })
        };
        for can_wait in [true, false, true] {
            worker.words(first, asked(can_wait));
            assert!(matches!(next(&events), Msg::Words { generation, .. } if generation == first));
        }
    }

    #[test]
    fn counting_a_word_can_be_cancelled() {
        let asked = WordBarsRequest { hits: request("tea"), phrase: CleanBuf::line("milk") };
        let counted = |is_old: bool| count_word(&Searcher::default(), Generation::new(1), &asked, || is_old);
        assert!(matches!(counted(false), Some(Msg::WordBars { .. })));
        assert!(counted(true).is_none());
    }

    #[test]
    fn a_search_or_newer_counts_cancel_counting() {
        let [first, second] = [1, 2].map(Generation::new);
        let newest = Newest::default();
        newest.search.set(first);
        newest.counts.set(first);
        let counted = |generation, search| {
            count_all(&Searcher::default(), Counting { generation, search, newest: &newest }, &[request("tea")])
        };
        assert!(matches!(counted(first, first), Some(Msg::Counted { .. })));
        newest.search.set(second);
        assert!(counted(first, first).is_none());
        newest.counts.set(second);
        assert!(counted(first, second).is_none());
        assert!(counted(second, second).is_some());
    }
}
