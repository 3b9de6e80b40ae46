//! Character sets: converts a source in any encoding to UTF-8.
//!
//! ASCII passes through. The first other byte starts a sample of 64 KiB, which decides the encoding once. Bytes that
//! are valid UTF-8 are UTF-8 whatever is declared, because text in other encodings is almost never valid UTF-8.
//! Otherwise the transport (the charset of HTTP) takes precedence over the source's own declaration: the XML
//! declaration (RFC 7303, section 3) or a page's `meta`. Either counts only if the sample is valid in that encoding.
//! Without either, `chardetng` guesses as browsers do. Invalid bytes in a text that is mostly UTF-8 stay as they are.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Decoder, DecoderResult, Encoding, ISO_2022_JP, ISO_8859_2, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7,
    ISO_8859_8, ISO_8859_8_I, ISO_8859_13, ISO_8859_15, ISO_8859_16, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, X_USER_DEFINED,
};

use super::blank;
use super::lookahead::Lookahead;
use crate::text::is_invisible;

/// The most bytes before the end of an XML declaration.
const DECLARATION: usize = 1024;
/// Starts a shift to another alphabet in ISO-2022-JP.
const ESCAPE: u8 = 0x1b;
/// The most bytes before the start of the document.
const BEGINNING: usize = 1 << 16;
/// The bytes of the source decoded at once.
const RAW: usize = 1 << 16;
/// The size of the sample that decides, from the first non-ASCII byte.
const SAMPLE: usize = 1 << 16;
/// This many UTF-8 characters, with no other non-ASCII bytes, are no coincidence.
const SURE: usize = 8;
/// Without markup as a clue, fewer invalid bytes than this are damage rather than another character set.
const FEW: usize = 3;

/// The character set that was used if not UTF-8: its name, and whether it was guessed.
pub(super) type Used = Rc<Cell<Option<(&'static str, bool)>>>;

/// What is known about a source's character set apart from its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hints<'h> {
    /// The label that came with the source, such as the charset of its media type.
    pub label: Option<&'h str>,
    /// The host of the source; its country helps guessing.
    pub host: Option<&'h str>,
    /// What the source declares, other than in an XML declaration.
    pub declared: Option<&'static Encoding>,
}

/// Reads UTF-8 from a source in any character set.
pub(super) struct Charset<R> {
    input: Lookahead<R>,
    /// The remaining bytes before the document, which say nothing about its encoding.
    before: usize,
    state: State,
    used: Used,
}

enum State {
    /// Only ASCII so far.
    Undecided(Undecided),
    /// The source is UTF-8.
    Pass,
    Decode(Box<Decoding>),
}

/// What is known before the first non-ASCII byte.
struct Undecided {
    /// The declared encodings in order of precedence; never UTF-8 or UTF-16.
    claims: [Option<&'static Encoding>; 2],
    is_markup: bool,
    /// Whether a byte order mark declares UTF-8.
    has_mark: bool,
    /// The last label of the host's name.
    domain: Option<String>,
}

impl Undecided {
    fn is_claimed(&self, encoding: &'static Encoding) -> bool {
        self.claims.contains(&Some(encoding))
    }

    fn is_unclaimed(&self) -> bool {
        self.claims == [None, None]
    }

    /// Whether the encoding can be decided from this byte on.
    fn decides(&self, byte: u8) -> bool {
        // ISO-2022-JP writes its letters in ASCII bytes.
        !byte.is_ascii() || (byte == ESCAPE && self.is_claimed(ISO_2022_JP))
    }

    /// Returns the position of the first byte that decides the encoding.
    fn first_deciding(&self, bytes: &[u8]) -> Option<usize> {
        // Many bytes at once are compared much faster, and most sources have only such bytes.
        if bytes.is_ascii() && !self.is_claimed(ISO_2022_JP) {
            return None;
        }
        bytes.iter().position(|byte| self.decides(*byte))
    }

    /// Decides the encoding of a sample that begins with a deciding byte. Returns it and whether it is a guess, or
    /// `None` for UTF-8.
    fn decide(&self, sample: &[u8]) -> Option<(&'static Encoding, bool)> {
        if sample.first() == Some(&ESCAPE) {
            return Some((ISO_2022_JP, false));
        }
        let (valid, foreign) = census(sample);
        let few = if self.is_markup || !self.is_unclaimed() { 1 } else { FEW };
        if foreign < few || valid >= foreign || (self.is_unclaimed() && is_surely_utf8(sample, self.is_markup)) {
            return None;
        }
        let claims = || self.claims.iter().flatten().copied();
        let fitting = claims().chain(claims().filter_map(extended)).find(|encoding| fits(encoding, sample));
        if let Some(claimed) = fitting.or(claims().next()) {
            return Some((claimed, false));
        }
        if self.has_mark {
            return None;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, false);
        Some((detector.guess(self.domain.as_deref().map(str::as_bytes), Utf8Detection::Deny), true))
    }
}

/// The Windows encoding for the same languages, which has letters and signs in place of the control characters of
/// ISO 8859. Texts in it are often declared as ISO 8859.
fn extended(encoding: &'static Encoding) -> Option<&'static Encoding> {
    [
        (ISO_8859_2, WINDOWS_1250),
        (ISO_8859_4, WINDOWS_1257),
        (ISO_8859_5, WINDOWS_1251),
        (ISO_8859_6, WINDOWS_1256),
        (ISO_8859_7, WINDOWS_1253),
        (ISO_8859_8, WINDOWS_1255),
        (ISO_8859_8_I, WINDOWS_1255),
        (ISO_8859_13, WINDOWS_1257),
        (ISO_8859_15, WINDOWS_1252),
        (ISO_8859_16, WINDOWS_1250),
    ]
    .into_iter()
    .find_map(|(declared, extended)| (declared == encoding).then_some(extended))
}

/// Whether the whole sample is valid in this encoding.
fn fits(encoding: &'static Encoding, sample: &[u8]) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(sample.len()).unwrap_or(0));
    let (result, _) = decoder.decode_to_string_without_replacement(sample, &mut text, false);
    result == DecoderResult::InputEmpty && !text.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}'))
}

/// A source in another character set.
struct Decoding {
    decoder: Decoder,
    /// Bytes to be decoded.
    raw: Vec<u8>,
    /// The decoded text, and how much of it has been read.
    text: String,
    given: usize,
    is_ended: bool,
}

impl Decoding {
    fn new(decoder: Decoder, raw: Vec<u8>) -> Self {
        Self { decoder, raw, text: String::new(), given: 0, is_ended: false }
    }

    fn read(&mut self, input: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.is_ended {
            if self.raw.is_empty() {
                self.raw.resize(RAW, 0);
                let read = input.read(&mut self.raw);
                self.raw.truncate(read.as_ref().copied().unwrap_or(0));
                self.is_ended = read? == 0;
            }
            self.text.clear();
            self.given = 0;
            self.text.reserve(self.decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(RAW));
            let (_, taken, _) = self.decoder.decode_to_string(&self.raw, &mut self.text, self.is_ended);
            self.raw.drain(..taken);
        }
        let read = (&self.text.as_bytes()[self.given..]).read(out)?;
        self.given += read;
        Ok(read)
    }
}

impl<R: Read> Charset<R> {
    pub fn new(input: R, hints: Hints<'_>) -> Self {
        let mut input = Lookahead::new(input);
        let used = Used::default();
        let is_enough = |head: &[u8]| {
            let text = &head[blank::length(head)..];
            let is_open = is_declared(text) && text.len() < DECLARATION;
            text.len() >= 4 && (!is_open || memchr::memmem::find(text, b"?>").is_some())
        };
        let head = input.look(BEGINNING, is_enough);
        let state = begin(head, hints, &used);
        let before = if matches!(state, State::Undecided(_)) { blank::length(head) } else { 0 };
        Self { input, before, state, used }
    }

    /// Returns a cell that later contains the character set that was used.
    pub fn used(&self) -> Used {
        Rc::clone(&self.used)
    }

    /// Decides the encoding from the bytes after the first non-ASCII byte, independent of how the input is split.
    fn decide(&mut self) {
        let State::Undecided(known) = &self.state else { return };
        let is_enough = |sample: &[u8]| known.is_unclaimed() && is_surely_utf8(sample, known.is_markup);
        let sample = self.input.look(SAMPLE, is_enough);
        self.state = match known.decide(&sample[..sample.len().min(SAMPLE)]) {
            None => State::Pass,
            Some((encoding, is_guess)) => {
                self.used.set(Some((encoding.name(), is_guess)));
                let decoder = encoding.new_decoder_without_bom_handling();
                State::Decode(Box::new(Decoding::new(decoder, Vec::new())))
            }
        };
    }
}

/// Whether the first non-ASCII characters already prove UTF-8, so that a stalled pipe need not be waited for: several
/// of them or, in JSON, the few before the end of a line or an object.
fn is_surely_utf8(sample: &[u8], is_markup: bool) -> bool {
    let Some(chunk) = sample.utf8_chunks().next() else { return false };
    let mut beyond = chunk.valid().char_indices().filter(|(_, c)| !c.is_ascii());
    let Some((first, _)) = beyond.next() else { return false };
    let is_ended = !is_markup && memchr::memchr2(b'\n', b'}', &chunk.valid().as_bytes()[first..]).is_some();
    is_ended || beyond.nth(SURE - 2).is_some()
}

fn is_declared(text: &[u8]) -> bool {
    text.starts_with(b"<?xml")
}

/// Decides what the first bytes allow to decide.
fn begin(head: &[u8], hints: Hints<'_>, used: &Used) -> State {
    let decode = |encoding: &'static Encoding| {
        used.set(Some((encoding.name(), false)));
        State::Decode(Box::new(Decoding::new(encoding.new_decoder_with_bom_removal(), Vec::new())))
    };
    if let Some(encoding) = wide(head) {
        return decode(encoding);
    }
    match head {
        // UTF-32, which is refused elsewhere.
        [0xff, 0xfe, 0, 0, ..] | [0, 0, ..] => return State::Pass,
        [0xff, 0xfe, ..] => return decode(UTF_16LE),
        [0xfe, 0xff, ..] => return decode(UTF_16BE),
        _ => {}
    }
    let (before, text) = head.split_at(blank::length(head));
    // The declaration could not be read like this if the source were UTF-16.
    let is_usable =
        |encoding: &&'static Encoding| ![UTF_8, UTF_16LE, UTF_16BE, REPLACEMENT, X_USER_DEFINED].contains(encoding);
    let label = hints.label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let domain = hints.host.and_then(|host| host.rsplit('.').next());
    State::Undecided(Undecided {
        claims: [label, declaration(text).or(hints.declared)].map(|claim| claim.filter(is_usable)),
        is_markup: text.starts_with(b"<"),
        has_mark: memchr::memmem::find(before, b"\xef\xbb\xbf").is_some(),
        domain: domain.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase())).map(str::to_owned),
    })
}

/// Detects UTF-16 by its first two visible characters, which are ASCII. A zero beside them would make it UTF-32.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let begins_with = |unit: fn([u8; 2]) -> u16| {
        let units = head.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let mut seen = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).skip_while(|c| is_invisible(*c));
        seen.next().is_some_and(|c| c.is_ascii()) && seen.next().is_none_or(|c| c.is_ascii() && c != '\0')
    };
    if begins_with(u16::from_le_bytes) {
        Some(UTF_16LE)
    } else if begins_with(u16::from_be_bytes) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Returns the character set that an XML declaration names.
fn declaration(head: &[u8]) -> Option<&'static Encoding> {
    let end = memchr::memmem::find(head, b"?>").filter(|_| is_declared(head))?;
    let after = memchr::memmem::find(&head[..end], b"encoding").and_then(|at| head.get(at + 8..end))?;
    let value = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let name = value.get(1..)?.split(|byte| Some(byte) == value.first()).next()?;
    Encoding::for_label(name)
}

/// Counts the non-ASCII characters that are UTF-8, and the bytes that are not.
pub(super) fn census(bytes: &[u8]) -> (usize, usize) {
    let (mut valid, mut foreign) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        foreign += chunk.invalid().len();
    }
    // A character that is cut by the end of the bytes does not count.
    let cut = std::str::from_utf8(bytes).err().filter(|error| error.error_len().is_none());
    (valid, foreign - cut.map_or(0, |error| bytes.len() - error.valid_up_to()).min(foreign))
}

impl<R: Read> Read for Charset<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.before > 0 {
            let read = (&mut self.input).take(self.before as u64).read(out)?;
            self.before -= read;
            return Ok(read);
        }
        loop {
            match &mut self.state {
                State::Pass => return self.input.read(out),
                State::Undecided(known) => {
                    let read = self.input.read(out)?;
                    let bytes = &out[..read];
                    let Some(plain) = known.first_deciding(bytes) else { return Ok(read) };
                    self.input.put_back(&bytes[plain..]);
                    self.decide();
                    if plain > 0 {
                        return Ok(plain);
                    }
                }
                State::Decode(decoding) => return decoding.read(&mut self.input, out),
            }
        }
    }
}

#[cfg(test)]
mod tests;
