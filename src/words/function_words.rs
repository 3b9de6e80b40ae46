//! Which words of an archive name no subject: those of the lists of its languages, and those that stand beside very many
//! different words.

use rustc_hash::{FxHashMap, FxHashSet};

use super::languages::LANGUAGES;
use super::numbers::{spread, word_number};
use super::passes::{IsCancelled, until};
use super::texts::Texts;
use super::tokens::{BREAK, Token};
use crate::text::fold;

/// A language is in use if a release has at least this many of its own function words on average.
const USED: f64 = 0.05;
/// The fewest different words of its own that a language in use has.
const FEWEST_WORDS: usize = 3;
/// The number of occurrences of a word whose neighbours are looked at.
const LOOKED_AT: u32 = 200;
/// A word that stands beside more different words than this share of its occurrences names no subject. The neighbours
/// of a name are articles and prepositions, which are few.
const DIVERSE: f64 = 0.42;
/// The least share of the releases that have a word which is read off.
const FREQUENT: f64 = 0.02;

/// Words that name no subject.
#[derive(Default)]
pub struct StopWords {
    /// Function words: no phrase begins or ends with one.
    pub function: FxHashSet<u32>,
    /// Months and weekdays: no phrase goes over one.
    pub breaks: FxHashSet<u32>,
}

/// The words of the list of a language, as numbers.
struct Listed {
    function: FxHashSet<u32>,
    calendar: FxHashSet<u32>,
}

/// What is known of a word of a sample.
#[derive(Default)]
struct Counted {
    /// The number of releases that contain it.
    count: u32,
    /// The last of them, counted from 1.
    last: u32,
    /// Its neighbours, unless it is too rare to be read off.
    neighbours: Option<Box<[Neighbours; 2]>>,
    /// The number of occurrences whose neighbours were looked at.
    looked_at: u32,
}

/// Finds the words of a sample that name no subject. `occurrences` are the numbers of occurrences of its words. Ends early
/// if cancelled.
pub fn find(sample: &Texts, occurrences: &[(u32, u32)], is_cancelled: IsCancelled<'_>) -> StopWords {
    let listed: Vec<Listed> = LANGUAGES
        .iter()
        .map(|language| Listed { function: numbers(language.function), calendar: numbers(language.calendar) })
        .collect();
    let mut owners: FxHashMap<u32, u32> = FxHashMap::default();
    for list in &listed {
        list.function.iter().chain(&list.calendar).for_each(|&word| *owners.entry(word).or_default() += 1);
    }
    let size = sample.len();
    let least = ((size as f64 * FREQUENT) as u32).max(LOOKED_AT / 2);
    // A word is in no more releases than it has occurrences.
    let frequent: FxHashSet<u32> =
        occurrences.iter().filter(|(_, count)| *count >= least).map(|&(word, _)| word).collect();
    let counts = count(sample, &frequent, |word| owners.contains_key(&word), is_cancelled);
    let releases_with = |word: &u32| counts.get(word).map(|counted| counted.count);
    let mut found = StopWords::default();
    for (at, list) in listed.iter().enumerate() {
        let own = list.function.iter().filter(|word| owners.get(word) == Some(&1));
        let own: Vec<u32> = own.filter_map(releases_with).collect();
        let total: u32 = own.iter().sum();
        let is_used = own.len() >= FEWEST_WORDS && f64::from(total) >= USED * size as f64;
        if at == 0 || is_used {
            found.function.extend(&list.function);
            found.breaks.extend(&list.calendar);
        }
    }
    let frequent = counts.iter().filter(|(word, counted)| counted.count >= least && !found.function.contains(word));
    let diverse: Vec<u32> = frequent.filter(|(_, counted)| counted.is_diverse()).map(|(&word, _)| word).collect();
    found.function.extend(diverse);
    found
}

/// Counts the frequent words and those that are listed, and the neighbours of the frequent ones.
fn count(
    sample: &Texts,
    frequent: &FxHashSet<u32>,
    is_listed: impl Fn(u32) -> bool,
    is_cancelled: IsCancelled<'_>,
) -> FxHashMap<u32, Counted> {
    let mut counts: FxHashMap<u32, Counted> = FxHashMap::default();
    let mut at = 0;
    sample.each_at(until(is_cancelled, 0..sample.len()), &mut |text| {
        at += 1;
        for (place, &token) in text.tokens.iter().enumerate().filter(|(_, token)| **token != BREAK) {
            let is_frequent = frequent.contains(&token.word());
            if !is_frequent && !is_listed(token.word()) {
                continue;
            }
            let counted = counts.entry(token.word()).or_default();
            if counted.last != at {
                (counted.count, counted.last) = (counted.count + 1, at);
            }
            let around = place.checked_sub(1).and_then(|before| text.tokens.get(before..=place + 1));
            if is_frequent && let Some(&[before, _, after]) = around {
                counted.look_at(before, token, after);
            }
        }
    });
    counts
}

impl Counted {
    /// Counts the neighbours of an occurrence.
    fn look_at(&mut self, before: Token, token: Token, after: Token) {
        // Words that a dictionary finds, such as Chinese ones, stand beside more different words.
        if self.looked_at == LOOKED_AT || token.is_glued() || after.is_glued() {
            return;
        }
        self.looked_at += 1;
        let [left, right] = &mut **self.neighbours.get_or_insert_default();
        left.add(before);
        right.add(after);
    }

    /// Whether it stands beside very many different words, on the side with fewer.
    fn is_diverse(&self) -> bool {
        let Some([left, right]) = self.neighbours.as_deref() else { return false };
        let share = left.count().min(right.count()) / f64::from(self.looked_at);
        self.looked_at >= LOOKED_AT / 2 && share >= DIVERSE
    }
}

/// The numbers of the words of a list.
fn numbers(list: &str) -> FxHashSet<u32> {
    let folded = fold(list);
    folded.split([' ', '\'']).filter(|word| !word.is_empty()).map(word_number).collect()
}

/// The different neighbours of a word on one side, counted by the bits that they set.
#[derive(Default, Clone)]
struct Neighbours {
    bits: [u64; 16],
}

impl Neighbours {
    fn add(&mut self, token: Token) {
        let bit = spread(u64::from(token.word())) >> 54;
        self.bits[bit as usize / 64] |= 1 << (bit % 64);
    }

    /// The number of different ones, about (linear counting).
    fn count(&self) -> f64 {
        let all = 64.0 * self.bits.len() as f64;
        let free = f64::from(self.bits.iter().map(|bits| bits.count_zeros()).sum::<u32>());
        all * (all / free.max(1.0)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::languages::LABELS;
    use crate::words::texts::Splitter;

    #[test]
    fn neighbours_are_counted_about() {
        let mut neighbours = Neighbours::default();
        assert!(neighbours.count() < 0.5);
        for word in 0..150 {
            let mut texts = Vec::new();
            let tokenizer = super::super::tokens::Tokenizer::default();
            tokenizer.split(&format!("word{word}"), &mut |token, _| texts.push(token));
            texts.iter().filter(|token| **token != BREAK).for_each(|token| neighbours.add(*token));
        }
        assert!((130.0..170.0).contains(&neighbours.count()), "{}", neighbours.count());
    }

    #[test]
    fn words_beside_very_many_different_words_are_read_off() {
        // A language without a list: `eta` joins words, and `minister` stands beside the same few.
        let mut texts = Vec::new();
        for day in 0..150_u32 {
            let name = |salt: u32| format!("word{}", day.wrapping_mul(2_654_435_761).wrapping_add(salt) % 997);
            texts.push((format!("{} eta {} ta minister dira", name(1), name(500)), (2018, 1, 1)));
        }
        let rows: Vec<crate::catalog::tests::Row<'_>> =
            texts.iter().map(|(text, day)| (text.as_str(), "", "", "", *day)).collect();
        let catalog = crate::catalog::tests::catalog(&rows);
        let tokenizer = super::super::tokens::Tokenizer::default();
        let releases: Vec<_> = catalog.indices().collect();
        let splitter = Splitter { catalog: &catalog, releases: &releases, tokenizer: &tokenizer };
        let sample = splitter.all(&|| false);
        let found = find(&sample, &sample.occurrences(), &|| false);
        let is_function = |word: &str| found.function.contains(&word_number(word));
        assert!(is_function("eta") && !is_function("minister") && !is_function("dira"));
    }

    #[test]
    fn the_labels_are_folded_and_in_order() {
        assert!(LABELS.is_sorted());
        for label in LABELS {
            assert_eq!(fold(label), label);
        }
    }

    #[test]
    fn the_lists_have_no_word_that_folds_away() {
        for language in LANGUAGES {
            assert!(numbers(language.function).len() > 20 && numbers(language.calendar).len() >= 7);
        }
    }
}
