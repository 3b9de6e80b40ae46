//! The list pane. Only the visible rows are built.

use std::ops::Range;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::empty;
use super::painter::{BAR, Painter};
use crate::app::list::facts::SEPARATOR;
use crate::app::list::row::{FACTS_GAP, FactsPlace, GUTTER, RowColumns, TitleLine, day, short_date};
use crate::app::list::{Entry, Group, Row};
use crate::app::{App, Layout, Mark, Pane};
use crate::catalog::{Facet, ReleaseRef};
use crate::query::Sort;
use crate::text::{Clean, CleanBuf, cells, grouped, is_right_to_left};
use crate::typeset::month_name;

/// Draws the pane. Returns the cell of the selected release.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let area = layout.list;
    heading(app, layout, pen);
    let rows = Rect { y: area.y + layout.head(), height: layout.list_rows(), ..area };
    if app.hits.order.is_empty() {
        let inside = Rect { x: rows.x + GUTTER, width: rows.width.saturating_sub(GUTTER + 1), ..rows };
        empty::draw(app, inside, pen);
        return None;
    }
    let mut y = rows.y;
    let mut cursor = None;
    for entry in &app.list_entries {
        let height = (entry.height() as u16).min(rows.bottom() - y);
        match entry {
            Entry::Heading(group, count) => group_heading(rows, y, *group, *count, pen),
            Entry::Release(row) => {
                let place = Rect { y, height, ..rows };
                let Some(row) = RowPainter::new(app, row) else { continue };
                if row.is_selected {
                    cursor = Some(Position::new(place.x, y));
                }
                row.draw(app, layout, place, pen);
            }
        }
        y += height;
    }
    cursor
}

fn heading(app: &App, layout: &Layout, pen: &mut Painter<'_>) {
    let (area, theme) = (layout.list, pen.theme);
    let (x, end) = (area.x + 1, area.right());
    let style = if app.focus == Pane::List { theme.accent } else { theme.dim };
    let (hits, all) = (app.hits.order.len(), app.catalog.len());
    let mut at = x + pen.put(x, area.y, area.width, "RELEASES", style) + 2;
    let counts = if app.query.is_empty() { grouped(all) } else { format!("{} of {}", grouped(hits), grouped(all)) };
    at += pen.put(at, area.y, end.saturating_sub(at), &counts, theme.text);
    if end.saturating_sub(at) > 21 {
        let order = match app.sort {
            Sort::Newest => "newest first ↓",
            Sort::Oldest => "oldest first ↑",
            Sort::Title => "by title ↓",
            Sort::Relevance => "best match first ↓",
        };
        pen.right(end - 1, area.y, order, theme.dim);
    }
}

fn group_heading(rows: Rect, y: u16, group: Group, count: usize, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let text = match group {
        Group::Month(year, month) => format!("{} {year}", month_name(month)),
        Group::Year(year) => year.to_string(),
        Group::Undated => "No date".to_owned(),
    };
    let x = rows.x + 1;
    let taken = pen.put(x, y, rows.width - 1, &text, theme.dim.add_modifier(Modifier::BOLD));
    let end = pen.right(rows.right() - 1, y, &grouped(count), theme.dim);
    let start = x + taken + 1;
    pen.horizontal(start, y, end.saturating_sub(start + 1));
}

/// Columns that the label of what a server found leaves to the facts.
const LEAST_FACTS: u16 = 8;
/// Behind the facts of a release that a server found; the shorter one where the facts leave no room for the other.
const FOUND: [&str; 2] = ["found at the server", "at the server"];

#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact")]
struct RowPainter<'a> {
    row: &'a Row,
    release: ReleaseRef<'a>,
    is_selected: bool,
    /// The sign at the left of a row under the cursor or selected for marking.
    bar: Option<&'static str>,
    is_unread: bool,
    is_starred: bool,
    is_found: bool,
    is_changed: bool,
}

impl<'a> RowPainter<'a> {
    fn new(app: &'a App, row: &'a Row) -> Option<Self> {
        let position = row.position;
        let index = *app.hits.order.get(position)?;
        let is_selected = position == app.list.at;
        Some(Self {
            row,
            release: app.catalog.release(index)?,
            is_selected,
            // Each state has its own sign, so colour is not needed to tell them apart.
            bar: match (is_selected, app.selection.has(position, index)) {
                (true, true) => Some("█"),
                (true, false) => Some(BAR),
                (false, true) => Some("┃"),
                (false, false) => None,
            },
            is_unread: !app.marks.has(Mark::Read, index),
            is_starred: app.marks.has(Mark::Starred, index),
            is_found: app.is_found_at_server(index),
            is_changed: app.changes.at(index).is_some(),
        })
    }

    fn draw(&self, app: &App, layout: &Layout, place: Rect, pen: &mut Painter<'_>) {
        let theme = pen.theme;
        let has_focus = app.focus == Pane::List;
        if let Some(bar) = self.bar {
            pen.tint(place, if self.is_selected && has_focus { theme.selected } else { theme.marked });
            let ink = if has_focus { theme.accent } else { theme.dim };
            for y in place.top()..place.bottom() {
                pen.sign(place.x, y, bar, ink);
            }
        }
        if self.is_unread {
            pen.put(place.x + 1, place.y, 1, "●", theme.unread);
        }
        if self.is_starred {
            pen.put(place.x + 2, place.y, 1, "★", theme.accent);
        }
        if self.is_changed {
            let column = if self.is_starred { 3 } else { 2 };
            pen.put(place.x + column, place.y, 1, "~", theme.accent);
        }
        let columns = RowColumns::new(place.width, layout.row_style(), app.sort);
        let date = if app.sort.is_by_date() { day(&self.release) } else { short_date(&self.release, app.sort) };
        pen.put(place.x + GUTTER, place.y, columns.date, &date, theme.dim);
        let lines = &self.row.lines;
        let x = place.x + columns.title;
        let mut end = x;
        for (line, y) in lines.title.iter().zip(place.top()..place.bottom()) {
            end = self.title_line(line, Rect { x, y, width: columns.width, height: 1 }, pen);
        }
        let below = place.y + lines.title.len() as u16;
        let behind = if self.is_right_to_left() { x } else { end + FACTS_GAP };
        match lines.facts {
            FactsPlace::Behind => self.facts(behind, below - 1, place, app.sort, pen),
            FactsPlace::Below => self.facts(x, below, place, app.sort, pen),
            FactsPlace::Beside => {
                let x = place.right().saturating_sub(columns.topic + 1);
                self.put_facts(x, Rect { height: 1, ..place }, pen);
            }
        }
        let y = place.y + (lines.height() as u16).saturating_sub(1);
        if lines.has_snippet && y < place.bottom() {
            self.snippet(Rect { x, y, width: columns.width, height: 1 }, pen);
        }
    }

    /// Whether the title is aligned to the right.
    fn is_right_to_left(&self) -> bool {
        is_right_to_left(self.release.heading().as_str())
    }

    /// The beginning of the text, at least so many columns.
    fn text_start(&self, columns: u16) -> CleanBuf {
        // A column takes at most 32 bytes.
        self.release.summary_start(32 * usize::from(columns) + 32)
    }

    /// Draws the sentence of the first match in the text.
    fn snippet(&self, place: Rect, pen: &mut Painter<'_>) {
        let style = pen.theme.dim;
        let Some(shown) = &self.row.snippet else {
            put_line(first_line(self.text_start(place.width).as_clean()), style, place, pen);
            return;
        };
        let text = shown.text.as_str();
        let mut parts = split(text, 0..text.len(), &shown.found);
        if shown.is_cut_before {
            parts.insert(0, ("…", false));
        }
        if shown.is_cut_after {
            parts.push(("…", false));
        }
        put_parts(&parts, is_right_to_left(text), style, place, pen);
    }

    /// Draws a line of the title with search matches highlighted. Returns the column after it.
    fn title_line(&self, line: &TitleLine, place: Rect, pen: &mut Painter<'_>) -> u16 {
        let theme = pen.theme;
        let style = match (self.is_unread, self.is_selected) {
            (true, true) => theme.strong,
            (true, false) => theme.text,
            (false, true) => theme.dim.add_modifier(Modifier::BOLD),
            (false, false) => theme.dim,
        };
        let title = self.release.heading();
        let style = if self.release.title().is_empty() { style.add_modifier(Modifier::ITALIC) } else { style };
        if title.is_empty() {
            return place.x + pen.put(place.x, place.y, place.width, "(no title)", style);
        }
        let parts: Vec<_> = line.parts().collect();
        let parts = parts.iter().flat_map(|part| match part {
            Ok(range) => split(title.as_str(), range.clone(), &self.row.found),
            Err(sign) => vec![(sign.as_str(), false)],
        });
        put_parts(&parts.collect::<Vec<_>>(), self.is_right_to_left(), style, place, pen)
    }

    /// Draws `02 Nov  Topic · Place · Source` from a cell to the end of a row.
    fn facts(&self, x: u16, y: u16, place: Rect, sort: Sort, pen: &mut Painter<'_>) {
        if y >= place.bottom() {
            return;
        }
        let room = |x: u16| place.right().saturating_sub(x + 1);
        let date = short_date(&self.release, sort);
        let taken = if date.is_empty() { 0 } else { pen.put(x, y, room(x), &date, pen.theme.dim) + FACTS_GAP };
        self.put_facts(x + taken, Rect { y, height: 1, ..place }, pen);
        if self.row.facts.is_empty() && date.is_empty() && self.row.lines.facts == FactsPlace::Below {
            // The beginning of the text is better than an empty line.
            let place = Rect { x, y, width: room(x), height: 1 };
            put_line(first_line(self.text_start(place.width).as_clean()), pen.theme.dim, place, pen);
        }
    }

    fn put_facts(&self, mut x: u16, place: Rect, pen: &mut Painter<'_>) {
        let theme = pen.theme;
        let facts: u16 = self.row.facts.iter().map(|fact| cells(SEPARATOR) + cells(fact.text.as_str())).sum();
        let found = self.is_found.then(|| {
            let fits = |label: &&&str| x + facts + cells(label) < place.right();
            *FOUND.iter().find(fits).unwrap_or(&FOUND[1])
        });
        // The facts are cut before the label, and left out if hardly anything of them would fit.
        let all = place.right().saturating_sub(x + 1);
        let mut kept = found.map_or(0, |label| cells(SEPARATOR) + cells(label));
        if kept > 0 && all < kept + LEAST_FACTS {
            if all >= cells(FOUND[1]) {
                pen.put(x, place.y, all, FOUND[1], theme.dim);
                return;
            }
            kept = 0;
        }
        let end = place.right() - kept;
        let room = |x: u16| end.saturating_sub(x + 1);
        for (n, fact) in self.row.facts.iter().enumerate() {
            if n > 0 {
                x += pen.put(x, place.y, room(x), SEPARATOR, theme.faint);
            }
            let is_topic = fact.facet == Facet::Topic;
            let style = if is_topic { theme.topic(self.release.label(Facet::Topic).as_str()) } else { theme.dim };
            x += pen.fit(x, place.y, room(x), fact.text.as_clean(), style);
        }
        if let Some(label) = found.filter(|_| kept > 0) {
            let separator = if self.row.facts.is_empty() { "" } else { SEPARATOR };
            x += pen.put(x, place.y, kept, separator, theme.faint);
            pen.put(x, place.y, kept, label, theme.dim);
        }
    }
}

/// Draws the parts of a line, with matches highlighted. Returns the column after it.
fn put_parts(parts: &[(&str, bool)], is_right: bool, style: Style, place: Rect, pen: &mut Painter<'_>) -> u16 {
    let columns: u16 = parts.iter().map(|(part, _)| cells(part)).sum();
    let mut x = place.x + if is_right { place.width.saturating_sub(columns) } else { 0 };
    for (part, is_found) in parts {
        let style = if *is_found { style.patch(pen.theme.found) } else { style };
        x += pen.put(x, place.y, place.right().saturating_sub(x), part, style);
    }
    x
}

/// Draws a line of text, on the right if it is read from there.
fn put_line(text: Clean<'_>, style: Style, place: Rect, pen: &mut Painter<'_>) {
    let columns = cells(text.as_str()).min(place.width);
    let x = if is_right_to_left(text.as_str()) { place.right() - columns } else { place.x };
    pen.fit(x, place.y, columns, text, style);
}

/// Splits a range of a text where matches begin and end, and tells which parts are matches.
fn split<'t>(text: &'t str, range: Range<usize>, found: &[Range<usize>]) -> Vec<(&'t str, bool)> {
    let edges = found.iter().flat_map(|found| [found.start, found.end]);
    let mut edges: Vec<usize> = edges.filter(|edge| range.contains(edge)).chain([range.start, range.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    let is_found = |at: usize| found.iter().any(|found| found.contains(&at));
    edges.windows(2).map(|edge| (text.get(edge[0]..edge[1]).unwrap_or_default(), is_found(edge[0]))).collect()
}

fn first_line(text: Clean<'_>) -> Clean<'_> {
    let end = text.as_str().find('\n').unwrap_or(text.as_str().len());
    text.get(0..end).unwrap_or_default()
}
