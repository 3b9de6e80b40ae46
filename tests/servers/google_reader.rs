//! The client of the Google Reader API, against that part of Miniflux.

use crate::miniflux::{Miniflux, PASSWORD, USER};
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

/// Adds an account with the Google Reader API.
fn add(reader: &Reader, miniflux: &Miniflux) -> (String, String, Option<i32>) {
    let add = ["account", "add", "greader", miniflux.address(), "--user", USER, "--name", NAME];
    reader.run(&add, PASSWORD)
}

#[test]
fn marks_travel_both_ways() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let feed = api.subscribe(&publisher.publish("/news", "News", &items(1..=12)), api.create_folder("Press"));
    let reader = Reader::new();
    let (output, errors, code) = add(&reader, &miniflux);
    assert_eq!(code, Some(1), "the API is off: {output}{errors}");
    miniflux.allow_google_reader();
    let (output, errors, code) = add(&reader, &miniflux);
    assert_eq!(code, Some(0), "{output}{errors}");
    reader.sync();
    assert_eq!(reader.titles("folder:press").len(), 12);
    assert_eq!(reader.titles("is:unread").len(), 12);
    api.mark(&api.with_title("Item 1"), "read");
    api.star(&api.with_title("Item 2"), true);
    reader.mark("read", "title:\"Item 3\"");
    reader.mark("star", "title:\"Item 4\"");
    let said = reader.sync();
    assert!(said.contains("2 marks sent"), "{said}");
    assert_eq!(reader.titles("is:read"), ["Item 1", "Item 3"]);
    assert_eq!(reader.titles("is:starred"), ["Item 2", "Item 4"]);
    assert_eq!(api.ids("status=read").len(), 2);
    assert_eq!(api.ids("starred=true").len(), 2);
    publisher.publish("/news", "News", &[Item::new("New")]);
    api.refresh(feed);
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("title:new"), ["New"]);
    miniflux.clean_up(&format!("id = {}", api.with_title("Item 5")[0]));
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("is:unread \"Item 5\"").len(), 1);
}
