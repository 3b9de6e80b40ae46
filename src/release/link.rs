//! Addresses that belong to a release beside its own.

use crate::text::CleanBuf;

/// An address, what it is called and what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// What leads to it.
    pub kind: LinkKind,
    /// One line: the text of the link, the title of an enclosure; may be empty.
    pub label: CleanBuf,
    /// An absolute http or https address.
    pub address: CleanBuf,
    /// The media type of an enclosure, such as `audio/mpeg`; empty where unknown.
    pub media: CleanBuf,
    /// The size of an enclosure in bytes, where it is told.
    pub bytes: Option<u64>,
}

/// What leads to a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// The text.
    #[default]
    Text,
    /// The feed, as something that comes with the release: a sound, a film, a document.
    Enclosure,
    /// The feed, as something of the same matter.
    Related,
    /// The feed, as the place where people discuss the release.
    Comments,
}
