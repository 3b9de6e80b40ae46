//! Finds the cells that a picture takes.

use super::Rgb;

/// The size of a cell in pixels if the terminal does not tell it: width, height.
pub const CELL: (u16, u16) = (8, 16);

/// The place for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The columns that it may take.
    pub columns: u16,
    /// The rows that it may take.
    pub rows: u16,
    /// The size of a cell in pixels: width, height.
    pub cell: (u16, u16),
    /// The colour behind transparent pixels, where a form has no transparency.
    pub ground: Rgb,
}

/// The size of a picture in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fitted {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The cells that the pixels touch.
    pub columns: u16,
    /// The cells that the pixels touch.
    pub rows: u16,
}

impl Frame {
    /// Scales a picture down to fit, keeping its proportions; a small one keeps its size.
    pub(super) fn fit(&self, width: u32, height: u32) -> Fitted {
        let (cell_width, cell_height) = (u64::from(self.cell.0.max(1)), u64::from(self.cell.1.max(1)));
        let (most_width, most_height) =
            (u64::from(self.columns.max(1)) * cell_width, u64::from(self.rows.max(1)) * cell_height);
        let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
        let (scaled_width, scaled_height) = if width <= most_width && height <= most_height {
            (width, height)
        } else if width * most_height > height * most_width {
            (most_width, (height * most_width / width).max(1))
        } else {
            ((width * most_height / height).max(1), most_height)
        };
        Fitted {
            width: scaled_width as u32,
            height: scaled_height as u32,
            columns: scaled_width.div_ceil(cell_width) as u16,
            rows: scaled_height.div_ceil(cell_height) as u16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportions_and_never_grows() {
        let frame = Frame { columns: 60, rows: 20, cell: (8, 16), ground: [0; 3] };
        let table = [
            // At most 480 by 320 pixels.
            ((1_200, 800), (480, 320, 60, 20)),
            ((4_000, 400), (480, 48, 60, 3)),
            ((100, 4_000), (8, 320, 1, 20)),
            ((100, 50), (100, 50, 13, 4)),
            ((1, 1), (1, 1, 1, 1)),
            ((60_000, 1), (480, 1, 60, 1)),
        ];
        for ((width, height), (scaled_width, scaled_height, columns, rows)) in table {
            let fitted = Fitted { width: scaled_width, height: scaled_height, columns, rows };
            assert_eq!(frame.fit(width, height), fitted, "{width}x{height}");
        }
    }
}
