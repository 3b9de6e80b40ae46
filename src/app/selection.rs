//! Selecting several releases, one by one or as a range that follows the cursor.
//!
//! The selection consists of releases, not rows, so it survives sorting and reloading. Only selected releases that are
//! in the list count, so nothing out of sight is changed.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::marking::describe;
use super::{App, Mark};
use crate::catalog::{ReleaseIndex, Set};
use crate::keymap::Action;
use crate::text::grouped;

/// The selected releases.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The selected releases, whether listed or not.
    chosen: Set,
    /// The release at which the current range begins.
    anchor: Option<ReleaseIndex>,
    /// The rows of the current range, if its release is listed.
    range: Option<RangeInclusive<usize>>,
    /// The list for which the selection was counted, and the count without the range.
    counted: Option<(Arc<[ReleaseIndex]>, usize)>,
    /// The number of selected releases in the list.
    count: usize,
}

impl Selection {
    /// Whether the release in a row is selected.
    #[must_use]
    pub fn has(&self, position: usize, release: ReleaseIndex) -> bool {
        self.chosen.has(release) || self.range.as_ref().is_some_and(|range| range.contains(&position))
    }

    /// The number of selected releases in the list.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no release in the list is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether a range follows the cursor.
    #[must_use]
    pub fn is_range(&self) -> bool {
        self.anchor.is_some()
    }

    /// Replaces release indices after a reload; `now` returns `None` for removed releases.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        let mut chosen = Set::default();
        for release in self.chosen.iter().filter_map(&now) {
            chosen.set(release, true);
        }
        *self = Self { chosen, anchor: self.anchor.and_then(now), ..Self::default() };
    }

    fn set(&mut self, release: ReleaseIndex, on: bool) {
        self.chosen.set(release, on);
        self.counted = None;
    }

    /// Extends the range to the cursor; recounts if the list or the selection has changed.
    fn settle(&mut self, hits: &Arc<[ReleaseIndex]>, cursor: usize, anchor: Option<usize>) {
        self.range = anchor.map(|anchor| anchor.min(cursor)..=anchor.max(cursor));
        let chosen = match &self.counted {
            _ if self.chosen.is_empty() => 0,
            Some((list, count)) if Arc::ptr_eq(list, hits) => *count,
            _ => hits.iter().filter(|&&release| self.chosen.has(release)).count(),
        };
        self.counted = (!self.chosen.is_empty()).then(|| (Arc::clone(hits), chosen));
        let more = self.range.clone().and_then(|range| hits.get(range)).unwrap_or_default();
        self.count = chosen + more.iter().filter(|&&release| !self.chosen.has(release)).count();
    }
}

impl App {
    /// Toggles the selection of the release under the cursor and moves down; ends a range.
    fn select(&mut self) {
        if self.selection.is_range() {
            self.select_range();
            return;
        }
        let Some(release) = self.selected() else { return };
        let on = !self.selection.chosen.has(release);
        self.selection.set(release, on);
        self.list.step(1, self.hits.order.len());
    }

    /// Begins a range at the cursor; repeated, ends it and keeps its releases selected.
    fn select_range(&mut self) {
        if self.selection.anchor.take().is_none() {
            self.selection.anchor = self.selected();
            return;
        }
        let Some(range) = self.selection.range.take() else { return };
        let hits = Arc::clone(&self.hits.order);
        for &release in hits.get(range).unwrap_or_default() {
            self.selection.set(release, true);
        }
    }

    /// Clears the selection. Returns whether there was one.
    pub(super) fn clear_selection(&mut self) -> bool {
        let selection = std::mem::take(&mut self.selection);
        !selection.is_empty() || selection.is_range()
    }

    /// Updates the selection for the current list and cursor.
    pub(super) fn settle_selection(&mut self) {
        let anchor = self.selection.anchor.and_then(|release| self.position_of(release));
        let hits = Arc::clone(&self.hits.order);
        self.selection.settle(&hits, self.list.at, anchor);
    }

    /// Returns the selected releases in the list, in list order.
    pub(super) fn selected_releases(&self) -> Vec<ReleaseIndex> {
        if self.selection.is_empty() {
            return Vec::new();
        }
        let rows = self.hits.order.iter().copied().enumerate();
        rows.filter(|&(at, release)| self.selection.has(at, release)).map(|(_, release)| release).collect()
    }

    /// Handles the actions that select or mark releases. Returns `false` for any other action.
    pub(super) fn mark_action(&mut self, action: Action) -> bool {
        match action {
            Action::Select => self.select(),
            Action::SelectRange => self.select_range(),
            Action::ToggleRead => self.toggle_marks(Mark::Read),
            Action::ToggleStar => self.toggle_marks(Mark::Starred),
            Action::MarkAllRead => self.mark_all_read(),
            _ => return false,
        }
        true
    }

    /// Toggles a mark on the selected releases, or on the release under the cursor without a selection. The mark is
    /// cleared only if all have it.
    fn toggle_marks(&mut self, mark: Mark) {
        if self.selection.is_empty() {
            self.toggle_mark(mark);
            return;
        }
        let chosen = self.selected_releases();
        self.selection = Selection::default();
        let on = chosen.iter().any(|&release| !self.marks.is_intended(mark, release));
        let undo = self.key_of(Action::Undo);
        self.mark(mark, on, chosen, |changed| Some(format!("{}, {undo} to undo", describe(mark, on, changed))));
    }

    /// Describes the number of selected releases; `None` if there are none.
    #[must_use]
    pub fn selection_status(&self) -> Option<String> {
        let count = self.selection.len();
        (count > 0).then(|| format!("{} selected", grouped(count)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::tests::{TestApp, renumbered};

    /// Returns the titles of the selected releases, in list order.
    fn selected(reader: &TestApp) -> String {
        let app = &reader.app;
        let rows = app.hits.order.iter().enumerate().filter(|&(at, &release)| app.selection.has(at, release));
        let titles = rows.filter_map(|(_, &release)| app.catalog.release(release));
        titles.filter_map(|release| release.title().as_str().split(' ').next()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_select_releases() {
        let table = [
            ("v", "Round", 1),
            ("v v", "Round China", 2),
            ("v k v", "", 0),
            ("j v j v", "China ASEAN", 2),
            ("V", "Round", 1),
            ("V j j", "Round China Tea", 3),
            ("V j j V j j", "Round China Tea", 3),
            ("j j V k k", "Round China Tea", 3),
            ("V j j k", "Round China", 2),
            ("V j v j j v", "Round China ASEAN", 3),
            ("V j j Esc", "", 0),
            ("v v Esc", "", 0),
            ("G v v", "", 0),
            // Sorting keeps the selection, and a range continues from its release.
            ("v j v ,s", "Tea Round", 2),
            ("j j V ,s gg", "Social Digital ASEAN Tea", 4),
            // Unlisted releases do not count, but are selected again once they are listed.
            ("v v v j v / \"fair\" Enter", "Digital", 1),
            ("v v v j v / \"fair\" Enter 0", "Round China Tea Digital", 4),
            ("V j / \"fair\" Enter V 0", "", 0),
        ];
        for (keys, expected, count) in table {
            let mut reader = TestApp::new(150, 40);
            reader.keys(keys);
            assert_eq!((selected(&reader).as_str(), reader.app.selection.len()), (expected, count), "{keys}");
        }
    }

    #[test]
    fn escape_clears_the_selection_before_anything_else() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("/ \"fair\" Enter v Enter Esc");
        assert_eq!((selected(&reader).as_str(), reader.query().as_str()), ("", "fair"));
        assert_eq!(reader.app.focus, crate::app::Pane::Detail);
        reader.keys("Esc");
        assert_eq!(reader.query(), "fair");
        reader.keys("Esc");
        assert_eq!(reader.query(), "");
    }

    #[test]
    fn marks_apply_to_all_selected_releases() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j m k V j j m");
        assert_eq!((reader.note(), reader.app.unread()), ("2 marked read, u to undo", 4));
        assert!(reader.app.selection.is_empty() && !reader.app.selection.is_range());
        reader.keys("V k k m");
        assert_eq!((reader.note(), reader.app.unread()), ("3 marked unread, u to undo", 7));
        reader.keys("u");
        assert_eq!((reader.note(), reader.app.unread()), ("undone: 3 marked unread", 4));
        reader.keys("v v s");
        assert_eq!((reader.note(), reader.app.marks.count(Mark::Starred)), ("2 starred, u to undo", 2));
        reader.keys("s");
        assert_eq!(reader.note(), "starred", "without a selection, the release under the cursor is marked");
    }

    #[test]
    fn only_listed_releases_are_marked() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("v v v j v / \"fair\" Enter m");
        assert_eq!((reader.note(), reader.app.unread()), ("marked read, u to undo", 6));
        assert_eq!(reader.keys("0").app.selection.len(), 0);
    }

    #[test]
    fn reloading_keeps_the_selection() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("v v V");
        let catalog = crate::catalog::tests::catalog(&[
            ("Tea plantations", "", "News", "", (2018, 11, 4)),
            ("Brand new", "", "News", "", (2018, 11, 9)),
            ("Round table", "", "Multilateral", "Beijing", (2018, 11, 6)),
        ]);
        let moved = renumbered(7, &[(0, 2), (2, 0)]);
        reader.send(Msg::Reread(Box::new(crate::app::Reread { catalog, renumbered: moved, ..Default::default() })));
        assert_eq!((selected(&reader).as_str(), reader.app.selection.len()), ("Round Tea", 2));
        reader.keys("k k");
        assert_eq!(selected(&reader), "Brand Round Tea");
    }
}
