//! The client of servers with the Google Reader API: `FreshRSS`, and others such as Miniflux's own Google Reader part.
//! Every fact about the servers in this module was tried with `FreshRSS` 1.25, 1.26 and 1.27 and with Miniflux 2.3.5, or
//! with the one that is named.
//!
//! - `OK` proves nothing: it also confirms marks of unknown entries, and marks that a locked database did not store.
//! - An unknown stream or filter is answered with all entries by `FreshRSS`, and an unknown path with 200 and `[]` by
//!   Miniflux. So only the streams and paths of this module are used, and `[]` is never an empty list.
//! - Marks come from lists of ids alone. The topics of an entry stand beside its marks and may look the same.
//! - A request that changes something carries one action, and the token before all ids: PHP drops the fields behind the
//!   thousandth without a word.

mod content;
mod feeds;
mod item;
mod lists;
mod login;

use std::sync::Arc;

use super::api::Api;
use super::{
    EntryId, Folder, Head, Hits, List, Login, Mark, RemoteFeed, RemoteFeedId, Secret, Server, ServerError, ServerQuery,
    TakeEntries, arrival,
};
use crate::library::AccountKind;
use crate::net::fetch::{Cancel, Fetcher};
use crate::text::CleanBuf;

/// The prefix of the states of entries.
const STATE: &str = "user/-/state/com.google/";
/// Ids in one request that marks entries read or unread, which costs `FreshRSS` a transaction each.
const READ: usize = 200;
/// Ids in one request that adds or removes stars, which is one statement.
const STARRED: usize = 900;
/// Microseconds in a second: the ids of `FreshRSS` are times.
const MICROSECONDS: u64 = 1_000_000;

/// The client of one account.
pub(super) struct GoogleReader {
    api: Api,
    kind: AccountKind,
    user: String,
    password: Secret,
    /// What a login gives, for the header of requests.
    auth: Option<Secret>,
    /// What requests carry that change something.
    token: Option<Secret>,
    /// Ids in one page of a list; halved when the server fails.
    page: usize,
    /// The labels of the account, once they are known.
    labels: Option<Vec<CleanBuf>>,
}

impl GoogleReader {
    /// Makes a client.
    pub fn new(login: &Login, fetcher: Arc<Fetcher>, cancel: Cancel) -> Self {
        let name = if login.kind == AccountKind::FreshRss { "FreshRSS API" } else { "Google Reader API" };
        Self {
            api: Api::new(&login.address, name, "API password", fetcher, cancel),
            kind: login.kind,
            user: login.user.clone(),
            password: login.secret.clone(),
            auth: None,
            token: None,
            page: lists::PAGE,
            labels: None,
        }
    }

    fn is_freshrss(&self) -> bool {
        self.kind == AccountKind::FreshRss
    }
}

impl Server for GoogleReader {
    fn log_in(&mut self) -> Result<CleanBuf, ServerError> {
        (self.auth, self.token) = (None, None);
        self.user_name()
    }

    fn set_cancel(&mut self, cancel: &Cancel) {
        self.api.set_cancel(cancel);
    }

    fn is_refused(&self) -> bool {
        self.api.is_refused
    }

    fn version(&mut self) -> Result<Option<CleanBuf>, ServerError> {
        Ok(None)
    }

    fn feeds(&mut self) -> Result<Vec<RemoteFeed>, ServerError> {
        self.subscriptions()
    }

    fn folders(&mut self) -> Result<Vec<Folder>, ServerError> {
        Ok(self.tags()?.into_iter().filter(feeds::Tag::is_folder).map(feeds::Tag::into_folder).collect())
    }

    fn labels(&mut self) -> Result<Vec<CleanBuf>, ServerError> {
        let labels: Vec<_> = self.tags()?.iter().filter(|tag| tag.is_label()).map(feeds::Tag::name).collect();
        self.labels = Some(labels.clone());
        Ok(labels)
    }

    fn head(&mut self) -> Result<Option<Head>, ServerError> {
        Ok(None)
    }

    fn ids(&mut self, list: &List, _down_to: EntryId) -> Result<Vec<EntryId>, ServerError> {
        match list {
            List::All => self.list("reading-list", ""),
            List::Unread => self.list("reading-list", lists::UNREAD),
            List::Starred => self.list("starred", ""),
            List::UnreadStarred => {
                // Miniflux ignores the filter on the starred ones.
                let (unread, starred) = (self.ids(&List::Unread, 0)?, self.ids(&List::Starred, 0)?);
                let is_unread = |id: &EntryId| unread.binary_search_by(|known| id.cmp(known)).is_ok();
                Ok(starred.into_iter().filter(is_unread).collect())
            }
            List::Label(label) => {
                // Before FreshRSS 1.25 an unknown label has all entries.
                let labels = self.labels.clone().map_or_else(|| self.labels(), Ok)?;
                if labels.contains(label) { self.labelled(label) } else { Ok(Vec::new()) }
            }
        }
    }

    fn newest(&mut self, most: usize) -> Result<Vec<EntryId>, ServerError> {
        if self.is_freshrss() { self.first(most) } else { self.ids(&List::All, 0) }
    }

    fn mark(&mut self, mark: Mark, ids: &[EntryId]) -> Result<(), ServerError> {
        let (action, state, most) = match mark {
            Mark::Read => ("a", "read", READ),
            Mark::Unread => ("r", "read", READ),
            Mark::Star => ("a", "starred", STARRED),
            Mark::Unstar => ("r", "starred", STARRED),
        };
        for ids in ids.chunks(most) {
            self.edit_tag(action, &format!("{STATE}{state}"), ids)?;
        }
        Ok(())
    }

    fn entries(&mut self, wanted: &[EntryId], _all: &[EntryId], take: &mut TakeEntries<'_>) -> Result<(), ServerError> {
        self.contents(wanted, take)
    }

    fn maybe_edited(&mut self, since: i64, all: &[EntryId]) -> Result<Vec<EntryId>, ServerError> {
        // FreshRSS 1.28 lists what the publisher changed, older versions only what arrived. Zero would be no filter.
        let changed = self.list("reading-list", &format!("&ot={}", since.max(1)))?;
        Ok(changed.into_iter().filter(|id| all.binary_search_by(|known| id.cmp(known)).is_ok()).collect())
    }

    fn first_arrived_since(&mut self, since: i64, all: &[EntryId]) -> Result<Option<EntryId>, ServerError> {
        if self.is_freshrss() {
            let since = u64::try_from(since).unwrap_or(0).saturating_mul(MICROSECONDS);
            return Ok(all.iter().rev().find(|id| **id >= since).copied());
        }
        arrival::first_since(since, all, &mut |id| self.arrival(id))
    }

    fn subscribe(&mut self, address: &str, folder: Option<&str>) -> Result<RemoteFeed, ServerError> {
        self.follow(address, folder)
    }

    fn move_feed(&mut self, feed: &RemoteFeedId, folder: &str) -> Result<(), ServerError> {
        self.move_to(feed, folder)
    }

    fn unsubscribe(&mut self, feed: &RemoteFeedId) -> Result<(), ServerError> {
        self.unfollow(feed)
    }

    fn can_search(&self) -> bool {
        false
    }

    fn search(&mut self, _query: &ServerQuery, _offset: u64, _most: u32) -> Result<Hits, ServerError> {
        Err(ServerError::NoSearch)
    }
}
