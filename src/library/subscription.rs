//! Subscriptions as they are kept, and what a look at one gives.

use rusqlite::{Connection, Row};
use url::Url;

use super::rekey;
use crate::feed::opml::OpmlEntry;
use crate::text::CleanBuf;

/// Which subscription.
pub type SourceId = i64;

/// What a feed is known by, whatever its address becomes.
pub type FeedKey = CleanBuf;

/// A subscription as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscription {
    /// Its number; it stays.
    pub id: SourceId,
    /// The key of its feed, under which marks are kept.
    pub key: FeedKey,
    /// Where the feed is now.
    pub address: CleanBuf,
    /// What the user calls it; empty where he does not.
    pub title: CleanBuf,
    /// What the feed calls itself; empty as long as that is unknown.
    pub feed_title: CleanBuf,
    /// The site behind it; empty where unknown.
    pub site: CleanBuf,
    /// The folders that it lies in, from the outermost.
    pub folder: Vec<CleanBuf>,
    /// It is not looked at.
    pub is_paused: bool,
    /// The pages behind its releases are fetched too.
    pub wants_pages: bool,
    /// When it was removed, in seconds since 1970.
    pub removed: Option<i64>,
    /// What the server said to tell it at the next look.
    pub etag: Option<String>,
    /// As `etag`.
    pub modified: Option<String>,
    /// The address that gave `etag` and `modified`: they are told to no other.
    pub origin: Option<String>,
    /// Whether its host was one of the internet when it was first read; `None` as long as it was not.
    pub is_public: Option<bool>,
    /// Where a permanent redirect led, and how often in a row.
    pub moved: Option<(String, u8)>,
    /// The last look.
    pub checked: Option<i64>,
    /// The last look that went well.
    pub succeeded: Option<i64>,
    /// Why the last look did not.
    pub error: Option<CleanBuf>,
    /// Looks in a row that did not.
    pub failures: u32,
    /// No look of our own accord before this time, in seconds since 1970.
    pub retry: Option<i64>,
    /// The server asked for no look at all before this time.
    pub pause: Option<i64>,
    /// The address names a user, and his password was left out where it came from.
    pub lacks_password: bool,
}

impl Subscription {
    /// Whether its address holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        rekey::without_secret(self.address.as_str()).1
    }

    /// Whether an address of its feed has a password that it has not.
    #[must_use]
    pub fn takes_password_of(&self, address: &str) -> bool {
        rekey::without_secret(address).1 && self.address.as_str() != address
    }

    /// Why a look failed, with what to do where it may have failed for the password.
    #[must_use]
    pub fn failure(&self, reason: &CleanBuf) -> CleanBuf {
        if self.lacks_password {
            CleanBuf::line(&format!("{reason}; {}", missing_password(self.address.as_str())))
        } else {
            reason.clone()
        }
    }

    /// What it is called: by the user, by itself, or its host.
    #[must_use]
    pub fn name(&self) -> CleanBuf {
        let named = [&self.title, &self.feed_title].into_iter().find(|title| !title.is_empty());
        named.cloned().unwrap_or_else(|| {
            let host = Url::parse(self.address.as_str()).ok().and_then(|url| url.host_str().map(CleanBuf::line));
            host.unwrap_or_else(|| self.address.clone())
        })
    }
}

/// As a list for others has it: without its password.
impl From<&Subscription> for OpmlEntry {
    fn from(source: &Subscription) -> Self {
        Self {
            title: source.name(),
            address: rekey::without_secret(source.address.as_str()).0,
            site: rekey::without_secret(source.site.as_str()).0,
            categories: source.folder.clone(),
        }
    }
}

/// What a look at a source gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// When, in seconds since 1970.
    pub at: i64,
    /// How it went.
    pub outcome: Outcome,
    /// Where a permanent redirect led, and how often in a row, this time among them.
    pub moved: Option<(String, u8)>,
    /// The address from now on, where it is another.
    pub address: Option<String>,
    /// Where the answer came from, if it was the feed.
    pub origin: Option<Origin>,
}

/// Where a feed came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The address that answered, behind all redirects, without name and password.
    pub address: String,
    /// Whether the host that was asked first is one of the internet.
    pub is_public: bool,
}

/// How a look at a source went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The feed was read.
    Read {
        /// What to tell the server next time.
        etag: Option<String>,
        /// As `etag`.
        modified: Option<String>,
        /// What the feed calls itself.
        title: CleanBuf,
    },
    /// It is as it was.
    Unchanged {
        /// What to tell the server next time, where it told it again.
        etag: Option<String>,
        /// As `etag`.
        modified: Option<String>,
    },
    /// It could not be read.
    Failed {
        /// Why.
        reason: CleanBuf,
        /// No look of our own accord before this time.
        retry: i64,
        /// The server asked for no look at all before this time.
        pause: Option<i64>,
    },
}

const COLUMNS: &str = "subscriptions.id, key, address, title, feed_title, site, folder, is_paused, wants_pages, removed, \
     etag, modified, moved_to, moved_times, checked, succeeded, error, failures, retry, pause, origin, is_public, \
     lacks_password";

/// What to do about a password that was left out.
fn missing_password(address: &str) -> String {
    let with = Url::parse(address).ok().and_then(|mut url| {
        url.set_password(Some("PASSWORD")).ok()?;
        Some(url.to_string())
    });
    format!("its password is missing: tidings add {} gives it", with.unwrap_or_default())
}

/// All of them, the removed ones among them.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Subscription>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed ORDER BY position, subscriptions.id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map([], source)?.collect()
}

fn source(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let line = |at| row.get::<_, String>(at).map(|text| CleanBuf::line(&text));
    let moved: Option<String> = row.get(12)?;
    let times = row.get(13)?;
    let folder: Vec<String> = serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default();
    let (address, lacks_password) = (line(2)?, row.get(22)?);
    let error = row.get::<_, Option<String>>(16)?.map(|error| CleanBuf::line(&error));
    // As long as nobody has looked at it, that is all that is known.
    let missing = || if lacks_password { Some(CleanBuf::line(&missing_password(address.as_str()))) } else { None };
    let error = error.or_else(missing);
    Ok(Subscription {
        id: row.get(0)?,
        key: line(1)?,
        address,
        title: line(3)?,
        feed_title: line(4)?,
        site: line(5)?,
        folder: folder.iter().map(|name| CleanBuf::line(name)).collect(),
        is_paused: row.get(7)?,
        wants_pages: row.get(8)?,
        removed: row.get(9)?,
        etag: row.get(10)?,
        modified: row.get(11)?,
        moved: moved.map(|to| (to, times)),
        checked: row.get(14)?,
        succeeded: row.get(15)?,
        error,
        failures: row.get(17)?,
        retry: row.get(18)?,
        pause: row.get(19)?,
        origin: row.get(20)?,
        is_public: row.get(21)?,
        lacks_password,
    })
}
