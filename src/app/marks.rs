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

/// All marks, and the changes of them that are on their way to the disk.
///
/// A mark is shown once it is kept: what is shown is never lost. What the user means may be a few milliseconds ahead.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    read: Arc<Set>,
    starred: Arc<Set>,
    /// In the order in which they were made.
    waiting: Vec<Waiting>,
    /// The ticket of the next change.
    next: Ticket,
}

/// Which change of marks is kept, or is not.
pub type Ticket = u64;

/// One change of the user's: these releases got or lost a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which mark.
    pub mark: Mark,
    /// Given or taken.
    pub on: bool,
    /// Releases that had it otherwise before, ascending. Undo, and what waits to be saved, share them.
    pub releases: Arc<[u32]>,
}

/// A change that is not kept yet.
#[derive(Debug, Clone)]
struct Waiting {
    ticket: Ticket,
    change: Change,
    /// What to say once it is kept.
    note: Option<String>,
    /// Writing it has failed once.
    has_failed: bool,
}

/// The marks of one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarksOf {
    /// Its index.
    pub release: u32,
    /// Whether it is read.
    pub read: bool,
    /// Whether it is starred.
    pub starred: bool,
}

impl Marks {
    /// Whether a release has a mark, as it is kept.
    #[must_use]
    pub fn has(&self, mark: Mark, release: u32) -> bool {
        self.set_of(mark).has(release)
    }

    /// Whether the user means a release to have a mark, kept or not.
    #[must_use]
    pub fn is_meant(&self, mark: Mark, release: u32) -> bool {
        let of_it =
            |waiting: &&Waiting| waiting.change.mark == mark && waiting.change.releases.binary_search(&release).is_ok();
        self.waiting.iter().rev().find(of_it).map_or_else(|| self.has(mark, release), |waiting| waiting.change.on)
    }

    /// How many releases have a mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.set_of(mark).len()
    }

    /// How many changes of marks could not be kept so far: of how many releases.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.waiting.iter().filter(|waiting| waiting.has_failed).map(|waiting| waiting.change.releases.len()).sum()
    }

    /// The changes that are not kept yet, in the order in which they were made.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Change> {
        self.waiting.iter().map(|waiting| &waiting.change)
    }

    /// The change that gives or takes a mark; `None` where all releases have it so already.
    pub(super) fn change(&self, mark: Mark, on: bool, releases: impl IntoIterator<Item = u32>) -> Option<Change> {
        let mut releases: Vec<u32> =
            releases.into_iter().filter(|&release| self.is_meant(mark, release) != on).collect();
        releases.sort_unstable();
        releases.dedup();
        (!releases.is_empty()).then(|| Change { mark, on, releases: releases.into() })
    }

    /// Has a change wait until it is kept; under which ticket.
    pub(super) fn wait(&mut self, change: Change, note: Option<String>) -> Ticket {
        let ticket = self.next;
        self.next += 1;
        self.waiting.push(Waiting { ticket, change, note, has_failed: false });
        ticket
    }

    /// A change is kept: it is shown from now on. What to say of it, if anything.
    pub(super) fn saved(&mut self, ticket: Ticket) -> Option<String> {
        let at = self.waiting.iter().position(|waiting| waiting.ticket == ticket)?;
        let Waiting { change, note, .. } = self.waiting.remove(at);
        for &release in change.releases.iter() {
            self.set(change.mark, release, change.on);
        }
        note
    }

    /// A change could not be kept; how many releases it is of.
    pub(super) fn not_saved(&mut self, ticket: Ticket) -> usize {
        let waiting = self.waiting.iter_mut().find(|waiting| waiting.ticket == ticket);
        waiting.map_or(0, |waiting| {
            waiting.has_failed = true;
            waiting.change.releases.len()
        })
    }

    /// Marks as they are kept; whether that changed any.
    pub(super) fn apply(&mut self, marks: &[MarksOf]) -> bool {
        let mut has_changed = false;
        for of in marks {
            has_changed |= self.set(Mark::Read, of.release, of.read);
            has_changed |= self.set(Mark::Starred, of.release, of.starred);
        }
        has_changed
    }

    fn set(&mut self, mark: Mark, release: u32, on: bool) -> bool {
        if self.has(mark, release) == on {
            return false;
        }
        let set = Arc::make_mut(match mark {
            Mark::Read => &mut self.read,
            Mark::Starred => &mut self.starred,
        });
        set.set(release, on)
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
        for waiting in &mut self.waiting {
            waiting.change.renumber(&now);
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

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self { on: !self.on, ..self.clone() }
    }

    /// Releases have other numbers now.
    pub(super) fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        let mut releases: Vec<u32> = self.releases.iter().copied().filter_map(now).collect();
        releases.sort_unstable();
        self.releases = releases.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(marks: &mut Marks, change: Change) {
        let ticket = marks.wait(change, None);
        assert_eq!(marks.saved(ticket), None);
    }

    #[test]
    fn a_change_names_what_it_changes_and_can_be_taken_back() {
        let mut marks = Marks::default();
        let first = marks.change(Mark::Read, true, [3]).expect("a change");
        kept(&mut marks, first);
        let second = marks.change(Mark::Read, true, [400, 3, 2]).expect("a change");
        assert_eq!(*second.releases, [2, 400]);
        kept(&mut marks, second.clone());
        assert_eq!((marks.count(Mark::Read), marks.change(Mark::Read, true, [3])), (3, None));
        kept(&mut marks, second.reversed());
        assert!(marks.has(Mark::Read, 3) && !marks.has(Mark::Read, 2) && !marks.has(Mark::Starred, 3));
    }

    #[test]
    fn what_is_meant_is_shown_once_it_is_kept() {
        let mut marks = Marks::default();
        let give = marks.change(Mark::Read, true, [1, 2]).expect("a change");
        let given = marks.wait(give, Some("2 marked read".to_owned()));
        assert!(marks.is_meant(Mark::Read, 1) && !marks.has(Mark::Read, 1));
        let take = marks.change(Mark::Read, false, [1, 7]).expect("a change of what is meant");
        assert_eq!(*take.releases, [1]);
        let taken = marks.wait(take, None);
        assert!(!marks.is_meant(Mark::Read, 1) && marks.is_meant(Mark::Read, 2));
        assert_eq!((marks.not_saved(given), marks.unsaved()), (2, 2));
        assert_eq!(marks.saved(given).as_deref(), Some("2 marked read"));
        assert!(marks.has(Mark::Read, 1) && !marks.is_meant(Mark::Read, 1));
        assert_eq!((marks.saved(taken), marks.unsaved()), (None, 0));
        assert!(!marks.has(Mark::Read, 1) && marks.has(Mark::Read, 2));
    }
}
