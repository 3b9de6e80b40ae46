//! Frames of popups, and the lines of popups that only show text.

use ratatui::layout::Rect;

use crate::text::{CleanBuf, wrap};

/// The widest popup, in columns.
const COLUMNS: u16 = 78;

/// A line of a popup that only shows text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading.
    Heading(&'static str),
    /// Keys and their action; either may continue on the next line.
    Keys(CleanBuf, CleanBuf),
    /// Running text.
    Text(CleanBuf),
    /// An empty line.
    Blank,
}

/// Returns the area within a frame: without the border, if there is room for one.
#[must_use]
pub fn inside(frame: Rect) -> Rect {
    if frame.height < 3 || frame.width < 6 {
        return frame;
    }
    Rect::new(frame.x + 2, frame.y + 1, frame.width - 4, frame.height - 2)
}

/// Returns a frame as high as the panes.
#[must_use]
pub fn full(body: Rect) -> Rect {
    centred(body, COLUMNS)
}

/// Returns a frame as high as the panes, for two columns of text.
#[must_use]
pub fn wide(body: Rect) -> Rect {
    centred(body, 2 * COLUMNS)
}

fn centred(body: Rect, columns: u16) -> Rect {
    let width = body.width.min(columns);
    Rect::new(body.x + (body.width - width) / 2, body.y, width, body.height)
}

/// Returns a frame for `lines` lines at the top of the panes.
#[must_use]
pub fn frame(body: Rect, lines: usize) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(body.height);
    Rect { height, ..full(body) }
}

/// Returns the number of rows of a frame below its first `head` lines.
#[must_use]
pub fn rows(frame: Rect, head: usize) -> usize {
    usize::from(inside(frame).height).saturating_sub(head)
}

/// Wraps a text to a width.
pub(super) fn wrapped(text: &str, columns: u16) -> Vec<CleanBuf> {
    let text = CleanBuf::line(text);
    let ranges = wrap(text.as_clean(), usize::from(columns).max(1)).into_iter();
    ranges.filter_map(|range| Some(text.as_clean().get(range)?.to_buf())).collect()
}
