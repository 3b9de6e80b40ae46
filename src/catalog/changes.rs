//! Which releases have earlier versions in the library, and when they were last changed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{ReleaseIndex, Set};

/// The releases whose title or text has changed since they were first stored. Only the times are in memory; the earlier
/// versions are read from the library when they are shown. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    set: Arc<Set>,
    /// In seconds since 1970.
    times: Arc<FxHashMap<ReleaseIndex, i64>>,
}

impl Changes {
    /// When a release was last changed, in seconds since 1970; `None` if it never was.
    #[must_use]
    pub fn at(&self, release: ReleaseIndex) -> Option<i64> {
        self.set.has(release).then(|| self.times.get(&release).copied()).flatten()
    }

    /// Records when a release was last changed, or that it never was.
    pub fn set(&mut self, release: ReleaseIndex, at: Option<i64>) {
        if self.at(release) == at {
            return;
        }
        Arc::make_mut(&mut self.set).set(release, at.is_some());
        let times = Arc::make_mut(&mut self.times);
        match at {
            Some(at) => times.insert(release, at),
            None => times.remove(&release),
        };
    }

    /// Returns the same changes after so many releases were put in front.
    #[must_use]
    pub fn behind(&self, new: usize) -> Self {
        if new == 0 || self.set.is_empty() {
            return self.clone();
        }
        let mut moved = Self::default();
        for (release, &at) in self.times.iter() {
            moved.set(ReleaseIndex::at(release.position() + new), Some(at));
        }
        moved
    }

    /// Returns the changed releases.
    #[must_use]
    pub fn releases(&self) -> &Arc<Set> {
        &self.set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_move_with_their_releases() {
        let mut changes = Changes::default();
        changes.set(3.into(), Some(70));
        changes.set(9.into(), Some(80));
        changes.set(9.into(), None);
        assert_eq!((changes.at(3.into()), changes.at(9.into()), changes.releases().len()), (Some(70), None, 1));
        let moved = changes.behind(64);
        assert_eq!((moved.at(3.into()), moved.at(67.into()), moved.releases().len()), (None, Some(70), 1));
    }
}
