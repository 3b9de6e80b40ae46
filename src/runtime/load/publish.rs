//! Publishes ever longer catalogs while loading: often enough to be followed, seldom enough to cost little.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::test_panic;
use super::{FIRST, Loader};
use crate::app::Msg;

/// Spend at most 1/SHARE of the loading time on publishing.
const SHARE: u32 = 10;
/// The maximum number of published catalogs in use: each has its own values and order, and a reader slower than the
/// loader would let them pile up.
pub(super) const IN_USE: usize = 4;
/// With more topics, places and years than this, a catalog is published only once, at the end.
const VALUES: usize = 1 << 18;
/// The minimum time between two publications.
pub(super) const PAUSE: Duration = Duration::from_millis(30);

impl<T: FnMut(Msg) -> bool> Loader<'_, T> {
    pub(super) fn publish(&mut self) {
        let start = Instant::now();
        if self.has_published {
            test_panic::here("load");
        }
        if self.builder.waiting() > 0 || !self.has_published || self.marker.is_behind(&self.catalog) {
            self.catalog = self.builder.publish();
            let found = self.marker.find(&self.catalog, &self.builder.take_raised());
            if !found.levels.is_empty() {
                self.builder.set_levels(&found.levels);
                self.catalog = self.builder.publish();
            }
            // Marks first, so that no read release appears unread.
            if !found.marks.is_empty() {
                let catalog = Arc::clone(&self.catalog);
                self.send(Msg::Marks { catalog, marks: found.marks });
            }
            if let Some(changes) = found.changes {
                self.send(Msg::Changes(changes));
            }
            self.in_use.retain(|catalog| catalog.strong_count() > 0);
            self.in_use.push(Arc::downgrade(&self.catalog));
            self.send(Msg::Loaded(Arc::clone(&self.catalog)));
            if let Some(place) = found.place {
                self.send(Msg::SessionPosition(place));
            }
            self.has_published = true;
        }
        if !self.problems.is_empty() {
            let problems = std::mem::take(&mut self.problems);
            self.send(Msg::Problems(problems));
        }
        self.last = Instant::now();
        self.cost = self.last - start;
    }

    /// Called after each release. Checks the clock seldom: once for the first screenful, then from time to time.
    pub(super) fn publish_in_time(&mut self) {
        if self.builder.len().is_multiple_of(FIRST) && self.is_due() {
            self.publish();
        }
    }

    pub(super) fn is_due(&self) -> bool {
        if !self.is_watched {
            return false;
        }
        if !self.has_published && self.builder.len() >= FIRST {
            return true;
        }
        let in_use = || self.in_use.iter().filter(|catalog| catalog.strong_count() > 0).count();
        (self.has_published || !self.builder.is_empty())
            && self.pause_left().is_zero()
            && self.builder.value_count() <= VALUES
            && in_use() < IN_USE
    }

    /// The time until the next publication.
    pub(super) fn pause_left(&self) -> Duration {
        let pause = if self.has_published { PAUSE.max(self.cost * SHARE) } else { PAUSE };
        pause.saturating_sub(self.last.elapsed())
    }

    pub(super) fn has_news(&self) -> bool {
        self.is_watched && (self.builder.waiting() > 0 || !self.problems.is_empty())
    }
}
