//! The palette: actions, each with its keys.

use ratatui::layout::Rect;

use super::{Drawn, below, input, list_line};
use crate::app::popup::palette::{HEAD, Palette};
use crate::ui::highlight::name;
use crate::ui::painter::Painter;

/// Draws the palette.
pub fn draw(palette: &Palette, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let cursor = input(": ", &palette.prompt, "", inner, pen);
    let picked = palette.picked();
    let rows = below(inner, HEAD);
    if picked.is_empty() && !rows.is_empty() {
        let room = inner.width.saturating_sub(2);
        pen.put(inner.x + 2, rows.y, room, "No match", theme.dim);
    }
    let top = palette.cursor.top;
    for ((at, one), y) in picked.iter().enumerate().skip(top).zip(rows.top()..rows.bottom()) {
        let Some(entry) = palette.entry(one.at) else { continue };
        let line = Rect { y, height: 1, ..inner };
        let style = list_line(line, at == palette.cursor.at, pen);
        // Where there is little room, what it does is worth more than its keys.
        let keys = if inner.width < 30 { "" } else { entry.keys.as_str() };
        let end = pen.right(line.right(), y, keys, theme.dim);
        let x = line.x + 2;
        name(entry.info.help, &one.marks, Rect { x, y, width: end.saturating_sub(x + 1), height: 1 }, style, pen);
    }
    (cursor, top + usize::from(rows.height) < picked.len())
}
