//! Statistics of a feed: item count, dates, topics, languages and scripts.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::release::{CustomField, Date, FieldName, Release};
use crate::text::CleanBuf;

/// The most distinct topics that are counted.
const TOPICS: usize = 1 << 16;
/// The longest topic name in bytes; longer ones are not counted.
const LONGEST: usize = 1_000;
/// The most distinct values of custom fields that are counted, of all fields together.
const VALUES: usize = 1 << 16;
/// The most declared languages that are kept.
const LANGUAGES: usize = 64;
/// The characters of a release from which its script is detected.
const LOOKED_AT: usize = 200;

/// Statistics of a feed.
#[derive(Debug, Default)]
pub struct Summary {
    /// The title.
    pub title: CleanBuf,
    /// The number of readable items.
    pub items: u64,
    /// The first and the last date.
    pub dates: Option<(Date, Date)>,
    /// The number of items that repeat the id of another, or its address if it has no id.
    pub duplicates: u64,
    topics: FxHashMap<CleanBuf, u64>,
    fields: FxHashMap<FieldName, Counted>,
    /// The number of distinct values of all fields.
    values: usize,
    languages: BTreeSet<CleanBuf>,
    scripts: [u64; SCRIPTS.len()],
}

/// How often a feed has a custom field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldCount {
    /// Its name.
    pub name: &'static str,
    /// The number of distinct values.
    pub values: usize,
    /// The number of items that have one.
    pub items: u64,
}

/// The values of a field, and the number of items that have one.
#[derive(Debug, Default)]
struct Counted {
    values: FxHashSet<CleanBuf>,
    items: u64,
    /// The number of the item counted last.
    last: u64,
}

impl Summary {
    pub(super) fn release(&mut self, release: &Release) {
        self.items += 1;
        if let Some(date) = release.date {
            let (first, last) = self.dates.unwrap_or((date, date));
            let first = if date.instant() < first.instant() { date } else { first };
            let last = if date.instant() > last.instant() { date } else { last };
            self.dates = Some((first, last));
        }
        for topic in &release.topics {
            if let Some(count) = self.topics.get_mut(topic.as_str()) {
                *count += 1;
            } else if self.topics.len() < TOPICS && topic.as_str().len() <= LONGEST {
                self.topics.insert(topic.clone(), 1);
            }
        }
        self.language(release.language.as_str());
        for field in &release.fields {
            self.field(field);
        }
        let text = release.title.as_str().chars().chain(release.summary.as_str().chars());
        for c in text.take(LOOKED_AT).filter(|c| c.is_alphabetic()) {
            self.scripts[script(c)] += 1;
        }
    }

    fn field(&mut self, field: &CustomField) {
        let counted = self.fields.entry(field.name).or_default();
        counted.items += u64::from(counted.last != self.items);
        counted.last = self.items;
        if self.values < VALUES && !counted.values.contains(field.value.as_str()) {
            counted.values.insert(field.value.clone());
            self.values += 1;
        }
    }

    /// Returns custom fields, those of most items first.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldCount> {
        let count = |(name, of): (&FieldName, &Counted)| FieldCount {
            name: name.name(),
            values: of.values.len(),
            items: of.items,
        };
        let mut all: Vec<FieldCount> = self.fields.iter().map(count).collect();
        all.sort_by_key(|field| (std::cmp::Reverse(field.items), field.values, field.name));
        all
    }

    pub(super) fn language(&mut self, declared: &str) {
        if declared.is_empty() {
            return;
        }
        let declared = CleanBuf::line(&declared.trim().chars().take(40).collect::<String>());
        let is_known = |known: &CleanBuf| known.as_str().eq_ignore_ascii_case(declared.as_str());
        if !declared.is_empty() && self.languages.len() < LANGUAGES && !self.languages.iter().any(is_known) {
            self.languages.insert(declared);
        }
    }

    /// Returns the number of topics.
    #[must_use]
    pub fn topics(&self) -> usize {
        self.topics.len()
    }

    /// Returns the most frequent topics with their counts.
    #[must_use]
    pub fn top_topics(&self, most: usize) -> Vec<(&str, u64)> {
        let mut all: Vec<(&str, u64)> = self.topics.iter().map(|(topic, count)| (topic.as_str(), *count)).collect();
        all.sort_by_key(|&(topic, count)| (std::cmp::Reverse(count), topic));
        all.truncate(most);
        all
    }

    /// Returns the declared languages, sorted.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(CleanBuf::as_str)
    }

    /// Returns the scripts of titles and summaries, with their share of the letters in percent, from 1% upwards.
    #[must_use]
    pub fn scripts(&self) -> Vec<(&'static str, u64)> {
        let all: u64 = self.scripts.iter().sum();
        let shares =
            SCRIPTS.iter().zip(self.scripts).map(|((name, _), count)| (*name, (count * 100).div_ceil(all.max(1))));
        let mut shares: Vec<(&str, u64)> =
            shares.filter(|(_, share)| *share > 1 || (*share == 1 && all <= 100)).collect();
        shares.sort_by_key(|&(name, share)| (std::cmp::Reverse(share), name));
        shares
    }
}

/// Scripts and the character ranges of their blocks; anything else is Latin or rare.
const SCRIPTS: [(&str, &[(char, char)]); 16] = [
    ("other", &[]),
    ("Latin", &[('A', '\u{24f}'), ('\u{1e00}', '\u{1eff}'), ('\u{ff21}', '\u{ff5a}')]),
    ("Greek", &[('\u{370}', '\u{3ff}'), ('\u{1f00}', '\u{1fff}')]),
    ("Cyrillic", &[('\u{400}', '\u{52f}')]),
    ("Armenian", &[('\u{530}', '\u{58f}')]),
    ("Hebrew", &[('\u{590}', '\u{5ff}')]),
    ("Arabic", &[('\u{600}', '\u{77f}'), ('\u{8a0}', '\u{8ff}'), ('\u{fb50}', '\u{fdff}'), ('\u{fe70}', '\u{feff}')]),
    ("Devanagari", &[('\u{900}', '\u{97f}')]),
    ("Bengali", &[('\u{980}', '\u{9ff}')]),
    ("Tamil", &[('\u{b80}', '\u{bff}')]),
    ("Thai", &[('\u{e00}', '\u{e7f}')]),
    ("Georgian", &[('\u{10a0}', '\u{10ff}')]),
    ("Hangul", &[('\u{1100}', '\u{11ff}'), ('\u{3130}', '\u{318f}'), ('\u{ac00}', '\u{d7af}')]),
    ("Kana", &[('\u{3040}', '\u{30ff}')]),
    (
        "Han",
        &[('\u{3400}', '\u{4dbf}'), ('\u{4e00}', '\u{9fff}'), ('\u{f900}', '\u{faff}'), ('\u{20000}', '\u{323af}')],
    ),
    ("Ethiopic", &[('\u{1200}', '\u{139f}')]),
];

fn script(c: char) -> usize {
    let holds =
        |(_, blocks): &(&str, &[(char, char)])| blocks.iter().any(|(first, last)| (*first..=*last).contains(&c));
    SCRIPTS.iter().position(holds).unwrap_or(0)
}

/// The ids seen so far, with the first item of each.
#[derive(Default)]
pub(super) struct Ids(FxHashMap<u64, u64>);

impl Ids {
    /// Returns the first item with this id, unless it is this one.
    pub fn see(&mut self, id: &str, item: u64) -> Option<u64> {
        let hash = FxBuildHasher.hash_one(id);
        match self.0.entry(hash) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(item);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_fields_are_counted_with_their_values() {
        let mut summary = Summary::default();
        for values in [&[("kind", "a"), ("agency", "x")][..], &[("kind", "b"), ("kind", "a")], &[("kind", "a")]] {
            let field = |&(name, value): &(&str, &str)| CustomField {
                name: FieldName::of(name).expect("a name"),
                value: CleanBuf::line(value),
            };
            summary.release(&Release { fields: values.iter().map(field).collect(), ..Release::default() });
        }
        let fields: Vec<_> = summary.fields().iter().map(|field| (field.name, field.values, field.items)).collect();
        assert_eq!(fields, [("kind", 2, 3), ("agency", 1, 1)]);
    }

    #[test]
    fn topics_and_scripts_are_sorted_by_frequency() {
        let mut summary = Summary::default();
        for (title, topics) in [("Genève", &["a", "b"][..]), ("국제", &["b"]), ("Женева Ж", &[])] {
            let topics = topics.iter().map(|topic| CleanBuf::line(topic)).collect();
            summary.release(&Release { title: CleanBuf::line(title), topics, ..Release::default() });
        }
        assert_eq!((summary.topics(), summary.top_topics(1)), (2, vec![("b", 2)]));
        assert_eq!(summary.scripts(), [("Cyrillic", 47), ("Latin", 40), ("Hangul", 14)]);
    }
}
