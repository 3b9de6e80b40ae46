//! Popups: whatever opens over the panes and takes their keys.
//!
//! They are a stack. Keys, mouse and pasted text go to the uppermost; opening one pushes it, closing it shows the one
//! below. A popup is a type with [`PopupState`] in its own module and a line in the list of [`Popup`] below; `ui::popup`
//! draws it.

pub mod account_check;
pub mod account_form;
mod command_match;
pub mod export_form;
pub mod feed_choice;
pub mod form;
pub mod frame;
mod fuzzy;
pub mod help;
pub mod palette;
pub mod picker;
pub mod problem_list;
pub mod question;
pub mod saved_queries;
pub mod subscriptions;
pub mod theme_picker;
pub mod versions;

use crossterm::event::{MouseButton, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{App, Pane};
use crate::keymap::{Action, Scope};
use account_check::AccountCheck;
use account_form::AccountForm;
use export_form::ExportForm;
use feed_choice::FeedChoice;
use form::FormPopup;
use frame::inside;
use help::Help;
use palette::Palette;
use problem_list::ProblemList;
use question::Question;
use saved_queries::SavedQueries;
use subscriptions::Subscriptions;
use theme_picker::ThemePicker;
use versions::VersionList;

/// Lines that a step of the wheel moves.
const WHEEL: isize = 3;

/// Whether a popup stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It stays, below whatever it has opened.
    Stay,
    /// It closes.
    Close,
}

/// What a popup does. While it acts it is off the stack, so that it can change all the rest.
pub trait PopupState {
    /// The scope that its keys are looked up in.
    fn scope(&self) -> Scope;

    /// Its name in the frame.
    fn title(&self) -> &'static str;

    /// Its frame within the panes' region.
    fn frame(&self, app: &App) -> Rect;

    /// Carries out an action.
    fn act(&mut self, app: &mut App, action: Action) -> Next;

    /// Takes typed or pasted text.
    fn insert(&mut self, _text: &str) {}

    /// Takes a click on a line within the frame, from 0.
    fn press(&mut self, _app: &mut App, _line: usize) -> Next {
        Next::Stay
    }

    /// Takes a step of the wheel, in lines.
    fn wheel(&mut self, _app: &App, _lines: isize) {}

    /// Brings cursor and view in line with what changed.
    fn settle(&mut self, _app: &App) {}

    /// Whether closing it would lose what was entered.
    fn is_filled_in(&self) -> bool {
        false
    }
}

/// A type that is one kind of [`Popup`].
pub trait Kind: Into<Popup> {
    /// Returns the popup of this kind, if it is one.
    fn of(popup: &Popup) -> Option<&Self>;

    /// Like [`Kind::of`], to be changed.
    fn of_mut(popup: &mut Popup) -> Option<&mut Self>;

    /// Like [`Kind::of`], taken out.
    fn from_popup(popup: Popup) -> Option<Self>;
}

macro_rules! popups {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// A popup.
        #[derive(Debug, Clone)]
        pub enum Popup {
            $($(#[$doc])* $kind($kind),)*
        }

        impl Popup {
            fn state(&self) -> &dyn PopupState {
                match self {
                    $(Self::$kind(popup) => popup,)*
                }
            }

            fn state_mut(&mut self) -> &mut dyn PopupState {
                match self {
                    $(Self::$kind(popup) => popup,)*
                }
            }
        }

        $(
            impl From<$kind> for Popup {
                fn from(popup: $kind) -> Self {
                    Self::$kind(popup)
                }
            }

            impl Kind for $kind {
                fn of(popup: &Popup) -> Option<&Self> {
                    if let Popup::$kind(popup) = popup { Some(popup) } else { None }
                }

                fn of_mut(popup: &mut Popup) -> Option<&mut Self> {
                    if let Popup::$kind(popup) = popup { Some(popup) } else { None }
                }

                fn from_popup(popup: Popup) -> Option<Self> {
                    if let Popup::$kind(popup) = popup { Some(popup) } else { None }
                }
            }
        )*
    };
}

popups! {
    /// All actions of the focus.
    Palette,
    /// Lines to fill in.
    FormPopup,
    /// An account to add.
    AccountForm,
    /// The steps of a sync of an account.
    AccountCheck,
    /// A question and its answers.
    Question,
    /// What to export, as what, and where.
    ExportForm,
    /// The feeds that a web page names.
    FeedChoice,
    /// The saved queries.
    SavedQueries,
    /// The subscriptions.
    Subscriptions,
    /// The themes.
    ThemePicker,
    /// The versions of a changed release.
    VersionList,
    /// All keys.
    Help,
    /// Everything that went wrong.
    ProblemList,
}

impl Popup {
    /// Its name in the frame.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.state().title()
    }

    /// Its frame.
    #[must_use]
    pub fn frame(&self, app: &App) -> Rect {
        self.state().frame(app)
    }
}

/// The open popups, the uppermost last; each kind is open at most once.
#[derive(Debug, Clone, Default)]
pub struct Popups(Vec<Popup>);

impl Popups {
    /// Whether any is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.0.is_empty()
    }

    /// Returns them, the uppermost last.
    pub fn iter(&self) -> impl Iterator<Item = &Popup> {
        self.0.iter()
    }

    /// The scope of the uppermost.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        self.0.last().map(|top| top.state().scope())
    }

    /// Returns the open one of a kind.
    #[must_use]
    pub fn find<T: Kind>(&self) -> Option<&T> {
        self.0.iter().find_map(T::of)
    }

    /// Returns the uppermost if it is of a kind.
    #[must_use]
    pub fn top<T: Kind>(&self) -> Option<&T> {
        self.0.last().and_then(T::of)
    }

    /// Returns the open one of a kind, to be changed.
    pub(super) fn find_mut<T: Kind>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().find_map(T::of_mut)
    }

    /// Opens one over all others.
    pub(super) fn push<T: Kind>(&mut self, popup: T) {
        self.0.retain(|open| T::of(open).is_none());
        self.0.push(popup.into());
    }

    /// Closes the open one of a kind if it is the right one, and returns it.
    pub(super) fn take_if<T: Kind>(&mut self, is_right: impl Fn(&T) -> bool) -> Option<T> {
        let at = self.0.iter().position(|open| T::of(open).is_some_and(&is_right))?;
        T::from_popup(self.0.remove(at))
    }
}

impl App {
    /// Has the uppermost popup do something. Returns whether one is open.
    fn with_popup(&mut self, act: impl FnOnce(&mut dyn PopupState, &mut Self) -> Next) -> bool {
        let Some(mut popup) = self.popups.0.pop() else { return false };
        let at = self.popups.0.len();
        if act(popup.state_mut(), self) == Next::Stay {
            let at = at.min(self.popups.0.len());
            self.popups.0.insert(at, popup);
        }
        true
    }

    /// Gives an action to the uppermost popup. Returns whether one is open.
    pub(super) fn popup_action(&mut self, action: Action) -> bool {
        self.with_popup(|popup, app| popup.act(app, action))
    }

    /// Gives typed text to the uppermost popup. Returns whether one is open.
    pub(super) fn type_into_popup(&mut self, text: &str) -> bool {
        self.with_popup(|popup, _| {
            popup.insert(text);
            Next::Stay
        })
    }

    /// Gives the mouse to the uppermost popup. Returns whether one is open. A left click beside a popup closes it, unless
    /// something was entered in it. Other buttons belong to the terminal: its menu pastes.
    pub(super) fn popup_mouse(&mut self, kind: MouseEventKind, at: Position) -> bool {
        if matches!(kind, MouseEventKind::Down(MouseButton::Left)) && self.popups.is_open() {
            self.notices.clear_info();
        }
        self.with_popup(|popup, app| match kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let frame = popup.frame(app);
                let inner = inside(frame);
                if inner.contains(at) {
                    popup.press(app, usize::from(at.y - inner.y))
                } else if frame.contains(at) || popup.is_filled_in() {
                    Next::Stay
                } else {
                    Next::Close
                }
            }
            MouseEventKind::ScrollDown => {
                popup.wheel(app, WHEEL);
                Next::Stay
            }
            MouseEventKind::ScrollUp => {
                popup.wheel(app, -WHEEL);
                Next::Stay
            }
            _ => Next::Stay,
        })
    }

    /// Gives the focus to the list, which shows what a popup asked for.
    pub(super) fn go_to_list(&mut self) {
        self.zen = false;
        self.focus = Pane::List;
    }

    /// Brings cursors and views of all popups in line with what changed.
    pub(super) fn settle_popups(&mut self) {
        let mut popups = std::mem::take(&mut self.popups);
        for popup in &mut popups.0 {
            popup.state_mut().settle(self);
        }
        self.popups = popups;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::library::{LibraryEvent, SavedQuery, Subscription};
    use crate::app::tests::{TestApp, click, mouse};
    use crate::library::SourceId;
    use crate::text::CleanBuf;

    fn reader() -> TestApp {
        let mut reader = TestApp::new(80, 24);
        let source = |id: i64| Subscription {
            id: SourceId::new(id),
            title: CleanBuf::line(&format!("Source {id}")),
            ..Subscription::default()
        };
        reader.send(Msg::Library(LibraryEvent::Sources((0..40).map(source).collect())));
        let saved = ["fair", "tea"].map(|text| SavedQuery::new(text, text));
        reader.send(Msg::Library(LibraryEvent::SavedQueries(saved.to_vec())));
        reader
    }

    fn inner_of(reader: &TestApp) -> Rect {
        inside(reader.app.popups.iter().last().expect("an open popup").frame(&reader.app))
    }

    #[test]
    fn a_click_selects_a_subscription_another_shows_it_and_the_wheel_moves_on() {
        let mut reader = reader();
        reader.keys("S");
        let inner = inner_of(&reader);
        // Below the headings of the columns.
        click(&mut reader, inner.x, inner.y + 3);
        let selected = |reader: &TestApp| {
            let list = reader.app.popups.find::<Subscriptions>()?;
            list.selected(&reader.app.library).map(|source| source.title.to_string())
        };
        assert_eq!(selected(&reader).as_deref(), Some("Source 10"), "by name: 0, 1, 10");
        mouse(&mut reader, MouseEventKind::ScrollDown, 0, 0);
        assert_eq!(selected(&reader).as_deref(), Some("Source 13"));
        click(&mut reader, inner.x, inner.y + 6);
        assert_eq!((reader.query().as_str(), reader.app.popups.is_open()), ("source:\"Source 13\"", false));
    }

    #[test]
    fn a_click_focuses_a_field_shows_a_query_or_closes_the_popup() {
        let mut reader = reader();
        reader.keys("a");
        let inner = inner_of(&reader);
        click(&mut reader, inner.x, inner.y + 2);
        assert_eq!(reader.app.popups.find::<FormPopup>().map(|form| form.at), Some(2));
        click(&mut reader, inner.x, inner.y + 4);
        assert_eq!(reader.app.popups.find::<FormPopup>().map(|form| form.at), Some(2), "no line to fill in");
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Right), 0, 0);
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Middle), 0, 0);
        assert!(reader.app.popups.is_open(), "other buttons are the terminal's");
        reader.keys("\"x\"");
        click(&mut reader, 0, 0);
        assert!(reader.app.popups.find::<FormPopup>().is_some(), "what was typed is not lost");
        reader.keys("BS");
        click(&mut reader, 0, 0);
        assert!(!reader.app.popups.is_open());
        reader.keys("F");
        let inner = inner_of(&reader);
        click(&mut reader, inner.x, inner.y);
        assert!(reader.app.popups.is_open(), "the line that is typed into");
        click(&mut reader, inner.x, inner.y + 2);
        assert_eq!((reader.query().as_str(), reader.app.popups.is_open()), ("tea", false));
    }
}
