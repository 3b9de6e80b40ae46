//! Searching within the text of the open release.

use super::{App, Pane};
use crate::keymap::Action;

impl App {
    /// Opens the prompt for a search in the text.
    pub(super) fn open_find(&mut self) {
        if self.selected().is_none() {
            return;
        }
        if !self.zen {
            self.focus = Pane::Detail;
        }
        self.settle();
        self.detail.open_find();
    }

    /// Whether the prompt for a search in the text is open.
    pub(super) fn is_finding(&self) -> bool {
        self.detail.find.as_ref().is_some_and(|find| find.is_typing)
    }

    /// Handles an action in the prompt.
    pub(super) fn find_action(&mut self, action: Action) {
        let rows = usize::from(self.layout().detail_rows());
        match action {
            Action::FindDone => {
                let is_empty = self.detail.find.as_ref().is_none_or(|find| find.prompt.text().is_empty());
                if is_empty {
                    self.detail.close_find();
                } else if let Some(find) = &mut self.detail.find {
                    find.is_typing = false;
                }
            }
            Action::Close => self.detail.close_find(),
            Action::Down => drop(self.detail.find_next(true, rows)),
            Action::Up => drop(self.detail.find_next(false, rows)),
            _ => {
                if self.detail.find.as_mut().is_some_and(|find| find.prompt.edit(action)) {
                    self.detail.update_matches(rows);
                }
            }
        }
    }

    /// Inserts typed text.
    pub(super) fn type_into_find(&mut self, text: &str) {
        let rows = usize::from(self.layout().detail_rows());
        if let Some(find) = &mut self.detail.find {
            find.prompt.insert(text);
            self.detail.update_matches(rows);
        }
    }

    /// Goes to the next match in the text. Returns whether there is a search.
    pub(super) fn find_on(&mut self, below: bool) -> bool {
        if self.detail.find.is_none() {
            return false;
        }
        let rows = usize::from(self.layout().detail_rows());
        if self.detail.match_count() == 0 {
            self.inform("no match in this text");
        } else if self.detail.find_next(below, rows) {
            self.inform(if below { "continued from the top" } else { "continued from the end" });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::app::tests::TestApp;
    use crate::keymap::Scope;

    #[test]
    fn matches_are_found_while_typing_and_stepped_through() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j g/ \"lonk\"");
        assert_eq!((reader.app.scope(), reader.app.detail.match_count()), (Scope::Find, 0));
        reader.keys("BS BS \"ng\"");
        assert_eq!(reader.app.detail.match_count(), 200);
        reader.keys("Enter n n N");
        let here = |reader: &TestApp| reader.app.detail.find.as_ref().and_then(|find| find.here);
        assert_eq!((here(&reader), reader.app.scope()), (Some(1), Scope::Detail));
        reader.keys("N N");
        assert_eq!((here(&reader), reader.note()), (Some(199), "continued from the end"));
        assert!(reader.app.detail.scroll > 0);
        reader.keys("Esc");
        assert!(reader.app.detail.find.is_none());
        assert_eq!(reader.app.scope(), Scope::Detail, "the first Esc only ends the search");
        reader.keys("k z / \"text\" Esc");
        assert!(reader.app.zen && reader.query().is_empty(), "in zen mode, the prompt searches the text");
    }
}
