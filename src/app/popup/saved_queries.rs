//! The list of saved queries, with fuzzy search.

use ratatui::layout::Rect;

use super::frame::{frame, rows};
use super::fuzzy::{self, FuzzyMatch};
use super::picker::{HEAD, Picker};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::library::SavedQuery;
use crate::keymap::{Action, Scope};

/// The open list.
#[derive(Debug, Clone, Default)]
pub struct SavedQueries {
    /// The text field and the cursor among the matches.
    pub picker: Picker,
}

/// Returns the queries that match, best first: matches of the name, then matches of name and text together.
fn matching(typed: &str, saved: &[SavedQuery]) -> Vec<FuzzyMatch> {
    fuzzy::matching(typed, saved.iter().map(|saved| (saved.name.as_str(), saved.query.as_str())))
}

impl SavedQueries {
    /// Returns the queries that match the typed text, best first.
    #[must_use]
    pub fn picked(&self, saved: &[SavedQuery]) -> Vec<FuzzyMatch> {
        matching(self.picker.prompt.text(), saved)
    }

    /// Returns the position in the library of the query under the cursor.
    fn selected(&self, app: &App) -> Option<usize> {
        self.picked(&app.library.saved).get(self.picker.cursor.at).map(|picked| picked.at)
    }

    fn show(&self, app: &mut App) -> Next {
        match self.selected(app) {
            Some(at) if app.show_saved(at) => {
                app.go_to_list();
                Next::Close
            }
            _ => Next::Stay,
        }
    }
}

impl PopupState for SavedQueries {
    fn scope(&self) -> Scope {
        Scope::SavedQueries
    }

    fn title(&self) -> &'static str {
        "Saved queries"
    }

    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, HEAD + app.library.saved.len().max(1))
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let (rows, count) = (rows(self.frame(app), HEAD), self.picked(&app.library.saved).len());
        let selected = self.selected(app);
        match action {
            Action::Close => return Next::Close,
            Action::ShowSaved => return self.show(app),
            Action::ToggleWatch => selected.into_iter().for_each(|at| app.toggle_watch(at)),
            Action::ToggleTopic => selected.into_iter().for_each(|at| app.toggle_topic(at)),
            Action::RemoveSaved => selected.into_iter().for_each(|at| app.drop_query(at)),
            Action::SetOnArrival => {
                if let Some(saved) = selected.and_then(|at| app.library.saved.get(at)) {
                    app.open_on_arrival(saved.name.clone(), saved.on_arrival);
                }
            }
            Action::RenameSaved => {
                if let Some(saved) = selected.and_then(|at| app.library.saved.get(at)) {
                    app.open_rename_query(saved.name.clone());
                }
            }
            _ => self.picker.act(action, rows, count),
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        self.picker.insert(text);
    }

    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let count = self.picked(&app.library.saved).len();
        if self.picker.press(line, count) { self.show(app) } else { Next::Stay }
    }

    fn wheel(&mut self, app: &App, lines: isize) {
        self.picker.cursor.step(lines, self.picked(&app.library.saved).len());
    }

    fn settle(&mut self, app: &App) {
        self.picker.cursor.settle(rows(self.frame(app), HEAD), self.picked(&app.library.saved).len());
    }
}

impl App {
    /// Opens the list.
    pub(in crate::app) fn open_saved_queries(&mut self) {
        if self.library.saved.is_empty() {
            let save = self.key_of(Action::SaveQuery);
            self.inform(if self.query.is_empty() {
                format!("no saved queries; {save} saves a search or filter")
            } else {
                format!("no saved queries; {save} saves this one")
            });
        } else {
            self.popups.push(SavedQueries::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::library::{LibraryCommand, LibraryEvent};
    use crate::app::tests::{TestApp, saved};
    use crate::app::{Msg, StepId};
    use crate::library::{Direction, Edit, Extent};

    fn reader() -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let queries = vec![saved("Weekly", "fair"), saved("Tea in China", "tea"), saved("Zürich e\u{301}t", "place:x")];
        reader.send(Msg::Library(LibraryEvent::SavedQueries(queries)));
        reader
    }

    #[test]
    fn letters_find_names_and_queries_even_with_gaps() {
        let queries = reader().app.library.saved.clone();
        let table = [
            ("", vec![(0, vec![]), (1, vec![]), (2, vec![])]),
            ("tic", vec![(1, vec![0, 4, 7])]),
            ("china tea", vec![(1, vec![0, 1, 2, 7, 8, 9, 10, 11])]),
            ("zuri", vec![(2, vec![0, 1, 2, 3])]),
            // One grapheme of two characters is one place.
            ("et", vec![(2, vec![7, 8]), (1, vec![1])]),
            ("fair", vec![(0, vec![])]),
            ("qqq", vec![]),
        ];
        for (typed, expected) in table {
            let found: Vec<_> = matching(typed, &queries).into_iter().map(|one| (one.at, one.marks)).collect();
            assert_eq!(found, expected, "{typed:?}");
        }
    }

    #[test]
    fn keys_show_the_selected_query() {
        let table = [
            ("F Enter", "fair", Scope::List),
            ("F Down Enter", "tea", Scope::List),
            ("F \"chi\" Enter", "tea", Scope::List),
            ("F \"chi\" C-u Enter", "fair", Scope::List),
            ("F Down \"w\" Enter", "fair", Scope::List),
            ("F \"qqq\" Enter", "", Scope::SavedQueries),
            ("F Esc", "", Scope::List),
            ("F Enter u", "", Scope::List),
        ];
        for (keys, query, scope) in table {
            let mut reader = reader();
            reader.keys(keys);
            assert_eq!((reader.query().as_str(), reader.app.scope()), (query, scope), "{keys}");
        }
    }

    #[test]
    fn undo_asks_the_library_for_a_removed_query() {
        let mut reader = reader();
        reader.keys("F Down C-d");
        assert_eq!(reader.note(), "removed Tea in China; Esc, then u to undo");
        let edit = Edit::DropQuery { name: "Tea in China".to_owned() };
        assert_eq!(reader.edits(), [(edit, "removed the query Tea in China".to_owned())]);
        reader.keys("Esc u");
        let (step, direction) = (StepId::Own(1), Direction::Undo);
        assert_eq!(reader.commands(), [LibraryCommand::Turn { step, direction }]);
        reader.send(Msg::Library(LibraryEvent::Turned { step, direction, extent: Some(Extent::All) }));
        assert_eq!(reader.note(), "undone: removed the query Tea in China");
    }

    #[test]
    fn a_saved_query_is_made_a_topic_and_that_is_undone() {
        let mut reader = reader();
        reader.send(Msg::Library(LibraryEvent::SavedQueries(vec![
            saved("Fair", "fair"),
            saved("Asia", "topic:fair OR asean"),
            saved("Loop", "topic:loop"),
            saved("Odd", "(a"),
        ])));
        reader.keys("F Down C-y Up C-y");
        assert_eq!(reader.note(), "Fair is a topic of yours; t finds topics");
        let edits = reader.edits();
        assert_eq!(edits[0], (Edit::Topic { name: "Asia".to_owned(), on: true }, "made Asia a topic".to_owned()));
        let names = |reader: &TestApp| -> Vec<String> {
            reader.app.hits.own_topics.iter().map(|topic| format!("{} {}", topic.name, topic.releases.len())).collect()
        };
        assert_eq!(names(&reader), ["Fair 2", "Asia 2"]);
        reader.keys("C-y");
        assert_eq!(names(&reader), ["Asia 1"], "topic:fair now finds publishers' topics only");
        reader.keys("Down Down C-y");
        assert_eq!(reader.note(), "cannot make Loop a topic: it leads back to itself: Loop -> Loop");
        reader.keys("Down C-y");
        assert_eq!(reader.note(), "cannot make Odd a topic: invalid query: expected a closing )");
        reader.keys("Esc u");
        let (step, direction) = (StepId::Own(3), Direction::Undo);
        assert_eq!(reader.commands().last(), Some(&LibraryCommand::Turn { step, direction }));
    }

    #[test]
    fn renaming_replaces_a_query_of_the_same_name() {
        let mut reader = reader();
        reader.keys("F C-r C-u \"New\" Enter");
        assert_eq!(reader.app.scope(), Scope::SavedQueries);
        let edit = Edit::RenameQuery { name: "Weekly".to_owned(), to: "New".to_owned() };
        assert_eq!(reader.edits(), [(edit, "renamed the query Weekly to New".to_owned())]);
        reader.keys("C-r C-u \"Tea_in_China\" Enter");
        let names: Vec<_> =
            reader.app.library.saved.iter().map(|saved| (saved.name.as_str(), saved.query.as_str())).collect();
        assert_eq!(names, [("Tea in China", "fair"), ("Zürich e\u{301}t", "place:x")]);
    }

    #[test]
    fn without_saved_queries_a_notice_says_how_to_save_one() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("F");
        assert_eq!((reader.note(), reader.app.scope()), ("no saved queries; W saves a search or filter", Scope::List));
        reader.keys("1 F");
        assert_eq!((reader.note(), reader.app.scope()), ("no saved queries; W saves this one", Scope::List));
    }
}
