//! Marks in both directions.

use std::thread;

use crate::miniflux::Miniflux;
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

/// A server with ten entries of one feed, and a reader that has them.
fn ten() -> Option<(Miniflux, Publisher, u64, Reader)> {
    let miniflux = Miniflux::start()?;
    let publisher = Publisher::start();
    let feed = miniflux.api().subscribe(&publisher.publish("/news", "News", &items(1..=10)), 1);
    let reader = Reader::of(&miniflux);
    Some((miniflux, publisher, feed, reader))
}

#[test]
fn marks_reach_the_server_with_the_next_sync() {
    let Some((miniflux, _publisher, _, reader)) = ten() else { return };
    let api = miniflux.api();
    let ((), requests) = miniflux.requests(|| {
        reader.mark("read", "title:\"Item 3\"");
        reader.mark("star", "title:\"Item 4\"");
        reader.mark("star", "title:\"Item 5\"");
        reader.mark("unstar", "title:\"Item 5\"");
    });
    assert_eq!(requests, [], "marking sends nothing");
    let (said, requests) = miniflux.requests(|| reader.sync());
    assert!(said.contains("marks sent"), "{said}");
    let sent = requests.iter().filter(|request| request.method == "PUT").count();
    assert_eq!(sent, 2, "opposite marks cancel out: {requests:#?}");
    assert_eq!(api.ids("status=read"), api.with_title("Item 3"));
    assert_eq!(api.ids("starred=true"), api.with_title("Item 4"));
    reader.mark("unread", "title:\"Item 3\"");
    reader.mark("unstar", "title:\"Item 4\"");
    reader.sync();
    assert_eq!(api.ids("status=read").len() + api.ids("starred=true").len(), 0);
    let (_, requests) = miniflux.requests(|| reader.ok(&["sync"]));
    assert!(requests.iter().all(|request| request.method == "GET"), "nothing is sent twice: {requests:#?}");
}

#[test]
fn marks_of_another_client_arrive_and_waiting_marks_win() {
    let Some((miniflux, _publisher, _, reader)) = ten() else { return };
    let api = miniflux.api();
    api.mark(&api.with_title("Item 1"), "read");
    api.star(&api.with_title("Item 2"), true);
    reader.sync();
    assert_eq!(reader.titles("is:read"), ["Item 1"]);
    assert_eq!(reader.titles("is:starred"), ["Item 2"]);
    // Both change the same entry: the mark that waits here wins.
    reader.mark("unread", "title:\"Item 1\"");
    api.mark(&api.with_title("Item 1"), "read");
    api.star(&api.with_title("Item 2"), false);
    reader.sync();
    assert_eq!(reader.titles("is:read"), [""; 0]);
    assert_eq!(reader.titles("is:starred"), [""; 0]);
    assert_eq!(api.ids("status=read"), [0; 0]);
}

#[test]
fn an_entry_that_becomes_visible_late_is_taken() {
    let Some((miniflux, publisher, slow, reader)) = ten() else { return };
    let api = miniflux.api();
    let fast = api.subscribe(&publisher.publish("/fast", "Fast", &[Item::new("Fast 1")]), 1);
    publisher.publish("/news", "News", &[Item::new("Late")]);
    publisher.publish("/fast", "Fast", &[Item::new("Fast 2")]);
    let lock = miniflux.hold_back("Late");
    thread::scope(|scope| {
        let refresh = scope.spawn(|| api.refresh(slow));
        miniflux.wait_for_held_back();
        api.refresh(fast);
        reader.sync();
        assert_eq!(reader.titles("title:fast"), ["Fast 1", "Fast 2"]);
        assert_eq!(reader.titles("title:late"), [""; 0]);
        drop(lock);
        refresh.join().expect("the late entry is stored");
    });
    assert!(api.with_title("Late")[0] < api.ids("")[0], "the entry is not late");
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("title:late"), ["Late"]);
}

#[test]
fn nothing_is_lost_while_the_database_is_stopped() {
    let Some((mut miniflux, _publisher, _, reader)) = ten() else { return };
    reader.mark("read", "title:\"Item 7\"");
    reader.mark("star", "title:\"Item 8\"");
    miniflux.stop_database();
    let said = reader.failing_sync();
    assert!(said.contains(NAME), "{said}");
    assert_eq!(reader.titles("").len(), 10);
    assert_eq!(reader.titles("is:read"), ["Item 7"]);
    miniflux.start_database();
    let said = reader.sync();
    assert!(said.contains("2 marks sent"), "{said}");
    assert_eq!(miniflux.api().ids("status=read"), miniflux.api().with_title("Item 7"));
    assert_eq!(miniflux.api().ids("starred=true"), miniflux.api().with_title("Item 8"));
}
