//! The bytes of a body, in pieces that are freed as they are read.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::room::Share;

/// The size of a piece, and of one read.
pub(super) const STEP: usize = 1 << 16;

/// A complete body. Reading it frees what was read.
#[derive(Debug, Default)]
pub struct Bytes {
    pieces: VecDeque<Vec<u8>>,
    /// How much of the first chunk was read.
    read: usize,
    pub(super) share: Option<Share>,
}

impl Bytes {
    /// Returns the first unread bytes: 64 KiB, or all of them.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.pieces.front().and_then(|piece| piece.get(self.read..)).unwrap_or_default()
    }

    /// Returns all unread bytes as one vector.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = self.head().to_vec();
        self.pieces.iter().skip(1).for_each(|piece| all.extend_from_slice(piece));
        all
    }

    /// Whether it is large enough to hold a share of the room.
    #[must_use]
    pub fn has_share(&self) -> bool {
        self.share.is_some()
    }

    /// Takes the body's share of the room, to be held as long as the data parsed from it.
    pub fn take_share(&mut self) -> Option<Share> {
        self.share.take()
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while !bytes.is_empty() {
            if self.pieces.back().is_none_or(|piece| piece.len() == STEP) {
                self.pieces.push_back(Vec::with_capacity(STEP));
            }
            let Some(piece) = self.pieces.back_mut() else { return };
            let (now, later) = bytes.split_at(bytes.len().min(STEP - piece.len()));
            piece.extend_from_slice(now);
            bytes = later;
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        let mut all = Self::default();
        all.push(bytes);
        all
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self.to_vec() == other.to_vec()
    }
}

impl Eq for Bytes {}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.head().read(out)?;
        self.read += read;
        if self.pieces.front().is_some_and(|piece| piece.len() == self.read) {
            self.pieces.pop_front();
            self.read = 0;
        }
        Ok(read)
    }
}
