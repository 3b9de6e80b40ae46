//! Saved data survives whatever ends the program: kills, a full disk, eight programs at a time, damage, and feeds that
//! drop, move and rewrite their items.

#[path = "support/kills.rs"]
mod kills;
#[path = "support/server.rs"]
mod server;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/tiny.rs"]
mod tiny;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::process::Child;

use proptest::prelude::*;
use tidings::feed::opml::OpmlEntry;
use tidings::library::{Checked, Flags, Library, LibraryPath, Outcome};
use tidings::release::{Date, Identity, Release};
use tidings::runtime::{self, Input, OpenedInputs};
use tidings::text::CleanBuf;

use kills::{Random, assert_whole, feed, give, key, number, open, start};

/// Waits for a program to end; returns its output, its errors and its exit code.
fn ended(mut child: Child) -> (String, String, Option<i32>) {
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    let output = child.wait_with_output().expect("it ends");
    (out, String::from_utf8(output.stderr).expect("text"), output.status.code())
}

#[test]
fn marks_that_were_acknowledged_survive_kills() {
    kills::marking(40, 2_018);
}

#[test]
fn marks_of_an_account_that_were_acknowledged_survive_kills_and_wait_for_its_server() {
    kills::marking_entries(15, 2_026);
}

#[test]
fn a_killed_sync_leaves_complete_sources() {
    kills::syncing(15, 11, &server::Server::start());
}

#[test]
fn marking_syncing_and_restoring_at_once_lose_nothing_when_killed() {
    kills::together(12, 7, &server::Server::start());
}

#[test]
fn eight_processes_that_mark_at_once_lose_nothing() {
    const ITEMS: usize = 400;
    let home = tempfile::tempdir().expect("a home");
    let file = home.path().join("feed.json");
    fs::write(&file, feed(ITEMS)).expect("a feed");
    let mut random = Random(7);
    let mut wanted: BTreeMap<String, u8> = BTreeMap::new();
    let mut programs = Vec::new();
    for program in 0..8 {
        // Half of them read, half of them star, each its own releases and many of the others'. There is no library yet.
        let (what, flag) = if program % 2 == 0 { ("read", 1) } else { ("star", 2) };
        let ids: Vec<String> = (0..60).map(|_| format!("r{}", random.below(ITEMS))).collect();
        for id in &ids {
            *wanted.entry(id.clone()).or_default() |= flag;
        }
        let mut child = start(home.path(), &["mark", what, "--ids", "-", "feed.json"]);
        let giver = give(&mut child, ids);
        programs.push((child, giver));
    }
    for (child, giver) in programs {
        let (out, err, code) = ended(child);
        assert_eq!((err.as_str(), code), ("", Some(0)));
        assert_eq!(out.lines().count(), 60);
        giver.join().expect("the ids were given");
    }
    let path = home.path().join("library.db");
    let marks = open(&path).marks_of(&key(&file)).expect("read");
    assert_eq!(marks.len(), wanted.len());
    for (id, flags) in wanted {
        assert_eq!(marks[&number(&id)].number(), flags, "{id}");
    }
    assert_whole(&path);
}

#[test]
fn a_full_disk_is_reported_and_loses_nothing() {
    // Full from the start, and full after some marks.
    for (left, least) in [(0, 0), (300, 10)] {
        full_disk(left, least);
    }
}

/// Marks on a disk with this many KiB left; at least `least` marks must be saved before it is full.
fn full_disk(left: u64, least: usize) {
    let Some(disk) = tiny::disk(1_200) else { return };
    fs::write(disk.path().join("feed.json"), feed(5_000)).expect("a feed");
    let path = disk.path().join("library.db");
    let mark = |ids: Vec<String>| {
        let mut child = start(disk.path(), &["mark", "read", "--ids", "-", "feed.json"]);
        let giver = give(&mut child, ids);
        let ended = ended(child);
        giver.join().expect("the ids were given");
        ended
    };
    let (_, err, code) = mark(vec!["r0".to_owned()]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    disk.fill(left);
    let (out, err, code) = mark((1..5_000).map(|n| format!("r{n}")).collect());
    assert!(code == Some(2) && err.contains("disk full"), "{code:?} {err}");
    let kept: BTreeSet<String> = out.lines().map(str::to_owned).chain(["r0".to_owned()]).collect();
    assert!(kept.len() > least && kept.len() < 5_000, "{} marks were kept", kept.len());
    let all_there = || {
        let marks = open(&path).marks_of(&key(&disk.path().join("feed.json"))).expect("read");
        kept.iter().all(|id| marks.contains_key(&number(id)))
    };
    assert!(all_there());
    disk.make_room();
    assert_whole(&path);
    let (out, err, code) = mark(vec!["r4999".to_owned()]);
    assert_eq!((out.as_str(), err.as_str(), code), ("r4999\n", "", Some(0)));
    assert!(all_there());
}

#[test]
fn a_read_only_library_is_read_and_says_why() {
    let Some(disk) = tiny::disk(900) else { return };
    fs::write(disk.path().join("feed.json"), feed(9)).expect("a feed");
    let mut child = start(disk.path(), &["mark", "read", "--ids", "-", "feed.json"]);
    give(&mut child, vec!["r1".to_owned()]).join().expect("given");
    assert_eq!(ended(child).2, Some(0));
    disk.protect();
    let (out, err, code) = ended(start(disk.path(), &["list", "feed.json", "-q", "is:read", "--count"]));
    assert_eq!((out.as_str(), err.as_str(), code), ("1\n", "", Some(0)));
    let (_, err, code) = ended(start(disk.path(), &["mark", "read", "-q", "", "feed.json"]));
    assert!(code == Some(2) && err.contains("library.db") && err.contains("cannot write"), "{code:?} {err}");
}

#[test]
fn changes_in_the_log_alone_are_read_from_a_read_only_folder() {
    let Some(disk) = tiny::disk(2_000) else { return };
    let home = tempfile::tempdir().expect("a home");
    let (file, path) = (disk.path().join("feed.json"), home.path().join("library.db"));
    fs::write(&file, feed(9)).expect("a feed");
    let mut library = Library::create(&LibraryPath::of_file(&path)).expect("a library");
    library.mark(Flags::READ, true, [(key(&file).as_str(), number("r1"))]).expect("written");
    // As left by a killed program.
    for end in ["library.db", "library.db-wal"] {
        fs::copy(home.path().join(end), disk.path().join(end)).expect("a copy");
    }
    assert!(fs::metadata(disk.path().join("library.db-wal")).expect("a log").len() > 0);
    disk.protect();
    let (out, err, code) = ended(start(disk.path(), &["list", "feed.json", "-q", "is:read", "--count"]));
    assert_eq!((out.as_str(), err.as_str(), code), ("1\n", "", Some(0)));
}

#[test]
fn a_newer_library_is_read_only() {
    let home = tempfile::tempdir().expect("a home");
    let path = home.path().join("library.db");
    fs::write(home.path().join("feed.json"), feed(3)).expect("a feed");
    let mut child = start(home.path(), &["mark", "star", "--ids", "-", "feed.json"]);
    give(&mut child, vec!["r2".to_owned()]).join().expect("given");
    assert_eq!(ended(child).2, Some(0));
    let database = rusqlite::Connection::open(&path).expect("a database");
    database.pragma_update(None, "user_version", 999).expect("a newer version");
    drop(database);
    let (out, _, code) = ended(start(home.path(), &["list", "feed.json", "-q", "is:starred", "--columns", "id"]));
    assert_eq!((out.as_str(), code), ("r2\n", Some(0)));
    let (_, err, code) = ended(start(home.path(), &["mark", "star", "-q", "", "feed.json"]));
    assert!(code == Some(2) && err.contains("newer tidings (schema version 999"), "{code:?} {err}");
}

/// An event in the history of a feed and its releases.
#[derive(Debug, Clone)]
enum Step {
    /// The feed lists these from now on, in this order.
    List(Vec<u8>),
    /// A title changes.
    Retitle(u8),
    /// The address changes between http and https.
    Secure(bool),
    /// A release is marked read or unread.
    Read(u8, bool),
    /// A release is starred or unstarred.
    Star(u8, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        prop::sample::subsequence((0..12_u8).collect::<Vec<_>>(), 0..12).prop_shuffle().prop_map(Step::List),
        (0..12_u8).prop_map(Step::Retitle),
        any::<bool>().prop_map(Step::Secure),
        (0..12_u8, any::<bool>()).prop_map(|(one, on)| Step::Read(one, on)),
        (0..12_u8, any::<bool>()).prop_map(|(one, on)| Step::Star(one, on)),
    ]
}

/// The history of a feed, and the reader's marks.
#[derive(Default)]
struct History {
    listed: Vec<u8>,
    titles: BTreeMap<u8, u32>,
    is_secure: bool,
    marks: BTreeMap<u8, (bool, bool)>,
}

impl History {
    /// The current version of a release: a third have an id, a third an address as id, a third only a link.
    fn release(&self, one: u8) -> Release {
        let scheme = if self.is_secure { "https" } else { "http" };
        let address = CleanBuf::line(&format!("{scheme}://a.invalid/{one}"));
        let id = match one % 3 {
            0 => CleanBuf::line(&format!("id-{one}")),
            1 => address.clone(),
            _ => CleanBuf::default(),
        };
        let title = CleanBuf::line(&format!("Release {one}, edition {}", self.titles.get(&one).unwrap_or(&0)));
        Release { id, title, url: address, date: Date::from_ymd(2018, 1, 1 + u32::from(one)), ..Release::default() }
    }

    fn releases(&self) -> Vec<Release> {
        self.listed.iter().map(|&one| self.release(one)).collect()
    }

    fn json(&self) -> String {
        let item = |release: &Release| {
            let Release { id, title, url, date, .. } = release;
            let id = if id.is_empty() { String::new() } else { format!("\"id\":\"{id}\",") };
            format!("{{{id}\"title\":\"{title}\",\"url\":\"{url}\",\"date\":\"{}\"}}", date.expect("a date"))
        };
        let items: Vec<String> = self.releases().iter().map(item).collect();
        format!("{{\"title\":\"T\",\"items\":[{}]}}", items.join(","))
    }

    /// Applies a step; returns the mark to set for it, if any.
    fn take(&mut self, step: &Step) -> Option<(u8, Flags, bool)> {
        match *step {
            Step::List(ref listed) => self.listed.clone_from(listed),
            Step::Retitle(one) => *self.titles.entry(one).or_default() += 1,
            Step::Secure(on) => self.is_secure = on,
            Step::Read(one, on) => {
                self.marks.entry(one).or_default().0 = on;
                return Some((one, Flags::READ, on));
            }
            Step::Star(one, on) => {
                self.marks.entry(one).or_default().1 = on;
                return Some((one, Flags::STARRED, on));
            }
        }
        None
    }
}

/// The marks after loading, by title.
fn loaded(reading: &OpenedInputs) -> BTreeMap<String, (bool, bool)> {
    let loaded = runtime::load(reading);
    assert_eq!(loaded.refused, []);
    let title = |index| loaded.catalog.release(index).expect("a release").title().as_str().to_owned();
    let mut all: BTreeMap<String, (bool, bool)> =
        loaded.catalog.indices().map(|index| (title(index), (false, false))).collect();
    for marks in &loaded.marks {
        all.insert(title(marks.release), (marks.read, marks.starred));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_history_of_a_feed_loses_or_moves_a_mark(steps in prop::collection::vec(step(), 1..25)) {
        let home = tempfile::tempdir().expect("a home");
        let place = LibraryPath::of_file(&home.path().join("library.db"));
        let file = home.path().join("feed.json");
        let mut library = Library::create(&place).expect("a library");
        let subscription = OpmlEntry {
            title: CleanBuf::line("T"),
            address: CleanBuf::line("http://a.invalid/feed"),
            site: CleanBuf::default(),
            categories: Vec::new(),
        };
        let source = library.subscribe(&[subscription]).expect("written")[0];
        let mut history = History::default();
        let mut stored: BTreeSet<u8> = BTreeSet::new();
        for (at, step) in (1..).zip(&steps) {
            fs::write(&file, history.json()).expect("written");
            if let Some((one, flag, on)) = history.take(step) {
                let number = Identity::from(&history.release(one)).number();
                let file = key(&file);
                library.mark(flag, on, [("web:a.invalid/feed", number), (&file, number)]).expect("written");
            }
            fs::write(&file, history.json()).expect("written");
            let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
            let checked = Checked { at, outcome, moved: None, address: None, origin: None };
            library.apply(source, &checked, &history.releases()).expect("written");
            stored.extend(&history.listed);

            let reading = |source| OpenedInputs {
                sources: vec![source],
                library: Some(place.clone()),
                is_merged: true,
                ..OpenedInputs::default()
            };
            let marks_of = |one: u8| history.marks.get(&one).copied().unwrap_or_default();
            if !history.listed.is_empty() {
                let of_file = loaded(&reading(Input::File(file.clone())));
                let expected: BTreeMap<String, (bool, bool)> =
                    history.listed.iter().map(|&one| (history.release(one).title.to_string(), marks_of(one))).collect();
                prop_assert_eq!(of_file, expected);
            }
            // Every release that was ever listed is there, with its title of that time.
            let of_library = loaded(&reading(Input::Library(place.clone())));
            prop_assert_eq!(of_library.len(), stored.len());
            for (title, marks) in of_library {
                let one = title.trim_start_matches("Release ").split(',').next().and_then(|one| one.parse().ok());
                prop_assert_eq!(marks, marks_of(one.expect("a number")), "{}", title);
            }
        }
    }
}
