//! Which line a byte of a source stands in, known for as long as it can be asked.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// Where lines end, from the last byte that was let go of on.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Positions of line breaks, each counted from the start of the source.
    breaks: VecDeque<u64>,
    /// How many were let go of, and up to where.
    gone: u64,
    floor: u64,
    read: u64,
    /// Whether a byte beyond ASCII has come.
    pub has_other_than_ascii: bool,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.breaks.extend(memchr::memchr_iter(b'\n', bytes).map(|at| self.read + at as u64));
        self.read += bytes.len() as u64;
        self.has_other_than_ascii |= !bytes.is_ascii();
    }

    /// The line of a byte, from 1; `None` for a byte that was let go of.
    pub fn line(&self, byte: u64) -> Option<u64> {
        let before = self.breaks.partition_point(|&at| at < byte) as u64;
        (byte >= self.floor).then_some(self.gone + before + 1)
    }

    /// Nobody will ask for a byte before this one.
    pub fn let_go(&mut self, byte: u64) {
        let before = self.breaks.partition_point(|&at| at < byte);
        self.breaks.drain(..before);
        self.gone += before as u64;
        self.floor = self.floor.max(byte);
    }
}

/// Tells [`Lines`] of all that passes.
pub(super) struct Counted<R> {
    pub input: R,
    pub lines: Rc<RefCell<Lines>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.lines.borrow_mut().push(&out[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one_however_the_text_comes() {
        let mut lines = Lines::default();
        lines.push(b"a\nb");
        lines.push(b"\n\nc");
        let told = |lines: &Lines| [0, 1, 2, 3, 4, 5].map(|byte| lines.line(byte));
        assert_eq!(told(&lines), [Some(1), Some(1), Some(2), Some(2), Some(3), Some(4)]);
        lines.let_go(4);
        assert_eq!(told(&lines), [None, None, None, None, Some(3), Some(4)]);
        assert_eq!(lines.breaks.len(), 1);
    }
}
