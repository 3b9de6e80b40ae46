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

    /// The number of its releases among `count` successive ones.
    #[must_use]
    pub fn count_among(&self, first: ReleaseIndex, count: usize) -> usize {
        let (start, end) = (first.position(), first.position() + count);
        let of_word = |at: usize| {
            let below = |limit: usize| match limit.saturating_sub(at * 64) {
                bits @ 0..64 => (1_u64 << bits) - 1,
                _ => u64::MAX,
            };
            (self.words[at] & below(end) & !below(start)).count_ones() as usize
        };
        (start / 64..end.div_ceil(64).min(self.words.len())).map(of_word).sum()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_range_are_counted() {
        let mut set = Set::default();
        for at in (0..400).filter(|at| at % 3 == 0 || at % 7 == 0) {
            set.set(at.into(), true);
        }
        for start in [0, 1, 63, 64, 65, 127, 390, 500] {
            for count in [0, 1, 62, 63, 64, 65, 128, 300, 1_000] {
                let expected = (start..start + count).filter(|&at| set.has(at.into())).count();
                assert_eq!(set.count_among(start.into(), count as usize), expected, "{count} from {start}");
            }
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
