//! What every form of JSON source needs: the cursor, the extent of a value, reading an item, reporting problems.
//!
//! All positions are bytes of the source. The structure of a document is known to [`document`](super::document),
//! [`list`](super::list) and [`lines`](super::lines).

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::ControlFlow;

use url::Url;

use super::item::{ItemError, ItemReader, Outcome};
use super::splitter::{Splitter, Step, first_key, is_blank, next_item};
use crate::feed::ahead::Ahead;
use crate::feed::fields::Note;
use crate::feed::rules::named;
use crate::feed::window::Window;
use crate::feed::{Limits, Raw, Refusal, Rules, Sink};
use crate::release::{Cause, Problem, ProblemKind, Release};
use crate::text::{Clean, CleanBuf};

/// Larger items, and larger values outside the items, are skipped.
pub(super) const LARGEST: usize = 64 << 20;
/// The reason that a problem gives for this.
pub(super) const TOO_LARGE: &str = "larger than 64 MiB; skipped";
/// Longer than any JSON number or word.
const LONGEST_WORD: usize = 4096;
/// The most pending problems; the rest is counted.
const WAITING: usize = 1_000;

/// Why reading stopped early.
pub(super) enum Halt {
    /// The sink wants no more.
    Stopped,
    Io(io::Error),
    /// The source ends within a value.
    Cut,
    /// The JSON is invalid at this byte, and reading cannot continue.
    Syntax(u64, Cow<'static, str>),
    /// The problem has already been reported.
    Reported,
    Refused(Refusal),
}

/// The extent of the value at the cursor.
pub(super) enum Extent {
    /// The value has this many bytes, all of them in the window.
    Whole(usize),
    /// The value was too large to keep, and has been skipped.
    TooLarge,
    /// Unknown: the value is invalid at this offset from the cursor.
    Broken(usize, &'static str),
}

/// Reports that are pending.
#[derive(Default)]
struct Waiting {
    problems: Vec<Problem>,
    /// The number of further problems.
    left_out: u64,
    title: Option<CleanBuf>,
}

/// The state of reading one source.
pub(super) struct Scan<'a> {
    pub window: Window<'a>,
    pub items: ItemReader,
    sink: &'a mut dyn Sink,
    source: Clean<'a>,
    /// Index of the next item.
    pub index: u64,
    /// The number of releases passed to the sink.
    pub releases: u64,
    /// The number of items that were valid JSON.
    pub formed: u64,
    /// The first syntax error.
    pub first_error: Option<(u64, CleanBuf)>,
    /// Reports held back until it is certain how the source must be read.
    waiting: Option<Waiting>,
    /// The first key of the first item.
    pub first_key: Option<Vec<u8>>,
    /// The items that are read ahead.
    pub ahead: Ahead<ItemReader>,
    /// The keys of the first item, if the user has mapped keys.
    first_keys: Option<Vec<String>>,
    is_mapped: bool,
}

impl<'a> Scan<'a> {
    pub fn new(
        source: Clean<'a>,
        input: &'a mut dyn Read,
        limits: Limits,
        rules: &Rules,
        sink: &'a mut dyn Sink,
    ) -> Self {
        let mut items = ItemReader::new(limits.text, rules);
        if let Some(base) = sink.base() {
            items.set_base(base);
        }
        Self {
            window: Window::new(input),
            items,
            sink,
            source,
            index: 0,
            releases: 0,
            formed: 0,
            first_error: None,
            waiting: None,
            first_key: None,
            ahead: Ahead::default(),
            first_keys: None,
            is_mapped: !rules.map.is_empty(),
        }
    }

    /// Reads once more. Returns `false` at the end of the source.
    pub fn read_more(&mut self) -> Result<bool, Halt> {
        self.sink.waits();
        let has_more = self.window.read_more().map_err(Halt::Io)?;
        self.progress(has_more)
    }

    /// Reads once more while there are items before the end of the window. Returns `false` if nothing arrived.
    pub fn read_ahead(&mut self) -> Result<bool, Halt> {
        self.sink.waits();
        let has_more = self.window.read_ahead();
        self.progress(has_more)
    }

    fn progress(&mut self, has_more: bool) -> Result<bool, Halt> {
        if !has_more {
            return Ok(false);
        }
        match self.sink.progress(self.window.total()) {
            ControlFlow::Continue(()) => Ok(true),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    /// Returns a halt if the sink wants no more.
    pub fn check_budget(&mut self) -> Result<(), Halt> {
        if self.sink.is_over() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Returns the next non-blank byte without consuming it, or `None` at the end of the source.
    pub fn peek(&mut self) -> Result<Option<u8>, Halt> {
        self.check_budget()?;
        loop {
            let bytes = self.window.bytes();
            if let Some((blanks, &byte)) = bytes.iter().enumerate().find(|(_, b)| !is_blank(**b)) {
                self.window.consume(blanks);
                return Ok(Some(byte));
            }
            self.window.consume(bytes.len());
            if self.window.held().len() > LARGEST {
                self.window.release();
            }
            if !self.read_more()? {
                return Ok(None);
            }
        }
    }

    /// Like [`Scan::peek`], where the source may not end.
    pub fn next(&mut self) -> Result<u8, Halt> {
        self.peek()?.ok_or(Halt::Cut)
    }

    /// Returns a halt at the cursor.
    pub fn syntax<T>(&self, reason: &'static str) -> Result<T, Halt> {
        Err(Halt::Syntax(self.window.position(), reason.into()))
    }

    /// Finds the end of the value whose first byte is at the cursor.
    pub fn extent(&mut self) -> Result<Extent, Halt> {
        if !matches!(self.window.bytes().first(), Some(b'{' | b'[' | b'"')) {
            return self.word();
        }
        let mut splitter = Splitter::new();
        let mut is_too_large = false;
        let mut last = false;
        loop {
            match splitter.run(self.window.bytes(), last) {
                Step::Broken(at, why) => return Ok(Extent::Broken(at, why)),
                Step::Done(length) if is_too_large => {
                    self.window.consume(length);
                    return Ok(Extent::TooLarge);
                }
                Step::Done(length) => return Ok(Extent::Whole(length)),
                Step::More if last => return Err(Halt::Cut),
                Step::More => {}
            }
            if splitter.seen() > LARGEST || is_too_large {
                is_too_large = true;
                self.window.release();
                self.window.consume(splitter.seen());
                splitter.forget(splitter.seen());
            }
            last = !self.read_more()?;
        }
    }

    /// Finds the end of a number, `true`, `false`, `null`, or anything else.
    fn word(&mut self) -> Result<Extent, Halt> {
        loop {
            let bytes = self.window.bytes();
            let ends = |b: &u8| is_blank(*b) || matches!(b, b',' | b':' | b']' | b'}' | b'[' | b'{' | b'"');
            match bytes.iter().skip(1).take(LONGEST_WORD).position(ends) {
                Some(length) => return Ok(Extent::Whole(length + 1)),
                None if bytes.len() > LONGEST_WORD => return Ok(Extent::Broken(0, "expected a JSON value")),
                None => {
                    let length = bytes.len();
                    if !self.read_more()? {
                        return Ok(Extent::Whole(length));
                    }
                }
            }
        }
    }

    /// Reads the item at the cursor, which ends before `limit` if there is one. Returns `false`, having done nothing,
    /// if the item is invalid or incomplete.
    pub fn item_at_once(&mut self, limit: Option<usize>) -> bool {
        let bytes = self.window.bytes();
        let length = self.items.read_first(&bytes[..limit.unwrap_or(bytes.len())]);
        if let Some(length) = length {
            self.settle(length, Outcome::Release, None);
        }
        length.is_some()
    }

    /// Reads the item in the next `length` bytes, passes it to the sink and moves on.
    pub fn item(&mut self, length: usize) {
        let (outcome, mended) = self.items.read(&self.window.bytes()[..length]);
        self.settle(length, outcome, mended);
    }

    fn settle(&mut self, length: usize, outcome: Outcome, mended: Option<ItemError>) {
        let byte = self.window.position();
        let index = self.index;
        self.sink.raw(Raw::Item(index, byte, &self.window.bytes()[..length]));
        if self.is_mapped && self.first_keys.is_none() {
            self.first_keys = Some(ItemReader::keys(&self.window.bytes()[..length]));
        }
        if let Some(ItemError { offset, cause, reason }) = mended {
            let cause = if cause == Cause::NotUtf8 { cause } else { Cause::Mended };
            let reason = format!("{reason}; the item was repaired and read");
            self.problem(cause, Some(index), byte + offset as u64, reason);
        }
        match outcome {
            Outcome::Broken(ItemError { offset, cause, reason }) => {
                self.problem(cause, Some(index), byte + offset as u64, reason);
            }
            Outcome::NoRelease(why) => {
                self.formed += 1;
                self.problem(Cause::NoRelease, Some(index), byte, why);
            }
            Outcome::Release => {
                let notes: Vec<Note> = self.items.notes().collect();
                self.release(length, notes, None);
            }
        }
        self.window.consume(length);
        self.index += 1;
    }

    /// Delivers a release that was read from the next `length` bytes, and moves on.
    pub fn deliver(&mut self, length: usize, notes: Vec<Note>, release: &Release) {
        self.sink.raw(Raw::Item(self.index, self.window.position(), &self.window.bytes()[..length]));
        self.release(length, notes, Some(release));
        self.window.consume(length);
        self.index += 1;
    }

    /// Passes the release of the next `length` bytes to the sink: one read ahead, or the one read last.
    fn release(&mut self, length: usize, notes: Vec<Note>, ahead: Option<&Release>) {
        self.formed += 1;
        self.releases += 1;
        for (cause, note) in notes {
            self.report(cause, Some(self.index), self.window.position(), note);
        }
        self.sink.release(self.index, ahead.unwrap_or_else(|| self.items.release()));
        if self.first_key.is_none() {
            let item = &self.window.bytes()[..length];
            self.first_key = first_key(item).map(<[u8]>::to_vec);
        }
    }

    /// Returns what is wrong with the rules of the user: keys that no item has.
    pub fn wrong_rules(&self) -> Option<String> {
        let unseen: Vec<String> = self.items.unseen().iter().map(|map| format!("--map {map}")).collect();
        let (false, Some(keys)) = (unseen.is_empty(), &self.first_keys) else { return None };
        let named = named(keys.iter().map(String::as_str));
        Some(format!("{}: no item has this key; the first item has {named}", unseen.join(", ")))
    }

    /// Whether the next `length` bytes are a release. Reports and consumes nothing.
    pub fn is_release(&mut self, length: usize) -> bool {
        self.items.read(&self.window.bytes()[..length]).0 == Outcome::Release
    }

    /// Moves to where a list seems to continue, at least `from` bytes ahead. Returns `false` if there is no such place.
    pub fn find_next_item(&mut self, from: usize) -> Result<bool, Halt> {
        self.window.consume(from);
        let mut last = false;
        loop {
            let found = next_item(self.window.bytes(), self.first_key.as_deref(), last);
            self.window.consume(found.unwrap_or_else(|useless| useless));
            if found.is_ok() || last {
                return Ok(found.is_ok());
            }
            last = !self.read_more()?;
        }
    }

    /// Reports a problem to the sink.
    pub fn problem(&mut self, cause: Cause, item: Option<u64>, byte: u64, reason: impl AsRef<str>) {
        self.report(cause, item, byte, CleanBuf::line(reason.as_ref()));
    }

    fn report(&mut self, cause: Cause, item: Option<u64>, byte: u64, reason: CleanBuf) {
        if cause.kind() == ProblemKind::Syntax && self.first_error.is_none() {
            self.first_error = Some((byte, reason.clone()));
        }
        let problem = Problem { source: self.source.to_buf(), item, byte: Some(byte), cause, reason };
        match &mut self.waiting {
            Some(waiting) if waiting.problems.len() < WAITING => waiting.problems.push(problem),
            Some(waiting) => waiting.left_out += 1,
            None => self.sink.problem(problem),
        }
    }

    /// Reports the feed's title to the sink.
    pub fn title(&mut self, title: &str) {
        let title = CleanBuf::line(title.trim());
        match &mut self.waiting {
            Some(waiting) => {
                waiting.title.get_or_insert(title);
            }
            None => self.sink.title(title.as_clean()),
        }
    }

    /// Returns the address of the source.
    pub fn base(&self) -> Option<Url> {
        self.sink.base()
    }

    /// Reports the page with older releases to the sink.
    pub fn older(&mut self, address: &Url) {
        self.sink.older(address);
    }

    /// Reports a member of the document to the sink: it ends after `length` bytes, or the reader descends into it.
    pub fn member(&mut self, key: &str, length: Option<usize>) {
        let value = length.map(|length| &self.window.bytes()[..length]);
        self.sink.raw(Raw::Member(key, self.window.position(), value));
    }

    /// Reports to the sink that the source is JSON Lines.
    pub fn report_lines(&mut self) {
        self.sink.raw(Raw::Lines);
    }

    /// Holds back problems and the title from now on.
    pub fn wait(&mut self) {
        self.waiting = Some(Waiting::default());
    }

    /// Reports everything held back, and holds back nothing more.
    pub fn commit(&mut self) {
        let Some(Waiting { problems, left_out, title }) = self.waiting.take() else { return };
        for problem in problems {
            self.sink.problem(problem);
        }
        if left_out > 0 {
            let reason = format!("{left_out} more invalid values before this were skipped");
            self.problem(Cause::Malformed, None, self.window.position(), reason);
        }
        if let Some(title) = title {
            self.sink.title(title.as_clean());
        }
    }

    /// Discards everything held back: the source is read in another way.
    pub fn forget(&mut self) {
        self.waiting = None;
        self.first_error = None;
    }
}
