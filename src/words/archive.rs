//! What is known of a whole catalog: the words of a sample of its releases, and which of them name no subject.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::function_words;
use super::korean::{Stems, is_hangul};
use super::numbers::{spread, word_number};
use super::passes::{IsCancelled, in_halves, until};
use super::phrases::each_phrase;
use super::sketch::Sketch;
use super::texts::{Sample, Splitter, Text, Texts, beginning};
use super::tokens::{BREAK, Key, Tokenizer, is_of_word};
use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef, Set};
use crate::release::identity::Level;

/// The fewest releases of a source in the sample for its boilerplate to be known.
const FEWEST: usize = 20;
/// A phrase in more than this share of the releases of a source is its boilerplate.
const BOILERPLATE: f64 = 0.4;

/// An archive is read again when the catalog has grown by more than 1/NEWER since it was read.
const NEWER: usize = 8;

/// How many releases are read, about. Of more, a sample is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSizes {
    /// Of the whole catalog.
    pub archive: usize,
    /// Of the hits that are described.
    pub hits: usize,
    /// Of the releases to compare with, if they are not those of the sample of the catalog.
    pub others: usize,
}

impl Default for SampleSizes {
    fn default() -> Self {
        Self { archive: 16_000, hits: 6_000, others: 6_000 }
    }
}

/// What is known of a whole catalog. Its size does not grow with the texts; for each release it holds four bytes.
pub struct Archive {
    /// A number for each release, from its name alone: samples hold the releases with the lowest ones.
    ranks: Vec<u32>,
    sizes: SampleSizes,
    /// The releases of the sample. Those that are newer than the archive are not among them.
    sample: Texts,
    /// The number of releases when it was read.
    read: usize,
    tokenizer: Tokenizer,
    /// Phrases that stand in many releases of a source.
    boilerplate: FxHashSet<u64>,
}

impl Archive {
    /// Reads a catalog; `None` if cancelled.
    pub fn new(catalog: &Arc<Catalog>, is_cancelled: IsCancelled<'_>) -> Option<Self> {
        Self::with_sizes(catalog, SampleSizes::default(), is_cancelled)
    }

    /// Reads a catalog for samples of other sizes than usual; `None` if cancelled.
    pub fn with_sizes(catalog: &Arc<Catalog>, sizes: SampleSizes, is_cancelled: IsCancelled<'_>) -> Option<Self> {
        let mut ranks = Vec::with_capacity(catalog.len());
        ranks.extend(until(is_cancelled, catalog.releases()).map(|(_, release)| rank_of(release)));
        let (sample, tokenizer, boilerplate) = (Texts::default(), Tokenizer::default(), FxHashSet::default());
        let mut archive = Self { ranks, sizes, sample, read: catalog.len(), tokenizer, boilerplate };
        if is_cancelled() {
            return None;
        }
        // The list of all releases is freed before anything else takes memory.
        let chosen = archive.choose(&catalog.indices().collect::<Vec<_>>(), sizes.archive);
        archive.tokenizer.set_stems(stems(catalog, &chosen, is_cancelled));
        let mut sample = archive.splitter(catalog, &chosen).all(is_cancelled);
        let occurrences = sample.occurrences();
        let stop_words = function_words::find(&sample, &occurrences, is_cancelled);
        archive.tokenizer.set_words(stop_words.function, stop_words.breaks);
        // If all releases are in the sample, a phrase with a word that occurs once is not typical of any.
        let is_whole = chosen.len() == catalog.len();
        let is_single = |word: u32| {
            occurrences.binary_search_by_key(&word, |&(word, _)| word).is_ok_and(|at| occurrences[at].1 == 1)
        };
        let change = |token| match archive.tokenizer.again(token) {
            token if is_whole && token.is_subject() && is_single(token.word()) => BREAK,
            token => token,
        };
        sample.change(change, is_cancelled);
        archive.boilerplate = find_boilerplate(&sample, is_cancelled);
        archive.sample = sample;
        (!is_cancelled()).then_some(archive)
    }

    /// Makes this the archive of a later catalog; returns whether it can be.
    ///
    /// It can if the later catalog has the same releases with few new ones in front, as after a sync. Until the archive is
    /// read again, new releases are not in its sample, and edited ones have their old words there: this hardly changes which
    /// phrases are chosen, and their counts are exact. An archive that holds all its releases is small, so it is read again.
    pub fn follow(&mut self, earlier: &Catalog, later: &Catalog) -> bool {
        let Some(newer) = later.len().checked_sub(earlier.len()) else { return false };
        let most = self.read / NEWER;
        let other = later.not_shared_with(earlier);
        let is_known = self.ranks.len() == earlier.len() && self.sample.len() < self.read;
        if !is_known || later.len() - self.read > most || other.iter().map(Range::len).sum::<usize>() > most + newer {
            return false;
        }
        let rank = |position| later.release(ReleaseIndex::at(position)).map(rank_of);
        let old = other.iter().cloned().flatten().filter(|&position| position >= newer);
        let mut old = old.map(|position| (position, rank(position)));
        if !old.all(|(position, rank)| rank == self.ranks.get(position - newer).copied()) {
            return false;
        }
        self.ranks.splice(..0, (0..newer).map(|position| rank(position).unwrap_or(u32::MAX)));
        self.sample.put_before(newer);
        true
    }

    /// The approximate size in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let sets = self.boilerplate.capacity() * (size_of::<u64>() + 1);
        self.ranks.capacity() * size_of::<u32>() + self.sample.bytes() + self.tokenizer.bytes() + sets
    }

    /// How many releases are read.
    pub(super) fn sizes(&self) -> SampleSizes {
        self.sizes
    }

    /// The sample of the whole catalog.
    pub(super) fn all(&self) -> AllSampled<'_> {
        AllSampled(&self.sample)
    }

    /// What splits texts into words.
    pub(super) fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Returns what splits these releases into words.
    fn splitter<'a>(&'a self, catalog: &'a Catalog, releases: &'a [ReleaseIndex]) -> Splitter<'a> {
        Splitter { catalog, releases, tokenizer: &self.tokenizer }
    }

    /// The number of a release by which samples are chosen.
    pub(super) fn rank(&self, release: ReleaseIndex) -> u32 {
        self.ranks.get(release.position()).copied().unwrap_or(u32::MAX)
    }

    /// Whether a phrase is boilerplate of a release's source.
    pub(super) fn is_boilerplate(&self, key: Key, text: Text<'_>) -> bool {
        !self.boilerplate.is_empty() && self.boilerplate.contains(&key.in_source(text.source))
    }

    /// Returns a sample of some releases of about this size; `None` if cancelled.
    pub(super) fn sample<'a>(
        &'a self,
        catalog: &Catalog,
        releases: &[ReleaseIndex],
        most: usize,
        is_cancelled: IsCancelled<'_>,
    ) -> Option<Sample<'a>> {
        let chosen = self.choose(releases, most);
        let unknown: Vec<ReleaseIndex> = chosen.iter().copied().filter(|&release| !self.sample.has(release)).collect();
        let read = |part: Range<usize>| self.splitter(catalog, &unknown[part]).tidied(is_cancelled);
        let (first, second) = in_halves(unknown.len(), read);
        let read = std::iter::once(first).chain(second).collect();
        (!is_cancelled()).then(|| Sample::new(&self.sample, read, chosen))
    }

    /// Chooses about so many of some releases, by their names; returns them ascending.
    fn choose(&self, releases: &[ReleaseIndex], most: usize) -> Vec<ReleaseIndex> {
        let mut chosen: Vec<ReleaseIndex> = if releases.len() <= most {
            releases.to_vec()
        } else {
            let limit = (most as u64 * (1 << 32) / releases.len() as u64) as u32;
            releases.iter().copied().filter(|&release| self.rank(release) < limit).collect()
        };
        chosen.sort_unstable();
        chosen
    }
}

/// The number of a release by which samples are chosen.
fn rank_of(release: ReleaseRef<'_>) -> u32 {
    (spread(release.identity().at(Level::Name).number()) >> 32) as u32
}

/// The sample of a whole catalog.
pub(super) struct AllSampled<'a>(&'a Texts);

impl<'a> AllSampled<'a> {
    /// Returns those that are not in a set.
    pub fn without(&self, set: &Set) -> Sample<'a> {
        Sample::known_without(self.0, set)
    }
}

/// Counts the Korean words of some releases, until cancelled, to take off their endings.
fn stems(catalog: &Catalog, releases: &[ReleaseIndex], is_cancelled: IsCancelled<'_>) -> Stems {
    let mut counts: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
    for (at, &release) in (1..).zip(until(is_cancelled, releases.iter())) {
        let text = beginning(catalog.folded(release));
        // The lead bytes of Hangul syllables.
        if !text.bytes().any(|byte| (0xEA..=0xED).contains(&byte)) {
            continue;
        }
        for word in text.split(|c| !is_of_word(c)).filter(|word| word.ends_with(is_hangul)) {
            let (count, last) = counts.entry(word_number(word)).or_default();
            if *last != at {
                (*count, *last) = (*count + 1, at);
            }
        }
    }
    Stems::new(counts.into_iter().map(|(word, (count, _))| (word, count)).collect())
}

/// Returns the phrases that stand in many releases of a source, as numbers in their source. Ends early if cancelled.
fn find_boilerplate(sample: &Texts, is_cancelled: IsCancelled<'_>) -> FxHashSet<u64> {
    let mut order: Vec<u32> = (0..sample.len() as u32).collect();
    let source = |at: u32| sample.source(at as usize);
    order.sort_by_key(|&at| source(at));
    let mut found = FxHashSet::default();
    for of_source in order.chunk_by(|&one, &other| source(one) == source(other)) {
        if of_source.len() < FEWEST {
            continue;
        }
        let rows = || of_source.iter().map(|&at| at as usize);
        let limit = (of_source.len() as f64 * BOILERPLATE) as u32;
        let mut sketch = Sketch::of(rows().map(|at| sample.range(at).len()).sum(), limit + 1);
        sample
            .each_at(until(is_cancelled, rows()), &mut |text| each_phrase(text.tokens, &mut |key, _| sketch.add(key)));
        let mut counts: FxHashMap<Key, (u32, u32)> = FxHashMap::default();
        let mut at = 0;
        sample.each_at(until(is_cancelled, rows()), &mut |text| {
            at += 1;
            each_phrase(text.tokens, &mut |key, _| {
                if sketch.may_reach(key, limit + 1) {
                    let (count, last) = counts.entry(key).or_default();
                    if *last != at {
                        (*count, *last) = (*count + 1, at);
                    }
                }
            });
        });
        counts.retain(|_, (count, _)| *count > limit);
        let source = of_source.first().map_or(0, |&at| source(at));
        found.extend(counts.keys().map(|key| key.in_source(source)));
    }
    found
}

#[cfg(test)]
mod tests;
