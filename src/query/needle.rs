//! The words and phrases of a query that are highlighted in its hits.

use std::ops::Range;

use memchr::memmem;

use super::phrase::is_whole;
use crate::text::{find_first_folded, find_folded_where};

/// A folded word or phrase, which is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    text: String,
    /// Whether it must begin and end at word boundaries.
    is_whole: bool,
}

impl Needle {
    /// A folded text that is found also within words; `None` if it is empty.
    #[must_use]
    pub fn anywhere(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self { text, is_whole: false })
    }

    /// A folded phrase of whole words, as `word:` finds it; `None` if it is empty.
    #[must_use]
    pub fn whole(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self { text, is_whole: true })
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the first occurrence in a folded text.
    #[must_use]
    pub fn find(&self, folded: &str) -> Option<Range<usize>> {
        let mut from = 0;
        loop {
            let start = from + memmem::find(folded.as_bytes().get(from..)?, self.text.as_bytes())?;
            let found = start..start + self.text.len();
            if self.accepts(folded, &found) {
                return Some(found);
            }
            // Occurrences may overlap.
            from = start + 1;
        }
    }

    /// Whether a folded text contains it.
    #[must_use]
    pub fn is_in(&self, folded: &str) -> bool {
        self.find(folded).is_some()
    }

    /// Returns the occurrences in a text that is not folded: byte ranges of whole graphemes, in order and without overlap.
    #[must_use]
    pub fn matches(&self, text: &str) -> Vec<Range<usize>> {
        find_folded_where(text, &self.text, |folded, found| self.accepts(folded, found))
    }

    /// Returns the first occurrence in a text that is not folded. The text may be long.
    #[must_use]
    pub fn first_match(&self, text: &str) -> Option<Range<usize>> {
        find_first_folded(text, &self.text, |folded, found| self.accepts(folded, found))
    }

    fn accepts(&self, folded: &str, found: &Range<usize>) -> bool {
        !self.is_whole || is_whole(folded, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    fn shown(needle: Option<Needle>, text: &str) -> Vec<&str> {
        let needle = needle.expect("a needle");
        let found = needle.matches(text);
        assert_eq!(needle.first_match(text), found.first().cloned(), "{text}");
        assert_eq!(needle.is_in(&fold(text)), !found.is_empty(), "{text}");
        found.into_iter().map(|found| text.get(found).expect("whole characters")).collect()
    }

    #[test]
    fn a_phrase_of_whole_words_is_not_found_in_longer_words() {
        for (text, phrase, expected) in [
            ("Art, part and ARTIST: the art", "art", &["Art", "art"][..]),
            ("Tax: xa a a", "a a", &["a a"]),
            ("L'Écluse et les écluses", "ecluse", &["Écluse"]),
            ("中国经济", "国经", &["国经"]),
            ("마스크를 공적마스크", "마스크", &["마스크"]),
            ("partial", "art", &[]),
        ] {
            assert_eq!(shown(Needle::whole(fold(phrase)), text), expected, "{text}");
        }
        assert_eq!(shown(Needle::anywhere("art".to_owned()), "Art, part"), ["Art", "art"]);
        assert_eq!((Needle::whole(String::new()), Needle::anywhere(String::new())), (None, None));
    }

    #[test]
    fn a_whole_word_far_into_a_text_is_found_where_it_is() {
        let text = "partial ".repeat(3_000) + "art";
        assert_eq!(shown(Needle::whole("art".to_owned()), &text), ["art"]);
    }
}
