//! One row: bytes in, cells out.
//!
//! A line without quotes is split where it stands. Any other row goes to `csv_core`, which continues where it stopped
//! when more bytes arrive.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memchr2};

/// The first room for the text of a row, and for the ends of its cells.
const ROOM: usize = 1 << 12;
const ENDS: usize = 64;

/// What is at the front of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A row of this many bytes, with its line break.
    Row(usize),
    /// More bytes are needed.
    More,
    /// A quote that the source does not close.
    Unclosed,
}

/// Splits rows into cells, one row after another.
pub(super) struct Splitter {
    csv: Reader,
    delimiter: u8,
    /// The number of cells that are kept.
    width: usize,
    /// How many of the bytes have been looked at without result.
    seen: usize,
    /// Whether the row has quotes.
    is_quoted: bool,
    /// The length of a row that ends with a carriage return, which a line feed may follow.
    ended: Option<usize>,
    /// Whether the last row had quotes, so that its cells are in `text`.
    is_copied: bool,
    /// The text of a row with quotes, and how much of it is used.
    text: Vec<u8>,
    length: usize,
    ends: Vec<usize>,
    /// The cells that are kept: places in the bytes or, for a row with quotes, in the text.
    cells: Vec<Range<usize>>,
    /// The number of all cells.
    count: usize,
    /// Whether a cell that is not kept holds something.
    has_more: bool,
}

impl Splitter {
    pub fn new(delimiter: u8, width: usize) -> Self {
        Self {
            csv: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            width,
            seen: 0,
            is_quoted: false,
            ended: None,
            is_copied: false,
            text: Vec::new(),
            length: 0,
            ends: vec![0; ENDS],
            cells: Vec::new(),
            count: 0,
            has_more: false,
        }
    }

    /// Forgets what has been seen of a row.
    pub fn restart(&mut self) {
        (self.seen, self.is_quoted, self.ended) = (0, false, None);
    }

    /// Splits the row at the front; `is_last` says that no more bytes will come. After [`Step::More`], the same bytes
    /// are expected again with more behind them.
    pub fn step(&mut self, bytes: &[u8], is_last: bool) -> Step {
        if !self.is_quoted {
            let fresh = bytes.get(self.seen..).unwrap_or_default();
            let found = memchr2(b'\n', b'\r', fresh);
            let line = &fresh[..found.unwrap_or(fresh.len())];
            self.is_quoted = memchr(b'"', line).is_some();
            if !self.is_quoted {
                let end = self.seen + line.len();
                let Some(length) = line_length(bytes, end, is_last) else {
                    self.seen = end;
                    return Step::More;
                };
                self.split_plain(&bytes[..end]);
                self.restart();
                return Step::Row(length);
            }
            self.start_quoted();
        }
        self.continue_quoted(bytes, is_last)
    }

    /// Splits the line at the front, whatever its quotes. Returns its length with the line break, and whether a quote is
    /// not closed, or `None` if more bytes are needed.
    pub fn line(&mut self, bytes: &[u8], is_last: bool) -> Option<(usize, bool)> {
        self.is_quoted = false;
        let fresh = bytes.get(self.seen..).unwrap_or_default();
        let end = self.seen + memchr2(b'\n', b'\r', fresh).unwrap_or(fresh.len());
        let Some(length) = line_length(bytes, end, is_last) else {
            self.seen = end;
            return None;
        };
        let line = &bytes[..end];
        self.restart();
        let is_unclosed = match self.step(line, true) {
            Step::Row(_) => false,
            Step::Unclosed => {
                self.finish_quoted();
                true
            }
            Step::More => return None,
        };
        Some((length, is_unclosed))
    }

    fn split_plain(&mut self, line: &[u8]) {
        self.cells.clear();
        let mut start = 0;
        for at in memchr_iter(self.delimiter, line) {
            if self.cells.len() == self.width {
                break;
            }
            self.cells.push(start..at);
            start = at + 1;
        }
        if self.cells.len() < self.width {
            self.cells.push(start..line.len());
            (self.count, self.has_more) = (self.cells.len(), false);
        } else {
            let rest = &line[start..];
            self.count = self.width + 1 + memchr_iter(self.delimiter, rest).count();
            self.has_more = rest.iter().any(|byte| *byte != self.delimiter && *byte != b' ');
        }
        self.is_copied = false;
    }

    fn start_quoted(&mut self) {
        self.csv.reset();
        self.cells.clear();
        (self.seen, self.length, self.count, self.has_more) = (0, 0, 0, false);
        self.is_copied = true;
        if self.text.len() < ROOM {
            self.text.resize(ROOM, 0);
        }
    }

    fn continue_quoted(&mut self, bytes: &[u8], is_last: bool) -> Step {
        loop {
            if let Some(end) = self.ended {
                let Some(length) = line_length(bytes, end - 1, is_last) else { return Step::More };
                self.restart();
                return Step::Row(length);
            }
            let rest = bytes.get(self.seen..).unwrap_or_default();
            if rest.is_empty() && !is_last {
                return Step::More;
            }
            // A line break at the very end ends the row, unless it is in quotes.
            let (input, is_end) = if rest.is_empty() { (&b"\n"[..], true) } else { (rest, false) };
            match self.read(input) {
                (ReadRecordResult::Record, read) => {
                    let length = if is_end { self.seen } else { self.seen + read };
                    if !is_end && bytes.get(length - 1) == Some(&b'\r') {
                        self.ended = Some(length);
                        continue;
                    }
                    self.restart();
                    return Step::Row(length);
                }
                (ReadRecordResult::End, _) => return Step::More,
                (ReadRecordResult::InputEmpty, _) if is_end => return Step::Unclosed,
                (_, read) => self.seen += if is_end { 0 } else { read },
            }
        }
    }

    /// Runs the parser once, and makes room for what it found.
    fn read(&mut self, input: &[u8]) -> (ReadRecordResult, usize) {
        let room = &mut self.text[self.length..];
        let (result, read, written, ended) = self.csv.read_record(input, room, &mut self.ends);
        self.length += written;
        for &end in self.ends.iter().take(ended) {
            let start = self.cells.last().map_or(0, |cell| cell.end);
            self.count += 1;
            if self.cells.len() < self.width {
                self.cells.push(start..end);
            } else {
                self.has_more |= end > start;
            }
        }
        if result == ReadRecordResult::OutputFull {
            self.text.resize(self.text.len() * 2, 0);
        }
        (result, read)
    }

    /// Ends the cell with a quote that is not closed.
    fn finish_quoted(&mut self) {
        while !matches!(self.read(b"").0, ReadRecordResult::Record | ReadRecordResult::End) {}
        // The parser has taken the line break that only asked whether the quote is closed.
        if self.count == self.cells.len()
            && let Some(last) = self.cells.last_mut()
        {
            last.end = last.start.max(last.end - 1);
        }
        self.restart();
    }

    /// Returns the kept cells of the row that was split last, of which `bytes` are the front.
    pub fn cells<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let text = if self.is_copied { &self.text[..] } else { bytes };
        self.cells.iter().map(|cell| text.get(cell.clone()).unwrap_or_default())
    }

    /// Returns the number of cells of that row.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether that row has more cells than are kept, and not only empty ones.
    pub fn has_more(&self) -> bool {
        self.has_more
    }
}

/// Returns the length of a line whose break is at `end`, or `None` if it is not known yet.
fn line_length(bytes: &[u8], end: usize, is_last: bool) -> Option<usize> {
    match (bytes.get(end), bytes.get(end + 1)) {
        (None, _) => is_last.then_some(end),
        (Some(b'\r'), Some(b'\n')) => Some(end + 2),
        (Some(b'\r'), None) if !is_last => None,
        _ => Some(end + 1),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(splitter: &Splitter, bytes: &[u8]) -> Vec<String> {
        splitter.cells(bytes).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }

    /// All rows of a text, which arrives in pieces of this size.
    fn rows(text: &[u8], size: usize) -> Vec<Vec<String>> {
        let (mut splitter, mut rows, mut at, mut end) = (Splitter::new(b',', 100), Vec::new(), 0, 0);
        loop {
            match splitter.step(&text[at..end], end == text.len()) {
                Step::Row(length) => {
                    rows.push(cells(&splitter, &text[at..]));
                    at += length;
                    while matches!(text.get(at), Some(b'\n' | b'\r')) {
                        at += 1;
                    }
                    end = end.max(at);
                    if at == text.len() {
                        return rows;
                    }
                }
                Step::Unclosed => return rows,
                Step::More => end = (end + size).min(text.len()),
            }
        }
    }

    #[test]
    fn rows_are_split_with_and_without_quotes() {
        let text = b"a,b\r\n\"c, d\",\"e \"\"f\"\"\"\n,\"two\r\nlines\"\n\ng,,h\ri";
        let expected: &[&[&str]] = &[&["a", "b"], &["c, d", "e \"f\""], &["", "two\r\nlines"], &["g", "", "h"], &["i"]];
        for size in [1, 2, 3, 7, 100] {
            assert_eq!(rows(text, size), expected, "{size}");
        }
    }

    #[test]
    fn a_quote_without_end_costs_one_line() {
        let text = b"a,\"b\nc,d\n";
        let mut splitter = Splitter::new(b',', 10);
        assert_eq!(splitter.step(text, false), Step::More);
        assert_eq!(splitter.step(text, true), Step::Unclosed);
        splitter.restart();
        assert_eq!(splitter.line(text, true), Some((5, true)));
        assert_eq!(cells(&splitter, text), ["a", "b"]);
        assert_eq!(splitter.line(&text[5..], true), Some((4, false)));
        assert_eq!(cells(&splitter, &text[5..]), ["c", "d"]);
    }

    #[test]
    fn cells_beyond_the_width_are_counted() {
        let mut splitter = Splitter::new(b';', 2);
        for (line, count, has_more) in [
            ("a;b", 2, false),
            ("a;b;;; ;", 6, false),
            ("a;b;c", 3, true),
            ("a;\"b\";;", 4, false),
            ("a;\"b\";;c", 4, true),
            ("a", 1, false),
        ] {
            assert_eq!(splitter.step(line.as_bytes(), true), Step::Row(line.len()));
            assert_eq!((splitter.count(), splitter.has_more()), (count, has_more), "{line}");
        }
        let many = [";".repeat(100_000), "\"\"".to_owned()].concat();
        assert_eq!(splitter.step(many.as_bytes(), true), Step::Row(many.len()));
        assert_eq!((splitter.count(), splitter.cells.len(), splitter.ends.len()), (100_001, 2, ENDS));
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_csv_crate(text in "[ab,\"\n\r]{0,40}", size in 1_usize..9) {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> =
                reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
            let trimmed = text.trim_start_matches(['\n', '\r']).as_bytes();
            let found = if trimmed.is_empty() { Vec::new() } else { rows(trimmed, size) };
            // The last row may have a quote that is not closed.
            prop_assert!(found.len() + 1 >= expected.len());
            prop_assert_eq!(&found[..], &expected[..found.len()]);
        }
    }
}
