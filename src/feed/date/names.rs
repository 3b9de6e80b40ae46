//! Looks up which month or weekday a word names, and in which languages.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::languages::LANGUAGES;
use crate::text::fold;

/// The shortest prefix that stands for a name.
const SHORTEST: usize = 3;

/// One meaning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The month, or the day of the week, from 1. Weeks begin on Monday.
    pub number: u32,
    /// Languages in which the word is a name or its usual abbreviation, one bit each.
    pub exact: u64,
    /// Languages in which a name begins with the word.
    pub prefix: u64,
}

impl Meaning {
    /// Returns every language in which the word can have this meaning.
    pub fn languages(self) -> u64 {
        self.exact | self.prefix
    }
}

/// All meanings of a word.
#[derive(Debug, Default)]
pub(super) struct Name {
    pub months: Vec<Meaning>,
    pub weekdays: Vec<Meaning>,
}

static NAMES: LazyLock<FxHashMap<String, Name>> = LazyLock::new(|| {
    let mut names: FxHashMap<String, Name> = FxHashMap::default();
    for (at, language) in LANGUAGES.iter().enumerate() {
        let bit = 1 << at;
        for (number, forms) in (1..).zip(language.months.split('|')) {
            add(&mut names, forms, |name, is_exact| mean(&mut name.months, number, bit, is_exact));
        }
        for (number, forms) in (1..).zip(language.days.split('|')) {
            add(&mut names, forms, |name, is_exact| mean(&mut name.weekdays, number, bit, is_exact));
        }
    }
    names
});

/// Returns the meanings of a word that has been folded to remove case and accents. Returns `None` if it names neither a
/// month nor a weekday.
pub(super) fn find(folded: &str) -> Option<&'static Name> {
    NAMES.get(folded)
}

/// Adds the forms of a name and their prefixes.
fn add(names: &mut FxHashMap<String, Name>, forms: &str, mut mean: impl FnMut(&mut Name, bool)) {
    for form in forms.split_whitespace() {
        let form = fold(form);
        mean(names.entry(form.clone()).or_default(), true);
        for beginning in form.char_indices().skip(SHORTEST).filter_map(|(end, _)| form.get(..end)) {
            mean(names.entry(beginning.to_owned()).or_default(), false);
        }
    }
}

fn mean(meanings: &mut Vec<Meaning>, number: u32, bit: u64, is_exact: bool) {
    let at = meanings.iter().position(|meaning| meaning.number == number).unwrap_or_else(|| {
        meanings.push(Meaning { number, exact: 0, prefix: 0 });
        meanings.len() - 1
    });
    if is_exact {
        meanings[at].exact |= bit;
    } else {
        meanings[at].prefix |= bit;
    }
}
