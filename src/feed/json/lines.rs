//! JSON Lines: one object per line.
//!
//! A line break ends an item whatever is wrong with it, so that a bad line costs only itself. An item's index is that
//! of its line, from 0, including blank lines.

use memchr::memchr;

use super::scan::{Halt, LARGEST, Scan, TOO_LARGE};
use super::splitter::{Splitter, Step};
use crate::feed::blank;
use crate::release::Cause;

/// The line at the cursor.
enum Line {
    /// This many bytes, including the line break if there is one.
    Whole(usize),
    /// A line that was too large to keep; the cursor is already after it.
    TooLong,
    End,
}

impl Scan<'_> {
    /// Whether a source that is invalid as one document looks like lines: the second line begins with a bracket too. If
    /// so, the cursor is back at the start of the first line, and what was reported is discarded.
    pub fn first_line_is_one_of_many(&mut self) -> Result<bool, Halt> {
        if !self.window.is_held() {
            return Ok(false);
        }
        self.window.rewind();
        self.window.hold();
        let Line::Whole(length) = self.next_line()? else { return Ok(false) };
        self.window.consume(length);
        let answer = self.peek()? == Some(b'{');
        self.window.rewind();
        if answer {
            self.forget();
        }
        Ok(answer)
    }

    /// Reads one object per line to the end of the source.
    pub fn lines(&mut self) -> Result<(), Halt> {
        self.report_lines();
        for index in 0.. {
            self.check_budget()?;
            self.index = index;
            let byte = self.window.position();
            match self.next_line()? {
                Line::Whole(length) => self.line(length),
                Line::TooLong => {
                    self.problem(Cause::TooLarge, Some(index), byte, TOO_LARGE);
                }
                Line::End => break,
            }
        }
        Ok(())
    }

    fn next_line(&mut self) -> Result<Line, Halt> {
        let (mut searched, mut is_too_long) = (0, false);
        loop {
            let bytes = self.window.bytes();
            if let Some(found) = memchr(b'\n', bytes.get(searched..).unwrap_or_default()) {
                let length = searched + found + 1;
                if is_too_long {
                    self.window.consume(length);
                    return Ok(Line::TooLong);
                }
                return Ok(Line::Whole(length));
            }
            searched = bytes.len();
            if searched > LARGEST || is_too_long {
                is_too_long = true;
                self.window.release();
                self.window.consume(searched);
                searched = 0;
            }
            if !self.read_more()? {
                return Ok(match searched {
                    _ if is_too_long => Line::TooLong,
                    0 => Line::End,
                    length => Line::Whole(length),
                });
            }
        }
    }

    /// Reads the line in the next `length` bytes: one object, or several with a problem.
    fn line(&mut self, length: usize) {
        let index = self.index;
        let end = self.window.position() + length as u64;
        for nth in 0.. {
            self.window.consume(blank::length(&self.window.bytes()[..self.left(end)]));
            let left = self.left(end);
            if left == 0 {
                return;
            }
            self.index = index;
            if nth == 1 {
                let reason = "found more than one value on the line";
                self.problem(Cause::Malformed, Some(index), self.window.position(), reason);
            }
            let is_object = self.window.bytes()[0] == b'{';
            if (nth > 0 && !is_object) || !self.line_value(left) {
                self.window.consume(self.left(end));
                return;
            }
        }
    }

    /// Returns how many bytes of the line that ends at `end` are not consumed.
    fn left(&self, end: u64) -> usize {
        (end - self.window.position()) as usize
    }

    /// Reads the value at the cursor, within the `left` bytes of its line. Returns `false` if it does not end there.
    fn line_value(&mut self, left: usize) -> bool {
        if self.item_at_once(Some(left)) {
            return true;
        }
        let rest = &self.window.bytes()[..left];
        let step = match rest[0] {
            b'{' | b'[' => Splitter::new().run(rest, true),
            _ => Step::Done(rest.trim_ascii_end().len()),
        };
        let (at, cause, why) = match step {
            Step::Done(length) => {
                self.item(length);
                return true;
            }
            Step::Broken(at, why) => (at, Cause::Malformed, why.to_owned()),
            Step::More if rest.ends_with(b"\n") => (left, Cause::Malformed, "the line ends within a value".to_owned()),
            Step::More => (left, Cause::CutOff, format!("the source is cut off in item {}", self.index)),
        };
        self.problem(cause, Some(self.index), self.window.position() + at as u64, why);
        false
    }
}
