//! Counters that ascend with every change, so that another program finds what is new to it.

use rusqlite::{Connection, OptionalExtension, params};

/// Changes of marks.
pub(super) const MARKS: &str = "marks";
/// Changes of stored releases and subscriptions.
pub(super) const RELEASES: &str = "releases";

/// Which copy of the library this is: another one after a backup was restored.
pub(super) const COPY: &str = "copy";

/// Has everybody who knows another copy read all anew: its counters are beyond `least`, which none of theirs has reached.
pub(super) fn begin_anew(connection: &Connection, least: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO counters (name, value) VALUES (?1, ?2 + 1)
         ON CONFLICT (name) DO UPDATE SET value = max(value, ?2) + 1";
    for name in [MARKS, RELEASES] {
        connection.execute(sql, params![name, least])?;
    }
    connection.execute("INSERT OR REPLACE INTO counters (name, value) VALUES (?1, random())", [COPY]).map(drop)
}

/// Releases and subscriptions have changed: whoever shows them reads again.
pub(super) fn changed(connection: &Connection) -> rusqlite::Result<()> {
    count_up(connection, RELEASES).map(drop)
}

/// The value of a counter.
pub(super) fn counter(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let value = connection
        .prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value.unwrap_or(0))
}

/// Counts one further; the new value.
pub(super) fn count_up(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO counters (name, value) VALUES (?1, 1)
         ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value";
    connection.prepare_cached(sql)?.query_row([name], |row| row.get(0))
}
