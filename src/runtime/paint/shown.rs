//! What the terminal shows, as far as it makes shorter what is written next.

use ratatui::buffer::Cell;
use ratatui::layout::Position;
use ratatui::style::Color;

use super::style::{LINES, Style};
use super::{right, symbol};

/// The cells that were drawn since the terminal was erased.
#[derive(Debug)]
pub struct Shown {
    columns: u16,
    /// Row by row; cells beyond the end are blank.
    cells: Vec<Known>,
}

/// A cell.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Its text, if that is one byte. All others have a width on which terminals may differ, or take two bytes at least.
    byte: Option<u8>,
    style: Style,
}

/// Cells that one sequence makes blank.
#[derive(Debug, PartialEq, Eq)]
pub struct Erased {
    pub sequence: String,
    /// The number of changed cells that it covers.
    pub cells: usize,
}

impl Known {
    const BLANK: Self = Self { byte: Some(b' '), style: super::PLAIN };

    /// Whether erasing gives the same: a blank without a line, in the terminal's own background colour. Not all
    /// terminals erase with the current colour.
    fn is_erasable(self) -> bool {
        self.byte == Some(b' ') && self.style.background == Color::Reset && !self.style.modifier.intersects(LINES)
    }

    /// The byte that draws it in a style, if the style is right for it.
    fn byte_in(self, style: Style) -> Option<u8> {
        let wanted = if self.byte == Some(b' ') { style.of_blank(self.style) } else { self.style };
        self.byte.filter(|_| wanted == style)
    }
}

impl Shown {
    /// A blank terminal.
    pub fn new(columns: u16) -> Self {
        Self { columns, cells: Vec::new() }
    }

    /// The terminal's columns: after the last one the cursor position is uncertain.
    pub fn columns(&self) -> u16 {
        self.columns
    }

    /// Notes a drawn cell. What a wide one covers is unknown.
    pub fn set(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        let byte = match symbol.as_bytes() {
            &[byte] => Some(byte),
            _ => None,
        };
        let at = self.index(x, y);
        let cells = if byte.is_some() { 1 } else { crate::text::width(symbol).max(1) };
        let end = (at + cells).min(self.index(0, y.saturating_add(1)));
        if self.cells.len() < end {
            self.cells.resize(end, Known::BLANK);
        }
        if let Some(covered) = self.cells.get_mut(at..end) {
            covered.fill(Known { byte, style });
        }
    }

    /// What moves the cursor to the right by drawing the cells between again, in the current style, where this is
    /// shorter than a movement.
    pub fn between(&self, from: Option<Position>, to: Position, style: Style) -> Option<Vec<u8>> {
        let from = from.filter(|from| from.y == to.y && from.x < to.x)?;
        let cells = to.x - from.x;
        if usize::from(cells) >= right(cells).len() {
            return None;
        }
        (from.x..to.x).map(|x| self.at(x, to.y).byte_in(style)).collect()
    }

    /// The sequence that erases the first of the changed cells and those after it on its row, where this is shorter than
    /// writing blanks.
    pub fn erased(&self, changed: &[(u16, u16, &Cell)]) -> Option<Erased> {
        let &(start, y, first) = changed.first()?;
        if symbol(first) != " " {
            return None;
        }
        let end = (start..self.columns).find(|&x| !self.at(x, y).is_erasable()).unwrap_or(self.columns);
        let cells = changed.iter().take_while(|(x, row, _)| *row == y && *x < end).count();
        let last = changed.get(cells.checked_sub(1)?)?.0;
        let blanks = usize::from(last - start) + 1;
        if end == self.columns {
            let sequence = "\x1b[K";
            return (sequence.len() < blanks).then(|| Erased { sequence: sequence.to_owned(), cells });
        }
        // The cursor stays at the first cell, so a movement follows if the row has more changes.
        let next = changed.get(cells).filter(|(_, row, _)| *row == y).map(|(x, ..)| *x);
        let movement = |from| next.map_or(0, |to| if to > from { right(to - from).len() } else { 0 });
        let sequence = format!("\x1b[{blanks}X");
        let is_shorter = sequence.len() + movement(start) < blanks + movement(last + 1);
        is_shorter.then_some(Erased { sequence, cells })
    }

    fn index(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.columns) + usize::from(x)
    }

    fn at(&self, x: u16, y: u16) -> Known {
        self.cells.get(self.index(x, y)).copied().unwrap_or(Known::BLANK)
    }
}
