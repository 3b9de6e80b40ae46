//! The order of the hits.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use super::needle::Needle;
use crate::catalog::{Catalog, ReleaseIndex};

/// The order of the hits. Of equal titles the newest is first; other ties stay in feed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By date, newest first, undated last.
    #[default]
    Newest,
    /// By date, oldest first, undated last.
    Oldest,
    /// By folded title.
    Title,
    /// By relevance of the text, then newest first.
    Relevance,
}

impl Sort {
    /// All orders, as listed in the menu.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Title, Self::Relevance];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Title => "title",
            Self::Relevance => "relevance",
        }
    }

    /// Returns the position of a release among hits in this order, or the position it would have. `None` by relevance,
    /// which depends on the query.
    #[must_use]
    pub fn row_of(self, catalog: &Catalog, order: &[ReleaseIndex], release: ReleaseIndex) -> Option<usize> {
        let row = match self {
            Self::Newest => {
                let place = (catalog.key(release), release);
                order.partition_point(|&index| (catalog.key(index), index) < place)
            }
            Self::Oldest => {
                let place = (oldest_key(catalog, release), release);
                order.partition_point(|&index| (oldest_key(catalog, index), index) < place)
            }
            Self::Title => {
                let place = |index| (catalog.folded_title(index), catalog.key(index), index);
                order.partition_point(|&index| place(index) < place(release))
            }
            Self::Relevance => return None,
        };
        Some(row)
    }

    /// Whether releases of one month are adjacent.
    #[must_use]
    pub fn is_by_date(self) -> bool {
        matches!(self, Self::Newest | Self::Oldest)
    }
}

/// Sorts hits, given as ascending indices; `needles` are the words of the query.
pub fn in_order(catalog: &Catalog, mut hits: Vec<ReleaseIndex>, sort: Sort, needles: &[Needle]) -> Arc<[ReleaseIndex]> {
    match sort {
        Sort::Newest => return newest(catalog, hits),
        Sort::Oldest => hits.sort_by_cached_key(|&index| oldest_key(catalog, index)),
        Sort::Title => by_title(catalog, &mut hits),
        Sort::Relevance if needles.is_empty() => return newest(catalog, hits),
        Sort::Relevance => {
            let scores = Scores::new(catalog, &hits, needles);
            hits.sort_by_cached_key(|&index| (Reverse(scores.of(catalog, index)), catalog.key(index)));
        }
    }
    hits.into()
}

/// Oldest first, undated last.
fn oldest_key(catalog: &Catalog, index: ReleaseIndex) -> i64 {
    match catalog.key(index) {
        i64::MAX => i64::MAX,
        key => -key,
    }
}

/// Compares titles by their first bytes, stored in the key; most comparisons do not read the text.
fn by_title(catalog: &Catalog, hits: &mut [ReleaseIndex]) {
    let first_bytes = |title: &str| {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(title.bytes()).for_each(|(byte, of_title)| *byte = of_title);
        u64::from_be_bytes(bytes)
    };
    let keyed = hits.iter().map(|&index| (catalog.folded_title(index), index));
    let mut keyed: Vec<_> = keyed.map(|(title, index)| (first_bytes(title), title, index)).collect();
    // Few titles are equal, so that their dates are rarely read.
    keyed.sort_unstable_by(|(bytes, title, index), (other_bytes, other_title, other)| {
        let by_date = || (catalog.key(*index), index).cmp(&(catalog.key(*other), other));
        (bytes, title).cmp(&(other_bytes, other_title)).then_with(by_date)
    });
    hits.iter_mut().zip(keyed).for_each(|(hit, (.., index))| *hit = index);
}

/// Sorts few hits by key; selects many from the catalog's order through a table.
fn newest(catalog: &Catalog, mut hits: Vec<ReleaseIndex>) -> Arc<[ReleaseIndex]> {
    let all = catalog.order();
    if hits.len() == all.len() {
        return Arc::clone(all);
    }
    // A feed that is entirely newest first is already in this order.
    if all.is_sorted() {
        return hits.into();
    }
    if hits.len() < all.len() / 16 {
        hits.sort_by_cached_key(|&index| catalog.key(index));
        return hits.into();
    }
    let mut is_hit = vec![false; all.len()];
    for &index in &hits {
        is_hit[index.position()] = true;
    }
    // Branch-free, because hits are scattered at random.
    let mut ordered = vec![ReleaseIndex::default(); all.len() + 1];
    let mut count = 0;
    for &index in all.iter() {
        ordered[count] = index;
        count += usize::from(is_hit[index.position()]);
    }
    ordered.truncate(hits.len());
    ordered.into()
}

/// The score of a match. Integers, so that the order is the same on every machine.
struct Scores<'a> {
    needles: &'a [Needle],
    /// The value of each needle; rarer needles have higher values.
    worth: Vec<u64>,
    /// The words as they were typed.
    together: String,
}

impl<'a> Scores<'a> {
    /// The factor for a word in the title.
    const TITLE: u64 = 4;
    /// The value of the words standing together as typed.
    const PHRASE: u64 = 60;
    /// The value of nearby words: this divided by the bytes between them.
    const CLOSE: u64 = 600;

    fn new(catalog: &Catalog, hits: &[ReleaseIndex], needles: &'a [Needle]) -> Self {
        let all = hits.len() as u64 + 1;
        let rarity = |needle: &Needle| {
            let with = hits.iter().filter(|&&index| needle.is_in(catalog.folded(index))).count() as u64 + 1;
            // Ten times the binary logarithm of its rarity, plus ten for being present.
            10 + 10 * u64::from((all / with).max(1).ilog2())
        };
        // With a single needle every hit has it, so its rarity does not matter.
        let worth = if needles.len() == 1 { vec![10] } else { needles.iter().map(rarity).collect() };
        let together = needles.iter().map(Needle::as_str).collect::<Vec<_>>().join(" ");
        Self { needles, worth, together }
    }

    fn of(&self, catalog: &Catalog, index: ReleaseIndex) -> u64 {
        let (text, title) = (catalog.folded(index), catalog.folded_title(index));
        let mut score = 0;
        let (mut first, mut last, mut found) = (usize::MAX, 0, 0);
        for (needle, worth) in self.needles.iter().zip(&self.worth) {
            if needle.is_in(title) {
                score += worth * Self::TITLE;
            }
            if let Some(Range { start: at, end }) = needle.find(text) {
                // A whole word is worth more than a part of one.
                let is_word = |edge: Option<char>| edge.is_none_or(|c| !c.is_alphanumeric());
                let before = text.get(..at).and_then(|text| text.chars().next_back());
                let after = text.get(end..).and_then(|text| text.chars().next());
                score += worth + if is_word(before) && is_word(after) { worth / 2 } else { 0 };
                first = first.min(at);
                last = last.max(end);
                found += 1;
            }
        }
        if found > 1 {
            score += Self::CLOSE / (last - first).max(1) as u64;
            if text.contains(&self.together) {
                score += Self::PHRASE;
            }
        }
        score
    }
}
