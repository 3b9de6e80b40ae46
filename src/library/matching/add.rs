//! Matches the releases of another library with stored ones.

use rusqlite::Connection;

use super::super::archive::{Times, free_key, insert_record};
use super::super::{SourceId, record};
use super::{ItemMatcher, id_at, number};
use crate::release::identity::{Level, Trace, Trust};
use crate::release::{Identity, Release};

/// Adds a release from another library unless it is already stored; returns its number here. The id of the release is
/// that of its record there.
///
/// Where several releases share a name, the first that a library saw has the number of that name; so the same number
/// may belong to another release here.
pub(in crate::library) fn add(
    connection: &Connection,
    source: SourceId,
    release: &Release,
    times: Times,
) -> rusqlite::Result<i64> {
    let mut matcher = ItemMatcher::new(connection, source);
    let identity = Identity::from(release);
    if let Some(number) = matcher.find(identity)? {
        return Ok(number);
    }
    let (plain, own) = (identity.unshared(), number(identity, Level::Name));
    let name = number(plain, Level::Name);
    let is_free = own != name || !matcher.has_marks_of_another(identity)?;
    let own = is_free.then(|| (own, release.id.clone()));
    let levels = [Level::Subject, Level::All].map(|level| (number(plain, level), id_at(plain, level)));
    for (number, id) in own.into_iter().chain(levels.clone()) {
        if matcher.row(number)?.is_none() {
            let (data, digest) = record::named(release, &id);
            let name = Some(name).filter(|name| *name != number);
            let key = free_key(connection, release)?;
            insert_record(connection, source, (key, release), (number, name), (&data, digest.number()), times)?;
            return Ok(number);
        }
    }
    // The number covers all its content.
    Ok(levels[1].0)
}

impl ItemMatcher<'_> {
    /// Returns the number of the row that is the same release.
    fn find(&mut self, identity: Identity<'_>) -> rusqlite::Result<Option<i64>> {
        let (plain, trace) = (identity.unshared(), Trace::of(&identity));
        let own = number(identity, Level::Name);
        let name = number(plain, Level::Name);
        let holders = self.holders(name)?;
        let is_alone = own == name && holders.len() == 1;
        let trust = Trust::Own { is_id: identity.has_id(), is_varied: false };
        if is_alone && trace.is_same(holders[0].trace, trust) {
            return Ok(Some(holders[0].row.number));
        }
        // Such a number is derived from the content of its release.
        for number in [own, number(plain, Level::Subject), number(plain, Level::All)] {
            if number != name && self.row(number)?.is_some() {
                return Ok(Some(number));
            }
        }
        Ok(holders.iter().find(|said| said.trace == trace).map(|said| said.row.number))
    }
}
