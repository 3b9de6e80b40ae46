//! The feeds of a web page, to choose which to subscribe to.

use ratatui::layout::Rect;

use super::frame::{frame, rows};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::library::LibraryCommand;
use crate::app::library::short;
use crate::app::list_cursor::ListCursor;
use crate::keymap::{Action, Scope};
use crate::sync::PagePreview;
use crate::text::{CleanBuf, counted};

/// The most releases of a page that are shown.
const PREVIEW: usize = 8;

/// The open choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedChoice {
    /// The address of the page.
    pub asked: CleanBuf,
    /// Name and address of each feed, and whether it is chosen. The page itself is last, if it lists releases.
    pub feeds: Vec<(CleanBuf, CleanBuf, bool)>,
    /// What the page lists.
    pub page: Option<Box<PagePreview>>,
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
        page: Option<Box<PagePreview>>,
        (title, folder): (Option<String>, Vec<String>),
    ) -> Self {
        let mut feeds: Vec<_> = feeds.into_iter().map(|(title, address)| (title, address, false)).collect();
        if let Some(page) = &page {
            let name = format!("the page itself: {}", counted(page.report.entries, "release"));
            feeds.push((CleanBuf::line(&name), page.address.clone(), false));
        }
        Self { asked, feeds, page, title, folder, ..Self::default() }
    }

    /// Returns the lines that show what the page lists: how it was found, and day and title of the first releases.
    #[must_use]
    pub fn preview(&self) -> Vec<(CleanBuf, CleanBuf)> {
        let Some(page) = &self.page else { return Vec::new() };
        let mut lines = vec![(CleanBuf::default(), CleanBuf::line(&page.report.to_string()))];
        let selected = page.report.selected.iter();
        lines.extend(selected.map(|one| (CleanBuf::default(), CleanBuf::line(&one.to_string()))));
        lines.extend(page.releases.iter().take(PREVIEW).cloned());
        lines
    }

    /// The lines below the feeds: an empty one, and those of the preview.
    fn below(&self) -> usize {
        let lines = self.preview().len();
        if lines == 0 { 0 } else { lines + 1 }
    }

    /// The rows for the feeds, at least three where there are as many.
    fn rows(&self, app: &App) -> usize {
        let all = rows(self.frame(app), 0);
        all.saturating_sub(self.below()).max(all.min(3)).min(self.feeds.len().max(1))
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
            [(title, address)] => {
                let page = self.page.as_ref().filter(|page| page.address == *address && !page.title.is_empty());
                format!("subscribing to {}…", short(page.map_or(title, |page| &page.title)))
            }
            many => format!("subscribing to {}…", counted(many.len(), "feed")),
        });
        // The name applies only to a single feed, the folder to all.
        let title = self.title.clone().filter(|_| chosen.len() == 1);
        for (_, address) in chosen {
            let (title, folder) = (title.clone(), self.folder.clone());
            let page = self.page.as_ref().filter(|page| page.address == address);
            let rules = page.map(|page| page.rules.clone()).unwrap_or_default();
            let address = address.to_string();
            app.command(LibraryCommand::Subscribe { address, is_guess: false, title, folder, rules, is_chosen: true });
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
        frame(app.layout().body, self.feeds.len() + self.below())
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let (rows, count) = (self.rows(app), self.feeds.len());
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
        self.cursor.settle(self.rows(app), self.feeds.len());
    }
}
