//! The lists of an account's entries: what is there, unread and starred.

use rustc_hash::FxHashSet;

use super::DAY;
use crate::library::{Account, EntryState, Flags, KnownEntry, Waiting};
use crate::server::{Entry, EntryId, Head, List, Server, ServerError};

/// From this number of entries on, lists are read only down to the oldest entry that is stored.
const LONG: u64 = 100_000;

/// What the library knows about the entries of an account, by ascending id.
pub(super) struct Known(Vec<KnownEntry>);

impl Known {
    /// Takes the entries in the library's order, which is by id.
    pub fn new(entries: Vec<KnownEntry>) -> Self {
        Self(entries)
    }

    /// The state of an entry.
    pub fn get(&self, id: EntryId) -> Option<&KnownEntry> {
        self.0.binary_search_by_key(&id, |entry| entry.remote).ok().and_then(|at| self.0.get(at))
    }

    /// Those that were at the server the last time.
    pub fn present(&self) -> impl Iterator<Item = &KnownEntry> {
        self.0.iter().filter(|entry| entry.state == EntryState::Here)
    }

    /// Whether none is stored yet.
    pub fn has_none_stored(&self) -> bool {
        self.present().next().is_none()
    }
}

/// The lists, each by ascending id.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The size of the account before the lists were read.
    pub head: Option<Head>,
    /// The greatest id that the lists may leave out; 0 if they are whole. Smaller ids are listed only if starred.
    pub floor: EntryId,
    /// All entries; `None` if they are what they were the last time.
    pub all: Option<Vec<EntryId>>,
    pub unread: Vec<EntryId>,
    pub starred: Vec<EntryId>,
    /// If the lists are not whole: the starred entries that are unread.
    pub unread_starred: Option<Vec<EntryId>>,
}

impl Lists {
    /// Reads the lists; that of all entries only if an entry may have come or gone. `floor` is the greatest id that was
    /// left out when the account was added.
    pub fn read(
        server: &mut dyn Server,
        account: &Account,
        floor: EntryId,
        known: &Known,
        waiting: &[Waiting],
        now: i64,
    ) -> Result<Self, ServerError> {
        let head = server.head()?;
        let floor = if head.is_some_and(|head| head.total > LONG) { floor } else { 0 };
        let mut lists = Self { head, floor, ..Self::default() };
        lists.read_marks(server)?;
        if lists.may_have_changed(account, known, waiting, now) {
            lists.read_all(server, known)?;
        }
        Ok(lists)
    }

    /// Reads the lists again after marks were sent.
    pub fn read_again(
        &mut self,
        server: &mut dyn Server,
        known: &Known,
        waiting: &[Waiting],
    ) -> Result<(), ServerError> {
        let (unread, starred) = (std::mem::take(&mut self.unread), std::mem::take(&mut self.starred));
        self.read_marks(server)?;
        let sent = sent(waiting);
        let has_left = |before: &[EntryId], now: &[EntryId], flag: Flags| {
            before.iter().any(|&id| !has(now, id) && !sent.contains(&(id, flag.number())))
        };
        // An entry may have gone meanwhile. Then its mark must not be taken from the lists.
        if self.head.is_none()
            || has_left(&unread, &self.unread, Flags::READ)
            || has_left(&starred, &self.starred, Flags::STARRED)
        {
            self.read_all(server, known)?;
        }
        Ok(())
    }

    /// Reads the list of all entries. It comes after the others, so that an entry that is deleted between them is in none.
    fn read_all(&mut self, server: &mut dyn Server, known: &Known) -> Result<(), ServerError> {
        let all = ascending(server.ids(&List::All, self.least())?);
        // An entry may have arrived after the list of unread ones was read. Where the head tells the size of the account,
        // its content tells its marks too.
        let may_be_later = |&id: &EntryId| known.get(id).is_none() && !has(&self.unread, id);
        if self.head.is_none() && all.iter().any(may_be_later) {
            let unread = ascending(server.ids(&List::Unread, 0)?);
            let later: Vec<EntryId> = all.iter().copied().filter(may_be_later).filter(|&id| has(&unread, id)).collect();
            self.unread.extend(later);
            self.unread.sort_unstable();
        }
        self.all = Some(all);
        Ok(())
    }

    fn read_marks(&mut self, server: &mut dyn Server) -> Result<(), ServerError> {
        self.unread = ascending(server.ids(&List::Unread, self.least())?);
        self.starred = ascending(server.ids(&List::Starred, 0)?);
        if self.floor > 0 {
            self.unread_starred = Some(ascending(server.ids(&List::UnreadStarred, 0)?));
        }
        Ok(())
    }

    /// The least id that the lists have to contain.
    fn least(&self) -> EntryId {
        if self.floor == 0 { 0 } else { self.floor + 1 }
    }

    /// Whether an entry may have come or gone since the last complete list: the size of the account differs, or one is no
    /// longer unread or starred, though its mark was not sent from here.
    fn may_have_changed(&self, account: &Account, known: &Known, waiting: &[Waiting], now: i64) -> bool {
        let is_recent = account.listed.is_some_and(|listed| (listed..listed + DAY).contains(&now));
        let head = self.head.map(|head| (Some(head.total), Some(head.greatest)));
        if !is_recent || head != Some((account.total, account.greatest)) {
            return true;
        }
        // Only complete lists tell that a mark of an entry that has left the server can be given up. A mark that was sent
        // and is not shown may be one of those.
        let has_left =
            |one: &Waiting| one.tries > 0 || known.get(one.remote).is_none_or(|entry| entry.state == EntryState::Gone);
        if waiting.iter().any(has_left) {
            return true;
        }
        let sent = sent(waiting);
        let is_sent = |id, flag: Flags| sent.contains(&(id, flag.number()));
        known.present().filter(|entry| entry.remote > self.floor).any(|entry| {
            let id = entry.remote;
            let has_left_unread = !entry.flags.has(Flags::READ) && !has(&self.unread, id) && !is_sent(id, Flags::READ);
            let has_left_starred =
                entry.flags.has(Flags::STARRED) && !has(&self.starred, id) && !is_sent(id, Flags::STARRED);
            has_left_unread || has_left_starred
        })
    }

    /// Whether the server shows another value than a mark of the outbox, or may do so.
    pub fn lacks(&self, one: &Waiting) -> bool {
        match self.shows(one.remote, one.flag) {
            Shown::Absent => false,
            Shown::Unknown => true,
            Shown::As(value) => value != one.value,
        }
    }

    /// Whether the lists show a mark of the outbox.
    pub fn has(&self, one: &Waiting) -> bool {
        matches!(self.shows(one.remote, one.flag), Shown::As(value) if value == one.value)
    }

    /// What the lists show about a mark of an entry.
    fn shows(&self, id: EntryId, flag: Flags) -> Shown {
        let (is_unread, is_starred) = (has(&self.unread, id), has(&self.starred, id));
        if id <= self.floor {
            return match (&self.unread_starred, flag == Flags::STARRED) {
                (Some(unread), false) if is_starred => Shown::As(!has(unread, id)),
                (_, true) if is_starred => Shown::As(true),
                _ => Shown::Unknown,
            };
        }
        let is_there = is_unread || is_starred || self.all.as_ref().is_none_or(|all| has(all, id));
        match (is_there, flag == Flags::STARRED) {
            (false, _) => Shown::Absent,
            (true, true) => Shown::As(is_starred),
            (true, false) => Shown::As(!is_unread),
        }
    }

    /// Asks one by one for the marks of entries that the lists leave out and that have a mark in the outbox. Returns
    /// whether each is read and starred, by ascending id.
    pub fn ask_for(&self, server: &mut dyn Server, waiting: &[Waiting]) -> Result<Vec<AskedMarks>, ServerError> {
        let mut ids: Vec<EntryId> = waiting.iter().map(|one| one.remote).filter(|&id| id <= self.floor).collect();
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.dedup();
        let mut asked = Vec::new();
        if !ids.is_empty() {
            server.entries(&ids, &ids, &mut |_, entries: Vec<Entry>| {
                asked.extend(entries.into_iter().filter_map(|entry| Some((entry.id, entry.marks?))));
                std::ops::ControlFlow::Continue(())
            })?;
        }
        asked.sort_unstable();
        Ok(asked)
    }

    /// Whether an entry is unread and whether it is starred. Only for entries that are in a list.
    pub fn marks(&self, id: EntryId) -> Flags {
        let is_unread = match &self.unread_starred {
            Some(unread) if id <= self.floor => has(unread, id),
            _ => has(&self.unread, id),
        };
        let read = if is_unread { Flags::default() } else { Flags::READ };
        if has(&self.starred, id) { read.and(Flags::STARRED) } else { read }
    }

    /// Returns all ids that are known to be at the server, greatest first.
    pub fn present(&self, known: &Known) -> Vec<EntryId> {
        let mut ids: Vec<EntryId> = match &self.all {
            Some(all) => all.clone(),
            None => known.present().map(|entry| entry.remote).collect(),
        };
        ids.extend(self.unread.iter().chain(&self.starred));
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.dedup();
        ids
    }
}

/// The marks of an entry that was asked for alone: whether it is read and starred.
type AskedMarks = (EntryId, (bool, bool));

/// What a list shows about a mark.
enum Shown {
    /// The entry is not at the server.
    Absent,
    /// The lists leave the entry out.
    Unknown,
    As(bool),
}

/// Whether an id is in an ascending list.
pub(super) fn has(ids: &[EntryId], id: EntryId) -> bool {
    ids.binary_search(&id).is_ok()
}

/// The entries and marks of the outbox.
fn sent(waiting: &[Waiting]) -> FxHashSet<(EntryId, u8)> {
    waiting.iter().map(|one| (one.remote, one.flag.number())).collect()
}

fn ascending(mut ids: Vec<EntryId>) -> Vec<EntryId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
