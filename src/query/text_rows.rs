//! Which rows of each chunk match the text of a query. With much text, a second thread searches too.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::Context;
use super::matcher::{Condition, Matcher};
use super::pattern;
use super::phrase::{Phrase, is_whole};
use crate::catalog::{Chunk, ReleaseIndex};
use crate::text::FoldedTexts;

/// Stands for the release where conditions on text are tested: they do not depend on marks.
pub const ANY: ReleaseIndex = ReleaseIndex::new(0);

/// With fewer chunks than this, a second thread costs more than it gains.
const CHUNKS: usize = if cfg!(test) { 2 } else { 8 };

/// The search of the chunks' texts, in a given order.
pub struct TextSearch<'a> {
    matcher: &'a Matcher,
    context: &'a Context,
    chunks: &'a [(usize, &'a Chunk)],
    order: &'a [usize],
}

/// The chunks that have not been searched. Both threads take the next one from here.
struct Unknown<'a> {
    search: &'a TextSearch<'a>,
    chunks: Vec<usize>,
    next: AtomicUsize,
    is_over: AtomicBool,
}

/// The rows that match, found one chunk after the other.
pub struct FoundRows<'a> {
    /// The rows of each chunk, ascending; `None` if it has not been searched.
    rows: &'a mut [Option<Vec<u32>>],
    unknown: &'a Unknown<'a>,
    /// What the second thread has found.
    found: Receiver<(usize, Vec<u32>)>,
}

impl<'a> TextSearch<'a> {
    /// Prepares a search of the chunks in this order.
    pub fn new(
        matcher: &'a Matcher,
        context: &'a Context,
        chunks: &'a [(usize, &'a Chunk)],
        order: &'a [usize],
    ) -> Self {
        Self { matcher, context, chunks, order }
    }

    /// Calls `walk` with the rows, which are found while it asks for them. `rows` holds those known before, and
    /// receives the others.
    pub fn run<T>(&self, rows: &mut [Option<Vec<u32>>], walk: impl FnOnce(&mut FoundRows<'_>) -> T) -> T {
        let chunks: Vec<usize> = self.order.iter().copied().filter(|&at| rows[at].is_none()).collect();
        let is_large = chunks.len() >= CHUNKS;
        let unknown = Unknown { search: self, chunks, next: AtomicUsize::new(0), is_over: AtomicBool::new(false) };
        thread::scope(|scope| {
            let (sender, found) = mpsc::channel();
            let unknown = &unknown;
            let helper = move || {
                while let Some(rows) = unknown.search_next() {
                    if sender.send(rows).is_err() {
                        return;
                    }
                }
            };
            // Without the thread, the caller finds all rows.
            let _ = is_large.then(|| thread::Builder::new().name("search text".to_owned()).spawn_scoped(scope, helper));
            let result = walk(&mut FoundRows { rows, unknown, found });
            unknown.is_over.store(true, Ordering::Relaxed);
            result
        })
    }
}

impl Unknown<'_> {
    /// Searches the next chunk. Returns its position and its rows, or `None` if all have been taken.
    fn search_next(&self) -> Option<(usize, Vec<u32>)> {
        if self.is_over.load(Ordering::Relaxed) {
            return None;
        }
        let at = *self.chunks.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        Some((at, self.rows(at)))
    }

    fn rows(&self, at: usize) -> Vec<u32> {
        text_rows(self.search.matcher, self.search.context, self.search.chunks[at].1)
    }
}

impl FoundRows<'_> {
    /// Returns the rows of a chunk.
    pub fn of(&mut self, at: usize) -> &[u32] {
        while self.rows[at].is_none() {
            self.found.try_iter().for_each(|(at, rows)| self.rows[at] = Some(rows));
            if self.rows[at].is_some() {
                break;
            }
            // If no chunk is left, the second thread has this one.
            let more = self.unknown.search_next().or_else(|| self.found.recv().ok());
            let (other, rows) = more.unwrap_or_else(|| (at, self.unknown.rows(at)));
            self.rows[other] = Some(rows);
        }
        self.rows[at].as_deref().unwrap_or_default()
    }
}

/// Returns the rows of a chunk that match all text conditions.
fn text_rows(matcher: &Matcher, context: &Context, chunk: &Chunk) -> Vec<u32> {
    let holds = |conditions: &[Condition], row: usize| {
        conditions.iter().all(|condition| condition.holds(context, chunk, row, ANY))
    };
    let folded = chunk.folded();
    let text = folded.text();
    match matcher.text.split_first() {
        Some((Condition::Text(driver), [])) if driver.needle().len() == 1 => rows_with(folded, driver.needle()[0]),
        Some((Condition::Text(driver), others)) if !driver.needle().is_empty() => {
            let find = |from| {
                let rest = text.as_bytes().get(from..)?;
                driver.find(rest).map(|found| from + found..from + found + driver.needle().len())
            };
            candidates(folded, find, |row, _| holds(others, row))
        }
        Some((Condition::Words(phrases), others)) if phrases.iter().all(|phrase| !phrase.needle().is_empty()) => {
            let mut rows: Vec<u32> = phrases.iter().flat_map(|phrase| rows_with_phrase(folded, phrase)).collect();
            if phrases.len() > 1 {
                rows.sort_unstable();
                rows.dedup();
            }
            rows.retain(|&row| holds(others, row as usize));
            rows
        }
        Some((Condition::Regex(regex), others)) if !pattern::is_anchored(regex.as_str()) => {
            let find =
                |from| (from <= text.len()).then(|| regex.find_at(text, from).map(|found| found.range())).flatten();
            // A match across fields does not count and may hide matches within them, so such a row is tested by itself.
            let is_whole = |found: Range<usize>| text.get(found).is_some_and(|found| !found.contains(['\n', '\0']));
            candidates(folded, find, |row, found| {
                (is_whole(found) || holds(&matcher.text[..1], row)) && holds(others, row)
            })
        }
        _ => (0..chunk.len()).filter(|&row| holds(&matcher.text, row)).map(|row| row as u32).collect(),
    }
}

/// Returns the rows that contain a byte. Most rows contain a letter near their start, so each is searched by itself.
fn rows_with(folded: &FoldedTexts, byte: u8) -> Vec<u32> {
    let (mut rest, mut start) = (folded.text().as_bytes(), 0);
    let mut rows = Vec::with_capacity(folded.ends().len());
    for (row, &end) in (0..).zip(folded.ends()) {
        let (text, after) = rest.split_at((end - start) as usize);
        (rest, start) = (after, end);
        if memchr::memchr(byte, text).is_some() {
            rows.push(row);
        }
    }
    rows
}

/// Returns the rows that contain a phrase of whole words.
fn rows_with_phrase(folded: &FoldedTexts, phrase: &Phrase) -> Vec<u32> {
    let text = folded.text();
    candidates(
        folded,
        |from| phrase.find_anywhere(text, from),
        |row, found| is_whole(text, &found) || phrase.is_in(folded.of(row)),
    )
}

/// Returns the rows in which `find`, called with a start offset, finds a match that `is_hit` confirms. Continues after
/// the row of each match.
fn candidates(
    folded: &FoldedTexts,
    find: impl Fn(usize) -> Option<Range<usize>>,
    is_hit: impl Fn(usize, Range<usize>) -> bool,
) -> Vec<u32> {
    let ends = folded.ends();
    let (mut rows, mut from, mut row) = (Vec::new(), 0, 0);
    while let Some(found) = find(from) {
        // Matches are ascending: the release is a few rows on, or far after a long gap.
        row += ends.get(row..).map_or(0, |left| gallop(left, found.start as u32));
        let Some(&end) = ends.get(row) else { break };
        if is_hit(row, found) {
            rows.push(row as u32);
        }
        from = end as usize;
        row += 1;
    }
    rows
}

/// The number of leading `ends` at or before `position`, by galloping and binary search.
fn gallop(ends: &[u32], position: u32) -> usize {
    let mut bound = 1;
    while ends.get(bound - 1).is_some_and(|&end| end <= position) {
        bound *= 2;
    }
    let low = bound / 2;
    let high = bound.min(ends.len());
    low + ends[low..high].partition_point(|&end| end <= position)
}
