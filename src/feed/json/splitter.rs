//! Finds the end of a JSON object, array or string without parsing it.
//!
//! It works on bytes as they arrive and resumes where it stopped. It recognises strings, escapes and brackets, and
//! checks that brackets match and that a valid character follows each string. This is enough to notice early that an
//! item is broken and its neighbours are about to be swallowed. The parser decides whether the value is valid JSON.

use memchr::memchr3;

/// Brackets nested deeper than this are only counted, not matched by kind.
const KINDS: u32 = 128;
/// How far after a line break in a string the beginning of another item is searched for.
const LOOK_AHEAD: usize = 256;

/// The result of scanning some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value ends before this offset.
    Done(usize),
    /// The bytes end first.
    More,
    /// At this offset the value becomes invalid.
    Broken(usize, &'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    AfterString,
}

/// The value being measured; offsets count from its first byte.
pub(super) struct Splitter {
    at: usize,
    depth: u32,
    deepest: u32,
    /// One bit per level, the innermost lowest: 1 is an object.
    kinds: u128,
    state: State,
}

impl Splitter {
    /// Makes a splitter for a value that begins with a bracket or a quote.
    pub fn new() -> Self {
        Self { at: 0, depth: 0, deepest: 0, kinds: 0, state: State::Outside }
    }

    /// Returns the number of bytes scanned.
    pub fn seen(&self) -> usize {
        self.at
    }

    /// Shifts the offsets by `n` bytes, for a value that is not kept. `n` is at most [`Splitter::seen`].
    pub fn forget(&mut self, n: usize) {
        self.at -= n;
    }

    /// Scans the new part of `bytes`, which start where the value starts. `last` means that no more will come.
    pub fn run(&mut self, bytes: &[u8], last: bool) -> Step {
        loop {
            let step = match self.state {
                State::Outside => self.outside(bytes),
                State::Inside => self.inside(bytes, last),
                State::AfterString => self.after_string(bytes),
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    fn outside(&mut self, bytes: &[u8]) -> Option<Step> {
        for (i, &byte) in bytes.iter().enumerate().skip(self.at) {
            match byte {
                b'"' => {
                    self.at = i + 1;
                    self.state = State::Inside;
                    return None;
                }
                b'{' | b'[' => {
                    self.kinds = (self.kinds << 1) | u128::from(byte == b'{');
                    self.depth += 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                b'}' | b']' => {
                    if self.depth == 0 || (self.deepest <= KINDS && (self.kinds & 1 == 1) != (byte == b'}')) {
                        self.at = i;
                        return Some(Step::Broken(i, "mismatched closing bracket"));
                    }
                    self.kinds >>= 1;
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.at = i + 1;
                        return Some(Step::Done(i + 1));
                    }
                }
                _ => {}
            }
        }
        self.at = bytes.len();
        Some(Step::More)
    }

    fn inside(&mut self, bytes: &[u8], last: bool) -> Option<Step> {
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr3(b'"', b'\\', b'\n', rest) else {
                self.at = bytes.len();
                return Some(Step::More);
            };
            self.at += found;
            match bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    if self.depth == 0 {
                        return Some(Step::Done(self.at));
                    }
                    self.state = State::AfterString;
                    return None;
                }
                b'\\' if self.at + 1 < bytes.len() => self.at += 2,
                b'\\' => return Some(Step::More),
                _ => match new_item_follows(&bytes[self.at..], last) {
                    None => return Some(Step::More),
                    Some(true) => return Some(Step::Broken(self.at, "unterminated string")),
                    Some(false) => self.at += 1,
                },
            }
        }
    }

    fn after_string(&mut self, bytes: &[u8]) -> Option<Step> {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let Some(blanks) = rest.iter().position(|&b| !is_blank(b)) else {
            self.at = bytes.len();
            return Some(Step::More);
        };
        self.at += blanks;
        if matches!(bytes[self.at], b',' | b':' | b'}' | b']') {
            self.state = State::Outside;
            return None;
        }
        Some(Step::Broken(self.at, "expected a comma, a colon or a closing bracket after the string"))
    }
}

/// Whether a byte is JSON white space.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether the text after a line break in a string looks like the end of the item or the beginning of another, which
/// means that the string was never closed. Returns `None` if more bytes are needed to decide.
fn new_item_follows(bytes: &[u8], last: bool) -> Option<bool> {
    let near = &bytes[..bytes.len().min(LOOK_AHEAD)];
    let complete = last || near.len() == LOOK_AHEAD;
    let mut marks = near.iter().filter(|b| !is_blank(**b));
    match marks.next() {
        Some(b'{') => Some(true),
        Some(b'}') => match marks.next() {
            Some(b',' | b']') => Some(true),
            None if !complete => None,
            _ => Some(false),
        },
        None if !complete => None,
        _ => Some(false),
    }
}

/// Finds where a list continues after a broken item: a `}` and a comma, or a line break, and then an object whose first
/// key is `key` (any key if no item has been read yet). `Ok` is the offset of that object's bracket. `Err` is the
/// number of bytes that cannot contain such a place and may be dropped.
pub(super) fn next_item(bytes: &[u8], key: Option<&[u8]>, last: bool) -> Result<usize, usize> {
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr2(b'}', b'\n', rest)) {
        let at = from + found;
        let near = &bytes[at..bytes.len().min(at + LOOK_AHEAD)];
        match item_offset(near, key) {
            Some(offset) => return Ok(at + offset),
            None if near.len() < LOOK_AHEAD && !last => return Err(at),
            None => from = at + 1,
        }
    }
    Err(bytes.len())
}

fn item_offset(near: &[u8], key: Option<&[u8]>) -> Option<usize> {
    let mut marks = near.iter().enumerate().skip(1).filter(|(_, b)| !is_blank(**b));
    let mut mark = marks.next()?;
    if near[0] == b'}' {
        if *mark.1 != b',' {
            return None;
        }
        mark = marks.next()?;
    }
    let quote = marks.next()?;
    if *mark.1 != b'{' || *quote.1 != b'"' {
        return None;
    }
    let rest = &near[quote.0 + 1..];
    key.is_none_or(|key| rest.starts_with(key) && rest.get(key.len()) == Some(&b'"')).then_some(mark.0)
}

/// Returns the first key of an object as written, or `None` if it is too long to be useful for finding the next item.
pub(super) fn first_key(object: &[u8]) -> Option<&[u8]> {
    let mut parts = object.get(..object.len().min(LOOK_AHEAD / 2))?.split(|b| *b == b'"');
    parts.next().filter(|before| before.iter().all(|b| *b == b'{' || is_blank(*b)))?;
    let key = parts.next()?;
    parts.next().map(|_| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Step {
        Splitter::new().run(text.as_bytes(), true)
    }

    #[test]
    fn a_value_ends_at_its_own_bracket() {
        for text in [r#"{"a":"}\"]\\","b":[{},[]]}"#, "[]", r#""a\"b""#, "{\"a\":\"x\ny\"}"] {
            assert_eq!(whole(&format!("{text}, {{}}]")), Step::Done(text.len()), "{text}");
            for cut in 0..text.len() {
                let mut splitter = Splitter::new();
                assert_eq!(splitter.run(&text.as_bytes()[..cut], false), Step::More, "{text} cut at {cut}");
                assert_eq!(splitter.run(text.as_bytes(), true), Step::Done(text.len()), "{text} cut at {cut}");
            }
        }
    }

    #[test]
    fn an_item_that_swallows_its_neighbours_is_noticed() {
        assert!(matches!(whole("{\"a\":\"x\n{\"a\":\"y\"}"), Step::Broken(7, _)));
        assert!(matches!(whole("{\"a\":\"x\n},\n{\"a\":\"y\"}"), Step::Broken(7, _)));
        assert!(matches!(whole(r#"{"a":"5" tall"},"#), Step::Broken(9, _)));
        assert!(matches!(whole(r#"{"a":[1},"#), Step::Broken(7, _)));
    }

    #[test]
    fn the_end_is_found_at_any_depth() {
        let deep = "[".repeat(300) + &"]".repeat(300);
        let mut splitter = Splitter::new();
        assert_eq!(splitter.run(deep.as_bytes(), true), Step::Done(600));
    }

    #[test]
    fn a_list_continues_at_the_next_object_with_the_known_first_key() {
        let text = br#"tall", "by": [{"name":"A"}, {"name":"B"}]}, { "id": 2}"#;
        assert_eq!(next_item(text, Some(b"id"), true), Ok(44));
        assert_eq!(next_item(text, None, true), Ok(28));
        assert_eq!(next_item(b"x\n  {\"id\":3}", Some(b"id"), true), Ok(4));
        assert_eq!(next_item(b"no more}]}", None, true), Err(10));
        assert_eq!(next_item(b"abc}, ", None, false), Err(3));
        assert_eq!(first_key(b"{ \"id\" :1}"), Some(&b"id"[..]));
    }
}
