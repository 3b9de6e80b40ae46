//! The help.

use ratatui::layout::Rect;

use super::{Drawn, below, input, reading};
use crate::app::App;
use crate::app::popup::help::{COLUMN_GAP, HEAD, Help, column_width};
use crate::ui::painter::Painter;

/// Draws the keys, and the line that narrows them.
pub fn draw(app: &App, help: &Help, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let cursor = input("/ ", &help.prompt, "type to filter", inner, pen);
    let columns = help.columns(&app.settings.keymap, inner);
    let width = if columns.len() > 1 { column_width(inner.width) } else { inner.width };
    let mut place = Rect { width, ..below(inner, HEAD) };
    let mut is_more = false;
    for lines in &columns {
        is_more |= reading::draw(lines, help.scroll, help.prompt.text(), place, pen);
        place.x += width + COLUMN_GAP;
    }
    (cursor, is_more)
}
