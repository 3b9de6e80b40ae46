//! The items of a JSON array, one after another.
//!
//! What is wrong with one item costs that item. Where an item has no end that could be found, reading goes on at the
//! next place that looks like the beginning of another; a problem says so.

use super::scan::{Extent, Halt, Scan, TOO_LARGE};
use crate::release::Cause;

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    ItemOrEnd,
    Item,
    CommaOrEnd,
}

impl Scan<'_> {
    /// Reads the items up to and with the closing bracket; the opening one is consumed.
    pub fn list(&mut self) -> Result<(), Halt> {
        let mut expected = Expected::ItemOrEnd;
        loop {
            let byte = self.peek()?;
            match (byte, expected) {
                (None, _) => return self.cut_off(self.window.position(), "before"),
                (Some(b']'), _) => {
                    if expected == Expected::Item {
                        self.slip(Cause::Comma, "a comma stands before the closing bracket");
                    }
                    self.window.consume(1);
                    return Ok(());
                }
                (Some(b'}'), _) => return self.syntax("a list is closed by } where ] is expected"),
                (Some(b','), _) => {
                    if expected != Expected::CommaOrEnd {
                        self.slip(Cause::Comma, "a comma stands where an item is expected");
                    }
                    self.window.consume(1);
                    expected = Expected::Item;
                }
                (Some(_), _) => {
                    if expected == Expected::CommaOrEnd {
                        self.slip(Cause::Comma, "a comma is missing before this item");
                    }
                    expected = self.list_item()?;
                }
            }
        }
    }

    fn slip(&mut self, cause: Cause, reason: &'static str) {
        let (item, byte) = (Some(self.index), self.window.position());
        self.problem(cause, item, byte, reason);
    }

    /// The source ends before or in the item that would be next.
    fn cut_off<T>(&mut self, byte: u64, at: &str) -> Result<T, Halt> {
        let reason = format!("the source is cut off {at} item {}", self.index);
        self.problem(Cause::CutOff, Some(self.index), byte, reason);
        Err(Halt::Told)
    }

    /// Reads objects one after another, with nothing between them, to the end of the source.
    pub fn objects(&mut self) -> Result<(), Halt> {
        loop {
            match self.peek()? {
                None => return Ok(()),
                Some(b'{') => drop(self.list_item()?),
                Some(_) => {
                    self.slip(Cause::Malformed, "found something between the objects; it was skipped");
                    if !self.find_next_item(0)? {
                        return Err(Halt::Told);
                    }
                }
            }
        }
    }

    /// Reads one item and says what may stand behind it.
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
                    format!("; reading went on at byte {}", self.window.position())
                } else {
                    "; what follows could not be read".to_owned()
                };
                self.problem(Cause::Malformed, Some(self.index), broken, format!("{why}{outcome}"));
                self.index += 1;
                if !found? {
                    return Err(Halt::Told);
                }
                return Ok(Expected::Item);
            }
            Err(Halt::Cut) => return self.cut_off(byte, "in"),
            Err(halt) => return Err(halt),
        }
        Ok(Expected::CommaOrEnd)
    }
}
