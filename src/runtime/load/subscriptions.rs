//! The stored releases of subscriptions, read from the library or taken from an earlier result.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashMap;
use tracing::info;

use super::super::inputs::Input;
use super::{FIRST, Followed, Loader, Report, read_ahead};
use crate::app::Msg;
use crate::catalog::{Catalog, Facet, ValueId};
use crate::library::{self, Flags, Library, LibraryError, LibraryPath, ReleasesAt, Stored, distinct_names};
use crate::text::{CleanBuf, counted};

impl<T: FnMut(Msg) -> bool> Loader<'_, T> {
    /// Reads the stored releases of all subscriptions, newest first.
    pub(super) fn library(&mut self, place: &LibraryPath) {
        let source = Input::Library(place.clone());
        let kept = self.before.and_then(|before| Some((before, before.kept(&source)?)));
        if let Some((before, report)) = kept {
            return self.keep_library(before.catalog, report.clone());
        }
        let (label, start) = (source.name(), Instant::now());
        self.reports.push(Report::new(source, label.clone(), CleanBuf::default()));
        let read = Library::open(place).and_then(|library| {
            let Some(mut library) = library else { return Ok(()) };
            let sources = library.sources_and_removed()?;
            let (at, ids) = self.stream(&mut library, &sources)?;
            self.report().followed = Some(Arc::new(Followed::new(at, &sources, ids)));
            Ok(())
        });
        self.builder.end_source();
        let (releases, ms) = (self.report().releases, start.elapsed().as_millis());
        info!(source = %label, releases, ms, refused = read.is_err(), "read");
        if let Err(error) = read {
            let reason = CleanBuf::line(&error.to_string());
            self.report().refusal = Some(reason.clone());
            self.send(Msg::Refused(label, reason));
        }
    }

    /// Takes the releases of the library from the earlier result.
    fn keep_library(&mut self, catalog: &Catalog, report: Report) {
        self.reports.push(report);
        let values = catalog.values(Facet::Source);
        let mut known = FxHashMap::default();
        for id in values.ids().filter(|&id| catalog.source_key(id).as_str().starts_with(library::FEED_KEYS)) {
            self.builder.source(values.label(id));
            self.builder.same_origin(catalog, id);
            self.names.take(&values.label(id).to_buf());
            self.builder.key(catalog.source_key(id));
            known.insert(id, self.builder.present_source());
        }
        self.builder.mix(catalog.title());
        for (_, release) in catalog.releases() {
            let own = release.values(Facet::Source).next().and_then(|source| known.get(&source));
            if let Some(&id) = own {
                self.builder.push_of(id, &release.to_release());
            }
            for (_, reprint) in release.reprints() {
                if let Some(&id) = known.get(&reprint.source) {
                    self.builder.push_of(id, &reprint.release);
                }
            }
        }
        self.builder.end_source();
    }

    /// Reads the stored releases of subscriptions. Returns the state that was read, and the number of each subscription
    /// in the catalog.
    fn stream(
        &mut self,
        library: &mut Library,
        sources: &[library::Subscription],
    ) -> Result<(ReleasesAt, Vec<ValueId>), LibraryError> {
        let mut ids = Vec::with_capacity(sources.len());
        let mut known = FxHashMap::default();
        let names = distinct_names(sources);
        for (source, name) in sources.iter().zip(&names) {
            self.builder.source(name.as_clean());
            self.builder.folder(&source.folder);
            let accounts: Vec<CleanBuf> = source.accounts.iter().map(|link| link.name.clone()).collect();
            self.builder.accounts(&accounts);
            self.builder.derives(source.rules.topics.clone().map(Arc::new));
            self.names.take(name);
            self.builder.key(source.key.as_clean());
            known.insert(source.id, (source, self.builder.present_source()));
            ids.push(self.builder.present_source());
        }
        let followed = sources.iter().zip(&names).filter(|(source, _)| source.removed.is_none());
        let title = match followed.collect::<Vec<_>>().as_slice() {
            [(_, only)] => only.as_clean().to_buf(),
            all => CleanBuf::line(&counted(all.len(), "subscription")),
        };
        self.builder.mix(title.as_clean());
        let is_merging = self.builder.is_merging();
        let at = read_ahead::stream(library, is_merging, &mut |Stored { source, number, release }, mut traits| {
            let Some(&(source, id)) = known.get(&source) else { return ControlFlow::Continue(()) };
            let key = source.key.as_str();
            let is_few = self.builder.len() < FIRST;
            if source.removed.is_some() && !self.marker.flags_by_key(key, number, is_few).has(Flags::STARRED) {
                return ControlFlow::Continue(());
            }
            if let Some((page, fetched)) = self.marker.page(key, release, Some(number)) {
                release.take_page(page, fetched);
                traits = None;
            }
            self.report().releases += 1;
            self.builder.push_with(id, release, traits);
            self.publish_in_time();
            if self.is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok((at, ids))
    }
}
