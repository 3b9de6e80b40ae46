//! Facets: fields whose values are few enough to be counted, each value interned to a small number.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::column::Texts;
use crate::text::{Clean, fold_into};

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

/// The value of releases that have none.
pub const NONE: ValueId = 0;

/// The values of one facet: label, search form and number of releases of each. Value [`NONE`] has an empty label.
/// A feed may have a topic of its own for each release: nothing is allocated for a single value.
#[derive(Debug, Clone)]
pub struct Values {
    labels: Texts,
    folded: String,
    /// Where the search form of each value ends.
    folded_ends: Vec<u32>,
    totals: Vec<u32>,
    /// The ids by their labels.
    by_label: HashTable<ValueId>,
}

impl Default for Values {
    fn default() -> Self {
        let mut values = Self {
            labels: Texts::default(),
            folded: String::new(),
            folded_ends: Vec::new(),
            totals: Vec::new(),
            by_label: HashTable::new(),
        };
        values.add(Clean::default());
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

    /// The value's name; empty for [`NONE`] and for an unknown id.
    #[must_use]
    pub fn label(&self, id: ValueId) -> Clean<'_> {
        self.labels.get(id as usize)
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

    /// The ids of the values whose folded label is `folded`; none or one, but for labels that differ in case alone.
    pub fn named<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = ValueId> + 'a {
        self.ids().filter(move |&id| self.folded(id) == folded)
    }

    /// The id of a label, made at need.
    pub(super) fn intern(&mut self, label: Clean<'_>) -> ValueId {
        if label.is_empty() {
            return NONE;
        }
        let known = self.by_label.find(hash(label), |&id| self.labels.get(id as usize) == label);
        known.copied().unwrap_or_else(|| {
            let id = self.add(label);
            let labels = &self.labels;
            self.by_label.insert_unique(hash(label), id, |&id| hash(labels.get(id as usize)));
            id
        })
    }

    fn add(&mut self, label: Clean<'_>) -> ValueId {
        let id = self.totals.len() as ValueId;
        self.labels.push(label);
        fold_into(label.as_str(), &mut self.folded);
        self.folded_ends.push(self.folded.len() as u32);
        self.totals.push(0);
        id
    }

    /// The same values under the same numbers, without a release that has them.
    pub(super) fn emptied(&self) -> Self {
        Self { totals: vec![0; self.totals.len()], ..self.clone() }
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
}

fn hash(label: Clean<'_>) -> u64 {
    FxBuildHasher.hash_one(label.as_str())
}

/// Removes what is repeated; the first of each stays where it is.
pub(super) fn dedup(values: &mut Vec<ValueId>) {
    /// Above so many values a set is quicker than looking through them.
    const FEW: usize = 32;
    if values.len() > FEW {
        let mut seen = FxHashSet::default();
        values.retain(|&id| seen.insert(id));
        return;
    }
    let mut kept = 0;
    for at in 0..values.len() {
        let id = values[at];
        if !values[..kept].contains(&id) {
            values[kept] = id;
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
    fn labels_get_numbers_once_however_many_there_are() {
        let mut values = Values::default();
        assert_eq!(values.intern(Clean::default()), NONE);
        let first = CleanBuf::line("Zürich");
        assert_eq!([values.intern(first.as_clean()), values.intern(first.as_clean())], [1, 1]);
        assert_eq!(values.named("zurich").collect::<Vec<_>>(), [1]);
        for turn in 0..2 {
            for n in 0..70_000 {
                let id = values.intern(CleanBuf::line(&n.to_string()).as_clean());
                assert_eq!(id, n + 2, "in turn {turn}");
            }
        }
        assert_eq!((values.len(), values.label(70_001).as_str(), values.folded(1)), (70_002, "69999", "zurich"));
        assert_eq!((values.label(70_002).as_str(), values.folded(70_002), values.folded(ValueId::MAX)), ("", "", ""));
    }

    #[test]
    fn few_and_many_values_keep_the_first_of_each() {
        for count in [5, 5_000] {
            let mut values: Vec<ValueId> = (0..count).chain((0..count).rev()).collect();
            dedup(&mut values);
            assert!(values.iter().copied().eq(0..count));
        }
    }
}
