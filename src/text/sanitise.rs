//! Text that came from outside, made safe to print, and the types that say so.
//!
//! Clean text holds visible characters, single blanks (U+0020 and no other) and, in a block,
//! `\n`. Its lines neither begin nor end with a blank, and an empty line stands only between two
//! others. A grapheme cluster has at most 32 bytes and one or two columns (a syllable of a Brahmic
//! script may have more), so no mark stands without a base. Dropped are: escape sequences whole,
//! controls, bidi and other invisible format characters, private and unassigned characters.
//! Joiners and emoji selectors stay where they have something to join or to select.
//!
//! All of that holds for each text pushed; [`CleanBuf`] appends, and looks at no seam.

mod escape;
mod writer;

use std::borrow::Borrow;
use std::fmt;

use writer::Layout;

/// Borrowed text that holds nothing a terminal would act on. Only this module makes one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clean<'a>(&'a str);

/// Owned [`Clean`] text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CleanBuf(String);

impl<'a> Clean<'a> {
    /// The text.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The part between two byte positions; `None` where they are not character boundaries.
    #[must_use]
    pub fn get(self, range: std::ops::Range<usize>) -> Option<Clean<'a>> {
        self.0.get(range).map(Clean)
    }

    /// An owned copy.
    #[must_use]
    pub fn to_buf(self) -> CleanBuf {
        CleanBuf(self.0.to_owned())
    }
}

impl CleanBuf {
    /// One line: see [`CleanBuf::push_line`].
    #[must_use]
    pub fn line(raw: &str) -> Self {
        let mut buf = Self::default();
        buf.push_line(raw);
        buf
    }

    /// Several lines: see [`CleanBuf::push_block`].
    #[must_use]
    pub fn block(raw: &str) -> Self {
        let mut buf = Self::default();
        buf.push_block(raw);
        buf
    }

    /// Appends raw text as one line: white space and line breaks become single blanks.
    pub fn push_line(&mut self, raw: &str) {
        writer::write(&mut self.0, raw, Layout::Line);
    }

    /// Appends raw text, line breaks kept: lines end in `\n`, an empty line parts paragraphs.
    pub fn push_block(&mut self, raw: &str) {
        writer::write(&mut self.0, raw, Layout::Block);
    }

    /// As [`CleanBuf::push_block`], and tells where places of the raw text came to stand. `places` are ascending
    /// positions on character boundaries of `raw`; each becomes one of this buffer's text: the end of what was kept
    /// before it. White space next to it may stand on either side.
    pub fn push_block_mapped(&mut self, raw: &str, places: &mut [usize]) {
        writer::write_mapped(&mut self.0, raw, Layout::Block, places);
    }

    /// Appends a text of the program's own, such as what stands between two names.
    pub fn push_own(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// Appends what was typed or pasted into a line: blanks at its ends stay, since more may follow.
    pub fn push_typed(&mut self, raw: &str) {
        if raw.starts_with(char::is_whitespace) {
            self.0.push(' ');
        }
        self.push_line(raw);
        if raw.ends_with(char::is_whitespace) && !raw.trim().is_empty() {
            self.0.push(' ');
        }
    }

    /// Gives back what the buffer holds beyond its content.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Appends text that is clean already.
    pub fn push_clean(&mut self, text: Clean<'_>) {
        self.0.push_str(text.0);
    }

    /// Cuts it back to a length that it had before.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Empties it and keeps the buffer.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The text as the borrowed type.
    #[must_use]
    pub fn as_clean(&self) -> Clean<'_> {
        Clean(&self.0)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A map keyed by clean text can be asked with any text.
impl Borrow<str> for CleanBuf {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Clean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for CleanBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn telling_places_changes_nothing(
            parts in prop::collection::vec("[a-c é漢\n\t\u{7}\u{301}\u{200d}👩\u{fe0f}क\u{94d}ष]{0,4}|\u{1b}\\[[0-9]m| {0,20}[a-z ]{20}", 0..20),
        ) {
            let raw = parts.concat();
            let mut places: Vec<usize> =
                parts.iter().scan(0, |at, part| { *at += part.len(); Some(*at) }).collect();
            let mut text = CleanBuf::line("before");
            text.push_block_mapped(&raw, &mut places);
            let alone = CleanBuf::block(&raw);
            prop_assert_eq!(text.as_str().strip_prefix("before"), Some(alone.as_str()));
            prop_assert!(places.is_sorted() && places.iter().all(|&at| text.as_str().is_char_boundary(at)));
            prop_assert!(places.iter().all(|&at| at >= "before".len()));
            prop_assert!(places.last().is_none_or(|&at| at == text.as_str().len()));
        }
    }
}
