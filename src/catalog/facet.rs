//! Facets: fields with few enough values to count, each value interned as a small number.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::column::Texts;
use crate::release::FieldName;
use crate::text::{Clean, fold_name};

/// A field whose values the filter pane counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// The subjects of a release; it may have several.
    Topic,
    /// Where it was published.
    Place,
    /// The feed it came from.
    Source,
    /// The folder of that feed, and the folders around it.
    Folder,
    /// The accounts through which that feed is followed.
    Account,
    /// The labels that the user gives it at a sync server.
    Label,
    /// The year of its date.
    Year,
    /// A custom field, the authors of a release, or its language.
    Custom(FieldName),
}

/// The number of facets that every catalog has.
pub(super) const BUILT_IN: usize = 7;

impl Facet {
    /// The facets that every catalog has; further ones are in [`super::Catalog::custom_facets`].
    pub const BUILT_IN: [Self; BUILT_IN] =
        [Self::Topic, Self::Place, Self::Source, Self::Folder, Self::Account, Self::Label, Self::Year];

    /// The name, as it stands before a colon in a query.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Source => "source",
            Self::Folder => "folder",
            Self::Account => "account",
            Self::Label => "label",
            Self::Year => "year",
            Self::Custom(name) => name.name(),
        }
    }

    /// The words for one value, such as `document type`.
    #[must_use]
    pub fn noun(self) -> Cow<'static, str> {
        match self {
            Self::Custom(name) => {
                let name = name.name();
                Cow::Owned(name.strip_prefix("x-").unwrap_or(name).replace('-', " "))
            }
            _ => Cow::Borrowed(self.name()),
        }
    }

    /// The place of a facet among those that every catalog has. That of a custom one is none of theirs.
    pub(super) fn slot(self) -> usize {
        match self {
            Self::Topic => 0,
            Self::Place => 1,
            Self::Source => 2,
            Self::Folder => 3,
            Self::Account => 4,
            Self::Label => 5,
            Self::Year => 6,
            Self::Custom(_) => BUILT_IN,
        }
    }

    /// Whether all releases of a source share its values, so that no release stores them: see [`super::Origins`].
    #[must_use]
    pub fn is_of_source(self) -> bool {
        matches!(self, Self::Folder | Self::Account)
    }
}

/// The number of a value within its facet.
pub type ValueId = u32;

/// The number of one spelling of a value within its facet. The first spelling of a value has the value's number.
pub type SpellingId = u32;

/// The number of the first spelling that is not the first of its value.
pub(super) const FIRST_OTHER: SpellingId = 1 << 31;

/// The minimum and maximum size of the cache of recent spellings. Both are powers of two.
const FEWEST_RECENT: usize = 1 << 8;
const MOST_RECENT: usize = 1 << 16;

/// The value of releases that have none.
pub const NONE: ValueId = 0;

/// The values of one facet: label and number of releases of each. Names with equal folded forms are one value, shown in
/// the spelling that most releases use. Value [`NONE`] has an empty label. Some feeds have a unique topic for each
/// release, so no value has an allocation of its own, and folded forms are not kept.
#[derive(Debug, Clone)]
pub struct Values {
    /// The first spelling of each value.
    labels: Texts,
    totals: Vec<u32>,
    /// The values by folded form.
    by_folded: HashTable<ValueId>,
    /// The spellings other than the first ones.
    others: Others,
    /// The values with several spellings.
    varied: FxHashMap<ValueId, Varied>,
    /// A cache of the spellings looked up last, each in the slot given by its label's hash. It saves folding a label
    /// again if few values are used often; a table of all labels would take more memory than the labels.
    recent: Vec<SpellingId>,
}

/// Spellings other than the first of their value, numbered from [`FIRST_OTHER`] on.
#[derive(Debug, Default, Clone)]
struct Others {
    labels: Texts,
    values: Vec<ValueId>,
    /// The number of releases with each.
    releases: Vec<u32>,
    by_label: HashTable<u32>,
}

impl Others {
    fn find(&self, label: Clean<'_>) -> Option<SpellingId> {
        let at = self.by_label.find(hash(label.as_str()), |&at| self.labels.get(at as usize) == label)?;
        Some(FIRST_OTHER + at)
    }

    fn add(&mut self, label: Clean<'_>, value: ValueId) -> SpellingId {
        let at = self.values.len() as u32;
        self.labels.push(label);
        self.values.push(value);
        self.releases.push(0);
        let Self { labels, by_label, .. } = self;
        by_label.insert_unique(hash(label.as_str()), at, |&at| hash(labels.get(at as usize).as_str()));
        FIRST_OTHER + at
    }
}

/// Counts for a value with several spellings.
#[derive(Debug, Clone, Copy)]
struct Varied {
    /// Releases that use its first spelling.
    first: u32,
    /// The spelling that most releases use; of several, the earliest.
    shown: SpellingId,
}

impl Default for Values {
    fn default() -> Self {
        let mut values = Self {
            labels: Texts::default(),
            totals: Vec::new(),
            by_folded: HashTable::new(),
            others: Others::default(),
            varied: FxHashMap::default(),
            recent: vec![NONE; FEWEST_RECENT],
        };
        values.add(Clean::default(), "");
        values
    }
}

impl Values {
    /// The number of values, including [`NONE`].
    #[must_use]
    pub fn len(&self) -> usize {
        self.totals.len()
    }

    /// Whether no release has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.present().next().is_none()
    }

    /// The named values that releases have. Values of earlier releases stay interned, so that each keeps its number.
    pub fn present(&self) -> impl Iterator<Item = ValueId> + '_ {
        self.ids().filter(|&id| id != NONE && self.total(id) > 0)
    }

    /// The value's name in the spelling that most releases use; of several, the first seen. Empty for [`NONE`] and for
    /// an unknown id.
    #[must_use]
    pub fn label(&self, id: ValueId) -> Clean<'_> {
        self.spelling(self.varied.get(&id).map_or(id, |varied| varied.shown))
    }

    /// A spelling of a name; empty for an unknown id.
    #[must_use]
    pub fn spelling(&self, id: SpellingId) -> Clean<'_> {
        match id.checked_sub(FIRST_OTHER) {
            Some(other) => self.others.labels.get(other as usize),
            None => self.labels.get(id as usize),
        }
    }

    /// The folded form of the value's name; empty for [`NONE`] and for an unknown id.
    #[must_use]
    pub fn folded(&self, id: ValueId) -> Cow<'_, str> {
        fold_name(self.labels.get(id as usize).as_str())
    }

    /// The number of releases with the value, ignoring filters.
    #[must_use]
    pub fn total(&self, id: ValueId) -> u32 {
        self.totals.get(id as usize).copied().unwrap_or_default()
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        0..self.len() as ValueId
    }

    /// The values with a folded form: at most one, except for sources, which are never merged.
    pub fn named<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = ValueId> + 'a {
        self.by_folded.iter_hash(hash(folded)).copied().filter(move |&id| self.folded(id) == folded)
    }

    /// Returns the value and spelling of a name that was interned lately, or of the empty name.
    pub(super) fn interned_lately(&self, label: Clean<'_>) -> Option<(ValueId, SpellingId)> {
        if label.is_empty() {
            return Some((NONE, NONE));
        }
        // An unused slot holds the spelling of no value, which is empty.
        let recent = self.recent[self.slot(label)];
        (self.spelling(recent) == label).then(|| (self.value_of(recent), recent))
    }

    /// Interns a name; returns its value and spelling. Names with equal folded forms share a value.
    pub(super) fn intern(&mut self, label: Clean<'_>) -> (ValueId, SpellingId) {
        if let Some(known) = self.interned_lately(label) {
            return known;
        }
        let folded = fold_name(label.as_str());
        let known = self.named(&folded).next();
        let (value, spelling) = match known {
            None => {
                let id = self.add(label, &folded);
                (id, id)
            }
            Some(value) if self.labels.get(value as usize) == label => (value, value),
            Some(value) => (value, self.others.find(label).unwrap_or_else(|| self.add_spelling(label, value))),
        };
        // Adding a value may have changed the number of slots.
        let slot = self.slot(label);
        self.recent[slot] = spelling;
        (value, spelling)
    }

    /// Interns a name as a value of its own, even if another has the same name; for sources.
    pub(super) fn intern_apart(&mut self, label: Clean<'_>) -> ValueId {
        if label.is_empty() {
            return NONE;
        }
        let folded = fold_name(label.as_str());
        let known = self.named(&folded).find(|&id| self.labels.get(id as usize) == label);
        known.unwrap_or_else(|| self.add(label, &folded))
    }

    /// The slot of a label in `recent`.
    fn slot(&self, label: Clean<'_>) -> usize {
        hash(label.as_str()) as usize & (self.recent.len() - 1)
    }

    /// The value of a spelling.
    pub(super) fn value_of(&self, spelling: SpellingId) -> ValueId {
        spelling.checked_sub(FIRST_OTHER).map_or(spelling, |other| self.others.values[other as usize])
    }

    fn add(&mut self, label: Clean<'_>, folded: &str) -> ValueId {
        let id = self.totals.len() as ValueId;
        self.labels.push(label);
        self.totals.push(0);
        let mut by_folded = std::mem::take(&mut self.by_folded);
        by_folded.insert_unique(hash(folded), id, |&id| hash(&self.folded(id)));
        self.by_folded = by_folded;
        if self.len() > self.recent.len() && self.recent.len() < MOST_RECENT {
            self.recent = vec![NONE; self.recent.len() * 2];
        }
        id
    }

    fn add_spelling(&mut self, label: Clean<'_>, value: ValueId) -> SpellingId {
        let first = self.totals[value as usize];
        self.varied.entry(value).or_insert(Varied { first, shown: value });
        self.others.add(label, value)
    }

    /// The same values under the same numbers, with all counts zero.
    pub(super) fn emptied(&self) -> Self {
        let mut values = Self { totals: vec![0; self.totals.len()], ..self.clone() };
        values.others.releases.fill(0);
        values.varied.values_mut().for_each(|varied| varied.first = 0);
        values
    }

    /// The number of spellings that are not the first of their value.
    pub(super) fn other_spellings(&self) -> u32 {
        self.others.values.len() as u32
    }

    /// Sets the value's count.
    pub(super) fn set_total(&mut self, id: ValueId, releases: u32) {
        if let Some(total) = self.totals.get_mut(id as usize) {
            *total = releases;
        }
    }

    /// Subtracts one release from the value's count.
    pub(super) fn discount(&mut self, id: ValueId) {
        if let Some(total) = self.totals.get_mut(id as usize) {
            *total = total.saturating_sub(1);
        }
    }

    /// Adds releases to the value's count.
    pub(super) fn count(&mut self, id: ValueId, releases: u32) {
        if let Some(total) = self.totals.get_mut(id as usize) {
            *total += releases;
        }
    }

    /// Adds one release to the spelling's count.
    pub(super) fn count_spelling(&mut self, spelling: SpellingId) {
        let Some(mut varied) = self.varied.get(&self.value_of(spelling)).copied() else { return };
        match spelling.checked_sub(FIRST_OTHER) {
            Some(other) => self.others.releases[other as usize] += 1,
            None => varied.first += 1,
        }
        let releases = |id: SpellingId| match id.checked_sub(FIRST_OTHER) {
            Some(other) => self.others.releases[other as usize],
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

/// Removes elements with repeated keys; the first of each stays in place.
pub(super) fn dedup<T: Copy>(values: &mut Vec<T>, key: impl Fn(&T) -> u32) {
    /// Above this many values a set is faster than a linear scan.
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
    use crate::text::CleanBuf;

    #[test]
    fn labels_are_interned_once_however_many_there_are() {
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
        assert_eq!((values.len(), values.label(70_001).as_str(), &*values.folded(1)), (70_002, "69999", "zurich"));
        assert_eq!(
            (values.label(70_002).as_str(), &*values.folded(70_002), &*values.folded(ValueId::MAX)),
            ("", "", "")
        );
    }

    #[test]
    fn equal_folded_names_are_one_value_in_the_commonest_spelling() {
        let mut values = Values::default();
        let mut publish = |names: &[&str]| {
            let spelled: Vec<_> = names.iter().map(|name| values.intern(CleanBuf::line(name).as_clean())).collect();
            values.count(1, 1);
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
            let shown = names.iter().map(|name| CleanBuf::line(name).to_string()).collect();
            assert_eq!(publish(names), (all, label.to_owned(), shown));
        }
        assert_eq!(values.named("grosse strasse").collect::<Vec<_>>(), [1]);
        let mut again = values.emptied();
        let (id, spelling) = again.intern(CleanBuf::line("grosse strasse").as_clean());
        again.count(id, 1);
        again.count_spelling(spelling);
        assert_eq!((id, again.total(id), again.label(id).as_str()), (1, 1, "grosse strasse"));
    }

    #[test]
    fn sources_with_the_same_name_stay_separate() {
        let mut values = Values::default();
        let ids = ["News", "news", "News"].map(|name| values.intern_apart(CleanBuf::line(name).as_clean()));
        assert_eq!((ids, values.label(1).as_str(), values.label(2).as_str()), ([1, 2, 1], "News", "news"));
        let mut named: Vec<_> = values.named("news").collect();
        named.sort_unstable();
        assert_eq!(named, [1, 2]);
    }

    #[test]
    fn a_name_of_combining_marks_alone_is_a_name() {
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
