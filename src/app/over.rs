//! What opens over the panes and takes their keys: the palette, a form, the feeds of a page, the saved queries, the subscriptions.
//!
//! Several may be open, each over the next; keys, mouse and pasted text go to the uppermost, and closing it shows the
//! one below. What each does stands in its own module.

pub mod form;
pub mod frame;
mod fuzzy;
pub mod offer;
pub mod palette;
pub mod pick;
pub mod sources;

use crossterm::event::{MouseButton, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::dialog::Dialog;
use super::{App, Pane};
use crate::keymap::{Action, Scope};
use form::Form;
use frame::inside;
use offer::Offer;
use palette::Palette;
use pick::Pick;
use sources::Sources;

/// What is open, the uppermost first.
#[derive(Debug, Clone, Default)]
pub struct Over {
    /// All that can be done.
    pub palette: Option<Palette>,
    /// Lines to fill in.
    pub form: Option<Form>,
    /// The feeds that a web page names.
    pub offer: Option<Offer>,
    /// The saved queries.
    pub pick: Option<Pick>,
    /// The subscriptions.
    pub sources: Option<Sources>,
}

/// The uppermost of what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Top {
    Palette,
    Form,
    Offer,
    Pick,
    Sources,
}

/// Lines that a step of the wheel moves.
const WHEEL: isize = 3;

impl Over {
    fn top(&self) -> Option<Top> {
        let open = [
            (self.palette.is_some(), Top::Palette),
            (self.form.is_some(), Top::Form),
            (self.offer.is_some(), Top::Offer),
            (self.pick.is_some(), Top::Pick),
            (self.sources.is_some(), Top::Sources),
        ];
        open.into_iter().find(|(is_open, _)| *is_open).map(|(_, top)| top)
    }

    /// Whether anything is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.top().is_some()
    }

    fn close(&mut self, top: Top) {
        match top {
            Top::Palette => self.palette = None,
            Top::Form => self.form = None,
            Top::Offer => self.offer = None,
            Top::Pick => self.pick = None,
            Top::Sources => self.sources = None,
        }
    }
}

impl App {
    /// The scope of what is open over the panes.
    pub(super) fn over_scope(&self) -> Option<Scope> {
        Some(match self.over.top()? {
            Top::Palette => Scope::Palette,
            Top::Form => Scope::Form,
            Top::Offer => Scope::Offer,
            Top::Pick => Scope::Pick,
            Top::Sources if self.over.sources.as_ref().is_some_and(|sources| sources.is_typing) => Scope::Narrow,
            Top::Sources => Scope::Sources,
        })
    }

    /// Gives an action to what is open; whether anything is.
    pub(super) fn act_over(&mut self, action: Action) -> bool {
        let Some(top) = self.over.top() else { return false };
        match top {
            Top::Palette => self.palette_action(action),
            Top::Form => self.form_action(action),
            Top::Offer => self.offer_action(action),
            Top::Pick => self.pick_action(action),
            Top::Sources => self.sources_action(action),
        }
        true
    }

    /// Gives typed text to what is open; whether anything is.
    pub(super) fn insert_over(&mut self, text: &str) -> bool {
        let Some(top) = self.over.top() else { return false };
        match top {
            Top::Palette => self.type_into_palette(text),
            Top::Form => self.type_into_form(text),
            Top::Offer => {}
            Top::Pick => self.type_into_pick(text),
            Top::Sources => self.type_into_sources(text),
        }
        true
    }

    /// The frame of what is open.
    fn over_frame(&self, top: Top) -> Rect {
        let body = self.layout().body;
        match top {
            Top::Palette => self.over.palette.as_ref().map(|palette| palette.frame(body)),
            Top::Form => self.over.form.as_ref().map(|form| form.frame(body)),
            Top::Offer => self.over.offer.as_ref().map(|offer| offer.frame(body)),
            Top::Pick => Some(Pick::frame(body, self.shelf.saved.len())),
            Top::Sources => Some(Dialog::frame(body)),
        }
        .unwrap_or_default()
    }

    /// Gives what the mouse does to what is open; whether anything is. A left click beside it closes it, but not a form in
    /// which something was entered. Other buttons belong to the terminal: its menu pastes.
    pub(super) fn mouse_over(&mut self, kind: MouseEventKind, at: Position) -> bool {
        let Some(top) = self.over.top() else { return false };
        match kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.note = None;
                let frame = self.over_frame(top);
                let inner = inside(frame);
                if !frame.contains(at) {
                    let is_filled_in = self.over.form.as_ref().is_some_and(Form::is_filled_in);
                    if top != Top::Form || !is_filled_in {
                        self.over.close(top);
                    }
                } else if inner.contains(at) {
                    self.press_over(top, usize::from(at.y - inner.y));
                }
            }
            MouseEventKind::ScrollDown => self.wheel_over(top, WHEEL),
            MouseEventKind::ScrollUp => self.wheel_over(top, -WHEEL),
            _ => {}
        }
        true
    }

    fn press_over(&mut self, top: Top, line: usize) {
        match top {
            Top::Palette => self.press_palette(line),
            Top::Form => self.press_field(line),
            Top::Offer => self.press_feed(line),
            Top::Pick => self.press_picked(line),
            Top::Sources => self.press_source(line),
        }
    }

    fn wheel_over(&mut self, top: Top, lines: isize) {
        match top {
            Top::Form => {}
            Top::Palette => self.step_palette(lines),
            Top::Offer => self.step_offer(lines),
            Top::Pick => self.step_pick(lines),
            Top::Sources => self.step_sources(lines),
        }
    }

    /// Gives the focus to the list, where what was asked for here is seen.
    pub(super) fn go_to_list(&mut self) {
        self.zen = false;
        self.focus = Pane::List;
    }

    /// Brings cursors and viewports in line with what changed.
    pub(super) fn settle_over(&mut self) {
        self.settle_sources();
        self.settle_offer();
        self.settle_pick();
        self.settle_palette();
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyModifiers, MouseEvent};

    use super::frame::scrolled;
    use super::*;
    use crate::app::Msg;
    use crate::app::shelf::{Report, SavedQuery, Source};
    use crate::app::tests::Reader;
    use crate::text::CleanBuf;

    #[test]
    fn the_cursor_is_in_view_and_no_line_stays_empty() {
        for count in 1..9 {
            for rows in 0..5 {
                for at in 0..count {
                    for first in 0..12 {
                        let first = scrolled(first, at, rows, count);
                        assert!(first <= at && at < first + rows.max(1), "{first} {at} {rows}");
                        assert!(first == 0 || first + rows.max(1) <= count, "{first} of {count} in {rows}");
                    }
                }
            }
        }
    }

    fn reader() -> Reader {
        let mut reader = Reader::new(80, 24);
        let source = |id: i64| Source { id, title: CleanBuf::line(&format!("Source {id}")), ..Source::default() };
        reader.send(Msg::Library(Report::Sources((0..40).map(source).collect())));
        let saved = ["fair", "tea"].map(|text| SavedQuery { name: text.to_owned(), query: text.to_owned() });
        reader.send(Msg::Library(Report::SavedQueries(saved.to_vec())));
        reader
    }

    fn mouse(reader: &mut Reader, kind: MouseEventKind, column: u16, row: u16) {
        reader.send(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }

    fn click(reader: &mut Reader, column: u16, row: u16) {
        mouse(reader, MouseEventKind::Down(MouseButton::Left), column, row);
        mouse(reader, MouseEventKind::Up(MouseButton::Left), column, row);
    }

    #[test]
    fn a_click_selects_and_shows_a_source_and_the_wheel_goes_on() {
        let mut reader = reader();
        reader.keys("S");
        let inner = inside(reader.app.over_frame(Top::Sources));
        click(&mut reader, inner.x, inner.y + 2);
        let selected = |reader: &Reader| reader.app.selected_source().map(|source| source.title.to_string());
        assert_eq!(selected(&reader).as_deref(), Some("Source 10"), "by name: 0, 1, 10");
        mouse(&mut reader, MouseEventKind::ScrollDown, 0, 0);
        assert_eq!(selected(&reader).as_deref(), Some("Source 13"));
        click(&mut reader, inner.x, inner.y + 5);
        assert_eq!((reader.query().as_str(), reader.app.over.is_open()), ("source:\"Source 13\"", false));
    }

    #[test]
    fn a_click_fills_in_a_line_shows_a_query_or_leaves() {
        let mut reader = reader();
        reader.keys("a");
        let inner = inside(reader.app.over_frame(Top::Form));
        click(&mut reader, inner.x, inner.y + 2);
        assert_eq!(reader.app.over.form.as_ref().map(|form| form.at), Some(2));
        click(&mut reader, inner.x, inner.y + 4);
        assert_eq!(reader.app.over.form.as_ref().map(|form| form.at), Some(2), "no line to fill in");
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Right), 0, 0);
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Middle), 0, 0);
        assert!(reader.app.over.is_open(), "other buttons are the terminal's");
        reader.keys("\"x\"");
        click(&mut reader, 0, 0);
        assert!(reader.app.over.form.is_some(), "what was typed is not lost");
        reader.keys("BS");
        click(&mut reader, 0, 0);
        assert!(!reader.app.over.is_open());
        reader.keys("F");
        let inner = inside(reader.app.over_frame(Top::Pick));
        click(&mut reader, inner.x, inner.y);
        assert!(reader.app.over.is_open(), "the line that is typed into");
        click(&mut reader, inner.x, inner.y + 2);
        assert_eq!((reader.query().as_str(), reader.app.over.is_open()), ("tea", false));
    }
}
