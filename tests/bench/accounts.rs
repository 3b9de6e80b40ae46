//! The speed of accounts in the library.

use std::time::{Duration, Instant};

use tidings::library::{
    AccountFeed, AccountId, Checked, Flags, Library, LibraryPath, NewAccount, NewEntry, Outcome, ServerState, SourceId,
};
use tidings::release::Release;
use tidings::text::CleanBuf;

/// The number of feeds that share the entries.
const FEEDS: usize = 100;
/// The number of entries stored at once.
const BATCH: usize = 250;
/// The number of marks set at once.
const MARKS: u64 = 200_000;

type Told<'a> = &'a mut dyn FnMut(&str, Duration, &str);

/// A library in a folder of its own.
fn library() -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::create(&LibraryPath::of_file(&folder.path().join("library.db"))).expect("a library");
    (folder, library)
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = run();
    (result, start.elapsed())
}

pub fn measure(releases: &[Release], told: Told<'_>) {
    marking(told);
    let (_folder, mut library) = library();
    let (id, sources) = followed(&mut library);
    let took = first_sync(&mut library, id, &sources, releases);
    told("first sync of an account", took, &format!("in batches of {BATCH}"));
    lists(&mut library, id, releases.len() as u64, told);
    let more: Vec<Release> = releases.iter().take(1_000).map(fresh).collect();
    let entries: Vec<NewEntry<'_>> =
        more.iter().enumerate().map(|(n, release)| entry(releases.len() + n, &sources, release)).collect();
    let (taken, took) = timed(|| library.take_entries(id, &entries, 9).expect("written"));
    told("1,000 new entries", took, &format!("{} new releases", taken.fresh));
    bridging(releases, told);
}

/// Marks in a library without accounts, and in one whose account has other feeds.
fn marking(told: Told<'_>) {
    let ((_one, mut without), (_other, mut with)) = (library(), library());
    followed(&mut with);
    let (mut best_with, mut best_without) = (Duration::MAX, Duration::MAX);
    for on in [true, false, true, false] {
        let mark = |library: &mut Library| {
            let releases = (0..MARKS).map(|n| ("web:a.invalid/", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            timed(|| library.mark(Flags::READ, on, releases).expect("written")).1
        };
        best_without = best_without.min(mark(&mut without));
        best_with = best_with.min(mark(&mut with));
    }
    let ratio = best_with.as_secs_f64() / best_without.as_secs_f64();
    told("200,000 marks without an account", best_without, "");
    told("200,000 marks beside an account", best_with, &format!("{ratio:.2} times that"));
}

/// An account with its feeds.
fn followed(library: &mut Library) -> (AccountId, Vec<SourceId>) {
    let new = NewAccount { name: CleanBuf::line("account"), ..NewAccount::default() };
    let id = library.add_account(&new).expect("written").expect("a free name");
    let feed = |n: usize| AccountFeed {
        remote: CleanBuf::line(&n.to_string()),
        address: CleanBuf::line(&format!("https://source{n}.invalid/feed")),
        ..AccountFeed::default()
    };
    let feeds: Vec<AccountFeed> = (0..FEEDS).map(feed).collect();
    let sources = library.set_account_feeds(id, &feeds).expect("written");
    (id, sources.into_iter().map(|(_, source)| source).collect())
}

/// The release under the publisher's id that the hash of an entry stands for.
fn entry<'a>(n: usize, sources: &[SourceId], release: &'a Release) -> NewEntry<'a> {
    let hash = ring::digest::digest(&ring::digest::SHA256, release.id.as_str().as_bytes());
    let hash = <[u8; 32]>::try_from(hash.as_ref()).ok();
    let (remote, source) = (n as u64 + 1, sources[n % FEEDS]);
    NewEntry { remote, source, release, hash, flags: Some(Flags::default()), is_found: false }
}

fn fresh(release: &Release) -> Release {
    Release { id: CleanBuf::line(&format!("{}-again", release.id)), url: CleanBuf::default(), ..release.clone() }
}

fn first_sync(library: &mut Library, id: AccountId, sources: &[SourceId], releases: &[Release]) -> Duration {
    let entries: Vec<NewEntry<'_>> =
        releases.iter().enumerate().map(|(n, release)| entry(n, sources, release)).collect();
    timed(|| {
        for batch in entries.chunks(BATCH) {
            library.take_entries(id, batch, 5).expect("written");
        }
    })
    .1
}

/// The lists of an account in which nothing changed, all was read elsewhere, and all is unread again.
fn lists(library: &mut Library, id: AccountId, count: u64, told: Told<'_>) {
    let (states, took) = timed(|| library.entry_states(id).expect("read"));
    told("states of all entries", took, &format!("{} entries", states.len()));
    let all: Vec<u64> = (1..=count).collect();
    let none = ServerState { all: Some(&all), unread: &all, ..ServerState::default() };
    let (_, took) = timed(|| library.apply_state(id, &none).expect("written"));
    told("lists, nothing changed", took, "");
    let (applied, took) = timed(|| library.apply_state(id, &ServerState { unread: &[], ..none }).expect("written"));
    told("lists, all read", took, &format!("{} marks", applied.marked));
    let (applied, took) = timed(|| library.apply_state(id, &none).expect("written"));
    told("lists, all unread", took, &format!("{} marks", applied.marked));
    let (_, took) = timed(|| {
        let marked = library.sources().expect("read").into_iter().take(10).map(|source| source.key);
        let numbers: Vec<_> = marked.map(|key| (key.clone(), numbers(library, &key))).collect();
        let all = numbers.iter().flat_map(|(key, numbers)| numbers.iter().map(|number| (key.as_str(), *number)));
        library.mark(Flags::READ, true, all).expect("written")
    });
    told("marking a tenth, into the outbox", took, &format!("{} wait", library.outbox(id).expect("read").len()));
}

fn numbers(library: &Library, key: &CleanBuf) -> Vec<u64> {
    library.kept_marks_of(key.as_str()).expect("read").into_keys().collect()
}

/// A first sync where tidings has polled all feeds itself before.
fn bridging(releases: &[Release], told: Told<'_>) {
    let (_folder, mut library) = library();
    let (id, sources) = followed(&mut library);
    for (n, &source) in sources.iter().enumerate() {
        library.set_direct(source, true).expect("written");
        let own: Vec<Release> = releases.iter().skip(n).step_by(FEEDS).cloned().collect();
        let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
        let checked = Checked { at: 1, outcome, moved: None, address: None, origin: None };
        library.apply(source, &checked, &own).expect("written");
    }
    let before = library.counts().expect("read").releases;
    let took = first_sync(&mut library, id, &sources, releases);
    let new = library.counts().expect("read").releases - before;
    told("first sync of feeds that were polled", took, &format!("{new} new releases"));
}
