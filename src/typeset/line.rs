//! A line of a release as it is set.

use std::ops::Range;

/// What a line of the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The topics, parted by [`TOPIC_PARTS`](super::TOPIC_PARTS).
    Topic,
    /// The title.
    Title,
    /// Date, place, source, author.
    Meta,
    /// The running text.
    Body,
    /// The heading of the links, or of the releases like this one.
    Heading,
    /// An address.
    Link,
    /// What the address below is called.
    Label,
    /// The title of a release that is like this one.
    Similar,
    /// Nothing but what stands before it.
    #[default]
    Blank,
}

/// A line: a range of the page's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// What stands before the text: the bar of a quote, the mark of an item, a date, blanks.
    pub lead: String,
    /// Bytes of the page's text.
    pub range: Range<usize>,
    /// Where it leads: its place among the page's targets.
    pub target: Option<usize>,
    /// Whether the text goes on where the line ends.
    pub is_cut: bool,
}
