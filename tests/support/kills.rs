//! Kills the program at random moments while it marks and syncs; everything it confirmed must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tidings::feed::opml::OpmlEntry;
use tidings::library::{
    AccountFeed, AccountId, AccountKind, Flags, Library, LibraryPath, NewAccount, NewEntry, backup,
};
use tidings::release::{Identity, Release};
use tidings::text::CleanBuf;

use crate::server::{Reply, Server};

/// A linear congruential generator (Knuth's MMIX constants).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// Waits a random time before a kill, which should hit any moment of the work; so there is no event to wait for.
    fn pause(&mut self, most_microseconds: usize) {
        thread::sleep(Duration::from_micros(self.below(most_microseconds) as u64));
    }
}

/// A feed with a number of items, with the ids `r0`, `r1` and so on.
pub fn feed(items: usize) -> String {
    let item = |n: usize| format!("{{\"id\":\"r{n}\",\"title\":\"Release {n}\"}}");
    format!("[{}]", (0..items).map(item).collect::<Vec<_>>().join(",\n"))
}

/// The number under which the release with an id is marked.
pub fn number(id: &str) -> u64 {
    Identity::from(&Release { id: CleanBuf::line(id), ..Release::default() }).number()
}

/// The key of a file's feed.
pub fn key(file: &Path) -> String {
    format!("file:{}", file.canonicalize().expect("a file").display())
}

/// The library at a path.
pub fn open(path: &Path) -> Library {
    let library = Library::open(&LibraryPath::of_file(path)).expect("a library that can be used").expect("a library");
    assert_eq!(library.mended(), None, "the library was damaged");
    library
}

/// Asserts that a library is intact.
pub fn assert_whole(path: &Path) {
    assert_eq!(backup::check(&open(path)).expect("it can be read"), Vec::<CleanBuf>::new());
}

/// Starts the program with these arguments, with input and output piped.
pub fn start(home: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(arguments)
        .current_dir(home)
        .env("HOME", home)
        .env_remove("XDG_DATA_HOME")
        .env("TIDINGS_LIBRARY", home.join("library.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program")
}

/// Feeds ids to a program on a thread; the program may be killed meanwhile.
pub fn give(child: &mut Child, ids: Vec<String>) -> thread::JoinHandle<()> {
    let mut input = child.stdin.take().expect("a pipe");
    thread::spawn(move || {
        for id in ids {
            if writeln!(input, "{id}").is_err() {
                return;
            }
        }
    })
}

/// Kills the program while it marks, `runs` times. All confirmed marks must be there. Returns their number.
pub fn marking(runs: usize, seed: u64) -> usize {
    const ITEMS: usize = 3_000;
    let mut random = Random(seed);
    let home = tempfile::tempdir().expect("a home");
    let (file, path) = (home.path().join("feed.json"), home.path().join("library.db"));
    std::fs::write(&file, feed(ITEMS)).expect("a feed");
    let mut acknowledged = BTreeSet::new();
    for run in 0..runs {
        let mut child = start(home.path(), &["mark", "read", "--ids", "-", "feed.json"]);
        let ids = (0..400).map(|_| format!("r{}", random.below(ITEMS))).collect();
        let giver = give(&mut child, ids);
        let patience = random.below(120);
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        for id in lines.by_ref().take(patience).map_while(Result::ok) {
            acknowledged.insert(id);
        }
        random.pause(2_000);
        child.kill().expect("it runs");
        // Complete lines received before the kill count too.
        acknowledged.extend(lines.map_while(Result::ok).filter(|line| number_of(line) < Some(ITEMS)));
        child.wait().expect("it ended");
        giver.join().expect("the ids were given");
        if path.exists() {
            let marks = open(&path).marks_of(&key(&file)).expect("read");
            let lost: Vec<&String> = acknowledged.iter().filter(|id| !marks.contains_key(&number(id))).collect();
            assert!(lost.is_empty(), "run {run} of seed {seed} lost {lost:?}");
        }
    }
    assert!(acknowledged.len() > runs, "only {} marks were acknowledged: nothing was tested", acknowledged.len());
    assert_whole(&path);
    acknowledged.len()
}

/// Adds an account with a feed of entries, numbered from 1. Returns the account, and by the id of each release its
/// number and its entry.
fn add_account(library: &mut Library, entries: u64) -> (AccountId, BTreeMap<String, (u64, u64)>) {
    let name = CleanBuf::line("account");
    let new = NewAccount { kind: AccountKind::FreshRss, name, ..NewAccount::default() };
    let id = library.add_account(&new).expect("written").expect("a free name");
    let address = CleanBuf::line("https://entries.invalid/");
    let feed = AccountFeed { remote: CleanBuf::line("feed/1"), address, ..AccountFeed::default() };
    let source = library.set_account_feeds(id, &[feed]).expect("written")[0].1;
    let release = |n: u64| Release {
        title: CleanBuf::line(&format!("Entry {n}")),
        url: CleanBuf::line(&format!("https://entries.invalid/{n}")),
        ..Release::default()
    };
    let releases: Vec<Release> = (1..=entries).map(release).collect();
    let new = |(remote, release)| {
        let flags = Some(Flags::default());
        NewEntry { remote, source, release, hash: None, flags, is_found: false }
    };
    let new: Vec<NewEntry<'_>> = (1..).zip(&releases).map(new).collect();
    library.take_entries(id, &new, 1).expect("written");
    let named = (1..).zip(&releases).map(|(remote, release)| {
        let identity = Identity::from(release);
        (identity.name().to_string(), (identity.number(), remote))
    });
    (id, named.collect())
}

/// Kills the program while it marks entries of an account, `runs` times. All confirmed marks must be there and in the
/// outbox, and every mark that is there must be in the outbox too. Returns their number.
pub fn marking_entries(runs: usize, seed: u64) -> usize {
    const ENTRIES: u64 = 1_000;
    let mut random = Random(seed);
    let home = tempfile::tempdir().expect("a home");
    let path = home.path().join("library.db");
    let mut library = Library::create(&LibraryPath::of_file(&path)).expect("a library");
    let (id, entries) = add_account(&mut library, ENTRIES);
    drop(library);
    let ids: Vec<&String> = entries.keys().collect();
    let mut acknowledged = BTreeSet::new();
    for run in 0..runs {
        let mut child = start(home.path(), &["mark", "read", "--ids", "-"]);
        let ids_to_mark = (0..200).map(|_| ids[random.below(ids.len())].clone()).collect();
        let giver = give(&mut child, ids_to_mark);
        let patience = random.below(60);
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        acknowledged.extend(lines.by_ref().take(patience).map_while(Result::ok));
        random.pause(2_000);
        child.kill().expect("it runs");
        // Complete lines received before the kill count too.
        acknowledged.extend(lines.map_while(Result::ok).filter(|line| entries.contains_key(line)));
        child.wait().expect("it ended");
        giver.join().expect("the ids were given");
        let library = open(&path);
        let marks = library.marks_of("web:entries.invalid/").expect("read");
        let outbox = library.outbox(id).expect("read");
        let waiting: BTreeSet<u64> = outbox.iter().map(|waiting| waiting.remote).collect();
        let lost: Vec<&String> = acknowledged.iter().filter(|id| !marks.contains_key(&entries[*id].0)).collect();
        assert!(lost.is_empty(), "run {run} of seed {seed} lost {lost:?}");
        let marked = entries.values().filter(|(number, _)| marks.contains_key(number));
        assert_eq!(marked.map(|(_, remote)| *remote).collect::<BTreeSet<_>>(), waiting, "run {run} of seed {seed}");
    }
    assert!(acknowledged.len() > runs, "only {} marks were acknowledged: nothing was tested", acknowledged.len());
    assert_whole(&path);
    acknowledged.len()
}

/// Kills the program while it syncs, `runs` times. A source has either its new releases or its old ones; marks stay.
pub fn syncing(runs: usize, seed: u64, server: &Server) {
    const SOURCES: usize = 24;
    let mut random = Random(seed);
    let home = tempfile::tempdir().expect("a home");
    let path = home.path().join("library.db");
    let mut library = Library::create(&LibraryPath::of_file(&path)).expect("a library");
    let subscription = |n: usize| OpmlEntry {
        title: CleanBuf::line(&format!("Source {n}")),
        address: CleanBuf::line(&server.address(&format!("/kill/{n}"))),
        site: CleanBuf::default(),
        categories: Vec::new(),
    };
    let ids = library.subscribe(&(0..SOURCES).map(subscription).collect::<Vec<_>>()).expect("written");
    library.mark(Flags::STARRED, true, (0..500).map(|n| ("web:elsewhere", n))).expect("written");
    drop(library);
    for run in 0..runs {
        // Each poll finds more releases at every source.
        let items = 5 * (run + 1);
        for n in 0..SOURCES {
            server.set(&format!("/kill/{n}"), Reply::ok(feed(items)));
        }
        let mut child = start(home.path(), &["sync"]);
        random.pause(60_000);
        let _ = child.kill();
        child.wait().expect("it ended");
        let library = open(&path);
        let totals = library.totals().expect("read");
        for id in &ids {
            let (all, _) = totals.get(id).copied().unwrap_or_default();
            assert!(
                all.is_multiple_of(5) && all <= items as u64,
                "run {run} of seed {seed}: {all} releases of {items}"
            );
        }
        assert_eq!(library.counts().expect("read").marks, 500);
    }
    let mut child = start(home.path(), &["sync"]);
    assert!(child.wait().expect("it ends").success());
    let totals = open(&path).totals().expect("read");
    assert!(ids.iter().all(|id| totals[id].0 == 5 * runs as u64), "{totals:?}");
    assert_whole(&path);
}

/// Starts two programs that mark, one that syncs and one that restores a backup, and kills them all, `runs` times.
/// Confirmed marks must be in the library, or in a copy that a restore set aside: a restore undoes marks by definition,
/// but never without a copy. Without a restore they must be in the library. Returns the number of confirmed marks and
/// of completed restores.
pub fn together(runs: usize, seed: u64, server: &Server) -> (usize, usize) {
    const SOURCES: usize = 6;
    let mut random = Random(seed);
    let home = tempfile::tempdir().expect("a home");
    let (file, path) = (home.path().join("feed.json"), home.path().join("library.db"));
    std::fs::write(&file, feed(40 * runs + 40)).expect("a feed");
    let mut library = Library::create(&LibraryPath::of_file(&path)).expect("a library");
    let subscription = |n: usize| OpmlEntry {
        title: CleanBuf::line(&format!("Source {n}")),
        address: CleanBuf::line(&server.address(&format!("/together/{n}"))),
        site: CleanBuf::default(),
        categories: Vec::new(),
    };
    library.subscribe(&(0..SOURCES).map(subscription).collect::<Vec<_>>()).expect("written");
    // A library large enough that it can be killed while copying.
    library.mark(Flags::STARRED, true, (0..20_000).map(|n| ("web:elsewhere", n))).expect("written");
    drop(library);
    let ended = |child: &mut Child| child.wait().expect("it ends").success();
    assert!(ended(&mut start(home.path(), &["library", "backup"])), "there is no backup");
    let (mut acknowledged, mut aside, mut restored) = (BTreeSet::new(), BTreeSet::new(), 0);
    for run in 0..runs {
        for n in 0..SOURCES {
            server.set(&format!("/together/{n}"), Reply::ok(feed(5 * (run + 1))));
        }
        let mut markers: Vec<Child> =
            (0..2).map(|_| start(home.path(), &["mark", "read", "--ids", "-", "feed.json"])).collect();
        let givers: Vec<_> = (0..2)
            .zip(&mut markers)
            // Each id once: an existing mark was set after everything restored before.
            .map(|(n, child)| give(child, (0..20).map(|id| format!("r{}", 40 * run + 20 * n + id)).collect()))
            .collect();
        let has_restore = run % 4 != 0;
        let mut others = vec![start(home.path(), &["sync"])];
        if run % 8 == 4 {
            others.push(start(home.path(), &["library", "backup"]));
        }
        let mut restoring = has_restore.then(|| start(home.path(), &["library", "restore"]));
        let lines: Vec<_> = markers
            .iter_mut()
            .map(|child| {
                let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
                acknowledged.extend(lines.by_ref().take(random.below(21)).map_while(Result::ok));
                lines
            })
            .collect();
        random.pause(60_000);
        // One restore in three may finish.
        if let Some(child) = restoring.as_mut().filter(|_| run % 3 == 0) {
            restored += usize::from(ended(child));
        }
        for child in markers.iter_mut().chain(&mut others).chain(&mut restoring) {
            let _ = child.kill();
        }
        let mut told: Vec<String> = lines.into_iter().flat_map(|lines| lines.map_while(Result::ok)).collect();
        told.retain(|line| number_of(line).is_some_and(|n| (40 * run..40 * run + 40).contains(&n)));
        acknowledged.extend(told);
        for child in markers.iter_mut().chain(&mut others).chain(&mut restoring) {
            child.wait().expect("it ended");
        }
        for giver in givers {
            giver.join().expect("the ids were given");
        }
        for copy in copies(home.path()) {
            aside.extend(open(&copy).marks_of(&key(&file)).expect("read").into_keys());
            std::fs::remove_file(copy).expect("a copy");
        }
        let kept = open(&path).marks_of(&key(&file)).expect("read");
        let is_there = |id: &&String| kept.contains_key(&number(id)) || aside.contains(&number(id));
        let lost: Vec<&String> = acknowledged.iter().filter(|id| !is_there(id)).collect();
        assert!(lost.is_empty(), "run {run} of seed {seed} lost {lost:?}");
        if !has_restore {
            let own = |id: &&String| number_of(id).is_some_and(|n| n >= 40 * run);
            let gone: Vec<&String> =
                acknowledged.iter().filter(own).filter(|id| !kept.contains_key(&number(id))).collect();
            assert!(gone.is_empty(), "run {run} of seed {seed}: nothing was restored, and {gone:?} are gone");
        }
        assert_whole(&path);
    }
    assert!(acknowledged.len() > runs && !aside.is_empty(), "{} acknowledged: nothing was tested", acknowledged.len());
    (acknowledged.len(), restored)
}

/// The copies set aside by restores.
fn copies(home: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(home).expect("a folder").flatten();
    let is_copy =
        |name: &str| name.contains(".aside-") && !["-wal", "-shm", "-lock"].iter().any(|end| name.ends_with(end));
    entries.filter(|entry| entry.file_name().to_str().is_some_and(is_copy)).map(|entry| entry.path()).collect()
}

fn number_of(id: &str) -> Option<usize> {
    id.strip_prefix('r')?.parse().ok()
}
