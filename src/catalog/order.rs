//! The order by date: a permutation that grows with the catalog.

use super::ReleaseIndex;

/// Merges two runs that are each ordered by `key`; among equal keys those of `old` come first.
pub fn merge(old: &[ReleaseIndex], new: &[ReleaseIndex], key: impl Fn(ReleaseIndex) -> i64) -> Vec<ReleaseIndex> {
    let mut merged = Vec::with_capacity(old.len() + new.len());
    let in_sequence = match (old.last(), new.first()) {
        (Some(&last), Some(&first)) => key(last) <= key(first),
        _ => true,
    };
    if in_sequence {
        merged.extend_from_slice(old);
        merged.extend_from_slice(new);
        return merged;
    }
    let mut rest = old;
    for &next in new {
        let at = key(next);
        // Binary search is enough: finds the run of `old` before `next` and copies it whole.
        let take = rest.partition_point(|&index| key(index) <= at);
        let (before, after) = rest.split_at(take);
        merged.extend_from_slice(before);
        merged.push(next);
        rest = after;
    }
    merged.extend_from_slice(rest);
    merged
}

/// Merges new releases into an order. Both are sorted by key; where keys are equal, the new release comes first. New
/// releases have the first indices, so those of the others grow by the number of new ones.
pub fn put_before(
    new: &[ReleaseIndex],
    old: &[ReleaseIndex],
    key_of_new: impl Fn(ReleaseIndex) -> i64,
    key_of_old: impl Fn(ReleaseIndex) -> i64,
) -> Vec<ReleaseIndex> {
    let moved = |index: &ReleaseIndex| ReleaseIndex::at(index.position() + new.len());
    let mut order = Vec::with_capacity(old.len() + new.len());
    let mut rest = old;
    for &next in new {
        let at = key_of_new(next);
        let take = rest.partition_point(|&index| key_of_old(index) < at);
        order.extend(rest[..take].iter().map(moved));
        order.push(next);
        rest = &rest[take..];
    }
    order.extend(rest.iter().map(moved));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_merge_in_order_and_ties_keep_the_old_first() {
        let keys = [3, 1, 3, 2, 9, 3];
        let key = |index: ReleaseIndex| keys[index.position()];
        let merged = |old: &[u32], new: &[u32]| {
            let [old, new] = [old, new].map(|run| run.iter().copied().map(ReleaseIndex::new).collect::<Vec<_>>());
            merge(&old, &new, key)
        };
        assert_eq!(merged(&[1, 0, 2], &[3, 5, 4]), [1, 3, 0, 2, 5, 4]);
        assert_eq!(merged(&[], &[3]), [3]);
        assert_eq!(merged(&[1, 3], &[0]), [1, 3, 0]);
    }

    #[test]
    fn releases_in_front_precede_others_of_equal_keys() {
        let indices = |indices: &[u32]| indices.iter().copied().map(ReleaseIndex::new).collect::<Vec<_>>();
        let put = |new_order: &[u32], old_order: &[u32]| {
            let key = |keys: &'static [i64]| move |index: ReleaseIndex| keys[index.position()];
            put_before(&indices(new_order), &indices(old_order), key(&[1, 3, 9]), key(&[0, 1, 1, 4]))
        };
        assert_eq!(put(&[0, 1, 2], &[0, 1, 2, 3]), indices(&[3, 0, 4, 5, 1, 6, 2]));
        assert_eq!(put(&[0, 1, 2], &[]), indices(&[0, 1, 2]));
        assert_eq!(put(&[], &[2, 3]), indices(&[2, 3]));
    }
}
