//! Pictures: decoded within limits, fitted into cells, and encoded for a terminal.
//!
//! `decode` turns bytes from outside into pixels, `fit` finds the cells that a picture takes, and `blocks`, `iterm2`,
//! `kitty` and `sixel` each encode one form. Nothing here has a clock, a thread or a terminal.
//!
//! The graphics protocols are encoded here and not by the crate `ratatui-image`: each of its versions for this `ratatui`
//! needs Rust 1.90 and some 35 more crates, five in second versions. It deletes no picture, and sends none again after
//! another program had the terminal.

mod blocks;
mod decode;
mod fit;
mod iterm2;
pub mod kitty;
mod sixel;

use std::fmt;

use image::{RgbaImage, imageops};

pub use decode::{Limits, Pixels, Refusal, decode};
pub use fit::{CELL, Frame};

/// A way to show a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The graphics protocol of kitty.
    Kitty,
    /// The inline images of iTerm2.
    Iterm2,
    /// Sixel graphics, as of the VT340.
    Sixel,
    /// Characters: each cell shows two colours, one above the other.
    Blocks,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kitty => "kitty",
            Self::Iterm2 => "iTerm2",
            Self::Sixel => "sixel",
            Self::Blocks => "half blocks",
        })
    }
}

/// The red, green and blue of a colour.
pub type Rgb = [u8; 3];

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoded {
    /// The sequences that transmit it to kitty under the number of the picture.
    Kitty {
        /// The sequences.
        bytes: Vec<u8>,
        /// The height of a row of cells, in pixels.
        row: u16,
        /// The width in pixels.
        width: u32,
    },
    /// The sequence that draws it at the cursor: an inline image of iTerm2, or sixel graphics.
    AtCursor(Vec<u8>),
    /// The upper and the lower colour of each cell, row by row.
    Blocks(Vec<[Rgb; 2]>),
}

/// A picture ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// A number that no other picture of this process has.
    pub number: u32,
    /// The width of the original in pixels.
    pub width: u32,
    /// The height of the original in pixels.
    pub height: u32,
    /// The size of the original file in bytes.
    pub bytes: usize,
    /// The columns that it takes.
    pub columns: u16,
    /// The rows that it takes.
    pub rows: u16,
    /// What to draw.
    pub encoded: Encoded,
}

impl Picture {
    /// Encodes a picture, scaled down to fit into a frame; `bytes` is the size of its file.
    #[must_use]
    pub fn new(pixels: &Pixels, bytes: usize, frame: &Frame, form: Form, number: u32) -> Self {
        let (width, height) = pixels.size();
        let fitted = frame.fit(width, height);
        let (columns, rows) = (fitted.columns, fitted.rows);
        let canvas = || {
            let (cell_width, cell_height) = frame.cell;
            let (width, height) =
                (u32::from(columns) * u32::from(cell_width), u32::from(rows) * u32::from(cell_height));
            let mut canvas = RgbaImage::new(width, height);
            imageops::replace(&mut canvas, &pixels.scaled(fitted.width, fitted.height), 0, 0);
            canvas
        };
        let encoded = match form {
            Form::Kitty => {
                let canvas = canvas();
                let (row, width) = (frame.cell.1, canvas.width());
                Encoded::Kitty { bytes: kitty::transmission(number, &canvas), row, width }
            }
            Form::Iterm2 => Encoded::AtCursor(iterm2::sequence(&canvas(), columns, rows)),
            Form::Sixel => Encoded::AtCursor(sixel::sequence(&canvas())),
            Form::Blocks => {
                let scaled = pixels.scaled(u32::from(columns), u32::from(rows) * 2);
                Encoded::Blocks(blocks::cells(&scaled, frame.ground))
            }
        };
        Self { number, width, height, bytes, columns, rows, encoded }
    }
}
