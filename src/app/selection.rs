//! Several releases at once: selected one by one, or as a range that follows the cursor.
//!
//! What is selected are releases, not rows: another order and a second reading leave it as it is. What counts of it is
//! what is listed, so that nothing is marked that cannot be seen by scrolling.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::marking::describe;
use super::{App, Mark};
use crate::catalog::Set;
use crate::keymap::Action;
use crate::text::grouped;

/// Which releases are selected.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Those that were selected, listed or not.
    chosen: Set,
    /// The release at which a range began that still follows the cursor.
    anchor: Option<u32>,
    /// The rows of that range, as far as its release is listed.
    range: Option<RangeInclusive<usize>>,
    /// The list that was counted, and how many of it are selected without the range.
    counted: Option<(Arc<[u32]>, usize)>,
    /// How many listed releases are selected.
    count: usize,
}

impl Selection {
    /// Whether the release in a row of the hits is selected.
    #[must_use]
    pub fn has(&self, position: usize, release: u32) -> bool {
        self.chosen.has(release) || self.range.as_ref().is_some_and(|range| range.contains(&position))
    }

    /// How many listed releases are selected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no listed release is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether a range follows the cursor.
    #[must_use]
    pub fn is_range(&self) -> bool {
        self.anchor.is_some()
    }

    /// Releases have other numbers now; `now` gives none for those that are gone.
    pub(super) fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        let mut chosen = Set::default();
        for release in self.chosen.iter().filter_map(&now) {
            chosen.set(release, true);
        }
        *self = Self { chosen, anchor: self.anchor.and_then(now), ..Self::default() };
    }

    fn set(&mut self, release: u32, on: bool) {
        self.chosen.set(release, on);
        self.counted = None;
    }

    /// Follows the cursor, and counts anew where another list or selection asks for it.
    fn settle(&mut self, hits: &Arc<[u32]>, cursor: usize, anchor: Option<usize>) {
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
    /// Selects the release under the cursor, or no longer, and goes on to the next; ends a range.
    pub(super) fn select(&mut self) {
        if self.selection.is_range() {
            self.select_range();
            return;
        }
        let Some(release) = self.selected() else { return };
        let on = !self.selection.chosen.has(release);
        self.selection.set(release, on);
        self.list.step(1, self.hits.order.len());
    }

    /// Begins a range at the cursor; once more ends it, and what it holds stays selected.
    pub(super) fn select_range(&mut self) {
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

    /// Selects nothing any more; whether anything was selected.
    pub(super) fn clear_selection(&mut self) -> bool {
        let selection = std::mem::take(&mut self.selection);
        !selection.is_empty() || selection.is_range()
    }

    /// Brings the selection in line with the list and its cursor.
    pub(super) fn settle_selection(&mut self) {
        let anchor = self.selection.anchor.and_then(|release| self.place_of(release));
        let hits = Arc::clone(&self.hits.order);
        self.selection.settle(&hits, self.list.cursor, anchor);
    }

    /// The listed releases that are selected, in the order of the list.
    pub(super) fn selected_releases(&self) -> Vec<u32> {
        if self.selection.is_empty() {
            return Vec::new();
        }
        let rows = self.hits.order.iter().copied().enumerate();
        rows.filter(|&(at, release)| self.selection.has(at, release)).map(|(_, release)| release).collect()
    }

    /// Gives the selected releases a mark, or takes it where all have it; without any, that of the one under the cursor.
    pub(super) fn toggle_marks(&mut self, mark: Mark) {
        if self.selection.is_empty() {
            self.toggle_mark(mark);
            return;
        }
        let chosen = self.selected_releases();
        self.selection = Selection::default();
        let on = chosen.iter().any(|&release| !self.marks.is_meant(mark, release));
        let undo = self.key_of(Action::Undo);
        self.mark(mark, on, chosen, |changed| Some(format!("{}, {undo} to undo", describe(mark, on, changed))));
    }

    /// How many are selected, in words; nothing where none is.
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
    use crate::app::tests::TestApp;
    use crate::catalog::renumber::GONE;

    /// Titles of what is selected, in the order of the list.
    fn selected(reader: &TestApp) -> String {
        let app = &reader.app;
        let rows = app.hits.order.iter().enumerate().filter(|&(at, &release)| app.selection.has(at, release));
        let titles = rows.filter_map(|(_, &release)| app.catalog.release(release));
        titles.filter_map(|release| release.title().as_str().split(' ').next()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_and_what_they_select() {
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
            // Another order leaves it, and a range goes on from its release.
            ("v j v ,s", "Tea Round", 2),
            ("j j V ,s gg", "Social Digital ASEAN Tea", 4),
            // What is not listed does not count, and is there again with the list.
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
    fn marks_are_given_to_all_that_is_selected() {
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
        assert_eq!(reader.note(), "starred", "without a selection it is the one under the cursor");
    }

    #[test]
    fn only_what_is_listed_is_marked() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("v v v j v / \"fair\" Enter m");
        assert_eq!((reader.note(), reader.app.unread()), ("marked read, u to undo", 6));
        assert_eq!(reader.keys("0").app.selection.len(), 0);
    }

    #[test]
    fn a_second_reading_keeps_the_selection() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("v v V");
        let catalog = crate::catalog::tests::catalog(&[
            ("Tea plantations", "", "News", "", (2018, 11, 4)),
            ("Brand new", "", "News", "", (2018, 11, 9)),
            ("Round table", "", "Multilateral", "Beijing", (2018, 11, 6)),
        ]);
        let moved = vec![2, GONE, 0, GONE, GONE, GONE, GONE];
        reader.send(Msg::Reread(Box::new(crate::app::Reread { catalog, renumbered: moved, ..Default::default() })));
        assert_eq!((selected(&reader).as_str(), reader.app.selection.len()), ("Round Tea", 2));
        reader.keys("k k");
        assert_eq!(selected(&reader), "Brand Round Tea");
    }
}
