//! What folding changed in a text, so that the text can be restored from the folded one.
//!
//! The changes are a list of steps along the folded text. Each step copies some bytes and then changes the next ones:
//!
//! | first byte | bytes to copy | then |
//! | --- | --- | --- |
//! | 0 to 126 | the value | one ASCII capital, which was folded to lower case |
//! | 127 | 127 | nothing |
//! | 128 to 254 | the value - 128 | a replacement |
//! | 255 | a number follows | nothing |
//!
//! A replacement is a byte with the number of folded bytes to skip (high half) and of original bytes that follow (low
//! half), or 255 and these as two numbers; then the original bytes. A number has seven bits in each byte, lowest first;
//! all but the last byte have the highest bit set. What follows the last step is copied.
//!
//! In most languages, this takes a few per cent of the text. Where the changes would take more than the text, the whole
//! text is one replacement.

use std::ops::Range;

use super::{Report, ascii, fold_reporting};

/// The most bytes that a step can copy before it changes something.
const MOST: usize = 126;
const COPY: u8 = 127;
const REPLACE: u8 = 128;
const LONG: u8 = 255;
/// Both lengths of a short replacement are smaller than this.
const SHORT: usize = 15;

/// Writes the steps.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    steps: &'a mut Vec<u8>,
    /// The bytes to copy before the next change.
    waiting: usize,
    /// Whether the steps of the current text do not restore it.
    is_wrong: bool,
}

impl<'a> Writer<'a> {
    /// Appends the steps of consecutive texts to a list.
    pub fn new(steps: &'a mut Vec<u8>) -> Self {
        Self { steps, waiting: 0, is_wrong: false }
    }

    /// Appends the folded text to `out` and notes what folding changed.
    pub fn fold(&mut self, text: &str, out: &mut String) {
        let (first, waiting, start) = (self.steps.len(), self.waiting, out.len());
        self.is_wrong = false;
        fold_reporting(text, out, self);
        if self.is_wrong || self.steps.len() - first > text.len() {
            self.steps.truncate(first);
            self.waiting = waiting;
            self.replaced(text, out.len() - start);
        }
    }

    /// Passes bytes that stand between two texts.
    pub fn pass(&mut self, bytes: usize) {
        self.waiting += bytes;
    }

    /// Takes the number of bytes to copy before a change.
    fn copied_before(&mut self) -> u8 {
        let waiting = std::mem::take(&mut self.waiting);
        match waiting.checked_sub(MOST + 1) {
            None => waiting as u8,
            Some(rest) if rest <= MOST => {
                self.steps.push(COPY);
                rest as u8
            }
            Some(_) => {
                self.steps.push(LONG);
                self.number(waiting);
                0
            }
        }
    }

    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.steps.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.steps.push(number as u8);
    }
}

impl Report for Writer<'_> {
    fn lowered(&mut self, ascii: &str) {
        let mut done = 0;
        ascii::each_capital(ascii, |at| {
            self.waiting += at - done;
            let copied = self.copied_before();
            self.steps.push(copied);
            done = at + 1;
        });
        self.waiting += ascii.len() - done;
    }

    fn copied(&mut self, bytes: usize) {
        self.waiting += bytes;
    }

    fn replaced(&mut self, original: &str, appended: usize) {
        let copied = self.copied_before();
        self.steps.push(REPLACE + copied);
        if appended < SHORT && original.len() < SHORT {
            self.steps.push((appended << 4 | original.len()) as u8);
        } else {
            self.steps.push(LONG);
            self.number(appended);
            self.number(original.len());
        }
        self.steps.extend_from_slice(original.as_bytes());
    }

    fn changed_earlier(&mut self) {
        self.is_wrong = true;
    }
}

/// Reads the steps.
struct Steps<'a>(&'a [u8]);

/// What a step does after copying.
enum Change<'a> {
    Nothing,
    Capital,
    /// Skips folded bytes and puts these in their place.
    Replacement(usize, &'a [u8]),
}

impl<'a> Steps<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }

    fn replacement(&mut self) -> Option<Change<'a>> {
        let (skipped, length) = match self.byte()? {
            LONG => (self.number()?, self.number()?),
            lengths => (usize::from(lengths >> 4), usize::from(lengths & 0xF)),
        };
        let (original, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Change::Replacement(skipped, original))
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = (usize, Change<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.byte()? {
            LONG => (self.number()?, Change::Nothing),
            COPY => (usize::from(COPY), Change::Nothing),
            first if first < COPY => (usize::from(first), Change::Capital),
            first => (usize::from(first - REPLACE), self.replacement()?),
        })
    }
}

/// Restores one of several consecutive texts from the folded ones and all their changes; `range` is where it is in the
/// folded ones. Stops after `most` bytes of it, at the end of a character.
pub(super) fn restore(folded: &str, range: Range<usize>, steps: &[u8], most: usize) -> String {
    let mut out = String::with_capacity(most.min(range.len() + range.len() / 16));
    let copy = |out: &mut String, from: usize, to: usize| {
        let from = from.max(range.start);
        let mut to = to.min(range.end).min(from.saturating_add(most - out.len().min(most)));
        while !folded.is_char_boundary(to) {
            to += 1;
        }
        out.push_str(folded.get(from..to).unwrap_or_default());
    };
    // A step that changes nothing may end within a character, so what it copies waits for the next change.
    let (mut at, mut done) = (0, 0);
    for (copied, change) in Steps(steps) {
        at += copied;
        if at > range.end || out.len() >= most {
            break;
        }
        if matches!(change, Change::Nothing) {
            continue;
        }
        copy(&mut out, done, at);
        if out.len() >= most {
            return out;
        }
        let is_inside = at >= range.start;
        match change {
            Change::Nothing => {}
            Change::Capital => {
                if let Some(&letter) = folded.as_bytes().get(at).filter(|_| is_inside) {
                    out.push(char::from(letter.to_ascii_uppercase()));
                }
                at += 1;
            }
            Change::Replacement(skipped, original) => {
                if is_inside {
                    out.push_str(std::str::from_utf8(original).unwrap_or_default());
                }
                at += skipped;
            }
        }
        done = at;
    }
    copy(&mut out, done, range.end);
    out
}
