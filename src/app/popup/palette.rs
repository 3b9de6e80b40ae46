//! The palette: all that can be done where the focus is, to be found by some letters, with its keys.

use ratatui::layout::Rect;

use super::frame::{frame, inside, moved, scrolled, steps};
use super::fuzzy::{FuzzyMatch, matching};
use crate::app::App;
use crate::app::prompt::Prompt;
use crate::keymap::{Action, Info, Scope};
use crate::text::fold;

/// The list, while it is open.
#[derive(Debug, Clone)]
pub struct Palette {
    /// What is typed.
    pub prompt: Prompt,
    /// Position of the cursor among those that match.
    pub at: usize,
    /// The first of them in view.
    pub top: usize,
    /// What can be done.
    entries: Vec<Entry>,
}

/// Something that can be done.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its row.
    pub info: &'static Info,
    /// Its keys, parted by blanks.
    pub keys: String,
    /// Where the focus is.
    scope: Scope,
}

/// Lines of the frame above the list: what is typed.
const HEAD: usize = 1;
/// How many of those that were done last stand first.
const RECENT: usize = 5;

/// Whether choosing it from a list makes sense: a step is taken by its key, and some want the digit of their key.
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
            | A::NthTopic
            | A::DropNthChip
            | A::Cancel
            | A::Palette
    )
}

impl Palette {
    /// Its frame within the panes' region.
    #[must_use]
    pub fn frame(&self, body: Rect) -> Rect {
        frame(body, HEAD + self.entries.len().max(1))
    }

    /// Lines of the frame above the list.
    #[must_use]
    pub fn head(&self) -> usize {
        HEAD
    }

    /// Those that match what is typed, the best first.
    #[must_use]
    pub fn picked(&self) -> Vec<FuzzyMatch> {
        let typed = fold(self.prompt.text());
        let mut picked = matching(&typed, self.entries.iter().map(|entry| (entry.info.help, entry.info.name)));
        // Who types the name of an action means it.
        let is_named =
            |one: &FuzzyMatch| self.entries.get(one.at).is_some_and(|entry| entry.info.name.starts_with(&typed));
        picked.sort_by_key(|one| !is_named(one));
        picked
    }

    /// What stands at a position among all.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }
}

impl App {
    /// Opens it over what has the focus.
    pub(in crate::app) fn open_palette(&mut self) {
        let scope = self.scope();
        let mut entries: Vec<Entry> = Vec::new();
        for from in [Some(scope), scope.shared()].into_iter().flatten() {
            for (info, keys) in self.settings.keymap.rows(from) {
                if is_listed(info.action) && entries.iter().all(|entry| entry.info.action != info.action) {
                    entries.push(Entry { info, keys: keys.join(" "), scope });
                }
            }
        }
        // The last that was done stands first; the others as in the table.
        let rank = |entry: &Entry| self.recent.iter().position(|name| name == entry.info.name).unwrap_or(RECENT);
        entries.sort_by_key(rank);
        self.popups.palette = Some(Palette { prompt: Prompt::default(), at: 0, top: 0, entries });
    }

    fn palette_rows(&self) -> usize {
        let frame = self.popups.palette.as_ref().map(|palette| palette.frame(self.layout().body));
        usize::from(inside(frame.unwrap_or_default()).height).saturating_sub(HEAD)
    }

    /// Moves the cursor by so many lines.
    pub(super) fn step_palette(&mut self, by: isize) {
        if let Some(palette) = &mut self.popups.palette {
            palette.at = moved(palette.at, by, palette.picked().len());
        }
    }

    /// Does what stands in a line within the frame.
    pub(super) fn press_palette(&mut self, line: usize) {
        let (Some(palette), Some(line)) = (&mut self.popups.palette, line.checked_sub(HEAD)) else { return };
        if palette.top + line < palette.picked().len() {
            palette.at = palette.top + line;
            self.run_palette();
        }
    }

    pub(super) fn settle_palette(&mut self) {
        let rows = self.palette_rows();
        if let Some(palette) = &mut self.popups.palette {
            let count = palette.picked().len();
            palette.at = palette.at.min(count.saturating_sub(1));
            palette.top = scrolled(palette.top, palette.at, rows, count);
        }
    }

    /// Narrows the list to what is typed.
    pub(super) fn type_into_palette(&mut self, text: &str) {
        if let Some(palette) = &mut self.popups.palette {
            palette.prompt.insert(text);
            palette.at = 0;
        }
    }

    /// An action while the list is open.
    pub(super) fn palette_action(&mut self, action: Action) {
        if let Some(by) = steps(action, self.palette_rows()) {
            self.step_palette(by);
        } else if action == Action::Close {
            self.popups.palette = None;
        } else if let Some(palette) = &mut self.popups.palette
            && palette.prompt.edit(action)
        {
            palette.at = 0;
        }
    }

    /// Closes it and does what the cursor stands on, as by its key.
    pub(in crate::app) fn run_palette(&mut self) {
        let chosen = self.popups.palette.as_ref().and_then(|palette| {
            let picked = palette.picked().into_iter().nth(palette.at)?;
            let entry = palette.entry(picked.at)?;
            Some((entry.scope, entry.info))
        });
        let Some((scope, info)) = chosen else { return };
        self.popups.palette = None;
        self.recent.retain(|name| name != info.name);
        self.recent.insert(0, info.name.to_owned());
        self.recent.truncate(RECENT);
        self.perform(scope, info.action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Effect;
    use crate::app::Pane;
    use crate::app::dialog::Kind;
    use crate::app::tests::TestApp;

    fn names(reader: &TestApp) -> Vec<&'static str> {
        let palette = reader.app.popups.palette.as_ref().expect("it is open");
        palette.picked().iter().filter_map(|picked| Some(palette.entry(picked.at)?.info.name)).collect()
    }

    #[test]
    fn letters_find_what_can_be_done_and_enter_does_it() {
        let table = [
            (": \"star_gu\" C-u \"mark_all\" Enter", "mark-all-read"),
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
    fn what_holds_for_the_focus_stands_first_and_once() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(":");
        let all = names(&reader);
        assert_eq!(all[..2], ["open", "read-on"]);
        assert!(all.contains(&"quit") && !all.contains(&"down") && !all.contains(&"nth-topic"), "{all:?}");
        reader.keys("Esc l :");
        let all = names(&reader);
        assert_eq!((all[0], all.iter().filter(|name| **name == "zen").count()), ("read-on", 1));
        assert!(!all.contains(&"open"));
        reader.keys("Esc S :");
        let all = names(&reader);
        assert!(all.contains(&"source-remove") && !all.contains(&"quit"), "{all:?}");
        reader.keys("\"follow_another\" Enter");
        assert_eq!(reader.app.scope(), Scope::Form, "over the subscriptions that are still open");
    }

    #[test]
    fn what_was_done_last_stands_first() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(": \"newest\" Enter : \"the_text_alone\" Enter z : Esc :");
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
    fn help_problems_and_quitting_are_reached_from_it() {
        let mut reader = TestApp::new(150, 40);
        reader.keys(": \"this_help\" Enter");
        assert_eq!(reader.app.dialog.map(|dialog| dialog.kind), Some(Kind::Help));
        reader.keys("Esc : \"back,_then\" Enter");
        assert!(matches!(reader.effects.as_slice(), [.., Effect::Quit]));
        assert_eq!(reader.app.focus, Pane::List);
    }
}
