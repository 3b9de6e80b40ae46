//! The command palette: the actions of the focused scope with their keys, found by name or synonym.

use ratatui::layout::Rect;

use super::command_match::{Command, Rank};
use super::frame::{frame, rows};
use super::fuzzy::FuzzyMatch;
use super::help::key_list;
use super::picker::{HEAD, Picker};
use super::{Next, PopupState};
use crate::app::App;
use crate::keymap::{Action, Info, Scope};
use crate::text::cells;

/// The open palette.
#[derive(Debug, Clone)]
pub struct Palette {
    /// The text field and the cursor among the matches.
    pub picker: Picker,
    /// All actions of the focus.
    entries: Vec<Entry>,
    /// The columns of the longest name.
    pub name_columns: u16,
}

/// An action in the palette.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its row in the table of actions.
    pub info: &'static Info,
    /// Its name.
    pub title: String,
    /// Its keys, separated by spaces.
    pub keys: String,
    /// The scope that had the focus.
    scope: Scope,
    /// The words that find it.
    command: Command,
}

/// The number of recent actions listed first.
const RECENT: usize = 5;

/// Whether an action makes sense in a list. Cursor movements do not, nor do actions that depend on the digit of their key.
fn is_listed(action: Action) -> bool {
    use Action as A;
    !matches!(
        action,
        A::Down
            | A::Up
            | A::HalfDown
            | A::HalfUp
            | A::PageDown
            | A::PageUp
            | A::DetailDown
            | A::DetailUp
            | A::PaneLeft
            | A::PaneRight
            | A::BarLeft
            | A::BarRight
            | A::RangeLeft
            | A::RangeRight
            | A::Year
            | A::NthTopic
            | A::DropNthChip
            | A::Cancel
            | A::Palette
    )
}

impl Palette {
    /// Returns the entries that match the typed text, best first.
    #[must_use]
    pub fn picked(&self) -> Vec<FuzzyMatch> {
        let typed = self.picker.prompt.text();
        let found = self.entries.iter().enumerate().filter_map(|(at, entry)| {
            let found = entry.command.matching(typed)?;
            Some((found.rank, FuzzyMatch { at, marks: found.marks }))
        });
        let mut found: Vec<(Rank, FuzzyMatch)> = found.collect();
        if found.iter().any(|(rank, _)| *rank < Rank::Explanation) {
            found.retain(|(rank, _)| *rank < Rank::Explanation);
        }
        // A stable sort: equal matches keep their order.
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, picked)| picked).collect()
    }

    /// Returns an entry by its position among all.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// Carries out the action under the cursor as its key would.
    fn run(&self, app: &mut App) -> Next {
        let picked = self.picked();
        let chosen = picked.get(self.picker.cursor.at).and_then(|picked| self.entry(picked.at));
        let Some(Entry { scope, info, .. }) = chosen else { return Next::Stay };
        app.recent.retain(|name| name != info.name);
        app.recent.insert(0, info.name.to_owned());
        app.recent.truncate(RECENT);
        app.perform(*scope, info.action);
        Next::Close
    }
}

impl PopupState for Palette {
    fn scope(&self) -> Scope {
        Scope::Palette
    }

    fn title(&self) -> &'static str {
        "Commands"
    }

    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, HEAD + self.entries.len().max(1))
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let rows = rows(self.frame(app), HEAD);
        match action {
            Action::PaletteRun => return self.run(app),
            Action::Close => return Next::Close,
            _ => {
                let count = self.picked().len();
                self.picker.act(action, rows, count);
            }
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        self.picker.insert(text);
    }

    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let count = self.picked().len();
        if self.picker.press(line, count) { self.run(app) } else { Next::Stay }
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.picker.cursor.step(lines, self.picked().len());
    }

    fn settle(&mut self, app: &App) {
        self.picker.cursor.settle(rows(self.frame(app), HEAD), self.picked().len());
    }
}

impl App {
    /// Opens the palette with the actions of `scope`, the focus.
    pub(in crate::app) fn open_palette(&mut self, scope: Scope) {
        let mut entries: Vec<Entry> = Vec::new();
        for from in scope.chain() {
            for (info, _) in self.settings.keymap.rows(from) {
                let keys = self.settings.keymap.keys_of(scope, info.action);
                if is_listed(info.action) && entries.iter().all(|entry| entry.info.action != info.action) {
                    let (title, command) = (info.title(), Command::new(info));
                    entries.push(Entry { info, title, keys: key_list(&keys), scope, command });
                }
            }
        }
        // Recent actions first, the others in the order of the table.
        let rank = |entry: &Entry| self.recent.iter().position(|name| name == entry.info.name).unwrap_or(RECENT);
        entries.sort_by_key(rank);
        let name_columns = entries.iter().map(|entry| cells(&entry.title)).max().unwrap_or(0);
        self.popups.push(Palette { picker: Picker::default(), entries, name_columns });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Effect;
    use crate::app::Pane;
    use crate::app::popup::help::Help;
    use crate::app::tests::TestApp;

    fn names(reader: &TestApp) -> Vec<&'static str> {
        let palette = reader.app.popups.find::<Palette>().expect("it is open");
        palette.picked().iter().filter_map(|picked| Some(palette.entry(picked.at)?.info.name)).collect()
    }

    #[test]
    fn letters_find_actions_and_enter_runs_them() {
        let table = [
            (": \"star_gu\" C-u \"mark_all\" Enter", "mark-all-read"),
            (": \"mara\" Enter", "mark-all-read"),
            (": \"newest\" Enter", "sort"),
            (": \"show-unr\" Enter", "show-unread"),
        ];
        for (keys, expected) in table {
            let mut reader = TestApp::new(150, 40);
            reader.keys(keys.strip_suffix(" Enter").expect("Enter"));
            assert_eq!(names(&reader).first(), Some(&expected), "{keys}");
            reader.keys("Enter");
            assert!(!reader.app.popups.is_open(), "{keys}");
        }
        let mut reader = TestApp::new(150, 40);
        reader.keys(": \"show-unr\" Enter");
        assert_eq!(reader.query(), "is:unread");
        reader.keys(": \"qqq\" Enter");
        assert_eq!(reader.app.scope(), Scope::Palette, "nothing is done where nothing matches");
        reader.keys("Esc");
        assert_eq!(reader.app.scope(), Scope::List);
    }

    #[test]
    fn the_words_that_people_use_find_commands() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("sync", &["sync"], &["subscribe"]),
            ("refresh", &["sync"], &[]),
            ("reload", &["sync"], &[]),
            ("exit", &["quit"], &["export"]),
            ("q", &["quit"], &["sync"]),
            ("dark", &["theme"], &["select", "mark-all-read"]),
            ("light", &["theme"], &[]),
            ("theme", &["theme"], &["toggle-timeline", "help", "manual"]),
            ("settings", &["manual", "density", "theme"], &[]),
            ("unsubscribe", &["subscriptions"], &["subscribe"]),
            ("bookmark", &["toggle-star", "save-query"], &[]),
            ("favorite", &["toggle-star"], &[]),
            ("favourite", &["toggle-star"], &[]),
            ("fullscreen", &["zen"], &[]),
            ("full screen", &["zen"], &[]),
            ("similar", &["follow"], &[]),
            ("star", &["toggle-star", "show-starred"], &["select-range"]),
            ("read", &["read-on"], &["export", "theme"]),
            ("toggle read", &["toggle-read"], &["toggle-star"]),
            ("ts", &["toggle-star"], &["sync", "theme"]),
            ("mark", &["toggle-read", "mark-all-read"], &[]),
            ("keyboard", &["help"], &[]),
            ("years", &["timeline"], &[]),
            ("clipboard", &["copy-link", "copy-text"], &[]),
            ("markdown", &["export"], &[]),
            ("opml", &["import-opml", "export-opml"], &["copy-link"]),
            ("import", &["import-opml"], &[]),
            ("newspaper", &["digest"], &[]),
        ];
        for (typed, first, absent) in table {
            let mut reader = TestApp::new(150, 40);
            reader.keys(&format!(": \"{}\"", typed.replace(' ', "_")));
            let found = names(&reader);
            assert_eq!(found.get(..first.len()), Some(*first), "{typed}: {found:?}");
            assert_eq!(found.iter().find(|name| absent.contains(*name)), None, "{typed}: {found:?}");
        }
    }

    #[test]
    fn actions_of_the_focused_scope_come_first_and_once() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(":");
        let all = names(&reader);
        assert_eq!(all[..2], ["open", "read-on"]);
        assert!(all.contains(&"quit") && !all.contains(&"down") && !all.contains(&"nth-topic"), "{all:?}");
        reader.keys("Esc l :");
        let all = names(&reader);
        assert_eq!((all[0], all.iter().filter(|name| **name == "zen").count()), ("read-on", 1));
        assert!(!all.contains(&"open"));
        reader.keys("Esc d :");
        let all = names(&reader);
        assert!(all.contains(&"brush") && !all.contains(&"year"), "{all:?}");
        reader.keys("Esc Esc S :");
        let all = names(&reader);
        assert!(all.contains(&"subscription-remove") && !all.contains(&"quit"), "{all:?}");
        reader.keys("\"another_feed\" Enter");
        assert_eq!(reader.app.scope(), Scope::Form, "over the subscriptions that are still open");
    }

    #[test]
    fn names_and_keys_are_ready_when_it_opens() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(":");
        let palette = reader.app.popups.find::<Palette>().expect("it is open");
        let longest = palette.entries.iter().map(|entry| cells(&entry.info.title())).max();
        assert_eq!(Some(palette.name_columns), longest);
        for entry in &palette.entries {
            let keys = reader.app.settings.keymap.keys_of(Scope::List, entry.info.action);
            assert_eq!((&entry.title, &entry.keys), (&entry.info.title(), &key_list(&keys)));
        }
    }

    #[test]
    fn recent_actions_come_first() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(": \"newest\" Enter : \"zen_mode\" Enter z : Esc :");
        assert_eq!(names(&reader)[..3], ["zen", "sort", "open"]);
        let mut session = reader.app.session();
        session.recent.push("of-another-version".to_owned());
        let mut again = TestApp::new(150, 40);
        again.app.restore(session);
        again.keys(":");
        assert_eq!(names(&again)[..3], ["zen", "sort", "open"], "it is kept");
        reader.keys("Enter");
        assert!(reader.app.zen);
    }

    #[test]
    fn the_palette_reaches_help_problems_and_quit() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(": \"show_the_help\" Enter");
        assert!(reader.app.popups.find::<Help>().is_some());
        reader.keys("Esc : \"go_back,_then\" Enter");
        assert!(matches!(reader.effects.as_slice(), [.., Effect::Quit]));
        assert_eq!(reader.app.focus, Pane::List);
    }
}
