//! The feeds that a web page names, to choose which of them to follow.

use ratatui::layout::Rect;

use super::frame::{frame, inside, moved, scrolled, steps};
use crate::app::App;
use crate::app::library::LibraryCommand;
use crate::app::library::short;
use crate::keymap::Action;
use crate::text::{CleanBuf, grouped};

/// The choice, while it is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedChoice {
    /// The page.
    pub asked: CleanBuf,
    /// Name and address of each feed, and whether it is chosen.
    pub feeds: Vec<(CleanBuf, CleanBuf, bool)>,
    /// Position of the cursor.
    pub at: usize,
    /// The first feed in view.
    pub top: usize,
    /// The name that was asked for.
    title: Option<String>,
    /// The folder that was asked for.
    folder: Vec<String>,
}

impl FeedChoice {
    /// The choice among what a page names.
    pub(super) fn new(
        asked: CleanBuf,
        feeds: Vec<(CleanBuf, CleanBuf)>,
        title: Option<String>,
        folder: Vec<String>,
    ) -> Self {
        let feeds = feeds.into_iter().map(|(title, address)| (title, address, false)).collect();
        Self { asked, feeds, title, folder, ..Self::default() }
    }

    /// Its frame within the panes' region.
    #[must_use]
    pub fn frame(&self, body: Rect) -> Rect {
        // A line a feed: two would push the last ones of most pages out of a small window.
        frame(body, self.feeds.len())
    }

    fn toggle(&mut self) {
        if let Some((.., is_chosen)) = self.feeds.get_mut(self.at) {
            *is_chosen = !*is_chosen;
        }
    }

    /// The chosen feeds; without any the one under the cursor.
    fn chosen(&self) -> Vec<(CleanBuf, CleanBuf)> {
        let pair = |(title, address, _): &(CleanBuf, CleanBuf, bool)| (title.clone(), address.clone());
        let chosen: Vec<_> = self.feeds.iter().filter(|(.., is_chosen)| *is_chosen).map(pair).collect();
        if chosen.is_empty() { self.feeds.get(self.at).map(pair).into_iter().collect() } else { chosen }
    }
}

impl App {
    fn feed_rows(&self) -> usize {
        let body = self.layout().body;
        self.popups.offer.as_ref().map_or(0, |offer| usize::from(inside(offer.frame(body)).height))
    }

    /// Moves the cursor by so many feeds.
    pub(super) fn step_feeds(&mut self, by: isize) {
        if let Some(offer) = &mut self.popups.offer {
            offer.at = moved(offer.at, by, offer.feeds.len());
        }
    }

    /// Chooses the feed in a line within the frame, or no longer.
    pub(super) fn press_feed(&mut self, line: usize) {
        if let Some(offer) = self.popups.offer.as_mut().filter(|offer| offer.top + line < offer.feeds.len()) {
            offer.at = offer.top + line;
            offer.toggle();
        }
    }

    pub(super) fn settle_feeds(&mut self) {
        let rows = self.feed_rows();
        if let Some(offer) = &mut self.popups.offer {
            offer.top = scrolled(offer.top, offer.at, rows, offer.feeds.len());
        }
    }

    /// An action while the choice is open.
    pub(super) fn feed_choice_action(&mut self, action: Action) {
        if let Some(by) = steps(action, self.feed_rows()) {
            self.step_feeds(by);
            return;
        }
        match action {
            Action::Close => self.popups.offer = None,
            Action::OfferChoose => {
                if let Some(offer) = &mut self.popups.offer {
                    offer.toggle();
                }
                self.step_feeds(1);
            }
            Action::OfferTake => self.subscribe_chosen(),
            _ => {}
        }
    }

    /// Follows what is chosen.
    fn subscribe_chosen(&mut self) {
        let Some(offer) = self.popups.offer.take() else { return };
        let taken = offer.chosen();
        self.notice = Some(match taken.as_slice() {
            [(title, _)] => format!("subscribing to {}…", short(title)),
            many => format!("subscribing to {} feeds…", grouped(many.len())),
        });
        // A name is one feed's; the folder may hold them all.
        let title = offer.title.filter(|_| taken.len() == 1);
        self.library.orders.extend(taken.into_iter().map(|(_, address)| LibraryCommand::Subscribe {
            address: address.to_string(),
            title: title.clone(),
            folder: offer.folder.clone(),
        }));
    }
}
