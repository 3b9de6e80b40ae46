//! The client of Miniflux against the real server.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use tidings::library::AccountKind;
use tidings::net::fetch::{Cancel, Fetcher, Limits};
use tidings::server::{self, Entry, EntryId, List, Login, Mark, Secret, Server, ServerError, ServerQuery};

use crate::miniflux::{Miniflux, USER};
use crate::publisher::{Item, Publisher, items};

/// A client that has not logged in.
pub fn client_of(kind: AccountKind, address: &str, user: &str, secret: &str) -> Box<dyn Server> {
    let fetcher = Fetcher::within(Limits::default(), &|_| None);
    let login = Login { kind, address: address.to_owned(), user: user.to_owned(), secret: Secret::new(secret) };
    server::connect(&login, Arc::new(fetcher), Cancel::default())
}

fn client(miniflux: &Miniflux) -> Box<dyn Server> {
    client_of(AccountKind::Miniflux, miniflux.address(), "", miniflux.key())
}

/// Fetches entries, and checks that each id is asked once.
fn fetch(client: &mut dyn Server, wanted: &[EntryId], all: &[EntryId]) -> Vec<Entry> {
    let (mut asked, mut entries) = (Vec::new(), Vec::new());
    let take = &mut |ids: &[EntryId], some: Vec<Entry>| {
        asked.extend_from_slice(ids);
        entries.extend(some);
        ControlFlow::Continue(())
    };
    client.entries(wanted, all, take).expect("entries");
    asked.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(asked, wanted);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    entries
}

#[test]
fn lists_entries_and_marks() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let feed = api.subscribe(&publisher.publish("/news", "News", &items(1..=400)), 1);
    let mut client = client(&miniflux);
    assert_eq!(client.log_in().expect("a login").as_str(), USER);
    let all = client.ids(&List::All, 0).expect("ids");
    assert_eq!(all, api.ids(""));
    let head = client.head().expect("a head").expect("Miniflux has one");
    assert_eq!((head.total, head.greatest), (400, all[0]));
    // Ranges with gaps, and an entry that is gone.
    let wanted: Vec<EntryId> = all.iter().copied().filter(|id| id % 3 != 0).collect();
    assert_eq!(fetch(&mut *client, &wanted, &all).len(), wanted.len());
    miniflux.clean_up(&format!("id = {}", wanted[5]));
    let entries = fetch(&mut *client, &wanted, &all);
    assert_eq!(entries.len(), wanted.len() - 1);
    assert!(entries.iter().all(|entry| entry.feed.as_str() == feed.to_string() && entry.hash.is_some()));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_secs().cast_signed();
    assert!(entries.iter().all(|entry| (now - 600..=now + 5).contains(&entry.arrived)));

    client.mark(Mark::Read, &wanted).expect("marks");
    client.mark(Mark::Star, &wanted[..2]).expect("marks");
    let unread: Vec<EntryId> = all.iter().copied().filter(|id| id % 3 == 0).collect();
    assert_eq!(client.ids(&List::Unread, 0).expect("ids"), unread);
    assert_eq!(client.ids(&List::Starred, 0).expect("ids"), wanted[..2]);
    assert_eq!(client.ids(&List::UnreadStarred, 0).expect("ids"), [0; 0]);
    client.mark(Mark::Unread, &wanted[..1]).expect("marks");
    assert_eq!(client.ids(&List::UnreadStarred, 0).expect("ids"), wanted[..1]);
    client.mark(Mark::Unstar, &wanted).expect("marks");
    assert_eq!(client.ids(&List::Starred, 0).expect("ids"), [0; 0]);

    let all = client.ids(&List::All, 0).expect("ids");
    assert_eq!(client.first_arrived_since(now - 86_400, &all).expect("an id"), all.last().copied());
    assert_eq!(client.first_arrived_since(now + 86_400, &all).expect("no id"), None);
    assert!(client.maybe_edited(0, &all).expect("ids").contains(&all[0]));
    assert!(client.newest(10).expect("ids").starts_with(&all[..10]));
}

#[test]
fn content_of_an_entry() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    let item =
        Item::new("Fish & chips <at 8>").topics(&["Roads, rail", "Budget & more", "user/-/state/com.google/read"]);
    miniflux.api().subscribe(&publisher.publish("/news", "News", &[item.text("<p>A <b>bold</b> text.</p>")]), 1);
    let mut client = client(&miniflux);
    let all = client.ids(&List::All, 0).expect("ids");
    let entries = fetch(&mut *client, &all, &all);
    let release = &entries[0].release;
    assert_eq!(release.title.as_str(), "Fish & chips <at 8>");
    let topics: HashSet<&str> = release.topics.iter().map(tidings::text::CleanBuf::as_str).collect();
    assert_eq!(topics, HashSet::from(["Roads, rail", "Budget & more", "user/-/state/com.google/read"]));
    assert_eq!(entries[0].marks, Some((false, false)));
}

#[test]
fn subscriptions_and_folders() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    let mut client = client(&miniflux);
    let address = publisher.publish("/news", "News", &items(1..=3));
    let feed = client.subscribe(&address, Some("Press & politics")).expect("a feed");
    assert_eq!((feed.address.as_str(), feed.title.as_str()), (address.as_str(), "News"));
    assert_eq!(feed.folder.as_ref().map(|folder| folder.name.as_str()), Some("Press & politics"));
    let again = client.subscribe(&address, None).expect_err("it is followed");
    assert!(again.to_string().contains("already exists"), "{again}");
    client.move_feed(&feed.id, "City").expect("moved");
    let feeds = client.feeds().expect("feeds");
    assert_eq!(feeds[0].folder.as_ref().map(|folder| folder.name.as_str()), Some("City"));
    let folders: Vec<String> =
        client.folders().expect("folders").iter().map(|folder| folder.name.to_string()).collect();
    assert!(["City", "Press & politics"].iter().all(|name| folders.iter().any(|folder| folder == name)), "{folders:?}");
    client.unsubscribe(&feed.id).expect("unsubscribed");
    assert_eq!(client.feeds().expect("feeds"), []);
    assert_eq!(client.ids(&List::All, 0).expect("ids"), [0; 0]);
    client.unsubscribe(&feed.id).expect("no error");
    let missing = client.subscribe(&publisher.server().address("/nothing"), None).expect_err("not found");
    assert!(missing.to_string().contains("404"), "{missing}");
}

#[test]
fn a_page_leads_to_its_feed() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    let address = publisher.publish("/news", "News", &items(1..=3));
    let page = "<!doctype html><title>x</title><link rel=alternate type=application/rss+xml title=News href=/news>";
    let page = crate::server::Reply::ok(page).with("Content-Type", "text/html");
    publisher.server().set("/page", page);
    let feed = client(&miniflux).subscribe(&publisher.server().address("/page"), None).expect("a feed");
    assert_eq!(feed.address.as_str(), address);
}

#[test]
fn a_search_in_the_archive() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let item = |title: &str, topics: &[&str], text: &str| Item::new(title).topics(topics).text(text);
    let news = [
        item("Bridges closed", &["Roads", "Works"], "Both bridges stay closed."),
        item("Bridge opened", &["Roads"], "The bridge is open again."),
        item("Water report", &["Water"], "No bridge is mentioned but once."),
        item("Budget", &["Money"], "Nothing else."),
    ];
    let folder = api.create_folder("Press");
    let feed = api.subscribe(&publisher.publish("/news", "News", &news), folder);
    api.mark(&api.with_title("Bridge opened"), "read");
    let mut client = client(&miniflux);
    assert!(client.can_search());
    let mut find = |query: ServerQuery| {
        let hits = client.search(&query, 0, 100).expect("hits");
        let titles: Vec<String> = hits.entries.iter().map(|entry| entry.release.title.to_string()).collect();
        assert_eq!(hits.total, titles.len() as u64);
        let mut titles = titles;
        titles.sort();
        titles
    };
    let text = |text: &str| ServerQuery { text: text.to_owned(), ..ServerQuery::default() };
    // Forms of a word in the language of the server.
    assert_eq!(find(text("bridge")), ["Bridge opened", "Bridges closed", "Water report"]);
    assert_eq!(find(text("\"bridge is open\"")), ["Bridge opened"]);
    assert_eq!(find(text("bridge -water")), ["Bridge opened", "Bridges closed"]);
    assert_eq!(find(text("budget or water")), ["Budget", "Water report"]);
    let both = ["Roads".to_owned(), "Works".to_owned()];
    assert_eq!(find(ServerQuery { topics: both.to_vec(), ..ServerQuery::default() }), ["Bridges closed"]);
    assert_eq!(find(ServerQuery { is_unread: Some(true), ..text("bridge") }), ["Bridges closed", "Water report"]);
    let here = ServerQuery { feed: Some(tidings::text::CleanBuf::line(&feed.to_string())), ..text("budget") };
    assert_eq!(find(here), ["Budget"]);
    let there = ServerQuery { folder: Some(tidings::text::CleanBuf::line(&folder.to_string())), ..text("budget") };
    assert_eq!(find(there), ["Budget"]);
    // All were published in October 2026.
    let (october, november) = (1_790_812_800, 1_793_491_200);
    let during = ServerQuery { from: Some(october), until: Some(november), ..ServerQuery::default() };
    assert_eq!(find(during).len(), 4);
    assert_eq!(find(ServerQuery { from: Some(november), ..ServerQuery::default() }), [""; 0]);
}

#[test]
fn a_stopped_database_and_a_revoked_key_are_told_apart() {
    let Some(mut miniflux) = Miniflux::start() else { return };
    let mut client = client(&miniflux);
    client.log_in().expect("a login");
    miniflux.stop_database();
    let began = Instant::now();
    let stopped = client.ids(&List::All, 0).expect_err("no database");
    assert!(matches!(stopped, ServerError::Failed { status: 500, .. }), "{stopped:?}");
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    miniflux.start_database();
    client.ids(&List::All, 0).expect("it works again without another login");
    miniflux.sql("DELETE FROM api_keys");
    let revoked = client.ids(&List::All, 0).expect_err("the key is gone");
    assert!(matches!(revoked, ServerError::Refused { .. }), "{revoked:?}");
}
