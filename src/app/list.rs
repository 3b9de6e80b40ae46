//! The list pane: the visible hits and their headings. Its cursor counts hits, which take one or more lines each: `row`
//! lays them out. Only the hits in or near the viewport are laid out.

mod apart;
pub mod facts;
pub mod row;
mod scroll;
pub mod snippet;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::Datelike;

use super::ListCursor;
use apart::{ShownTitle, tell_apart};
use facts::{Fact, Shortened, facts};
use row::{RowColumns, RowLines, RowShape, RowStyle};
use snippet::{Snippet, missing_in_title, snippet};

use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef};
use crate::query::Needle;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A heading and the number of hits below it.
    Heading(Group, usize),
    /// A release.
    Release(Row),
}

/// A release in view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its position among the hits.
    pub position: usize,
    /// Its lines.
    pub lines: RowLines,
    /// The matches in its title.
    pub found: Vec<Range<usize>>,
    /// What is shown of topic, place and source.
    pub facts: Vec<Fact>,
    /// The sentence with the first match in the text, for the last line.
    pub snippet: Option<Snippet>,
}

impl Entry {
    /// The number of its lines.
    #[must_use]
    pub fn height(&self) -> usize {
        self.release().map_or(1, |row| row.lines.height())
    }

    /// The release.
    #[must_use]
    pub fn release(&self) -> Option<&Row> {
        if let Self::Release(row) = self { Some(row) } else { None }
    }

    /// The position of the release among the hits.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.release().map(|row| row.position)
    }
}

/// The hits and what the viewport needs to know about them.
pub struct ListView<'a> {
    /// The catalog that the hits index.
    pub catalog: &'a Catalog,
    /// The hits, in display order.
    pub hits: &'a [ReleaseIndex],
    /// The words that the hits contain.
    pub needles: Vec<Needle>,
    /// The settings that all rows share, and the lines of the viewport.
    pub shape: RowShape,
    /// Whether the hits are sorted by date and have headings.
    pub is_grouped: bool,
    laid_out: RefCell<LaidOut>,
}

/// The lines of releases by position and whether the cursor is there. Finding the page asks for them several times, and
/// most stay the same while the cursor moves.
#[derive(Debug, Default)]
pub struct LaidOut {
    /// `None` at first, because an empty catalog would cost more than the lines.
    catalog: Option<Arc<Catalog>>,
    hits: Arc<[ReleaseIndex]>,
    needles: Vec<Needle>,
    shape: Option<RowShape>,
    rows: HashMap<(usize, bool), RowLines>,
    snippets: HashMap<usize, Option<Snippet>>,
    shortened: Shortened,
}

impl LaidOut {
    /// The most releases whose lines are kept.
    const MOST: usize = 1_000;

    /// Returns the lines that still hold for a list of these hits, which `view` shows.
    #[must_use]
    pub fn of(self, catalog: &Arc<Catalog>, hits: &Arc<[ReleaseIndex]>, view: &ListView<'_>) -> Self {
        let is_same_catalog = self.catalog.as_ref().is_some_and(|last| Arc::ptr_eq(last, catalog));
        let is_same = is_same_catalog && Arc::ptr_eq(&self.hits, hits);
        if is_same && self.needles == view.needles && self.shape == Some(view.shape) && self.rows.len() < Self::MOST {
            return self;
        }
        let (catalog, hits, needles) = (Some(Arc::clone(catalog)), Arc::clone(hits), view.needles.clone());
        let shape = Some(view.shape);
        Self { catalog, hits, needles, shape, ..Self::default() }
    }
}

impl<'a> ListView<'a> {
    /// Creates a view of hits.
    #[must_use]
    pub fn new(
        catalog: &'a Catalog,
        hits: &'a [ReleaseIndex],
        needles: Vec<Needle>,
        shape: RowShape,
        is_grouped: bool,
    ) -> Self {
        Self { catalog, hits, needles, shape, is_grouped, laid_out: RefCell::default() }
    }

    /// Returns the view, with lines that have been laid out before.
    #[must_use]
    pub fn with(self, laid_out: LaidOut) -> Self {
        Self { laid_out: RefCell::new(laid_out), ..self }
    }

    /// Returns the lines that have been laid out.
    #[must_use]
    pub fn into_laid_out(self) -> LaidOut {
        self.laid_out.into_inner()
    }

    fn release(&self, position: usize) -> Option<ReleaseRef<'a>> {
        self.catalog.release(*self.hits.get(position)?)
    }

    fn group(&self, position: usize) -> Group {
        let date = self.release(position).and_then(|release| release.date());
        match date {
            None => Group::Undated,
            Some(date) if date.precision() == Precision::Year => Group::Year(date.year()),
            Some(date) => Group::Month(date.year(), date.day().month()),
        }
    }

    /// Returns the lines of the release at `position`, in a list with the cursor `at`.
    fn row(&self, position: usize, at: Option<usize>) -> RowLines {
        let is_selected = at == Some(position);
        let key = (position, is_selected);
        if let Some(lines) = self.laid_out.borrow().rows.get(&key) {
            return lines.clone();
        }
        let lines = self.release(position).map(|release| self.lay_out(&release, position, is_selected));
        let lines = lines.unwrap_or_default();
        // Once the text has been folded, a match may be found in it.
        if self.needles.is_empty() || !self.folded(position).is_empty() {
            self.laid_out.borrow_mut().rows.insert(key, lines.clone());
        }
        lines
    }

    fn lay_out(&self, release: &ReleaseRef<'_>, position: usize, is_selected: bool) -> RowLines {
        let near = self.shape.rows / self.shape.style.least_lines();
        let window = position.saturating_sub(near)..(position + near).min(self.hits.len());
        let titles = window.filter_map(|position| Some(self.release(position)?.heading()));
        let has_snippet = self.shape.style != RowStyle::Compact && self.is_found_in_text(position);
        // Without a heading, its line is free.
        let rows = self.shape.rows + usize::from(!self.is_grouped);
        let shape = RowShape { rows: rows.saturating_sub(usize::from(has_snippet)), ..self.shape };
        RowLines { has_snippet, ..shape.lines(release, is_selected, titles) }
    }

    /// The folded text of a release; empty past the end.
    fn folded(&self, position: usize) -> &'a str {
        self.hits.get(position).map(|&index| self.catalog.folded(index)).unwrap_or_default()
    }

    /// Whether the text of a release contains a needle that its title lacks.
    fn is_found_in_text(&self, position: usize) -> bool {
        !self.needles.is_empty() && missing_in_title(self.folded(position), &self.needles).next().is_some()
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

    /// Returns the visible entries. If there are headings, the first entry is one, so it sticks.
    #[must_use]
    pub fn entries(&self, cursor: ListCursor) -> Vec<Entry> {
        let (top, rows) = (cursor.top, self.shape.rows);
        let mut entries = Vec::new();
        let mut lines = 0;
        for position in top..self.hits.len() {
            if (self.is_grouped && position == top) || (position > top && self.begins_group(position)) {
                // A heading without a release below it is useless.
                if lines + 1 >= rows && position > top {
                    break;
                }
                entries.push(Entry::Heading(self.group(position), self.group_size(position)));
                lines += 1;
            }
            if lines >= rows {
                break;
            }
            let row = self.row(position, Some(cursor.at));
            lines += row.height();
            entries.push(Entry::Release(Row { position, lines: row, ..Row::default() }));
        }
        self.complete(&mut entries);
        entries
    }

    /// Adds what depends on all releases in view, and the matches.
    fn complete(&self, entries: &mut [Entry]) {
        let rows =
            entries.iter_mut().filter_map(|entry| if let Entry::Release(row) = entry { Some(row) } else { None });
        let rows = rows.filter_map(|row| Some((self.release(row.position)?, row)));
        let mut rows: Vec<(ReleaseRef<'_>, &mut Row)> = rows.collect();
        let columns = usize::from(RowColumns::new(self.shape.width, self.shape.style, self.shape.sort).width);
        let titles = rows.iter_mut().map(|(release, row)| (release.heading(), row.lines.title.as_mut_slice()));
        tell_apart(&mut titles.map(|(title, lines)| ShownTitle { title, lines }).collect::<Vec<_>>(), columns);
        let placed: Vec<_> = rows.iter().map(|(release, row)| (*release, &row.lines)).collect();
        let facts = facts(&placed, &self.shape, &mut self.laid_out.borrow_mut().shortened);
        for ((release, row), facts) in rows.iter_mut().zip(facts) {
            row.facts = facts;
            let title = release.heading().as_str();
            row.found = self.needles.iter().flat_map(|needle| needle.matches(title)).collect();
            if row.lines.has_snippet {
                let find = || snippet(release, self.folded(row.position), &self.needles, columns);
                let snippets = &mut self.laid_out.borrow_mut().snippets;
                row.snippet.clone_from(snippets.entry(row.position).or_insert_with(find));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;
    use crate::query::Sort;

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
        let shape = RowShape { style: RowStyle::Wrapped, width: 40, rows, sort: Sort::Newest };
        ListView::new(catalog, catalog.order(), Vec::new(), shape, true)
    }

    #[test]
    fn groups_have_headings_and_sizes() {
        let catalog = rows();
        let entries = view(&catalog, 40).entries(ListCursor::default());
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
        assert_eq!(view(&catalog, 6).entries(list)[0], Entry::Heading(Group::Month(2018, 10), 2));
        assert_eq!(view(&catalog, 6).settled(ListCursor { at: 0, ..list }).top, 0);
    }

    #[test]
    fn every_cursor_is_in_view_at_every_height() {
        let catalog = rows();
        for height in 1..20 {
            for start in 0..6 {
                for cursor in 0..6 {
                    let list = view(&catalog, height).settled(ListCursor { at: cursor, top: start });
                    let entries = view(&catalog, height).entries(list);
                    let shown = entries.iter().any(|entry| entry.position() == Some(cursor));
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

    /// Forty releases with titles of one to five lines, in months of three.
    fn uneven() -> std::sync::Arc<Catalog> {
        let titles: Vec<_> = (0..40).map(|n| "words of a title ".repeat(1 + n * 7 % 11) + &n.to_string()).collect();
        let date = |n: u32| (2018 - (n / 24).cast_signed(), 12 - n / 3 % 8, 1);
        let items: Vec<_> = (0..).zip(&titles).map(|(n, title)| (title.as_str(), "", "Topic", "", date(n))).collect();
        catalog(&items)
    }

    fn positions(view: &ListView<'_>, cursor: ListCursor) -> Vec<usize> {
        view.entries(cursor).iter().filter_map(Entry::position).collect()
    }

    #[test]
    fn rows_of_different_heights_keep_the_cursor_in_view_and_the_page_full() {
        let catalog = uneven();
        for rows in 3..24 {
            let view = view(&catalog, rows);
            for at in 0..40_usize {
                for top in [0, at.saturating_sub(3), at, at + 2, 39] {
                    let cursor = view.settled(ListCursor { at, top });
                    assert_eq!(view.settled(cursor), cursor);
                    let entries = view.entries(cursor);
                    let above = entries.iter().take_while(|entry| entry.position() != Some(at));
                    let own = entries.iter().find(|entry| entry.position() == Some(at)).expect("it is in view");
                    let lines = above.map(Entry::height).sum::<usize>() + own.height();
                    assert!(lines <= rows, "release {at} ends in line {lines} of {rows}");
                    let all = entries.iter().map(Entry::height).sum::<usize>();
                    let ends = |entries: &[Entry]| entries.last().and_then(Entry::position) == Some(39);
                    if all < rows && cursor.top > 0 && ends(&entries) {
                        let above = view.entries(ListCursor { at, top: cursor.top - 1 });
                        let all = above.iter().map(Entry::height).sum::<usize>();
                        assert!(all > rows || !ends(&above), "a release has room above {}", cursor.top);
                    }
                }
            }
        }
    }

    #[test]
    fn paging_and_scrolling_skip_no_release() {
        let catalog = uneven();
        for rows in 3..24 {
            let view = view(&catalog, rows);
            // A low viewport scrolls by more than it shows.
            for (by, is_paging) in [(2, true), (1, true), (if rows < 9 { 1 } else { 3 }, false)] {
                let step = |cursor, by| {
                    view.settled(if is_paging { view.paged(cursor, by) } else { view.scrolled(cursor, by) })
                };
                for (mut cursor, by) in
                    [(ListCursor::default(), by), (view.settled(ListCursor { at: 39, top: 39 }), -by)]
                {
                    let mut seen = std::collections::BTreeSet::new();
                    for _ in 0..90 {
                        seen.extend(positions(&view, cursor));
                        cursor = step(cursor, by);
                    }
                    assert_eq!(seen.len(), 40, "{rows} rows by {by}, paging: {is_paging}");
                }
            }
        }
    }

    #[test]
    fn a_release_found_in_its_text_shows_where() {
        let catalog = catalog(&[("Tea", "The harvest was good.", "", "", (2018, 11, 6))]);
        let has_snippet = || {
            let view =
                ListView { needles: Needle::anywhere("harvest".to_owned()).into_iter().collect(), ..view(&catalog, 9) };
            let entries = view.entries(ListCursor::default());
            entries.iter().filter_map(Entry::release).any(|row| row.lines.has_snippet && row.snippet.is_some())
        };
        assert!(has_snippet());
    }
}
