//! Entries that the server deletes or replaces.

use crate::miniflux::Miniflux;
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

#[test]
fn a_clean_up_at_the_server_leaves_releases_and_marks_here() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let feed = api.subscribe(&publisher.publish("/news", "News", &items(1..=6)), 1);
    let reader = Reader::of(&miniflux);
    reader.mark("read", "title:\"Item 1\"");
    reader.sync();
    let gone = [api.with_title("Item 1"), api.with_title("Item 2"), api.with_title("Item 3")].concat();
    // This mark can no longer be sent.
    reader.mark("star", "title:\"Item 3\"");
    miniflux.clean_up(&format!("id = ANY ('{{{},{},{}}}')", gone[0], gone[1], gone[2]));
    assert_eq!(api.ids("").len(), 3);
    for _ in 0..4 {
        reader.ok(&["sync"]);
    }
    assert_eq!(reader.titles("").len(), 6);
    // Unread there and gone is not read here.
    assert_eq!(reader.titles("is:read"), ["Item 1"]);
    assert_eq!(reader.titles("is:starred"), ["Item 3"]);
    // The server never takes them again, and neither do they come twice here.
    publisher.publish("/news", "News", &items(1..=7));
    api.refresh(feed);
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("").len(), 7);
    assert_eq!(reader.titles("is:read"), ["Item 1"]);
}

#[test]
fn an_edited_entry_is_taken_when_the_account_is_named() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let feed = api.subscribe(&publisher.publish("/news", "News", &[Item::new("Draft").topics(&["Roads"])]), 1);
    let reader = Reader::of(&miniflux);
    reader.mark("star", "title:draft");
    reader.sync();
    let edited = Item { title: "Final".to_owned(), ..Item::new("Draft") };
    publisher.publish("/news", "News", &[edited.topics(&["Water"]).text("Another text.")]);
    api.refresh(feed);
    reader.sync();
    assert_eq!(reader.titles(""), ["Final"]);
    assert_eq!(reader.titles("topic:water is:starred \"another text\""), ["Final"]);
}

#[test]
fn a_feed_that_comes_back_after_unsubscribing_keeps_its_marks() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let address = publisher.publish("/news", "News", &items(1..=5));
    let feed = api.subscribe(&address, 1);
    let reader = Reader::of(&miniflux);
    reader.mark("read", "title:\"Item 1\"");
    reader.mark("star", "title:\"Item 2\"");
    reader.sync();
    api.unsubscribe(feed);
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("").len(), 5, "releases stay after the server has stopped following their feed");
    api.subscribe(&address, 1);
    // The second sync sends the marks of the articles that came again, should the first not have done so.
    reader.ok(&["sync"]);
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("").len(), 5, "the same articles are one release each");
    assert_eq!(reader.titles("is:read"), ["Item 1"]);
    assert_eq!(reader.titles("is:starred"), ["Item 2"]);
    assert_eq!(api.ids("status=read"), api.with_title("Item 1"));
    assert_eq!(api.ids("starred=true"), api.with_title("Item 2"));
}

#[test]
fn a_removed_account_sends_its_marks_and_leaves_its_releases() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    miniflux.api().subscribe(&publisher.publish("/news", "News", &items(1..=3)), 1);
    let reader = Reader::of(&miniflux);
    reader.mark("read", "title:\"Item 3\"");
    reader.ok(&["account", "remove", NAME]);
    assert_eq!(miniflux.api().ids("status=read"), miniflux.api().with_title("Item 3"));
    assert_eq!(reader.titles("").len(), 3);
    assert_eq!(reader.titles("is:read"), ["Item 3"]);
}
