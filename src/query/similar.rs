//! Releases that are like another: those that share its topics, its place and its rare words.
//!
//! Words weigh by how rare they are (inverse document frequency, Spärck Jones 1972), judged by a sample of the catalog;
//! the few that weigh most are looked for in one pass over all texts. A longer text holds more words by chance and counts
//! for less, as in BM25 (Robertson, Zaragoza 2009). Nothing is indexed: the pass is as fast as memory is.

#![expect(clippy::cast_precision_loss, reason = "weights need no more digits than 32 bits have")]

use std::cmp::Reverse;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, packed};
use rustc_hash::FxHashSet;
use unicode_segmentation::UnicodeSegmentation;

use crate::catalog::{Catalog, Chunk, Facet, NONE, ReleaseRef, ValueId};
use crate::text::is_unspaced;

/// How many are found at the most.
pub const MOST: usize = 6;
/// Words that are looked for.
const WORDS: usize = 8;
/// Words that are weighed.
const WEIGHED: usize = 48;
/// Releases by which they are weighed.
const SAMPLE: usize = 2_048;
/// Bytes of a text that are read for words, its title among them.
const READ: usize = 1_500;
/// Characters of a word at least, where words are parted by blanks.
const SHORTEST: usize = 4;
/// A release below this weight has nothing to do with the other.
const LEAST: f32 = 0.9;
/// How much more a word says that both have in their titles.
const TITLE: f32 = 1.6;
/// How much less a place says than a word as rare as it.
const PLACE: f32 = 0.6;
/// Which part of a release's weight follows the length of its text.
const LENGTH: f32 = 0.3;

/// A word of the release, as search reads it.
#[derive(Debug, Clone, PartialEq)]
struct Word {
    text: String,
    weight: f32,
    /// Whether it may stand within a run of letters: scripts without blanks have no other words.
    is_anywhere: bool,
}

/// What is asked of the other releases of a catalog; parts of it may be asked side by side.
pub struct Likeness {
    catalog: Arc<Catalog>,
    release: u32,
    words: Vec<Word>,
    shared: Shared,
    /// The day of the release, since 1970-01-01.
    day: i64,
}

impl Likeness {
    /// What is like a release; nothing is where there is no such release.
    #[must_use]
    pub fn new(catalog: &Arc<Catalog>, release: u32) -> Option<Self> {
        let subject = catalog.release(release)?;
        Some(Self {
            words: heaviest(words_of(catalog.folded(release)), catalog),
            shared: Shared::new(catalog, &subject),
            day: subject.date().map_or(0, |date| i64::from(date.days_since_epoch())),
            catalog: Arc::clone(catalog),
            release,
        })
    }

    /// The best of one part of the catalog, of `parts`; `None` where nobody wants to know any more, which is asked at
    /// every chunk.
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
                if weight >= best.least() && start + row != self.release as usize {
                    let away = chunk.day(row).map_or(i64::MAX, |other| (i64::from(other) - self.day).abs());
                    best.put(weight, away, (start + row) as u32);
                }
            }
        }
        Some(best)
    }
}

/// The releases that are like one of the catalog, the most like first; `None` where nobody wants to know any more.
pub fn similar(catalog: &Arc<Catalog>, release: u32, is_cancelled: &mut dyn FnMut() -> bool) -> Option<Vec<u32>> {
    let Some(likeness) = Likeness::new(catalog, release) else { return Some(Vec::new()) };
    likeness.best(0, 1, is_cancelled).map(Best::into_releases)
}

/// The best so far, the most like first.
#[derive(Debug, Default)]
pub struct Best {
    found: Vec<(f32, Reverse<i64>, Reverse<u32>)>,
}

impl Best {
    /// What another one must weigh.
    fn least(&self) -> f32 {
        if self.found.len() < MOST { LEAST } else { self.found.last().map_or(LEAST, |&(weight, ..)| weight) }
    }

    /// Puts one in. Of two that weigh the same, the one nearer in time comes first.
    fn put(&mut self, weight: f32, away: i64, release: u32) {
        let new = (weight, Reverse(away), Reverse(release));
        let at = self.found.partition_point(|other| {
            other.0.total_cmp(&new.0).then_with(|| (other.1, other.2).cmp(&(new.1, new.2))).is_gt()
        });
        self.found.insert(at, new);
        self.found.truncate(MOST);
    }

    /// Takes those of another part in.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        for (weight, Reverse(away), Reverse(release)) in other.found {
            self.put(weight, away, release);
        }
        self
    }

    /// Their numbers.
    #[must_use]
    pub fn into_releases(self) -> Vec<u32> {
        self.found.into_iter().map(|(.., Reverse(release))| release).collect()
    }
}

/// What topics and places of the release weigh in another.
struct Shared {
    topics: Vec<(ValueId, f32)>,
    place: Option<(ValueId, f32)>,
}

impl Shared {
    fn new(catalog: &Catalog, subject: &ReleaseRef<'_>) -> Self {
        let all = catalog.len() as f32;
        let weigh = |facet: Facet, id: ValueId| rarity(all, catalog.values(facet).total(id) as f32);
        let topics = subject.values(Facet::Topic).iter().filter(|&&id| id != NONE);
        let place = subject.values(Facet::Place).iter().find(|&&id| id != NONE);
        Self {
            topics: topics.map(|&id| (id, weigh(Facet::Topic, id))).collect(),
            place: place.map(|&id| (id, PLACE * weigh(Facet::Place, id))),
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

/// How much something says that so many of all have.
fn rarity(all: f32, having: f32) -> f32 {
    ((all + 1.0) / (having + 1.0)).ln()
}

/// The words of a folded text with what their place says of them, each once.
fn words_of(folded: &str) -> Vec<Word> {
    let title = folded.find('\n').unwrap_or(folded.len());
    let end = (0..=folded.len().min(READ)).rev().find(|&at| folded.is_char_boundary(at)).unwrap_or(0);
    let text = folded.get(..end).unwrap_or_default();
    let mut words: Vec<Word> = Vec::new();
    let mut known: FxHashSet<&str> = FxHashSet::default();
    let mut last: Option<(usize, &str)> = None;
    for (at, word) in text.unicode_word_indices() {
        let before = last.replace((at, word));
        let Some((word, is_anywhere)) = telling(text, before, (at, word)) else { continue };
        if words.len() < WEIGHED && known.insert(word) {
            let weight = if at < title { TITLE } else { 1.0 };
            words.push(Word { text: word.to_owned(), weight, is_anywhere });
        }
    }
    words
}

/// What of a word is looked for, and whether anywhere; nothing where it says too little.
fn telling<'t>(text: &'t str, before: Option<(usize, &str)>, (at, word): (usize, &'t str)) -> Option<(&'t str, bool)> {
    let first = word.chars().next()?;
    let count = word.chars().count();
    if count == 1 && is_unspaced(first) {
        // Chinese and Japanese part no words: two characters in a row stand for one.
        let (start, other) = before?;
        let is_pair = start + other.len() == at && other.chars().count() == 1;
        return text.get(start..at + word.len()).filter(|_| is_pair && !other.is_ascii()).map(|pair| (pair, true));
    }
    if ('\u{AC00}'..='\u{D7A3}').contains(&first) {
        // Korean words end in particles.
        let end = word.char_indices().nth(if count > 2 { count - 1 } else { count }).map_or(word.len(), |(at, _)| at);
        return word.get(..end).filter(|_| count > 1).map(|word| (word, false));
    }
    let is_word = count >= SHORTEST && word.chars().any(char::is_alphabetic);
    is_word.then_some((word, word.chars().all(is_unspaced)))
}

/// The words that weigh most, by how many releases of a sample have them.
fn heaviest(mut words: Vec<Word>, catalog: &Catalog) -> Vec<Word> {
    let Ok(all) = AhoCorasick::new(words.iter().map(|word| &word.text)) else { return Vec::new() };
    let mut having = vec![0_u32; words.len()];
    let mut seen = vec![u32::MAX; words.len()];
    let step = catalog.len().div_ceil(SAMPLE).max(1);
    let mut sampled = 0.0;
    for release in (0..catalog.len() as u32).step_by(step) {
        sampled += 1.0;
        let text = catalog.folded(release);
        for found in all.find_overlapping_iter(text) {
            let word = found.pattern().as_usize();
            if seen[word] != release && (words[word].is_anywhere || begins_word(text, found.start())) {
                seen[word] = release;
                having[word] += 1;
            }
        }
    }
    for (word, having) in words.iter_mut().zip(having) {
        word.weight *= rarity(sampled, having as f32);
    }
    words.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    // A word that every second release has says nothing.
    words.retain(|word| word.weight > 0.7);
    words.truncate(WORDS);
    words
}

/// Whether a word begins at a byte of a text.
fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|c| !c.is_alphanumeric())
}

/// Finds all words in one pass.
struct Finder<'w> {
    words: &'w [Word],
    search: Search,
}

enum Search {
    /// No word says anything.
    Nothing,
    /// Many bytes at a time, where the processor can.
    Packed(packed::Searcher),
    /// A byte at a time.
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

    /// Adds to each row of a chunk what its words weigh.
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
            if is_new && row < weights.len() && (of.is_anywhere || begins_word(text, start)) {
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
        similar(catalog, release, &mut || false).expect("nobody cancels")
    }

    #[test]
    fn rare_words_tell_more_than_common_ones_and_topics_help() {
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
    fn words_begin_where_words_begin_and_equals_stand_by_their_distance_in_time() {
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
    fn scripts_without_blanks_and_with_particles_have_words_too() {
        let words = |text| words_of(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(words("中国经济\nx"), ["中国", "国经", "经济"]);
        assert_eq!(words("대통령은 말했다"), ["대통령", "말했"]);
        assert_eq!(words("the decent work of 2018 and decent"), ["decent", "work"]);
    }

    #[test]
    fn nothing_is_found_where_nobody_wants_it_or_there_is_nothing() {
        let one = catalog(&[("Alone", "", "", "", (2018, 1, 1))]);
        assert_eq!(similar(&one, 0, &mut || true), None);
        assert_eq!(similar(&one, 0, &mut || false), Some(Vec::new()));
        assert_eq!(similar(&one, 9, &mut || false), Some(Vec::new()));
    }

    #[test]
    fn parts_together_are_the_whole() {
        let titles: Vec<String> =
            (0..500).map(|n| format!("Release {n} about {}", ["tea", "coffee", "cholera"][n % 3])).collect();
        let rows: Vec<_> = titles.iter().map(|title| (title.as_str(), "", "News", "", (2018, 1, 1))).collect();
        let catalog = catalog(&rows);
        for release in [0, 7, 499] {
            let likeness = Likeness::new(&catalog, release).expect("a release");
            let part = |part| likeness.best(part, 2, &mut || false).expect("nobody cancels");
            assert_eq!(part(0).with(part(1)).into_releases(), found(&catalog, release));
        }
    }

    #[test]
    fn no_more_than_a_few_are_found() {
        let titles: Vec<String> = (100..340).map(|n| format!("Release {n}")).collect();
        let row = |(n, title)| (title, "", if n < 40 { "Health" } else { "News" }, "", (2018, 1, 1));
        let rows: Vec<_> = titles.iter().map(String::as_str).enumerate().map(row).collect();
        assert_eq!(found(&catalog(&rows), 7), [0, 1, 2, 3, 4, 5]);
    }
}
