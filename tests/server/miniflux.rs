//! The client of Miniflux.

use tidings::library::AccountKind;
use tidings::net::fetch::{Cancel, FetchError};
use tidings::release::LinkKind;
use tidings::server::{Head, List, Login, Mark, RemoteFeed, Secret, Server, ServerError, ServerQuery};
use tidings::text::CleanBuf;

use crate::api::{ApiServer, Said};
use crate::{entries, fetcher};

macro_rules! recorded {
    ($name:literal) => {
        Said::recorded(include_str!(concat!("miniflux/", $name)))
    };
}

fn client(server: &ApiServer) -> Box<dyn Server> {
    connect(&server.address("/mf"), Cancel::default())
}

fn connect(address: &str, cancel: Cancel) -> Box<dyn Server> {
    let secret = Secret::new("sesame\n");
    let login = Login { kind: AccountKind::Miniflux, address: address.to_owned(), user: String::new(), secret };
    tidings::server::connect(&login, fetcher(), cancel)
}

/// What a client makes of one answer.
fn of<T>(said: Said, ask: impl FnOnce(&mut dyn Server) -> Result<T, ServerError>) -> Result<T, ServerError> {
    let server = ApiServer::saying(vec![said]);
    ask(&mut *client(&server))
}

fn clean(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

#[test]
fn the_user_is_asked_for_with_the_key() {
    let server = ApiServer::saying(vec![recorded!("me.json"), recorded!("ids-all.json")]);
    assert_eq!(client(&server).log_in(), Ok(clean("reader")));
    assert_eq!(server.lines(), ["GET /mf/v1/me", "GET /mf/v1/entries/ids?limit=1&offset=0"]);
    assert!(server.log().iter().all(|asked| asked.header("x-auth-token") == Some("sesame")));
    assert_eq!(server.connections(), 1);
}

#[test]
fn refusals_say_what_is_wrong() {
    let log_in = |said| of(said, |client| client.log_in()).expect_err("a refusal");
    assert_eq!(log_in(recorded!("me-wrong-key.txt")), ServerError::Refused { secret: "API key" });
    assert_eq!(log_in(recorded!("maintenance-mark.txt")), ServerError::Maintenance);
    let down = log_in(recorded!("database-down-key.txt"));
    assert!(
        matches!(&down, ServerError::Failed { status: 500, reason } if reason.as_str().starts_with("store:")),
        "{down}"
    );
    for nothing in
        [recorded!("api-disabled.txt"), recorded!("unknown-endpoint.txt"), Said::new(200, "text/html", "<p>")]
    {
        assert!(matches!(log_in(nothing), ServerError::NoApi { api: "Miniflux API", .. }));
    }
    let moved = Said::empty(301).with("Location", "https://rss.example/mf/v1/me");
    assert_eq!(log_in(moved), ServerError::Moved { to: clean("https://rss.example/mf") });
    let busy = Said::empty(429).with("Retry-After", "90");
    assert_eq!(log_in(busy), ServerError::Busy { status: 429, seconds: Some(90) });
    assert_eq!(log_in(Said::silent()), ServerError::Fetch(FetchError::Cut));
    assert_eq!(
        log_in(Said::json("{\"id\":1,\"usern")).to_string(),
        "unexpected answer to GET /v1/me: the answer ends too early"
    );
    assert_eq!(
        of(recorded!("too-old-ids.txt"), |client| client.head()),
        Err(ServerError::TooOld { server: "Miniflux", least: "2.3.2" })
    );
}

#[test]
fn feeds_have_folders_and_errors() {
    let feeds = of(recorded!("feeds-with-error.json"), |client| client.feeds()).expect("feeds");
    let [clinics, city] = <[RemoteFeed; 2]>::try_from(feeds).expect("two feeds");
    assert_eq!((clinics.id.as_str(), clinics.title.as_str()), ("2", "Clinics"));
    assert_eq!(clinics.address.as_str(), "http://feeds.example/clinics.atom");
    assert!(clinics.error.is_some_and(|error| error.as_str().starts_with("The requested resource is not found")));
    assert_eq!((city.title.as_str(), city.site.as_str()), ("City press office & more", "https://city.example/"));
    let folder = city.folder.expect("a folder");
    assert_eq!((folder.id.as_str(), folder.name.as_str(), city.error), ("2", "Press & politics", None));
    let folders = of(recorded!("categories.json"), |client| client.folders()).expect("folders");
    assert_eq!(folders.iter().map(|folder| folder.name.as_str()).collect::<Vec<_>>(), ["All", "Press & politics"]);
}

#[test]
fn lists_are_asked_for_with_their_filters() {
    let server = ApiServer::start(|_| recorded!("ids-all.json"));
    let mut client = client(&server);
    assert_eq!(client.head(), Ok(Some(Head { total: 8, greatest: 8 })));
    for list in [List::All, List::Unread, List::Starred, List::UnreadStarred] {
        assert_eq!(client.ids(&list, 0), Ok(vec![8, 7, 6, 5, 4, 3, 2, 1]));
    }
    assert_eq!(client.ids(&List::Label(clean("Later")), 0), Ok(vec![]));
    assert_eq!(client.newest(500), Ok(vec![8, 7, 6, 5, 4, 3, 2, 1]));
    let base = "GET /mf/v1/entries/ids?limit=10000&offset=0";
    assert_eq!(
        server.lines()[1..],
        [
            base.to_owned(),
            format!("{base}&status=unread"),
            format!("{base}&starred=true"),
            format!("{base}&status=unread&starred=true"),
            "GET /mf/v1/entries/ids?limit=500&offset=0".to_owned(),
        ]
    );
}

#[test]
fn an_incomplete_list_is_an_error() {
    for said in [
        Said::json("{\"total\":3,\"entry_ids\":[9,8"),
        Said::json("{\"total\":3,\"entry_ids\":[9,8,7]}").cut(),
        Said::json("{\"total\":3,\"entry_ids\":[7,8,9]}"),
        Said::json("{\"entry_ids\":[9]}"),
        recorded!("maintenance-mark.txt"),
    ] {
        assert!(of(said, |client| client.ids(&List::All, 0)).is_err());
    }
    let server = ApiServer::saying(vec![Said::json("{\"total\":400,\"entry_ids\":[9,8]}"), Said::empty(500)]);
    assert!(matches!(client(&server).ids(&List::All, 0), Err(ServerError::Failed { status: 500, .. })));
}

#[test]
fn entries_come_with_topics_links_and_marks() {
    let server = ApiServer::saying(vec![recorded!("entries-all.json")]);
    let all = [8, 7, 6, 5, 4, 3, 2, 1];
    let (outcome, batches, entries) = entries(&mut *client(&server), &all[..7], &all);
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        server.lines(),
        ["GET /mf/v1/entries?after_entry_id=1&before_entry_id=9&order=id&direction=asc&limit=1000"]
    );
    // The first one was not wanted.
    assert_eq!(batches, [(all[..7].to_vec(), vec![2, 3, 4, 5, 6, 7, 8])]);
    let entry = |id| entries.iter().find(|entry| entry.id == id).expect("an entry");
    let bridge = entry(6);
    let release = &bridge.release;
    assert_eq!(release.title.as_str(), "Bridge & road works <phase 2>");
    assert_eq!(release.summary.as_str(), "Works on the bridge. [image]");
    assert_eq!((release.url.as_str(), release.author.as_str()), ("https://city.example/1?a=1&b=2", "Ana Lima"));
    let topics: Vec<_> = release.topics.iter().map(CleanBuf::as_str).collect();
    assert_eq!(topics, ["Budget & Finance", "C# courses", "Roads, rail", "Transport"]);
    let links: Vec<_> = release.links.iter().map(|link| (link.kind, link.address.as_str())).collect();
    assert_eq!(
        links,
        [(LinkKind::Text, "https://city.example/map"), (LinkKind::Picture, "http://pictures.example/b.png")]
    );
    assert_eq!((bridge.feed.as_str(), bridge.marks, bridge.arrived), ("1", Some((false, false)), 1_795_690_254));
    assert_eq!(release.date.map(|date| date.to_string()).as_deref(), Some("2026-11-26T04:50:54Z"));
    assert_eq!(bridge.hash.map(|hash| (hash[0], hash[31])), Some((0x3f, 0xba)));
    // Marks never come from topics.
    assert_eq!((entry(5).marks, entry(5).release.topics.len()), (Some((false, false)), 4));
    let audio = &entry(4).release.links[0];
    assert_eq!((audio.media.as_str(), audio.bytes), ("audio/mpeg", Some(12_345)));
    assert_eq!((entry(8).release.title.as_str(), entry(8).release.language.as_str()), ("Flu & season", "pt-br"));
}

#[test]
fn single_entries_are_asked_for_by_id_and_may_be_gone() {
    let server = ApiServer::saying(vec![recorded!("entry.json"), recorded!("entry-unknown.txt")]);
    let all: Vec<_> = (0..100).rev().collect();
    let (outcome, batches, _) = entries(&mut *client(&server), &[6, 2], &all);
    assert_eq!((outcome, batches), (Ok(()), vec![(vec![6], vec![6]), (vec![2], vec![])]));
    assert_eq!(server.lines(), ["GET /mf/v1/entries/6", "GET /mf/v1/entries/2"]);
    // A missing API is no missing entry.
    let server = ApiServer::saying(vec![recorded!("unknown-endpoint.txt")]);
    let (outcome, batches, _) = entries(&mut *client(&server), &[6], &all);
    assert!(matches!(outcome, Err(ServerError::NoApi { .. })) && batches.is_empty());
}

#[test]
fn an_answer_that_is_cut_off_is_asked_for_in_halves() {
    let all = [8, 7, 6, 5, 4, 3, 2, 1];
    let answer = include_str!("miniflux/entries-all.json");
    for broken in [
        Said::json(answer).cut(),
        Said::json(answer.get(..answer.len() - 2).expect("ASCII at its end")),
        Said::empty(500),
    ] {
        let mut broken = Some(broken);
        let server = ApiServer::start(move |_| broken.take().unwrap_or_else(|| Said::json(answer)));
        let (outcome, batches, _) = entries(&mut *client(&server), &all, &all);
        assert_eq!(outcome, Ok(()));
        assert_eq!(batches.iter().map(|(asked, came)| (asked.len(), came.len())).collect::<Vec<_>>(), [(4, 4), (4, 4)]);
    }
}

#[test]
fn marks_are_sent_in_thousands_and_only_204_confirms_them() {
    let server = ApiServer::start(|_| recorded!("mark-read.txt"));
    let ids: Vec<_> = (1..=2_001).collect();
    let mut client = client(&server);
    assert_eq!(client.mark(Mark::Read, &ids), Ok(()));
    let log = server.log();
    assert_eq!(log.len(), 3);
    assert!(log.iter().all(|asked| asked.line() == "PUT /mf/v1/entries"));
    assert_eq!(log[2].body, "{\"entry_ids\":[2001],\"status\":\"read\"}");
    for (mark, body) in [
        (Mark::Unread, "{\"entry_ids\":[7],\"status\":\"unread\"}"),
        (Mark::Star, "{\"entry_ids\":[7],\"starred\":true}"),
        (Mark::Unstar, "{\"entry_ids\":[7],\"starred\":false}"),
    ] {
        assert_eq!(client.mark(mark, &[7]), Ok(()));
        assert_eq!(server.log().last().map(|asked| asked.body.clone()).as_deref(), Some(body));
    }
    assert_eq!(
        of(recorded!("maintenance-mark.txt"), |client| client.mark(Mark::Read, &[7])),
        Err(ServerError::Maintenance)
    );
    let refused = of(recorded!("mark-bad-status.txt"), |client| client.mark(Mark::Read, &[7]));
    assert!(matches!(refused, Err(ServerError::Rejected { .. })), "{refused:?}");
    for said in [Said::empty(200), Said::empty(202), Said::empty(500), Said::empty(302)] {
        assert!(of(said, |client| client.mark(Mark::Read, &[7])).is_err());
    }
}

#[test]
fn the_first_entry_since_a_time_is_found_by_halving() {
    // Entry N arrived N hours after midnight; every third one was deleted.
    let server = ApiServer::start(|asked| {
        let id: u64 = asked.path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        if id.is_multiple_of(3) {
            return recorded!("entry-unknown.txt");
        }
        let arrived = format!("\"created_at\":\"1970-01-02T{id:02}:00:00+00:00\"");
        Said::json(
            include_str!("miniflux/entry.json").replace("\"created_at\":\"2026-11-26T10:50:54.342452Z\"", &arrived),
        )
    });
    let mut client = client(&server);
    let all: Vec<u64> = (0..24).rev().collect();
    let day = 86_400;
    for (hour, expected) in [(10, Some(10)), (11, Some(11)), (23, Some(23)), (24, None), (-5, Some(0))] {
        let found = client.first_arrived_since(day + hour * 3_600, &all).expect("answers");
        // Deleted entries may end up on either side.
        assert!(found == expected || (expected == Some(0) && found == Some(1)), "{hour}: {found:?}");
    }
    assert!(server.log().len() < 60, "{}", server.log().len());
    assert_eq!(client.first_arrived_since(0, &[]), Ok(None));
}

#[test]
fn a_page_is_subscribed_by_the_feed_that_the_server_finds_on_it() {
    let server = ApiServer::saying(vec![
        recorded!("categories.json"),
        recorded!("feed-not-a-feed.txt"),
        recorded!("discover.json"),
        recorded!("feed-create.txt"),
        recorded!("categories.json"),
        Said::recorded("HTTP/1.1 201 Created\nContent-Type: application/json\n\n{\"id\":9,\"title\":\"New\"}"),
        Said::recorded("HTTP/1.1 201 Created\nContent-Type: application/json\n\n{\"id\":1}"),
        recorded!("feeds.json"),
    ]);
    let feed = client(&server).subscribe("https://city.example/", Some("New")).expect("a feed");
    assert_eq!((feed.id.as_str(), feed.address.as_str()), ("1", "http://feeds.example/city-press.rss"));
    let log: Vec<_> = server.log().iter().map(|asked| format!("{} {}", asked.line(), asked.body)).collect();
    assert_eq!(
        log,
        [
            "GET /mf/v1/categories ",
            "POST /mf/v1/feeds {\"category_id\":1,\"feed_url\":\"https://city.example/\"}",
            "POST /mf/v1/discover {\"url\":\"https://city.example/\"}",
            "POST /mf/v1/feeds {\"category_id\":1,\"feed_url\":\"http://feeds.example/city-press.rss\"}",
            "GET /mf/v1/categories ",
            "POST /mf/v1/categories {\"title\":\"New\"}",
            "PUT /mf/v1/feeds/1 {\"category_id\":9}",
            "GET /mf/v1/feeds ",
        ]
    );
    let server = ApiServer::saying(vec![recorded!("categories.json"), recorded!("feed-exists.txt")]);
    let error = client(&server).subscribe("https://a.example/", None).expect_err("a known feed");
    assert_eq!(error.to_string(), "This feed already exists.");
    assert_eq!(server.log()[1].body, "{\"category_id\":1,\"feed_url\":\"https://a.example/\"}");
}

#[test]
fn no_folder_is_created_for_a_feed_that_cannot_be_subscribed() {
    let server = ApiServer::saying(vec![recorded!("categories.json"), recorded!("feed-exists.txt")]);
    client(&server).subscribe("https://a.example/", Some("New")).expect_err("a known feed");
    assert_eq!(server.lines(), ["GET /mf/v1/categories", "POST /mf/v1/feeds"]);
}

#[test]
fn feeds_are_moved_and_unsubscribed() {
    let created = || Said::recorded("HTTP/1.1 201 Created\nContent-Type: application/json\n\n{\"id\":1}");
    let server = ApiServer::saying(vec![recorded!("categories.json"), created()]);
    assert_eq!(client(&server).move_feed(&clean("1"), "press & POLITICS"), Ok(()));
    assert_eq!(
        (server.lines()[1].as_str(), server.log()[1].body.as_str()),
        ("PUT /mf/v1/feeds/1", "{\"category_id\":2}")
    );
    let server = ApiServer::saying(vec![Said::empty(204), recorded!("entry-unknown.txt"), recorded!("feeds.json")]);
    let mut client = client(&server);
    assert_eq!((client.unsubscribe(&clean("7")), client.unsubscribe(&clean("7"))), (Ok(()), Ok(())));
    assert_eq!(server.lines()[..2], ["DELETE /mf/v1/feeds/7", "DELETE /mf/v1/feeds/7"]);
}

#[test]
fn a_search_is_sent_in_pages() {
    let server = ApiServer::saying(vec![recorded!("entries-range.json")]);
    let query = ServerQuery { text: "bridge".to_owned(), is_unread: Some(true), ..ServerQuery::default() };
    let hits = client(&server).search(&query, 200, 200).expect("hits");
    assert!(hits.total >= hits.entries.len() as u64 && !hits.entries.is_empty());
    assert_eq!(
        server.lines(),
        ["GET /mf/v1/entries?search=bridge&status=unread&order=published_at&direction=desc&offset=200&limit=200"]
    );
}

#[test]
fn nothing_is_sent_after_a_cancellation_until_the_next_one_is_set() {
    let server = ApiServer::start(|_| recorded!("ids-all.json"));
    let cancel = Cancel::default();
    let mut client = connect(&server.address(""), cancel.clone());
    assert!(client.head().is_ok());
    cancel.cancel();
    assert_eq!(client.head(), Err(ServerError::Fetch(FetchError::Cancelled)));
    client.set_cancel(&Cancel::default());
    assert!(client.head().is_ok());
    assert_eq!(server.log().len(), 2);
}
