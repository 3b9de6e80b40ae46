//! Past pages of feeds: their releases, and where the walk through them continues.
//!
//! A walk through the pages of a feed may take several runs. With the releases of each page the library keeps the address
//! of the next one, in one transaction, so that a later run continues there, however the earlier one ended.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::accounts::Bridges;
use super::change_log::Touched;
use super::matching::{FeedPage, Kept, keep_all};
use super::{Library, LibraryError, SourceId, record};
use crate::release::Release;

/// The settings that hold the next page of a feed: this, and the key of the feed.
pub(super) const NEXT_PAGES: &str = "next-page:";
/// The most pages that a walk remembers having read; a loop of more pages is read again.
const REMEMBERED: usize = 2_000;

/// The page with which a walk through the past pages of a feed continues.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextPage {
    /// Its address, without user name and password.
    pub address: String,
    /// Whether it must not be in a private network.
    pub is_guarded: bool,
    /// The hashes of the addresses of the pages that were read.
    pub seen: Vec<u64>,
    /// What the walk does next, if it is one through sitemaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sitemaps: Option<Box<SitemapPlan>>,
}

/// How a walk through sitemaps continues after its next page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitemapPlan {
    /// The number of indexes that lead to the next page.
    pub depth: u8,
    /// The sitemaps after the next page, in the order in which they are read.
    pub rest: Vec<PlannedSitemap>,
    /// The section of the site whose releases are wanted; `None` for the parts of an index that is subscribed to.
    pub section: Option<String>,
    /// The number of sitemaps without news that were read last.
    pub barren: u8,
    /// Whether a sitemap had news of the section.
    pub has_news: bool,
    /// Whether a sitemap could not be read.
    pub has_skipped: bool,
}

/// A sitemap that a walk has not read yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSitemap {
    /// Its address, without user name and password.
    pub address: String,
    /// Whether it must not be in a private network.
    pub is_guarded: bool,
    /// The number of indexes that lead to it.
    pub depth: u8,
}

impl NextPage {
    /// Whether the walk has read the page with this hash.
    #[must_use]
    pub fn has_seen(&self, page: u64) -> bool {
        self.seen.contains(&page)
    }

    /// Records a page as read.
    pub fn see(&mut self, page: u64) {
        if !self.has_seen(page) {
            self.seen.push(page);
            let surplus = self.seen.len().saturating_sub(REMEMBERED);
            self.seen.drain(..surplus);
        }
    }
}

impl Library {
    /// Returns the page with which the walk of a feed continues, if one is under way.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_page(&self, feed: &str) -> Result<Option<NextPage>, LibraryError> {
        let text = self.setting(&setting_of(feed))?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Stores the releases of a past page of a feed, given by its source and its key, together with the page with which
    /// the walk continues. Returns the number of new releases. Stored releases stay as they are, because a past page may have
    /// earlier versions of them; only fields that an older tidings did not keep are added. A release of a past page counts as last listed `now`, in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of the page is stored.
    pub fn keep_past(
        &mut self,
        (id, feed): (SourceId, &str),
        releases: &[Release],
        next: Option<&NextPage>,
        now: i64,
    ) -> Result<usize, LibraryError> {
        self.bridges = Bridges::default();
        self.write_many(releases.len(), |connection| {
            let mut touched = Touched::default();
            let Kept { applied, listed } = keep_all(connection, id, (FeedPage::Past, releases), now, &mut touched)?;
            let sql = "UPDATE releases SET unlisted = ?2 WHERE key = ?1 AND unlisted < ?2";
            let mut list = connection.prepare_cached(sql)?;
            listed.iter().try_for_each(|key| list.execute(params![key, now]).map(drop))?;
            if !touched.is_empty() {
                touched.store(connection)?;
            }
            keep_next(connection, feed, next)?;
            Ok(applied.fresh.len())
        })
    }

    /// Passes the links of the stored releases of a source to `each`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn links_of(&self, source: SourceId, each: &mut dyn FnMut(&str)) -> Result<(), LibraryError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT data FROM releases WHERE subscription = ?1")?;
            let mut rows = statement.query([source])?;
            let mut release = Release::default();
            while let Some(row) = rows.next()? {
                if record::read(row.get_ref(0)?.as_blob()?, &mut release) && !release.url.is_empty() {
                    each(release.url.as_str());
                }
            }
            Ok(())
        })
    }

    /// Sets the page with which the walk of a feed continues; `None` ends the walk.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_next_page(&mut self, feed: &str, next: Option<&NextPage>) -> Result<(), LibraryError> {
        self.write(|connection| keep_next(connection, feed, next))
    }
}

fn setting_of(feed: &str) -> String {
    format!("{NEXT_PAGES}{feed}")
}

fn keep_next(connection: &Connection, feed: &str, next: Option<&NextPage>) -> rusqlite::Result<()> {
    let name = setting_of(feed);
    let Some(text) = next.and_then(|next| serde_json::to_string(next).ok()) else {
        return connection.prepare_cached("DELETE FROM settings WHERE name = ?1")?.execute([name]).map(drop);
    };
    let sql = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
    connection.prepare_cached(sql)?.execute([name, text]).map(drop)
}

/// Forgets the next pages of feeds that the library no longer has.
pub(super) fn forget_next_pages(connection: &Connection) -> rusqlite::Result<()> {
    let sql = format!(
        "DELETE FROM settings WHERE name LIKE '{NEXT_PAGES}%'
         AND NOT EXISTS (SELECT 1 FROM feeds WHERE '{NEXT_PAGES}' || feeds.key = settings.name)"
    );
    connection.execute(&sql, []).map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{library, subscribed};
    use super::super::{Checked, Flags, Outcome};
    use super::*;
    use crate::release::{Date, Identity};
    use crate::text::CleanBuf;

    const KEY: &str = "web:a.invalid/";

    fn release(id: &str, title: &str) -> Release {
        let date = Date::from_ymd(2018, 11, 6);
        Release { id: CleanBuf::line(id), title: CleanBuf::line(title), date, ..Release::default() }
    }

    fn poll(library: &mut Library, source: SourceId, at: i64, releases: &[Release]) {
        let outcome = Outcome::Read { etag: Some("1".to_owned()), modified: None, title: CleanBuf::default() };
        let checked = Checked { at, outcome, moved: None, address: None, origin: None };
        library.apply(source, &checked, releases).expect("written");
    }

    fn titles(library: &Library) -> Vec<String> {
        let mut titles = Vec::new();
        library
            .stream(&mut |stored| {
                titles.push(stored.release.title.to_string());
                std::ops::ControlFlow::Continue(())
            })
            .expect("read");
        titles.sort();
        titles
    }

    #[test]
    fn a_past_page_adds_releases_and_changes_none() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        poll(&mut library, source, 10, &[release("3", "three, corrected"), release("2", "two")]);
        let before = library.sources().expect("read");
        let next =
            NextPage { address: "https://a.invalid/2".to_owned(), is_guarded: true, seen: vec![7], sitemaps: None };
        let page = [release("3", "three"), release("1", "one")];
        assert_eq!(library.keep_past((source, KEY), &page, Some(&next), 20).expect("written"), 1);
        assert_eq!(titles(&library), ["one", "three, corrected", "two"]);
        assert_eq!(library.sources().expect("read"), before, "the newest page keeps its validators and its times");
        assert_eq!(library.next_page(KEY).expect("read"), Some(next));
        assert_eq!(library.keep_past((source, KEY), &page, None, 30).expect("written"), 0);
        assert_eq!(library.next_page(KEY).expect("read"), None);
    }

    #[test]
    fn what_a_sitemap_had_is_found_again_by_its_link_and_title_and_another_release_with_the_link_is_not() {
        let linked = |id: &str, title: &str, text: &str| Release {
            url: CleanBuf::line("https://a.invalid/log"),
            summary: CleanBuf::block(text),
            ..release(id, title)
        };
        for (earlier, found) in [
            (linked("", "one", ""), vec!["one"]),
            (linked("", "two", ""), vec!["one", "two"]),
            (linked("", "two", "A text"), vec!["one", "two"]),
        ] {
            let (_folder, mut library) = library();
            let source = subscribed(&mut library, "a");
            library.keep_past((source, KEY), &[earlier], None, 10).expect("written");
            poll(&mut library, source, 20, &[linked("1", "one", "What it is about")]);
            assert_eq!(titles(&library), found);
        }
    }

    #[test]
    fn two_new_releases_with_the_link_and_title_of_a_sitemap_do_not_take_its_marks() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let linked = |id: &str, day: u32| Release {
            url: CleanBuf::line("https://a.invalid/log"),
            date: Date::from_ymd(2018, 11, day),
            ..release(id, "one")
        };
        let earlier = linked("", 6);
        let number = Identity::from(&earlier).number();
        library.keep_past((source, KEY), &[earlier], None, 10).expect("written");
        library.mark(Flags::READ, true, [(KEY, number)]).expect("written");
        let new = [linked("1", 8), linked("2", 7)];
        poll(&mut library, source, 20, &new);
        assert_eq!(titles(&library), ["one", "one", "one"]);
        for release in &new {
            let number = Identity::from(release).number();
            assert_eq!(library.flags(KEY, number).expect("read"), Flags::default(), "{}", release.id);
        }
    }

    #[test]
    fn a_release_of_a_past_page_expires_after_it_was_last_found_there() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        poll(&mut library, source, 10, &[release("2", "two")]);
        library.keep_past((source, KEY), &[release("1", "one")], None, 500).expect("written");
        poll(&mut library, source, 600, &[release("3", "three"), release("2", "two")]);
        assert_eq!(library.expire(Some(500), 0).expect("written"), 0);
        library.keep_past((source, KEY), &[release("1", "one")], None, 700).expect("written");
        assert_eq!(library.expire(Some(600), 0).expect("written"), 0, "it was found again");
        assert_eq!(library.expire(Some(701), 0).expect("written"), 3, "the feed was not read since");
    }

    #[test]
    fn a_release_of_a_past_page_finds_its_mark_again() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let old = release("1", "one");
        poll(&mut library, source, 10, std::slice::from_ref(&old));
        let number = Identity::from(&old).number();
        library.mark(Flags::READ, true, [(KEY, number)]).expect("written");
        poll(&mut library, source, 20, &[release("2", "two")]);
        assert_eq!(library.expire(Some(15), 0).expect("written"), 1);
        library.keep_past((source, KEY), &[old], None, 30).expect("written");
        let mut found = None;
        library
            .stream(&mut |stored| {
                found = found.or(Some(stored.number).filter(|_| stored.release.title.as_str() == "one"));
                std::ops::ControlFlow::Continue(())
            })
            .expect("read");
        assert_eq!(found, Some(number));
        assert_eq!(library.flags(KEY, number).expect("read"), Flags::READ);
    }

    #[test]
    fn the_next_page_of_a_feed_that_is_gone_is_forgotten() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        library.set_next_page(KEY, Some(&NextPage::default())).expect("written");
        library.expire(None, 0).expect("written");
        assert!(library.next_page(KEY).expect("read").is_some());
        library.unsubscribe(source, 10).expect("written");
        library.expire(None, 20).expect("written");
        assert_eq!(library.next_page(KEY).expect("read"), None);
    }

    #[test]
    fn a_walk_remembers_a_bounded_number_of_pages() {
        let mut next = NextPage::default();
        (0..REMEMBERED as u64 + 5).for_each(|page| next.see(page));
        assert_eq!((next.seen.len(), next.has_seen(4), next.has_seen(5)), (REMEMBERED, false, true));
    }
}
