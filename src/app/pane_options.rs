//! Pane options changed while reading: visibility, density, arrangement and theme. They are saved with the session and
//! override the settings.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::notice::{Cause, Notice};
use super::popup::theme_picker::ThemePicker;
use super::{Action, App, Arrangement, Pane, PaneShape};
use crate::config::{AUTO, Density, Stacking, Themes};

/// An override of a setting. It holds while the setting keeps its value: a user who changes the setting in the file or
/// with a flag wants to see the new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice<T> {
    instead_of: T,
    taken: T,
}

impl<T: PartialEq> Choice<T> {
    /// Overrides a setting.
    pub(super) fn new(instead_of: T, taken: T) -> Self {
        Self { instead_of, taken }
    }

    /// Returns the override, or else the setting.
    pub(super) fn or<'a>(choice: Option<&'a Self>, setting: &'a T) -> &'a T {
        choice.filter(|choice| choice.instead_of == *setting).map_or(setting, |choice| &choice.taken)
    }
}

/// Overrides of the settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaneOptions {
    /// Show the filter pane only while it has the focus.
    pub hides_filter: bool,
    /// Show the detail pane only while it has the focus.
    pub hides_detail: bool,
    /// Hide the timeline.
    pub hides_timeline: bool,
    /// Lines per release; `None` uses the setting.
    #[serde(rename = "lines")]
    pub density: Option<Choice<Density>>,
    /// Arrangement of list and detail; `None` uses the setting.
    #[serde(rename = "arranged")]
    pub stacking: Option<Choice<Stacking>>,
    /// Whether the filter pane shows the words that distinguish the hits; `None` uses the setting.
    pub words: Option<Choice<bool>>,
}

impl App {
    /// Handles the actions that change the layout, the theme and the focus. Returns `false` for any other action.
    pub(super) fn layout_action(&mut self, action: Action) -> bool {
        match action {
            Action::Larger => self.sizes = self.sizes.stepped(self.focus, &self.layout(), true),
            Action::Smaller => self.sizes = self.sizes.stepped(self.focus, &self.layout(), false),
            Action::NextDensity => self.next_density(),
            Action::NextStacking => self.next_stacking(),
            Action::Themes => self.open_theme_picker(),
            Action::ToggleFilter => self.toggle_filter_pane(),
            Action::ToggleReading => self.pane_options.hides_detail = !self.pane_options.hides_detail,
            Action::ToggleTimeline => self.pane_options.hides_timeline = !self.pane_options.hides_timeline,
            Action::Zen => self.zen = !self.zen,
            Action::PaneLeft => self.turn(-1, false),
            Action::PaneRight => self.turn(1, false),
            Action::PaneNext => self.turn(1, true),
            Action::PanePrevious => self.turn(-1, true),
            _ => return false,
        }
        true
    }

    /// Returns the options that the panes are laid out by.
    #[must_use]
    pub fn pane_options(&self) -> PaneShape {
        let look = &self.settings.look;
        PaneShape {
            sizes: self.sizes,
            filter_content: self.filter.columns(),
            hides_filter: self.pane_options.hides_filter,
            hides_detail: self.pane_options.hides_detail,
            hides_timeline: self.pane_options.hides_timeline,
            density: *Choice::or(self.pane_options.density.as_ref(), &look.density),
            stacking: *Choice::or(self.pane_options.stacking.as_ref(), &look.stacking),
            measure: look.measure,
        }
    }

    /// Switches between wrapped titles and one line per release.
    fn next_density(&mut self) {
        let (next, notice) = match self.pane_options().density {
            Density::Comfortable => (Density::Compact, "one line per release"),
            Density::Compact => (Density::Comfortable, "titles of up to two lines"),
        };
        self.pane_options.density = Some(Choice { instead_of: self.settings.look.density, taken: next });
        self.inform(notice);
    }

    /// Switches between the list above and beside the text.
    fn next_stacking(&mut self) {
        let (next, notice) = match self.pane_options().stacking {
            Stacking::Above => (Stacking::Beside, "list beside the text"),
            Stacking::Beside => (Stacking::Above, "list above the text"),
        };
        self.pane_options.stacking = Some(Choice { instead_of: self.settings.look.stacking, taken: next });
        let is_seen = matches!(self.layout().arrangement, Arrangement::Stacked | Arrangement::Beside);
        let where_seen = if is_seen { "" } else { " (in terminals of 80 to 119 columns)" };
        self.inform(format!("{notice}{where_seen}"));
    }

    /// Returns the name of the theme: while the themes are listed, that of the selected one.
    #[must_use]
    pub fn theme(&self) -> &str {
        if let Some(name) = self.popups.find::<ThemePicker>().and_then(|list| list.selected(&self.themes)) {
            return name;
        }
        let choice = self.theme.as_ref().filter(|choice| self.themes.has(&choice.taken));
        Choice::<String>::or(choice, &self.settings.look.theme)
    }

    /// Applies the available themes and reports the errors in the user's own.
    pub(super) fn apply_themes(&mut self, themes: Arc<Themes>, errors: Vec<Notice>) {
        self.notices.replace(Cause::Themes, errors);
        let was_there = self.missing_theme().is_none();
        self.themes = themes;
        if was_there && let Some(text) = self.missing_theme() {
            self.inform(text);
        }
    }

    /// Returns a notice if the theme chosen while reading no longer exists.
    pub(super) fn missing_theme(&self) -> Option<String> {
        let choice = self.theme.as_ref().filter(|choice| choice.instead_of == self.settings.look.theme)?;
        let is_lost = !self.themes.has(&choice.taken);
        is_lost.then(|| format!("theme {:?} not found; {} selects another", choice.taken, self.key_of(Action::Themes)))
    }

    /// Switches to a theme and remembers it.
    pub(super) fn choose_theme(&mut self, name: String) {
        let described = if name == AUTO { "auto (follows the terminal)" } else { name.as_str() };
        self.inform(format!("theme: {described}"));
        self.theme = Some(Choice { instead_of: self.settings.look.theme.clone(), taken: name });
    }

    /// Hides or shows the filter pane.
    fn toggle_filter_pane(&mut self) {
        self.pane_options.hides_filter = !self.pane_options.hides_filter;
        if self.pane_options.hides_filter && self.focus == Pane::Filter {
            self.focus = Pane::List;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use crate::app::list::row::RowStyle;
    use crate::app::tests::TestApp;
    use crate::app::{Arrangement, Msg, Pane, Session};
    use crate::config::{Appearance, Density, Stacking, Themes};
    use crate::text::CleanBuf;

    #[test]
    fn panes_can_be_hidden_and_shown() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(",f");
        assert!(reader.app.layout().filter.is_empty());
        reader.keys("h");
        assert!(!reader.app.layout().filter.is_empty(), "the focus shows it");
        reader.keys("Esc ,r");
        assert!(reader.app.layout().detail.is_empty());
        reader.keys("Enter");
        assert!(reader.app.layout().list.is_empty() && reader.app.focus == Pane::Detail);
        reader.keys("q ,r ,f ,b");
        assert!(reader.app.layout().timeline.is_empty());
        reader.keys("d");
        assert!(!reader.app.layout().timeline.is_empty(), "focusing the timeline shows it");
    }

    #[test]
    fn a_missing_theme_is_reported() {
        let (sea, none) = (("sea".to_owned(), CleanBuf::line("sea.toml"), "accent = \"#004466\"\n".to_owned()), []);
        let with_sea = || Msg::Themes(Arc::new(Themes::with_files(std::slice::from_ref(&sea)).0), vec![]);
        let mut reader = TestApp::new(100, 30);
        reader.send(with_sea());
        reader.keys(",t \"sea\" Enter j");
        reader.send(with_sea());
        assert_eq!(reader.note(), "", "the theme still exists");
        reader.send(Msg::Themes(Arc::new(Themes::with_files(&none).0), vec![]));
        let lost = "theme \"sea\" not found; ,t selects another";
        assert_eq!((reader.app.theme(), reader.note()), ("auto", lost));
        reader.keys("j");
        reader.send(Msg::Themes(Arc::new(Themes::with_files(&none).0), vec![]));
        assert_eq!(reader.note(), "", "it is reported once");
        let mut again = TestApp::new(100, 30);
        again.app.restore(reader.app.session());
        assert_eq!((again.app.theme(), again.note()), ("auto", lost));
        again.send(with_sea());
        assert_eq!(again.app.theme(), "sea", "the choice is kept in case the theme returns");
    }

    #[test]
    fn density_and_arrangement_are_toggled() {
        let mut reader = TestApp::new(100, 30);
        reader.keys(",d");
        assert_eq!((reader.app.layout().row_style(), reader.note()), (RowStyle::Compact, "one line per release"));
        reader.keys(",l");
        assert_eq!((reader.app.layout().arrangement, reader.note()), (Arrangement::Beside, "list beside the text"));
        reader.send(Msg::Resize { columns: 150, rows: 40 });
        reader.keys(",l");
        assert_eq!(reader.note(), "list above the text (in terminals of 80 to 119 columns)");
    }

    #[test]
    fn a_changed_setting_overrides_an_earlier_choice() {
        let mut reader = TestApp::new(100, 30);
        reader.keys(",t Down Enter ,d ,l");
        let session = serde_json::to_string(&reader.app.session()).expect("text");
        let look = |set: fn(&mut Appearance)| {
            let mut again = TestApp::new(100, 30);
            set(&mut again.app.settings.look);
            again.app.restore(serde_json::from_str(&session).expect("a session"));
            let shape = again.app.pane_options();
            (again.app.theme().to_owned(), shape.density, shape.stacking)
        };
        let (compact, beside) = (Density::Compact, Stacking::Beside);
        assert_eq!(look(|_| {}), ("dark".to_owned(), compact, beside));
        assert_eq!(look(|look| look.theme = "light".to_owned()), ("light".to_owned(), compact, beside));
        let (_, density, stacking) = look(|look| (look.density, look.stacking) = (Density::Compact, Stacking::Beside));
        assert_eq!((density, stacking), (compact, beside));
        let older = serde_json::from_str::<Session>("{\"panes\":{\"density\":\"Compact\"},\"theme\":\"dark\"}");
        assert!(older.is_ok(), "a session of a version without the replaced setting");
    }

    proptest! {
        #[test]
        fn sizes_leave_the_text_where_it_was(
            sizes in prop::collection::vec((20_u16..260, 6_u16..70), 1..12),
            keys in prop::sample::select(vec!["j j Enter J J J J", "j j Enter J J J J J J J J K", "j j Enter G", "j j z J J"]),
        ) {
            let mut reader = TestApp::new(150, 40);
            reader.keys(keys);
            let (at, scroll) = (reader.app.detail.top(), reader.app.detail.scroll);
            for (columns, rows) in sizes {
                reader.send(Msg::Resize { columns, rows });
                let (detail, rows) = (&reader.app.detail, usize::from(reader.app.layout().detail_rows()));
                if rows > 0 {
                    // At its end, the text may have fewer lines than the pane.
                    let mut seen = detail.page.lines()[detail.scroll..].iter().take(rows);
                    let is_first = seen.next().is_some_and(|line| line.range.contains(&at) || line.range.start == at);
                    let is_seen = is_first || (detail.scroll == detail.last_scroll(rows)
                        && seen.any(|line| line.range.contains(&at) || line.range.start == at));
                    prop_assert!(is_seen, "{at} in {columns}x{rows} from line {}", detail.scroll);
                }
            }
            reader.send(Msg::Resize { columns: 150, rows: 40 });
            prop_assert_eq!((reader.app.detail.top(), reader.app.detail.scroll), (at, scroll));
        }

        #[test]
        fn no_size_moves_the_selection_or_the_text_out_of_view(
            sizes in prop::collection::vec((20_u16..260, 6_u16..70), 1..12),
            keys in prop::sample::select(vec!["j j Enter J J J J", "j j j j", ",d G k", ",l j j Enter G", ",r j j"]),
        ) {
            let mut reader = TestApp::new(150, 40);
            reader.keys(keys);
            let title = reader.title();
            for (columns, rows) in sizes {
                reader.send(Msg::Resize { columns, rows });
                prop_assert_eq!(&reader.title(), &title);
                let layout = reader.app.layout();
                let view = reader.app.list_view(&layout);
                let cursor = reader.app.list.at;
                prop_assert_eq!(&reader.app.list_entries, &view.entries(reader.app.list));
                let is_seen = view.entries(reader.app.list).iter().any(|entry| entry.position() == Some(cursor));
                prop_assert!(layout.list.is_empty() || layout.list_rows() < 2 || is_seen, "{columns}x{rows}");
                let rows = usize::from(layout.detail_rows());
                let last = reader.app.detail.page.lines().len();
                prop_assert!(layout.detail.is_empty() || reader.app.detail.scroll <= last.saturating_sub(rows.min(last)));
            }
        }
    }
}
