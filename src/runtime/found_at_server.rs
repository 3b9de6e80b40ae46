//! What servers found for a query, as releases of the shown catalog.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::mark_lookup;
use crate::catalog::{Catalog, ReleaseIndex};
use crate::library::FeedKey;
use crate::query::Query;
use crate::text::CleanBuf;

/// What servers found for a query.
#[derive(Debug, Clone, Default)]
pub(super) struct FoundAtServer {
    pub query: Query,
    /// The feed and the number of each release.
    pub releases: Arc<FxHashSet<(FeedKey, u64)>>,
}

impl FoundAtServer {
    /// Returns those that a catalog has.
    pub fn among(&self, catalog: &Catalog) -> Vec<ReleaseIndex> {
        if self.releases.is_empty() {
            return Vec::new();
        }
        let is_found = |index: &ReleaseIndex| {
            catalog.release(*index).is_some_and(|release| {
                let mut names = mark_lookup::names(catalog, &release);
                names.any(|(key, number)| self.releases.contains(&(CleanBuf::line(key), number)))
            })
        };
        catalog.indices().filter(is_found).collect()
    }
}
