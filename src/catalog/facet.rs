//! Facets: fields whose values are few enough to be counted, each value interned to a small number.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::column::Texts;
use crate::text::{Clean, CleanBuf, fold_name};

/// A field whose values are counted in the filter pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(usize)]
pub enum Facet {
    /// What a release is about; it may have several.
    Topic,
    /// Where it was published.
    Place,
    /// Which feed it came from.
    Source,
    /// The year of its date.
    Year,
}

impl Facet {
    /// How many facets there are.
    pub const COUNT: usize = 4;
    /// All of them, in the order of the filter pane.
    pub const ALL: [Self; Self::COUNT] = [Self::Topic, Self::Place, Self::Source, Self::Year];

    /// One value of it, in a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Source => "source",
            Self::Year => "year",
        }
    }
}

/// Number of a value within its facet.
pub type ValueId = u32;

/// Number of one spelling of a value within its facet. The first spelling of a value has the value's number.
pub type SpellingId = u32;

/// The number of the first spelling that is not the first of its value.
const FIRST_OTHER: SpellingId = 1 << 31;

/// The value of releases that have none.
pub const NONE: ValueId = 0;

/// The values of one facet: label, search form and number of releases of each. Names that search takes for one are one
/// value, which is shown in the spelling of most releases. Value [`NONE`] has an empty label.
/// A feed may have a topic of its own for each release: nothing is allocated for a single value.
#[derive(Debug, Clone)]
pub struct Values {
    /// The first spelling of each value.
    labels: Texts,
    folded: String,
    /// Where the search form of each value ends.
    folded_ends: Vec<u32>,
    totals: Vec<u32>,
    /// The spellings by their labels.
    by_label: HashTable<SpellingId>,
    /// The values by their search forms.
    by_folded: HashTable<ValueId>,
    /// Spellings beside the first ones, from [`FIRST_OTHER`] on.
    others: Vec<Spelling>,
    /// The values that have several spellings.
    varied: FxHashMap<ValueId, Varied>,
}

#[derive(Debug, Clone)]
struct Spelling {
    label: CleanBuf,
    value: ValueId,
    releases: u32,
}

/// Of a value with several spellings.
#[derive(Debug, Clone, Copy)]
struct Varied {
    /// Releases that have its first spelling.
    first: u32,
    /// The spelling that most releases have, the earliest of several.
    shown: SpellingId,
}

impl Default for Values {
    fn default() -> Self {
        let mut values = Self {
            labels: Texts::default(),
            folded: String::new(),
            folded_ends: Vec::new(),
            totals: Vec::new(),
            by_label: HashTable::new(),
            by_folded: HashTable::new(),
            others: Vec::new(),
            varied: FxHashMap::default(),
        };
        values.add(Clean::default(), "");
        values
    }
}

impl Values {
    /// How many values there are, [`NONE`] among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.totals.len()
    }

    /// Whether no release has a value here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.present().next().is_none()
    }

    /// The values with a name that a release has: names of earlier releases stay, so that each keeps its number.
    pub fn present(&self) -> impl Iterator<Item = ValueId> + '_ {
        self.ids().filter(|&id| id != NONE && self.total(id) > 0)
    }

    /// The value's name in the spelling that most releases use, of several the one met first; empty for [`NONE`] and for
    /// an unknown id.
    #[must_use]
    pub fn label(&self, id: ValueId) -> Clean<'_> {
        self.spelling(self.varied.get(&id).map_or(id, |varied| varied.shown))
    }

    /// The name as some publisher spells it; empty for an unknown id.
    #[must_use]
    pub fn spelling(&self, id: SpellingId) -> Clean<'_> {
        match id.checked_sub(FIRST_OTHER) {
            Some(other) => self.others.get(other as usize).map(|other| other.label.as_clean()).unwrap_or_default(),
            None => self.labels.get(id as usize),
        }
    }

    /// The value's name as search sees it.
    #[must_use]
    pub fn folded(&self, id: ValueId) -> &str {
        let start = id.checked_sub(1).map_or(0, |before| self.folded_ends.get(before as usize).copied().unwrap_or(0));
        let end = self.folded_ends.get(id as usize).copied().unwrap_or(start);
        self.folded.get(start as usize..end as usize).unwrap_or_default()
    }

    /// How many releases have the value, whatever is filtered.
    #[must_use]
    pub fn total(&self, id: ValueId) -> u32 {
        self.totals.get(id as usize).copied().unwrap_or_default()
    }

    /// Every id.
    pub fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        0..self.len() as ValueId
    }

    /// The ids of the values whose search form is `folded`: none or one, but for sources, which nothing makes one.
    pub fn named<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = ValueId> + 'a {
        self.by_folded.iter_hash(hash(folded)).copied().filter(move |&id| self.folded(id) == folded)
    }

    /// The value that a name is of, and its spelling, made at need. Names that search takes for one are of one value.
    pub(super) fn intern(&mut self, label: Clean<'_>) -> (ValueId, SpellingId) {
        if label.is_empty() {
            return (NONE, NONE);
        }
        if let Some(spelling) = self.spelled(label) {
            return (self.value_of(spelling), spelling);
        }
        let folded = fold_name(label.as_str());
        let Some(value) = self.named(&folded).next() else {
            let id = self.add(label, &folded);
            return (id, id);
        };
        let spelling = FIRST_OTHER + self.others.len() as SpellingId;
        self.others.push(Spelling { label: label.to_buf(), value, releases: 0 });
        let first = self.totals[value as usize];
        self.varied.entry(value).or_insert(Varied { first, shown: value });
        self.insert(label, spelling);
        (value, spelling)
    }

    /// The value of a name that is that of no other spelling, made at need: a source is itself, whatever it is called.
    pub(super) fn intern_apart(&mut self, label: Clean<'_>) -> ValueId {
        match self.spelled(label) {
            _ if label.is_empty() => NONE,
            Some(id) => id,
            None => self.add(label, &fold_name(label.as_str())),
        }
    }

    fn spelled(&self, label: Clean<'_>) -> Option<SpellingId> {
        self.by_label.find(hash(label.as_str()), |&id| self.spelling(id) == label).copied()
    }

    /// The value that a spelling is one of.
    pub(super) fn value_of(&self, spelling: SpellingId) -> ValueId {
        spelling.checked_sub(FIRST_OTHER).map_or(spelling, |other| self.others[other as usize].value)
    }

    fn add(&mut self, label: Clean<'_>, folded: &str) -> ValueId {
        let id = self.totals.len() as ValueId;
        self.labels.push(label);
        self.folded.push_str(folded);
        self.folded_ends.push(self.folded.len() as u32);
        self.totals.push(0);
        let mut by_folded = std::mem::take(&mut self.by_folded);
        by_folded.insert_unique(hash(folded), id, |&id| hash(self.folded(id)));
        self.by_folded = by_folded;
        self.insert(label, id);
        id
    }

    fn insert(&mut self, label: Clean<'_>, spelling: SpellingId) {
        let mut by_label = std::mem::take(&mut self.by_label);
        by_label.insert_unique(hash(label.as_str()), spelling, |&id| hash(self.spelling(id).as_str()));
        self.by_label = by_label;
    }

    /// The same values under the same numbers, without a release that has them.
    pub(super) fn emptied(&self) -> Self {
        let mut values = Self { totals: vec![0; self.totals.len()], ..self.clone() };
        values.others.iter_mut().for_each(|other| other.releases = 0);
        values.varied.values_mut().for_each(|varied| varied.first = 0);
        values
    }

    /// One release less has the value.
    pub(super) fn discount(&mut self, id: ValueId) {
        if let Some(total) = self.totals.get_mut(id as usize) {
            *total = total.saturating_sub(1);
        }
    }

    /// One more release has the value.
    pub(super) fn count(&mut self, id: ValueId) {
        if let Some(total) = self.totals.get_mut(id as usize) {
            *total += 1;
        }
    }

    /// One more release spells its value so.
    pub(super) fn count_spelling(&mut self, spelling: SpellingId) {
        let Some(mut varied) = self.varied.get(&self.value_of(spelling)).copied() else { return };
        match spelling.checked_sub(FIRST_OTHER) {
            Some(other) => self.others[other as usize].releases += 1,
            None => varied.first += 1,
        }
        let releases = |id: SpellingId| match id.checked_sub(FIRST_OTHER) {
            Some(other) => self.others[other as usize].releases,
            None => varied.first,
        };
        let (now, before) = (releases(spelling), releases(varied.shown));
        if now > before || (now == before && spelling < varied.shown) {
            varied.shown = spelling;
        }
        self.varied.insert(self.value_of(spelling), varied);
    }
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// Removes what is repeated by its key; the first of each stays where it is.
pub(super) fn dedup<T: Copy>(values: &mut Vec<T>, key: impl Fn(&T) -> u32) {
    /// Above so many values a set is quicker than looking through them.
    const FEW: usize = 32;
    if values.len() > FEW {
        let mut seen = FxHashSet::default();
        values.retain(|value| seen.insert(key(value)));
        return;
    }
    let mut kept = 0;
    for at in 0..values.len() {
        let value = values[at];
        if !values[..kept].iter().any(|other| key(other) == key(&value)) {
            values[kept] = value;
            kept += 1;
        }
    }
    values.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_get_numbers_once_however_many_there_are() {
        let mut values = Values::default();
        assert_eq!(values.intern(Clean::default()), (NONE, NONE));
        let first = CleanBuf::line("Zürich");
        assert_eq!([values.intern(first.as_clean()), values.intern(first.as_clean())], [(1, 1); 2]);
        assert_eq!(values.named("zurich").collect::<Vec<_>>(), [1]);
        for turn in 0..2 {
            for n in 0..70_000 {
                let id = values.intern(CleanBuf::line(&n.to_string()).as_clean());
                assert_eq!(id, (n + 2, n + 2), "in turn {turn}");
            }
        }
        assert_eq!((values.len(), values.label(70_001).as_str(), values.folded(1)), (70_002, "69999", "zurich"));
        assert_eq!((values.label(70_002).as_str(), values.folded(70_002), values.folded(ValueId::MAX)), ("", "", ""));
    }

    #[test]
    fn names_that_search_takes_for_one_are_one_value_in_the_commonest_spelling() {
        let mut values = Values::default();
        let mut publish = |names: &[&str]| {
            let spelled: Vec<_> = names.iter().map(|name| values.intern(CleanBuf::line(name).as_clean())).collect();
            values.count(1);
            for &(_, spelling) in &spelled {
                values.count_spelling(spelling);
            }
            assert!(spelled.iter().all(|&(id, _)| id == 1));
            let (all, label) = (values.total(1), values.label(1).as_str().to_owned());
            (all, label, spelled.iter().map(|&(_, spelling)| values.spelling(spelling).to_string()).collect::<Vec<_>>())
        };
        for (names, all, label) in [
            (&["Große Straße"][..], 1, "Große Straße"),
            (&["grosse strasse"], 2, "Große Straße"),
            (&["ＧＲＯＳＳＥ\u{3000}STRASSE"], 3, "Große Straße"),
            (&["grosse strasse"], 4, "grosse strasse"),
            (&["Große Straße", "grosse strasse"], 5, "grosse strasse"),
            (&["Große Straße"], 6, "Große Straße"),
        ] {
            let told = names.iter().map(|name| CleanBuf::line(name).to_string()).collect();
            assert_eq!(publish(names), (all, label.to_owned(), told));
        }
        assert_eq!(values.named("grosse strasse").collect::<Vec<_>>(), [1]);
        let mut again = values.emptied();
        let (id, spelling) = again.intern(CleanBuf::line("grosse strasse").as_clean());
        again.count(id);
        again.count_spelling(spelling);
        assert_eq!((id, again.total(id), again.label(id).as_str()), (1, 1, "grosse strasse"));
    }

    #[test]
    fn sources_are_themselves_whatever_they_are_called() {
        let mut values = Values::default();
        let ids = ["News", "news", "News"].map(|name| values.intern_apart(CleanBuf::line(name).as_clean()));
        assert_eq!((ids, values.label(1).as_str(), values.label(2).as_str()), ([1, 2, 1], "News", "news"));
        let mut named: Vec<_> = values.named("news").collect();
        named.sort_unstable();
        assert_eq!(named, [1, 2]);
    }

    #[test]
    fn a_name_of_marks_alone_is_a_name() {
        let mut values = Values::default();
        let (id, _) = values.intern(CleanBuf::line("\u{640}").as_clean());
        assert_eq!((id, values.named("").collect::<Vec<_>>()), (1, vec![NONE]));
    }

    #[test]
    fn few_and_many_values_keep_the_first_of_each() {
        for count in [5, 5_000] {
            let mut values: Vec<ValueId> = (0..count).chain((0..count).rev()).collect();
            dedup(&mut values, |id| *id);
            assert!(values.iter().copied().eq(0..count));
        }
    }
}
