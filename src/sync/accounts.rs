//! Syncs an account at a server: its feeds, its entries, and the marks in both directions.
//!
//! One round takes these steps, in this order:
//!
//! 1. the feeds of the account become subscriptions;
//! 2. `lists` reads the complete lists of unread, starred and all entries. Nothing else decides what is new, read or
//!    deleted: ids become visible late, and no clock and no greatest id tells which are missing;
//! 3. `send` sends the marks of the outbox that differ from the lists;
//! 4. if any were sent, the lists are read again. Only they confirm a mark, whatever the server answered;
//! 5. the library takes the marks of the lists and removes confirmed marks from the outbox, in one transaction;
//! 6. `contents` fetches the entries that are not stored, and those that may have been edited;
//! 7. topics are looked for among the releases, where the rules of a feed want some;
//! 8. the end of the round is stored last, so that an interrupted round is repeated.
//!
//! A step that fails ends the round; what the steps before it stored is right on its own.

mod again;
mod check;
mod connect;
mod contents;
mod lists;
mod offer;
mod part;
mod search;
mod send;
mod subscriptions;
mod work;

use std::collections::{HashMap, HashSet};

pub use again::ask_again;
pub use check::{CheckStep, check_account};
pub(super) use connect::Clients;
pub use connect::{NoSecret, connect, forget_client, secret_of_command, with_server};
pub use offer::{AccountOffer, NotAdded, add_account};
pub use part::PartTaken;
use part::part_to_take;
pub use search::{FoundPage, ServerSearch, search_names};
pub use subscriptions::{move_at, starred_at, subscribe_at, unsubscribe_at};

use super::{Engine, now};
use crate::feed::TopicRule;
use crate::library::{Account, AccountFeed, AccountKind, Closed, Library, LibraryError, ServerState, SourceId};
use crate::net::schedule;
use crate::server::{EntryId, RemoteFeed, RemoteFeedId, Server, ServerError};
use crate::text::{CleanBuf, counted};
use lists::{Known, Lists};

/// The interval in seconds between two searches for edited entries, and between two complete lists.
const DAY: i64 = 24 * 60 * 60;
/// After so many failed attempts to send a mark, an error is shown.
const MANY_TRIES: u32 = 3;

/// How much of an account to sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// Only marks.
    Marks,
    /// Feeds, entries and marks.
    #[default]
    Whole,
    /// Like `Whole`, and looks for edited entries even if it did so lately.
    WithEdits,
}

/// The progress of an account: entries fetched and to fetch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fetching {
    /// Entries that were fetched.
    pub done: usize,
    /// Entries to fetch.
    pub all: usize,
    /// New releases so far.
    pub fresh: usize,
}

/// The result of syncing an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSynced {
    /// New releases.
    pub fresh: usize,
    /// Marks that were sent and that the server shows now.
    pub sent: usize,
    /// Marks that are still to be sent.
    pub waiting: usize,
    /// What the user should know.
    pub remark: Option<CleanBuf>,
}

/// Why an account could not be synced.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The library cannot be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The server failed.
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// Syncs an account.
///
/// # Errors
/// If the library or the server fails. The failure of the server is stored with the account.
pub fn sync_account(
    engine: &Engine,
    library: &mut Library,
    account: &Account,
    server: &mut dyn Server,
    depth: Depth,
    report: &mut dyn FnMut(Fetching),
) -> Result<AccountSynced, AccountError> {
    let round = Round {
        account,
        library,
        server,
        depth,
        began: now(),
        sources: HashMap::new(),
        synced: AccountSynced::default(),
        report,
    };
    match round.run() {
        Err(AccountError::Server(error)) => {
            keep_failure(engine, library, account, &error)?;
            Err(error.into())
        }
        ended => ended,
    }
}

/// Stores why an account could not be synced, unless nothing was tried.
fn keep_failure(
    engine: &Engine,
    library: &mut Library,
    account: &Account,
    error: &ServerError,
) -> Result<(), LibraryError> {
    if error.is_own() || engine.is_cancelled() {
        return Ok(());
    }
    let at = now();
    let asked = error.asks_to_wait();
    let retry = schedule::next_attempt(at, account.failures + 1, super::sources::random(), asked);
    let pause = asked.map(|pause| at.saturating_add(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX)));
    library.fail_account(account.id, &failure(account, error), retry, pause, at)
}

/// Describes why an account could not be synced. Follows its name and a colon.
fn failure(account: &Account, error: &ServerError) -> CleanBuf {
    CleanBuf::line(&match error {
        ServerError::Refused { .. } => format!("{error}, and set it with: tidings account secret {}", account.name),
        _ => error.to_string(),
    })
}

/// One round of the sync of an account.
struct Round<'a> {
    account: &'a Account,
    library: &'a mut Library,
    server: &'a mut dyn Server,
    depth: Depth,
    /// When it began, in seconds since 1970.
    began: i64,
    /// The subscriptions of the feeds at the server.
    sources: HashMap<RemoteFeedId, SourceId>,
    synced: AccountSynced,
    report: &'a mut dyn FnMut(Fetching),
}

impl Round<'_> {
    fn run(mut self) -> Result<AccountSynced, AccountError> {
        let id = self.account.id;
        // Before the lists are asked: a mark that is made meanwhile is not compared with them.
        let waiting = self.library.outbox(id)?;
        if self.depth == Depth::Marks && waiting.is_empty() {
            return Ok(self.synced);
        }
        if self.depth != Depth::Marks {
            self.take_feeds()?;
        }
        let floor = self.floor()?;
        let known = Known::new(self.library.entry_states(id)?);
        let mut lists = Lists::read(self.server, self.account, floor, &known, &waiting, self.began)?;
        let sent = send::send(self.server, &waiting, &lists)?;
        if !sent.is_empty() {
            lists.read_again(self.server, &known, &waiting)?;
        }
        let asked = lists.ask_for(self.server, &waiting)?;
        let state = ServerState {
            all: lists.all.as_deref(),
            floor: lists.floor,
            unread: &lists.unread,
            starred: &lists.starred,
            unread_starred: lists.unread_starred.as_deref(),
            asked: &asked,
            sent: &waiting,
            has_sent: !sent.is_empty(),
            now: self.began,
        };
        let applied = self.library.apply_state(id, &state)?;
        // Marks that cancel each other out leave the outbox too.
        self.synced.sent = sent.iter().filter(|one| lists.has(one)).count();
        self.synced.waiting = applied.waiting;
        self.remark_on_marks(applied.stuck, applied.given_up);
        if self.depth != Depth::Marks {
            let has_edits = self.fetch(&lists, &known, floor, applied.unread_again)?;
            self.take_labels()?;
            self.learn_topics()?;
            let head = lists.head.map(|head| (head.total, head.greatest));
            let listed = lists.all.is_some();
            let closed = Closed { at: now(), head, listed, edits: has_edits, watermark: self.began, floor: None };
            self.library.close_account_sync(id, &closed)?;
        }
        Ok(self.synced)
    }

    /// Makes the feeds of the account subscriptions.
    fn take_feeds(&mut self) -> Result<(), AccountError> {
        let feeds: Vec<AccountFeed> = self.server.feeds()?.iter().map(account_feed).collect();
        let sources = self.library.set_account_feeds(self.account.id, &feeds)?;
        self.sources = sources.into_iter().collect();
        Ok(())
    }

    /// Returns the greatest id that was left out when the account was added, and decides it the first time.
    fn floor(&mut self) -> Result<EntryId, AccountError> {
        if let Some(floor) = self.account.floor {
            return Ok(floor);
        }
        let part = part_to_take(self.server, self.account.take, self.began)?;
        self.library.leave_out(self.account.id, &part.left_out)?;
        self.library.set_floor(self.account.id, part.floor)?;
        Ok(part.floor)
    }

    /// Takes the labels of entries. A publisher's topic may look like a label, so only the lists of the labels count.
    fn take_labels(&mut self) -> Result<(), AccountError> {
        if self.account.kind == AccountKind::Miniflux {
            return Ok(());
        }
        let mut labels = Vec::new();
        for label in self.server.labels()? {
            let ids = self.server.ids(&crate::server::List::Label(label.clone()), 0)?;
            labels.push((label, ids));
        }
        self.library.set_labels(self.account.id, &labels)?;
        Ok(())
    }

    /// Looks for topics among the stored releases of its feeds whose rules want some that are not found yet.
    fn learn_topics(&mut self) -> Result<(), LibraryError> {
        if self.synced.fresh == 0 {
            return Ok(());
        }
        let own: HashSet<SourceId> = self.sources.values().copied().collect();
        for source in self.library.sources()? {
            if own.contains(&source.id) && source.rules.topics.as_ref().is_some_and(TopicRule::learns) {
                self.library.learn_topics(source.id)?;
            }
        }
        Ok(())
    }

    fn remark_on_marks(&mut self, stuck: usize, given_up: usize) {
        let remark = if stuck > 0 {
            format!("the server does not take {} after {MANY_TRIES} attempts; they stay here", counted(stuck, "mark"))
        } else if given_up > 0 {
            format!("{} of releases that are no longer at the server stay here only", counted(given_up, "mark"))
        } else {
            return;
        };
        self.synced.remark = Some(CleanBuf::line(&remark));
    }
}

/// A feed of a server, as the library stores it.
pub(super) fn account_feed(feed: &RemoteFeed) -> AccountFeed {
    let folder = feed.folder.clone().unwrap_or_default();
    AccountFeed {
        remote: feed.id.clone(),
        address: feed.address.clone(),
        title: feed.title.clone(),
        site: feed.site.clone(),
        folder: folder.name,
        folder_id: folder.id,
        error: feed.error.clone(),
    }
}
