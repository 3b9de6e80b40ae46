//! Compressed sources, told by their first bytes: gzip and zstd are read as they are.
//!
//! What unpacks to far more than it takes is a bomb, and breaks off.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::lookahead::Lookahead;

/// Bytes that may be unpacked whatever they took.
const FREE: u64 = 64 << 20;

/// The source, unpacked where it is packed. More than `ratio` times its own size is an error.
pub(super) fn unpack<'r>(input: &'r mut dyn Read, ratio: u64) -> io::Result<Box<dyn Read + 'r>> {
    let mut input = Lookahead::new(input);
    let head = input.look(4, |head| head.len() >= 4);
    let is_gzip = head.starts_with(b"\x1f\x8b");
    let is_zstd = head.starts_with(b"\x28\xb5\x2f\xfd");
    if !is_gzip && !is_zstd {
        return Ok(Box::new(input));
    }
    let taken = Rc::new(Cell::new(0));
    let counted = Counted { input, taken: Rc::clone(&taken) };
    let unpacked: Box<dyn Read + 'r> =
        if is_gzip { Box::new(MultiGzDecoder::new(counted)) } else { Box::new(zstd::Decoder::new(counted)?) };
    Ok(Box::new(Limited { input: unpacked, taken, given: 0, ratio }))
}

/// Counts what is read.
struct Counted<R> {
    input: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

struct Limited<'r> {
    input: Box<dyn Read + 'r>,
    taken: Rc<Cell<u64>>,
    given: u64,
    ratio: u64,
}

impl Read for Limited<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out).map_err(|error| io::Error::other(format!("it cannot be unpacked: {error}")))?;
        self.given += read as u64;
        if self.given > FREE && self.given / self.ratio > self.taken.get() {
            let text = format!(
                "it unpacks to more than {} times its size; where that is right, allow more with --max-ratio",
                self.ratio
            );
            return Err(io::Error::other(text));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn read(packed: &[u8], ratio: u64) -> (Vec<u8>, Option<String>) {
        let mut all = Vec::new();
        let mut input = packed;
        let read = unpack(&mut input, ratio).and_then(|mut unpacked| unpacked.read_to_end(&mut all));
        (all, read.err().map(|error| error.to_string()))
    }

    #[test]
    fn packed_and_plain_bytes_are_read() {
        let text = b"[{\"title\":\"a\"}]".repeat(1000);
        let zstd = zstd::encode_all(text.as_slice(), 3).expect("memory");
        let twice = [gzip(&text), gzip(b"more")].concat();
        for (packed, expected) in [
            (gzip(&text), text.clone()),
            (zstd, text.clone()),
            (text.clone(), text.clone()),
            (b"a".to_vec(), b"a".to_vec()),
        ] {
            assert_eq!(read(&packed, 1000), (expected, None));
        }
        assert_eq!(read(&twice, 1000).0, [text.as_slice(), b"more"].concat());
    }

    #[test]
    fn a_cut_stream_gives_what_came_before_and_says_so() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let packed = gzip(&text);
        let (all, error) = read(&packed[..packed.len() / 2], 1000);
        assert!(!all.is_empty() && text.starts_with(&all));
        assert!(error.is_some_and(|error| error.starts_with("it cannot be unpacked")));
    }

    #[test]
    fn a_bomb_breaks_off() {
        let bomb = gzip(&vec![b' '; FREE as usize + (1 << 20)]);
        let (all, error) = read(&bomb, 100);
        assert!(all.len() as u64 <= FREE + (1 << 20));
        assert!(error.is_some_and(|error| error.contains("more than 100 times") && error.contains("--max-ratio")));
        assert_eq!(read(&bomb, 2000).1, None);
    }
}
