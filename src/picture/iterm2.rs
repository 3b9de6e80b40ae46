//! The inline images of iTerm2, which `WezTerm` and others know too. Source: "Images" in iTerm2's documentation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbaImage};

/// The sequence that draws a picture over cells at the cursor.
pub(super) fn sequence(image: &RgbaImage, columns: u16, rows: u16) -> Vec<u8> {
    let mut file = Vec::new();
    let (width, height) = image.dimensions();
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive);
    // Memory takes all bytes.
    let _ = encoder.write_image(image.as_raw(), width, height, ExtendedColorType::Rgba8);
    let size = file.len();
    let keys = format!("inline=1;size={size};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1");
    format!("\x1b]1337;File={keys}:{}\x07", STANDARD.encode(file)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_holds_the_picture_and_its_cells() {
        let image = RgbaImage::from_fn(16, 32, |x, y| image::Rgba([x as u8, y as u8, 0, 255]));
        let text = String::from_utf8(sequence(&image, 2, 2)).expect("ASCII");
        let rest = text.strip_prefix("\x1b]1337;File=inline=1;size=").expect("the beginning");
        let (keys, data) = rest.split_once(':').expect("data");
        let file = STANDARD.decode(data.strip_suffix('\x07').expect("the end")).expect("base64");
        assert_eq!(keys, format!("{};width=2;height=2;preserveAspectRatio=0;doNotMoveCursor=1", file.len()));
        assert_eq!(image::load_from_memory(&file).expect("a picture").to_rgba8(), image);
    }
}
