//! Plain data: a release, its date, and what was wrong with one that could not be read.
//!
//! Nothing here reads, draws or decides; every text has passed [`crate::text::sanitise`].

pub mod address;
mod date;
pub mod identity;
mod link;
mod problem;
mod problems;
mod span;

pub use date::{Date, Precision, YEARS};
pub use identity::Identity;
pub use link::{Link, LinkKind};
pub use problem::{Cause, Problem, ProblemKind};
pub use problems::{Problems, SourceProblems};
pub use span::{Span, Style, indented};

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
    /// How parts of the summary look and belong together; mostly none.
    pub summary_spans: Vec<Span>,
    /// The full text where the feed gives one beside the summary, else empty.
    pub body: CleanBuf,
    /// As of the summary.
    pub body_spans: Vec<Span>,
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
    /// When the page behind the link was fetched, in seconds since 1970, where its text stands in for the feed's.
    pub page: Option<i64>,
    /// Other addresses, none repeated, that the texts or the feed name.
    pub links: Vec<Link>,
}

impl Release {
    /// Empties every field and keeps the buffers.
    pub fn clear(&mut self) {
        self.id.clear();
        self.title.clear();
        self.summary.clear();
        self.summary_spans.clear();
        self.body.clear();
        self.body_spans.clear();
        self.topics.clear();
        self.place.clear();
        self.author.clear();
        self.date = None;
        self.url.clear();
        self.page = None;
        self.links.clear();
    }

    /// Shows the text of the page behind the link, `fetched` in seconds since 1970, instead of what the feed gives. Of
    /// the page count its body and links.
    pub fn take_page(&mut self, mut page: Self, fetched: i64) {
        let before = self.links.len();
        let number = |number: u16| u16::try_from(usize::from(number) + before).ok();
        page.body_spans.retain_mut(|span| match span.style {
            Style::Link(link) => number(link).is_some_and(|link| {
                span.style = Style::Link(link);
                true
            }),
            _ => true,
        });
        self.links.append(&mut page.links);
        self.links.truncate(usize::from(u16::MAX) + 1);
        self.summary.clear();
        self.summary_spans.clear();
        (self.body, self.body_spans) = (page.body, page.body_spans);
        self.page = Some(fetched);
    }
}
