//! A source whose beginning can be looked at before it is read.

use std::io::{self, ErrorKind, Read};

/// Bytes read at one go while looking ahead.
const STEP: usize = 4096;

/// A reader that gives what was looked at first, and then the rest as it comes.
pub(super) struct Lookahead<R> {
    input: R,
    head: Vec<u8>,
    /// How much of the head has been given.
    given: usize,
    is_ended: bool,
    /// What went wrong while looking: told when what came before has been given.
    error: Option<io::Error>,
}

impl<R: Read> Lookahead<R> {
    pub fn new(input: R) -> Self {
        Self { input, head: Vec::new(), given: 0, is_ended: false, error: None }
    }

    /// The first bytes: as many as make them `enough`, or all there are, or the first `most` and some.
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
}

impl<R> Lookahead<R> {
    /// What was looked at and has not been read, to be changed.
    pub fn head_mut(&mut self) -> &mut [u8] {
        &mut self.head[self.given..]
    }

    /// Bytes that were read are to be read, or looked at, once more.
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
    fn what_was_looked_at_is_read_again() {
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
    fn an_error_comes_after_what_came_before_it() {
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
