//! Marks: which releases are read or starred.
//!
//! Indices are the catalog's; they stay the same while it grows.

use std::sync::Arc;

use crate::catalog::Set;

/// What can be marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was read.
    Read,
    /// It is to be found again.
    Starred,
}

/// All marks.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    read: Arc<Set>,
    starred: Arc<Set>,
}

/// One change of the user's: these releases got or lost a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which mark.
    pub mark: Mark,
    /// Given or taken.
    pub on: bool,
    /// Releases that had it otherwise before.
    pub releases: Vec<u32>,
}

impl Marks {
    /// Whether a release has a mark.
    #[must_use]
    pub fn has(&self, mark: Mark, release: u32) -> bool {
        self.set_of(mark).has(release)
    }

    /// How many releases have a mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.set_of(mark).len()
    }

    /// The change that gives or takes a mark; `None` where all releases have it so already.
    pub(super) fn change(&self, mark: Mark, on: bool, releases: impl IntoIterator<Item = u32>) -> Option<Change> {
        let releases: Vec<u32> = releases.into_iter().filter(|&release| self.has(mark, release) != on).collect();
        (!releases.is_empty()).then_some(Change { mark, on, releases })
    }

    /// Gives a mark to the releases of a change, or takes it.
    pub(super) fn apply(&mut self, change: &Change, on: bool) {
        let set = Arc::make_mut(match change.mark {
            Mark::Read => &mut self.read,
            Mark::Starred => &mut self.starred,
        });
        for &release in &change.releases {
            set.set(release, on);
        }
    }

    /// Releases have other numbers now; `now` gives none for those that are gone.
    pub(super) fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        for set in [&mut self.read, &mut self.starred] {
            let mut renumbered = Set::default();
            for release in set.iter().filter_map(&now) {
                renumbered.set(release, true);
            }
            *set = Arc::new(renumbered);
        }
    }

    /// The releases with a mark.
    #[must_use]
    pub fn set_of(&self, mark: Mark) -> &Arc<Set> {
        match mark {
            Mark::Read => &self.read,
            Mark::Starred => &self.starred,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_what_it_changes_and_can_be_taken_back() {
        let mut marks = Marks::default();
        let first = marks.change(Mark::Read, true, [3]).expect("a change");
        marks.apply(&first, true);
        let second = marks.change(Mark::Read, true, [2, 3, 400]).expect("a change");
        assert_eq!(second.releases, [2, 400]);
        marks.apply(&second, true);
        assert_eq!((marks.count(Mark::Read), marks.change(Mark::Read, true, [3])), (3, None));
        marks.apply(&second, false);
        assert!(marks.has(Mark::Read, 3) && !marks.has(Mark::Read, 2) && !marks.has(Mark::Starred, 3));
    }
}
