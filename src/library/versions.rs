//! Earlier versions of stored releases.
//!
//! When a source lists a stored release with another title or text, the record that is replaced is kept, in the same
//! transaction; [`wording`] says what counts as another text. A version has the time when it came and the time when it
//! was replaced. Of equal versions one is kept, which lasted from the first time to the last, so that a release that
//! changes back and forth does not drive out its history. A trigger deletes versions with their release.

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use super::change_log::Touched;
use super::{Library, LibraryError, SourceId, record};
use crate::release::{Release, wording};

/// How many earlier versions the library keeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Versions of one release.
    pub of_release: usize,
    /// Bytes of the versions of one release; the newest version is kept in any case.
    pub bytes_of_release: i64,
}

/// The limits. The manual names them.
pub(super) const LIMITS: Limits = Limits { of_release: MOST_VERSIONS, bytes_of_release: 8 << 20 };
/// The greatest number of earlier versions of one release.
pub const MOST_VERSIONS: usize = 20;
/// The greatest size of all earlier versions, in bytes.
pub const MOST_VERSION_BYTES: i64 = 64 << 20;

/// An earlier version of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// When it came, in seconds since 1970.
    pub since: i64,
    /// When another version replaced it, in seconds since 1970.
    pub until: i64,
    /// What the feed said.
    pub release: Release,
}

/// A release that was changed, and its earlier versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// What its feed says now.
    pub now: Release,
    /// At least one, the one replaced last first.
    pub earlier: Vec<Version>,
}

impl Library {
    /// Returns the earlier versions of a stored release. `None` if it has none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn versions(&self, feed: &str, number: u64) -> Result<Option<Versions>, LibraryError> {
        self.read(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let sql = "SELECT subscriptions.id, data FROM feeds JOIN subscriptions ON subscriptions.feed = feeds.id
                 JOIN releases ON releases.subscription = subscriptions.id WHERE feeds.key = ?1 AND number = ?2";
            let mut versions = Versions::default();
            let number = number.cast_signed();
            let found = transaction.prepare_cached(sql)?.query_row(params![feed, number], |row| {
                Ok((row.get(0)?, record::read(row.get_ref(1)?.as_blob()?, &mut versions.now)))
            });
            let Some((source, true)) = found.optional()? else { return Ok(None) };
            versions.earlier = of_release(&transaction, source, number)?;
            transaction.finish()?;
            Ok((!versions.earlier.is_empty()).then_some(versions))
        })
    }

    /// Returns the releases of a feed that have earlier versions, by number, with the time of the last change in
    /// seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn changed_of(&self, feed: &str) -> Result<FxHashMap<u64, i64>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT number, max(until) FROM versions WHERE subscription = (SELECT subscriptions.id
                 FROM subscriptions JOIN feeds ON feeds.id = feed WHERE key = ?1) GROUP BY number";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([feed], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)))?;
            rows.collect()
        })
    }

    /// Returns when a release was last changed, in seconds since 1970; `None` if it has no earlier versions.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn changed_at(&self, feed: &str, number: u64) -> Result<Option<i64>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT max(until) FROM versions WHERE number = ?2 AND subscription = (SELECT subscriptions.id
                 FROM subscriptions JOIN feeds ON feeds.id = feed WHERE key = ?1)";
            connection.prepare_cached(sql)?.query_row(params![feed, number.cast_signed()], |row| row.get(0))
        })
    }

    /// Whether any release has earlier versions.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_versions(&self) -> Result<bool, LibraryError> {
        self.read(|connection| connection.query_row("SELECT EXISTS (SELECT 1 FROM versions)", [], |row| row.get(0)))
    }
}

/// Keeps the record of a row as an earlier version if a release that replaces it at `now` says something else.
pub(super) fn keep(
    connection: &Connection,
    (key, source, number): (i64, SourceId, i64),
    release: &Release,
    now: i64,
    touched: &mut Touched,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("SELECT data, seen FROM releases WHERE key = ?1")?;
    let (data, seen): (Vec<u8>, i64) = statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut before = Release::default();
    if !record::read(&data, &mut before) || wording::is_same(&before, release) {
        return Ok(());
    }
    let sql = "SELECT max(until) FROM versions WHERE subscription = ?1 AND number = ?2";
    let last: Option<i64> = connection.prepare_cached(sql)?.query_row(params![source, number], |row| row.get(0))?;
    // Clocks may go back; the order of the versions stays.
    let since = last.unwrap_or(seen);
    let version = Version { since, until: now.max(since), release: before };
    add(connection, source, number, &version, &data)?;
    touched.has_versions = true;
    Ok(())
}

/// Adds a version, joined with an equal one, and drops the oldest ones of its release beyond the limits.
pub(super) fn add(
    connection: &Connection,
    source: SourceId,
    number: i64,
    version: &Version,
    data: &[u8],
) -> rusqlite::Result<()> {
    let &Version { mut since, mut until, ref release } = version;
    let mut statement = connection.prepare_cached(
        "SELECT id, since, until, data FROM versions WHERE subscription = ?1 AND number = ?2 AND wording = ?3",
    )?;
    let wording = wording::hash(release).cast_signed();
    let mut rows = statement.query(params![source, number, wording])?;
    let mut equal = Vec::new();
    let mut kept = Release::default();
    while let Some(row) = rows.next()? {
        if record::read(row.get_ref(3)?.as_blob()?, &mut kept) && wording::is_same(&kept, release) {
            equal.push(row.get::<_, i64>(0)?);
            (since, until) = (since.min(row.get(1)?), until.max(row.get(2)?));
        }
    }
    drop(rows);
    for id in equal {
        connection.prepare_cached("DELETE FROM versions WHERE id = ?1")?.execute([id])?;
    }
    let sql = "INSERT INTO versions (subscription, number, since, until, bytes, wording, data)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let bytes = i64::try_from(data.len()).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.execute(params![source, number, since, until, bytes, wording, data])?;
    bound_release(connection, source, number, LIMITS)
}

/// Drops the oldest versions of a release beyond the limits.
fn bound_release(connection: &Connection, source: SourceId, number: i64, limits: Limits) -> rusqlite::Result<()> {
    let sql = "SELECT id, bytes FROM versions WHERE subscription = ?1 AND number = ?2 ORDER BY until DESC, id DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let rows: Vec<(i64, i64)> = statement
        .query_map(params![source, number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut sum = 0_i64;
    for (at, (id, bytes)) in rows.into_iter().enumerate() {
        sum = sum.saturating_add(bytes);
        if at >= limits.of_release || (at > 0 && sum > limits.bytes_of_release) {
            connection.prepare_cached("DELETE FROM versions WHERE id = ?1")?.execute([id])?;
        }
    }
    Ok(())
}

/// Drops the oldest versions of all while they are larger than the limit. Records the releases that have none any more.
pub(super) fn bound(connection: &Connection, most: i64, touched: &mut Touched) -> rusqlite::Result<()> {
    // An index answers this alone.
    let mut bytes: i64 =
        connection.prepare_cached("SELECT coalesce(sum(bytes), 0) FROM versions")?.query_row([], |row| row.get(0))?;
    while bytes > most {
        let sql = "SELECT id, bytes, subscription, number FROM versions ORDER BY until, id LIMIT 1";
        let mut statement = connection.prepare_cached(sql)?;
        let (id, size, source, number): (i64, i64, SourceId, i64) =
            statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        connection.prepare_cached("DELETE FROM versions WHERE id = ?1")?.execute([id])?;
        bytes -= size;
        let sql = "SELECT key FROM releases WHERE subscription = ?1 AND number = ?2
             AND NOT EXISTS (SELECT 1 FROM versions WHERE subscription = ?1 AND number = ?2)";
        let mut statement = connection.prepare_cached(sql)?;
        if let Some(key) = statement.query_row(params![source, number], |row| row.get(0)).optional()? {
            touched.edit(key, key);
        }
    }
    Ok(())
}

/// The versions of a release, the one replaced last first.
fn of_release(connection: &Connection, source: SourceId, number: i64) -> rusqlite::Result<Vec<Version>> {
    let sql = "SELECT since, until, data FROM versions WHERE subscription = ?1 AND number = ?2
         ORDER BY until DESC, id DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![source, number])?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        let mut release = Release::default();
        if record::read(row.get_ref(2)?.as_blob()?, &mut release) {
            versions.push(Version { since: row.get(0)?, until: row.get(1)?, release });
        }
    }
    Ok(versions)
}

#[cfg(test)]
mod tests;
