//! The index of a release.

/// The index of a release in a catalog, and in every longer catalog of the same load.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct ReleaseIndex(u32);

impl ReleaseIndex {
    /// The release with this index.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The release at this position. A catalog never has more than `u32::MAX` releases.
    #[must_use]
    pub const fn at(position: usize) -> Self {
        Self(position as u32)
    }

    /// The index as a number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The position in columns and other lists with one entry for each release.
    #[must_use]
    pub const fn position(self) -> usize {
        self.0 as usize
    }
}

/// Tests compare indices with plain numbers.
#[cfg(test)]
impl PartialEq<u32> for ReleaseIndex {
    fn eq(&self, other: &u32) -> bool {
        self.0 == *other
    }
}

/// Tests write indices as plain numbers.
#[cfg(test)]
impl From<u32> for ReleaseIndex {
    fn from(index: u32) -> Self {
        Self(index)
    }
}
