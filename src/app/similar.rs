//! Releases similar to the one in the detail pane, requested after a short delay.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use super::effect::{Effect, Timer};
use super::generation::Generation;
use crate::catalog::ReleaseIndex;

/// How long a release must be shown before similar ones are requested; skimming requests none.
const PAUSE: Duration = Duration::from_millis(120);

/// The state of the request.
#[derive(Debug, Clone, Default)]
pub struct Similar {
    /// The release that they are similar to.
    of: Option<ReleaseIndex>,
    /// Counts the requests.
    generation: Generation,
    /// The answer, most similar first.
    found: Vec<ReleaseIndex>,
    /// Whether an answer has arrived; a search cancels the request.
    is_answered: bool,
}

impl Similar {
    /// Returns the releases similar to this one, as far as known.
    #[must_use]
    pub fn of(&self, release: ReleaseIndex) -> &[ReleaseIndex] {
        if self.of == Some(release) { &self.found } else { &[] }
    }

    /// Forgets the answer.
    pub(super) fn forget(&mut self) {
        *self = Self { generation: self.generation.next(), ..Self::default() };
    }
}

impl App {
    /// Starts the delay when the detail pane shows another release.
    pub(super) fn similar_after_dwell(&mut self) {
        let shown = self.selected().filter(|_| !self.layout().detail.is_empty());
        if shown == self.similar.of {
            return;
        }
        self.similar.forget();
        self.similar.of = shown;
        if shown.is_some() {
            self.effects.push(Effect::Timer(PAUSE, Timer::Similar(self.similar.generation)));
        }
    }

    /// Sends the request after the delay.
    pub(super) fn ask_similar(&mut self, generation: Generation) {
        if let Some(release) = self.similar.of.filter(|_| generation == self.similar.generation) {
            self.effects.push(Effect::FindSimilar { generation, release, catalog: Arc::clone(&self.catalog) });
            self.ask_server_again(release);
        }
    }

    /// Applies the answer.
    pub(super) fn apply_similar(&mut self, generation: Generation, found: Vec<ReleaseIndex>) {
        if generation == self.similar.generation {
            self.similar.found = found;
            self.similar.is_answered = true;
        }
    }

    /// Repeats a request that a search may have cancelled.
    pub(super) fn ask_similar_again(&mut self) {
        if self.similar.of.is_some() && !self.similar.is_answered {
            self.effects.push(Effect::Timer(PAUSE, Timer::Similar(self.similar.generation)));
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
    fn a_request_cancelled_by_a_search_is_repeated() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        assert!(reader.wait_for_similar().is_some());
        reader.effects.clear();
        // A mark starts counting, which cancels the request.
        reader.keys("/ \"a\" Enter s");
        let again = reader.wait_for_similar().expect("another question");
        assert!(matches!(reader.effects.last(), Some(Effect::FindSimilar { .. })));
        reader.send(Msg::Similar { generation: again, found: vec![] });
        reader.keys("s");
        assert_eq!(reader.wait_for_similar(), None, "an answered request is not repeated");
    }

    #[test]
    fn similar_releases_are_requested_after_a_delay_and_shown_below_the_text() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        reader.effects.clear();
        reader.send(Msg::Timer(Timer::Similar(Generation::new(1))));
        assert!(reader.effects.is_empty(), "the delay belongs to an earlier release");
        let generation = reader.wait_for_similar().expect("a question");
        assert!(matches!(reader.effects[..], [Effect::FindSimilar { release, .. }] if release == 3));
        reader.send(Msg::Similar { generation, found: vec![4.into()] });
        let page = &reader.app.detail.page;
        let last = page.lines().last().expect("lines");
        assert_eq!((last.kind, last.lead.as_str()), (Kind::Similar, "a 31 Oct  "));
        assert_eq!(page.parts(last, None)[0].text, "Digital migration");
    }
}
