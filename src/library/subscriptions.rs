//! The table of subscriptions: the user's feeds, and the result of the last poll of each.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use rustc_hash::FxHashMap;

use super::change::changed;
use super::marks::feed_id;
use super::order::Order;
use super::rekey::{self, feed_key};
use super::subscription::{Checked, FeedKey, Origin, Outcome, SourceId, Subscription, all};
use super::{Library, LibraryError};
use crate::feed::Rules;
use crate::feed::opml::OpmlEntry;
use crate::text::CleanBuf;

impl Library {
    /// Returns the subscriptions, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sources(&self) -> Result<Vec<Subscription>, LibraryError> {
        let mut sources = self.sources_and_removed()?;
        sources.retain(|source| source.removed.is_none());
        Ok(sources)
    }

    /// Like [`Library::sources`], including removed ones whose starred releases are still stored.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sources_and_removed(&self) -> Result<Vec<Subscription>, LibraryError> {
        self.read(all)
    }

    /// Adds subscriptions, each after those that share most of its folder path; returns the ids of the new ones. An
    /// existing subscription stays as it is; a removed one comes back with all its releases, and one that was followed
    /// through accounts alone is followed directly too.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn subscribe(&mut self, new: &[OpmlEntry]) -> Result<Vec<SourceId>, LibraryError> {
        self.write(|connection| {
            let mut known = Known::of(all(connection)?);
            let mut added = Vec::new();
            for one in new {
                let key = feed_key(one.address.as_str());
                if let Some(&at) = known.by_key.get(&key) {
                    let source = &mut known.sources[at];
                    give_password(connection, source, one.address.as_str())?;
                    if source.removed.take().is_some() || !source.is_direct {
                        restore(connection, source.id, true)?;
                        source.is_direct = true;
                        added.push(source.id);
                    }
                    continue;
                }
                let id = insert(connection, &key, one)?;
                known.add(key, id, &one.categories);
                added.push(id);
            }
            if !added.is_empty() {
                settle_order(connection, &known)?;
                changed(connection)?;
            }
            Ok(added)
        })
    }

    /// Sets another address of the same feed, with another password.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn readdress(&mut self, id: SourceId, address: &str) -> Result<(), LibraryError> {
        let sql = "UPDATE subscriptions SET address = ?2, lacks_password = 0, retry = NULL WHERE id = ?1";
        self.write(|connection| {
            connection.execute(sql, params![id, address])?;
            changed(connection)
        })
    }

    /// Sets the user's title for a source; an empty title restores the feed's own.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rename(&mut self, id: SourceId, title: &CleanBuf) -> Result<(), LibraryError> {
        self.change(id, "title", &title.as_str())
    }

    /// Moves a source into a folder.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn refile(&mut self, id: SourceId, folder: &[CleanBuf]) -> Result<(), LibraryError> {
        self.change(id, "folder", &folder_text(folder))
    }

    /// Pauses or resumes polling of a source.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn pause(&mut self, id: SourceId, on: bool) -> Result<(), LibraryError> {
        self.change(id, "is_paused", &on)
    }

    /// Sets whether the full texts of its releases are fetched.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn want_pages(&mut self, id: SourceId, on: bool) -> Result<(), LibraryError> {
        self.change(id, "wants_pages", &on)
    }

    /// Sets how a source is read. The next poll reads all of it again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_rules(&mut self, id: SourceId, rules: &Rules) -> Result<(), LibraryError> {
        let sql = "UPDATE subscriptions SET rules = ?2, etag = NULL, modified = NULL, retry = NULL WHERE id = ?1";
        self.write(|connection| {
            connection.execute(sql, params![id, rules.to_text()])?;
            changed(connection)
        })
    }

    /// Removes a subscription. Its starred releases stay; the others are deleted later, so that it can come back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn unsubscribe(&mut self, id: SourceId, now: i64) -> Result<(), LibraryError> {
        self.change(id, "removed", &now)
    }

    /// Undoes the removal of a subscription.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn resubscribe(&mut self, id: SourceId) -> Result<(), LibraryError> {
        self.write(|connection| {
            connection.execute("UPDATE subscriptions SET removed = NULL WHERE id = ?1", [id])?;
            changed(connection)
        })
    }

    fn change(&mut self, id: SourceId, column: &str, value: &dyn rusqlite::ToSql) -> Result<(), LibraryError> {
        self.write(|connection| {
            connection.execute(&format!("UPDATE subscriptions SET {column} = ?2 WHERE id = ?1"), params![id, value])?;
            changed(connection)
        })
    }

    /// Stores the result of a poll that gave no releases.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_checked(&mut self, id: SourceId, checked: &Checked) -> Result<(), LibraryError> {
        self.write(|connection| keep_checked(connection, id, checked))
    }

    /// Counts the releases and the unread releases of each source.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn totals(&self) -> Result<BTreeMap<SourceId, (u64, u64)>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT releases.subscription, count(*), sum(coalesce(marks.flags & 1, 0) = 0)
                 FROM subscriptions JOIN releases ON releases.subscription = subscriptions.id
                 LEFT JOIN marks ON marks.feed = subscriptions.feed AND marks.number = releases.number
                 GROUP BY releases.subscription";
            let mut statement = connection.prepare(sql)?;
            let number = |row: &Row<'_>, at| row.get::<_, i64>(at).map(i64::cast_unsigned);
            let rows = statement.query_map([], |row| Ok((row.get(0)?, (number(row, 1)?, number(row, 2)?))))?;
            rows.collect()
        })
    }
}

/// The existing subscriptions, while new ones are added.
pub(super) struct Known {
    sources: Vec<Subscription>,
    /// Indices into `sources`, by the key of the feed and, if it has moved, of its address.
    by_key: FxHashMap<FeedKey, usize>,
    order: Order,
}

impl Known {
    fn of(sources: Vec<Subscription>) -> Self {
        let (mut by_key, mut order) = (FxHashMap::default(), Order::default());
        for (at, source) in sources.iter().enumerate() {
            order.push(&source.folder);
            by_key.entry(feed_key(source.address.as_str())).or_insert(at);
        }
        by_key.extend(sources.iter().enumerate().map(|(at, source)| (source.key.clone(), at)));
        Self { sources, by_key, order }
    }

    /// Like [`Known::of`], and knows feeds by the address that answered too: servers store that one.
    pub(super) fn with_origins(sources: Vec<Subscription>) -> Self {
        let mut known = Self::of(sources);
        for (at, source) in known.sources.iter().enumerate() {
            if let Some(origin) = source.origin.as_deref().filter(|_| source.removed.is_none()) {
                known.by_key.entry(feed_key(origin)).or_insert(at);
            }
        }
        known
    }

    pub(super) fn get(&mut self, key: &FeedKey) -> Option<&mut Subscription> {
        self.by_key.get(key).map(|&at| &mut self.sources[at])
    }

    /// Adds a new subscription after those that share most of its folder path.
    pub(super) fn add(&mut self, key: FeedKey, id: SourceId, folder: &[CleanBuf]) {
        self.order.place(folder);
        self.by_key.insert(key, self.sources.len());
        self.sources.push(Subscription { id, is_direct: true, ..Subscription::default() });
    }
}

/// Stores the positions of all subscriptions.
pub(super) fn settle_order(connection: &Connection, known: &Known) -> rusqlite::Result<()> {
    let sql = "UPDATE subscriptions SET position = ?2 WHERE id = ?1 AND position <> ?2";
    let mut statement = connection.prepare(sql)?;
    for (position, at) in (0_i64..).zip(known.order.iter()) {
        statement.execute(params![known.sources[at].id, position])?;
    }
    Ok(())
}

pub(super) fn insert(connection: &Connection, key: &FeedKey, one: &OpmlEntry) -> rusqlite::Result<SourceId> {
    let feed = feed_id(connection, key.as_str())?;
    let sql = "INSERT INTO subscriptions (feed, address, title, site, folder, position, lacks_password)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)";
    let texts = [&one.address, &one.title, &one.site].map(CleanBuf::as_str);
    let lacks_password = rekey::names_user_alone(texts[0]);
    let values = params![feed, texts[0], texts[1], texts[2], folder_text(&one.categories), lacks_password];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(SourceId::new(connection.last_insert_rowid()))
}

/// If the source lacks its password and `address` has one, stores that address.
fn give_password(connection: &Connection, source: &mut Subscription, address: &str) -> rusqlite::Result<()> {
    if source.lacks_password && rekey::without_secret(address).1 {
        let sql = "UPDATE subscriptions SET address = ?2, lacks_password = 0, retry = NULL WHERE id = ?1";
        connection.execute(sql, params![source.id, address])?;
        source.lacks_password = false;
    }
    Ok(())
}

pub(super) fn keep_checked(connection: &Connection, id: SourceId, checked: &Checked) -> rusqlite::Result<()> {
    let Checked { at, outcome, moved, address, origin } = checked;
    let moved = moved.as_ref().map_or((None, 0), |(to, times)| (Some(to), *times));
    // If another subscription already has the new address, each keeps its own.
    let sql = "UPDATE subscriptions SET checked = ?2, moved_to = ?3, moved_times = ?4, address = CASE
             WHEN ?5 IS NULL OR EXISTS (SELECT 1 FROM subscriptions WHERE address = ?5 AND id <> ?1) THEN address
             ELSE ?5 END
         WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id, at, moved.0, moved.1, address])?;
    if let Some(Origin { address: answered, is_public }) = origin {
        // The first answer decides whether the host counts as public, as long as the feed stays there. A public host
        // can move its feed only to another public host, since redirects into a private network are refused.
        let sql = "UPDATE subscriptions SET origin = ?2,
                 is_public = CASE WHEN ?4 THEN nullif(coalesce(is_public, ?3), 0) ELSE coalesce(is_public, ?3) END
             WHERE id = ?1";
        connection.prepare_cached(sql)?.execute(params![id, answered, is_public, address.is_some()])?;
    }
    match outcome {
        Outcome::Read { etag, modified, title } => {
            let sql = "UPDATE subscriptions SET succeeded = ?2, error = NULL, failures = 0, retry = NULL, pause = NULL,
                 lacks_password = 0, etag = ?3, modified = ?4, feed_title = CASE ?5 WHEN '' THEN feed_title ELSE ?5 END WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![id, at, etag, modified, title.as_str()])?;
        }
        Outcome::Unchanged { etag, modified } => {
            let sql = "UPDATE subscriptions SET succeeded = ?2, error = NULL, failures = 0, retry = NULL, pause = NULL,
                 lacks_password = 0, etag = coalesce(?3, etag), modified = coalesce(?4, modified) WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![id, at, etag, modified])?;
        }
        Outcome::Failed { reason, retry, pause } => {
            let sql =
                "UPDATE subscriptions SET error = ?2, failures = failures + 1, retry = ?3, pause = ?4 WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![id, reason.as_str(), retry, pause])?;
        }
    }
    Ok(())
}

/// Undoes the removal of a subscription, and sets whether it is followed directly.
pub(super) fn restore(connection: &Connection, id: SourceId, is_direct: bool) -> rusqlite::Result<()> {
    let sql = "UPDATE subscriptions SET removed = NULL, is_direct = ?2 WHERE id = ?1";
    connection.execute(sql, params![id, is_direct]).map(drop)
}

pub(super) fn folder_text(folder: &[CleanBuf]) -> String {
    let names: Vec<&str> = folder.iter().map(CleanBuf::as_str).collect();
    serde_json::to_string(&names).unwrap_or_else(|_| "[]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::library;
    use super::*;

    fn one(name: &str, categories: &[&str]) -> OpmlEntry {
        OpmlEntry {
            title: CleanBuf::line(name),
            address: CleanBuf::line(&format!("http://{name}.invalid/")),
            site: CleanBuf::default(),
            categories: categories.iter().map(|category| CleanBuf::line(category)).collect(),
        }
    }

    fn names(library: &Library) -> String {
        let sources = library.sources().expect("read");
        sources.iter().map(|one| one.name().to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_subscription_goes_next_to_its_folder_and_is_never_doubled() {
        let (_folder, mut library) = library();
        let added = library.subscribe(&[one("a", &["X"]), one("b", &[]), one("a", &[])]).expect("written");
        assert_eq!(added.len(), 2);
        let secure = OpmlEntry { address: CleanBuf::line("https://www.a.invalid/"), ..one("z", &[]) };
        let more = [one("c", &["X", "Y"]), one("d", &["Z"]), one("b", &["X"]), secure];
        assert_eq!(library.subscribe(&more).expect("written").len(), 2);
        assert_eq!(names(&library), "a c b d");
    }

    #[test]
    fn a_source_is_changed_removed_and_restored() {
        let (_folder, mut library) = library();
        let ids = library.subscribe(&[one("a", &[]), one("b", &[])]).expect("written");
        library.rename(ids[0], &CleanBuf::line("Alpha")).expect("written");
        library.refile(ids[0], &[CleanBuf::line("F"), CleanBuf::line("G")]).expect("written");
        library.pause(ids[0], true).expect("written");
        library.want_pages(ids[0], true).expect("written");
        library.unsubscribe(ids[1], 7).expect("written");
        let sources = library.sources().expect("read");
        let alpha = &sources[0];
        assert_eq!((sources.len(), alpha.title.as_str(), alpha.folder.len()), (1, "Alpha", 2));
        assert!(alpha.is_paused && alpha.wants_pages);
        assert_eq!(library.subscribe(&[one("b", &[])]).expect("written"), [ids[1]]);
        assert_eq!(names(&library), "Alpha b");
        library.unsubscribe(ids[1], 7).expect("written");
        library.resubscribe(ids[1]).expect("written");
        assert_eq!(names(&library), "Alpha b");
    }

    #[test]
    fn two_subscriptions_never_share_an_address() {
        let (_folder, mut library) = library();
        let ids = library.subscribe(&[one("a", &[]), one("b", &[])]).expect("written");
        let outcome = Outcome::Unchanged { etag: None, modified: None };
        let checked =
            Checked { at: 5, outcome, moved: None, address: Some("http://b.invalid/".to_owned()), origin: None };
        library.keep_checked(ids[0], &checked).expect("written");
        let addresses: Vec<String> =
            library.sources().expect("read").iter().map(|source| source.address.to_string()).collect();
        assert_eq!(addresses, ["http://a.invalid/", "http://b.invalid/"]);
    }

    #[test]
    fn the_result_of_a_poll_is_stored() {
        let (_folder, mut library) = library();
        let id = library.subscribe(&[OpmlEntry { title: CleanBuf::default(), ..one("a", &[]) }]).expect("written")[0];
        assert_eq!(names(&library), "a.invalid");
        let failed = Outcome::Failed { reason: CleanBuf::line("does not answer"), retry: 99, pause: Some(98) };
        let moved = Some(("http://b.invalid/".to_owned(), 2));
        let mut checked = Checked { at: 5, outcome: failed, moved: moved.clone(), address: None, origin: None };
        for _ in 0..2 {
            library.keep_checked(id, &checked).expect("written");
        }
        let source = library.sources().expect("read").remove(0);
        assert_eq!((source.checked, source.succeeded, source.failures), (Some(5), None, 2));
        assert_eq!((source.retry, source.pause), (Some(99), Some(98)));
        assert_eq!((source.error.expect("a reason").as_str(), source.moved), ("does not answer", moved));
        let title = CleanBuf::line("Alpha News");
        checked.outcome = Outcome::Read { etag: Some("W/\"x\"".to_owned()), modified: None, title };
        checked.moved = None;
        checked.address = Some("http://b.invalid/".to_owned());
        library.keep_checked(id, &checked).expect("written");
        let source = library.sources().expect("read").remove(0);
        assert_eq!((source.error, source.failures, source.succeeded), (None, 0, Some(5)));
        assert_eq!((source.retry, source.pause), (None, None));
        assert_eq!((source.etag.as_deref(), source.address.as_str()), (Some("W/\"x\""), "http://b.invalid/"));
        let origin = |is_public| Some(Origin { address: "http://c.invalid/".to_owned(), is_public });
        let mut is_public = |address: Option<&str>, now| {
            (checked.address, checked.origin) = (address.map(str::to_owned), origin(now));
            library.keep_checked(id, &checked).expect("written");
            let source = library.sources().expect("read").remove(0);
            assert_eq!(source.origin.as_deref(), Some("http://c.invalid/"));
            source.is_public
        };
        assert_eq!((is_public(None, false), is_public(None, true)), (Some(false), Some(false)), "as it was at first");
        assert_eq!((is_public(Some("http://b.invalid/"), true), is_public(None, true)), (None, Some(true)));
        assert_eq!(is_public(Some("http://b.invalid/"), true), Some(true), "a public host moves to a public one");
        // The feed keeps its key, so its new address cannot be subscribed to again.
        assert_eq!((source.key.as_str(), names(&library).as_str()), ("web:a.invalid/", "Alpha News"));
        assert!(library.subscribe(&[one("b", &[])]).expect("written").is_empty());
    }

    #[test]
    fn subscribing_takes_linear_time() {
        let (_folder, mut library) = library();
        let many = |from: usize, count: usize| -> Vec<OpmlEntry> {
            let folder = |n: usize| [format!("F{}", n % 97), format!("G{}", n % 7)];
            let one = |n| {
                let folder = folder(n);
                one(&format!("s{n}"), &[folder[0].as_str(), folder[1].as_str()])
            };
            (from..from + count).map(one).collect()
        };
        let mut took = |subscriptions: &[OpmlEntry]| {
            let start = std::time::Instant::now();
            assert_eq!(library.subscribe(subscriptions).expect("written").len(), subscriptions.len());
            start.elapsed()
        };
        let few = took(&many(0, 4_000));
        let all = took(&many(4_000, 16_000));
        // A scan of all for each would take at least twenty times as long.
        assert!(all < 12 * few.max(std::time::Duration::from_millis(50)), "{few:?} for 4,000, {all:?} for 16,000");
        assert_eq!(library.sources().expect("read").len(), 20_000);
    }

    #[test]
    fn a_missing_password_is_reported_until_it_is_set() {
        let (_folder, mut library) = library();
        let at = |address: &str| OpmlEntry { address: CleanBuf::line(address), ..one("a", &[]) };
        let id = library.subscribe(&[at("https://ann@a.invalid/f")]).expect("written")[0];
        let source = || {
            Library::open(library.place()).expect("a library").expect("a library").sources().expect("read").remove(0)
        };
        let reason = source().error.expect("a reason").to_string();
        assert!(
            reason.contains("password missing; set it with: tidings add https://ann:PASSWORD@a.invalid/f"),
            "{reason}"
        );
        let reason = source().failure(&CleanBuf::line("user name and password required")).to_string();
        assert!(reason.starts_with("user name and password required; password missing"), "{reason}");
        // The server may want nothing but a user name.
        let outcome = Outcome::Unchanged { etag: None, modified: None };
        let checked = Checked { at: 5, outcome, moved: None, address: None, origin: None };
        let mut other = Library::open(library.place()).expect("a library").expect("a library");
        other.keep_checked(id, &checked).expect("written");
        assert_eq!((source().error, source().lacks_password), (None, false));
        other.subscribe(&[at("https://bob@a.invalid/f")]).expect("written");
        assert!(other.subscribe(&[at("https://bob:x@a.invalid/f")]).expect("written").is_empty());
        let sources = other.sources().expect("read");
        assert_eq!(sources.len(), 2, "each user has a feed of his own");
        assert_eq!((sources[1].address.as_str(), sources[1].lacks_password), ("https://bob:x@a.invalid/f", false));
    }
}
