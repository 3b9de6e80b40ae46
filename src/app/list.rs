//! The list pane: the selected hit, the visible hits and their headings.

use chrono::Datelike;

use crate::catalog::{Catalog, ReleaseIndex};
use crate::release::Precision;

/// The cursor and the viewport of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct List {
    /// Position of the selected release among the hits.
    pub cursor: usize,
    /// Position of the first visible release.
    pub top: usize,
}

/// The group that a heading stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// A month.
    Month(i32, u32),
    /// A year, for dates without a month.
    Year(i32),
    /// No date.
    Undated,
}

/// A visible entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A heading and the number of hits below it.
    Heading(Group, usize),
    /// The release at this position among the hits.
    Release(usize),
}

/// The hits and what the viewport needs to know about them.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    /// The catalog that the hits index.
    pub catalog: &'a Catalog,
    /// The hits, in display order.
    pub hits: &'a [ReleaseIndex],
    /// Lines per release.
    pub lines: usize,
    /// Lines of the viewport.
    pub rows: usize,
    /// Whether the hits are sorted by date and have headings.
    pub is_grouped: bool,
}

impl Listed<'_> {
    fn group(&self, position: usize) -> Group {
        let date = self.hits.get(position).and_then(|&index| self.catalog.release(index)?.date());
        match date {
            None => Group::Undated,
            Some(date) if date.precision() == Precision::Year => Group::Year(date.year()),
            Some(date) => Group::Month(date.year(), date.day().month()),
        }
    }

    /// The number of lines from the release at `first`, including its heading, to the end of the one at `last`. Stops
    /// counting beyond `rows`.
    fn lines_between(&self, first: usize, last: usize) -> usize {
        let mut lines = usize::from(self.is_grouped) + self.lines;
        for position in first + 1..=last {
            lines += self.lines + usize::from(self.begins_group(position));
            if lines > self.rows {
                break;
            }
        }
        lines
    }

    /// Whether a new group begins at `position`, which must not be 0.
    fn begins_group(&self, position: usize) -> bool {
        self.is_grouped && self.group(position) != self.group(position - 1)
    }

    /// The number of hits in the group of `position`. The hits are sorted, so binary search finds both ends.
    fn group_size(&self, position: usize) -> usize {
        let group = self.group(position);
        let same = |at: usize| self.group(at) == group;
        let edge = |mut inside: usize, mut outside: usize| {
            while inside.abs_diff(outside) > 1 {
                let middle = usize::midpoint(inside, outside);
                if same(middle) { inside = middle } else { outside = middle }
            }
            inside
        };
        let first = if same(0) { 0 } else { edge(position, 0) };
        edge(position, self.hits.len()) - first + 1
    }

    /// The minimum number of releases on a page.
    fn page(&self) -> usize {
        (self.rows.saturating_sub(1) / self.lines).max(1)
    }
}

impl List {
    /// Moves the cursor by `by` releases, within the hits.
    pub fn step(&mut self, by: isize, hits: usize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(hits.saturating_sub(1));
    }

    /// Moves the cursor by `halves` half pages.
    pub fn page(&mut self, halves: isize, listed: Listed<'_>) {
        let by = (listed.page().cast_signed() * halves / 2).abs().max(1) * halves.signum();
        self.step(by, listed.hits.len());
        // Scroll as far as the cursor moves.
        self.top = self.top.saturating_add_signed(by).min(listed.hits.len().saturating_sub(1));
    }

    /// Scrolls by `by` releases; the cursor moves only to stay visible.
    pub fn scroll(&mut self, by: isize, listed: Listed<'_>) {
        let Some(last) = listed.hits.len().checked_sub(1) else { return };
        self.top = self.top.saturating_add_signed(by).min(last);
        self.fill(listed, last);
        self.cursor = self.cursor.max(self.top);
        while self.cursor > self.top && listed.lines_between(self.top, self.cursor) > listed.rows {
            self.cursor -= 1;
        }
    }

    /// Scrolls up while the `last` release stays visible.
    fn fill(&mut self, listed: Listed<'_>, last: usize) {
        while self.top > 0 && listed.lines_between(self.top - 1, last) <= listed.rows {
            self.top -= 1;
        }
    }

    /// Scrolls as little as necessary to show the cursor without leaving empty lines that releases could fill.
    pub fn settle(&mut self, listed: Listed<'_>) {
        let count = listed.hits.len();
        self.cursor = self.cursor.min(count.saturating_sub(1));
        if count == 0 {
            self.top = 0;
            return;
        }
        self.top = self.top.clamp(self.cursor.saturating_sub(listed.rows), self.cursor);
        while self.top < self.cursor && listed.lines_between(self.top, self.cursor) > listed.rows {
            self.top += 1;
        }
        self.fill(listed, count - 1);
    }

    /// Returns the visible entries, top to bottom. If there are headings, the first entry is one, so it sticks.
    #[must_use]
    pub fn view(&self, listed: Listed<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut lines = 0;
        for position in self.top..listed.hits.len() {
            if (listed.is_grouped && position == self.top) || (position > self.top && listed.begins_group(position)) {
                // A heading without a release below it is useless.
                if lines + 1 >= listed.rows && position > self.top {
                    break;
                }
                entries.push(Entry::Heading(listed.group(position), listed.group_size(position)));
                lines += 1;
            }
            if lines >= listed.rows {
                break;
            }
            entries.push(Entry::Release(position));
            lines += listed.lines;
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    fn rows() -> std::sync::Arc<Catalog> {
        catalog(&[
            ("a", "", "", "", (2018, 11, 6)),
            ("b", "", "", "", (2018, 11, 2)),
            ("c", "", "", "", (2018, 10, 31)),
            ("d", "", "", "", (2018, 10, 1)),
            ("e", "", "", "", (2017, 1, 1)),
            ("f", "", "", "", (0, 0, 0)),
        ])
    }

    fn listed(catalog: &Catalog, rows: usize) -> Listed<'_> {
        Listed { catalog, hits: catalog.order(), lines: 2, rows, is_grouped: true }
    }

    #[test]
    fn groups_have_headings_and_sizes() {
        let catalog = rows();
        let entries = List::default().view(listed(&catalog, 40));
        let headings: Vec<_> =
            entries.iter().filter_map(|e| if let Entry::Heading(g, n) = e { Some((*g, *n)) } else { None }).collect();
        let month = |y, m, n| (Group::Month(y, m), n);
        assert_eq!(headings, [month(2018, 11, 2), month(2018, 10, 2), month(2017, 1, 1), (Group::Undated, 1)]);
    }

    #[test]
    fn the_heading_sticks_and_the_cursor_stays_in_view() {
        let catalog = rows();
        let mut list = List { cursor: 3, top: 0 };
        list.settle(listed(&catalog, 6));
        assert_eq!(list.top, 2);
        assert_eq!(list.view(listed(&catalog, 6))[0], Entry::Heading(Group::Month(2018, 10), 2));
        list.cursor = 0;
        list.settle(listed(&catalog, 6));
        assert_eq!(list.top, 0);
    }

    #[test]
    fn every_cursor_is_in_view_at_every_height() {
        let catalog = rows();
        for height in 1..20 {
            for start in 0..6 {
                for cursor in 0..6 {
                    let mut list = List { cursor, top: start };
                    list.settle(listed(&catalog, height));
                    let shown = list.view(listed(&catalog, height)).contains(&Entry::Release(cursor));
                    assert!(shown || height < 2, "cursor {cursor} from {start} in {height} lines");
                }
            }
        }
    }

    #[test]
    fn no_line_stays_empty_at_the_end() {
        let catalog = rows();
        let mut list = List { cursor: 5, top: 5 };
        list.settle(listed(&catalog, 40));
        assert_eq!(list.top, 0);
    }
}
