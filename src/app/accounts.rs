//! Accounts at sync servers: what is known about each, and what the list of subscriptions does with them.

use super::App;
use super::at_server::{About, ServerTask};
use super::library::{LibraryCommand, Subscription, SyncState, short};
use super::popup::question::{Answer, Question};
use crate::catalog::Facet;
use crate::keymap::{Action, Scope};
use crate::library::{AccountId, AccountKind, Edit};
use crate::query::Query;
use crate::text::{CleanBuf, counted};

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Its id in the library; never changes.
    pub id: AccountId,
    /// The kind of its server.
    pub kind: AccountKind,
    /// Its name.
    pub name: CleanBuf,
    /// The address of its server.
    pub address: CleanBuf,
    /// The user's name at the server; empty if the server needs none.
    pub user: CleanBuf,
    /// The number of feeds followed through it.
    pub feeds: u64,
    /// The number of its stored releases.
    pub releases: u64,
    /// The number of those that are unread.
    pub unread: u64,
    /// The number of marks that the server does not show yet.
    pub waiting: u64,
    /// The number of releases at the server when it was last synced, if known.
    pub total: Option<u64>,
    /// When it was last synced, in seconds since 1970.
    pub succeeded: Option<i64>,
    /// The error of its last sync; reads as the continuation of its name.
    pub error: Option<CleanBuf>,
    /// Whether a sync is fetching it.
    pub is_syncing: bool,
}

/// Returns the name of a kind of server.
#[must_use]
pub fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Miniflux => "Miniflux",
        AccountKind::FreshRss => "FreshRSS",
        AccountKind::GoogleReader => "Google Reader API",
    }
}

/// Describes a count of at most `usize::MAX`.
pub(super) fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Describes how many releases come.
fn come(releases: usize) -> String {
    let verb = if releases == 1 { "comes" } else { "come" };
    format!("{} {verb}", counted(releases, "release"))
}

impl App {
    /// Returns an account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.library.accounts.iter().find(|account| account.id == id)
    }

    /// Returns the names of accounts in words: `one and another`.
    pub(super) fn account_names(&self, ids: &[AccountId]) -> String {
        let names: Vec<String> = ids.iter().filter_map(|&id| Some(short(&self.account(id)?.name))).collect();
        names.join(" and ")
    }

    /// Shows what the library says about the accounts. Which of them are being synced is known here.
    pub(super) fn apply_accounts(&mut self, mut accounts: Vec<Account>) {
        for account in &mut accounts {
            account.is_syncing =
                self.library.sync.is_some() && self.account(account.id).is_some_and(|before| before.is_syncing);
        }
        self.library.accounts = accounts;
    }

    /// Carries out an action of the list of subscriptions on an account.
    pub(super) fn account_action(&mut self, id: AccountId, action: Action) {
        let Some(account) = self.account(id).cloned() else { return };
        match action {
            Action::SubscriptionSync => self.sync_accounts(&[id]),
            Action::SubscriptionRemove => self.ask_to_remove_account(&account),
            Action::AccountSecret => self.open_secret_form(&account),
            Action::AccountCheck => self.open_account_check(&account),
            Action::SubscriptionRename
            | Action::SubscriptionFolder
            | Action::SubscriptionEdit
            | Action::SubscriptionPause
            | Action::SubscriptionPages
            | Action::SubscriptionTopics => {
                self.inform(format!("{} is an account; this key changes feeds", short(&account.name)));
            }
            _ => {}
        }
    }

    /// Syncs accounts only.
    pub(super) fn sync_accounts(&mut self, ids: &[AccountId]) {
        if self.is_offline() {
            return;
        }
        self.inform(format!("syncing {}", self.account_names(ids)));
        self.library.announced = self.notices.info().cloned();
        for account in self.library.accounts.iter_mut().filter(|account| ids.contains(&account.id)) {
            account.is_syncing = true;
        }
        self.library.sync.get_or_insert_with(|| SyncState { all: ids.len(), ..SyncState::default() });
        self.command(LibraryCommand::SyncAccounts(ids.to_vec()));
    }

    /// Returns the query for the releases of an account.
    pub(super) fn account_query(&self, id: AccountId) -> Query {
        let mut query = Query::default();
        if let Some(account) = self.account(id) {
            query.choose(Facet::Account, &[account.name.to_string()]);
        }
        query
    }

    /// Asks whether to remove an account, and what is to happen with its releases.
    fn ask_to_remove_account(&mut self, account: &Account) {
        let name = short(&account.name);
        let feeds = counted(number(account.feeds), "feed");
        let mut text = vec![format!("{name} keeps everything at the server. Here, {feeds} will no longer be synced.")];
        if account.waiting > 0 {
            let marks = counted(number(account.waiting), "mark");
            text.push(format!("{marks} are not sent yet; tidings sends them first if the server answers."));
        }
        let only_here =
            self.library.sources.iter().filter(|source| source.is_remote && source.accounts == [account.id]);
        let releases: u64 = only_here.map(|source| source.releases).sum();
        if releases > 0 {
            text.push(format!("{} only through it.", come(number(releases))));
        }
        let remove = |deletes| Answer::RemoveAccount { account: account.id, deletes };
        let mut options = vec![("Remove it and keep its releases".to_owned(), remove(false))];
        if releases > 0 {
            let releases = counted(number(releases), "release");
            options.push((format!("Remove it and delete {releases}"), remove(true)));
        }
        self.popups.push(Question::new("Remove account", text, options));
    }

    /// Removes an account, after sending the marks that wait.
    pub(super) fn remove_account(&mut self, id: AccountId, deletes: bool) {
        let Some(account) = self.account(id) else { return };
        if account.waiting == 0 || self.settings.is_offline {
            return self.remove_account_here(id, deletes);
        }
        let what = format!("sending marks to {}…", short(&account.name));
        self.ask_server(ServerTask::SendMarks { account: id }, what, About::RemovedAccount { account: id, deletes });
    }

    /// Removes an account here. Says how many marks did not reach the server.
    pub(super) fn remove_account_here(&mut self, id: AccountId, deletes: bool) {
        let Some(account) = self.account(id) else { return };
        let what = format!("removed account {}", short(&account.name));
        let lost = match account.waiting {
            0 => String::new(),
            waiting => format!("; {} not sent", counted(number(waiting), "mark")),
        };
        let undo = self.key_in(&[Scope::Subscriptions, Scope::Panes], Action::Undo);
        self.inform(format!("{what}{lost}; {undo} to undo"));
        self.library.accounts.retain(|account| account.id != id);
        for source in &mut self.library.sources {
            source.accounts.retain(|account| *account != id);
        }
        self.edit(Edit::RemoveAccount { id, delete_releases: deletes }, what);
    }

    /// Asks the server how many starred releases unsubscribing would delete there, before asking the user.
    pub(super) fn unsubscribe_at_server(&mut self, source: &Subscription) {
        if self.is_offline() {
            return;
        }
        let what = format!("asking {} about {}…", self.account_names(&source.accounts), short(&source.title));
        self.ask_server(ServerTask::CountStarred { source: source.id }, what, About::Starred(source.id));
    }

    /// Asks whether to unsubscribe from a feed of which the server would delete `starred` releases.
    pub(super) fn ask_to_unsubscribe(&mut self, source: &Subscription, starred: usize) {
        let (title, servers) = (short(&source.title), self.account_names(&source.accounts));
        let starred = match starred {
            0 => String::new(),
            starred => format!(", {} among them", counted(starred, "starred release")),
        };
        let text = vec![
            format!("Unsubscribing deletes the releases of {title} at {servers}{starred}. This cannot be undone."),
            "Here they stay.".to_owned(),
        ];
        let answer = |at_server, here| Answer::Unsubscribe { source: source.id, at_server, here };
        let options = if source.is_remote {
            vec![(format!("Unsubscribe from {title} at {servers}"), answer(true, false))]
        } else {
            vec![
                (format!("Unsubscribe from {title} at {servers} and here"), answer(true, true)),
                (format!("Unsubscribe only at {servers}; tidings still fetches the feed"), answer(true, false)),
                (format!("Unsubscribe only here; {servers} still follows it"), answer(false, true)),
            ]
        };
        self.popups.push(Question::new("Unsubscribe", text, options));
    }
}

#[cfg(test)]
mod tests;
