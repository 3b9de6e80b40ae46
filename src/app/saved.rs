//! Saved queries: saving, showing and counting.
//!
//! The search worker counts their hits, and only while the counts are visible. A search takes precedence over counting.

use rustc_hash::FxHashMap;

use super::App;
use super::effect::Effect;
use super::generation::Generation;
use super::library::SavedQuery;
use super::popup::saved_queries::SavedQueries;
use super::watching::Watched;
use crate::keymap::{Action, Scope};
use crate::library::Edit;
use crate::query::{Expr, Query, Request, Sort, Term, parse};
use crate::text::{CleanBuf, truncate};

/// Maximum columns of a proposed name.
const PROPOSED: usize = 40;

/// The number of hits of each saved query.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// The latest counts, by query text.
    known: FxHashMap<String, usize>,
    /// The latest request and its queries.
    generation: Generation,
    asked: Vec<String>,
    /// Whether its answer is pending.
    is_awaited: bool,
    /// Whether something has changed since the request.
    is_stale: bool,
}

impl App {
    /// Returns the number of hits of a saved query, if known.
    #[must_use]
    pub fn saved_count(&self, saved: &SavedQuery) -> Option<usize> {
        self.saved_counts.known.get(&saved.query).copied()
    }

    /// Marks the counts as outdated.
    pub(super) fn recount_saved(&mut self) {
        self.saved_counts.is_stale = true;
    }

    /// Whether the counts are visible.
    fn shows_saved(&self) -> bool {
        // While the catalog grows, counts would soon be wrong, and loading needs the processor more.
        let in_pane = self.load.is_done && self.filter.type_ahead.is_none() && !self.layout().filter.is_empty();
        !self.library.saved.is_empty() && (self.popups.find::<SavedQueries>().is_some() || in_pane)
    }

    /// Postpones counting, because a search takes the worker.
    pub(super) fn postpone_counting(&mut self) {
        let counts = &mut self.saved_counts;
        counts.is_stale |= std::mem::take(&mut counts.is_awaited);
    }

    /// Requests the counts of the saved queries if they are shown and may be outdated.
    pub(super) fn count_saved_queries(&mut self) {
        if !self.saved_counts.is_stale || self.search.is_running() || !self.shows_saved() {
            return;
        }
        let context = self.context();
        let request = |query: Query| Request {
            catalog: self.catalog.clone(),
            query,
            counted: None,
            context: context.clone(),
            sort: Sort::Newest,
        };
        let asked =
            self.library.saved.iter().filter_map(|saved| Some((saved.query.clone(), parse(&saved.query).ok()?)));
        let (asked, requests) = asked.map(|(text, query)| (text, request(query))).unzip();
        let counts = &mut self.saved_counts;
        *counts = Counts {
            known: std::mem::take(&mut counts.known),
            generation: counts.generation.next(),
            asked,
            is_awaited: true,
            is_stale: false,
        };
        let generation = counts.generation;
        self.effects.push(Effect::CountQueries { generation, requests });
    }

    /// Applies the worker's counts; answers to older requests are dropped.
    pub(super) fn counted(&mut self, generation: Generation, found: Vec<usize>) {
        let counts = &mut self.saved_counts;
        if counts.is_awaited && counts.generation == generation {
            counts.is_awaited = false;
            counts.known = std::mem::take(&mut counts.asked).into_iter().zip(found).collect();
            self.update_saved_rows();
        }
    }

    /// Updates everything that depends on the list of saved queries.
    pub(super) fn saved_changed(&mut self) {
        self.define_topics();
        self.recount_saved();
        self.update_saved_rows();
    }

    /// Updates the saved queries in the filter pane.
    fn update_saved_rows(&mut self) {
        let listed = |saved: &SavedQuery| (parse(&saved.query).ok(), self.saved_count(saved).map(|count| count as u32));
        self.filter.saved = self.library.saved.iter().map(listed).collect();
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
    }

    /// Shows the hits of a saved query. Returns whether the query is valid.
    pub(super) fn show_saved(&mut self, at: usize) -> bool {
        let Some(saved) = self.library.saved.get(at) else { return false };
        match parse(&saved.query) {
            Ok(query) => {
                self.set_query(query);
                self.see_news(at);
                true
            }
            Err(error) => {
                let name = CleanBuf::line(&saved.name);
                self.inform(format!("{name}: invalid query: {error}"));
                false
            }
        }
    }

    /// Shows the hits of a saved query; repeated, all releases.
    pub(super) fn toggle_saved(&mut self, at: usize) {
        let is_shown = self.filter.saved.get(at).is_some_and(|(query, _)| query.as_ref() == Some(&self.query));
        if is_shown {
            self.set_query(Query::default());
        } else {
            self.show_saved(at);
        }
    }

    /// Opens the form that names the current query.
    pub(super) fn open_save(&mut self) {
        if self.query.is_empty() {
            self.inform("no query to save; search or filter first");
        } else {
            self.open_save_form(self.proposed_name());
        }
    }

    /// Returns the name of the current query if it is saved, or else a name made from it.
    pub(super) fn proposed_name(&self) -> String {
        let text = self.query.to_string();
        if let Some(saved) = self.library.saved.iter().find(|saved| saved.query == text) {
            return saved.name.clone();
        }
        let typed = self.query.typed().to_string();
        let chips = self.query.chips().map(|(_, chip)| wording(chip));
        let parts: Vec<String> = chips.chain(Some(typed)).filter(|part| !part.is_empty()).collect();
        let name = CleanBuf::line(&parts.join(", "));
        truncate(name.as_clean(), PROPOSED).0.as_str().to_owned()
    }

    /// Saves the current query under a name.
    pub(super) fn save_query(&mut self, name: &str) {
        let mut saved = SavedQuery::new(name, &self.query.to_string());
        let SavedQuery { name, query, .. } = saved.clone();
        let key = self.key_of(Action::SavedQueries);
        let known = self.library.saved.iter_mut().find(|other| other.name == saved.name);
        let what = if let Some(known) = known {
            // The library watches another text from now on.
            let is_same = known.query == saved.query;
            saved.watch = known.watch.map(|watched| if is_same { watched } else { Watched::default() });
            saved.on_arrival = known.on_arrival;
            saved.is_topic = known.is_topic;
            *known = saved;
            self.inform(format!("replaced {name}; {key} lists saved queries"));
            format!("replaced the query {name}")
        } else {
            self.library.saved.push(saved);
            self.inform(format!("saved as {name}; {key} lists saved queries"));
            format!("saved the query {name}")
        };
        self.edit(Edit::SaveQuery { name, query }, what);
        self.saved_changed();
    }

    /// Renames a saved query, replacing one that already has the new name.
    pub(super) fn rename_query(&mut self, name: String, to: &str) {
        self.library.saved.retain(|other| other.name == name || other.name != to);
        if let Some(saved) = self.library.saved.iter_mut().find(|saved| saved.name == name) {
            to.clone_into(&mut saved.name);
        }
        self.inform(format!("renamed to {to}"));
        let what = format!("renamed the query {name} to {to}");
        self.edit(Edit::RenameQuery { name, to: to.to_owned() }, what);
        self.saved_changed();
    }

    /// Deletes a saved query.
    pub(super) fn drop_query(&mut self, at: usize) {
        if at >= self.library.saved.len() {
            return;
        }
        let SavedQuery { name, .. } = self.library.saved.remove(at);
        let (close, undo) = (self.key_in(&[Scope::SavedQueries], Action::Close), self.key_of(Action::Undo));
        self.inform(format!("removed {name}; {close}, then {undo} to undo"));
        let what = format!("removed the query {name}");
        self.edit(Edit::DropQuery { name }, what);
        self.saved_changed();
    }
}

/// Returns the values of a clause without the field name: `News, Op-Ed`.
fn wording(chip: &Expr) -> String {
    match chip {
        Expr::Term(Term::Field(_, values) | Term::Words(values)) if !values.iter().any(String::is_empty) => {
            values.join(", ")
        }
        _ => chip.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::library::LibraryEvent;
    use crate::app::tests::{TestApp, saved};

    fn reader() -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let queries = vec![saved("Fair", "fair"), saved("Unread news", "topic:News is:unread"), saved("Odd", "(a")];
        reader.send(Msg::Library(LibraryEvent::SavedQueries(queries)));
        reader
    }

    fn counts(reader: &TestApp) -> Vec<Option<usize>> {
        reader.app.library.saved.iter().map(|saved| reader.app.saved_count(saved)).collect()
    }

    #[test]
    fn a_name_is_proposed() {
        let table = [
            ("/ \"tea\" Enter", "tea"),
            ("1 2", "Migration, News"),
            ("1 / \"tea_-x\" Enter p \"sing\" Enter", "Migration, Singapore, tea -x"),
            ("gu", "is:unread"),
            ("/ \"fair\" Enter", "Fair"),
        ];
        for (keys, expected) in table {
            let mut reader = reader();
            reader.keys(keys);
            assert_eq!(reader.app.proposed_name(), expected, "{keys}");
        }
    }

    #[test]
    fn saving_replaces_a_query_of_the_same_name() {
        let mut reader = reader();
        reader.keys("W");
        assert_eq!(reader.note(), "no query to save; search or filter first");
        reader.keys("/ \"tea\" Enter W");
        assert_eq!(reader.app.form_message(), None);
        reader.keys("Enter");
        assert_eq!(reader.note(), "saved as tea; F lists saved queries");
        let edit = Edit::SaveQuery { name: "tea".to_owned(), query: "tea".to_owned() };
        assert_eq!(reader.edits(), [(edit, "saved the query tea".to_owned())]);
        reader.keys("1 W C-u");
        reader.keys("Enter");
        assert_eq!(reader.app.form_message().map(|(text, _)| text.to_string()).as_deref(), Some("enter a name"));
        reader.keys("\"Fair\"");
        let message = reader.app.form_message().map(|(text, is_wrong)| (text.to_string(), is_wrong));
        assert_eq!(message, Some(("overwrites the saved query: fair".to_owned(), false)));
        reader.keys("Enter");
        assert_eq!(reader.note(), "replaced Fair; F lists saved queries");
        assert_eq!(reader.app.library.saved[0].query, "tea topic:News");
        assert_eq!(reader.app.library.saved.len(), 4);
    }

    #[test]
    fn counts_follow_the_marks_and_the_catalog() {
        let mut reader = reader();
        assert_eq!(counts(&reader), [Some(2), Some(2), None]);
        reader.keys("j m");
        assert_eq!(counts(&reader), [Some(2), Some(1), None]);
        let more = crate::catalog::tests::catalog(&[("fair", "", "", "", (2020, 1, 1))]);
        reader.send(Msg::Loaded(more));
        assert_eq!(counts(&reader), [Some(1), Some(0), None]);
    }

    #[test]
    fn hidden_counts_are_not_requested_and_a_search_goes_first() {
        let mut app = App::new(80, 24);
        let asks = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::CountQueries { .. }));
        let mut send = |msg| app.update(msg);
        drop(send(Msg::LoadDone));
        assert!(
            !asks(&send(Msg::Library(LibraryEvent::SavedQueries(vec![saved("a", "a")])))),
            "the filter pane is hidden"
        );
        let key = |c: char| {
            Msg::Key(crossterm::event::KeyEvent::new(
                crossterm::event::KeyCode::Char(c),
                crossterm::event::KeyModifiers::NONE,
            ))
        };
        assert!(asks(&send(key('h'))), "the filter pane is visible");
        assert!(!asks(&send(key('j'))), "the request is not repeated");
        // The search stops the counting, which is requested again after the answer.
        let effects = send(key('u'));
        assert!(!asks(&effects));
        drop(send(key('g')));
        let effects = send(key('u'));
        assert!(!asks(&effects), "a search runs");
        let generation = effects.iter().find_map(|effect| match effect {
            Effect::Search { generation, .. } => Some(*generation),
            _ => None,
        });
        let generation = generation.expect("a search");
        assert!(asks(&send(Msg::Found { generation, hits: crate::query::Hits::default() })));
    }

    #[test]
    fn the_filter_pane_shows_and_toggles_saved_queries() {
        let mut reader = reader();
        reader.keys("h gg Space");
        assert_eq!(reader.query(), "fair");
        reader.keys("Space");
        assert_eq!(reader.query(), "");
        reader.keys("j Enter u j Space");
        assert_eq!(reader.query(), "");
        assert_eq!(reader.note(), "Odd: invalid query: expected a closing )");
    }
}
