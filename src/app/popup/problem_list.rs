//! The list of problems: errors, and items that could not be read.

use ratatui::layout::Rect;

use super::frame::{Line, frame, full, inside, rows, wrapped};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::list_cursor::steps;
use crate::keymap::{Action, Scope};
use crate::text::grouped;

/// The open list of problems.
#[derive(Debug, Clone, Default)]
pub struct ProblemList {
    /// The first visible line.
    pub scroll: usize,
}

/// The approximate maximum of listed problems.
const LISTED: usize = 1_000;

impl PopupState for ProblemList {
    fn scope(&self) -> Scope {
        Scope::Problems
    }

    fn title(&self) -> &'static str {
        "Problems"
    }

    fn frame(&self, app: &App) -> Rect {
        let body = app.layout().body;
        frame(body, app.problem_lines(inside(full(body)).width).len())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let Some(by) = steps(action, rows(self.frame(app), 0)) else { return Next::Close };
        self.scroll = self.scroll.saturating_add_signed(by);
        Next::Stay
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// Scrolls back to the last page if the problems or the window changed.
    fn settle(&mut self, app: &App) {
        let frame = self.frame(app);
        let lines = app.problem_lines(inside(frame).width).len();
        self.scroll = self.scroll.min(lines.saturating_sub(rows(frame, 0)));
    }
}

impl App {
    /// Opens the list of problems and marks them read.
    pub(in crate::app) fn open_problems(&mut self) {
        self.notices.read();
        self.popups.push(ProblemList::default());
    }

    /// Returns the problems as lines of so many columns.
    #[must_use]
    pub fn problem_lines(&self, columns: u16) -> Vec<Line> {
        let mut texts: Vec<String> = self.notices.errors().map(|error| error.text.to_string()).collect();
        let (mut shown, mut is_grouped) = (0, false);
        for source in self.load.problems.sources() {
            if texts.len() >= LISTED {
                break;
            }
            let before = texts.len();
            texts.extend(source.groups().map(|group| group.to_string()));
            shown += source.len;
            is_grouped |= texts.len() - before < source.len;
        }
        let more = self.load.problems.len() - shown;
        if more > 0 {
            texts.push(format!("and {} more problems in other feeds", grouped(more)));
        }
        if is_grouped {
            texts.push("tidings check lists each problem of a feed".to_owned());
        }
        if texts.is_empty() {
            texts.push("No problems".to_owned());
        }
        let mut lines = Vec::new();
        for text in texts {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.extend(wrapped(&text, columns).into_iter().map(Line::Text));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::TestApp;
    use crate::text::CleanBuf;

    #[test]
    fn the_last_page_stays_full_when_problems_or_the_window_change() {
        let mut reader = TestApp::new(80, 12);
        let error = |number: usize| {
            let text = CleanBuf::line(&format!("problem {number}"));
            crate::app::notice::Notice::error_about(crate::app::notice::Cause::Themes, &text, text.clone())
        };
        let themes = std::sync::Arc::default;
        reader.send(crate::app::Msg::Themes(themes(), (0..40).map(error).collect()));
        reader.keys("! End");
        let scroll = |reader: &TestApp| reader.app.popups.find::<ProblemList>().map_or(0, |list| list.scroll);
        assert!(scroll(&reader) > 60);
        reader.send(crate::app::Msg::Resize { columns: 80, rows: 60 });
        assert!((20..30).contains(&scroll(&reader)), "{}", scroll(&reader));
        reader.send(crate::app::Msg::Themes(themes(), vec![error(1)]));
        assert_eq!(scroll(&reader), 0, "what is left is in view");
    }
}
