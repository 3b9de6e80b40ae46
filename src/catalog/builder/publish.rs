//! Closes chunks and publishes catalogs.

use std::sync::Arc;

use super::super::chunk::OpenChunk;
use super::super::{Catalog, Days, NONE, ReleaseIndex, order};
use super::{Builder, CHUNK, CHUNK_BYTES, FIRST_CHUNK};

impl Builder {
    /// Moves the open chunk into the catalog; the next publication merges its order.
    pub(super) fn close(&mut self) {
        if self.open.len() == 0 {
            return;
        }
        let is_full = self.open.len() >= FIRST_CHUNK;
        let chunk = std::mem::take(&mut self.open).close();
        if is_full && chunk.texts.bytes() < CHUNK_BYTES / CHUNK * chunk.len() {
            self.open = OpenChunk::like(&chunk, CHUNK);
        }
        if self.catalog.starts.is_empty() {
            self.catalog.starts.push(0);
        }
        self.catalog.starts.push((self.catalog.len() + chunk.len()) as u32);
        self.catalog.chunks.push(Arc::new(chunk));
    }

    /// Adds the waiting reprints, chunk by chunk.
    fn add_reprints(&mut self) {
        let Catalog { chunks, starts, values, custom, origins, .. } = &mut self.catalog;
        let mut waiting = std::mem::take(&mut self.reprints);
        waiting.sort_by_key(|(story, _)| *story);
        for (chunk, bounds) in chunks.iter_mut().zip(starts.windows(2)) {
            let after = waiting.partition_point(|(story, _)| story.get() < bounds[1]);
            let here: Vec<_> = waiting.drain(..after).map(|(story, more)| (story.get() - bounds[0], more)).collect();
            if !here.is_empty() {
                Arc::make_mut(chunk).add_reprints(here, values, (&**origins, &mut *custom));
            }
        }
    }

    fn days(&self) -> Days {
        let all = || self.day_counts.keys().copied();
        let Some((first, last)) = all().min().zip(all().max()) else { return Days::default() };
        let mut days = Days::between(first, last);
        self.day_counts.iter().for_each(|(&day, &count)| days.add(day, count));
        days
    }

    /// Publishes a catalog of all releases so far; the builder continues from there.
    pub fn publish(&mut self) -> Arc<Catalog> {
        self.close();
        for (values, without) in self.catalog.values.iter_mut().zip(&mut self.without).filter(|(_, n)| **n > 0) {
            Arc::make_mut(values).count(NONE, std::mem::take(without));
        }
        self.add_reprints();
        self.catalog.settle_custom();
        let catalog = &self.catalog;
        let mut fresh: Vec<ReleaseIndex> = catalog.indices().skip(catalog.order.len()).collect();
        if !fresh.is_empty() {
            fresh.sort_by_cached_key(|&index| catalog.key(index));
            let merged = order::merge(&catalog.order, &fresh, |index| catalog.key(index));
            self.catalog.order = merged.into();
            self.catalog.days = Arc::new(self.days());
        }
        Arc::new(self.catalog.clone())
    }
}
