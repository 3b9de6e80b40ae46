//! The entries of an exported library.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::super::{record, rekey};
use crate::feed::{Rules, date};
use crate::release::identity::made_name;
use crate::release::{CustomField, FieldName, Identity, Link, Release, Span};
use crate::text::CleanBuf;

/// A subscription.
#[derive(Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of its own")]
pub struct Subscribed {
    /// The key of its feed, referenced by marks and releases.
    pub key: String,
    address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    feed_title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    site: String,
    /// The folder path, outermost first.
    #[serde(default)]
    folder: Vec<String>,
    #[serde(default)]
    paused: bool,
    #[serde(default)]
    full_pages: bool,
    // Times are in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    removed: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_to: Option<String>,
    #[serde(default)]
    moved_times: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checked: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    succeeded: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default)]
    failures: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pause: Option<i64>,
    /// The address had a password, which was left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    password_missing: bool,
    /// The address that answered last, which the validators belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    /// Whether its host was public when it first answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public: Option<bool>,
    /// It is followed through accounts alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    through_accounts: bool,
    /// The command that prints the headers of its requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header_command: Option<String>,
    /// How to read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rules: Option<Rules>,
}

impl Subscribed {
    pub const SQL: &str = "SELECT key, address, title, feed_title, site, folder, is_paused, wants_pages, removed, etag, \
         modified, moved_to, moved_times, checked, succeeded, error, failures, retry, pause, lacks_password, \
         origin, is_public, NOT is_direct, header_command, rules FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed ORDER BY position, subscriptions.id";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let line = |at| row.get::<_, String>(at);
        let (address, has_password) = rekey::without_secret(&line(1)?);
        let (moved, origin): (Option<String>, Option<String>) = (row.get(11)?, row.get(20)?);
        Ok(Some(Self {
            key: row.get(0)?,
            address: address.to_string(),
            title: row.get(2)?,
            feed_title: row.get(3)?,
            site: rekey::without_secret(&line(4)?).0.to_string(),
            folder: serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or_default(),
            paused: row.get(6)?,
            full_pages: row.get(7)?,
            removed: row.get(8)?,
            etag: row.get(9)?,
            modified: row.get(10)?,
            moved_to: moved.map(|to| rekey::without_secret(&to).0.to_string()),
            moved_times: row.get(12)?,
            checked: row.get(13)?,
            succeeded: row.get(14)?,
            error: row.get(15)?,
            failures: row.get(16)?,
            retry: row.get(17)?,
            pause: row.get(18)?,
            password_missing: has_password || row.get(19)?,
            origin: origin.map(|origin| rekey::without_secret(&origin).0.to_string()),
            public: row.get(21)?,
            through_accounts: row.get(22)?,
            header_command: row.get(23)?,
            rules: row.get::<_, Option<String>>(24)?.map(|text| Rules::of_text(&text)),
        }))
    }

    /// Returns its name if its password was left out.
    pub fn without_password(&self) -> Option<CleanBuf> {
        let named = [&self.title, &self.feed_title, &self.address].into_iter().find(|name| !name.is_empty());
        named.filter(|_| self.password_missing).map(|name| CleanBuf::line(name))
    }

    /// Appends it to the subscriptions unless its feed is already there.
    pub fn insert(&self, connection: &Connection, feed: i64) -> rusqlite::Result<()> {
        let line = |text: &str| CleanBuf::line(text).to_string();
        let folder: Vec<String> = self.folder.iter().map(|name| line(name)).collect();
        let folder = serde_json::to_string(&folder).unwrap_or_else(|_| "[]".to_owned());
        let sql = "INSERT INTO subscriptions (feed, address, title, feed_title, site, folder, is_paused, wants_pages,
                 removed, etag, modified, moved_to, moved_times, checked, succeeded, error, failures, retry, pause, lacks_password,
                 origin, is_public, is_direct, header_command, rules, position)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                 ?23, ?24, ?25,
                 (SELECT coalesce(max(position), 0) + 1 FROM subscriptions))
             ON CONFLICT (feed) DO NOTHING";
        let values = params![
            feed,
            line(&self.address),
            line(&self.title),
            line(&self.feed_title),
            line(&self.site),
            folder,
            self.paused,
            self.full_pages,
            self.removed,
            self.etag,
            self.modified,
            self.moved_to,
            self.moved_times,
            self.checked,
            self.succeeded,
            self.error.as_deref().map(line),
            self.failures,
            self.retry,
            self.pause,
            self.password_missing && !rekey::without_secret(&self.address).1,
            self.origin,
            self.public,
            !self.through_accounts,
            self.header_command,
            self.rules.as_ref().and_then(Rules::to_text),
        ];
        connection.prepare_cached(sql)?.execute(values).map(drop)
    }
}

/// The marks of a release.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mark {
    /// The key of its feed.
    pub feed: String,
    /// Its number in the feed.
    pub release: u64,
    pub read: bool,
    pub starred: bool,
    /// The release's content, as a number: see `release::identity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<i64>,
}

impl Mark {
    /// Includes entries without marks, which record taken numbers.
    pub const SQL: &str = "SELECT key, number, flags, trace FROM marks JOIN feeds ON feeds.id = marks.feed
         WHERE flags <> 0 OR trace IS NOT NULL
         ORDER BY key, number";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let flags: i64 = row.get(2)?;
        let release = row.get::<_, i64>(1)?.cast_unsigned();
        let (read, starred) = (flags & 1 != 0, flags & 2 != 0);
        Ok(Some(Self { feed: row.get(0)?, release, read, starred, trace: row.get(3)? }))
    }
}

/// A setting.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pair {
    pub name: String,
    pub value: String,
}

impl Pair {
    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        Ok(Some(Self { name: row.get(0)?, value: row.get(1)? }))
    }
}

/// A stored session.
#[derive(Debug, Serialize, Deserialize)]
pub struct Session {
    pub name: String,
    pub data: String,
    pub used: i64,
}

impl Session {
    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        Ok(Some(Self { name: row.get(0)?, data: row.get(1)?, used: row.get(2)? }))
    }
}

/// A stored release.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stored {
    /// The key of its feed.
    pub source: String,
    /// When it was first seen, in seconds since 1970.
    pub seen: i64,
    /// When its feed last listed it, if it no longer does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlisted: Option<i64>,
    /// The unchanged id of the feed, if it differs from that of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    #[serde(flatten)]
    pub release: Item,
}

impl Stored {
    /// Oldest first, because an import places each after those before it.
    pub const SQL: &str = "SELECT feeds.key, seen, unlisted, data, number, guid FROM releases
         JOIN subscriptions ON subscriptions.id = releases.subscription JOIN feeds ON feeds.id = subscriptions.feed
         ORDER BY releases.key";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Some(mut release) = Item::of_record(row.get_ref(3)?.as_blob()?) else { return Ok(None) };
        let number = row.get::<_, i64>(4)?.cast_unsigned();
        // The stored number counts, even if today's rules would give the record another one.
        if Identity::from(&release.to_release()).number() != number {
            release.id = made_name(number).to_string();
        }
        Ok(Some(Self { source: row.get(0)?, seen: row.get(1)?, unlisted: row.get(2)?, guid: row.get(5)?, release }))
    }
}

/// An earlier version of a release.
#[derive(Debug, Serialize, Deserialize)]
pub struct Version {
    /// The key of the release's feed.
    pub feed: String,
    /// Its number in the feed.
    pub release: u64,
    /// When it came, in seconds since 1970.
    pub since: i64,
    /// When another version replaced it, in seconds since 1970.
    pub until: i64,
    pub text: Item,
}

impl Version {
    pub const SQL: &str = "SELECT key, number, since, until, data FROM versions
         JOIN subscriptions ON subscriptions.id = versions.subscription JOIN feeds ON feeds.id = subscriptions.feed
         ORDER BY key, number, until, versions.id";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Some(text) = Item::of_record(row.get_ref(4)?.as_blob()?) else { return Ok(None) };
        let release = row.get::<_, i64>(1)?.cast_unsigned();
        Ok(Some(Self { feed: row.get(0)?, release, since: row.get(2)?, until: row.get(3)?, text }))
    }
}

/// The stored full text of a release.
#[derive(Debug, Serialize, Deserialize)]
pub struct Page {
    /// The key of the release's feed.
    pub feed: String,
    /// Its number in the feed.
    pub release: u64,
    /// When it was fetched, in seconds since 1970.
    pub fetched: i64,
    pub text: Item,
}

impl Page {
    pub const SQL: &str = "SELECT key, number, fetched, data FROM pages JOIN feeds ON feeds.id = pages.feed
         ORDER BY key, number";

    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Some(text) = Item::of_record(row.get_ref(3)?.as_blob()?) else { return Ok(None) };
        let release = row.get::<_, i64>(1)?.cast_unsigned();
        Ok(Some(Self { feed: row.get(0)?, release, fetched: row.get(2)?, text }))
    }
}

/// A release. A span is its start and end in bytes, and two numbers: style and value.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    summary_spans: Vec<(u32, u32, u64, u64)>,
    #[serde(skip_serializing_if = "String::is_empty")]
    body: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    body_spans: Vec<(u32, u32, u64, u64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topics: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    author: String,
    /// With the precision of the publisher.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Address>,
    #[serde(skip_serializing_if = "String::is_empty")]
    language: String,
    /// Name and value of custom fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<(String, String)>,
}

/// An address other than the release's own.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Address {
    kind: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    media: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

impl Item {
    fn of_record(data: &[u8]) -> Option<Self> {
        let mut release = Release::default();
        if !record::read(data, &mut release) {
            return None;
        }
        let spans = |spans: &[Span]| {
            let numbers = |span: &Span| {
                let (kind, number) = record::style_numbers(span.style);
                (span.start, span.end, kind, number)
            };
            spans.iter().map(numbers).collect()
        };
        let link = |link: &Link| Address {
            kind: record::kind_number(link.kind),
            label: link.label.to_string(),
            url: link.address.to_string(),
            media: link.media.to_string(),
            bytes: link.bytes,
        };
        Some(Self {
            id: release.id.to_string(),
            title: release.title.to_string(),
            summary: release.summary.to_string(),
            summary_spans: spans(&release.summary_spans),
            body: release.body.to_string(),
            body_spans: spans(&release.body_spans),
            topics: release.topics.iter().map(ToString::to_string).collect(),
            place: release.place.to_string(),
            author: release.author.to_string(),
            date: release.date.map(|date| date.to_string()),
            url: release.url.to_string(),
            links: release.links.iter().map(link).collect(),
            language: release.language.to_string(),
            fields: release
                .fields
                .iter()
                .map(|custom| (custom.name.name().to_owned(), custom.value.to_string()))
                .collect(),
        })
    }

    /// Converts to a release, dropping whatever does not fit.
    pub fn to_release(&self) -> Release {
        let spans = |spans: &[(u32, u32, u64, u64)]| {
            let span = |&(start, end, kind, number): &(u32, u32, u64, u64)| {
                Some(Span { start, end, style: record::style(kind, number)? })
            };
            spans.iter().filter_map(span).collect()
        };
        let link = |link: &Address| Link {
            kind: record::kind(link.kind),
            label: CleanBuf::line(&link.label),
            address: CleanBuf::line(&link.url),
            media: CleanBuf::line(&link.media),
            bytes: link.bytes,
        };
        let mut release = Release {
            id: CleanBuf::line(&self.id),
            title: CleanBuf::line(&self.title),
            summary: CleanBuf::block(&self.summary),
            summary_spans: spans(&self.summary_spans),
            body: CleanBuf::block(&self.body),
            body_spans: spans(&self.body_spans),
            topics: self.topics.iter().map(|topic| CleanBuf::line(topic)).collect(),
            place: CleanBuf::line(&self.place),
            author: CleanBuf::line(&self.author),
            date: self.date.as_deref().and_then(date::parse),
            url: CleanBuf::line(&self.url),
            links: self.links.iter().map(link).collect(),
            language: CleanBuf::line(&self.language),
            fields: self.fields.iter().filter_map(custom_field).collect(),
            ..Release::default()
        };
        record::settle(&mut release);
        release
    }
}

/// Returns a custom field; `None` if its name or its value is empty.
fn custom_field((name, value): &(String, String)) -> Option<CustomField> {
    let (name, value) = (FieldName::of(name)?, CleanBuf::line(value));
    (!value.is_empty()).then_some(CustomField { name, value })
}
