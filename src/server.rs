//! Clients of sync servers: Miniflux through its own API, and servers of the Google Reader API such as FreshRSS.
//!
//! A client sends requests and reads answers; it stores nothing and decides nothing about marks. An answer counts only
//! with the expected status and media type, and if it can be parsed to its end. Lists of ids are complete or an error.
//! Whether a mark was made is known only from lists that are read later: servers confirm marks of unknown entries, and
//! some confirm marks that they did not store.

mod api;
mod arrival;
mod batches;
mod error;
mod find;
mod greader;
mod miniflux;
pub mod search_plan;
mod secret;
mod stream;

use std::ops::ControlFlow;
use std::sync::Arc;

pub use error::ServerError;
pub use find::{FoundServer, find};
pub use secret::Secret;

use greader::GoogleReader;
use miniflux::Miniflux;

use crate::library::AccountKind;
use crate::net::fetch::{Cancel, Fetcher};
use crate::release::Release;
use crate::text::CleanBuf;

/// The number of an entry at its server.
pub type EntryId = u64;

/// The number of a feed at its server, such as `7` or `feed/7`.
pub type RemoteFeedId = CleanBuf;

/// A list of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// All entries.
    All,
    /// The unread ones.
    Unread,
    /// The starred ones.
    Starred,
    /// Those that are unread and starred.
    UnreadStarred,
    /// Those with a label.
    Label(CleanBuf),
}

/// A change of marks at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Mark read.
    Read,
    /// Mark unread.
    Unread,
    /// Add the star.
    Star,
    /// Remove the star.
    Unstar,
}

/// A feed that the server follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteFeed {
    /// Its number.
    pub id: RemoteFeedId,
    /// Its address, which may contain a password.
    pub address: CleanBuf,
    /// Its title at the server.
    pub title: CleanBuf,
    /// Its web site; empty if unknown.
    pub site: CleanBuf,
    /// Its folder; `None` for those outside all folders.
    pub folder: Option<Folder>,
    /// Why the server could not read it the last time.
    pub error: Option<CleanBuf>,
}

/// A folder at the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// What the server calls it in requests.
    pub id: CleanBuf,
    /// Its name.
    pub name: CleanBuf,
}

/// An entry with its content.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// The feed it belongs to.
    pub feed: RemoteFeedId,
    /// Its content. `id` and `guid` are empty: no server gives the publisher's id.
    pub release: Release,
    /// The SHA-256 by which Miniflux recognises the item: mostly that of the publisher's id, exactly as it stands in the
    /// feed.
    pub hash: Option<[u8; 32]>,
    /// When the server received it, in seconds since 1970.
    pub arrived: i64,
    /// Whether it is read and starred, if the answer tells it reliably.
    pub marks: Option<(bool, bool)>,
}

/// The size of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of all entries.
    pub total: u64,
    /// The greatest id; 0 if there are none.
    pub greatest: EntryId,
}

/// What a search at the server looks for. The parts must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerQuery {
    /// Words, phrases in quotes, `or` and `-word`, as the server reads them.
    pub text: String,
    /// Exact topics.
    pub topics: Vec<String>,
    /// Published at or after this time, in seconds since 1970.
    pub from: Option<i64>,
    /// Published before this time, in seconds since 1970.
    pub until: Option<i64>,
    /// In this feed.
    pub feed: Option<RemoteFeedId>,
    /// In this folder.
    pub folder: Option<CleanBuf>,
    /// Whether it is unread.
    pub is_unread: Option<bool>,
    /// Whether it is starred.
    pub is_starred: Option<bool>,
}

/// A page of the results of a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hits {
    /// The number of all results.
    pub total: u64,
    /// This page of them.
    pub entries: Vec<Entry>,
}

/// Receives entries as they arrive, in any order: the ids that were asked in one request, and the entries that came.
pub type TakeEntries<'a> = dyn FnMut(&[EntryId], Vec<Entry>) -> ControlFlow<()> + 'a;

/// What a client needs to log in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The kind of the server.
    pub kind: AccountKind,
    /// The address of its API, as found when the account was added.
    pub address: String,
    /// The name of the user; not needed with an API key.
    pub user: String,
    /// The API key or password.
    pub secret: Secret,
}

/// Makes the client of an account. Sends nothing yet.
#[must_use]
pub fn connect(login: &Login, fetcher: Arc<Fetcher>, cancel: Cancel) -> Box<dyn Server> {
    match login.kind {
        AccountKind::Miniflux => Box::new(Miniflux::new(&login.address, login.secret.clone(), fetcher, cancel)),
        AccountKind::FreshRss | AccountKind::GoogleReader => Box::new(GoogleReader::new(login, fetcher, cancel)),
    }
}

/// A sync server, for one account.
pub trait Server: Send {
    /// Logs in, if that is a step of its own, and asks who the user is. Returns the user's name at the server.
    ///
    /// # Errors
    /// Why the server does not let the account in.
    fn log_in(&mut self) -> Result<CleanBuf, ServerError>;

    /// Sets what cancels the requests from now on.
    fn set_cancel(&mut self, cancel: &Cancel);

    /// Whether the secret was refused in the last answer.
    fn is_refused(&self) -> bool;

    /// Returns the version of the server, if it tells it.
    ///
    /// # Errors
    /// If the answer is missing or invalid.
    fn version(&mut self) -> Result<Option<CleanBuf>, ServerError>;

    /// Returns the feeds that the account follows.
    ///
    /// # Errors
    /// If the answer is missing or invalid.
    fn feeds(&mut self) -> Result<Vec<RemoteFeed>, ServerError>;

    /// Returns the folders of the account, including empty ones where the server lists them.
    ///
    /// # Errors
    /// If the answer is missing or invalid.
    fn folders(&mut self) -> Result<Vec<Folder>, ServerError>;

    /// Returns the labels that the user has put on entries; empty where the server has none.
    ///
    /// # Errors
    /// If the answer is missing or invalid.
    fn labels(&mut self) -> Result<Vec<CleanBuf>, ServerError>;

    /// Returns the size of the account, where one small request tells it.
    ///
    /// # Errors
    /// If the answer is missing or invalid.
    fn head(&mut self) -> Result<Option<Head>, ServerError>;

    /// Returns a list of ids, greatest first, without doubles. It is complete down to the id `down_to`; whether smaller
    /// ids are contained depends on the server. 0 asks for the whole list.
    ///
    /// # Errors
    /// If any page is missing or invalid; an incomplete list is never returned.
    fn ids(&mut self, list: &List, down_to: EntryId) -> Result<Vec<EntryId>, ServerError>;

    /// Returns at least the `most` newest ids, greatest first, without gaps and doubles; fewer if the account has no more.
    ///
    /// # Errors
    /// If any page is missing or invalid.
    fn newest(&mut self, most: usize) -> Result<Vec<EntryId>, ServerError>;

    /// Changes the mark of entries. Success does not say that the server has done it.
    ///
    /// # Errors
    /// If the server does not confirm a request. Some or all of the marks may have been made.
    fn mark(&mut self, mark: Mark, ids: &[EntryId]) -> Result<(), ServerError>;

    /// Fetches entries. `wanted` and `all` are ids greatest first; `all` holds at least those that the server has between
    /// the wanted ones. `take` receives each answer, also an empty one; entries that do not come are missing at the
    /// server. A request that fails because it asks for too much is repeated in halves.
    ///
    /// # Errors
    /// If the server fails; answers that were complete before have been passed to `take`.
    fn entries(&mut self, wanted: &[EntryId], all: &[EntryId], take: &mut TakeEntries<'_>) -> Result<(), ServerError>;

    /// Returns ids of entries that may have been edited since a time in seconds since 1970; `all` is greatest first.
    ///
    /// # Errors
    /// If the answer is missing or invalid.
    fn maybe_edited(&mut self, since: i64, all: &[EntryId]) -> Result<Vec<EntryId>, ServerError>;

    /// Returns the least id among `all` (greatest first) that arrived at or after a time in seconds since 1970.
    ///
    /// # Errors
    /// If an answer is missing or invalid.
    fn first_arrived_since(&mut self, since: i64, all: &[EntryId]) -> Result<Option<EntryId>, ServerError>;

    /// Follows a feed, or the feed of a web page, in a folder, which is created if needed. Returns the feed as it is
    /// listed afterwards. May take as long as the publisher's server does.
    ///
    /// # Errors
    /// The server's reason.
    fn subscribe(&mut self, address: &str, folder: Option<&str>) -> Result<RemoteFeed, ServerError>;

    /// Moves a feed into a folder, which is created if needed.
    ///
    /// # Errors
    /// The server's reason.
    fn move_feed(&mut self, feed: &RemoteFeedId, folder: &str) -> Result<(), ServerError>;

    /// Stops following a feed. The server deletes its entries, also starred ones.
    ///
    /// # Errors
    /// The server's reason.
    fn unsubscribe(&mut self, feed: &RemoteFeedId) -> Result<(), ServerError>;

    /// Whether [`Server::search`] works.
    fn can_search(&self) -> bool;

    /// Searches all entries of the account. `offset` is the number of results to skip.
    ///
    /// # Errors
    /// If the answer is missing or invalid, or [`ServerError::NoSearch`].
    fn search(&mut self, query: &ServerQuery, offset: u64, most: u32) -> Result<Hits, ServerError>;
}
