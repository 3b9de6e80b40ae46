//! Puts new releases in front of a catalog and replaces edited ones; all other chunks stay. So a catalog of a library
//! follows a sync at a cost in proportion to what changed.
//!
//! The result equals a catalog that is built of all releases, newest first. New releases have the first indices, because
//! a library reads the release that was stored last first among those of one second. Where a new release may belong to a
//! story, or change which releases are one story, everything has to be built anew.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::builder::CHUNK;
use super::custom::CustomFacets;
use super::story::{Prints, Traits};
use super::{Builder, Catalog, Chunk, Facet, ReleaseIndex, ReleaseRef, ValueId, order};
use crate::release::{Identity, Release};

/// The bits of the filter for short hashes.
const FILTER: usize = 1 << 16;

impl Catalog {
    /// Returns a catalog with new releases, each with its source, in front: newest first, those stored last first among
    /// equal dates. The catalog must be one of a library alone. `None` if everything has to be built anew.
    #[must_use]
    pub fn with_new(&self, releases: &[(ValueId, Release)], is_merging: bool) -> Option<Arc<Self>> {
        if is_merging && !self.is_apart(releases) {
            return None;
        }
        let mut builder = Builder::before(self, is_merging);
        for (source, release) in releases {
            builder.push_of(*source, release);
        }
        if builder.is_in_doubt() {
            return None;
        }
        let new = builder.publish();
        let key_of_new = |index| new.key(index);
        let order = order::put_before(&new.order, &self.order, key_of_new, |index| self.key(index));
        let mut chunks: Vec<Arc<Chunk>> = new.chunks.iter().chain(&self.chunks).cloned().collect();
        drop_custom(&mut chunks, &self.custom, &new.custom);
        join_first(&mut chunks);
        let mut starts = vec![0];
        starts.extend(chunks.iter().scan(0, |end, chunk| {
            *end += chunk.len() as u32;
            Some(*end)
        }));
        let days = Arc::new(self.days.with(&new.days));
        let mut all = Self { chunks, starts, order: order.into(), days, ..Self::clone(&new) };
        all.settle_custom();
        Some(Arc::new(all))
    }

    /// Returns a catalog with other content of some releases, each with its source; their names, dates and facets stay the
    /// same. `None` if everything has to be built anew.
    #[must_use]
    pub fn with_edited(&self, releases: &[(ValueId, Release)], is_merging: bool) -> Option<Arc<Self>> {
        let mut edits: Vec<(ReleaseIndex, &Release, Prints)> = Vec::new();
        let mut before: Vec<(ValueId, Release)> = Vec::new();
        for (source, release) in releases {
            let found = self.find(*source, release)?;
            let old = found.to_release();
            let is_alike = (&old.topics, &old.labels, &old.place, old.date)
                == (&release.topics, &release.labels, &release.place, release.date);
            let fields: Vec<_> = found.fields().collect();
            let is_alike = is_alike && self.custom.kept(release).is_some_and(|kept| kept == fields);
            if !is_alike || found.reprints().len() > 0 {
                return None;
            }
            edits.push((found.index(), release, Traits::of(release).prints()));
            before.push((*source, old));
        }
        edits.sort_unstable_by_key(|(index, ..)| *index);
        let mut edited = self.clone();
        edited.authors = Arc::default();
        for (chunk, bounds) in edited.chunks.iter_mut().zip(self.starts.windows(2)) {
            let is_here =
                |(index, ..): &&(ReleaseIndex, &Release, Prints)| (bounds[0]..bounds[1]).contains(&index.get());
            let here: Vec<_> = edits.iter().filter(is_here).collect();
            if !here.is_empty() {
                let rows: Vec<_> = here
                    .iter()
                    .map(|&&(index, release, prints)| ((index.get() - bounds[0]) as usize, release, prints))
                    .collect();
                *chunk = Arc::new(chunk.edited(&rows));
            }
        }
        let is_apart = !is_merging || (self.is_apart(&before) && edited.is_apart(releases));
        is_apart.then(|| Arc::new(edited))
    }

    /// Finds the release of a source with the name and date of another one.
    #[must_use]
    pub fn find(&self, source: ValueId, release: &Release) -> Option<ReleaseRef<'_>> {
        let key = release.date.map_or(i64::MAX, |date| -date.instant());
        let number = Identity::from(release).number();
        let first = self.order.partition_point(|&index| self.key(index) < key);
        let same_date = self.order[first..].iter().take_while(|&&index| self.key(index) == key);
        same_date
            .filter_map(|&index| self.release(index))
            .find(|known| known.values(Facet::Source).next() == Some(source) && known.identity().number() == number)
    }

    /// Whether no new release may be one story with a release of another source, or have a part in its story.
    fn is_apart(&self, releases: &[(ValueId, Release)]) -> bool {
        if self.chunks.iter().any(|chunk| chunk.prints().len() != chunk.len()) {
            return false;
        }
        let traits: Vec<(ValueId, Traits)> =
            releases.iter().map(|(source, release)| (*source, Traits::of(release))).collect();
        let suspects = Suspects::of(&traits);
        let is_apart = |prints: Prints, source: ValueId, release: &dyn Fn() -> Traits| {
            let mut others = suspects.of_prints(prints).filter(|(of, _)| *of != source).peekable();
            others.peek().is_none() || {
                let known = release();
                others.all(|(_, traits)| !traits.is_related(&known))
            }
        };
        self.chunks().all(|(start, chunk)| {
            let of_row = |row: usize| chunk.values(Facet::Source, row).first().copied().unwrap_or_default();
            let release = |row: usize| self.release(ReleaseIndex::at(start + row));
            let traits = |row: usize| release(row).map(|release| Traits::of(&release.to_release()));
            chunk.prints().iter().enumerate().all(|(row, &prints)| {
                !suspects.may_have(prints)
                    || is_apart(prints, of_row(row), &|| traits(row).unwrap_or_else(|| Traits::of(&Release::default())))
            })
        }) && self
            .reprints()
            .all(|(_, reprint)| is_apart(reprint.prints, reprint.source, &|| Traits::of(&reprint.release)))
    }
}

/// Frees the values of fields that have become too varied to be facets.
fn drop_custom(chunks: &mut [Arc<Chunk>], before: &CustomFacets, now: &CustomFacets) {
    let facets = before.all().iter().zip(now.all()).enumerate();
    let dropped: Vec<usize> =
        facets.filter(|(_, (before, now))| now.is_dropped && !before.is_dropped).map(|(place, _)| place).collect();
    if !dropped.is_empty() {
        for chunk in chunks {
            Arc::make_mut(chunk).drop_custom(&dropped);
        }
    }
}

/// New releases by their short hashes.
struct Suspects<'a> {
    traits: &'a [(ValueId, Traits)],
    by_print: [FxHashMap<u32, Vec<usize>>; 2],
    /// Whether any has a hash with these last bits.
    filter: Vec<bool>,
}

impl<'a> Suspects<'a> {
    fn of(traits: &'a [(ValueId, Traits)]) -> Self {
        let mut suspects = Self { traits, by_print: Default::default(), filter: vec![false; FILTER] };
        for (at, (_, traits)) in traits.iter().enumerate() {
            for (print, by_print) in traits.prints().into_iter().zip(&mut suspects.by_print) {
                if print != 0 {
                    suspects.filter[print as usize % FILTER] = true;
                    by_print.entry(print).or_default().push(at);
                }
            }
        }
        suspects
    }

    fn may_have(&self, prints: Prints) -> bool {
        prints.iter().any(|&print| self.filter[print as usize % FILTER])
    }

    /// The new releases with one of these hashes.
    fn of_prints(&self, prints: Prints) -> impl Iterator<Item = &'a (ValueId, Traits)> {
        let found = prints.into_iter().zip(&self.by_print).filter_map(|(print, by_print)| by_print.get(&print));
        found.flatten().map(|&at| &self.traits[at])
    }
}

/// Joins small chunks at the front: each sync adds one, and searching costs a little for every chunk. A chunk is joined
/// with at most twice as many releases, so each release is copied few times.
fn join_first(chunks: &mut Vec<Arc<Chunk>>) {
    while let [first, second, ..] = chunks.as_slice()
        && first.len() + second.len() <= CHUNK
        && second.len() <= 2 * first.len()
        && first.bytes() + second.bytes() <= super::builder::CHUNK_BYTES
    {
        let joined = Arc::new(Chunk::join(first, second));
        chunks.splice(..2, [joined]);
    }
}
