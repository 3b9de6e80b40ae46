//! The client of the Google Reader API against that part of Miniflux.

use std::ops::ControlFlow;

use tidings::library::AccountKind;
use tidings::server::{Entry, EntryId, List, Mark, Server, ServerError};

use crate::client::client_of;
use crate::miniflux::{Miniflux, PASSWORD, USER};
use crate::publisher::{Publisher, items};

fn client(miniflux: &Miniflux, password: &str) -> Box<dyn Server> {
    client_of(AccountKind::GoogleReader, miniflux.address(), USER, password)
}

#[test]
fn lists_entries_and_marks() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    api.subscribe(&publisher.publish("/news", "News", &items(1..=250)), api.create_folder("Press"));
    let closed = client(&miniflux, PASSWORD).log_in().expect_err("the API is off");
    assert!(matches!(closed, ServerError::Refused { .. }), "{closed:?}");
    miniflux.allow_google_reader();
    let mut client = client(&miniflux, PASSWORD);
    assert_eq!(client.log_in().expect("a login").as_str(), USER);
    let all = client.ids(&List::All, 0).expect("ids");
    assert_eq!(all, api.ids(""));
    let feeds = client.feeds().expect("feeds");
    assert_eq!(feeds[0].folder.as_ref().map(|folder| folder.name.as_str()), Some("Press"));
    let mut entries: Vec<Entry> = Vec::new();
    let take = &mut |_: &[EntryId], some: Vec<Entry>| {
        entries.extend(some);
        ControlFlow::Continue(())
    };
    client.entries(&all, &all, take).expect("entries");
    assert_eq!(entries.len(), 250);
    assert!(entries.iter().all(|entry| entry.feed == feeds[0].id && entry.release.title.as_str().starts_with("Item ")));

    client.mark(Mark::Read, &all[..50]).expect("marks");
    client.mark(Mark::Star, &all[49..51]).expect("marks");
    assert_eq!(client.ids(&List::Unread, 0).expect("ids"), all[50..]);
    assert_eq!(client.ids(&List::Starred, 0).expect("ids"), all[49..51]);
    assert_eq!(api.ids("status=unread"), all[50..]);
    // The same marks again change nothing.
    client.mark(Mark::Read, &all[..50]).expect("marks");
    client.mark(Mark::Star, &all[49..51]).expect("marks");
    assert_eq!((api.ids("status=unread").len(), api.ids("starred=true").len()), (200, 2));
    client.mark(Mark::Unread, &all).expect("marks");
    client.mark(Mark::Unstar, &all).expect("marks");
    assert_eq!((api.ids("status=unread").len(), api.ids("starred=true").len()), (250, 0));
}

#[test]
fn subscriptions_and_folders() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    miniflux.allow_google_reader();
    let mut client = client(&miniflux, PASSWORD);
    let address = publisher.publish("/news", "News", &items(1..=3));
    let feed = client.subscribe(&address, Some("Press & politics")).expect("a feed");
    assert_eq!((feed.address.as_str(), feed.title.as_str()), (address.as_str(), "News"));
    assert_eq!(feed.folder.as_ref().map(|folder| folder.name.as_str()), Some("Press & politics"));
    client.move_feed(&feed.id, "City").expect("moved");
    assert_eq!(miniflux.api().feeds()[0]["category"]["title"], "City");
    client.unsubscribe(&feed.id).expect("unsubscribed");
    assert_eq!(client.feeds().expect("feeds"), []);
    assert!(!client.can_search());
}
