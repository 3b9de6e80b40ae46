//! Text that came from outside, made safe to print, and the types that say so.

use std::fmt;

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

    /// Appends raw text as one line.
    pub fn push_line(&mut self, raw: &str) {
        self.0.extend(raw.chars().filter(|c| !c.is_control()));
    }

    /// Appends raw text, line breaks kept.
    pub fn push_block(&mut self, raw: &str) {
        self.0.extend(raw.chars().filter(|&c| c == '\n' || !c.is_control()));
    }

    /// Appends text that is clean already.
    pub fn push_clean(&mut self, text: Clean<'_>) {
        self.0.push_str(text.0);
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
