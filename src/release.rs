//! Plain data: a release, its date, and the problems found while reading it.
//!
//! Nothing here reads, draws or decides. Every text has passed [`crate::text::sanitise`].

pub mod address;
mod custom_field;
mod date;
pub mod identity;
mod link;
mod problem;
mod problems;
mod query_field;
mod span;
pub mod wording;

pub use custom_field::{CustomField, FieldName};
pub use date::{Date, Precision, YEARS};
pub use identity::Identity;
pub use link::{Link, LinkKind};
pub use problem::{Cause, Problem, ProblemGroup, ProblemKind};
pub use problems::{Problems, SourceProblems};
pub use query_field::{FIELDS, misspelt_field};
pub use span::{Span, Style, indented};

use crate::text::CleanBuf;

/// One item of a feed. Readers reuse one value for all items (see [`Release::clear`]), so that a million items do not
/// cost an allocation each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// The feed's id of the item; empty if it has none.
    pub id: CleanBuf,
    /// The unchanged id of the feed, if `id` differs from it in white space.
    pub guid: String,
    /// One line.
    pub title: CleanBuf,
    /// Plain text; `\n` separates paragraphs.
    pub summary: CleanBuf,
    /// The formatting and structure of the summary; usually empty.
    pub summary_spans: Vec<Span>,
    /// The full text if the feed gives one as well as a summary, otherwise empty.
    pub body: CleanBuf,
    /// The formatting and structure of the body.
    pub body_spans: Vec<Span>,
    /// In the feed's order, without duplicates; one line each.
    pub topics: Vec<CleanBuf>,
    /// One line; empty if unknown.
    pub place: CleanBuf,
    /// Names joined by `, `; empty if unknown.
    pub author: CleanBuf,
    /// `None` if unknown.
    pub date: Option<Date>,
    /// An absolute http or https address; empty if there is none.
    pub url: CleanBuf,
    /// When the linked page was fetched, in seconds since 1970, if the body is the text of that page.
    pub page: Option<i64>,
    /// Other addresses in the texts or the feed, without duplicates.
    pub links: Vec<Link>,
    /// The labels that the user gives it at a sync server, one line each; a feed has none.
    pub labels: Vec<CleanBuf>,
    /// The language as a tag in lower case, such as `pt-br`; empty if unknown.
    pub language: CleanBuf,
    /// Values of fields that tidings does not know, in the feed's order; a field with several values stands several
    /// times.
    pub fields: Vec<CustomField>,
}

impl Release {
    /// Clears every field but keeps the buffers.
    pub fn clear(&mut self) {
        self.id.clear();
        self.guid.clear();
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
        self.labels.clear();
        self.language.clear();
        self.fields.clear();
    }

    /// Replaces the feed's text with that of the linked page, `fetched` in seconds since 1970. Only the body and the
    /// links of `page` are used.
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
