//! Writes the changed cells of a frame in as few bytes as possible, because every byte is felt over ssh.
//!
//! Compared to writing each cell on its own: movement on a line is relative; a colour is sent only when it changes and
//! is visible; all changes of a style share one sequence. The width of a drawn cell is trusted only where terminals
//! agree on it.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_properties::UnicodeEmoji;

use crate::text::width;
use crate::ui::PICTURE_CELL;

/// A backend that writes cells itself and leaves the rest to crossterm's.
pub struct Painter<W: Write> {
    backend: CrosstermBackend<W>,
    /// The terminal's columns: after the last one the cursor position is uncertain.
    columns: u16,
    has_colors: bool,
}

/// The last style sent to the terminal.
#[derive(PartialEq, Clone, Copy)]
struct Style {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

const PLAIN: Style = Style { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

/// Modifiers with their codes for on and off. Bold and dim share the code for off.
const MODIFIERS: [(Modifier, u8, u8); 7] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Modifiers that make the foreground colour of a blank visible.
const LINES: Modifier = Modifier::UNDERLINED.union(Modifier::CROSSED_OUT).union(Modifier::REVERSED);

impl<W: Write> Painter<W> {
    pub fn new(writer: W, columns: u16, has_colors: bool) -> Self {
        Self { backend: CrosstermBackend::new(writer), columns, has_colors }
    }

    /// Sets the width of the terminal.
    pub fn set_columns(&mut self, columns: u16) {
        self.columns = columns;
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
        let mut bytes = Vec::new();
        let mut style = PLAIN;
        let mut cursor = None;
        for (x, y, cell) in content {
            step(&mut bytes, cursor, Position::new(x, y));
            let mut wanted = Style { foreground: cell.fg, background: cell.bg, modifier: cell.modifier };
            if !self.has_colors {
                (wanted.foreground, wanted.background) = (Color::Reset, Color::Reset);
            }
            // The terminal's graphics are drawn over blanks.
            let symbol = if cell.symbol() == PICTURE_CELL { " " } else { cell.symbol() };
            if symbol == " " && !wanted.modifier.intersects(LINES) {
                wanted.foreground = style.foreground;
                wanted.modifier = style.modifier - LINES;
            }
            change(&mut bytes, style, wanted);
            style = wanted;
            bytes.extend_from_slice(symbol.as_bytes());
            cursor = sure_width(symbol).map(|width| Position::new(x.saturating_add(width), y));
            cursor = cursor.filter(|after| after.x < self.columns);
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

/// Moves the cursor.
fn step(bytes: &mut Vec<u8>, from: Option<Position>, to: Position) {
    let written = match from {
        Some(from) if from == to => Ok(()),
        Some(from) if from.y == to.y && from.x + 1 == to.x => write!(bytes, "\x1b[C"),
        Some(from) if from.y == to.y && from.x < to.x => write!(bytes, "\x1b[{}C", to.x - from.x),
        _ => write!(bytes, "\x1b[{};{}H", to.y + 1, to.x + 1),
    };
    debug_assert!(written.is_ok(), "memory takes all bytes");
}

/// Changes the style in one sequence.
fn change(bytes: &mut Vec<u8>, from: Style, to: Style) {
    if from == to {
        return;
    }
    if to == PLAIN {
        bytes.extend_from_slice(b"\x1b[m");
        return;
    }
    let mut codes: Vec<String> = Vec::new();
    let (lost, mut new) = (from.modifier - to.modifier, to.modifier - from.modifier);
    for (modifier, _, off) in MODIFIERS {
        let off = off.to_string();
        if lost.contains(modifier) && !codes.contains(&off) {
            codes.push(off);
        }
    }
    if lost.intersects(Modifier::BOLD | Modifier::DIM) {
        new |= to.modifier & (Modifier::BOLD | Modifier::DIM);
    }
    codes.extend(MODIFIERS.iter().filter(|(modifier, ..)| new.contains(*modifier)).map(|(_, on, _)| on.to_string()));
    if from.foreground != to.foreground {
        codes.push(color(to.foreground, 30));
    }
    if from.background != to.background {
        codes.push(color(to.background, 40));
    }
    bytes.extend_from_slice(format!("\x1b[{}m", codes.join(";")).as_bytes());
}

/// The code of a colour; `base` is 30 for the foreground, 40 for the background. Source: ECMA-48, 8.3.117, and xterm's
/// `ctlseqs` for the bright, indexed and direct colours.
fn color(color: Color, base: u8) -> String {
    let plain = |n: u8| (base + n).to_string();
    let bright = |n: u8| (base + 60 + n).to_string();
    match color {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style as CellStyle;

    use super::*;

    const COLUMNS: u16 = 24;
    const ROWS: u16 = 4;

    /// What a terminal shows after the frames, written by this module or by crossterm's backend.
    fn shown(frames: &[Buffer], ours: bool) -> vt100::Parser {
        let size = |n| std::num::NonZero::new(n).expect("some");
        let mut terminal = vt100::Parser::new(size(ROWS), size(COLUMNS), 0);
        let mut before = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        for frame in frames {
            let mut bytes = Vec::new();
            let cells = before.diff(frame).into_iter();
            let drawn = if ours {
                Painter::new(&mut bytes, COLUMNS, true).draw(cells)
            } else {
                CrosstermBackend::new(&mut bytes).draw(cells)
            };
            drawn.expect("memory takes all bytes");
            terminal.process(&bytes);
            before = frame.clone();
        }
        terminal
    }

    #[test]
    fn text_after_a_character_of_disputed_width_is_placed_by_its_column() {
        for disputed in ["1\u{fe0f}\u{20e3}", "👩\u{200d}👧", "e\u{301}"] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
            buffer.set_string(2, 1, format!("{disputed}x"), CellStyle::new());
            let mut bytes = Vec::new();
            let cells = Buffer::empty(buffer.area).diff(&buffer).into_iter();
            Painter::new(&mut bytes, COLUMNS, true).draw(cells).expect("memory takes all bytes");
            let column = 3 + width(disputed);
            let text = String::from_utf8(bytes).expect("text");
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
            let (ours, theirs) = (shown(&frames, true), shown(&frames, false));
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
    fn bold_and_dim_share_the_code_that_ends_them() {
        let with = |modifier| Style { modifier, ..PLAIN };
        let changed = |from, to| {
            let mut bytes = Vec::new();
            change(&mut bytes, with(from), with(to));
            String::from_utf8(bytes).expect("text")
        };
        assert_eq!(changed(Modifier::BOLD, Modifier::DIM), "\x1b[22;2m");
        assert_eq!(changed(Modifier::BOLD | Modifier::DIM, Modifier::BOLD), "\x1b[22;1m");
        assert_eq!(changed(Modifier::BOLD | Modifier::DIM, Modifier::empty()), "\x1b[m");
    }

    #[test]
    fn movements_are_short_and_styles_one_sequence() {
        let mut frame = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        let red = CellStyle::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        frame.set_string(2, 1, "한", red);
        frame.set_string(6, 1, "b", red);
        frame.set_string(23, 1, "c", red);
        frame.set_string(0, 2, "d", CellStyle::new());
        let before = Buffer::empty(frame.area);
        let mut bytes = Vec::new();
        Painter::new(&mut bytes, COLUMNS, true).draw(before.diff(&frame).into_iter()).expect("memory");
        let text = String::from_utf8(bytes).expect("text");
        assert_eq!(text, "\x1b[2;3H\x1b[1;31m한\x1b[2Cb\x1b[16Cc\x1b[3;1H\x1b[md");
        let mut bytes = Vec::new();
        Painter::new(&mut bytes, COLUMNS, false).draw(before.diff(&frame).into_iter()).expect("memory");
        assert!(!String::from_utf8(bytes).expect("text").contains("31"), "no colours where none are wanted");
    }
}
