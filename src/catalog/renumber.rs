//! Maps release indices of an old catalog to those of a reloaded one.

use rustc_hash::FxHashMap;

use super::{Catalog, Facet, ReleaseIndex, ReleaseRef, ValueId};
use crate::release::Identity;
use crate::release::identity::{Level, Trace, Trust};

/// How many releases of one name are compared to find an edited one.
const MOST: usize = 500;

/// Returns for each release of `old` its index in `new`, `None` if it is gone: the release with its name in the same
/// source.
/// `source_now` maps sources of `old` to those of `new`.
#[must_use]
pub fn renumber(
    old: &Catalog,
    new: &Catalog,
    source_now: impl Fn(ValueId) -> Option<ValueId>,
) -> Vec<Option<ReleaseIndex>> {
    let sources: Vec<Option<ValueId>> = old.values(Facet::Source).ids().map(source_now).collect();
    let mut numbers: FxHashMap<(ValueId, u64), ReleaseIndex> = FxHashMap::default();
    // The releases that share a name, by that name.
    let mut holders: FxHashMap<(ValueId, u64), Vec<ReleaseIndex>> = FxHashMap::default();
    for (index, release) in new.releases() {
        for (source, identity) in release.identities() {
            numbers.entry((source, identity.number())).or_insert(index);
            if identity.level != Level::Name {
                holders.entry((source, identity.at(Level::Name).number())).or_default().push(index);
            }
        }
    }
    let now = |release: ReleaseRef<'_>| {
        let mut names = release.identities().filter_map(|(source, one)| Some((sources[source as usize]?, one)));
        names.find_map(|(source, one)| {
            let is_it = |index: &ReleaseIndex| {
                let others = new.release(*index).into_iter().flat_map(|release| release.identities());
                others.into_iter().any(|(other, identity)| other == source && is_same(&one, &identity))
            };
            let of_name = (source, one.at(Level::Name).number());
            let found = [(source, one.number()), of_name].into_iter().filter_map(|name| numbers.get(&name));
            found.chain(holders.get(&of_name).into_iter().flatten().take(MOST)).copied().find(is_it)
        })
    };
    old.releases().map(|(_, release)| now(release)).collect()
}

/// Whether two releases of one name are the same, unchanged or edited.
fn is_same(one: &Identity<'_>, other: &Identity<'_>) -> bool {
    let is_alone = one.level == Level::Name && other.level == Level::Name;
    if is_alone && one.title == other.title {
        return true;
    }
    let is_equal = one.level == other.level && one.number() == other.number() && !is_alone;
    let trust = if is_alone { Trust::Own { is_id: one.has_id(), is_varied: true } } else { Trust::Shared };
    is_equal || Trace::of(one).is_same(Trace::of(other), trust)
}

/// Returns for each release of the new catalog whether none was `moved` to it.
#[must_use]
pub fn is_new(moved: &[Option<ReleaseIndex>], releases: usize) -> Vec<bool> {
    let mut is_new = vec![true; releases];
    for index in moved.iter().flatten() {
        is_new[index.position()] = false;
    }
    is_new
}

/// The number of releases of `new` that none was `moved` to.
#[must_use]
pub fn fresh(moved: &[Option<ReleaseIndex>], new: &Catalog) -> usize {
    is_new(moved, new.len()).into_iter().filter(|is_new| *is_new).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Builder;
    use crate::release::Release;
    use crate::text::CleanBuf;

    #[test]
    fn releases_are_found_again_at_any_position() {
        let build = |sources: &[(&str, &[&str])]| {
            let mut builder = Builder::merging();
            for (source, names) in sources {
                builder.source(CleanBuf::line(source).as_clean());
                for (item, name) in (0..).zip(*names) {
                    builder.push(
                        item,
                        &Release { id: CleanBuf::line(name), title: CleanBuf::line(name), ..Release::default() },
                    );
                }
            }
            builder.publish()
        };
        let old = build(&[("a", &["1", "2", "3"]), ("b", &["1", "4"])]);
        let new = build(&[("b", &["4", "0"]), ("a", &["3", "1"])]);
        let source = |id| new.values(Facet::Source).named(&old.values(Facet::Source).folded(id)).next();
        let moved = renumber(&old, &new, source);
        let indices =
            |moved: &[Option<u32>]| moved.iter().map(|index| index.map(ReleaseIndex::new)).collect::<Vec<_>>();
        assert_eq!(moved, indices(&[Some(3), None, Some(2), None, Some(0)]));
        assert_eq!(fresh(&moved, &new), 1);
        assert_eq!(renumber(&old, &old, Some), indices(&[0, 1, 2, 3, 4].map(Some)));
    }
}
