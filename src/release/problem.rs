//! What could not be read, and where.

use std::fmt;

use crate::text::CleanBuf;

/// What a [`Problem`] costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The document is malformed here: cut off, a stray comma, invalid UTF-8.
    Syntax,
    /// One item is well-formed but not a release: a number, or an object with neither text nor link.
    Item,
    /// One field was left out; the release remains.
    Field,
}

/// The cause of a [`Problem`]. Code decides by the cause; the reason is only for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The source ends too early. If the problem has an item, the source ends in it or before it.
    CutOff,
    /// Reading the source failed before its end.
    ReadFailed,
    /// Some bytes are invalid in the source's character set.
    NotUtf8,
    /// A syntax error that could be repaired without guessing.
    Mended,
    /// A comma is missing or superfluous.
    Comma,
    /// Any other syntax error.
    Malformed,
    /// The item has neither title nor text nor link, or is not an object.
    NoRelease,
    /// The item, or another value, is over the size limit.
    TooLarge,
    /// The item repeats an earlier one.
    Repeated,
    /// One file of several is not a feed.
    NotAFeed,
    /// The source is not in UTF-8.
    Encoding {
        /// Whether the encoding was detected because nothing declared it.
        is_guess: bool,
    },
    /// Data follows the end of the packed source.
    Trailing,
    /// A date could not be read.
    Date,
    /// A date is a placeholder for no date.
    Placeholder,
    /// An address cannot be opened.
    Link,
    /// A text was over the size limit and was cut.
    TextCut,
    /// A field has a value of the wrong type.
    FieldType,
    /// The item shares its name with another one, and was given a unique name.
    Renamed,
}

impl Cause {
    /// Returns what such a problem costs.
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

/// One problem of a source. The rest of the source was read anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file, or a stand-in such as `standard input`.
    pub source: CleanBuf,
    /// Index of the item in the source, from 0.
    pub item: Option<u64>,
    /// Byte position in the source, from 0.
    pub byte: Option<u64>,
    /// The cause.
    pub cause: Cause,
    /// The reason, in words.
    pub reason: CleanBuf,
}

impl Problem {
    /// Returns what the problem costs.
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
