//! The server that the other tests use does what they expect of it.

use std::fs;
use std::thread;

use crate::miniflux::{Miniflux, PASSWORD, Request, USER};
use crate::publisher::{Item, Publisher, items};

#[test]
fn marks_lists_and_requests() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let folder = api.create_folder("Press");
    let address = publisher.publish("/news", "News", &items(1..=5));
    let feed = api.subscribe(&address, folder);
    let ids = api.ids("");
    assert_eq!(ids.len(), 5);
    assert_eq!(api.feeds()[0]["category"]["title"], "Press");
    api.mark(&ids[..2], "read");
    api.star(&ids[4..], true);
    assert_eq!(api.ids("status=unread"), ids[2..]);
    assert_eq!(api.ids("starred=true"), ids[4..]);
    publisher.publish("/news", "News", &[Item::new("Item 6").topics(&["Roads & bridges"])]);
    let ((), requests) = miniflux.requests(|| api.refresh(feed));
    let refresh = Request { method: "PUT".to_owned(), path: format!("/v1/feeds/{feed}/refresh") };
    assert_eq!(requests, [refresh]);
    assert_eq!(api.entries()[0]["tags"][0], "Roads & bridges");
}

#[test]
fn an_entry_that_is_held_back_appears_below_the_greatest_id() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let slow = api.subscribe(&publisher.publish("/slow", "Slow", &items(1..=1)), 1);
    let fast = api.subscribe(&publisher.publish("/fast", "Fast", &items(2..=2)), 1);
    publisher.publish("/slow", "Slow", &[Item::new("Late")]);
    publisher.publish("/fast", "Fast", &items(2..=3));
    let lock = miniflux.hold_back("Late");
    let greatest = thread::scope(|scope| {
        let refresh = scope.spawn(|| api.refresh(slow));
        miniflux.wait_for_held_back();
        api.refresh(fast);
        let greatest = api.ids("")[0];
        drop(lock);
        refresh.join().expect("the late entry is stored");
        greatest
    });
    let late = api.with_title("Late");
    assert!(late.len() == 1 && late[0] < greatest, "{late:?} is not below {greatest}");
}

#[test]
fn a_clean_up_deletes_old_entries_and_a_database_can_be_stopped() {
    let Some(mut miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    miniflux.api().subscribe(&publisher.publish("/news", "News", &items(1..=4)), 1);
    let ids = miniflux.api().ids("");
    miniflux.api().star(&ids[..1], true);
    miniflux.clean_up(&format!("id in ({}, {})", ids[0], ids[1]));
    assert_eq!(miniflux.api().ids(""), [ids[0], ids[2], ids[3]]);
    miniflux.stop_database();
    assert_eq!(miniflux.api().call("GET", "/v1/feeds", None).0, 500);
    miniflux.start_database();
    assert_eq!(miniflux.api().ids("").len(), 3);
}

#[test]
fn the_google_reader_api_is_open_on_request() {
    let Some(miniflux) = Miniflux::start() else { return };
    let login = format!("/accounts/ClientLogin?Email={USER}&Passwd={PASSWORD}");
    assert_eq!(miniflux.api().call("POST", &login, None).0, 401);
    miniflux.allow_google_reader();
    assert_eq!(miniflux.api().call("POST", &login, None).0, 200);
}

#[test]
fn nothing_is_left_behind_after_a_panic() {
    let Some(miniflux) = Miniflux::start() else { return };
    let folder = miniflux.folder().to_owned();
    let programs = || {
        let all = fs::read_dir("/proc").expect("the processes").flatten();
        let arguments = all.filter_map(|process| fs::read(process.path().join("environ")).ok());
        let name = folder.to_str().expect("UTF-8").as_bytes();
        arguments.filter(|environment| environment.windows(name.len()).any(|part| part == name)).count()
    };
    assert_eq!(programs(), 1, "the server knows its database by its environment");
    let panic = thread::spawn(move || {
        let _running = miniflux;
        panic!("on purpose");
    });
    panic.join().expect_err("it panics");
    assert_eq!(programs(), 0);
    assert!(!folder.exists());
}
