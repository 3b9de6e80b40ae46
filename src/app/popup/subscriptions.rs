//! The list of subscriptions: by folder, with counts, the time of the last sync, and errors.
//!
//! Changes appear at once. After each change, successful or not, the library sends the complete list again.

use ratatui::layout::Rect;

use super::frame::{frame, inside, rows};
use super::{Next, PopupState};
use crate::app::library::{LibraryCommand, LibraryState, Subscription, SyncState, folder_name, short};
use crate::app::list_cursor::ListCursor;
use crate::app::prompt::Prompt;
use crate::app::{App, Effect};
use crate::catalog::Facet;
use crate::keymap::{Action, Scope};
use crate::library::{Direction, Edit, SourceId};
use crate::query::Query;
use crate::text::{CleanBuf, fold};

/// The open list of subscriptions.
#[derive(Debug, Clone, Default)]
pub struct Subscriptions {
    /// The subscription under the cursor.
    pub id: Option<SourceId>,
    /// Its index among the listed subscriptions, and the first visible line. A subscription may take several lines.
    pub cursor: ListCursor,
    /// The text that filters the list.
    pub filter: Prompt,
    /// Whether the filter is being typed.
    pub is_typing: bool,
}

/// In fewer columns a name shares its line only with its unread count.
pub const NARROW: u16 = 56;
/// In panes of fewer rows, the list has neither headings of its columns nor the address of the selected subscription.
const LOW: u16 = 14;
/// The lines below the list: a blank one and the address.
const FOOT: usize = 2;
/// The least lines of the list: an empty one says why.
const LEAST: usize = 3;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceLine {
    /// A folder: its full name, and the number of its listed subscriptions.
    Folder(CleanBuf, usize),
    /// A subscription, by its index in the library.
    Source(usize),
    /// The error of the last sync.
    Error(usize),
    /// An empty line.
    Blank,
}

impl Subscriptions {
    /// Whether the text that filters the list is shown.
    #[must_use]
    pub fn has_filter(&self) -> bool {
        self.is_typing || !self.filter.text().is_empty()
    }

    /// Whether the columns have headings, and the address of the selected subscription is shown.
    #[must_use]
    pub fn is_roomy(app: &App) -> bool {
        let body = app.layout().body;
        body.height >= LOW && inside(frame(body, FOOT)).width >= NARROW && !app.library.sources.is_empty()
    }

    /// The number of lines above the list: the filter and the headings of the columns.
    #[must_use]
    pub fn head(&self, app: &App) -> usize {
        usize::from(self.has_filter()) + usize::from(Self::is_roomy(app))
    }

    /// The number of lines of the list that fit.
    #[must_use]
    pub fn rows(&self, app: &App) -> usize {
        rows(self.frame(app), self.head(app)).saturating_sub(Self::foot(app))
    }

    fn foot(app: &App) -> usize {
        if Self::is_roomy(app) { FOOT } else { 0 }
    }

    /// Returns the listed subscriptions, by their index in the library.
    fn listed(&self, library: &LibraryState) -> Vec<usize> {
        let typed = fold(self.filter.text());
        let is_meant = |source: &Subscription| {
            let texts = [&source.title, &source.address, &folder_name(&source.folder)];
            texts.into_iter().any(|text| fold(text.as_str()).contains(typed.trim()))
        };
        let all = library.sources.iter().enumerate();
        all.filter(|(_, source)| is_meant(source)).map(|(at, _)| at).collect()
    }

    /// Returns the lines of the list.
    #[must_use]
    pub fn lines(&self, library: &LibraryState) -> Vec<SourceLine> {
        let mut lines = Vec::new();
        let mut folder: Option<&[CleanBuf]> = None;
        let listed = self.listed(library);
        for &at in &listed {
            let source = &library.sources[at];
            if folder != Some(&source.folder) {
                if !lines.is_empty() {
                    lines.push(SourceLine::Blank);
                }
                if !source.folder.is_empty() {
                    let same = listed.iter().filter(|&&other| library.sources[other].folder == source.folder);
                    lines.push(SourceLine::Folder(folder_name(&source.folder), same.count()));
                }
                folder = Some(&source.folder);
            }
            lines.push(SourceLine::Source(at));
            if source.error.is_some() {
                lines.push(SourceLine::Error(at));
            }
        }
        lines
    }

    /// Returns the subscription under the cursor.
    #[must_use]
    pub fn selected<'a>(&self, library: &'a LibraryState) -> Option<&'a Subscription> {
        library.sources.iter().find(|source| Some(source.id) == self.id)
    }

    fn step(&mut self, library: &LibraryState, by: isize) {
        let listed = self.listed(library);
        self.cursor.step(by, listed.len());
        self.select(library, &listed);
    }

    /// Selects the subscription at the cursor.
    fn select(&mut self, library: &LibraryState, listed: &[usize]) {
        self.id = listed.get(self.cursor.at).and_then(|&at| library.sources.get(at)).map(|source| source.id);
    }

    /// Moves the cursor to the first subscription after the filter changed.
    fn start_again(&mut self) {
        self.id = None;
        self.cursor.at = 0;
    }

    fn type_action(&mut self, action: Action) {
        match action {
            Action::ListFilterDone => self.is_typing = false,
            Action::ListFilterCancel => {
                self.is_typing = false;
                self.filter = Prompt::default();
            }
            _ if self.filter.edit(action) => self.start_again(),
            _ => {}
        }
    }

    /// Shows only the releases of the subscription under the cursor.
    fn show(&self, app: &mut App) -> Next {
        let Some(title) = self.selected(&app.library).map(|source| source.title.to_string()) else {
            return Next::Stay;
        };
        let mut query = Query::default();
        query.choose(Facet::Source, &[title]);
        app.go_to_list();
        app.set_query(query);
        Next::Close
    }
}

impl PopupState for Subscriptions {
    fn scope(&self) -> Scope {
        if self.is_typing { Scope::ListFilter } else { Scope::Subscriptions }
    }

    fn title(&self) -> &'static str {
        "Subscriptions"
    }

    /// As high as the whole list, whatever the filter leaves of it, and the line of the filter while that is shown.
    fn frame(&self, app: &App) -> Rect {
        let lines = Self::default().lines(&app.library).len().max(LEAST);
        frame(app.layout().body, self.head(app) + lines + Self::foot(app))
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let (rows, listed) = (self.rows(app), self.listed(&app.library));
        if self.cursor.act(action, rows, listed.len()) {
            self.select(&app.library, &listed);
            return Next::Stay;
        }
        if self.is_typing {
            self.type_action(action);
            return Next::Stay;
        }
        match action {
            // The first press clears the filter.
            Action::Close if !self.filter.text().is_empty() => self.filter = Prompt::default(),
            Action::Close => return Next::Close,
            Action::SubscriptionShow => return self.show(app),
            Action::FindSubscription => self.is_typing = true,
            Action::Subscribe => app.open_subscribe(),
            Action::Help => app.open_help(self.scope()),
            Action::Palette => app.open_palette(self.scope()),
            Action::Undo => app.turn_stored(Direction::Undo),
            Action::Redo => app.turn_stored(Direction::Redo),
            _ => {
                if let Some(source) = self.selected(&app.library).cloned() {
                    app.subscription_action(&source, action);
                }
            }
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        if self.is_typing {
            self.filter.insert(text);
            self.start_again();
        }
    }

    /// Selects the clicked subscription; shows its releases if it was selected already.
    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let Some(row) = line.checked_sub(self.head(app)) else { return Next::Stay };
        let lines = self.lines(&app.library);
        let Some(SourceLine::Source(at) | SourceLine::Error(at)) = lines.get(self.cursor.top + row) else {
            return Next::Stay;
        };
        let id = app.library.sources.get(*at).map(|source| source.id);
        if id == self.id {
            return self.show(app);
        }
        self.id = id;
        Next::Stay
    }

    fn wheel(&mut self, app: &App, lines: isize) {
        self.step(&app.library, lines);
    }

    /// Keeps the cursor on its subscription, or near its old place, and visible.
    fn settle(&mut self, app: &App) {
        let (listed, lines) = (self.listed(&app.library), self.lines(&app.library));
        let rows = self.rows(app);
        let kept = listed.iter().position(|&at| Some(app.library.sources[at].id) == self.id);
        self.cursor.at = kept.unwrap_or(self.cursor.at.min(listed.len().saturating_sub(1)));
        self.select(&app.library, &listed);
        let Some(&shown) = listed.get(self.cursor.at) else {
            self.cursor.top = 0;
            return;
        };
        let is_its = |line: &SourceLine| matches!(line, SourceLine::Source(at) | SourceLine::Error(at) if *at == shown);
        let first = lines.iter().position(is_its).unwrap_or(0);
        let last = lines.iter().rposition(is_its).unwrap_or(first);
        // Show its error too, and the heading of its folder if that is directly above.
        let heading = first - usize::from(first > 0 && matches!(lines[first - 1], SourceLine::Folder(..)));
        self.cursor.show(last, rows, lines.len());
        self.cursor.show(if rows > last - heading { heading } else { first }, rows, lines.len());
    }
}

impl App {
    /// Opens the list.
    pub(in crate::app) fn open_subscriptions(&mut self) {
        self.popups.push(Subscriptions::default());
        self.effects.push(Effect::RefreshLibrary);
    }

    fn change_subscription(&mut self, id: SourceId, change: impl FnOnce(&mut Subscription)) {
        if let Some(source) = self.library.sources.iter_mut().find(|source| source.id == id) {
            change(source);
        }
    }

    /// Carries out an action on a subscription.
    fn subscription_action(&mut self, source: &Subscription, action: Action) {
        let Subscription { id, title, .. } = source;
        let title = short(title);
        match action {
            Action::SubscriptionRename => self.open_rename(source),
            Action::SubscriptionFolder => self.open_refile(source),
            Action::SubscriptionPause => {
                let on = !source.is_paused;
                let what = if on { format!("paused {title}") } else { format!("resumed {title}") };
                self.inform(what.clone());
                self.change_subscription(*id, |source| source.is_paused = on);
                self.edit(Edit::Pause { id: *id, on }, what);
            }
            Action::SubscriptionPages => {
                let on = !source.wants_pages;
                let what = if on { "fetching full pages of" } else { "no longer fetching full pages of" };
                let what = format!("{what} {title}");
                self.inform(what.clone());
                self.change_subscription(*id, |source| source.wants_pages = on);
                self.edit(Edit::WantPages { id: *id, on }, what);
            }
            Action::SubscriptionSync if self.is_offline() => {}
            Action::SubscriptionSync => {
                self.inform(format!("syncing {title}"));
                self.library.announced = self.notices.info().cloned();
                self.change_subscription(*id, |source| source.is_syncing = true);
                self.library.sync.get_or_insert_with(|| SyncState { all: 1, ..SyncState::default() });
                self.command(LibraryCommand::Sync(vec![*id]));
            }
            Action::SubscriptionRemove => self.remove_subscription(source),
            _ => {}
        }
    }

    /// Unsubscribes from a feed.
    fn remove_subscription(&mut self, source: &Subscription) {
        let what = format!("unsubscribed from {}", short(&source.title));
        let undo = self.key_in(&[Scope::Subscriptions, Scope::Panes], Action::Undo);
        self.inform(format!("{what}; {undo} to undo; starred releases stay"));
        self.library.sources.retain(|other| other.id != source.id);
        self.edit(Edit::Unsubscribe { id: source.id }, what);
    }

    /// Renames a subscription; an empty name restores the feed's own.
    pub(super) fn rename_subscription(&mut self, id: SourceId, title: &str) {
        let before = self.subscription_name(id);
        let title = CleanBuf::line(title);
        let what = if title.is_empty() {
            self.inform("using the feed’s own title");
            format!("restored the title of {before}")
        } else {
            self.inform(format!("renamed to {title}"));
            self.change_subscription(id, |source| source.title.clone_from(&title));
            self.sort_subscriptions();
            format!("renamed {before} to {}", short(&title))
        };
        self.edit(Edit::Rename { id, title }, what);
    }

    /// Moves a subscription to a folder.
    pub(super) fn move_subscription(&mut self, id: SourceId, folder: &[String]) {
        let folder: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
        let place = match folder_name(&folder) {
            name if name.is_empty() => "out of its folder".to_owned(),
            name => format!("to {name}"),
        };
        self.inform(format!("moved {place}"));
        let what = format!("moved {} {place}", self.subscription_name(id));
        self.change_subscription(id, |source| source.folder.clone_from(&folder));
        self.sort_subscriptions();
        self.edit(Edit::Refile { id, folder }, what);
    }

    /// Returns the name of a subscription for use in a message.
    fn subscription_name(&self, id: SourceId) -> String {
        let source = self.library.sources.iter().find(|source| source.id == id);
        source.map_or_else(String::new, |source| short(&source.title))
    }
}

#[cfg(test)]
mod tests;
