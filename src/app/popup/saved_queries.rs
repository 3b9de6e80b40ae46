//! The saved queries to pick from: what is typed narrows them, letters of it in a row or not.

use ratatui::layout::Rect;

use super::frame::{frame, inside, moved, scrolled, steps};
use super::fuzzy::{self, FuzzyMatch};
use crate::app::App;
use crate::app::library::SavedQuery;
use crate::app::prompt::Prompt;
use crate::keymap::Action;

/// The list, while it is open.
#[derive(Debug, Clone, Default)]
pub struct SavedQueries {
    /// What is typed.
    pub prompt: Prompt,
    /// Position of the cursor among those that match.
    pub at: usize,
    /// The first of them in view.
    pub top: usize,
}

/// Lines of the frame above the list: what is typed.
pub const HEAD: usize = 1;

/// Those that match what is typed, the best first: by their name, then by name and text together.
fn matching(typed: &str, saved: &[SavedQuery]) -> Vec<FuzzyMatch> {
    fuzzy::matching(typed, saved.iter().map(|saved| (saved.name.as_str(), saved.query.as_str())))
}

impl SavedQueries {
    /// Its frame within the panes' region, for so many queries.
    #[must_use]
    pub fn frame(body: Rect, queries: usize) -> Rect {
        frame(body, HEAD + queries.max(1))
    }
}

impl App {
    /// Opens the list.
    pub(in crate::app) fn open_saved_queries(&mut self) {
        if self.library.saved.is_empty() {
            self.notice =
                Some(format!("no saved queries yet: {} saves the present one", self.key_of(Action::SaveQuery)));
        } else {
            self.popups.pick = Some(SavedQueries::default());
        }
    }

    /// Those that match what is typed, the best first.
    #[must_use]
    pub fn picked(&self) -> Vec<FuzzyMatch> {
        let typed = self.popups.pick.as_ref().map_or("", |pick| pick.prompt.text());
        matching(typed, &self.library.saved)
    }

    fn saved_query_rows(&self) -> usize {
        let frame = SavedQueries::frame(self.layout().body, self.library.saved.len());
        usize::from(inside(frame).height).saturating_sub(HEAD)
    }

    /// Moves the cursor by so many queries.
    pub(super) fn step_saved_queries(&mut self, by: isize) {
        let count = self.picked().len();
        if let Some(pick) = &mut self.popups.pick {
            pick.at = moved(pick.at, by, count);
        }
    }

    /// Shows the query in a line within the frame.
    pub(super) fn press_saved_query(&mut self, line: usize) {
        let Some(pick) = &mut self.popups.pick else { return };
        if let Some(line) = line.checked_sub(HEAD) {
            pick.at = pick.top + line;
            self.show_selected_query();
        }
    }

    pub(super) fn settle_saved_queries(&mut self) {
        if self.popups.pick.is_none() {
            return;
        }
        let (rows, count) = (self.saved_query_rows(), self.picked().len());
        if let Some(pick) = &mut self.popups.pick {
            pick.at = pick.at.min(count.saturating_sub(1));
            pick.top = scrolled(pick.top, pick.at, rows, count);
        }
    }

    /// Narrows the list to what is typed.
    pub(super) fn type_into_saved_queries(&mut self, text: &str) {
        if let Some(pick) = &mut self.popups.pick {
            pick.prompt.insert(text);
            pick.at = 0;
        }
    }

    /// An action while the list is open.
    pub(super) fn saved_queries_action(&mut self, action: Action) {
        if let Some(by) = steps(action, self.saved_query_rows()) {
            self.step_saved_queries(by);
            return;
        }
        let chosen = self.selected_query();
        match action {
            Action::Close => self.popups.pick = None,
            Action::PickShow => self.show_selected_query(),
            Action::PickDrop => chosen.into_iter().for_each(|at| self.drop_query(at)),
            Action::PickRename => {
                if let Some(saved) = chosen.and_then(|at| self.library.saved.get(at)) {
                    self.open_rename_query(saved.name.clone());
                }
            }
            _ => {
                let Some(pick) = &mut self.popups.pick else { return };
                if pick.prompt.edit(action) {
                    pick.at = 0;
                }
            }
        }
    }

    /// The query under the cursor, by its position in the shelf.
    fn selected_query(&self) -> Option<usize> {
        let pick = self.popups.pick.as_ref()?;
        self.picked().get(pick.at).map(|picked| picked.at)
    }

    fn show_selected_query(&mut self) {
        let Some(at) = self.selected_query() else { return };
        if self.show_saved(at) {
            self.popups.pick = None;
            self.go_to_list();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::library::{LibraryCommand, LibraryEvent};
    use crate::app::tests::TestApp;
    use crate::keymap::Scope;

    fn saved(name: &str, query: &str) -> SavedQuery {
        SavedQuery { name: name.to_owned(), query: query.to_owned() }
    }

    fn reader() -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let queries = vec![saved("Weekly", "fair"), saved("Tea in China", "tea"), saved("Zürich e\u{301}t", "place:x")];
        reader.send(Msg::Library(LibraryEvent::SavedQueries(queries)));
        reader
    }

    #[test]
    fn letters_in_a_row_or_not_find_names_and_texts() {
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
    fn keys_and_the_query_they_show() {
        let table = [
            ("F Enter", "fair", Scope::List),
            ("F Down Enter", "tea", Scope::List),
            ("F \"chi\" Enter", "tea", Scope::List),
            ("F \"chi\" C-u Enter", "fair", Scope::List),
            ("F Down \"w\" Enter", "fair", Scope::List),
            ("F \"qqq\" Enter", "", Scope::Pick),
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
    fn one_is_removed_and_brought_back_where_it_stood() {
        let mut reader = reader();
        reader.keys("F Down C-d");
        assert_eq!(reader.note(), "removed Tea in China; Esc, then u to undo");
        assert_eq!(reader.orders(), [LibraryCommand::DropQuery { name: "Tea in China".to_owned() }]);
        reader.keys("Esc u");
        let (name, query) = ("Tea in China".to_owned(), "tea".to_owned());
        assert_eq!(reader.orders(), [LibraryCommand::SaveQuery { name, query }]);
        assert_eq!(
            (reader.note(), reader.app.library.saved[1].name.as_str()),
            ("restored Tea in China", "Tea in China")
        );
    }

    #[test]
    fn one_is_renamed_in_the_place_of_another() {
        let mut reader = reader();
        reader.keys("F C-r C-u \"New\" Enter");
        assert_eq!(reader.app.scope(), Scope::Pick);
        assert_eq!(reader.orders(), [LibraryCommand::RenameQuery { name: "Weekly".to_owned(), to: "New".to_owned() }]);
        reader.keys("C-r C-u \"Tea_in_China\" Enter");
        let names: Vec<_> =
            reader.app.library.saved.iter().map(|saved| (saved.name.as_str(), saved.query.as_str())).collect();
        assert_eq!(names, [("Tea in China", "fair"), ("Zürich e\u{301}t", "place:x")]);
    }

    #[test]
    fn without_any_it_says_what_to_do() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("F");
        assert_eq!((reader.note(), reader.app.scope()), ("no saved queries yet: W saves the present one", Scope::List));
    }
}
