//! Texts of releases stored as search reads them, from which the original texts are restored.

use std::borrow::Cow;
use std::ops::Range;

use super::changes::{Writer, restore};
use super::fold_into;
use crate::text::{Clean, CleanBuf};

/// Separates the texts of a release; no word or phrase crosses it.
const TEXT_END: char = '\n';
/// Separates the releases.
const RELEASE_END: char = '\0';

/// The folded texts of releases, in one buffer for one scan, and what folding changed in all but the titles.
#[derive(Debug, Default)]
pub struct FoldedTexts {
    /// `title \n summary \n body \0` of each release, concatenated.
    text: String,
    /// The end of each release, after its end mark; ascending.
    ends: Vec<u32>,
    /// What folding changed in the summary and the body of each release, concatenated.
    changes: Vec<u8>,
    /// The end of the changes of each release.
    change_ends: Vec<u32>,
}

impl FoldedTexts {
    /// Makes an empty list with room for so many releases, bytes of folded text and bytes of changes.
    #[must_use]
    pub fn with_capacity(releases: usize, text: usize, changes: usize) -> Self {
        Self {
            text: String::with_capacity(text),
            ends: Vec::with_capacity(releases),
            changes: Vec::with_capacity(changes),
            change_ends: Vec::with_capacity(releases),
        }
    }

    /// Appends the texts of a release. The buffers must stay below 4 GiB.
    pub fn push(&mut self, title: Clean<'_>, summary: Clean<'_>, body: Clean<'_>) {
        fold_into(title.as_str(), &mut self.text);
        self.text.push(TEXT_END);
        let mut changes = Writer::new(&mut self.changes);
        changes.fold(summary.as_str(), &mut self.text);
        self.text.push(TEXT_END);
        changes.pass(TEXT_END.len_utf8());
        changes.fold(body.as_str(), &mut self.text);
        self.text.push(RELEASE_END);
        self.end_release();
    }

    /// Appends a release of another list.
    pub fn push_from(&mut self, other: &Self, at: usize) {
        self.text.push_str(other.of(at));
        self.changes.extend_from_slice(other.changes_of(at));
        self.end_release();
    }

    fn end_release(&mut self) {
        self.ends.push(self.text.len() as u32);
        self.change_ends.push(self.changes.len() as u32);
    }

    /// The number of releases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no releases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The folded texts of all releases.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The end of the texts of each release, after its end mark; ascending.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The bytes of what folding changed.
    #[must_use]
    pub fn change_bytes(&self) -> usize {
        self.changes.len()
    }

    /// The folded texts of one release; empty past the end.
    #[must_use]
    pub fn of(&self, at: usize) -> &str {
        self.text.get(range_of(&self.ends, at)).unwrap_or_default()
    }

    fn changes_of(&self, at: usize) -> &[u8] {
        self.changes.get(range_of(&self.change_ends, at)).unwrap_or_default()
    }

    /// The summary of a release; empty past the end.
    #[must_use]
    pub fn summary(&self, at: usize) -> StoredText<'_> {
        StoredText { texts: self, at, is_body: false }
    }

    /// The body of a release; empty past the end.
    #[must_use]
    pub fn body(&self, at: usize) -> StoredText<'_> {
        StoredText { is_body: true, ..self.summary(at) }
    }

    /// Frees unused buffer capacity.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.changes.shrink_to_fit();
        self.change_ends.shrink_to_fit();
    }
}

fn range_of(ends: &[u32], at: usize) -> Range<usize> {
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |&end| end as usize);
    start..ends.get(at).map_or(start, |&end| end as usize)
}

/// A summary or body in a list of folded texts.
#[derive(Debug, Clone, Copy)]
pub struct StoredText<'a> {
    // The text is restored only on demand, because most releases are identified without it.
    texts: &'a FoldedTexts,
    at: usize,
    is_body: bool,
}

impl<'a> StoredText<'a> {
    /// Returns the original text.
    #[must_use]
    pub fn to_buf(&self) -> CleanBuf {
        self.first(usize::MAX)
    }

    /// Returns the beginning of the original text: about `bytes` bytes, at least those.
    #[must_use]
    pub fn first(&self, bytes: usize) -> CleanBuf {
        let (texts, range) = self.place();
        CleanBuf::restored(restore(texts, range, self.texts.changes_of(self.at), bytes))
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.place().1.is_empty() && self.to_buf().is_empty()
    }

    /// The folded summary and body, and where this text is in them.
    fn place(&self) -> (&'a str, Range<usize>) {
        let texts = self.texts.of(self.at).split_once(TEXT_END).map_or("", |(_, texts)| texts);
        let texts = texts.strip_suffix(RELEASE_END).unwrap_or(texts);
        let end = texts.find(TEXT_END).unwrap_or(texts.len());
        let range = if self.is_body { (end + TEXT_END.len_utf8()).min(texts.len())..texts.len() } else { 0..end };
        (texts, range)
    }
}

/// A text in memory, or one that is restored when it is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Text<'a> {
    /// The text.
    Plain(Clean<'a>),
    /// A text in a list of folded ones.
    Stored(StoredText<'a>),
}

impl<'a> Text<'a> {
    /// Returns the text.
    #[must_use]
    pub fn to_str(self) -> Cow<'a, str> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text.as_str()),
            Self::Stored(text) => Cow::Owned(text.to_buf().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::fold;

    /// Stores releases, each with a title, a summary and a body, and asserts that nothing is lost.
    fn assert_kept(releases: &[[String; 3]]) {
        let mut texts = FoldedTexts::default();
        // The types stand for texts that have been cleaned; storing does not depend on it.
        let raw = |text: &str| CleanBuf::restored(text.replace('\0', ""));
        for release in releases {
            let [title, summary, body] = release.each_ref().map(|text| raw(text));
            texts.push(title.as_clean(), summary.as_clean(), body.as_clean());
        }
        let mut copied = FoldedTexts::default();
        (0..texts.len()).for_each(|at| copied.push_from(&texts, at));
        for texts in [&texts, &copied] {
            for (at, release) in releases.iter().enumerate() {
                let [title, summary, body] = release.each_ref().map(|text| raw(text));
                assert_eq!(texts.summary(at).to_buf(), summary);
                assert_eq!(texts.body(at).to_buf(), body);
                assert_eq!(
                    (texts.summary(at).is_empty(), texts.body(at).is_empty()),
                    (summary.is_empty(), body.is_empty())
                );
                let folded = [&title, &summary, &body].map(|text| fold(text.as_str()));
                assert_eq!(texts.of(at), format!("{}\n{}\n{}\0", folded[0], folded[1], folded[2]));
                for most in [0, 1, 5, 40] {
                    for (text, whole) in [(texts.summary(at), &summary), (texts.body(at), &body)] {
                        let first = text.first(most);
                        assert!(whole.as_str().starts_with(first.as_str()), "{first:?} of {whole:?}");
                        assert!(first.as_str().len() >= most.min(whole.as_str().len()));
                    }
                }
            }
        }
        assert_eq!((texts.of(releases.len()), texts.body(releases.len()).to_buf()), ("", CleanBuf::default()));
        let bytes: usize = releases.iter().flat_map(|texts| texts[1..].iter()).map(String::len).sum();
        assert!(texts.change_bytes() <= bytes + 32 * releases.len(), "{} for {bytes}", texts.change_bytes());
    }

    proptest! {
        #[test]
        fn any_text_is_restored(
            releases in prop::collection::vec(
                [
                    "\\PC{0,40}|(?s).{0,40}",
                    "\\PC{0,300}|(?s).{0,300}|([A-Z]?[a-zéÜ’]{0,8} {1,2}){0,200}",
                    "[か\u{3099}カ\u{FF76}\u{FF9E}\u{1100}\u{1161}\u{11A8}\u{AC00}\u{0301}e\u{09BC}\u{0995}\u{20D2}\u{302A}\u{1CD4}\u{0F71}\u{0F72} A\n`\u{AD}]{0,60}",
                ],
                0..5,
            ),
        ) {
            assert_kept(&releases);
        }

        #[test]
        fn a_text_of_any_bytes_that_are_characters_is_restored(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert_kept(&[["Title".to_owned(), text.clone(), text]]);
        }
    }

    #[test]
    fn long_distances_and_texts_that_change_everywhere_are_restored() {
        let long = |gap: usize| format!("A{}B{}É", "a".repeat(gap), "漢".repeat(gap));
        let texts: Vec<String> = (0..130).chain([252, 253, 254, 255, 20_000]).map(long).collect();
        for text in texts.iter().chain(&["ÀÉ".repeat(3_000), "`a".repeat(500), "SHOUTING ".repeat(99)]) {
            assert_kept(&[
                ["T".to_owned(), text.clone(), String::new()],
                ["T".to_owned(), String::new(), text.clone()],
            ]);
        }
    }

    #[test]
    fn an_english_text_takes_little_more_than_its_folded_form() {
        let text = "The ministers for water met in Berne on Tuesday. They agreed on common rules for the rivers.\n\n";
        let text = CleanBuf::block(&text.repeat(10));
        let mut texts = FoldedTexts::default();
        texts.push(Clean::default(), text.as_clean(), Clean::default());
        assert!(texts.change_bytes() * 10 < text.as_str().len(), "{}", texts.change_bytes());
    }
}
