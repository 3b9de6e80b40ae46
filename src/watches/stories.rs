//! The stories that queries name. Whether a release is a part depends on all others, so the whole library is read.

use std::ops::ControlFlow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::few::Few;
use crate::catalog::{ReleaseIndex, Set};
use crate::library::{Library, LibraryError, ReleaseKey, Stored};
use crate::query::{Query, Stories, story};
use crate::text::CleanBuf;

/// The parts of stories, by the ids of the releases that they begin with.
#[derive(Debug, Default)]
pub(crate) struct StoredStories(Vec<(String, FxHashSet<ReleaseKey>)>);

impl StoredStories {
    /// Finds the stories that queries name. Reads nothing if they name none.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn of<'a>(library: &Library, queries: impl Iterator<Item = &'a Query>) -> Result<Self, LibraryError> {
        let mut ids: Vec<&str> = queries.flat_map(Query::stories).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let mut few = Few::new(library, &CleanBuf::default())?;
        library.stream(&mut |Stored { source, number, release }| {
            few.add((source, number), release.clone());
            ControlFlow::Continue(())
        })?;
        let (catalog, keys) = few.publish();
        let parts = |id: &str| {
            let parts = story(&catalog, &catalog.with_id(id), &mut || false).unwrap_or_default();
            parts.iter().filter_map(|part| keys.get(&part)).flatten().copied().collect()
        };
        Ok(Self(ids.into_iter().map(|id| (id.to_owned(), parts(id))).collect()))
    }

    /// Returns the parts among the releases of a catalog.
    pub fn among(&self, keys: &FxHashMap<ReleaseIndex, Vec<ReleaseKey>>) -> Stories {
        let among = |parts: &FxHashSet<ReleaseKey>| {
            let mut set = Set::default();
            for (&index, copies) in keys {
                set.set(index, copies.iter().any(|key| parts.contains(key)));
            }
            Arc::new(set)
        };
        self.0.iter().map(|(id, parts)| (id.clone(), among(parts))).collect()
    }
}
