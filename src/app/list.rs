//! The list pane: the visible hits and their headings. Its cursor counts hits; headings and hits of two lines make a
//! view of it hold fewer of them than lines.

use chrono::Datelike;

use super::ListCursor;
use crate::catalog::{Catalog, ReleaseIndex};
use crate::release::Precision;

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
pub struct ListView<'a> {
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

impl ListView<'_> {
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

impl ListView<'_> {
    /// Moves a cursor by `halves` half pages.
    #[must_use]
    pub fn paged(self, mut cursor: ListCursor, halves: isize) -> ListCursor {
        let by = (self.page().cast_signed() * halves / 2).abs().max(1) * halves.signum();
        cursor.step(by, self.hits.len());
        // Scroll as far as the cursor moves.
        cursor.top = cursor.top.saturating_add_signed(by).min(self.hits.len().saturating_sub(1));
        cursor
    }

    /// Scrolls by `by` releases; the cursor moves only to stay visible.
    #[must_use]
    pub fn scrolled(self, mut cursor: ListCursor, by: isize) -> ListCursor {
        let Some(last) = self.hits.len().checked_sub(1) else { return cursor };
        cursor.top = self.filled(cursor.top.saturating_add_signed(by).min(last), last);
        cursor.at = cursor.at.max(cursor.top);
        while cursor.at > cursor.top && self.lines_between(cursor.top, cursor.at) > self.rows {
            cursor.at -= 1;
        }
        cursor
    }

    /// Returns the first visible release after scrolling up from `top` while the `last` release stays visible.
    fn filled(self, mut top: usize, last: usize) -> usize {
        while top > 0 && self.lines_between(top - 1, last) <= self.rows {
            top -= 1;
        }
        top
    }

    /// Scrolls as little as necessary to show the cursor without leaving empty lines that releases could fill.
    #[must_use]
    pub fn settled(self, mut cursor: ListCursor) -> ListCursor {
        let Some(last) = self.hits.len().checked_sub(1) else { return ListCursor::default() };
        cursor.at = cursor.at.min(last);
        cursor.top = cursor.top.clamp(cursor.at.saturating_sub(self.rows), cursor.at);
        while cursor.top < cursor.at && self.lines_between(cursor.top, cursor.at) > self.rows {
            cursor.top += 1;
        }
        cursor.top = self.filled(cursor.top, last);
        cursor
    }

    /// Returns the visible entries from the release at `top` on. If there are headings, the first entry is one, so it
    /// sticks.
    #[must_use]
    pub fn entries(self, top: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut lines = 0;
        for position in top..self.hits.len() {
            if (self.is_grouped && position == top) || (position > top && self.begins_group(position)) {
                // A heading without a release below it is useless.
                if lines + 1 >= self.rows && position > top {
                    break;
                }
                entries.push(Entry::Heading(self.group(position), self.group_size(position)));
                lines += 1;
            }
            if lines >= self.rows {
                break;
            }
            entries.push(Entry::Release(position));
            lines += self.lines;
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

    fn view(catalog: &Catalog, rows: usize) -> ListView<'_> {
        ListView { catalog, hits: catalog.order(), lines: 2, rows, is_grouped: true }
    }

    #[test]
    fn groups_have_headings_and_sizes() {
        let catalog = rows();
        let entries = view(&catalog, 40).entries(0);
        let headings: Vec<_> =
            entries.iter().filter_map(|e| if let Entry::Heading(g, n) = e { Some((*g, *n)) } else { None }).collect();
        let month = |y, m, n| (Group::Month(y, m), n);
        assert_eq!(headings, [month(2018, 11, 2), month(2018, 10, 2), month(2017, 1, 1), (Group::Undated, 1)]);
    }

    #[test]
    fn the_heading_sticks_and_the_cursor_stays_in_view() {
        let catalog = rows();
        let list = view(&catalog, 6).settled(ListCursor { at: 3, top: 0 });
        assert_eq!(list.top, 2);
        assert_eq!(view(&catalog, 6).entries(list.top)[0], Entry::Heading(Group::Month(2018, 10), 2));
        assert_eq!(view(&catalog, 6).settled(ListCursor { at: 0, ..list }).top, 0);
    }

    #[test]
    fn every_cursor_is_in_view_at_every_height() {
        let catalog = rows();
        for height in 1..20 {
            for start in 0..6 {
                for cursor in 0..6 {
                    let list = view(&catalog, height).settled(ListCursor { at: cursor, top: start });
                    let shown = view(&catalog, height).entries(list.top).contains(&Entry::Release(cursor));
                    assert!(shown || height < 2, "cursor {cursor} from {start} in {height} lines");
                }
            }
        }
    }

    #[test]
    fn no_line_stays_empty_at_the_end() {
        let catalog = rows();
        assert_eq!(view(&catalog, 40).settled(ListCursor { at: 5, top: 5 }).top, 0);
    }
}
