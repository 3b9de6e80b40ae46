//! Matches the items of a feed with stored releases: the same as before, edited, or new.
//!
//! Most items have a unique name and are found by it. Where several releases share a name, in the feed or in the store,
//! each keeps the row with its own content: a new item never takes the row, the number or the marks of an older one. An
//! item with a new name whose content equals that of a release that is no longer listed is that release, because some
//! feeds generate new ids at every run.

mod add;
mod entry;
mod known;
mod stored;

use rusqlite::{Connection, params};
use rustc_hash::{FxHashMap, FxHashSet};

use known::KnownNumbers;
use stored::{Row, Stated};

pub(super) use add::add;
pub(super) use entry::{insert_entry, update_entry};

use super::accounts::ItemBridge;
use super::archive::{Applied, FreeKeys, Times, insert_record, keys};
use super::change_log::Touched;
use super::record::Digest;
use super::{SourceId, record, versions};
use crate::catalog::{NameOutcome, Names};
use crate::release::identity::{Level, Trace, Trust, made_name};
use crate::release::{Identity, Release};
use crate::text::CleanBuf;

/// Above every value of [`Trace::equal_parts`]: the hash in the name is equal.
const SAID: usize = 10;

/// The result of storing the items of a feed.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub applied: Applied,
    /// The keys of all rows that the feed lists now.
    pub listed: FxHashSet<i64>,
}

/// An item of the feed; none occurs twice.
struct Item<'a> {
    /// Its position in the feed.
    at: usize,
    release: &'a Release,
    identity: Identity<'a>,
    /// The number of its name, even if another release has it.
    name: i64,
    place: Option<Place>,
    /// Whether its release came from an account or a sitemap, which shorten or lack texts, so another text is no change.
    is_bridged: bool,
}

/// The row of an item.
#[derive(Clone, Copy)]
enum Place {
    /// An unchanged row: its key.
    Same(i64),
    /// A row whose custom fields alone the item changes: its key and number, and whether it had none.
    Refreshed(i64, i64, bool),
    /// A row that the item changes: its key and number.
    Changed(i64, i64),
}

struct ItemMatcher<'a> {
    connection: &'a Connection,
    source: SourceId,
    /// The keys of rows already matched to an item.
    taken: FxHashSet<i64>,
    /// Whether the items of the feed have different names. Computed on demand.
    is_varied: Option<bool>,
    of_name: FxHashMap<i64, Vec<Stated>>,
    of_second: FxHashMap<i64, Vec<Stated>>,
    known: KnownNumbers,
    free_keys: FreeKeys,
}

/// Which page of a feed its items come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeedPage {
    /// The newest page, whose items are the current ones.
    Newest,
    /// A page of older items. It may have an earlier version of a stored release, which stays as it is.
    Past,
}

/// Stores the items of a page, in feed order.
pub(super) fn keep_all(
    connection: &Connection,
    source: SourceId,
    (page, releases): (FeedPage, &[Release]),
    now: i64,
    touched: &mut Touched,
) -> rusqlite::Result<Kept> {
    let mut items = distinct(releases);
    let mut matcher = ItemMatcher::new(connection, source);
    let unlisted = Some(now).filter(|_| page == FeedPage::Past);
    matcher.known = KnownNumbers::of_feed(connection, source, items.len())?;
    matcher.is_varied = items.iter().any(|item| item.name != items[0].name).then_some(true);
    if !matcher.known.is_empty() {
        matcher.find_unchanged(&mut items)?;
        matcher.find_edited(&mut items)?;
        matcher.find_entries(&mut items)?;
        matcher.find_linked(&mut items)?;
        matcher.find_renamed(&mut items)?;
    }
    let mut kept = Kept::default();
    // The first item of a feed is its newest, so it gets the highest key among equal dates.
    let mut in_key_order: Vec<&Item<'_>> = items.iter().rev().collect();
    in_key_order.sort_by_key(|item| *keys(item.release).start());
    let mut fresh = Vec::new();
    for item in in_key_order {
        let key = match item.place {
            Some(Place::Same(key)) => key,
            Some(Place::Refreshed(key, _, false) | Place::Changed(key, _)) if page == FeedPage::Past => key,
            Some(Place::Refreshed(key, number, _)) => {
                let key_now = matcher.change(item, key, number)?;
                touched.edit(key, key_now);
                key_now
            }
            Some(Place::Changed(key, number)) => {
                kept.applied.changed += 1;
                if !item.is_bridged {
                    versions::keep(connection, (key, source, number), item.release, now, touched)?;
                }
                let key_now = matcher.change(item, key, number)?;
                touched.edit(key, key_now);
                key_now
            }
            None => match matcher.insert(item, (now, unlisted))? {
                Some((key, number)) => {
                    fresh.push((item.at, number.cast_unsigned()));
                    touched.add(key);
                    key
                }
                None => continue,
            },
        };
        kept.listed.insert(key);
    }
    fresh.sort_unstable_by_key(|&(at, _)| std::cmp::Reverse(at));
    (kept.applied.fresh, kept.applied.numbers) = fresh.into_iter().unzip();
    Ok(kept)
}

/// Returns the items without repetitions, each with its name.
fn distinct(releases: &[Release]) -> Vec<Item<'_>> {
    let mut names = Names::default();
    let mut items: Vec<Item<'_>> = Vec::with_capacity(releases.len());
    for (at, release) in releases.iter().enumerate() {
        let identity = Identity::from(release);
        let (level, raised) = match names.name(identity, |place| items[place as usize].identity.at(Level::Name)) {
            NameOutcome::Own => (Level::Name, Vec::new()),
            NameOutcome::Shared(level, raised) => (level, raised),
            NameOutcome::Repeated => continue,
        };
        for (place, level) in raised {
            items[place as usize].identity.level = level;
        }
        let name = identity.number().cast_signed();
        items.push(Item { at, release, identity: identity.at(level), name, place: None, is_bridged: false });
    }
    items
}

impl Item<'_> {
    /// Returns the numbers that this item may have, most likely first, each with its id.
    fn numbers(&self) -> impl Iterator<Item = (i64, CleanBuf)> {
        let first = self.identity.level;
        let levels = [first, Level::Name, Level::Subject, Level::All];
        let levels = levels.into_iter().enumerate().filter(move |&(at, level)| at == 0 || level != first);
        let identity = self.identity;
        let own = levels.map(move |(_, level)| (number(identity, level), id_at(identity, level)));
        let old = identity.old_number().map(|old| (old.cast_signed(), made_name(old)));
        own.chain(old)
    }

    /// Returns the number of its link if it has no row yet and another name.
    fn link_besides_name(&self) -> Option<i64> {
        let link = self.identity.link_number().filter(|_| self.place.is_none() && self.identity.has_id());
        link.map(u64::cast_signed).filter(|link| *link != self.name)
    }

    /// Returns the id of its record in a row with this number.
    fn id_of(&self, number: i64) -> CleanBuf {
        let id = self.numbers().find(|(own, _)| *own == number).map(|(_, id)| id);
        id.unwrap_or_else(|| made_name(number.cast_unsigned()))
    }

    /// Returns its record under an id, and the digest of the record.
    fn record(&self, id: &CleanBuf) -> (Vec<u8>, Digest) {
        record::named(self.release, id)
    }

    /// Returns its place in a row, under the id of the row. `None` if the row says something else.
    fn place_in(&self, row: Row, id: &CleanBuf) -> Option<Place> {
        let digest = self.record(id).1;
        match row.digest {
            same if digest.is(same) => Some(Place::Same(row.key)),
            other if digest.says_same_as(other) => Some(Place::Refreshed(row.key, row.number, digest.completes(other))),
            _ => None,
        }
    }
}

fn number(identity: Identity<'_>, level: Level) -> i64 {
    identity.at(level).number().cast_signed()
}

/// Returns a record id from which the number of a level can be derived again.
fn id_at(identity: Identity<'_>, level: Level) -> CleanBuf {
    match level {
        Level::Name if !identity.has_id() => CleanBuf::default(),
        _ => identity.at(level).name(),
    }
}

impl<'a> ItemMatcher<'a> {
    fn new(connection: &'a Connection, source: SourceId) -> Self {
        Self {
            connection,
            source,
            taken: FxHashSet::default(),
            is_varied: None,
            of_name: FxHashMap::default(),
            of_second: FxHashMap::default(),
            known: KnownNumbers::default(),
            free_keys: FreeKeys::default(),
        }
    }

    /// Matches items with unchanged rows.
    fn find_unchanged(&mut self, items: &mut [Item<'_>]) -> rusqlite::Result<()> {
        for item in items {
            let mut place = None;
            for (number, id) in item.numbers() {
                let Some(row) = self.row(number)? else { continue };
                if self.taken.contains(&row.key) {
                    continue;
                }
                place = item.place_in(row, &id);
                if place.is_some() {
                    self.taken.insert(row.key);
                    self.keep_name(item, row)?;
                    break;
                }
            }
            item.place = place;
        }
        Ok(())
    }

    /// Matches items with edited rows, the most similar first.
    fn find_edited(&mut self, items: &mut [Item<'_>]) -> rusqlite::Result<()> {
        let mut found: Vec<(usize, usize, Row)> = Vec::new();
        for (at, item) in items.iter().enumerate().filter(|(_, item)| item.place.is_none()) {
            let trace = Trace::of(&item.identity);
            let [said, all] = [Level::Subject, Level::All].map(|level| number(item.identity, level));
            let mut holders = self.holders(item.name)?;
            let is_shared = item.identity.level != Level::Name || holders.len() > 1;
            let mut others = vec![said, all];
            others.extend(item.identity.old_number().map(u64::cast_signed));
            for number in others {
                if holders.iter().all(|holder| holder.row.number != number)
                    && let Some(row) = self.row(number)?
                {
                    holders.extend(self.stated(row)?);
                }
            }
            for Stated { row, trace: before } in holders {
                let is_old = item.identity.old_number().map(u64::cast_signed) == Some(row.number);
                // A placeholder id may have been shared by several releases.
                let is_filler = is_old && !item.release.id.is_empty() && !item.identity.has_id();
                let trust = if is_shared || is_filler { Trust::Shared } else { self.trust(item, row)? };
                if [said, all].contains(&row.number) {
                    found.push((SAID, at, row));
                } else if trace.is_same(before, trust) {
                    found.push((trace.equal_parts(before), at, row));
                }
            }
        }
        found.sort_by_key(|&(equal, at, row)| (std::cmp::Reverse(equal), row.number, at));
        for (_, at, row) in found {
            self.give(&mut items[at], row)?;
        }
        Ok(())
    }

    /// Matches items with releases that accounts have stored.
    fn find_entries(&mut self, items: &mut [Item<'_>]) -> rusqlite::Result<()> {
        let Some(mut bridge) = ItemBridge::of(self.connection, self.source)? else { return Ok(()) };
        for item in items.iter_mut().filter(|item| item.place.is_none()) {
            if let Some(number) = bridge.find(item.release)?
                && let Some(row) = self.row(number)?
            {
                item.is_bridged = item.place.is_none();
                self.give(item, row)?;
            }
        }
        Ok(())
    }

    /// Matches items with ids to releases with the same link and title that a sitemap had: it has no ids and no texts.
    /// The link alone would not do, because some feeds give one link to many releases; and of several new items with
    /// one link, none is known to be the stored release.
    fn find_linked(&mut self, items: &mut [Item<'_>]) -> rusqlite::Result<()> {
        let mut counts: FxHashMap<i64, usize> = FxHashMap::default();
        for link in items.iter().filter_map(Item::link_besides_name) {
            *counts.entry(link).or_default() += 1;
        }
        for item in items {
            let Some(link) = item.link_besides_name().filter(|link| counts.get(link) == Some(&1)) else { continue };
            if let Some(row) = self.row(link)?
                && !self.taken.contains(&row.key)
                && self.is_known_by_link(row, item.release.title.as_str())?
            {
                item.is_bridged = true;
                self.give(item, row)?;
            }
        }
        Ok(())
    }

    /// Matches items with new names to releases that are no longer listed and have equal content.
    fn find_renamed(&mut self, items: &mut [Item<'_>]) -> rusqlite::Result<()> {
        for item in items.iter_mut().filter(|item| item.place.is_none() && item.release.date.is_some()) {
            let trace = Trace::of(&item.identity);
            let second = *keys(item.release).start();
            if !self.of_second.contains_key(&second) {
                let rows = self.of_second(item.release)?;
                self.of_second.insert(second, rows);
            }
            let found = self.of_second[&second]
                .iter()
                .find(|said| !self.taken.contains(&said.row.key) && trace.is_renamed(said.trace))
                .map(|said| said.row);
            if let Some(row) = found {
                self.give(item, row)?;
            }
        }
        Ok(())
    }

    /// Assigns a row to an item, unless one of them is already matched.
    fn give(&mut self, item: &mut Item<'_>, row: Row) -> rusqlite::Result<()> {
        if item.place.is_none() && self.taken.insert(row.key) {
            let place = item.place_in(row, &item.id_of(row.number));
            item.place = Some(place.unwrap_or(Place::Changed(row.key, row.number)));
            self.keep_name(item, row)?;
        }
        Ok(())
    }

    /// Returns how far an item's name proves that it is the release of a row.
    fn trust(&mut self, item: &Item<'_>, row: Row) -> rusqlite::Result<Trust> {
        if self.is_varied.is_none() {
            let sql = "SELECT EXISTS (SELECT 1 FROM releases WHERE subscription = ?1 AND number NOT IN (?2, ?3))";
            let mut statement = self.connection.prepare_cached(sql)?;
            self.is_varied = Some(statement.query_row(params![self.source, item.name, row.number], |row| row.get(0))?);
        }
        let is_varied = self.is_varied == Some(true);
        Ok(Trust::Own { is_id: item.identity.has_id(), is_varied })
    }

    /// Records in its row what an item is called: its name, beside the row's own number, and its exact id.
    fn keep_name(&mut self, item: &Item<'_>, row: Row) -> rusqlite::Result<()> {
        if row.number != item.name && row.name != Some(item.name) {
            self.known.add(row.number, Some(item.name));
            let sql = "UPDATE releases SET name = ?1 WHERE key = ?2";
            self.connection.prepare_cached(sql)?.execute([item.name, row.key])?;
        }
        let guid = &item.release.guid;
        if !guid.is_empty() {
            let sql = "UPDATE releases SET guid = ?1 WHERE key = ?2 AND guid IS NOT ?1";
            self.connection.prepare_cached(sql)?.execute(params![guid, row.key])?;
        }
        Ok(())
    }

    /// Replaces the content of a row and returns its key now.
    fn change(&mut self, item: &Item<'_>, key: i64, number: i64) -> rusqlite::Result<i64> {
        let (data, digest) = item.record(&item.id_of(number));
        let is_same_second = keys(item.release).contains(&key);
        let key_now = if is_same_second { key } else { self.free_keys.next(self.connection, item.release)? };
        let sql = "UPDATE releases SET key = ?1, digest = ?2, data = ?3 WHERE key = ?4";
        self.connection.prepare_cached(sql)?.execute(params![key_now, digest.number(), data, key])?;
        Ok(key_now)
    }

    /// Inserts a new item and returns its key and number; `None` when all its names are taken, which means that it is
    /// already stored.
    fn insert(&mut self, item: &Item<'_>, times: Times) -> rusqlite::Result<Option<(i64, i64)>> {
        let is_alone = item.identity.level == Level::Name && !self.is_taken(item)?;
        let levels = if is_alone { &[Level::Name][..] } else { &[Level::Subject, Level::All] };
        for &level in levels {
            let number = number(item.identity, level);
            if self.row(number)?.is_none() {
                let (data, digest) = item.record(&id_at(item.identity, level));
                let name = (level != Level::Name).then_some(item.name);
                let key = self.free_keys.next(self.connection, item.release)?;
                insert_record(
                    self.connection,
                    self.source,
                    (key, item.release),
                    (number, name),
                    (&data, digest.number()),
                    times,
                )?;
                self.known.add(number, name);
                return Ok(Some((key, number)));
            }
        }
        Ok(None)
    }

    /// Whether another release has the name of an item, or had it and left its marks.
    fn is_taken(&self, item: &Item<'_>) -> rusqlite::Result<bool> {
        Ok(self.has_name(item.name)? || self.has_marks_of_another(item.identity)?)
    }
}
