//! Plain data: a release, its date, and what was wrong with one that could not be read.
//!
//! Nothing here reads, draws or decides; every text has passed [`crate::text::sanitise`].

mod date;
pub mod identity;
mod problem;

pub use date::{Date, Precision};
pub use identity::Identity;
pub use problem::{Problem, ProblemKind};

use crate::text::CleanBuf;

/// One item of a feed as its reader hands it over. Readers reuse one value for all items
/// (see [`Release::clear`]), so that a million items cost no allocation each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// What the feed calls it; empty where the feed gives none.
    pub id: CleanBuf,
    /// One line.
    pub title: CleanBuf,
    /// Plain text; paragraphs are parted by `\n`.
    pub summary: CleanBuf,
    /// The full text where the feed gives one beside the summary, else empty.
    pub body: CleanBuf,
    /// In the feed's order, none repeated; one line each.
    pub topics: Vec<CleanBuf>,
    /// One line; empty where unknown.
    pub place: CleanBuf,
    /// Names joined by `, `; empty where unknown.
    pub author: CleanBuf,
    /// `None` where unknown.
    pub date: Option<Date>,
    /// An absolute http or https address; empty where there is none.
    pub url: CleanBuf,
}

impl Release {
    /// Empties every field and keeps the buffers.
    pub fn clear(&mut self) {
        self.id.clear();
        self.title.clear();
        self.summary.clear();
        self.body.clear();
        self.topics.clear();
        self.place.clear();
        self.author.clear();
        self.date = None;
        self.url.clear();
    }
}
