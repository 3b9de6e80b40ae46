//! JSON Lines: an object a line.
//!
//! A line break ends an item whatever is wrong with it, so a bad line costs a line. An item's index is its line's,
//! from 0, blank lines counted.

use memchr::memchr;

use super::scan::{Halt, LARGEST, Scan};
use super::splitter::{Splitter, Step, is_blank};
use crate::release::ProblemKind;

/// What stands at the cursor.
enum Line {
    /// So many bytes, the line break with them if there is one.
    Whole(usize),
    /// A line that was too large to be kept; it is behind the cursor.
    Passed,
    End,
}

impl Scan<'_> {
    /// Whether a source that is broken as one document looks like lines: the line after the first begins with a
    /// bracket too. Then the cursor stands at the first line's start again, and what was told is forgotten.
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

    /// Reads one object a line to the end of the source.
    pub fn lines(&mut self) -> Result<(), Halt> {
        for index in 0.. {
            self.index = index;
            let byte = self.window.position();
            match self.next_line()? {
                Line::Whole(length) => self.line(length),
                Line::Passed => {
                    let reason = "this line is longer than 64 MiB and was passed over";
                    self.problem(ProblemKind::Item, Some(index), byte, reason);
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
                    return Ok(Line::Passed);
                }
                return Ok(Line::Whole(length));
            }
            searched = bytes.len();
            if searched > LARGEST || is_too_long {
                is_too_long = true;
                self.window.let_go();
                self.window.consume(searched);
                searched = 0;
            }
            if !self.more()? {
                return Ok(match searched {
                    _ if is_too_long => Line::Passed,
                    0 => Line::End,
                    length => Line::Whole(length),
                });
            }
        }
    }

    /// Reads the line that the next `length` bytes are: one object, or several with a problem.
    fn line(&mut self, length: usize) {
        let index = self.index;
        let mut left = length;
        for nth in 0.. {
            let blanks = self.window.bytes()[..left].iter().take_while(|b| is_blank(**b)).count();
            self.window.consume(blanks);
            left -= blanks;
            let rest = &self.window.bytes()[..left];
            let Some(first) = rest.first() else { return };
            let is_bracket = matches!(first, b'{' | b'[');
            let step =
                if is_bracket { Splitter::new().run(rest, true) } else { Step::Done(rest.trim_ascii_end().len()) };
            let is_ended = rest.ends_with(b"\n");
            let byte = self.window.position();
            if nth == 1 {
                self.problem(ProblemKind::Syntax, Some(index), byte, "more follows on the line after its first value");
            }
            match step {
                Step::Done(_) if nth > 0 && !is_bracket => return self.window.consume(left),
                Step::Done(length) => {
                    self.index = index;
                    self.item(length);
                    left -= length;
                }
                Step::More | Step::Broken(..) => {
                    let (at, why) = match step {
                        Step::Broken(at, why) => (at, why.to_owned()),
                        _ if is_ended => (left, "the line ends inside a value".to_owned()),
                        _ => (left, format!("the source is cut off in item {index}")),
                    };
                    self.problem(ProblemKind::Syntax, Some(index), byte + at as u64, why);
                    return self.window.consume(left);
                }
            }
        }
    }
}
