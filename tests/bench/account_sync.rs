//! Accounts at sync servers: `cargo bench --bench accounts`, or `cargo bench --bench accounts -- 1000` for another
//! number of random histories; `-- 1000..2000` goes on after the first thousand.
//!
//! First the time of a first sync of 100 feeds with 100,000 entries, of a sync that finds nothing new, and of 10,000
//! marks sent, at the servers of the tests on loopback. Then the histories of `tests/accounts_model.rs`, half of them
//! for each kind of server; they panic if a mark is lost.

#[path = "../support/account_model.rs"]
mod account_model;
#[path = "../support/sync_server.rs"]
mod sync_server;
#[path = "../support/test_account.rs"]
mod test_account;

use std::ops::Range;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tidings::library::{AccountKind, Flags, Take};
use tidings::sync::Depth;

use account_model::{Dialect, Template, run};
use sync_server::{Item, Kind, SyncServer};
use test_account::TestAccount;

const FEEDS: usize = 100;
const ENTRIES: usize = 1000;
const MARKS: usize = 10_000;
/// The number of unread entries; the others are read at the server.
const UNREAD: usize = 2000;

fn main() {
    let histories = std::env::args().skip(1).find_map(|argument| range(&argument)).unwrap_or(0..100_000);
    measure(AccountKind::Miniflux, 4);
    // One more than usual: the list of all entries fills exactly one page, so the next one is asked for too.
    measure(AccountKind::FreshRss, 7);
    let start = Instant::now();
    let template = Arc::new(Template::new());
    let threads = [Dialect::Miniflux, Dialect::FreshRss].map(|dialect| {
        let template = Arc::clone(&template);
        let seeds = histories.start / 2..histories.end / 2;
        thread::spawn(move || seeds.for_each(|seed| run(&template, dialect, seed)))
    });
    for thread in threads {
        thread.join().expect("no mark is lost");
    }
    told(&format!("histories {histories:?}, and no mark was lost"), start.elapsed());
}

/// The histories that an argument names: their number, or a range of them.
fn range(argument: &str) -> Option<Range<u64>> {
    match argument.split_once("..") {
        Some((start, end)) => Some(start.parse().ok()?..end.parse().ok()?),
        None => Some(0..argument.parse().ok()?),
    }
}

/// A server with all entries, most of them read.
fn server(kind: Kind) -> SyncServer {
    let server = SyncServer::start(kind);
    // They arrived hours ago: FreshRSS does not tell which recent ones were edited, so a sync fetches those again.
    server.with(|model| model.advance(-7200));
    let text: Arc<str> = "<p>What a release says, in a few more words. </p>".repeat(40).into();
    for feed in 0..FEEDS {
        let items = (0..ENTRIES).map(|n| {
            let published = 1_700_000_000 + i64::try_from(n * FEEDS + feed).expect("a small number") * 60;
            let item = Item::new(&format!("{feed}-{n}"), &format!("Release {n} of feed {feed}")).published(published);
            Item { text: Arc::clone(&text), ..item.topics(&["Water", "Roads"]) }
        });
        let address = format!("http://feeds.example/{feed}.rss");
        server.publish(&address, &items.collect::<Vec<_>>());
        server.follow(&address, &format!("Folder {}", feed % 10));
    }
    let ids: Vec<u64> = server.marks().into_keys().collect();
    server.set_read(&ids[..ids.len() - UNREAD], true);
    server
}

/// Measures one kind of server; `quiet` is the number of requests that find nothing new.
fn measure(kind: AccountKind, quiet: usize) {
    let is_freshrss = kind == AccountKind::FreshRss;
    let name = if is_freshrss { "FreshRSS" } else { "Miniflux" };
    let server = server(if is_freshrss { Kind::FreshRss } else { Kind::Miniflux });
    println!("{name}: {FEEDS} feeds, {} entries, {UNREAD} of them unread", FEEDS * ENTRIES);
    let mut account = TestAccount::of(server, kind, Take::All);
    let synced = timed(&mut account, Depth::Whole, "first sync");
    assert_eq!(synced.0.fresh, FEEDS * ENTRIES);
    timed(&mut account, Depth::Whole, "second sync, which looks for edits");
    let (_, requests) = timed(&mut account, Depth::Whole, "nothing new");
    assert_eq!(requests, quiet, "requests of a sync that finds nothing new");
    let keys: Vec<(String, u64)> = account.releases().into_iter().take(MARKS).map(|release| release.key).collect();
    let marks = || keys.iter().map(|(feed, number)| (feed.as_str(), *number));
    let start = Instant::now();
    account.library().mark(Flags::STARRED, true, marks()).expect("written");
    told(&format!("  {MARKS} marks made here"), start.elapsed());
    let (synced, _) = timed(&mut account, Depth::Marks, &format!("{MARKS} marks sent"));
    assert_eq!((synced.sent, synced.waiting), (MARKS, 0));
}

fn timed(account: &mut TestAccount, depth: Depth, what: &str) -> (tidings::sync::AccountSynced, usize) {
    account.server.take_requests();
    let start = Instant::now();
    let synced = account.try_sync(depth).expect("a sync");
    let took = start.elapsed();
    let requests = account.server.take_requests().len();
    told(&format!("  {what}, {requests} requests"), took);
    (synced, requests)
}

fn told(what: &str, took: Duration) {
    println!("{what:<56} {:>10.1} ms", took.as_secs_f64() * 1e3);
}
