//! A typeset line of a release.

use std::ops::Range;

/// The kind of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The topics, separated by [`TOPIC_PARTS`](super::TOPIC_PARTS).
    Topic,
    /// The title.
    Title,
    /// Date, place, source, author.
    Meta,
    /// The running text.
    Body,
    /// The heading of the links or of the similar releases.
    Heading,
    /// An address.
    Link,
    /// The label of the address below.
    Label,
    /// What can be said about the picture, or a row that the picture covers.
    Picture,
    /// The title of a similar release.
    Similar,
    /// Only a prefix.
    #[default]
    Blank,
}

/// A line: a range of the page's text, with a prefix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its kind.
    pub kind: Kind,
    /// The prefix: bar of a quote, marker of an item, date or blanks.
    pub lead: String,
    /// Bytes of the page's text.
    pub range: Range<usize>,
    /// The index of the target that it links to.
    pub target: Option<usize>,
    /// Whether the text is cut off at the end of the line.
    pub is_cut: bool,
    /// Whether its paragraph is written from right to left. It then stands at the right, with its prefix after it.
    pub is_right_to_left: bool,
}

impl Line {
    /// Returns the prefix as it stands after right-to-left text: its parts from right to left.
    #[must_use]
    pub fn mirrored_lead(&self) -> String {
        self.lead.split_inclusive(' ').rev().flat_map(|part| [" ", part.trim_end()]).collect()
    }
}
