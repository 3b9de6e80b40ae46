//! Feeds and folders, changed at the server and from here.

use crate::miniflux::Miniflux;
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

#[test]
fn changes_at_the_server_arrive() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let feed = api.subscribe(&publisher.publish("/news", "News", &items(1..=3)), api.create_folder("Press"));
    let reader = Reader::of(&miniflux);
    assert_eq!(reader.titles("folder:press").len(), 3);
    api.move_feed(feed, api.create_folder("City"));
    api.call("PUT", &format!("/v1/feeds/{feed}"), Some(serde_json::json!({ "title": "Gazette" })));
    api.subscribe(&publisher.publish("/more", "More", &[Item::new("Other")]), 1);
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("folder:press"), [""; 0]);
    assert_eq!(reader.titles("folder:city").len(), 3);
    assert_eq!(reader.titles("source:gazette").len(), 3);
    assert_eq!(reader.titles("title:other"), ["Other"]);
}

#[test]
fn a_feed_is_subscribed_at_the_server_from_here() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    let address = publisher.publish("/news", "News", &items(1..=3));
    let reader = Reader::of(&miniflux);
    reader.ok(&["add", &address, "--account", NAME, "--folder", "Press"]);
    let feeds = miniflux.api().feeds();
    assert_eq!((&feeds[0]["feed_url"], &feeds[0]["category"]["title"]), (&address.into(), &"Press".into()));
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("folder:press").len(), 3);
}

#[test]
fn a_feed_followed_directly_and_through_the_account_is_one() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let address = publisher.publish("/news", "News", &items(1..=4));
    let reader = Reader::new();
    reader.ok(&["add", &address]);
    reader.ok(&["sync"]);
    reader.mark("read", "title:\"Item 1\"");
    api.subscribe(&address, 1);
    api.mark(&api.with_title("Item 2"), "read");
    reader.ok_with(&["account", "add", "miniflux", miniflux.address(), "--name", NAME], miniflux.key());
    reader.ok(&["sync"]);
    reader.ok(&["sync"]);
    assert_eq!(reader.titles(""), ["Item 1", "Item 2", "Item 3", "Item 4"]);
    assert_eq!(reader.titles("is:read"), ["Item 1", "Item 2"]);
    assert_eq!(api.ids("status=read").len(), 2);
}
