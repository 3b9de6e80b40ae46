//! The title bar (name of the feed, counts) and the query line (prompt, chips, number of hits).

use ratatui::layout::Position;
use ratatui::style::Modifier;

use super::painter::Painter;
use crate::app::{App, Arrangement, Layout, QueryLine};
use crate::text::{Clean, CleanBuf, cells, grouped};
use crate::typeset::Kind;

/// What an empty query line says.
const PLACEHOLDER: &str = "search titles and texts";

/// Draws the title bar.
pub fn title(app: &App, layout: &Layout, pen: &mut Painter<'_>) {
    let (area, theme) = (layout.title, pen.theme);
    let is_zen = layout.arrangement == Arrangement::Zen;
    let counts = if is_zen {
        format!("{} of {}", grouped(position(app)), grouped(app.hits.order.len()))
    } else {
        format!("{} unread", grouped(app.unread()))
    };
    let end = pen.right(area.right() - 1, area.y, &counts, theme.dim);
    let name = pen.put(1, area.y, end.saturating_sub(2), "tidings", theme.accent);
    let x = 1 + name + 2;
    let room = end.saturating_sub(x + 2);
    let scrolled = if is_zen { scrolled_title(app) } else { None };
    let style = if is_zen { theme.dim } else { theme.text };
    pen.fit(x, area.y, room, scrolled.unwrap_or_else(|| app.catalog.title()), style);
}

/// Returns the title of the release if the text has been scrolled past it.
fn scrolled_title(app: &App) -> Option<Clean<'_>> {
    let last = app.detail.page.lines().iter().rposition(|line| line.kind == Kind::Title)?;
    (app.detail.scroll > last)
        .then(|| app.selected().and_then(|index| app.catalog.release(index)).map(|release| release.heading()))?
}

/// Returns the position of the selected release, counted from 1; 0 if there is none.
fn position(app: &App) -> usize {
    if app.hits.order.is_empty() { 0 } else { app.list.at + 1 }
}

/// Draws the query line. Returns the cell of the cursor while the prompt is open.
pub fn query(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let (area, theme, y) = (layout.query, pen.theme, layout.query.y);
    let line = QueryLine::new(app, area);
    let (x, columns, found) = &line.found;
    pen.fit(*x, y, *columns, found.as_clean(), if app.search.error.is_some() { theme.wrong } else { theme.dim });
    let slash = if line.cursor.is_some() { theme.accent } else { theme.faint };
    pen.put(1, y, x.saturating_sub(3), "/", slash);
    let (x, columns, typed) = &line.typed;
    let is_blank = typed.is_empty() && line.chips.is_empty();
    if is_blank && line.found.0.saturating_sub(*x) > cells(PLACEHOLDER) {
        pen.put(*x, y, area.width, PLACEHOLDER, theme.faint);
    }
    if line.cursor.is_some() {
        pen.put(*x, y, *columns, typed, theme.text);
        wrong(app, &line, y, pen);
    } else {
        pen.fit(*x, y, *columns, CleanBuf::line(typed).as_clean(), theme.text);
    }
    for chip in &line.chips {
        let mut at = chip.x + pen.put(chip.x, y, 1, " ", theme.chip);
        at += pen.fit(at, y, chip.columns, chip.text.as_clean(), theme.chip);
        pen.put(at, y, chip.end().saturating_sub(at), " × ", theme.chip.patch(theme.dim));
    }
    if let Some((x, more)) = line.more {
        pen.put(x, y, line.found.0.saturating_sub(x + 1), &format!("+{more}"), theme.dim);
    }
    line.cursor.map(|x| Position::new(x, y))
}

/// Underlines the invalid part of the prompt's text.
fn wrong(app: &App, line: &QueryLine, y: u16, pen: &mut Painter<'_>) {
    let (Some(prompt), Some(error)) = (&app.search.prompt, &app.search.error) else { return };
    let start = error.span.start.max(line.skipped);
    let before = cells(prompt.text().get(line.skipped..start).unwrap_or_default());
    let text = prompt.text().get(start..error.span.end).unwrap_or_default();
    let style = pen.theme.wrong.add_modifier(Modifier::UNDERLINED);
    pen.put(line.typed.0.saturating_add(before), y, line.typed.1.saturating_sub(before), text, style);
}
