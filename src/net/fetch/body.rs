//! Decompresses the complete body of an answer, or returns a [`FetchError`].
//!
//! Limits count decompressed bytes, so that a small answer cannot become a large one. An incomplete body is an error.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use brotli_decompressor::Decompressor;

use super::bytes::{Bytes, STEP};
use super::cancel::Cancel;
use super::error::FetchError;
use super::room::{FREE, Room};
use crate::feed::{Members, Rest};

/// Below this size the compression ratio is not checked.
const UNSUSPICIOUS: u64 = 4 << 20;

/// The compression of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Brotli,
}

impl Packing {
    /// The accepted encodings.
    pub const ACCEPTED: &str = "gzip, br";

    /// Parses a `Content-Encoding` header. An unknown encoding is taken for a mistake of the server.
    pub fn of(header: &str) -> Self {
        match header.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Self::Gzip,
            "br" => Self::Brotli,
            _ => Self::Plain,
        }
    }
}

/// The size limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Decompressed bytes.
    pub bytes: u64,
    /// Maximum ratio of decompressed to received bytes.
    pub ratio: u64,
}

/// How to read a body.
pub(super) struct Reading<'a> {
    /// Its compression.
    pub packing: Packing,
    /// Its length as sent, if given.
    pub length: Option<u64>,
    /// The size limits.
    pub most: Most,
    /// The deadline. Waiting for room extends it.
    pub until: Instant,
    /// The total time of the fetch, for the error message.
    pub whole: Duration,
    /// Cancels reading.
    pub cancel: &'a Cancel,
    /// The room that a large body needs.
    pub room: &'a Arc<Room>,
    /// Called with the number of bytes received so far.
    pub progress: &'a mut dyn FnMut(u64),
    /// Translates an error of the connection.
    pub to_error: &'a dyn Fn(io::Error) -> FetchError,
}

/// A complete, decompressed body.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub bytes: Bytes,
    /// Whether trailing data after the compressed body was ignored.
    pub has_junk: bool,
}

/// Counts the received bytes and enforces the deadline, whatever the decompressor makes of them.
struct Incoming<'a, R> {
    input: R,
    state: &'a State<'a>,
}

struct State<'a> {
    most: u64,
    whole: Duration,
    until: Cell<Instant>,
    came: Cell<u64>,
    cancel: &'a Cancel,
    /// Why reading stopped.
    error: RefCell<Option<FetchError>>,
    to_error: &'a dyn Fn(io::Error) -> FetchError,
}

impl State<'_> {
    /// Returns an error if no more may be read.
    fn check(&self) -> Result<(), FetchError> {
        if self.cancel.is_cancelled() {
            Err(FetchError::Cancelled)
        } else if Instant::now() >= self.until.get() {
            Err(FetchError::Slow(self.whole))
        } else if self.came.get() > self.most {
            Err(FetchError::Large(self.most))
        } else {
            Ok(())
        }
    }
}

impl<R: Read> Read for Incoming<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let state = self.state;
        let read = state.check().and_then(|()| match self.input.read(out) {
            Ok(read) => Ok(Some(read)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            Err(error) => Err((state.to_error)(error)),
        });
        match read {
            Ok(Some(read)) => {
                state.came.set(state.came.get() + read as u64);
                Ok(read)
            }
            Ok(None) => Err(io::ErrorKind::Interrupted.into()),
            Err(error) => {
                state.error.replace(Some(error));
                Err(io::Error::other("reading was stopped"))
            }
        }
    }
}

/// A body being decompressed.
enum Unpacking<R: BufRead> {
    Plain(R),
    Gzip(Members<R>),
    Brotli(Box<Decompressor<R>>),
}

impl<R: BufRead> Read for Unpacking<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(out),
            Self::Gzip(input) => input.read(out),
            Self::Brotli(input) => input.read(out),
        }
    }
}

impl<R: BufRead> Unpacking<R> {
    fn new(mut input: R, packing: Packing) -> io::Result<Self> {
        Ok(match packing {
            // Some servers declare gzip and send plain data.
            Packing::Gzip if input.fill_buf()?.first() == Some(&0x1f) => Self::Gzip(Members::of_gzip(input)),
            Packing::Brotli => Self::Brotli(Box::new(Decompressor::new(input, STEP))),
            Packing::Gzip | Packing::Plain => Self::Plain(input),
        })
    }

    /// At the end: returns what was left unread.
    fn rest(&mut self) -> Rest {
        match self {
            Self::Plain(_) => Rest::Nothing,
            Self::Gzip(members) => members.rest().get(),
            // Another read fails if input is left over.
            Self::Brotli(input) => input.read(&mut [0]).map_or(Rest::Junk, |_| Rest::Nothing),
        }
    }
}

/// Reads a body to its end. Trailing data after the compressed body is ignored, but an incomplete second member is a
/// truncated body.
pub(super) fn read(input: impl Read, reading: Reading<'_>) -> Result<Unpacked, FetchError> {
    let Reading { packing, length, most, until, whole, cancel, room, progress, to_error } = reading;
    if length.is_some_and(|length| length > most.bytes) {
        return Err(FetchError::Large(most.bytes));
    }
    let state = State {
        most: most.bytes,
        whole,
        until: Cell::new(until),
        came: Cell::new(0),
        cancel,
        error: RefCell::default(),
        to_error,
    };
    // The error that stopped reading takes precedence over what the decompressor made of it.
    let reason = |error: io::Error| {
        state.error.take().unwrap_or(match error.kind() {
            io::ErrorKind::UnexpectedEof => FetchError::Cut,
            _ => FetchError::Packed,
        })
    };
    let input = BufReader::with_capacity(STEP, Incoming { input, state: &state });
    let mut input = Unpacking::new(input, packing).map_err(reason)?;
    let is_plain = matches!(input, Unpacking::Plain(_));
    let (mut bytes, mut total) = (Bytes::default(), 0);
    let mut step = vec![0; STEP];
    loop {
        state.check()?;
        let read = match input.read(&mut step) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(reason(error)),
        };
        if let Some(error) = state.error.take() {
            return Err(error);
        }
        if read == 0 {
            return match input.rest() {
                Rest::Cut => Err(FetchError::Cut),
                _ if cancel.is_cancelled() => Err(FetchError::Cancelled),
                rest => Ok(Unpacked { bytes, has_junk: rest == Rest::Junk }),
            };
        }
        total += read as u64;
        let came = state.came.get();
        if total > most.bytes || came > most.bytes {
            return Err(FetchError::Large(most.bytes));
        }
        if total > UNSUSPICIOUS && total / most.ratio.max(1) > came {
            return Err(FetchError::Bomb(most.ratio));
        }
        if total > FREE && bytes.share.is_none() {
            // Compressed data may become as large as the limit.
            let size = length.filter(|_| is_plain).unwrap_or(most.bytes);
            let (share, waited) = room.take(size, cancel)?;
            bytes.share = Some(share);
            state.until.set(state.until.get() + waited);
        }
        bytes.push(&step[..read]);
        progress(came);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const MOST: Most = Most { bytes: 1 << 20, ratio: 100 };

    fn all(input: impl Read, packing: Packing, most: Most) -> Result<Vec<u8>, FetchError> {
        all_in(&Arc::new(Room::new(1 << 30)), input, packing, None, most).map(|body| body.bytes.to_vec())
    }

    fn all_in(
        room: &Arc<Room>,
        input: impl Read,
        packing: Packing,
        length: Option<u64>,
        most: Most,
    ) -> Result<Unpacked, FetchError> {
        let to_error = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => FetchError::Cut,
            kind => panic!("{kind}: {error}"),
        };
        let whole = Duration::from_secs(60);
        let reading = Reading {
            packing,
            length,
            most,
            until: Instant::now() + whole,
            whole,
            cancel: &Cancel::default(),
            room,
            progress: &mut |_| {},
            to_error: &to_error,
        };
        read(input, reading)
    }

    #[test]
    fn a_large_body_holds_room_until_its_data_is_dropped() {
        let all = FREE + (1 << 20);
        let most = Most { bytes: 2 * all, ratio: 100_000 };
        let left = |room: &Arc<Room>| {
            let (share, _) = room.take(u64::MAX, &Cancel::default()).expect("room");
            drop(share);
        };
        for (length, is_packed) in [(Some(all), false), (None, false), (None, true)] {
            let room = Arc::new(Room::new(2 * all));
            let plain = vec![b' '; usize::try_from(all).expect("a length")];
            let bytes = if is_packed { gzip(&plain) } else { plain.clone() };
            let packing = if is_packed { Packing::Gzip } else { Packing::Plain };
            let mut body = all_in(&room, bytes.as_slice(), packing, length, most).expect("a body").bytes;
            let share = body.take_share().expect("a share");
            assert_eq!(share.bytes(), length.unwrap_or(most.bytes));
            let mut read = Vec::new();
            body.read_to_end(&mut read).expect("memory");
            assert!(read == plain && body.head().is_empty());
            drop(share);
            left(&room);
        }
        let room = Arc::new(Room::new(1));
        assert!(all_in(&room, &b"small"[..], Packing::Plain, None, most).expect("a body").bytes.take_share().is_none());
    }

    #[test]
    fn a_late_body_times_out() {
        let reading = Reading {
            packing: Packing::Plain,
            length: None,
            most: MOST,
            until: Instant::now(),
            whole: Duration::from_secs(7),
            cancel: &Cancel::default(),
            room: &Arc::new(Room::new(1)),
            progress: &mut |_| {},
            to_error: &|_| FetchError::Cut,
        };
        assert_eq!(read(io::repeat(0), reading).expect_err("too late"), FetchError::Slow(Duration::from_secs(7)));
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
    fn compressed_bodies_are_decompressed_and_mislabelled_ones_kept() {
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

    /// A connection that breaks.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// A compressed stream of empty blocks that never yields a byte. Counts the bytes read.
    struct Empty(usize);

    impl Read for Empty {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let block = [0, 0, 0, 0xff, 0xff];
            out[0] = *b"\x1f\x8b\x08\0\0\0\0\0\0\xff".get(self.0).unwrap_or(&block[self.0.saturating_sub(10) % 5]);
            self.0 += 1;
            Ok(1)
        }
    }

    #[test]
    fn trailing_data_after_a_compressed_body_is_ignored_and_reported() {
        let text: Vec<u8> = (0..50_000_u32).flat_map(u32::to_be_bytes).collect();
        let room = Arc::new(Room::new(1 << 30));
        let read = |bytes: &[u8], packing| all_in(&room, bytes, packing, None, MOST);
        let damaged = [b"\x1f\x8b\x08\0".as_slice(), &[0xff; 5_000]].concat();
        for junk in [b"<!-- served by cache 7 -->".as_slice(), &[0; 10], &vec![0; 100_000], b"\n", &damaged] {
            for (whole, packing) in [
                (gzip(&text), Packing::Gzip),
                ([gzip(&text[..7]), gzip(&text[7..])].concat(), Packing::Gzip),
                (brotli(&text), Packing::Brotli),
            ] {
                let body = read(&[whole.as_slice(), junk].concat(), packing).expect("a body");
                let outcome = (body.bytes.to_vec() == text, body.has_junk);
                assert_eq!(outcome, (true, true), "{packing:?} {} bytes", junk.len());
                assert!(!read(&whole, packing).expect("a body").has_junk, "{packing:?}");
            }
        }
        // A truncated second member is not trailing data, with or without an error of the connection.
        let (first, second) = (gzip(&text), gzip(&text[..90_000]));
        for cut in [2, 9, second.len() / 2, second.len() - 1] {
            let packed = [first.as_slice(), &second[..cut]].concat();
            assert_eq!(read(&packed, Packing::Gzip).expect_err("cut off"), FetchError::Cut, "{cut}");
        }
        for packed in [first.as_slice(), &[first.as_slice(), &second[..1]].concat()] {
            let found = all_in(&room, packed.chain(Broken), Packing::Gzip, None, MOST);
            assert_eq!(found.expect_err("cut off"), FetchError::Cut);
        }
    }

    #[test]
    fn compressed_data_without_output_ends_in_time() {
        let most = Most { bytes: 100_000, ratio: 100 };
        assert_eq!(all(Empty(0), Packing::Gzip, most), Err(FetchError::Large(100_000)));
    }

    #[test]
    fn a_truncated_or_damaged_body_is_an_error() {
        let text: Vec<u8> = (0..20_000_u32).flat_map(u32::to_be_bytes).collect();
        for (packed, packing) in [(gzip(&text), Packing::Gzip), (brotli(&text), Packing::Brotli)] {
            for cut in [1, 10, packed.len() / 2, packed.len() - 1] {
                let found = all(&packed[..cut], packing, MOST);
                assert!(matches!(found, Err(FetchError::Cut | FetchError::Packed)), "{packing:?} {cut}: {found:?}");
            }
            let mut damaged = packed.clone();
            let middle = damaged.len() / 2;
            damaged[middle..middle + 20].fill(0xff);
            assert!(all(&*damaged, packing, MOST).is_err(), "{packing:?}");
        }
    }

    #[test]
    fn a_body_beyond_the_limit_stops_there() {
        let most = Most { bytes: 100_000, ratio: 10_000 };
        let zeroes = vec![0; 10_000_000];
        for (bytes, packing) in
            [(zeroes.clone(), Packing::Plain), (gzip(&zeroes), Packing::Gzip), (brotli(&zeroes), Packing::Brotli)]
        {
            assert_eq!(all(&*bytes, packing, most), Err(FetchError::Large(100_000)), "{packing:?}");
        }
        assert_eq!(all(io::repeat(0).take(100_000), Packing::Plain, most).map(|bytes| bytes.len()), Ok(100_000));
        let wide = Most { bytes: 1 << 30, ratio: 100 };
        assert_eq!(all(&*gzip(&zeroes), Packing::Gzip, wide), Err(FetchError::Bomb(100)));
    }
}
