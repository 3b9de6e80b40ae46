//! The list pane. Only the visible rows are built.

use chrono::Datelike;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::empty;
use super::painter::{BAR, Painter};
use crate::app::list::{Entry, Group};
use crate::app::{App, Layout, Mark, Pane};
use crate::catalog::{Facet, ReleaseRef};
use crate::query::Sort;
use crate::release::Precision;
use crate::text::{Clean, cells, find_folded, grouped, truncate};
use crate::typeset::month_name;

/// Columns before a title: bar, dot, star, blank.
const GUTTER: u16 = 4;
/// Columns of the topic at the right of a one-line row, and the minimum list width for it.
const TOPIC: u16 = 20;
const TOPIC_BESIDE: u16 = 56;
/// Columns of a date with its year.
const DATE: u16 = 11;

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
    let view = app.list_view(layout);
    let mut y = rows.y;
    let mut cursor = None;
    for entry in view.entries(app.list.top) {
        match entry {
            Entry::Heading(group, count) => {
                group_heading(rows, y, group, count, pen);
                y += 1;
            }
            Entry::Release(position) => {
                let height = layout.lines_a_release().min(rows.bottom() - y);
                let place = Rect { y, height, ..rows };
                let Some(row) = Row::new(app, position, &needles) else { continue };
                if row.is_selected {
                    cursor = Some(Position::new(place.x, y));
                }
                row.draw(app, layout, place, pen);
                y += height;
            }
        }
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
        let mut x = place.x + GUTTER;
        if layout.lines_a_release() > 1 {
            self.title(x, place.y, place.right().saturating_sub(x + 1), pen);
            if place.height > 1 {
                self.second_line(place, app.sort, pen);
            }
            return;
        }
        if app.sort.is_by_date() {
            // The month is in the heading.
            x += pen.put(x, place.y, 2, &self.day(), theme.dim) + 1;
        } else if place.width > TOPIC_BESIDE {
            pen.put(x, place.y, DATE, &self.short_date(app.sort), theme.dim);
            x += DATE + 1;
        }
        let mut end = place.right().saturating_sub(1);
        if place.width > TOPIC_BESIDE {
            let columns = TOPIC.min(place.width / 4);
            let topic = self.release.label(Facet::Topic);
            pen.fit(end - columns, place.y, columns, topic, theme.topic(topic.as_str()));
            end -= columns + 2;
        }
        self.title(x, place.y, end.saturating_sub(x), pen);
    }

    /// Draws the title, truncated, with search matches highlighted.
    fn title(&self, x: u16, y: u16, columns: u16, pen: &mut Painter<'_>) {
        let theme = pen.theme;
        let style = if self.is_unread { theme.strong } else { theme.dim };
        let title = self.release.title();
        if title.is_empty() {
            let (style, heading) = (style.add_modifier(Modifier::ITALIC), self.release.heading());
            if heading.is_empty() {
                pen.put(x, y, columns, "(no title)", style);
            } else {
                pen.fit(x, y, columns, heading, style);
            }
            return;
        }
        pen.fit(x, y, columns, title, style);
        let (shown, _) = truncate(title, usize::from(columns));
        for range in self.needles.iter().flat_map(|needle| find_folded(shown.as_str(), needle)) {
            let before = cells(shown.as_str().get(..range.start).unwrap_or_default());
            let text = shown.as_str().get(range).unwrap_or_default();
            pen.put(x + before, y, columns.saturating_sub(before), text, theme.found);
        }
    }

    /// Draws `02 Nov  Topic · Place · Source +2`.
    fn second_line(&self, place: Rect, sort: Sort, pen: &mut Painter<'_>) {
        let theme = pen.theme;
        let (mut x, y) = (place.x + GUTTER, place.y + 1);
        let end = place.right().saturating_sub(1);
        let room = |x: u16| end.saturating_sub(x);
        let date = self.short_date(sort);
        if !date.is_empty() {
            x += pen.put(x, y, room(x), &date, theme.dim) + 2;
        }
        let mut is_first = true;
        let mut part = |text: Clean<'_>, style: Style, pen: &mut Painter<'_>| {
            if !text.is_empty() && room(x) > 3 {
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
        if is_first && date.is_empty() {
            // The beginning of the text is better than an empty line.
            pen.fit(x, y, room(x), first_line(self.release.summary()), theme.dim);
        }
    }

    fn day(&self) -> String {
        let day = self.release.date().filter(|date| date.precision() >= Precision::Day).map(|date| date.day().day());
        day.map_or_else(|| "  ".to_owned(), |day| format!("{day:02}"))
    }

    fn short_date(&self, sort: Sort) -> String {
        let Some(date) = self.release.date() else { return String::new() };
        let month = month_name(date.day().month()).get(..3).unwrap_or_default();
        // In date order, the heading shows the year.
        let year = if sort.is_by_date() { String::new() } else { format!(" {}", date.year()) };
        match date.precision() {
            Precision::Year => date.year().to_string(),
            Precision::Month => format!("   {month}{year}"),
            Precision::Day | Precision::Second => format!("{:02} {month}{year}", date.day().day()),
        }
    }
}

fn first_line(text: Clean<'_>) -> Clean<'_> {
    let end = text.as_str().find('\n').unwrap_or(text.as_str().len());
    text.get(0..end).unwrap_or_default()
}
