//! Where the list begins: pages and scrolling over releases that take one or more lines each.

use super::ListView;
use crate::app::ListCursor;

impl ListView<'_> {
    /// The lines of the release at `position` and of a heading above it.
    fn height(&self, position: usize, at: Option<usize>) -> usize {
        self.row(position, at).height() + usize::from(position > 0 && self.begins_group(position))
    }

    /// The lines of the heading that sticks to the top, and of the release below it.
    fn top_height(&self, top: usize, at: Option<usize>) -> usize {
        self.row(top, at).height() + usize::from(self.is_grouped)
    }

    /// Returns the last release from `top` to `wanted` that would be in view if it were selected.
    fn last_in_view(&self, top: usize, wanted: usize) -> usize {
        let mut found = top;
        let mut lines = usize::from(self.is_grouped);
        for position in top..=wanted {
            let heading = usize::from(position > top && self.begins_group(position));
            if lines + heading > self.shape.rows {
                break;
            }
            if lines + heading + self.row(position, Some(position)).height() <= self.shape.rows {
                found = position;
            }
            lines += heading + self.row(position, Some(wanted)).height();
        }
        found
    }

    /// Returns the first release of the page that ends with `last`, in a list with the cursor `at`. `lowest` bounds it.
    fn first_in_view(&self, last: usize, lowest: usize, at: Option<usize>) -> usize {
        let mut first = last;
        // The heading above a release is replaced by the one that sticks.
        let mut lines = self.top_height(last, at);
        while first > lowest {
            let above = self.row(first - 1, at).height();
            lines += above + usize::from(self.begins_group(first));
            if lines > self.shape.rows {
                break;
            }
            first -= 1;
        }
        first
    }

    /// Returns the number of releases on the page that begins at `top`, or on the one that ends above it.
    fn page(&self, top: usize, is_down: bool) -> usize {
        // The cursor leaves the page, so no release on it is selected.
        let count = match (is_down, top.checked_sub(1), self.hits.len().checked_sub(1)) {
            (true, _, Some(last)) => {
                let mut lines = self.top_height(top, None);
                let rest = (top + 1..=last).take_while(|&position| {
                    lines += self.height(position, None);
                    lines <= self.shape.rows
                });
                1 + rest.count()
            }
            (false, Some(above), _) => above + 1 - self.first_in_view(above, 0, None),
            _ => 1,
        };
        count.max(1)
    }

    /// Moves a cursor by `halves` half pages. No release is skipped unseen.
    #[must_use]
    pub fn paged(&self, mut cursor: ListCursor, halves: isize) -> ListCursor {
        let Some(last) = self.hits.len().checked_sub(1) else { return cursor };
        let page = self.page(cursor.top, halves > 0).cast_signed();
        let by = (page * halves / 2).abs().max(1) * halves.signum();
        // Scroll as far as the cursor moves.
        cursor.top = cursor.top.saturating_add_signed(by).min(last);
        cursor.step(by, self.hits.len());
        cursor.at = self.last_in_view(cursor.top, cursor.at.max(cursor.top));
        cursor
    }

    /// Scrolls by the releases that take up `lines`; the cursor moves only to stay visible.
    #[must_use]
    pub fn scrolled(&self, mut cursor: ListCursor, lines: isize) -> ListCursor {
        let Some(last) = self.hits.len().checked_sub(1) else { return cursor };
        let mut left = lines.unsigned_abs();
        while left > 0 && (if lines > 0 { cursor.top < last } else { cursor.top > 0 }) {
            let passed = if lines > 0 { cursor.top } else { cursor.top - 1 };
            left = left.saturating_sub(self.row(passed, Some(cursor.at)).height());
            cursor.top = cursor.top.saturating_add_signed(lines.signum());
        }
        cursor.top = self.filled(cursor.top, cursor.at.max(cursor.top));
        cursor.at = self.last_in_view(cursor.top, cursor.at.max(cursor.top));
        cursor
    }

    /// Returns the first visible release after scrolling up from `top` while the last release stays visible.
    fn filled(&self, top: usize, at: usize) -> usize {
        let Some(last) = self.hits.len().checked_sub(1) else { return top };
        // Far from the end, nothing needs to be laid out.
        if (last - top) * self.shape.style.least_lines() > self.shape.rows {
            return top;
        }
        top.min(self.first_in_view(last, 0, Some(at)))
    }

    /// Scrolls as little as necessary to show the cursor without leaving empty lines that releases could fill.
    #[must_use]
    pub fn settled(&self, mut cursor: ListCursor) -> ListCursor {
        let Some(last) = self.hits.len().checked_sub(1) else { return ListCursor::default() };
        cursor.at = cursor.at.min(last);
        let lowest = cursor.top.clamp(cursor.at.saturating_sub(self.shape.rows), cursor.at);
        cursor.top = self.first_in_view(cursor.at, lowest, Some(cursor.at));
        cursor.top = self.filled(cursor.top, cursor.at);
        cursor
    }
}
