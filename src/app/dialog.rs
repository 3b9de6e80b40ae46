//! What opens over the panes: help and problems. A dialog is a list of lines that scrolls; those of the help are narrowed
//! by typing.

use ratatui::layout::Rect;

use super::App;
use super::prompt::Prompt;
use crate::keymap::{Action, Info, Scope, Section};
use crate::text::{CleanBuf, fold, grouped, wrap};

/// Which dialog, and how far it is scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialog {
    /// What it shows.
    pub kind: Kind,
    /// Index of the first line in view.
    pub scroll: usize,
}

/// What a dialog shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All actions with their keys.
    Help,
    /// What could not be read.
    Problems,
}

/// A line of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Heads the lines below it.
    Heading(&'static str),
    /// Keys and what they do; either may go on below.
    Keys(CleanBuf, CleanBuf),
    /// Running text.
    Text(CleanBuf),
    /// Nothing.
    Blank,
}

/// The widest dialog.
const COLUMNS: u16 = 78;
/// The widest column of keys in the help.
const KEY_COLUMNS: u16 = 22;
/// Problems that are listed, about.
const LISTED: usize = 1_000;

/// The keys of a row: nine digits in a row say no more than the first and the last.
fn key_list(keys: &[String]) -> String {
    match keys {
        [first, .., last] if keys.len() > 6 => format!("{first} to {last}"),
        _ => keys.join(" "),
    }
}

/// Whether a row of the help holds every word, in its keys, its text, its name or its heading.
fn matches(words: &[&str], scope: Scope, keys: &str, info: &Info) -> bool {
    let text = fold(&format!("{keys} {} {} {}", info.help, info.name, scope.title()));
    words.iter().all(|word| text.contains(word))
}

/// Columns of the keys in a help of this width.
#[must_use]
pub fn key_columns(columns: u16) -> u16 {
    KEY_COLUMNS.min(columns / 3)
}

/// A row of the help, on as many lines as its keys and its text need.
fn set_row(keys: &str, help: &str, columns: u16) -> Vec<Line> {
    let left = key_columns(columns);
    let lines = |text: &str, columns: u16| {
        let text = CleanBuf::line(text);
        let ranges = wrap(text.as_clean(), usize::from(columns).max(1)).into_iter();
        ranges.filter_map(|range| Some(text.as_clean().get(range)?.to_buf())).collect::<Vec<_>>()
    };
    let (mut keys, mut help) = (lines(keys, left.saturating_sub(1)), lines(help, columns.saturating_sub(left)));
    let rows = keys.len().max(help.len());
    keys.resize_with(rows, CleanBuf::default);
    help.resize_with(rows, CleanBuf::default);
    keys.into_iter().zip(help).map(|(keys, help)| Line::Keys(keys, help)).collect()
}

impl Kind {
    /// Its name in its frame.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Help => "Help",
            Self::Problems => "Problems",
        }
    }

    /// What its keys are looked up in.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Help => Scope::Help,
            Self::Problems => Scope::Dialog,
        }
    }

    /// Lines above its text: what is typed to narrow it.
    #[must_use]
    pub fn head(self) -> u16 {
        u16::from(self == Self::Help)
    }
}

impl Dialog {
    /// Its frame within the panes' region.
    #[must_use]
    pub fn frame(body: Rect) -> Rect {
        let width = body.width.min(COLUMNS);
        Rect::new(body.x + (body.width - width) / 2, body.y, width, body.height)
    }

    /// Its text within the frame, without the line above it that narrows it.
    #[must_use]
    pub fn inner(self, body: Rect) -> Rect {
        let frame = Self::frame(body);
        let head = self.kind.head();
        let height = frame.height.saturating_sub(2 + head);
        Rect::new(frame.x + 2, frame.y + 1 + head, frame.width.saturating_sub(4), height)
    }
}

impl App {
    /// The lines of a dialog, set for a width in columns.
    #[must_use]
    pub fn dialog_lines(&self, kind: Kind, columns: u16) -> Vec<Line> {
        match kind {
            Kind::Help => self.help_lines(columns),
            Kind::Problems => self.problem_lines(usize::from(columns)),
        }
    }

    /// What has the focus first, then what holds everywhere, then the rest; of them those that hold all that is typed.
    fn help_lines(&self, columns: u16) -> Vec<Line> {
        let focus = self.popup_scope().unwrap_or_else(|| self.pane_scope());
        let typed = fold(self.help_filter.text());
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut lines = Vec::new();
        for Section { scope, rows } in self.settings.keymap.sections(Some(focus)) {
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

    /// Opens a dialog at its beginning.
    pub(super) fn open_dialog(&mut self, kind: Kind) {
        self.help_filter = Prompt::default();
        self.dialog = Some(Dialog { kind, scroll: 0 });
    }

    /// An action in the help: what leaves it takes back what is typed first.
    pub(super) fn help_action(&mut self, action: Action) {
        let is_over = action == Action::NarrowDone || (action == Action::Close && self.help_filter.text().is_empty());
        if is_over {
            self.dialog = None;
        } else if action == Action::Close {
            self.open_dialog(Kind::Help);
        } else if self.help_filter.edit(action) {
            self.dialog = Some(Dialog { kind: Kind::Help, scroll: 0 });
        }
    }

    /// Narrows the help to what is typed; whether it is open.
    pub(super) fn type_into_help(&mut self, text: &str) -> bool {
        let Some(dialog) = self.dialog else { return false };
        if dialog.kind == Kind::Help {
            self.help_filter.insert(text);
            self.dialog = Some(Dialog { scroll: 0, ..dialog });
        }
        true
    }

    fn problem_lines(&self, columns: usize) -> Vec<Line> {
        let failures = self.failures.iter().map(|failure| failure.text.to_string());
        let mut texts: Vec<String> = failures.collect();
        let mut shown = 0;
        for source in self.load.problems.sources() {
            if texts.len() >= LISTED {
                break;
            }
            texts.extend(source.kept.iter().map(ToString::to_string));
            shown += source.len;
            if let (more @ 1.., Some(first)) = (source.left_out(), source.kept.first()) {
                texts.push(format!("{}: {} more problems; tidings check counts them", first.source, grouped(more)));
            }
        }
        let more = self.load.problems.len() - shown;
        if more > 0 {
            texts.push(format!("and {} more problems in other feeds", grouped(more)));
        }
        if texts.is_empty() {
            texts.push("No problems.".to_owned());
        }
        let mut lines = Vec::new();
        for text in texts {
            let text = CleanBuf::line(&text);
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            let ranges = wrap(text.as_clean(), columns.max(1)).into_iter();
            lines.extend(ranges.filter_map(|range| Some(Line::Text(text.as_clean().get(range)?.to_buf()))));
        }
        lines
    }

    /// Opens the list of what went wrong: all of it counts as read.
    pub(super) fn open_problems(&mut self) {
        self.failures.read();
        self.open_dialog(Kind::Problems);
    }

    /// Scrolls the open dialog by `by` lines.
    pub(super) fn scroll_dialog(&mut self, by: isize) {
        if let Some(dialog) = &mut self.dialog {
            dialog.scroll = dialog.scroll.saturating_add_signed(by);
        }
        self.settle_dialog();
    }

    /// Scrolls the open dialog no further than to its last page, whatever its lines and its size are now.
    pub(super) fn settle_dialog(&mut self) {
        let Some(dialog) = self.dialog else { return };
        let inner = dialog.inner(self.layout().body);
        let lines = self.dialog_lines(dialog.kind, inner.width).len();
        let last = lines.saturating_sub(usize::from(inner.height));
        self.dialog = Some(Dialog { scroll: dialog.scroll.min(last), ..dialog });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::TestApp;

    fn lines(reader: &TestApp) -> Vec<String> {
        let line = |line: Line| match line {
            Line::Heading(text) => format!("# {text}"),
            Line::Keys(keys, help) => format!("{keys}: {help}"),
            Line::Text(text) => text.to_string(),
            Line::Blank => String::new(),
        };
        reader.app.dialog_lines(Kind::Help, 70).into_iter().map(line).collect()
    }

    fn headings(reader: &TestApp) -> Vec<String> {
        lines(reader).into_iter().filter_map(|line| line.strip_prefix("# ").map(str::to_owned)).collect()
    }

    #[test]
    fn what_has_the_focus_stands_first_then_what_holds_everywhere() {
        for (keys, first) in [("?", "Releases"), ("h ?", "Filters"), ("d ?", "Timeline"), ("S ?", "Subscriptions")] {
            let mut reader = TestApp::new(150, 40);
            reader.keys(keys);
            assert_eq!(headings(&reader)[..2], [first, "Everywhere"], "{keys}");
        }
    }

    #[test]
    fn the_last_page_is_full_whatever_becomes_of_its_lines_and_the_window() {
        let mut reader = TestApp::new(80, 12);
        let failure = |number: usize| {
            let text = CleanBuf::line(&format!("problem {number}"));
            crate::app::failures::Failure::of(crate::app::failures::Cause::Themes, &text, text.clone())
        };
        let themes = std::sync::Arc::default;
        reader.send(crate::app::Msg::Themes(themes(), (0..40).map(failure).collect()));
        reader.keys("! End");
        let scroll = |reader: &TestApp| reader.app.dialog.map_or(0, |dialog| dialog.scroll);
        assert!(scroll(&reader) > 60);
        reader.send(crate::app::Msg::Resize { columns: 80, rows: 60 });
        assert!((20..30).contains(&scroll(&reader)), "{}", scroll(&reader));
        reader.send(crate::app::Msg::Themes(themes(), vec![failure(1)]));
        assert_eq!(scroll(&reader), 0, "what is left is in view");
    }

    #[test]
    fn typing_narrows_and_esc_widens_before_it_closes() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("?");
        let all = headings(&reader);
        reader.keys("Down Down \"star\"");
        let narrow = lines(&reader);
        assert!(narrow.contains(&"s: star, or take the star off".to_owned()) && narrow.len() < 30, "{narrow:?}");
        assert_eq!(reader.app.dialog.map(|dialog| dialog.scroll), Some(0));
        reader.keys("\"_unread\"");
        assert_eq!(lines(&reader), Vec::<String>::new(), "every word has to be there");
        reader.keys("C-w \"re\" BS BS");
        assert_eq!(lines(&reader), narrow);
        reader.keys("C-u \"c-r\"");
        assert!(lines(&reader).contains(&"C-r: redo what was undone".to_owned()), "keys are found too");
        reader.keys("Esc");
        assert_eq!((reader.app.scope(), headings(&reader)), (Scope::Help, all));
        reader.keys("Esc");
        assert_eq!(reader.app.scope(), Scope::List);
        reader.keys("?");
        assert!(reader.app.help_filter.text().is_empty());
        reader.keys("?");
        assert_eq!(reader.app.scope(), Scope::List, "the key that opens it closes it");
        reader.keys("? \"x\" Enter");
        assert_eq!(reader.app.scope(), Scope::List);
    }
}
