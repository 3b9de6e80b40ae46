use std::collections::BTreeMap;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::super::tests::{day, library, opened, subscribed};
use super::super::{AccountKind, Checked, NewAccount, NewEntry, Outcome, backup, restore};
use super::*;
use crate::release::{CustomField, Date, FieldName, Identity};
use crate::text::CleanBuf;

const FEED: &str = "web:a.invalid/";

fn checked(at: i64) -> Checked {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    Checked { at, outcome, moved: None, address: None, origin: None }
}

fn release(id: &str, title: &str, text: &str) -> Release {
    let date = Date::from_ymd(2018, 11, 6);
    let url = CleanBuf::line(&format!("https://a.invalid/{id}"));
    let (title, summary) = (CleanBuf::line(title), CleanBuf::block(text));
    Release { id: CleanBuf::line(id), title, summary, date, url, ..Release::default() }
}

fn number(id: &str) -> u64 {
    Identity::from(&release(id, "", "")).number()
}

/// The earlier texts of a release with their times, the one replaced last first.
fn earlier(library: &Library, id: &str) -> Vec<(String, i64, i64)> {
    let versions = library.versions(FEED, number(id)).expect("read").unwrap_or_default();
    let text = |version: Version| (version.release.summary.to_string(), version.since, version.until);
    versions.earlier.into_iter().map(text).collect()
}

#[test]
fn another_text_is_kept_with_its_times_and_another_spelling_is_not() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let poll = |library: &mut Library, at, text: &str| {
        library.apply(source, &checked(at), &[release("1", "Title", text)]).expect("written").changed
    };
    poll(&mut library, 10, "Closed");
    assert!(!library.has_versions().expect("read") && earlier(&library, "1").is_empty());
    assert_eq!(poll(&mut library, 20, "Closed \n 7 views"), 1);
    assert_eq!(library.changed_at(FEED, number("1")).expect("read"), None, "a counter is no change");
    poll(&mut library, 30, "Open");
    poll(&mut library, 30, "Open");
    poll(&mut library, 40, "Half open");
    let texts = [("Open", 30, 40), ("Closed \n 7 views", 10, 30)];
    assert_eq!(earlier(&library, "1").len(), 2);
    for ((text, since, until), (found, found_since, found_until)) in texts.into_iter().zip(earlier(&library, "1")) {
        assert!(wording::normalised(text) == wording::normalised(&found), "{found}");
        assert_eq!((since, until), (found_since, found_until));
    }
    assert_eq!(library.changed_of(FEED).expect("read").into_iter().collect::<Vec<_>>(), [(number("1"), 40)]);
    assert_eq!(library.changed_at(FEED, number("1")).expect("read"), Some(40));
    assert_eq!(library.counts().expect("read").versions, 2);
    let versions = library.versions(FEED, number("1")).expect("read").expect("changed");
    assert_eq!(versions.now.summary.as_str(), "Half open");
}

#[test]
fn another_title_date_or_place_of_a_listed_release() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let (first, other) = (release("1", "Title", "Text"), release("2", "Another", "Text"));
    library.apply(source, &checked(1), &[first.clone(), other.clone()]).expect("written");
    let moved = Release { date: Date::from_ymd(2018, 11, 9), place: CleanBuf::line("Bern"), ..first };
    assert_eq!(library.apply(source, &checked(2), &[moved.clone(), other.clone()]).expect("written").changed, 1);
    assert_eq!(earlier(&library, "1"), []);
    let titled = Release { title: CleanBuf::line("Another title"), date: Date::from_ymd(2018, 11, 1), ..moved };
    library.apply(source, &checked(3), &[titled, other]).expect("written");
    assert_eq!(earlier(&library, "1"), [("Text".to_owned(), 1, 3)]);
}

/// The values of a release's custom fields, as in `kind=Notice`.
fn custom_fields(library: &Library, id: &str) -> String {
    let mut found = String::new();
    let read = library.stream(&mut |stored| {
        if stored.release.id.as_str() == id {
            let values = stored.release.fields.iter().map(|one| format!("{}={}", one.name.name(), one.value));
            found = values.collect::<Vec<_>>().join(" ");
        }
        ControlFlow::Continue(())
    });
    read.expect("read");
    found
}

fn with_fields(release: &Release, values: &[(&str, &str)]) -> Release {
    let field = |&(name, value): &(&str, &str)| CustomField {
        name: FieldName::of(name).expect("a name"),
        value: CleanBuf::line(value),
    };
    Release { fields: values.iter().map(field).collect(), ..release.clone() }
}

#[test]
fn custom_fields_are_stored_and_their_change_alone_is_no_edit() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let (plain, other) = (release("1", "Title", "Text"), release("2", "Another", "Text"));
    let mut apply = |at: i64, one: &Release| {
        let applied = library.apply(source, &checked(at), &[one.clone(), other.clone()]).expect("written");
        (applied.changed, custom_fields(&library, "1"), library.last_sync().expect("read"))
    };
    apply(1, &plain);
    // A release that an older version stored gets its fields with the next sync.
    let noticed = with_fields(&plain, &[("kind", "Notice"), ("agency", "A")]);
    let (changed, values, change) = apply(2, &noticed);
    assert_eq!((changed, values.as_str()), (0, "kind=Notice agency=A"));
    assert_eq!(apply(3, &noticed), (0, "kind=Notice agency=A".to_owned(), change), "nothing to write");
    let (changed, values, later) = apply(4, &with_fields(&plain, &[("kind", "Rule")]));
    assert_eq!((changed, values.as_str()), (0, "kind=Rule"));
    assert!(later > change, "readers learn of it");
    assert_eq!(earlier(&library, "1"), []);
    let edited = with_fields(&release("1", "Title", "Other text"), &[("kind", "Rule")]);
    assert_eq!(library.apply(source, &checked(5), &[edited]).expect("written").changed, 1);
    assert_eq!((earlier(&library, "1").len(), custom_fields(&library, "1").as_str()), (1, "kind=Rule"));
    // A past page may have an earlier version, which changes nothing; but it completes.
    let past = [
        with_fields(&release("1", "Title", "Other text"), &[("kind", "Old")]),
        with_fields(&other, &[("kind", "Old")]),
    ];
    library.keep_past((source, "web:a.invalid/"), &past, None, 6).expect("written");
    assert_eq!(
        (custom_fields(&library, "1").as_str(), custom_fields(&library, "2").as_str()),
        ("kind=Rule", "kind=Old")
    );
}

#[test]
fn versions_are_deleted_with_their_release() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let both = |text: &str| [release("1", "One", text), release("2", "Two", text)];
    library.apply(source, &checked(1), &both("Old")).expect("written");
    library.apply(source, &checked(2), &both("New")).expect("written");
    library.apply(source, &checked(9), &[release("2", "Two", "New")]).expect("written");
    assert_eq!(library.expire(Some(5), 0).expect("written"), 1);
    assert_eq!((earlier(&library, "1").len(), earlier(&library, "2").len()), (0, 1));
    assert_eq!(library.counts().expect("read").versions, 1);
}

#[test]
fn versions_are_restored_from_a_backup() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    for (at, text) in [(1, "One"), (2, "Two")] {
        library.apply(source, &checked(at), &[release("1", "Title", text)]).expect("written");
    }
    backup::daily(&library, day(1)).expect("written");
    let before = earlier(&library, "1");
    library.apply(source, &checked(3), &[release("1", "Title", "Three")]).expect("written");
    let place = library.place().clone();
    drop(library);
    restore(&place, None).expect("restored");
    assert_eq!((before.len(), earlier(&opened(&place), "1")), (1, before));
}

#[test]
fn an_edit_at_a_server_is_kept_and_the_text_of_another_source_is_no_edit() {
    let (_folder, mut library) = library();
    let new = NewAccount { name: CleanBuf::line("work"), kind: AccountKind::Miniflux, ..NewAccount::default() };
    let id = library.add_account(&new).expect("written").expect("a free name");
    let address = CleanBuf::line("https://a.invalid/");
    let feed = super::super::AccountFeed { remote: CleanBuf::line("7"), address, ..Default::default() };
    let source = library.set_account_feeds(id, &[feed]).expect("written")[0].1;
    let take = |library: &mut Library, at, text: &str| {
        let release = release("", "Title", text);
        let entry = NewEntry { remote: 1, source, release: &release, hash: None, flags: None, is_found: false };
        library.take_entries(id, &[entry], at).expect("written").changed
    };
    assert_eq!((take(&mut library, 1, "Old"), take(&mut library, 2, "New"), take(&mut library, 3, "New ")), (0, 1, 0));
    let changed = library.changed_of(FEED).expect("read");
    assert_eq!(changed.values().collect::<Vec<_>>(), [&2]);
    let number = *changed.keys().next().expect("one");
    // Now the feed is polled too. Its text is longer than what the server gave.
    let longer = |text: &str| [Release { url: release("", "", "").url, ..release("own", "Title", text) }];
    subscribed(&mut library, "a");
    library.apply(source, &checked(4), &longer("New and longer")).expect("written");
    assert_eq!(library.changed_at(FEED, number).expect("read"), Some(2));
    library.apply(source, &checked(5), &longer("Newest")).expect("written");
    assert_eq!(library.changed_at(FEED, number).expect("read"), Some(5));
}

#[test]
fn the_oldest_versions_go_first_and_processes_learn_which_releases_lost_theirs() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let all = |text: &str| (0..5).map(|n| release(&n.to_string(), "Title", text)).collect::<Vec<_>>();
    library.apply(source, &checked(1), &all("Old")).expect("written");
    for n in 0..5_i64 {
        let mut releases = all("Old");
        for release in releases.iter_mut().take(usize::try_from(n).expect("few") + 1) {
            release.summary = CleanBuf::line("New");
        }
        library.apply(source, &checked(10 + n), &releases).expect("written");
    }
    assert_eq!(library.changed_of(FEED).expect("read").len(), 5);
    let size = |library: &Library| {
        library.read(|connection| connection.query_row("SELECT sum(bytes) FROM versions", [], |row| row.get(0)))
    };
    let size: i64 = size(&library).expect("read");
    let none = &mut |_: super::super::Stored<'_>| std::ops::ControlFlow::Continue(());
    let at = library.stream(none).expect("read");
    library
        .write(|connection| {
            let mut touched = Touched::default();
            bound(connection, size * 7 / 10, &mut touched)?;
            touched.store(connection)
        })
        .expect("written");
    let mut left: Vec<i64> = library.changed_of(FEED).expect("read").into_values().collect();
    left.sort_unstable();
    assert_eq!(left, [12, 13, 14]);
    let mut edited = Vec::new();
    let each = &mut |is_new, stored: super::super::Stored<'_>| {
        edited.push((is_new, stored.number));
        std::ops::ControlFlow::Continue(())
    };
    assert!(library.stream_since(at, each).expect("read").is_some());
    edited.sort_unstable();
    let mut expected = [(false, number("0")), (false, number("1"))];
    expected.sort_unstable();
    assert_eq!(edited, expected);
}

#[test]
fn large_versions_of_one_release_do_not_drive_out_those_of_others() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    for at in 0..4 {
        let text = format!("{at} ") + &"word ".repeat(700_000);
        library.apply(source, &checked(at), &[release("1", "Title", &text)]).expect("written");
    }
    let times: Vec<i64> = earlier(&library, "1").into_iter().map(|(_, _, until)| until).collect();
    assert_eq!(times, [3, 2], "3.5 MB each");
}

#[test]
fn two_processes_keep_one_version_of_one_edit() {
    let (_folder, mut one) = library();
    let source = subscribed(&mut one, "a");
    one.apply(source, &checked(1), &[release("1", "Title", "Old")]).expect("written");
    let place = one.place().clone();
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let place = place.clone();
            std::thread::spawn(move || {
                let mut library = opened(&place);
                for text in ["New", "Newer", "Newest"] {
                    library.apply(source, &checked(2 + n), &[release("1", "Title", text)]).expect("written");
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("done");
    }
    let texts: std::collections::BTreeSet<String> = earlier(&one, "1").into_iter().map(|(text, ..)| text).collect();
    assert_eq!((texts.len(), texts.contains("Old")), (earlier(&one, "1").len(), true));
}

/// What a naive implementation keeps of a release: its text now, and earlier texts with their times.
#[derive(Debug, Default)]
struct Naive {
    now: Option<(u8, i64)>,
    earlier: Vec<(u8, i64, i64)>,
}

impl Naive {
    fn poll(&mut self, text: u8, at: i64) {
        if let Some((before, since)) = self.now
            && before != text
        {
            let known = self.earlier.iter().position(|(earlier, ..)| *earlier == before);
            let first = known.map_or(since, |known| self.earlier.remove(known).1);
            self.earlier.push((before, first, at));
            if self.earlier.len() > MOST_VERSIONS {
                self.earlier.remove(0);
            }
            self.now = Some((text, at));
        }
        self.now.get_or_insert((text, at));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Each poll lists some releases, each with a text and one of several spellings of it.
    #[test]
    fn the_kept_versions_equal_those_of_a_naive_history(
        polls in prop::collection::vec(prop::collection::btree_map(0_u8..3, (0_u8..30, 0_usize..3), 1..3), 1..60)
    ) {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let mut naive: BTreeMap<u8, Naive> = BTreeMap::new();
        for (at, poll) in (1..).zip(&polls) {
            let spelt = |text: u8, spelling: usize| match spelling {
                0 => format!("Text {text}, and more"),
                1 => format!("Text {text},\n\nand more"),
                _ => format!("Text {text}, and more {at} views"),
            };
            let item = |(id, &(text, spelling)): (&u8, &(u8, usize))| release(&id.to_string(), "Title", &spelt(text, spelling));
            let releases: Vec<Release> = poll.iter().map(item).collect();
            library.apply(source, &checked(at), &releases).expect("written");
            for (&id, &(text, _)) in poll {
                naive.entry(id).or_default().poll(text, at);
            }
        }
        let changed = library.changed_of(FEED).expect("read");
        for (id, naive) in &naive {
            let expected: Vec<_> = naive.earlier.iter().rev()
                .map(|(text, since, until)| (format!("Text {text}, and more"), *since, *until)).collect();
            let found: Vec<_> = earlier(&library, &id.to_string()).into_iter()
                .map(|(text, since, until)| (wording::normalised(&text), since, until)).collect();
            prop_assert_eq!(&found, &expected);
            let at = expected.first().map(|(.., until)| *until);
            prop_assert_eq!(changed.get(&number(&id.to_string())).copied(), at);
        }
    }
}
