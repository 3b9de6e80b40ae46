//! What opens over the panes and takes their keys: the palette, a form, the feeds of a page, the saved queries, the subscriptions.
//!
//! Several may be open, each over the next; keys, mouse and pasted text go to the uppermost, and closing it shows the
//! one below. What each does stands in its own module.

pub mod feed_choice;
pub mod form;
pub mod frame;
mod fuzzy;
pub mod palette;
pub mod saved_queries;
pub mod subscriptions;

use crossterm::event::{MouseButton, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::dialog::Dialog;
use super::{App, Pane};
use crate::keymap::{Action, Scope};
use feed_choice::FeedChoice;
use form::FormPopup;
use frame::inside;
use palette::Palette;
use saved_queries::SavedQueries;
use subscriptions::Subscriptions;

/// What is open, the uppermost first.
#[derive(Debug, Clone, Default)]
pub struct Popups {
    /// All that can be done.
    pub palette: Option<Palette>,
    /// Lines to fill in.
    pub form: Option<FormPopup>,
    /// The feeds that a web page names.
    pub offer: Option<FeedChoice>,
    /// The saved queries.
    pub pick: Option<SavedQueries>,
    /// The subscriptions.
    pub sources: Option<Subscriptions>,
}

/// The uppermost of what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Popup {
    Palette,
    Form,
    Offer,
    Pick,
    Sources,
}

/// Lines that a step of the wheel moves.
const WHEEL: isize = 3;

impl Popups {
    fn top(&self) -> Option<Popup> {
        let open = [
            (self.palette.is_some(), Popup::Palette),
            (self.form.is_some(), Popup::Form),
            (self.offer.is_some(), Popup::Offer),
            (self.pick.is_some(), Popup::Pick),
            (self.sources.is_some(), Popup::Sources),
        ];
        open.into_iter().find(|(is_open, _)| *is_open).map(|(_, top)| top)
    }

    /// Whether anything is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.top().is_some()
    }

    fn close(&mut self, top: Popup) {
        match top {
            Popup::Palette => self.palette = None,
            Popup::Form => self.form = None,
            Popup::Offer => self.offer = None,
            Popup::Pick => self.pick = None,
            Popup::Sources => self.sources = None,
        }
    }
}

impl App {
    /// The scope of what is open over the panes.
    pub(super) fn popup_scope(&self) -> Option<Scope> {
        Some(match self.popups.top()? {
            Popup::Palette => Scope::Palette,
            Popup::Form => Scope::Form,
            Popup::Offer => Scope::Offer,
            Popup::Pick => Scope::Pick,
            Popup::Sources if self.popups.sources.as_ref().is_some_and(|sources| sources.is_typing) => Scope::Narrow,
            Popup::Sources => Scope::Sources,
        })
    }

    /// Gives an action to what is open; whether anything is.
    pub(super) fn popup_action(&mut self, action: Action) -> bool {
        let Some(top) = self.popups.top() else { return false };
        match top {
            Popup::Palette => self.palette_action(action),
            Popup::Form => self.form_action(action),
            Popup::Offer => self.feed_choice_action(action),
            Popup::Pick => self.saved_queries_action(action),
            Popup::Sources => self.subscriptions_action(action),
        }
        true
    }

    /// Gives typed text to what is open; whether anything is.
    pub(super) fn type_into_popup(&mut self, text: &str) -> bool {
        let Some(top) = self.popups.top() else { return false };
        match top {
            Popup::Palette => self.type_into_palette(text),
            Popup::Form => self.type_into_form(text),
            Popup::Offer => {}
            Popup::Pick => self.type_into_saved_queries(text),
            Popup::Sources => self.type_into_subscriptions(text),
        }
        true
    }

    /// The frame of what is open.
    fn popup_frame(&self, top: Popup) -> Rect {
        let body = self.layout().body;
        match top {
            Popup::Palette => self.popups.palette.as_ref().map(|palette| palette.frame(body)),
            Popup::Form => self.popups.form.as_ref().map(|form| form.frame(body)),
            Popup::Offer => self.popups.offer.as_ref().map(|offer| offer.frame(body)),
            Popup::Pick => Some(SavedQueries::frame(body, self.library.saved.len())),
            Popup::Sources => Some(Dialog::frame(body)),
        }
        .unwrap_or_default()
    }

    /// Gives what the mouse does to what is open; whether anything is. A left click beside it closes it, but not a form in
    /// which something was entered. Other buttons belong to the terminal: its menu pastes.
    pub(super) fn popup_mouse(&mut self, kind: MouseEventKind, at: Position) -> bool {
        let Some(top) = self.popups.top() else { return false };
        match kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.notice = None;
                let frame = self.popup_frame(top);
                let inner = inside(frame);
                if !frame.contains(at) {
                    let is_filled_in = self.popups.form.as_ref().is_some_and(FormPopup::is_filled_in);
                    if top != Popup::Form || !is_filled_in {
                        self.popups.close(top);
                    }
                } else if inner.contains(at) {
                    self.press_popup(top, usize::from(at.y - inner.y));
                }
            }
            MouseEventKind::ScrollDown => self.wheel_over(top, WHEEL),
            MouseEventKind::ScrollUp => self.wheel_over(top, -WHEEL),
            _ => {}
        }
        true
    }

    fn press_popup(&mut self, top: Popup, line: usize) {
        match top {
            Popup::Palette => self.press_palette(line),
            Popup::Form => self.press_field(line),
            Popup::Offer => self.press_feed(line),
            Popup::Pick => self.press_saved_query(line),
            Popup::Sources => self.press_subscription(line),
        }
    }

    fn wheel_over(&mut self, top: Popup, lines: isize) {
        match top {
            Popup::Form => {}
            Popup::Palette => self.step_palette(lines),
            Popup::Offer => self.step_feeds(lines),
            Popup::Pick => self.step_saved_queries(lines),
            Popup::Sources => self.step_subscriptions(lines),
        }
    }

    /// Gives the focus to the list, where what was asked for here is seen.
    pub(super) fn go_to_list(&mut self) {
        self.zen = false;
        self.focus = Pane::List;
    }

    /// Brings cursors and viewports in line with what changed.
    pub(super) fn settle_popup(&mut self) {
        self.settle_subscriptions();
        self.settle_feeds();
        self.settle_saved_queries();
        self.settle_palette();
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyModifiers, MouseEvent};

    use super::frame::scrolled;
    use super::*;
    use crate::app::Msg;
    use crate::app::library::{LibraryEvent, SavedQuery, Subscription};
    use crate::app::tests::TestApp;
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

    fn reader() -> TestApp {
        let mut reader = TestApp::new(80, 24);
        let source =
            |id: i64| Subscription { id, title: CleanBuf::line(&format!("Source {id}")), ..Subscription::default() };
        reader.send(Msg::Library(LibraryEvent::Sources((0..40).map(source).collect())));
        let saved = ["fair", "tea"].map(|text| SavedQuery { name: text.to_owned(), query: text.to_owned() });
        reader.send(Msg::Library(LibraryEvent::SavedQueries(saved.to_vec())));
        reader
    }

    fn mouse(reader: &mut TestApp, kind: MouseEventKind, column: u16, row: u16) {
        reader.send(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }

    fn click(reader: &mut TestApp, column: u16, row: u16) {
        mouse(reader, MouseEventKind::Down(MouseButton::Left), column, row);
        mouse(reader, MouseEventKind::Up(MouseButton::Left), column, row);
    }

    #[test]
    fn a_click_selects_and_shows_a_source_and_the_wheel_goes_on() {
        let mut reader = reader();
        reader.keys("S");
        let inner = inside(reader.app.popup_frame(Popup::Sources));
        click(&mut reader, inner.x, inner.y + 2);
        let selected = |reader: &TestApp| reader.app.selected_subscription().map(|source| source.title.to_string());
        assert_eq!(selected(&reader).as_deref(), Some("Source 10"), "by name: 0, 1, 10");
        mouse(&mut reader, MouseEventKind::ScrollDown, 0, 0);
        assert_eq!(selected(&reader).as_deref(), Some("Source 13"));
        click(&mut reader, inner.x, inner.y + 5);
        assert_eq!((reader.query().as_str(), reader.app.popups.is_open()), ("source:\"Source 13\"", false));
    }

    #[test]
    fn a_click_fills_in_a_line_shows_a_query_or_leaves() {
        let mut reader = reader();
        reader.keys("a");
        let inner = inside(reader.app.popup_frame(Popup::Form));
        click(&mut reader, inner.x, inner.y + 2);
        assert_eq!(reader.app.popups.form.as_ref().map(|form| form.at), Some(2));
        click(&mut reader, inner.x, inner.y + 4);
        assert_eq!(reader.app.popups.form.as_ref().map(|form| form.at), Some(2), "no line to fill in");
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Right), 0, 0);
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Middle), 0, 0);
        assert!(reader.app.popups.is_open(), "other buttons are the terminal's");
        reader.keys("\"x\"");
        click(&mut reader, 0, 0);
        assert!(reader.app.popups.form.is_some(), "what was typed is not lost");
        reader.keys("BS");
        click(&mut reader, 0, 0);
        assert!(!reader.app.popups.is_open());
        reader.keys("F");
        let inner = inside(reader.app.popup_frame(Popup::Pick));
        click(&mut reader, inner.x, inner.y);
        assert!(reader.app.popups.is_open(), "the line that is typed into");
        click(&mut reader, inner.x, inner.y + 2);
        assert_eq!((reader.query().as_str(), reader.app.popups.is_open()), ("tea", false));
    }
}
