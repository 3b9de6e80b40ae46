//! Reading the values of a custom facet, wherever they are stored.

use super::super::facet::FIRST_OTHER;
use super::super::{Catalog, Chunk, NONE, ReleaseIndex, Set, SpellingId, ValueId, Values};
use super::{Authors, Code, Codes, FIRST_OTHER_CODE, spelling_of, value_of};
use crate::release::FieldName;

/// The values of the releases of a chunk in a custom facet.
#[derive(Debug, Clone, Copy, Default)]
pub struct CustomColumn<'a>(Stored<'a>);

#[derive(Debug, Clone, Copy, Default)]
enum Stored<'a> {
    /// No release has a value.
    #[default]
    Nowhere,
    Codes(&'a Codes, &'a Values),
    /// The index of the chunk's first release.
    Authors(&'a Authors, usize),
}

impl<'a> CustomColumn<'a> {
    pub(in crate::catalog) fn of_codes(codes: Option<&'a Codes>, values: &'a Values) -> Self {
        Self(codes.map_or(Stored::Nowhere, |codes| Stored::Codes(codes, values)))
    }

    pub(in crate::catalog) fn of_authors(authors: &'a Authors, start: usize) -> Self {
        Self(Stored::Authors(authors, start))
    }

    /// The values of a row, mostly one; none if it has none.
    pub fn values(&self, at: usize) -> impl Iterator<Item = ValueId> + use<'a> {
        let (codes, author) = match self.0 {
            Stored::Nowhere => (None, NONE),
            Stored::Codes(codes, values) => (Some(codes.get(at).map(move |code| value_of(code, values))), NONE),
            Stored::Authors(authors, start) => (None, authors.value(start + at)),
        };
        codes.into_iter().flatten().chain((author != NONE).then_some(author))
    }

    /// The values of a row in the publisher's spelling.
    pub fn spellings(&self, at: usize) -> impl Iterator<Item = SpellingId> + use<'a> {
        let (codes, author) = match self.0 {
            Stored::Nowhere => (None, NONE),
            Stored::Codes(codes, _) => (Some(codes.get(at).map(spelling_of)), NONE),
            Stored::Authors(authors, start) => (None, authors.spelling(start + at)),
        };
        codes.into_iter().flatten().chain((author != NONE).then_some(author))
    }

    /// Adds the values of some rows, ascending, to the number of releases of each value.
    pub fn count(&self, rows: &[u32], counts: &mut [u32]) {
        match self.0 {
            Stored::Nowhere => counts[NONE as usize] += rows.len() as u32,
            Stored::Authors(authors, start) => {
                for &row in rows {
                    counts[authors.value(start + row as usize) as usize] += 1;
                }
            }
            Stored::Codes(codes, values) => {
                codes.count(rows, |code, releases| counts[value_of(code, values) as usize] += releases);
            }
        }
    }
}

/// Some values of a custom facet, as a condition on releases.
#[derive(Debug, Clone)]
pub struct CustomSet(Wanted);

#[derive(Debug, Clone)]
enum Wanted {
    /// Codes of the field at a place: those of first spellings, then those of others.
    Codes {
        place: usize,
        firsts: Vec<bool>,
        others: Vec<bool>,
    },
    /// The field has no values: all releases or none.
    Every(bool),
    Releases(Set),
}

impl Catalog {
    /// Returns the releases that have one of the values in a set, which is indexed by value.
    #[must_use]
    pub fn having(&self, name: FieldName, set: &[bool]) -> CustomSet {
        let has = |value: ValueId| set.get(value as usize).copied().unwrap_or_default();
        if name == FieldName::AUTHOR {
            let mut releases = Set::default();
            for index in self.indices().filter(|index| has(self.authors().value(index.position()))) {
                releases.set(index, true);
            }
            return CustomSet(Wanted::Releases(releases));
        }
        let Some((place, facet)) = self.custom.facet(name) else { return CustomSet(Wanted::Every(has(NONE))) };
        let others = (0..facet.values.other_spellings()).map(|other| has(facet.values.value_of(FIRST_OTHER + other)));
        CustomSet(Wanted::Codes { place, firsts: set.to_vec(), others: others.collect() })
    }
}

impl CustomSet {
    /// Whether row `at` of a chunk, which is release `index`, is one of the releases.
    #[must_use]
    pub fn has(&self, chunk: &Chunk, at: usize, index: ReleaseIndex) -> bool {
        match &self.0 {
            Wanted::Every(all) => *all,
            Wanted::Releases(releases) => releases.has(index),
            Wanted::Codes { place, firsts, others } => {
                let has = |code: Code| {
                    let known = code
                        .checked_sub(FIRST_OTHER_CODE)
                        .map_or_else(|| firsts.get(usize::from(code)), |other| others.get(usize::from(other)));
                    known.copied().unwrap_or_default()
                };
                chunk.custom(*place).map_or_else(|| has(NONE as Code), |codes| codes.is_any(at, has))
            }
        }
    }
}
