//! Subscribing to addresses of feeds and pages, however they are typed.

use tidings::feed::Rules;
use tidings::net::fetch::{Fetcher, Name};
use tidings::sync::{SubscribeOutcome, ToSubscribe, subscribe, subscribe_typed};
use tidings::text::CleanBuf;

use crate::server::Reply;
use crate::test_library::{LIMITS, TestLibrary, feed};

/// A page that declares feeds at these addresses.
fn page(feeds: &[(&str, &str)]) -> Reply {
    let link = |(address, title): &(&str, &str)| {
        format!("<link rel=alternate type=application/rss+xml title='{title}' href='{address}'>")
    };
    let links: Vec<String> = feeds.iter().map(link).collect();
    let html =
        format!("<!doctype html><html><head><title>News</title>{}</head><body>News</body></html>", links.concat());
    Reply::ok(html).with("Content-Type", "text/html")
}

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

/// A library whose server has two feeds with two releases each.
fn fixture() -> TestLibrary {
    let fixture = TestLibrary::new();
    for (path, title) in [("/feed", "News"), ("/press", "Press")] {
        let reply = Reply::ok(feed(title, &[("1", "One"), ("2", "Two")]));
        fixture.server.set(path, reply.with("ETag", "\"1\"").with("Content-Type", "application/rss+xml"));
    }
    fixture
}

impl TestLibrary {
    fn follow(&self, address: &str) -> Result<SubscribeOutcome, String> {
        subscribe(&self.engine(), address, "", &[], None).map_err(|reason| reason.to_string())
    }

    fn addresses(&self) -> Vec<String> {
        self.library().sources().expect("read").into_iter().map(|source| source.address.to_string()).collect()
    }
}

#[test]
fn subscribing_to_a_feed_stores_its_releases_with_one_request() {
    let fixture = fixture();
    let address = fixture.server.address("/feed");
    let folder = [line("Europe"), line("Courts")];
    let added = subscribe(&fixture.engine(), &format!("  {address} "), "Mine", &folder, None);
    assert_eq!(added, Ok(SubscribeOutcome::Added(line("Mine"), 2, None)));
    assert_eq!(fixture.server.paths(), ["/feed"]);
    let source = fixture.library().sources().expect("read").remove(0);
    assert_eq!((source.address.as_str(), source.feed_title.as_str()), (address.as_str(), "News"));
    assert_eq!((source.folder.as_slice(), source.etag.as_deref()), (folder.as_slice(), Some("\"1\"")));
    assert_eq!(fixture.titles(source.id), ["One", "Two"]);
    // The next poll uses the validators of this one.
    assert_eq!(fixture.sync().fresh, 0);
    assert_eq!(fixture.server.log()[1].header("if-none-match"), Some("\"1\""));
}

#[test]
fn a_page_leads_to_the_feed_it_links_to() {
    let fixture = fixture();
    fixture.server.set("/", page(&[("/feed", "All news")]));
    assert_eq!(fixture.follow(&fixture.server.address("/")), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
    assert_eq!(fixture.addresses(), [fixture.server.address("/feed")]);
    // The page now links to a known subscription.
    assert_eq!(fixture.follow(&fixture.server.address("/")), Ok(SubscribeOutcome::Known(line("News"))));
    assert_eq!(fixture.server.paths(), ["/", "/feed", "/"]);
}

#[test]
fn several_feeds_of_a_page_are_offered_or_added_all_together() {
    let fixture = fixture();
    fixture.server.set("/", page(&[("/feed", "All news"), ("/press", "Press releases"), ("/broken", "Broken")]));
    let feeds = [("All news", "/feed"), ("Press releases", "/press"), ("Broken", "/broken")]
        .map(|(title, path)| (line(title), line(&fixture.server.address(path))));
    assert_eq!(fixture.follow(&fixture.server.address("/")), Ok(SubscribeOutcome::Offered(feeds.to_vec())));
    assert_eq!(fixture.addresses(), Vec::<String>::new());
    let root = fixture.server.address("/");
    let (out, error, code) = fixture.run(&["add", &root]);
    assert_eq!(
        error,
        format!("tidings: {root} offers 3 feeds; add one of them, all with --all, or the page itself with --page\n")
    );
    let listed: Vec<String> = feeds.iter().map(|(title, address)| format!("{address}  {title}")).collect();
    assert_eq!((out.lines().map(str::to_owned).collect::<Vec<_>>(), code), (listed, Some(1)));
    let (out, error, code) = fixture.run(&["add", "--all", "--folder", "Europe/Courts", &root]);
    assert_eq!(out, "subscribed to News (2 releases)\nsubscribed to Press (2 releases)\n");
    assert_eq!(error, format!("tidings: {}: not found (404)\n", fixture.server.address("/broken")));
    assert_eq!(code, Some(1), "one of them could not be");
    assert_eq!(fixture.addresses(), [fixture.server.address("/feed"), fixture.server.address("/press")]);
    let (out, _, _) = fixture.run(&["feeds"]);
    assert!(out.starts_with("Europe / Courts\n"), "{out}");
}

#[test]
fn a_failed_subscription_gives_a_reason_and_stores_nothing() {
    let fixture = fixture();
    fixture.server.set("/", page(&[]));
    fixture.server.set("/leads-astray", page(&[("/status/500", "x")]));
    fixture.server.set("/text", Reply::ok("just words"));
    let names_feed = format!("links to the feed {}: server error", fixture.server.address("/status/500"));
    for (path, words) in [
        ("/", "web page without a feed"),
        ("/leads-astray", names_feed.as_str()),
        ("/text", "not a feed"),
        ("/empty", "empty"),
        ("/status/404", "not found (404)"),
        ("/hang", "timed out: no answer within"),
        ("/cut/length", "connection closed before the end"),
        ("/garbage", "invalid HTTP response"),
    ] {
        let reason = fixture.follow(&fixture.server.address(path)).expect_err(path);
        assert!(reason.starts_with(words), "{path}: {reason}");
    }
    for (address, words) in
        [("ftp://a.invalid/", "neither http nor https"), ("", "invalid address"), ("a b", "invalid address")]
    {
        let reason = fixture.follow(address).expect_err(address);
        assert!(reason.starts_with(words), "{address}: {reason}");
    }
    assert!(!fixture.place().path().exists(), "a library was made for nothing");
    let (_, _, code) = fixture.run(&["add", &fixture.server.address("/status/404")]);
    assert_eq!((code, fixture.place().path().exists()), (Some(1), false));
}

#[test]
fn a_subscription_is_recognised_by_all_its_addresses() {
    let fixture = fixture();
    let engine = || fixture.engine_with(fixture.internet(&["news.example", "www.news.example"], LIMITS));
    let address = fixture.at("news.example", "/feed");
    assert_eq!(subscribe(&engine(), &address, "", &[], None), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
    let other = address.replacen("http://", "https://", 1);
    for typed in [
        address.clone(),
        other.clone(),
        address.replacen("http://", "http://www.", 1),
        address.replacen("http://", "", 1),
        format!("feed:{address}"),
        address.replacen("news.example", "News.Example", 1),
    ] {
        let asked = fixture.server.connections();
        assert_eq!(subscribe(&engine(), &typed, "", &[], None), Ok(SubscribeOutcome::Known(line("News"))), "{typed}");
        assert_eq!(fixture.server.connections(), asked, "{typed}");
    }
    // A permanent and a temporary redirect to the feed.
    for (path, status) in [("/for-good", 301), ("/for-now", 302)] {
        fixture.server.set(path, Reply::redirect(status, "/feed"));
    }
    assert_eq!(
        subscribe(&engine(), &fixture.at("news.example", "/for-good"), "", &[], None),
        Ok(SubscribeOutcome::Known(line("News")))
    );
    assert_eq!(fixture.addresses(), [address]);
}

#[test]
fn a_permanently_moved_feed_is_subscribed_at_its_new_address() {
    let fixture = fixture();
    for (path, status, to) in [("/old", 301, "/older"), ("/older", 308, "/feed"), ("/alias", 302, "/press")] {
        fixture.server.set(path, Reply::redirect(status, to));
    }
    assert_eq!(fixture.follow(&fixture.server.address("/old")), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
    assert_eq!(fixture.follow(&fixture.server.address("/alias")), Ok(SubscribeOutcome::Added(line("Press"), 2, None)));
    assert_eq!(fixture.addresses(), [fixture.server.address("/feed"), fixture.server.address("/alias")]);
}

#[test]
fn offline_an_address_is_stored_for_the_next_sync() {
    let fixture = fixture();
    let address = fixture.server.address("/feed");
    let unseen = subscribe(&fixture.engine_with(Fetcher::offline()), &address, "", &[], None);
    assert_eq!(unseen, Ok(SubscribeOutcome::NotFetched(line("127.0.0.1"))));
    let (out, error, code) = fixture.run(&["add", "--offline", "--title", "Press", &fixture.server.address("/press")]);
    assert_eq!(
        (out.as_str(), error.as_str(), code),
        ("subscribed to Press; not fetched, because tidings is offline\n", "", Some(0))
    );
    assert_eq!(fixture.server.connections(), 0);
    let progress = fixture.sync();
    assert_eq!((progress.fresh, progress.failed), (4, 0));
    assert_eq!(fixture.run(&["sync", "news"]).2, Some(0), "it has its own name now");
}

#[test]
fn a_public_page_leads_to_no_feed_of_a_private_network() {
    let fixture = fixture();
    let engine = fixture.engine_with(fixture.internet(&["news.example"], LIMITS));
    let (inner, address) = (fixture.server.address("/feed"), fixture.at("news.example", "/"));
    fixture.server.set("/", page(&[(&inner, "Inside")]));
    assert!(subscribe(&engine, &address, "", &[], None).is_err());
    fixture.server.set("/", page(&[(&inner, "Inside"), ("/feed", "News"), ("/press", "Press")]));
    let offered = subscribe(&engine, &address, "", &[], None);
    let feeds = [("News", "/feed"), ("Press", "/press")]
        .map(|(name, path)| (line(name), line(&fixture.at("news.example", path))));
    assert_eq!(offered, Ok(SubscribeOutcome::Offered(feeds.to_vec())));
    assert_eq!(fixture.server.paths(), ["/", "/"], "nothing inside was asked");
}

#[test]
fn a_public_page_cannot_offer_a_host_of_a_private_network() {
    let fixture = fixture();
    let name = |host: &str, is_public| Name { host: host.to_owned(), leads_to: fixture.server.socket(), is_public };
    let names = vec![name("news.example", true), name("inner.example", false)];
    let engine = fixture.engine_with(Fetcher::within(LIMITS, &|_| None).with_names(names));
    let inner = fixture.at("inner.example", "/feed");
    let offers = page(&[(&inner, "Inside"), ("/press", "Press")]);
    fixture.server.set("/one", page(&[(&inner, "Inside")]));
    fixture.server.set("/several", offers.clone());
    // The only feed of a page, and one that the user chose among several.
    assert!(subscribe(&engine, &fixture.at("news.example", "/one"), "", &[], None).is_err());
    let offered = subscribe(&engine, &fixture.at("news.example", "/several"), "", &[], None);
    assert!(matches!(offered, Ok(SubscribeOutcome::Offered(feeds)) if feeds.len() == 2));
    assert!(subscribe(&engine, &inner, "", &[], None).is_err());
    assert_eq!(fixture.server.paths(), ["/one", "/several"], "nothing inside was asked");
    // An address that the user typed may be inside.
    let engine = fixture.engine_with(Fetcher::within(LIMITS, &|_| None).with_names(vec![name("inner.example", false)]));
    assert_eq!(subscribe(&engine, &inner, "", &[], None), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
}

#[test]
fn secret_headers_are_kept_for_the_host_that_was_typed_alone() {
    let fixture = fixture();
    let engine = fixture.engine_with(fixture.internet(&["news.example", "other.example"], LIMITS));
    let own = fixture.at("news.example", "/feed");
    fixture.server.set("/own", page(&[(&own, "News")]));
    fixture.server.set("/far", page(&[(&fixture.at("other.example", "/press"), "Press")]));
    for path in ["/own", "/far"] {
        let added = subscribe(&engine, &fixture.at("news.example", path), "", &[], Some("echo X-Token: sesame"));
        assert!(matches!(added, Ok(SubscribeOutcome::Added(..))), "{added:?}");
    }
    let sent: Vec<_> =
        fixture.server.log().iter().map(|seen| (seen.path.clone(), seen.header("x-token").is_some())).collect();
    let paths = [("/own", true), ("/feed", true), ("/far", true), ("/press", false)];
    assert_eq!(sent, paths.map(|(path, is_sent)| (path.to_owned(), is_sent)));
    let commands: Vec<_> =
        fixture.library().sources().expect("read").into_iter().map(|source| source.header_command).collect();
    assert_eq!(commands, [Some("echo X-Token: sesame".to_owned()), None]);
}

#[test]
fn mapped_keys_are_kept_for_the_source_and_checked_at_each_sync() {
    let fixture = fixture();
    let list = |key: &str| Reply::ok(format!(r#"[{{"{key}":"One","name":"x"}},{{"{key}":"Two","name":"y"}}]"#));
    fixture.server.set("/list", list("Naslov"));
    let address = fixture.server.address("/list");
    let add = |map: &str| {
        let rules = Rules { map: vec![map.parse().expect("a map")], ..Rules::default() };
        let feed = ToSubscribe { rules: Some(&rules), ..ToSubscribe::default() };
        subscribe_typed(&fixture.engine(), &address, &feed)
    };
    let reason = "--map title=Titel: no item has this key; the first item has Naslov, name";
    assert_eq!(add("title=Titel"), Err(line(reason)));
    assert!(fixture.library().sources().expect("read").is_empty());
    assert!(matches!(add("title=naslov"), Ok(SubscribeOutcome::Added(_, 2, _))));
    let id = fixture.library().sources().expect("read")[0].id;
    assert_eq!(fixture.source(id).rules.to_string(), "--map title=naslov");
    assert_eq!(fixture.titles(id), ["One", "Two"]);
    let (out, _, _) = fixture.run(&["feeds"]);
    assert!(out.contains("      read with --map title=naslov\n"), "{out}");
    // The publisher renames the key: nothing is read from another one.
    fixture.server.set("/list", list("titel"));
    fixture.sync();
    let source = fixture.source(id);
    let error = "--map title=naslov: no item has this key; the first item has titel, name";
    assert_eq!((source.error, fixture.titles(id).len()), (Some(line(error)), 2));
    assert!(matches!(add("title=titel"), Ok(SubscribeOutcome::Added(_, 2, _))), "the rules of a subscription change");
    assert_eq!(fixture.source(id).rules.to_string(), "--map title=titel");
}

#[test]
fn an_address_removed_and_added_again_has_all_its_releases() {
    let fixture = fixture();
    let address = fixture.server.address("/feed");
    assert_eq!(fixture.follow(&address), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
    let id = fixture.library().sources().expect("read")[0].id;
    fixture.mark(id, "2", tidings::library::Flags::STARRED);
    fixture.library().unsubscribe(id, crate::test_library::now()).expect("written");
    fixture.server.set("/feed", Reply::ok(feed("News", &[("3", "Three")])));
    assert_eq!(fixture.follow(&address), Ok(SubscribeOutcome::Added(line("News"), 1, None)));
    assert_eq!((fixture.source(id).id, fixture.titles(id).len()), (id, 3));
    assert_eq!(fixture.flags(id, "2"), tidings::library::Flags::STARRED);
}

#[test]
fn a_missing_password_is_requested_and_set_by_subscribing_again() {
    let fixture = fixture();
    let feed_of = fixture.server.address("/feed");
    let address = |user: &str| feed_of.replace("://", &format!("://{user}@"));
    let id = fixture.subscribe(&[address("ann")])[0];
    fixture.server.set("/feed", Reply::new(401, "who are you?"));
    fixture.sync();
    let error = fixture.source(id).error.expect("a reason").to_string();
    let wanted = format!("password missing; set it with: tidings add {}", address("ann:PASSWORD"));
    assert!(error.contains("(401)") && error.ends_with(&wanted), "{error}");
    fixture.server.set("/feed", Reply::ok(feed("News", &[("1", "One"), ("2", "Two")])));
    assert_eq!(fixture.follow(&address("ann:word")), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
    let source = fixture.source(id);
    assert_eq!((source.address.to_string(), source.error, source.lacks_password), (address("ann:word"), None, false));
    assert_eq!(fixture.follow(&address("ann:word")), Ok(SubscribeOutcome::Known(line("News"))));
    // A new password replaces it once the feed was read with it.
    fixture.server.set("/feed", Reply::new(401, "who are you?"));
    assert!(fixture.follow(&address("ann:wrong")).is_err());
    assert_eq!(fixture.source(id).address.to_string(), address("ann:word"));
}

#[test]
fn without_a_scheme_http_follows_https_at_private_addresses_only() {
    let fixture = fixture();
    let address = fixture.server.address("/feed");
    let (_, bare) = address.split_once("://").expect("a scheme");
    assert_eq!(fixture.follow(bare), Ok(SubscribeOutcome::Added(line("News"), 2, None)));
    assert_eq!(fixture.addresses(), [address.as_str()]);
    assert_eq!(fixture.server.paths(), ["/feed"]);
    // A scheme that was typed is the user's choice.
    let fixture = TestLibrary::new();
    let bare = fixture.server.address("/feed").replace("http://", "");
    let reason = fixture.follow(&format!("https://{bare}")).expect_err("the server speaks plain HTTP");
    assert!(reason.starts_with("no secure connection"), "{reason}");
    assert_eq!(fixture.addresses(), Vec::<String>::new());
}

#[test]
fn without_a_scheme_http_is_offered_at_public_addresses() {
    let fixture = fixture();
    let fetcher = fixture.internet(&["news.example"], LIMITS);
    let address = fixture.at("news.example", "/feed");
    let bare = address.replace("http://", "");
    let offered = subscribe(&fixture.engine_with(fetcher), &bare, "", &[], None);
    let Ok(SubscribeOutcome::NoHttps(reason, http)) = offered else { panic!("{offered:?}") };
    assert!(reason.as_str().starts_with("no secure connection"), "{reason}");
    assert_eq!(http.as_str(), address);
    assert_eq!((fixture.addresses(), fixture.server.paths()), (Vec::<String>::new(), Vec::<String>::new()));
}
