//! The time and the requests of an account at a real Miniflux: `cargo bench --bench miniflux`, or
//! `cargo bench --bench miniflux -- 10` for another number of feeds of 1,000 releases.
//!
//! Server, publisher and reader share the machine, and the server writes a log. Each row is one run of the program.
//! Nothing here fails.

#[path = "../support/command.rs"]
mod command;
#[path = "../support/miniflux.rs"]
mod miniflux;
#[path = "../support/publisher.rs"]
mod publisher;
#[path = "../servers/reader.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod reader;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/skip.rs"]
mod skip;

use std::thread;
use std::time::Instant;

use tidings::text::grouped;

use miniflux::{Miniflux, PASSWORD, USER};
use publisher::{Item, Publisher};
use reader::{NAME, Reader};

/// The number of releases in each feed.
const RELEASES: usize = 1_000;
/// The number of topics by which feeds can be chosen, so that one of them has a tenth of the feeds.
const GROUPS: usize = 10;
/// The number of feeds that the server reads at once.
const AT_ONCE: usize = 2;

fn main() {
    let feeds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100);
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    println!("{feeds} feeds of {} releases", grouped(RELEASES));
    let begun = Instant::now();
    let addresses: Vec<String> = (0..feeds).map(|feed| publish(&publisher, feed)).collect();
    thread::scope(|scope| {
        for part in addresses.chunks(feeds.div_ceil(AT_ONCE)) {
            let miniflux = &miniflux;
            scope.spawn(move || {
                for address in part {
                    let _ = miniflux.api().subscribe(address, 1);
                }
            });
        }
    });
    println!("the server has read them after {:.0} s", begun.elapsed().as_secs_f64());

    println!("{:<52}{:>9}{:>10}", "Miniflux", "seconds", "requests");
    let reader = Reader::new();
    let add = ["account", "add", "miniflux", miniflux.address(), "--name", NAME, "--take"];
    row(&miniflux, "add the account", || reader.ok_with(&[add.as_slice(), &["all"]].concat(), miniflux.key()));
    rows(&miniflux, &reader);
    let small = Reader::new();
    small.ok_with(&[add.as_slice(), &["newest:10000"]].concat(), miniflux.key());
    row(&miniflux, "first sync of the newest 10,000", || small.ok(&["sync"]));
    row(&miniflux, "nothing new", || small.ok(&["sync"]));

    println!("{:<52}{:>9}{:>10}", "Google Reader API of Miniflux", "seconds", "requests");
    miniflux.allow_google_reader();
    miniflux.api().mark(&miniflux.api().ids("status=read"), "unread");
    let reader = Reader::new();
    let add = ["account", "add", "greader", miniflux.address(), "--user", USER, "--name", NAME, "--take", "all"];
    row(&miniflux, "add the account", || reader.ok_with(&add, PASSWORD));
    rows(&miniflux, &reader);
}

/// The rows of an account that takes everything.
fn rows(miniflux: &Miniflux, reader: &Reader) {
    row(miniflux, "first sync", || reader.ok(&["sync"]));
    row(miniflux, "nothing new", || reader.ok(&["sync"]));
    row(miniflux, "nothing new, and a search for edits", || reader.sync());
    let api = miniflux.api();
    api.mark(&api.ids("status=unread")[..RELEASES], "read");
    row(miniflux, "1,000 marks of another client", || reader.ok(&["sync"]));
    row(miniflux, "mark a tenth here", || reader.mark("star", "title:\"group 3\""));
    row(miniflux, "send these marks", || reader.ok(&["sync"]));
    println!("  starred at the server: {}", grouped(api.ids("starred=true").len()));
    reader.mark("unstar", "title:\"group 3\"");
    row(miniflux, "take them back", || reader.ok(&["sync"]));
}

/// Runs a step and prints its time and the requests that the server received.
fn row<T>(miniflux: &Miniflux, name: &str, step: impl FnOnce() -> T) {
    let (seconds, requests) = miniflux.requests(|| {
        let begun = Instant::now();
        step();
        begun.elapsed().as_secs_f64()
    });
    println!("  {name:<50}{seconds:>9.2}{:>10}", grouped(requests.len()));
}

/// Publishes a feed of releases of about 2 kB. Returns its address.
fn publish(publisher: &Publisher, feed: usize) -> String {
    let group = format!("Group {}", feed % GROUPS);
    let item = |number: usize| {
        let text = format!("Office {feed} reports matter {number} to the council and the public. ").repeat(30);
        Item::new(&format!("Notice {number} of office {feed}, {group}")).topics(&[&group, "Notices"]).text(&text)
    };
    let items: Vec<Item> = (0..RELEASES).map(item).collect();
    publisher.publish(&format!("/{feed}"), &format!("Office {feed}"), &items)
}
