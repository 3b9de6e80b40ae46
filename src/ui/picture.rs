//! The picture of a release, drawn with characters, or marked for graphics that the terminal draws.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::painter::Painter;
use super::theme::Theme;
use super::{Charset, Depth};
use crate::app::App;
use crate::picture::{Encoded, Rgb};

/// The symbol of a cell that belongs to the terminal's graphics: a private character, which no text contains. It is
/// written as a blank. A popup over the picture replaces it, and so shows that the picture is covered.
pub const CELL: &str = "\u{10eeee}";

/// From dark to light, for terminals without enough colours.
const SHADES: [&str; 8] = [" ", ".", ":", "-", "=", "+", "*", "#"];

/// Draws a row of the picture, counted from 0.
pub fn row(app: &App, row: usize, place: Rect, pen: &mut Painter<'_>) {
    let Some(picture) = app.picture.shown().filter(|picture| row < usize::from(picture.rows)) else { return };
    let columns = picture.columns.min(place.width);
    match &picture.encoded {
        Encoded::Blocks(cells) => {
            let start = row * usize::from(picture.columns);
            for (x, &colors) in (place.x..place.x + columns).zip(cells.iter().skip(start)) {
                let (symbol, style) = block(colors, pen.theme);
                pen.put(x, place.y, 1, symbol, style);
            }
        }
        Encoded::Kitty { .. } | Encoded::AtCursor(_) => {
            for x in place.x..place.x + columns {
                if let Some(cell) = pen.buffer.cell_mut((x, place.y)) {
                    cell.reset();
                    cell.set_symbol(CELL);
                }
            }
        }
    }
}

/// Returns how a cell shows an upper and a lower colour.
fn block([upper, lower]: [Rgb; 2], theme: &Theme) -> (&'static str, Style) {
    let colors = (color(upper, theme.depth), color(lower, theme.depth));
    match colors {
        (Some(upper), Some(lower)) if theme.charset == Charset::Unicode => ("▀", Style::new().fg(upper).bg(lower)),
        _ => {
            let light = [upper, lower].into_iter().flatten().map(usize::from).sum::<usize>() / 6;
            (SHADES[light * SHADES.len() / 256], theme.text)
        }
    }
}

/// Returns a colour as a terminal of this depth shows it; `None` if it has too few.
fn color([red, green, blue]: Rgb, depth: Depth) -> Option<Color> {
    match depth {
        Depth::True => Some(Color::Rgb(red, green, blue)),
        Depth::Indexed if red == green && green == blue && (8..248).contains(&red) => {
            Some(Color::Indexed(232 + (red - 8) / 10))
        }
        Depth::Indexed => {
            let [red, green, blue] = [red, green, blue].map(level);
            Some(Color::Indexed(16 + 36 * red + 6 * green + blue))
        }
        Depth::Sixteen | Depth::None => None,
    }
}

/// The nearest of the six levels of the colour cube: 0, 95, 135, 175, 215, 255.
fn level(value: u8) -> u8 {
    match value {
        0..48 => 0,
        48..115 => 1,
        _ => (value - 35) / 40,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_blocks_have_two_colours_and_terminals_without_colours_shades() {
        let colors = [[255, 0, 0], [0, 0, 255]];
        let theme = |depth, charset| {
            let mut theme = Theme::new(false, depth);
            theme.charset = charset;
            theme
        };
        let (symbol, style) = block(colors, &theme(Depth::True, Charset::Unicode));
        assert_eq!((symbol, style.fg, style.bg), ("▀", Some(Color::Rgb(255, 0, 0)), Some(Color::Rgb(0, 0, 255))));
        let (symbol, style) = block(colors, &theme(Depth::Indexed, Charset::Unicode));
        assert_eq!((symbol, style.fg, style.bg), ("▀", Some(Color::Indexed(196)), Some(Color::Indexed(21))));
        let grey = |value| color([value; 3], Depth::Indexed);
        assert_eq!([0, 8, 128, 255].map(grey), [16, 232, 244, 231].map(|index| Some(Color::Indexed(index))));
        for theme in [theme(Depth::Sixteen, Charset::Unicode), theme(Depth::None, Charset::Unicode)] {
            let symbols = [[[255; 3]; 2], [[128; 3]; 2], [[0; 3]; 2]].map(|colors| block(colors, &theme).0);
            assert_eq!(symbols, ["#", "=", " "]);
        }
        assert_eq!(block([[255; 3]; 2], &theme(Depth::True, Charset::AsciiSigns)).0, "#");
    }
}
