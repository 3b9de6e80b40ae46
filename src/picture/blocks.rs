//! Pictures drawn with characters, for terminals without graphics.

use image::{Rgba, RgbaImage};

use super::Rgb;

/// The colours of each cell; a cell is one pixel wide and two pixels high. Transparent pixels show `ground`.
pub(super) fn cells(image: &RgbaImage, ground: Rgb) -> Vec<[Rgb; 2]> {
    let color = |x, y| over(*image.get_pixel(x, y), ground);
    let rows = (0..image.height() / 2).map(|row| row * 2);
    rows.flat_map(|y| (0..image.width()).map(move |x| [color(x, y), color(x, y + 1)])).collect()
}

/// The colour of a pixel over a background.
pub(super) fn over(Rgba([red, green, blue, alpha]): Rgba<u8>, ground: Rgb) -> Rgb {
    let alpha = u16::from(alpha);
    let mixed = |front: u8, back: u8| ((u16::from(front) * alpha + u16::from(back) * (255 - alpha)) / 255) as u8;
    [mixed(red, ground[0]), mixed(green, ground[1]), mixed(blue, ground[2])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_shows_two_pixels_over_the_background() {
        let image =
            RgbaImage::from_fn(2, 4, |x, y| Rgba([10 * x as u8, 10 * y as u8, 0, if y == 3 { 0 } else { 255 }]));
        let colors = cells(&image, [1, 2, 3]);
        assert_eq!(
            colors,
            [[[0, 0, 0], [0, 10, 0]], [[10, 0, 0], [10, 10, 0]], [[0, 20, 0], [1, 2, 3]], [[10, 20, 0], [1, 2, 3]]]
        );
        assert_eq!(over(Rgba([200, 0, 0, 128]), [0, 0, 200]), [100, 0, 99]);
    }
}
