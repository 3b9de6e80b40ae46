//! Line numbers of byte positions, within a bounded window of the source.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// The bytes of the source in one [`Block`].
const BLOCK: u64 = 64;
/// The most blocks kept: slightly more than is read at once. Bytes further back have no line number.
const BLOCKS: usize = (80 << 20) / BLOCK as usize;

/// The line breaks from the last released byte onwards.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The last blocks read.
    blocks: VecDeque<Block>,
    /// The number of blocks dropped before them.
    gone: u64,
    /// Bytes before this one are no longer needed.
    floor: u64,
    read: u64,
    /// The number of line breaks so far.
    breaks: u64,
    /// Whether a non-ASCII byte has been read.
    pub has_other_than_ascii: bool,
}

/// The line breaks among some bytes, in constant space: a source may consist of nothing but line breaks.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// The number of line breaks before it.
    before: u64,
    /// A bit for each byte, lowest first, set if it is a line break.
    breaks: u64,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        let start = self.read;
        self.read += bytes.len() as u64;
        self.has_other_than_ascii |= !bytes.is_ascii();
        for at in memchr::memchr_iter(b'\n', bytes).map(|at| start + at as u64) {
            self.fill(at / BLOCK);
            if let Some(block) = self.blocks.back_mut() {
                block.breaks |= 1 << (at % BLOCK);
            }
            self.breaks += 1;
        }
        if let Some(last) = self.read.checked_sub(1) {
            self.fill(last / BLOCK);
        }
    }

    /// Adds blocks up to this number.
    fn fill(&mut self, number: u64) {
        while self.gone + (self.blocks.len() as u64) <= number {
            self.blocks.push_back(Block { before: self.breaks, breaks: 0 });
            if self.blocks.len() > BLOCKS {
                self.blocks.pop_front();
                self.gone += 1;
            }
        }
    }

    /// Returns the line of a byte, from 1, or `None` for a byte that was released or is too far back.
    pub fn line(&self, byte: u64) -> Option<u64> {
        if byte < self.floor {
            return None;
        }
        let block = (byte / BLOCK).checked_sub(self.gone)?;
        let before = match self.blocks.get(block as usize) {
            Some(block) => block.before + u64::from((block.breaks & ((1 << (byte % BLOCK)) - 1)).count_ones()),
            None => self.breaks,
        };
        Some(before + 1)
    }

    /// Releases the bytes before this one.
    pub fn forget_before(&mut self, byte: u64) {
        self.floor = self.floor.max(byte);
        let gone = (byte / BLOCK).saturating_sub(self.gone).min(self.blocks.len() as u64);
        self.blocks.drain(..gone as usize);
        self.gone += gone;
    }
}

/// A reader that passes everything it reads to [`Lines`].
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
    fn lines_count_from_one_however_the_text_is_split() {
        let mut lines = Lines::default();
        lines.push(b"a\nb");
        lines.push(b"\n\nc");
        let numbers = |lines: &Lines| [0, 1, 2, 3, 4, 5].map(|byte| lines.line(byte));
        assert_eq!(numbers(&lines), [Some(1), Some(1), Some(2), Some(2), Some(3), Some(4)]);
        lines.forget_before(4);
        assert_eq!(numbers(&lines), [None, None, None, None, Some(3), Some(4)]);
    }

    #[test]
    fn a_source_of_line_breaks_alone_takes_a_fraction_of_its_size() {
        let mut lines = Lines::default();
        let piece = vec![b'\n'; 1 << 16];
        for _ in 0..1_312 {
            lines.push(&piece);
        }
        let end = 1_312 << 16;
        assert_eq!((lines.blocks.len(), lines.line(end - 1), lines.line(end + 9)), (BLOCKS, Some(end), Some(end + 1)));
        let kept = end - BLOCKS as u64 * BLOCK;
        assert_eq!((lines.line(kept), lines.line(kept - 1)), (Some(kept + 1), None));
        lines.forget_before(end - 1);
        assert_eq!((lines.blocks.len(), lines.line(end - 1)), (1, Some(end)));
    }

    #[test]
    fn line_numbers_equal_counted_line_breaks() {
        let text: Vec<u8> = (0..1_000_u32).map(|n| if n.wrapping_mul(n) % 7 == 2 { b'\n' } else { b'a' }).collect();
        for size in [1, 63, 64, 65, 999] {
            let mut lines = Lines::default();
            text.chunks(size).for_each(|piece| lines.push(piece));
            let counted = |at: usize| memchr::memchr_iter(b'\n', &text[..at]).count() as u64 + 1;
            for floor in [0, 100, 640] {
                lines.forget_before(floor as u64);
                assert!((floor..1_000).all(|at| lines.line(at as u64) == Some(counted(at))), "{size}, {floor}");
            }
        }
    }
}
