//! A panel above the status bar with the possible continuations of the pending keys.

use ratatui::layout::Rect;

use super::painter::Painter;
use super::popup::{border, title};
use crate::app::{App, Layout};
use crate::keymap::Info;
use crate::text::{CleanBuf, width};

/// Maximum columns of a help text in it.
const HELP: usize = 60;

/// Draws the panel if keys are pending.
pub fn draw(app: &App, layout: &Layout, pen: &mut Painter<'_>) {
    let Some(frame) = frame(app, layout) else { return };
    let rows = app.settings.keymap.following(app.scope(), &app.pending);
    pen.clear(frame);
    border(frame, pen);
    title(frame, &app.settings.keymap.display(&app.pending), pen);
    let (x, end) = (frame.x + 2, frame.right().saturating_sub(2));
    let (theme, keys) = (pen.theme, widest(rows.iter().map(|(keys, _)| width(keys))));
    for ((rest, info), y) in rows.iter().zip(frame.y + 1..frame.bottom().saturating_sub(1)) {
        let text = x + keys as u16 + 2;
        pen.put(x, y, end.saturating_sub(x), rest, theme.accent);
        pen.fit(text, y, end.saturating_sub(text), CleanBuf::line(short(info)).as_clean(), theme.text);
    }
}

/// Returns the panel's frame, at the lower right of the panes, if keys are pending and there is room. It covers what is
/// above the panes where these have too few lines.
pub(super) fn frame(app: &App, layout: &Layout) -> Option<Rect> {
    let body = layout.body;
    if app.pending.is_empty() || body.height < 3 {
        return None;
    }
    let rows = app.settings.keymap.following(app.scope(), &app.pending);
    let keys = widest(rows.iter().map(|(keys, _)| width(keys)));
    let help = widest(rows.iter().map(|(_, info)| width(short(info)))).min(HELP);
    let (lines, columns) = (rows.len() as u16 + 2, (keys + 2 + help + 4) as u16);
    let (width, height) = (columns.min(body.width), lines.min(body.bottom().saturating_sub(1)));
    Some(Rect { x: body.right().saturating_sub(width), y: body.bottom().saturating_sub(height), width, height })
}

fn widest(widths: impl Iterator<Item = usize>) -> usize {
    widths.max().unwrap_or(0)
}

/// Returns a help text without its explanation.
fn short(info: &Info) -> &'static str {
    info.help.split([';', ':']).next().unwrap_or_default()
}
