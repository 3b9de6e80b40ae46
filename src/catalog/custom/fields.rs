//! The fields of a catalog's feeds, with their values.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::facet::dedup;
use super::super::{NONE, Values};
use super::{Code, MOST_VALUES, code_of, spelling_of, value_of};
use crate::release::{FieldName, Release};
use crate::text::{Clean, fold_name};

/// The fields, in the order in which they were first read. A field keeps its place in all later catalogs of a load.
#[derive(Debug, Clone, Default)]
pub struct CustomFacets {
    all: Vec<CustomFacet>,
    by_name: FxHashMap<FieldName, usize>,
}

/// A field and its values.
#[derive(Debug, Clone)]
pub struct CustomFacet {
    pub name: FieldName,
    pub values: Arc<Values>,
    /// Whether it has too many values to be a facet, so that none is kept.
    pub is_dropped: bool,
    /// The number of releases that have a value.
    having: u32,
}

impl CustomFacets {
    /// All fields, by place.
    pub fn all(&self) -> &[CustomFacet] {
        &self.all
    }

    /// The place of a field.
    pub fn place(&self, name: FieldName) -> Option<usize> {
        self.by_name.get(&name).copied()
    }

    /// Returns a field that is a facet, with its place.
    pub fn facet(&self, name: FieldName) -> Option<(usize, &CustomFacet)> {
        let place = self.place(name)?;
        self.all.get(place).filter(|facet| !facet.is_dropped).map(|facet| (place, facet))
    }

    /// The same fields at the same places and the same values under the same numbers, with all counts zero.
    pub fn emptied(&self) -> Self {
        let emptied = |facet: &CustomFacet| {
            // Values of earlier releases must not make a field too large.
            let is_reused = !facet.is_dropped && facet.values.len() <= MOST_VALUES / 2;
            let values = if is_reused { facet.values.emptied() } else { Values::default() };
            CustomFacet { name: facet.name, values: Arc::new(values), is_dropped: false, having: 0 }
        };
        Self { all: self.all.iter().map(emptied).collect(), by_name: self.by_name.clone() }
    }

    /// Interns the fields of a release: appends the place of each field, ascending, with the code of each value, without
    /// repeated values. Returns the places of fields that got too many values.
    pub fn intern(&mut self, release: &Release, codes: &mut Vec<(usize, Code)>) -> Vec<usize> {
        let mut dropped = Vec::new();
        for (name, value) in named(release) {
            let place = self.add(name);
            let facet = &mut self.all[place];
            if facet.is_dropped {
                continue;
            }
            if let Some(code) = facet.intern(value) {
                codes.push((place, code));
            } else {
                facet.drop_values();
                dropped.push(place);
            }
        }
        codes.retain(|(place, _)| !self.all[*place].is_dropped);
        // Places and values have fewer than 16 bits.
        dedup(codes, |&(place, code)| (place as u32) << 16 | value_of(code, &self.all[place].values));
        codes.sort_by_key(|(place, _)| *place);
        dropped
    }

    /// Returns the values of a release in the fields that are facets, by name, as a catalog keeps them. `None` if it has
    /// a field that is not among these.
    pub fn kept<'a>(&self, release: &'a Release) -> Option<Vec<(FieldName, Clean<'a>)>> {
        let mut kept = Vec::new();
        let mut seen = FxHashSet::default();
        for (name, value) in named(release) {
            let facet = self.all.get(self.place(name)?)?;
            if !facet.is_dropped && seen.insert((name, fold_name(value.as_str()).into_owned())) {
                kept.push((name, value));
            }
        }
        kept.sort_by_key(|(name, _)| *name);
        Some(kept)
    }

    /// Returns those of some codes whose values a release with certain codes does not have yet, each value once.
    pub fn new_codes(&self, place: usize, old: &[Code], more: impl Iterator<Item = Code>) -> Vec<Code> {
        let Some(facet) = self.all.get(place).filter(|facet| !facet.is_dropped) else { return Vec::new() };
        let mut codes: Vec<Code> = old.iter().copied().chain(more).collect();
        dedup(&mut codes, |&code| value_of(code, &facet.values));
        // The first ones are different values, so they stay in front.
        codes.split_off(old.len())
    }

    /// Counts values that one release has or gains. `has_others` says whether it has others in the field.
    pub fn count(&mut self, place: usize, codes: impl Iterator<Item = Code>, has_others: bool) {
        let Some(facet) = self.all.get_mut(place).filter(|facet| !facet.is_dropped) else { return };
        let mut is_first = !has_others;
        for code in codes {
            let values = Arc::make_mut(&mut facet.values);
            values.count(value_of(code, values), 1);
            values.count_spelling(spelling_of(code));
            facet.having += u32::from(std::mem::take(&mut is_first));
        }
    }

    /// Counts the releases without a value, of so many.
    pub fn settle(&mut self, releases: usize) {
        for facet in self.all.iter_mut().filter(|facet| !facet.is_dropped) {
            let without = (releases as u32).saturating_sub(facet.having);
            if facet.values.total(NONE) != without {
                Arc::make_mut(&mut facet.values).set_total(NONE, without);
            }
        }
    }

    fn add(&mut self, name: FieldName) -> usize {
        let Self { all, by_name } = self;
        *by_name.entry(name).or_insert_with(|| {
            all.push(CustomFacet { name, values: Arc::default(), is_dropped: false, having: 0 });
            all.len() - 1
        })
    }
}

/// The fields of a release that may be facets, and its language, which is one too.
fn named(release: &Release) -> impl Iterator<Item = (FieldName, Clean<'_>)> {
    let language = (FieldName::LANGUAGE, release.language.as_clean());
    let fields = release.fields.iter().map(|field| (field.name, field.value.as_clean()));
    // The authors of a release are not stored a second time.
    std::iter::once(language).chain(fields).filter(|(name, value)| *name != FieldName::AUTHOR && !value.is_empty())
}

impl CustomFacet {
    /// The number of releases that have a value.
    pub fn having(&self) -> u32 {
        self.having
    }

    fn intern(&mut self, value: Clean<'_>) -> Option<Code> {
        let known = self.values.interned_lately(value);
        let (_, spelling) = known.unwrap_or_else(|| Arc::make_mut(&mut self.values).intern(value));
        code_of(spelling)
    }

    fn drop_values(&mut self) {
        (self.values, self.is_dropped, self.having) = (Arc::default(), true, 0);
    }
}
