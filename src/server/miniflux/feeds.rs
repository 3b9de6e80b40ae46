//! Changes of the feeds that the server follows.

use serde_json::json;

use super::answer::{Category, Created, CreatedFeed, Found};
use super::{Miniflux, with_body};
use crate::net::fetch::Method;
use crate::server::api::Ask;
use crate::server::{RemoteFeed, RemoteFeedId, Server, ServerError};
use crate::text::CleanBuf;

/// How long the server may take to fetch a feed or a page, in seconds.
const FETCH: u64 = 300;

impl Miniflux {
    /// Follows a feed. The server fetches it before it answers, and does not search pages for feeds.
    pub(super) fn follow(&mut self, address: &str, folder: Option<&str>) -> Result<RemoteFeed, ServerError> {
        let folder = folder.map(str::trim).filter(|name| !name.is_empty());
        let folders = self.categories()?;
        let known = folder.and_then(|name| named(&folders, name));
        let category = match known.or_else(|| folders.iter().min_by_key(|folder| folder.id)) {
            Some(category) => category.id,
            None => self.create_category("All")?,
        };
        let id = match self.create(address, category) {
            // Everything that goes wrong while the server fetches is 500: perhaps it is a page.
            Err(error @ ServerError::Failed { .. }) => {
                let found = self.discover(address).unwrap_or_default();
                match found.iter().find(|found| found.url != address) {
                    Some(found) => self.create(&found.url, category)?,
                    None => return Err(error),
                }
            }
            other => other?,
        };
        if let (Some(name), None) = (folder, known) {
            // Created only now: if subscribing fails, no empty folder is left.
            let moved = self.move_to(&CleanBuf::line(&id.to_string()), name);
            moved.map_err(|error| ServerError::Rejected {
                reason: CleanBuf::line(&format!("subscribed, but not moved to {name}: {error}")),
            })?;
        }
        let feeds = self.feeds()?;
        let feed = feeds.into_iter().find(|feed| feed.id.as_str() == id.to_string());
        feed.ok_or_else(|| crate::server::api::unexpected(&Ask::get("/v1/feeds", ""), "the new feed is not listed"))
    }

    fn create(&mut self, address: &str, category: u64) -> Result<u64, ServerError> {
        let body = json!({"feed_url": address, "category_id": category}).to_string();
        let created: CreatedFeed = self.json(&with_body(Method::Post, "/v1/feeds", &body, FETCH), 201)?;
        Ok(created.feed_id)
    }

    /// Returns the feeds of a page.
    fn discover(&mut self, address: &str) -> Result<Vec<Found>, ServerError> {
        let body = json!({"url": address}).to_string();
        self.json(&with_body(Method::Post, "/v1/discover", &body, FETCH), 200)
    }

    fn categories(&mut self) -> Result<Vec<Category>, ServerError> {
        self.json(&Ask::get("/v1/categories", ""), 200)
    }

    fn create_category(&mut self, name: &str) -> Result<u64, ServerError> {
        let body = json!({"title": name}).to_string();
        let created: Created = self.json(&with_body(Method::Post, "/v1/categories", &body, 60), 201)?;
        Ok(created.id)
    }

    /// Moves a feed into a folder, which is created if needed.
    pub(super) fn move_to(&mut self, feed: &RemoteFeedId, folder: &str) -> Result<(), ServerError> {
        let folder = folder.trim();
        let category = match named(&self.categories()?, folder) {
            Some(known) => known.id,
            None => self.create_category(folder)?,
        };
        let (path, body) = (format!("/v1/feeds/{feed}"), json!({"category_id": category}).to_string());
        self.send(&with_body(Method::Put, &path, &body, 60), 201).map(drop)
    }

    /// Stops following a feed. One that the server no longer follows is no error.
    pub(super) fn unfollow(&mut self, feed: &RemoteFeedId) -> Result<(), ServerError> {
        let path = format!("/v1/feeds/{feed}");
        let ask = Ask { method: Method::Delete, ..Ask::get(&path, "") };
        match self.send(&ask, 204) {
            Ok(_) => Ok(()),
            Err(error @ ServerError::Rejected { .. }) => {
                let is_there = self.feeds()?.iter().any(|known| known.id == *feed);
                if is_there { Err(error) } else { Ok(()) }
            }
            Err(error) => Err(error),
        }
    }
}

/// Finds a folder by its name. The server compares names without case.
fn named<'a>(folders: &'a [Category], name: &str) -> Option<&'a Category> {
    let name = name.to_lowercase();
    folders.iter().find(|folder| folder.title.trim().to_lowercase() == name)
}
