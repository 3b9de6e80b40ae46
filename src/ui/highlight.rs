//! Names with the letters by which they were found.

use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::painter::Painter;
use crate::text::{CleanBuf, cells, truncate};

/// A name with the graphemes that were typed.
pub(super) fn name(name: &str, marks: &[usize], place: Rect, style: Style, pen: &mut Painter<'_>) {
    let clean = CleanBuf::line(name);
    pen.fit(place.x, place.y, place.width, clean.as_clean(), style);
    // The numbers are those of the name as it is kept.
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
