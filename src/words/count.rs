//! Counts the releases that contain each of a few phrases, as `word:` finds them.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use aho_corasick::{AhoCorasick, Span, packed};

use super::archive::Archive;
use crate::catalog::{Catalog, Chunk, ReleaseIndex, Set};
use crate::query::phrase::is_whole;

/// With fewer chunks than this, a second thread costs more than it gains.
const CHUNKS: usize = if cfg!(test) { 2 } else { 6 };
/// The number of releases from which the case of a phrase is read.
const EXAMPLES: usize = 24;
/// If more than 1/MANY of the releases are hits, all are read: one pass is faster than many short ones.
const MANY: usize = 3;
/// The most phrases that are counted in one pass over the texts: one bit each.
const MOST: usize = 64;

/// The releases that contain a phrase.
#[derive(Debug, Default)]
pub struct Count {
    /// The hits among them, ascending.
    pub hits: Vec<ReleaseIndex>,
    /// The number of all.
    pub archive: usize,
    /// Those with the lowest ranks, the highest rank first.
    examples: BinaryHeap<(u32, ReleaseIndex)>,
}

impl Count {
    /// Counts one more release.
    fn add(&mut self, release: ReleaseIndex, is_hit: bool, rank: u32) {
        self.archive += 1;
        if is_hit {
            self.hits.push(release);
        }
        if self.examples.len() < EXAMPLES {
            self.examples.push((rank, release));
        } else if self.examples.peek().is_some_and(|&(highest, _)| rank < highest) {
            self.examples.pop();
            self.examples.push((rank, release));
        }
    }

    fn merge(&mut self, other: Self) {
        self.archive += other.archive;
        self.hits.extend(other.hits);
        self.examples.extend(other.examples);
        while self.examples.len() > EXAMPLES {
            self.examples.pop();
        }
    }

    /// Some releases that contain it, the same ones whatever their order.
    pub fn examples(&self) -> Vec<ReleaseIndex> {
        self.examples.iter().map(|&(_, release)| release).collect()
    }
}

/// Counts the releases that contain each of some folded phrases, and the hits among them; `None` if cancelled. Only hits
/// are counted unless all releases are asked for, or most are hits.
pub fn count(
    catalog: &Catalog,
    archive: &Archive,
    phrases: &[&str],
    (is_hit, counts_all): (&Set, bool),
    is_cancelled: &mut dyn FnMut() -> bool,
) -> Option<Vec<Count>> {
    let mut counts = Vec::with_capacity(phrases.len());
    for phrases in phrases.chunks(MOST) {
        counts.extend(count_at_once(catalog, archive, phrases, (is_hit, counts_all), is_cancelled)?);
    }
    Some(counts)
}

/// Like [`count`], for at most [`MOST`] phrases.
fn count_at_once(
    catalog: &Catalog,
    archive: &Archive,
    phrases: &[&str],
    (is_hit, counts_all): (&Set, bool),
    is_cancelled: &mut dyn FnMut() -> bool,
) -> Option<Vec<Count>> {
    let finder = Finder::new(phrases);
    let reads_all = counts_all || is_hit.len() > catalog.len() / MANY;
    let chunks: Vec<(usize, &Chunk)> = catalog.chunks().collect();
    let is_over = AtomicBool::new(false);
    let part = |part: usize, parts: usize, is_cancelled: &mut dyn FnMut() -> bool| {
        let mut counts: Vec<Count> = phrases.iter().map(|_| Count::default()).collect();
        for &(start, chunk) in chunks.iter().skip(part).step_by(parts) {
            if is_cancelled() {
                is_over.store(true, Ordering::Relaxed);
                return None;
            }
            let mut add = |phrase: usize, row| {
                let release = ReleaseIndex::at(start + row);
                counts[phrase].add(release, is_hit.has(release), archive.rank(release));
            };
            if reads_all {
                finder.each(chunk, &mut add);
            } else {
                let rows = (0..chunk.len()).filter(|row| is_hit.has(ReleaseIndex::at(start + row)));
                rows.for_each(|row| finder.each_in(chunk.folded().of(row), &mut |phrase| add(phrase, row)));
            }
        }
        Some(counts)
    };
    let mut counts = if chunks.len() < CHUNKS {
        part(0, 1, is_cancelled)?
    } else {
        thread::scope(|scope| {
            let helper = || part(1, 2, &mut || is_over.load(Ordering::Relaxed));
            let helper = thread::Builder::new().name("count words".to_owned()).spawn_scoped(scope, helper);
            let own = part(0, 2, is_cancelled);
            let other = match helper {
                Ok(helper) => helper.join().ok().flatten(),
                // Without the thread, the caller counts all.
                Err(_) => part(1, 2, is_cancelled),
            };
            let mut own = own?;
            own.iter_mut().zip(other?).for_each(|(own, other)| own.merge(other));
            Some(own)
        })?
    };
    for count in &mut counts {
        count.hits.sort_unstable();
    }
    Some(counts)
}

/// Finds all occurrences of the phrases, also those that overlap.
struct Finder<'p> {
    phrases: &'p [&'p str],
    search: Search,
    /// The phrases that begin with each phrase, or with which it begins; itself among them.
    alike: Vec<Vec<usize>>,
}

enum Search {
    /// Vectorised, where the processor supports it.
    Packed(packed::Searcher),
    /// Byte by byte.
    Plain(AhoCorasick),
    /// Phrase by phrase.
    Naive,
}

impl<'p> Finder<'p> {
    fn new(phrases: &'p [&'p str]) -> Self {
        let plain = || AhoCorasick::new(phrases).map_or(Search::Naive, Search::Plain);
        let search = packed::Searcher::new(phrases).map_or_else(plain, Search::Packed);
        let is_alike = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
        let alike = |one: &&str| (0..phrases.len()).filter(|&other| is_alike(one, phrases[other])).collect();
        Self { phrases, search, alike: phrases.iter().map(alike).collect() }
    }

    /// Calls `take` with each phrase and each row that contains it, once.
    fn each(&self, chunk: &Chunk, take: &mut dyn FnMut(usize, usize)) {
        let folded = chunk.folded();
        let (text, ends) = (folded.text(), folded.ends());
        let (mut from, mut row, mut seen) = (0, 0, 0_u64);
        while let Some((start, found)) = self.next(text, from) {
            if ends.get(row).is_some_and(|&end| end as usize <= start) {
                row += ends[row..].partition_point(|&end| end as usize <= start);
                seen = 0;
            }
            for &phrase in &self.alike[found] {
                let range = start..start + self.phrases[phrase].len();
                let is_new = seen & 1 << phrase == 0;
                if is_new && text.get(range.clone()) == Some(self.phrases[phrase]) && is_whole(text, &range) {
                    seen |= 1 << phrase;
                    take(phrase, row);
                }
            }
            from = start + 1;
        }
    }

    /// Calls `take` with each phrase that a text contains, once.
    fn each_in(&self, text: &str, take: &mut dyn FnMut(usize)) {
        let (mut from, mut seen) = (0, 0_u64);
        while let Some((start, found)) = self.next(text, from) {
            for &phrase in &self.alike[found] {
                let range = start..start + self.phrases[phrase].len();
                let is_new = seen & 1 << phrase == 0;
                if is_new && text.get(range.clone()) == Some(self.phrases[phrase]) && is_whole(text, &range) {
                    seen |= 1 << phrase;
                    take(phrase);
                }
            }
            from = start + 1;
        }
    }

    /// Returns the next occurrence of any phrase that begins at a byte or after it, and where it begins.
    fn next(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: text.len() };
        match &self.search {
            Search::Packed(all) => {
                all.find_in(text.as_bytes(), span).map(|found| (found.start(), found.pattern().as_usize()))
            }
            Search::Plain(all) => all
                .find(aho_corasick::Input::new(text.as_bytes()).span(span))
                .map(|found| (found.start(), found.pattern().as_usize())),
            Search::Naive => {
                let rest = text.as_bytes().get(from..)?;
                let places = self.phrases.iter().enumerate();
                let found =
                    places.filter_map(|(at, phrase)| Some((from + memchr::memmem::find(rest, phrase.as_bytes())?, at)));
                found.min()
            }
        }
    }
}
