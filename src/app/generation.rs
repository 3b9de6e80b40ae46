//! Generations of requests, which tell a current answer from a late one.

use std::fmt;

/// The number of a request among those of its kind. The answer carries it; only the answer to the newest request counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u64);

impl Generation {
    /// The generation with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number, for threads that share it as an atomic.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The generation of the next request.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
