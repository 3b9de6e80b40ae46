//! The themes.

use ratatui::layout::Rect;

use super::{Drawn, below, input, list_line};
use crate::app::App;
use crate::app::popup::picker::HEAD;
use crate::app::popup::theme_picker::ThemePicker;
use crate::config::AUTO;
use crate::ui::highlight::name;
use crate::ui::painter::Painter;

/// Draws the names of the themes.
pub fn draw(app: &App, list: &ThemePicker, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let cursor = input("/ ", &list.picker.prompt, "type to filter", inner, pen);
    let names: Vec<&str> = app.themes.names().collect();
    let picked = list.picked(&app.themes);
    let rows = below(inner, HEAD);
    if picked.is_empty() && !rows.is_empty() {
        pen.put(inner.x + 2, rows.y, inner.width.saturating_sub(2), "No match", theme.dim);
    }
    let top = list.picker.cursor.top;
    for ((at, one), y) in picked.iter().enumerate().skip(top).zip(rows.top()..rows.bottom()) {
        let Some(text) = names.get(one.at) else { continue };
        let line = Rect { y, height: 1, ..inner };
        let style = list_line(line, at == list.picker.cursor.at, pen);
        let explanation = if *text == AUTO { "follows the terminal" } else { "" };
        let end = pen.right(line.right(), y, explanation, theme.dim);
        let x = line.x + 2;
        name(text, &one.marks, Rect { x, y, width: end.saturating_sub(x), height: 1 }, style, pen);
    }
    (cursor, top + usize::from(rows.height) < picked.len())
}
