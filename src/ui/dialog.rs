//! A dialog over the panes.

use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::pen::Pen;
use crate::app::dialog::{Dialog, Line};
use crate::app::{App, Layout};

/// Columns of the keys in the help.
const KEYS: u16 = 22;

/// Draws the dialog; answers with the cell of its first line.
pub fn draw(app: &App, dialog: Dialog, layout: &Layout, pen: &mut Pen<'_>) -> Option<Position> {
    let theme = pen.theme;
    let (frame, inner) = (Dialog::frame(layout.body), Dialog::inner(layout.body));
    pen.clear(frame);
    border(frame, pen);
    title(frame, dialog.kind.title(), pen);
    let lines = app.dialog_lines(dialog.kind, inner.width);
    for (line, y) in lines.iter().skip(dialog.scroll).zip(inner.top()..inner.bottom()) {
        match line {
            Line::Heading(text) => {
                pen.put(inner.x, y, inner.width, text, theme.dim.add_modifier(Modifier::BOLD));
            }
            Line::Keys(keys, help) => {
                let columns = KEYS.min(inner.width / 3);
                pen.put(inner.x, y, columns.saturating_sub(1), keys, theme.accent);
                pen.put(inner.x + columns, y, inner.width.saturating_sub(columns), help, theme.text);
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
    (inner.height > 0).then(|| inner.as_position())
}

/// The name in the frame.
pub(super) fn title(frame: Rect, text: &str, pen: &mut Pen<'_>) {
    pen.put(frame.x + 2, frame.y, frame.width.saturating_sub(4), &format!(" {text} "), pen.theme.accent);
}

/// The frame itself.
pub(super) fn border(frame: Rect, pen: &mut Pen<'_>) {
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
