//! Short names of values. They depend on the catalog and the width of the pane alone, so that a name stays the same
//! whatever is filtered.

use rustc_hash::FxHashMap;

use super::order::{first, present};
use super::{Filter, gutter};
use crate::catalog::{Catalog, Facet, NONE, ValueId};
use crate::text::{CleanBuf, cells, grouped, shorten};

/// The number of values of a facet whose names are compared: those with the most releases. A limit, because a feed may
/// have millions of values.
const COMPARED: usize = 500;

/// The names of the most frequent values of all facets, shortened for a width.
#[derive(Debug, Clone, Default)]
pub(super) struct ShortNames {
    /// The columns of the pane; `None` if the catalog has changed.
    columns: Option<u16>,
    names: FxHashMap<(Facet, ValueId), CleanBuf>,
}

impl ShortNames {
    /// The short name of a value; `None` for one of the less frequent values.
    pub fn get(&self, facet: Facet, id: ValueId) -> Option<&CleanBuf> {
        self.names.get(&(facet, id))
    }

    /// Forgets the names, because the catalog has changed.
    pub fn forget(&mut self) {
        self.columns = None;
    }

    fn update(&mut self, catalog: &Catalog, facets: impl Iterator<Item = Facet>, columns: u16) {
        self.columns = Some(columns);
        self.names.clear();
        for facet in facets {
            let values = catalog.values(facet);
            let ids = present(facet, catalog).into_iter().filter(|&id| id != NONE);
            let ids = first(values, ids, COMPARED, |id| std::cmp::Reverse(values.total(id)));
            let name = |&id: &ValueId| (values.label(id), usize::from(name_columns(catalog, facet, id, columns)));
            let short = shorten(&ids.iter().map(name).collect::<Vec<_>>());
            self.names.extend(ids.iter().map(|&id| (facet, id)).zip(short));
        }
    }
}

impl Filter {
    /// Shortens the names for a pane of so many columns, unless that is done.
    pub(super) fn update_names(&mut self, catalog: &Catalog, columns: u16) {
        if columns > 0 && self.short_names.columns != Some(columns) {
            let mut names = std::mem::take(&mut self.short_names);
            names.update(catalog, self.facets(), columns);
            self.short_names = names;
        }
    }
}

/// The columns of a name in a pane, before a blank and the number of all releases with the value, which is no narrower
/// than that of the hits.
pub(super) fn name_columns(catalog: &Catalog, facet: Facet, id: ValueId, pane: u16) -> u16 {
    let count = cells(&grouped(catalog.values(facet).total(id) as usize));
    pane.saturating_sub(gutter(facet) + 1 + count)
}
