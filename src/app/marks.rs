//! Marks: which releases are read or starred, and how each change is undone.
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

/// All marks and the changes that led to them.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    read: Arc<Set>,
    starred: Arc<Set>,
    done: Vec<Change>,
    undone: Vec<Change>,
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

    /// Gives or takes a mark; how many releases changed. A change of none is no change.
    pub fn set(&mut self, mark: Mark, on: bool, releases: impl IntoIterator<Item = u32>) -> usize {
        let releases: Vec<u32> = releases.into_iter().filter(|&release| self.has(mark, release) != on).collect();
        let changed = releases.len();
        if changed > 0 {
            let change = Change { mark, on, releases };
            self.apply(&change, on);
            self.done.push(change);
            self.undone.clear();
        }
        changed
    }

    /// Takes the last change back.
    pub fn undo(&mut self) -> Option<&Change> {
        let change = self.done.pop()?;
        self.apply(&change, !change.on);
        self.undone.push(change);
        self.undone.last()
    }

    /// Makes the change that was taken back last.
    pub fn redo(&mut self) -> Option<&Change> {
        let change = self.undone.pop()?;
        self.apply(&change, change.on);
        self.done.push(change);
        self.done.last()
    }

    fn apply(&mut self, change: &Change, on: bool) {
        let set = Arc::make_mut(match change.mark {
            Mark::Read => &mut self.read,
            Mark::Starred => &mut self.starred,
        });
        for &release in &change.releases {
            set.set(release, on);
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
    fn undo_restores_what_was_and_redo_repeats_it() {
        let mut marks = Marks::default();
        assert_eq!(marks.set(Mark::Read, true, [3]), 1);
        assert_eq!(marks.set(Mark::Read, true, [2, 3, 400]), 2);
        assert_eq!(marks.set(Mark::Read, true, [3]), 0);
        assert_eq!(marks.count(Mark::Read), 3);
        assert_eq!(marks.undo().map(|change| change.releases.clone()), Some(vec![2, 400]));
        assert!(marks.has(Mark::Read, 3) && !marks.has(Mark::Read, 2));
        assert!(marks.redo().is_some() && marks.has(Mark::Read, 400) && marks.redo().is_none());
        marks.undo();
        marks.set(Mark::Starred, true, [1]);
        assert!(marks.redo().is_none(), "a new change forgets what was undone");
        marks.undo();
        marks.undo();
        assert!(marks.undo().is_none());
        assert_eq!((marks.count(Mark::Read), marks.count(Mark::Starred)), (0, 0));
    }
}
