//! The words of some releases.

use std::ops::Range;

use super::passes::{IsCancelled, until};
use super::tokens::{Token, Tokenizer};
use crate::catalog::{Catalog, Facet, ReleaseIndex, Set, ValueId};

/// The number of characters of the summary that are read.
const START: usize = 300;
/// About the number of words of a release.
const AVERAGE: usize = 64;

/// The words of some releases, in the order of their indices.
#[derive(Default)]
pub struct Texts {
    releases: Vec<ReleaseIndex>,
    sources: Vec<ValueId>,
    tokens: Vec<Token>,
    /// The end of the words of each release.
    ends: Vec<u32>,
}

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

impl Texts {
    /// Appends a release, whose index is greater than those before.
    pub fn push(&mut self, catalog: &Catalog, release: ReleaseIndex, tokenizer: &Tokenizer) {
        tokenizer.split(beginning(catalog.folded(release)), &mut |token, _| self.tokens.push(token));
        self.ends.push(self.tokens.len() as u32);
        self.releases.push(release);
        let source = catalog.release(release).and_then(|release| release.values(Facet::Source).next());
        self.sources.push(source.unwrap_or_default());
    }

    /// Makes room for as many words in each of some more releases as in those so far, on average. A list that doubles each
    /// time it is full leaves as much memory behind as it takes.
    pub fn reserve(&mut self, more: usize) {
        self.releases.reserve_exact(more);
        self.sources.reserve_exact(more);
        self.ends.reserve_exact(more);
        if let Some(average) = self.tokens.len().checked_div(self.len()) {
            self.tokens.reserve_exact((average + 1) * more);
        }
    }

    /// The number of releases.
    pub fn len(&self) -> usize {
        self.releases.len()
    }

    /// All releases.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Text<'_>> {
        (0..self.len()).map(|at| self.at(at))
    }

    /// Returns the release at a position.
    pub fn at(&self, at: usize) -> Text<'_> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let tokens = &self.tokens[start..self.ends[at] as usize];
        Text { release: self.releases[at], source: self.sources[at], tokens }
    }

    /// Returns a release, if it is one of these.
    pub fn of(&self, release: ReleaseIndex) -> Option<Text<'_>> {
        self.releases.binary_search(&release).ok().map(|at| self.at(at))
    }

    /// Changes each word, until cancelled.
    pub fn change(&mut self, change: impl Fn(Token) -> Token, is_cancelled: IsCancelled<'_>) {
        for tokens in until(is_cancelled, self.tokens.chunks_mut(AVERAGE)) {
            for token in tokens {
                *token = change(*token);
            }
        }
    }

    /// Frees unused capacity.
    pub fn shrink(&mut self) {
        self.releases.shrink_to_fit();
        self.sources.shrink_to_fit();
        self.tokens.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// The size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers =
            self.releases.capacity() + self.sources.capacity() + self.tokens.capacity() + self.ends.capacity();
        numbers * size_of::<u32>()
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
        let releases = known.releases.iter().copied().filter(|&release| !set.has(release)).collect();
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

    /// The releases, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Text<'_>> {
        self.part(0..self.len())
    }

    /// Some of the releases, ascending.
    pub fn part(&self, part: Range<usize>) -> impl Iterator<Item = Text<'_>> {
        let releases = self.releases.get(part).unwrap_or_default();
        releases.iter().filter_map(|&release| self.of(release))
    }

    /// Returns a release, if it is one of these.
    fn of(&self, release: ReleaseIndex) -> Option<Text<'_>> {
        self.known.of(release).or_else(|| self.read.iter().find_map(|read| read.of(release)))
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
