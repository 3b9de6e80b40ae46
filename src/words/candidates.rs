//! Counts the phrases of some releases and scores them.

use std::cmp::Ordering;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::archive::Archive;
use super::passes::{IsCancelled, in_halves};
use super::phrases::{LONGEST, each_phrase, is_phrase};
use super::sketch::Sketch;
use super::texts::{Sample, Text, beginning};
use super::tokens::{BREAK, Key, Token};
use crate::catalog::{Catalog, ReleaseIndex};

/// The fewest hits that have a phrase.
const FEWEST: u32 = 3;
/// Of fewer hits than this, two that have a phrase are enough.
const SMALL: usize = 8;
/// The least share of the hits that have a phrase.
const SHARE: f64 = 0.004;
/// How many times as frequent a phrase must be in the hits as in the others.
const RATIO: f64 = 2.0;
/// What each further word adds to a score.
const FURTHER_WORD: f64 = 0.1;
/// The words of a phrase that is a name or a term stand together in more than this share of their releases.
const BOUND: f64 = 0.4;
/// Three words are a term if two of them stand beside the third in at least this share of their releases, as `world
/// economic` beside `forum`.
const CLOSED: f64 = 0.8;
/// Added to the releases of two words, because words in few releases stand beside the same third word by chance.
const BY_CHANCE: f64 = 2.0;
/// A word in more than this many times as many releases as a phrase adds nothing to it, as `general` in `general jane
/// doe`.
const EVERYWHERE: f64 = 20.0;
/// What is left of the score of a phrase whose words hardly ever stand together.
const LOOSE: f64 = 0.4;
/// What is left of the score of a phrase with a function word in it: often a part of a longer one (`fever in Uganda`).
const INNER_FUNCTION_WORD: f64 = 0.85;
/// Phrases with a lower score may differ by chance: the value of chi-square with a probability of 1 %.
const LEAST: f64 = 6.63;
/// Words that open names, such as `New York`. Elsewhere they only describe, and alone they say nothing.
const OPENING: [&str; 1] = ["new"];
/// The number of phrases that are looked at more closely.
const POOL: usize = 160;

/// A phrase that distinguishes the hits.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The folded phrase; empty at first.
    pub phrase: String,
    /// Its number.
    pub key: Key,
    /// The number of its words.
    pub length: usize,
    /// Its score.
    pub score: f64,
    /// The factor of its score if it turns out to be a part of a phrase of more than three words.
    pub if_cut: f64,
    /// A release that contains it.
    example: ReleaseIndex,
}

impl Candidate {
    /// Orders phrases by their scores, best first, the shorter of two equal ones before the longer.
    pub fn order(one: &Self, other: &Self) -> Ordering {
        let by_length = || one.length.cmp(&other.length).then_with(|| one.phrase.cmp(&other.phrase));
        other.score.total_cmp(&one.score).then_with(by_length)
    }
}

/// How many releases contain a phrase.
struct Counted {
    count: u32,
    /// The last of them.
    last: ReleaseIndex,
    length: u8,
    /// The words of the phrase that name a subject, then breaks.
    subjects: [Token; LONGEST],
}

/// Phrases and how many releases contain each.
type Counts = FxHashMap<Key, Counted>;

/// Returns the phrases with the best scores, best first, without the phrases themselves. Ends early if cancelled.
pub fn best(
    archive: &Archive,
    hits: &Sample<'_>,
    others: &Sample<'_>,
    is_cancelled: IsCancelled<'_>,
) -> Vec<Candidate> {
    let counts = frequent(archive, hits, is_cancelled);
    let beside = counts_of_others(archive, others, &counts, is_cancelled);
    let (all_hits, all_others) = (hits.len() as f64, others.len() as f64);
    let other_count = |key: &Key| beside.get(key).copied().unwrap_or(0);
    let total = |key: Key| f64::from(counts.get(&key).map_or(0, |counted| counted.count) + other_count(&key));
    let mut found: Vec<Candidate> = Vec::new();
    for (&key, counted) in &counts {
        let (own, other) = (f64::from(counted.count), f64::from(other_count(&key)));
        if own / all_hits < RATIO * other / all_others {
            continue;
        }
        let subjects: Vec<Token> = counted.subjects.iter().copied().filter(|&word| word != BREAK).collect();
        let words: Vec<f64> = subjects.iter().map(|&word| total(Key::of(&[word]))).collect();
        // A word that is everywhere says nothing more, as in `general jane doe`.
        let telling = words.iter().filter(|&&word| word <= EVERYWHERE * (own + other)).count();
        let further = 1.0 + FURTHER_WORD * (telling.saturating_sub(1)) as f64;
        let is_whole = words.len() == usize::from(counted.length);
        let inner = if is_whole { 1.0 } else { INNER_FUNCTION_WORD };
        let parts: Vec<f64> = match *subjects.as_slice() {
            [first, second, third] if is_whole && telling == words.len() => {
                [[first, second], [second, third]].into_iter().map(|pair| total(Key::of(&pair))).collect()
            }
            _ => Vec::new(),
        };
        let loose = cohesion(own + other, words);
        let bound = if is_closed(own + other, &parts) { 1.0 } else { loose };
        let score = log_likelihood(own, all_hits, other, all_others) * further * inner * bound;
        if score < LEAST {
            continue;
        }
        found.push(Candidate {
            phrase: String::new(),
            key,
            length: counted.length.into(),
            score,
            if_cut: loose / bound,
            example: counted.last,
        });
    }
    // The number of a phrase follows from its words alone, so the order does not depend on that of the releases.
    found.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.key.cmp(&other.key)));
    found.truncate(POOL);
    found
}

/// The log-likelihood ratio G² of a phrase in `own` of `all_own` releases, and `other` of `all_other` others.
fn log_likelihood(own: f64, all_own: f64, other: f64, all_other: f64) -> f64 {
    let share = (own + other) / (all_own + all_other);
    let term = |seen: f64, expected: f64| {
        if seen > 0.0 { seen * (seen / expected).ln() } else { 0.0 }
    };
    let side = |seen: f64, all: f64| term(seen, all * share) + term(all - seen, all * (1.0 - share));
    2.0 * (side(own, all_own) + side(other, all_other))
}

/// Returns a factor for a phrase: less than one if its words hardly ever stand together, as in `situation in China`.
/// `words` are the numbers of releases with each of its words that name a subject. The two rarest of them count.
fn cohesion(phrase: f64, mut words: Vec<f64>) -> f64 {
    words.sort_by(f64::total_cmp);
    let &[rarest, second, ..] = words.as_slice() else {
        return 1.0;
    };
    let share = phrase / (rarest * second).sqrt().max(1.0);
    LOOSE + (1.0 - LOOSE) * (share / BOUND).min(1.0)
}

/// Whether a phrase as the releases write it is a thing and its description, such as `new outbreak` in contrast to `New
/// York`.
pub fn is_described(phrase: &str) -> bool {
    phrase.split_once(' ').is_some_and(|(first, _)| OPENING.contains(&first))
}

/// Whether a pair of words in a phrase hardly ever stands without the third, as in `world economic forum`. `pairs` are the
/// numbers of releases with the pairs.
fn is_closed(phrase: f64, pairs: &[f64]) -> bool {
    pairs.iter().any(|pair| phrase >= CLOSED * (pair + BY_CHANCE))
}

/// Counts the phrases that are in enough hits.
fn frequent(archive: &Archive, hits: &Sample<'_>, is_cancelled: IsCancelled<'_>) -> Counts {
    let fewest = if hits.len() < SMALL { 2 } else { FEWEST };
    let least = ((hits.len() as f64 * SHARE).ceil() as u32).max(fewest);
    let hits = (hits, is_cancelled);
    let mut words = count(archive, hits, least, |tokens, take| {
        tokens.windows(1).filter(|word| word[0].is_subject()).for_each(take);
    });
    let is_known = |word: &Token| word.is_subject() && words.contains_key(&Key::of(&[*word]));
    let phrases = count(archive, hits, least, |tokens, take| {
        let known: Vec<bool> = tokens.iter().map(is_known).collect();
        for start in (0..tokens.len()).filter(|&start| known[start]) {
            for length in 2..=LONGEST.min(tokens.len() - start) {
                // A phrase is in no more releases than its words.
                let phrase = &tokens[start..start + length];
                if known[start + length - 1] && is_phrase(phrase) {
                    take(phrase);
                }
            }
        }
    });
    words.extend(phrases);
    words
}

/// Counts phrases and keeps those that are in at least `least` hits. `each` calls its second argument with the phrases
/// of a text.
///
/// Most phrases occur once and would fill a large table. So all of them are counted first in a [`Sketch`], and only those
/// that may be frequent enough in a table (Park, Chen and Yu, 1995).
fn count(
    archive: &Archive,
    (hits, is_cancelled): (&Sample<'_>, IsCancelled<'_>),
    least: u32,
    each: impl Fn(&[Token], &mut dyn FnMut(&[Token])) + Sync,
) -> Counts {
    let words = hits.bytes();
    let sketch = |part: Range<usize>| {
        let mut sketch = Sketch::of(words, least);
        hits.each(part, is_cancelled, &mut |_, text| each(text.tokens, &mut |phrase| sketch.add(Key::of(phrase))));
        sketch
    };
    let (mut sketch, other) = in_halves(hits.len(), sketch);
    if let Some(other) = other {
        sketch.merge(&other);
    }
    let count = |part: Range<usize>| {
        let mut counts = Counts::default();
        hits.each(part, is_cancelled, &mut |_, text| {
            each(text.tokens, &mut |phrase| {
                if sketch.may_reach(Key::of(phrase), least) {
                    add(&mut counts, archive, text, phrase);
                }
            });
        });
        counts
    };
    let (mut counts, other) = in_halves(hits.len(), count);
    for (key, more) in other.into_iter().flatten() {
        counts
            .entry(key)
            .and_modify(|counted| (counted.count, counted.last) = (counted.count + more.count, more.last))
            .or_insert(more);
    }
    counts.retain(|_, counted| counted.count >= least);
    counts
}

/// Counts a phrase of a release, once for each release.
fn add(counts: &mut Counts, archive: &Archive, text: Text<'_>, words: &[Token]) {
    let key = Key::of(words);
    match counts.get_mut(&key) {
        Some(counted) if counted.last == text.release => {}
        Some(counted) => {
            counted.count += u32::from(!archive.is_boilerplate(key, text));
            counted.last = text.release;
        }
        None => {
            let count = u32::from(!archive.is_boilerplate(key, text));
            let mut subjects = words.iter().copied().filter(|word| word.is_subject());
            let subjects = [(); LONGEST].map(|()| subjects.next().unwrap_or(BREAK));
            counts.insert(key, Counted { count, last: text.release, length: words.len() as u8, subjects });
        }
    }
}

/// Counts known phrases in other releases.
fn counts_of_others(
    archive: &Archive,
    others: &Sample<'_>,
    known: &Counts,
    is_cancelled: IsCancelled<'_>,
) -> FxHashMap<Key, u32> {
    let filter = Filter::of(known.keys());
    let count = |part: Range<usize>| {
        let mut counts: FxHashMap<Key, (u32, ReleaseIndex)> =
            known.iter().map(|(&key, counted)| (key, (0, counted.last))).collect();
        others.each(part, is_cancelled, &mut |_, text| {
            each_phrase(text.tokens, &mut |key, _| {
                // No hit is among the others, so the release counted last is not this one.
                let Some((count, last)) = filter.may_have(key).then(|| counts.get_mut(&key)).flatten() else {
                    return;
                };
                if *last != text.release && !archive.is_boilerplate(key, text) {
                    (*count, *last) = (*count + 1, text.release);
                }
            });
        });
        counts
    };
    let (counts, other) = in_halves(others.len(), count);
    let mut counts: FxHashMap<Key, u32> = counts.into_iter().map(|(key, (count, _))| (key, count)).collect();
    for (key, (more, _)) in other.into_iter().flatten() {
        *counts.entry(key).or_default() += more;
    }
    counts
}

/// Tells most phrases that are not known from those that are, faster than a table.
pub(super) struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    pub fn of<'k>(keys: impl ExactSizeIterator<Item = &'k Key>) -> Self {
        let mut filter = Self { bits: vec![0; (keys.len() / 8).next_power_of_two().max(64)] };
        for &key in keys {
            let (word, bit) = filter.place(key);
            filter.bits[word] |= bit;
        }
        filter
    }

    fn place(&self, key: Key) -> (usize, u64) {
        let bits = key.bits();
        ((bits >> 6) as usize & (self.bits.len() - 1), 1 << (bits & 63))
    }

    pub fn may_have(&self, key: Key) -> bool {
        let (word, bit) = self.place(key);
        self.bits[word] & bit != 0
    }
}

/// Reads the phrases themselves from releases that contain them. Keeps those that are wanted.
pub fn spelled(
    found: Vec<Candidate>,
    archive: &Archive,
    catalog: &Catalog,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<Candidate> {
    let spell = |candidate: Candidate| {
        let phrase = phrase(archive, beginning(catalog.folded(candidate.example)), &candidate)?;
        (!OPENING.contains(&phrase.as_str()) && is_wanted(&phrase)).then_some(Candidate { phrase, ..candidate })
    };
    let mut spelled: Vec<Candidate> = found.into_iter().filter_map(spell).collect();
    spelled.sort_by(Candidate::order);
    spelled
}

/// Finds the phrase of a candidate in a text.
fn phrase(archive: &Archive, text: &str, candidate: &Candidate) -> Option<String> {
    let (mut tokens, mut places) = (Vec::new(), Vec::new());
    archive.tokenizer().split(text, &mut |token, place| {
        tokens.push(token);
        places.push(place);
    });
    let at = tokens.windows(candidate.length).position(|words| is_phrase(words) && Key::of(words) == candidate.key)?;
    let (first, last) = (places.get(at)?, places.get(at + candidate.length - 1)?);
    text.get(first.start..last.end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_that_of_dunning() {
        assert!((log_likelihood(10.0, 100.0, 10.0, 100.0)).abs() < 1e-9);
        assert!((log_likelihood(10.0, 100.0, 0.0, 100.0) - 14.380).abs() < 0.01);
        assert!(log_likelihood(10.0, 100.0, 5.0, 1_000.0) > log_likelihood(10.0, 100.0, 20.0, 1_000.0));
    }
}
