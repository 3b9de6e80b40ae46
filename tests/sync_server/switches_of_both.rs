//! The faults of either server.

use crate::client::Client;
use crate::sync_server::{Fate, Item, Kind, Moment, SyncServer};

const FEED: &str = "http://feeds.example/city.rss";

fn servers() -> [SyncServer; 2] {
    [Kind::Miniflux, Kind::FreshRss].map(|kind| {
        let server = SyncServer::start(kind);
        let items: Vec<Item> = (0..40).map(|n| Item::new(&n.to_string(), &format!("Item {n}"))).collect();
        server.publish(FEED, &items);
        server.follow(FEED, "News");
        server
    })
}

/// A client, the path of the list of all ids, and the path of the request that marks.
fn paths(server: &SyncServer) -> (Client<'_>, String, String, String) {
    let (client, token) = Client::of_reader(server);
    let base = server.with(|model| if model.kind == Kind::Miniflux { "" } else { "/api/greader.php" });
    let list =
        format!("{base}/reader/api/0/stream/items/ids?output=json&n=1000&s=user/-/state/com.google/reading-list");
    (client, list, format!("{base}/reader/api/0/edit-tag"), token)
}

#[test]
fn requests_fail_as_often_as_said() {
    for server in servers() {
        let (client, list, _, _) = paths(&server);
        server.switch(|switches| switches.fail = (2, 502));
        assert_eq!([502, 502, 200], [(); 3].map(|()| client.get(&list).status));
        server.switch(|switches| switches.refuse = 1);
        assert_eq!([401, 200], [(); 2].map(|()| client.get(&list).status));
        server.switch(|switches| switches.busy = Some((429, 60)));
        assert_eq!(client.get(&list).status, 429);
        let statuses: Vec<u16> = server.take_requests().iter().map(|seen| seen.status).collect();
        assert_eq!(statuses, [502, 502, 200, 401, 200, 429]);
    }
}

#[test]
fn answers_end_early() {
    for server in servers() {
        let (client, list, _, _) = paths(&server);
        let whole = client.get(&list).body;
        server.switch(|switches| switches.shorten = (1, 100));
        let short = client.get(&list);
        assert_eq!((short.status, short.body.as_str()), (200, whole.split_at(100).0));
        server.switch(|switches| switches.cut = (1, 100));
        assert!(client.try_send("GET", &list, "", "").is_err(), "a cut chunk shows");
        assert_eq!(client.get(&list).body, whole);
    }
}

#[test]
fn marks_are_confirmed_without_effect_or_made_without_an_answer() {
    for server in servers() {
        let (client, _, tag, token) = paths(&server);
        let (one, other) = (server.id("Item 1"), server.id("Item 2"));
        let form = format!("T={token}\na=user/-/state/com.google/read\ni={one}\ni={other}");
        server.switch(|switches| switches.ignore_marks = 1);
        assert_eq!(client.post(&tag, &form).body, "OK");
        assert_eq!(server.marks()[&one], (false, false));
        server.switch(|switches| switches.deaf.extend([other]));
        assert_eq!(client.post(&tag, &form).body, "OK");
        assert_eq!((server.marks()[&one].0, server.marks()[&other].0), (true, false));
        server.switch(|switches| {
            switches.deaf.clear();
            switches.silent_marks = 1;
        });
        let form = format!("T={token}&a=user%2F-%2Fstate%2Fcom.google%2Fread&i={other}");
        assert!(client.try_send("POST", &tag, "application/x-www-form-urlencoded", &form).is_err());
        assert!(server.marks()[&other].0, "it was made all the same");
    }
}

#[test]
fn new_entries_become_visible_late() {
    for server in servers() {
        let (client, list, _, _) = paths(&server);
        server.with(|model| model.publish(FEED, &[Item::new("late", "Late")], 2));
        server.publish(FEED, &[Item::new("later", "Later").published(1_795_000_001)]);
        let (late, later) = (server.id("Late"), server.id("Later"));
        assert!(late < later);
        let seen = [(); 3].map(|()| client.get(&list).ids());
        assert_eq!(seen.clone().map(|ids| ids.contains(&late)), [false, false, true]);
        assert!(seen.iter().all(|ids| ids.contains(&later)));
    }
}

#[test]
fn a_hook_marks_between_requests_and_hangs_up() {
    for server in servers() {
        let (client, list, tag, token) = paths(&server);
        let id = server.id("Item 3");
        let form = format!("T={token}&a=user%2F-%2Fstate%2Fcom.google%2Fstarred&i={id}");
        for (moment, is_made) in [(Moment::Before, false), (Moment::After, true)] {
            server.hook(move |_, now, _| if now == moment { Fate::HangUp } else { Fate::Go });
            assert!(client.try_send("POST", &tag, "application/x-www-form-urlencoded", &form).is_err());
            assert_eq!(server.marks()[&id].1, is_made);
        }
        server.hook(move |model, moment, _| {
            model.set(id, Some(moment == Moment::Before), None);
            Fate::Go
        });
        let unread = list.clone() + "&xt=user/-/state/com.google/read";
        assert!(!client.get(&unread).ids().contains(&id));
        server.unhook();
        assert!(client.get(&unread).ids().contains(&id));
    }
}

#[test]
fn edits_keep_the_id_and_the_marks() {
    for server in servers() {
        let id = server.id("Item 4");
        server.set_read(&[id], true);
        let before = server.with(|model| model.users[0].entries[&id].changed);
        server.with(|model| model.edit(FEED, "4", |item| "Another title".clone_into(&mut item.title)));
        assert_eq!(server.id("Another title"), id);
        assert_eq!(server.with(|model| model.users[0].entries[&id].changed), before);
        assert_eq!(server.marks()[&id], (true, false));
    }
}

#[test]
fn a_feed_followed_again_has_other_ids() {
    for server in servers() {
        let before = server.marks();
        server.with(|model| {
            let feed = *model.users[0].feeds.keys().next().expect("a feed");
            assert!(model.unsubscribe(0, feed));
        });
        assert!(server.marks().is_empty());
        server.follow(FEED, "News");
        assert_eq!(server.marks().len(), before.len());
        assert!(server.marks().keys().all(|id| !before.contains_key(id)));
    }
}
