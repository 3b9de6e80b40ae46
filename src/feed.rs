//! Feeds: bytes in, releases out, one at a time.
//!
//! [`read`] detects the format of a source (RSS, Atom, JSON Feed, any JSON that contains a list of releases, JSON
//! Lines, tables, a web page or sitemap that lists releases) and streams it; only a page is read whole. It passes each
//! release to the [`Sink`] as soon as the release's last byte has been read.
//! Memory holds one window and the largest item, never the whole document. A broken item is skipped and reported as a
//! [`Problem`]; only a source that is not a feed at all is refused. All text is sanitised here, once.
//!
//! From the bytes up, the modules are:
//!
//! - `unpack` (gzip, zstd), `charset` (to UTF-8) and `lookahead`;
//! - `json`, `xml` and [`table`], chosen by the first characters, and [`listing`] for web pages and sitemaps;
//! - shared by both: `window` (bytes read but not yet parsed), `fields` (the release being filled), `date`, `html`,
//!   `autolink`, `excerpt`, `link`, `links`, `sniff`, `derive` (topics from addresses and titles) and `ahead` (a second
//!   thread for large sources).
//!
//! Beside them, [`parts`] makes a release of parts that another program delivers, [`opml`] reads and writes lists of feeds, [`check`] validates a feed, and [`page`] extracts the
//! readable text of web pages. Nothing here opens files, stores releases or depends on its callers.

mod ahead;
mod autolink;
mod blank;
#[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "a parse has a time limit"))]
mod budget;
mod charset;
pub mod check;
pub mod date;
mod derive;
mod excerpt;
mod fields;
mod html;
mod json;
mod link;
mod links;
pub mod listing;
mod lookahead;
mod markdown;
pub mod opml;
pub mod page;
pub mod parts;
mod rules;
mod sniff;
pub mod table;
mod unpack;
mod window;
mod xml;

use std::io::{self, Read};
use std::ops::ControlFlow;

pub use budget::{Budget, StopReason};
use charset::{Charset, Hints};
use derive::Deferred;
pub use derive::{Proposal, Tally, TopicRule, TopicSource, WrongTopicSource};
pub use fields::{UNKNOWN_MEDIA, is_language};
use lookahead::Lookahead;
use page::Beginning;
pub use rules::{
    Delimiter, FieldMap, Part, PartSelector, Rules, WrongDelimiter, WrongMap, WrongOptions, WrongSelector,
};
use unpack::Unpacked;
pub(crate) use unpack::{Members, Rest};
use url::Url;

use crate::release::{Cause, Problem, Release};
use crate::text::{Clean, CleanBuf, system_error};

/// Receives what a reader finds while it reads.
pub trait Sink {
    /// The feed's own title. It may come after releases, or never.
    fn title(&mut self, title: Clean<'_>);

    /// The next release, which is item `item` of the source, counted from 0. The reader reuses the value for the next
    /// release, so copy what you need.
    fn release(&mut self, item: u64, release: &Release);

    /// A problem: something the reader left out.
    fn problem(&mut self, problem: Problem);

    /// The address of the page with the releases before these, absolute. It comes after the releases, or never. The
    /// default ignores it.
    fn older(&mut self, _address: &Url) {}

    /// How the topics of the following releases are derived from their addresses or titles, if the rules want it. The
    /// default ignores it.
    fn derives(&mut self, _topics: &TopicRule) {}

    /// A part of the source as written, delivered before the releases in it. The default ignores it.
    fn raw(&mut self, _part: Raw<'_>) {}

    /// The address of the source, which resolves relative addresses. Queried before the first release.
    fn base(&self) -> Option<Url> {
        None
    }

    /// The label of the character set that came with the source, such as the `charset` of its media type. Queried once,
    /// at the start.
    fn charset(&self) -> Option<&str> {
        None
    }

    /// What the user says about reading the source. Queried once, at the start.
    fn rules(&self) -> Rules {
        Rules::default()
    }

    /// Whether only feeds are wanted: a web page is refused rather than read as a list. Queried once, at the start.
    fn is_feed_only(&self) -> bool {
        false
    }

    /// Whether an index of sitemaps is wanted, which has no releases itself. Otherwise it is refused.
    fn takes_indexes(&self) -> bool {
        false
    }

    /// Called before each read from the source, which may block for any length of time.
    fn waits(&mut self) {}

    /// Whether the sink wants nothing more. Queried before each item, so that a slow read can be stopped quickly;
    /// [`read`] then returns `Ok`.
    fn is_over(&mut self) -> bool {
        false
    }

    /// Called after each read from the source with the number of bytes read so far. `Break` stops reading, and [`read`]
    /// returns `Ok`.
    fn progress(&mut self, bytes: u64) -> ControlFlow<()>;
}

/// A part of a source as written, unpacked and in UTF-8. Positions count from the start of that text.
#[derive(Debug, Clone, Copy)]
pub enum Raw<'a> {
    /// Everything before the first item of an XML feed, from the first byte.
    Head(&'a [u8]),
    /// Everything between and after the items of an XML feed, joined.
    Rest(&'a [u8]),
    /// A member of a JSON document: key, position and text of its value. No text where the reader descends into the
    /// value.
    Member(&'a str, u64, Option<&'a [u8]>),
    /// The source is JSON Lines; the members reported so far belong to an item.
    Lines,
    /// The source is a table, written like this.
    Table(&'a table::Layout),
    /// An item: index, position and text.
    Item(u64, u64, &'a [u8]),
    /// What was found on a web page or in a sitemap.
    Listing(&'a listing::Listing),
}

/// Why a source is not a feed. Each message follows the name of the source and a colon.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The source could not be read.
    #[error("cannot read: {}", system_error(.0))]
    Io(#[from] io::Error),
    /// The source is empty or contains only white space.
    #[error("empty; tidings reads RSS, Atom, JSON Feed, JSON, JSON Lines and tables")]
    Empty,
    /// The source is in another format.
    #[error("not a feed: found {found}; tidings reads RSS, Atom, JSON Feed, JSON, JSON Lines and tables")]
    NotAFeed {
        /// What it is, such as "a PNG image".
        found: CleanBuf,
    },
    /// The source is a web page that lists no releases.
    #[error(
        "not a listing page: found {reason}{}; tidings looks for JSON-LD, microdata, microformats, JSON in scripts, and titles \
         with links and dates that repeat",
        naming(feed)
    )]
    NotAListing {
        /// What the page is.
        reason: listing::NoListing,
        /// The address of the feed that the page names; empty if it names none.
        feed: CleanBuf,
    },
    /// The source is neither JSON nor any other known format.
    #[error("not a feed: {reason}{}; tidings reads RSS, Atom, JSON Feed, JSON, JSON Lines and tables", at(*byte))]
    NotJson {
        /// The syntax error, or how the text begins.
        reason: CleanBuf,
        /// The byte position, from 0.
        byte: Option<u64>,
    },
    /// The source is a table, but none of its columns is known.
    #[error("no releases: found a table with the columns {0}; say which one holds the title with --map title=COLUMN")]
    NoColumns(CleanBuf),
    /// A rule of the user does not fit the source.
    #[error("{0}")]
    Rule(CleanBuf),
    /// The source is JSON, but contains no release.
    #[error("no releases: found {found}; expected a list of objects with a title, text or link")]
    NoReleases {
        /// What the document is, such as "a JSON object with the keys a, b".
        found: CleanBuf,
    },
}

fn naming(feed: &CleanBuf) -> String {
    if feed.is_empty() { String::new() } else { format!(", which links to the feed {feed}") }
}

fn at(byte: Option<u64>) -> String {
    byte.map_or_else(String::new, |byte| format!(" (at byte {byte})"))
}

/// The most white space that is skipped before a document.
const BLANKS: usize = 1 << 16;

/// The limits of one read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most bytes of a title, a summary or a text; longer ones are cut.
    pub text: usize,
    /// The highest unpacked size of a packed source, as a multiple of its packed size. Checked above 64 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: 1 << 20, ratio: 1_000 }
    }
}

/// Whether a text of unknown type would be treated as markup.
#[must_use]
pub fn is_markup(text: &str) -> bool {
    html::is_markup(text) || markdown::is_markdown(text)
}

/// Reads a whole source and reports its content to `sink`. `source` is the name used in problems.
///
/// # Errors
/// Returns a [`Refusal`] if the source is not a feed. The sink has then received no release, though perhaps problems.
/// Anything that goes wrong after the first release is a [`Problem`].
pub fn read(source: Clean<'_>, input: &mut dyn Read, sink: &mut dyn Sink) -> Result<(), Refusal> {
    read_within(source, input, Limits::default(), sink)
}

/// Like [`read`], with other limits.
///
/// # Errors
/// As for [`read`].
pub fn read_within(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    read_watched(source, input, limits, sink, |text| Box::new(text))
}

/// Like [`read`]; `watch` wraps the text after it has been unpacked and converted to UTF-8.
fn read_watched(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    sink: &mut dyn Sink,
    watch: impl for<'t> FnOnce(Charset<Lookahead<Box<dyn Read + 't>>>) -> Box<dyn Read + 't>,
) -> Result<(), Refusal> {
    let rules = sink.rules();
    if let Some(topics) = rules.topics.clone().filter(|topics| topics.source().is_some()) {
        let mut deferred = Deferred::new(sink, topics);
        let read = read_by_rules(source, input, limits, &rules, &mut deferred, watch);
        deferred.deliver();
        return read;
    }
    read_by_rules(source, input, limits, &rules, sink, watch)
}

fn read_by_rules(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    rules: &Rules,
    sink: &mut dyn Sink,
    watch: impl for<'t> FnOnce(Charset<Lookahead<Box<dyn Read + 't>>>) -> Box<dyn Read + 't>,
) -> Result<(), Refusal> {
    if let Some(column) = rules.mapped_twice() {
        let reason = format!("--map: the column {column} is mapped to two fields");
        return Err(Refusal::Rule(CleanBuf::line(&reason)));
    }
    let Unpacked { input, rest } = unpack::unpack(input, limits.ratio)?;
    let base = sink.base();
    let host = base.as_ref().and_then(Url::host_str);
    let mut input = Lookahead::new(input);
    let declared = page::declared_by(&mut input);
    let text = Charset::new(input, Hints { label: sink.charset(), host, declared });
    let used = text.used();
    let read = read_text(source, watch(text), limits, rules, sink);
    let mut note = |cause, reason: &str| {
        let (source, reason) = (source.to_buf(), CleanBuf::line(reason));
        sink.problem(Problem { source, item: None, byte: None, cause, reason });
    };
    if rest.get() != Rest::Nothing {
        note(Cause::Trailing, "data after the end of the packed data was ignored");
    }
    if let Some((name, is_guess)) = used.get() {
        let how = if is_guess { ", a guess: the source does not declare its encoding" } else { "" };
        note(Cause::Encoding { is_guess }, &format!("was read as {name}{how}"));
    }
    read
}

/// Like [`read`], for text that is already UTF-8.
fn read_text(
    source: Clean<'_>,
    text: impl Read,
    limits: Limits,
    rules: &Rules,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    let mut text = Lookahead::new(text);
    text.look(BLANKS, |head| blank::length(head) < head.len());
    blank::fill(text.head_mut());
    if xml::is_xml(text.look(BLANKS, |_| true)) {
        let head = text.look(BLANKS, |head| page::beginning(head).is_some());
        return match page::beginning(head).filter(|_| !sink.is_feed_only()) {
            Some(begins @ (Beginning::Page | Beginning::Sitemap)) => {
                listing::read(source, &mut text, begins == Beginning::Sitemap, limits, rules, sink)
            }
            _ => xml::read(source, &mut text, limits, sink),
        };
    }
    match table::find(&mut text, rules)? {
        Some(layout) => table::read(source, &mut text, limits, &layout, sink),
        None => json::read(source, &mut text, limits, rules, sink),
    }
}
