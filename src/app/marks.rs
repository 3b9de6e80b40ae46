//! The read and starred marks of releases.
//!
//! Releases are catalog indices, which stay valid while the catalog grows.

use std::sync::Arc;

use crate::catalog::{ReleaseIndex, Set};

/// A kind of mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The release has been read.
    Read,
    /// The release is starred.
    Starred,
}

/// All marks, and the changes that are being saved.
///
/// A mark is shown only once it is saved, so nothing that is shown can be lost. The intended state may be a few
/// milliseconds ahead.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    read: Arc<Set>,
    starred: Arc<Set>,
    /// In the order in which they were made.
    waiting: Vec<Waiting>,
    /// The ticket of the next change.
    next: Ticket,
}

/// Identifies a change of marks until it is saved.
pub type Ticket = u64;

/// A change of one mark on several releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The mark.
    pub mark: Mark,
    /// Whether it is set or cleared.
    pub on: bool,
    /// The releases that it changes, ascending. Shared with undo and with the unsaved changes.
    pub releases: Arc<[ReleaseIndex]>,
}

/// An unsaved change.
#[derive(Debug, Clone)]
struct Waiting {
    ticket: Ticket,
    change: Change,
    /// The notice to show once it is saved.
    notice: Option<String>,
    /// Whether saving has failed once.
    has_failed: bool,
}

/// The marks of one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarksOf {
    /// Its index.
    pub release: ReleaseIndex,
    /// Whether it is read.
    pub read: bool,
    /// Whether it is starred.
    pub starred: bool,
}

impl Marks {
    /// Whether a release has a mark, as saved.
    #[must_use]
    pub fn has(&self, mark: Mark, release: ReleaseIndex) -> bool {
        self.set_of(mark).has(release)
    }

    /// Whether a release will have a mark once all changes are saved.
    #[must_use]
    pub fn is_intended(&self, mark: Mark, release: ReleaseIndex) -> bool {
        let of_it =
            |waiting: &&Waiting| waiting.change.mark == mark && waiting.change.releases.binary_search(&release).is_ok();
        self.waiting.iter().rev().find(of_it).map_or_else(|| self.has(mark, release), |waiting| waiting.change.on)
    }

    /// The number of releases with a mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.set_of(mark).len()
    }

    /// The number of releases in changes that could not be saved so far.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.waiting.iter().filter(|waiting| waiting.has_failed).map(|waiting| waiting.change.releases.len()).sum()
    }

    /// Returns the unsaved changes, in the order in which they were made.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Change> {
        self.waiting.iter().map(|waiting| &waiting.change)
    }

    /// Returns the change that sets or clears a mark; `None` if no release changes.
    pub(super) fn change(
        &self,
        mark: Mark,
        on: bool,
        releases: impl IntoIterator<Item = ReleaseIndex>,
    ) -> Option<Change> {
        let mut releases: Vec<ReleaseIndex> =
            releases.into_iter().filter(|&release| self.is_intended(mark, release) != on).collect();
        releases.sort_unstable();
        releases.dedup();
        (!releases.is_empty()).then(|| Change { mark, on, releases: releases.into() })
    }

    /// Adds an unsaved change and returns its ticket.
    pub(super) fn wait(&mut self, change: Change, notice: Option<String>) -> Ticket {
        let ticket = self.next;
        self.next += 1;
        self.waiting.push(Waiting { ticket, change, notice, has_failed: false });
        ticket
    }

    /// Applies a saved change. Returns the notice to show, if any.
    pub(super) fn saved(&mut self, ticket: Ticket) -> Option<String> {
        let at = self.waiting.iter().position(|waiting| waiting.ticket == ticket)?;
        let Waiting { change, notice, .. } = self.waiting.remove(at);
        for &release in change.releases.iter() {
            self.set(change.mark, release, change.on);
        }
        notice
    }

    /// Records that saving a change failed. Returns the number of its releases.
    pub(super) fn not_saved(&mut self, ticket: Ticket) -> usize {
        let waiting = self.waiting.iter_mut().find(|waiting| waiting.ticket == ticket);
        waiting.map_or(0, |waiting| {
            waiting.has_failed = true;
            waiting.change.releases.len()
        })
    }

    /// Applies saved marks. Returns whether any changed.
    pub(super) fn apply(&mut self, marks: &[MarksOf]) -> bool {
        let mut has_changed = false;
        for of in marks {
            has_changed |= self.set(Mark::Read, of.release, of.read);
            has_changed |= self.set(Mark::Starred, of.release, of.starred);
        }
        has_changed
    }

    fn set(&mut self, mark: Mark, release: ReleaseIndex, on: bool) -> bool {
        if self.has(mark, release) == on {
            return false;
        }
        let set = Arc::make_mut(match mark {
            Mark::Read => &mut self.read,
            Mark::Starred => &mut self.starred,
        });
        set.set(release, on)
    }

    /// Replaces release indices after a reload; `now` returns `None` for removed releases.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
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

    /// Returns the releases with a mark.
    #[must_use]
    pub fn set_of(&self, mark: Mark) -> &Arc<Set> {
        match mark {
            Mark::Read => &self.read,
            Mark::Starred => &self.starred,
        }
    }
}

impl Change {
    /// Returns the inverse change.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self { on: !self.on, ..self.clone() }
    }

    /// Replaces release indices after a reload.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        let mut releases: Vec<ReleaseIndex> = self.releases.iter().copied().filter_map(now).collect();
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
    fn a_change_lists_the_changed_releases_and_can_be_reversed() {
        let mut marks = Marks::default();
        let first = marks.change(Mark::Read, true, [3].map(ReleaseIndex::new)).expect("a change");
        kept(&mut marks, first);
        let second = marks.change(Mark::Read, true, [400, 3, 2].map(ReleaseIndex::new)).expect("a change");
        assert_eq!(*second.releases, [2, 400]);
        kept(&mut marks, second.clone());
        assert_eq!((marks.count(Mark::Read), marks.change(Mark::Read, true, [3].map(ReleaseIndex::new))), (3, None));
        kept(&mut marks, second.reversed());
        assert!(
            marks.has(Mark::Read, 3.into()) && !marks.has(Mark::Read, 2.into()) && !marks.has(Mark::Starred, 3.into())
        );
    }

    #[test]
    fn a_mark_is_shown_once_it_is_saved() {
        let mut marks = Marks::default();
        let give = marks.change(Mark::Read, true, [1, 2].map(ReleaseIndex::new)).expect("a change");
        let given = marks.wait(give, Some("2 marked read".to_owned()));
        assert!(marks.is_intended(Mark::Read, 1.into()) && !marks.has(Mark::Read, 1.into()));
        let take =
            marks.change(Mark::Read, false, [1, 7].map(ReleaseIndex::new)).expect("a change of the intended state");
        assert_eq!(*take.releases, [1]);
        let taken = marks.wait(take, None);
        assert!(!marks.is_intended(Mark::Read, 1.into()) && marks.is_intended(Mark::Read, 2.into()));
        assert_eq!((marks.not_saved(given), marks.unsaved()), (2, 2));
        assert_eq!(marks.saved(given).as_deref(), Some("2 marked read"));
        assert!(marks.has(Mark::Read, 1.into()) && !marks.is_intended(Mark::Read, 1.into()));
        assert_eq!((marks.saved(taken), marks.unsaved()), (None, 0));
        assert!(!marks.has(Mark::Read, 1.into()) && marks.has(Mark::Read, 2.into()));
    }
}
