//! The detail pane: one release typeset as lines, and its scroll position. `find` searches within the text.

mod find;

pub use find::Find;

use crate::catalog::{ReleaseIndex, ReleaseRef};
use crate::query::Needle;
use crate::typeset::{Kind, PageShape, TypesetPage};

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    /// The typeset lines.
    pub page: TypesetPage,
    /// Index of the first visible line.
    pub scroll: usize,
    /// Index of the selected target (link or similar release) below the text.
    pub chosen: Option<usize>,
    /// The search within the text.
    pub find: Option<Find>,
    /// The line that a resize scrolled to, and the anchor it stands for. Many resizes then scroll no further than one.
    resized: Option<(usize, ScrollAnchor)>,
    /// The line that the first match scrolled to. While it is the first visible line, the user has not scrolled.
    arrived: Option<usize>,
    key: Option<Key>,
}

/// A position in the text, independent of its line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ScrollAnchor {
    /// The byte offset.
    at: usize,
    /// Whether it is the blank line before the text at `at`.
    is_blank: bool,
}

/// What the page was typeset for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    release: ReleaseIndex,
    shape: PageShape,
    needles: Vec<Needle>,
    similar: Vec<ReleaseIndex>,
    /// Whether the release's text may have changed.
    is_stale: bool,
}

impl Detail {
    /// Shows a release, followed by similar ones. Another release starts at its top, and so does one that has only been
    /// scrolled to a match of other needles. In another shape, the visible text stays in view. Returns whether the
    /// release or its matches are new.
    pub fn show(
        &mut self,
        index: ReleaseIndex,
        release: &ReleaseRef<'_>,
        shape: PageShape,
        needles: Vec<Needle>,
        similar: &[(ReleaseIndex, ReleaseRef<'_>)],
    ) -> bool {
        let numbers = similar.iter().map(|&(number, _)| number).collect();
        let key = Key { release: index, shape, needles, similar: numbers, is_stale: false };
        if self.key.as_ref() == Some(&key) {
            return false;
        }
        let anchor = self.scroll_anchor();
        let is_same = self.key.as_ref().is_some_and(|before| before.release == index);
        let has_other = self.key.as_ref().is_some_and(|before| before.needles != key.needles);
        let has_arrived = is_same && self.arrived == Some(self.scroll);
        let chosen = self.chosen.and_then(|chosen| self.page.targets().get(chosen).cloned());
        // The lines above a picture stay where they are when it comes or goes.
        let is_above = is_same && self.shows(index, key.shape.columns, key.shape.is_tight) && self.is_above_picture();
        let line = self.scroll;
        self.page = TypesetPage::to_read(release, &key.shape, &key.needles, similar);
        (self.scroll, self.resized) = (0, None);
        let is_left = has_arrived && has_other;
        if is_above && !is_left {
            self.scroll = line.min(self.page.lines().len().saturating_sub(1));
        } else if is_same && anchor.at > 0 && !is_left {
            self.go_to_anchor(anchor);
            self.resized = Some((self.scroll, anchor));
        }
        self.arrived = has_arrived.then_some(self.scroll);
        // Keep the same target selected, wherever it is now.
        self.chosen = chosen
            .filter(|_| is_same)
            .and_then(|chosen| self.page.targets().iter().position(|target| *target == chosen));
        if !is_same {
            // An open prompt stays open, so that further letters are not taken for commands.
            self.find.take_if(|find| !find.is_typing);
        }
        self.highlight_matches();
        self.key = Some(key);
        !is_same || has_other
    }

    /// Whether the first visible line is above the picture or one of its rows.
    fn is_above_picture(&self) -> bool {
        self.page.lines().iter().skip(self.scroll).any(|line| line.kind == Kind::Picture)
    }

    /// Whether it shows a release typeset for this width.
    #[must_use]
    pub fn shows(&self, release: ReleaseIndex, columns: u16, is_tight: bool) -> bool {
        let is_set = |key: &Key| (key.release, key.shape.columns, key.shape.is_tight) == (release, columns, is_tight);
        self.key.as_ref().is_some_and(is_set)
    }

    /// Returns the byte of the text at which the first visible line begins. After a resize, returns the byte from
    /// before it.
    #[must_use]
    pub fn top(&self) -> usize {
        self.scroll_anchor().at
    }

    fn scroll_anchor(&self) -> ScrollAnchor {
        let resized = self.resized.filter(|&(line, _)| line == self.scroll).map(|(_, anchor)| anchor);
        let line = self.page.lines().get(self.scroll);
        let shown = || line.map(|line| ScrollAnchor { at: line.range.start, is_blank: line.range.is_empty() });
        resized.or_else(shown).unwrap_or_default()
    }

    fn go_to_anchor(&mut self, anchor: ScrollAnchor) {
        self.scroll = self.line_of(anchor.at);
        let before = self.scroll.checked_sub(1).filter(|&before| {
            let line = self.page.lines().get(before);
            anchor.is_blank && line.is_some_and(|line| line.range == (anchor.at..anchor.at))
        });
        self.scroll = before.unwrap_or(self.scroll);
    }

    /// Scrolls to the line that contains this byte of the text; for byte 0, to the header.
    pub fn go_to(&mut self, at: usize) {
        self.scroll = if at == 0 { 0 } else { self.line_of(at) };
    }

    fn line_of(&self, at: usize) -> usize {
        self.page.lines().partition_point(|line| line.range.start <= at).saturating_sub(1)
    }

    /// Scrolls to the next line with a match outside the view. Returns whether there is one.
    pub fn go_to_mark(&mut self, below: bool, rows: usize) -> bool {
        let is_marked = |at: &usize| self.page.is_marked(*at);
        let found = if below {
            (self.scroll + rows..self.page.lines().len()).find(is_marked)
        } else {
            (0..self.scroll.min(self.page.lines().len())).rev().find(is_marked)
        };
        // Keep a third of the pane above it.
        let Some(line) = found else { return false };
        self.scroll = line.saturating_sub(rows / 3).min(self.last_scroll(rows));
        true
    }

    /// Scrolls from the top to the first match, unless the first screen shows one.
    pub fn go_to_first_mark(&mut self, rows: usize) {
        let first = self.page.lines().len().min(rows);
        if !(0..first).any(|line| self.page.is_marked(line)) {
            self.arrived = self.go_to_mark(true, rows).then_some(self.scroll);
        }
    }

    /// Replaces release indices after a reload. The page is typeset again the next time it is shown.
    pub fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        if let Some(key) = &mut self.key {
            match now(key.release) {
                Some(release) => (key.release, key.is_stale) = (release, true),
                None => self.key = None,
            }
        }
        self.page.renumber(now);
    }

    /// Clears the pane.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Scrolls by `by` lines in a viewport of `rows`. Returns whether it moved.
    pub fn scroll_by(&mut self, by: isize, rows: usize) -> bool {
        let before = self.scroll;
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_scroll(rows));
        if self.scroll != before {
            self.resized = None;
        }
        self.scroll != before
    }

    /// Fits the scroll position to a viewport of `rows`. If the text ends early, earlier lines come into view.
    pub fn fill(&mut self, rows: usize) {
        let last = self.last_scroll(rows);
        let anchor = self.scroll_anchor();
        if self.resized.is_some_and(|(line, _)| line == self.scroll) {
            self.go_to_anchor(anchor);
        } else if self.scroll <= last {
            return;
        }
        self.scroll = self.scroll.min(last);
        self.resized = Some((self.scroll, anchor));
    }

    /// Returns the largest scroll position that still fills `rows` lines.
    #[must_use]
    pub fn last_scroll(&self, rows: usize) -> usize {
        self.page.lines().len().saturating_sub(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    fn shape(columns: u16, is_tight: bool) -> PageShape {
        PageShape { columns, is_tight, picture: None, changed: None, own_topics: Vec::new() }
    }

    #[test]
    fn a_new_width_keeps_the_line_in_view() {
        let words = "word ".repeat(400);
        let catalog = catalog(&[("t", &words, "", "", (2018, 11, 2))]);
        let release = catalog.release(0.into()).expect("a release");
        let mut detail = Detail::default();
        detail.show(0.into(), &release, shape(72, false), Vec::new(), &[]);
        assert!(detail.scroll_by(20, 10));
        let at = detail.page.lines()[20].range.start;
        detail.show(0.into(), &release, shape(30, true), Vec::new(), &[]);
        assert!(detail.page.lines()[detail.scroll].range.contains(&at));
        assert!(!detail.scroll_by(0, 10) && detail.scroll_by(10_000, 10));
        assert_eq!(detail.scroll, detail.page.lines().len() - 10);
        detail.clear();
        assert_eq!(detail.scroll, 0);
    }

    #[test]
    fn longer_needles_go_to_their_own_first_match_unless_the_user_has_scrolled() {
        let text =
            "Rain. ".repeat(400) + "A riverbed. " + &"Rain. ".repeat(400) + "Two rivers. " + &"Rain. ".repeat(400);
        let catalog = catalog(&[("t", &text, "", "", (2018, 11, 2))]);
        let release = catalog.release(0.into()).expect("a release");
        let mut detail = Detail::default();
        let show = |detail: &mut Detail, needle: &str, columns| {
            let is_new = detail.show(
                0.into(),
                &release,
                shape(columns, false),
                Needle::anywhere(needle.to_owned()).into_iter().collect(),
                &[],
            );
            if is_new && detail.scroll == 0 {
                detail.go_to_first_mark(10);
            }
            let seen = detail.page.lines()[detail.scroll..].iter().take(10);
            let at = text.find(needle).expect("a match");
            (is_new, seen.map(|line| line.range.clone()).any(|range| range.contains(&at)))
        };
        assert_eq!(show(&mut detail, "river", 72), (true, true));
        assert_eq!(show(&mut detail, "rivers", 72), (true, true), "the prefix was found further up");
        assert_eq!(show(&mut detail, "rivers", 60), (false, true));
        assert_eq!(show(&mut detail, "river", 60), (true, true), "the new width did not scroll");
        assert!(detail.show(0.into(), &release, shape(60, false), Vec::new(), &[]));
        assert_eq!(detail.scroll, 0, "without a search there is no match");
        assert_eq!(show(&mut detail, "river", 60), (true, true));
        assert!(detail.scroll_by(3, 10));
        let top = detail.top();
        assert_eq!(show(&mut detail, "rivers", 60), (true, false));
        assert_eq!(detail.top(), top);
    }
}
