//! The answers of Miniflux, as far as they are used.

use chrono::DateTime;
use serde::Deserialize;

use super::media_proxy;
use super::title;
use crate::feed::date;
use crate::feed::parts::{Enclosure, Parts, release_of};
use crate::server::{Entry, EntryId, Folder, RemoteFeed};
use crate::text::CleanBuf;

/// `/v1/me`.
#[derive(Deserialize)]
pub(super) struct Me {
    pub username: String,
}

/// `/v1/version`.
#[derive(Deserialize)]
pub(super) struct Version {
    pub version: String,
}

/// An item of `/v1/categories`.
#[derive(Deserialize)]
pub(super) struct Category {
    pub id: u64,
    pub title: String,
}

impl Category {
    pub fn into_folder(self) -> Folder {
        Folder { id: number(self.id), name: CleanBuf::line(&self.title) }
    }
}

/// An item of `/v1/feeds`.
#[derive(Deserialize)]
pub(super) struct Feed {
    pub id: u64,
    #[serde(rename = "feed_url")]
    address: String,
    #[serde(default)]
    site_url: String,
    title: String,
    category: Option<Category>,
    #[serde(default)]
    parsing_error_message: String,
}

impl Feed {
    pub fn into_remote(self) -> RemoteFeed {
        let error = CleanBuf::line(&self.parsing_error_message);
        RemoteFeed {
            id: number(self.id),
            address: CleanBuf::line(&self.address),
            title: CleanBuf::line(&title::plain(&self.title)),
            site: CleanBuf::line(&self.site_url),
            folder: self.category.map(Category::into_folder),
            error: Some(error).filter(|error| !error.is_empty()),
        }
    }
}

/// A page of `/v1/entries/ids`.
#[derive(Deserialize)]
pub(super) struct Ids {
    pub total: u64,
    pub entry_ids: Vec<EntryId>,
}

/// An item of `/v1/entries`.
#[derive(Deserialize)]
pub(super) struct RawEntry {
    pub id: EntryId,
    feed_id: u64,
    status: String,
    starred: bool,
    #[serde(default)]
    hash: String,
    title: String,
    url: String,
    #[serde(default)]
    comments_url: String,
    #[serde(default)]
    author: String,
    /// Since 2.3.3.
    #[serde(default)]
    language: String,
    published_at: String,
    created_at: String,
    content: String,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    enclosures: Option<Vec<RawEnclosure>>,
    feed: Option<Site>,
}

#[derive(Deserialize)]
struct RawEnclosure {
    url: String,
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    size: i64,
}

#[derive(Deserialize)]
struct Site {
    #[serde(default)]
    site_url: String,
}

impl RawEntry {
    /// Returns the entry with its texts sanitised.
    pub fn into_entry(self) -> Entry {
        let html = media_proxy::undo(&self.content);
        let addresses: Vec<_> =
            self.enclosures.iter().flatten().map(|enclosure| media_proxy::undo_address(&enclosure.url)).collect();
        let enclosures = self.enclosures.iter().flatten().zip(&addresses).map(|(enclosure, address)| Enclosure {
            address,
            media: &enclosure.mime_type,
            bytes: u64::try_from(enclosure.size).ok().filter(|&size| size > 0),
        });
        let parts = Parts {
            title: &title::plain(&self.title),
            html: &html,
            url: &self.url,
            site: self.feed.as_ref().map_or("", |site| site.site_url.as_str()),
            authors: vec![&self.author],
            comments: &self.comments_url,
            topics: self.tags.iter().flatten().map(String::as_str).collect(),
            language: &self.language,
            date: date::parse(&self.published_at),
            enclosures: enclosures.collect(),
        };
        Entry {
            id: self.id,
            feed: number(self.feed_id),
            release: release_of(&parts),
            hash: hash(&self.hash),
            arrived: seconds(&self.created_at).unwrap_or(0),
            marks: Some((self.status == "read", self.starred)),
        }
    }

    /// When the server received it, in seconds since 1970.
    pub fn arrived(&self) -> Option<i64> {
        seconds(&self.created_at)
    }
}

/// The answer to a new category.
#[derive(Deserialize)]
pub(super) struct Created {
    pub id: u64,
}

/// The answer to a new feed.
#[derive(Deserialize)]
pub(super) struct CreatedFeed {
    pub feed_id: u64,
}

/// A feed that the server found on a page.
#[derive(Deserialize)]
pub(super) struct Found {
    pub url: String,
}

/// The reason in an error message.
pub(super) fn reason(text: &str) -> CleanBuf {
    #[derive(Deserialize)]
    struct Message {
        error_message: String,
    }
    serde_json::from_str(text)
        .map_or_else(|_| CleanBuf::default(), |message: Message| CleanBuf::line(&message.error_message))
}

fn number(number: u64) -> CleanBuf {
    CleanBuf::line(&number.to_string())
}

/// Times have the offset of the user's time zone.
fn seconds(time: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(time).ok().map(|time| time.timestamp())
}

/// Parses 64 hexadecimal digits.
fn hash(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}
