//! The stored releases that an item may be.

use rusqlite::{OptionalExtension, params};

use super::{ItemMatcher, number};
use crate::library::archive::keys;
use crate::library::record;
use crate::release::identity::{Level, Trace, Trust};
use crate::release::{Identity, Release};
use crate::text::fold_name;

/// How many releases of one name, newest first, are compared to find an edited one.
const HOLDERS: usize = 500;
/// How many releases of one second are compared to find a renamed one.
const SAME_SECOND: usize = 500;

/// A stored release.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub key: i64,
    pub number: i64,
    pub digest: i64,
    /// The number of the name from its feed, when the row has another number.
    pub name: Option<i64>,
}

/// A stored release and its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated {
    pub row: Row,
    pub trace: Trace,
}

impl ItemMatcher<'_> {
    pub fn row(&self, number: i64) -> rusqlite::Result<Option<Row>> {
        if self.known.has(number) == Some(false) {
            return Ok(None);
        }
        let sql = "SELECT key, number, digest, name FROM releases WHERE subscription = ?1 AND number = ?2";
        self.connection.prepare_cached(sql)?.query_row(params![self.source, number], Row::of).optional()
    }

    /// Returns the releases that have a name, alone or shared.
    pub fn holders(&mut self, name: i64) -> rusqlite::Result<Vec<Stated>> {
        if let Some(holders) = self.of_name.get(&name) {
            return Ok(holders.clone());
        }
        let mut rows: Vec<Row> = self.row(name)?.into_iter().collect();
        if self.known.has_shared_names() {
            let sql = format!(
                "SELECT key, number, digest, name FROM releases WHERE subscription = ?1 AND name = ?2
                 ORDER BY key DESC LIMIT {HOLDERS}"
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            for row in statement.query_map(params![self.source, name], Row::of)? {
                rows.push(row?);
            }
        }
        let mut holders = Vec::new();
        for row in rows {
            holders.extend(self.stated(row)?);
        }
        self.of_name.insert(name, holders.clone());
        Ok(holders)
    }

    /// Returns the releases with the same second as this one.
    pub fn of_second(&self, release: &Release) -> rusqlite::Result<Vec<Stated>> {
        let sql = format!(
            "SELECT key, number, digest, name FROM releases WHERE key BETWEEN ?1 AND ?2 AND subscription = ?3
             ORDER BY key DESC LIMIT {SAME_SECOND}"
        );
        let keys = keys(release);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![keys.start(), keys.end(), self.source], Row::of)?;
        let mut said = Vec::new();
        for row in rows {
            said.extend(self.stated(row?)?);
        }
        Ok(said)
    }

    /// Reads the content of a row.
    pub fn stated(&self, row: Row) -> rusqlite::Result<Option<Stated>> {
        let mut statement = self.connection.prepare_cached("SELECT data FROM releases WHERE key = ?1")?;
        let mut release = Release::default();
        let is_read =
            statement.query_row([row.key], |data| Ok(record::read(data.get_ref(0)?.as_blob()?, &mut release)))?;
        Ok(is_read.then(|| Stated { row, trace: Trace::of(&Identity::from(&release)) }))
    }

    /// Whether the feed no longer lists the release of a row, which has this title but no id, no text and no second
    /// name, like an entry of a sitemap.
    pub fn is_known_by_link(&self, row: Row, title: &str) -> rusqlite::Result<bool> {
        if row.name.is_some() {
            return Ok(false);
        }
        let sql = "SELECT data FROM releases WHERE key = ?1 AND unlisted IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut release = Release::default();
        let read = |data: &rusqlite::Row<'_>| Ok(record::read(data.get_ref(0)?.as_blob()?, &mut release));
        let is_read = statement.query_row([row.key], read).optional()?;
        let is_bare = release.id.is_empty() && release.summary.is_empty() && release.body.is_empty();
        Ok(is_read == Some(true) && is_bare && fold_name(release.title.as_str()) == fold_name(title))
    }

    /// Whether a release has a name, alone or shared.
    pub fn has_name(&self, name: i64) -> rusqlite::Result<bool> {
        if let Some(has_number) = self.known.has(name)
            && (has_number || !self.known.has_shared_names())
        {
            return Ok(has_number);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM releases WHERE subscription = ?1 AND number = ?2)
             OR EXISTS (SELECT 1 FROM releases WHERE subscription = ?1 AND name = ?2)";
        self.connection.prepare_cached(sql)?.query_row(params![self.source, name], |row| row.get(0))
    }

    /// Whether another release had this name and left its marks.
    pub fn has_marks_of_another(&self, identity: Identity<'_>) -> rusqlite::Result<bool> {
        if !self.known.has_marks() {
            return Ok(false);
        }
        let name = number(identity, Level::Name);
        let sql = "SELECT trace FROM marks WHERE feed = (SELECT feed FROM subscriptions WHERE id = ?1) AND number = ?2
             AND flags <> 0 AND trace IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let before = statement.query_row(params![self.source, name], |row| row.get::<_, i64>(0)).optional()?;
        let trust = Trust::Own { is_id: identity.has_id(), is_varied: false };
        let is_other = |bits: i64| !Trace::of(&identity).is_same(Trace::from_bits(bits.cast_unsigned()), trust);
        Ok(before.is_some_and(is_other))
    }
}

impl Row {
    pub fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { key: row.get(0)?, number: row.get(1)?, digest: row.get(2)?, name: row.get(3)? })
    }
}
