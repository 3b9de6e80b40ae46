//! Which words of an archive name no subject: those of the lists of its languages, and those that stand beside very many
//! different words.

use rustc_hash::{FxHashMap, FxHashSet};

use super::languages::LANGUAGES;
use super::passes::{IsCancelled, until};
use super::texts::Texts;
use super::tokens::{BREAK, Token, spread, word_number};
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

/// Finds the words of a sample that name no subject. Ends early if cancelled.
pub fn find(sample: &Texts, is_cancelled: IsCancelled<'_>) -> StopWords {
    let counts = counts(sample, is_cancelled);
    let listed: Vec<Listed> = LANGUAGES
        .iter()
        .map(|language| Listed { function: numbers(language.function), calendar: numbers(language.calendar) })
        .collect();
    let mut owners: FxHashMap<u32, u32> = FxHashMap::default();
    for list in &listed {
        list.function.iter().chain(&list.calendar).for_each(|&word| *owners.entry(word).or_default() += 1);
    }
    let mut found = StopWords::default();
    for (at, list) in listed.iter().enumerate() {
        let own = list.function.iter().filter(|word| owners.get(word) == Some(&1));
        let own: Vec<u32> = own.filter_map(|word| counts.get(word).copied()).collect();
        let total: u32 = own.iter().sum();
        let is_used = own.len() >= FEWEST_WORDS && f64::from(total) >= USED * sample.len() as f64;
        if at == 0 || is_used {
            found.function.extend(&list.function);
            found.breaks.extend(&list.calendar);
        }
    }
    found.function.extend(diverse(sample, &counts, &found, is_cancelled));
    found
}

/// The number of releases with each word.
fn counts(sample: &Texts, is_cancelled: IsCancelled<'_>) -> FxHashMap<u32, u32> {
    let mut counts: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
    for (at, text) in (1..).zip(until(is_cancelled, sample.iter())) {
        for token in text.tokens.iter().filter(|token| **token != BREAK) {
            let (count, last) = counts.entry(token.word()).or_default();
            if *last != at {
                (*count, *last) = (*count + 1, at);
            }
        }
    }
    counts.into_iter().map(|(word, (count, _))| (word, count)).collect()
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

/// Returns the frequent words that stand beside very many different words.
fn diverse(sample: &Texts, counts: &FxHashMap<u32, u32>, known: &StopWords, is_cancelled: IsCancelled<'_>) -> Vec<u32> {
    let least = ((sample.len() as f64 * FREQUENT) as u32).max(LOOKED_AT / 2);
    let frequent = counts.iter().filter(|&(word, &count)| count >= least && !known.function.contains(word));
    let diversity = diversity(sample, frequent.map(|(&word, _)| word), is_cancelled);
    diversity.into_iter().filter(|&(_, diversity)| diversity >= DIVERSE).map(|(word, _)| word).collect()
}

/// Returns beside how many different words each word stands, on the side with fewer, as a share of its occurrences.
fn diversity(sample: &Texts, words: impl Iterator<Item = u32>, is_cancelled: IsCancelled<'_>) -> FxHashMap<u32, f64> {
    let mut neighbours: FxHashMap<u32, (u32, [Neighbours; 2])> = words.map(|word| (word, Default::default())).collect();
    if neighbours.is_empty() {
        return FxHashMap::default();
    }
    for text in until(is_cancelled, sample.iter()) {
        // Words that a dictionary finds, such as Chinese ones, stand beside more different words.
        let is_separate = |words: &&[Token]| words[1] != BREAK && !words[1].is_glued() && !words[2].is_glued();
        for words in text.tokens.windows(3).filter(is_separate) {
            let Some((looked_at, [left, right])) = neighbours.get_mut(&words[1].word()) else { continue };
            if *looked_at < LOOKED_AT {
                *looked_at += 1;
                left.add(words[0]);
                right.add(words[2]);
            }
        }
    }
    let share = |(looked_at, [left, right]): (u32, [Neighbours; 2])| {
        if looked_at < LOOKED_AT / 2 { 0.0 } else { left.count().min(right.count()) / f64::from(looked_at) }
    };
    neighbours.into_iter().map(|(word, neighbours)| (word, share(neighbours))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut sample = Texts::default();
        catalog.indices().for_each(|release| sample.push(&catalog, release, &tokenizer));
        let found = find(&sample, &|| false);
        let is_function = |word: &str| found.function.contains(&word_number(word));
        assert!(is_function("eta") && !is_function("minister") && !is_function("dira"));
    }

    #[test]
    fn the_lists_have_no_word_that_folds_away() {
        for language in LANGUAGES {
            assert!(numbers(language.function).len() > 20 && numbers(language.calendar).len() >= 7);
        }
    }
}
