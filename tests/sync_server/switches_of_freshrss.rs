//! The faults and differences of FreshRSS.

use crate::client::{Client, Reply};
use crate::sync_server::{Item, Kind, SyncServer};

const FEED: &str = "http://feeds.example/city.rss";
const API: &str = "/api/greader.php/reader/api/0";
const STATE: &str = "user/-/state/com.google";

fn server(count: usize) -> SyncServer {
    let server = SyncServer::start(Kind::FreshRss);
    let items: Vec<Item> = (0..count).map(|n| Item::new(&n.to_string(), &format!("Item {n}"))).collect();
    server.publish(FEED, &items);
    server.follow(FEED, "News");
    server
}

fn list(client: &Client<'_>, rest: &str) -> Vec<u64> {
    client.get(&format!("{API}/stream/items/ids?output=json&s={rest}")).ids()
}

fn contents(client: &Client<'_>, ids: &[u64]) -> Reply {
    client.post(&format!("{API}/stream/items/contents"), &format!("output=json\n{}", Client::fields(ids)))
}

fn titles(reply: &Reply) -> usize {
    reply.json()["items"].as_array().expect("items").len()
}

#[test]
fn unknown_streams_hold_everything_and_old_versions_know_fewer() {
    let server = server(3);
    let (client, _) = Client::of_reader(&server);
    let read = format!("{STATE}/read&n=100");
    assert_eq!(list(&client, &format!("{STATE}/kept-unread&n=100")).len(), 3);
    assert_eq!((list(&client, &read).len(), list(&client, "user/-/label/None&n=100").len()), (0, 0));
    server.switch(|switches| (switches.all_for_read, switches.all_for_unknown_label) = (true, true));
    assert_eq!((list(&client, &read).len(), list(&client, "user/-/label/None&n=100").len()), (3, 3));
}

#[test]
fn a_continuation_drops_its_first_row_whatever_it_is() {
    let server = server(30);
    let (client, _) = Client::of_reader(&server);
    let unread = format!("{STATE}/reading-list&xt={STATE}/read&n=10");
    let first = list(&client, &unread);
    server.set_read(&[first[9]], true);
    let second = list(&client, &format!("{unread}&c={}", first[9]));
    let all = list(&client, &format!("{STATE}/reading-list&n=100"));
    assert_eq!(second[0], all[11], "the eleventh is shown on neither page");
    assert_eq!(list(&client, &format!("{STATE}/reading-list")).len(), 20, "unless more are asked for");
}

#[test]
fn php_drops_fields_and_an_old_version_actions() {
    let server = server(3);
    let (client, token) = Client::of_reader(&server);
    let id = server.id("Item 1");
    let tag = format!("{API}/edit-tag");
    let many = format!("i={id}\n").repeat(1000);
    assert_eq!(client.post(&tag, &format!("{many}T={token}\na={STATE}/read")).body, "OK");
    assert_eq!(server.marks()[&id], (false, false));
    assert_eq!(client.post(&tag, &format!("T={token}\na={STATE}/read\n{many}")).body, "OK");
    assert_eq!(server.marks()[&id], (true, false));
    let two = format!("T={token}\na={STATE}/read\na={STATE}/starred\ni={}", server.id("Item 2"));
    server.switch(|switches| switches.last_action_only = true);
    client.post(&tag, &two);
    assert_eq!(server.marks()[&server.id("Item 2")], (false, true));
}

#[test]
fn contents_fail_in_every_way() {
    let server = server(5);
    let (client, _) = Client::of_reader(&server);
    let ids: Vec<u64> = server.marks().keys().copied().collect();
    assert_eq!(titles(&contents(&client, &ids)), 5);
    server.switch(|switches| switches.most_contents = 4);
    let failed = contents(&client, &ids);
    assert_eq!((failed.status, failed.body.as_str()), (500, ""));
    assert_eq!(titles(&contents(&client, &ids[..4])), 4);
    server.switch(|switches| {
        switches.empty_contents = 1;
        switches.withheld.extend([ids[0]]);
    });
    assert_eq!(titles(&contents(&client, &ids[..4])), 0);
    assert_eq!(titles(&contents(&client, &ids[..4])), 3);
    server.switch(|switches| switches.warn = true);
    let warned = contents(&client, &ids[..4]);
    assert_eq!((warned.status, warned.media.as_str()), (200, "text/html; charset=UTF-8"));
    assert!(warned.body.starts_with("<br />\n<b>Warning</b>"), "{}", warned.body);
}

#[test]
fn purged_items_that_are_still_offered_come_again_under_new_ids() {
    let server = server(3);
    let id = server.id("Item 1");
    server.set_read(&[id], true);
    server.with(|model| model.purge(0, &[id]));
    server.publish(FEED, &[Item::new("new", "New")]);
    let again = server.id("Item 1");
    assert_ne!(again, id);
    assert_eq!(server.marks()[&again], (false, false));
}

#[test]
fn a_hidden_feed_is_left_out_of_all_lists_but_its_own() {
    let server = server(3);
    let (client, _) = Client::of_reader(&server);
    server.with(|model| model.users[0].feeds.get_mut(&1).expect("a feed").is_hidden = true);
    assert!(list(&client, &format!("{STATE}/reading-list&n=100")).is_empty());
    assert_eq!(list(&client, "feed/1&n=100").len(), 3);
    let feeds = client.get(&format!("{API}/subscription/list?output=json")).json();
    assert_eq!(feeds["subscriptions"].as_array().map(Vec::len), Some(0));
}

#[test]
fn topics_may_look_like_marks() {
    let server = SyncServer::start(Kind::FreshRss);
    let marks = ["user/-/state/com.google/read", "Roads, rail", "C# courses", "Roads"];
    server.publish(FEED, &[Item::new("1", "One & <only>").topics(&marks)]);
    server.follow(FEED, "News");
    let (client, _) = Client::of_reader(&server);
    let item = contents(&client, &[server.id("One & <only>")]).json()["items"][0].clone();
    assert_eq!(item["title"], "One ＆ ＜only＞");
    let categories: Vec<&str> =
        item["categories"].as_array().expect("a list").iter().filter_map(|tag| tag.as_str()).collect();
    let all = format!("{STATE}/reading-list");
    let read = format!("{STATE}/read");
    assert_eq!(categories, [all.as_str(), "user/-/label/News", read.as_str(), "Roads", "rail", "C", "courses"]);
    assert!(!server.marks().values().any(|(is_read, _)| *is_read));
}

#[test]
fn bounds_on_both_sides_leave_nothing_out() {
    let server = server(3);
    let (client, _) = Client::of_reader(&server);
    let all = format!("{STATE}/reading-list&n=100");
    assert_eq!(list(&client, &format!("{all}&ot=4000000000")).len(), 0);
    assert_eq!(list(&client, &format!("{all}&nt=1")).len(), 0);
    assert_eq!(list(&client, &format!("{all}&ot=4000000000&nt=1")).len(), 3);
}

#[test]
fn the_api_is_off_or_the_header_is_lost() {
    let server = server(1);
    let (client, _) = Client::of_reader(&server);
    server.switch(|switches| switches.api_off = true);
    assert_eq!(client.get(&format!("{API}/token")).status, 503);
    assert_eq!(client.get("/api/greader.php").body, "OK");
    server.switch(|switches| (switches.api_off, switches.lose_authorization) = (false, true));
    assert_eq!(client.get(&format!("{API}/token")).status, 401);
    assert!(client.get("/api/greader.php/check/compatibility").body.starts_with("FAIL"));
}

#[test]
fn marks_are_slow() {
    let server = server(2);
    let (client, token) = Client::of_reader(&server);
    server.switch(|switches| switches.slow_marks = 5);
    let start = std::time::Instant::now();
    let ids = Client::fields(&server.marks().into_keys().collect::<Vec<_>>());
    client.post(&format!("{API}/edit-tag"), &format!("T={token}\na={STATE}/read\n{ids}"));
    assert!(start.elapsed().as_millis() >= 10);
}
