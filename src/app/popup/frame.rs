//! The frames of what opens over the panes, and moving within the lists in them.

use ratatui::layout::Rect;

use crate::app::dialog::Dialog;
use crate::keymap::Action;

/// The cells of a frame that hold something: without the border, where there is room for one.
#[must_use]
pub fn inside(frame: Rect) -> Rect {
    if frame.height < 3 || frame.width < 6 {
        return frame;
    }
    Rect::new(frame.x + 2, frame.y + 1, frame.width - 4, frame.height - 2)
}

/// A frame for so many lines at the top of the panes' region.
#[must_use]
pub fn frame(body: Rect, lines: usize) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(body.height);
    Rect { height, ..Dialog::frame(body) }
}

/// Brings a position and the first line in view together: `rows` lines are shown of `count`.
pub(super) fn scrolled(first: usize, at: usize, rows: usize, count: usize) -> usize {
    let rows = rows.max(1);
    first.min(count.saturating_sub(rows)).clamp((at + 1).saturating_sub(rows), at)
}

/// How far an action moves in a list of which `rows` are in view.
pub(super) fn steps(action: Action, rows: usize) -> Option<isize> {
    let rows = rows.max(1).cast_signed();
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::HalfDown => (rows / 2).max(1),
        Action::HalfUp => -(rows / 2).max(1),
        Action::PageDown => rows,
        Action::PageUp => -rows,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        _ => return None,
    })
}

/// Moves a position within a list of so many.
pub(super) fn moved(at: usize, by: isize, count: usize) -> usize {
    at.saturating_add_signed(by).min(count.saturating_sub(1))
}
