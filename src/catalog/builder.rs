//! Builds a catalog release by release and publishes ever longer ones.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Catalog, Chunk, Days, Facet, NONE, ValueId, order};
use crate::release::{Problem, ProblemKind, Release};
use crate::text::{Clean, CleanBuf};

/// Releases in the first chunk: a screenful and more, after about a millisecond.
const FIRST_CHUNK: usize = 512;
/// Releases in each later chunk.
const CHUNK: usize = 16_384;
/// A chunk is closed at this many bytes of text, whatever its count, so that positions fit 32 bits.
const CHUNK_BYTES: usize = 256 << 20;

/// Collects releases into the open chunk; [`Builder::publish`] closes it.
#[derive(Debug, Default)]
pub struct Builder {
    catalog: Catalog,
    open: Chunk,
    source: ValueId,
    sources: usize,
    values: [Vec<ValueId>; Facet::COUNT],
    day_counts: FxHashMap<i32, u32>,
    /// Set once a facet has run out of numbers, so that it is reported once.
    overflowed: [bool; Facet::COUNT],
}

impl Builder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From here on releases come from the source of this name.
    pub fn source(&mut self, name: Clean<'_>) {
        self.source = Arc::make_mut(&mut self.catalog.values[Facet::Source as usize]).intern(name).unwrap_or(NONE);
        self.sources += 1;
        if self.sources > 1 {
            self.catalog.title = CleanBuf::line(&format!("{} feeds", self.sources));
        }
    }

    /// The feed's own title: it names the catalog as long as there is one source.
    pub fn title(&mut self, title: Clean<'_>) {
        if self.sources <= 1 {
            self.catalog.title = title.to_buf();
        }
    }

    /// How many releases there are, published or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.catalog.len() + self.open.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many releases wait to be published.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.len() - self.catalog.order.len()
    }

    /// Appends a release. A facet that has run out of numbers is reported once; its value is left out.
    pub fn push(&mut self, release: &Release) -> Option<Problem> {
        let mut problem = None;
        let year = release.date.map_or_else(CleanBuf::default, |date| CleanBuf::line(&date.year().to_string()));
        for facet in Facet::ALL {
            self.values[facet as usize].clear();
        }
        for topic in &release.topics {
            problem = problem.or(self.value(Facet::Topic, topic.as_clean()));
        }
        problem = problem.or(self.value(Facet::Place, release.place.as_clean()));
        problem = problem.or(self.value(Facet::Year, year.as_clean()));
        self.values[Facet::Source as usize].push(self.source);
        for facet in Facet::ALL {
            if self.values[facet as usize].is_empty() {
                self.values[facet as usize].push(NONE);
            }
            let values = Arc::make_mut(&mut self.catalog.values[facet as usize]);
            for &id in &self.values[facet as usize] {
                values.count(id);
            }
        }
        if let Some(date) = release.date {
            *self.day_counts.entry(date.days_since_epoch()).or_default() += 1;
        }
        self.open.push(release, &self.values);
        let limit = if self.catalog.chunks.is_empty() { FIRST_CHUNK } else { CHUNK };
        if self.open.len() >= limit || self.open.bytes().max(self.open.other_bytes()) >= CHUNK_BYTES {
            self.close();
        }
        problem
    }

    fn value(&mut self, facet: Facet, label: Clean<'_>) -> Option<Problem> {
        match Arc::make_mut(&mut self.catalog.values[facet as usize]).intern(label) {
            Some(NONE) => None,
            Some(id) if self.values[facet as usize].contains(&id) => None,
            Some(id) => {
                self.values[facet as usize].push(id);
                None
            }
            None if std::mem::replace(&mut self.overflowed[facet as usize], true) => None,
            None => Some(Problem {
                source: self.catalog.values(Facet::Source).label(self.source).to_buf(),
                item: None,
                byte: None,
                kind: ProblemKind::Field,
                reason: CleanBuf::line(&format!(
                    "more than 65,000 different values of {facet:?}: the later ones are left out of the filter pane"
                )),
            }),
        }
    }

    /// Moves the open chunk into the catalog; its order is merged at the next publication.
    fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let mut chunk = std::mem::take(&mut self.open);
        chunk.shrink();
        if self.catalog.starts.is_empty() {
            self.catalog.starts.push(0);
        }
        self.catalog.starts.push((self.catalog.len() + chunk.len()) as u32);
        self.catalog.chunks.push(Arc::new(chunk));
    }

    fn days(&self) -> Days {
        let all = || self.day_counts.keys().copied();
        let Some((first, last)) = all().min().zip(all().max()) else { return Days::default() };
        let mut days = Days::between(first, last);
        self.day_counts.iter().for_each(|(&day, &count)| days.add(day, count));
        days
    }

    /// A catalog of all releases so far; the builder goes on from there.
    pub fn publish(&mut self) -> Arc<Catalog> {
        self.close();
        let catalog = &self.catalog;
        let mut fresh: Vec<u32> = (catalog.order.len() as u32..catalog.len() as u32).collect();
        if !fresh.is_empty() {
            fresh.sort_by_cached_key(|&index| catalog.key(index));
            let merged = order::merge(&catalog.order, &fresh, |index| catalog.key(index));
            self.catalog.order = merged.into();
            self.catalog.days = Arc::new(self.days());
        }
        Arc::new(self.catalog.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Date;

    fn release(n: i32) -> Release {
        Release {
            title: CleanBuf::line(&format!("release {n}")),
            topics: vec![CleanBuf::line(&format!("topic {}", n % 3))],
            date: Date::from_ymd(2000 + n % 7, 1, 1),
            ..Release::default()
        }
    }

    #[test]
    fn published_catalogs_share_their_chunks_and_keep_their_indices() {
        let mut builder = Builder::new();
        builder.source(CleanBuf::line("a").as_clean());
        for n in 0..600 {
            assert_eq!(builder.push(&release(n)), None);
        }
        let first = builder.publish();
        for n in 600..1200 {
            builder.push(&release(n));
        }
        let second = builder.publish();
        assert_eq!((first.len(), second.len(), builder.waiting()), (600, 1200, 0));
        assert!(Arc::ptr_eq(&first.chunks[0], &second.chunks[0]));
        for index in [0, 511, 512, 599, 600, 1199] {
            let title = second.release(index).expect("a release").title();
            assert_eq!(title.as_str(), format!("release {index}"));
        }
        assert!(second.order().is_sorted_by_key(|&index| (second.key(index), index)));
        assert_eq!(second.values(Facet::Topic).total(1), 400);
    }

    #[test]
    fn the_undated_come_last_and_a_value_counts_once_a_release() {
        let mut builder = Builder::new();
        builder.push(&Release { topics: vec![CleanBuf::line("a"), CleanBuf::line("a")], ..Release::default() });
        builder.push(&release(1));
        let catalog = builder.publish();
        assert_eq!(catalog.order()[..], [1, 0]);
        assert_eq!(catalog.release(0).expect("a release").values(Facet::Topic), [1]);
        assert_eq!(catalog.values(Facet::Year).total(NONE), 1);
    }
}
