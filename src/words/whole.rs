//! Lowers the scores of phrases that are cut out of longer ones, such as `world economic` or half a name.

use rustc_hash::FxHashMap;

use super::candidates::{Candidate, Filter};
use super::korean::is_hangul;
use super::passes::IsCancelled;
use super::phrases::{LONGEST, is_phrase};
use super::texts::Sample;
use super::tokens::{Key, Token};
use crate::query::phrase::Phrase;
use crate::text::is_unspaced;

/// A phrase is open on a side if the same word stands there in more than this share of the places where it occurs. A longer
/// phrase replaces it if it occurs at more than this share of them.
const MOST: f64 = 0.7;
/// What is left of the score of a phrase that a longer one replaces.
const CUT: f64 = 0.75;
/// A word is half a name if other words that name a subject stand on one side of it in at least this share of its places.
const NEARLY_ALL: f64 = 0.95;
/// What is left of the score of half a name.
const HALF: f64 = 0.75;
/// With fewer places than this, nothing is known of the words beside a phrase.
const FEWEST: u32 = 3;

/// The words that name a subject beside a phrase, on one side.
#[derive(Default)]
struct Beside {
    counts: FxHashMap<u32, u32>,
    all: u32,
}

impl Beside {
    fn add(&mut self, token: Option<&Token>) {
        if let Some(token) = token.filter(|token| token.is_subject()) {
            *self.counts.entry(token.word()).or_default() += 1;
            self.all += 1;
        }
    }
}

/// Where a phrase stands in the hits.
#[derive(Default)]
struct Places {
    count: u32,
    sides: [Beside; 2],
}

impl Places {
    /// The number of sides on which mostly the same word stands.
    fn open_sides(&self) -> usize {
        let is_open = |side: &&Beside| side.counts.values().max().is_some_and(|&most| self.is_most(most));
        self.sides.iter().filter(is_open).count()
    }

    fn is_most(&self, count: u32) -> bool {
        f64::from(count) > MOST * f64::from(self.count)
    }

    /// Whether it hardly ever stands without another word on one of its sides.
    fn is_half(&self) -> bool {
        self.sides.iter().any(|side| f64::from(side.all) >= NEARLY_ALL * f64::from(self.count))
    }
}

/// Lowers the scores of phrases that are cut out of longer ones, and sorts all by their scores. Ends early if cancelled.
pub fn prefer_whole(found: &mut [Candidate], hits: &Sample<'_>, is_cancelled: IsCancelled<'_>) {
    let places = places(found, hits, is_cancelled);
    let factors: Vec<f64> = (0..found.len()).map(|at| factor(at, found, &places)).collect();
    for (candidate, factor) in found.iter_mut().zip(factors) {
        candidate.score *= factor;
    }
    found.sort_by(Candidate::order);
}

/// Returns what is left of the score of a phrase.
fn factor(at: usize, found: &[Candidate], places: &[Places]) -> f64 {
    let (candidate, own) = (&found[at], &places[at]);
    // Words of scripts without blanks and Korean ones stand beside others all the time.
    let is_compound = candidate.phrase.chars().any(|c| is_unspaced(c) || is_hangul(c));
    let open = own.open_sides();
    if open == 0 {
        let is_half = candidate.length == 1 && own.count >= FEWEST && !is_compound && own.is_half();
        return if is_half { HALF } else { 1.0 };
    }
    let phrase = Phrase::new(&candidate.phrase);
    let replaces_it = |(longer, other): (&Candidate, &Places)| {
        longer.length > candidate.length
            && own.is_most(other.count)
            && other.open_sides() < open
            && phrase.is_in(&longer.phrase)
    };
    if found.iter().zip(places).any(replaces_it) {
        CUT
    } else if candidate.length == LONGEST {
        candidate.if_cut
    } else {
        1.0
    }
}

/// Finds where phrases stand in the hits.
fn places(found: &[Candidate], hits: &Sample<'_>, is_cancelled: IsCancelled<'_>) -> Vec<Places> {
    let numbers: FxHashMap<Key, usize> = found.iter().enumerate().map(|(at, candidate)| (candidate.key, at)).collect();
    let filter = Filter::of(numbers.keys());
    let mut all: Vec<Places> = found.iter().map(|_| Places::default()).collect();
    hits.each(0..hits.len(), is_cancelled, &mut |_, text| {
        let tokens = text.tokens;
        for start in (0..tokens.len()).filter(|&start| tokens[start].is_subject()) {
            for end in start + 1..=tokens.len().min(start + LONGEST) {
                let key = Key::of(&tokens[start..end]);
                if filter.may_have(key)
                    && is_phrase(&tokens[start..end])
                    && let Some(&at) = numbers.get(&key)
                {
                    all[at].count += 1;
                    let [left, right] = &mut all[at].sides;
                    left.add(start.checked_sub(1).map(|before| &tokens[before]));
                    right.add(tokens.get(end));
                }
            }
        }
    });
    all
}
