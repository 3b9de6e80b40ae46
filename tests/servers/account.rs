//! Adding an account, its first sync, and what it costs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::miniflux::Miniflux;
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

#[test]
fn an_account_is_added_and_synced() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let roads = Item::new("Roads").topics(&["Roads & bridges", "Budget, 2026"]);
    let news = publisher.publish("/news", "News", &[roads, Item::new("Plain")]);
    api.subscribe(&news, api.create_folder("Press"));
    api.subscribe(&publisher.publish("/more", "More", &items(1..=3)), 1);
    let read = api.with_title("Item 1");
    api.mark(&read, "read");
    api.star(&api.with_title("Item 2"), true);

    let reader = Reader::new();
    let add = ["account", "add", "miniflux", miniflux.address(), "--name", NAME];
    let said = reader.ok_with(&add, miniflux.key());
    assert!(said.contains("2 feeds") && said.contains("tidings sync home"), "{said}");
    assert_eq!(reader.account()["releases"], 0, "adding stores no releases");
    let said = reader.sync();
    assert!(said.contains("5 new"), "{said}");
    assert_eq!(reader.titles(""), ["Item 1", "Item 2", "Item 3", "Plain", "Roads"]);
    assert_eq!(reader.titles("is:read"), ["Item 1"]);
    assert_eq!(reader.titles("is:starred"), ["Item 2"]);
    assert_eq!(reader.titles("topic:\"Roads & bridges\""), ["Roads"]);
    assert_eq!(reader.titles("topic:\"Budget, 2026\""), ["Roads"]);
    assert_eq!(reader.titles("folder:press"), ["Plain", "Roads"]);

    let account = reader.account();
    assert_eq!((&account["name"], &account["kind"]), (&NAME.into(), &"miniflux".into()));
    assert_eq!((&account["releases"], &account["unread"], &account["starred"]), (&5.into(), &4.into(), &1.into()));
    let check = reader.ok(&["account", "check", NAME]);
    assert!(check.contains("as reader") && check.contains("2 feeds") && check.contains("5 releases"), "{check}");
}

#[test]
fn nothing_new_costs_four_requests() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    api.subscribe(&publisher.publish("/news", "News", &items(1..=30)), 1);
    let reader = Reader::of(&miniflux);
    let (_, requests) = miniflux.requests(|| reader.ok(&["sync"]));
    assert_eq!(requests.len(), 4, "{requests:#?}");
}

#[test]
fn the_key_is_kept_in_a_file_of_its_own_and_survives_a_refusal() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    miniflux.api().subscribe(&publisher.publish("/news", "News", &items(1..=2)), 1);
    let reader = Reader::new();
    let add = ["account", "add", "miniflux", miniflux.address(), "--name", NAME];
    let (_, errors, code) = reader.run(&add, "0123456789abcdef");
    assert_eq!(code, Some(1), "{errors}");
    assert!(!reader.library().exists(), "a refused account leaves nothing");
    reader.ok_with(&add, miniflux.key());
    reader.sync();
    let file = reader.home().join("secrets.json");
    assert_eq!(fs::metadata(&file).expect("the secrets").permissions().mode() & 0o777, 0o600);
    let holds_key = |bytes: &[u8]| bytes.windows(64).any(|part| part == miniflux.key().as_bytes());
    assert!(holds_key(&fs::read(&file).expect("the secrets")));
    for entry in fs::read_dir(reader.home()).expect("the folder").flatten() {
        let path = entry.path();
        assert!(path == file || path.is_dir() || !holds_key(&fs::read(&path).expect("a file")), "{}", path.display());
    }
    miniflux.sql("UPDATE api_keys SET token = 'x' || token");
    let said = reader.failing_sync();
    assert!(!said.contains(miniflux.key()), "{said}");
    miniflux.sql("UPDATE api_keys SET token = substr(token, 2)");
    reader.sync();
}

#[test]
fn an_address_without_the_api_is_explained() {
    let Some(miniflux) = Miniflux::start() else { return };
    let publisher = Publisher::start();
    let reader = Reader::new();
    let add = |address: &str| reader.run(&["account", "add", "miniflux", address, "--name", address], miniflux.key());
    // A path of the web interface leads to the API beside it.
    let (output, errors, code) = add(&format!("{}/unread", miniflux.address()));
    assert_eq!(code, Some(0), "{output}{errors}");
    let (output, errors, code) = add(&publisher.server().address("/"));
    assert_eq!(code, Some(1), "{output}{errors}");
    assert!(errors.contains("API"), "{errors}");
}

#[test]
fn the_part_to_take_holds_for_what_was_there_and_stars_are_taken() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let feed = api.subscribe(&publisher.publish("/news", "News", &items(1..=20)), 1);
    api.star(&api.with_title("Item 2"), true);
    let reader = Reader::new();
    let add = ["account", "add", "miniflux", miniflux.address(), "--name", NAME, "--take", "newest:5"];
    reader.ok_with(&add, miniflux.key());
    reader.sync();
    let newest = ["Item 16", "Item 17", "Item 18", "Item 19", "Item 2", "Item 20"];
    assert_eq!(reader.titles(""), newest);
    publisher.publish("/news", "News", &items(21..=28));
    api.refresh(feed);
    api.star(&api.with_title("Item 3"), true);
    reader.sync();
    assert_eq!(reader.titles("").len(), 6 + 8 + 1);
    // A release that was left out is not fetched because another client marks it.
    api.mark(&api.with_title("Item 4"), "read");
    reader.sync();
    assert_eq!(reader.titles("").len(), 6 + 8 + 1);
}
