//! What could not be read, and where.

use std::fmt;

use crate::text::CleanBuf;

/// How much a [`Problem`] costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The document breaks its own format here (cut off, a stray comma, bad UTF-8).
    Syntax,
    /// One item is well-formed and yet no release (a number, an object with neither text nor link).
    Item,
    /// One field was left out; the release stands.
    Field,
}

/// What sort of fault a [`Problem`] is. Code decides by this; the words of a problem are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The source ends before it is complete. A problem with an item names the one that it ends in or before.
    CutOff,
    /// Reading the source failed before its end.
    ReadFailed,
    /// Bytes are not in the source's character set.
    NotUtf8,
    /// The format was broken in a way that could be repaired without guessing.
    Mended,
    /// A comma is missing, or there is one too many.
    Comma,
    /// The format is broken in some other way.
    Malformed,
    /// The item has neither title nor text nor link, or is no object at all.
    NoRelease,
    /// The item, or another value, is larger than is kept.
    TooLarge,
    /// The item repeats an earlier one.
    Repeated,
    /// A file among others is no feed.
    NotAFeed,
    /// The source is not in UTF-8.
    Encoding {
        /// Whether nothing named the encoding that was used, so that it was detected.
        is_guess: bool,
    },
    /// Something follows the end of the packed source.
    Trailing,
    /// A date could not be read.
    Date,
    /// A date is what a program writes where it has none.
    Placeholder,
    /// An address cannot be opened.
    Link,
    /// A text was longer than is kept.
    TextCut,
    /// A field holds a value of the wrong type.
    FieldType,
    /// The item has the name of another one, and was given a name of its own.
    Renamed,
}

impl Cause {
    /// How much such a fault costs.
    #[must_use]
    pub fn kind(self) -> ProblemKind {
        match self {
            Self::CutOff | Self::ReadFailed | Self::NotUtf8 | Self::Mended | Self::Comma | Self::Malformed => {
                ProblemKind::Syntax
            }
            Self::NoRelease | Self::TooLarge | Self::Repeated | Self::NotAFeed => ProblemKind::Item,
            Self::Encoding { .. }
            | Self::Trailing
            | Self::Date
            | Self::Placeholder
            | Self::Link
            | Self::TextCut
            | Self::FieldType
            | Self::Renamed => ProblemKind::Field,
        }
    }
}

/// One thing that was wrong with a source. The rest of the source was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name, or what stands for it (`standard input`).
    pub source: CleanBuf,
    /// Index of the item in the source, from 0.
    pub item: Option<u64>,
    /// Byte position in the source, from 0.
    pub byte: Option<u64>,
    /// What sort of fault it is.
    pub cause: Cause,
    /// What was wrong, in words.
    pub reason: CleanBuf,
}

impl Problem {
    /// What it cost.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.cause.kind()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source.as_str())?;
        if let Some(item) = self.item {
            write!(f, ", item {item}")?;
        }
        if let Some(byte) = self.byte {
            write!(f, ", byte {byte}")?;
        }
        write!(f, ": {}", self.reason.as_str())
    }
}
