//! Changing marks, and the notices about it.

use std::sync::Arc;

use super::effect::{Effect, Timer};
use super::generation::Generation;
use super::history::Recording;
use super::marks::{Change, Mark, MarksOf, Ticket};
use super::notice::{Cause, Notice};
use super::{App, Pane};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::keymap::Action;
use crate::text::{CleanBuf, grouped};

/// The release being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dwell {
    /// Its index.
    pub release: ReleaseIndex,
    /// Whether its text has the focus; otherwise it is beside the list.
    pub is_reading: bool,
    /// Distinguishes its timer from the timers of earlier releases.
    pub generation: Generation,
}

impl App {
    /// Sets or clears a mark on releases. Returns how many change. `notice` turns that number into the notice shown once
    /// the change is saved.
    pub(super) fn mark(
        &mut self,
        mark: Mark,
        on: bool,
        releases: impl IntoIterator<Item = ReleaseIndex>,
        notice: impl FnOnce(usize) -> Option<String>,
    ) -> usize {
        let Some(change) = self.marks.change(mark, on, releases) else { return 0 };
        let changed = change.releases.len();
        let what = self.describe_change(&change);
        let step = self.history.marks(what.clone(), change.clone());
        self.save_marks(change, notice(changed), Recording::New(step, what));
        changed
    }

    /// Requests that a change of marks be saved. It is shown once it is.
    pub(super) fn save_marks(&mut self, change: Change, notice: Option<String>, recording: Recording) {
        let ticket = self.marks.wait(change.clone(), notice);
        self.effects.push(Effect::Mark { ticket, catalog: Arc::clone(&self.catalog), change, recording });
    }

    /// Applies a saved change of marks.
    pub(super) fn marks_saved(&mut self, ticket: Ticket) {
        if let Some(text) = self.marks.saved(ticket) {
            self.inform(text);
        }
        if self.marks.unsaved() == 0 {
            self.notices.replace(Cause::Marks, Vec::new());
        }
        self.count_again();
    }

    /// Reports that a change of marks could not be saved. Saving is retried until it succeeds.
    pub(super) fn marks_not_saved(&mut self, ticket: Ticket, reason: &CleanBuf) {
        let releases = self.marks.not_saved(ticket);
        if releases > 0 {
            let marks = if releases == 1 { "the mark" } else { "the marks" };
            let text = CleanBuf::line(&format!("cannot save {marks}, retrying: {reason}"));
            self.report(Notice::error(Cause::Marks, text));
        }
    }

    /// Returns how many releases have unsaved changes of marks, and the first of them by title.
    #[must_use]
    pub fn unsaved_marks(&self) -> (usize, Vec<CleanBuf>) {
        const MOST: usize = 20;
        let waiting = || self.marks.waiting().flat_map(|change| change.releases.iter().map(move |&one| (change, one)));
        let name = |(change, release): (&Change, ReleaseIndex)| {
            let title = self.catalog.release(release).map(|release| release.heading().to_buf());
            let what = match (change.mark, change.on) {
                (Mark::Read, true) => "read",
                (Mark::Read, false) => "unread",
                (Mark::Starred, true) => "starred",
                (Mark::Starred, false) => "unstarred",
            };
            CleanBuf::line(&format!("{what}: {}", title.unwrap_or_default()))
        };
        let count = waiting().count();
        let mut names: Vec<CleanBuf> = waiting().take(MOST).map(name).collect();
        if count > MOST {
            names.push(CleanBuf::line(&format!("and {} more", grouped(count - MOST))));
        }
        (count, names)
    }

    /// Applies saved marks of releases that arrived or that were changed elsewhere. Marks of an earlier catalog use
    /// other indices and are skipped; they are sent again for this catalog.
    pub(super) fn apply_marks(&mut self, catalog: &Catalog, marks: &[MarksOf]) {
        let is_same = catalog.is_beginning_of(&self.catalog) || self.catalog.is_beginning_of(catalog);
        if is_same && self.marks.apply(marks) {
            self.count_again();
        }
    }

    /// Toggles a mark of the selected release.
    pub(super) fn toggle_mark(&mut self, mark: Mark) {
        let Some(release) = self.selected() else { return };
        let on = !self.marks.is_intended(mark, release);
        self.mark(mark, on, [release], |_| Some(describe(mark, on, 1)));
        if mark == Mark::Read {
            // A release marked unread by hand must not be marked read by the timer.
            let is_reading = self.has_text_focus();
            self.dwelling_on = Some(Dwell { release, is_reading, generation: self.next_dwell() });
        }
    }

    /// Marks all hits read.
    pub(super) fn mark_all_read(&mut self) {
        let hits = Arc::clone(&self.hits.order);
        let undo = self.key_of(Action::Undo);
        let notice = |changed| Some(format!("{}, {undo} to undo", describe(Mark::Read, true, changed)));
        if self.mark(Mark::Read, true, hits.iter().copied(), notice) == 0 {
            self.inform("all listed releases are already read");
        }
    }

    /// Marks the selected release read because it was read: without a notice, and not as a step of the history, where it
    /// would hide what the user did.
    pub(super) fn mark_read(&mut self) {
        if let Some(change) = self.selected().and_then(|release| self.marks.change(Mark::Read, true, [release])) {
            self.save_marks(change, None, Recording::Unrecorded);
        }
    }

    /// Starts the reading timer when the detail pane shows another release, or gets or loses the focus.
    pub(super) fn mark_after_dwell(&mut self) {
        let is_reading = self.has_text_focus();
        let is_preview = self.focus == Pane::List && self.search.prompt.is_none() && !self.layout().detail.is_empty();
        let is_open = (is_reading || is_preview) && !self.popups.is_open();
        let release = self.selected().filter(|_| is_open);
        if release.map(|release| (release, is_reading))
            == self.dwelling_on.map(|reading| (reading.release, reading.is_reading))
        {
            return;
        }
        let generation = self.next_dwell();
        self.dwelling_on = release.map(|release| Dwell { release, is_reading, generation });
        let after = if is_reading { self.settings.read_after } else { self.settings.read_after_preview };
        if let Some(release) = release
            && let Some(after) = after
            && !self.marks.is_intended(Mark::Read, release)
        {
            self.effects.push(Effect::Timer(after, Timer::Read(generation)));
        }
    }

    fn has_text_focus(&self) -> bool {
        self.focus == Pane::Detail || self.zen
    }

    fn next_dwell(&mut self) -> Generation {
        self.dwell = self.dwell.next();
        self.dwell
    }

    /// Handles the end of a reading timer, which may belong to an earlier release.
    pub(super) fn dwell_over(&mut self, generation: Generation) {
        let is_shown = |reading: &Dwell| reading.generation == generation && self.selected() == Some(reading.release);
        if self.dwelling_on.is_some_and(|reading| is_shown(&reading)) {
            self.mark_read();
        }
    }

    /// Selects the next unread hit below or above. Returns whether there is one.
    pub(super) fn go_to_unread(&mut self, below: bool) -> bool {
        let hits = &self.hits.order;
        let is_unread = |&at: &usize| hits.get(at).is_some_and(|&release| !self.marks.has(Mark::Read, release));
        let found = if below {
            (self.list.at + 1..hits.len()).find(is_unread)
        } else {
            (0..self.list.at).rev().find(is_unread)
        };
        if let Some(at) = found {
            self.list.at = at;
        } else {
            let side = if below { "below" } else { "above" };
            self.inform(format!("no unread release {side}"));
        }
        found.is_some()
    }
}

/// Describes a change of marks.
pub(super) fn describe(mark: Mark, on: bool, count: usize) -> String {
    let what = match (mark, on) {
        (Mark::Read, true) => "marked read",
        (Mark::Read, false) => "marked unread",
        (Mark::Starred, true) => "starred",
        (Mark::Starred, false) => "unstarred",
    };
    if count == 1 { what.to_owned() } else { format!("{} {what}", grouped(count)) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use crate::app::tests::{TestApp, renumbered};
    use crate::app::{Effect, Mark, MarksOf, Msg, Reread, Timer};
    use crate::catalog::tests::catalog;

    #[test]
    fn a_selected_release_is_marked_read_only_if_the_configuration_says_after_how_long() {
        for (after, keys, is_marked) in [
            (None, "j k", false),
            (Some(5), "j k", true),
            (Some(5), "j k ?", false),
            (Some(5), "j k /", false),
            (Some(5), "j k d", false),
            (Some(5), "j k ,r", false),
        ] {
            let mut reader = TestApp::new(150, 40);
            reader.app.settings.read_after = None;
            reader.app.settings.read_after_preview = after.map(Duration::from_secs);
            reader.keys(keys);
            let timers: Vec<Timer> = reader
                .effects
                .iter()
                .filter_map(|effect| match effect {
                    Effect::Timer(time, timer @ Timer::Read(_)) => {
                        assert_eq!(*time, Duration::from_secs(5));
                        Some(*timer)
                    }
                    _ => None,
                })
                .collect();
            for timer in timers {
                reader.send(Msg::Timer(timer));
            }
            let read: Vec<_> = reader.app.marks.set_of(Mark::Read).iter().collect();
            assert_eq!(
                read,
                if is_marked { reader.app.selected().into_iter().collect() } else { Vec::new() },
                "{keys}"
            );
        }
    }

    #[test]
    fn marks_of_an_earlier_catalog_are_ignored() {
        let mut reader = TestApp::new(150, 40);
        let before = Arc::clone(&reader.app.catalog);
        let rows = ["Brand new", "Round table"].map(|title| (title, "", "", "", (2018, 11, 6)));
        let catalog = catalog(&rows);
        reader.send(Msg::Reread(Box::new(Reread {
            catalog: Arc::clone(&catalog),
            renumbered: renumbered(7, &[(0, 1)]),
            ..Reread::default()
        })));
        let marks = || vec![MarksOf { release: 0.into(), read: true, starred: true }];
        reader.send(Msg::Marks { catalog: before, marks: marks() });
        assert_eq!((reader.app.marks.count(Mark::Read), reader.app.marks.count(Mark::Starred)), (0, 0));
        reader.send(Msg::Marks { catalog, marks: marks() });
        assert!(reader.app.marks.has(Mark::Read, 0.into()));
    }
}
