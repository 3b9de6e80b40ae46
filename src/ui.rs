//! Draws the state. Every file here is one region; all of them only read.
//!
//! What came from outside arrives as [`crate::text::Clean`]; nothing else of it is ever put into a cell.

mod bottom;
mod completion;
mod detail;
mod dialog;
mod filter;
mod form;
mod head;
mod list;
mod palette;
mod pen;
mod pick;
mod sources;
#[cfg(test)]
mod tests;
mod theme;
mod timeline;
mod waiting;

use ratatui::Frame;

pub use theme::{Depth, HUES, Theme, hue};

use crate::app::{App, Arrangement, Pane};
use pen::Pen;

/// Draws the whole screen.
pub fn view(app: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let layout = app.layout();
    let area = frame.area();
    let mut pen = Pen::new(frame.buffer_mut(), theme);
    let mut cursor = None;
    if layout.arrangement == Arrangement::Tiny {
        pen.line(area, "too small: 20 by 5 at least", theme.text);
        return;
    }
    head::title(app, &layout, &mut pen);
    bottom::draw(app, &layout, &mut pen);
    if layout.arrangement != Arrangement::Zen {
        let at = head::query(app, &layout, &mut pen);
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
    completion::draw(app, &layout, &mut pen);
    if app.over.is_open() {
        cursor = pick::over(app, &layout, &mut pen);
    }
    if let Some(dialog) = app.dialog {
        cursor = dialog::draw(app, dialog, &layout, &mut pen);
    }
    waiting::draw(app, &layout, &mut pen);
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// The thin lines between the regions.
fn rules(layout: &crate::app::Layout, pen: &mut Pen<'_>) {
    let body = layout.body;
    if body.y == 3 {
        pen.horizontal(body.x, body.y - 1, body.width);
    }
    match layout.arrangement {
        Arrangement::Wide => {
            pen.vertical(layout.filter.right() + 1, body.y, body.height);
            pen.vertical(layout.detail.x - 3, body.y, body.height);
        }
        Arrangement::Stacked => {
            let x = layout.detail.x - 2;
            pen.horizontal(x, layout.detail.y - 1, body.width - x);
            if x > 0 {
                pen.vertical(x - 1, body.y, body.height);
            }
        }
        _ => {}
    }
}
