//! The jump list: going to a release from another one, and back.
//!
//! Going to a release that the query hides clears the query; jumping back restores it.

use super::search::Keep;
use super::{App, Pane};
use crate::catalog::ReleaseIndex;
use crate::keymap::Action;
use crate::query::Query;

/// The maximum length of the jump list.
const MOST: usize = 200;

/// A position to jump back to.
#[derive(Debug, Clone)]
pub struct Jump {
    release: ReleaseIndex,
    query: Query,
    focus: Pane,
    zen: bool,
    /// The first visible byte of its text.
    scroll: usize,
}

impl App {
    /// Goes to a release and records the current position.
    pub(super) fn go_to_release(&mut self, release: ReleaseIndex) {
        self.push_jump();
        if self.select_listed(release) {
            return;
        }
        self.inform(format!("filters cleared to show this release; {} jumps back", self.key_of(Action::GoBack)));
        self.history.query(self.query.clone(), Query::default());
        self.query = Query::default();
        self.search_again(Keep::Release(release));
    }

    /// Adds the current position to the jump list.
    pub(super) fn push_jump(&mut self) {
        let Some(release) = self.selected() else { return };
        let (query, focus, zen) = (self.query.clone(), self.focus, self.zen);
        self.jumps.push(Jump { release, query, focus, zen, scroll: self.detail.top() });
        if self.jumps.len() > MOST {
            self.jumps.remove(0);
        }
    }

    /// Jumps back to the previous position.
    pub(super) fn go_back(&mut self) {
        let Some(place) = self.jumps.pop() else {
            self.inform("nothing to jump back to");
            return;
        };
        self.focus = place.focus;
        self.zen = place.zen;
        self.scroll_anchor = Some((place.release, place.scroll));
        if place.query == self.query && self.select_listed(place.release) {
            return;
        }
        self.history.query(self.query.clone(), place.query.clone());
        self.query = place.query;
        self.search_again(Keep::Release(place.release));
    }

    /// Replaces release indices after a reload; `now` returns `None` for removed releases.
    pub(super) fn renumber_jumps(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        self.jumps.retain_mut(|place| now(place.release).map(|release| place.release = release).is_some());
        self.scroll_anchor = self.scroll_anchor.and_then(|(release, at)| Some((now(release)?, at)));
    }
}

#[cfg(test)]
mod tests {
    use crate::app::tests::TestApp;
    use crate::app::{Msg, Pane};
    use crate::catalog::tests::catalog;

    #[test]
    fn going_to_a_listed_or_hidden_release_can_be_reversed() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("t \"new\" Enter j Enter");
        reader.keys("J J J J J");
        let (title, scroll) = (reader.title(), reader.app.detail.scroll);
        assert_eq!((title.as_str(), scroll), ("Tea plantations", 5));
        reader.app.go_to_release(1.into());
        reader.send(Msg::info(crate::text::CleanBuf::line("x")));
        assert_eq!((reader.title().as_str(), reader.query().as_str()), ("China partners", "topic:News"));
        reader.app.go_to_release(4.into());
        reader.send(Msg::Resize { columns: 150, rows: 40 });
        assert_eq!((reader.title().as_str(), reader.query().as_str()), ("Digital migration", ""));
        reader.keys("C-o");
        assert_eq!((reader.title().as_str(), reader.query().as_str()), ("China partners", "topic:News"));
        reader.keys("C-o");
        assert_eq!((reader.title(), reader.app.detail.scroll, reader.app.focus), (title, scroll, Pane::Detail));
        reader.keys("C-o");
        assert_eq!(reader.note(), "nothing to jump back to");
    }

    #[test]
    fn a_text_returns_to_the_line_it_was_at_even_if_a_match_is_elsewhere() {
        let text = "Words about rain. ".repeat(200) + "Then there was snow. " + &"More words. ".repeat(200);
        for (scrolling, scroll) in [("Enter gg", 0), ("Enter gg J J J J J J J J J", 9)] {
            let mut reader = TestApp::new(150, 40);
            let rows = [("Snow", "", "", "", (2018, 11, 3)), ("Weather", &text, "", "", (2018, 11, 2))];
            reader.send(Msg::Loaded(catalog(&[rows[0], rows[1], ("Other", "", "", "", (2018, 11, 1))])));
            reader.keys("/ \"snow\" Enter j");
            assert!(reader.app.detail.scroll > 9, "the text opens at the match");
            reader.keys(scrolling);
            let session = reader.app.session();
            reader.app.go_to_release(2.into());
            reader.send(Msg::Resize { columns: 150, rows: 40 });
            assert_eq!((reader.title().as_str(), reader.query().as_str()), ("Other", ""));
            reader.keys("C-o");
            assert_eq!((reader.title().as_str(), reader.query().as_str()), ("Weather", "snow"));
            assert_eq!(reader.app.detail.scroll, scroll, "after a jump");
            let mut again = TestApp::new(150, 40);
            again.send(Msg::Loaded(reader.app.catalog.clone()));
            again.app.restore(session);
            again.send(Msg::SessionPosition(1.into()));
            assert_eq!((again.title().as_str(), again.app.detail.scroll), ("Weather", scroll), "in the next session");
        }
    }
}
