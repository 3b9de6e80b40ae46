//! The user's own topics: where their definitions come from, and which of them a release belongs to.

use std::sync::Arc;

use chrono::NaiveDate;

use super::App;
use super::library::SavedQuery;
use super::notice::{Cause, Notice};
use super::search::Keep;
use crate::catalog::{Catalog, OwnTopic, OwnTopics, ReleaseIndex, Set};
use crate::keymap::{Action, Scope};
use crate::library::Edit;
use crate::query::{Hits, MOST_TOPICS, TopicCycle, TopicDefinition, TopicDefinitions, can_be_topic, parse};
use crate::text::CleanBuf;

/// What is known about the topics.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnTopicsState {
    /// Their definitions.
    pub definitions: TopicDefinitions,
    /// Their releases, as a search found them last.
    pub found: OwnTopics,
    /// The catalog and the day for which they were found.
    found_for: Option<(Arc<Catalog>, NaiveDate)>,
}

impl OwnTopicsState {
    /// Replaces release indices after a reload. Until the next search, new releases have no topics.
    pub fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        let renumbered = |topic: &OwnTopic| {
            let mut releases = Set::default();
            for release in topic.releases.iter().filter_map(&now) {
                releases.set(release, true);
            }
            OwnTopic { name: topic.name.clone(), releases: Arc::new(releases) }
        };
        self.found = self.found.iter().map(renumbered).collect();
        self.found_for = None;
    }

    /// Whether no search can find other releases for this catalog on this day.
    pub fn is_settled(&self, catalog: &Arc<Catalog>, today: NaiveDate) -> bool {
        let is_of = |(of, day): &(Arc<Catalog>, NaiveDate)| Arc::ptr_eq(of, catalog) && *day == today;
        self.definitions.is_empty() || (!self.definitions.has_status() && self.found_for.as_ref().is_some_and(is_of))
    }
}

impl App {
    /// Takes the definitions from the settings and the saved queries. If they have changed, everything is searched and
    /// counted again. Of a query that was changed and now leads back to itself, an error names the chain.
    pub(super) fn define_topics(&mut self) {
        let saved = self.library.saved.iter().filter(|saved| saved.is_topic).filter_map(definition).take(MOST_TOPICS);
        let topics = self.settings.topics.iter().cloned().chain(saved).collect();
        let (definitions, cycles) = TopicDefinitions::without_cycles(topics);
        let error = |cycle: &TopicCycle| {
            let text = format!("topics of yours lead back to themselves, so one is left out: {cycle}");
            Notice::error_about(Cause::Topics, &CleanBuf::line(cycle.first()), CleanBuf::line(&text))
        };
        self.notices.replace(Cause::Topics, cycles.iter().map(error).collect());
        if definitions == self.own_topics.definitions {
            return;
        }
        self.filter.own_topics = definitions.iter().map(|definition| definition.name.clone()).collect();
        self.own_topics = OwnTopicsState { definitions, ..OwnTopicsState::default() };
        self.filter.is_new_catalog = true;
        self.filter.measure(&self.catalog);
        self.recount_saved();
        self.search_again(Keep::Selection);
    }

    /// Makes a saved query a topic, or no longer.
    pub(super) fn toggle_topic(&mut self, at: usize) {
        let Some(saved) = self.library.saved.get(at) else { return };
        let (name, on) = (saved.name.clone(), !saved.is_topic);
        let topics = self.library.saved.iter().filter(|saved| saved.is_topic).filter_map(definition);
        if on && let Err(reason) = can_be_topic(&name, &saved.query, &self.settings.topics, topics) {
            self.inform(format!("cannot make {name} a topic: {reason}"));
            return;
        }
        self.library.saved[at].is_topic = on;
        if on {
            let key = self.key_of(Action::Topics);
            self.inform(format!("{name} is a topic of yours; {key} finds topics"));
        } else {
            let (close, undo) = (self.key_in(&[Scope::SavedQueries], Action::Close), self.key_of(Action::Undo));
            self.inform(format!("{name} is an ordinary saved query again; {close}, then {undo} to undo"));
        }
        let (edit, what) = Edit::topic(name, on);
        self.edit(edit, what);
        self.saved_changed();
    }

    /// Remembers the releases that a search found.
    pub(super) fn found_topics(&mut self, hits: &Hits) {
        if !self.own_topics.definitions.is_empty() {
            self.own_topics.found = hits.own_topics.clone();
            self.own_topics.found_for = Some((Arc::clone(&self.catalog), self.today));
        }
    }

    /// The names of the own topics of a release.
    pub(super) fn own_topics_of(&self, release: ReleaseIndex) -> Vec<CleanBuf> {
        self.own_topics.found.of(release).map(|topic| topic.name.clone()).collect()
    }

    /// Returns the catalog, with the own topics of its releases.
    pub(super) fn catalog_with_own_topics(&self) -> Arc<Catalog> {
        if self.own_topics.found.is_empty() {
            Arc::clone(&self.catalog)
        } else {
            Arc::new(self.catalog.with_own_topics(self.own_topics.found.clone()))
        }
    }
}

/// Returns a saved query as a definition, if it is valid.
fn definition(saved: &SavedQuery) -> Option<TopicDefinition> {
    let query = parse(&saved.query).ok().filter(|query| !query.is_empty())?;
    Some(TopicDefinition { name: CleanBuf::line(&saved.name), query })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::filter::Row;
    use crate::app::tests::TestApp;
    use crate::catalog::Facet;
    use crate::config::Settings;
    use crate::query::parse;

    fn settings(topics: &[(&str, &str)]) -> Msg {
        let topic = |&(name, query): &(&str, &str)| TopicDefinition {
            name: CleanBuf::line(name),
            query: parse(query).expect("a query"),
        };
        Msg::Settings(Box::new(Settings { topics: topics.iter().map(topic).collect(), ..Settings::default() }))
    }

    fn reader(topics: &[(&str, &str)]) -> TestApp {
        let mut reader = TestApp::new(150, 40);
        reader.send(settings(topics));
        reader
    }

    /// The lines of the topics section: the digit, `*` for a topic of the user's own, the name, the count.
    fn topics(reader: &TestApp) -> Vec<String> {
        let sign = |is_chosen, is_excluded| {
            if is_chosen {
                "+"
            } else if is_excluded {
                "-"
            } else {
                ""
            }
        };
        let line = |row: &Row| match row {
            Row::Own(row) => Some(format!(
                "{}{} *{} {}",
                sign(row.is_chosen, row.is_excluded),
                row.digit.unwrap_or(0),
                reader.app.filter.own_topic(*row).expect("a topic"),
                row.count.map_or("?".to_owned(), |count| count.to_string())
            )),
            Row::Value(value) if value.facet == Facet::Topic => Some(format!(
                "{}{} {} {}",
                sign(value.is_chosen, value.is_excluded),
                value.digit.unwrap_or(0),
                reader.app.catalog.values(Facet::Topic).label(value.id),
                value.count
            )),
            _ => None,
        };
        reader.app.filter.rows().iter().filter_map(line).collect()
    }

    #[test]
    fn the_letters_typed_ahead_are_marked_in_names_of_both_kinds() {
        let mut reader = reader(&[("immigration", "asean")]);
        reader.keys("t \"migr\"");
        let view = reader.app.filter_view(&reader.app.layout());
        let lines = view.iter().filter_map(|row| row.name.first());
        let marked: Vec<_> = lines.map(|line| (line.text.as_str(), line.found.clone())).collect();
        assert_eq!(marked, [("immigration", 2..6), ("Migration", 0..4)]);
    }

    #[test]
    fn own_topics_stand_above_those_of_publishers_with_counts_that_follow_the_query() {
        let mut reader = reader(&[("asia", "asean OR china"), ("News", "tea"), ("new", "is:unread topic:asia")]);
        assert_eq!(
            topics(&reader),
            [
                "1 *asia 2",
                "2 *new 2",
                "3 *News 1",
                "4 Migration 2",
                "5 News 2",
                "6 Multilateral 1",
                "7 Protection 1",
                "0  1"
            ]
        );
        reader.keys("/ \"fair\" Enter");
        assert_eq!(topics(&reader)[..4], ["1 *asia 1", "2 *new 1", "3 *News 0", "4 Migration 2"]);
        reader.keys("j m 0");
        assert_eq!(reader.query(), "");
    }

    #[test]
    fn an_own_topic_is_chosen_and_excluded_like_any_other() {
        let mut reader = reader(&[("asia", "asean OR china"), ("News", "tea")]);
        reader.keys("1");
        assert_eq!((reader.query().as_str(), reader.app.hits.order.len()), ("topic:asia", 2));
        reader.keys("1 2");
        assert_eq!((reader.query().as_str(), reader.app.hits.order.len()), ("topic:News", 2));
        let chosen: Vec<String> = topics(&reader).into_iter().filter(|row| row.starts_with('+')).collect();
        assert_eq!(chosen, ["+2 *News 1", "+4 News 2"], "a clause names both");
        reader.keys("0 h t \"asi\" Enter");
        assert_eq!(reader.query(), "topic:asia");
        reader.keys("0 t \"asi\" Tab Esc");
        assert_eq!(reader.query(), "topic:asia", "taken with the type-ahead open");
        reader.keys("0 ] ]");
        assert_eq!(reader.query(), "topic:News");
        reader.keys("]");
        assert_eq!(reader.query(), "topic:Migration", "each name is stepped to once");
        reader.keys("0 h");
        let at = reader.app.filter.rows().iter().position(|row| matches!(row, Row::Own(_))).expect("a row");
        reader.app.filter.cursor.at = at;
        reader.keys("-");
        assert_eq!((reader.query().as_str(), reader.app.hits.order.len()), ("-topic:asia", 5));
        assert_eq!(topics(&reader)[0], "-1 *asia 0");
    }

    #[test]
    fn topics_without_releases_of_publishers_have_a_section_too() {
        let mut reader = reader(&[("tea", "tea")]);
        let bare = crate::catalog::tests::catalog(&[("Tea", "", "", "", (2018, 1, 1)), ("B", "", "", "", (0, 0, 0))]);
        reader.send(Msg::Loaded(bare));
        assert_eq!(topics(&reader), ["1 *tea 1"]);
    }

    #[test]
    fn definitions_follow_the_settings_while_the_reader_runs() {
        let mut reader = reader(&[("asia", "asean")]);
        reader.keys("1");
        assert_eq!(reader.app.hits.order.len(), 1);
        reader.send(settings(&[("asia", "asean OR china")]));
        assert_eq!((reader.app.hits.order.len(), reader.query().as_str()), (2, "topic:asia"));
        reader.send(settings(&[]));
        assert_eq!((reader.app.hits.order.len(), topics(&reader).len()), (0, 5));
    }

    #[test]
    fn counts_of_everything_are_known_at_once_after_the_first_search() {
        let mut reader = reader(&[("asia", "asean OR china")]);
        reader.holds_searches = true;
        reader.keys("/ \"fair\" Enter");
        reader.answer();
        let searches = reader.searches.len();
        reader.keys("0");
        assert_eq!((topics(&reader)[0].as_str(), reader.searches.len()), ("1 *asia 2", searches));
        let catalog = Arc::new((*reader.app.catalog).clone());
        reader.send(Msg::Loaded(catalog));
        assert_eq!((topics(&reader)[0].as_str(), reader.searches.len()), ("1 *asia 2", searches + 1));
    }

    #[test]
    fn the_text_and_exports_say_which_own_topics_a_release_has() {
        let mut reader = reader(&[("asia", "asean OR china"), ("all", "china")]);
        reader.keys("j");
        assert_eq!(reader.title(), "China partners");
        let shown = |reader: &TestApp| {
            let page = &reader.app.detail.page;
            let text = |line| page.parts(line, None).into_iter().map(|part| part.text).collect::<String>();
            page.lines().iter().map(text).collect::<Vec<_>>().join(" ")
        };
        assert!(shown(&reader).contains(" · your topics asia, all "), "{}", shown(&reader));
        reader.send(settings(&[("asia", "asean OR china")]));
        assert!(shown(&reader).contains(" · your topic asia "), "{}", shown(&reader));
        let catalog = reader.app.catalog_with_own_topics();
        let release = catalog.release(reader.app.selected().expect("a release")).expect("a release");
        assert_eq!(release.own_topics().map(|name| name.to_string()).collect::<Vec<_>>(), ["asia"]);
        assert_eq!(release.labels(Facet::Topic).count(), 1, "the publisher's are left alone");
    }
}
