//! The result of an earlier load, for sources that are not read again.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Input, Report};
use crate::catalog::{Catalog, Facet, ReleaseIndex};
use crate::release::Release;

/// The position of a source's release: its number, and the reprint if it is one.
type Entry = (ReleaseIndex, Option<usize>);

/// The earlier result.
pub(in crate::runtime) struct Before<'a> {
    /// The releases.
    pub catalog: &'a Catalog,
    kept: &'a [Report],
    by_source: FxHashMap<&'a Input, &'a Report>,
    /// The releases of each source by name; empty if all sources are read again.
    releases: FxHashMap<&'a str, Vec<Entry>>,
}

impl<'a> Before<'a> {
    /// An earlier result; the releases of the sources in `kept` are reused.
    pub fn new(catalog: &'a Catalog, kept: &'a [Report]) -> Self {
        let by_source = kept.iter().map(|report| (&report.source, report)).collect();
        let releases = if kept.is_empty() { FxHashMap::default() } else { index(catalog) };
        Self { catalog, kept, by_source, releases }
    }

    /// The report of a source that is not read again.
    pub fn kept(&self, source: &Input) -> Option<&'a Report> {
        self.by_source.get(source).copied()
    }

    /// The reports of sources that are not read again and not among `sources` either.
    pub fn vanished<'b>(&self, sources: impl Iterator<Item = &'b Input>) -> Vec<&'a Report> {
        let sources: FxHashSet<&Input> = sources.collect();
        self.kept.iter().filter(|report| !sources.contains(&report.source)).collect()
    }

    /// The releases of a source.
    pub fn releases(&self, report: &Report) -> impl Iterator<Item = Release> + use<'a> {
        let entries = self.releases.get(report.label.as_str()).cloned().unwrap_or_default();
        let catalog = self.catalog;
        entries.into_iter().filter_map(move |(number, reprint)| {
            let release = catalog.release(number)?;
            match reprint {
                None => Some(release.to_release()),
                Some(at) => release.reprints().nth(at).map(|(_, reprint)| reprint.release.clone()),
            }
        })
    }
}

fn index(catalog: &Catalog) -> FxHashMap<&str, Vec<Entry>> {
    let mut index: FxHashMap<&str, Vec<Entry>> = FxHashMap::default();
    for (number, release) in catalog.releases() {
        index.entry(release.label(Facet::Source).as_str()).or_default().push((number, None));
        for (at, (source, _)) in release.reprints().enumerate() {
            index.entry(source.as_str()).or_default().push((number, Some(at)));
        }
    }
    index
}
