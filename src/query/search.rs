//! Answers queries: which releases match, in which order, and the counts for every other choice.
//!
//! A [`Searcher`] keeps which rows matched the text of the last queries, so another choice, mark or letter reads few texts
//! or none.

mod kept;
mod own_topics;

use std::borrow::Cow;
use std::sync::Arc;

use super::Context;
use super::ast::{Expr, Query, Term};
use super::both_ends::BothEnds;
use super::matcher::Matcher;
use super::phrase::Phrase;
use super::sort::{Sort, in_order};
use super::story::Stories;
use super::tally::{Hits, Tally};
use super::text_rows::{FoundRows, TextSearch};
use crate::catalog::{Catalog, Chunk, Days, ReleaseIndex, Set};
use kept::KeptRows;
use own_topics::TopicFinder;

/// The number of hits of the first page, reported before the rest is known.
const PAGE: usize = 200;
/// With more clauses than this, no clause is suggested for removal.
const MOST_RELAXED: usize = 8;

/// A search request.
#[derive(Debug, Clone)]
pub struct Request {
    /// The catalog to search.
    pub catalog: Arc<Catalog>,
    /// The query.
    pub query: Query,
    /// The query for the counts of values and statuses, if it differs.
    pub counted: Option<Query>,
    /// Today's date and the marks.
    pub context: Context,
    /// The order of the hits.
    pub sort: Sort,
}

impl Request {
    /// Whether marks change the hits: the query tests a status, or an own topic that it names does.
    #[must_use]
    pub fn tests_marks(&self) -> bool {
        let mut used = self.context.definitions.used_by(&self.query);
        self.query.has_status() || used.any(|definition| definition.query.has_status())
    }
}

/// Receives the progress of a search.
pub trait Listener {
    /// Whether the search is cancelled; called for every chunk.
    fn is_cancelled(&mut self) -> bool;
    /// Whether the search takes long enough to report a first page; called for every chunk.
    fn wants_page(&mut self) -> bool;
    /// Receives the first hits, with which the final order begins. Called at most once.
    fn page(&mut self, first: Arc<[ReleaseIndex]>);
}

/// Waits for the complete result.
#[derive(Debug, Clone, Copy)]
pub struct Patient;

impl Listener for Patient {
    fn is_cancelled(&mut self) -> bool {
        false
    }

    fn wants_page(&mut self) -> bool {
        false
    }

    fn page(&mut self, _first: Arc<[ReleaseIndex]>) {}
}

/// Answers queries one after the other.
#[derive(Debug, Default)]
pub struct Searcher {
    kept: KeptRows,
    stories: Option<(Arc<Catalog>, Stories)>,
    topics: Option<TopicFinder>,
}

impl Searcher {
    /// Answers a request; `None` if the listener cancelled.
    pub fn search(&mut self, request: &Request, listener: &mut dyn Listener) -> Option<Hits> {
        let request = self.with_stories(request, listener)?;
        let request = self.with_own_topics(request, listener)?;
        let request = request.as_ref();
        let Request { catalog, query, context, sort, .. } = request;
        self.kept.keep_only(catalog);
        if query.is_empty() && *sort == Sort::Newest {
            return Some(Hits::all(catalog, context));
        }
        let matcher = Matcher::new(query, catalog, context);
        let mut tally = Tally::new(&matcher, context, catalog);
        self.walk(request, &matcher, &mut tally, listener)?;
        let mut hits = std::mem::take(&mut tally.hits);
        hits.sort_unstable();
        let relaxed = if hits.is_empty() { relax(request, listener) } else { None };
        let order = in_order(catalog, hits, *sort, &query.needles());
        let own = tally.into_counts();
        let counts = match &request.counted {
            Some(counted) => {
                let counted = self.counts(&Request { query: counted.clone(), ..request.clone() }, listener)?;
                Hits { days: own.days, ..counted }
            }
            None => own,
        };
        Some(Hits { order, relaxed, ..counts })
    }

    /// Counts the matching releases; `None` if the listener cancelled. Uses the stories and own topics of the last search,
    /// and changes nothing that is kept.
    pub fn count(&self, request: &Request, listener: &mut dyn Listener) -> Option<usize> {
        count_hits(&*self.with_known(request, listener)?, listener)
    }

    /// Counts, for each day, the matching releases that contain a phrase of whole words: under all filters except the
    /// choice of dates, as [`Hits::days`] does. `None` if the listener cancelled. Like [`Searcher::count`], it uses what the
    /// last search found.
    pub fn days_with(&self, phrase: &str, request: &Request, listener: &mut dyn Listener) -> Option<Days> {
        let mut request = self.with_known(request, listener)?.into_owned();
        let compiled = Phrase::new(phrase);
        // What a server has found passes the conditions on text, but not this one.
        let mut found = Set::default();
        for release in request.context.found.iter().filter(|&release| compiled.is_in(request.catalog.folded(release))) {
            found.set(release, true);
        }
        request.context.found = Arc::new(found);
        request.query.clauses.push(Expr::Term(Term::Words(vec![phrase.to_owned()])));
        tally(&request, listener, |tally| tally.into_counts().days)
    }

    /// Adds the stories and own topics that the last search found to a request.
    fn with_known<'a>(&self, request: &'a Request, listener: &mut dyn Listener) -> Option<Cow<'a, Request>> {
        let request = self.with_known_topics(Cow::Borrowed(request), listener)?;
        Some(match &self.stories {
            Some((catalog, stories)) if Arc::ptr_eq(catalog, &request.catalog) => {
                let context = Context { stories: stories.clone(), ..request.context.clone() };
                Cow::Owned(Request { context, ..request.into_owned() })
            }
            _ => request,
        })
    }

    /// Looks for the stories that a request names, and keeps them while the catalog is the same.
    fn with_stories<'a>(&mut self, request: &'a Request, listener: &mut dyn Listener) -> Option<Cow<'a, Request>> {
        let Request { catalog, query, counted, context, .. } = request;
        let mut ids = query.stories();
        ids.extend(counted.iter().flat_map(Query::stories));
        if ids.is_empty() {
            self.stories = None;
            return Some(Cow::Borrowed(request));
        }
        let known = self.stories.take().filter(|(of, _)| Arc::ptr_eq(of, catalog)).map(|(_, stories)| stories);
        let known = if context.stories.is_empty() { known.unwrap_or_default() } else { context.stories.clone() };
        let stories = known.with(&ids, catalog, &mut || listener.is_cancelled())?;
        self.stories = Some((Arc::clone(catalog), stories.clone()));
        Some(Cow::Owned(Request { context: Context { stories, ..context.clone() }, ..request.clone() }))
    }

    /// Returns the counts for the query of a request.
    fn counts(&mut self, request: &Request, listener: &mut dyn Listener) -> Option<Hits> {
        let Request { catalog, query, context, .. } = request;
        if query.is_empty() {
            return Some(Hits::all(catalog, context));
        }
        let matcher = Matcher::new(query, catalog, context);
        let mut tally = Tally::new(&matcher, context, catalog);
        self.walk(&without_page(request), &matcher, &mut tally, listener)?;
        Some(tally.into_counts())
    }

    /// Tallies all chunks, those with the newest releases first, so that the first page is known early.
    fn walk(
        &mut self,
        request: &Request,
        matcher: &Matcher,
        tally: &mut Tally<'_>,
        listener: &mut dyn Listener,
    ) -> Option<()> {
        let catalog = &request.catalog;
        let chunks: Vec<(usize, &Chunk)> = catalog.chunks().collect();
        let mut order: Vec<usize> = (0..chunks.len()).collect();
        order.sort_by_key(|&at| chunks[at].1.newest());
        if matcher.text.is_empty() {
            let ends = BothEnds::new(&chunks, &order);
            return ends.run(tally, |tally| {
                tally_in_order(request, tally, listener, (&chunks, &order), &mut Rows::All(&ends))
            });
        }
        let mut texts = self.kept.begin(request);
        let search = TextSearch::new(matcher, &request.context, &chunks, &order);
        let done = search.run(&mut texts.rows, |found| {
            tally_in_order(request, tally, listener, (&chunks, &order), &mut Rows::Found(found))
        });
        // The text hits found before a cancellation stay valid.
        self.kept.keep(texts);
        done
    }
}

/// Counts the matching releases; `None` if the listener cancelled.
pub fn count(request: &Request, listener: &mut dyn Listener) -> Option<usize> {
    Searcher::default().count(request, listener)
}

/// Counts the matching releases of a request that has the own topics it names; `None` if the listener cancelled.
fn count_hits(request: &Request, listener: &mut dyn Listener) -> Option<usize> {
    if request.query.is_empty() {
        return Some(request.catalog.len());
    }
    tally(request, listener, |tally| tally.hits.len())
}

/// Tallies the matching releases of a request, and returns what `take` takes of the result; `None` if the listener
/// cancelled.
fn tally<T>(request: &Request, listener: &mut dyn Listener, take: impl FnOnce(Tally<'_>) -> T) -> Option<T> {
    let matcher = Matcher::new(&request.query, &request.catalog, &request.context);
    let mut tally = Tally::new(&matcher, &request.context, &request.catalog);
    Searcher::default().walk(&without_page(request), &matcher, &mut tally, listener)?;
    Some(take(tally))
}

/// Returns the request in an order that has no first page.
fn without_page(request: &Request) -> Request {
    Request { sort: Sort::Title, ..request.clone() }
}

/// Finds the clause without which most releases would match, and their number; `None` if the listener cancels.
fn relax(request: &Request, listener: &mut dyn Listener) -> Option<(usize, usize)> {
    let clauses = &request.query.clauses;
    if !(2..=MOST_RELAXED).contains(&clauses.len()) {
        return None;
    }
    let mut best = None;
    for without in 0..clauses.len() {
        let mut query = request.query.clone();
        query.clauses.remove(without);
        let count = count_hits(&Request { query, ..request.clone() }, listener)?;
        if count > best.map_or(0, |(_, count)| count) {
            best = Some((without, count));
        }
    }
    best
}

/// The rows to tally.
enum Rows<'a, 'b> {
    /// All rows of the chunks that the second thread has not taken.
    All(&'a BothEnds<'b>),
    /// The rows with the text that is searched for.
    Found(&'a mut FoundRows<'b>),
}

/// Tallies the chunks in this order. Returns `None` if the listener cancelled.
fn tally_in_order(
    request: &Request,
    tally: &mut Tally<'_>,
    listener: &mut dyn Listener,
    (chunks, order): (&[(usize, &Chunk)], &[usize]),
    rows: &mut Rows<'_, '_>,
) -> Option<()> {
    let mut has_page = request.sort != Sort::Newest;
    for (step, &at) in order.iter().enumerate() {
        if listener.is_cancelled() {
            return None;
        }
        let (start, chunk) = chunks[at];
        if !has_page && step > 0 && listener.wants_page() {
            has_page = true;
            listener.page(settled(&request.catalog, &tally.hits, chunk.newest()));
        }
        let rows = match rows {
            Rows::All(ends) if ends.take() => {
                tally.chunk(start, chunk, 0..chunk.len());
                continue;
            }
            Rows::All(_) => break,
            Rows::Found(texts) => texts.of(at),
        };
        let found = &request.context.found;
        if found.is_empty() {
            tally.chunk(start, chunk, rows.iter().map(|&row| row as usize));
        } else {
            let mut own = rows.iter().map(|&row| row as usize).peekable();
            let is_hit =
                |row: &usize| own.next_if_eq(row).is_some() || found.has(ReleaseIndex::new((start + row) as u32));
            let hits: Vec<usize> = (0..chunk.len()).filter(is_hit).collect();
            tally.chunk(start, chunk, hits.into_iter());
        }
    }
    Some(())
}

/// Returns the hits, up to a page, that no unsearched chunk can precede.
fn settled(catalog: &Catalog, hits: &[ReleaseIndex], newest_left: i64) -> Arc<[ReleaseIndex]> {
    let mut page: Vec<(i64, ReleaseIndex)> =
        hits.iter().map(|&index| (catalog.key(index), index)).filter(|(key, _)| *key < newest_left).collect();
    if page.len() > PAGE {
        page.select_nth_unstable(PAGE);
        page.truncate(PAGE);
    }
    page.sort_unstable();
    page.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests;
