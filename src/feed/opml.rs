//! Lists of subscriptions in OPML: bytes in, subscriptions out, and back.
//!
//! Such lists are written by hand and by programs that know little of XML. What is wrong with one outline costs that
//! outline, of a list that is cut off what came before is taken. Nothing is fetched and nothing in a list runs: what
//! includes another list is named and left out, as is every address that is neither http nor https.
//! Source: opml.org/spec2.opml. Nothing here opens files.

mod attributes;
mod read;
mod write;

use std::io;

use crate::text::CleanBuf;

pub use read::{read, read_within};
pub use write::write;

/// A feed that the user follows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OpmlEntry {
    /// One line, never empty.
    pub title: CleanBuf,
    /// The address of the feed: http or https.
    pub address: CleanBuf,
    /// The address of the site behind it; empty where unknown.
    pub site: CleanBuf,
    /// The categories that it lies in, from the outermost.
    pub categories: Vec<CleanBuf>,
}

impl OpmlEntry {
    /// What two subscriptions to the same feed have in common.
    #[must_use]
    pub fn key(&self) -> String {
        url::Url::parse(self.address.as_str()).map_or_else(|_| self.address.to_string(), String::from)
    }
}

/// An outline that names something and was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its address as written.
    pub address: CleanBuf,
    /// Why, in words.
    pub reason: &'static str,
}

/// What a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// In the order of the list, each address once.
    pub subscriptions: Vec<OpmlEntry>,
    /// How many subscriptions named an address that stood before.
    pub repeated: usize,
    /// What was named and not taken.
    pub left_out: Vec<LeftOut>,
    /// What else was wrong, in words.
    pub problems: Vec<CleanBuf>,
}

/// Why a source is no list of subscriptions. The texts begin in the middle of a sentence: the source's name goes
/// before them.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is nothing, or only blanks.
    #[error("is empty; expected a list of subscriptions (OPML)")]
    Empty,
    /// It is a feed, not a list of them.
    #[error("is a feed and no list of subscriptions; tidings opens it as it is")]
    Feed,
    /// It is something else.
    #[error("is no list of subscriptions: {found}; expected OPML")]
    Other {
        /// What it is: "found a PNG image".
        found: CleanBuf,
    },
}
