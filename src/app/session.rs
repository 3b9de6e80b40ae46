//! Saving and restoring the state of a session.

use serde::{Deserialize, Serialize};

use super::filter::Words;
use super::search::Keep;
use super::timeline::WordBars;
use super::{App, Choice, Pane, PaneOptions, Sizes};
use crate::catalog::{Facet, ReleaseIndex};
use crate::query::{Query, Sort, parse};
use crate::release::FieldName;
use crate::text::CleanBuf;

/// A release, identified independently of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingPosition {
    /// The key of its feed.
    pub feed: String,
    /// Its id in the feed.
    pub release: u64,
}

/// The saved state of a session. Fields that another version does not know fall back to their defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// The query as text.
    pub query: String,
    /// The name of the sort order.
    pub sort: String,
    /// The selected release; `None` for the first one.
    pub place: Option<ReadingPosition>,
    /// The number of releases above it in view.
    pub above: usize,
    /// The byte of its text at which the first visible line began.
    pub scroll: usize,
    /// The focused pane, as an index into `PANES`.
    pub focus: usize,
    /// Whether zen mode was on.
    pub zen: bool,
    /// The pane sizes.
    pub sizes: Sizes,
    /// The pane options.
    pub panes: PaneOptions,
    /// The theme chosen while reading; `None` uses the setting.
    #[serde(rename = "themed")]
    pub theme: Option<Choice<String>>,
    /// Names of the actions last run from the palette, newest first.
    pub recent: Vec<String>,
    /// The custom fields in the filter pane, from the top.
    pub fields: Vec<String>,
    /// The number of facets above the words in the filter pane; `None` for the default.
    pub words_below: Option<usize>,
    /// Whether the words are those that rise.
    pub rising: bool,
    /// The word with bars in the timeline.
    pub word_bars: Option<String>,
    /// The account that the last feed was followed through; `None` if it is followed directly.
    pub account: Option<String>,
}

impl Session {
    /// Returns the same session with another query, before its first hit.
    #[must_use]
    pub fn with_query(self, query: &Query) -> Self {
        Self { query: query.to_string(), place: None, above: 0, scroll: 0, focus: 0, zen: false, ..self }
    }
}

/// The panes that can have the focus, in the order used by saved sessions.
const PANES: [Pane; 3] = [Pane::List, Pane::Detail, Pane::Filter];

impl App {
    /// Returns the session to save.
    #[must_use]
    pub fn session(&self) -> Session {
        if let Some(session) = &self.session_position {
            // The session has not been restored completely: save it unchanged.
            return session.clone();
        }
        let place = self.selected_release().filter(|_| self.list.at > 0).and_then(|release| {
            let source = release.values(Facet::Source).next()?;
            let feed = self.catalog.source_key(source).as_str().to_owned();
            Some(ReadingPosition { feed, release: release.identity().number() })
        });
        Session {
            // While the prompt is open, the query is incomplete: keep the one from before.
            query: if self.search.prompt.is_some() { self.search.before.to_string() } else { self.query.to_string() },
            sort: if self.sort == Sort::default() { String::new() } else { self.sort.name().to_owned() },
            place,
            above: self.list.at.saturating_sub(self.list.top),
            scroll: self.detail.top(),
            focus: PANES.iter().position(|&pane| pane == self.focus).unwrap_or(0),
            zen: self.zen,
            sizes: self.sizes,
            panes: self.pane_options,
            theme: self.theme.clone(),
            recent: self.recent.clone(),
            fields: self.filter.custom.iter().map(|facet| facet.name().to_owned()).collect(),
            words_below: Some(self.filter.words.above).filter(|&above| above != Words::default().above),
            rising: self.filter.words.is_rising,
            word_bars: self.timeline.word().map(|word| word.phrase.to_string()),
            account: self.last_account.as_ref().map(CleanBuf::to_string),
        }
    }

    /// Restores a session; its release is selected once it is loaded.
    pub(super) fn restore(&mut self, session: Session) {
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
        self.filter.custom.clear();
        for facet in session.fields.iter().filter_map(|name| FieldName::in_query(name)).map(Facet::Custom) {
            if !self.filter.custom.contains(&facet) {
                self.filter.custom.push(facet);
            }
        }
        self.filter.words.above = session.words_below.unwrap_or_else(|| Words::default().above);
        self.filter.words.is_rising = session.rising;
        let word = session.word_bars.as_deref().map(CleanBuf::line).filter(|word| !word.is_empty());
        self.timeline.set_word(word.map(WordBars::new));
        self.filter.measure(&self.catalog);
        self.last_account = session.account.as_deref().map(CleanBuf::line);
        // A problem with the theme's file is more specific.
        if self.notices.info().is_none()
            && let Some(text) = self.missing_theme()
        {
            self.inform(text);
        }
        self.session_position = Some(session);
        self.search_again(Keep::Selection);
    }

    /// Selects the release of the session as soon as it is listed, now that it is loaded.
    pub(super) fn restore_position(&mut self, release: ReleaseIndex) {
        if self.session_position.is_some() {
            self.start_search(Keep::Release(release));
        }
    }

    /// Stops restoring the session's position and waiting for a new feed, because the user acts.
    pub(super) fn stop_restoring(&mut self) {
        self.library.new_feed = None;
        if self.session_position.take().is_some() {
            self.search.forget_selection();
        }
    }

    /// Restores the list's and the text's scroll position, now that the release is selected.
    pub(super) fn restore_scroll(&mut self, release: ReleaseIndex) {
        if let Some(session) = self.session_position.take() {
            self.list.top = self.list.at.saturating_sub(session.above);
            self.scroll_anchor = Some((release, session.scroll));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::Msg;
    use crate::app::tests::TestApp;

    #[test]
    fn a_session_is_restored() {
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
    fn a_query_that_is_being_typed_is_not_kept() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("/ \"tea\" Enter / \"_or_topc:ta\"");
        assert_eq!(reader.app.session().query, "tea");
        reader.keys("Esc / \"_topic:news\" Enter");
        assert_eq!(reader.app.session().query, "tea topic:news");
    }

    #[test]
    fn another_query_starts_at_its_first_hit_and_keeps_the_other_state() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("/ \"is:unread\" Enter j j > > ,d Enter z");
        let query = crate::query::parse("migration").expect("a query");
        let session = reader.app.session().with_query(&query);
        let mut again = TestApp::new(150, 40);
        again.app.restore(session.clone());
        again.keys("j k");
        assert_eq!((again.query(), again.app.list.at, again.app.zen), ("migration".to_owned(), 0, false));
        assert_eq!((again.app.sizes, again.app.pane_options), (reader.app.sizes, reader.app.pane_options));
    }

    #[test]
    fn a_session_of_another_version_is_read_as_far_as_known() {
        let session: super::Session =
            serde_json::from_str(r#"{"query":"a","colour":"red","sizes":{"filter_columns":9}}"#).expect("a session");
        assert_eq!((session.query.as_str(), session.sizes.settled().filter, session.sizes.list), ("a", Some(21), 60));
    }

    #[test]
    fn moving_while_loading_cancels_the_restoration() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        let session = reader.app.session();
        let mut again = TestApp::new(150, 40);
        again.app.restore(session.clone());
        // Before any action, the session is unchanged.
        assert_eq!(again.app.session(), session);
        again.keys("j");
        again.send(Msg::SessionPosition(reader.app.selected().expect("one")));
        assert_eq!(again.title(), "China partners");
    }
}
