//! A set of releases, such as the read ones.

use super::ReleaseIndex;

/// A set of release indices. Cloning is cheap enough for each request: 125 kB for a million releases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Set {
    words: Vec<u64>,
    len: usize,
}

impl Set {
    /// Whether it contains a release.
    #[must_use]
    pub fn has(&self, release: ReleaseIndex) -> bool {
        self.words.get(release.position() / 64).is_some_and(|word| word >> (release.position() % 64) & 1 == 1)
    }

    /// Inserts or removes a release; returns whether the set changed.
    pub fn set(&mut self, release: ReleaseIndex, on: bool) -> bool {
        if self.has(release) == on {
            return false;
        }
        let word = release.position() / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] ^= 1 << (release.position() % 64);
        self.len = if on { self.len + 1 } else { self.len - 1 };
        true
    }

    /// The releases, ascending.
    pub fn iter(&self) -> impl Iterator<Item = ReleaseIndex> + '_ {
        (0..).zip(&self.words).flat_map(|(at, &word): (u32, &u64)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| ReleaseIndex::new(at * 64 + bit))
        })
    }

    /// Inserts all releases of another set.
    pub fn extend(&mut self, other: &Self) {
        self.words.resize(self.words.len().max(other.words.len()), 0);
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
        self.len = self.words.iter().map(|word| word.count_ones() as usize).sum();
    }

    /// The number of its releases among those whose bit is set in `bits`. The first bit is that of release 64 * `first`.
    #[must_use]
    pub fn count_among(&self, first: usize, bits: &[u64]) -> usize {
        let words = self.words.get(first..).unwrap_or_default();
        words.iter().zip(bits).map(|(word, bits)| (word & bits).count_ones() as usize).sum()
    }

    /// The number of releases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl FromIterator<ReleaseIndex> for Set {
    fn from_iter<T: IntoIterator<Item = ReleaseIndex>>(releases: T) -> Self {
        let mut set = Self::default();
        for release in releases {
            set.set(release, true);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(members: impl Iterator<Item = u32>) -> Set {
        members.map(ReleaseIndex::new).collect()
    }

    #[test]
    fn members_among_some_releases_are_counted() {
        let own = set((0..400).filter(|at| at % 3 == 0 || at % 7 == 0));
        for first in [0, 1, 6, 7, 90] {
            for bits in [&[][..], &[u64::MAX], &[0, 5, 1 << 63], &[u64::MAX; 9]] {
                let has = |at: usize| bits.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1);
                let expected = (0..64 * 9).filter(|&at| has(at) && own.has(ReleaseIndex::at(first * 64 + at))).count();
                assert_eq!(own.count_among(first, bits), expected, "{bits:?} from {first}");
            }
        }
    }

    #[test]
    fn a_set_takes_in_another_one() {
        let (short, long) = (set([1, 5, 63].into_iter()), set([5, 64, 700].into_iter()));
        for (one, other) in [(&short, &long), (&long, &short)] {
            let mut both = one.clone();
            both.extend(other);
            assert_eq!(both, set([1, 5, 63, 64, 700].into_iter()));
        }
    }

    #[test]
    fn a_set_counts_its_members() {
        let mut set = Set::default();
        assert!(set.set(400.into(), true) && !set.set(400.into(), true) && set.set(3.into(), true));
        assert!(set.has(400.into()) && !set.has(401.into()) && !set.has(40_000.into()));
        assert!(set.set(400.into(), false) && !set.set(9_999.into(), false));
        assert_eq!(set.len(), 1);
    }
}
