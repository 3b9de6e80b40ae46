//! Imports the entries of a document into the tables.
//!
//! A release may have another number here than in the exporting library: where several share a name, the numbers depend
//! on which came first. So the import records the numbers of releases on both sides, and assigns marks to their
//! releases at the end.

use std::fmt;

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::change::{MARKS, count_up};
use super::super::change_log::Touched;
use super::super::marks::feed_id;
use super::super::{MENDED, SavedQuery, SourceId, matching, record, rekey, versions};
use super::account::AccountTaker;
use super::format::{Mark, Page, Pair, Session, Stored, Subscribed, Version};
use super::{FORMAT, VERSION};
use crate::release::identity::{Trace, Trust};
use crate::release::{Identity, Release};

/// Release numbers there and here; imported marks; and marks that existed before, by the content of their releases.
const TABLES: &str = "CREATE TEMP TABLE imported_numbers (feed INTEGER, number INTEGER, here INTEGER NOT NULL,
         PRIMARY KEY (feed, number)) WITHOUT ROWID;
     CREATE TEMP TABLE imported_marks (feed INTEGER, number INTEGER, flags INTEGER NOT NULL, trace INTEGER,
         PRIMARY KEY (feed, number)) WITHOUT ROWID;
     CREATE TEMP TABLE marks_before (feed INTEGER, trace INTEGER, number INTEGER,
         PRIMARY KEY (feed, trace, number)) WITHOUT ROWID;";
const END: &str = "DROP TABLE imported_numbers; DROP TABLE imported_marks; DROP TABLE marks_before;";

/// Imports entries into the tables.
pub(super) struct Taker<'a> {
    connection: &'a Connection,
    /// The number of this change of marks.
    change: i64,
    /// Subscription and feed ids, by feed key.
    sources: FxHashMap<String, (SourceId, i64)>,
    /// Keys of an older version, as used in sessions, and their keys of today.
    renamed: Vec<[String; 2]>,
    accounts: AccountTaker,
}

/// An imported mark.
struct Arrived {
    feed: i64,
    /// The number of its release there.
    number: i64,
    flags: i64,
    trace: Option<i64>,
    /// The number of its release here, if the release was imported too.
    here: Option<i64>,
}

impl<'a> Taker<'a> {
    pub(super) fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        connection.execute_batch(TABLES)?;
        let change = count_up(connection, MARKS)?;
        let accounts = AccountTaker::new(connection)?;
        Ok(Self { connection, change, sources: FxHashMap::default(), renamed: Vec::new(), accounts })
    }

    /// Assigns the imported marks to their releases; returns how many were left out.
    pub(super) fn finish(self) -> rusqlite::Result<u64> {
        let sql = "INSERT INTO marks_before (feed, trace, number) SELECT feed, trace, number FROM marks
             WHERE flags <> 0 AND trace <> 0 AND feed IN (SELECT feed FROM imported_marks)";
        self.connection.execute(sql, [])?;
        let sql = "SELECT feed, number, flags, trace, here FROM imported_marks
             LEFT JOIN imported_numbers USING (feed, number)";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut left_out = 0;
        while let Some(row) = rows.next()? {
            let (feed, number, flags) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let arrived = Arrived { feed, number, flags, trace: row.get(3)?, here: row.get(4)? };
            let place = match arrived.here {
                Some(here) => Some(here),
                None => self.place(&arrived)?,
            };
            match place {
                Some(number) => self.join(&arrived, number)?,
                None => left_out += u64::from(flags != 0),
            }
        }
        drop(rows);
        drop(statement);
        AccountTaker::finish(self.connection)?;
        // Every process reads everything again after an import, not only what was touched.
        versions::bound(self.connection, versions::MOST_VERSION_BYTES, &mut Touched::default())?;
        self.connection.execute_batch(END)?;
        Ok(left_out)
    }

    /// Returns the number here for a mark without an imported release; `None` if that number belongs to another
    /// release.
    fn place(&self, mark: &Arrived) -> rusqlite::Result<Option<i64>> {
        // For marks of an older version nothing but the number is known.
        let Some(bits) = mark.trace else { return Ok(Some(mark.number)) };
        let trace = Trace::from_bits(bits.cast_unsigned());
        let name = [mark.feed, mark.number];
        let sql = "SELECT data FROM releases JOIN subscriptions ON subscriptions.id = releases.subscription
             WHERE subscriptions.feed = ?1 AND number = ?2";
        let mut release = Release::default();
        let is_read = self
            .connection
            .prepare_cached(sql)?
            .query_row(name, |row| Ok(record::read(row.get_ref(0)?.as_blob()?, &mut release)))
            .optional()?;
        let stored = is_read.filter(|is_read| *is_read).map(|_| Trace::of(&Identity::from(&release)));
        let sql = "SELECT trace FROM marks WHERE feed = ?1 AND number = ?2";
        let kept: Option<Option<i64>> =
            self.connection.prepare_cached(sql)?.query_row(name, |row| row.get(0)).optional()?;
        let is_free = stored.is_none() && kept.is_none();
        let kept = kept.flatten().map(|bits| Trace::from_bits(bits.cast_unsigned()));
        let is_its = || stored.into_iter().chain(kept).all(|here| trace.is_same(here, Trust::Shared));
        if !is_free && is_its() {
            return Ok(Some(mark.number));
        }
        let sql = "SELECT number FROM marks_before WHERE feed = ?1 AND trace = ?2";
        let same = self.connection.prepare_cached(sql)?.query_row([mark.feed, bits], |row| row.get(0)).optional()?;
        Ok(same.or(is_free.then_some(mark.number)))
    }

    /// Joins a mark with those stored under a number. An entry without flags records that the number is taken.
    fn join(&self, mark: &Arrived, number: i64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO marks (feed, number, flags, change, trace) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (feed, number) DO UPDATE SET flags = flags | ?3, change = ?4, trace = coalesce(trace, ?5)
             WHERE flags | ?3 <> flags";
        let values = params![mark.feed, number, mark.flags, self.change, mark.trace];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn subscription(&mut self, one: &Subscribed) -> rusqlite::Result<()> {
        let key = rekey::of_any_version(&one.key);
        if key.as_str() != one.key {
            self.renamed.push([&one.key, key.as_str()].map(|key| serde_json::Value::from(key).to_string()));
        }
        one.insert(self.connection, feed_id(self.connection, key.as_str())?)
    }

    fn mark(&mut self, mark: &Mark) -> rusqlite::Result<()> {
        let feed = feed_id(self.connection, rekey::of_any_version(&mark.feed).as_str())?;
        let sql = "INSERT INTO imported_marks (feed, number, flags, trace) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (feed, number) DO UPDATE SET flags = flags | ?3, trace = coalesce(trace, ?4)";
        let flags = i64::from(mark.read) | i64::from(mark.starred) << 1;
        let values = params![feed, mark.release.cast_signed(), flags, mark.trace];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn query(&mut self, saved: &SavedQuery) -> rusqlite::Result<()> {
        let sql = "INSERT INTO queries (name, query, position)
             VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM queries)) ON CONFLICT (name) DO NOTHING";
        self.connection.prepare_cached(sql)?.execute([&saved.name, &saved.query]).map(drop)
    }

    fn setting(&mut self, pair: &Pair) -> rusqlite::Result<()> {
        if pair.name == MENDED {
            return Ok(());
        }
        let sql = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
        self.connection.prepare_cached(sql)?.execute([&pair.name, &pair.value]).map(drop)
    }

    fn session(&mut self, session: &Session) -> rusqlite::Result<()> {
        let sql = "INSERT INTO sessions (name, data, used) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING";
        let Session { name, data, used } = session;
        let data = self.renamed.iter().fold(data.clone(), |data, [from, to]| data.replace(from, to));
        self.connection.prepare_cached(sql)?.execute(params![name, data, used]).map(drop)
    }

    fn release(&mut self, stored: &Stored) -> rusqlite::Result<()> {
        let Some((source, feed)) = self.source(&stored.source)? else { return Ok(()) };
        let mut release = stored.release.to_release();
        release.guid = stored.guid.clone().unwrap_or_default();
        let number = Identity::from(&release).number().cast_signed();
        let here = matching::add(self.connection, source, &release, (stored.seen, stored.unlisted))?;
        let sql = "INSERT OR REPLACE INTO imported_numbers (feed, number, here) VALUES (?1, ?2, ?3)";
        self.connection.prepare_cached(sql)?.execute([feed, number, here]).map(drop)
    }

    /// Pages come after the releases in a document.
    fn page(&mut self, page: &Page) -> rusqlite::Result<()> {
        let feed = feed_id(self.connection, rekey::of_any_version(&page.feed).as_str())?;
        let release: Release = page.text.to_release();
        let mut data = Vec::new();
        record::write(&release, &mut data);
        let sql = "INSERT INTO pages (feed, number, fetched, data) VALUES (
                 ?1, coalesce((SELECT here FROM imported_numbers WHERE feed = ?1 AND number = ?2), ?2), ?3, ?4)
             ON CONFLICT (feed, number) DO NOTHING";
        let number = page.release.cast_signed();
        self.connection.prepare_cached(sql)?.execute(params![feed, number, page.fetched, data]).map(drop)
    }

    /// Versions come after the releases in a document.
    fn version(&mut self, one: &Version) -> rusqlite::Result<()> {
        let Some((source, feed)) = self.source(&one.feed)? else { return Ok(()) };
        let sql = "SELECT number FROM releases WHERE subscription = ?1 AND number = coalesce(
             (SELECT here FROM imported_numbers WHERE feed = ?2 AND number = ?3), ?3)";
        let values = params![source, feed, one.release.cast_signed()];
        let Some(number) = self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()? else {
            return Ok(());
        };
        let release = one.text.to_release();
        let mut data = Vec::new();
        record::write(&release, &mut data);
        let version = versions::Version { since: one.since, until: one.until.max(one.since), release };
        versions::add(self.connection, source, number, &version, &data)
    }

    /// Returns the subscription and the feed with this key.
    fn source(&mut self, key: &str) -> rusqlite::Result<Option<(SourceId, i64)>> {
        if let Some(&source) = self.sources.get(key) {
            return Ok(Some(source));
        }
        let sql = "SELECT subscriptions.id, feed FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed
             WHERE key = ?1";
        let own = rekey::of_any_version(key);
        let source = self.connection.query_row(sql, [own.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some(source) = source {
            self.sources.insert(key.to_owned(), source);
        }
        Ok(source)
    }
}

/// Reads the document member by member.
pub(super) struct Document<'a, 'c>(pub(super) &'a mut Taker<'c>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a library exported by `tidings library export`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let taker = self.0;
        let mut is_ours = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "format" => {
                    let format: String = map.next_value()?;
                    is_ours = format == FORMAT;
                }
                "version" => {
                    let version: u32 = map.next_value()?;
                    if version > VERSION {
                        return Err(A::Error::custom(format_args!(
                            "it was written by a newer tidings (version {version})"
                        )));
                    }
                }
                // Nothing is imported before the document says what it is.
                _ if !is_ours => return Err(A::Error::custom("expected \"format\": \"tidings library\" first")),
                "subscriptions" => map.next_value_seed(Each::new(|one| taker.subscription(one)))?,
                "marks" => map.next_value_seed(Each::new(|one| taker.mark(one)))?,
                "queries" => map.next_value_seed(Each::new(|one| taker.query(one)))?,
                "settings" => map.next_value_seed(Each::new(|one| taker.setting(one)))?,
                "sessions" => map.next_value_seed(Each::new(|one| taker.session(one)))?,
                "releases" => map.next_value_seed(Each::new(|one| taker.release(one)))?,
                "versions" => map.next_value_seed(Each::new(|one| taker.version(one)))?,
                "pages" => map.next_value_seed(Each::new(|one| taker.page(one)))?,
                "accounts" => map.next_value_seed(Each::new(|one| taker.accounts.account(taker.connection, one)))?,
                "account_feeds" => map.next_value_seed(Each::new(|one| taker.accounts.feed(taker.connection, one)))?,
                "entries" => map.next_value_seed(Each::new(|one| taker.accounts.entry(taker.connection, one)))?,
                "outbox" => map.next_value_seed(Each::new(|one| taker.accounts.waiting(taker.connection, one)))?,
                "labels" => map.next_value_seed(Each::new(|one| taker.accounts.label(taker.connection, one)))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if is_ours { Ok(()) } else { Err(A::Error::custom("not a library of tidings")) }
    }
}

/// Deserialises a list entry by entry.
struct Each<T, F> {
    take: F,
    entry: std::marker::PhantomData<T>,
}

impl<T, F: FnMut(&T) -> rusqlite::Result<()>> Each<T, F> {
    fn new(take: F) -> Self {
        Self { take, entry: std::marker::PhantomData }
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(&T) -> rusqlite::Result<()>> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(&T) -> rusqlite::Result<()>> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            (self.take)(&entry).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::library;
    use super::super::super::{FeedMarks, Flags, Library, ToMark};
    use super::*;
    use crate::text::CleanBuf;

    const FEED: &str = "file:a";

    /// The trace of a release with this title.
    fn trace(title: &str) -> Trace {
        Trace::of(&Identity::from(&Release { title: CleanBuf::line(title), ..Release::default() }))
    }

    fn mark(library: &mut Library, flag: Flags, number: u64, title: &str) {
        let to_mark = ToMark { feed: FEED, number, trace: Some(trace(title)), shares: None };
        library.mark(flag, true, [to_mark]).expect("written");
    }

    /// Imports a library into another one; returns the marks there and how many were left out.
    fn import(from: &Library, to: &mut Library) -> (FeedMarks, u64) {
        let mut document = Vec::new();
        from.export(&mut document).expect("written");
        let left_out = to.import(&mut document.as_slice()).expect("read").left_out;
        (to.marks_of(FEED).expect("read"), left_out)
    }

    #[test]
    fn a_mark_never_goes_to_a_release_with_other_content() {
        let ((_here, mut one), (_there, mut other)) = (library(), library());
        mark(&mut one, Flags::READ, 1, "Bridge closed");
        mark(&mut one, Flags::READ, 2, "Harbour open");
        mark(&mut one, Flags::READ, 3, "Road works");
        mark(&mut other, Flags::STARRED, 1, "Bridge open");
        // The same release under another number.
        mark(&mut other, Flags::STARRED, 9, "Harbour open");
        mark(&mut other, Flags::STARRED, 2, "Harbour closed");
        mark(&mut other, Flags::STARRED, 3, "ROAD  works");
        let (marks, left_out) = import(&one, &mut other);
        let (star, both) = (Flags::STARRED, Flags::STARRED.and(Flags::READ));
        assert_eq!((left_out, marks[&1], marks[&2], marks[&3], marks[&9]), (1, star, star, both, both));
    }

    #[test]
    fn an_import_preserves_taken_numbers() {
        let ((_here, mut one), (_there, mut other)) = (library(), library());
        let shared = ToMark { feed: FEED, number: 5, trace: Some(trace("Bridge closed")), shares: Some(1) };
        one.mark(Flags::READ, true, [shared]).expect("written");
        let (marks, left_out) = import(&one, &mut other);
        assert_eq!((marks.len(), left_out), (1, 0));
        let kept = other.kept_mark(FEED, 1).expect("read").expect("it is known to be shared");
        assert_eq!((kept.flags, kept.trace), (Flags::default(), Some(Trace::default())));
        // The owner of a mark with that name cannot be determined.
        let (_elsewhere, mut third) = library();
        mark(&mut third, Flags::READ, 1, "Bridge open");
        assert_eq!(import(&third, &mut other).1, 1);
    }

    #[test]
    fn a_mark_of_an_older_version_is_joined_by_number() {
        let ((_here, mut one), (_there, mut other)) = (library(), library());
        one.mark(Flags::READ, true, [(FEED, 1)]).expect("written");
        mark(&mut other, Flags::STARRED, 1, "Bridge open");
        assert_eq!(import(&one, &mut other).0[&1], Flags::STARRED.and(Flags::READ));
    }
}
