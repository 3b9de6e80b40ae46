//! Answers queries: which releases match, in which order, and the counts for every other choice.
//!
//! A [`Searcher`] caches which rows matched the text of the last query. Another choice or mark then reads no text, a
//! longer needle is searched in the earlier hits only, and of a longer catalog only the new part is searched.

use std::ops::Range;
use std::sync::Arc;

use super::Context;
use super::ast::{Expr, Query, Term};
use super::matcher::{Condition, Matcher};
use super::pattern;
use super::sort::{Sort, in_order};
use super::tally::{Hits, Tally};
use crate::catalog::{Catalog, Chunk, Folded, ReleaseIndex};
use crate::text::fold;

/// Reuse the previous hits only if they are less than 1/NARROW of the rows.
const NARROW: usize = 16;
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
    last: Option<TextHits>,
}

/// Stands for the release where conditions on text are tested: they do not depend on marks.
const ANY: ReleaseIndex = ReleaseIndex::new(0);

/// The rows that match the text of a query.
#[derive(Debug)]
struct TextHits {
    catalog: Arc<Catalog>,
    clauses: Vec<Expr>,
    /// The matching rows of each chunk, ascending; `None` if it was not searched.
    rows: Vec<Option<Vec<u32>>>,
}

impl TextHits {
    fn len(&self) -> usize {
        self.rows.iter().flatten().map(Vec::len).sum()
    }

    fn is_complete(&self) -> bool {
        self.rows.iter().all(Option::is_some)
    }
}

impl Searcher {
    /// Answers a request; `None` if the listener cancelled.
    pub fn search(&mut self, request: &Request, listener: &mut dyn Listener) -> Option<Hits> {
        let Request { catalog, query, context, sort, .. } = request;
        // The cache of another catalog is useless and would keep that catalog in memory.
        self.last.take_if(|last| !last.catalog.is_beginning_of(catalog));
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
        let mut texts = (!matcher.text.is_empty()).then(|| self.begin(request));
        let mut has_page = request.sort != Sort::Newest;
        for (step, &at) in order.iter().enumerate() {
            if listener.is_cancelled() {
                // The text hits found so far stay valid.
                self.last = texts;
                return None;
            }
            if !has_page && step > 0 && listener.wants_page() {
                has_page = true;
                listener.page(settled(catalog, &tally.hits, chunks[at].1.newest()));
            }
            let (start, chunk) = chunks[at];
            match &mut texts {
                None => tally.chunk(start, chunk, 0..chunk.len()),
                Some(texts) => {
                    let rows = texts.rows[at].get_or_insert_with(|| text_rows(matcher, &request.context, chunk));
                    tally.chunk(start, chunk, rows.iter().map(|&row| row as usize));
                }
            }
        }
        if texts.is_some() {
            self.last = texts;
        }
        Some(())
    }

    /// Collects the known text hits for a request.
    fn begin(&mut self, request: &Request) -> TextHits {
        let catalog = Arc::clone(&request.catalog);
        let clauses: Vec<Expr> = request.query.clauses.iter().filter(|clause| clause.is_text()).cloned().collect();
        let mut rows = vec![None; catalog.chunks().count()];
        if let Some(last) = self.last.take() {
            let is_same = last.clauses == clauses;
            let is_narrower = last.is_complete()
                && last.len() < catalog.len() / NARROW
                && last.clauses.iter().all(|old| clauses.iter().any(|new| implies(new, old)));
            if is_same {
                rows.iter_mut().zip(last.rows).for_each(|(slot, known)| *slot = known);
            } else if is_narrower {
                let query = Query { clauses: clauses.clone() };
                let matcher = Matcher::new(&query, &catalog, &request.context);
                for ((slot, known), (_, chunk)) in rows.iter_mut().zip(last.rows).zip(catalog.chunks()) {
                    let Some(mut known) = known else { continue };
                    known.retain(|&row| {
                        matcher.text.iter().all(|text| text.holds(&request.context, chunk, row as usize, ANY))
                    });
                    *slot = Some(known);
                }
            }
        }
        TextHits { catalog, clauses, rows }
    }
}

/// Counts the matching releases; `None` if the listener cancelled. Does not touch the searcher's cache.
pub fn count(request: &Request, listener: &mut dyn Listener) -> Option<usize> {
    if request.query.is_empty() {
        return Some(request.catalog.len());
    }
    let matcher = Matcher::new(&request.query, &request.catalog, &request.context);
    let mut tally = Tally::new(&matcher, &request.context, &request.catalog);
    Searcher::default().walk(&without_page(request), &matcher, &mut tally, listener)?;
    Some(tally.hits.len())
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
        let count = count(&Request { query, ..request.clone() }, listener)?;
        if count > best.map_or(0, |(_, count)| count) {
            best = Some((without, count));
        }
    }
    best
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

/// Whether every release that matches `new` matches `old`.
fn implies(new: &Expr, old: &Expr) -> bool {
    match (new, old) {
        (Expr::Term(Term::Word(new) | Term::Phrase(new)), Expr::Term(Term::Word(old) | Term::Phrase(old))) => {
            fold(new).contains(&fold(old))
        }
        _ => new == old,
    }
}

/// Returns the rows of a chunk that match all text conditions.
fn text_rows(matcher: &Matcher, context: &Context, chunk: &Chunk) -> Vec<u32> {
    let holds = |conditions: &[Condition], row: usize| {
        conditions.iter().all(|condition| condition.holds(context, chunk, row, ANY))
    };
    let folded = chunk.folded();
    let text = folded.text();
    match matcher.text.split_first() {
        Some((Condition::Text(driver), others)) if !driver.needle().is_empty() => {
            let find = |from| {
                let rest = text.as_bytes().get(from..)?;
                driver.find(rest).map(|found| from + found..from + found + driver.needle().len())
            };
            candidates(folded, find, |row, _| holds(others, row))
        }
        Some((Condition::Regex(regex), others)) if !pattern::is_anchored(regex.as_str()) => {
            let find =
                |from| (from <= text.len()).then(|| regex.find_at(text, from).map(|found| found.range())).flatten();
            // A match across fields does not count and may hide matches within them, so such a row is tested by itself.
            let is_whole = |found: Range<usize>| text.get(found).is_some_and(|found| !found.contains(['\n', '\0']));
            candidates(folded, find, |row, found| {
                (is_whole(found) || holds(&matcher.text[..1], row)) && holds(others, row)
            })
        }
        _ => (0..chunk.len()).filter(|&row| holds(&matcher.text, row)).map(|row| row as u32).collect(),
    }
}

/// Returns the rows in which `find`, called with a start offset, finds a match that `is_hit` confirms. Continues after
/// the row of each match.
fn candidates(
    folded: &Folded,
    find: impl Fn(usize) -> Option<Range<usize>>,
    is_hit: impl Fn(usize, Range<usize>) -> bool,
) -> Vec<u32> {
    let ends = folded.ends();
    let (mut rows, mut from, mut row) = (Vec::new(), 0, 0);
    while let Some(found) = find(from) {
        // Matches are ascending: the release is a few rows on, or far after a long gap.
        row += ends.get(row..).map_or(0, |left| gallop(left, found.start as u32));
        let Some(&end) = ends.get(row) else { break };
        if is_hit(row, found) {
            rows.push(row as u32);
        }
        from = end as usize;
        row += 1;
    }
    rows
}

/// The number of leading `ends` at or before `position`, by galloping and binary search.
fn gallop(ends: &[u32], position: u32) -> usize {
    let mut bound = 1;
    while ends.get(bound - 1).is_some_and(|&end| end <= position) {
        bound *= 2;
    }
    let low = bound / 2;
    let high = bound.min(ends.len());
    low + ends[low..high].partition_point(|&end| end <= position)
}

#[cfg(test)]
mod tests;
