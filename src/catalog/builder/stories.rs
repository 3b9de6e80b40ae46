//! Adds releases to the stories that several sources share.

use std::sync::Arc;

use super::super::story::{Found, Traits};
use super::super::{Duplicate, Facet, NONE, ReleaseIndex};
use super::Builder;
use crate::catalog::chunk::Addition;
use crate::release::Release;
use crate::release::identity::Level;

impl Builder {
    /// Adds a release to its story and returns the story; `None` if it belongs to none.
    pub(super) fn merge(&mut self, release: &Release, traits: Option<Traits>) -> Option<ReleaseIndex> {
        let next = self.next();
        let stories = self.stories.as_mut()?;
        let traits = traits.unwrap_or_else(|| Traits::of(release));
        self.prints = traits.prints();
        let found = stories.find(traits, self.source);
        let (Found::Story(story) | Found::Perhaps(story)) = found else {
            stories.add(traits, next, self.source);
            return None;
        };
        let reprint = Arc::new(Duplicate { source: self.source, release: release.clone(), prints: self.prints });
        if !self.is_mixed {
            self.merged.push((story, Arc::clone(&reprint)));
            self.names.merge_last();
        }
        if let Found::Story(_) = found {
            self.add_to_story(story, traits, reprint);
        } else {
            stories.note_title(traits, self.source);
            self.doubtful.push((story, traits, reprint));
        }
        Some(story)
    }

    pub(super) fn add_to_story(&mut self, story: ReleaseIndex, traits: Traits, reprint: Arc<Duplicate>) {
        if let Some(stories) = &mut self.stories {
            stories.add(traits, story, reprint.source);
        }
        self.intern(&reprint.release);
        let topics = self.names(Facet::Topic).collect();
        let labels = self.names(Facet::Label).collect();
        let place = self.names(Facet::Place).next().unwrap_or((NONE, NONE));
        let custom = std::mem::take(&mut self.custom);
        self.reprints.push((story, Addition { reprint, topics, labels, place, custom }));
    }

    /// Decides the releases that needed the whole of their sources: each joins a story or becomes a release of its own.
    pub(super) fn settle_doubtful(&mut self) {
        let source = self.source;
        for (story, traits, reprint) in std::mem::take(&mut self.doubtful) {
            let found = self.stories.as_ref().and_then(|stories| stories.by_title(traits, reprint.source));
            if found == Some(story) {
                self.add_to_story(story, traits, reprint);
                continue;
            }
            let next = self.next();
            let level = self.catalog.levels.of_reprint(story, reprint.source);
            if level != Level::Name {
                let levels = Arc::make_mut(&mut self.catalog.levels);
                levels.set_reprint(story, reprint.source, Level::Name);
                levels.set(next, level);
            }
            if let Some(stories) = &mut self.stories {
                stories.add(traits, next, reprint.source);
            }
            (self.source, self.prints) = (reprint.source, reprint.prints);
            self.append(&reprint.release);
        }
        self.source = source;
    }
}
