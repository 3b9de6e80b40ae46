//! The faults and differences of Miniflux.

use crate::client::Client;
use crate::sync_server::{Item, Kind, SyncServer};

const FEED: &str = "http://feeds.example/city.rss";
const IDS: &str = "/v1/entries/ids";

fn server(count: usize) -> SyncServer {
    let server = SyncServer::start(Kind::Miniflux);
    let items: Vec<Item> = (0..count).map(|n| Item::new(&n.to_string(), &format!("Item {n}"))).collect();
    server.publish(FEED, &items);
    server.follow(FEED, "News");
    server
}

#[test]
fn offsets_skip_what_moves_up() {
    let server = server(40);
    server.switch(|switches| switches.page = 10);
    let client = Client::of_miniflux(&server);
    let first = client.get(&format!("{IDS}?status=unread")).ids();
    assert_eq!(first.len(), 10, "no more than a page");
    server.set_read(&first[..3], true);
    let second = client.get(&format!("{IDS}?status=unread&offset=10")).ids();
    assert_eq!(second[0], first[9] - 4, "three ids were skipped");
}

#[test]
fn deleted_entries_never_come_back() {
    let server = server(3);
    let client = Client::of_miniflux(&server);
    let id = server.id("Item 1");
    server.with(|model| model.purge(0, &[id]));
    server.publish(FEED, &[Item::new("new", "New")]);
    assert_eq!(client.get(IDS).ids().len(), 3);
    assert!(!client.get(IDS).ids().contains(&id));
    assert_eq!(client.get(&format!("/v1/entries/{id}")).status, 404);
    assert_eq!(client.put("/v1/entries", &format!("{{\"entry_ids\":[{id}],\"status\":\"read\"}}")).status, 204);
}

#[test]
fn a_repeated_guid_moves_the_id_to_another_article() {
    let server = server(3);
    let id = server.id("Item 1");
    server.set_read(&[id], true);
    server.publish(FEED, &[Item::new("1", "Something else").link("https://city.example/else")]);
    assert_eq!(server.id("Something else"), id);
    let moved = server.id("Item 1");
    assert_ne!(moved, id);
    assert_eq!((server.marks()[&id].0, server.marks()[&moved].0), (true, false));
}

#[test]
fn it_confirms_marks_in_maintenance_and_refuses_right_logins_without_its_database() {
    let server = server(3);
    let client = Client::of_miniflux(&server);
    let id = server.id("Item 1");
    let mark = format!("{{\"entry_ids\":[{id}],\"status\":\"read\"}}");
    server.switch(|switches| switches.maintenance = true);
    let reply = client.put("/v1/entries", &mark);
    assert_eq!((reply.status, reply.media.as_str()), (200, "text/plain; charset=utf-8"));
    server.switch(|switches| (switches.maintenance, switches.database_down) = (false, true));
    assert_eq!(client.put("/v1/entries", &mark).status, 500);
    let basic = Client::with(&server, "Authorization", "Basic cmVhZGVyOnBhc3N3b3JkMQ==");
    assert_eq!(basic.put("/v1/entries", &mark).status, 401);
    server.switch(|switches| (switches.database_down, switches.revoked) = (false, true));
    assert_eq!(client.put("/v1/entries", &mark).status, 401);
    assert_eq!(server.marks()[&id], (false, false));
    assert_eq!(basic.put("/v1/entries", &mark).status, 204);
    assert_eq!(server.marks()[&id], (true, false));
}

#[test]
fn an_old_version_has_no_list_of_ids_and_ignores_stars() {
    let server = server(3);
    let client = Client::of_miniflux(&server);
    let id = server.id("Item 1");
    server.switch(|switches| switches.too_old = true);
    assert_eq!(client.get(IDS).status, 400);
    let mark = format!("{{\"entry_ids\":[{id}],\"status\":\"read\",\"starred\":true}}");
    assert_eq!(client.put("/v1/entries", &mark).status, 204);
    assert_eq!(server.marks()[&id], (true, false));
}

#[test]
fn filters_that_do_not_parse_are_ignored() {
    let server = server(3);
    let client = Client::of_miniflux(&server);
    for filter in ["after_entry_id=x", "changed_after=2026-11-26T00:00:00Z", "starred=x", "nothing=1"] {
        assert_eq!(client.get(&format!("/v1/entries?{filter}")).json()["total"], 3, "{filter}");
    }
    assert_eq!(client.get("/v1/entries?starred=true").json()["total"], 0);
}

#[test]
fn a_search_knows_words_phrases_alternatives_and_exclusions() {
    let server = SyncServer::start(Kind::Miniflux);
    server.publish(
        FEED,
        &[
            Item::new("1", "The old bridge").text("closes on Monday").topics(&["Roads", "City"]),
            Item::new("2", "A new bridge").text("opens").topics(&["Roads"]).published(1_700_000_000),
            Item::new("3", "Flu season").text("Wash your hands"),
        ],
    );
    server.follow(FEED, "News");
    let client = Client::of_miniflux(&server);
    let found = |query: &str| {
        let reply = client.get(&format!("/v1/entries?order=id&{query}")).json();
        let entries = reply["entries"].as_array().expect("entries").clone();
        entries.iter().map(|entry| entry["title"].as_str().expect("a title").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("search=bridge"), ["A new bridge", "The old bridge"]);
    assert_eq!(found("search=bridge+-new"), ["The old bridge"]);
    assert_eq!(found("search=%22old+bridge%22+or+flu"), ["The old bridge", "Flu season"], "more words rank first");
    assert_eq!(found("search=bridg"), [""; 0], "whole words only");
    assert_eq!(found("tags=Roads&tags=City"), ["The old bridge"]);
    assert_eq!(found("published_after=1700000000"), ["Flu season", "The old bridge"]);
    assert_eq!(found("published_before=1700000001"), ["A new bridge"]);
}

#[test]
fn pictures_come_through_the_proxy_and_times_have_the_offset_of_the_user() {
    let server = SyncServer::start(Kind::Miniflux);
    server.publish(FEED, &[Item::new("1", "One").text("<img src=\"http://pictures.example/b.png\">")]);
    server.follow(FEED, "News");
    server.switch(|switches| (switches.media_proxy, switches.time_zone) = (true, -180));
    let entry = Client::of_miniflux(&server).get("/v1/entries/1").json();
    let code = "aHR0cDovL3BpY3R1cmVzLmV4YW1wbGUvYi5wbmc=";
    let content = entry["content"].as_str().expect("a text");
    assert!(content.contains("/proxy/") && content.contains(code), "{content}");
    assert_eq!(entry["published_at"], "2026-11-18T08:06:40-03:00");
}

#[test]
fn two_users_share_one_counter() {
    let server = server(2);
    server.with(|model| {
        let other = model.add_user("other", "password2", &"f".repeat(64));
        let folder = model.folder(other, "");
        model.subscribe(other, FEED, folder).expect("a feed");
    });
    server.publish(FEED, &[Item::new("new", "New")]);
    assert_eq!(server.marks().keys().copied().collect::<Vec<_>>(), [1, 2, 5]);
    let other = Client::with(&server, "X-Auth-Token", &"f".repeat(64));
    assert_eq!(other.get(IDS).ids(), [6, 4, 3]);
    assert_eq!(other.put("/v1/entries", "{\"entry_ids\":[1],\"status\":\"read\"}").status, 204);
    assert_eq!(server.marks()[&1], (false, false), "marks of another user are out of reach");
}

#[test]
fn an_older_google_reader_part_reverses_marks() {
    let server = server(2);
    let (client, token) = Client::of_reader(&server);
    let form = format!("T={token}\na=user/-/state/com.google/read\ni=1");
    server.set_read(&[1], true);
    client.post("/reader/api/0/edit-tag", &form);
    assert_eq!(server.marks()[&1], (true, false));
    server.switch(|switches| switches.toggle = true);
    client.post("/reader/api/0/edit-tag", &form);
    assert_eq!(server.marks()[&1], (false, false));
}
