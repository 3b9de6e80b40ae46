//! Stored releases: the results of every poll of a source, read newest first.
//!
//! The key of a row gives its position: seconds since 1970 in the high bits, a serial number among releases of the same
//! second in the low bits. So the table is ordered by date, reading newest first is one walk through the file, and new
//! rows go to its end. Releases that a feed no longer lists stay.

use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashSet;

use super::accounts::Bridges;
use super::change::{RELEASES, counter};
use super::change_log::{Touched, key_of};
use super::marks::feed_id;
use super::matching::{FeedPage, Kept, keep_all};
use super::subscriptions::keep_checked;
use super::{Checked, Library, LibraryError, SourceId, record};
use crate::release::Release;

/// Bits of a key that distinguish releases of the same second: 16 million.
const TIE_BITS: u32 = 24;
/// The bound of the seconds that fit into a key: about 17,000 years around 1970.
const LAST: i64 = (1 << (62 - TIE_BITS)) - 1;
/// The key for undated releases: before all dates.
const UNDATED: i64 = -LAST - 1;

/// What one poll of a source changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// New releases, as indices into the given list, the last first.
    pub fresh: Vec<usize>,
    /// Their release numbers.
    pub numbers: Vec<u64>,
    /// Number of releases whose text, date, topics or links changed.
    pub changed: usize,
}

/// The result of one poll that is to be stored.
#[derive(Debug, Clone, Copy)]
pub struct Polled<'a> {
    /// The subscription.
    pub id: SourceId,
    /// What the poll told.
    pub checked: &'a Checked,
    /// The releases in feed order.
    pub releases: &'a [Release],
}

impl Library {
    /// Stores the result of one poll in one transaction. `releases` are in feed order.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn apply(&mut self, id: SourceId, checked: &Checked, releases: &[Release]) -> Result<Applied, LibraryError> {
        let applied = self.apply_all(&[Polled { id, checked, releases }])?;
        Ok(applied.into_iter().next().unwrap_or_default())
    }

    /// Stores the results of several polls in one transaction, which costs one flush to the disk.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of them is stored.
    pub fn apply_all(&mut self, polls: &[Polled<'_>]) -> Result<Vec<Applied>, LibraryError> {
        // Accounts of this connection read what they need again.
        self.bridges = Bridges::default();
        let rows = polls.iter().map(|poll| poll.releases.len()).sum();
        self.write_many(rows, |connection| {
            let mut touched = Touched::default();
            let apply = |poll: &Polled<'_>| apply(connection, poll, &mut touched);
            let applied = polls.iter().map(apply).collect::<rusqlite::Result<Vec<Applied>>>()?;
            if !touched.is_empty() {
                touched.store(connection)?;
            }
            Ok(applied)
        })
    }

    /// Returns the number of the last change of releases and subscriptions.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_sync(&self) -> Result<i64, LibraryError> {
        self.read(|connection| counter(connection, RELEASES))
    }

    /// Stores the full text of a release; `page` has only a body and links.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_page(&mut self, feed: &str, number: u64, page: &Release, now: i64) -> Result<(), LibraryError> {
        let mut data = Vec::new();
        record::write(page, &mut data);
        self.write(|connection| {
            let feed = feed_id(connection, feed)?;
            let sql = "INSERT INTO pages (feed, number, fetched, data) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (feed, number) DO UPDATE SET fetched = ?3, data = ?4";
            connection.execute(sql, params![feed, number.cast_signed(), now, data])?;
            let mut touched = Touched::default();
            if let Some(key) = key_of(connection, feed, number.cast_signed())? {
                touched.edit(key, key);
            }
            touched.store(connection)
        })
    }

    /// Whether any full text is stored.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_pages(&self) -> Result<bool, LibraryError> {
        self.read(|connection| connection.query_row("SELECT EXISTS (SELECT 1 FROM pages)", [], |row| row.get(0)))
    }

    /// Returns the releases of a feed whose full text is stored.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pages_of(&self, feed: &str) -> Result<FxHashSet<u64>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT number FROM pages WHERE feed = (SELECT id FROM feeds WHERE key = ?1)";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([feed], |row| row.get::<_, i64>(0).map(i64::cast_unsigned))?;
            rows.collect()
        })
    }

    /// Returns the stored full text of a release, and when it was fetched, in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be read.
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

    /// When a source was last polled or an account last synced, in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_poll(&self) -> Result<Option<i64>, LibraryError> {
        self.read(|connection| {
            let sql =
                "SELECT max(checked) FROM (SELECT checked FROM subscriptions UNION ALL SELECT checked FROM accounts)";
            connection.query_row(sql, [], |row| row.get(0))
        })
    }
}

/// Stores the result of one poll.
fn apply(connection: &Connection, poll: &Polled<'_>, touched: &mut Touched) -> rusqlite::Result<Applied> {
    let Polled { id, checked, releases } = *poll;
    let listed_before = last_success(connection, id)?;
    keep_checked(connection, id, checked)?;
    let Kept { applied, listed } = keep_all(connection, id, (FeedPage::Newest, releases), checked.at, touched)?;
    list(connection, id, listed_before, listed)?;
    Ok(applied)
}

/// Returns when a source was last read or found unchanged.
fn last_success(connection: &Connection, source: SourceId) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT succeeded FROM subscriptions WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([source], |row| row.get(0)).optional()?.flatten())
}

/// Records which stored releases a source lists now, by their keys. The last listing of the others was at `before`: an
/// unchanged feed lists what it listed then.
fn list(
    connection: &Connection,
    source: SourceId,
    before: Option<i64>,
    mut listed: FxHashSet<i64>,
) -> rusqlite::Result<()> {
    // The index alone answers this.
    let sql = "SELECT key FROM releases WHERE subscription = ?1 AND unlisted IS NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let rows: Vec<i64> = statement.query_map([source], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut unlist = connection.prepare_cached("UPDATE releases SET unlisted = coalesce(?2, seen) WHERE key = ?1")?;
    for key in rows {
        if !listed.remove(&key) {
            unlist.execute(params![key, before])?;
        }
    }
    // The remaining ones were not listed before.
    let mut relist = connection.prepare_cached("UPDATE releases SET unlisted = NULL WHERE key = ?1")?;
    listed.iter().try_for_each(|key| relist.execute([key]).map(drop))
}

/// When a release was first seen, and when it was last listed if it no longer is, in seconds since 1970.
pub(super) type Times = (i64, Option<i64>);

/// Inserts a new release under a free key and a number; if it shares its name with another release, with the number of that name too.
pub(super) fn insert_record(
    connection: &Connection,
    source: SourceId,
    (key, release): (i64, &Release),
    (number, name): (i64, Option<i64>),
    (data, digest): (&[u8], i64),
    (seen, unlisted): Times,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO releases (key, subscription, number, digest, seen, data, name, unlisted, guid)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let guid = Some(&release.guid).filter(|guid| !guid.is_empty());
    let values = params![key, source, number, digest, seen, data, name, unlisted, guid];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// The range of keys for a release of this date.
pub(super) fn keys(release: &Release) -> RangeInclusive<i64> {
    let second = release.date.map_or(UNDATED, |date| date.instant().clamp(-LAST, LAST));
    let first = second << TIE_BITS;
    first..=first | ((1 << TIE_BITS) - 1)
}

/// The lowest free key above those of the same second.
pub(super) fn free_key(connection: &Connection, release: &Release) -> rusqlite::Result<i64> {
    let keys = keys(release);
    let sql = "SELECT max(key) FROM releases WHERE key BETWEEN ?1 AND ?2";
    let highest: Option<i64> =
        connection.prepare_cached(sql)?.query_row([keys.start(), keys.end()], |row| row.get(0))?;
    // Beyond the last key of a second the next second's keys are used; a catalog still sorts by the date.
    Ok(highest.map_or(*keys.start(), |key| key + 1))
}

/// Free keys for releases in ascending order of their seconds: those of one second need a single query.
#[derive(Debug, Default)]
pub(super) struct FreeKeys {
    /// The last second and its next free key.
    last: Option<(RangeInclusive<i64>, i64)>,
}

impl FreeKeys {
    /// The lowest free key for a release above those of the same second.
    pub fn next(&mut self, connection: &Connection, release: &Release) -> rusqlite::Result<i64> {
        let keys = keys(release);
        let key = match &self.last {
            Some((of, next)) if *of == keys && keys.contains(next) => *next,
            _ => free_key(connection, release)?,
        };
        self.last = Some((keys, key + 1));
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::super::tests::{library, subscribed};
    use super::super::{Flags, Outcome};
    use super::*;
    use crate::release::{Date, Identity};
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
    fn releases_come_newest_first_and_in_feed_order_within_a_day() {
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
        // One is new on the same day, one changed its text, one its date, and the others are no longer listed.
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
    fn a_release_with_a_regenerated_id_is_recognised_by_title_link_and_date() {
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
        // In another order, and next to new ones with the same title.
        let mut again = made(9);
        again.reverse();
        again.insert(0, item("run-9-3", "loaf", "3"));
        assert_eq!(library.apply(source, &checked(9), &again).expect("written").fresh.len(), 1);
    }

    #[test]
    fn extreme_dates_have_keys() {
        let far = |year| Release { date: Date::from_year(year), ..Release::default() };
        let of = |release: &Release| *keys(release).start();
        let ages = [Release::default(), far(1000), far(1969), far(1970), far(2018), far(2200)];
        assert!(ages.iter().map(of).is_sorted() && of(&ages[0]) < of(&ages[1]));
    }

    #[test]
    fn old_releases_expire_and_starred_ones_stay() {
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
    fn a_release_expires_after_its_feed_stops_listing_it() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let (old, new) = (release("1", "old", 1), release("2", "new", 2));
        library.apply(source, &checked(10), std::slice::from_ref(&old)).expect("written");
        library.apply(source, &checked(500), &[new.clone(), old.clone()]).expect("written");
        assert_eq!(library.expire(Some(400), 0).expect("written"), 0, "it is listed");
        // Unchanged: the server does not send the feed again.
        let outcome = Outcome::Unchanged { etag: None, modified: None };
        library.keep_checked(source, &Checked { outcome, ..checked(900) }).expect("written");
        assert_eq!(library.expire(Some(800), 0).expect("written"), 0, "it is listed still");
        library.apply(source, &checked(950), std::slice::from_ref(&new)).expect("written");
        assert_eq!(library.expire(Some(900), 0).expect("written"), 0, "it was listed at 900");
        // It is listed again, then not.
        let applied = library.apply(source, &checked(960), &[new.clone(), old]).expect("written");
        assert_eq!(applied, Applied::default(), "nothing is new");
        library.apply(source, &checked(970), &[new]).expect("written");
        assert_eq!(library.expire(Some(960), 0).expect("written"), 0);
        assert_eq!(library.expire(Some(961), 0).expect("written"), 1);
        assert_eq!(titles(&library), "new");
    }

    #[test]
    fn full_texts_are_deleted_with_their_releases_and_marks_stay() {
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
    fn full_texts_are_stored_beside_releases() {
        let (_folder, mut library) = library();
        let page = Release { body: CleanBuf::block("All\n\nof it"), ..Release::default() };
        library.keep_page("file:a", 7, &page, 99).expect("written");
        assert_eq!(library.page("file:a", 7).expect("read"), Some((page, 99)));
        assert_eq!(library.page("file:b", 7).expect("read"), None);
        assert!(library.pages_of("file:a").expect("read").contains(&7));
    }

    #[test]
    fn a_failed_poll_changes_no_stored_release() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        library.apply(source, &checked(1), &[release("1", "one", 6)]).expect("written");
        let failed = Outcome::Failed { reason: CleanBuf::line("is a web page"), retry: 0, pause: None };
        library.keep_checked(source, &Checked { outcome: failed, ..checked(2) }).expect("written");
        assert_eq!(titles(&library), "one");
    }
}
