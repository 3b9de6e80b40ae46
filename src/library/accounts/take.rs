//! Stores received entries.
//!
//! An entry belongs to the release that it belonged to before, unless both title and link differ: servers give the id of an
//! article to another one that has the same publisher's id. A new entry belongs to a release that another source or
//! an earlier entry has stored (`bridge`), or else to a new release.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::change::{MARKS, count_up};
use super::super::change_log::Touched;
use super::super::marks::{flags_of, put_flags};
use super::super::{Flags, Library, LibraryError, SourceId, matching};
use super::bridge::{Bridged, Bridges, short};
use super::entries::{FOUND, GONE, HERE};
use super::outbox::queue;
use super::{AccountId, AccountKind, feed_of};
use crate::release::identity::Trace;
use crate::release::{Identity, Release};
use crate::text::CleanBuf;

/// A received entry.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// The entry at the server.
    pub remote: u64,
    /// The subscription of its feed.
    pub source: SourceId,
    /// Its content; its id is not used.
    pub release: &'a Release,
    /// The SHA-256 by which Miniflux recognises the item.
    pub hash: Option<[u8; 32]>,
    /// The marks that the server shows. `None` if they are not known; those of a known entry then stay.
    pub flags: Option<Flags>,
    /// Whether a search found it.
    pub is_found: bool,
}

/// What received entries changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenEntries {
    /// New releases.
    pub fresh: usize,
    /// Releases whose text, date or other fields changed.
    pub changed: usize,
    /// Entries that belong to another article than before.
    pub taken_over: usize,
}

impl Library {
    /// Stores received entries in one transaction. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is changed.
    pub fn take_entries(
        &mut self,
        id: AccountId,
        entries: &[NewEntry<'_>],
        now: i64,
    ) -> Result<TakenEntries, LibraryError> {
        // If the write fails, what the bridges know of it is wrong.
        let bridges = std::mem::take(&mut self.bridges);
        let (taken, bridges) = self.write_many(entries.len(), |connection| {
            let bridges = bridges.of(connection, id)?;
            let (kind, taken) = (kind(connection, id)?, TakenEntries::default());
            let mut run =
                Taker { connection, id, kind, now, change: None, bridges, taken, touched: Touched::default() };
            entries.iter().try_for_each(|entry| run.entry(entry))?;
            if run.taken != TakenEntries::default() || !run.touched.is_empty() {
                run.touched.store(connection)?;
            }
            Ok((run.taken, run.bridges))
        })?;
        self.bridges = bridges;
        Ok(taken)
    }
}

fn kind(connection: &Connection, id: AccountId) -> rusqlite::Result<AccountKind> {
    let sql = "SELECT kind FROM accounts WHERE id = ?1";
    let kind: String = connection.query_row(sql, [id], |row| row.get(0))?;
    Ok(kind.parse().unwrap_or_default())
}

/// What is stored of an entry.
struct Known {
    number: i64,
    trace: Option<Trace>,
    base: Flags,
    state: i64,
    is_bridged: bool,
}

/// The row of an entry.
struct Row {
    feed: i64,
    number: i64,
    hash: Option<i64>,
    trace: Trace,
    base: Flags,
    is_bridged: bool,
}

struct Taker<'a> {
    connection: &'a Connection,
    id: AccountId,
    kind: AccountKind,
    now: i64,
    /// The number of the change of marks, once there is one.
    change: Option<i64>,
    bridges: Bridges,
    taken: TakenEntries,
    touched: Touched,
}

impl Taker<'_> {
    fn entry(&mut self, entry: &NewEntry<'_>) -> rusqlite::Result<()> {
        let Some(feed) = feed_of(self.connection, entry.source)? else { return Ok(()) };
        let trace = Trace::of(&Identity::from(entry.release));
        match self.known(entry.remote, feed)? {
            Some(known) if known.trace.is_some_and(|before| before.is_another(trace)) => {
                self.take_over(entry, feed, trace, &known)
            }
            Some(known) => self.update(entry, feed, trace, &known),
            None => self.arrive(entry, feed, trace),
        }
    }

    fn known(&self, remote: u64, feed: i64) -> rusqlite::Result<Option<Known>> {
        let sql = "SELECT number, trace, flags, state, is_bridged FROM entries
             WHERE account = ?1 AND remote = ?2 AND feed = ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let known = statement.query_row(params![self.id, remote.cast_signed(), feed], |row| {
            let trace: Option<i64> = row.get(1)?;
            Ok(Known {
                number: row.get(0)?,
                trace: trace.map(|bits| Trace::from_bits(bits.cast_unsigned())),
                base: Flags::of_number(row.get(2)?),
                state: row.get(3)?,
                is_bridged: row.get(4)?,
            })
        });
        known.optional()
    }

    /// An entry that is known: edited, or received again.
    fn update(&mut self, entry: &NewEntry<'_>, feed: i64, trace: Trace, known: &Known) -> rusqlite::Result<()> {
        // The other source decides the content.
        if !known.is_bridged && !self.is_direct(entry.source)? {
            let (source, release, touched) = (entry.source, entry.release, &mut self.touched);
            if matching::update_entry(self.connection, source, release, known.number, self.now, touched)? {
                self.taken.changed += 1;
            }
        }
        let before = flags_of(self.connection, feed, known.number, None)?;
        let (mut base, mut local) = (known.base, before);
        if let Some(shown) = entry.flags {
            for flag in [Flags::READ, Flags::STARRED] {
                let is_shown = shown.has(flag);
                if !self.is_waiting(entry.remote, flag)? {
                    if local.has(flag) == base.has(flag) {
                        local = local.with(flag, is_shown);
                    } else if local.has(flag) != is_shown {
                        self.queue(entry.remote, flag, local.has(flag))?;
                    }
                }
                base = base.with(flag, is_shown);
            }
        }
        if known.state == GONE {
            self.relist(entry.source, known.number)?;
        }
        let hash = entry.hash.map(|hash| short(&hash));
        let is_bridged = known.is_bridged;
        self.store(entry, Some(known.state), &Row { feed, number: known.number, hash, trace, base, is_bridged })?;
        // After that, so that the mark does not go to the outbox: the server shows it already.
        if local != before {
            self.put(feed, known.number, local, (!is_bridged).then_some(trace))?;
        }
        Ok(())
    }

    /// Another article under the id of an older one. The user has not seen it, so it is not marked, whatever the
    /// server says.
    fn take_over(&mut self, entry: &NewEntry<'_>, feed: i64, trace: Trace, known: &Known) -> rusqlite::Result<()> {
        self.taken.taken_over += 1;
        let sql = "UPDATE releases SET unlisted = ?3 WHERE subscription = ?1 AND number = ?2
             AND (SELECT NOT is_direct FROM subscriptions WHERE id = ?1)";
        self.connection.prepare_cached(sql)?.execute(params![entry.source, known.number, self.now])?;
        // Marks of the older article must not be sent for this one.
        let sql = "DELETE FROM outbox WHERE account = ?1 AND remote = ?2";
        self.connection.prepare_cached(sql)?.execute(params![self.id, entry.remote.cast_signed()])?;
        let hash = entry.hash.map(|hash| short(&hash));
        // The direct poll may have stored it already.
        let found = self.bridges.find(self.connection, (entry.source, feed), entry.release, hash)?;
        let found = found.filter(|found| found.number != known.number);
        let number = match found {
            Some(found) => found.number,
            None => self.insert(entry)?,
        };
        let base = entry.flags.unwrap_or(known.base);
        let local = if found.is_some() { flags_of(self.connection, feed, number, None)? } else { Flags::default() };
        let row = Row { feed, number, hash, trace, base, is_bridged: found.is_some() };
        self.store(entry, Some(HERE), &row)?;
        // The older article may come again as another entry.
        self.bridges.forget(entry.source);
        self.queue_differences(entry.remote, local, &[base])
    }

    /// An entry that is new.
    fn arrive(&mut self, entry: &NewEntry<'_>, feed: i64, trace: Trace) -> rusqlite::Result<()> {
        let hash = entry.hash.map(|hash| short(&hash));
        let mut found = self.of_hash(feed, hash, trace)?;
        if found.is_none()
            && let Some(bridged) = self.bridges.find(self.connection, (entry.source, feed), entry.release, hash)?
        {
            found = Some((bridged, self.is_elsewhere(entry.source, feed, bridged.number)?));
        }
        let (number, was_here, is_bridged) = match found {
            Some((Bridged { number, was_here }, is_bridged)) => (number, was_here, is_bridged),
            None => (self.insert(entry)?, false, false),
        };
        if found.is_some() {
            self.relist(entry.source, number)?;
        }
        // A stored release has the marks under its number, even if the server describes it differently.
        let before = flags_of(self.connection, feed, number, Some(trace).filter(|_| found.is_none()))?;
        // The same article come again has the marks that it has here. Otherwise a mark counts wherever it was made.
        let local = if was_here { before } else { before.and(entry.flags.unwrap_or_default()) };
        if local != before {
            self.put(feed, number, local, (!is_bridged).then_some(trace))?;
        }
        // What the server shows is not known: what is marked here is sent.
        let base = entry.flags.unwrap_or_default();
        // A mark made since the entry left is sent even if the server shows the same now: the lists may be older.
        let before = if was_here { self.shown_before(feed, number)? } else { None };
        self.store(entry, None, &Row { feed, number, hash, trace, base, is_bridged })?;
        self.queue_differences(entry.remote, local, &[base, before.unwrap_or(base)])
    }

    /// The marks that the server showed last of the newest entry of a release.
    fn shown_before(&self, feed: i64, number: i64) -> rusqlite::Result<Option<Flags>> {
        let sql = "SELECT flags FROM entries WHERE account = ?1 AND feed = ?2 AND number = ?3 AND state = ?4
             ORDER BY remote DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = params![self.id, feed, number, GONE];
        statement.query_row(values, |row| row.get(0).map(Flags::of_number)).optional()
    }

    /// Returns the release of another entry with the same hash, and whether another source decides its content.
    fn of_hash(&self, feed: i64, hash: Option<i64>, trace: Trace) -> rusqlite::Result<Option<(Bridged, bool)>> {
        let Some(hash) = hash else { return Ok(None) };
        let sql = "SELECT number, trace, account = ?3, is_bridged FROM entries
             WHERE feed = ?1 AND hash = ?2 ORDER BY account <> ?3, remote DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![feed, hash, self.id])?;
        while let Some(row) = rows.next()? {
            let before: Option<i64> = row.get(1)?;
            if before.is_none_or(|bits| !Trace::from_bits(bits.cast_unsigned()).is_another(trace)) {
                let (number, is_own): (i64, bool) = (row.get(0)?, row.get(2)?);
                let is_bridged = !is_own || row.get(3)?;
                return Ok(Some((Bridged { number, was_here: is_own }, is_bridged)));
            }
        }
        Ok(None)
    }

    /// Whether another source decides the content of a release: a direct poll, or an account that had it first.
    fn is_elsewhere(&self, source: SourceId, feed: i64, number: i64) -> rusqlite::Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM entries WHERE feed = ?1 AND number = ?2 AND account <> ?3 AND state <> ?4)";
        let values = params![feed, number, self.id, GONE];
        Ok(self.is_direct(source)? || self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }

    fn is_direct(&self, source: SourceId) -> rusqlite::Result<bool> {
        let sql = "SELECT is_direct FROM subscriptions WHERE id = ?1";
        self.connection.prepare_cached(sql)?.query_row([source], |row| row.get(0))
    }

    fn is_waiting(&self, remote: u64, flag: Flags) -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE account = ?1 AND remote = ?2 AND flag = ?3)";
        let values = params![self.id, remote.cast_signed(), flag.number()];
        self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))
    }

    /// Stores a new release and returns its number.
    fn insert(&mut self, entry: &NewEntry<'_>) -> rusqlite::Result<i64> {
        let id = entry.hash.map_or_else(CleanBuf::default, |hash| CleanBuf::line(&hex(&hash)));
        let last = CleanBuf::line(&format!("{}:{}:{}", self.kind, self.id.0, entry.remote));
        let ids = (&id, &last);
        let (number, key) = matching::insert_entry(self.connection, entry.source, entry.release, ids, self.now)?;
        if let Some(key) = key {
            self.touched.add(key);
            self.bridges.add(entry.source);
            self.taken.fresh += 1;
        }
        Ok(number)
    }

    /// Records that the server lists a release again.
    fn relist(&self, source: SourceId, number: i64) -> rusqlite::Result<()> {
        let sql = "UPDATE releases SET unlisted = NULL WHERE subscription = ?1 AND number = ?2 AND unlisted IS NOT NULL
             AND (SELECT NOT is_direct FROM subscriptions WHERE id = ?1)";
        self.connection.prepare_cached(sql)?.execute(params![source, number]).map(drop)
    }

    fn store(&self, entry: &NewEntry<'_>, state: Option<i64>, row: &Row) -> rusqlite::Result<()> {
        let state = match state {
            Some(HERE) => HERE,
            _ if entry.is_found => FOUND,
            _ => HERE,
        };
        let sql = "INSERT INTO entries (account, remote, feed, number, hash, trace, flags, state, is_bridged)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (account, remote) DO UPDATE SET feed = ?3, number = ?4, hash = coalesce(?5, hash), trace = ?6,
                 flags = ?7, state = ?8, is_bridged = ?9";
        let Row { feed, number, hash, trace, base, is_bridged } = row;
        let (remote, trace) = (entry.remote.cast_signed(), trace.bits().cast_signed());
        let values = params![self.id, remote, feed, number, hash, trace, base.number(), state, is_bridged];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    /// Puts a mark into the outbox if it differs from any of what the server has shown.
    fn queue_differences(&mut self, remote: u64, local: Flags, shown: &[Flags]) -> rusqlite::Result<()> {
        for flag in [Flags::READ, Flags::STARRED] {
            if shown.iter().any(|shown| local.has(flag) != shown.has(flag)) {
                self.queue(remote, flag, local.has(flag))?;
            }
        }
        Ok(())
    }

    fn queue(&mut self, remote: u64, flag: Flags, value: bool) -> rusqlite::Result<()> {
        let change = self.change()?;
        queue(self.connection, self.id, remote, (flag, value), change)
    }

    fn put(&mut self, feed: i64, number: i64, flags: Flags, trace: Option<Trace>) -> rusqlite::Result<()> {
        let change = self.change()?;
        let trace = trace.map(|trace| trace.bits().cast_signed());
        put_flags(self.connection, (feed, number), flags, change, trace)
    }

    fn change(&mut self) -> rusqlite::Result<i64> {
        if self.change.is_none() {
            self.change = Some(count_up(self.connection, MARKS)?);
        }
        Ok(self.change.unwrap_or_default())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
