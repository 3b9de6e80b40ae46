//! The levels of identity of releases that share names with others of their source.

use rustc_hash::FxHashMap;

use super::{ReleaseIndex, Set, ValueId};
use crate::release::identity::Level;

/// The levels of all releases and reprints; [`Level::Name`], the most common, takes no space.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    said: Set,
    all: Set,
    /// By story number and source.
    reprints: FxHashMap<(ReleaseIndex, ValueId), Level>,
}

impl Levels {
    /// The level of a release.
    pub fn of(&self, release: ReleaseIndex) -> Level {
        if self.said.is_empty() && self.all.is_empty() {
            return Level::Name;
        }
        match (self.said.has(release), self.all.has(release)) {
            (_, true) => Level::All,
            (true, false) => Level::Subject,
            (false, false) => Level::Name,
        }
    }

    /// The level of a story's reprint in another source.
    pub fn of_reprint(&self, story: ReleaseIndex, source: ValueId) -> Level {
        self.reprints.get(&(story, source)).copied().unwrap_or_default()
    }

    /// Sets the level of a release.
    pub fn set(&mut self, release: ReleaseIndex, level: Level) {
        self.said.set(release, level == Level::Subject);
        self.all.set(release, level == Level::All);
    }

    /// Sets the level of a reprint.
    pub fn set_reprint(&mut self, story: ReleaseIndex, source: ValueId, level: Level) {
        self.reprints.insert((story, source), level);
    }
}
