//! Finds a few phrases in texts, in few passes.
//!
//! A search looks for four bytes of each phrase, those that are rarest in the texts, and compares the rest where it finds
//! them. It tells up to eight patterns apart without comparing bytes; with more, it would compare at every few bytes.

use std::ops::Range;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

use crate::catalog::{Catalog, Chunk};
use crate::query::phrase::is_whole;

/// The most phrases of one pass, up to [`FEW`].
const GROUP: usize = 8;
/// With more phrases than this, one pass for all is faster than many.
const FEW: usize = 24;
/// The number of bytes of a phrase that are searched for.
const WINDOW: usize = 4;
/// The number of bytes of texts in which windows are counted, from so many chunks.
const READ: usize = 1 << 17;
const CHUNKS: usize = 16;

/// Finds all occurrences of the phrases, also those that overlap.
pub struct Finder<'p> {
    phrases: &'p [&'p str],
    passes: Vec<Pass>,
}

/// The search for some of the phrases.
struct Pass {
    search: Search,
    /// What is searched for: for each phrase, some bytes of it.
    windows: Vec<Vec<u8>>,
    /// For each window, the phrases whose windows begin like it or with which it begins, and where the windows begin in
    /// them.
    alike: Vec<Vec<(usize, usize)>>,
}

enum Search {
    /// Vectorised, where the processor supports it.
    Packed(packed::Searcher),
    /// Byte by byte.
    Plain(AhoCorasick),
    /// Window by window.
    Naive,
}

impl Search {
    fn plain(windows: &[Vec<u8>]) -> Self {
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(windows);
        search.map_or(Self::Naive, Self::Plain)
    }
}

impl<'p> Finder<'p> {
    /// Prepares the search for some phrases, at most 64.
    pub fn new(phrases: &'p [&'p str], catalog: &Catalog) -> Self {
        let frequencies = Frequencies::of(catalog);
        let mut places: Vec<(usize, Range<usize>)> =
            phrases.iter().enumerate().map(|(at, phrase)| (at, frequencies.rarest(phrase.as_bytes()))).collect();
        // The shortest window of a pass decides how many bytes the search looks at.
        places.sort_by_key(|(_, window)| window.len());
        let count = if phrases.len() <= FEW { phrases.len().div_ceil(GROUP) } else { 1 };
        let size = phrases.len().div_ceil(count.max(1)).max(1);
        Self { phrases, passes: places.chunks(size).map(|places| Pass::new(phrases, places)).collect() }
    }

    /// Calls `take` with each phrase and each of some successive rows that contains it, once.
    pub fn each(&self, chunk: &Chunk, rows: Range<usize>, take: &mut dyn FnMut(usize, usize)) {
        let folded = chunk.folded();
        let (text, ends) = (folded.text(), folded.ends());
        let end_of = |rows: usize| rows.checked_sub(1).and_then(|last| ends.get(last)).map_or(0, |&end| end as usize);
        let span = end_of(rows.start)..end_of(rows.end);
        for pass in &self.passes {
            let (mut from, mut row, mut seen) = (span.start, rows.start, 0_u64);
            while let Some((found, window)) = pass.next(text.as_bytes(), from..span.end) {
                let next = row_of(ends, row, found);
                if next > row {
                    (row, seen) = (next, 0);
                }
                for &(phrase, offset) in &pass.alike[window] {
                    if seen & 1 << phrase == 0 && found >= offset && self.is_at(text, phrase, found - offset) {
                        seen |= 1 << phrase;
                        take(phrase, row);
                    }
                }
                from = found + 1;
            }
        }
    }

    /// Whether a phrase stands at a place of a text, as whole words.
    fn is_at(&self, text: &str, phrase: usize, start: usize) -> bool {
        let phrase = self.phrases[phrase];
        let range = start..start + phrase.len();
        text.as_bytes().get(range.clone()) == Some(phrase.as_bytes()) && is_whole(text, &range)
    }
}

/// Returns the row of a byte, which is in this row or a later one.
fn row_of(ends: &[u32], row: usize, at: usize) -> usize {
    const NEAR: usize = 8;
    let left = ends.get(row..).unwrap_or_default();
    let near = left.iter().take(NEAR).position(|&end| end as usize > at);
    row + near.unwrap_or_else(|| left.partition_point(|&end| end as usize <= at))
}

impl Pass {
    fn new(phrases: &[&str], places: &[(usize, Range<usize>)]) -> Self {
        let window = |(phrase, window): &(usize, Range<usize>)| {
            phrases[*phrase].as_bytes().get(window.clone()).unwrap_or_default().to_vec()
        };
        let windows: Vec<Vec<u8>> = places.iter().map(window).collect();
        let alike = |one: &Vec<u8>| {
            let is_alike = |other: &Vec<u8>| one.starts_with(other) || other.starts_with(one);
            let alike = windows.iter().zip(places).filter(|(other, _)| is_alike(other));
            alike.map(|(_, (phrase, window))| (*phrase, window.start)).collect()
        };
        let alike = windows.iter().map(alike).collect();
        let search = packed::Searcher::new(&windows).map_or_else(|| Search::plain(&windows), Search::Packed);
        Self { search, windows, alike }
    }

    /// Returns where the next window in a part of a text begins, and which one it is.
    fn next(&self, text: &[u8], part: Range<usize>) -> Option<(usize, usize)> {
        let span = Span { start: part.start, end: part.end };
        match &self.search {
            Search::Packed(all) => all.find_in(text, span).map(|found| (found.start(), found.pattern().as_usize())),
            Search::Plain(all) => {
                all.find(Input::new(text).span(span)).map(|found| (found.start(), found.pattern().as_usize()))
            }
            Search::Naive => {
                let rest = text.get(part.clone())?;
                let find =
                    |(at, window): (usize, &Vec<u8>)| Some((part.start + memchr::memmem::find(rest, window)?, at));
                self.windows.iter().enumerate().filter_map(find).min()
            }
        }
    }
}

/// How often four bytes stand in the texts of a catalog, about.
struct Frequencies(Vec<u32>);

impl Frequencies {
    fn of(catalog: &Catalog) -> Self {
        let mut counts = vec![0; 1 << 14];
        let step = catalog.chunks().count().div_ceil(CHUNKS).max(1);
        for (_, chunk) in catalog.chunks().step_by(step) {
            let text = chunk.folded().text().as_bytes();
            for window in text.get(..READ / CHUNKS).unwrap_or(text).windows(WINDOW) {
                counts[place(window)] += 1;
            }
        }
        Self(counts)
    }

    /// Returns the rarest window of a phrase: all of it, if it is short.
    fn rarest(&self, phrase: &[u8]) -> Range<usize> {
        let windows = phrase.windows(WINDOW).enumerate().map(|(start, window)| (self.0[place(window)], start));
        windows.min().map_or(0..phrase.len(), |(_, start)| start..start + WINDOW)
    }
}

fn place(window: &[u8]) -> usize {
    let number = window.iter().fold(0_u32, |number, &byte| number << 8 | u32::from(byte));
    (number.wrapping_mul(0x9e37_79b1) >> 18) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;
    use crate::query::phrase::Phrase;

    #[test]
    fn phrases_are_found_as_the_clause_finds_them() {
        let words = ["tea", "teahouse", "tea house", "house tea", "te", "a", "마스크", "北京", "ea", "house", "steam"];
        let titles: Vec<String> = (0..90_usize)
            .map(|n| {
                let word = |salt: usize| words[(n * 7 + salt * n) % words.len()];
                format!("{} {}, {}({})", word(1), word(2), word(5), word(8))
            })
            .collect();
        let rows: Vec<_> = titles.iter().map(|title| (title.as_str(), "", "", "", (2018, 1, 1))).collect();
        let catalog = catalog(&rows);
        // In several passes, and in one.
        for more in [0, 30] {
            let more: Vec<String> = (0..more).map(|n| format!("word{n}")).collect();
            let phrases: Vec<&str> = words.into_iter().chain(more.iter().map(String::as_str)).collect();
            let finder = Finder::new(&phrases, &catalog);
            for (_, chunk) in catalog.chunks() {
                let all = chunk.len();
                for rows in [0..all, 0..1, all / 3..all / 2, all - 1..all, all / 2..all / 2] {
                    let mut found: Vec<(usize, usize)> = Vec::new();
                    finder.each(chunk, rows.clone(), &mut |phrase, row| found.push((row, phrase)));
                    found.sort_unstable();
                    let is_in = |row: usize, phrase: &str| Phrase::new(phrase).is_in(chunk.folded().of(row));
                    let expected: Vec<(usize, usize)> = rows
                        .flat_map(|row| (0..phrases.len()).map(move |phrase| (row, phrase)))
                        .filter(|&(row, phrase)| is_in(row, phrases[phrase]))
                        .collect();
                    assert_eq!(found, expected);
                }
            }
        }
    }

    #[test]
    fn other_searches_find_the_same_windows() {
        let phrases = ["tea house", "tea", "house"];
        let places = [(0, 2..6), (1, 0..3), (2, 1..5)];
        let text = b"a teahouse, a tea house and tea";
        let found = |search: Option<Search>| {
            let mut pass = Pass::new(&phrases, &places);
            if let Some(search) = search {
                pass.search = search;
            }
            let mut from = 0;
            let mut found = Vec::new();
            while let Some((start, window)) = pass.next(text, from..text.len()) {
                found.push((start, window));
                from = start + 1;
            }
            found
        };
        let plain = Search::plain(&Pass::new(&phrases, &places).windows);
        assert_eq!(found(None).len(), 6);
        assert_eq!(found(Some(plain)), found(None));
        assert_eq!(found(Some(Search::Naive)), found(None));
    }
}
