//! A drawn screen, read region by region: the text and the styles of one pane, line or popup.
//!
//! Regions are the layout's own rectangles, and gaps between texts are shortened. So a test about one region does not see
//! where the region is, how wide it is, or what the others show.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::popup::frame::inside;
use crate::app::{App, Layout};
use crate::text::width;
use crate::ui::{Depth, Theme, completion, view, which_key};

/// A drawn screen.
pub struct Screen {
    terminal: Terminal<TestBackend>,
    layout: Layout,
    cursor: Position,
    /// The frames of the open popups, the uppermost last.
    popups: Vec<Rect>,
    /// The frame of the panel of continuations.
    which_key: Option<Rect>,
    completion: Option<Rect>,
}

impl Screen {
    /// Draws a state with the built-in dark theme.
    pub fn new(app: &App) -> Self {
        Self::with_theme(app, &Theme::new(false, Depth::True))
    }

    /// Draws a state with a theme.
    pub fn with_theme(app: &App, theme: &Theme) -> Self {
        let (columns, rows) = app.size();
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
        terminal.draw(|frame| view(app, theme, frame)).expect("a frame");
        let layout = app.layout();
        Self {
            layout,
            cursor: terminal.get_cursor_position().expect("a cursor"),
            popups: app.popups.iter().map(|popup| popup.frame(app)).collect(),
            which_key: which_key::frame(app, &layout),
            completion: completion::area(app, &layout),
            terminal,
        }
    }

    /// The screen as it would be in a terminal, for a snapshot.
    pub fn backend(&self) -> &TestBackend {
        self.terminal.backend()
    }

    /// The cell of the cursor.
    pub fn cursor(&self) -> Position {
        self.cursor
    }

    /// The whole screen.
    pub fn whole(&self) -> Region<'_> {
        self.region(self.backend().buffer().area)
    }

    /// The title bar.
    pub fn title(&self) -> Region<'_> {
        self.region(self.layout.title)
    }

    /// The query line.
    pub fn query(&self) -> Region<'_> {
        self.region(self.layout.query)
    }

    /// The filter pane, with the signs in its margins.
    pub fn filter(&self) -> Region<'_> {
        let pane = self.layout.filter;
        self.region(if pane.is_empty() { pane } else { Rect { x: pane.x - 1, width: pane.width + 2, ..pane } })
    }

    /// The timeline.
    pub fn timeline(&self) -> Region<'_> {
        self.region(self.layout.timeline)
    }

    /// The list pane.
    pub fn list(&self) -> Region<'_> {
        self.region(self.layout.list)
    }

    /// The detail pane.
    pub fn detail(&self) -> Region<'_> {
        self.region(self.layout.detail)
    }

    /// The status bar.
    pub fn status_bar(&self) -> Region<'_> {
        self.region(self.layout.bottom)
    }

    /// The uppermost popup without its frame.
    pub fn popup(&self) -> Region<'_> {
        self.region(inside(self.frame()))
    }

    /// The name in the frame of the uppermost popup.
    pub fn popup_title(&self) -> String {
        let frame = self.frame();
        let top = self.region(Rect { height: 1, ..frame }).text();
        top.trim_matches(|c| matches!(c, '╭' | '─' | '╮' | ' ')).to_owned()
    }

    /// Whether the uppermost popup shows that it has more lines below its frame.
    pub fn popup_has_more(&self) -> bool {
        let frame = self.frame();
        self.region(Rect { y: frame.bottom() - 1, height: 1, ..frame }).text().contains("↓ more")
    }

    /// The panel of continuations of the pending keys, without its frame; empty if there is none.
    pub fn which_key(&self) -> Region<'_> {
        self.region(self.which_key.map(inside).unwrap_or_default())
    }

    /// The list of completions; empty if there is none.
    pub fn completion(&self) -> Region<'_> {
        self.region(self.completion.unwrap_or_default())
    }

    /// The frame of the uppermost popup.
    fn frame(&self) -> Rect {
        *self.popups.last().expect("an open popup")
    }

    fn region(&self, area: Rect) -> Region<'_> {
        Region { buffer: self.backend().buffer(), area, cursor: self.cursor }
    }
}

/// A part of a drawn screen.
#[derive(Clone, Copy)]
pub struct Region<'a> {
    buffer: &'a Buffer,
    cursor: Position,
    /// Its cells.
    pub area: Rect,
}

impl Region<'_> {
    /// Returns the rows as they are drawn, without blanks at their ends.
    pub fn rows(&self) -> Vec<String> {
        (self.area.top()..self.area.bottom()).map(|y| self.row(y)).collect()
    }

    /// Returns the rows that are not blank, with every gap between two texts shortened to two blanks, and every divider
    /// to two columns.
    pub fn lines(&self) -> Vec<String> {
        self.rows().iter().map(|row| shorten(row)).filter(|line| !line.is_empty()).collect()
    }

    /// Returns the lines as one text.
    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// Returns the line under the cursor.
    pub fn line_at_cursor(&self) -> String {
        assert!(self.area.contains(self.cursor), "the cursor is elsewhere: {}", self.cursor);
        shorten(&self.row(self.cursor.y))
    }

    /// Returns the style of the cell where `text` first appears.
    pub fn style(&self, text: &str) -> Style {
        for (y, row) in (self.area.top()..).zip(self.rows()) {
            if let Some(at) = row.find(text) {
                let x = self.area.x + width(row.get(..at).unwrap_or_default()) as u16;
                return self.buffer[(x, y)].style();
            }
        }
        panic!("{text:?} is not in this region:\n{}", self.text());
    }

    fn row(&self, y: u16) -> String {
        let mut row = String::new();
        let mut x = self.area.left();
        while x < self.area.right() {
            let symbol = self.buffer[(x, y)].symbol();
            row.push_str(symbol);
            // A wide character hides the cells after it.
            x += width(symbol).max(1) as u16;
        }
        row.trim_end().to_owned()
    }
}

/// Shortens runs of blanks and dividers to two.
fn shorten(row: &str) -> String {
    let mut line = String::new();
    for c in row.trim().chars() {
        if !matches!(c, ' ' | '─') || !line.ends_with(&String::from_iter([c, c])) {
            line.push(c);
        }
    }
    line
}
