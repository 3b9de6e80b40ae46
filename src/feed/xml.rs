//! XML feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, item by item as they arrive.
//!
//! `split` finds where an item ends, `walk` reads its elements with `quick-xml` (`plain` without, for most items), `entry`
//! puts them into the fields, and `head` reads what is outside the items. A broken item is the only one lost. A document that is cut off keeps
//! everything before, and also its last item if that has a title or a link. Entities that a document declares are not
//! expanded, and nothing is fetched.
//!
//! `feed-rs`, the usual crate for such feeds, reads a whole document or nothing, invents ids and drops the precision of
//! dates. The tests compare this reader with it.

mod ahead;
mod entry;
mod head;
pub(super) mod mend;
mod plain;
mod split;
pub(super) mod walk;

use std::borrow::Cow;
use std::io::Read;
use std::ops::ControlFlow;

use ahead::{ItemReader, Outcome};
use entry::Entry;
pub(super) use entry::person_name;
use head::Head;
use memchr::memmem;
use split::{Splitter, Step};

use super::ahead::Ahead;
use super::fields::Fields;
use super::window::Window;
use super::{Limits, Raw, Refusal, Sink, html, sniff};
use crate::release::{Cause, Problem, Release};
use crate::text::{Clean, CleanBuf, from_utf8_lossy, system_error};

/// Larger items are skipped; the head has the same limit.
const LARGEST: usize = 64 << 20;
/// The most bytes of the head that are kept.
const HEAD: usize = 1 << 20;

/// Whether a source that begins like this is markup.
pub(super) fn is_xml(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"<")
}

/// Like [`super::read`].
pub(super) fn read(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    reader(source, input, limits, sink).read()
}

fn reader<'a>(source: Clean<'a>, input: &'a mut dyn Read, limits: Limits, sink: &'a mut dyn Sink) -> Reader<'a> {
    Reader {
        window: Window::new(input),
        sink,
        source,
        items: ItemReader { fields: Fields::within(limits.text), entry: Entry::default(), language: String::new() },
        ahead: Ahead::default(),
        head: Head::default(),
        between: Vec::new(),
        is_headed: false,
        is_cut: false,
        index: 0,
        releases: 0,
    }
}

struct Reader<'a> {
    window: Window<'a>,
    sink: &'a mut dyn Sink,
    source: Clean<'a>,
    items: ItemReader,
    /// The items that are read ahead.
    ahead: Ahead<ItemReader>,
    head: Head,
    /// The text before the first item, or after the last.
    between: Vec<u8>,
    /// Whether the head has been read.
    is_headed: bool,
    /// Whether the truncation of the source has already been reported.
    is_cut: bool,
    index: u64,
    releases: u64,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Refusal> {
        let mut splitter = Splitter::default();
        let mut is_last = false;
        loop {
            if self.sink.is_over() {
                return Ok(());
            }
            if self.is_headed && !is_last && splitter.is_fresh() {
                match self.items_ahead() {
                    ControlFlow::Continue(false) => {}
                    ControlFlow::Continue(true) => continue,
                    ControlFlow::Break(()) => return Ok(()),
                }
            }
            match splitter.step(self.window.bytes(), is_last) {
                Step::More if is_last => break,
                Step::More => {
                    if self.window.bytes().len() > LARGEST {
                        self.problem(Cause::TooLarge, "larger than 64 MiB; skipped");
                        self.window.consume(self.window.bytes().len());
                        splitter = Splitter::default();
                        self.index += 1;
                    }
                    match self.read_more() {
                        Ok(ControlFlow::Continue(more)) => is_last = !more,
                        Ok(ControlFlow::Break(())) => return Ok(()),
                        Err(error) if self.releases == 0 => return Err(Refusal::Io(error)),
                        Err(error) => {
                            self.is_cut = true;
                            self.problem(Cause::ReadFailed, &format!("reading failed here: {}", system_error(&error)));
                            is_last = true;
                        }
                    }
                }
                Step::Between(length) => {
                    self.retain_tail(length);
                    self.window.consume(length);
                }
                Step::Item(length) => {
                    self.headed()?;
                    self.item(length, true);
                }
                Step::Unclosed(length) => {
                    self.headed()?;
                    let is_cut = length == self.window.bytes().len();
                    self.item(length, !is_cut);
                }
            }
        }
        let tail = self.between.clone();
        self.headed()?;
        self.check_end(&tail);
        self.sink.raw(Raw::Rest(&self.between));
        // RSS 1.0 and some others give their title at the end.
        self.report_title();
        self.report_older();
        Ok(())
    }

    /// Checks whether the document is cut off between two items, which leaves its root unclosed.
    fn check_end(&mut self, tail: &[u8]) {
        let root = self.head.root.to_ascii_lowercase();
        let is_closed = String::from_utf8_lossy(tail).rsplit("</").any(|end| {
            let name = end.split(['>', ' ', '\n', '\r', '\t']).next().unwrap_or_default();
            name.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case(&root))
        });
        if !self.is_cut && !is_closed && tail.len() < HEAD {
            self.problem(Cause::CutOff, &format!("the source ends without </{}>", self.head.root));
        }
    }

    /// Reads once more. Returns whether anything arrived, or `Break` if the sink wants no more.
    fn read_more(&mut self) -> std::io::Result<ControlFlow<(), bool>> {
        self.sink.waits();
        let has_more = self.window.read_more()?;
        Ok(self.progress(has_more))
    }

    fn progress(&mut self, has_more: bool) -> ControlFlow<(), bool> {
        if has_more && self.sink.progress(self.window.total()).is_break() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(has_more)
    }

    fn retain_tail(&mut self, length: usize) {
        let room = HEAD.saturating_sub(self.between.len()).min(length);
        self.between.extend_from_slice(&self.window.bytes()[..room]);
    }

    /// Reads the head, and refuses a source that is not a feed.
    fn headed(&mut self) -> Result<(), Refusal> {
        if self.is_headed {
            return Ok(());
        }
        self.is_headed = true;
        self.sink.raw(Raw::Head(&self.between));
        let is_all = self.between.len() < HEAD || self.window.bytes().is_empty();
        if let Some(byte) = endless_doctype(&self.between).filter(|_| is_all) {
            self.sink.problem(Problem {
                source: self.source.to_buf(),
                item: None,
                byte: Some(byte as u64),
                cause: Cause::Malformed,
                reason: CleanBuf::line(
                    "the document type declaration is not closed; the text that seems to belong to it was not read",
                ),
            });
        }
        let head = String::from_utf8_lossy(&std::mem::take(&mut self.between)).into_owned();
        self.head.read(&head, self.sink.base().as_ref());
        // Under a root of any other name, one item counts; pages and other documents may contain look-alikes.
        let root = self.head.root.to_ascii_lowercase();
        let is_feed = matches!(root.as_str(), "rss" | "rdf" | "feed" | "channel");
        let is_other = matches!(root.as_str(), "html" | "svg" | "opml" | "plist" | "xbel");
        if is_other || (!is_feed && self.window.bytes().is_empty()) {
            return Err(refusal(&self.head.root, &head));
        }
        self.items.fields.base = self.head.base.take().or_else(|| self.sink.base());
        self.items.fields.declared_base = self.head.declared_base.take();
        self.items.language.clone_from(&self.head.language);
        self.report_title();
        Ok(())
    }

    fn report_title(&mut self) {
        if self.head.title.is_empty() && self.is_headed && !self.between.is_empty() {
            let rest = String::from_utf8_lossy(&std::mem::take(&mut self.between)).into_owned();
            self.head.read(&rest, self.sink.base().as_ref());
        }
        if !self.head.title.is_empty() {
            let title = CleanBuf::line(&std::mem::take(&mut self.head.title));
            self.sink.title(title.as_clean());
        }
    }

    fn report_older(&mut self) {
        // Links to other pages may follow the items too.
        if memmem::find(&self.between, b"link").is_some() {
            let rest = String::from_utf8_lossy(&self.between).into_owned();
            self.head.read(&rest, self.sink.base().as_ref());
        }
        if let Some((_, address)) = self.head.older.take() {
            self.sink.older(&address);
        }
    }

    fn item(&mut self, length: usize, is_whole: bool) {
        let outcome = self.items.read(&self.window.bytes()[..length], is_whole);
        self.deliver(length, is_whole, &outcome, None);
    }

    /// Delivers the item in the next `length` bytes, whose release was read ahead or last, and moves on.
    fn deliver(&mut self, length: usize, is_whole: bool, outcome: &Outcome, ahead: Option<&Release>) {
        self.sink.raw(Raw::Item(self.index, self.window.position(), &self.window.bytes()[..length]));
        if outcome.has_bad_bytes {
            self.problem(Cause::NotUtf8, "invalid UTF-8, replaced with \u{fffd}");
        }
        if !is_whole {
            self.is_cut = true;
            self.problem(Cause::CutOff, "the source is cut off in this item");
        }
        if outcome.is_release {
            for (cause, note) in &outcome.notes {
                self.problem(*cause, note.as_str());
            }
            self.releases += 1;
            self.sink.release(self.index, ahead.unwrap_or(&self.items.fields.release));
        } else if is_whole {
            self.problem(Cause::NoRelease, "the item has no title, text or link");
        }
        self.window.consume(length);
        self.index += 1;
    }

    fn problem(&mut self, cause: Cause, reason: &str) {
        self.sink.problem(Problem {
            source: self.source.to_buf(),
            item: Some(self.index),
            byte: Some(self.window.position()),
            cause,
            reason: CleanBuf::line(reason),
        });
    }
}

impl ItemReader {
    /// Makes another reader of the same feed.
    fn another(&self) -> Self {
        Self { fields: self.fields.another(), entry: Entry::default(), language: self.language.clone() }
    }

    /// Reads an item.
    fn read(&mut self, item: &[u8], is_whole: bool) -> Outcome {
        let text = from_utf8_lossy(item);
        let has_bad_bytes = matches!(text, Cow::Owned(_));
        let is_release = self.entry.read(&mut self.fields, &text, &self.language, is_whole);
        let notes = if is_release { std::mem::take(&mut self.fields.notes) } else { Vec::new() };
        Outcome { has_bad_bytes, is_release, notes }
    }
}

/// Returns the start of an unclosed document type declaration in the text before the items.
fn endless_doctype(head: &[u8]) -> Option<usize> {
    let start = memmem::find(head, b"<!DOCTYPE")?;
    let rest = &head[start..];
    let opens = memchr::memchr2(b'[', b'>', rest).filter(|&at| rest[at] == b'[');
    let ends = |at: usize| rest[at + 1..].trim_ascii_start().starts_with(b">");
    let is_endless = opens.is_some_and(|at| !memchr::memchr_iter(b']', &rest[at..]).any(|end| ends(at + end)));
    is_endless.then_some(start)
}

/// Describes a document that is not a feed.
fn refusal(root: &str, head: &str) -> Refusal {
    let known = sniff::foreign(head.as_bytes()).and_then(sniff::Format::unless_xml);
    let what = match known {
        Some(what) => what.to_owned(),
        None if root.is_empty() => {
            return Refusal::NotJson { reason: CleanBuf::line(&sniff::unknown(head.as_bytes())), byte: None };
        }
        None => format!("an XML document with the root element <{root}>"),
    };
    let found = match html::feed_link(head) {
        Some(address) => format!("{what}, which links to the feed {address}"),
        None => what,
    };
    Refusal::NotAFeed { found: CleanBuf::line(&found) }
}
