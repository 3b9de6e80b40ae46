//! The palette over the panes: what can be done, each with its keys.

use ratatui::layout::{Position, Rect};

use super::dialog::{border, title};
use super::highlight::name;
use super::painter::{BAR, Painter};
use super::subscriptions::more_below;
use crate::app::Layout;
use crate::app::popup::frame::inside;
use crate::app::popup::palette::Palette;

/// Draws the list; answers with the cell of the cursor in the line that is typed into.
pub fn draw(palette: &Palette, layout: &Layout, pen: &mut Painter<'_>) -> Position {
    let theme = pen.theme;
    let frame = palette.frame(layout.body);
    pen.clear(frame);
    let inner = inside(frame);
    if inner != frame {
        border(frame, pen);
        title(frame, "What to do", pen);
    }
    let mark = pen.put(inner.x, inner.y, inner.width, ": ", theme.accent);
    let room = inner.width.saturating_sub(mark);
    let (skipped, column) = palette.prompt.view(room);
    let shown = palette.prompt.text().get(skipped..).unwrap_or_default();
    pen.put(inner.x + mark, inner.y, room, shown, theme.text);
    let picked = palette.picked();
    let rows = inner.top().saturating_add(palette.head() as u16)..inner.bottom();
    if picked.is_empty() && !rows.is_empty() {
        pen.put(
            inner.x + 2,
            rows.start,
            inner.width.saturating_sub(2),
            "Nothing like this can be done here.",
            theme.dim,
        );
    }
    for ((at, one), y) in picked.iter().enumerate().skip(palette.top).zip(rows.clone()) {
        let Some(entry) = palette.entry(one.at) else { continue };
        let line = Rect { y, height: 1, ..inner };
        let is_selected = at == palette.at;
        if is_selected {
            pen.tint(line, theme.selected);
            pen.sign(line.x, y, BAR, theme.accent);
        }
        // Where there is little room, what it does is worth more than its keys.
        let keys = if inner.width < 30 { "" } else { entry.keys.as_str() };
        let end = pen.right(line.right(), y, keys, theme.dim);
        let x = line.x + 2;
        let place = Rect { x, y, width: end.saturating_sub(x + 1), height: 1 };
        let style = if is_selected { theme.strong } else { theme.text };
        name(entry.info.help, &one.marks, place, style, pen);
    }
    more_below(frame, palette.top + rows.len() < picked.len(), pen);
    Position::new(inner.x + mark + column, inner.y)
}
