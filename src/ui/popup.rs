//! Popups over the panes: frame and name of each are drawn here, its content in its own module.

mod account_check;
mod account_form;
mod choice;
mod export_form;
mod feed_choice;
mod form;
mod help;
mod palette;
mod problem_list;
mod question;
mod reading;
mod saved_queries;
mod subscriptions;
mod theme_picker;
mod versions;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::painter::{BAR, Painter};
use crate::app::popup::Popup;
use crate::app::popup::frame::inside;
use crate::app::{App, Prompt};

/// Draws the open popups, the lowest first. Returns the cell of the uppermost's cursor.
pub fn draw(app: &App, pen: &mut Painter<'_>) -> Option<Position> {
    let mut cursor = None;
    for popup in app.popups.iter() {
        let frame = popup.frame(app);
        let inner = inside(frame);
        pen.clear(frame);
        if inner != frame {
            border(frame, pen);
            title(frame, popup.title(), pen);
        }
        let (at, is_more) = match popup {
            Popup::Palette(palette) => palette::draw(palette, inner, pen),
            Popup::FormPopup(form) => form::draw(app, form, inner, pen),
            Popup::AccountForm(form) => account_form::draw(app, form, inner, pen),
            Popup::AccountCheck(check) => account_check::draw(check, inner, pen),
            Popup::Question(question) => question::draw(app, question, inner, pen),
            Popup::ExportForm(form) => export_form::draw(app, form, inner, pen),
            Popup::FeedChoice(choice) => feed_choice::draw(choice, inner, pen),
            Popup::SavedQueries(list) => saved_queries::draw(app, list, inner, pen),
            Popup::Subscriptions(list) => subscriptions::draw(app, list, inner, pen),
            Popup::ThemePicker(list) => theme_picker::draw(app, list, inner, pen),
            Popup::VersionList(list) => versions::draw(list, inner, pen),
            Popup::Help(help) => help::draw(app, help, inner, pen),
            Popup::ProblemList(list) => problem_list::draw(app, list, inner, pen),
        };
        if is_more && frame.height > 2 {
            pen.right(frame.right().saturating_sub(2), frame.bottom().saturating_sub(1), " ↓ more ", pen.theme.dim);
        }
        cursor = at;
    }
    cursor
}

/// What drawing a popup gives: the cell of its cursor, and whether it goes on below its frame.
type Drawn = (Option<Position>, bool);

/// Draws the line that is typed into, at the top of a popup. Returns the cell of its cursor.
fn input(mark: &str, prompt: &Prompt, placeholder: &str, inner: Rect, pen: &mut Painter<'_>) -> Option<Position> {
    let theme = pen.theme;
    if inner.height == 0 {
        return None;
    }
    let mark = pen.put(inner.x, inner.y, inner.width, mark, theme.accent);
    let (x, room) = (inner.x + mark, inner.width.saturating_sub(mark));
    let (skipped, column) = prompt.view(room);
    let shown = prompt.text().get(skipped..).unwrap_or_default();
    let (text, style) = if prompt.text().is_empty() { (placeholder, theme.faint) } else { (shown, theme.text) };
    pen.put(x, inner.y, room, text, style);
    Some(Position::new(x + column, inner.y))
}

/// Returns what is left of a popup below its first lines.
fn below(inner: Rect, lines: usize) -> Rect {
    let lines = (lines as u16).min(inner.height);
    Rect { y: inner.y + lines, height: inner.height - lines, ..inner }
}

/// Draws the ground of a line of a list, and its bar if it is selected. Returns the style of its name.
fn list_line(line: Rect, is_selected: bool, pen: &mut Painter<'_>) -> Style {
    if !is_selected {
        return pen.theme.text;
    }
    pen.tint(line, pen.theme.selected);
    pen.sign(line.x, line.y, BAR, pen.theme.accent);
    pen.theme.strong
}

/// The name in the frame.
pub(super) fn title(frame: Rect, text: &str, pen: &mut Painter<'_>) {
    pen.put(frame.x + 2, frame.y, frame.width.saturating_sub(4), &format!(" {text} "), pen.theme.accent);
}

/// The frame itself.
pub(super) fn border(frame: Rect, pen: &mut Painter<'_>) {
    if frame.width < 2 || frame.height < 2 {
        return;
    }
    let style = pen.theme.rule;
    pen.horizontal(frame.x, frame.y, frame.width);
    pen.horizontal(frame.x, frame.bottom() - 1, frame.width);
    pen.vertical(frame.x, frame.y, frame.height);
    pen.vertical(frame.right() - 1, frame.y, frame.height);
    let corners = [
        (frame.x, frame.y, "╭"),
        (frame.right() - 1, frame.y, "╮"),
        (frame.x, frame.bottom() - 1, "╰"),
        (frame.right() - 1, frame.bottom() - 1, "╯"),
    ];
    for (x, y, corner) in corners {
        pen.put(x, y, 1, corner, style);
    }
}
