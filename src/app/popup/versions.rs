//! The versions of a changed release: for each, the words in which it differs from the one before.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::frame::{frame, full, inside, rows};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::changes::VersionChange;
use crate::app::list_cursor::steps;
use crate::document::difference::{Lines, Marked, PieceKind, marked};
use crate::document::versions::time;
use crate::keymap::{Action, Scope};
use crate::text::wrap;

/// Some words of a line, and what happened to them.
pub type Run = (PieceKind, String);

/// A line of the popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionLine {
    /// Which version it is, and when it came.
    Heading(String),
    /// A line of a title.
    Title(Vec<Run>),
    /// A line of a text.
    Text(Vec<Run>),
    /// An empty line.
    Blank,
}

/// The open versions of a release.
#[derive(Debug, Clone)]
pub struct VersionList {
    /// The present version first; at least two.
    versions: Vec<VersionChange>,
    /// The version in view.
    pub at: usize,
    /// The first visible line.
    pub scroll: usize,
    /// The lines of a version, with its position and their width: long texts take a while to wrap.
    set: Option<(usize, u16, Arc<[VersionLine]>)>,
}

impl VersionList {
    /// Shows the latest change.
    pub(in crate::app) fn new(versions: Vec<VersionChange>) -> Self {
        Self { versions, at: 0, scroll: 0, set: None }
    }

    /// Returns the lines of the version in view, for so many columns.
    #[must_use]
    pub fn lines(&self, columns: u16) -> Arc<[VersionLine]> {
        match &self.set {
            Some((at, width, lines)) if (*at, *width) == (self.at, columns) => Arc::clone(lines),
            _ => self.set_lines(columns).into(),
        }
    }

    fn set_lines(&self, columns: u16) -> Vec<VersionLine> {
        let Some(version) = self.versions.get(self.at) else { return Vec::new() };
        let is_first = self.at + 1 == self.versions.len();
        let since = time(version.since);
        let what = match version.until {
            Some(until) if is_first => format!("first version, {since} to {}", time(until)),
            _ => format!("changed {since}"),
        };
        let heading = format!("{} of {}: {what}", self.at + 1, self.versions.len());
        let mut lines = vec![VersionLine::Heading(heading), VersionLine::Blank];
        let title = wrapped(&version.difference.title, columns, !is_first);
        lines.extend(title.into_iter().flatten().map(VersionLine::Title));
        for paragraph in wrapped(&version.difference.text, columns, !is_first) {
            lines.push(VersionLine::Blank);
            lines.extend(paragraph.into_iter().map(VersionLine::Text));
        }
        lines
    }

    /// Goes so many versions on, round the ends.
    fn go(&mut self, by: isize) {
        let count = self.versions.len().max(1).cast_signed();
        self.at = (self.at.cast_signed() + by).rem_euclid(count).unsigned_abs();
        self.scroll = 0;
    }
}

impl PopupState for VersionList {
    fn scope(&self) -> Scope {
        Scope::Versions
    }

    fn title(&self) -> &'static str {
        "Changes"
    }

    fn frame(&self, app: &App) -> Rect {
        let body = app.layout().body;
        frame(body, self.lines(inside(full(body)).width).len())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        match action {
            Action::OlderVersion => self.go(1),
            Action::NewerVersion => self.go(-1),
            _ => {
                let Some(by) = steps(action, rows(self.frame(app), 0)) else { return Next::Close };
                self.scroll = self.scroll.saturating_add_signed(by);
            }
        }
        Next::Stay
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    fn settle(&mut self, app: &App) {
        let columns = inside(full(app.layout().body)).width;
        self.set = Some((self.at, columns, self.lines(columns)));
        let frame = self.frame(app);
        let lines = self.lines(inside(frame).width).len();
        self.scroll = self.scroll.min(lines.saturating_sub(rows(frame, 0)));
    }
}

/// Wraps each line of a text to a width.
fn wrapped(lines: &Lines, columns: u16, has_signs: bool) -> Vec<Vec<Vec<Run>>> {
    let line = |line: &Vec<_>| {
        let line = marked(line, has_signs);
        let ranges = wrap(line.text.as_clean(), usize::from(columns).max(1));
        ranges.into_iter().map(|range| runs(&line, range)).collect()
    };
    lines.iter().map(line).collect()
}

/// Returns the parts of a range of a line.
fn runs(line: &Marked, range: std::ops::Range<usize>) -> Vec<Run> {
    let part = |(piece, kind): &(std::ops::Range<usize>, PieceKind)| {
        let (start, end) = (piece.start.max(range.start), piece.end.min(range.end));
        let text = line.text.as_str().get(start..end).filter(|text| !text.is_empty())?;
        Some((*kind, text.to_owned()))
    };
    line.pieces.iter().filter_map(part).collect()
}
