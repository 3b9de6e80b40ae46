//! The frames of popups, and the lines of those that are read.

use ratatui::layout::Rect;

use crate::text::{CleanBuf, wrap};

/// The widest popup, in columns.
const COLUMNS: u16 = 78;

/// A line of a popup that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Heads the lines below it.
    Heading(&'static str),
    /// Keys and what they do; either may go on below.
    Keys(CleanBuf, CleanBuf),
    /// Running text.
    Text(CleanBuf),
    /// An empty line.
    Blank,
}

/// Returns the cells within a frame: without the border, where there is room for one.
#[must_use]
pub fn inside(frame: Rect) -> Rect {
    if frame.height < 3 || frame.width < 6 {
        return frame;
    }
    Rect::new(frame.x + 2, frame.y + 1, frame.width - 4, frame.height - 2)
}

/// Returns a frame as high as the panes' region.
#[must_use]
pub fn full(body: Rect) -> Rect {
    let width = body.width.min(COLUMNS);
    Rect::new(body.x + (body.width - width) / 2, body.y, width, body.height)
}

/// Returns a frame for so many lines at the top of the panes' region.
#[must_use]
pub fn frame(body: Rect, lines: usize) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(body.height);
    Rect { height, ..full(body) }
}

/// Returns the rows below the `head` lines of a frame.
#[must_use]
pub fn rows(frame: Rect, head: usize) -> usize {
    usize::from(inside(frame).height).saturating_sub(head)
}

/// Wraps a text into lines of so many columns.
pub(super) fn wrapped(text: &str, columns: u16) -> Vec<CleanBuf> {
    let text = CleanBuf::line(text);
    let ranges = wrap(text.as_clean(), usize::from(columns).max(1)).into_iter();
    ranges.filter_map(|range| Some(text.as_clean().get(range)?.to_buf())).collect()
}
