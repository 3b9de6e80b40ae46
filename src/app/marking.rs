//! Marks as the user changes them, and what is said of each change.

use std::sync::Arc;
use std::time::Duration;

use super::effect::{Effect, Timer};
use super::marks::{Change, Mark};
use super::{App, Pane};

/// A release counts as read when its detail had the focus for so long.
const READING_TIME: Duration = Duration::from_secs(1);

impl App {
    /// Gives or takes a mark of releases; how many changed.
    pub(super) fn mark(&mut self, mark: Mark, on: bool, releases: impl IntoIterator<Item = u32>) -> usize {
        let Some(change) = self.marks.change(mark, on, releases) else { return 0 };
        let changed = change.releases.len();
        self.apply_marks(&change, on);
        self.history.marks(change);
        changed
    }

    /// Carries a change of marks out, or takes it back, and counts anew.
    pub(super) fn apply_marks(&mut self, change: &Change, on: bool) {
        self.marks.apply(change, on);
        self.count_again();
    }

    /// Gives the selected release a mark, or takes it.
    pub(super) fn toggle_mark(&mut self, mark: Mark) {
        let Some(release) = self.selected() else { return };
        let on = !self.marks.has(mark, release);
        self.mark(mark, on, [release]);
        if mark == Mark::Read {
            // Taken by hand, it is not given again by reading on.
            self.reading = Some(release);
        }
        self.note = Some(describe(mark, on, 1));
    }

    /// Marks every hit read.
    pub(super) fn mark_all_read(&mut self) {
        let hits = Arc::clone(&self.hits.order);
        let changed = self.mark(Mark::Read, true, hits.iter().copied());
        self.note = Some(match changed {
            0 => "all listed releases are read already".to_owned(),
            _ => format!("{}, u to undo", describe(Mark::Read, true, changed)),
        });
    }

    /// Marks the selected release read without a word.
    pub(super) fn mark_read(&mut self) {
        if let Some(release) = self.selected() {
            self.mark(Mark::Read, true, [release]);
        }
    }

    /// Starts the reading time when another release came into the focused detail.
    pub(super) fn watch_reading(&mut self) -> Option<Effect> {
        let open = (self.focus == Pane::Detail || self.zen) && self.dialog.is_none() && !self.over.is_open();
        let release = self.selected().filter(|_| open);
        if release == self.reading {
            return None;
        }
        self.reading = release;
        let release = release.filter(|&release| !self.marks.has(Mark::Read, release))?;
        Some(Effect::Timer(READING_TIME, Timer::Read(release)))
    }

    /// The reading time of a release is over.
    pub(super) fn was_read(&mut self, release: u32) {
        if self.reading == Some(release) {
            self.mark(Mark::Read, true, [release]);
        }
    }

    /// Selects the next unread hit below, or above; whether there is one.
    pub(super) fn go_to_unread(&mut self, below: bool) -> bool {
        let hits = &self.hits.order;
        let is_unread = |&at: &usize| hits.get(at).is_some_and(|&release| !self.marks.has(Mark::Read, release));
        let found = if below {
            (self.list.cursor + 1..hits.len()).find(is_unread)
        } else {
            (0..self.list.cursor).rev().find(is_unread)
        };
        if let Some(at) = found {
            self.list.cursor = at;
        } else {
            let side = if below { "below" } else { "above" };
            self.note = Some(format!("no unread release {side}"));
        }
        found.is_some()
    }
}

/// A change in words.
pub(super) fn describe(mark: Mark, on: bool, count: usize) -> String {
    let what = match (mark, on) {
        (Mark::Read, true) => "marked read",
        (Mark::Read, false) => "marked unread",
        (Mark::Starred, true) => "starred",
        (Mark::Starred, false) => "star taken off",
    };
    if count == 1 { what.to_owned() } else { format!("{count} {what}") }
}
