//! The help: all keys and their actions, those of the focus first. Typing filters them.

use ratatui::layout::Rect;

use super::frame::{Line, full, inside, rows, wide, wrapped};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::list_cursor::steps;
use crate::app::prompt::Prompt;
use crate::keymap::{Action, Info, Keymap, Scope, Section};
use crate::text::{CleanBuf, fold};

/// The open help.
#[derive(Debug, Clone)]
pub struct Help {
    /// The text that filters it.
    pub prompt: Prompt,
    /// The first visible line.
    pub scroll: usize,
    /// The scope that had the focus when it opened.
    focus: Scope,
}

/// The number of lines above the text: the filter.
pub const HEAD: usize = 1;
/// The least width of the panes for a help of two columns.
const TWO_COLUMNS: u16 = 120;
/// The blank columns between the two.
pub const COLUMN_GAP: u16 = 4;
/// The widest column of keys.
const KEY_COLUMNS: u16 = 22;

/// Joins the keys of a row; a long row, such as nine digits, is shortened to its first and last key.
pub(super) fn key_list(keys: &[String]) -> String {
    key_range(keys).unwrap_or_else(|| keys.join(" "))
}

/// Returns the first and last key of a long row, such as nine digits.
pub(in crate::app) fn key_range(keys: &[String]) -> Option<String> {
    match keys {
        [first, .., last] if keys.len() > 6 => Some(format!("{first} to {last}")),
        _ => None,
    }
}

/// Whether a row contains every word in its keys, help, name or heading.
fn matches(words: &[&str], scope: Scope, keys: &str, info: &Info) -> bool {
    let text = fold(&format!("{keys} {} {} {}", info.help, info.name, scope.title()));
    words.iter().all(|word| text.contains(word))
}

/// Returns the columns of the keys in a help of this width.
#[must_use]
pub fn key_columns(columns: u16) -> u16 {
    KEY_COLUMNS.min(columns / 3)
}

/// Typesets a row on as many lines as its keys and its help need.
fn set_row(keys: &str, help: &str, columns: u16) -> Vec<Line> {
    let left = key_columns(columns);
    let mut keys = wrapped(keys, left.saturating_sub(1));
    let mut help = wrapped(help, columns.saturating_sub(left));
    let rows = keys.len().max(help.len());
    keys.resize_with(rows, CleanBuf::default);
    help.resize_with(rows, CleanBuf::default);
    keys.into_iter().zip(help).map(|(keys, help)| Line::Keys(keys, help)).collect()
}

impl Help {
    /// Returns the rows that match the typed words: those of the focus first, then those that apply everywhere, then the
    /// rest.
    #[must_use]
    pub fn lines(&self, keymap: &Keymap, columns: u16) -> Vec<Line> {
        let typed = fold(self.prompt.text());
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut lines = Vec::new();
        for Section { scope, rows } in keymap.sections(Some(self.focus)) {
            let rows = rows.into_iter().map(|(info, keys)| (key_list(&keys), info));
            let rows: Vec<_> = rows.filter(|(keys, info)| matches(&words, scope, keys, info)).collect();
            if rows.is_empty() {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(scope.title()));
            lines.extend(rows.iter().flat_map(|(keys, info)| set_row(keys, info.help, columns)));
        }
        lines
    }
}

/// Returns the width of each of two columns.
#[must_use]
pub fn column_width(columns: u16) -> u16 {
    columns.saturating_sub(COLUMN_GAP) / 2
}

impl Help {
    /// Returns the lines for the inside of a frame: in one column, or in two if there is room and one is too long.
    #[must_use]
    pub fn columns(&self, keymap: &Keymap, inner: Rect) -> Vec<Vec<Line>> {
        // The frame takes four columns.
        if inner.width + 4 < TWO_COLUMNS {
            return vec![self.lines(keymap, inner.width)];
        }
        let mut left = self.lines(keymap, column_width(inner.width));
        let is_long = left.len() > usize::from(inner.height).saturating_sub(HEAD);
        let middle = left.len() / 2;
        // The second column begins with a section.
        let blanks = left.iter().enumerate().filter(|(_, line)| **line == Line::Blank).map(|(at, _)| at);
        let Some(blank) = blanks.min_by_key(|at| at.abs_diff(middle)).filter(|_| is_long) else { return vec![left] };
        let right = left.split_off(blank + 1);
        left.truncate(blank);
        vec![left, right]
    }
}

impl PopupState for Help {
    fn scope(&self) -> Scope {
        Scope::Help
    }

    fn title(&self) -> &'static str {
        "Help"
    }

    fn frame(&self, app: &App) -> Rect {
        let body = app.layout().body;
        if body.width < TWO_COLUMNS { full(body) } else { wide(body) }
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let is_narrowed = !self.prompt.text().is_empty();
        match action {
            // The first press clears the filter.
            Action::Close if is_narrowed => *self = Self { prompt: Prompt::default(), scroll: 0, ..*self },
            Action::ListFilterDone | Action::Close => return Next::Close,
            _ if self.prompt.edit(action) => self.scroll = 0,
            _ => {
                let by = steps(action, rows(self.frame(app), HEAD));
                self.scroll = self.scroll.saturating_add_signed(by.unwrap_or(0));
            }
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        self.prompt.insert(text);
        self.scroll = 0;
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// Scrolls back to the last page if the text or the window changed.
    fn settle(&mut self, app: &App) {
        let frame = self.frame(app);
        let columns = self.columns(&app.settings.keymap, inside(frame));
        let lines = columns.iter().map(Vec::len).max().unwrap_or(0);
        self.scroll = self.scroll.min(lines.saturating_sub(rows(frame, HEAD)));
    }
}

impl App {
    /// Opens the help; the keys of `focus` stand first.
    pub(in crate::app) fn open_help(&mut self, focus: Scope) {
        self.popups.push(Help { prompt: Prompt::default(), scroll: 0, focus });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::TestApp;

    fn help(reader: &TestApp) -> &Help {
        reader.app.popups.find().expect("the open help")
    }

    fn lines(reader: &TestApp) -> Vec<String> {
        let line = |line: Line| match line {
            Line::Heading(text) => format!("# {text}"),
            Line::Keys(keys, help) => format!("{keys}: {help}"),
            Line::Text(text) => text.to_string(),
            Line::Blank => String::new(),
        };
        help(reader).lines(&reader.app.settings.keymap, 70).into_iter().map(line).collect()
    }

    fn headings(reader: &TestApp) -> Vec<String> {
        lines(reader).into_iter().filter_map(|line| line.strip_prefix("# ").map(str::to_owned)).collect()
    }

    #[test]
    fn the_keys_of_the_focused_pane_come_first() {
        for (keys, first) in [("?", "Releases"), ("h ?", "Filters"), ("d ?", "Timeline")] {
            let mut reader = TestApp::new(150, 40);
            reader.keys(keys);
            assert_eq!(headings(&reader)[..2], [first, "Everywhere"], "{keys}");
        }
    }

    #[test]
    fn a_wide_help_has_two_columns_of_whole_sections() {
        let reader = |columns: u16, keys: &str| {
            let mut reader = TestApp::new(columns, 40);
            reader.keys(keys);
            reader
        };
        let columns = |reader: &TestApp| {
            let help = help(reader);
            help.columns(&reader.app.settings.keymap, inside(help.frame(&reader.app)))
        };
        for (width, keys, count) in [(119, "?", 1), (120, "?", 2), (200, "?", 2), (200, "? \"star\"", 1)] {
            let reader = reader(width, keys);
            let shown = columns(&reader);
            assert_eq!(shown.len(), count, "{width} {keys}");
            let is_section = |lines: &Vec<Line>| {
                matches!(lines.first(), Some(Line::Heading(_))) && lines.last() != Some(&Line::Blank)
            };
            assert!(shown.iter().all(is_section), "{width} {keys}");
            let single = help(&reader)
                .lines(&reader.app.settings.keymap, column_width(inside(help(&reader).frame(&reader.app)).width));
            if let [left, right] = shown.as_slice() {
                assert_eq!(left.len() + 1 + right.len(), single.len());
                assert!(left.len().abs_diff(right.len()) < 30, "{} {}", left.len(), right.len());
            }
        }
        let mut reader = reader(150, "? End");
        let longest = columns(&reader).iter().map(Vec::len).max().unwrap_or(0);
        let room = rows(help(&reader).frame(&reader.app), HEAD);
        assert_eq!(help(&reader).scroll, longest - room, "the longer column can be read to its end");
        reader.keys("Home");
        assert_eq!(help(&reader).scroll, 0);
    }

    #[test]
    fn typing_filters_the_help_and_escape_clears_the_filter_before_closing() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("?");
        let all = headings(&reader);
        reader.keys("Down Down \"star\"");
        let narrow = lines(&reader);
        assert!(narrow.contains(&"s: Toggle star".to_owned()) && narrow.len() < 30, "{narrow:?}");
        assert_eq!(help(&reader).scroll, 0);
        reader.keys("\"_unread\"");
        assert_eq!(lines(&reader), Vec::<String>::new(), "every word has to be there");
        reader.keys("C-w \"re\" BS BS");
        assert_eq!(lines(&reader), narrow);
        reader.keys("C-u \"c-r\"");
        assert!(lines(&reader).contains(&"C-r: Redo the last undone change".to_owned()), "keys are found too");
        reader.keys("Esc");
        assert_eq!((reader.app.scope(), headings(&reader)), (Scope::Help, all));
        reader.keys("Esc");
        assert_eq!(reader.app.scope(), Scope::List);
        reader.keys("?");
        assert!(help(&reader).prompt.text().is_empty());
        reader.keys("?");
        assert_eq!(reader.app.scope(), Scope::List, "the key that opens it closes it");
        reader.keys("? \"x\" Enter");
        assert_eq!(reader.app.scope(), Scope::List);
    }
}
