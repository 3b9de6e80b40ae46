//! Decodes pictures within limits: a small file must not take much memory or time.

use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbaImage, guess_format};

use crate::text::CleanBuf;

/// How often, in bytes read, decoding checks whether it is to stop.
const STEP: usize = 16 << 10;

/// The limits of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels of a side.
    pub side: u32,
    /// Pixels in total.
    pub pixels: u64,
    /// Bytes of the decoded pixels; decoding may take twice as much besides.
    pub memory: u64,
    /// Scans of a JPEG file. Each may describe all pixels in a few bytes; most files have at most ten.
    pub scans: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, side: 16_384, pixels: 25_000_000, memory: 128 << 20, scans: 32 }
    }
}

/// Why a picture is not shown. The messages follow a name and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file is larger than this many bytes.
    #[error("larger than {} MiB", .0 >> 20)]
    LargeFile(usize),
    /// None of the supported formats.
    #[error("unknown picture format; expected PNG, JPEG, GIF or WebP")]
    Format,
    /// Too many pixels: width and height.
    #[error("too large ({0}×{1} pixels)")]
    LargePicture(u32, u32),
    /// It would take too much memory or time.
    #[error("too complex")]
    Complex,
    /// The file is damaged or cut off.
    #[error("damaged: {0}")]
    Damaged(CleanBuf),
    /// Decoding was cancelled or took too long.
    #[error("decoding was stopped")]
    Stopped,
}

/// A decoded picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixels(DynamicImage);

impl Pixels {
    /// Returns the width and the height.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.0.width(), self.0.height())
    }

    /// Returns the picture in another size.
    pub(super) fn scaled(&self, width: u32, height: u32) -> RgbaImage {
        if self.size() == (width, height) {
            self.0.to_rgba8()
        } else {
            self.0.thumbnail_exact(width, height).to_rgba8()
        }
    }
}

/// Decodes a picture, of an animation the first one. Once `is_over` returns true, reading stops and the result is an error.
/// A JPEG file is read at once: decoding the worst one within the limits takes one and a half seconds.
///
/// # Errors
/// A [`Refusal`] unless the whole picture was decoded within the limits.
pub fn decode(bytes: &[u8], limits: &Limits, is_over: &dyn Fn() -> bool) -> Result<Pixels, Refusal> {
    if bytes.len() > limits.bytes {
        return Err(Refusal::LargeFile(limits.bytes));
    }
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    let format = guess_format(bytes).ok().filter(|format| known.contains(format)).ok_or(Refusal::Format)?;
    if format == ImageFormat::Jpeg && scans(bytes) > limits.scans {
        return Err(Refusal::Complex);
    }
    let decoded = pixels(Watched { bytes: Cursor::new(bytes), is_over }, format, limits);
    if is_over() { Err(Refusal::Stopped) } else { decoded.map(Pixels) }
}

fn pixels(input: Watched<'_>, format: ImageFormat, limits: &Limits) -> Result<DynamicImage, Refusal> {
    let mut reader = ImageReader::with_format(input, format);
    let mut of_decoder = image::Limits::default();
    (of_decoder.max_image_width, of_decoder.max_image_height) = (Some(limits.side), Some(limits.side));
    of_decoder.max_alloc = Some(limits.memory);
    reader.limits(of_decoder);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    // Not all decoders keep to the limits themselves.
    let is_large = width.max(height) > limits.side || u64::from(width) * u64::from(height) > limits.pixels;
    if is_large || decoder.total_bytes() > limits.memory {
        return Err(Refusal::LargePicture(width, height));
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::Complex,
        ImageError::Unsupported(_) => Refusal::Format,
        other => Refusal::Damaged(CleanBuf::line(&other.to_string())),
    }
}

/// The number of scans of a JPEG file. Compressed data does not contain their marker.
fn scans(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, b"\xff\xda").count()
}

/// Bytes that end with an error once decoding is to stop.
struct Watched<'a> {
    bytes: Cursor<&'a [u8]>,
    is_over: &'a dyn Fn() -> bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(out.len());
        out[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if (self.is_over)() {
            return Err(io::Error::other("stopped"));
        }
        let available = self.bytes.fill_buf()?;
        Ok(&available[..available.len().min(STEP)])
    }

    fn consume(&mut self, count: usize) {
        self.bytes.consume(count);
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use image::{Rgb, RgbImage};

    use super::*;

    /// A picture of 20 by 10 pixels, the left half red and the right half blue.
    fn file(format: ImageFormat) -> Vec<u8> {
        let image = RgbImage::from_fn(20, 10, |x, _| if x < 10 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
        let mut file = Cursor::new(Vec::new());
        DynamicImage::from(image).write_to(&mut file, format).expect("memory takes all bytes");
        file.into_inner()
    }

    fn decoded(bytes: &[u8]) -> Result<Pixels, Refusal> {
        decode(bytes, &Limits::default(), &|| false)
    }

    #[test]
    fn each_format_is_decoded() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let pixels = decoded(&file(format)).unwrap_or_else(|refusal| panic!("{format:?}: {refusal}"));
            assert_eq!(pixels.size(), (20, 10), "{format:?}");
            let scaled = pixels.scaled(2, 1);
            let [left, right] = [0, 1].map(|x| scaled.get_pixel(x, 0).0);
            assert!(left[0] > 200 && left[2] < 50 && right[0] < 50 && right[2] > 200, "{format:?}: {left:?} {right:?}");
        }
    }

    #[test]
    fn other_formats_are_refused() {
        for bytes in
            [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"BM\x00\x00", b"<html>", b"II*\x00\x08\x00"]
        {
            assert_eq!(decoded(bytes), Err(Refusal::Format), "{bytes:?}");
        }
    }

    #[test]
    fn a_file_cut_at_any_byte_is_refused_without_a_panic() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let file = file(format);
            for end in 0..file.len() {
                // A decoder may forgive a missing end mark, or fill up what is missing.
                if let Ok(pixels) = decoded(&file[..end]) {
                    assert_eq!(pixels.size(), (20, 10), "{format:?} cut at {end}");
                }
            }
            let half = decoded(&file[..file.len() / 4]);
            assert!(matches!(half, Err(Refusal::Damaged(_) | Refusal::Format)), "{format:?}: {half:?}");
        }
    }

    /// A PNG file that claims a size and holds nothing.
    fn claims(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d".to_vec();
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()).chain([8, 2, 0, 0, 0]));
        let mut sum = flate2::Crc::new();
        sum.update(&header);
        bytes.extend(header);
        bytes.extend(sum.sum().to_be_bytes());
        bytes.extend(b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x00IEND\xae\x42\x60\x82");
        bytes
    }

    #[test]
    fn a_small_file_with_many_pixels_is_refused_before_memory_is_taken() {
        assert_eq!(decoded(&claims(6_000, 6_000)), Err(Refusal::LargePicture(6_000, 6_000)));
        for (width, height) in [(60_000, 60_000), (100_000, 1), (1, 100_000)] {
            assert_eq!(decoded(&claims(width, height)), Err(Refusal::Complex), "{width}x{height}");
        }
        // Frames of a GIF file claim their size too.
        let mut gif = file(ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert!(matches!(decoded(&gif), Err(Refusal::LargePicture(..) | Refusal::Complex)));
        let limits = Limits { memory: 100, ..Limits::default() };
        let refused = decode(&file(ImageFormat::Jpeg), &limits, &|| false);
        assert_eq!(refused, Err(Refusal::LargePicture(20, 10)));
    }

    #[test]
    fn large_files_and_jpeg_files_of_many_scans_are_refused() {
        let limits = Limits { bytes: 100, ..Limits::default() };
        assert_eq!(decode(&[0; 101], &limits, &|| false), Err(Refusal::LargeFile(100)));
        let mut jpeg = file(ImageFormat::Jpeg);
        jpeg.extend(b"\xff\xda".repeat(32));
        assert_eq!(decoded(&jpeg), Err(Refusal::Complex));
    }

    #[test]
    fn decoding_stops_when_asked() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let asked = Cell::new(0);
            let is_over = || asked.replace(asked.get() + 1) > 0;
            let stopped = decode(&file(format), &Limits::default(), &is_over);
            assert_eq!(stopped, Err(Refusal::Stopped), "{format:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn damaged_files_do_not_panic(format in 0_usize..4, at in 0_usize..400, byte: u8) {
            let format = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP][format];
            let mut file = file(format);
            let at = at % file.len();
            file[at] = byte;
            let limits = Limits { pixels: 1_000_000, ..Limits::default() };
            let _ = decode(&file, &limits, &|| false);
        }
    }
}
