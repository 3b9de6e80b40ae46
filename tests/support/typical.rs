//! Searches a catalog and finds the typical words of the hits.

use std::sync::Arc;

use tidings::catalog::{Catalog, ReleaseIndex};
use tidings::query::{Context, Patient, Query, Request as Search, Searcher, Sort};
use tidings::words::{Against, Archive, Request, TypicalWords, typical};

/// The releases that a query finds.
pub fn hits(catalog: &Arc<Catalog>, query: &Query) -> Arc<[ReleaseIndex]> {
    let request = Search {
        catalog: Arc::clone(catalog),
        query: query.clone(),
        counted: None,
        context: Context::default(),
        sort: Sort::Newest,
    };
    Searcher::default().search(&request, &mut Patient).expect("nobody cancels").order
}

/// The ten typical words of some hits of a query; `counts_all` as in [`Request`].
pub fn words(
    catalog: &Arc<Catalog>,
    archive: &Archive,
    hits: &[ReleaseIndex],
    query: &Query,
    counts_all: bool,
) -> TypicalWords {
    let request = Request { catalog, archive, hits, against: Against::Archive, query, top: 10, counts_all };
    typical(&request, &|| false).expect("nobody cancels")
}
