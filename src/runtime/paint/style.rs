//! Styles of cells, and the sequences that change from one to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// The style of a cell, or the last one sent to the terminal.
#[derive(Debug, PartialEq, Clone, Copy)]
pub struct Style {
    pub foreground: Color,
    pub background: Color,
    pub modifier: Modifier,
}

pub const PLAIN: Style = Style { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

/// Modifiers that make the foreground colour of a blank visible.
pub const LINES: Modifier = Modifier::UNDERLINED.union(Modifier::CROSSED_OUT).union(Modifier::REVERSED);

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

impl Style {
    /// The style in which a cell is drawn.
    pub fn of(cell: &Cell, has_colors: bool) -> Self {
        let (foreground, background) = if has_colors { (cell.fg, cell.bg) } else { (Color::Reset, Color::Reset) };
        Self { foreground, background, modifier: cell.modifier }
    }

    /// The style in which a blank is drawn after this one: what a blank does not show stays as it is.
    pub fn of_blank(self, wanted: Self) -> Self {
        if wanted.modifier.intersects(LINES) {
            return wanted;
        }
        Self { foreground: self.foreground, background: wanted.background, modifier: self.modifier - LINES }
    }
}

/// Changes the style in one sequence.
pub fn change(bytes: &mut Vec<u8>, from: Style, to: Style) {
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
    use super::*;

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
}
