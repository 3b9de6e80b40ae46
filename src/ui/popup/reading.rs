//! The lines of a popup that is read.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::popup::frame::Line;
use crate::app::popup::help::key_columns;
use crate::text::{cells, find_folded, fold};
use crate::ui::painter::Painter;

/// Draws lines from the one at `scroll` on, with the words that are typed marked. Returns whether more lines follow.
pub fn draw(lines: &[Line], scroll: usize, typed: &str, inner: Rect, pen: &mut Painter<'_>) -> bool {
    let theme = pen.theme;
    if lines.is_empty() && inner.height > 0 {
        pen.put(inner.x + 2, inner.y, inner.width.saturating_sub(2), "No match", theme.dim);
    }
    let typed = fold(typed);
    for (line, y) in lines.iter().skip(scroll).zip(inner.top()..inner.bottom()) {
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
    scroll + usize::from(inner.height) < lines.len()
}
