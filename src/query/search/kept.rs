//! Which rows matched the text of the last queries, so that their texts need not be read again.
//!
//! A longer needle is searched in the hits of a shorter one, a query that was searched before has its rows already (as
//! when letters are erased), and of a longer catalog only the new part is searched.

use std::sync::Arc;

use super::Request;
use crate::catalog::Catalog;
use crate::query::ast::{Expr, Query, Term};
use crate::query::matcher::Matcher;
use crate::query::text_rows::ANY;
use crate::text::fold;

/// Narrow results have less than 1/NARROW of the rows. Only they are searched for longer needles, and all that are kept
/// have less together.
const NARROW: usize = 16;
/// The most results that are kept.
const MOST: usize = 16;

/// The rows that match the text of a query.
#[derive(Debug)]
pub struct TextHits {
    catalog: Arc<Catalog>,
    clauses: Vec<Expr>,
    /// The matching rows of each chunk, ascending; `None` if it was not searched.
    pub rows: Vec<Option<Vec<u32>>>,
}

impl TextHits {
    fn len(&self) -> usize {
        self.rows.iter().flatten().map(Vec::len).sum()
    }

    fn is_narrow(&self) -> bool {
        self.rows.iter().all(Option::is_some) && self.len() < self.catalog.len() / NARROW
    }
}

/// The last results, the newest at the end: the newest of all, and the narrow ones before it.
#[derive(Debug, Default)]
pub struct KeptRows(Vec<TextHits>);

impl KeptRows {
    /// Forgets the results of other catalogs, which would keep those in memory.
    pub fn keep_only(&mut self, catalog: &Catalog) {
        self.0.retain(|kept| kept.catalog.is_beginning_of(catalog));
    }

    /// Returns the rows of a request that are known.
    pub fn begin(&mut self, request: &Request) -> TextHits {
        let catalog = Arc::clone(&request.catalog);
        let clauses: Vec<Expr> = request.query.clauses.iter().filter(|clause| clause.is_text()).cloned().collect();
        let mut rows = vec![None; catalog.chunks().count()];
        if let Some(at) = self.0.iter().position(|kept| kept.clauses == clauses) {
            rows.iter_mut().zip(self.0.remove(at).rows).for_each(|(slot, known)| *slot = known);
        } else if let Some(wider) = self.narrowest(&clauses) {
            let query = Query { clauses: clauses.clone() };
            let matcher = Matcher::new(&query, &catalog, &request.context);
            for ((slot, known), (_, chunk)) in rows.iter_mut().zip(&wider.rows).zip(catalog.chunks()) {
                let holds =
                    |row: &u32| matcher.text.iter().all(|text| text.holds(&request.context, chunk, *row as usize, ANY));
                *slot = known.as_ref().map(|known| known.iter().copied().filter(holds).collect());
            }
        }
        TextHits { catalog, clauses, rows }
    }

    /// Keeps a result, also of a search that was cancelled.
    pub fn keep(&mut self, newest: TextHits) {
        self.0.retain(TextHits::is_narrow);
        self.0.push(newest);
        let mut room = self.0.last().map_or(0, |newest| newest.catalog.len() / NARROW);
        let earlier = self.0.iter().rev().skip(1).take_while(|kept| {
            let fits = kept.len() <= room;
            room = room.saturating_sub(kept.len());
            fits
        });
        let count = earlier.count().min(MOST - 1);
        self.0.drain(..self.0.len() - 1 - count);
    }

    /// The narrowest result that holds all hits of some conditions on text.
    fn narrowest(&self, clauses: &[Expr]) -> Option<&TextHits> {
        let is_wider = |kept: &&TextHits| {
            kept.is_narrow() && kept.clauses.iter().all(|old| clauses.iter().any(|new| implies(new, old)))
        };
        self.0.iter().filter(is_wider).min_by_key(|kept| kept.len())
    }
}

/// Whether every release that matches `new` matches `old`.
fn implies(new: &Expr, old: &Expr) -> bool {
    match (new, old) {
        (Expr::Term(Term::Word(new) | Term::Phrase(new)), Expr::Term(Term::Word(old) | Term::Phrase(old))) => {
            fold(new).contains(&fold(old))
        }
        (Expr::Term(Term::Words(new)), Expr::Term(Term::Word(old) | Term::Phrase(old))) => {
            new.iter().all(|new| fold(new).trim().contains(&fold(old)))
        }
        (Expr::Term(Term::Words(new)), Expr::Term(Term::Words(old))) => new.iter().all(|new| old.contains(new)),
        _ => new == old,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::{Row, catalog};
    use crate::query::{Context, Patient, Searcher, Sort, parse};

    /// Releases of which one in a hundred has tea, and half of these milk.
    fn request(text: &str) -> Request {
        let titles: Vec<String> = (0..400)
            .map(|n| match n % 200 {
                0 => format!("Tea and milk {n}"),
                100 => format!("Tea {n}"),
                _ => format!("Coffee {n}"),
            })
            .collect();
        let rows: Vec<Row<'_>> = titles.iter().map(|title| (title.as_str(), "", "", "", (2018, 1, 1))).collect();
        let query = parse(text).expect("a query");
        Request { catalog: catalog(&rows), query, counted: None, context: Context::default(), sort: Sort::Newest }
    }

    /// The number of rows that are known of a query after searches for others.
    fn known(before: &[&str], query: &str) -> Option<usize> {
        let all = request("");
        let mut searcher = Searcher::default();
        let of = |text: &str| Request { query: parse(text).expect("a query"), ..all.clone() };
        for text in before {
            searcher.search(&of(text), &mut Patient).expect("nobody cancels");
        }
        let known = searcher.kept.begin(&of(query));
        known.rows.iter().all(Option::is_some).then(|| known.len())
    }

    #[test]
    fn erased_letters_and_longer_words_read_no_text_again() {
        assert_eq!(known(&["te", "tea", "tea m", "tea mi"], "te"), Some(4));
        assert_eq!(known(&["te", "tea", "tea m", "tea mi"], "tea"), Some(4));
        assert_eq!(known(&["te", "tea m"], "tea mi"), Some(2), "of the narrowest result");
        assert_eq!(known(&["te"], "te topic:x"), Some(4), "the same text");
        assert_eq!(known(&["tea"], "te"), None);
        assert_eq!(known(&["tea"], "milk"), None);
    }

    #[test]
    fn wide_results_are_kept_until_the_next_search_and_narrow_ones_within_a_limit() {
        assert_eq!(known(&["coff"], "coff"), Some(396));
        assert_eq!(known(&["coff", "tea"], "coff"), None);
        assert_eq!(known(&["coff"], "coffee"), None, "too many to test one by one");
        let after_tea = |others: std::ops::Range<usize>| {
            let others: Vec<String> = others.map(|n| format!("\"coffee {n}\"")).collect();
            let others: Vec<&str> = std::iter::once("tea").chain(others.iter().map(String::as_str)).collect();
            known(&others, "tea")
        };
        // One release each.
        assert_eq!(after_tea(301..300 + MOST), Some(4));
        assert_eq!(after_tea(301..301 + MOST), None);
        // Eleven each.
        assert_eq!(after_tea(11..13), Some(4));
        assert_eq!(after_tea(11..15), None);
    }
}
