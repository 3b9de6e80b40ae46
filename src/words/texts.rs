//! The words of some releases.

use std::ops::Range;

use super::packed::{Packed, Packer};
use super::passes::{IsCancelled, until};
use super::tidy::tidy;
use super::tokens::{BREAK, Token, Tokenizer};
use crate::catalog::{Catalog, Facet, ReleaseIndex, Set, ValueId};

/// The number of characters of the summary that are read.
const START: usize = 300;
/// After so many releases, the memory for all is estimated.
const FIRST: usize = 512;

/// The words of a release.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// The release.
    pub release: ReleaseIndex,
    /// Its first source.
    pub source: ValueId,
    /// Its words.
    pub tokens: &'a [Token],
}

/// Splits the beginnings of some releases into words.
#[derive(Clone, Copy)]
pub struct Splitter<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The releases, ascending.
    pub releases: &'a [ReleaseIndex],
    /// What splits the texts.
    pub tokenizer: &'a Tokenizer,
}

impl Splitter<'_> {
    /// Returns all words. Ends early if cancelled.
    pub fn all(self, is_cancelled: IsCancelled<'_>) -> Texts {
        self.read(is_cancelled, |tokens, packer| {
            for &token in tokens {
                packer.push(token);
            }
        })
    }

    /// Returns the words of which phrases are made. Ends early if cancelled.
    pub fn tidied(self, is_cancelled: IsCancelled<'_>) -> Texts {
        self.read(is_cancelled, |tokens, packer| {
            tidy(tokens, &mut |place| packer.push(place.map_or(BREAK, |place| tokens[place])));
        })
    }

    fn read(self, is_cancelled: IsCancelled<'_>, take: impl Fn(&[Token], &mut Packer)) -> Texts {
        let (mut packer, mut tokens) = (Packer::default(), Vec::new());
        let count = self.releases.len();
        let (mut sources, mut ends) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (at, &release) in until(is_cancelled, self.releases.iter()).enumerate() {
            if at == FIRST {
                // A list that doubles each time it is full leaves as much memory behind as it takes.
                packer.reserve(count - FIRST, FIRST);
            }
            tokens.clear();
            self.tokenizer.split(beginning(self.catalog.folded(release)), &mut |token, _| tokens.push(token));
            take(&tokens, &mut packer);
            ends.push(packer.len() as u32);
            let source = self.catalog.release(release).and_then(|release| release.values(Facet::Source).next());
            sources.push(source.unwrap_or_default());
        }
        let releases = self.releases[..ends.len()].to_vec();
        Texts { releases, newer: 0, sources, words: packer.finish(), ends }
    }
}

/// The words of some releases, in the order of their indices.
#[derive(Default)]
pub struct Texts {
    releases: Vec<ReleaseIndex>,
    /// The number of releases that were put in front of the catalog since then.
    newer: u32,
    sources: Vec<ValueId>,
    words: Packed,
    /// The end of the words of each release.
    ends: Vec<u32>,
}

impl Texts {
    /// The number of releases.
    pub fn len(&self) -> usize {
        self.releases.len()
    }

    /// Takes note that so many releases were put in front of the catalog.
    pub fn put_before(&mut self, newer: usize) {
        self.newer += newer as u32;
    }

    /// The release at a position.
    fn release(&self, at: usize) -> ReleaseIndex {
        ReleaseIndex::new(self.releases[at].get() + self.newer)
    }

    /// The first source of the release at a position.
    pub fn source(&self, at: usize) -> ValueId {
        self.sources[at]
    }

    /// Where the words of the release at a position are: at least as many bytes as words.
    pub fn range(&self, at: usize) -> Range<usize> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        start..self.ends[at] as usize
    }

    /// The different words with the number of their occurrences, in the order of [`Token::word`].
    pub fn occurrences(&self) -> Vec<(u32, u32)> {
        let mut counts: Vec<(u32, u32)> = self.words.words().iter().map(|token| (token.word(), 0)).collect();
        let end = self.ends.last().map_or(0, |&end| end as usize);
        self.words.each_number(0..end, |number| counts[number].1 += 1);
        counts.sort_unstable();
        counts.dedup_by(|one, before| {
            let is_same = one.0 == before.0;
            before.1 += if is_same { one.1 } else { 0 };
            is_same
        });
        counts
    }

    /// Changes each different word, and keeps only those of which phrases are made. Ends early if cancelled; then the words
    /// are of no use.
    pub fn change(&mut self, change: impl Fn(Token) -> Token, is_cancelled: IsCancelled<'_>) {
        self.words.change(until(is_cancelled, self.ends.iter_mut()), change);
    }

    /// Calls `take` with the releases at some positions.
    pub fn each_at(&self, positions: impl Iterator<Item = usize>, take: &mut dyn FnMut(Text<'_>)) {
        let mut tokens = Vec::new();
        for at in positions {
            self.words.unpack(self.range(at), &mut tokens);
            take(Text { release: self.release(at), source: self.sources[at], tokens: &tokens });
        }
    }

    /// Returns the position of a release, if it is one of these.
    fn position(&self, release: ReleaseIndex) -> Option<usize> {
        let before = release.get().checked_sub(self.newer)?;
        self.releases.binary_search(&ReleaseIndex::new(before)).ok()
    }

    /// Whether a release is one of these.
    pub fn has(&self, release: ReleaseIndex) -> bool {
        self.position(release).is_some()
    }

    /// The size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers = self.releases.capacity() + self.sources.capacity() + self.ends.capacity();
        numbers * size_of::<u32>() + self.words.bytes()
    }
}

/// The words of a sample of some releases: those known already, and those read for it.
pub struct Sample<'a> {
    known: &'a Texts,
    /// Those read, in order.
    read: Vec<Texts>,
    /// The releases, ascending.
    releases: Vec<ReleaseIndex>,
}

impl<'a> Sample<'a> {
    /// Makes a sample of these releases, whose words are known or read.
    pub fn new(known: &'a Texts, read: Vec<Texts>, releases: Vec<ReleaseIndex>) -> Self {
        Self { known, read, releases }
    }

    /// The known releases that are not in a set.
    pub fn known_without(known: &'a Texts, set: &Set) -> Self {
        let releases = (0..known.len()).map(|at| known.release(at)).filter(|&release| !set.has(release)).collect();
        Self { known, read: Vec::new(), releases }
    }

    /// The number of releases.
    pub fn len(&self) -> usize {
        self.releases.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// The length of all words, in bytes: at least their number.
    pub fn bytes(&self) -> usize {
        let range = |(texts, at): (&Texts, usize)| texts.range(at).len();
        self.releases.iter().filter_map(|&release| self.find(release)).map(range).sum()
    }

    /// Calls `take` with some of the releases, ascending, and their positions. Ends early if cancelled.
    pub fn each(&self, part: Range<usize>, is_cancelled: IsCancelled<'_>, take: &mut dyn FnMut(usize, Text<'_>)) {
        let mut tokens = Vec::new();
        let releases = self.releases.get(part.clone()).unwrap_or_default();
        for (row, &release) in part.zip(until(is_cancelled, releases.iter())) {
            let Some((texts, at)) = self.find(release) else { continue };
            texts.words.unpack(texts.range(at), &mut tokens);
            take(row, Text { release, source: texts.sources[at], tokens: &tokens });
        }
    }

    /// Returns where the words of a release are.
    fn find(&self, release: ReleaseIndex) -> Option<(&Texts, usize)> {
        let find = |texts: &'a Texts| texts.position(release).map(|at| (texts, at));
        find(self.known).or_else(|| self.read.iter().find_map(|texts| Some((texts, texts.position(release)?))))
    }
}

/// The title, and the beginning of the summary or, without one, of the body.
pub fn beginning(folded: &str) -> &str {
    let title = folded.find('\n').map_or(folded.len(), |at| at + 1);
    let rest = folded.get(title..).unwrap_or_default();
    let start = title + usize::from(rest.starts_with('\n'));
    let summary = folded.get(start..).unwrap_or_default();
    let end = summary.char_indices().position_of_end(START).map_or(folded.len(), |at| start + at);
    folded.get(..whole_words(folded, end)).unwrap_or_default()
}

trait PositionOfEnd {
    /// Returns where the text is cut: after so many characters, or at its end mark.
    fn position_of_end(self, most: usize) -> Option<usize>;
}

impl<I: Iterator<Item = (usize, char)>> PositionOfEnd for I {
    fn position_of_end(self, most: usize) -> Option<usize> {
        let mut chars = self.enumerate();
        chars.find(|&(count, (_, c))| count == most || c == '\n' || c == '\0').map(|(_, (at, _))| at)
    }
}

/// Returns the last position up to `end` at which no word is cut, if there is one near.
fn whole_words(text: &str, end: usize) -> usize {
    let near: Range<usize> = end.saturating_sub(32)..end;
    if text.get(end..).is_none_or(|rest| rest.starts_with(['\n', '\0', ' ']) || rest.is_empty()) {
        return end;
    }
    let bytes = text.as_bytes().get(near.clone()).unwrap_or_default();
    bytes.iter().rposition(|byte| *byte == b' ').map_or(end, |at| near.start + at)
}
