//! Unpacks compressed sources, detected by their first bytes: gzip and zstd, member by member.
//!
//! A source that unpacks to far more than its own size is a decompression bomb, and unpacking stops. Data after the
//! last complete member (padding, a text, the beginning of another member) is left out and reported.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

use super::lookahead::Lookahead;
use crate::text::system_error;

/// The bytes that may be unpacked regardless of the ratio.
const FREE: u64 = 64 << 20;
/// A later member is passed on once it is complete, or once this many bytes have been unpacked without error.
const BUFFERED: u64 = 1 << 20;

/// The first bytes of data packed with gzip.
pub(super) const GZIP: &[u8] = b"\x1f\x8b";
/// The first bytes of data packed with zstd.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// A source, unpacked if it is compressed.
pub(super) struct Unpacked<'r> {
    pub input: Box<dyn Read + 'r>,
    /// Set once the source has been read.
    pub rest: Rc<Cell<Rest>>,
}

/// The data after the last complete member, which was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Rest {
    #[default]
    Nothing,
    /// Not a member, or a damaged one.
    Junk,
    /// The beginning of another member.
    Cut,
}

/// Unpacks a source if it is compressed. More than `ratio` times its own size is an error.
pub(super) fn unpack(input: &mut dyn Read, ratio: u64) -> io::Result<Unpacked<'_>> {
    let mut input = Lookahead::new(input);
    let head = input.look(4, |head| head.len() >= 4);
    let Some(format) = Format::of(head) else {
        return Ok(Unpacked { input: Box::new(input), rest: Rc::default() });
    };
    let taken = Rc::new(Cell::new(0));
    let counted = BufReader::new(Counted { input, taken: Rc::clone(&taken) });
    let members = Members::new(format, format.open(counted)?);
    let rest = members.rest();
    Ok(Unpacked { input: Box::new(Limited { input: members, taken, given: 0, ratio }), rest })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Gzip,
    Zstd,
}

impl Format {
    /// Returns the format of data that begins like this.
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            _ if head.starts_with(GZIP) => Some(Self::Gzip),
            _ if head.starts_with(ZSTD) => Some(Self::Zstd),
            _ => None,
        }
    }

    fn open<R: BufRead>(self, input: R) -> io::Result<Member<R>> {
        Ok(match self {
            Self::Gzip => Member::Gzip(Box::new(GzDecoder::new(input))),
            Self::Zstd => Member::Zstd(Box::new(zstd::Decoder::with_buffer(input)?.single_frame())),
        })
    }
}

/// One of several compressed streams.
enum Member<R: BufRead> {
    Gzip(Box<GzDecoder<R>>),
    Zstd(Box<zstd::Decoder<'static, R>>),
}

impl<R: BufRead> Member<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(out),
            Self::Zstd(decoder) => decoder.read(out),
        }
    }

    /// Returns the input, positioned after the member.
    fn finish(self) -> R {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

/// Reads compressed streams one after another.
pub(crate) struct Members<R: BufRead> {
    format: Format,
    /// The current member; `None` after the last.
    member: Option<Member<R>>,
    /// The beginning of a later member that unpacked without error, and how much of it has been passed on.
    buffered: Vec<u8>,
    given: usize,
    rest: Rc<Cell<Rest>>,
}

impl<R: BufRead> Members<R> {
    /// Reads gzip streams.
    pub fn of_gzip(input: R) -> Self {
        Self::new(Format::Gzip, Member::Gzip(Box::new(GzDecoder::new(input))))
    }

    fn new(format: Format, first: Member<R>) -> Self {
        Self { format, member: Some(first), buffered: Vec::new(), given: 0, rest: Rc::default() }
    }

    /// Returns a cell that says, once everything has been read, what was left out.
    pub fn rest(&self) -> Rc<Cell<Rest>> {
        Rc::clone(&self.rest)
    }

    /// Opens the next member, if there is one.
    fn next(&mut self, mut input: R) -> io::Result<()> {
        let rest = input.fill_buf()?;
        if rest.is_empty() {
            return Ok(());
        }
        // A later member must have the same format. Possibly only its first byte has arrived.
        let magic = if self.format == Format::Gzip { GZIP } else { ZSTD };
        if !magic.starts_with(&rest[..rest.len().min(magic.len())]) {
            self.rest.set(Rest::Junk);
            return Ok(());
        }
        let mut member = self.format.open(input)?;
        (self.buffered, self.given) = (Vec::new(), 0);
        match (&mut Reading(&mut member)).take(BUFFERED).read_to_end(&mut self.buffered) {
            Ok(_) => self.member = Some(member),
            Err(error) if is_damage(&error) => {
                self.buffered.clear();
                let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
                self.rest.set(if is_cut { Rest::Cut } else { Rest::Junk });
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A member as a reader.
struct Reading<'m, R: BufRead>(&'m mut Member<R>);

impl<R: BufRead> Read for Reading<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.given < self.buffered.len() {
                let read = (&self.buffered[self.given..]).read(out)?;
                self.given += read;
                return Ok(read);
            }
            let Some(member) = &mut self.member else { return Ok(0) };
            let read = member.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            if let Some(member) = self.member.take() {
                self.next(member.finish())?;
            }
        }
    }
}

/// Whether an error concerns the compressed bytes rather than their source.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof | Other)
}

/// Counts the bytes read.
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

struct Limited<R> {
    input: R,
    taken: Rc<Cell<u64>>,
    given: u64,
    ratio: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self
            .input
            .read(out)
            .map_err(|error| io::Error::other(format!("cannot unpack: {}", system_error(&error))))?;
        self.given += read as u64;
        if self.given > FREE && self.given > self.taken.get().saturating_mul(self.ratio) {
            let text = format!("unpacks to more than {} times its size; to allow more, use --max-ratio", self.ratio);
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
        let read = unpack(&mut input, ratio).and_then(|mut unpacked| unpacked.input.read_to_end(&mut all));
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
    fn a_truncated_stream_yields_its_beginning_and_an_error() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let packed = gzip(&text);
        let (all, error) = read(&packed[..packed.len() / 2], 1000);
        assert!(!all.is_empty() && text.starts_with(&all));
        assert!(error.is_some_and(|error| error.starts_with("cannot unpack")));
    }

    #[test]
    fn data_after_the_packed_data_is_left_out() {
        let text: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
        let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).expect("memory");
        let half = |packed: Vec<u8>| packed[..packed.len() / 2].to_vec();
        let long: Vec<u8> = [b"\x1f\x8b\x08\0".as_slice(), &[0xff; 5000]].concat();
        for (whole, junk) in [
            (gzip(&text), vec![0; 10]),
            (gzip(&text), vec![0; 100_000]),
            (gzip(&text), b"<!-- served by cache 7 -->".to_vec()),
            (gzip(&text), half(gzip(&text))),
            (gzip(&text), b"\x1f".to_vec()),
            (gzip(&text), b"\x1f\x8b".to_vec()),
            (gzip(&text), long),
            ([gzip(&text[..1000]), gzip(&text[1000..])].concat(), b"\n".to_vec()),
            (zstd(&text), vec![0; 10]),
            (zstd(&text), half(zstd(&text))),
            (zstd(&text), b"\x28".to_vec()),
        ] {
            let packed = [whole, junk.clone()].concat();
            let (mut input, mut all) = (packed.as_slice(), Vec::new());
            let mut unpacked = unpack(&mut input, 1000).expect("packed data");
            unpacked.input.read_to_end(&mut all).expect("no error");
            assert!(all == text && unpacked.rest.get() != Rest::Nothing, "{} bytes after it", junk.len());
        }
        let mut whole = &*gzip(&text);
        let mut unpacked = unpack(&mut whole, 1000).expect("packed data");
        unpacked.input.read_to_end(&mut Vec::new()).expect("no error");
        assert_eq!(unpacked.rest.get(), Rest::Nothing);
    }

    #[test]
    fn a_decompression_bomb_is_stopped() {
        let bomb = gzip(&vec![b' '; FREE as usize + (1 << 20)]);
        let (all, error) = read(&bomb, 100);
        assert!(all.len() as u64 <= FREE + (1 << 20));
        assert!(error.is_some_and(|error| error.contains("more than 100 times") && error.contains("--max-ratio")));
        assert_eq!(read(&bomb, 2000).1, None);
        assert!(read(&bomb, 0).1.is_some());
    }
}
