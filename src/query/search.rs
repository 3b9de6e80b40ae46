//! Answers a query: the hits in order of date, and how many releases each value of each facet would give.

use std::sync::Arc;

use super::ast::Query;
use super::matcher::Matcher;
use crate::catalog::{Catalog, Chunk, Facet, ValueId};

/// Number of releases of each value, indexed by value.
pub type Counts = Vec<u32>;

/// The answer to a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The releases that match, newest first, the undated last.
    pub order: Arc<[u32]>,
    /// Counts of each facet under every filter but the facet's own.
    pub counts: [Counts; Facet::COUNT],
}

impl Hits {
    /// The count of a value.
    #[must_use]
    pub fn count(&self, facet: Facet, id: ValueId) -> u32 {
        self.counts[facet as usize].get(usize::from(id)).copied().unwrap_or_default()
    }
}

/// Searches a catalog. `cancelled` is asked at every chunk; `None` where it says so.
#[must_use]
pub fn search(catalog: &Catalog, query: &Query, cancelled: &dyn Fn() -> bool) -> Option<Hits> {
    let matcher = Matcher::new(query, catalog);
    let mut tally = Tally { hits: Vec::new(), counts: Facet::ALL.map(|facet| vec![0; catalog.values(facet).len()]) };
    for (start, chunk) in catalog.chunks() {
        if cancelled() {
            return None;
        }
        tally.chunk(&matcher, start as u32, chunk);
    }
    Some(Hits { order: in_order(catalog, tally.hits), counts: tally.counts })
}

struct Tally {
    /// Ascending indices.
    hits: Vec<u32>,
    counts: [Counts; Facet::COUNT],
}

impl Tally {
    fn chunk(&mut self, matcher: &Matcher, start: u32, chunk: &Chunk) {
        let mut consider = |at: usize| {
            if matcher.conditions.iter().all(|condition| condition.holds(chunk, at)) {
                self.count(matcher, start, chunk, at);
            }
        };
        let Some(driver) = &matcher.driver else {
            (0..chunk.len()).for_each(consider);
            return;
        };
        let (text, ends) = (chunk.folded().as_bytes(), chunk.folded_ends());
        let (mut from, mut at) = (0, 0);
        while let Some(found) = text.get(from..).and_then(|rest| driver.find(rest)) {
            let position = (from + found) as u32;
            // Matches come in ascending order: the release is a few rows on, or far behind a long miss.
            at += ends.get(at..).map_or(0, |rest| gallop(rest, position));
            consider(at);
            from = ends.get(at).map_or(text.len(), |&end| end as usize);
            at += 1;
        }
    }

    /// A release counts for a facet when every other facet's choice holds; it is a hit when all hold.
    fn count(&mut self, matcher: &Matcher, start: u32, chunk: &Chunk, at: usize) {
        let mut failing = None;
        for facet in Facet::ALL {
            let Some(set) = &matcher.choices[facet as usize] else { continue };
            if chunk.values(facet, at).iter().any(|&id| set[usize::from(id)]) {
                continue;
            }
            if failing.replace(facet).is_some() {
                return;
            }
        }
        let mut add = |facet: Facet| {
            for &id in chunk.values(facet, at) {
                self.counts[facet as usize][usize::from(id)] += 1;
            }
        };
        if let Some(facet) = failing {
            add(facet);
        } else {
            Facet::ALL.into_iter().for_each(add);
            self.hits.push(start + at as u32);
        }
    }
}

/// Number of leading `ends` that are at or before `position`: doubling steps, then halving.
fn gallop(ends: &[u32], position: u32) -> usize {
    let mut bound = 1;
    while ends.get(bound - 1).is_some_and(|&end| end <= position) {
        bound *= 2;
    }
    let low = bound / 2;
    let high = bound.min(ends.len());
    low + ends[low..high].partition_point(|&end| end <= position)
}

/// The hits in the catalog's order. Few hits are sorted by their keys; many are picked from the order through a bit set.
fn in_order(catalog: &Catalog, mut hits: Vec<u32>) -> Arc<[u32]> {
    let all = catalog.order();
    if hits.len() == all.len() {
        return Arc::clone(all);
    }
    if hits.len() < all.len() / 16 {
        hits.sort_by_cached_key(|&index| catalog.key(index));
        return hits.into();
    }
    let mut is_hit = vec![false; all.len()];
    for &index in &hits {
        is_hit[index as usize] = true;
    }
    all.iter().copied().filter(|&index| is_hit[index as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::NONE;
    use crate::catalog::tests::catalog;
    use crate::query::parse;

    fn sample() -> Arc<Catalog> {
        catalog(&[
            ("Tea in Bangladesh", "Sixty-four percent", "News", "", (2018, 11, 4)),
            ("ASEAN forum", "fair labour migration", "Migration|Forum", "Singapore", (2018, 11, 2)),
            ("Zürich opens", "Tea and coffee", "News", "Zürich", (2017, 1, 1)),
            ("Undated", "", "", "", (0, 0, 0)),
        ])
    }

    fn hits(text: &str) -> Vec<u32> {
        let query = parse(text).expect("a query");
        search(&sample(), &query, &|| false).expect("not cancelled").order.to_vec()
    }

    #[test]
    fn words_phrases_without_either() {
        assert_eq!(hits(""), [0, 1, 2, 3]);
        assert_eq!(hits("TEA"), [0, 2]);
        assert_eq!(hits("zurich"), [2]);
        assert_eq!(hits("tea -coffee"), [0]);
        assert_eq!(hits("\"labour migration\""), [1]);
        assert_eq!(hits("\"migration labour\""), [] as [u32; 0]);
        assert_eq!(hits("coffee OR undated"), [2, 3]);
        assert_eq!(hits("-tea"), [1, 3]);
        assert_eq!(hits("\"forum fair\""), [] as [u32; 0], "a phrase does not cross from title to summary");
    }

    #[test]
    fn choices_are_either_within_a_facet_and_both_across() {
        assert_eq!(hits("topic:news,forum"), [0, 1, 2]);
        assert_eq!(hits("topic:news date:2017"), [2]);
        assert_eq!(hits("topic:\"\""), [3]);
        assert_eq!(hits("topic:migration topic:forum"), [1]);
        assert_eq!(hits("-topic:news"), [1, 3]);
        assert_eq!(hits("topic:unknown"), [] as [u32; 0]);
    }

    #[test]
    fn counts_leave_out_their_own_facet() {
        let catalog = sample();
        let hits = search(&catalog, &parse("topic:news date:2017").expect("a query"), &|| false).expect("an answer");
        let count = |facet: Facet, label: &str| {
            let folded = crate::text::fold(label);
            let id = catalog.values(facet).named(&folded).next().expect("a value");
            hits.count(facet, id)
        };
        assert_eq!((count(Facet::Topic, "News"), count(Facet::Topic, "Forum")), (1, 0));
        assert_eq!((count(Facet::Year, "2018"), count(Facet::Year, "2017")), (1, 1));
        assert_eq!((count(Facet::Place, "Zürich"), hits.count(Facet::Place, NONE)), (1, 0));
    }

    #[test]
    fn a_cancelled_search_has_no_answer() {
        assert_eq!(search(&sample(), &Query::default(), &|| true), None);
    }
}
