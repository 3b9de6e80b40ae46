//! The list pane. Only the visible rows are built.

use std::ops::Range;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::empty;
use super::painter::{BAR, Painter};
use crate::app::list::row::{FACTS_GAP, FactsPlace, GUTTER, RowColumns, RowLines, TitleLine, day, short_date};
use crate::app::list::snippet::snippet;
use crate::app::list::{Entry, Group};
use crate::app::{App, Layout, Mark, Pane};
use crate::catalog::{Facet, ReleaseRef};
use crate::query::Sort;
use crate::text::{Clean, cells, find_folded, grouped};
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
    let needles = app.query.needles();
    let mut y = rows.y;
    let mut cursor = None;
    for entry in app.list_view(layout).entries(app.list) {
        let height = (entry.height() as u16).min(rows.bottom() - y);
        match entry {
            Entry::Heading(group, count) => group_heading(rows, y, group, count, pen),
            Entry::Release(position, lines) => {
                let place = Rect { y, height, ..rows };
                let Some(row) = Row::new(app, position, &needles) else { continue };
                if row.is_selected {
                    cursor = Some(Position::new(place.x, y));
                }
                row.draw(app, layout, &lines, place, pen);
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

struct Row<'a> {
    release: ReleaseRef<'a>,
    needles: &'a [String],
    is_selected: bool,
    /// The sign at the left of a row under the cursor or selected for marking.
    bar: Option<&'static str>,
    is_unread: bool,
    is_starred: bool,
}

impl<'a> Row<'a> {
    fn new(app: &'a App, position: usize, needles: &'a [String]) -> Option<Self> {
        let index = *app.hits.order.get(position)?;
        let is_selected = position == app.list.at;
        Some(Self {
            release: app.catalog.release(index)?,
            needles,
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
        })
    }

    fn draw(&self, app: &App, layout: &Layout, lines: &RowLines, place: Rect, pen: &mut Painter<'_>) {
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
        let columns = RowColumns::new(place.width, layout.row_style(), app.sort);
        let date = if app.sort.is_by_date() { day(&self.release) } else { short_date(&self.release, app.sort) };
        pen.put(place.x + GUTTER, place.y, columns.date, &date, theme.dim);
        if columns.topic > 0 {
            let topic = self.release.label(Facet::Topic);
            let x = place.right().saturating_sub(columns.topic + 1);
            pen.fit(x, place.y, columns.topic, topic, theme.topic(topic.as_str()));
        }
        let x = place.x + columns.title;
        let mut end = x;
        for (line, y) in lines.title.iter().zip(place.top()..place.bottom()) {
            end = x + self.title_line(line, Rect { x, y, width: columns.width, height: 1 }, pen);
        }
        let last = place.y + lines.title.len() as u16;
        match lines.facts {
            FactsPlace::Behind => self.facts(end + FACTS_GAP, last - 1, place, app.sort, pen),
            FactsPlace::Below => self.facts(x, last, place, app.sort, pen),
            FactsPlace::Beside => {}
        }
        let y = place.y + (lines.height() as u16).saturating_sub(1);
        if lines.has_snippet && y < place.bottom() {
            self.snippet(Rect { x, y, width: columns.width, height: 1 }, pen);
        }
    }

    /// Draws the sentence of the first match in the text.
    fn snippet(&self, place: Rect, pen: &mut Painter<'_>) {
        let theme = pen.theme;
        let Some(shown) = snippet(&self.release, self.needles, usize::from(place.width)) else {
            pen.fit(place.x, place.y, place.width, first_line(self.release.summary()), theme.dim);
            return;
        };
        let found: Vec<_> = self.needles.iter().flat_map(|needle| find_folded(shown.text, needle)).collect();
        let mut x = place.x;
        let mut put = |text: &str, style: Style, pen: &mut Painter<'_>| {
            x += pen.put(x, place.y, place.right().saturating_sub(x), text, style);
        };
        if shown.is_cut_before {
            put("…", theme.dim, pen);
        }
        for (range, is_found) in split(0..shown.text.len(), &found) {
            let style = if is_found { theme.dim.patch(theme.found) } else { theme.dim };
            put(shown.text.get(range).unwrap_or_default(), style, pen);
        }
        if shown.is_cut_after {
            put("…", theme.dim, pen);
        }
    }

    /// Draws a line of the title with search matches highlighted. Returns the columns used.
    fn title_line(&self, line: &TitleLine, place: Rect, pen: &mut Painter<'_>) -> u16 {
        let theme = pen.theme;
        let style = match (self.is_unread, self.is_selected) {
            (true, true) => theme.strong,
            (true, false) => theme.text,
            (false, _) => theme.dim,
        };
        let title = self.release.heading();
        let style = if self.release.title().is_empty() { style.add_modifier(Modifier::ITALIC) } else { style };
        if title.is_empty() {
            return pen.put(place.x, place.y, place.width, "(no title)", style);
        }
        let found: Vec<_> = self.needles.iter().flat_map(|needle| find_folded(title.as_str(), needle)).collect();
        let mut x = place.x;
        let mut put = |text: &str, style: Style, pen: &mut Painter<'_>| {
            x += pen.put(x, place.y, place.right().saturating_sub(x), text, style);
        };
        for (n, part) in std::iter::once(&line.head).chain(&line.tail).enumerate() {
            if n > 0 {
                put("…", style, pen);
            }
            for (range, is_found) in split(part.clone(), &found) {
                let style = if is_found { style.patch(theme.found) } else { style };
                put(title.as_str().get(range).unwrap_or_default(), style, pen);
            }
        }
        if line.is_cut {
            put("…", style, pen);
        }
        x - place.x
    }

    /// Draws `02 Nov  Topic · Place · Source` from a cell to the end of a row.
    fn facts(&self, mut x: u16, y: u16, place: Rect, sort: Sort, pen: &mut Painter<'_>) {
        let theme = pen.theme;
        if y >= place.bottom() {
            return;
        }
        let is_behind = x > place.x + GUTTER;
        let end = place.right().saturating_sub(1);
        let room = |x: u16| end.saturating_sub(x);
        let date = short_date(&self.release, sort);
        if !date.is_empty() {
            x += pen.put(x, y, room(x), &date, theme.dim) + FACTS_GAP;
        }
        let mut is_first = true;
        let mut part = |text: Clean<'_>, style: Style, pen: &mut Painter<'_>| {
            // After a title, facts that do not fit are left out.
            let gap = if is_first { 0 } else { 3 };
            let fits = is_first || !is_behind || gap + cells(text.as_str()) <= room(x);
            if !text.is_empty() && room(x) > 3 && fits {
                if !is_first {
                    x += pen.put(x, y, room(x), " · ", theme.faint);
                }
                x += pen.fit(x, y, room(x), text, style);
                is_first = false;
            }
        };
        let topic = self.release.label(Facet::Topic);
        part(topic, theme.topic(topic.as_str()), pen);
        part(self.release.label(Facet::Place), theme.dim, pen);
        if self.release.has_many_sources() {
            part(self.release.source().as_clean(), theme.dim, pen);
        }
        if is_first && date.is_empty() && !is_behind {
            // The beginning of the text is better than an empty line.
            pen.fit(x, y, room(x), first_line(self.release.summary()), theme.dim);
        }
    }
}

/// Splits a range where matches begin and end, and tells which parts are matches.
fn split(range: Range<usize>, found: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let edges = found.iter().flat_map(|found| [found.start, found.end]);
    let mut edges: Vec<usize> = edges.filter(|edge| range.contains(edge)).chain([range.start, range.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    let parts = edges.windows(2).map(|edge| edge[0]..edge[1]);
    parts.map(|part| (part.clone(), found.iter().any(|found| found.contains(&part.start)))).collect()
}

fn first_line(text: Clean<'_>) -> Clean<'_> {
    let end = text.as_str().find('\n').unwrap_or(text.as_str().len());
    text.get(0..end).unwrap_or_default()
}
