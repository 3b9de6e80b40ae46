//! Releases that are like the one in the detail pane: asked for once it has been there for a moment.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use super::effect::{Effect, Timer};

/// How long a release stays before those like it are looked for: who goes on at once wants none.
const PAUSE: Duration = Duration::from_millis(120);

/// What is known of them.
#[derive(Debug, Clone, Default)]
pub struct Similar {
    /// The release that they are like.
    of: Option<u32>,
    /// Counts the questions.
    generation: u64,
    /// The answer, the most like first.
    found: Vec<u32>,
    /// Whether there is one: a search stops the question for good.
    is_answered: bool,
}

impl Similar {
    /// The releases that are like this one, as far as they are known.
    #[must_use]
    pub fn of(&self, release: u32) -> &[u32] {
        if self.of == Some(release) { &self.found } else { &[] }
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        *self = Self { generation: self.generation + 1, ..Self::default() };
    }
}

impl App {
    /// Begins to wait where another release has come into the detail pane.
    pub(super) fn similar_after_dwell(&mut self) -> Option<Effect> {
        let shown = self.selected().filter(|_| !self.layout().detail.is_empty());
        if shown == self.similar.of {
            return None;
        }
        self.similar.forget();
        self.similar.of = shown;
        shown?;
        Some(Effect::Timer(PAUSE, Timer::Similar(self.similar.generation)))
    }

    /// The release has been there long enough.
    pub(super) fn ask_similar(&mut self, generation: u64) {
        if let Some(release) = self.similar.of.filter(|_| generation == self.similar.generation) {
            self.outbox.push(Effect::FindSimilar { generation, release, catalog: Arc::clone(&self.catalog) });
        }
    }

    /// The answer has come.
    pub(super) fn apply_similar(&mut self, generation: u64, found: Vec<u32>) {
        if generation == self.similar.generation {
            self.similar.found = found;
            self.similar.is_answered = true;
        }
    }

    /// A search is through: what it may have stopped is asked for again.
    pub(super) fn ask_similar_again(&mut self) {
        if self.similar.of.is_some() && !self.similar.is_answered {
            self.outbox.push(Effect::Timer(PAUSE, Timer::Similar(self.similar.generation)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::tests::TestApp;
    use crate::typeset::Kind;

    #[test]
    fn what_a_search_stopped_is_asked_for_again() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        assert!(reader.wait_for_similar().is_some());
        reader.effects.clear();
        // A mark has everything counted again, which stops the question.
        reader.keys("/ \"a\" Enter s");
        let again = reader.wait_for_similar().expect("another question");
        assert!(matches!(reader.effects.last(), Some(Effect::FindSimilar { .. })));
        reader.send(Msg::Similar { generation: again, found: vec![] });
        reader.keys("s");
        assert_eq!(reader.wait_for_similar(), None, "what is answered is not asked again");
    }

    #[test]
    fn they_are_asked_for_after_a_moment_and_stand_below_the_text() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        reader.effects.clear();
        reader.send(Msg::Timer(Timer::Similar(1)));
        assert!(reader.effects.is_empty(), "of a release that is gone by");
        let generation = reader.wait_for_similar().expect("a question");
        assert!(matches!(reader.effects[..], [Effect::FindSimilar { release: 3, .. }]));
        reader.send(Msg::Similar { generation, found: vec![4] });
        let page = &reader.app.detail.page;
        let last = page.lines().last().expect("lines");
        assert_eq!((last.kind, last.lead.as_str()), (Kind::Similar, "a 31 Oct  "));
        assert_eq!(page.parts(last, None)[0].text, "Digital migration");
    }
}
