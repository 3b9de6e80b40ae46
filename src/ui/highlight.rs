//! Names with their matched letters highlighted.

use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::painter::Painter;
use crate::text::{CleanBuf, cells, truncate};

/// Draws a name with the graphemes at `marks` highlighted.
pub(super) fn name(name: &str, marks: &[usize], place: Rect, style: Style, pen: &mut Painter<'_>) {
    let clean = CleanBuf::line(name);
    pen.fit(place.x, place.y, place.width, clean.as_clean(), style);
    // `marks` index the name before sanitising.
    if clean.as_str() != name {
        return;
    }
    let (shown, _) = truncate(clean.as_clean(), usize::from(place.width));
    for (at, grapheme) in
        shown.as_str().grapheme_indices(true).enumerate().filter(|(n, _)| marks.contains(n)).map(|(_, g)| g)
    {
        let before = cells(shown.as_str().get(..at).unwrap_or_default());
        pen.put(place.x + before, place.y, place.width.saturating_sub(before), grapheme, pen.theme.accent);
    }
}
