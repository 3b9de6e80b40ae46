//! Writes the changed cells of a frame in as few bytes as possible, because every byte is felt over ssh.
//!
//! Compared to writing each cell on its own: movement on a line is relative, or writes again what stands between where
//! that is shorter; runs of blanks are erased; a colour is sent only when it changes and is visible; all changes of a
//! style share one sequence. The width of a drawn cell is trusted only where terminals agree on it.

mod shown;
mod style;

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use unicode_properties::UnicodeEmoji;

use crate::text::width;
use crate::ui::PICTURE_CELL;
use shown::Shown;
use style::{PLAIN, Style, change};

/// A backend that writes cells itself and leaves the rest to crossterm's.
pub struct Painter<W: Write> {
    backend: CrosstermBackend<W>,
    shown: Shown,
    has_colors: bool,
}

impl<W: Write> Painter<W> {
    pub fn new(writer: W, columns: u16, has_colors: bool) -> Self {
        Self { backend: CrosstermBackend::new(writer), shown: Shown::new(columns), has_colors }
    }

    /// Sets the width of the terminal, whose cells the caller erases.
    pub fn set_columns(&mut self, columns: u16) {
        self.shown = Shown::new(columns);
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.backend.write_all(bytes)
    }
}

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<_> = content.collect();
        for &(x, y, cell) in &cells {
            self.shown.set(x, y, cell.symbol(), Style::of(cell, self.has_colors));
        }
        let mut bytes = Vec::new();
        let mut style = PLAIN;
        let mut cursor = None;
        let mut at = 0;
        while let Some(&(x, y, cell)) = cells.get(at) {
            let position = Position::new(x, y);
            match self.shown.between(cursor, position, style) {
                Some(again) => bytes.extend_from_slice(&again),
                None => step(&mut bytes, cursor, position),
            }
            let (symbol, wanted) = (symbol(cell), Style::of(cell, self.has_colors));
            let wanted = if symbol == " " { style.of_blank(wanted) } else { wanted };
            change(&mut bytes, style, wanted);
            style = wanted;
            if let Some(erased) = self.shown.erased(&cells[at..]) {
                bytes.extend_from_slice(erased.sequence.as_bytes());
                cursor = Some(position);
                at += erased.cells;
                continue;
            }
            bytes.extend_from_slice(symbol.as_bytes());
            cursor = sure_width(symbol).map(|width| Position::new(x.saturating_add(width), y));
            cursor = cursor.filter(|after| after.x < self.shown.columns());
            at += 1;
        }
        if style != PLAIN {
            bytes.extend_from_slice(b"\x1b[m");
        }
        self.write(&bytes)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.backend.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.backend.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.backend.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.backend.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.backend.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.backend.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        self.backend.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.backend.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.backend)
    }
}

/// The width on which all terminals agree; `None` if they may differ.
fn sure_width(symbol: &str) -> Option<u16> {
    let mut chars = symbol.chars();
    let (first, rest) = (chars.next()?, chars.next());
    // A digit may begin a keycap (1️⃣), on whose width terminals differ.
    let is_plain = rest.is_none() && (first.is_ascii() || !first.is_emoji_char());
    is_plain.then(|| width(symbol) as u16)
}

/// The text of a cell. The terminal's graphics are drawn over blanks.
fn symbol(cell: &Cell) -> &str {
    if cell.symbol() == PICTURE_CELL { " " } else { cell.symbol() }
}

/// Moves the cursor.
fn step(bytes: &mut Vec<u8>, from: Option<Position>, to: Position) {
    match from {
        Some(from) if from == to => {}
        Some(from) if from.y == to.y && from.x < to.x => bytes.extend_from_slice(right(to.x - from.x).as_bytes()),
        _ => bytes.extend_from_slice(format!("\x1b[{};{}H", to.y + 1, to.x + 1).as_bytes()),
    }
}

/// The sequence that moves the cursor to the right.
fn right(cells: u16) -> String {
    if cells == 1 { "\x1b[C".to_owned() } else { format!("\x1b[{cells}C") }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style as CellStyle};

    use super::*;

    const COLUMNS: u16 = 24;
    const ROWS: u16 = 4;

    /// The bytes written so far. Shared, because the backend owns its writer.
    #[derive(Default, Clone)]
    struct Bytes(Rc<RefCell<Vec<u8>>>);

    impl Write for Bytes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The bytes that each frame writes.
    fn written(frames: &[Buffer], has_colors: bool) -> Vec<String> {
        let bytes = Bytes::default();
        let mut painter = Painter::new(bytes.clone(), COLUMNS, has_colors);
        let mut before = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        let draw = |frame: &Buffer| {
            painter.draw(before.diff(frame).into_iter()).expect("memory takes all bytes");
            before = frame.clone();
            String::from_utf8(bytes.0.take()).expect("text")
        };
        frames.iter().map(draw).collect()
    }

    /// The bytes that crossterm's backend writes.
    fn written_by_crossterm(frames: &[Buffer]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut before = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        for frame in frames {
            CrosstermBackend::new(&mut bytes).draw(before.diff(frame).into_iter()).expect("memory takes all bytes");
            before = frame.clone();
        }
        bytes
    }

    /// What a terminal shows.
    fn shown(bytes: &[u8]) -> vt100::Parser {
        let size = |n| std::num::NonZero::new(n).expect("some");
        let mut terminal = vt100::Parser::new(size(ROWS), size(COLUMNS), 0);
        terminal.process(bytes);
        terminal
    }

    /// A frame with some texts.
    fn frame(texts: &[(u16, u16, &str, CellStyle)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        for &(x, y, text, style) in texts {
            buffer.set_string(x, y, text, style);
        }
        buffer
    }

    #[test]
    fn text_after_a_character_of_disputed_width_is_placed_by_its_column() {
        for disputed in ["1\u{fe0f}\u{20e3}", "👩\u{200d}👧", "e\u{301}"] {
            let text = written(&[frame(&[(2, 1, &format!("{disputed}x"), CellStyle::new())])], true).concat();
            let column = 3 + width(disputed);
            assert!(text.contains(&format!("{disputed}\x1b[2;{column}Hx")), "{text:?}");
        }
    }

    fn styles() -> impl Strategy<Value = CellStyle> {
        let color = || prop::sample::select(vec![Color::Reset, Color::Red, Color::Rgb(1, 2, 3), Color::Indexed(200)]);
        // Dim has its own test: the emulator keeps only one of bold and dim.
        let modifiers = [Modifier::BOLD, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];
        (color(), color(), prop::sample::subsequence(modifiers.to_vec(), 0..=3)).prop_map(|(fg, bg, modifiers)| {
            let modifier = modifiers.into_iter().fold(Modifier::empty(), Modifier::union);
            CellStyle::new().fg(fg).bg(bg).add_modifier(modifier)
        })
    }

    fn frames() -> impl Strategy<Value = Vec<Buffer>> {
        let text = prop::sample::select(vec!["a", "bc", " ", "   ", "한국", "é", "…", "x y", "日本 語"]);
        let run = (0..COLUMNS, 0..ROWS, text, styles());
        prop::collection::vec(prop::collection::vec(run, 0..12), 1..5).prop_map(|frames| {
            let drawn = frames.into_iter().map(|runs| {
                let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
                for (x, y, text, style) in runs {
                    buffer.set_stringn(x, y, text, usize::from(COLUMNS - x), style);
                }
                buffer
            });
            drawn.collect()
        })
    }

    proptest! {
        #[test]
        fn a_terminal_shows_the_same_as_with_crossterm(frames in frames()) {
            let ours = shown(written(&frames, true).concat().as_bytes());
            let theirs = shown(&written_by_crossterm(&frames));
            for (y, x) in (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| (y, x))) {
                let cell = |terminal: &vt100::Parser| terminal.screen().cell(y, x).expect("a cell").clone();
                let (ours, theirs) = (cell(&ours), cell(&theirs));
                let is_blank = !theirs.has_contents() || theirs.contents() == " ";
                if is_blank && !theirs.underline() && !theirs.inverse() {
                    prop_assert!(!ours.has_contents() || ours.contents() == " ", "at {}, {}", x, y);
                    prop_assert_eq!(ours.bgcolor(), theirs.bgcolor(), "at {}, {}", x, y);
                    prop_assert!(!ours.underline() && !ours.inverse(), "at {}, {}", x, y);
                } else {
                    prop_assert_eq!(ours, theirs, "at {}, {}", x, y);
                }
            }
        }
    }

    #[test]
    fn movements_are_short_and_styles_one_sequence() {
        let red = CellStyle::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        let texts = [(2, 1, "한", red), (6, 1, "b", red), (23, 1, "c", red), (0, 2, "d", CellStyle::new())];
        let text = written(&[frame(&texts)], true).concat();
        assert_eq!(text, "\x1b[2;3H\x1b[1;31m한  b\x1b[16Cc\x1b[3;1H\x1b[md");
        let text = written(&[frame(&texts)], false).concat();
        assert!(!text.contains("31"), "no colours where none are wanted");
    }

    #[test]
    fn a_short_gap_is_written_again_if_it_has_the_same_style() {
        let plain = CellStyle::new();
        let after = |texts: &[_]| written(&[frame(&[(0, 0, "the old text", plain)]), frame(texts)], true).remove(1);
        assert_eq!(after(&[(0, 0, "The 0ld text", plain)]), "\x1b[1;1HThe 0");
        let red = plain.fg(Color::Red);
        assert_eq!(after(&[(0, 0, "The old text", red)]), "\x1b[1;1H\x1b[31mThe old text\x1b[m");
        let before = frame(&[(0, 0, "a", plain), (1, 0, "b", red), (2, 0, "c", plain)]);
        let after = frame(&[(0, 0, "x", plain), (1, 0, "b", red), (2, 0, "z", plain)]);
        assert_eq!(written(&[before, after], true).remove(1), "\x1b[1;1Hx\x1b[Cz");
    }

    #[test]
    fn blanks_are_erased_where_that_is_shorter() {
        let plain = CellStyle::new();
        let before = frame(&[(0, 0, "some words to the end..", plain), (0, 1, "left", plain), (20, 1, "end", plain)]);
        let after = |texts: &[_]| written(&[before.clone(), frame(texts)], true).remove(1);
        let kept = [(0, 1, "left", plain), (20, 1, "end", plain)];
        assert_eq!(after(&[&[(0, 0, "some words", plain)], &kept[..]].concat()), "\x1b[1;12H\x1b[K");
        let words = |text| [&[(0, 0, text, plain)], &kept[..]].concat();
        assert_eq!(after(&words("some               d..")), "\x1b[1;6H\x1b[14X\x1b[14Cd.. ");
    }

    #[test]
    fn a_picture_is_never_erased_by_blanks_beside_it() {
        let plain = CellStyle::new();
        let picture = (20, 0, PICTURE_CELL, plain);
        let frames = [frame(&[(0, 0, "some words", plain), picture]), frame(&[picture])];
        let text = written(&frames, true).remove(1);
        assert_eq!(text, "\x1b[1;1H\x1b[10X");
    }
}
