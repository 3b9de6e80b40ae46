//! Follows a sync by its new and edited releases alone, instead of reading the whole library again.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Rereader;
use crate::app::Reread;
use crate::catalog::{ReleaseIndex, ValueId};
use crate::library::{Library, Stored};
use crate::release::Release;
use crate::runtime::inputs::Input;
use crate::runtime::mark_lookup::{self, MarkLookup};

/// With more new and edited releases than this, the whole library is read.
const MOST: usize = 16_384;

impl Rereader<'_> {
    /// Reads the new and edited releases of a library that is read alone. `None` if more may have changed: subscriptions,
    /// the date or the facets of a release, or which releases are one story.
    pub(super) fn read_new(&mut self) -> Option<Reread> {
        let [report] = self.reports.as_slice() else { return None };
        let (Input::Library(place), Some(followed)) = (&report.source, &report.followed) else { return None };
        if self.reading.present() != [report.source.clone()] {
            return None;
        }
        let library = Library::open(place).ok()??;
        let marks_at = library.last_change().ok()?;
        if !followed.is_same(&library.sources_and_removed().ok()?) {
            return None;
        }
        let mut pages = MarkLookup::new(Library::open(place).ok()?, None);
        let mut releases: Vec<(ValueId, Release)> = Vec::new();
        let mut edited: Vec<(ValueId, Release)> = Vec::new();
        let mut each = |is_new: bool, Stored { source, number, release }: Stored<'_>| {
            let is_few = releases.len() + edited.len() < MOST;
            let Some((id, key)) = followed.find(source).filter(|_| is_few) else {
                return ControlFlow::Break(());
            };
            if let Some((page, fetched)) = pages.page(key.as_str(), release, Some(number)) {
                release.take_page(page, fetched);
            }
            let of_kind = if is_new { &mut releases } else { &mut edited };
            of_kind.push((id, release.clone()));
            ControlFlow::Continue(())
        };
        let at = library.stream_since(followed.at, &mut each).ok()??;
        let mut catalog = Arc::clone(&self.catalog);
        if !edited.is_empty() {
            catalog = catalog.with_edited(&edited, self.reading.is_merged)?;
        }
        if !releases.is_empty() {
            catalog = catalog.with_new(&releases, self.reading.is_merged)?;
        }
        let fresh = catalog.len() - self.catalog.len();
        let renumbered = self.catalog.indices().map(|old| Some(ReleaseIndex::at(old.position() + fresh))).collect();
        let versions = Library::open(place).ok()??;
        self.changes = mark_lookup::changes_since(&catalog, &self.changes, fresh, &edited, versions);
        let marks = mark_lookup::of_first(&catalog, fresh, library);
        let later = followed.later(at);
        self.reports[0].releases += releases.len();
        self.reports[0].followed = Some(Arc::new(later));
        self.catalog = Arc::clone(&catalog);
        let changes = self.changes.clone();
        Some(Reread { catalog, renumbered, fresh, marks, marks_at, changes, ..Reread::default() })
    }
}

#[cfg(test)]
mod tests;
