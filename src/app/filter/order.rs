//! Which values of a facet the pane shows, and in which order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::catalog::{Catalog, Facet, NONE, ValueId, Values};
use crate::query::Hits;

/// Returns the values of a facet that the pane can show. An empty facet, a single source or a single account filters
/// nothing.
pub(super) fn shown(facet: Facet, catalog: &Catalog) -> Vec<ValueId> {
    let values = catalog.values(facet);
    let least = if matches!(facet, Facet::Source | Facet::Account) { 2 } else { 1 };
    let is_useful = values.present().nth(least - 1).is_some();
    if is_useful { present(facet, catalog) } else { Vec::new() }
}

/// Returns the values of a facet that at least one release has.
pub(super) fn present(facet: Facet, catalog: &Catalog) -> Vec<ValueId> {
    let values = catalog.values(facet);
    values.ids().filter(|&id| values.total(id) > 0).collect()
}

/// The place of a value before others, smallest first: values that a release lacks come last.
type Rank = (bool, Reverse<i64>, Reverse<u32>);

/// Ranks the values of a facet: most hits first, then most releases; years newest first.
pub(super) fn rank<'a>(facet: Facet, catalog: &'a Catalog, hits: &'a Hits) -> impl Fn(ValueId) -> Rank + 'a {
    let values = catalog.values(facet);
    let year = |id| values.label(id).as_str().parse::<i64>().unwrap_or(i64::MIN);
    move |id| match facet {
        Facet::Year => (false, Reverse(year(id)), Reverse(0)),
        _ => (id == NONE, Reverse(hits.count(facet, id).into()), Reverse(values.total(id))),
    }
}

/// Ranks the values of a facet by nothing but their names.
pub(super) fn rank_by_name(id: ValueId) -> Rank {
    (id == NONE, Reverse(0), Reverse(0))
}

/// Returns the first `most` values by rank, then by folded name. Each name is folded once at most, and only those of
/// equal rank; besides the values that are returned nothing is kept, because a feed may have millions.
pub(in crate::app) fn first<K: Ord>(
    values: &Values,
    ids: impl IntoIterator<Item = ValueId>,
    most: usize,
    rank: impl Fn(ValueId) -> K,
) -> Vec<ValueId> {
    // The last one is at the top.
    let mut kept: BinaryHeap<(K, String, ValueId)> = BinaryHeap::new();
    for id in ids {
        let rank = rank(id);
        let last = kept.peek().filter(|_| kept.len() >= most);
        if let Some((last, ..)) = last
            && rank > *last
        {
            continue;
        }
        let new = (rank, values.folded(id).into_owned(), id);
        if last.is_none_or(|last| new < *last) {
            if kept.len() >= most {
                kept.pop();
            }
            if most > 0 {
                kept.push(new);
            }
        }
    }
    kept.into_sorted_vec().into_iter().map(|(.., id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Builder;
    use crate::release::Release;
    use crate::text::CleanBuf;

    /// A source: its name, the path of its folder, its accounts, and the labels of its release.
    type Source<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

    #[test]
    fn a_facet_that_filters_nothing_is_not_shown() {
        let names = |sources: &[Source<'_>]| {
            let lines = |names: &[&str]| names.iter().map(|name| CleanBuf::line(name)).collect::<Vec<_>>();
            let mut builder = Builder::new();
            for (source, folder, accounts, labels) in sources {
                builder.source(CleanBuf::line(source).as_clean());
                builder.folder(&lines(folder));
                builder.accounts(&lines(accounts));
                builder.push(0, &Release { labels: lines(labels), ..Release::default() });
                builder.end_source();
            }
            let catalog = builder.publish();
            let shown = |facet| {
                let values = catalog.values(facet);
                shown(facet, &catalog).into_iter().map(|id| values.label(id).to_string()).collect::<Vec<_>>().join(", ")
            };
            [Facet::Source, Facet::Folder, Facet::Account, Facet::Label].map(shown)
        };
        assert_eq!(names(&[("a", &[], &[], &[])]), ["", "", "", ""]);
        assert_eq!(names(&[("a", &["F"], &["home"], &["Later"])]), ["", "F", "", "Later"]);
        assert_eq!(
            names(&[("a", &["F", "G"], &["home"], &["Later"]), ("b", &[], &["work"], &[])]),
            ["a, b", ", F/G, F", "home, work", ", Later"]
        );
    }

    #[test]
    fn the_first_values_are_those_of_a_whole_sort() {
        let topics: Vec<String> = (0..3_000_u32).map(|n| format!("Topic {}", n * 7_919 % 3_000)).collect();
        let rows: Vec<_> = topics.iter().map(|topic| (topic.as_str(), "", topic.as_str(), "", (2018, 1, 1))).collect();
        let catalog = crate::catalog::tests::catalog(&rows);
        let values = catalog.values(Facet::Topic);
        for groups in [1, 3, 3_000] {
            // Neither ascending nor descending.
            let rank = |id: ValueId| id.wrapping_mul(2_654_435_761) % groups;
            let mut expected: Vec<ValueId> = values.present().collect();
            expected.sort_by_key(|&id| (rank(id), values.folded(id).into_owned(), id));
            for most in [0, 1, 12, 2_999, 3_000, 4_000] {
                let ranked = std::cell::Cell::new(0);
                let counted = |id| {
                    ranked.set(ranked.get() + 1);
                    rank(id)
                };
                assert_eq!(first(values, values.present(), most, counted), expected[..most.min(3_000)]);
                assert_eq!(ranked.get(), 3_000, "each is ranked once");
            }
        }
    }
}
