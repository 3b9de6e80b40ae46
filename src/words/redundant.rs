//! Of phrases that mean the same releases, only the better is shown.

use super::candidates::{Candidate, Filter};
use super::count::Count;
use super::passes::IsCancelled;
use super::phrases::each_phrase;
use super::texts::Sample;
use super::tokens::Key;
use crate::catalog::ReleaseIndex;
use rustc_hash::FxHashMap;

/// Two phrases mean the same if they share more than this part of their releases.
const SAME: f64 = 0.6;
/// Two forms of a word begin alike, for at least so many characters.
const ALIKE: usize = 4;
/// The longest ending by which the forms of a word differ, in characters.
const ENDING: usize = 3;

/// Returns the best phrases, at most `most`, each of which means other releases than those before it. Ends early if
/// cancelled.
pub fn without_repetitions(
    found: Vec<Candidate>,
    hits: &Sample<'_>,
    most: usize,
    is_cancelled: IsCancelled<'_>,
) -> Vec<Candidate> {
    let places: FxHashMap<Key, usize> = found.iter().enumerate().map(|(at, candidate)| (candidate.key, at)).collect();
    let filter = Filter::of(places.keys());
    let mut sets = vec![vec![0_u64; hits.len().div_ceil(64)]; found.len()];
    hits.each(0..hits.len(), is_cancelled, &mut |row, text| {
        each_phrase(text.tokens, &mut |key, _| {
            if filter.may_have(key)
                && let Some(&at) = places.get(&key)
            {
                sets[at][row / 64] |= 1 << (row % 64);
            }
        });
    });
    let mut chosen: Vec<(Candidate, &Vec<u64>)> = Vec::new();
    let mut left_out: Vec<(Candidate, &Vec<u64>)> = Vec::new();
    for (candidate, set) in found.into_iter().zip(&sets) {
        if chosen.len() == most {
            break;
        }
        let has_same_wording = |better: &Candidate| is_same_wording(&better.phrase, &candidate.phrase);
        if chosen.iter().any(|(better, _)| has_same_wording(better)) {
            continue;
        }
        // A part of a phrase that means the same as a better one is no better than that.
        let is_part = left_out.iter().any(|(better, other)| shared(other, set) > SAME && has_same_wording(better));
        if is_part || chosen.iter().any(|(_, other)| shared(other, set) > SAME) {
            left_out.push((candidate, set));
        } else {
            chosen.push((candidate, set));
        }
    }
    chosen.into_iter().map(|(candidate, _)| candidate).collect()
}

/// The part that two sets share.
fn shared(one: &[u64], other: &[u64]) -> f64 {
    let pairs = || one.iter().zip(other);
    let both: u32 = pairs().map(|(one, other)| (one & other).count_ones()).sum();
    let any: u32 = pairs().map(|(one, other)| (one | other).count_ones()).sum();
    f64::from(both) / f64::from(any.max(1))
}

/// Removes phrases that are in nearly the same hits as a better one before them, and those in no hit.
pub fn drop_equal(words: &mut Vec<(Candidate, Count)>) {
    let mut at = 0;
    while at < words.len() {
        let (better, rest) = words.split_at(at);
        let own = &rest[0].1.hits;
        if own.is_empty() || better.iter().any(|(_, other)| shared_of(&other.hits, own) > SAME) {
            words.remove(at);
        } else {
            at += 1;
        }
    }
}

/// The part that two ascending lists share.
fn shared_of(one: &[ReleaseIndex], other: &[ReleaseIndex]) -> f64 {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    if (short.len() as f64) < SAME * long.len() as f64 {
        return 0.0;
    }
    let mut long = long.iter().peekable();
    let mut both = 0;
    for release in short {
        while long.next_if(|other| *other < release).is_some() {}
        both += usize::from(long.peek() == Some(&release));
    }
    both as f64 / (one.len() + other.len() - both) as f64
}

/// Whether one phrase contains the other, or they are forms of the same words.
fn is_same_wording(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if has_words(long, short) {
        return true;
    }
    let is_form = |(one, other): (&str, &str)| one == other || is_form(one, other);
    short.split(' ').count() == long.split(' ').count() && short.split(' ').zip(long.split(' ')).all(is_form)
}

/// Whether a phrase contains another one, between words or where a script has none.
fn has_words(long: &str, short: &str) -> bool {
    crate::query::phrase::Phrase::new(short).is_in(long)
}

/// Whether two words differ only in their endings: `vaccine` and `vaccines`.
fn is_form(one: &str, other: &str) -> bool {
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let (one, other) = (one.chars().count(), other.chars().count());
    alike >= ALIKE && one.max(other) - alike <= ENDING && alike * 2 > one.max(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_with_the_same_wording_are_recognised() {
        for (one, other, expected) in [
            ("avian influenza", "influenza", true),
            ("influenza", "avian influenza a", true),
            ("flu", "influenza", false),
            ("vaccine", "vaccines", true),
            ("tax return", "tax returns", true),
            ("tax", "taxi", false),
            ("hallitusta", "hallitus", true),
            ("australia", "austria", false),
            ("北京", "北京市", true),
            ("마스크", "공적 마스크", true),
        ] {
            assert_eq!(is_same_wording(one, other), expected, "{one} {other}");
            assert_eq!(is_same_wording(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn the_shared_part_of_two_lists_is_found() {
        let list = |numbers: &[u32]| numbers.iter().map(|&number| ReleaseIndex::new(number)).collect::<Vec<_>>();
        for (one, other, expected) in
            [(&[1, 2, 3][..], &[1, 2, 3][..], 1.0), (&[1, 2, 3, 4], &[2, 3, 4], 0.75), (&[1], &[2], 0.0)]
        {
            assert!((shared_of(&list(one), &list(other)) - expected).abs() < 1e-9, "{one:?} {other:?}");
        }
    }
}
