//! The feeds of a web page, to choose which to subscribe to.

use ratatui::layout::Rect;

use super::frame::{frame, rows};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::library::LibraryCommand;
use crate::app::library::short;
use crate::app::list_cursor::ListCursor;
use crate::keymap::{Action, Scope};
use crate::text::{CleanBuf, counted};

/// The open choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedChoice {
    /// The address of the page.
    pub asked: CleanBuf,
    /// Name and address of each feed, and whether it is chosen.
    pub feeds: Vec<(CleanBuf, CleanBuf, bool)>,
    /// The cursor.
    pub cursor: ListCursor,
    /// The name entered for the subscription.
    title: Option<String>,
    /// The folder entered for the subscription.
    folder: Vec<String>,
}

impl FeedChoice {
    /// Returns the choice among the feeds of a page.
    pub(super) fn new(
        asked: CleanBuf,
        feeds: Vec<(CleanBuf, CleanBuf)>,
        title: Option<String>,
        folder: Vec<String>,
    ) -> Self {
        let feeds = feeds.into_iter().map(|(title, address)| (title, address, false)).collect();
        Self { asked, feeds, title, folder, ..Self::default() }
    }

    fn toggle(&mut self) {
        if let Some((.., is_chosen)) = self.feeds.get_mut(self.cursor.at) {
            *is_chosen = !*is_chosen;
        }
    }

    /// Returns the chosen feeds; if none is chosen, the one under the cursor.
    fn chosen(&self) -> Vec<(CleanBuf, CleanBuf)> {
        let pair = |(title, address, _): &(CleanBuf, CleanBuf, bool)| (title.clone(), address.clone());
        let chosen: Vec<_> = self.feeds.iter().filter(|(.., is_chosen)| *is_chosen).map(pair).collect();
        if chosen.is_empty() { self.feeds.get(self.cursor.at).map(pair).into_iter().collect() } else { chosen }
    }

    /// Subscribes to the chosen feeds.
    fn subscribe(&self, app: &mut App) {
        let chosen = self.chosen();
        app.inform(match chosen.as_slice() {
            [(title, _)] => format!("subscribing to {}…", short(title)),
            many => format!("subscribing to {}…", counted(many.len(), "feed")),
        });
        // The name applies only to a single feed, the folder to all.
        let title = self.title.clone().filter(|_| chosen.len() == 1);
        for (_, address) in chosen {
            let (title, folder) = (title.clone(), self.folder.clone());
            app.command(LibraryCommand::Subscribe { address: address.to_string(), is_guess: false, title, folder });
        }
    }
}

impl PopupState for FeedChoice {
    fn scope(&self) -> Scope {
        Scope::FeedChoice
    }

    fn title(&self) -> &'static str {
        "Feeds of this page"
    }

    fn frame(&self, app: &App) -> Rect {
        // One line per feed, so that the feeds of most pages fit a small window.
        frame(app.layout().body, self.feeds.len())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let (rows, count) = (rows(self.frame(app), 0), self.feeds.len());
        match action {
            Action::Close => return Next::Close,
            Action::SubscribeChosen => {
                self.subscribe(app);
                return Next::Close;
            }
            Action::ChooseFeed => {
                self.toggle();
                self.cursor.step(1, count);
            }
            _ => {
                self.cursor.act(action, rows, count);
            }
        }
        Next::Stay
    }

    fn press(&mut self, _app: &mut App, line: usize) -> Next {
        if self.cursor.press(line, self.feeds.len()) {
            self.toggle();
        }
        Next::Stay
    }

    fn wheel(&mut self, _app: &App, lines: isize) {
        self.cursor.step(lines, self.feeds.len());
    }

    fn settle(&mut self, app: &App) {
        self.cursor.settle(rows(self.frame(app), 0), self.feeds.len());
    }
}
