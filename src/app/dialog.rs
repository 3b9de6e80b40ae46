//! What opens over the panes: help and problems. A dialog is a list of lines that scrolls.

use ratatui::layout::Rect;

use super::App;
use crate::keymap::{Action, Scope};
use crate::text::{CleanBuf, wrap};

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
    /// Keys and what they do.
    Keys(String, &'static str),
    /// Running text.
    Text(CleanBuf),
    /// Nothing.
    Blank,
}

/// The widest dialog.
const COLUMNS: u16 = 78;

impl Kind {
    /// Its name in its frame.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Help => "Help",
            Self::Problems => "Problems",
        }
    }
}

impl Dialog {
    /// Its frame within the panes' region.
    #[must_use]
    pub fn frame(body: Rect) -> Rect {
        let width = body.width.min(COLUMNS);
        Rect::new(body.x + (body.width - width) / 2, body.y, width, body.height)
    }

    /// Its text within the frame.
    #[must_use]
    pub fn inner(body: Rect) -> Rect {
        let frame = Self::frame(body);
        Rect::new(frame.x + 2, frame.y + 1, frame.width.saturating_sub(4), frame.height.saturating_sub(2))
    }
}

impl App {
    /// The lines of a dialog, set for a width in columns.
    #[must_use]
    pub fn dialog_lines(&self, kind: Kind, columns: u16) -> Vec<Line> {
        match kind {
            Kind::Help => self.help_lines(),
            Kind::Problems => self.problem_lines(usize::from(columns)),
        }
    }

    /// What has the focus first, then the rest.
    fn help_lines(&self) -> Vec<Line> {
        let focus = self.over_scope().unwrap_or_else(|| self.pane_scope());
        let mut scopes = vec![focus];
        scopes.extend(Scope::ALL.into_iter().filter(|&scope| scope != focus));
        let mut lines = Vec::new();
        for scope in scopes {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(scope.title()));
            for info in Action::in_scope(scope) {
                let keys = self.settings.keymap.keys_of(scope, info.action);
                // Nine digits in a row say no more than the first and the last.
                let keys = match keys.as_slice() {
                    [first, .., last] if keys.len() > 6 => format!("{first} to {last}"),
                    _ => keys.join(" "),
                };
                lines.push(Line::Keys(keys, info.help));
            }
        }
        lines
    }

    fn problem_lines(&self, columns: usize) -> Vec<Line> {
        let told = self.load.told.iter().map(ToString::to_string);
        let refused = self.load.refused.iter().map(|(source, reason)| format!("{source} {reason}"));
        let problems = self.load.problems.iter().map(ToString::to_string);
        let more = self.load.problem_count - self.load.problems.len();
        let more = (more > 0).then(|| format!("and {more} more"));
        let nothing = (self.load.wrong() == 0).then(|| "Everything could be read.".to_owned());
        let mut lines = Vec::new();
        for text in told.chain(refused).chain(problems).chain(more).chain(nothing) {
            let text = CleanBuf::line(&text);
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            let ranges = wrap(text.as_clean(), columns.max(1)).into_iter();
            lines.extend(ranges.filter_map(|range| Some(Line::Text(text.as_clean().get(range)?.to_buf()))));
        }
        lines
    }

    /// Scrolls the open dialog by `by` lines, no further than its last page.
    pub(super) fn scroll_dialog(&mut self, by: isize) {
        let Some(dialog) = self.dialog else { return };
        let inner = Dialog::inner(self.layout().body);
        let lines = self.dialog_lines(dialog.kind, inner.width).len();
        let last = lines.saturating_sub(usize::from(inner.height));
        self.dialog = Some(Dialog { scroll: dialog.scroll.saturating_add_signed(by).min(last), ..dialog });
    }
}
