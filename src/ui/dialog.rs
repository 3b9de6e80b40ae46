//! A dialog over the panes.

use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::painter::Painter;
use crate::app::dialog::{Dialog, Line, key_columns};
use crate::app::{App, Layout, Prompt};
use crate::text::{cells, find_folded, fold};

/// Draws the dialog; answers with the cell of its first line.
pub fn draw(app: &App, dialog: Dialog, layout: &Layout, pen: &mut Painter<'_>) -> Option<Position> {
    let theme = pen.theme;
    let (frame, inner) = (Dialog::frame(layout.body), dialog.inner(layout.body));
    pen.clear(frame);
    border(frame, pen);
    title(frame, dialog.kind.title(), pen);
    let mut cursor = (inner.height > 0).then(|| inner.as_position());
    if dialog.kind.head() > 0 && frame.height > 2 {
        let line = Rect { y: frame.y + 1, height: 1, ..inner };
        cursor = Some(narrowed(&app.help_filter, line, pen));
    }
    let lines = app.dialog_lines(dialog.kind, inner.width);
    if lines.is_empty() && inner.height > 0 {
        pen.put(inner.x + 2, inner.y, inner.width.saturating_sub(2), "Nothing like this.", theme.dim);
    }
    let typed = fold(app.help_filter.text());
    for (line, y) in lines.iter().skip(dialog.scroll).zip(inner.top()..inner.bottom()) {
        match line {
            Line::Heading(text) => {
                pen.put(inner.x, y, inner.width, text, theme.dim.add_modifier(Modifier::BOLD));
            }
            Line::Keys(keys, help) => {
                let columns = key_columns(inner.width);
                for (text, at, style) in [(keys, 0, theme.accent), (help, columns, theme.text)] {
                    let (text, x, room) = (text.as_str(), inner.x + at, inner.width.saturating_sub(at));
                    pen.put(x, y, room, text, style);
                    for range in typed.split_whitespace().flat_map(|word| find_folded(text, word)) {
                        let before = cells(text.get(..range.start).unwrap_or_default());
                        let found = text.get(range).unwrap_or_default();
                        pen.put(x.saturating_add(before), y, room.saturating_sub(before), found, theme.found);
                    }
                }
            }
            Line::Text(text) => {
                pen.put(inner.x, y, inner.width, text.as_str(), theme.text);
            }
            Line::Blank => {}
        }
    }
    let shown = dialog.scroll + usize::from(inner.height);
    if shown < lines.len() {
        pen.right(frame.right().saturating_sub(2), frame.bottom().saturating_sub(1), " ↓ more ", theme.dim);
    }
    cursor
}

/// The line that narrows; answers with the cell of its cursor.
fn narrowed(prompt: &Prompt, line: Rect, pen: &mut Painter<'_>) -> Position {
    let theme = pen.theme;
    let mark = pen.put(line.x, line.y, line.width, "/ ", theme.accent);
    let (x, room) = (line.x + mark, line.width.saturating_sub(mark));
    let (skipped, column) = prompt.view(room);
    let shown = prompt.text().get(skipped..).unwrap_or_default();
    if prompt.text().is_empty() {
        pen.put(x, line.y, room, "type to narrow", theme.faint);
    } else {
        pen.put(x, line.y, room, shown, theme.text);
    }
    Position::new(x + column, line.y)
}

/// The name in the frame.
pub(super) fn title(frame: Rect, text: &str, pen: &mut Painter<'_>) {
    pen.put(frame.x + 2, frame.y, frame.width.saturating_sub(4), &format!(" {text} "), pen.theme.accent);
}

/// The frame itself.
pub(super) fn border(frame: Rect, pen: &mut Painter<'_>) {
    if frame.width < 2 || frame.height < 2 {
        return;
    }
    let style = pen.theme.rule;
    pen.horizontal(frame.x, frame.y, frame.width);
    pen.horizontal(frame.x, frame.bottom() - 1, frame.width);
    pen.vertical(frame.x, frame.y, frame.height);
    pen.vertical(frame.right() - 1, frame.y, frame.height);
    let corners = [
        (frame.x, frame.y, "╭"),
        (frame.right() - 1, frame.y, "╮"),
        (frame.x, frame.bottom() - 1, "╰"),
        (frame.right() - 1, frame.bottom() - 1, "╯"),
    ];
    for (x, y, corner) in corners {
        pen.put(x, y, 1, corner, style);
    }
}
