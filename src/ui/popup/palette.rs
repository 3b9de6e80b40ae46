//! The palette: actions, each with its explanation and its keys.

use ratatui::layout::Rect;

use super::{Drawn, below, input, list_line};
use crate::app::popup::palette::Palette;
use crate::app::popup::picker::HEAD;
use crate::text::CleanBuf;
use crate::ui::highlight::name;
use crate::ui::painter::Painter;

/// The columns between a name and its explanation.
const GAP: u16 = 2;
/// The fewest columns that an explanation is shown in.
const EXPLANATION: u16 = 16;

/// Draws the palette.
pub fn draw(palette: &Palette, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let cursor = input(": ", &palette.picker.prompt, "", inner, pen);
    let picked = palette.picked();
    let rows = below(inner, HEAD);
    if picked.is_empty() && !rows.is_empty() {
        let room = inner.width.saturating_sub(2);
        pen.put(inner.x + 2, rows.y, room, "No match", theme.dim);
    }
    let names = palette.name_columns;
    let top = palette.picker.cursor.top;
    for ((at, one), y) in picked.iter().enumerate().skip(top).zip(rows.top()..rows.bottom()) {
        let Some(entry) = palette.entry(one.at) else { continue };
        let line = Rect { y, height: 1, ..inner };
        let style = list_line(line, at == palette.picker.cursor.at, pen);
        // If there is little room, the name comes first, then the keys, then the explanation.
        let keys = if inner.width < 30 { "" } else { entry.keys.as_str() };
        let end = pen.right(line.right(), y, keys, theme.dim);
        let x = line.x + 2;
        name(&entry.title, &one.marks, Rect { x, y, width: end.saturating_sub(x + 1), height: 1 }, style, pen);
        let room = end.saturating_sub(x + names + GAP + 1);
        if room >= EXPLANATION && entry.info.help != entry.title {
            pen.fit(x + names + GAP, y, room, CleanBuf::line(entry.info.help).as_clean(), theme.dim);
        }
    }
    (cursor, top + usize::from(rows.height) < picked.len())
}
