//! Changes at the servers of accounts, and questions to them. They need a network, and are made at once or not at all.
//!
//! Each is a [`ServerTask`] with a number, which its answer repeats. Cancelling one forgets the number, so that a late
//! answer is dropped.

use super::App;
use super::library::{LibraryCommand, short};
use super::notice::{Cause, Notice};
use crate::keymap::Action;
use crate::library::{AccountId, AccountKind, SourceId, Take};
use crate::query::Query;
use crate::server::Secret;
use crate::sync::AccountOffer;
use crate::text::{CleanBuf, counted};

/// Something to do at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerTask {
    /// Find the server of a new account, log in, and look at what it has.
    Find(Box<Login>),
    /// Store an account that was found.
    Add(Box<Login>, Box<AccountOffer>),
    /// Replace the API key or password of an account, if the server accepts it.
    ReplaceSecret {
        /// The account.
        account: AccountId,
        /// The new one.
        secret: SecretSource,
    },
    /// Follow a feed, or the feed of a web page.
    Subscribe {
        /// The account.
        account: AccountId,
        /// The address.
        address: String,
        /// The folder; `None` for the one that the server chooses.
        folder: Option<String>,
    },
    /// Move a feed to a folder, at every account that follows it.
    Move {
        /// The feed.
        source: SourceId,
        /// The folder.
        folder: String,
    },
    /// Count the starred releases of a feed that the server would delete with it.
    CountStarred {
        /// The feed.
        source: SourceId,
    },
    /// Stop following a feed, at every account that follows it.
    Unsubscribe {
        /// The feed.
        source: SourceId,
    },
    /// Search all entries of an account, or go on with the last search. What is found is stored and shown.
    Search {
        /// The account.
        account: AccountId,
        /// The query.
        query: Query,
        /// Whether all entries may be read if the server can restrict nothing.
        everything: bool,
    },
    /// Try each step of a sync. Each is reported by [`LibraryEvent::Checked`](super::library::LibraryEvent::Checked).
    Check {
        /// The account.
        account: AccountId,
    },
    /// Send the marks that wait.
    SendMarks {
        /// The account.
        account: AccountId,
    },
}

/// How to log in to the server of a new account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The kind of the server.
    pub kind: AccountKind,
    /// The address as typed.
    pub address: String,
    /// The user's name; empty for kinds without one.
    pub user: String,
    /// The API key or password.
    pub secret: SecretSource,
    /// How much to store.
    pub take: Take,
    /// The name of the account.
    pub name: CleanBuf,
}

/// Where an API key or password comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// It was typed, and tidings keeps it.
    Typed(Secret),
    /// A command prints it.
    Command(String),
}

/// The answer to a [`ServerTask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerAnswer {
    /// It was done.
    Done,
    /// What a server has.
    Found(Box<AccountOffer>),
    /// The account was stored.
    Added(AccountId),
    /// The feed of this name is followed now.
    Subscribed(CleanBuf),
    /// The number of starred releases.
    Starred(usize),
    /// What a search found.
    Searched {
        /// The number of releases that this request found.
        found: usize,
        /// The number of all results at the server.
        total: u64,
        /// Whether there are more.
        has_more: bool,
    },
    /// The server can restrict nothing of the query, so that it would send all entries.
    ReadsEverything,
    /// The number of marks that still wait, and why.
    Waiting(u64, Option<CleanBuf>),
}

/// What a running task is about, for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// The form of an account, which stays open.
    Form,
    /// The steps of a sync, shown in a popup.
    Check,
    /// A feed to follow: its address.
    Subscribe { account: AccountId, asked: String },
    /// A feed to move: its name, and the folder.
    Move { title: String, folder: String },
    /// The question whether to unsubscribe from a feed.
    Starred(SourceId),
    /// A feed to unsubscribe from.
    Unsubscribed { source: SourceId, title: String, servers: String, here: bool },
    /// A search.
    Search { account: AccountId, query: Query },
    /// An account to remove.
    RemovedAccount { account: AccountId, deletes: bool },
}

/// The running tasks.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerTasks {
    running: Vec<Running>,
    /// The number of the last one.
    last: u64,
}

#[derive(Debug, Clone)]
struct Running {
    number: u64,
    what: String,
    about: About,
}

impl App {
    /// Asks a server to do something; `what` describes it while it runs. Returns its number.
    pub(super) fn ask_server(&mut self, task: ServerTask, what: String, about: About) -> u64 {
        let tasks = &mut self.at_server;
        tasks.last += 1;
        let number = tasks.last;
        tasks.running.push(Running { number, what, about });
        self.command(LibraryCommand::AtServer { number, task });
        number
    }

    /// Describes the running tasks.
    #[must_use]
    pub fn server_status(&self) -> Option<String> {
        self.at_server.running.last().map(|running| running.what.clone())
    }

    /// Whether a search is running.
    pub(super) fn has_server_search(&self) -> bool {
        self.at_server.running.iter().any(|running| matches!(running.about, About::Search { .. }))
    }

    /// Cancels the task that was started last. Returns whether there was one.
    pub(super) fn cancel_server_task(&mut self) -> bool {
        let Some(running) = self.at_server.running.pop() else { return false };
        self.command(LibraryCommand::CancelAtServer(running.number));
        self.inform(format!("cancelled: {}", running.what.trim_end_matches('…')));
        true
    }

    /// Cancels a task without a word.
    pub(super) fn forget_server_task(&mut self, number: u64) {
        let count = self.at_server.running.len();
        self.at_server.running.retain(|running| running.number != number);
        if self.at_server.running.len() < count {
            self.command(LibraryCommand::CancelAtServer(number));
        }
    }

    /// Applies the answer to a task, unless it was cancelled.
    pub(super) fn answered(&mut self, number: u64, answer: Result<ServerAnswer, CleanBuf>) {
        let Some(at) = self.at_server.running.iter().position(|running| running.number == number) else { return };
        let Running { what, about, .. } = self.at_server.running.remove(at);
        match about {
            About::Form => self.account_form_answered(number, answer),
            About::Check => self.account_check_ended(number, answer),
            About::Subscribe { account, asked } => self.subscribed_at(account, &CleanBuf::line(&asked), answer),
            About::Move { title, folder } => match answer {
                Ok(_) => self.inform(format!("moved {title} to {folder}")),
                Err(reason) => self.failed_at_server(&title, &format!("{title}: not moved: {reason}")),
            },
            About::Search { account, query } => match answer {
                Ok(answer) => self.searched(account, query, &answer),
                Err(reason) => self.not_searched(account, &reason),
            },
            About::Starred(source) => match answer {
                Ok(answer) => {
                    let starred = if let ServerAnswer::Starred(starred) = answer { starred } else { 0 };
                    if let Some(source) = self.library.sources.iter().find(|one| one.id == source).cloned() {
                        self.ask_to_unsubscribe(&source, starred);
                    }
                }
                Err(reason) => self.failed_at_server(&what, &reason.to_string()),
            },
            About::Unsubscribed { source, title, servers, here } => match answer {
                Ok(_) => self.unsubscribed_at(source, &title, &servers, here),
                Err(reason) => self.failed_at_server(&title, &format!("{title}: not unsubscribed: {reason}")),
            },
            About::RemovedAccount { account, deletes } => {
                let waiting = if let Ok(ServerAnswer::Waiting(waiting, _)) = answer { Some(waiting) } else { None };
                if let Some(account) = self.library.accounts.iter_mut().find(|one| one.id == account) {
                    account.waiting = waiting.unwrap_or(account.waiting);
                }
                self.remove_account_here(account, deletes);
            }
        }
    }

    pub(super) fn failed_at_server(&mut self, about: &str, text: &str) {
        self.report(Notice::error_about(Cause::Sync, &CleanBuf::line(about), CleanBuf::line(text)));
    }

    /// Asks the server of an account to follow a feed. Returns `false` if the reader is offline.
    pub(super) fn subscribe_at(&mut self, account: AccountId, address: &str, folder: Option<String>) -> bool {
        if self.is_offline() {
            return false;
        }
        let host = crate::release::address::host(address);
        let what = format!("subscribing to {host} at {}…", self.account_names(&[account]));
        let (address, asked) = (address.to_owned(), address.to_owned());
        self.ask_server(ServerTask::Subscribe { account, address, folder }, what, About::Subscribe { account, asked });
        true
    }

    /// Reports a feed followed through an account, and fetches its releases.
    fn subscribed_at(&mut self, account: AccountId, asked: &CleanBuf, answer: Result<ServerAnswer, CleanBuf>) {
        match answer {
            Ok(ServerAnswer::Subscribed(title)) => {
                self.sync_accounts(&[account]);
                self.subscribed(asked, &title);
            }
            Ok(_) => {}
            Err(reason) => self.not_subscribed(asked, &reason, None),
        }
    }

    /// Moves a feed to a folder at its servers.
    pub(super) fn move_at_server(&mut self, source: SourceId, folder: &str) {
        if self.is_offline() {
            return;
        }
        let Some(found) = self.library.sources.iter().find(|one| one.id == source) else { return };
        let title = short(&found.title);
        let what = format!("moving {title} to {folder} at {}…", self.account_names(&found.accounts));
        let folder = folder.to_owned();
        self.ask_server(ServerTask::Move { source, folder: folder.clone() }, what, About::Move { title, folder });
    }

    /// Stops following a feed at its servers; then here, too, if so chosen.
    pub(super) fn unsubscribe_at(&mut self, source: SourceId, here: bool) {
        let Some(found) = self.library.sources.iter().find(|one| one.id == source) else { return };
        let (title, servers) = (short(&found.title), self.account_names(&found.accounts));
        let what = format!("unsubscribing from {title} at {servers}…");
        self.ask_server(ServerTask::Unsubscribe { source }, what, About::Unsubscribed { source, title, servers, here });
    }

    fn unsubscribed_at(&mut self, source: SourceId, title: &str, servers: &str, here: bool) {
        let found = self.library.sources.iter().find(|one| one.id == source).cloned();
        if let (true, Some(found)) = (here, found) {
            return self.remove_subscription(&found);
        }
        let remove = self.key_in(&[crate::keymap::Scope::Subscriptions], Action::SubscriptionRemove);
        self.inform(format!("unsubscribed from {title} at {servers}; its releases stay here, {remove} removes it"));
    }
}

/// Describes what a server has, in two lines.
pub(super) fn described(offer: &AccountOffer) -> Vec<String> {
    let user = if offer.user.is_empty() { String::new() } else { format!(" for {}", offer.user) };
    let has = format!(
        "found {}{user}: {}, {}, {} unread, {} starred",
        offer.address,
        counted(offer.feeds, "feed"),
        counted(offer.entries, "release"),
        crate::text::grouped(offer.unread),
        crate::text::grouped(offer.starred)
    );
    vec![has]
}
