//! Makes text from outside safe to print; the types prove that this was done.
//!
//! Clean text consists of visible characters, single spaces (only U+0020) and, in a block, `\n`. Lines do not begin or
//! end with a space, and an empty line stands only between two other lines. A grapheme cluster has at most 32 bytes and
//! one or two columns (syllables of Brahmic scripts may be wider), so that no mark stands without a base. Dropped are:
//! whole escape sequences, controls, bidi and other invisible format characters, private-use and unassigned characters.
//! Joiners and emoji selectors stay where they have something to join or select.
//!
//! This holds for each text that is pushed. [`CleanBuf`] appends without looking at the seam.

mod escape;
mod writer;

use std::borrow::Borrow;
use std::fmt;

use writer::Layout;

/// Borrowed text that contains nothing a terminal would act on. Only this module can make one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clean<'a>(&'a str);

/// Owned [`Clean`] text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CleanBuf(String);

impl<'a> Clean<'a> {
    /// Returns the text.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns the part between two byte positions, or `None` if they are not character boundaries.
    #[must_use]
    pub fn get(self, range: std::ops::Range<usize>) -> Option<Clean<'a>> {
        self.0.get(range).map(Clean)
    }

    /// Returns an owned copy.
    #[must_use]
    pub fn to_buf(self) -> CleanBuf {
        CleanBuf(self.0.to_owned())
    }
}

impl CleanBuf {
    /// Makes an empty text with room for this many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Takes a text that was clean before it was stored.
    pub(in crate::text) fn restored(text: String) -> Self {
        Self(text)
    }

    /// Makes one line: see [`CleanBuf::push_line`].
    #[must_use]
    pub fn line(raw: &str) -> Self {
        let mut buf = Self::default();
        buf.push_line(raw);
        buf
    }

    /// Makes a block of several lines: see [`CleanBuf::push_block`].
    #[must_use]
    pub fn block(raw: &str) -> Self {
        let mut buf = Self::default();
        buf.push_block(raw);
        buf
    }

    /// Appends raw text as one line: white space and line breaks become single spaces.
    pub fn push_line(&mut self, raw: &str) {
        writer::write(&mut self.0, raw, Layout::Line);
    }

    /// Appends raw text with its line breaks: lines end in `\n`, an empty line separates paragraphs.
    pub fn push_block(&mut self, raw: &str) {
        writer::write(&mut self.0, raw, Layout::Block);
    }

    /// Like [`CleanBuf::push_block`], but also maps positions. `places` are ascending positions on character boundaries
    /// of `raw`; each is replaced by its position in this buffer: the end of what was kept before it. White space next
    /// to a position may end up on either side.
    pub fn push_block_mapped(&mut self, raw: &str, places: &mut [usize]) {
        writer::write_mapped(&mut self.0, raw, Layout::Block, places);
    }

    /// Appends a literal of the program, such as a separator between two names.
    pub fn push_own(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// Appends typed or pasted text to a line. Spaces at the ends stay, because more may follow.
    pub fn push_typed(&mut self, raw: &str) {
        if raw.starts_with(char::is_whitespace) {
            self.0.push(' ');
        }
        self.push_line(raw);
        if raw.ends_with(char::is_whitespace) && !raw.trim().is_empty() {
            self.0.push(' ');
        }
    }

    /// Releases spare capacity.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Appends text that is already clean.
    pub fn push_clean(&mut self, text: Clean<'_>) {
        self.0.push_str(text.0);
    }

    /// Truncates to a length that the text had before.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Clears the text but keeps the buffer.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the text as the borrowed type.
    #[must_use]
    pub fn as_clean(&self) -> Clean<'_> {
        Clean(&self.0)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Allows looking up clean keys in a map with any text.
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
        fn mapping_positions_does_not_change_the_text(
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
