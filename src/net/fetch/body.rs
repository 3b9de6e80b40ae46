//! The body of an answer, unpacked and whole, or a [`FetchError`].
//!
//! What is counted is what comes out of the unpacking, so that a small answer cannot become a large one. A body that ends
//! before its time is none.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use brotli_decompressor::Decompressor;

use super::cancel::Cancel;
use super::error::FetchError;
use super::room::{FREE, Room, Share};
use crate::feed::{Members, Rest};

/// Bytes taken at one go.
const STEP: usize = 1 << 16;
/// Below that many bytes nobody asks how well they were packed.
const UNSUSPICIOUS: u64 = 4 << 20;

/// A whole body. Reading it lets go of what was read.
#[derive(Debug, Default)]
pub struct Bytes {
    pieces: VecDeque<Vec<u8>>,
    /// How much of the first piece was read.
    read: usize,
    share: Option<Share>,
}

impl Bytes {
    /// The first bytes that were not read: 64 KiB, or all of them.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.pieces.front().and_then(|piece| piece.get(self.read..)).unwrap_or_default()
    }

    /// All bytes that were not read, in one piece.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = self.head().to_vec();
        self.pieces.iter().skip(1).for_each(|piece| all.extend_from_slice(piece));
        all
    }

    /// Whether it is so large that it takes a part of the room.
    #[must_use]
    pub fn has_share(&self) -> bool {
        self.share.is_some()
    }

    /// The part of the room that the body takes. What is made of the body keeps it as long as it is as large.
    pub fn take_share(&mut self) -> Option<Share> {
        self.share.take()
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while !bytes.is_empty() {
            if self.pieces.back().is_none_or(|piece| piece.len() == STEP) {
                self.pieces.push_back(Vec::with_capacity(STEP));
            }
            let Some(piece) = self.pieces.back_mut() else { return };
            let (now, later) = bytes.split_at(bytes.len().min(STEP - piece.len()));
            piece.extend_from_slice(now);
            bytes = later;
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        let mut all = Self::default();
        all.push(bytes);
        all
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self.to_vec() == other.to_vec()
    }
}

impl Eq for Bytes {}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.head().read(out)?;
        self.read += read;
        if self.pieces.front().is_some_and(|piece| piece.len() == self.read) {
            self.pieces.pop_front();
            self.read = 0;
        }
        Ok(read)
    }
}

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

/// How a body is read.
pub(super) struct Reading<'a> {
    /// How it is packed.
    pub packing: Packing,
    /// What it is said to have on its way here, where that is said.
    pub length: Option<u64>,
    /// How much is taken.
    pub most: Most,
    /// When it must have come. Waiting for room takes nothing of that time.
    pub until: Instant,
    /// All of the time that the fetch has.
    pub whole: Duration,
    /// Calls it off.
    pub cancel: &'a Cancel,
    /// Where a large one must find room.
    pub room: &'a Arc<Room>,
    /// Is told how many bytes came so far, as they were sent.
    pub progress: &'a mut dyn FnMut(u64),
    /// Says what an error of the connection means.
    pub fault: &'a dyn Fn(io::Error) -> FetchError,
}

/// A body, unpacked and whole.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub bytes: Bytes,
    /// Whether something that stood behind the packed data was left out.
    pub has_junk: bool,
}

/// What comes from the server: it is counted, and ends where the fetch does, whatever the unpacking makes of it.
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
    /// Why nothing more is read.
    fault: RefCell<Option<FetchError>>,
    fault_of: &'a dyn Fn(io::Error) -> FetchError,
}

impl State<'_> {
    /// Why nothing more is to be read, if anything forbids it.
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
            Err(error) => Err((state.fault_of)(error)),
        });
        match read {
            Ok(Some(read)) => {
                state.came.set(state.came.get() + read as u64);
                Ok(read)
            }
            Ok(None) => Err(io::ErrorKind::Interrupted.into()),
            Err(fault) => {
                state.fault.replace(Some(fault));
                Err(io::Error::other("the body is read no further"))
            }
        }
    }
}

/// A body while it is unpacked.
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
            // Some servers say that they pack, and do not.
            Packing::Gzip if input.fill_buf()?.first() == Some(&0x1f) => Self::Gzip(Members::of_gzip(input)),
            Packing::Brotli => Self::Brotli(Box::new(Decompressor::new(input, STEP))),
            Packing::Gzip | Packing::Plain => Self::Plain(input),
        })
    }

    /// At the end: what was left out.
    fn rest(&mut self) -> Rest {
        match self {
            Self::Plain(_) => Rest::Nothing,
            Self::Gzip(members) => members.rest().get(),
            // Read once more, it complains of what it has not used.
            Self::Brotli(input) => input.read(&mut [0]).map_or(Rest::Junk, |_| Rest::Nothing),
        }
    }
}

/// Reads a body to its end. What follows packed data is left out, but the beginning of more of it is a body cut off.
pub(super) fn read(input: impl Read, reading: Reading<'_>) -> Result<Unpacked, FetchError> {
    let Reading { packing, length, most, until, whole, cancel, room, progress, fault } = reading;
    if length.is_some_and(|length| length > most.bytes) {
        return Err(FetchError::Large(most.bytes));
    }
    let state = State {
        most: most.bytes,
        whole,
        until: Cell::new(until),
        came: Cell::new(0),
        cancel,
        fault: RefCell::default(),
        fault_of: fault,
    };
    // What broke the reading comes first: the unpacking may have made something else of it.
    let fault_of = |error: io::Error| {
        state.fault.take().unwrap_or(match error.kind() {
            io::ErrorKind::UnexpectedEof => FetchError::Cut,
            _ => FetchError::Packed,
        })
    };
    let input = BufReader::with_capacity(STEP, Incoming { input, state: &state });
    let mut input = Unpacking::new(input, packing).map_err(fault_of)?;
    let is_plain = matches!(input, Unpacking::Plain(_));
    let (mut bytes, mut total) = (Bytes::default(), 0);
    let mut step = vec![0; STEP];
    loop {
        state.check()?;
        let read = match input.read(&mut step) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(fault_of(error)),
        };
        if let Some(fault) = state.fault.take() {
            return Err(fault);
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
            // What is packed may become as large as anything.
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
        let fault = |error: io::Error| match error.kind() {
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
            fault: &fault,
        };
        read(input, reading)
    }

    #[test]
    fn a_large_body_takes_room_until_what_became_of_it_is_gone() {
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
    fn a_body_that_is_late_is_too_slow() {
        let reading = Reading {
            packing: Packing::Plain,
            length: None,
            most: MOST,
            until: Instant::now(),
            whole: Duration::from_secs(7),
            cancel: &Cancel::default(),
            room: &Arc::new(Room::new(1)),
            progress: &mut |_| {},
            fault: &|_| FetchError::Cut,
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

    /// A connection that is cut.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// A packed stream of empty blocks: nothing ever comes out of it. So many bytes of it were read.
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
    fn what_follows_packed_data_is_left_out_and_told() {
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
                let told = (body.bytes.to_vec() == text, body.has_junk);
                assert_eq!(told, (true, true), "{packing:?} {} bytes", junk.len());
                assert!(!read(&whole, packing).expect("a body").has_junk, "{packing:?}");
            }
        }
        // More of it that is cut off is no junk, whether the connection tells or not.
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
    fn packed_data_that_unpacks_to_nothing_ends_in_time() {
        let most = Most { bytes: 100_000, ratio: 100 };
        assert_eq!(all(Empty(0), Packing::Gzip, most), Err(FetchError::Large(100_000)));
    }

    #[test]
    fn what_is_cut_or_damaged_is_no_success() {
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
    fn what_is_too_large_ends_at_the_limit() {
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
