//! The detail pane: one release set as lines, and how far it is scrolled. `find` finds words within the text.

mod find;

pub use find::Find;

use crate::catalog::ReleaseRef;
use crate::typeset::TypesetPage;

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    /// The lines.
    pub page: TypesetPage,
    /// Index of the first line in view.
    pub scroll: usize,
    /// The target below the text that the cursor is on.
    pub chosen: Option<usize>,
    /// Words that are looked for within the text.
    pub find: Option<Find>,
    /// A line that sizes put in view, and what was to be there: the top is no further up after many sizes than after one.
    held: Option<(usize, ScrollAnchor)>,
    key: Option<Key>,
}

/// A place in the text, whatever its lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ScrollAnchor {
    /// In bytes.
    at: usize,
    /// The blank line before what begins there.
    is_blank: bool,
}

/// What the page was set for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    release: u32,
    columns: u16,
    is_tight: bool,
    needles: Vec<String>,
    similar: Vec<u32>,
    /// The release may read otherwise now.
    is_stale: bool,
}

impl Detail {
    /// Shows a release with those that are like it, its head without blank lines where it is tight. A new release starts
    /// at its top; at another width the line in view stays.
    pub fn show(
        &mut self,
        index: u32,
        release: &ReleaseRef<'_>,
        columns: u16,
        is_tight: bool,
        needles: Vec<String>,
        similar: &[(u32, ReleaseRef<'_>)],
    ) {
        let numbers = similar.iter().map(|&(number, _)| number).collect();
        let key = Key { release: index, columns, is_tight, needles, similar: numbers, is_stale: false };
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let spot = self.spot();
        let is_same = self.key.as_ref().is_some_and(|before| before.release == index);
        let chosen = self.chosen.and_then(|chosen| self.page.targets().get(chosen).cloned());
        self.page = TypesetPage::to_read(release, columns, is_tight, &key.needles, similar);
        (self.scroll, self.held) = (0, None);
        if is_same && spot.at > 0 {
            self.go_to_spot(spot);
            self.held = Some((self.scroll, spot));
        }
        // The same target, wherever it stands now.
        self.chosen = chosen
            .filter(|_| is_same)
            .and_then(|chosen| self.page.targets().iter().position(|target| *target == chosen));
        if !is_same {
            // What is being typed stays open: letters that come behind it are no commands.
            self.find.take_if(|find| !find.is_typing);
        }
        self.mark_found();
        self.key = Some(key);
    }

    /// Whether it shows a release, set for this width.
    #[must_use]
    pub fn shows(&self, release: u32, columns: u16, is_tight: bool) -> bool {
        let is_set = |key: &Key| (key.release, key.columns, key.is_tight) == (release, columns, is_tight);
        self.key.as_ref().is_some_and(is_set)
    }

    /// Where in the text the first line in view begins, in bytes; where only sizes have moved it since, where it began
    /// before them.
    #[must_use]
    pub fn top(&self) -> usize {
        self.spot().at
    }

    fn spot(&self) -> ScrollAnchor {
        let held = self.held.filter(|&(line, _)| line == self.scroll).map(|(_, spot)| spot);
        let line = self.page.lines().get(self.scroll);
        let shown = || line.map(|line| ScrollAnchor { at: line.range.start, is_blank: line.range.is_empty() });
        held.or_else(shown).unwrap_or_default()
    }

    fn go_to_spot(&mut self, spot: ScrollAnchor) {
        self.go_to(spot.at);
        let before = self.scroll.checked_sub(1).filter(|&before| {
            let line = self.page.lines().get(before);
            spot.is_blank && line.is_some_and(|line| line.range == (spot.at..spot.at))
        });
        self.scroll = before.unwrap_or(self.scroll);
    }

    /// Scrolls to the line with this byte of the text.
    pub fn go_to(&mut self, at: usize) {
        self.scroll = self.page.lines().partition_point(|line| line.range.start <= at).saturating_sub(1);
    }

    /// Scrolls to the next line with a mark that is not in view; whether there is one.
    pub fn go_to_mark(&mut self, below: bool, rows: usize) -> bool {
        let is_marked = |at: &usize| self.page.is_marked(*at);
        let found = if below {
            (self.scroll + rows..self.page.lines().len()).find(is_marked)
        } else {
            (0..self.scroll.min(self.page.lines().len())).rev().find(is_marked)
        };
        // A third of the pane stays above it.
        let Some(line) = found else { return false };
        self.scroll = line.saturating_sub(rows / 3).min(self.last_scroll(rows));
        true
    }

    /// Releases have other numbers now, and perhaps other texts: the page is set anew at its next showing.
    pub fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        if let Some(key) = &mut self.key {
            match now(key.release) {
                Some(release) => (key.release, key.is_stale) = (release, true),
                None => self.key = None,
            }
        }
        self.page.renumber(now);
    }

    /// Shows nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Scrolls by `by` lines in a viewport of `rows`; whether it moved.
    pub fn scroll_by(&mut self, by: isize, rows: usize) -> bool {
        let before = self.scroll;
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_scroll(rows));
        if self.scroll != before {
            self.held = None;
        }
        self.scroll != before
    }

    /// Fills a viewport of `rows`. Where the text ends before that, its beginning comes back into view with fewer rows.
    pub fn fill(&mut self, rows: usize) {
        let last = self.last_scroll(rows);
        let spot = self.spot();
        if self.held.is_some_and(|(line, _)| line == self.scroll) {
            self.go_to_spot(spot);
        } else if self.scroll <= last {
            return;
        }
        self.scroll = self.scroll.min(last);
        self.held = Some((self.scroll, spot));
    }

    /// The furthest scroll that still fills `rows` lines.
    #[must_use]
    pub fn last_scroll(&self, rows: usize) -> usize {
        self.page.lines().len().saturating_sub(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn a_new_width_keeps_the_line_in_view() {
        let words = "word ".repeat(400);
        let catalog = catalog(&[("t", &words, "", "", (2018, 11, 2))]);
        let release = catalog.release(0).expect("a release");
        let mut detail = Detail::default();
        detail.show(0, &release, 72, false, Vec::new(), &[]);
        assert!(detail.scroll_by(20, 10));
        let at = detail.page.lines()[20].range.start;
        detail.show(0, &release, 30, true, Vec::new(), &[]);
        assert!(detail.page.lines()[detail.scroll].range.contains(&at));
        assert!(!detail.scroll_by(0, 10) && detail.scroll_by(10_000, 10));
        assert_eq!(detail.scroll, detail.page.lines().len() - 10);
        detail.clear();
        assert_eq!(detail.scroll, 0);
    }
}
