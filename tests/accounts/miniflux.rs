//! What must hold at a Miniflux server.

use tidings::library::{AccountKind, Flags, FoundEntry, Take};
use tidings::sync::{Depth, ask_again, with_server};

use crate::sync_server::{Fate, Item, Kind, Moment, SyncServer};
use crate::test_account::TestAccount;
use crate::{FEED, items, with_items};

fn account(count: usize) -> TestAccount {
    with_items(TestAccount::new(AccountKind::Miniflux), count)
}

#[test]
fn nothing_new_takes_four_requests() {
    let mut account = account(20);
    let requests: Vec<String> = account.requests().into_iter().map(|seen| seen.path).collect();
    assert_eq!(requests, ["/v1/feeds", "/v1/entries/ids", "/v1/entries/ids", "/v1/entries/ids"]);
}

#[test]
fn only_harmless_requests_with_whole_numbers_are_sent() {
    let mut account = account(20);
    account.mark("Item 1", Flags::READ, true);
    account.mark("Item 2", Flags::STARRED, true);
    account.server.publish(FEED, &[Item::new("new", "New")]);
    account.server.with(|model| model.edit(FEED, "guid-3", |item| item.topics.push("Added".to_owned())));
    account.server.take_requests();
    account.try_sync(Depth::WithEdits).expect("a sync");
    account.sync();
    for seen in account.server.take_requests() {
        let is_known = match (seen.method.as_str(), seen.path.as_str()) {
            ("GET", "/v1/feeds" | "/v1/categories" | "/v1/entries/ids" | "/v1/entries") | ("PUT", "/v1/entries") => {
                true
            }
            ("GET", path) => path.strip_prefix("/v1/entries/").is_some_and(|id| id.parse::<u64>().is_ok()),
            _ => false,
        };
        assert!(is_known, "{seen:?}");
        for (name, value) in url::form_urlencoded::parse(seen.query.as_bytes()) {
            let is_right = match &*name {
                "limit" | "offset" | "after_entry_id" | "before_entry_id" => value.parse::<u64>().is_ok(),
                "status" => value == "unread" || value == "read",
                "starred" => value == "true" || value == "false",
                "order" => value == "id",
                "direction" => value == "asc" || value == "desc",
                _ => false,
            };
            assert!(is_right, "{name}={value}, a filter that Miniflux would ignore");
        }
    }
}

#[test]
fn maintenance_takes_no_marks() {
    let mut account = account(3);
    account.mark("Item 1", Flags::READ, true);
    account.server.hook(|model, moment, asked| {
        // The server goes into maintenance when the mark arrives.
        model.switches.maintenance |= moment == Moment::Before && asked.method == "PUT";
        Fate::Go
    });
    assert_eq!(account.failure(), "the server is under maintenance; try again later");
    account.server.unhook();
    assert_eq!((account.waiting(), account.there("Item 1").0), (1, false));
    account.server.switch(|switches| switches.maintenance = false);
    account.sync();
    assert_eq!((account.waiting(), account.there("Item 1").0), (0, true));
}

#[test]
fn rows_that_move_while_pages_are_read_are_not_skipped() {
    for seed in 0..10 {
        let mut account = account(40);
        account.server.switch(|switches| switches.page = 7);
        let mut count = seed;
        account.server.hook(move |model, moment, asked| {
            if moment == Moment::After && asked.path.ends_with("/ids") {
                // Another client reads two entries after each page.
                let unread: Vec<u64> =
                    model.marks().into_iter().rev().filter(|(_, (is_read, _))| !is_read).map(|(id, _)| id).collect();
                for at in [count % 5, count % 7] {
                    if let Some(id) = unread.get(at).filter(|_| count < seed + 8) {
                        model.set(*id, Some(true), None);
                    }
                }
                count += 1;
            }
            Fate::Go
        });
        account.sync();
        account.server.unhook();
        let wrong: Vec<String> = account
            .releases()
            .into_iter()
            .filter(|release| release.is_read && !account.there(&release.title).0)
            .map(|release| release.title)
            .collect();
        assert_eq!(wrong, [""; 0], "read here, and nowhere else");
        account.sync();
        assert!(account.releases().iter().all(|release| account.there(&release.title).0 == release.is_read));
    }
}

#[test]
fn edits_are_found_though_nothing_tells_of_them() {
    let mut account = account(3);
    account.server.with(|model| model.edit(FEED, "guid-1", |item| "Corrected".clone_into(&mut item.title)));
    account.sync();
    assert_eq!(account.titles(), ["Item 0", "Item 1", "Item 2"], "it is looked for once a day");
    account.try_sync(Depth::WithEdits).expect("a sync");
    assert_eq!(account.titles(), ["Corrected", "Item 0", "Item 2"]);
}

#[test]
fn a_guid_used_again_is_a_new_article_and_unread() {
    let mut account = account(3);
    account.mark("Item 1", Flags::READ, true);
    account.sync();
    account.server.publish(FEED, &[Item::new("guid-1", "Something else").link("https://city.example/else")]);
    account.try_sync(Depth::WithEdits).expect("a sync");
    assert_eq!(account.here("Something else"), (false, false));
    assert!(account.titles().contains(&"Item 1".to_owned()));
}

#[test]
fn topics_like_marks_are_topics() {
    let mut account = TestAccount::new(AccountKind::Miniflux);
    let topics = ["user/-/state/com.google/read", "Roads, rail", "C# courses"];
    account.server.publish(FEED, &[Item::new("1", "One").topics(&topics)]);
    account.server.follow(FEED, "News");
    account.sync();
    assert_eq!(account.here("One"), (false, false));
    assert_eq!(account.release("One").topics, ["C# courses", "Roads, rail", "user/-/state/com.google/read"]);
}

#[test]
fn a_database_that_is_down_does_not_cost_the_key() {
    let mut account = account(2);
    account.mark("Item 1", Flags::READ, true);
    account.server.switch(|switches| switches.database_down = true);
    let failure = account.failure();
    assert!(failure.contains("the server failed (500)"), "{failure}");
    account.server.switch(|switches| switches.database_down = false);
    account.sync();
    assert_eq!(account.waiting(), 0);
    account.server.switch(|switches| switches.revoked = true);
    assert!(account.failure().contains("check the API key"));
}

#[test]
fn versions_and_addresses_without_the_api_are_named() {
    let mut account = account(1);
    account.server.switch(|switches| switches.too_old = true);
    assert!(account.failure().contains("2.3.2"));
    account.server.switch(|switches| (switches.too_old, switches.api_disabled) = (false, true));
    let failure = account.failure();
    assert!(failure.starts_with("no Miniflux"), "{failure}");
    assert_eq!(account.releases().len(), 1);
}

#[test]
fn a_cut_answer_is_asked_again_in_halves() {
    let mut account = TestAccount::new(AccountKind::Miniflux);
    account.server.publish(FEED, &crate::items(40));
    account.server.follow(FEED, "News");
    account.server.hook(|model, moment, asked| {
        // Each answer with more than ten entries breaks off.
        let after = asked.parameters().number("after_entry_id").unwrap_or(0);
        let before = asked.parameters().number("before_entry_id").unwrap_or(after);
        if moment == Moment::Before && asked.path.ends_with("/entries") {
            model.switches.cut = (u32::from(before - after > 10), 3000);
        }
        Fate::Go
    });
    account.sync();
    assert_eq!(account.releases().len(), 40);
}

#[test]
fn pictures_keep_their_own_addresses() {
    let mut account = TestAccount::new(AccountKind::Miniflux);
    account.server.switch(|switches| (switches.media_proxy, switches.time_zone) = (true, -180));
    let text = "<p>Words.</p><img src=\"http://pictures.example/b.png\" alt=\"A picture\">";
    account.server.publish(FEED, &[Item::new("1", "One").text(text)]);
    account.server.follow(FEED, "News");
    account.sync();
    let mut pictures = Vec::new();
    let each = &mut |stored: tidings::library::Stored<'_>| {
        pictures.extend(stored.release.links.iter().map(|link| link.address.to_string()));
        std::ops::ControlFlow::Continue(())
    };
    account.library().stream(each).expect("read");
    assert!(!pictures.iter().any(|address| address.contains("/proxy/")), "{pictures:?}");
}

#[test]
fn what_only_a_search_found_is_asked_for_again() {
    let server = SyncServer::start(Kind::Miniflux);
    server.publish(FEED, &items(6));
    server.follow(FEED, "News");
    let mut account = TestAccount::of(server, AccountKind::Miniflux, Take::Newest(2));
    account.sync();
    let source = account.library().sources().expect("read")[0].id;
    let found = FoundEntry { account: account.account().id, remote: account.server.id("Item 5"), source };
    assert!(!account.titles().contains(&"Item 5".to_owned()));
    let engine = account.engine();
    let ask = |account: &TestAccount| {
        let mut library = account.library();
        let asked = with_server(&engine, &account.account(), |server| ask_again(&mut library, &found, server));
        asked.expect("a secret").expect("an answer");
    };
    ask(&account);
    let (key, number) = account.release("Item 5").key;
    let known = |account: &TestAccount| account.library().found_entry(&key, number).expect("read");
    assert_eq!((known(&account), account.here("Item 5")), (Some(found), (false, false)));
    account.server.set_read(&[found.remote], true);
    ask(&account);
    assert_eq!(account.here("Item 5"), (true, false));
    account.mark("Item 5", Flags::READ, false);
    ask(&account);
    assert_eq!((account.here("Item 5"), account.waiting()), ((false, false), 1), "a mark that waits wins");
    account.server.with(|model| model.edit(FEED, "guid-5", |item| "Corrected".clone_into(&mut item.title)));
    ask(&account);
    let has_new_title = |account: &TestAccount| account.titles().contains(&"Corrected".to_owned());
    assert!(has_new_title(&account));
    account.server.with(|model| model.purge(0, &[found.remote]));
    ask(&account);
    assert_eq!(known(&account), None, "it is not asked for a third time");
    assert!(has_new_title(&account), "it stays here");
}
