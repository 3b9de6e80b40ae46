//! Stores the entries of sync servers. Which release an entry belongs to is decided by `accounts`.

use rusqlite::{Connection, params};

use super::super::archive::{free_key, insert_record, keys};
use super::super::change_log::Touched;
use super::super::{SourceId, record, versions};
use super::{ItemMatcher, id_at, number};
use crate::release::identity::Level;
use crate::release::{Identity, Release};
use crate::text::CleanBuf;

/// Stores a new release under an id, or under `last` if other releases have all its names. Returns its number, and
/// its key if it is new: otherwise a release with the name `last` was stored before.
pub(in crate::library) fn insert_entry(
    connection: &Connection,
    source: SourceId,
    release: &Release,
    (id, last): (&CleanBuf, &CleanBuf),
    now: i64,
) -> rusqlite::Result<(i64, Option<i64>)> {
    let matcher = ItemMatcher::new(connection, source);
    let identity = Identity { id: id.as_clean(), ..Identity::from(release) };
    let name = number(identity, Level::Name);
    let is_alone = !matcher.has_name(name)? && !matcher.has_marks_of_another(identity)?;
    let levels = if is_alone { &[Level::Name][..] } else { &[Level::Subject, Level::All] };
    let own = levels.iter().map(|&level| (number(identity, level), id_at(identity, level)));
    let last_number = Identity { id: last.as_clean(), ..identity }.number().cast_signed();
    for (number, id) in own.chain([(last_number, last.clone())]) {
        if matcher.row(number)?.is_none() {
            let (data, digest) = record::named(release, &id);
            let shared = Some(name).filter(|name| *name != number);
            let key = free_key(connection, release)?;
            insert_record(connection, source, (key, release), (number, shared), (&data, digest.number()), (now, None))?;
            return Ok((number, Some(key)));
        }
    }
    Ok((last_number, None))
}

/// Replaces the content of a stored release, which keeps its number; another text is kept as an earlier version. Returns
/// whether it says something else now; a release that is no longer stored does not.
pub(in crate::library) fn update_entry(
    connection: &Connection,
    source: SourceId,
    release: &Release,
    number: i64,
    now: i64,
    touched: &mut Touched,
) -> rusqlite::Result<bool> {
    let Some(row) = ItemMatcher::new(connection, source).row(number)? else { return Ok(false) };
    let mut before = Release::default();
    let mut statement = connection.prepare_cached("SELECT data FROM releases WHERE key = ?1")?;
    statement.query_row([row.key], |data| Ok(record::read(data.get_ref(0)?.as_blob()?, &mut before)))?;
    let (data, digest) = record::named(release, &before.id);
    if digest.is(row.digest) {
        return Ok(false);
    }
    versions::keep(connection, (row.key, source, number), release, now, touched)?;
    let key = if keys(release).contains(&row.key) { row.key } else { free_key(connection, release)? };
    let sql = "UPDATE releases SET key = ?1, digest = ?2, data = ?3 WHERE key = ?4";
    connection.prepare_cached(sql)?.execute(params![key, digest.number(), data, row.key])?;
    touched.edit(row.key, key);
    Ok(!digest.says_same_as(row.digest))
}
