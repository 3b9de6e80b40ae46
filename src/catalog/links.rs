//! The links of a chunk's releases; most releases have none.

use super::column::{Sparse, Texts};
use crate::release::{Link, LinkKind};
use crate::text::Clean;

/// A link of a release in the catalog: see [`Link`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkRef<'a> {
    /// The kind of link.
    pub kind: LinkKind,
    /// Its label; may be empty.
    pub label: Clean<'a>,
    /// An absolute http or https address.
    pub address: Clean<'a>,
    /// The media type of an enclosure; empty if unknown.
    pub media: Clean<'a>,
    /// The size of an enclosure in bytes.
    pub bytes: Option<u64>,
}

impl From<LinkRef<'_>> for Link {
    fn from(link: LinkRef<'_>) -> Self {
        let LinkRef { kind, label, address, media, bytes } = link;
        Self { kind, label: label.to_buf(), address: address.to_buf(), media: media.to_buf(), bytes }
    }
}

/// All links, concatenated.
#[derive(Debug, Default)]
pub struct Links {
    facts: Sparse<(LinkKind, Option<u64>)>,
    labels: Texts,
    addresses: Texts,
    media: Texts,
}

impl Links {
    /// Sets the links of row `at`; rows must come in order.
    pub fn push(&mut self, at: usize, links: &[Link]) {
        self.facts.push(at, links.iter().map(|link| (link.kind, link.bytes)));
        for link in links {
            self.labels.push(link.label.as_clean());
            self.addresses.push(link.address.as_clean());
            self.media.push(link.media.as_clean());
        }
    }

    /// The links of row `at`.
    pub fn get(&self, at: usize) -> impl ExactSizeIterator<Item = LinkRef<'_>> + use<'_> {
        let range = self.facts.range(at);
        std::iter::zip(self.facts.get(at), range).map(|(&(kind, bytes), at)| LinkRef {
            kind,
            label: self.labels.get(at),
            address: self.addresses.get(at),
            media: self.media.get(at),
            bytes,
        })
    }

    /// The number of bytes of text.
    pub fn bytes(&self) -> usize {
        self.labels.bytes() + self.addresses.bytes() + self.media.bytes()
    }

    /// Frees unused buffer capacity.
    pub fn shrink(&mut self) {
        self.facts.shrink();
        self.labels.shrink();
        self.addresses.shrink();
        self.media.shrink();
    }
}
