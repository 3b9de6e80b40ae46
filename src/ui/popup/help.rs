//! The help.

use ratatui::layout::Rect;

use super::{Drawn, below, input, reading};
use crate::app::App;
use crate::app::popup::help::{HEAD, Help};
use crate::ui::painter::Painter;

/// Draws the keys, and the line that narrows them.
pub fn draw(app: &App, help: &Help, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let cursor = input("/ ", &help.prompt, "type to filter", inner, pen);
    let lines = help.lines(&app.settings.keymap, inner.width);
    let is_more = reading::draw(&lines, help.scroll, help.prompt.text(), below(inner, HEAD), pen);
    (cursor, is_more)
}
