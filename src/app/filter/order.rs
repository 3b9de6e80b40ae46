//! Which values of a facet the pane shows, and in which order.

use std::cmp::{Ordering, Reverse};

use crate::catalog::{Catalog, Facet, NONE, ValueId};
use crate::query::Hits;

/// Returns the values of a facet that the pane can show. An empty facet or a single source filters nothing.
pub(super) fn shown(facet: Facet, catalog: &Catalog) -> Vec<ValueId> {
    let values = catalog.values(facet);
    let is_useful = !values.is_empty() && (facet != Facet::Source || values.present().nth(1).is_some());
    if is_useful { present(facet, catalog) } else { Vec::new() }
}

/// Returns the values of a facet that at least one release has.
pub(super) fn present(facet: Facet, catalog: &Catalog) -> Vec<ValueId> {
    let values = catalog.values(facet);
    values.ids().filter(|&id| values.total(id) > 0).collect()
}

/// Orders the values of a facet: most hits first, then most releases, then by name; years newest first.
pub(super) fn rank<'a>(
    facet: Facet,
    catalog: &'a Catalog,
    hits: &'a Hits,
) -> impl Fn(ValueId, ValueId) -> Ordering + 'a {
    let values = catalog.values(facet);
    let year = |id| values.label(id).as_str().parse::<i32>().unwrap_or(i32::MIN);
    // Releases without a value come last.
    let count = move |id| (id == NONE, Reverse(hits.count(facet, id)), Reverse(values.total(id)));
    move |one, other| match facet {
        Facet::Year => year(other).cmp(&year(one)),
        _ => count(one).cmp(&count(other)).then_with(|| values.folded(one).cmp(&values.folded(other))),
    }
}

/// Sorts and keeps the first `most` values. Only the values that are shown need sorting.
pub(in crate::app) fn keep_first(ids: &mut Vec<ValueId>, most: usize, order: impl Fn(ValueId, ValueId) -> Ordering) {
    let order = |one: &ValueId, other: &ValueId| order(*one, *other).then(one.cmp(other));
    if most < ids.len() {
        ids.select_nth_unstable_by(most, order);
        ids.truncate(most);
    }
    ids.sort_unstable_by(order);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_values_only_those_that_are_shown_are_sorted() {
        let compared = std::cell::Cell::new(0);
        // Neither ascending nor descending.
        let scattered = |id: ValueId| id.wrapping_mul(2_654_435_761);
        let order = |one, other| {
            compared.set(compared.get() + 1);
            scattered(one).cmp(&scattered(other))
        };
        let mut ids: Vec<ValueId> = (0..65_536).collect();
        let mut expected = ids.clone();
        expected.sort_by_key(|&id| scattered(id));
        keep_first(&mut ids, 12, order);
        assert_eq!(ids, expected[..12]);
        // Sorting them all would take sixteen comparisons for each.
        assert!(compared.get() < 5 * 65_536, "{} comparisons", compared.get());
    }
}
