//! What each release has to end up as: the last mark that a user made on either side. If both sides changed a mark
//! before a sync, either change may win.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use tidings::library::{Flags, Library, LibraryPath};

use super::{FEEDS, Random, item};
use crate::sync_server::{Kind, Model};

/// An item: the address of its feed and the publisher's id.
type Key = (&'static str, String);

const FLAGS: [Flags; 2] = [Flags::READ, Flags::STARRED];

/// What is expected of an item.
#[derive(Debug, Clone)]
struct Expected {
    /// For each mark, whether it may end up cleared, and set.
    allowed: [[bool; 2]; 2],
    /// All ids that it had at the server, the newest last.
    ids: Vec<u64>,
}

/// A release as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stored {
    feed: i64,
    number: i64,
    /// As it is here, and as the server showed it last.
    flags: Flags,
    base: Flags,
}

pub struct Expectations {
    items: BTreeMap<Key, Expected>,
    /// The library as another program sees and marks it.
    peek: Connection,
    library: Library,
    random: Random,
    /// The number of items published so far.
    published: usize,
    log: Vec<String>,
    may_fail: bool,
}

/// Only this value.
fn only(value: bool) -> [bool; 2] {
    [!value, value]
}

impl Expectations {
    pub fn new(file: &Path, random: Random) -> Self {
        let peek = Connection::open(file).expect("the library");
        peek.execute_batch("PRAGMA synchronous = OFF").expect("a setting");
        let library = Library::open(&LibraryPath::of_file(file)).expect("a library").expect("a library");
        Self { items: BTreeMap::new(), peek, library, random, published: 0, log: Vec::new(), may_fail: false }
    }

    /// After this many changed rows all writes fail, as if the program had been killed; `None` for no such end.
    pub fn allow_writes(&mut self, count: Option<i64>) {
        self.may_fail = count.is_some();
        self.peek.execute("UPDATE fault SET left = ?1", [count]).expect("written");
    }

    pub fn count(&self) -> u64 {
        self.published as u64
    }

    pub fn log(&mut self, line: String) {
        self.log.push(line);
    }

    pub fn take_log(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }

    /// Notes the ids that the server gave to items.
    fn observe(&mut self, model: &Model) {
        for (id, entry) in &model.users[0].entries {
            let address = model.users[0].feeds[&entry.feed].address.as_str();
            let feed = FEEDS.into_iter().find(|feed| *feed == address).expect("a feed of the history");
            let expected = self.items.get_mut(&(feed, entry.item.guid.clone())).expect("a published item");
            if !expected.ids.contains(id) {
                expected.ids.push(*id);
            }
        }
    }

    fn key_of(&self, id: u64) -> Key {
        let found = self.items.iter().find(|(_, expected)| expected.ids.contains(&id));
        found.expect("a known id").0.clone()
    }

    /// The release that an entry belongs to.
    fn stored(&self, id: u64) -> Option<Stored> {
        let sql = "SELECT entries.feed, entries.number, coalesce(marks.flags, 0), entries.flags
             FROM entries LEFT JOIN marks ON marks.feed = entries.feed AND marks.number = entries.number
             WHERE remote = ?1 AND entries.feed IS NOT NULL";
        let row = self.peek.prepare_cached(sql).expect("SQL").query_row([id.cast_signed()], |row| {
            let flags = |at| row.get(at).map(Flags::of_number);
            Ok(Stored { feed: row.get(0)?, number: row.get(1)?, flags: flags(2)?, base: flags(3)? })
        });
        row.optional().expect("a row")
    }

    /// The release of an item, by the newest id that is known here.
    fn release(&self, key: &Key) -> Option<Stored> {
        self.items[key].ids.iter().rev().find_map(|id| self.stored(*id))
    }

    fn is_waiting(&self, key: &Key, flag: Flags) -> bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE remote = ?1 AND flag = ?2)";
        self.items[key].ids.iter().any(|id| {
            let values = params![id.cast_signed(), flag.number()];
            self.peek.prepare_cached(sql).expect("SQL").query_row(values, |row| row.get(0)).expect("a row")
        })
    }

    /// Whether the library knows that an entry has left the server.
    fn is_away(&self, id: u64) -> bool {
        let sql = "SELECT state = 1 FROM entries WHERE remote = ?1";
        self.peek.prepare_cached(sql).expect("SQL").query_row([id.cast_signed()], |row| row.get(0)).expect("a row")
    }

    /// A publisher adds items to its feed.
    pub fn publish(&mut self, model: &mut Model, feed: &'static str, count: usize, late: u64) -> String {
        let mut guids = Vec::new();
        for _ in 0..count {
            self.published += 1;
            let guid = format!("g{}", self.published);
            let expected = Expected { allowed: [only(false); 2], ids: Vec::new() };
            self.items.insert((feed, guid.clone()), expected);
            model.publish(feed, &[item(&guid, self.published)], late);
            guids.push(guid);
        }
        self.observe(model);
        format!("{guids:?}, unseen by {late} requests")
    }

    /// A publisher changes an item.
    pub fn edit(&mut self, model: &mut Model) -> String {
        let Some((feed, guid)) = self.random_key() else { return "nothing".to_owned() };
        let number = self.random.below(1000);
        let is_miniflux = model.kind == Kind::Miniflux;
        model.edit(feed, &guid, |item| {
            item.text = format!("<p>Edit {number}.</p>").into();
            item.topics = vec![format!("Topic {number}")];
            // By its title FreshRSS's article is recognised when it comes again.
            if is_miniflux {
                item.title = format!("Title {number} of {guid}");
            }
        });
        self.observe(model);
        guid
    }

    fn random_key(&mut self) -> Option<Key> {
        let at = self.random.below(self.items.len());
        self.items.keys().nth(at).cloned()
    }

    /// Another client changes a mark.
    pub fn mark_at_server(&mut self, model: &mut Model) -> String {
        self.observe(model);
        let user = &model.users[0];
        let is_shown = |feed: u64| model.kind == Kind::Miniflux || !user.feeds[&feed].is_hidden;
        let entries = user.entries.iter().filter(|(_, entry)| model.is_visible(entry) && is_shown(entry.feed));
        let ids: Vec<u64> = entries.map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return "nothing".to_owned();
        }
        let id = ids[self.random.below(ids.len())];
        let key = self.key_of(id);
        let at = self.random.below(2);
        let flag = FLAGS[at];
        let entry = &model.users[0].entries[&id];
        let value = !if at == 0 { entry.is_read } else { entry.is_starred };
        let changes = if at == 0 { (Some(value), None) } else { (None, Some(value)) };
        model.set(id, changes.0, changes.1);
        let release = self.release(&key);
        let is_queued = release.is_some_and(|stored| {
            let is_joined = self.stored(id).is_none();
            is_joined || stored.base.has(flag) != stored.flags.has(flag) || self.is_waiting(&key, flag)
        });
        let mut allowed = only(value);
        if let Some(stored) = release.filter(|_| is_queued) {
            allowed[usize::from(stored.flags.has(flag))] = true;
        }
        self.items.get_mut(&key).expect("an item").allowed[at] = allowed;
        format!("{} ({id}) {} = {value}, allowed {allowed:?}", key.1, ["read", "starred"][at])
    }

    /// The user changes a mark here. During a sync the write may be refused, as after a kill.
    pub fn mark_here(&mut self, model: &Model) -> String {
        self.observe(model);
        let sql = "SELECT remote, feeds.key FROM entries JOIN feeds ON feeds.id = entries.feed ORDER BY remote";
        let rows: Vec<(u64, String)> = {
            let mut statement = self.peek.prepare_cached(sql).expect("SQL");
            let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)));
            rows.expect("rows").collect::<rusqlite::Result<_>>().expect("rows")
        };
        if rows.is_empty() {
            return "nothing".to_owned();
        }
        let (id, feed) = &rows[self.random.below(rows.len())];
        let key = self.key_of(*id);
        let Some(stored) = self.stored(*id) else { return "nothing".to_owned() };
        let at = self.random.below(2);
        let value = !stored.flags.has(FLAGS[at]);
        let marked = self.library.mark(FLAGS[at], value, [(feed.as_str(), stored.number.cast_unsigned())]);
        match marked {
            Ok(_) => {
                let mut allowed = only(value);
                // Opposite marks cancel out while the entry is away. Then what the server had counts when it returns,
                // under the same id or a new one.
                let has_left_for_good = !model.users[0].entries.contains_key(id);
                let is_forgotten = || !self.is_waiting(&key, FLAGS[at]) && self.is_away(*id);
                if value == stored.base.has(FLAGS[at]) && (has_left_for_good || is_forgotten()) {
                    let before = self.items[&key].allowed[at];
                    (allowed[0], allowed[1]) = (allowed[0] || before[0], allowed[1] || before[1]);
                }
                self.items.get_mut(&key).expect("an item").allowed[at] = allowed;
            }
            // Nothing was acknowledged.
            Err(_) if self.may_fail => return format!("{} was refused", key.1),
            Err(error) => panic!("cannot mark: {error}"),
        }
        format!("{} ({id}) {} = {value}", key.1, ["read", "starred"][at])
    }

    /// An item leaves the server: marks that are not known here are lost.
    fn leave(&mut self, key: &Key) {
        let flags = self.release(key).map_or_else(Flags::default, |stored| stored.flags);
        let allowed = FLAGS.map(|flag| only(flags.has(flag)));
        self.items.get_mut(key).expect("an item").allowed = allowed;
    }

    /// The server cleans up. FreshRSS takes the items again, under new ids, when it next reads the feed.
    pub fn purge(&mut self, model: &mut Model) -> String {
        self.observe(model);
        let ids: Vec<u64> = model.users[0].entries.keys().copied().collect();
        if ids.is_empty() {
            return "nothing".to_owned();
        }
        let id = ids[self.random.below(ids.len())];
        let key = self.key_of(id);
        self.leave(&key);
        model.purge(0, &[id]);
        if self.random.one_in(2) {
            model.refresh_address(key.0, 0);
        }
        self.observe(model);
        format!("{} ({id})", key.1)
    }

    /// The user leaves a feed at the server, and follows it again or does so later.
    pub fn follow_again(&mut self, model: &mut Model) -> String {
        self.observe(model);
        let address = FEEDS[self.random.below(FEEDS.len())];
        let feeds = &model.users[0].feeds;
        let known = feeds.iter().find(|(_, feed)| feed.address == address).map(|(id, _)| *id);
        if let Some(id) = known {
            let keys: Vec<Key> = self.items.keys().filter(|key| key.0 == address).cloned().collect();
            for key in &keys {
                self.leave(key);
            }
            model.unsubscribe(0, id);
        }
        let is_back = known.is_none() || self.random.one_in(2);
        if is_back {
            let folder = model.folder(0, "News");
            model.subscribe(0, address, folder).expect("a feed");
            self.observe(model);
        }
        format!("{address}, now {}", if is_back { "followed" } else { "not followed" })
    }

    /// The user hides a feed at the server, or shows it again.
    pub fn hide(&mut self, model: &mut Model) -> String {
        let feeds = &mut model.users[0].feeds;
        let at = self.random.below(feeds.len());
        let Some(feed) = feeds.values_mut().nth(at) else { return "nothing".to_owned() };
        feed.is_hidden = !feed.is_hidden;
        format!("{}: {}", feed.address, feed.is_hidden)
    }

    /// What does not agree.
    pub fn problems(&mut self, model: &Model) -> Vec<String> {
        self.observe(model);
        let mut problems = Vec::new();
        for (key, expected) in &self.items {
            let at_server = expected.ids.iter().rev().find_map(|id| Some((*id, model.users[0].entries.get(id)?)));
            let is_hidden = |feed| model.kind == Kind::FreshRss && model.users[0].feeds[&feed].is_hidden;
            let at_server = at_server.filter(|(_, entry)| !is_hidden(entry.feed));
            let stored = self.release(key);
            if let Some((id, entry)) = at_server {
                match self.stored(id) {
                    None => problems.push(format!("{key:?} ({id}) is not stored")),
                    Some(stored) => {
                        let here = FLAGS.map(|flag| stored.flags.has(flag));
                        let there = [entry.is_read, entry.is_starred];
                        if here != there {
                            problems.push(format!("{key:?} ({id}) is {there:?} at the server and {here:?} here"));
                        }
                    }
                }
            }
            if let Some(stored) = stored {
                let allowed = |at: usize| expected.allowed[at][usize::from(stored.flags.has(FLAGS[at]))];
                if !allowed(0) || !allowed(1) {
                    let here = FLAGS.map(|flag| stored.flags.has(flag));
                    problems.push(format!("{key:?} is {here:?} here; allowed is {:?}", expected.allowed));
                }
            }
            let mut releases: Vec<(i64, i64)> =
                expected.ids.iter().filter_map(|id| self.stored(*id)).map(|one| (one.feed, one.number)).collect();
            releases.sort_unstable();
            releases.dedup();
            if releases.len() > 1 {
                problems.push(format!("{key:?} is stored {} times", releases.len()));
            }
        }
        let waiting: i64 =
            self.peek.query_row("SELECT count(*) FROM outbox WHERE absent < 2", [], |row| row.get(0)).expect("a count");
        if waiting > 0 {
            problems.push(format!("{waiting} marks wait"));
        }
        problems
    }
}
