//! The client of Miniflux, through its REST API `/v1`. Every fact about the server in this module was tried with
//! Miniflux 2.3.5; the API is complete from 2.3.2 on.
//!
//! - Only 204 confirms marks, and it does not say that an entry exists: a server under maintenance answers every request
//!   with 200 and a text.
//! - A parameter that the server cannot parse is ignored, so all parameters are whole numbers or known words.
//! - `PUT /v1/entries/N/bookmark` toggles the star and is not used.
//! - The answers to `/v1/feeds` and `/v1/entries` contain passwords and cookies of feeds. They are not read.

mod answer;
mod content;
mod feeds;
mod lists;
mod media_proxy;
mod search;
mod title;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::json;

use super::api::{self, Api, Ask};
use super::{
    EntryId, Folder, Head, Hits, List, Mark, RemoteFeed, RemoteFeedId, Secret, Server, ServerError, ServerQuery,
    TakeEntries, arrival,
};
use crate::net::fetch::{Bytes, Cancel, Fetcher, Method, Reply};
use crate::text::CleanBuf;

/// Ids in one request that changes marks. More work too, but a thousand take 40 ms.
const MARKS: usize = 1_000;
/// Ids that may have been edited: the server does not tell which.
const MAYBE_EDITED: usize = 1_000;
/// What a server under maintenance answers to everything.
const MAINTENANCE: &str = "Miniflux is currently under maintenance";
/// The first version with all that the client needs.
const LEAST: &str = "2.3.2";

/// The client of one account.
pub(super) struct Miniflux {
    api: Api,
    key: Secret,
    /// Ids in one page of a list; the server's limit is 10,000.
    page: usize,
}

impl Miniflux {
    /// Makes a client for the API below `base`, with an API key.
    pub fn new(base: &str, key: Secret, fetcher: Arc<Fetcher>, cancel: Cancel) -> Self {
        let api = Api::new(base, "Miniflux API", "API key", fetcher, cancel);
        Self { api, key, page: lists::PAGE }
    }

    /// Sends a request and checks that the status is the expected one.
    fn send(&mut self, ask: &Ask<'_>, expected: u16) -> Result<Reply, ServerError> {
        let reply = self.answer(ask)?;
        if reply.status == expected { Ok(reply) } else { Err(self.refusal(ask, reply)) }
    }

    /// Sends a request. Any status is an answer, but not that of a server under maintenance.
    fn answer(&mut self, ask: &Ask<'_>) -> Result<Reply, ServerError> {
        let headers = [("x-auth-token", self.key.reveal()), ("accept", "application/json")];
        let mut reply = self.api.send(ask, &headers)?;
        if reply.status == 200 && reply.media.as_str() == "text/plain" {
            let is_maintenance = api::text_of(&mut reply.bytes).trim_start().starts_with(MAINTENANCE);
            return Err(if is_maintenance {
                ServerError::Maintenance
            } else {
                api::unexpected(ask, "expected JSON, found plain text")
            });
        }
        Ok(reply)
    }

    /// The error for another status than the expected one.
    fn refusal(&self, ask: &Ask<'_>, mut reply: Reply) -> ServerError {
        let is_json = reply.media.as_str() == "application/json";
        let text = api::text_of(&mut reply.bytes);
        let reason = if is_json { answer::reason(&text) } else { CleanBuf::default() };
        match reply.status {
            // The paths of the API are known; a proxy or another program answers.
            404 | 405 if !is_json => self.api.missing(),
            500.. => ServerError::Failed { status: reply.status, reason },
            400.. if !reason.is_empty() => ServerError::Rejected { reason },
            200 if reply.media.as_str() == "text/html" => self.api.missing(),
            status => api::unexpected(ask, &format!("HTTP status {status}")),
        }
    }

    /// Sends a request that is answered with JSON.
    fn json<T: DeserializeOwned>(&mut self, ask: &Ask<'_>, expected: u16) -> Result<T, ServerError> {
        let bytes = self.json_bytes(ask, expected)?;
        api::json(ask, bytes)
    }

    /// Like [`Miniflux::json`], without parsing.
    fn json_bytes(&mut self, ask: &Ask<'_>, expected: u16) -> Result<Bytes, ServerError> {
        let reply = self.send(ask, expected)?;
        self.json_of(ask, reply)
    }

    /// Returns the body of an answer if it is JSON.
    fn json_of(&self, ask: &Ask<'_>, reply: Reply) -> Result<Bytes, ServerError> {
        match reply.media.as_str() {
            "application/json" => Ok(reply.bytes),
            "text/html" => Err(self.api.missing()),
            other => Err(api::unexpected(ask, &format!("expected JSON, found {other}"))),
        }
    }
}

/// A request with a JSON body.
fn with_body<'a>(method: Method, path: &'a str, body: &'a str, patience: u64) -> Ask<'a> {
    Ask { method, path, query: "", body: Some(("application/json", body.as_bytes())), patience }
}

impl Server for Miniflux {
    fn log_in(&mut self) -> Result<CleanBuf, ServerError> {
        let me: answer::Me = self.json(&Ask::get("/v1/me", ""), 200)?;
        // An old server is recognised by what it lacks: development builds give no usable version.
        self.head()?;
        Ok(CleanBuf::line(&me.username))
    }

    fn set_cancel(&mut self, cancel: &Cancel) {
        self.api.set_cancel(cancel);
    }

    fn is_refused(&self) -> bool {
        self.api.is_refused
    }

    fn version(&mut self) -> Result<Option<CleanBuf>, ServerError> {
        let version: answer::Version = self.json(&Ask::get("/v1/version", ""), 200)?;
        Ok(Some(CleanBuf::line(&version.version)))
    }

    fn feeds(&mut self) -> Result<Vec<RemoteFeed>, ServerError> {
        let feeds: Vec<answer::Feed> = self.json(&Ask::get("/v1/feeds", ""), 200)?;
        Ok(feeds.into_iter().map(answer::Feed::into_remote).collect())
    }

    fn folders(&mut self) -> Result<Vec<Folder>, ServerError> {
        let folders: Vec<answer::Category> = self.json(&Ask::get("/v1/categories", ""), 200)?;
        Ok(folders.into_iter().map(answer::Category::into_folder).collect())
    }

    fn labels(&mut self) -> Result<Vec<CleanBuf>, ServerError> {
        Ok(Vec::new())
    }

    fn head(&mut self) -> Result<Option<Head>, ServerError> {
        let ids = self.page("", 0, 1)?;
        Ok(Some(Head { total: ids.total, greatest: ids.entry_ids.first().copied().unwrap_or(0) }))
    }

    fn ids(&mut self, list: &List, down_to: EntryId) -> Result<Vec<EntryId>, ServerError> {
        let filter = match list {
            List::All => "",
            List::Unread => "&status=unread",
            List::Starred => "&starred=true",
            List::UnreadStarred => "&status=unread&starred=true",
            List::Label(_) => return Ok(Vec::new()),
        };
        let page = self.page;
        let is_enough = |ids: &[EntryId]| ids.last().is_some_and(|last| *last <= down_to);
        lists::complete(&is_enough, &mut |offset| self.page(filter, offset, page))
    }

    fn newest(&mut self, most: usize) -> Result<Vec<EntryId>, ServerError> {
        let page = self.page.min(most.max(1));
        lists::complete(&|ids| ids.len() >= most, &mut |offset| self.page("", offset, page))
    }

    fn mark(&mut self, mark: Mark, ids: &[EntryId]) -> Result<(), ServerError> {
        for ids in ids.chunks(MARKS) {
            let body = match mark {
                Mark::Read => json!({"entry_ids": ids, "status": "read"}),
                Mark::Unread => json!({"entry_ids": ids, "status": "unread"}),
                Mark::Star => json!({"entry_ids": ids, "starred": true}),
                Mark::Unstar => json!({"entry_ids": ids, "starred": false}),
            };
            self.send(&with_body(Method::Put, "/v1/entries", &body.to_string(), 60), 204)?;
        }
        Ok(())
    }

    fn entries(&mut self, wanted: &[EntryId], all: &[EntryId], take: &mut TakeEntries<'_>) -> Result<(), ServerError> {
        self.contents(wanted, all, take)
    }

    fn maybe_edited(&mut self, _since: i64, all: &[EntryId]) -> Result<Vec<EntryId>, ServerError> {
        // The server does not tell edits: all times of an edited entry stay as they were.
        Ok(all.iter().copied().take(MAYBE_EDITED).collect())
    }

    fn first_arrived_since(&mut self, since: i64, all: &[EntryId]) -> Result<Option<EntryId>, ServerError> {
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
        true
    }

    fn search(&mut self, query: &ServerQuery, offset: u64, most: u32) -> Result<Hits, ServerError> {
        self.find(query, offset, most)
    }
}
