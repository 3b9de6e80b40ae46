//! The items of a JSON array, one after another.
//!
//! A broken item costs only itself. If its end cannot be found, reading continues at the next place that looks like the
//! beginning of an item, and a problem reports this.

use super::scan::{Extent, Halt, Scan, TOO_LARGE};
use crate::release::Cause;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    ItemOrEnd,
    Item,
    CommaOrEnd,
}

impl Scan<'_> {
    /// Reads the items and the closing bracket; the opening one has been consumed.
    pub fn list(&mut self) -> Result<(), Halt> {
        let mut expected = Expected::ItemOrEnd;
        loop {
            let byte = self.peek()?;
            match (byte, expected) {
                (None, _) => return self.cut_off(self.window.position(), "before"),
                (Some(b']'), _) => {
                    if expected == Expected::Item {
                        self.slip(Cause::Comma, "unexpected comma before the closing bracket");
                    }
                    self.window.consume(1);
                    return Ok(());
                }
                (Some(b'}'), _) => return self.syntax("found }, expected ] at the end of the list"),
                (Some(b','), _) => {
                    if expected != Expected::CommaOrEnd {
                        self.slip(Cause::Comma, "found a comma, expected an item");
                    }
                    self.window.consume(1);
                    expected = Expected::Item;
                }
                (Some(_), _) => {
                    if expected == Expected::CommaOrEnd {
                        self.slip(Cause::Comma, "missing comma before this item");
                    }
                    expected = if expected != Expected::CommaOrEnd && self.items_ahead()? {
                        Expected::CommaOrEnd
                    } else {
                        self.list_item()?
                    };
                }
            }
        }
    }

    fn slip(&mut self, cause: Cause, reason: &'static str) {
        let (item, byte) = (Some(self.index), self.window.position());
        self.problem(cause, item, byte, reason);
    }

    /// Reports that the source ends before or in the next item.
    fn cut_off<T>(&mut self, byte: u64, at: &str) -> Result<T, Halt> {
        let reason = format!("the source is cut off {at} item {}", self.index);
        self.problem(Cause::CutOff, Some(self.index), byte, reason);
        Err(Halt::Reported)
    }

    /// Reads objects one after another, without separators, to the end of the source.
    pub fn objects(&mut self) -> Result<(), Halt> {
        loop {
            match self.peek()? {
                None => return Ok(()),
                Some(b'{') => drop(self.list_item()?),
                Some(_) => {
                    self.slip(Cause::Malformed, "skipped unexpected text between the objects");
                    if !self.find_next_item(0)? {
                        return Err(Halt::Reported);
                    }
                }
            }
        }
    }

    /// Reads one item. Returns what may follow it.
    fn list_item(&mut self) -> Result<Expected, Halt> {
        if self.item_at_once(None) {
            return Ok(Expected::CommaOrEnd);
        }
        let byte = self.window.position();
        match self.extent() {
            Ok(Extent::Whole(length)) => self.item(length),
            Ok(Extent::TooLarge) => {
                self.problem(Cause::TooLarge, Some(self.index), byte, TOO_LARGE);
                self.index += 1;
            }
            Ok(Extent::Broken(at, why)) => {
                let broken = self.window.position() + at as u64;
                let found = self.find_next_item(at);
                let outcome = if matches!(found, Ok(true)) {
                    format!("; reading continued at byte {}", self.window.position())
                } else {
                    "; the rest could not be read".to_owned()
                };
                self.problem(Cause::Malformed, Some(self.index), broken, format!("{why}{outcome}"));
                self.index += 1;
                if !found? {
                    return Err(Halt::Reported);
                }
                return Ok(Expected::Item);
            }
            Err(Halt::Cut) => return self.cut_off(byte, "in"),
            Err(halt) => return Err(halt),
        }
        Ok(Expected::CommaOrEnd)
    }
}
