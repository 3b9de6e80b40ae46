//! Addresses that belong to a release, other than its own.

use crate::text::CleanBuf;

/// An address with its label and media type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Where the link comes from.
    pub kind: LinkKind,
    /// One line: the link text or the title of an enclosure; may be empty.
    pub label: CleanBuf,
    /// An absolute http or https address.
    pub address: CleanBuf,
    /// The media type of an enclosure, such as `audio/mpeg`; empty if unknown.
    pub media: CleanBuf,
    /// The size of an enclosure in bytes, if the feed gives it.
    pub bytes: Option<u64>,
}

/// Where a link comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// The text.
    #[default]
    Text,
    /// The feed, as an attachment: audio, video, a document.
    Enclosure,
    /// The feed, as a related page.
    Related,
    /// The feed, as the page where the release is discussed.
    Comments,
    /// The first picture of a text, or one that the feed names. If no part of the text leads to it, it is not listed.
    Picture,
}
