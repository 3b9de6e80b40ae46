//! Facets: fields whose values are few enough to be counted, each value interned to a small number.

use rustc_hash::FxHashMap;

use crate::text::{Clean, CleanBuf, fold};

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
pub type ValueId = u16;

/// The value of releases that have none.
pub const NONE: ValueId = 0;

/// The values of one facet: label, search form and number of releases of each. Value [`NONE`] has an empty label.
#[derive(Debug, Clone)]
pub struct Values {
    labels: Vec<CleanBuf>,
    folded: Vec<String>,
    totals: Vec<u32>,
    by_label: FxHashMap<CleanBuf, ValueId>,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            labels: vec![CleanBuf::default()],
            folded: vec![String::new()],
            totals: vec![0],
            by_label: FxHashMap::default(),
        }
    }
}

impl Values {
    /// How many values there are, [`NONE`] among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
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
        self.labels.get(usize::from(id)).map(CleanBuf::as_clean).unwrap_or_default()
    }

    /// The value's name as search sees it.
    #[must_use]
    pub fn folded(&self, id: ValueId) -> &str {
        self.folded.get(usize::from(id)).map_or("", String::as_str)
    }

    /// How many releases have the value, whatever is filtered.
    #[must_use]
    pub fn total(&self, id: ValueId) -> u32 {
        self.totals.get(usize::from(id)).copied().unwrap_or_default()
    }

    /// Every id.
    pub fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        0..self.labels.len() as ValueId
    }

    /// The ids of the values whose folded label is `folded`; none or one, but for labels that differ in case alone.
    pub fn named<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = ValueId> + 'a {
        self.ids().filter(move |&id| self.folded(id) == folded)
    }

    /// The id of a label, made at need. `None` when all 65,535 numbers are given away.
    pub(super) fn intern(&mut self, label: Clean<'_>) -> Option<ValueId> {
        if label.is_empty() {
            return Some(NONE);
        }
        if let Some(&id) = self.by_label.get(label.as_str()) {
            return Some(id);
        }
        // One number stays free, so that the count of values fits ValueId as well.
        let id = ValueId::try_from(self.labels.len()).ok().filter(|&id| id < ValueId::MAX)?;
        self.labels.push(label.to_buf());
        self.folded.push(fold(label.as_str()));
        self.totals.push(0);
        self.by_label.insert(label.to_buf(), id);
        Some(id)
    }

    /// The same values under the same numbers, without a release that has them.
    pub(super) fn emptied(&self) -> Self {
        Self { totals: vec![0; self.totals.len()], ..self.clone() }
    }

    /// One release less has the value.
    pub(super) fn discount(&mut self, id: ValueId) {
        if let Some(total) = self.totals.get_mut(usize::from(id)) {
            *total = total.saturating_sub(1);
        }
    }

    /// One more release has the value.
    pub(super) fn count(&mut self, id: ValueId) {
        if let Some(total) = self.totals.get_mut(usize::from(id)) {
            *total += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_get_numbers_once_and_overflow_is_said() {
        let mut values = Values::default();
        assert_eq!(values.intern(Clean::default()), Some(NONE));
        let first = CleanBuf::line("Zürich");
        assert_eq!(values.intern(first.as_clean()), Some(1));
        assert_eq!(values.intern(first.as_clean()), Some(1));
        assert_eq!(values.named("zurich").collect::<Vec<_>>(), [1]);
        let made = (0..70_000).filter_map(|n| values.intern(CleanBuf::line(&n.to_string()).as_clean())).count();
        assert_eq!((made, values.len()), (65_533, 65_535));
    }
}
