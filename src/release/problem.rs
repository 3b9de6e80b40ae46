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

/// One thing that was wrong with a source. The rest of the source was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name, or what stands for it (`standard input`).
    pub source: CleanBuf,
    /// Index of the item in the source, from 0.
    pub item: Option<u64>,
    /// Byte position in the source, from 0.
    pub byte: Option<u64>,
    /// What it cost.
    pub kind: ProblemKind,
    /// What was wrong, in words.
    pub reason: CleanBuf,
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
