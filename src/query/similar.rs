//! Finds releases similar to another one: those that share its topics, its place and its rare words.
//!
//! Words are weighted by rarity (inverse document frequency, Spärck Jones 1972), estimated from a sample of the
//! catalog; the few with the highest weight are searched in one pass over all texts. A longer text contains more words
//! by chance, so its weight is lowered, as in BM25 (Robertson, Zaragoza 2009). There is no index: the pass runs at
//! memory speed.

#![expect(clippy::cast_precision_loss, reason = "weights need no more digits than 32 bits have")]

use std::cmp::Reverse;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, packed};

use super::key_words::{TITLE, Word, rarity, words_of};
use crate::catalog::{Catalog, Chunk, Facet, NONE, ReleaseIndex, ReleaseRef, ValueId};

/// The maximum number of results.
pub const MOST: usize = 6;
/// The number of words searched for.
const WORDS: usize = 8;
/// The number of releases in the sample.
const SAMPLE: usize = 2_048;
/// Releases with a lower weight are not similar.
const LEAST: f32 = 0.9;
/// The factor for the place, relative to a word of the same rarity.
const PLACE: f32 = 0.6;
/// The share of a release's weight that depends on the length of its text.
const LENGTH: f32 = 0.3;

/// A search for similar releases; parts of it may run in parallel.
pub struct Likeness {
    catalog: Arc<Catalog>,
    release: ReleaseIndex,
    words: Vec<Word>,
    shared: Shared,
    /// The day of the release, since 1970-01-01.
    day: i64,
}

impl Likeness {
    /// Prepares the search; `None` if there is no such release.
    #[must_use]
    pub fn new(catalog: &Arc<Catalog>, release: ReleaseIndex) -> Option<Self> {
        let subject = catalog.release(release)?;
        Some(Self {
            words: heaviest(words_of(catalog.folded(release)), catalog),
            shared: Shared::new(catalog, &subject),
            day: subject.date().map_or(0, |date| i64::from(date.days_since_epoch())),
            catalog: Arc::clone(catalog),
            release,
        })
    }

    /// Searches one of `parts` of the catalog. `None` if cancelled; `is_cancelled` is called for every chunk.
    pub fn best(&self, part: usize, parts: usize, is_cancelled: &mut dyn FnMut() -> bool) -> Option<Best> {
        let finder = Finder::new(&self.words);
        let mut best = Best::default();
        let mut weights = Vec::new();
        for (start, chunk) in self.catalog.chunks().skip(part).step_by(parts.max(1)) {
            if is_cancelled() {
                return None;
            }
            weights.clear();
            weights.resize(chunk.len(), 0.0);
            finder.weigh(chunk, &mut weights);
            for (row, &by_words) in weights.iter().enumerate() {
                let weight = by_words + self.shared.weight(chunk, row);
                if weight >= best.least() && start + row != self.release.position() {
                    let away = chunk.day(row).map_or(i64::MAX, |other| (i64::from(other) - self.day).abs());
                    best.put(weight, away, ReleaseIndex::at(start + row));
                }
            }
        }
        Some(best)
    }
}

/// Returns the releases similar to another one, most similar first; `None` if cancelled.
pub fn similar(
    catalog: &Arc<Catalog>,
    release: ReleaseIndex,
    is_cancelled: &mut dyn FnMut() -> bool,
) -> Option<Vec<ReleaseIndex>> {
    let Some(likeness) = Likeness::new(catalog, release) else { return Some(Vec::new()) };
    likeness.best(0, 1, is_cancelled).map(Best::into_releases)
}

/// The best results so far, most similar first.
#[derive(Debug, Default)]
pub struct Best {
    found: Vec<(f32, Reverse<i64>, Reverse<ReleaseIndex>)>,
}

impl Best {
    /// The weight that another result must exceed.
    fn least(&self) -> f32 {
        if self.found.len() < MOST { LEAST } else { self.found.last().map_or(LEAST, |&(weight, ..)| weight) }
    }

    /// Inserts a result. Among equal weights the nearest in time comes first.
    fn put(&mut self, weight: f32, away: i64, release: ReleaseIndex) {
        let new = (weight, Reverse(away), Reverse(release));
        let at = self.found.partition_point(|other| {
            other.0.total_cmp(&new.0).then_with(|| (other.1, other.2).cmp(&(new.1, new.2))).is_gt()
        });
        self.found.insert(at, new);
        self.found.truncate(MOST);
    }

    /// Merges the results of another part.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        for (weight, Reverse(away), Reverse(release)) in other.found {
            self.put(weight, away, release);
        }
        self
    }

    /// The results.
    #[must_use]
    pub fn into_releases(self) -> Vec<ReleaseIndex> {
        self.found.into_iter().map(|(.., Reverse(release))| release).collect()
    }
}

/// The weight of the shared topics and places.
struct Shared {
    topics: Vec<(ValueId, f32)>,
    place: Option<(ValueId, f32)>,
}

impl Shared {
    fn new(catalog: &Catalog, subject: &ReleaseRef<'_>) -> Self {
        let weigh = |facet: Facet, id: ValueId| rarity(catalog.len(), catalog.values(facet).total(id));
        let topics = subject.values(Facet::Topic).filter(|&id| id != NONE);
        let place = subject.values(Facet::Place).find(|&id| id != NONE);
        Self {
            topics: topics.map(|id| (id, weigh(Facet::Topic, id))).collect(),
            place: place.map(|id| (id, PLACE * weigh(Facet::Place, id))),
        }
    }

    fn weight(&self, chunk: &Chunk, row: usize) -> f32 {
        let mut weight = 0.0;
        if !self.topics.is_empty() {
            let values = chunk.values(Facet::Topic, row);
            weight += self.topics.iter().filter(|(id, _)| values.contains(id)).map(|(_, weight)| weight).sum::<f32>();
        }
        if let Some((id, more)) = self.place
            && chunk.values(Facet::Place, row).contains(&id)
        {
            weight += more;
        }
        weight
    }
}

/// Returns the words with the highest weight, by their frequency in a sample.
fn heaviest(mut words: Vec<Word>, catalog: &Catalog) -> Vec<Word> {
    let Ok(all) = AhoCorasick::new(words.iter().map(|word| &word.text)) else { return Vec::new() };
    let mut having = vec![0_u32; words.len()];
    let mut seen = vec![None; words.len()];
    let step = catalog.len().div_ceil(SAMPLE).max(1);
    let mut sampled = 0;
    for release in catalog.indices().step_by(step) {
        sampled += 1;
        let text = catalog.folded(release);
        for found in all.find_overlapping_iter(text) {
            let word = found.pattern().as_usize();
            if seen[word] != Some(release) && words[word].is_at(text, found.start()) {
                seen[word] = Some(release);
                having[word] += 1;
            }
        }
    }
    for (word, having) in words.iter_mut().zip(having) {
        word.weight *= rarity(sampled, having);
    }
    words.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    // A word that every second release has is not specific.
    words.retain(|word| word.weight > 0.7);
    words.truncate(WORDS);
    words
}

/// Finds all words in one pass.
struct Finder<'w> {
    words: &'w [Word],
    search: Search,
}

enum Search {
    /// No word is specific enough.
    Nothing,
    /// Vectorised, where the processor supports it.
    Packed(packed::Searcher),
    /// Byte by byte.
    Plain(AhoCorasick),
}

impl<'w> Finder<'w> {
    fn new(words: &'w [Word]) -> Self {
        let texts = || words.iter().map(|word| &word.text);
        let search = if words.is_empty() {
            Search::Nothing
        } else {
            let plain = || AhoCorasick::new(texts()).map_or(Search::Nothing, Search::Plain);
            packed::Searcher::new(texts()).map_or_else(plain, Search::Packed)
        };
        Self { words, search }
    }

    /// Adds the weight of its words to each row of a chunk.
    fn weigh(&self, chunk: &Chunk, weights: &mut [f32]) {
        if matches!(self.search, Search::Nothing) {
            return;
        }
        let folded = chunk.folded();
        let (text, ends) = (folded.text(), folded.ends());
        let mean = text.len() as f32 / ends.len().max(1) as f32;
        let (mut row, mut seen) = (0, 0_u32);
        let mut take = |word: usize, start: usize| {
            if ends.get(row).is_some_and(|&end| end as usize <= start) {
                row += ends[row..].partition_point(|&end| end as usize <= start);
                seen = 0;
            }
            let Some(of) = self.words.get(word) else { return };
            let is_new = seen & 1 << word == 0;
            if is_new && row < weights.len() && of.is_at(text, start) {
                seen |= 1 << word;
                let begin = row.checked_sub(1).map_or(0, |before| ends[before] as usize);
                let is_in_title = !text.as_bytes()[begin..start].contains(&b'\n');
                let length = (ends[row] as usize - begin) as f32;
                let by_place = if is_in_title { TITLE } else { 1.0 };
                weights[row] += of.weight * by_place / (1.0 - LENGTH + LENGTH * length / mean);
            }
        };
        match &self.search {
            Search::Nothing => {}
            Search::Packed(all) => {
                all.find_iter(text).for_each(|found| take(found.pattern().as_usize(), found.start()));
            }
            Search::Plain(all) => {
                all.find_iter(text).for_each(|found| take(found.pattern().as_usize(), found.start()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    fn found(catalog: &Arc<Catalog>, release: u32) -> Vec<u32> {
        let found = similar(catalog, ReleaseIndex::new(release), &mut || false).expect("nobody cancels");
        found.into_iter().map(ReleaseIndex::get).collect()
    }

    #[test]
    fn rare_words_weigh_more_than_common_ones_and_topics_help() {
        let rows = [
            ("Cholera outbreak in Zambia", "The ministry reports cases", "Health", "Geneva", (2018, 1, 1)),
            ("Budget committee reports", "The ministry reports spending", "Money", "Bern", (2018, 1, 2)),
            ("Vaccines against cholera", "A shipment", "Health", "Bern", (2018, 1, 3)),
            ("Measles cases", "The ministry reports", "Health", "Bern", (2018, 1, 4)),
            ("Elections in Zambia", "The ministry reports", "Votes", "Bern", (2018, 1, 5)),
            ("Road works", "Nothing else", "Traffic", "Bern", (2018, 1, 6)),
        ];
        let found = found(&catalog(&rows), 0);
        assert_eq!(found.first(), Some(&2), "{found:?}");
        assert!(found.contains(&4), "one rare word in both titles: {found:?}");
        assert!(!found.contains(&0) && !found.contains(&5), "not itself, and not what shares nothing: {found:?}");
    }

    #[test]
    fn matches_start_at_word_boundaries_and_ties_order_by_time() {
        let rows = [
            ("Rates of interest", "", "", "", (2018, 1, 10)),
            ("Separates", "", "", "", (2018, 1, 11)),
            ("Rates again", "", "", "", (2018, 3, 1)),
            ("Rates later", "", "", "", (2018, 1, 12)),
            ("Tea", "", "", "", (2018, 1, 12)),
            ("Milk", "", "", "", (2018, 1, 12)),
            ("Beer", "", "", "", (2018, 1, 12)),
        ];
        assert_eq!(found(&catalog(&rows), 0), [3, 2]);
    }

    #[test]
    fn a_cancelled_or_empty_search_finds_nothing() {
        let one = catalog(&[("Alone", "", "", "", (2018, 1, 1))]);
        assert_eq!(similar(&one, 0.into(), &mut || true), None);
        assert_eq!(similar(&one, 0.into(), &mut || false), Some(Vec::new()));
        assert_eq!(similar(&one, 9.into(), &mut || false), Some(Vec::new()));
    }

    #[test]
    fn the_parts_together_equal_the_whole() {
        let titles: Vec<String> =
            (0..500).map(|n| format!("Release {n} about {}", ["tea", "coffee", "cholera"][n % 3])).collect();
        let rows: Vec<_> = titles.iter().map(|title| (title.as_str(), "", "News", "", (2018, 1, 1))).collect();
        let catalog = catalog(&rows);
        for release in [0, 7, 499] {
            let likeness = Likeness::new(&catalog, ReleaseIndex::new(release)).expect("a release");
            let part = |part| likeness.best(part, 2, &mut || false).expect("nobody cancels");
            assert_eq!(part(0).with(part(1)).into_releases(), found(&catalog, release));
        }
    }

    #[test]
    fn the_number_of_results_is_limited() {
        let titles: Vec<String> = (100..340).map(|n| format!("Release {n}")).collect();
        let row = |(n, title)| (title, "", if n < 40 { "Health" } else { "News" }, "", (2018, 1, 1));
        let rows: Vec<_> = titles.iter().map(String::as_str).enumerate().map(row).collect();
        assert_eq!(found(&catalog(&rows), 7), [0, 1, 2, 3, 4, 5]);
    }
}
