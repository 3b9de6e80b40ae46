//! The list of accounts and subscriptions: by folder, with counts, the time of the last sync, and errors.
//!
//! Changes appear at once. After each change, successful or not, the library sends the complete list again.

use ratatui::layout::Rect;

use super::frame::{frame, inside, rows};
use super::{Next, PopupState};
use crate::app::accounts::Account;
use crate::app::library::{LibraryCommand, LibraryState, Subscription, SyncState, describe_topics, folder_name, short};
use crate::app::list_cursor::ListCursor;
use crate::app::prompt::Prompt;
use crate::app::{App, Effect};
use crate::catalog::Facet;
use crate::feed::{Rules, TopicRule, TopicSource};
use crate::keymap::{Action, Scope};
use crate::library::{AccountId, Direction, Edit, SourceId};
use crate::query::Query;
use crate::sync::PAST_PAGES;
use crate::text::{CleanBuf, fold};

/// The open list of subscriptions.
#[derive(Debug, Clone, Default)]
pub struct Subscriptions {
    /// What is under the cursor.
    pub item: Option<Item>,
    /// Its index among what is listed, and the first visible line. A subscription may take several lines.
    pub cursor: ListCursor,
    /// The text that filters the list.
    pub filter: Prompt,
    /// Whether the filter is being typed.
    pub is_typing: bool,
}

/// What the list lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// An account.
    Account(AccountId),
    /// A subscription.
    Source(SourceId),
}

/// In fewer columns a name shares its line only with its unread count.
pub const NARROW: u16 = 56;
/// In panes of fewer rows, the list has neither headings of its columns nor the address of the selected subscription.
const LOW: u16 = 14;
/// The lines below the list: a blank one and the address.
const FOOT: usize = 2;
/// The least lines of the list: an empty one says why.
const LEAST: usize = 5;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceLine {
    /// The heading of the accounts, and their number.
    Accounts(usize),
    /// An account, by its index in the library.
    Account(usize),
    /// The error of its last sync.
    AccountError(usize),
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
        body.height >= LOW && inside(frame(body, FOOT)).width >= NARROW && !Self::is_empty(&app.library)
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

    /// Whether there is nothing to list.
    #[must_use]
    pub fn is_empty(library: &LibraryState) -> bool {
        library.sources.is_empty() && library.accounts.is_empty()
    }

    /// Whether a text of something in the list contains what was typed.
    fn is_meant(&self, texts: &[&CleanBuf]) -> bool {
        let typed = fold(self.filter.text());
        texts.iter().any(|text| fold(text.as_str()).contains(typed.trim()))
    }

    /// Returns the listed accounts, by their index in the library.
    fn listed_accounts(&self, library: &LibraryState) -> Vec<usize> {
        let all = library.accounts.iter().enumerate();
        all.filter(|(_, account)| self.is_meant(&[&account.name, &account.address])).map(|(at, _)| at).collect()
    }

    /// Returns the listed subscriptions, by their index in the library.
    fn listed_sources(&self, library: &LibraryState) -> Vec<usize> {
        let is_meant =
            |source: &Subscription| self.is_meant(&[&source.title, &source.address, &folder_name(&source.folder)]);
        let all = library.sources.iter().enumerate();
        all.filter(|(_, source)| is_meant(source)).map(|(at, _)| at).collect()
    }

    /// Returns what is listed, in order.
    fn listed(&self, library: &LibraryState) -> Vec<Item> {
        let accounts = self.listed_accounts(library).into_iter().map(|at| Item::Account(library.accounts[at].id));
        let sources = self.listed_sources(library).into_iter().map(|at| Item::Source(library.sources[at].id));
        accounts.chain(sources).collect()
    }

    /// Returns the lines of the list.
    #[must_use]
    pub fn lines(&self, library: &LibraryState) -> Vec<SourceLine> {
        let mut lines = Vec::new();
        let accounts = self.listed_accounts(library);
        if !accounts.is_empty() {
            lines.push(SourceLine::Accounts(accounts.len()));
        }
        for at in accounts {
            lines.push(SourceLine::Account(at));
            if library.accounts[at].error.is_some() {
                lines.push(SourceLine::AccountError(at));
            }
        }
        let mut folder: Option<&[CleanBuf]> = None;
        let listed = self.listed_sources(library);
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

    /// Returns what a line is about.
    #[must_use]
    pub fn item_of(library: &LibraryState, line: &SourceLine) -> Option<Item> {
        match line {
            SourceLine::Account(at) | SourceLine::AccountError(at) => {
                library.accounts.get(*at).map(|account| Item::Account(account.id))
            }
            SourceLine::Source(at) | SourceLine::Error(at) => {
                library.sources.get(*at).map(|source| Item::Source(source.id))
            }
            SourceLine::Accounts(_) | SourceLine::Folder(..) | SourceLine::Blank => None,
        }
    }

    /// Returns the subscription under the cursor.
    #[must_use]
    pub fn selected<'a>(&self, library: &'a LibraryState) -> Option<&'a Subscription> {
        library.sources.iter().find(|source| Some(Item::Source(source.id)) == self.item)
    }

    /// Returns the account under the cursor.
    #[must_use]
    pub fn selected_account<'a>(&self, library: &'a LibraryState) -> Option<&'a Account> {
        library.accounts.iter().find(|account| Some(Item::Account(account.id)) == self.item)
    }

    fn step(&mut self, library: &LibraryState, by: isize) {
        let listed = self.listed(library);
        self.cursor.step(by, listed.len());
        self.item = listed.get(self.cursor.at).copied();
    }

    /// Moves the cursor to the first line after the filter changed.
    fn start_again(&mut self) {
        self.item = None;
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

    /// Shows only the releases of the subscription or account under the cursor.
    fn show(&self, app: &mut App) -> Next {
        let query = match self.item {
            Some(Item::Account(id)) => app.account_query(id),
            Some(Item::Source(_)) => {
                let Some(source) = self.selected(&app.library) else { return Next::Stay };
                let mut query = Query::default();
                query.choose(Facet::Source, &[source.title.to_string()]);
                query
            }
            None => return Next::Stay,
        };
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
            self.item = listed.get(self.cursor.at).copied();
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
            Action::AddAccount => app.open_account_form(),
            Action::Help => app.open_help(self.scope()),
            Action::Palette => app.open_palette(self.scope()),
            Action::Undo => app.turn_stored(Direction::Undo),
            Action::Redo => app.turn_stored(Direction::Redo),
            _ => match (self.item, self.selected(&app.library).cloned()) {
                (Some(Item::Account(id)), _) => app.account_action(id, action),
                (_, Some(source)) => app.subscription_action(&source, action),
                _ => {}
            },
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        if self.is_typing {
            self.filter.insert(text);
            self.start_again();
        }
    }

    /// Selects what was clicked; shows its releases if it was selected already.
    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let Some(row) = line.checked_sub(self.head(app)) else { return Next::Stay };
        let lines = self.lines(&app.library);
        let line = lines.get(self.cursor.top + row);
        let Some(item) = line.and_then(|line| Self::item_of(&app.library, line)) else { return Next::Stay };
        if Some(item) == self.item {
            return self.show(app);
        }
        self.item = Some(item);
        Next::Stay
    }

    fn wheel(&mut self, app: &App, lines: isize) {
        self.step(&app.library, lines);
    }

    /// Keeps the cursor on its subscription, or near its old place, and visible.
    fn settle(&mut self, app: &App) {
        let (listed, lines) = (self.listed(&app.library), self.lines(&app.library));
        let rows = self.rows(app);
        let kept = listed.iter().position(|&item| Some(item) == self.item);
        self.cursor.at = kept.unwrap_or(self.cursor.at.min(listed.len().saturating_sub(1)));
        self.item = listed.get(self.cursor.at).copied();
        if self.item.is_none() {
            self.cursor.top = 0;
            return;
        }
        let is_its = |line: &SourceLine| Self::item_of(&app.library, line) == self.item;
        let first = lines.iter().position(is_its).unwrap_or(0);
        let last = lines.iter().rposition(is_its).unwrap_or(first);
        // Show its error too, and the heading of its folder if that is directly above.
        let heading = first
            - usize::from(first > 0 && matches!(lines[first - 1], SourceLine::Folder(..) | SourceLine::Accounts(_)));
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
            Action::SubscriptionRename if source.is_remote && !source.accounts.is_empty() => {
                self.inform(format!("{title}: its title is that of the server; rename it there"));
            }
            Action::SubscriptionRename => self.open_rename(source),
            Action::SubscriptionFolder => self.open_refile(source),
            Action::SubscriptionEdit => self.open_edit(source),
            Action::SubscriptionPause if source.is_remote => {
                self.inform(format!("{title}: fetched by a server; pause it there"));
            }
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
            Action::SubscriptionTopics => {
                let from = match source.rules.topics.as_ref().and_then(TopicRule::source) {
                    None | Some(TopicSource::None) => TopicSource::Address,
                    Some(TopicSource::Address) => TopicSource::Title,
                    Some(TopicSource::Title) => TopicSource::None,
                };
                let what = describe_topics(&title, Some(from));
                self.inform(what.clone());
                // Whether there are any, the library says.
                let given = Rules { topics: Some(from.into()), ..Rules::default() };
                self.change_subscription(*id, |source| source.rules = given.changing(&source.rules).stored());
                self.edit(Edit::TopicsFrom { id: *id, from }, what);
            }
            Action::SubscriptionSync if source.is_abandoned() => {
                self.inform(format!("{title}: no longer at the server; nothing to sync"));
            }
            Action::SubscriptionSync if source.is_remote => self.sync_accounts(&source.accounts),
            Action::SubscriptionSync if self.is_offline() => {}
            Action::SubscriptionSync => {
                self.inform(format!("syncing {title}"));
                self.library.announced = self.notices.info().cloned();
                self.change_subscription(*id, |source| source.is_syncing = true);
                self.library.sync.get_or_insert_with(|| SyncState { all: 1, ..SyncState::default() });
                self.command(LibraryCommand::Sync(vec![*id]));
            }
            Action::SubscriptionPast if source.is_remote => {
                self.inform(format!("{title}: fetched by a server; past issues cannot be fetched"));
            }
            Action::SubscriptionPast if self.is_offline() => {}
            Action::SubscriptionPast => {
                self.inform(format!("past issues of {title}: at most {PAST_PAGES} pages"));
                self.library.announced = self.notices.info().cloned();
                self.change_subscription(*id, |source| source.is_syncing = true);
                self.library.sync.get_or_insert_with(|| SyncState { all: 1, ..SyncState::default() });
                self.command(LibraryCommand::SyncPast(*id));
            }
            Action::SubscriptionRemove if !source.accounts.is_empty() => self.unsubscribe_at_server(source),
            Action::SubscriptionRemove => self.remove_subscription(source),
            _ => {}
        }
    }

    /// Unsubscribes from a feed.
    pub(in crate::app) fn remove_subscription(&mut self, source: &Subscription) {
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
            self.inform("using the feed's own title");
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
