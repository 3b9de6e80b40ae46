//! Finds the release of an entry among those that other sources have stored, and the other way round.
//!
//! Miniflux gives the SHA-256 of the publisher's id; other servers give a link alone. A link that several releases share, or
//! that leads to the site, proves nothing; then, and for an article that comes again, title and date must agree too.

use ring::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::{SourceId, record};
use super::AccountId;
use super::entries::GONE;
use crate::release::identity::{hash, page};
use crate::release::{Date, Identity, Precision, Release};

/// The number of hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// Returns the number under which a SHA-256 is stored: its first eight bytes.
pub(super) fn short(hash: &[u8]) -> i64 {
    hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// Returns the numbers by which Miniflux may know an item of a feed.
fn hashes(guid: &str, link: &str) -> Vec<i64> {
    let of = |text: &str| short(digest(&SHA256, text.as_bytes()).as_ref());
    let mut hashes = Vec::new();
    if !guid.is_empty() {
        hashes.push(of(guid));
        hashes.push(of(&format!("{guid}|{link}")));
    }
    if !link.is_empty() {
        hashes.push(of(link));
    }
    hashes
}

/// What tells a release from others with the same link.
#[derive(Debug, Clone, Copy)]
struct Said {
    /// 0 if there is none.
    title: u64,
    /// 0 if there is none.
    page: u64,
    date: Option<Date>,
}

impl Said {
    fn of(release: &Release) -> Self {
        let short = |text: &str| if text.is_empty() { 0 } else { hash(&[text]).max(1) };
        let title: String = release.title.as_str().chars().filter(|c| !c.is_whitespace()).collect();
        Self { title: short(&title.to_lowercase()), page: short(&page(release.url.as_str())), date: release.date }
    }

    /// Whether the publisher's id may belong to both: one id may name several articles.
    fn is_like(&self, other: &Self) -> bool {
        self.title == other.title || self.page == other.page || [self.page, other.page].contains(&0)
    }

    /// Whether the dates agree, as far as they are known.
    fn is_of_same_time(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.date, other.date) else { return true };
        if [one, other].iter().all(|date| date.precision() == Precision::Second) {
            one.instant() == other.instant()
        } else {
            // A day without time has no time zone.
            one.days_since_epoch().abs_diff(other.days_since_epoch()) <= 1
        }
    }
}

/// A stored release that an entry may belong to.
struct Candidate {
    number: i64,
    said: Said,
    /// Whether an entry of the account, which is no longer at the server, belongs to it.
    was_here: bool,
    is_taken: bool,
}

/// The releases of one source that an account does not have.
#[derive(Default)]
struct Bridge {
    candidates: Vec<Candidate>,
    by_hash: FxHashMap<i64, Vec<usize>>,
    by_page: FxHashMap<u64, Vec<usize>>,
    /// The pages of the site.
    sites: FxHashSet<u64>,
    /// The number of stored releases when it was read.
    stored: i64,
    /// Whether `stored` was compared with the table since the last change by another connection.
    is_current: bool,
}

/// A release that an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bridged {
    pub number: i64,
    /// Whether the account had it before: the same article come again.
    pub was_here: bool,
}

/// The bridges of an account, kept between the batches of a sync: reading all releases of a source for each batch would
/// take too long.
#[derive(Default)]
pub struct Bridges {
    account: AccountId,
    /// What `SQLite` counts up with every change by another connection.
    version: i64,
    of_source: FxHashMap<SourceId, Bridge>,
}

impl std::fmt::Debug for Bridges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bridges({})", self.of_source.len())
    }
}

impl Bridges {
    /// Prepares for an account.
    pub(super) fn of(self, connection: &Connection, account: AccountId) -> rusqlite::Result<Self> {
        let version = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if self.account != account {
            return Ok(Self { account, version, ..Self::default() });
        }
        if self.version == version {
            return Ok(self);
        }
        // A poll may have stored more since the last batch.
        let stale = |(source, bridge): (_, Bridge)| (source, Bridge { is_current: false, ..bridge });
        Ok(Self { account, version, of_source: self.of_source.into_iter().map(stale).collect() })
    }

    /// Returns the release of a source that is the same as this one; it will not be found again.
    pub(super) fn find(
        &mut self,
        connection: &Connection,
        (source, feed): (SourceId, i64),
        release: &Release,
        hash: Option<i64>,
    ) -> rusqlite::Result<Option<Bridged>> {
        let bridge = self.of_source.entry(source).or_default();
        if !bridge.is_current {
            let sql = "SELECT count(*) FROM releases WHERE subscription = ?1";
            let stored: i64 = connection.prepare_cached(sql)?.query_row([source], |row| row.get(0))?;
            if bridge.stored != stored {
                *bridge = Bridge::read(connection, self.account, (source, feed), stored)?;
            }
            bridge.is_current = true;
        }
        Ok(bridge.find(&Said::of(release), hash))
    }

    /// Forgets a source, one of whose releases has lost its entry.
    pub(super) fn forget(&mut self, source: SourceId) {
        self.of_source.remove(&source);
    }

    /// Records that a release was stored for an entry of the account, which no other entry can belong to.
    pub(super) fn add(&mut self, source: SourceId) {
        if let Some(bridge) = self.of_source.get_mut(&source) {
            bridge.stored += 1;
        }
    }
}

impl Bridge {
    fn read(
        connection: &Connection,
        account: AccountId,
        (source, feed): (SourceId, i64),
        stored: i64,
    ) -> rusqlite::Result<Self> {
        let mut bridge = Self { stored, sites: sites(connection, source)?, ..Self::default() };
        let sql = "SELECT releases.number, guid, data, entries.remote IS NOT NULL FROM releases
             LEFT JOIN entries ON entries.feed = ?2 AND entries.number = releases.number AND account = ?3
             WHERE subscription = ?1 AND coalesce(entries.state, ?4) = ?4";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![source, feed, account, GONE])?;
        let mut release = Release::default();
        while let Some(row) = rows.next()? {
            if record::read(row.get_ref(2)?.as_blob()?, &mut release) {
                bridge.add(row.get(0)?, row.get(1)?, &release, row.get(3)?);
            }
        }
        Ok(bridge)
    }

    fn add(&mut self, number: i64, guid: Option<String>, release: &Release, was_here: bool) {
        let at = self.candidates.len();
        let said = Said::of(release);
        let id = Identity::from(release).unshared().id.to_string();
        let own = Some(id.as_str()).filter(|id| id.len() == DIGITS).and_then(of_hex);
        let guid = guid.unwrap_or(id);
        for hash in own.into_iter().chain(hashes(&guid, release.url.as_str())) {
            self.by_hash.entry(hash).or_default().push(at);
        }
        if said.page != 0 && !self.sites.contains(&said.page) {
            self.by_page.entry(said.page).or_default().push(at);
        }
        self.candidates.push(Candidate { number, said, was_here, is_taken: false });
    }

    fn find(&mut self, said: &Said, hash: Option<i64>) -> Option<Bridged> {
        let free = |at: &&usize| !self.candidates[**at].is_taken;
        let by_hash = hash.and_then(|hash| self.by_hash.get(&hash));
        let of_id = by_hash.into_iter().flatten().filter(free).find(|&&at| said.is_like(&self.candidates[at].said));
        let found = of_id.or_else(|| {
            let same = self.by_page.get(&said.page)?;
            same.iter().filter(free).find(|&&at| {
                let other = &self.candidates[at];
                let is_titled = said.title == other.said.title;
                said.is_of_same_time(&other.said) && (is_titled || (same.len() == 1 && !other.was_here))
            })
        });
        let at = *found?;
        let Candidate { number, was_here, ref mut is_taken, .. } = self.candidates[at];
        *is_taken = true;
        Some(Bridged { number, was_here })
    }
}

/// Reads the first eight bytes of a SHA-256 from hexadecimal digits.
fn of_hex(digits: &str) -> Option<i64> {
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
    let first = digits.get(..16).filter(|_| is_hex)?;
    u64::from_str_radix(first, 16).ok().map(u64::cast_signed)
}

/// Returns the pages of the sites of a source: a link to one of them names no release.
fn sites(connection: &Connection, source: SourceId) -> rusqlite::Result<FxHashSet<u64>> {
    let sql =
        "SELECT site FROM subscriptions WHERE id = ?1 UNION SELECT site FROM account_feeds WHERE subscription = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let sites = statement.query_map([source], |row| row.get::<_, String>(0))?;
    sites.map(|site| site.map(|site| hash(&[&page(&site)]).max(1))).collect()
}

/// Finds the releases that accounts have stored for the items of a feed which tidings polls itself.
pub struct ItemBridge<'a> {
    connection: &'a Connection,
    source: SourceId,
    feed: i64,
    /// Releases whose server gives no hash; read on demand.
    by_link: Option<Bridge>,
}

impl<'a> ItemBridge<'a> {
    /// `None` if no account has releases of this source.
    pub(in crate::library) fn of(connection: &'a Connection, source: SourceId) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT feed FROM subscriptions WHERE id = ?1
             AND EXISTS (SELECT 1 FROM entries WHERE entries.feed = subscriptions.feed)";
        let feed = connection.prepare_cached(sql)?.query_row([source], |row| row.get(0)).optional()?;
        Ok(feed.map(|feed| Self { connection, source, feed, by_link: None }))
    }

    /// Returns the number of the release that is the same as an item.
    pub(in crate::library) fn find(&mut self, item: &Release) -> rusqlite::Result<Option<i64>> {
        let guid = if item.guid.is_empty() { item.id.as_str() } else { &item.guid };
        let said = Said::of(item);
        let sql = "SELECT entries.number, data FROM entries JOIN releases ON releases.number = entries.number
             WHERE entries.feed = ?1 AND hash = ?2 AND subscription = ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        for hash in hashes(guid, item.url.as_str()) {
            let mut rows = statement.query(params![self.feed, hash, self.source])?;
            let mut release = Release::default();
            while let Some(row) = rows.next()? {
                if record::read(row.get_ref(1)?.as_blob()?, &mut release) && said.is_like(&Said::of(&release)) {
                    return row.get(0).map(Some);
                }
            }
        }
        if self.by_link.is_none() {
            self.by_link = Some(self.without_hash()?);
        }
        Ok(self.by_link.as_mut().and_then(|bridge| bridge.find(&said, None)).map(|found| found.number))
    }

    fn without_hash(&self) -> rusqlite::Result<Bridge> {
        let mut bridge = Bridge { sites: sites(self.connection, self.source)?, ..Bridge::default() };
        let sql = "SELECT DISTINCT releases.number, data FROM entries
             JOIN releases ON releases.number = entries.number AND subscription = ?2
             WHERE entries.feed = ?1 AND hash IS NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.feed, self.source])?;
        let mut release = Release::default();
        while let Some(row) = rows.next()? {
            if record::read(row.get_ref(1)?.as_blob()?, &mut release) {
                bridge.add(row.get(0)?, None, &release, false);
            }
        }
        Ok(bridge)
    }
}
