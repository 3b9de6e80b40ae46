//! All rows of a table, one after another.
//!
//! A broken row costs only itself. A quote that is not closed would swallow all rows after it, so the rows as far as the
//! reader has looked for its end are read again, each line on its own.

use std::io::{self, Read};
use std::ops::ControlFlow;

use super::layout::Layout;
use super::reader::{Kind, RowReader};
use super::row::Step;
use crate::feed::ahead::{Ahead, Parse, REACH, Run};
use crate::feed::fields::{Fields, Note};
use crate::feed::window::Window;
use crate::feed::{Limits, Raw, Refusal, Sink};
use crate::release::{Cause, Problem, Release};
use crate::text::{Clean, CleanBuf, system_error};

/// Larger rows are skipped.
const LARGEST: usize = 16 << 20;

/// Why reading stopped early.
enum Halt {
    /// The sink wants no more.
    Stopped,
    Io(io::Error),
}

/// The state of reading one table.
pub(super) struct Scan<'a> {
    window: Window<'a>,
    rows: RowReader,
    layout: &'a Layout,
    sink: &'a mut dyn Sink,
    source: Clean<'a>,
    /// Index of the next row, and the number of its first line.
    index: u64,
    line: u64,
    releases: u64,
    /// Before this position, a quote does not span lines.
    lines_until: u64,
    is_ended: bool,
    /// The rows that are read ahead.
    ahead: Ahead<RowReader>,
}

impl<'a> Scan<'a> {
    pub fn new(
        source: Clean<'a>,
        input: &'a mut dyn Read,
        limits: Limits,
        layout: &'a Layout,
        sink: &'a mut dyn Sink,
    ) -> Self {
        let mut fields = Fields::within(limits.text);
        fields.base = sink.base();
        Self {
            window: Window::new(input),
            rows: RowReader::new(layout, fields),
            layout,
            sink,
            source,
            index: 0,
            line: 1,
            releases: 0,
            lines_until: 0,
            is_ended: false,
            ahead: Ahead::default(),
        }
    }

    /// Reads the table to its end.
    pub fn read(mut self) -> Result<(), Refusal> {
        self.sink.raw(Raw::Table(self.layout));
        match self.all_rows() {
            Ok(()) | Err(Halt::Stopped) => Ok(()),
            Err(Halt::Io(error)) if self.releases == 0 => Err(Refusal::Io(error)),
            Err(Halt::Io(error)) => {
                let reason = format!("reading failed here: {}", system_error(&error));
                self.problem(Cause::ReadFailed, None, &reason);
                Ok(())
            }
        }
    }

    fn all_rows(&mut self) -> Result<(), Halt> {
        while self.window.bytes().len() < self.layout.start && self.read_more()? {}
        self.consume(self.layout.start.min(self.window.bytes().len()));
        loop {
            if self.sink.is_over() {
                return Err(Halt::Stopped);
            }
            if !self.skip_breaks()? {
                return Ok(());
            }
            if !self.rows_ahead()? {
                self.row()?;
            }
        }
    }

    /// Reads once more. Returns `false` at the end of the source.
    fn read_more(&mut self) -> Result<bool, Halt> {
        self.sink.waits();
        let has_more = self.window.read_more().map_err(Halt::Io)?;
        self.is_ended = !has_more;
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

    /// Moves the cursor, and counts lines.
    fn consume(&mut self, length: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.window.bytes()[..length]).count() as u64;
        self.window.consume(length);
    }

    /// Moves over line breaks. Returns `false` at the end of the source.
    fn skip_breaks(&mut self) -> Result<bool, Halt> {
        loop {
            let bytes = self.window.bytes();
            let breaks = bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let is_row = breaks < bytes.len();
            self.consume(breaks);
            if is_row {
                return Ok(true);
            }
            if self.is_ended || !self.read_more()? {
                return Ok(false);
            }
        }
    }

    /// Reads the row at the cursor.
    fn row(&mut self) -> Result<(), Halt> {
        loop {
            if self.window.position() < self.lines_until {
                return self.one_line();
            }
            let length = match self.rows.splitter.step(self.window.bytes(), self.is_ended) {
                Step::Row(length) => length,
                Step::More if self.window.bytes().len() <= LARGEST => {
                    self.read_more()?;
                    continue;
                }
                Step::More | Step::Unclosed => {
                    self.rows.splitter.restart();
                    self.lines_until = self.window.total();
                    continue;
                }
            };
            self.settle(length, None);
            return Ok(());
        }
    }

    /// Reads the line at the cursor as a row.
    fn one_line(&mut self) -> Result<(), Halt> {
        loop {
            if let Some((length, is_unclosed)) = self.rows.splitter.line(self.window.bytes(), self.is_ended) {
                let reason = "unclosed quote; the row was read to the end of the line";
                self.settle(length, is_unclosed.then_some((Cause::Quote, reason)));
                return Ok(());
            }
            if self.window.bytes().len() > LARGEST {
                self.rows.splitter.restart();
                return self.skip_line();
            }
            self.read_more()?;
        }
    }

    /// Leaves out the line at the cursor.
    fn skip_line(&mut self) -> Result<(), Halt> {
        self.problem(Cause::TooLarge, Some(self.index), "larger than 16 MiB; skipped");
        self.index += 1;
        loop {
            let end = memchr::memchr2(b'\n', b'\r', self.window.bytes());
            self.consume(end.unwrap_or(self.window.bytes().len()));
            if end.is_some() || !self.read_more()? {
                return Ok(());
            }
        }
    }

    /// Reads the row of these bytes, which has just been split, passes it to the sink and moves on.
    fn settle(&mut self, length: usize, problem: Option<(Cause, &str)>) {
        let kind = self.rows.read(&self.window.bytes()[..length]);
        if kind == Kind::Empty {
            return self.consume(length);
        }
        self.sink.raw(Raw::Item(self.index, self.window.position(), &self.window.bytes()[..length]));
        if let Some((cause, reason)) = problem {
            self.problem(cause, Some(self.index), reason);
        }
        let notes = self.rows.notes();
        match kind {
            Kind::Release => self.release(notes, None),
            _ => self.problem(Cause::NoRelease, Some(self.index), "no title, text or link"),
        }
        self.consume(length);
        self.index += 1;
    }

    /// Passes a release to the sink: one read ahead, or the one read last.
    fn release(&mut self, notes: Vec<Note>, ahead: Option<&Release>) {
        self.releases += 1;
        for (cause, reason) in notes {
            self.problem(cause, Some(self.index), reason.as_str());
        }
        self.sink.release(self.index, ahead.unwrap_or_else(|| self.rows.release()));
    }

    /// Reports a problem at the cursor.
    fn problem(&mut self, cause: Cause, item: Option<u64>, reason: &str) {
        let (source, byte) = (self.source.to_buf(), Some(self.window.position()));
        let reason = CleanBuf::line(&format!("line {}: {reason}", self.line));
        self.sink.problem(Problem { source, item, byte, cause, reason });
    }

    /// Delivers the rows that were read ahead from the cursor on. Returns whether there were any.
    fn rows_ahead(&mut self) -> Result<bool, Halt> {
        let position = self.window.position();
        if position < self.lines_until || !self.ahead.is_on(position, || self.rows.another()) {
            return Ok(false);
        }
        while self.window.bytes().len() < REACH && self.window.is_fast() {
            self.sink.waits();
            let has_more = self.window.read_ahead();
            if !self.progress(has_more)? {
                break;
            }
        }
        self.ahead.cut(position, self.window.bytes(), |bytes| self.rows.next_row(bytes));
        let Some(mut piece) = self.ahead.take(position) else { return Ok(false) };
        let has_rows = !piece.run.items.is_empty();
        for ((row, notes), release) in piece.run.items.iter_mut().zip(&piece.run.releases) {
            if self.sink.is_over() {
                return Err(Halt::Stopped);
            }
            let start = piece.start + row.start as u64;
            self.consume((start - self.window.position()) as usize);
            self.sink.raw(Raw::Item(self.index, start, &self.window.bytes()[..row.len()]));
            self.release(std::mem::take(notes), Some(release));
            self.consume(row.len());
            self.index += 1;
        }
        self.ahead.give_back(piece);
        Ok(has_rows)
    }

    /// Reads nothing ahead.
    #[cfg(test)]
    pub fn alone(mut self) -> Self {
        self.ahead.turn_off();
        self
    }
}

impl Parse for RowReader {
    /// What was left out of the row.
    type Item = Vec<Note>;

    fn parse(&mut self, bytes: &[u8], run: &mut Run<Vec<Note>>) {
        let mut at = 0;
        while !run.is_full() {
            let rest = bytes.get(at..).unwrap_or_default();
            at += rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let rest = bytes.get(at..).unwrap_or_default();
            let Step::Row(length) = self.splitter.step(rest, false) else { return self.splitter.restart() };
            if self.read(&rest[..length]) != Kind::Release {
                return;
            }
            let notes = self.notes();
            run.push(at..at + length, notes, self.release_mut());
            at += length;
        }
    }
}
