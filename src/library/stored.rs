//! Reads stored releases: all of them newest first, or those that changed since.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::FxHashMap;

use super::change::{COPY, RELEASES, counter};
use super::change_log::{self, Since};
use super::{Library, LibraryError, ReleaseKey, SourceId, record};
use crate::feed::{Rules, TopicRule};
use crate::release::identity::made_name;
use crate::release::{Identity, Release};
use crate::text::CleanBuf;

/// A stored release.
#[derive(Debug)]
pub struct Stored<'a> {
    /// The subscription it came from.
    pub source: SourceId,
    /// Its number in its feed.
    pub number: u64,
    /// The release. The value is reused for the next one.
    pub release: &'a mut Release,
}

/// A callback that receives stored releases one by one.
pub type Stream<'a> = dyn FnMut(Stored<'_>) -> ControlFlow<()> + 'a;

/// The state of the stored releases at the time when they were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReleasesAt {
    copy: i64,
    change: i64,
}

/// What releases have besides their records.
#[derive(Debug, Default)]
pub(super) struct Additions {
    /// The labels of each.
    labels: FxHashMap<(SourceId, u64), Vec<CleanBuf>>,
    /// What topics are derived from, by subscription.
    topics: FxHashMap<SourceId, TopicRule>,
}

impl Library {
    /// Reads all stored releases, newest first, undated last, until `each` breaks. Returns the state that was read.
    ///
    /// # Errors
    /// When the file cannot be read; some releases may have been delivered before.
    pub fn stream(&self, each: &mut Stream<'_>) -> Result<ReleasesAt, LibraryError> {
        self.read_at_once(|connection| {
            let additions = additions(connection)?;
            let sql = "SELECT subscription, number, data FROM releases ORDER BY key DESC";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            let mut release = Release::default();
            while let Some(row) = rows.next()? {
                if deliver(row, &additions, &mut release, each)?.is_break() {
                    break;
                }
            }
            state(connection)
        })
    }

    /// When a release was first stored, in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn first_seen(&self, (source, number): ReleaseKey) -> Result<Option<i64>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT seen FROM releases WHERE subscription = ?1 AND number = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row(params![source, number.cast_signed()], |row| row.get(0)).optional()
        })
    }

    /// Reads what changed since a state: first the new releases, in the order of [`Library::stream`], then those with new
    /// content. `each` receives whether the release is new. Returns the present state, or `None` if anything else may have
    /// changed.
    ///
    /// # Errors
    /// When the file cannot be read; some releases may have been delivered before.
    pub fn stream_since(
        &self,
        at: ReleasesAt,
        each: &mut dyn FnMut(bool, Stored<'_>) -> ControlFlow<()>,
    ) -> Result<Option<ReleasesAt>, LibraryError> {
        self.read_at_once(|connection| {
            let now = state(connection)?;
            let since = change_log::since(connection, at.change)?.filter(|_| now.copy == at.copy);
            let is_in_place = |since: &Since| since.edited.iter().all(|(before, key)| before == key);
            let Some(Since { new, edited, .. }) = since.filter(is_in_place) else { return Ok(None) };
            if new.is_empty() && edited.is_empty() {
                return Ok(Some(now));
            }
            let additions = additions(connection)?;
            let sql = "SELECT subscription, number, data FROM releases WHERE key = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut release = Release::default();
            let new = new.into_iter().map(|key| (true, key));
            for (is_new, key) in new.chain(edited.into_iter().map(|(_, key)| (false, key))) {
                let each = &mut |stored: Stored<'_>| each(is_new, stored);
                let mut rows = statement.query([key])?;
                // A row cannot disappear without a record of the change.
                let Some(row) = rows.next()? else { return Ok(None) };
                if deliver(row, &additions, &mut release, each)?.is_break() {
                    return Ok(None);
                }
            }
            Ok(Some(now))
        })
    }

    /// Runs several reads that see one state of the file.
    pub(super) fn read_at_once<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LibraryError> {
        self.read(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let result = read(&transaction)?;
            transaction.finish()?;
            Ok(result)
        })
    }
}

fn state(connection: &Connection) -> rusqlite::Result<ReleasesAt> {
    Ok(ReleasesAt { copy: counter(connection, COPY)?, change: counter(connection, RELEASES)? })
}

/// Delivers the release of a row. Skips an invalid row; the others are still worth reading.
fn deliver(
    row: &Row<'_>,
    additions: &Additions,
    release: &mut Release,
    each: &mut Stream<'_>,
) -> rusqlite::Result<ControlFlow<()>> {
    if !record::read(row.get_ref(2)?.as_blob()?, release) {
        return Ok(ControlFlow::Continue(()));
    }
    let (source, number) = (row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned());
    // The stored number counts, even if today's rules would give the record another one.
    if Identity::from(&*release).number() != number {
        release.id = made_name(number);
    }
    if !additions.labels.is_empty() {
        release.labels.extend_from_slice(additions.labels.get(&(source, number)).map_or(&[][..], Vec::as_slice));
    }
    if let Some(topics) = additions.topics.get(&source) {
        topics.apply(release);
    }
    Ok(each(Stored { source, number, release }))
}

/// Returns a stored release; `None` if it is not stored, or its row is invalid.
pub(super) fn release_of(
    connection: &Connection,
    additions: &Additions,
    (source, number): (SourceId, u64),
) -> rusqlite::Result<Option<Release>> {
    let sql = "SELECT subscription, number, data FROM releases WHERE subscription = ?1 AND number = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![source, number.cast_signed()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (mut release, mut is_delivered) = (Release::default(), false);
    let mut each = |_: Stored<'_>| {
        is_delivered = true;
        ControlFlow::Continue(())
    };
    let _ = deliver(row, additions, &mut release, &mut each)?;
    Ok(is_delivered.then_some(release))
}

/// Reads what releases have besides their records.
pub(super) fn additions(connection: &Connection) -> rusqlite::Result<Additions> {
    let sql = "SELECT DISTINCT subscriptions.id, number, label FROM entry_labels
         JOIN accounts ON accounts.id = entry_labels.account AND accounts.removed IS NULL
         JOIN entries USING (account, remote) JOIN subscriptions ON subscriptions.feed = entries.feed ORDER BY label";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut additions = Additions::default();
    while let Some(row) = rows.next()? {
        let release = (row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned());
        additions.labels.entry(release).or_default().push(CleanBuf::line(&row.get::<_, String>(2)?));
    }
    let mut statement = connection.prepare_cached("SELECT id, rules FROM subscriptions WHERE rules IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(topics) = Rules::of_text(&row.get::<_, String>(1)?).topics.filter(TopicRule::is_settled) {
            additions.topics.insert(row.get(0)?, topics);
        }
    }
    Ok(additions)
}
