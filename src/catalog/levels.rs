//! What the releases of a catalog go by, where others of their sources have the same names.

use rustc_hash::FxHashMap;

use super::{Set, ValueId};
use crate::release::identity::Level;

/// The levels of all releases and reprints; most have [`Level::Name`], which takes no room.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    said: Set,
    all: Set,
    /// By the number of the story and the source.
    reprints: FxHashMap<(u32, ValueId), Level>,
}

impl Levels {
    /// What a release goes by.
    pub fn of(&self, release: u32) -> Level {
        if self.said.is_empty() && self.all.is_empty() {
            return Level::Name;
        }
        match (self.said.has(release), self.all.has(release)) {
            (_, true) => Level::All,
            (true, false) => Level::Subject,
            (false, false) => Level::Name,
        }
    }

    /// What the reprint of a story in another source goes by.
    pub fn of_reprint(&self, story: u32, source: ValueId) -> Level {
        self.reprints.get(&(story, source)).copied().unwrap_or_default()
    }

    /// Has a release go by a level.
    pub fn set(&mut self, release: u32, level: Level) {
        self.said.set(release, level == Level::Subject);
        self.all.set(release, level == Level::All);
    }

    /// Has a reprint go by a level.
    pub fn set_reprint(&mut self, story: u32, source: ValueId, level: Level) {
        self.reprints.insert((story, source), level);
    }
}
