//! Writes text into cells; used by all regions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::theme::Theme;
use crate::text::{Clean, cells, is_printable_ascii, truncate, width};

/// The sign at the left of a selected row.
pub const BAR: &str = "▌";

/// A buffer and the theme to draw with. All text is cut at the given columns; nothing is written outside.
pub struct Painter<'a> {
    /// The cells.
    pub buffer: &'a mut Buffer,
    /// The theme.
    pub theme: &'a Theme,
}

impl<'a> Painter<'a> {
    /// Creates a painter for a buffer.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self { buffer, theme }
    }

    /// Writes at a cell, cut at `columns`. Returns the columns used.
    pub fn put(&mut self, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
        if !self.buffer.area.contains((x, y).into()) {
            return 0;
        }
        if is_printable_ascii(text.as_bytes()) {
            return self.put_ascii(x, y, columns, text, style);
        }
        let (end, _) = self.buffer.set_stringn(x, y, text, usize::from(columns), style);
        for x in x..end {
            self.uncolour(x, y);
        }
        end - x
    }

    /// Writes characters that each take one cell. Most text is like this, and needs no search for grapheme clusters.
    fn put_ascii(&mut self, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
        let used = text.len().min(usize::from(columns)).min(usize::from(self.buffer.area.right() - x));
        let start = self.buffer.index_of(x, y);
        for (at, cell) in self.buffer.content[start..start + used].iter_mut().enumerate() {
            cell.set_symbol(text.get(at..=at).unwrap_or_default()).set_style(style);
            if cell.modifier.contains(Modifier::REVERSED) {
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
            }
        }
        used as u16
    }

    /// Writes a character of one column into a cell.
    fn put_cell(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_symbol(symbol).set_style(style);
            self.uncolour(x, y);
        }
    }

    /// Removes the colours of a reversed cell; side by side they would be hard to read.
    fn uncolour(&mut self, x: u16, y: u16) {
        let cell = self.buffer.cell_mut((x, y)).filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        if let Some(cell) = cell {
            (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
        }
    }

    /// Writes the sign at the left of a selected row, not reversed: reversed, half a cell would show as the other half.
    pub fn sign(&mut self, x: u16, y: u16, sign: &str, style: Style) {
        self.put(x, y, 1, sign, style.remove_modifier(Modifier::REVERSED));
    }

    /// Writes one line into a region's first row.
    pub fn line(&mut self, area: Rect, text: &str, style: Style) {
        self.put(area.x, area.y, area.width, text, style);
    }

    /// Writes text from outside, with an ellipsis if it is cut.
    pub fn fit(&mut self, x: u16, y: u16, columns: u16, text: Clean<'_>, style: Style) -> u16 {
        let (shown, is_cut) = truncate(text, usize::from(columns));
        let taken = self.put(x, y, columns, shown.as_str(), style);
        taken + if is_cut { self.put(x + taken, y, columns - taken, "…", style) } else { 0 }
    }

    /// Writes text that ends before column `end`. Returns its first column.
    pub fn right(&mut self, end: u16, y: u16, text: &str, style: Style) -> u16 {
        let columns = cells(text);
        let x = end.saturating_sub(columns);
        self.put(x, y, columns, text, style);
        x
    }

    /// Applies a style to a region.
    pub fn tint(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area, style);
    }

    /// Clears a region. A wide character that lies half in it is cleared as a whole.
    pub fn clear(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            let left = area.left().checked_sub(1).and_then(|x| self.buffer.cell_mut((x, y)));
            if let Some(cell) = left.filter(|cell| width(cell.symbol()) > 1) {
                cell.set_symbol(" ");
            }
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Draws a horizontal divider.
    pub fn horizontal(&mut self, x: u16, y: u16, columns: u16) {
        let style = self.theme.rule;
        for x in x..x.saturating_add(columns) {
            self.put_cell(x, y, "─", style);
        }
    }

    /// Draws a vertical divider.
    pub fn vertical(&mut self, x: u16, y: u16, rows: u16) {
        let style = self.theme.rule;
        for y in y..y.saturating_add(rows) {
            self.put_cell(x, y, "│", style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Depth;

    proptest::proptest! {
        #[test]
        fn ascii_is_written_as_other_text(x in 0_u16..12, columns in 0_u16..12, text in "[ -~]{0,14}", is_reversed: bool) {
            let modifier = if is_reversed { Modifier::REVERSED } else { Modifier::BOLD };
            let style = Style::new().fg(Color::Red).add_modifier(modifier);
            let area = Rect::new(1, 0, 9, 2);
            let theme = Theme::new(false, Depth::True);
            let mut expected = Buffer::empty(area);
            let mut painter = Painter::new(&mut expected, &theme);
            let mut end = x;
            if painter.buffer.area.contains((x, 1).into()) {
                end = painter.buffer.set_stringn(x, 1, &text, usize::from(columns), style).0;
            }
            (x..end).for_each(|x| painter.uncolour(x, 1));
            let mut buffer = Buffer::empty(area);
            proptest::prop_assert_eq!(Painter::new(&mut buffer, &theme).put(x, 1, columns, &text, style), end - x);
            proptest::prop_assert_eq!(buffer, expected);
        }
    }
}
