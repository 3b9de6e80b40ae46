//! Where the reader was left, and how it comes back there.

use serde::{Deserialize, Serialize};

use super::search::Keep;
use super::{App, Choice, Pane, PaneOptions, Sizes};
use crate::catalog::Facet;
use crate::query::{Query, Sort, parse};

/// A release wherever it stands: the key of its feed and its number there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingPosition {
    /// The key of its feed.
    pub feed: String,
    /// Its number in it.
    pub release: u64,
}

/// Where the reader was left. What an older or a newer version does not know is left as it is by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// The query as text.
    pub query: String,
    /// The name of the order.
    pub sort: String,
    /// The selected release; none where the first one was.
    pub place: Option<ReadingPosition>,
    /// How many releases stood above it in view.
    pub above: usize,
    /// Where in its text the first line in view began, in bytes.
    pub scroll: usize,
    /// The pane that had the focus: its place in `PANES`.
    pub focus: usize,
    /// Whether the text stood alone.
    pub zen: bool,
    /// The sizes of the panes.
    pub sizes: Sizes,
    /// Which of them are hidden, and how they stand.
    pub panes: PaneOptions,
    /// The theme that was chosen while reading; none: that of the settings.
    #[serde(rename = "themed")]
    pub theme: Option<Choice<String>>,
    /// The names of what was last done from the palette, the newest first.
    pub recent: Vec<String>,
}

impl Session {
    /// The same reader before the first hit of another query.
    #[must_use]
    pub fn with_query(self, query: &Query) -> Self {
        Self { query: query.to_string(), place: None, above: 0, scroll: 0, focus: 0, zen: false, ..self }
    }
}

/// Panes that can have the focus, in the order in which sessions number them.
const PANES: [Pane; 3] = [Pane::List, Pane::Detail, Pane::Filter];

impl App {
    /// Where the reader is.
    #[must_use]
    pub fn session(&self) -> Session {
        if let Some(session) = &self.session_position {
            // Left before it was back where it had been.
            return session.clone();
        }
        let place = self.selected_release().filter(|_| self.list.cursor > 0).and_then(|release| {
            let source = *release.values(Facet::Source).first()?;
            let feed = self.catalog.source_key(source).as_str().to_owned();
            Some(ReadingPosition { feed, release: release.identity().number() })
        });
        Session {
            query: self.query.to_string(),
            sort: if self.sort == Sort::default() { String::new() } else { self.sort.name().to_owned() },
            place,
            above: self.list.cursor.saturating_sub(self.list.top),
            scroll: self.detail.top(),
            focus: PANES.iter().position(|&pane| pane == self.focus).unwrap_or(0),
            zen: self.zen,
            sizes: self.sizes,
            panes: self.pane_options,
            theme: self.theme.clone(),
            recent: self.recent.clone(),
        }
    }

    /// Goes back to where the reader was left; the selected release follows once it is loaded.
    pub fn restore(&mut self, session: Session) {
        if let Ok(query) = parse(&session.query) {
            self.query = query;
        }
        self.sort = Sort::ALL.into_iter().find(|sort| sort.name() == session.sort).unwrap_or_default();
        self.focus = PANES.get(session.focus).copied().unwrap_or_default();
        self.zen = session.zen;
        self.sizes = session.sizes.settled();
        self.pane_options = session.panes;
        self.theme.clone_from(&session.theme);
        self.recent.clone_from(&session.recent);
        // What is wrong with a theme's file says more.
        self.notice = self.notice.take().or_else(|| self.missing_theme());
        self.session_position = Some(session);
        self.search_again(Keep::Selection);
    }

    /// The release that was selected has been loaded: it is selected again as soon as it is listed.
    pub(super) fn restore_position(&mut self, release: u32) {
        if self.session_position.is_some() {
            self.start_search(Keep::Release(release));
        }
    }

    /// The user does something: the reader no longer goes back to where it was left.
    pub(super) fn record_position(&mut self) {
        if self.session_position.take().is_some() {
            self.search.forget_selection();
        }
    }

    /// The release that was wanted is listed and selected: it stands where it stood, and so does its text.
    pub(super) fn restore_scroll(&mut self) {
        if let Some(session) = self.session_position.take() {
            self.list.top = self.list.cursor.saturating_sub(session.above);
            self.scroll_anchor = Some(session.scroll).filter(|&at| at > 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::Msg;
    use crate::app::tests::TestApp;

    #[test]
    fn a_reader_comes_back_to_where_it_was() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("/ \"is:unread\" Enter j j ,s ,s ,d ,f > > Enter J J J");
        let session = reader.app.session();
        assert_eq!((session.query.as_str(), session.sort.as_str()), ("is:unread", "title"));
        let mut again = TestApp::new(150, 40);
        again.app.restore(session.clone());
        again.send(Msg::SessionPosition(reader.app.selected().expect("one")));
        assert_eq!((again.title(), again.query()), (reader.title(), reader.query()));
        assert_eq!(again.app.session(), session);
        assert_eq!(session.sizes.detail, 42);
    }

    #[test]
    fn another_query_begins_at_its_first_hit_and_leaves_the_rest() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("/ \"is:unread\" Enter j j > > ,d Enter z");
        let query = crate::query::parse("migration").expect("a query");
        let session = reader.app.session().with_query(&query);
        let mut again = TestApp::new(150, 40);
        again.app.restore(session.clone());
        again.keys("j k");
        assert_eq!((again.query(), again.app.list.cursor, again.app.zen), ("migration".to_owned(), 0, false));
        assert_eq!((again.app.sizes, again.app.pane_options), (reader.app.sizes, reader.app.pane_options));
    }

    #[test]
    fn what_another_version_wrote_is_taken_as_far_as_it_is_known() {
        let session: super::Session =
            serde_json::from_str(r#"{"query":"a","colour":"red","sizes":{"filter":9}}"#).expect("a session");
        assert_eq!((session.query.as_str(), session.sizes.settled().filter, session.sizes.list), ("a", 21, 60));
    }

    #[test]
    fn who_goes_elsewhere_meanwhile_is_left_there() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        let session = reader.app.session();
        let mut again = TestApp::new(150, 40);
        again.app.restore(session.clone());
        // Nothing was done yet: the session is what it was.
        assert_eq!(again.app.session(), session);
        again.keys("j");
        again.send(Msg::SessionPosition(reader.app.selected().expect("one")));
        assert_eq!(again.title(), "China partners");
    }
}
