//! The client of servers with the Google Reader API.

use tidings::library::AccountKind;
use tidings::net::fetch::Cancel;
use tidings::release::LinkKind;
use tidings::server::{Entry, List, Login, Mark, Secret, Server, ServerError, ServerQuery};
use tidings::text::CleanBuf;

use crate::api::{ApiServer, Said};
use crate::sync_server::{Item, Kind, SyncServer};
use crate::{entries, fetcher};

const FEED: &str = "https://city.example/press.rss";

macro_rules! recorded {
    ($name:literal) => {
        Said::recorded(include_str!(concat!("freshrss/", $name)))
    };
}

fn clean(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

fn connect(kind: AccountKind, address: String, user: &str, password: &str) -> Box<dyn Server> {
    let login = Login { kind, address, user: user.to_owned(), secret: Secret::new(password) };
    tidings::server::connect(&login, fetcher(), Cancel::default())
}

/// A server with a feed of `count` entries, and its client, logged in.
fn server(kind: Kind, count: usize) -> (SyncServer, Box<dyn Server>) {
    let server = SyncServer::start(kind);
    let items: Vec<_> = (0..count).map(|n| Item::new(&format!("guid-{n}"), &format!("Entry {n}"))).collect();
    server.publish(FEED, &items);
    server.follow(FEED, "Press & politics");
    let (user, password) = server.login();
    let (kind, path) = match kind {
        Kind::FreshRss => (AccountKind::FreshRss, "/api/greader.php"),
        Kind::Miniflux => (AccountKind::GoogleReader, ""),
    };
    let mut client = connect(kind, format!("{}{path}", server.address()), &user, &password);
    assert_eq!(client.log_in(), Ok(clean("reader")));
    server.take_requests();
    (server, client)
}

/// A client of recorded answers, after the login.
fn after_login(answers: Vec<Said>) -> (ApiServer, Box<dyn Server>) {
    let server = ApiServer::saying(std::iter::once(recorded!("login-ok.txt")).chain(answers).collect());
    let client = connect(AccountKind::FreshRss, server.address("/api/greader.php"), "reader", "sesame & more");
    (server, client)
}

fn paths(server: &SyncServer) -> Vec<String> {
    let base = "/reader/api/0/";
    let short = |path: &str| path.split_once(base).map_or(path, |(_, path)| path).to_owned();
    server.take_requests().iter().map(|seen| short(&seen.path)).collect()
}

#[test]
fn the_client_logs_in_before_its_first_request() {
    let (server, mut client) = after_login(vec![recorded!("subscription-list.json")]);
    let feeds = client.feeds().expect("feeds");
    assert_eq!(feeds.len(), 2);
    let city = &feeds[0];
    assert_eq!((city.id.as_str(), city.title.as_str()), ("feed/1", "City press office & more"));
    assert_eq!(
        (city.address.as_str(), city.site.as_str()),
        ("http://127.0.0.1:8090/city.rss", "http://127.0.0.1:8090/city")
    );
    assert_eq!(city.folder.as_ref().map(|folder| folder.name.as_str()), Some("Press & politics"));
    let log = server.log();
    assert_eq!(log[0].line(), "POST /api/greader.php/accounts/ClientLogin");
    assert_eq!(log[0].body, "Email=reader&Passwd=sesame+%26+more");
    assert_eq!(log[1].line(), "GET /api/greader.php/reader/api/0/subscription/list?output=json");
    assert_eq!(
        log[1].header("authorization"),
        Some("GoogleLogin auth=reader/0123456789abcdef0123456789abcdef01234567")
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_refused_request_is_repeated_after_one_more_login() {
    for kind in [Kind::FreshRss, Kind::Miniflux] {
        let (server, mut client) = server(kind, 1);
        server.switch(|switches| switches.refuse = 1);
        assert_eq!(client.feeds().map(|feeds| feeds.len()), Ok(1));
        assert_eq!(paths(&server).len(), 3);
        server.switch(|switches| switches.refuse = 1);
        let id = server.id("Entry 0");
        assert_eq!(client.mark(Mark::Read, &[id]), Ok(()));
        assert_eq!(server.marks()[&id], (true, false));
        // The secret has changed: no more tries than needed.
        server.take_requests();
        server.switch(|switches| switches.refuse = u32::MAX);
        assert_eq!(client.feeds(), Err(ServerError::Refused { secret: "API password" }));
        assert!(paths(&server).len() <= 3);
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let (server, mut client) = server(Kind::FreshRss, 1);
    server.switch(|switches| switches.api_off = true);
    assert_eq!(client.log_in(), Err(ServerError::ApiOff));
    server.switch(|switches| (switches.api_off, switches.lose_authorization) = (false, true));
    assert_eq!(client.log_in(), Err(ServerError::NoHeader));
    server.switch(|switches| (switches.lose_authorization, switches.warn) = (false, true));
    let error = client.feeds().expect_err("a warning before the answer").to_string();
    assert!(
        error.starts_with("unexpected answer to GET /reader/api/0/subscription/list: expected JSON, found <br />"),
        "{error}"
    );
    server.switch(|switches| (switches.warn, switches.busy) = (false, Some((429, 60))));
    assert_eq!(client.feeds(), Err(ServerError::Busy { status: 429, seconds: Some(60) }));
    for (said, expected) in [
        (Said::json("[]"), "no Google Reader API at"),
        (Said::new(200, "text/html", "<!doctype html>"), "no Google Reader API at"),
        (Said::new(200, "text/plain", "Miniflux is currently under maintenance"), "the server is under maintenance"),
        (
            Said::empty(301).with("Location", "https://b.example/x/accounts/ClientLogin"),
            "moved to https://b.example/x;",
        ),
        (recorded!("login-wrong.txt"), "login refused; check the API password"),
        (recorded!("login-malformed-user.txt"), "login refused; check the user name and API password"),
        (Said::new(502, "text/html", "<h1>Bad gateway"), "the server failed (502)"),
    ] {
        let server = ApiServer::saying(vec![said]);
        let mut client = connect(AccountKind::GoogleReader, server.address("/x"), "reader", "sesame");
        let error = client.log_in().expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn an_answer_of_a_path_that_does_not_exist_is_no_empty_list() {
    let (_server, mut client) = after_login((0..4).map(|_| Said::json("[]")).collect());
    assert!(matches!(client.feeds(), Err(ServerError::Unexpected { .. })));
    assert!(matches!(client.labels(), Err(ServerError::Unexpected { .. })));
    assert!(matches!(client.ids(&List::All, 0), Err(ServerError::Unexpected { .. })));
    assert!(matches!(client.log_in(), Err(ServerError::NoApi { .. })));
}

#[test]
fn lists_are_read_with_one_request_each() {
    for kind in [Kind::FreshRss, Kind::Miniflux] {
        let (server, mut client) = server(kind, 8);
        let all = client.ids(&List::All, 0).expect("a list");
        assert!(all.len() == 8 && all.windows(2).all(|pair| pair[0] > pair[1]));
        server.set_read(&all[..3], true);
        server.set_starred(&all[2..5], true);
        assert_eq!(client.ids(&List::Unread, 0).as_deref(), Ok(&all[3..]));
        assert_eq!(client.ids(&List::Starred, 0).as_deref(), Ok(&all[2..5]));
        assert_eq!(client.ids(&List::UnreadStarred, 0).as_deref(), Ok(&all[3..5]));
        assert_eq!(client.head(), Ok(None));
        assert_eq!(server.take_requests().len(), 5);
        assert!(client.newest(3).is_ok_and(|ids| ids[..3] == all[..3]));
    }
}

#[test]
fn labels_are_listed_and_an_unknown_one_is_empty() {
    let (server, mut client) = server(Kind::FreshRss, 3);
    let id = server.id("Entry 1");
    server.with(|model| {
        model.users[0].labels.insert("Later & more".to_owned());
        model.users[0].entries.get_mut(&id).expect("an entry").labels.insert("Later & more".to_owned());
        model.switches.all_for_unknown_label = true;
    });
    assert_eq!(client.labels(), Ok(vec![clean("Later & more")]));
    assert_eq!(client.ids(&List::Label(clean("Later & more")), 0), Ok(vec![id]));
    assert_eq!(client.ids(&List::Label(clean("Other")), 0), Ok(vec![]));
    let folders = client.folders().expect("folders");
    assert!(folders.iter().any(|folder| folder.name.as_str() == "Press & politics"));
    assert!(folders.iter().all(|folder| folder.name.as_str() != "Later & more"));
}

#[test]
fn a_server_that_fails_is_asked_for_smaller_pages() {
    let (server, mut client) = server(Kind::FreshRss, 3);
    server.switch(|switches| switches.fail = (2, 500));
    assert_eq!(client.ids(&List::All, 0).map(|ids| ids.len()), Ok(3));
    let sizes: Vec<_> = server.take_requests().iter().map(|seen| seen.query.clone()).collect();
    for (query, size) in sizes.iter().zip(["n=100000", "n=50000", "n=25000"]) {
        assert!(query.contains(size), "{query}");
    }
    server.switch(|switches| switches.fail = (u32::MAX, 500));
    assert!(matches!(client.ids(&List::All, 0), Err(ServerError::Failed { status: 500, .. })));
}

#[test]
fn an_incomplete_list_is_an_error() {
    let (server, mut client) = server(Kind::FreshRss, 30);
    server.switch(|switches| switches.shorten = (1, 100));
    let error = client.ids(&List::All, 0).expect_err("an answer that ends early");
    assert_eq!(error.to_string(), "unexpected answer to GET /reader/api/0/stream/items/ids: the answer ends too early");
    server.switch(|switches| switches.cut = (u32::MAX, 100));
    assert!(client.ids(&List::Unread, 0).is_err());
}

fn release_of(entries: &[Entry], id: u64) -> &tidings::release::Release {
    &entries.iter().find(|entry| entry.id == id).expect("an entry").release
}

#[test]
fn entries_have_topics_and_no_marks() {
    let (server, mut client) = after_login(vec![recorded!("token.txt"), recorded!("contents-all.json")]);
    let wanted: Vec<u64> = [306, 305].iter().map(|end| 1_795_682_077_887_000 + end).collect();
    let more = (915..=920).rev().map(|end| 1_795_682_077_870_000 + end);
    let wanted: Vec<u64> = wanted.into_iter().chain(more).collect();
    let (outcome, batches, entries) = entries(&mut *client, &wanted, &wanted);
    assert_eq!((outcome, batches.len(), entries.len()), (Ok(()), 1, 8));
    let body = &server.log()[2].body;
    assert!(
        body.starts_with(
            "T=0123456789abcdef0123456789abcdef01234567ZZZZZZZZZZZZZZZZZ&output=json&i=1795682077887306&i="
        ),
        "{body}"
    );
    let release = release_of(&entries, wanted[2]);
    assert_eq!(release.title.as_str(), "Bridge & road works <phase 2>");
    assert_eq!(release.author.as_str(), "Ana Lima, Bo Chen");
    assert_eq!(release.summary.as_str(), "The North Bridge closes on Monday. Map");
    assert_eq!(release.url.as_str(), "http://127.0.0.1:8090/city/1?lang=en&full=1");
    assert_eq!(release.topics.iter().map(CleanBuf::as_str).collect::<Vec<_>>(), ["Transport", "Budget & Finance"]);
    let audio = release_of(&entries, wanted[3]);
    assert_eq!(audio.summary.as_str(), "Listen to the meeting.");
    let link = &audio.links[0];
    assert_eq!(
        (link.kind, link.address.as_str()),
        (LinkKind::Enclosure, "http://127.0.0.1:8090/audio.mp3?id=2&q=high")
    );
    assert_eq!((link.media.as_str(), link.bytes), ("audio/mpeg", Some(12_345)));
    assert_eq!(release_of(&entries, wanted[4]).author.as_str(), "Press Office");
    assert!(release_of(&entries, wanted[5]).url.is_empty());
    // Topics that look like marks are neither.
    assert_eq!(release_of(&entries, wanted[6]).topics, []);
    assert!(entries.iter().all(|entry| entry.marks.is_none() && entry.hash.is_none()));
    assert_eq!((entries[0].arrived, entries[0].feed.as_str()), (1_795_682_077, "feed/2"));
}

#[test]
fn entries_are_asked_for_in_batches_and_in_smaller_ones_after_a_failure() {
    for kind in [Kind::FreshRss, Kind::Miniflux] {
        let (server, mut client) = server(kind, 400);
        let all = client.ids(&List::All, 0).expect("a list");
        let (outcome, batches, came) = entries(&mut *client, &all, &all);
        assert_eq!(outcome, Ok(()));
        assert_eq!(batches.iter().map(|(asked, _)| asked.len()).collect::<Vec<_>>(), [150, 150, 100]);
        assert_eq!(came.len(), 400);
        server.switch(|switches| switches.shorten = (2, 2_000));
        let (outcome, batches, came) = entries(&mut *client, &all, &all);
        assert_eq!((outcome, batches[0].0.len(), came.len()), (Ok(()), 37, 400));
    }
    let (server, mut client) = server(Kind::FreshRss, 100);
    let all = client.ids(&List::All, 0).expect("a list");
    server.switch(|switches| {
        switches.most_contents = 30;
        switches.withheld.insert(all[7]);
    });
    let (outcome, _, came) = entries(&mut *client, &all, &all);
    assert_eq!((outcome, came.len()), (Ok(()), 99));
    // An empty answer is passed on.
    server.switch(|switches| switches.empty_contents = 1);
    let (outcome, batches, _) = entries(&mut *client, &all[..5], &all);
    assert_eq!((outcome, batches), (Ok(()), vec![(all[..5].to_vec(), vec![])]));
}

#[test]
fn marks_are_sent_with_one_action_and_few_fields() {
    for kind in [Kind::FreshRss, Kind::Miniflux] {
        let (server, mut client) = server(kind, 1_000);
        let all = client.ids(&List::All, 0).expect("a list");
        server.take_requests();
        for (mark, requests) in [(Mark::Read, 5), (Mark::Star, 2)] {
            assert_eq!(client.mark(mark, &all), Ok(()));
            let sent = server.take_requests().iter().filter(|seen| seen.path.ends_with("/edit-tag")).count();
            assert_eq!(sent, requests);
        }
        assert!(server.marks().values().all(|marks| *marks == (true, true)));
        assert_eq!((client.mark(Mark::Unread, &all[..9]), client.mark(Mark::Unstar, &all[9..12])), (Ok(()), Ok(())));
        let marks = server.marks();
        assert!(
            all[..9].iter().all(|id| marks[id] == (false, true))
                && all[9..12].iter().all(|id| marks[id] == (true, false))
        );
        assert_eq!(marks.values().filter(|marks| **marks == (true, true)).count(), 988);
    }
    let (_server, mut client) = after_login(vec![recorded!("token.txt"), Said::new(200, "text/html", "<h1>Welcome")]);
    let error = client.mark(Mark::Read, &[1]).expect_err("no confirmation").to_string();
    assert_eq!(error, "unexpected answer to POST /reader/api/0/edit-tag: expected OK, found <h1>Welcome");
    let (server, mut client) = self::server(Kind::Miniflux, 1);
    server.switch(|switches| switches.maintenance = true);
    assert_eq!(client.mark(Mark::Read, &[1]), Err(ServerError::Maintenance));
}

#[test]
fn feeds_are_subscribed_moved_and_unsubscribed() {
    for kind in [Kind::FreshRss, Kind::Miniflux] {
        let (server, mut client) = server(kind, 2);
        let address = "https://agency.example/news.rss";
        server.publish(address, &[Item::new("a", "A notice")]);
        let feed = client.subscribe(address, Some("Health")).expect("a feed");
        assert_eq!(
            (feed.address.as_str(), feed.folder.as_ref().map(|folder| folder.name.as_str())),
            (address, Some("Health"))
        );
        assert_eq!(client.move_feed(&feed.id, "Press & politics"), Ok(()));
        let folder_of = |client: &mut dyn Server| {
            let feeds = client.feeds().expect("feeds");
            feeds.into_iter().find(|known| known.id == feed.id).and_then(|feed| feed.folder).map(|folder| folder.name)
        };
        assert_eq!(folder_of(&mut *client), Some(clean("Press & politics")));
        assert!(client.subscribe(address, None).is_err());
        assert!(client.subscribe("https://nothing.example/", None).is_err());
        assert_eq!(client.unsubscribe(&feed.id), Ok(()));
        assert_eq!((folder_of(&mut *client), client.unsubscribe(&feed.id)), (None, Ok(())));
        assert!(!client.can_search());
        assert_eq!(client.search(&ServerQuery::default(), 0, 10), Err(ServerError::NoSearch));
    }
}

#[test]
fn times_of_arrival_are_found() {
    for kind in [Kind::FreshRss, Kind::Miniflux] {
        let (server, mut client) = server(kind, 20);
        server.with(|model| model.advance(1_000));
        let newer = Item::new("later", "Later");
        server.publish(FEED, &[newer]);
        let later = server.id("Later");
        let arrived = server.with(|model| model.users[0].entries[&later].created / 1_000_000);
        let all = client.ids(&List::All, 0).expect("a list");
        assert_eq!(client.first_arrived_since(arrived, &all), Ok(Some(later)));
        assert_eq!(client.first_arrived_since(arrived + 10, &all), Ok(None));
        assert_eq!(client.first_arrived_since(arrived - 5_000, &all), Ok(all.last().copied()));
    }
    let (server, mut client) = server(Kind::FreshRss, 3);
    server.with(|model| model.advance(1_000));
    let since = server.with(|model| model.now() / 1_000_000);
    server.publish(FEED, &[Item::new("later", "Later")]);
    let all = client.ids(&List::All, 0).expect("a list");
    assert_eq!(client.maybe_edited(since, &all), Ok(vec![server.id("Later")]));
}
