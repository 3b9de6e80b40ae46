//! The body of an answer, unpacked and whole, or a [`Fault`].
//!
//! What is counted is what comes out of the unpacking, so that a small answer cannot become a large one. A body that ends
//! before its time is none.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::MultiGzDecoder;

use super::fault::Fault;

/// Bytes taken at one go.
const STEP: usize = 1 << 16;
/// Below that many bytes nobody asks how well they were packed.
const UNSUSPICIOUS: u64 = 4 << 20;

/// How a body is packed, of the ways that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Brotli,
}

impl Packing {
    /// What is asked for.
    pub const ACCEPTED: &str = "gzip, br";

    /// What a `Content-Encoding` header says. Anything unheard of is taken for a server's mistake.
    pub fn of(header: &str) -> Self {
        match header.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Self::Gzip,
            "br" => Self::Brotli,
            _ => Self::Plain,
        }
    }
}

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Bytes, unpacked.
    pub bytes: u64,
    /// So many times what came in.
    pub ratio: u64,
}

/// Counts what goes through.
struct Counted<'c, R> {
    input: R,
    count: &'c Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// Reads a body to its end. `length` is what it is said to have on its way here; `progress` is told how many bytes came so
/// far. `fault` says what an error of the connection means.
pub(super) fn read(
    input: impl Read,
    packing: Packing,
    length: Option<u64>,
    most: Most,
    cancel: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(u64),
    fault: &dyn Fn(io::Error) -> Fault,
) -> Result<Vec<u8>, Fault> {
    if length.is_some_and(|length| length > most.bytes) {
        return Err(Fault::Large(most.bytes));
    }
    let came = Cell::new(0);
    let mut input = BufReader::with_capacity(STEP, Counted { input, count: &came });
    // Some servers say that they pack, and do not.
    let is_gzip = packing == Packing::Gzip && input.fill_buf().map_err(fault)?.first() == Some(&0x1f);
    let mut input: Box<dyn Read + '_> = match packing {
        Packing::Gzip if is_gzip => Box::new(MultiGzDecoder::new(input)),
        Packing::Brotli => Box::new(Decompressor::new(input, STEP)),
        _ => Box::new(input),
    };
    let mut bytes = Vec::new();
    let mut step = vec![0; STEP];
    loop {
        if cancel() {
            return Err(Fault::Cancelled);
        }
        let read = match input.read(&mut step) {
            Ok(0) => return if cancel() { Err(Fault::Cancelled) } else { Ok(bytes) },
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if is_damage(&error) => return Err(Fault::Packed),
            Err(error) => return Err(fault(error)),
        };
        let total = bytes.len() as u64 + read as u64;
        if total > most.bytes || came.get() > most.bytes {
            return Err(Fault::Large(most.bytes));
        }
        if total > UNSUSPICIOUS && total / most.ratio.max(1) > came.get() {
            return Err(Fault::Bomb(most.ratio));
        }
        bytes.extend_from_slice(&step[..read]);
        progress(came.get());
    }
}

/// Whether an error tells of the bytes rather than of their way here: the unpackers' own errors are of these kinds.
fn is_damage(error: &io::Error) -> bool {
    let is_tls = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>() || inner.is::<ureq::Error>());
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) && !is_tls
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const MOST: Most = Most { bytes: 1 << 20, ratio: 100 };

    fn all(input: impl Read, packing: Packing, most: Most) -> Result<Vec<u8>, Fault> {
        let fault = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Fault::Cut,
            kind => panic!("{kind}: {error}"),
        };
        read(input, packing, None, most, &|| false, &mut |_| {}, &fault)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(bytes).expect("memory");
        packed.finish().expect("memory")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut packed = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        packed.write_all(bytes).expect("memory");
        packed.into_inner()
    }

    #[test]
    fn what_is_packed_comes_out_and_what_only_says_so_stays() {
        let text = b"<rss>".repeat(1000);
        assert_eq!(all(&*text, Packing::Plain, MOST).as_ref(), Ok(&text));
        assert_eq!(all(&*gzip(&text), Packing::Gzip, MOST).as_ref(), Ok(&text));
        assert_eq!(all(&*brotli(&text), Packing::Brotli, MOST).as_ref(), Ok(&text));
        assert_eq!(all(&*[gzip(b"a"), gzip(b"b")].concat(), Packing::Gzip, MOST).as_deref(), Ok(&b"ab"[..]));
        assert_eq!(all(&*text, Packing::Gzip, MOST).as_ref(), Ok(&text));
        assert_eq!(all(&b""[..], Packing::Gzip, MOST).as_deref(), Ok(&b""[..]));
        assert_eq!(
            ["GZIP", "x-gzip", "br", "identity", "utf-8"].map(Packing::of),
            [Packing::Gzip, Packing::Gzip, Packing::Brotli, Packing::Plain, Packing::Plain]
        );
    }

    #[test]
    fn what_is_cut_or_damaged_is_no_success() {
        let text: Vec<u8> = (0..20_000_u32).flat_map(u32::to_be_bytes).collect();
        for (packed, packing) in [(gzip(&text), Packing::Gzip), (brotli(&text), Packing::Brotli)] {
            for cut in [1, 10, packed.len() / 2, packed.len() - 1] {
                let found = all(&packed[..cut], packing, MOST);
                assert!(matches!(found, Err(Fault::Cut | Fault::Packed)), "{packing:?} {cut}: {found:?}");
            }
            let mut damaged = packed.clone();
            let middle = damaged.len() / 2;
            damaged[middle..middle + 20].fill(0xff);
            assert!(all(&*damaged, packing, MOST).is_err(), "{packing:?}");
        }
    }

    #[test]
    fn what_is_too_large_ends_at_the_limit() {
        let most = Most { bytes: 100_000, ratio: 10_000 };
        let zeroes = vec![0; 10_000_000];
        for (bytes, packing) in
            [(zeroes.clone(), Packing::Plain), (gzip(&zeroes), Packing::Gzip), (brotli(&zeroes), Packing::Brotli)]
        {
            assert_eq!(all(&*bytes, packing, most), Err(Fault::Large(100_000)), "{packing:?}");
        }
        assert_eq!(all(io::repeat(0).take(100_000), Packing::Plain, most).map(|bytes| bytes.len()), Ok(100_000));
        let wide = Most { bytes: 1 << 30, ratio: 100 };
        assert_eq!(all(&*gzip(&zeroes), Packing::Gzip, wide), Err(Fault::Bomb(100)));
    }
}
