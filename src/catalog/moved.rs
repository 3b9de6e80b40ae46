//! Which release of a catalog is which of another one that was read of the same sources later.

use rustc_hash::FxHashMap;

use super::{Catalog, Facet, ReleaseRef, ValueId};
use crate::release::Identity;

/// Stands for a release that is no longer there.
pub const GONE: u32 = u32::MAX;

/// For each release of `old` its number in `new`, or [`GONE`]: the one that has its name, in the same source.
/// `source_now` gives the number in `new` of a source of `old`.
#[must_use]
pub fn moved(old: &Catalog, new: &Catalog, source_now: impl Fn(ValueId) -> Option<ValueId>) -> Vec<u32> {
    let mut numbers = FxHashMap::default();
    for (number, release) in all(new) {
        for (source, name) in names(&release) {
            numbers.entry((source, name)).or_insert(number);
        }
    }
    let now = |release: ReleaseRef<'_>| {
        let mut names = names(&release).filter_map(|(source, name)| Some((source_now(source)?, name)));
        names.find_map(|name| numbers.get(&name)).copied().unwrap_or(GONE)
    };
    all(old).map(|(_, release)| now(release)).collect()
}

fn all(catalog: &Catalog) -> impl Iterator<Item = (u32, ReleaseRef<'_>)> {
    (0..catalog.len() as u32).filter_map(|number| Some((number, catalog.release(number)?)))
}

/// What a release is called in each of its sources, its own first.
fn names<'a>(release: &ReleaseRef<'a>) -> impl Iterator<Item = (ValueId, u64)> + use<'a> {
    let (source, own) = (release.values(Facet::Source).first().copied(), release.identity());
    let reprints = release.reprints().map(|(_, reprint)| (reprint.source, Identity::from(&reprint.release).number()));
    source.map(|source| (source, own.number())).into_iter().chain(reprints)
}

/// Which of so many releases are none of those that were `moved` there.
#[must_use]
pub fn is_new(moved: &[u32], releases: usize) -> Vec<bool> {
    let mut is_new = vec![true; releases];
    for &number in moved.iter().filter(|&&number| number != GONE) {
        is_new[number as usize] = false;
    }
    is_new
}

/// How many releases of `new` are none of those that were `moved` there.
#[must_use]
pub fn fresh(moved: &[u32], new: &Catalog) -> usize {
    is_new(moved, new.len()).into_iter().filter(|is_new| *is_new).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Builder;
    use crate::release::Release;
    use crate::text::CleanBuf;

    #[test]
    fn releases_are_found_again_wherever_they_stand() {
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
        let source = |id| new.values(Facet::Source).named(old.values(Facet::Source).folded(id)).next();
        let moved = moved(&old, &new, source);
        assert_eq!(moved, [3, GONE, 2, GONE, 0]);
        assert_eq!(fresh(&moved, &new), 1);
        assert_eq!(super::moved(&old, &old, Some), [0, 1, 2, 3, 4]);
    }
}
