//! Stored releases: what every look at a source gave, newest first when read.
//!
//! The key of a row tells where it stands: seconds since 1970 in the high bits, a number among those of the same second in
//! the low ones. So the table is in the order of its releases, reading the newest first is one walk through the file, and
//! what is new is written at its end. What a feed no longer lists stays.

use std::ops::{ControlFlow, RangeInclusive};

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashSet;

use super::change::{RELEASES, changed, counter};
use super::marks::feed_id;
use super::matching::{Kept, keep_all};
use super::subscriptions::keep_checked;
use super::{Checked, FEED_KEYS, Library, LibraryError, SourceId, record};
use crate::release::identity::made_name;
use crate::release::{Identity, Release};

/// Bits of a key that tell releases of one second apart: 16 million.
const TIE_BITS: u32 = 24;
/// The last second that a key can hold, and less than the first: 17,000 years around 1970.
const LAST: i64 = (1 << (62 - TIE_BITS)) - 1;
/// Stands for no date: before all others.
const UNDATED: i64 = -LAST - 1;

/// What a look at a source changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Releases that were not there: where they stand among those that were given, the last first.
    pub fresh: Vec<usize>,
    /// Their numbers.
    pub numbers: Vec<u64>,
    /// Releases whose text, date or fields are others now.
    pub changed: usize,
}

/// A stored release.
#[derive(Debug)]
pub struct Stored<'a> {
    /// The subscription that it came from.
    pub source: SourceId,
    /// Its number in its feed.
    pub number: u64,
    /// The release. The value is used again for the next one.
    pub release: &'a mut Release,
}

/// Takes stored releases one by one.
pub type Stream<'a> = dyn FnMut(Stored<'_>) -> ControlFlow<()> + 'a;

impl Library {
    /// Keeps what a look at a source gave, in one step: all of it or nothing. `releases` are in the order of the feed.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn apply(&mut self, id: SourceId, checked: &Checked, releases: &[Release]) -> Result<Applied, LibraryError> {
        self.write(|connection| {
            let listed_before = last_success(connection, id)?;
            keep_checked(connection, id, checked)?;
            let Kept { applied, listed } = keep_all(connection, id, releases, checked.at)?;
            relist(connection, id, &listed)?;
            unlist(connection, id, listed_before, &listed)?;
            if applied != Applied::default() {
                changed(connection)?;
            }
            Ok(applied)
        })
    }

    /// All stored releases, newest first, the undated last, until `each` breaks off.
    ///
    /// # Errors
    /// Where the file cannot be read; releases may have been given before.
    pub fn stream(&self, each: &mut Stream<'_>) -> Result<(), LibraryError> {
        self.read(|connection| {
            let sql = "SELECT subscription, number, data FROM releases ORDER BY key DESC";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            let mut release = Release::default();
            while let Some(row) = rows.next()? {
                let data = row.get_ref(2)?.as_blob()?;
                // A row that is none is left out: the others are worth reading.
                if !record::read(data, &mut release) {
                    continue;
                }
                let number = row.get::<_, i64>(1)?.cast_unsigned();
                // What the row is called counts, whatever its record would be called by the rules of today.
                if Identity::from(&release).number() != number {
                    release.id = made_name(number);
                }
                let stored = Stored { source: row.get(0)?, number, release: &mut release };
                if each(stored).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The number of the last change of releases and subscriptions.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn last_sync(&self) -> Result<i64, LibraryError> {
        self.read(|connection| counter(connection, RELEASES))
    }

    /// Keeps the text of the page behind a release: a release that has nothing but a body and links.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn keep_page(&mut self, feed: &str, number: u64, page: &Release, now: i64) -> Result<(), LibraryError> {
        let mut data = Vec::new();
        record::write(page, &mut data);
        self.write(|connection| {
            let feed = feed_id(connection, feed)?;
            let sql = "INSERT INTO pages (feed, number, fetched, data) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (feed, number) DO UPDATE SET fetched = ?3, data = ?4";
            connection.execute(sql, params![feed, number.cast_signed(), now, data])?;
            changed(connection)
        })
    }

    /// Whether the page of any release is kept.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn has_pages(&self) -> Result<bool, LibraryError> {
        self.read(|connection| connection.query_row("SELECT EXISTS (SELECT 1 FROM pages)", [], |row| row.get(0)))
    }

    /// The releases of a feed whose pages are kept.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn pages_of(&self, feed: &str) -> Result<FxHashSet<u64>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT number FROM pages WHERE feed = (SELECT id FROM feeds WHERE key = ?1)";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([feed], |row| row.get::<_, i64>(0).map(i64::cast_unsigned))?;
            rows.collect()
        })
    }

    /// The kept page of a release, and when it was fetched in seconds since 1970.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn page(&self, feed: &str, number: u64) -> Result<Option<(Release, i64)>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT data, fetched FROM pages
                 WHERE feed = (SELECT id FROM feeds WHERE key = ?1) AND number = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_row(params![feed, number.cast_signed()], |row| {
                let mut page = Release::default();
                let is_page = record::read(row.get_ref(0)?.as_blob()?, &mut page);
                Ok((is_page.then_some(page), row.get(1)?))
            });
            Ok(found.optional()?.and_then(|(page, fetched)| Some((page?, fetched))))
        })
    }

    /// Drops what the user no longer wants kept, but nothing that is starred: releases that their feeds listed last before
    /// `listed`, where there is such a limit, and those of sources removed before `removed`. Their pages go with them, and
    /// their marks stay: a release that is listed again is read as it was. How many went. Times are seconds since 1970.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn expire(&mut self, listed: Option<i64>, removed: i64) -> Result<usize, LibraryError> {
        self.write(|connection| {
            let sql = "DELETE FROM releases WHERE key IN (
                     SELECT releases.key FROM releases JOIN subscriptions ON subscriptions.id = releases.subscription
                     LEFT JOIN marks ON marks.feed = subscriptions.feed AND marks.number = releases.number
                     WHERE (coalesce(releases.unlisted, subscriptions.succeeded, releases.seen) < ?1
                         OR subscriptions.removed < ?2) AND coalesce(marks.flags & 2, 0) = 0)";
            let listed = listed.unwrap_or(i64::MIN);
            let gone = connection.execute(sql, params![listed, removed])?;
            let sql = "DELETE FROM subscriptions WHERE removed < ?1
                 AND NOT EXISTS (SELECT 1 FROM releases WHERE releases.subscription = subscriptions.id)";
            let sources = connection.execute(sql, [removed])?;
            if gone + sources + expire_pages(connection, listed)? > 0 {
                changed(connection)?;
            }
            let sql = "DELETE FROM feeds WHERE NOT EXISTS (SELECT 1 FROM marks WHERE marks.feed = feeds.id)
                 AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.feed = feeds.id)
                 AND NOT EXISTS (SELECT 1 FROM pages WHERE pages.feed = feeds.id)";
            connection.execute(sql, [])?;
            Ok(gone)
        })
    }
}

/// Drops the pages of releases that are gone; those of files and pipes, of which nothing is stored, go by their age.
fn expire_pages(connection: &Connection, fetched: i64) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM pages WHERE feed IN (SELECT id FROM feeds WHERE key LIKE ?1) AND NOT EXISTS (
             SELECT 1 FROM subscriptions JOIN releases ON releases.subscription = subscriptions.id
             WHERE subscriptions.feed = pages.feed AND releases.number = pages.number)";
    let web = format!("{FEED_KEYS}%");
    let gone = connection.execute(sql, [&web])?;
    let sql = "DELETE FROM pages WHERE fetched < ?2 AND feed IN (SELECT id FROM feeds WHERE key NOT LIKE ?1)
         AND NOT EXISTS (SELECT 1 FROM marks
             WHERE marks.feed = pages.feed AND marks.number = pages.number AND marks.flags & 2)";
    Ok(gone + connection.execute(sql, params![web, fetched])?)
}

/// When a source was read last, or was as before.
fn last_success(connection: &Connection, source: SourceId) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT succeeded FROM subscriptions WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([source], |row| row.get(0)).optional()?.flatten())
}

/// Keeps which stored releases a source lists now. Those that it no longer does were listed last at `before`: where a feed
/// is as it was, it lists what it listed then.
fn unlist(
    connection: &Connection,
    source: SourceId,
    before: Option<i64>,
    listed: &FxHashSet<i64>,
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("SELECT key, number FROM releases WHERE subscription = ?1 AND unlisted IS NULL")?;
    let rows: Vec<(i64, i64)> =
        statement.query_map([source], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut statement =
        connection.prepare_cached("UPDATE releases SET unlisted = coalesce(?2, seen) WHERE key = ?1")?;
    for (key, _) in rows.into_iter().filter(|(_, number)| !listed.contains(number)) {
        statement.execute(params![key, before])?;
    }
    Ok(())
}

/// Stored releases that are listed again.
fn relist(connection: &Connection, source: SourceId, listed: &FxHashSet<i64>) -> rusqlite::Result<()> {
    let sql = "UPDATE releases SET unlisted = NULL
         WHERE subscription = ?1 AND number = ?2 AND unlisted IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    for number in listed {
        statement.execute([source, *number])?;
    }
    Ok(())
}

/// When a release was first seen, and when it was listed last where it no longer is, in seconds since 1970.
pub(super) type Times = (i64, Option<i64>);

/// Adds a release that is not there, under a number; where its name is another's too, with the
/// number of that name.
pub(super) fn insert_record(
    connection: &Connection,
    source: SourceId,
    release: &Release,
    (number, name): (i64, Option<i64>),
    (data, digest): (&[u8], i64),
    (seen, unlisted): Times,
) -> rusqlite::Result<()> {
    let key = free_key(connection, release)?;
    let sql = "INSERT INTO releases (key, subscription, number, digest, seen, data, name, unlisted)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![key, source, number, digest, seen, data, name, unlisted];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// The keys that a release may have by its date.
pub(super) fn keys(release: &Release) -> RangeInclusive<i64> {
    let second = release.date.map_or(UNDATED, |date| date.instant().clamp(-LAST, LAST));
    let first = second << TIE_BITS;
    first..=first | ((1 << TIE_BITS) - 1)
}

/// The key above those of the same second.
pub(super) fn free_key(connection: &Connection, release: &Release) -> rusqlite::Result<i64> {
    let keys = keys(release);
    let sql = "SELECT max(key) FROM releases WHERE key BETWEEN ?1 AND ?2";
    let highest: Option<i64> =
        connection.prepare_cached(sql)?.query_row([keys.start(), keys.end()], |row| row.get(0))?;
    // Past the last one the next second's keys are used: the order of a catalog goes by the date all the same.
    Ok(highest.map_or(*keys.start(), |key| key + 1))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{library, subscribed};
    use super::super::{Flags, Outcome};
    use super::*;
    use crate::release::Date;
    use crate::text::CleanBuf;

    fn checked(at: i64) -> Checked {
        let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
        Checked { at, outcome, moved: None, address: None, origin: None }
    }

    fn release(id: &str, title: &str, day: u32) -> Release {
        let date = Date::from_ymd(2018, 11, day);
        Release { id: CleanBuf::line(id), title: CleanBuf::line(title), date, ..Release::default() }
    }

    fn titles(library: &Library) -> String {
        let mut titles = Vec::new();
        library
            .stream(&mut |stored| {
                titles.push(stored.release.title.to_string());
                ControlFlow::Continue(())
            })
            .expect("read");
        titles.join(" ")
    }

    #[test]
    fn releases_come_newest_first_and_in_the_feeds_order_on_one_day() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let undated = |id: &str| Release { date: None, ..release(id, id, 1) };
        let first =
            [release("1", "one", 6), release("2", "two", 6), undated("u"), undated("v"), release("3", "three", 2)];
        let applied = library.apply(source, &checked(1), &first).expect("written");
        assert_eq!(
            ((applied.fresh, applied.changed), titles(&library).as_str()),
            ((vec![4, 3, 2, 1, 0], 0), "one two three u v")
        );
        // One is new on the same day, one is another now, one has another date, and the others are no longer listed.
        let second = [release("4", "four", 6), release("2", "TWO", 6), release("3", "THREE", 9)];
        let applied = library.apply(source, &checked(2), &second).expect("written");
        assert_eq!(
            ((applied.fresh, applied.changed), titles(&library).as_str()),
            ((vec![0], 2), "THREE four one TWO u v")
        );
        let change = library.last_sync().expect("read");
        assert_eq!(library.apply(source, &checked(3), &second).expect("written"), Applied::default());
        assert_eq!(library.last_sync().expect("read"), change);
        assert_eq!(library.sources().expect("read")[0].succeeded, Some(3));
    }

    #[test]
    fn a_release_whose_id_is_made_anew_is_known_by_title_link_and_date() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let item = |id: &str, title: &str, link: &str| Release {
            url: CleanBuf::line(&format!("https://a.invalid/{link}")),
            summary: CleanBuf::line("It is there."),
            ..release(id, title, 2)
        };
        let made = |run: i64| {
            let id = |n: u32| format!("run-{run}-{n}");
            vec![item(&id(1), "loaf", "1"), item(&id(2), "rolls", "2")]
        };
        library.apply(source, &checked(1), &made(1)).expect("written");
        for run in 2..5 {
            let applied = library.apply(source, &checked(run), &made(run)).expect("written");
            assert_eq!((applied.fresh.len(), titles(&library).as_str()), (0, "loaf rolls"), "run {run}");
        }
        // In another order, and beside what is new under the same title.
        let mut again = made(9);
        again.reverse();
        again.insert(0, item("run-9-3", "loaf", "3"));
        assert_eq!(library.apply(source, &checked(9), &again).expect("written").fresh.len(), 1);
    }

    #[test]
    fn dates_at_the_ends_of_time_have_keys() {
        let far = |year| Release { date: Date::from_year(year), ..Release::default() };
        let of = |release: &Release| *keys(release).start();
        let ages = [Release::default(), far(1000), far(1969), far(1970), far(2018), far(2200)];
        assert!(ages.iter().map(of).is_sorted() && of(&ages[0]) < of(&ages[1]));
    }

    #[test]
    fn what_is_too_old_goes_and_what_is_starred_stays() {
        let (_folder, mut library) = library();
        let (a, b) = (subscribed(&mut library, "a"), subscribed(&mut library, "b"));
        library.apply(a, &checked(10), &[release("1", "old", 1), release("2", "starred", 2)]).expect("written");
        library.apply(a, &checked(20), &[release("3", "young", 3)]).expect("written");
        library.apply(b, &checked(20), &[release("4", "gone", 4), release("5", "kept", 5)]).expect("written");
        let number = |id: &str| Identity::from(&release(id, "", 1)).number();
        let stars = [("web:a.invalid/", number("2")), ("web:b.invalid/", number("5"))];
        library.mark(Flags::STARRED, true, stars).expect("written");
        assert_eq!(library.expire(None, 0).expect("written"), 0);
        library.unsubscribe(b, 30).expect("written");
        assert_eq!(library.totals().expect("read")[&b], (2, 2));
        assert_eq!(library.expire(Some(20), 31).expect("written"), 2);
        assert_eq!(titles(&library), "kept young starred");
        assert_eq!(library.sources_and_removed().expect("read").len(), 2);
    }

    #[test]
    fn a_release_is_kept_as_long_as_its_feed_lists_it_and_then_as_long_as_is_wanted() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let (old, new) = (release("1", "old", 1), release("2", "new", 2));
        library.apply(source, &checked(10), std::slice::from_ref(&old)).expect("written");
        library.apply(source, &checked(500), &[new.clone(), old.clone()]).expect("written");
        assert_eq!(library.expire(Some(400), 0).expect("written"), 0, "it is listed");
        // As it was: the server does not send it again.
        let outcome = Outcome::Unchanged { etag: None, modified: None };
        library.keep_checked(source, &Checked { outcome, ..checked(900) }).expect("written");
        assert_eq!(library.expire(Some(800), 0).expect("written"), 0, "it is listed still");
        library.apply(source, &checked(950), std::slice::from_ref(&new)).expect("written");
        assert_eq!(library.expire(Some(900), 0).expect("written"), 0, "it was listed at 900");
        // It comes back, and goes again.
        let applied = library.apply(source, &checked(960), &[new.clone(), old]).expect("written");
        assert_eq!(applied, Applied::default(), "nothing is new");
        library.apply(source, &checked(970), &[new]).expect("written");
        assert_eq!(library.expire(Some(960), 0).expect("written"), 0);
        assert_eq!(library.expire(Some(961), 0).expect("written"), 1);
        assert_eq!(titles(&library), "new");
    }

    #[test]
    fn pages_go_with_their_releases_and_marks_stay() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let (key, number) = ("web:a.invalid/", |id: &str| Identity::from(&release(id, "", 1)).number());
        library.apply(source, &checked(10), &[release("1", "one", 1)]).expect("written");
        library.apply(source, &checked(20), &[release("2", "two", 2)]).expect("written");
        for id in ["1", "2"] {
            library.keep_page(key, number(id), &Release::default(), 20).expect("written");
        }
        library.keep_page("file:x", 1, &Release::default(), 5).expect("written");
        library.keep_page("file:y", 1, &Release::default(), 5).expect("written");
        library.mark(Flags::STARRED, true, [("file:y", 1)]).expect("written");
        library.mark(Flags::READ, true, [(key, number("1"))]).expect("written");
        assert_eq!(library.expire(Some(15), 0).expect("written"), 1);
        assert_eq!(library.pages_of(key).expect("read").into_iter().collect::<Vec<_>>(), [number("2")]);
        assert_eq!(library.pages_of("file:x").expect("read").len(), 0);
        assert_eq!(library.pages_of("file:y").expect("read").len(), 1, "it is starred");
        assert_eq!(library.flags(key, number("1")).expect("read"), Flags::READ);
        let feeds = library
            .read(|connection| connection.query_row("SELECT count(*) FROM feeds", [], |row| row.get::<_, i64>(0)));
        assert_eq!(feeds.expect("read"), 2, "nothing refers to file:x");
    }

    #[test]
    fn pages_are_kept_beside_releases() {
        let (_folder, mut library) = library();
        let page = Release { body: CleanBuf::block("All\n\nof it"), ..Release::default() };
        library.keep_page("file:a", 7, &page, 99).expect("written");
        assert_eq!(library.page("file:a", 7).expect("read"), Some((page, 99)));
        assert_eq!(library.page("file:b", 7).expect("read"), None);
        assert!(library.pages_of("file:a").expect("read").contains(&7));
    }

    #[test]
    fn a_look_that_failed_changes_nothing_that_is_stored() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        library.apply(source, &checked(1), &[release("1", "one", 6)]).expect("written");
        let failed = Outcome::Failed { reason: CleanBuf::line("is a web page"), retry: 0, pause: None };
        library.keep_checked(source, &Checked { outcome: failed, ..checked(2) }).expect("written");
        assert_eq!(titles(&library), "one");
    }
}
