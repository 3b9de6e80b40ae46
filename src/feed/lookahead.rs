//! A reader whose beginning can be inspected before it is read.

use std::io::{self, ErrorKind, Read};

/// The bytes read at once while looking ahead.
const STEP: usize = 4096;

/// A reader that returns the inspected bytes first, and then the rest of the source.
pub(super) struct Lookahead<R> {
    input: R,
    head: Vec<u8>,
    /// How much of the head has been read.
    given: usize,
    is_ended: bool,
    /// An error while looking ahead, returned after the bytes before it.
    error: Option<io::Error>,
}

impl<R: Read> Lookahead<R> {
    pub fn new(input: R) -> Self {
        Self { input, head: Vec::new(), given: 0, is_ended: false, error: None }
    }

    /// Returns the first bytes: until they are `enough`, or the source ends, or slightly more than `most`.
    pub fn look(&mut self, most: usize, enough: impl Fn(&[u8]) -> bool) -> &[u8] {
        while !self.is_ended && self.error.is_none() && self.head.len() < most && !enough(&self.head) {
            let start = self.head.len();
            self.head.resize(start + STEP, 0);
            let read = match self.input.read(&mut self.head[start..]) {
                Ok(read) => {
                    self.is_ended = read == 0;
                    read
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => 0,
                Err(error) => {
                    self.error = Some(error);
                    0
                }
            };
            self.head.truncate(start + read);
        }
        &self.head
    }

    /// Whether nothing follows the inspected bytes.
    pub fn is_ended(&self) -> bool {
        self.is_ended || self.error.is_some()
    }
}

impl<R> Lookahead<R> {
    /// Returns the inspected bytes that have not been read, mutably.
    pub fn head_mut(&mut self) -> &mut [u8] {
        &mut self.head[self.given..]
    }

    /// Puts back bytes that were read, so that they are read or inspected again.
    pub fn put_back(&mut self, bytes: &[u8]) {
        self.head = [bytes, &self.head[self.given..]].concat();
        self.given = 0;
    }
}

impl<R: Read> Read for Lookahead<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given < self.head.len() {
            let read = (&self.head[self.given..]).read(out)?;
            self.given += read;
            return Ok(read);
        }
        self.head = Vec::new();
        self.given = 0;
        match self.error.take() {
            Some(error) => Err(error),
            None if self.is_ended => Ok(0),
            None => self.input.read(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inspected_bytes_are_read_again() {
        let bytes: Vec<u8> = (0..20_000_u32).map(|n| n as u8).collect();
        let mut input = Lookahead::new(bytes.as_slice());
        assert!(input.look(10, |head| head.len() >= 4).len() >= 4);
        assert_eq!(input.look(9_000, |_| false).len(), 3 * STEP);
        let mut part = [0; 9_000];
        input.read_exact(&mut part).expect("memory");
        input.put_back(&part[5..]);
        assert_eq!(input.look(10, |_| false)[..9], bytes[5..14]);
        let mut all = Vec::new();
        input.read_to_end(&mut all).expect("memory");
        assert!(all == bytes[5..]);
    }

    #[test]
    fn an_error_comes_after_the_bytes_before_it() {
        struct Fails(bool);
        impl Read for Fails {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("gone"));
                }
                out[0] = b'a';
                Ok(1)
            }
        }
        let mut input = Lookahead::new(Fails(false));
        assert_eq!(input.look(10, |_| false), b"a");
        let mut all = Vec::new();
        assert_eq!(input.read_to_end(&mut all).map_err(|error| error.to_string()), Err("gone".to_owned()));
        assert_eq!(all, b"a");
    }
}
