//! The graphics protocol of kitty, which other terminals know too.
//!
//! A picture is transmitted once and then placed: scrolling sends a placement alone. Source: "Terminal graphics
//! protocol" in kitty's documentation.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::RgbaImage;

/// The largest part of a transmission, in characters; a multiple of four.
const PART: usize = 4_096;

/// Asks whether the terminal knows the protocol, with a picture of one pixel that it does not keep.
pub const QUERY: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
/// The number of that picture.
pub const QUERY_NUMBER: &str = "31";
/// Deletes all pictures with their data.
pub const DELETE_ALL: &[u8] = b"\x1b_Ga=d,d=A,q=2\x1b\\";

/// The sequences that transmit a picture under a number, without showing it. The terminal is not to answer.
pub(super) fn transmission(number: u32, image: &RgbaImage) -> Vec<u8> {
    let text = STANDARD.encode(compressed(image.as_raw()));
    let mut sequences = Vec::with_capacity(text.len() + text.len() / 100 + 64);
    let mut parts = text.as_bytes().chunks(PART).peekable();
    let (width, height) = image.dimensions();
    let first = format!("a=t,t=d,f=32,o=z,s={width},v={height},i={number},q=2");
    let mut keys = first.as_str();
    while let Some(part) = parts.next() {
        let has_more = u8::from(parts.peek().is_some());
        sequences.extend_from_slice(format!("\x1b_G{keys},m={has_more};").as_bytes());
        sequences.extend_from_slice(part);
        sequences.extend_from_slice(b"\x1b\\");
        keys = "q=2";
    }
    sequences
}

/// The sequence that shows `rows` rows of a picture from row `first` on at the cursor, which does not move. A row is
/// `row` pixels high.
#[must_use]
pub fn placement(number: u32, width: u32, row: u16, columns: u16, first: u16, rows: u16) -> Vec<u8> {
    let (row, y) = (u32::from(row), u32::from(first) * u32::from(row));
    let height = u32::from(rows) * row;
    format!("\x1b_Ga=p,i={number},p=1,x=0,y={y},w={width},h={height},c={columns},r={rows},C=1,q=2\x1b\\").into_bytes()
}

/// The sequence that removes a picture from the screen and keeps its data, or deletes both.
#[must_use]
pub fn deletion(number: u32, keeps_data: bool) -> Vec<u8> {
    let what = if keeps_data { 'i' } else { 'I' };
    format!("\x1b_Ga=d,d={what},i={number},q=2\x1b\\").into_bytes()
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Memory takes all bytes.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_transmission_holds_all_pixels_in_parts() {
        let mut value = 7_u32;
        let noise = |_, _| {
            value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgba(value.to_be_bytes())
        };
        let image = RgbaImage::from_fn(60, 40, noise);
        let sequences = String::from_utf8(transmission(9, &image)).expect("ASCII");
        let parts: Vec<&str> = sequences.split_terminator("\x1b\\").collect();
        assert!(parts.len() > 2, "{}", parts.len());
        assert!(parts[0].starts_with("\x1b_Ga=t,t=d,f=32,o=z,s=60,v=40,i=9,q=2,m=1;"), "{}", parts[0]);
        let (mut text, last) = (String::new(), parts.len() - 1);
        for (at, part) in parts.iter().enumerate() {
            let (keys, data) = part.split_once(';').expect("data");
            assert!(keys.ends_with(if at == last { "m=0" } else { "m=1" }) && data.len() <= PART, "{keys}");
            text.push_str(data);
        }
        let packed = STANDARD.decode(text).expect("base64");
        let mut pixels = Vec::new();
        flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut pixels).expect("one stream");
        assert_eq!(&pixels, image.as_raw());
    }

    #[test]
    fn placements_are_cut_at_rows_and_name_their_picture() {
        let text = String::from_utf8(placement(9, 480, 16, 60, 2, 5)).expect("ASCII");
        assert_eq!(text, "\x1b_Ga=p,i=9,p=1,x=0,y=32,w=480,h=80,c=60,r=5,C=1,q=2\x1b\\");
        assert_eq!(deletion(9, true), b"\x1b_Ga=d,d=i,i=9,q=2\x1b\\");
        assert_eq!(deletion(9, false), b"\x1b_Ga=d,d=I,i=9,q=2\x1b\\");
    }
}
