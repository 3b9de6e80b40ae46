//! Feeds: bytes in, releases out, one at a time.
//!
//! [`read`] finds out what a source is (RSS, Atom, JSON Feed, any JSON that holds a list of releases, JSON Lines) and streams
//! it: each release is given to the [`Sink`] as soon as its last byte has been read, and memory holds one window and
//! the largest item, never the document. What is wrong with an item costs that item and becomes a
//! [`Problem`]; only what is no feed at all is refused. All text is sanitised here, once.
//!
//! The parts, from the bytes up: `unpack` (gzip, zstd), `charset` (to UTF-8), `lookahead`; then `json` or `xml`, told
//! apart by the first character; and what both share: `window` (what is read and not yet used), `fields` (a release
//! being filled), `date`, `html`, `autolink`, `excerpt`, `link`, `links`, `sniff`.
//! Beside them [`opml`] reads and writes lists of feeds, [`check`] says what is wrong with a feed, and [`page`] makes web
//! pages fit to be read.
//! Nothing here opens files, keeps releases or knows who listens.

mod autolink;
mod blank;
mod budget;
mod charset;
pub mod check;
pub mod date;
mod excerpt;
mod fields;
mod html;
mod json;
mod link;
mod links;
mod lookahead;
mod markdown;
pub mod opml;
pub mod page;
mod sniff;
mod unpack;
mod window;
mod xml;

use std::io::{self, Read};
use std::ops::ControlFlow;

pub use budget::{Budget, Over};
use charset::{Charset, Hints};
pub use fields::UNKNOWN_MEDIA;
use lookahead::Lookahead;
use unpack::Unpacked;
pub(crate) use unpack::{Members, Rest};
use url::Url;

use crate::release::{Cause, Problem, Release};
use crate::text::{Clean, CleanBuf};

/// What a reader tells of while it reads.
pub trait Sink {
    /// The feed's own title. It may come after releases, or never.
    fn title(&mut self, title: Clean<'_>);

    /// The next release, item `item` of the source from 0. The value is used again for the one after it: copy what you
    /// keep.
    fn release(&mut self, item: u64, release: &Release);

    /// Something that was left out.
    fn problem(&mut self, problem: Problem);

    /// A part of the source as it is written, before what it gives is told: for those who look closer.
    fn raw(&mut self, _part: Raw<'_>) {}

    /// The address that the source came from, to which what it leaves relative is resolved; asked before the first
    /// release.
    fn base(&self) -> Option<Url> {
        None
    }

    /// The label of the character set that came with the source, such as the `charset` of its media type; asked once, at
    /// the start.
    fn charset(&self) -> Option<&str> {
        None
    }

    /// Before each read from the source, which may take as long as it likes.
    fn waits(&mut self) {}

    /// Whether nobody wants more, asked before each item: what takes long need not take long to end. Then [`read`] returns
    /// `Ok`.
    fn is_over(&mut self) -> bool {
        false
    }

    /// After each read from the source: how many bytes have come so far. `Break` ends the reading, and [`read`]
    /// returns `Ok`.
    fn progress(&mut self, bytes: u64) -> ControlFlow<()>;
}

/// A part of a source as it is written, unpacked and in UTF-8. Positions count from the start of that text.
#[derive(Debug, Clone, Copy)]
pub enum Raw<'a> {
    /// What stands before the first item of an XML feed, from its first byte on.
    Head(&'a [u8]),
    /// What stands between the items of an XML feed and behind them, joined.
    Rest(&'a [u8]),
    /// A member of a JSON document: key, position and text of its value; no text where that is looked through itself.
    Member(&'a str, u64, Option<&'a [u8]>),
    /// The source is JSON Lines; members that were told are an item's.
    Lines,
    /// An item: index, position and text.
    Item(u64, u64, &'a [u8]),
}

/// Why a source is no feed. The texts begin in the middle of a sentence: the source's name goes before them.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is nothing, or only blanks.
    #[error("is empty; tidings reads RSS, Atom, JSON Feed, JSON and JSON Lines")]
    Empty,
    /// It is something else.
    #[error("is no feed: found {found}; tidings reads RSS, Atom, JSON Feed, JSON and JSON Lines")]
    NotAFeed {
        /// What it is: "a PNG image".
        found: CleanBuf,
    },
    /// It is neither JSON nor anything else that is known.
    #[error("is no feed: {reason}{}; tidings reads RSS, Atom, JSON Feed, JSON and JSON Lines", at(*byte))]
    NotJson {
        /// What breaks the format, or how the text begins.
        reason: CleanBuf,
        /// Where, from 0.
        byte: Option<u64>,
    },
    /// It is JSON without a release in it.
    #[error("holds no releases: found {found}; expected a list of objects with a title, a text or a link")]
    NoReleases {
        /// What the document is: "a JSON object with the keys a, b".
        found: CleanBuf,
    },
}

fn at(byte: Option<u64>) -> String {
    byte.map_or_else(String::new, |byte| format!(" (at byte {byte})"))
}

/// More blanks than this before a document are taken for its text.
const BLANKS: usize = 1 << 16;

/// How much of a source is taken before something must be wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a title, a summary or a text; what is longer is cut.
    pub text: usize,
    /// A packed source may unpack to so many times its size, once that is more than 64 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: 1 << 20, ratio: 1_000 }
    }
}

/// Whether a text would be taken for markup where nothing says what it is.
#[must_use]
pub fn is_markup(text: &str) -> bool {
    html::is_markup(text) || markdown::is_markdown(text)
}

/// Reads a whole source and tells `sink` what is in it. `source` is its name for problems.
///
/// # Errors
/// A [`Refusal`] says that the source is no feed and that no release was given to the sink (problems may have been).
/// Whatever goes wrong after the first release is a [`Problem`].
pub fn read(source: Clean<'_>, input: &mut dyn Read, sink: &mut dyn Sink) -> Result<(), Refusal> {
    read_within(source, input, Limits::default(), sink)
}

/// As [`read`], within other limits.
///
/// # Errors
/// As [`read`].
pub fn read_within(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    read_watched(source, input, limits, sink, |text| Box::new(text))
}

/// As [`read`], of a text that somebody watches, once it is unpacked and in UTF-8.
fn read_watched(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    sink: &mut dyn Sink,
    watch: impl for<'t> FnOnce(Charset<Box<dyn Read + 't>>) -> Box<dyn Read + 't>,
) -> Result<(), Refusal> {
    let Unpacked { input, rest } = unpack::unpack(input, limits.ratio)?;
    let base = sink.base();
    let host = base.as_ref().and_then(Url::host_str);
    let text = Charset::new(input, Hints { label: sink.charset(), host, declared: None });
    let used = text.used();
    let read = read_text(source, watch(text), limits, sink);
    let mut note = |cause, reason: &str| {
        let (source, reason) = (source.to_buf(), CleanBuf::line(reason));
        sink.problem(Problem { source, item: None, byte: None, cause, reason });
    };
    if rest.get() != Rest::Nothing {
        note(Cause::Trailing, "something follows the end of the packed data; it was ignored");
    }
    if let Some((name, is_guess)) = used.get() {
        let how = if is_guess { ", by a guess: the source does not say in what it is written" } else { "" };
        note(Cause::Encoding { is_guess }, &format!("was read as {name}{how}"));
    }
    read
}

/// As [`read`], of text that is UTF-8 by now.
fn read_text(source: Clean<'_>, text: impl Read, limits: Limits, sink: &mut dyn Sink) -> Result<(), Refusal> {
    let mut text = Lookahead::new(text);
    text.look(BLANKS, |head| blank::length(head) < head.len());
    blank::fill(text.head_mut());
    let is_xml = xml::is_xml(text.look(BLANKS, |_| true));
    if is_xml { xml::read(source, &mut text, limits, sink) } else { json::read(source, &mut text, limits, sink) }
}
