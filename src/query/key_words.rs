//! The words that say what a release is about, and how much each says.

#![expect(clippy::cast_precision_loss, reason = "weights need no more digits than 32 bits have")]

use rustc_hash::FxHashSet;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::is_unspaced;

/// The most words of a release.
pub(super) const MOST_WORDS: usize = 48;
/// The factor for words in a title.
pub(super) const TITLE: f32 = 1.6;
/// The number of bytes of a text, including its title, that are read for words.
const READ: usize = 1_500;
/// The minimum length of a word, in scripts with blanks between words.
const SHORTEST: usize = 4;

/// A folded word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub text: String,
    pub weight: f32,
    /// Whether it may match inside a run of letters, as in scripts without blanks.
    pub is_anywhere: bool,
}

impl Word {
    /// Whether the word is meant where its letters are found at a byte of a text.
    pub fn is_at(&self, text: &str, at: usize) -> bool {
        self.is_anywhere || {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|c| !c.is_alphanumeric())
        }
    }
}

/// The weight of a feature that `having` of `all` releases have.
pub(super) fn rarity(all: usize, having: u32) -> f32 {
    ((all as f32 + 1.0) / (having as f32 + 1.0)).ln()
}

/// The part of a folded text that is read for words.
pub(super) fn beginning(folded: &str) -> &str {
    let end = (0..=folded.len().min(READ)).rev().find(|&at| folded.is_char_boundary(at)).unwrap_or(0);
    folded.get(..end).unwrap_or_default()
}

/// The distinct words at the beginning of a folded text, weighted by position.
pub(super) fn words_of(folded: &str) -> Vec<Word> {
    let text = beginning(folded);
    let title = text.find('\n').unwrap_or(text.len());
    let mut words: Vec<Word> = Vec::new();
    let mut known: FxHashSet<&str> = FxHashSet::default();
    let mut last: Option<(usize, &str)> = None;
    for (at, word) in text.unicode_word_indices() {
        let before = last.replace((at, word));
        let Some((word, is_anywhere)) = telling(text, before, (at, word)) else { continue };
        if words.len() < MOST_WORDS && known.insert(word) {
            let weight = if at < title { TITLE } else { 1.0 };
            words.push(Word { text: word.to_owned(), weight, is_anywhere });
        }
    }
    words
}

/// Returns what to search for a word, and whether anywhere; `None` if it is too short.
fn telling<'t>(text: &'t str, before: Option<(usize, &str)>, (at, word): (usize, &'t str)) -> Option<(&'t str, bool)> {
    let first = word.chars().next()?;
    let count = word.chars().count();
    if count == 1 && is_unspaced(first) {
        // Chinese and Japanese do not separate words: pairs of characters serve as words.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_without_blanks_and_with_particles_have_words_too() {
        let words = |text| words_of(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(words("中国经济\nx"), ["中国", "国经", "经济"]);
        assert_eq!(words("대통령은 말했다"), ["대통령", "말했"]);
        assert_eq!(words("the decent work of 2018 and decent"), ["decent", "work"]);
    }
}
