//! Column widths, counted as ratatui counts them when it draws.
//!
//! `Buffer::set_stringn` draws grapheme by grapheme. It skips graphemes with a control character or without width, and
//! uses [`CellWidth`] for the columns of the others. This module does the same; any other measure leads to panes that
//! do not line up.

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::Clean;
use super::class::is_plain;

/// Replaces the cut part of a text; one column wide. The caller draws it.
pub const ELLIPSIS: &str = "…";

/// Returns the columns that a text takes on one line.
#[must_use]
pub fn width(text: &str) -> usize {
    if is_printable_ascii(text.as_bytes()) {
        return text.len();
    }
    let stands_alone = |c| is_plain(c) || c == ' ';
    if text.chars().all(stands_alone) {
        return text.chars().filter_map(UnicodeWidthChar::width).sum();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// Returns the longest prefix of whole graphemes that fits, and whether anything was cut. If so, one column is left
/// free for [`ELLIPSIS`]. Nothing fits into 0 columns.
#[must_use]
pub fn truncate(text: Clean<'_>, columns: usize) -> (Clean<'_>, bool) {
    if is_printable_ascii(text.as_str().as_bytes()) {
        let is_cut = text.as_str().len() > columns;
        let end = if is_cut { columns.saturating_sub(1) } else { text.as_str().len() };
        return (text.get(0..end).unwrap_or_default(), is_cut);
    }
    let (mut used, mut end) = (0, 0);
    for (at, grapheme) in text.as_str().grapheme_indices(true) {
        used += grapheme_width(grapheme);
        if used > columns {
            return (text.get(0..end).unwrap_or_default(), true);
        }
        if used < columns {
            end = at + grapheme.len();
        }
    }
    (text, false)
}

/// Returns the columns of one grapheme cluster.
pub(super) fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { usize::from(grapheme.cell_width()) }
}

/// Whether each byte is a printable ASCII character, which takes one column.
#[must_use]
pub fn is_printable_ascii(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |printable, byte| printable & (b' '..=b'~').contains(byte))
}

/// Returns the columns of a text as a `u16`, saturating.
#[must_use]
pub fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::text::CleanBuf;

    #[test]
    fn a_text_is_as_wide_as_it_is_drawn() {
        for text in [
            "",
            "plain",
            "Zürich",
            "Zu\u{308}rich",
            "보도자료",
            "漢字かな ｶﾞ",
            "می\u{200C}خواهم",
            "क्षत्रिय",
            "a\tb\u{7}",
            "👩\u{200D}👧 🇨🇭 1\u{FE0F}\u{20E3}",
            "\u{301}",
            "ภาษาไทย",
        ] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 1));
            let (end, _) = buffer.set_stringn(0, 0, text, 80, Style::default());
            assert_eq!(width(text), usize::from(end), "{text:?}");
        }
    }

    #[test]
    fn a_cut_text_leaves_room_for_the_ellipsis() {
        for (text, columns, expected) in [
            ("release", 7, ("release", false)),
            ("release", 6, ("relea", true)),
            ("release", 1, ("", true)),
            ("release", 0, ("", true)),
            ("", 0, ("", false)),
            ("보도자료", 8, ("보도자료", false)),
            ("보도자료", 7, ("보도자", true)),
            ("보도자료", 6, ("보도", true)),
            ("e\u{301}e\u{301}e\u{301}", 2, ("e\u{301}", true)),
        ] {
            let clean = CleanBuf::line(text);
            let (prefix, is_cut) = truncate(clean.as_clean(), columns);
            assert_eq!((prefix.as_str(), is_cut), expected, "{text:?} in {columns}");
        }
    }
}
