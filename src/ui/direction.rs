//! Right-to-left text in terminals that reorder it.
//!
//! Such a terminal reorders runs of a line by the bidirectional algorithm (UAX 9), including neutral characters between
//! two runs, such as a divider or a number. A count would jump before its name, and a pane into its neighbour. A
//! left-to-right mark after the last letter of each run prevents this. The mark has no width and shares the cell of
//! that letter, so it comes and goes with it. Other terminals show nothing of it.

use ratatui::buffer::{Buffer, CellWidth};

use crate::app::Layout;
use crate::text::{Direction, direction};

/// The left-to-right mark.
pub const MARK: char = '\u{200E}';
/// Blank cells that separate two texts of a region.
const PARTS: u16 = 2;

/// Ends every right-to-left run where its text ends.
pub fn isolate(buffer: &mut Buffer, layout: &Layout) {
    let area = buffer.area;
    let edges = [layout.filter, layout.list, layout.timeline, layout.detail].map(|region| (region.x, region));
    for y in area.top()..area.bottom() {
        if !has_right_to_left(buffer, y) {
            continue;
        }
        let starts =
            |x: u16| edges.iter().any(|(start, region)| *start == x && (region.top()..region.bottom()).contains(&y));
        let mut line = Line::default();
        let mut x = area.left();
        while x < area.right() {
            let cell = &buffer[(x, y)];
            let direction = cell.symbol().chars().next().and_then(direction);
            let columns = cell.cell_width().max(1);
            let is_blank = cell.symbol() == " ";
            if starts(x) || (is_blank && line.blanks + 1 == PARTS) {
                line.end(buffer, y);
            }
            match direction {
                Some(Direction::Right) => line.is_right = true,
                Some(Direction::Left) => line.is_right = false,
                None => {}
            }
            line.blanks = if is_blank { line.blanks + 1 } else { 0 };
            if !is_blank {
                line.last = x;
            }
            x += columns;
        }
        line.end(buffer, y);
    }
}

/// Whether a line contains right-to-left letters; most do not.
fn has_right_to_left(buffer: &Buffer, y: u16) -> bool {
    let start = buffer.index_of(buffer.area.left(), y);
    let cells = buffer.content().iter().skip(start).take(usize::from(buffer.area.width));
    // The right-to-left scripts are before and after this range.
    let is_other = |c: char| c < '\u{0590}' || ('\u{0900}'..'\u{FB00}').contains(&c);
    let letters = cells.filter_map(|cell| cell.symbol().chars().next()).filter(|&c| !is_other(c));
    letters.into_iter().any(|c| direction(c) == Some(Direction::Right))
}

/// The state of a line while it is scanned.
#[derive(Debug, Default)]
struct Line {
    /// Whether the last letter with a direction was right-to-left.
    is_right: bool,
    /// The last cell with content.
    last: u16,
    blanks: u16,
}

impl Line {
    /// Ends a run before the next text.
    fn end(&mut self, buffer: &mut Buffer, y: u16) {
        if std::mem::take(&mut self.is_right) {
            let cell = &mut buffer[(self.last, y)];
            let symbol = format!("{}{MARK}", cell.symbol());
            cell.set_symbol(&symbol);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::app::{Pane, PaneShape};

    /// Returns a drawn row, with marks shown as `|`.
    fn drawn(y: u16, texts: &[(u16, &str)]) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, y, 130, 1));
        for (x, text) in texts {
            buffer.set_string(*x, y, text, Style::default());
        }
        let layout = Layout::new(130, 40, Pane::List, false, &PaneShape::default());
        isolate(&mut buffer, &layout);
        let cells = (0..130).map(|x| buffer[(x, y)].symbol().to_owned()).collect::<Vec<_>>();
        cells.concat().replace(MARK, "|").trim_end().to_owned()
    }

    #[test]
    fn a_run_ends_before_its_neighbour() {
        assert_eq!(drawn(39, &[(0, "ab 12  cd")]), "ab 12  cd");
        assert_eq!(drawn(39, &[(0, "قضايا   55")]), "قضايا|   55");
        assert_eq!(drawn(39, &[(0, "قضايا 160 نفر…"), (18, "2")]), "قضايا 160 نفر…|    2");
        assert_eq!(drawn(39, &[(0, "نفر ICT قضايا")]), "نفر ICT قضايا|");
        assert_eq!(drawn(39, &[(0, "نفر ICT  12")]), "نفر ICT  12");
    }

    #[test]
    fn a_run_ends_at_the_edge_of_a_region() {
        let list = Layout::new(130, 40, Pane::List, false, &PaneShape::default()).list.x;
        let line = drawn(5, &[(list - 5, "نفر│"), (list, "قضايا")]);
        assert_eq!(line.trim_start(), "نفر│| قضايا|");
    }
}
