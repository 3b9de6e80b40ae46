//! Applies the lists of a server: which entries it has, and which are unread and starred.
//!
//! Each mark is decided on its own from three values: as it is here, as the server showed it last, and as the server
//! shows it now. A mark in the outbox stays as it is here. Otherwise a difference between here and the last state was
//! made here while the entry could not be reached, and goes to the outbox; if there is none, the server's value counts.
//! Only an entry that the lists show takes part: an entry that is missing from the list of unread ones need not be read.

use rusqlite::{Connection, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::change::{MARKS, count_up};
use super::super::marks::put_flags;
use super::super::{Flags, Library, LibraryError};
use super::AccountId;
use super::bridge::Bridges;
use super::entries::{GONE, HERE};
use super::outbox::{MOST_ABSENT, Waiting, queue, rows};

/// After being sent this often without the server showing it, a mark is reported.
const MANY_TRIES: u32 = 3;

/// The lists of a server. All are sorted by id, the least first.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerState<'a> {
    /// All entries above the floor. `None` if nothing can have left the list since it was read last.
    pub all: Option<&'a [u64]>,
    /// Entries at or below this one are known only if they are starred or were asked for. 0 if there is no such part.
    pub floor: u64,
    /// The unread entries; complete above the floor.
    pub unread: &'a [u64],
    /// All starred entries.
    pub starred: &'a [u64],
    /// All entries that are unread and starred. `None` if `unread` is complete below the floor too.
    pub unread_starred: Option<&'a [u64]>,
    /// Entries that were asked for one by one, and whether each is read and starred.
    pub asked: &'a [(u64, (bool, bool))],
    /// The outbox before the lists were asked for.
    pub sent: &'a [Waiting],
    /// Whether any mark was sent before the lists were asked for.
    pub has_sent: bool,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// What the lists of a server changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateApplied {
    /// Marks that left the outbox because the server shows them.
    pub confirmed: usize,
    /// Marks in the outbox.
    pub waiting: usize,
    /// Marks that are no longer sent because their entries have left the server.
    pub given_up: usize,
    /// Marks in the outbox that were sent several times without the server showing them.
    pub stuck: usize,
    /// Releases whose marks changed here.
    pub marked: usize,
    /// Entries that are no longer at the server since now.
    pub gone: usize,
    /// Entries that turned from read to unread at the server.
    pub unread_again: Vec<u64>,
}

impl Library {
    /// Applies the lists of a server in one transaction. Entries should be fetched after that, so that those that have
    /// left the server can be recognised when they come again.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is changed.
    pub fn apply_state(&mut self, id: AccountId, state: &ServerState<'_>) -> Result<StateApplied, LibraryError> {
        let (applied, has_moved) = self.write(|connection| {
            let mut run = Run {
                connection,
                id,
                state,
                lists: Lists::of(state),
                direct: direct_feeds(connection)?,
                change: None,
                has_moved: false,
                applied: StateApplied::default(),
            };
            let mut outbox = Outbox::of(connection, id)?;
            for entry in stored(connection, id)? {
                run.entry(&entry, &mut outbox)?;
            }
            // Marks of entries that are not stored here any more.
            for (row, absent) in outbox.rest() {
                run.absent(None, &row, absent)?;
            }
            for (row, _) in rows(connection, id)?.into_iter().filter(|(_, absent)| *absent < MOST_ABSENT) {
                run.applied.waiting += 1;
                run.applied.stuck += usize::from(row.tries >= MANY_TRIES);
            }
            Ok((run.applied, run.has_moved))
        })?;
        if has_moved {
            self.bridges = Bridges::default();
        }
        Ok(applied)
    }
}

/// An entry whose release is known here.
struct Entry {
    remote: u64,
    feed: i64,
    number: i64,
    /// As the server showed it last.
    base: Flags,
    state: i64,
    trace: Option<i64>,
    /// As it is here.
    local: Flags,
}

fn stored(connection: &Connection, id: AccountId) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT remote, entries.feed, entries.number, entries.flags, state,
             CASE WHEN is_bridged THEN NULL ELSE entries.trace END, coalesce(marks.flags, 0)
         FROM entries LEFT JOIN marks ON marks.feed = entries.feed AND marks.number = entries.number
         WHERE account = ?1 AND entries.feed IS NOT NULL ORDER BY remote";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| {
        Ok(Entry {
            remote: row.get::<_, i64>(0)?.cast_unsigned(),
            feed: row.get(1)?,
            number: row.get(2)?,
            base: Flags::of_number(row.get(3)?),
            state: row.get(4)?,
            trace: row.get(5)?,
            local: Flags::of_number(row.get(6)?),
        })
    })?;
    let mut entries: Vec<Entry> = rows.collect::<rusqlite::Result<_>>()?;
    entries.sort_unstable_by_key(|entry| entry.remote);
    Ok(entries)
}

/// Feeds that tidings polls itself. The content of their releases here is not that of the server.
fn direct_feeds(connection: &Connection) -> rusqlite::Result<FxHashSet<i64>> {
    let mut statement = connection.prepare_cached("SELECT feed FROM subscriptions WHERE is_direct")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The marks in the outbox by entry.
struct Outbox(FxHashMap<u64, [Option<(Waiting, u32)>; 2]>);

impl Outbox {
    fn of(connection: &Connection, id: AccountId) -> rusqlite::Result<Self> {
        let mut of_entry: FxHashMap<u64, [Option<(Waiting, u32)>; 2]> = FxHashMap::default();
        for row in rows(connection, id)? {
            of_entry.entry(row.0.remote).or_default()[usize::from(row.0.flag == Flags::STARRED)] = Some(row);
        }
        Ok(Self(of_entry))
    }

    fn take(&mut self, remote: u64) -> [Option<(Waiting, u32)>; 2] {
        self.0.remove(&remote).unwrap_or_default()
    }

    fn rest(self) -> impl Iterator<Item = (Waiting, u32)> {
        self.0.into_values().flatten().flatten()
    }
}

/// What the lists say of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// It is there; whether it is read and starred, if known.
    Listed([Option<bool>; 2]),
    /// It is not there.
    Absent,
    /// The lists do not tell.
    Unknown,
}

/// The lists, read once from their beginning.
struct Lists<'a> {
    all: Option<Ids<'a>>,
    unread: Ids<'a>,
    starred: Ids<'a>,
    unread_starred: Option<Ids<'a>>,
    asked: &'a [(u64, (bool, bool))],
    floor: u64,
}

/// A sorted list that is asked for ascending ids.
struct Ids<'a>(std::iter::Peekable<std::iter::Copied<std::slice::Iter<'a, u64>>>);

impl<'a> Ids<'a> {
    fn of(ids: &'a [u64]) -> Self {
        debug_assert!(ids.is_sorted(), "an unsorted list");
        Self(ids.iter().copied().peekable())
    }

    fn has(&mut self, id: u64) -> bool {
        while self.0.next_if(|&other| other < id).is_some() {}
        self.0.peek() == Some(&id)
    }
}

impl<'a> Lists<'a> {
    fn of(state: &ServerState<'a>) -> Self {
        Self {
            all: state.all.map(Ids::of),
            unread: Ids::of(state.unread),
            starred: Ids::of(state.starred),
            unread_starred: state.unread_starred.map(Ids::of),
            asked: state.asked,
            floor: state.floor,
        }
    }

    /// Returns what they say of an entry; `is_here` says whether it was at the server before. Ids must ascend.
    fn show(&mut self, id: u64, is_here: bool) -> Shown {
        if let Ok(at) = self.asked.binary_search_by_key(&id, |(asked, _)| *asked) {
            let (is_read, is_starred) = self.asked[at].1;
            return Shown::Listed([Some(is_read), Some(is_starred)]);
        }
        let (is_unread, is_starred) = (self.unread.has(id), self.starred.has(id));
        let is_unread_starred = self.unread_starred.as_mut().map(|ids| ids.has(id));
        let is_in_all = self.all.as_mut().map(|ids| ids.has(id));
        let is_listed = is_unread || is_starred || is_in_all == Some(true);
        if id > self.floor {
            return match is_in_all {
                _ if is_listed || (is_in_all.is_none() && is_here) => {
                    let is_unread = is_unread || is_unread_starred == Some(true);
                    Shown::Listed([Some(!is_unread), Some(is_starred)])
                }
                Some(_) => Shown::Absent,
                None => Shown::Unknown,
            };
        }
        if !is_listed {
            return Shown::Unknown;
        }
        let is_read = match is_unread_starred {
            Some(is_unread) if is_starred => Some(!is_unread),
            // The list of unread ones need not reach this far.
            Some(_) => is_unread.then_some(false),
            None => Some(!is_unread),
        };
        Shown::Listed([is_read, Some(is_starred)])
    }
}

/// One application of the lists.
struct Run<'a> {
    connection: &'a Connection,
    id: AccountId,
    state: &'a ServerState<'a>,
    lists: Lists<'a>,
    direct: FxHashSet<i64>,
    /// The number of the change of marks, once there is one.
    change: Option<i64>,
    /// Whether an entry has left the server or returned.
    has_moved: bool,
    applied: StateApplied,
}

impl Run<'_> {
    fn entry(&mut self, entry: &Entry, outbox: &mut Outbox) -> rusqlite::Result<()> {
        let waiting = outbox.take(entry.remote);
        let shown = self.lists.show(entry.remote, entry.state == HERE);
        let Shown::Listed(marks) = shown else {
            for (row, absent) in waiting.into_iter().flatten() {
                self.absent(Some(entry), &row, absent)?;
            }
            let is_gone = shown == Shown::Absent && entry.state != GONE;
            return if is_gone { self.leave(entry) } else { Ok(()) };
        };
        if entry.state != HERE {
            self.enter(entry)?;
        }
        let (mut local, mut base) = (entry.local, entry.base);
        for (flag, (shown, row)) in [Flags::READ, Flags::STARRED].into_iter().zip(marks.into_iter().zip(waiting)) {
            let Some(shown) = shown else {
                if let Some((row, absent)) = row {
                    self.absent(Some(entry), &row, absent)?;
                }
                continue;
            };
            let was_shown = base.has(flag);
            base = base.with(flag, shown);
            if let Some((row, absent)) = row {
                if absent > 0 {
                    self.set(&row, row.tries, 0)?;
                }
                self.confirm(&row, shown)?;
            } else if local.has(flag) == was_shown {
                local = local.with(flag, shown);
            } else if local.has(flag) != shown {
                let change = self.change()?;
                queue(self.connection, self.id, entry.remote, (flag, local.has(flag)), change)?;
            }
            if flag == Flags::READ && was_shown && !shown && row.is_none() {
                self.applied.unread_again.push(entry.remote);
            }
        }
        // Before the mark, so that it does not go to the outbox: the server shows it already.
        if base != entry.base {
            let sql = "UPDATE entries SET flags = ?3 WHERE account = ?1 AND remote = ?2";
            let values = params![self.id, entry.remote.cast_signed(), base.number()];
            self.connection.prepare_cached(sql)?.execute(values)?;
        }
        if local != entry.local {
            let (change, trace) = (self.change()?, entry.trace.filter(|_| !self.direct.contains(&entry.feed)));
            put_flags(self.connection, (entry.feed, entry.number), local, change, trace)?;
            self.applied.marked += 1;
        }
        Ok(())
    }

    fn change(&mut self) -> rusqlite::Result<i64> {
        if self.change.is_none() {
            self.change = Some(count_up(self.connection, MARKS)?);
        }
        Ok(self.change.unwrap_or_default())
    }

    /// Whether a mark was in the outbox, unchanged, before the lists were asked for.
    fn is_old(&self, row: &Waiting) -> bool {
        let key = |row: &Waiting| (row.remote, row.flag.number());
        let found = self.state.sent.binary_search_by_key(&key(row), key).map(|at| &self.state.sent[at]);
        found.is_ok_and(|sent| (sent.value, sent.change) == (row.value, row.change))
    }

    /// Deletes a mark from the outbox if the server shows it.
    fn confirm(&mut self, row: &Waiting, shown: bool) -> rusqlite::Result<()> {
        if !self.is_old(row) {
            return Ok(());
        }
        if row.value == shown {
            self.applied.confirmed += 1;
            return self.delete(row);
        }
        if self.state.has_sent { self.set(row, row.tries + 1, 0) } else { Ok(()) }
    }

    /// Counts a mark whose entry the lists do not show. After some complete lists the mark is given up: it rests until the
    /// entry comes back, and goes if the entry cannot.
    fn absent(&mut self, entry: Option<&Entry>, row: &Waiting, absent: u32) -> rusqlite::Result<()> {
        if self.state.all.is_none() || !self.is_old(row) {
            return Ok(());
        }
        if absent + 1 < MOST_ABSENT {
            return self.set(row, row.tries, absent + 1);
        }
        // The same article may have come again under another id.
        let is_elsewhere = match entry {
            Some(entry) => self.has_sibling(entry)?,
            None => false,
        };
        self.applied.given_up += usize::from(!is_elsewhere);
        if is_elsewhere || entry.is_none() { self.delete(row) } else { self.set(row, row.tries, MOST_ABSENT) }
    }

    fn has_sibling(&self, entry: &Entry) -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entries
             WHERE feed = ?1 AND number = ?2 AND account = ?3 AND remote <> ?4 AND state = ?5)";
        let values = params![entry.feed, entry.number, self.id, entry.remote.cast_signed(), HERE];
        self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))
    }

    fn delete(&self, row: &Waiting) -> rusqlite::Result<()> {
        let sql = "DELETE FROM outbox WHERE account = ?1 AND remote = ?2 AND flag = ?3";
        let values = params![self.id, row.remote.cast_signed(), row.flag.number()];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn set(&self, row: &Waiting, tries: u32, absent: u32) -> rusqlite::Result<()> {
        let sql = "UPDATE outbox SET tries = ?4, absent = ?5 WHERE account = ?1 AND remote = ?2 AND flag = ?3";
        let values = params![self.id, row.remote.cast_signed(), row.flag.number(), tries, absent];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    /// Records that an entry is no longer at the server. From now on its release may expire.
    fn leave(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        self.applied.gone += 1;
        self.set_state(entry, GONE)?;
        let sql = "UPDATE releases SET unlisted = ?3 WHERE number = ?2 AND subscription IN (
                 SELECT id FROM subscriptions WHERE feed = ?1 AND (NOT is_direct OR releases.unlisted IS NOT NULL))";
        self.connection.prepare_cached(sql)?.execute(params![entry.feed, entry.number, self.state.now]).map(drop)
    }

    /// Records that an entry is at the server.
    fn enter(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        self.set_state(entry, HERE)?;
        let sql = "UPDATE releases SET unlisted = NULL WHERE number = ?2 AND unlisted IS NOT NULL
             AND subscription IN (SELECT id FROM subscriptions WHERE feed = ?1 AND NOT is_direct)";
        self.connection.prepare_cached(sql)?.execute(params![entry.feed, entry.number]).map(drop)
    }

    fn set_state(&mut self, entry: &Entry, state: i64) -> rusqlite::Result<()> {
        self.has_moved = true;
        let sql = "UPDATE entries SET state = ?3 WHERE account = ?1 AND remote = ?2";
        let values = params![self.id, entry.remote.cast_signed(), state];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }
}
