//! The feeds that the server follows, their folders and labels.

use serde::Deserialize;

use super::GoogleReader;
use super::item::narrow;
use super::login::READER;
use crate::net::fetch::Method;
use crate::server::api::{self, Ask};
use crate::server::{Folder, RemoteFeed, RemoteFeedId, ServerError};
use crate::text::CleanBuf;

/// How long the server may take to fetch a feed, in seconds: it does so before it answers.
const FETCH: u64 = 300;

/// An item of `subscription/list`.
#[derive(Deserialize)]
struct Subscription {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    categories: Vec<Category>,
    url: String,
    #[serde(rename = "htmlUrl", default)]
    site: String,
}

#[derive(Deserialize)]
struct Category {
    id: String,
    label: String,
}

/// An item of `tag/list`.
#[derive(Deserialize)]
pub(super) struct Tag {
    id: String,
    #[serde(rename = "type", default)]
    kind: String,
}

impl Tag {
    pub fn is_folder(&self) -> bool {
        self.kind == "folder"
    }

    pub fn is_label(&self) -> bool {
        self.kind == "tag"
    }

    /// What follows `user/-/label/`, or `user/1/label/`.
    pub fn name(&self) -> CleanBuf {
        CleanBuf::line(self.id.split_once("/label/").map_or(self.id.as_str(), |(_, name)| name))
    }

    pub fn into_folder(self) -> Folder {
        Folder { name: self.name(), id: CleanBuf::line(&self.id) }
    }
}

/// The answer to `quickadd`.
#[derive(Deserialize)]
struct Added {
    #[serde(rename = "streamId", default)]
    stream: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

impl GoogleReader {
    pub(super) fn subscriptions(&mut self) -> Result<Vec<RemoteFeed>, ServerError> {
        let path = format!("{READER}/subscription/list");
        let is_freshrss = self.is_freshrss();
        let mut feeds = Vec::new();
        self.get_list(&Ask::get(&path, "output=json"), "subscriptions", &mut |feed: Subscription| {
            let folder = feed.categories.first();
            let title = if is_freshrss { narrow(&feed.title) } else { feed.title.as_str().into() };
            feeds.push(RemoteFeed {
                id: CleanBuf::line(&feed.id),
                address: CleanBuf::line(&feed.url),
                title: CleanBuf::line(&title),
                site: CleanBuf::line(&feed.site),
                folder: folder
                    .map(|folder| Folder { id: CleanBuf::line(&folder.id), name: CleanBuf::line(&folder.label) }),
                error: None,
            });
        })?;
        Ok(feeds)
    }

    /// Returns the folders and labels, and the states of the server among them.
    pub(super) fn tags(&mut self) -> Result<Vec<Tag>, ServerError> {
        let path = format!("{READER}/tag/list");
        let mut tags = Vec::new();
        self.get_list(&Ask::get(&path, "output=json"), "tags", &mut |tag: Tag| tags.push(tag))?;
        Ok(tags)
    }

    /// Follows a feed, or the feed of a page.
    pub(super) fn follow(&mut self, address: &str, folder: Option<&str>) -> Result<RemoteFeed, ServerError> {
        let path = format!("{READER}/subscription/quickadd");
        let ask = Ask { method: Method::Post, ..Ask::get(&path, "") };
        let bytes = self.post(&path, &api::form(&[("quickadd", address), ("output", "json")]), FETCH)?;
        let added: Added = api::json(&ask, bytes)?;
        let Some(stream) = added.stream.filter(|stream| !stream.is_empty()) else {
            return Err(match added.error {
                Some(error) => ServerError::Rejected { reason: CleanBuf::line(&error) },
                None => api::unexpected(&ask, "the server names no feed"),
            });
        };
        let id = CleanBuf::line(&stream);
        if let Some(folder) = folder.map(str::trim).filter(|folder| !folder.is_empty()) {
            self.move_to(&id, folder)?;
        }
        let feed = self.subscriptions()?.into_iter().find(|feed| feed.id == id);
        feed.ok_or_else(|| api::unexpected(&ask, "the new feed is not listed"))
    }

    /// Moves a feed into a folder, which the server creates if needed.
    pub(super) fn move_to(&mut self, feed: &RemoteFeedId, folder: &str) -> Result<(), ServerError> {
        let label = format!("user/-/label/{}", folder.trim());
        self.edit(&[("ac", "edit"), ("s", feed.as_str()), ("a", &label)])
    }

    /// Stops following a feed. One that the server no longer follows is no error.
    pub(super) fn unfollow(&mut self, feed: &RemoteFeedId) -> Result<(), ServerError> {
        let outcome = self.edit(&[("ac", "unsubscribe"), ("s", feed.as_str())]);
        match outcome {
            // FreshRSS answers 400 the second time.
            Err(error @ ServerError::Unexpected { .. }) => {
                let is_there = self.subscriptions()?.iter().any(|known| known.id == *feed);
                if is_there { Err(error) } else { Ok(()) }
            }
            other => other,
        }
    }

    fn edit(&mut self, fields: &[(&str, &str)]) -> Result<(), ServerError> {
        self.post_for_ok(&format!("{READER}/subscription/edit"), &api::form(fields), 120)
    }
}
