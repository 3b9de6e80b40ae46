//! Tables as rows of cells, if every cell is a single line.

use dom_query::NodeRef;

use super::Renderer;
use crate::feed::html::tree::{cells, children_named, has_blocks, name_of, number, rows};
use crate::feed::html::writer::{PendingSpace, Whitespace};
use crate::release::Style;

/// Separates the cells of a row.
const CELL_PARTS: &str = " | ";
/// The most columns that are distinguished.
const MOST_COLUMNS: usize = 256;

/// Columns that cells of earlier rows reach into, each with the number of rows left.
#[derive(Default)]
struct Spanned(Vec<u16>);

impl Spanned {
    /// Returns the first column from this one on that is free in the current row.
    fn free(&self, column: usize) -> usize {
        (column..self.0.len()).find(|&column| self.0[column] == 0).unwrap_or(self.0.len().max(column))
    }

    fn take(&mut self, column: usize, columns: usize, rows: u16) {
        let end = (column + columns).min(MOST_COLUMNS);
        if rows > 1 && end > column {
            self.0.resize(self.0.len().max(end), 0);
            // The current row is one of them.
            self.0[column..end].fill(rows);
        }
    }

    fn end_row(&mut self) {
        self.0.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
    }
}

impl Renderer {
    /// Renders a table. If every cell is a single line, each row becomes a line; otherwise each cell becomes a block.
    pub(super) fn table(&mut self, node: &NodeRef<'_>, level: usize) {
        let rows = rows(node);
        let columns = rows.iter().map(|row| cells(row).count()).max().unwrap_or(0);
        if self.out.white == Whitespace::Cell
            || columns < 2
            || rows.iter().any(|row| cells(row).any(|cell| has_blocks(&cell)))
        {
            return self.block(PendingSpace::Paragraph, |this| this.children(node, level));
        }
        self.out.part(PendingSpace::Paragraph);
        for child in children_named(node, "caption") {
            self.node(&child, level + 1);
        }
        self.out.part(PendingSpace::Paragraph);
        let mut spanned = Spanned::default();
        for row in rows {
            self.out.part(PendingSpace::Line);
            self.span(Style::Row, |this| this.row(&row, &mut spanned, level + 3));
            spanned.end_row();
        }
        self.out.part(PendingSpace::Paragraph);
    }

    fn row(&mut self, row: &NodeRef<'_>, spanned: &mut Spanned, level: usize) {
        let before_row = std::mem::replace(&mut self.out.white, Whitespace::Cell);
        let mut column = 0;
        let mut is_first = true;
        for cell in cells(row) {
            column = spanned.free(column).min(MOST_COLUMNS - 1);
            let head = name_of(&cell).is_some_and(|name| &*name == "th");
            let before = self.out.state();
            let begun = if is_first {
                self.out.flush();
                self.out.mark("")
            } else {
                self.out.gap = PendingSpace::None;
                self.out.mark(CELL_PARTS)
            };
            let place = column as u8;
            self.styled(&cell, if head { Style::Head(place) } else { Style::Cell(place) }, level);
            if self.out.rich.text.len() == begun {
                self.out.restore(before);
            } else {
                is_first = false;
            }
            let wide: usize = number(&cell, "colspan").unwrap_or(1).clamp(1, MOST_COLUMNS);
            spanned.take(column, wide, number(&cell, "rowspan").unwrap_or(1));
            column += wide;
        }
        self.out.white = before_row;
    }
}
