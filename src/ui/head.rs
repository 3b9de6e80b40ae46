//! The title line (name of the feed, counts) and the query line (prompt, chips, hits).

use ratatui::layout::Position;
use ratatui::style::Modifier;

use super::pen::{Pen, grouped};
use crate::app::{App, Arrangement, Layout, Prompt};
use crate::text::{CleanBuf, width};

/// Draws the title line.
pub fn title(app: &App, layout: &Layout, pen: &mut Pen<'_>) {
    let (area, theme) = (layout.title, pen.theme);
    let all = app.catalog.len();
    let counts = match (layout.arrangement, area.width) {
        (Arrangement::Zen, _) => format!("{} of {}", grouped(position(app)), grouped(app.hits.order.len())),
        (_, ..60) => format!("{} unread", grouped(app.unread())),
        _ => format!("{} releases · {} unread", grouped(all), grouped(app.unread())),
    };
    let end = pen.right(area.right() - 1, area.y, &counts, theme.dim);
    let name = pen.put(1, area.y, end.saturating_sub(2), "tidings", theme.accent);
    let x = 1 + name + 2;
    let room = end.saturating_sub(x + 2);
    let style = if layout.arrangement == Arrangement::Zen { theme.dim } else { theme.text };
    pen.fit(x, area.y, room, app.catalog.title(), style);
}

/// Position of the selected release, from 1; 0 where there is none.
fn position(app: &App) -> usize {
    if app.hits.order.is_empty() { 0 } else { app.list.cursor + 1 }
}

/// Draws the query line; the cursor's cell while the prompt is open.
pub fn query(app: &App, layout: &Layout, pen: &mut Pen<'_>) -> Option<Position> {
    let (area, theme) = (layout.query, pen.theme);
    let end = found(app, layout, pen);
    let room = end.saturating_sub(3);
    let slash = if app.search.prompt.is_some() { theme.accent } else { theme.faint };
    pen.put(1, area.y, room, "/", slash);
    let (x, cursor) = if let Some(prompt) = &app.search.prompt {
        edited(app, prompt, layout, room, pen)
    } else {
        let typed = CleanBuf::line(&app.query.typed().to_string());
        (3 + pen.fit(3, area.y, room.saturating_sub(2), typed.as_clean(), theme.text), None)
    };
    chips(app, layout, x + u16::from(x > 3), end.saturating_sub(1), pen);
    cursor
}

/// The prompt's text with its error marked; shows the part around the cursor.
fn edited(app: &App, prompt: &Prompt, layout: &Layout, room: u16, pen: &mut Pen<'_>) -> (u16, Option<Position>) {
    let (y, theme) = (layout.query.y, pen.theme);
    let columns = usize::from(room.saturating_sub(3)).max(1);
    // Text left of the view is skipped by whole characters.
    let before = prompt.before();
    let mut start = 0;
    for (at, c) in before.char_indices() {
        if width(before.get(start..).unwrap_or_default()) < columns {
            break;
        }
        start = at + c.len_utf8();
    }
    let shown = prompt.text().get(start..).unwrap_or_default();
    let taken = pen.put(3, y, columns as u16, shown, theme.text);
    if let Some(error) = &app.search.error {
        let wrong_start = error.span.start.max(start);
        let skipped = width(prompt.text().get(start..wrong_start).unwrap_or_default()) as u16;
        let wrong = prompt.text().get(wrong_start..error.span.end).unwrap_or_default();
        let style = theme.wrong.add_modifier(Modifier::UNDERLINED);
        pen.put(3 + skipped, y, (columns as u16).saturating_sub(skipped), wrong, style);
    }
    let at = 3 + width(before.get(start..).unwrap_or_default()) as u16;
    (3 + taken.max(at - 3) + 1, Some(Position::new(at, y)))
}

/// The clauses that are choices, each with a cross; what does not fit is counted.
fn chips(app: &App, layout: &Layout, mut x: u16, end: u16, pen: &mut Pen<'_>) {
    let (y, theme) = (layout.query.y, pen.theme);
    let chips: Vec<_> = app.chips().map(|(_, chip)| CleanBuf::line(&chip.to_string())).collect();
    for (n, chip) in chips.iter().enumerate() {
        let room = end.saturating_sub(x);
        let needed = width(chip.as_str()) as u16 + 4;
        let is_last = n + 1 == chips.len();
        if room < 12 || (needed + 5 > room && n > 0 && !(is_last && needed <= room)) {
            pen.put(x, y, room, &format!("+{}", chips.len() - n), theme.dim);
            return;
        }
        let mut at = x + pen.put(x, y, room, " ", theme.chip);
        at += pen.fit(at, y, room.saturating_sub(4), chip.as_clean(), theme.chip);
        at += pen.put(at, y, end.saturating_sub(at), " × ", theme.chip.patch(theme.dim));
        x = at + 1;
    }
}

/// What the search found, or what is wrong with it; answers with the first column it takes.
fn found(app: &App, layout: &Layout, pen: &mut Pen<'_>) -> u16 {
    let (area, theme) = (layout.query, pen.theme);
    let end = area.right() - 1;
    if let Some(error) = &app.search.error {
        let text = format!("expected {}", error.expected);
        let text = CleanBuf::line(&text);
        let room = area.width / 2;
        let columns = (width(text.as_str()) as u16).min(room);
        pen.fit(end - columns, area.y, columns, text.as_clean(), theme.wrong);
        return end - columns;
    }
    if app.query.is_empty() {
        return end;
    }
    let hits = app.hits.order.len();
    let took = match app.search.took {
        _ if app.search.is_running => "…".to_owned(),
        Some(took @ ..1_000) if area.width >= 80 => format!(" · {took} µs"),
        Some(took) if area.width >= 80 => format!(" · {}.{} ms", took / 1_000, took % 1_000 / 100),
        _ => String::new(),
    };
    let text = format!("{} {}{took}", grouped(hits), if hits == 1 { "hit" } else { "hits" });
    pen.right(end, area.y, &text, theme.dim)
}
