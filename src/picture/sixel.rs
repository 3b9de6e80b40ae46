//! Sixel graphics. Source: "Sixel Graphics" in the VT330/VT340 Programmer Reference Manual, chapter 14.

use std::fmt::Write;

use color_quant::NeuQuant;
use image::RgbaImage;

/// The number of colours: what every terminal with sixel graphics has.
const COLORS: usize = 256;
/// Of so many pixels one is looked at to choose the colours.
const SAMPLE: i32 = 10;
/// The rows of pixels that one line of characters describes.
const BAND: usize = 6;
/// Pixels below this opacity are not drawn.
const OPAQUE: u8 = 128;

/// The sequence that draws a picture at the cursor.
pub(super) fn sequence(image: &RgbaImage) -> Vec<u8> {
    let (width, height) = image.dimensions();
    let palette = NeuQuant::new(SAMPLE, COLORS, image.as_raw());
    let index = |pixel: &image::Rgba<u8>| (pixel.0[3] >= OPAQUE).then(|| palette.index_of(&pixel.0) as u8);
    let indices: Vec<Option<u8>> = image.pixels().map(index).collect();
    // Pixels that are not drawn keep their colour.
    let mut text = format!("\x1bP0;1q\"1;1;{width};{height}");
    let mut is_used = [false; COLORS];
    indices.iter().flatten().for_each(|&index| is_used[usize::from(index)] = true);
    for (at, color) in palette.color_map_rgb().chunks_exact(3).enumerate().filter(|&(at, _)| is_used[at]) {
        let [red, green, blue] = [0, 1, 2].map(|part| u16::from(color[part]) * 100 / 255);
        push(&mut text, format_args!("#{at};2;{red};{green};{blue}"));
    }
    for (n, band) in indices.chunks(BAND * width as usize).enumerate() {
        // None after the last line: at the bottom of the screen it would scroll.
        if n > 0 {
            text.push('-');
        }
        self::band(&mut text, band, width as usize);
    }
    text.push_str("\x1b\\");
    text.into_bytes()
}

/// Draws up to six rows of pixels, one colour after the other.
fn band(text: &mut String, pixels: &[Option<u8>], width: usize) {
    let mut colors: Vec<u8> = pixels.iter().flatten().copied().collect();
    colors.sort_unstable();
    colors.dedup();
    for color in colors {
        push(text, format_args!("#{color}"));
        let bits = |x: usize| {
            let rows = pixels.iter().skip(x).step_by(width).enumerate();
            rows.fold(0, |bits, (row, pixel)| bits | u8::from(*pixel == Some(color)) << row)
        };
        let (mut last, mut count) = (bits(0), 1);
        for x in 1..width {
            let bits = bits(x);
            if bits == last {
                count += 1;
            } else {
                run(text, last, count);
                (last, count) = (bits, 1);
            }
        }
        // Blanks at the end of a line need not be drawn.
        if last != 0 {
            run(text, last, count);
        }
        text.push('$');
    }
}

/// Writes a character so many times.
fn run(text: &mut String, bits: u8, count: usize) {
    let character = char::from(b'?' + bits);
    if count > 3 {
        push(text, format_args!("!{count}{character}"));
    } else {
        text.extend(std::iter::repeat_n(character, count));
    }
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(part);
    debug_assert!(written.is_ok(), "memory takes all characters");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colour numbers of pixels.
    type Drawn = Vec<Option<usize>>;
    /// Numbers and colours in percent.
    type Palette = Vec<(usize, [u16; 3])>;

    /// What a sequence draws.
    fn drawn(sequence: &[u8], width: usize, height: usize) -> (Drawn, Palette) {
        let text = std::str::from_utf8(sequence).expect("ASCII");
        let rest = text.strip_prefix(&format!("\x1bP0;1q\"1;1;{width};{height}")).expect("the beginning");
        let body = rest.strip_suffix("\x1b\\").expect("the end").as_bytes();
        let (mut pixels, mut palette) = (vec![None; width * height], Vec::new());
        let (mut at, mut x, mut y, mut color) = (0, 0, 0, 0);
        let number = |at: &mut usize| {
            let start = *at;
            while body.get(*at).is_some_and(u8::is_ascii_digit) {
                *at += 1;
            }
            std::str::from_utf8(&body[start..*at]).expect("digits").parse::<usize>().expect("a number")
        };
        while let Some(&byte) = body.get(at) {
            at += 1;
            let mut count = 1;
            match byte {
                b'#' => {
                    color = number(&mut at);
                    let mut values = Vec::new();
                    while body.get(at) == Some(&b';') {
                        at += 1;
                        values.push(number(&mut at) as u16);
                    }
                    if let [2, red, green, blue] = values[..] {
                        palette.push((color, [red, green, blue]));
                    }
                    continue;
                }
                b'$' => x = 0,
                b'-' => (x, y) = (0, y + BAND),
                b'!' => count = number(&mut at),
                _ => {}
            }
            let bits = match byte {
                b'!' => {
                    at += 1;
                    body[at - 1] - b'?'
                }
                b'?'..=b'~' => byte - b'?',
                _ => continue,
            };
            for x in x..x + count {
                for row in (0..BAND).filter(|row| bits & 1 << row != 0) {
                    pixels[(y + row) * width + x] = Some(color);
                }
            }
            x += count;
        }
        (pixels, palette)
    }

    #[test]
    fn every_opaque_pixel_is_drawn_in_its_colour() {
        let (width, height) = (23, 15);
        let red_and_blue = |x, y| match (x, y) {
            (5, 7) => image::Rgba([0, 0, 0, 0]),
            _ if x < 11 => image::Rgba([255, 0, 0, 255]),
            _ => image::Rgba([0, 0, 255, 255]),
        };
        let image = RgbaImage::from_fn(width, height, red_and_blue);
        let (pixels, palette) = drawn(&sequence(&image), width as usize, height as usize);
        for (at, pixel) in pixels.iter().enumerate() {
            let (x, y) = (at % width as usize, at / width as usize);
            let Some(color) = pixel else {
                assert_eq!((x, y), (5, 7), "not drawn");
                continue;
            };
            let [red, _, blue] = palette.iter().find(|(number, _)| number == color).expect("a colour").1;
            assert!(if x < 11 { red > 90 && blue < 10 } else { red < 10 && blue > 90 }, "at {x}, {y}: {red}, {blue}");
        }
    }
}
