//! The reader with an account, in a pseudo-terminal.

use crate::miniflux::Miniflux;
use crate::process::poll;
use crate::pty::{Session, Start};
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

fn open(reader: &Reader) -> Session {
    let library = reader.library();
    Start::reader(&["--library", library.to_str().expect("UTF-8"), "--read-after", "never"])
        .env("HOME", reader.home().to_str().expect("UTF-8"))
        .run()
}

#[test]
fn topics_of_an_account_narrow_the_list_and_marks_are_sent() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let item = |title: &str, topic: &str| Item::new(title).topics(&[topic]);
    let news = [item("Bridge", "Roads"), item("Tunnel", "Roads"), item("Reservoir", "Water")];
    let feed = api.subscribe(&publisher.publish("/news", "News", &news), 1);
    let reader = Reader::of(&miniflux);
    let mut session = open(&reader);
    session.wait_selected("1 of 3");
    session.wait_text("Roads");
    session.wait_text("Water");
    session.type_and_see("/topic:roads\r", "RELEASES  2 of");
    session.type_and_select("gg", "1 of 2");
    session.type_and_see("m", "2 unread");
    // The mark is sent without a sync.
    poll("the mark at the server", || (api.ids("status=read").len() == 1).then_some(()));
    session.type_and_see("0", "RELEASES  3 ");
    let more = [&[item("Dam", "Water")], news.as_slice()].concat();
    publisher.publish("/news", "News", &more);
    api.refresh(feed);
    session.type_and_see("r", "1 new release");
    // Marks made just before the end are sent at the end.
    session.type_and_select("gg", "1 of 4");
    session.type_and_see("s", "starred");
    session.quit();
    assert_eq!(api.ids("starred=true").len(), 1);
}

#[test]
fn a_search_at_the_server_is_listed_and_its_releases_are_asked_for_again_when_shown() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    // The last items of a feed get the least ids.
    let feed = [items(1..=5), vec![Item::new("Bridge 2"), Item::new("Bridge 1")]].concat();
    api.subscribe(&publisher.publish("/news", "News", &feed), 1);
    let reader = Reader::new();
    let add = ["account", "add", "miniflux", miniflux.address(), "--name", NAME, "--take", "newest:5"];
    reader.ok_with(&add, miniflux.key());
    reader.sync();
    let mut session = open(&reader);
    session.wait_text("RELEASES  5");
    session.send("/bridge\r");
    session.type_and_see("R", "home: found 2 releases");
    session.wait_text("RELEASES  2 of");
    session.wait_text("at the server");
    api.mark(&api.with_title("Bridge 1"), "read");
    session.type_and_see("j", "READING  2");
    session.wait_text("6 unread");
    session.quit();
}

#[test]
fn a_feed_is_moved_to_a_new_folder_and_unsubscribed_after_a_question() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    api.subscribe(&publisher.publish("/news", "News", &items(1..=3)), 1);
    api.star(&api.with_title("Item 1"), true);
    let reader = Reader::of(&miniflux);
    let mut session = open(&reader);
    session.wait_text("RELEASES  3");
    session.type_and_see("S", "Accounts");
    session.type_and_see("j", "through home");
    session.type_and_see("f", "Folder");
    session.send("\x15Harbour");
    session.type_and_see("\r", "moved News to Harbour");
    assert_eq!(api.feeds()[0]["category"]["title"], "Harbour");
    session.type_and_see("d", "1 starred release");
    assert_eq!(api.ids("").len(), 3, "nothing happens before the answer");
    session.type_and_see("\r", "unsubscribed from News at home");
    assert!(api.feeds().is_empty() && api.ids("").is_empty());
    session.type_and_see("q", "RELEASES  3");
    session.quit();
}
