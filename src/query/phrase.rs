//! Phrases of whole words, which `word:` finds.

use std::ops::Range;

use memchr::memmem::Finder;
use unicode_normalization::char::canonical_combining_class;

use crate::catalog::{Catalog, ReleaseIndex};
use crate::text::{fold, is_unspaced};

/// The number of releases that are read between two questions whether to stop.
const PART: usize = 1_024;

/// A folded phrase that must begin and end at word boundaries. The empty phrase is in every text.
#[derive(Debug, Clone)]
pub struct Phrase {
    finder: Finder<'static>,
}

impl Phrase {
    /// Folds and trims a phrase.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { finder: Finder::new(fold(text).trim()).into_owned() }
    }

    /// The bytes of the folded phrase.
    #[must_use]
    pub fn needle(&self) -> &[u8] {
        self.finder.needle()
    }

    /// Whether a folded text contains the phrase.
    #[must_use]
    pub fn is_in(&self, folded: &str) -> bool {
        self.needle().is_empty() || self.find(folded, 0).is_some()
    }

    /// Returns the first occurrence that begins at byte `from` or later.
    #[must_use]
    pub fn find(&self, folded: &str, from: usize) -> Option<Range<usize>> {
        let mut from = from;
        loop {
            let found = self.find_anywhere(folded, from)?;
            if is_whole(folded, &found) {
                return Some(found);
            }
            // Occurrences may overlap.
            from = found.start + 1;
        }
    }

    /// Returns the first occurrence from a byte on, also within words.
    pub(super) fn find_anywhere(&self, folded: &str, from: usize) -> Option<Range<usize>> {
        let start = from + self.finder.find(folded.as_bytes().get(from..)?)?;
        Some(start..start + self.needle().len())
    }
}

/// Returns how many of some releases contain each phrase. `None` if cancelled; `is_cancelled` is called now and then.
pub fn counts(
    catalog: &Catalog,
    releases: &[ReleaseIndex],
    phrases: &[Phrase],
    is_cancelled: &mut dyn FnMut() -> bool,
) -> Option<Vec<usize>> {
    let mut counts = vec![0; phrases.len()];
    for part in releases.chunks(PART) {
        if is_cancelled() {
            return None;
        }
        for &release in part {
            let text = catalog.folded(release);
            for (phrase, count) in phrases.iter().zip(&mut counts) {
                *count += usize::from(phrase.is_in(text));
            }
        }
    }
    Some(counts)
}

/// Whether a part of a folded text begins and ends at word boundaries. In scripts without blanks between words, each
/// character has a boundary on both sides. A Korean word may have an ending.
#[must_use]
pub fn is_whole(folded: &str, part: &Range<usize>) -> bool {
    let around = |at: usize| {
        let before = folded.get(..at).and_then(|before| before.chars().next_back());
        (before, folded.get(at..).and_then(|after| after.chars().next()))
    };
    let (before, first) = around(part.start);
    let (last, after) = around(part.end);
    let has_ending = [last, after].iter().all(|c| c.is_some_and(is_hangul));
    is_boundary(before, first) && (is_boundary(last, after) || has_ending)
}

/// Whether a word may begin or end between two characters.
fn is_boundary(left: Option<char>, right: Option<char>) -> bool {
    let is_inner = |c: Option<char>| c.is_some_and(|c| is_of_word(c) && !is_unspaced(c));
    !(is_inner(left) && is_inner(right))
}

/// Whether a character is part of words: a letter, a digit or a mark on one.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && canonical_combining_class(c) != 0)
}

/// Whether a character is a syllable of Korean.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has(text: &str, phrase: &str) -> bool {
        Phrase::new(phrase).is_in(&fold(text))
    }

    #[test]
    fn a_phrase_begins_and_ends_at_word_boundaries() {
        for (text, phrase, expected) in [
            ("State of the art", "art", true),
            ("A part of it", "art", false),
            ("Artful", "art", false),
            ("The Internal  Revenue\nService's plan", " internal revenue SERVICE ", true),
            ("internal revenue services", "internal revenue service", false),
            ("xa a a", "a a", true),
            ("xa a", "a a", false),
            ("l'Écluse", "ecluse", true),
            ("covid-19.", "covid", true),
            ("B1 and 1B", "b", false),
            ("C++ is", "c++", true),
            ("प्रधान", "प", false),
            ("Tea", "", true),
        ] {
            assert_eq!(has(text, phrase), expected, "{phrase} in {text}");
        }
    }

    #[test]
    fn scripts_without_blanks_have_boundaries_everywhere_and_korean_words_have_endings() {
        for (text, phrase, expected) in [
            ("发布iPhone手机", "iphone", true),
            ("中国经济", "国经", true),
            ("กรุงเทพ", "เทพ", true),
            ("마스크를", "마스크", true),
            ("공적마스크", "마스크", false),
            ("KF94마스크", "kf94", false),
        ] {
            assert_eq!(has(text, phrase), expected, "{phrase} in {text}");
        }
    }

    /// Compares characters one by one.
    fn has_naively(folded: &str, phrase: &str) -> bool {
        let text: Vec<char> = folded.chars().collect();
        let phrase: Vec<char> = fold(phrase).trim().chars().collect();
        let get = |at: usize| text.get(at).copied();
        let ends = |left: Option<char>, right: Option<char>| match (left, right) {
            (Some(left), Some(right)) => {
                !is_of_word(left) || !is_of_word(right) || is_unspaced(left) || is_unspaced(right)
            }
            _ => true,
        };
        let is_at = |at: usize| {
            let end = at + phrase.len();
            let is_korean = get(end - 1).is_some_and(is_hangul) && get(end).is_some_and(is_hangul);
            text[at..].starts_with(&phrase)
                && ends(at.checked_sub(1).and_then(get), get(at))
                && (ends(get(end - 1), get(end)) || is_korean)
        };
        phrase.is_empty() || (0..text.len()).any(is_at)
    }

    proptest! {
        #[test]
        fn phrases_agree_with_a_naive_search(
            text in "[aàbB1 \\-'\n漢カ\u{3099}가각\u{94d}पﬁΣ]{0,30}|\\PC{0,20}",
            phrase in "[ab1 'カガ가漢प]{0,3}|\\PC{0,2}",
            at in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let folded = fold(&text);
            let letters: Vec<char> = folded.chars().collect();
            let (one, other) = (at.0.index(letters.len() + 1), at.1.index(letters.len() + 1));
            let part: String = letters[one.min(other)..one.max(other)].iter().collect();
            for phrase in [phrase.as_str(), part.as_str()] {
                prop_assert_eq!(Phrase::new(phrase).is_in(&folded), has_naively(&folded, phrase), "{:?}", phrase);
            }
        }
    }
}
