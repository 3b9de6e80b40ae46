//! The detail pane: the selected release, typeset.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::painter::{BAR, Painter};
use super::picture;
use super::theme::Theme;
use crate::app::{App, Arrangement, Layout, Mark, Pane};
use crate::text::{cells, grouped};
use crate::typeset::{Kind, Line, StyleRuns, TOPIC_PARTS, Target};

/// Draws the pane. Returns the cell of its first line.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let area = layout.detail;
    let is_zen = layout.arrangement == Arrangement::Zen;
    let head = layout.detail_head();
    if !is_zen {
        heading(app, layout, pen);
    }
    let rows = Rect { y: area.y + head, height: layout.detail_rows(), ..area };
    let lines = app.detail.page.lines();
    let picture = app.detail.page.picture_line();
    for ((n, line), y) in lines.iter().enumerate().skip(app.detail.scroll).zip(rows.top()..rows.bottom()) {
        let place = Rect { y, height: 1, ..rows };
        if line.target.is_some() && line.target == app.detail.chosen {
            pen.tint(place, pen.theme.selected);
            pen.put(place.x.saturating_sub(1), y, 1, BAR, pen.theme.accent);
        }
        self::line(app, line, place, pen);
        if let Some(row) = picture.and_then(|first| n.checked_sub(first)).filter(|_| line.kind == Kind::Picture) {
            picture::row(app, row, place, pen);
        }
    }
    if is_zen {
        progress(app, layout, pen);
    }
    // In the margin, where it hides no letter.
    let chosen = app.detail.chosen.and_then(|chosen| app.detail.page.line_of(|target| target == chosen));
    let row = chosen.and_then(|line| line.checked_sub(app.detail.scroll)).filter(|&row| row < usize::from(rows.height));
    let y = rows.y + row.unwrap_or(0) as u16;
    (!lines.is_empty() && rows.height > 0).then(|| Position::new(rows.x.saturating_sub(1), y))
}

fn heading(app: &App, layout: &Layout, pen: &mut Painter<'_>) {
    let (area, theme) = (layout.detail, pen.theme);
    let style = if app.focus == Pane::Detail { theme.accent } else { theme.dim };
    let mut at = area.x + pen.put(area.x, area.y, area.width, "READING", style) + 2;
    if app.hits.order.is_empty() {
        return;
    }
    let number = grouped(app.list.at + 1);
    // The heading of the list shows the number of hits.
    let is_alone = layout.list.is_empty();
    let position = if is_alone { format!("{number} of {}", grouped(app.hits.order.len())) } else { number };
    if area.right() >= at + cells(&position) {
        at += pen.put(at, area.y, area.width, &position, theme.text);
    }
    let last = app.detail.last_scroll(usize::from(layout.detail_rows()));
    let scrolled = match (app.detail.scroll * 100).checked_div(last) {
        Some(0) => Some("more ↓".to_owned()),
        Some(percent) => Some(format!("{percent} %")),
        None => None,
    };
    let minutes = app.detail.page.minutes().map(|minutes| format!("{minutes} min"));
    let text = minutes.into_iter().chain(scrolled).collect::<Vec<_>>().join(" · ");
    if area.right() > at + cells(&text) {
        pen.right(area.right(), area.y, &text, theme.dim);
    }
}

fn line(app: &App, line: &Line, place: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let here = app.detail.find.as_ref().and_then(|find| find.here);
    let parts = app.detail.page.parts(line, here);
    let mut x = place.x;
    if line.kind == Kind::Topic {
        for (n, (part, topic)) in app.detail.page.topics(line).into_iter().enumerate() {
            if n > 0 {
                x += pen.put(x, place.y, place.right().saturating_sub(x), TOPIC_PARTS, theme.faint);
            }
            x += pen.put(x, place.y, place.right().saturating_sub(x), part, theme.topic(topic));
        }
        return;
    }
    let style = match line.kind {
        Kind::Title => theme.strong,
        Kind::Meta | Kind::Heading | Kind::Link => theme.dim,
        Kind::Similar if is_read(app, line) => theme.dim,
        _ => theme.text,
    };
    x += if line.is_right_to_left {
        (app.detail.page.start_of(line) as u16).min(place.width)
    } else {
        lead(app, line, place, pen)
    };
    for part in parts {
        x = (x + part.gap).min(place.right());
        let style = styled(style, part.ink, theme);
        let style = if part.is_found { style.patch(theme.found) } else { style };
        let style = if part.is_here { style.add_modifier(Modifier::REVERSED) } else { style };
        x += pen.put(x, place.y, place.right().saturating_sub(x), part.text, style);
    }
    let after = if line.is_right_to_left { line.mirrored_lead() } else { String::new() };
    x += pen.put(x, place.y, place.right().saturating_sub(x), &after, theme.dim);
    if line.is_cut {
        pen.put(x, place.y, place.right().saturating_sub(x), "…", style);
    }
}

/// Draws the lead of a line. Labels of targets stand out, above all while link hints are shown.
fn lead(app: &App, line: &Line, place: Rect, pen: &mut Painter<'_>) -> u16 {
    let theme = pen.theme;
    let hint = line.target.and_then(|target| app.detail.page.hints().get(target)).map_or("", String::as_str);
    let Some(rest) = line.lead.strip_prefix(hint).filter(|_| !hint.is_empty()) else {
        return pen.put(place.x, place.y, place.width, &line.lead, theme.dim);
    };
    let style = match &app.hint_letters {
        Some(typed) if hint.starts_with(typed.text()) => theme.accent.add_modifier(Modifier::REVERSED),
        Some(_) => theme.faint,
        None => theme.accent,
    };
    let taken = pen.put(place.x, place.y, place.width, hint, style);
    taken + pen.put(place.x + taken, place.y, place.width.saturating_sub(taken), rest, theme.dim)
}

/// Whether the release that a line links to is read.
fn is_read(app: &App, line: &Line) -> bool {
    let target = line.target.and_then(|target| app.detail.page.targets().get(target));
    matches!(target, Some(&Target::Release(Some(release))) if app.marks.has(Mark::Read, release))
}

/// Returns the style of a part of the text.
fn styled(style: Style, ink: StyleRuns, theme: &Theme) -> Style {
    let styles = [
        (StyleRuns::QUOTE, theme.dim),
        (StyleRuns::RULE, theme.rule),
        (StyleRuns::CODE, theme.code),
        (StyleRuns::HEADING, theme.strong),
        (StyleRuns::STRONG, theme.strong),
        (StyleRuns::LINK, theme.link),
        // An image that is a link stays dim.
        (StyleRuns::IMAGE, theme.dim),
        (StyleRuns::EMPHASIS, Style::new().add_modifier(Modifier::ITALIC)),
        (StyleRuns::STRUCK, Style::new().add_modifier(Modifier::CROSSED_OUT)),
    ];
    styles.into_iter().filter(|&(kind, _)| ink.has(kind)).fold(style, |style, (_, more)| style.patch(more))
}

/// Draws the reading progress below the text.
fn progress(app: &App, layout: &Layout, pen: &mut Painter<'_>) {
    let (area, theme) = (layout.detail, pen.theme);
    let rows = usize::from(layout.detail_rows());
    let lines = app.detail.page.lines().len();
    if area.height < 3 || lines <= rows {
        return;
    }
    let y = area.bottom() - 1;
    let seen = (app.detail.scroll + rows).min(lines);
    let done = (usize::from(area.width) * seen / lines) as u16;
    pen.horizontal(area.x, y, area.width);
    for x in area.x..area.x + done {
        pen.put(x, y, 1, "━", theme.accent.remove_modifier(Modifier::BOLD));
    }
}
