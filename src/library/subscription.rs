//! A stored subscription, and the result of polling it.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row};
use url::Url;

use super::accounts::{AccountLink, links};
use super::rekey;
use crate::feed::Rules;
use crate::feed::opml::OpmlEntry;
use crate::text::CleanBuf;

/// The number of a subscription in its library; it never changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct SourceId(i64);

impl SourceId {
    /// The subscription with this row number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql for SourceId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for SourceId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// The stable key of a feed, whatever its address becomes.
pub type FeedKey = CleanBuf;

/// A stored subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Subscription {
    /// Its permanent number.
    pub id: SourceId,
    /// The key of its feed, under which marks are stored.
    pub key: FeedKey,
    /// The current address of the feed.
    pub address: CleanBuf,
    /// The user's title; empty if there is none.
    pub title: CleanBuf,
    /// The feed's own title; empty until it is known.
    pub feed_title: CleanBuf,
    /// The site of the feed; empty if unknown.
    pub site: CleanBuf,
    /// Its folder path, outermost first.
    pub folder: Vec<CleanBuf>,
    /// Whether polling is paused.
    pub is_paused: bool,
    /// Whether the full texts of its releases are fetched.
    pub wants_pages: bool,
    /// When it was removed, in seconds since 1970.
    pub removed: Option<i64>,
    /// The `ETag` to send with the next poll.
    pub etag: Option<String>,
    /// The `Last-Modified` to send with the next poll.
    pub modified: Option<String>,
    /// The address that gave `etag` and `modified`; they are sent to no other.
    pub origin: Option<String>,
    /// Whether its host was public at the first successful poll; `None` before that.
    pub is_public: Option<bool>,
    /// The target of a permanent redirect, and how often it occurred in a row.
    pub moved: Option<(String, u8)>,
    /// When it was last polled, in seconds since 1970.
    pub checked: Option<i64>,
    /// When it was last polled successfully, in seconds since 1970.
    pub succeeded: Option<i64>,
    /// Why the last poll failed.
    pub error: Option<CleanBuf>,
    /// The number of failed polls in a row.
    pub failures: u32,
    /// Not polled automatically before this time, in seconds since 1970.
    pub retry: Option<i64>,
    /// The server's `Retry-After`: not polled at all before this time.
    pub pause: Option<i64>,
    /// The address has a user name whose password was left out of a list or an export.
    pub lacks_password: bool,
    /// Whether tidings polls it itself.
    pub is_direct: bool,
    /// The command that prints the headers of its requests.
    pub header_command: Option<String>,
    /// How to read it.
    pub rules: Rules,
    /// The accounts that it is followed through.
    pub accounts: Vec<AccountLink>,
}

impl Subscription {
    /// Whether nobody reads the feed any more: it was followed through an account, and its server no longer lists it.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        !self.is_direct && self.accounts.is_empty()
    }

    /// Whether its address contains a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        rekey::without_secret(self.address.as_str()).1
    }

    /// Whether another address of its feed brings a password that this one lacks.
    #[must_use]
    pub fn takes_password_of(&self, address: &str) -> bool {
        rekey::without_secret(address).1 && self.address.as_str() != address
    }

    /// Adds to the reason of a failed poll how to set the password, if it is missing.
    #[must_use]
    pub fn failure(&self, reason: &CleanBuf) -> CleanBuf {
        if self.lacks_password {
            CleanBuf::line(&format!("{reason}; {}", missing_password(self.address.as_str())))
        } else {
            reason.clone()
        }
    }

    /// Its name: the user's title, the feed's own, or the host.
    #[must_use]
    pub fn name(&self) -> CleanBuf {
        let named = [&self.title, &self.feed_title].into_iter().find(|title| !title.is_empty());
        named.cloned().unwrap_or_else(|| {
            let host = Url::parse(self.address.as_str()).ok().and_then(|url| url.host_str().map(CleanBuf::line));
            host.unwrap_or_else(|| self.address.clone())
        })
    }
}

/// Converts to a list entry, without the password.
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

/// The result of one poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// When, in seconds since 1970.
    pub at: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// The target of a permanent redirect, and how often it occurred in a row, counting this poll.
    pub moved: Option<(String, u8)>,
    /// The new address of the feed, if it has moved.
    pub address: Option<String>,
    /// Where the feed came from, if one was read.
    pub origin: Option<Origin>,
}

/// Where a feed came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The final address after all redirects, without user name and password.
    pub address: String,
    /// Whether the first host is public.
    pub is_public: bool,
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A feed was read.
    Read {
        /// The `ETag` to send with the next poll.
        etag: Option<String>,
        /// The `Last-Modified` to send with the next poll.
        modified: Option<String>,
        /// The feed's own title.
        title: CleanBuf,
    },
    /// The server says that the feed is unchanged.
    Unchanged {
        /// The `ETag` to send with the next poll, if the server sent it again.
        etag: Option<String>,
        /// Likewise the `Last-Modified`.
        modified: Option<String>,
    },
    /// The feed could not be read.
    Failed {
        /// The reason.
        reason: CleanBuf,
        /// Not polled automatically before this time.
        retry: i64,
        /// Not polled at all before this time, as the server asks.
        pause: Option<i64>,
    },
}

const COLUMNS: &str = "subscriptions.id, key, address, title, feed_title, site, folder, is_paused, wants_pages, removed, \
     etag, modified, moved_to, moved_times, checked, succeeded, error, failures, retry, pause, origin, is_public, \
     lacks_password, is_direct, header_command, rules";

/// Describes how to set a password that was left out.
fn missing_password(address: &str) -> String {
    let with = Url::parse(address).ok().and_then(|mut url| {
        url.set_password(Some("PASSWORD")).ok()?;
        Some(url.to_string())
    });
    format!("password missing; set it with: tidings add {}", with.unwrap_or_default())
}

/// Returns all subscriptions, including removed ones.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Subscription>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed ORDER BY position, subscriptions.id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut sources: Vec<Subscription> = statement.query_map([], source)?.collect::<rusqlite::Result<_>>()?;
    let mut links = links(connection)?;
    for source in &mut sources {
        source.accounts = links.remove(&source.id).unwrap_or_default();
        if !source.is_direct {
            source.error = source.accounts.iter().find_map(|link| link.error.clone());
        }
    }
    Ok(sources)
}

fn source(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let line = |at| row.get::<_, String>(at).map(|text| CleanBuf::line(&text));
    let moved: Option<String> = row.get(12)?;
    let times = row.get(13)?;
    let folder: Vec<String> = serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default();
    let (address, lacks_password) = (line(2)?, row.get(22)?);
    let error = row.get::<_, Option<String>>(16)?.map(|error| CleanBuf::line(&error));
    // Before the first poll, the missing password is the only known problem.
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
        is_direct: row.get(23)?,
        header_command: row.get(24)?,
        rules: row.get::<_, Option<String>>(25)?.map(|text| Rules::of_text(&text)).unwrap_or_default(),
        accounts: Vec::new(),
    })
}
