//! Finding words within the text that is being read.

use super::{App, Pane};
use crate::keymap::Action;

impl App {
    /// Begins to look for something in the text.
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

    /// Whether what is looked for in the text is still being typed.
    pub(super) fn is_finding(&self) -> bool {
        self.detail.find.as_ref().is_some_and(|find| find.is_typing)
    }

    /// An action while it is typed.
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
                    self.detail.find_anew(rows);
                }
            }
        }
    }

    /// Takes typed text.
    pub(super) fn type_into_find(&mut self, text: &str) {
        let rows = usize::from(self.layout().detail_rows());
        if let Some(find) = &mut self.detail.find {
            find.prompt.insert(text);
            self.detail.find_anew(rows);
        }
    }

    /// Goes to the next place that was found in the text; whether anything is looked for there.
    pub(super) fn find_on(&mut self, below: bool) -> bool {
        if self.detail.find.is_none() {
            return false;
        }
        let rows = usize::from(self.layout().detail_rows());
        if self.detail.found() == 0 {
            self.notice = Some("nothing found in this text".to_owned());
        } else if self.detail.find_next(below, rows) {
            self.notice = Some(if below { "from the top again" } else { "from the end again" }.to_owned());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::app::tests::TestApp;
    use crate::keymap::Scope;

    #[test]
    fn words_are_found_as_one_types_and_gone_through() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j g/ \"lonk\"");
        assert_eq!((reader.app.scope(), reader.app.detail.found()), (Scope::Find, 0));
        reader.keys("BS BS \"ng\"");
        assert_eq!(reader.app.detail.found(), 200);
        reader.keys("Enter n n N");
        let here = |reader: &TestApp| reader.app.detail.find.as_ref().and_then(|find| find.here);
        assert_eq!((here(&reader), reader.app.scope()), (Some(1), Scope::Detail));
        reader.keys("N N");
        assert_eq!((here(&reader), reader.note()), (Some(199), "from the end again"));
        assert!(reader.app.detail.scroll > 0);
        reader.keys("Esc");
        assert!(reader.app.detail.find.is_none());
        assert_eq!(reader.app.scope(), Scope::Detail, "the first Esc ends the finding alone");
        reader.keys("k z / \"text\" Esc");
        assert!(reader.app.zen && reader.query().is_empty(), "alone, the text is what is searched");
    }
}
