//! The moving window over a source: bytes that have been read and are still needed.
//!
//! A short read (a slow pipe) is passed on at once; nothing waits for a full buffer. The caller determines memory use:
//! it releases bytes with [`Window::consume`], or keeps them from some point on with [`Window::hold`]. Nothing here
//! depends on JSON.

use std::io::{self, ErrorKind, Read};

/// The first read is small, so that the first releases appear early.
const FIRST_READ: usize = 64 << 10;
/// The largest single read. Larger reads exceed the processor's caches and gain nothing.
const READ: usize = 1 << 18;

/// The size of the buffer when items are read ahead.
const AHEAD: usize = 12 * READ;

/// Bytes of a source with a cursor. `start <= at <= end <= buffer.len()`.
pub(super) struct Window<'r> {
    input: &'r mut dyn Read,
    buffer: Vec<u8>,
    /// The start of the bytes to keep: the cursor, or where a hold was set.
    start: usize,
    /// The cursor.
    at: usize,
    /// The end of the bytes read.
    end: usize,
    /// The position in the source of the buffer's first byte.
    origin: u64,
    held: bool,
    finished: bool,
    /// Whether the last read returned all that was asked for.
    is_fast: bool,
    /// The error of a read ahead, returned by the next read.
    error: Option<io::Error>,
}

impl<'r> Window<'r> {
    pub fn new(input: &'r mut dyn Read) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            at: 0,
            end: 0,
            origin: 0,
            held: false,
            finished: false,
            is_fast: false,
            error: None,
        }
    }

    /// Returns the bytes read but not consumed.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// Returns the cursor's position in the source.
    pub fn position(&self) -> u64 {
        self.origin + self.at as u64
    }

    /// Returns the number of bytes read so far.
    pub fn total(&self) -> u64 {
        self.origin + self.end as u64
    }

    /// Moves the cursor over `n` bytes of [`Window::bytes`].
    pub fn consume(&mut self, n: usize) {
        self.at += n;
        debug_assert!(self.at <= self.end);
        if !self.held {
            self.start = self.at;
        }
    }

    /// Keeps everything from the cursor on, consumed or not, until [`Window::release`].
    pub fn hold(&mut self) {
        self.start = self.at;
        self.held = true;
    }

    pub fn release(&mut self) {
        self.start = self.at;
        self.held = false;
    }

    /// Returns the bytes consumed since the hold.
    pub fn held(&self) -> &[u8] {
        &self.buffer[self.start..self.at]
    }

    /// Whether there is a hold.
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Moves the cursor back to where the hold was set, and releases it.
    pub fn rewind(&mut self) {
        self.at = self.start;
        self.held = false;
    }

    /// Whether the next read will probably not wait, as in a file: the last one returned all that was asked for.
    pub fn is_fast(&self) -> bool {
        self.is_fast
    }

    /// Reads once while there are bytes that have not been consumed. Returns `false` if nothing arrived; the next read
    /// says why.
    pub fn read_ahead(&mut self) -> bool {
        // With this much room, each byte is moved about once.
        if self.buffer.len() < AHEAD {
            self.buffer.resize(AHEAD, 0);
        }
        match self.read(false) {
            Ok(more) => more,
            Err(error) => {
                self.error = Some(error);
                self.is_fast = false;
                false
            }
        }
    }

    /// Reads once from the source. Returns `false` at its end.
    pub fn read_more(&mut self) -> io::Result<bool> {
        self.read(true)
    }

    /// Reads once. The bytes to keep are moved to the front of the buffer if they may be, or if there is no room.
    fn read(&mut self, may_move: bool) -> io::Result<bool> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if self.finished {
            return Ok(false);
        }
        let size = if self.total() == 0 { FIRST_READ } else { READ };
        if self.start > 0 && (may_move || self.buffer.len() < self.end + size) {
            self.buffer.copy_within(self.start..self.end, 0);
            self.origin += self.start as u64;
            self.at -= self.start;
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + size {
            self.buffer.resize(self.end + size, 0);
        }
        let read = loop {
            match self.input.read(&mut self.buffer[self.end..self.end + size]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.end += read;
        self.is_fast = read == size;
        self.finished = read == 0;
        Ok(read > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_bytes_survive_reads_and_positions_count_from_the_start() {
        let bytes: Vec<u8> = (0..3 * READ).map(|i| (i % 251) as u8).collect();
        let mut input = bytes.as_slice();
        let mut window = Window::new(&mut input);
        assert!(window.read_more().expect("memory"));
        assert_eq!(window.bytes().len(), FIRST_READ);
        window.consume(1000);
        window.hold();
        window.consume(500);
        while window.read_more().expect("memory") {}
        assert_eq!((window.held(), window.position()), (&bytes[1000..1500], 1500));
        assert_eq!(window.bytes(), &bytes[1500..]);
        window.rewind();
        assert_eq!((window.position(), window.total()), (1000, bytes.len() as u64));
    }
}
