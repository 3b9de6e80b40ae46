//! The list of themes. While it is open, the screen is drawn in the theme under the cursor.

use ratatui::layout::Rect;

use super::frame::{frame, rows};
use super::fuzzy::{self, FuzzyMatch};
use super::picker::{HEAD, Picker};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::list_cursor::ListCursor;
use crate::config::Themes;
use crate::keymap::{Action, Scope};

/// The open list.
#[derive(Debug, Clone, Default)]
pub struct ThemePicker {
    /// The text field and the cursor among the matches.
    pub picker: Picker,
}

/// The columns of the list: few, so that most of the screen shows the theme.
const COLUMNS: u16 = 36;

impl ThemePicker {
    /// Returns the names that match the typed text, best first.
    #[must_use]
    pub fn picked(&self, themes: &Themes) -> Vec<FuzzyMatch> {
        fuzzy::matching(self.picker.prompt.text(), themes.names().map(|name| (name, "")))
    }

    /// Returns the name under the cursor.
    #[must_use]
    pub fn selected<'a>(&self, themes: &'a Themes) -> Option<&'a str> {
        let at = self.picked(themes).get(self.picker.cursor.at)?.at;
        themes.names().nth(at)
    }

    /// Keeps the theme under the cursor.
    fn keep(&self, app: &mut App) -> Next {
        let Some(name) = self.selected(&app.themes).map(str::to_owned) else { return Next::Stay };
        app.choose_theme(name);
        Next::Close
    }
}

impl PopupState for ThemePicker {
    fn scope(&self) -> Scope {
        Scope::Themes
    }

    fn title(&self) -> &'static str {
        "Theme"
    }

    fn frame(&self, app: &App) -> Rect {
        let body = app.layout().body;
        let frame = frame(body, HEAD + app.themes.names().count());
        let width = frame.width.min(COLUMNS);
        Rect { x: body.right().saturating_sub(width), width, ..frame }
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let (rows, count) = (rows(self.frame(app), HEAD), self.picked(&app.themes).len());
        match action {
            Action::Close => return Next::Close,
            Action::KeepTheme => return self.keep(app),
            _ => self.picker.act(action, rows, count),
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        self.picker.insert(text);
    }

    /// A click shows a theme, a second one keeps it.
    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let (before, count) = (self.picker.cursor.at, self.picked(&app.themes).len());
        if self.picker.press(line, count) && self.picker.cursor.at == before { self.keep(app) } else { Next::Stay }
    }

    fn wheel(&mut self, app: &App, lines: isize) {
        self.picker.cursor.step(lines, self.picked(&app.themes).len());
    }

    fn settle(&mut self, app: &App) {
        self.picker.cursor.settle(rows(self.frame(app), HEAD), self.picked(&app.themes).len());
    }
}

impl App {
    /// Opens the list with the cursor on the current theme.
    pub(in crate::app) fn open_theme_picker(&mut self) {
        let now = self.theme();
        let names = || self.themes.names();
        // The name of a pair of themes stands for both.
        let at = names().position(|name| name == now).or_else(|| names().position(|name| name.starts_with(now)));
        let cursor = ListCursor { at: at.unwrap_or(0), top: 0 };
        self.popups.push(ThemePicker { picker: Picker { cursor, ..Picker::default() } });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::Msg;
    use crate::app::tests::{TestApp, click};
    use crate::text::CleanBuf;

    fn reader() -> TestApp {
        let mut reader = TestApp::new(100, 30);
        let sea = ("sea".to_owned(), CleanBuf::line("sea.toml"), "accent = \"#004466\"\n".to_owned());
        reader.send(Msg::Themes(Arc::new(Themes::with_files(&[sea]).0), vec![]));
        reader
    }

    #[test]
    fn moving_shows_a_theme_closing_restores_the_old_one_and_enter_keeps_the_new_one() {
        let mut reader = reader();
        for (keys, expected) in [
            (",t", "auto"),
            ("Down", "dark"),
            ("Down", "light"),
            ("Up", "dark"),
            ("\"sea\"", "sea"),
            ("\"x\"", "auto"),
            ("BS", "sea"),
            ("C-u \"mono\"", "mono"),
            ("Esc", "auto"),
            (": \"theme\" Enter", "auto"),
            ("\"sea\" Enter", "sea"),
            (",t", "sea"),
            ("Up", "mono"),
            ("Esc", "sea"),
        ] {
            reader.keys(keys);
            assert_eq!(reader.app.theme(), expected, "{keys}");
        }
        assert!(!reader.app.popups.is_open());
        reader.keys(",t C-u \"auto\" Enter");
        assert_eq!(reader.note(), "theme: auto (follows the terminal)");
    }

    #[test]
    fn a_theme_that_is_only_shown_is_not_saved() {
        let mut reader = reader();
        reader.keys(",t Down");
        assert_eq!(reader.app.session().theme, None);
        reader.keys("Enter");
        let mut again = TestApp::new(100, 30);
        again.app.restore(reader.app.session());
        assert_eq!(again.app.theme(), "dark");
    }

    #[test]
    fn a_click_shows_a_theme_and_another_keeps_it() {
        let mut reader = reader();
        reader.keys(",t");
        let inner = super::super::frame::inside(reader.app.popups.iter().last().expect("a popup").frame(&reader.app));
        click(&mut reader, inner.x, inner.y + 3);
        assert_eq!((reader.app.theme(), reader.app.popups.is_open()), ("light", true));
        click(&mut reader, inner.x, inner.y + 3);
        assert_eq!((reader.app.theme(), reader.app.popups.is_open()), ("light", false));
    }

    #[test]
    fn the_name_of_a_pair_opens_at_one_of_them() {
        let mut reader = reader();
        "high-contrast".clone_into(&mut reader.app.settings.look.theme);
        reader.keys(",t");
        assert_eq!(reader.app.theme(), "high-contrast-dark");
        reader.keys("Esc");
        assert_eq!(reader.app.theme(), "high-contrast");
    }
}
