//! The filter pane: facets, values with counts, and the type-ahead line.

use std::borrow::Cow;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::painter::{BAR, Painter};
use crate::app::filter::{
    Compared, FieldRow, Heading, NameLine, NoWords, OwnRow, Row, SavedRow, ShownRow, StatusRow, Value, WordRow,
};
use crate::app::{App, Layout, Pane};
use crate::catalog::{Facet, NONE};
use crate::query::Status;
use crate::text::{CleanBuf, cells, counted, grouped};

/// The sign of a topic of the user's own.
const OWN: &str = "◇";

/// Draws the pane. Returns the cell of the cursor.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let (area, theme) = (layout.filter, pen.theme);
    let has_focus = app.focus == Pane::Filter;
    pen.put(area.x, area.y, area.width, "FILTERS", if has_focus { theme.accent } else { theme.dim });
    let rows = Rect { y: area.y + layout.head(), height: layout.filter_rows(), ..area };
    let typing = app.filter.type_ahead.as_ref();
    let mut cursor = None;
    let view = app.filter_view(layout);
    let mut y = rows.y;
    for shown in &view {
        let (row, is_selected) = (shown.row, has_focus && shown.at == app.filter.cursor.at);
        let height = (shown.height() as u16).min(rows.bottom().saturating_sub(y));
        match row {
            Row::Heading(row) => {
                let end = heading(row, typing.is_some(), Rect { y, height: 1, ..rows }, pen);
                if let Some((_, prompt)) = typing {
                    let x = end + 1;
                    let room = rows.right().saturating_sub(x);
                    let mark = pen.put(x, y, room, "/ ", theme.accent);
                    let room = room.saturating_sub(mark);
                    let (skipped, column) = prompt.view(room);
                    let shown = prompt.text().get(skipped..).unwrap_or_default();
                    pen.put(x + mark, y, room, shown, theme.text);
                    cursor = Some(Position::new(x + mark + column, y));
                }
            }
            Row::Statuses => {
                pen.put(rows.x, y, rows.width, "Status", theme.dim.add_modifier(Modifier::BOLD));
            }
            Row::SavedQueries => {
                pen.put(rows.x, y, rows.width, "Saved", theme.dim.add_modifier(Modifier::BOLD));
            }
            Row::Saved(row) => saved(app, row, is_selected, Rect { y, height: 1, ..rows }, pen),
            Row::Status(status) => self::status(status, is_selected, Rect { y, height: 1, ..rows }, pen),
            Row::Value(value) => {
                self::value(app, value, &shown.name, is_selected, Rect { y, height, ..rows }, pen);
            }
            Row::Own(own) => own_topic(app, own, &shown.name, is_selected, Rect { y, height, ..rows }, pen),
            Row::More(_, hidden) => {
                let style = if is_selected { theme.accent } else { theme.dim };
                pen.put(rows.x + 2, y, rows.width - 2, &format!("{} more", grouped(hidden)), style);
            }
            Row::Words => words_heading(app, Rect { y, height: 1, ..rows }, pen),
            Row::WordsSample(sample) => {
                let text = format!("from a sample of {}", counted(sample, "hit"));
                pen.put(rows.x, y, rows.width, &text, theme.faint);
            }
            Row::NoWords(reason) => {
                let style = if is_selected { theme.accent } else { theme.dim };
                pen.put(rows.x + 2, y, rows.width - 2, no_words(reason), style.add_modifier(Modifier::ITALIC));
            }
            Row::Word(row) => word(row, &shown.name, is_selected, Rect { y, height, ..rows }, pen),
            Row::HiddenWords => addable("Words", "", is_selected, Rect { y, height: 1, ..rows }, pen),
            Row::Fields => {
                pen.put(rows.x, y, rows.width, "More fields", theme.dim);
            }
            Row::Field(field) => self::field(field, is_selected, Rect { y, height: 1, ..rows }, pen),
            Row::Blank => {}
        }
        if is_selected {
            if matches!(row, Row::More(..) | Row::NoWords(_)) {
                pen.sign(rows.x.saturating_sub(1), y, BAR, theme.accent);
            }
            cursor = cursor.or(Some(Position::new(rows.x.saturating_sub(1), y)));
        }
        y += height;
    }
    if typing.is_some() && !app.filter.rows().iter().any(|row| matches!(row, Row::Value(_) | Row::Own(_))) {
        pen.put(rows.x + 2, rows.y + 1, rows.width.saturating_sub(2), "no match", theme.dim);
    }
    more_above_and_below(app, &view, area, rows, pen);
    cursor
}

/// Draws a facet's name and the numbers of chosen and excluded values. Returns the column after it.
fn heading(row: Heading, is_typing: bool, line: Rect, pen: &mut Painter<'_>) -> u16 {
    let theme = pen.theme;
    let name = heading_text(row.facet);
    let mut x = line.x + pen.put(line.x, line.y, line.width, &name, theme.dim.add_modifier(Modifier::BOLD)) + 1;
    let room = line.right().saturating_sub(x);
    let numbers = numbers(row, is_typing, room);
    if !numbers.is_empty() {
        x += pen.put(x, line.y, room, &numbers, theme.accent) + 1;
    }
    x
}

/// Returns the heading of a facet; a custom field is in the singular, because any language may name it.
fn heading_text(facet: Facet) -> Cow<'static, str> {
    Cow::Borrowed(match facet {
        Facet::Topic => "Topics",
        Facet::Place => "Places",
        Facet::Source => "Sources",
        Facet::Folder => "Folders",
        Facet::Account => "Accounts",
        Facet::Label => "Labels",
        Facet::Year => "Years",
        Facet::Custom(_) => {
            let noun = facet.noun();
            let mut letters = noun.chars();
            return letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        }
    })
}

/// Returns `2 of 118, 1 excluded`, or less if there is no room. Typed text takes the place of the excluded values.
fn numbers(Heading { all, chosen, excluded, .. }: Heading, is_typing: bool, room: u16) -> String {
    match (chosen, excluded) {
        (0, 0) => String::new(),
        (0, _) if is_typing => String::new(),
        (0, excluded) => format!("{excluded} of {all} excluded"),
        (chosen, excluded) if excluded == 0 || is_typing => format!("{chosen} of {all}"),
        (chosen, excluded) => {
            let long = format!("{chosen} of {all}, {excluded} excluded");
            if cells(&long) <= room { long } else { format!("{chosen} of {all}, {excluded} ×") }
        }
    }
}

/// Draws `○ Fair migration   3`.
fn saved(app: &App, row: SavedRow, is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    if is_selected {
        highlight(line, pen);
    }
    let (sign, sign_style) = if row.is_chosen { ("●", theme.accent) } else { ("○", theme.faint) };
    pen.put(line.x, line.y, 1, sign, sign_style);
    let ink = match (row.is_chosen, row.count) {
        (true, _) => theme.strong,
        (_, Some(0)) => theme.faint,
        _ => theme.dim,
    };
    let count = row.count.map_or_else(String::new, |count| grouped(count as usize));
    let end = pen.right(line.right(), line.y, &count, ink.remove_modifier(Modifier::BOLD));
    let name = app.library.saved.get(row.at).map(|saved| CleanBuf::line(&saved.name)).unwrap_or_default();
    pen.fit(line.x + 2, line.y, end.saturating_sub(line.x + 3), name.as_clean(), ink);
}

/// Draws `+ Agency   3`.
fn field(row: FieldRow, is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let count = row.having.map_or_else(String::new, |having| grouped(having as usize));
    addable(&heading_text(row.facet), &count, is_selected, line, pen);
}

/// Draws a section that can be switched on.
fn addable(name: &str, count: &str, is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    if is_selected {
        highlight(line, pen);
    }
    let ink = if is_selected { theme.text } else { theme.dim };
    pen.put(line.x, line.y, 1, "+", theme.faint);
    let end = pen.right(line.right(), line.y, count, theme.faint);
    let name = CleanBuf::line(name);
    pen.fit(line.x + 2, line.y, end.saturating_sub(line.x + 3), name.as_clean(), ink);
}

/// Draws `● Unread   3`.
fn status(row: StatusRow, is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    if is_selected {
        highlight(line, pen);
    }
    let (sign, sign_style) = if row.is_chosen { ("●", theme.accent) } else { ("○", theme.faint) };
    pen.put(line.x, line.y, 1, sign, sign_style);
    let ink = match (row.is_chosen, row.count) {
        (true, _) => theme.strong,
        (_, 0) => theme.faint,
        _ => theme.dim,
    };
    let name = match row.status {
        None => "All",
        Some(Status::Unread) => "Unread",
        Some(Status::Read) => "Read",
        Some(Status::Starred) => "Starred",
        Some(Status::Changed) => "Changed",
    };
    pen.put(line.x + 2, line.y, line.width - 2, name, ink);
    // The list shows how many match.
    if row.status.is_some() || !row.is_chosen {
        pen.right(line.right(), line.y, &grouped(row.count as usize), ink.remove_modifier(Modifier::BOLD));
    }
}

fn highlight(place: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    pen.tint(Rect { x: place.x.saturating_sub(1), width: place.width + 1, ..place }, theme.selected);
    for y in place.top()..place.bottom() {
        pen.sign(place.x.saturating_sub(1), y, BAR, theme.accent);
    }
}

/// Draws the sign and the count of a value that can be chosen and excluded. Returns the style of its name and the column
/// at which the count begins.
fn choice(
    (is_chosen, is_excluded): (bool, bool),
    count: Option<u32>,
    colour: Style,
    is_selected: bool,
    line: Rect,
    pen: &mut Painter<'_>,
) -> (Style, u16) {
    let theme = pen.theme;
    if is_selected {
        highlight(line, pen);
    }
    let (sign, sign_style) = match (is_chosen, is_excluded) {
        (true, _) => ("■", colour),
        (_, true) => ("×", theme.wrong),
        _ => ("□", theme.faint),
    };
    pen.put(line.x, line.y, 1, sign, sign_style);
    let ink = match (is_chosen, count, is_selected) {
        (true, ..) => theme.strong,
        _ if is_excluded => theme.faint.add_modifier(Modifier::CROSSED_OUT),
        (_, Some(0), _) => theme.faint,
        (.., true) => theme.text,
        _ => theme.dim,
    };
    // An excluded value has no hits; a 0 would say that no release has it.
    let count = count.filter(|_| !is_excluded).map_or_else(String::new, |count| grouped(count as usize));
    (ink, pen.right(line.right(), line.y, &count, ink.remove_modifier(Modifier::BOLD)))
}

/// Draws `■ 1 Labour migration   3`, with the lines of the name below each other.
fn value(app: &App, value: Value, name: &[NameLine], is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let label = app.catalog.values(value.facet).label(value.id);
    let colour = if value.facet == Facet::Topic { theme.topic(label.as_str()) } else { theme.accent };
    let (ink, end) = choice((value.is_chosen, value.is_excluded), Some(value.count), colour, is_selected, line, pen);
    if value.facet == Facet::Topic {
        let digit = value.digit.map_or(String::new(), |digit| digit.to_string());
        pen.put(line.x + 2, line.y, 1, &digit, theme.faint);
    }
    let x = line.x + value.gutter();
    let room = end.saturating_sub(x + 1);
    if value.id == NONE {
        pen.put(x, line.y, room, &format!("no {}", value.facet.noun()), ink.add_modifier(Modifier::ITALIC));
    }
    for (part, y) in name.iter().zip(line.top()..line.bottom()) {
        name_line(part, (x, y), room, ink, pen);
    }
}

/// Draws a line of a name, with the letters in colour that match the text typed ahead. Returns its columns.
fn name_line(part: &NameLine, (x, y): (u16, u16), room: u16, ink: Style, pen: &mut Painter<'_>) -> u16 {
    let text = part.text.as_str();
    let columns = pen.put(x, y, room, text, ink);
    let before = cells(text.get(..part.found.start).unwrap_or_default());
    let found = text.get(part.found.clone()).unwrap_or_default();
    pen.put(x + before, y, room.saturating_sub(before), found, pen.theme.accent);
    columns
}

/// Draws `■ 1 housing ◇   3`, with the lines of the name below each other.
fn own_topic(app: &App, row: OwnRow, name: &[NameLine], is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let colour = theme.topic(app.filter.own_topic(row).map_or("", CleanBuf::as_str));
    let (ink, end) = choice((row.is_chosen, row.is_excluded), row.count, colour, is_selected, line, pen);
    let digit = row.digit.map_or(String::new(), |digit| digit.to_string());
    pen.put(line.x + 2, line.y, 1, &digit, theme.faint);
    let x = line.x + row.gutter();
    for (at, (part, y)) in name.iter().zip(line.top()..line.bottom()).enumerate() {
        let columns = name_line(part, (x, y), end.saturating_sub(x + 1), ink, pen);
        if at + 1 == name.len() {
            pen.put(x + columns + 1, y, end.saturating_sub(x + columns + 2), OWN, theme.faint);
        }
    }
}

/// Draws what the words are compared with.
fn words_heading(app: &App, line: Rect, pen: &mut Painter<'_>) {
    let words = &app.filter.words;
    let Some(compared) = words.compared() else { return };
    let days = words.days().map(|days| if days == 1 { "day".to_owned() } else { format!("{days} days") });
    let (long, short) = match (compared, days) {
        (Compared::Hits, _) => ("Words of these hits".to_owned(), "Words".to_owned()),
        (Compared::LastDays, Some(days)) => (format!("Words of the last {days}"), format!("Words, last {days}")),
        (Compared::LastDays, None) => ("Words".to_owned(), String::new()),
        (Compared::RisingHits, _) => ("Rising words of these hits".to_owned(), "Rising words".to_owned()),
        (Compared::RisingLastDays, Some(days)) => {
            (format!("Rising in the last {days}"), format!("Rising, last {days}"))
        }
        (Compared::RisingLastDays, None) => ("Rising words".to_owned(), String::new()),
    };
    let text = if cells(&long) <= line.width { long } else { short };
    pen.put(line.x, line.y, line.width, &text, pen.theme.dim.add_modifier(Modifier::BOLD));
}

/// Returns what stands in the place of words.
fn no_words(reason: NoWords) -> &'static str {
    match reason {
        NoWords::NotTypical => "no word stands out",
        NoWords::Undated => "no hit has a date",
        NoWords::Future => "all dates are after today",
        NoWords::NoOthers => "no other releases",
        NoWords::NoEarlier => "no earlier releases",
    }
}

/// Draws `□ mask shortage   3`, with the lines of the phrase below each other.
fn word(row: WordRow, phrase: &[NameLine], is_selected: bool, line: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let (ink, end) = choice((row.is_chosen, row.is_excluded), row.count, theme.accent, is_selected, line, pen);
    let x = line.x + row.gutter();
    for (part, y) in phrase.iter().zip(line.top()..line.bottom()) {
        pen.put(x, y, end.saturating_sub(x + 1), part.text.as_str(), ink);
    }
}

/// Shows beside the pane's name in which directions the pane can scroll.
fn more_above_and_below(app: &App, view: &[ShownRow], area: Rect, rows: Rect, pen: &mut Painter<'_>) {
    let lines: usize = view.iter().map(ShownRow::height).sum();
    let is_above = app.filter.cursor.top > 0;
    let is_below =
        lines > usize::from(rows.height) || view.last().is_some_and(|last| last.at + 1 < app.filter.rows().len());
    let text = match (is_above, is_below) {
        (false, false) => return,
        (true, false) => "↑",
        (true, true) => "↑ ↓ more",
        (false, true) => "↓ more",
    };
    pen.right(area.right(), area.y, text, pen.theme.dim);
}
