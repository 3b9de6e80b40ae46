//! The authors of all releases as a facet. Each release has its authors as a text; they are counted only if asked for.

use super::super::{Catalog, SpellingId, ValueId, Values};

/// The authors of a catalog.
#[derive(Debug, Default)]
pub struct Authors {
    pub values: Values,
    /// The spelling of the author of each release.
    spellings: Vec<SpellingId>,
}

impl Authors {
    /// Collects the authors of all releases.
    pub fn of(catalog: &Catalog) -> Self {
        let mut authors = Self::default();
        authors.spellings.reserve_exact(catalog.len());
        for (_, chunk) in catalog.chunks() {
            for at in 0..chunk.len() {
                let (value, spelling) = authors.values.intern(chunk.author(at));
                authors.values.count(value, 1);
                authors.values.count_spelling(spelling);
                authors.spellings.push(spelling);
            }
        }
        authors
    }

    /// The spelling of the author of a release.
    pub fn spelling(&self, at: usize) -> SpellingId {
        self.spellings.get(at).copied().unwrap_or_default()
    }

    /// The author of a release.
    pub fn value(&self, at: usize) -> ValueId {
        self.values.value_of(self.spelling(at))
    }
}
