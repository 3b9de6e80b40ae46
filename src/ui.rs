//! Draws the state. Each file draws one region, and none of them changes the state.
//!
//! Text from outside arrives as [`crate::text::Clean`]; no other outside text reaches a cell.

mod ascii;
mod completion;
mod detail;
mod direction;
mod empty;
mod filter;
mod highlight;
mod list;
mod painter;
mod picture;
mod popup;
mod status_bar;
#[cfg(test)]
mod tests;
mod theme;
mod timeline;
mod title_bar;
mod which_key;

use ratatui::Frame;

pub use picture::CELL as PICTURE_CELL;
pub use theme::{Theme, hue};

pub use crate::config::{Charset, Depth};

use crate::app::{App, Arrangement, Pane};
use painter::{BAR, Painter};

/// Draws the whole screen.
pub fn view(app: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let layout = app.layout();
    let area = frame.area();
    let mut pen = Painter::new(frame.buffer_mut(), theme);
    let mut cursor = None;
    if layout.arrangement == Arrangement::Tiny {
        pen.line(area, "too small (need 20x5)", theme.text);
        return;
    }
    title_bar::title(app, &layout, &mut pen);
    if layout.arrangement != Arrangement::Zen {
        let at = title_bar::query(app, &layout, &mut pen);
        cursor = cursor.or(at);
        rules(&layout, &mut pen);
    }
    if !layout.timeline.is_empty() {
        let at = timeline::draw(app, &layout, &mut pen);
        cursor = cursor.or(at.filter(|_| app.focus == Pane::Timeline));
    }
    if !layout.list.is_empty() {
        let at = list::draw(app, &layout, &mut pen);
        cursor = cursor.or(at.filter(|_| app.focus == Pane::List));
    }
    if !layout.detail.is_empty() {
        let at = detail::draw(app, &layout, &mut pen);
        cursor = cursor.or(at.filter(|_| app.focus == Pane::Detail || app.zen));
    }
    if !layout.filter.is_empty() {
        let at = filter::draw(app, &layout, &mut pen);
        cursor = cursor.or(at.filter(|_| app.focus == Pane::Filter));
    }
    cursor = status_bar::draw(app, &layout, &mut pen).or(cursor);
    completion::draw(app, &layout, &mut pen);
    if app.popups.is_open() {
        cursor = popup::draw(app, &mut pen);
    }
    which_key::draw(app, &layout, &mut pen);
    direction::isolate(pen.buffer, &layout);
    if theme.charset != Charset::Unicode {
        ascii::exchange(pen.buffer, theme.charset == Charset::Ascii);
    }
    if let Some(at) = cursor {
        // The cursor replaces the bar: inverted by a block cursor, half a cell would show as the other half.
        if let Some(cell) = pen.buffer.cell_mut(at).filter(|cell| cell.symbol() == BAR) {
            cell.set_symbol(" ");
        }
        frame.set_cursor_position(at);
    }
}

/// Draws the dividers between the regions.
fn rules(layout: &crate::app::Layout, pen: &mut Painter<'_>) {
    let body = layout.body;
    if body.y == 3 {
        pen.horizontal(body.x, body.y - 1, body.width);
    }
    if let Some(x) = layout.filter_rule() {
        pen.vertical(x, body.y, body.height);
    }
    if let Some(x) = layout.detail_rule() {
        pen.vertical(x, body.y, body.height);
    }
    if let Some(y) = layout.list_rule() {
        let x = layout.filter_rule().map_or(0, |rule| rule + 1);
        pen.horizontal(x, y, body.width - x);
    }
}
