//! Lists of subscriptions in OPML: bytes in, subscriptions out, and back.
//!
//! Such lists are written by hand, and by programs with little regard for XML. A broken outline costs only that
//! outline, and of a list that is cut off, the outlines before are kept. Nothing is fetched and nothing in a list is
//! executed: an outline that includes another list is reported and left out, and so is every address that is neither
//! http nor https. Source: opml.org/spec2.opml. Nothing here opens files.

mod attributes;
mod outline;
mod read;
mod write;

use std::io;

use crate::text::{CleanBuf, system_error};

pub use read::{read, read_within};
pub use write::write;

/// A subscription to a feed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OpmlEntry {
    /// One line, never empty.
    pub title: CleanBuf,
    /// The address of the feed: http or https.
    pub address: CleanBuf,
    /// The address of the feed's site; empty if unknown.
    pub site: CleanBuf,
    /// The categories that contain it, outermost first.
    pub categories: Vec<CleanBuf>,
}

impl OpmlEntry {
    /// Returns the key that is equal for subscriptions to the same feed.
    #[must_use]
    pub fn key(&self) -> String {
        url::Url::parse(self.address.as_str()).map_or_else(|_| self.address.to_string(), String::from)
    }
}

/// An outline that names something and was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its address as written.
    pub address: CleanBuf,
    /// Why, in words.
    pub reason: &'static str,
}

/// The content of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// In the order of the list, each address once.
    pub subscriptions: Vec<OpmlEntry>,
    /// The number of subscriptions whose address occurred before.
    pub repeated: usize,
    /// The outlines that were left out.
    pub left_out: Vec<LeftOut>,
    /// Other problems, in words.
    pub problems: Vec<CleanBuf>,
}

/// Why a source is not a list of subscriptions. Each message follows the name of the source and a colon.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The source could not be read.
    #[error("cannot read: {}", system_error(.0))]
    Io(#[from] io::Error),
    /// The source is empty or contains only white space.
    #[error("empty; expected a list of subscriptions (OPML)")]
    Empty,
    /// The source is a feed, not a list of feeds.
    #[error("a feed, not a list of subscriptions; tidings can open it directly")]
    Feed,
    /// The source is in another format.
    #[error("not a list of subscriptions: {found}; expected OPML")]
    Other {
        /// What it is: "found a PNG image".
        found: CleanBuf,
    },
}
