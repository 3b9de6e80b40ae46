//! Searches without a cache, and the baselines beside them.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tidings::catalog::{Catalog, ReleaseIndex};
use tidings::query::{Context, Hits, Listener, Patient, Query, Request, Searcher, Sort};

/// A request for all counts.
pub fn request(catalog: &Arc<Catalog>, query: &Query) -> Request {
    let facets = catalog.custom_facets().map(|(facet, _)| facet).collect();
    Request {
        catalog: Arc::clone(catalog),
        query: query.clone(),
        counted: None,
        context: Context { facets, ..Context::default() },
        sort: Sort::Newest,
    }
}

/// The complete result of a search with all counts.
pub fn answer(catalog: &Arc<Catalog>, query: &Query) -> Option<Hits> {
    Searcher::default().search(&request(catalog, query), &mut Patient)
}

/// Takes the time of the first page, and then cancels.
struct FirstPage {
    start: Instant,
    took: Option<Duration>,
}

impl Listener for FirstPage {
    fn is_cancelled(&mut self) -> bool {
        self.took.is_some()
    }

    fn wants_page(&mut self) -> bool {
        true
    }

    fn page(&mut self, _first: Arc<[ReleaseIndex]>) {
        self.took = Some(self.start.elapsed());
    }
}

/// The time until the first hits are known.
pub fn first_page(catalog: &Arc<Catalog>, query: &Query) -> Duration {
    let request = request(catalog, query);
    let mut listener = FirstPage { start: Instant::now(), took: None };
    drop(Searcher::default().search(&request, &mut listener));
    listener.took.unwrap_or_else(|| listener.start.elapsed())
}

/// One `memmem` pass over the folded text of all releases.
pub fn pass(catalog: &Arc<Catalog>) {
    let finder = memchr::memmem::Finder::new("zzyzx");
    for (_, chunk) in catalog.chunks() {
        black_box(finder.find_iter(chunk.folded().text().as_bytes()).count());
    }
}
