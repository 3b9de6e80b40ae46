//! Character sets: whatever a source is written in, what is read from here is UTF-8, or meant to be.
//!
//! ASCII passes until the first other byte comes; what follows it decides, and the rest is not looked at again. Bytes that
//! are valid UTF-8 are UTF-8, whatever is declared: no other text happens to be. Else what the XML declaration says
//! is believed, else a guess (`chardetng`, as browsers guess). Bytes of a text that is mostly UTF-8 stay as they are.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::lookahead::Lookahead;

/// An XML declaration ends within so many bytes.
const DECLARATION: usize = 1024;
/// Bytes of the source that are decoded at one go.
const RAW: usize = 1 << 16;
/// How much is looked at to decide, from the first byte that is not ASCII.
const SAMPLE: usize = 1 << 16;
/// So many characters of UTF-8 and nothing else beyond ASCII are no accident.
const SURE: usize = 8;
/// Without markup to go by, fewer foreign bytes than this are damage rather than another character set.
const FEW: usize = 3;

/// The character set that was used, where it is not UTF-8: its name, and whether it was guessed.
pub(super) type Used = Rc<Cell<Option<(&'static str, bool)>>>;

/// Reads UTF-8 from a source in any character set.
pub(super) struct Charset<R> {
    input: Lookahead<R>,
    state: State,
    used: Used,
}

enum State {
    /// Nothing but ASCII so far.
    Undecided {
        declared: Option<&'static Encoding>,
        is_markup: bool,
    },
    /// It is UTF-8.
    Pass,
    Decode(Box<Decoding>),
}

/// Text in another character set.
struct Decoding {
    decoder: Decoder,
    /// Bytes that wait to be decoded.
    raw: Vec<u8>,
    /// What has been decoded, and how much of it was given.
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
    pub fn new(input: R) -> Self {
        let mut input = Lookahead::new(input);
        let used = Used::default();
        let is_enough =
            |head: &[u8]| head.len() >= 4 && (!is_declared(head) || memchr::memmem::find(head, b"?>").is_some());
        let state = begin(input.look(DECLARATION, is_enough), &used);
        Self { input, state, used }
    }

    /// Tells later which character set was used.
    pub fn used(&self) -> Used {
        Rc::clone(&self.used)
    }

    /// Decides on what follows from the first byte on that is not ASCII: the same however it came in pieces.
    fn decide(&mut self) {
        let State::Undecided { declared, is_markup } = self.state else { return };
        let sample = self.input.look(SAMPLE, |sample| declared.is_none() && is_surely_utf8(sample, is_markup));
        let sample = &sample[..sample.len().min(SAMPLE)];
        let (valid, foreign) = census(sample);
        let few = if is_markup { 1 } else { FEW };
        if foreign < few || valid >= foreign || (declared.is_none() && is_surely_utf8(sample, is_markup)) {
            self.state = State::Pass;
            return;
        }
        let encoding = declared.unwrap_or_else(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(sample, false);
            detector.guess(None, Utf8Detection::Deny)
        });
        self.used.set(Some((encoding.name(), declared.is_none())));
        let decoder = encoding.new_decoder_without_bom_handling();
        self.state = State::Decode(Box::new(Decoding::new(decoder, Vec::new())));
    }
}

/// Whether the first characters beyond ASCII tell UTF-8 already, so that a pipe that falls silent is not waited for:
/// some of them, or in JSON the few before a line or an object ends.
fn is_surely_utf8(sample: &[u8], is_markup: bool) -> bool {
    let Some(chunk) = sample.utf8_chunks().next() else { return false };
    let mut beyond = chunk.valid().char_indices().filter(|(_, c)| !c.is_ascii());
    let Some((first, _)) = beyond.next() else { return false };
    let is_ended = !is_markup && memchr::memchr2(b'\n', b'}', &chunk.valid().as_bytes()[first..]).is_some();
    is_ended || beyond.nth(SURE - 2).is_some()
}

fn is_declared(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"<?xml")
}

/// What the first bytes tell.
fn begin(head: &[u8], used: &Used) -> State {
    let decode = |encoding: &'static Encoding| {
        used.set(Some((encoding.name(), false)));
        State::Decode(Box::new(Decoding::new(encoding.new_decoder_with_bom_removal(), Vec::new())))
    };
    match head {
        // UTF-8; or UTF-32, which is refused elsewhere.
        [0xef, 0xbb, 0xbf, ..] | [0xff, 0xfe, 0, 0, ..] | [0, 0, ..] => return State::Pass,
        [0xff, 0xfe, ..] | [b'{' | b'[' | b'"' | b'\n' | b' ' | b'<', 0, ..] => return decode(UTF_16LE),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => return decode(UTF_16BE),
        _ => {}
    }
    let declared = declaration(head).filter(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
    match declared {
        // Its letters are ASCII bytes: there is no first other byte to wait for.
        Some(encoding) if encoding == ISO_2022_JP => decode(encoding),
        _ => State::Undecided { declared, is_markup: head.trim_ascii_start().starts_with(b"<") },
    }
}

/// The character set that an XML declaration names.
fn declaration(head: &[u8]) -> Option<&'static Encoding> {
    let end = memchr::memmem::find(head, b"?>").filter(|_| is_declared(head))?;
    let after = memchr::memmem::find(&head[..end], b"encoding").and_then(|at| head.get(at + 8..end))?;
    let value = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let name = value.get(1..)?.split(|byte| Some(byte) == value.first()).next()?;
    Encoding::for_label(name)
}

/// How many characters beyond ASCII are UTF-8, and how many bytes are not.
pub(super) fn census(bytes: &[u8]) -> (usize, usize) {
    let (mut valid, mut foreign) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        foreign += chunk.invalid().len();
    }
    // A character that the end of the bytes cuts is none.
    let cut = std::str::from_utf8(bytes).err().filter(|error| error.error_len().is_none());
    (valid, foreign - cut.map_or(0, |error| bytes.len() - error.valid_up_to()).min(foreign))
}

impl<R: Read> Read for Charset<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Pass => return self.input.read(out),
                State::Undecided { .. } => {
                    let read = self.input.read(out)?;
                    let bytes = &out[..read];
                    if bytes.is_ascii() {
                        return Ok(read);
                    }
                    let plain = bytes.iter().take_while(|byte| byte.is_ascii()).count();
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
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Slow<'b>(&'b [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(out.len()).min(self.0.len());
            let (now, later) = self.0.split_at(n);
            out[..n].copy_from_slice(now);
            self.0 = later;
            Ok(n)
        }
    }

    fn read(bytes: &[u8], step: usize) -> (String, Option<(&'static str, bool)>) {
        let mut charset = Charset::new(Slow(bytes, step));
        let used = charset.used();
        let mut all = Vec::new();
        charset.read_to_end(&mut all).expect("memory");
        (String::from_utf8_lossy(&all).into_owned(), used.get())
    }

    const TEXTS: [(&str, &str); 10] = [
        ("windows-1252", "Genève – l’été à Zürich, où l’on parle français"),
        ("iso-8859-2", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
        ("windows-1251", "Новости и пресс-релизы международной организации"),
        ("koi8-r", "Новости и пресс-релизы международной организации"),
        ("gbk", "国际劳工组织新闻稿与新闻发布会的最新消息"),
        ("gb2312", "国际劳工组织新闻稿与新闻发布会的最新消息"),
        ("shift_jis", "国際機関のニュースとプレスリリースの一覧です"),
        ("euc-kr", "국제기구의 보도자료와 새로운 소식을 알려 드립니다"),
        ("big5", "國際組織的新聞稿與最新消息"),
        ("windows-1256", "أخبار وبيانات صحفية من المنظمة الدولية"),
    ];

    #[test]
    fn declared_character_sets_are_read() {
        for (label, text) in TEXTS {
            let xml = format!("<?xml version=\"1.0\" encoding='{label}'?><rss>{text}</rss>");
            let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
            let (bytes, _, is_lossy) = encoding.encode(&xml);
            assert!(!is_lossy, "{label}");
            for step in [1000, 3000] {
                assert_eq!(read(&bytes, step), (xml.clone(), Some((encoding.name(), false))), "{label}");
            }
        }
    }

    #[test]
    fn undeclared_ones_are_guessed() {
        for (label, text) in TEXTS.iter().filter(|(label, _)| !label.starts_with("iso")) {
            let json = format!("[{{\"title\":\"{text}\"}}]");
            let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
            let (found, used) = read(&encoding.encode(&json).0, 10_000);
            assert_eq!(found, json, "{label} was taken for {used:?}");
            assert!(used.is_some_and(|(_, is_guess)| is_guess));
        }
    }

    #[test]
    fn sixteen_bits_are_read_with_and_without_a_mark() {
        let text = "<rss>Genève 국제 𝄞</rss>";
        for is_big in [false, true] {
            let units =
                text.encode_utf16().flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            let bytes: Vec<u8> = units.collect();
            let mark: &[u8] = if is_big { b"\xfe\xff" } else { b"\xff\xfe" };
            for bytes in [bytes.clone(), [mark, &bytes].concat()] {
                for step in [5, 1000] {
                    assert_eq!(read(&bytes, step).0, text);
                }
            }
        }
    }

    #[test]
    fn what_is_utf_8_stays_whatever_it_says() {
        for declared in ["", "<?xml version='1.0' encoding='iso-8859-1'?>", "<?xml version='1.0' encoding='utf-16'?>"] {
            let text = format!("{declared}<rss>Genève 국제</rss>");
            assert_eq!(read(text.as_bytes(), 4000), (text.clone(), None));
        }
        let (found, used) = read("<a>국제기구 \u{e9}".as_bytes().split_last().expect("bytes").1, 100);
        assert!(found.starts_with("<a>국제기구") && used.is_none());
    }

    #[test]
    fn damage_is_no_character_set() {
        let bytes = [&b"[{\"title\":\"a\xffb\xfe\"}]"[..], "[\"Genève, Zürich\", \"\u{fffd}".as_bytes(), b"\xff\"]"];
        for bytes in bytes {
            let mut charset = Charset::new(bytes);
            let mut all = Vec::new();
            charset.read_to_end(&mut all).expect("memory");
            assert_eq!(all, bytes);
        }
        assert_eq!(read(b"", 1).0, "");
        let latin = b"<?xml version='1.0' encoding='utf-8'?><rss>Gen\xe8ve</rss>";
        assert_eq!(read(latin, 9000).0, "<?xml version='1.0' encoding='utf-8'?><rss>Gen\u{e8}ve</rss>");
    }
}
