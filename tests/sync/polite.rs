//! The politeness of a sync towards servers: few requests, validators, and pauses.

use std::collections::BTreeSet;
use std::time::Duration;

use tidings::library::Flags;
use tidings::net::fetch::{Fetcher, Name};
use tidings::sync::SyncRequest;

use crate::server::{FEED, Reply};
use crate::test_library::{LIMITS, TestLibrary, feed, now, sync_with};

#[test]
fn two_requests_at_a_time_to_a_host_and_one_for_each_source() {
    let fixture = TestLibrary::new();
    let hosts = ["a.example", "b.example", "c.example"];
    let mut addresses = Vec::new();
    for host in hosts {
        for n in 0..6 {
            let path = format!("/{host}/{n}");
            fixture.server.set(&path, Reply::ok(FEED).after(Duration::from_millis(150)));
            let address = fixture.at(host, &path);
            // Host names are case-insensitive.
            addresses.push(if n % 2 == 0 { address } else { address.replacen("example", "EXAMPLE", 1) });
        }
    }
    fixture.subscribe(&addresses);
    let progress = sync_with(&fixture.engine_with(fixture.internet(&hosts, LIMITS)), &SyncRequest::default());
    assert_eq!((progress.done, progress.failed), (18, 0));
    let paths = fixture.server.paths();
    assert_eq!((paths.len(), paths.iter().collect::<BTreeSet<_>>().len()), (18, 18), "{paths:?}");
    for host in hosts {
        let most = fixture.server.most_at_once(&format!("{host}:{}", fixture.server.socket().port()));
        assert_eq!(most, 2, "{host}");
    }
}

#[test]
fn validators_are_sent_back_byte_for_byte_and_unchanged_is_a_success() {
    let fixture = TestLibrary::new();
    let validators = [
        (Some("\"abc\""), Some("Sun, 06 Nov 1994 08:49:37 GMT")),
        (Some("W/\"a b,c\\\"\""), None),
        (Some("no quotes at all"), Some("yesterday, about noon")),
        (None, Some("1994-11-06T08:49:37+02:00")),
        (Some("\"é\""), Some("0")),
    ];
    let reply = |at: usize| {
        let (etag, modified) = validators[at];
        let reply = Reply::ok(feed("Known", &[("1", "One"), ("2", "Two")]));
        let reply = etag.map_or(reply.clone(), |etag| reply.with("ETag", etag));
        modified.map_or(reply.clone(), |modified| reply.with("Last-Modified", modified))
    };
    let paths: Vec<String> = (0..validators.len()).map(|n| format!("/{n}")).collect();
    (0..validators.len()).for_each(|at| fixture.server.set(&paths[at], reply(at)));
    let ids = fixture.follow_paths(&paths);
    assert_eq!(fixture.sync().fresh, 2 * ids.len());
    for seen in fixture.server.log() {
        assert_eq!((seen.header("if-none-match"), seen.header("if-modified-since")), (None, None));
    }
    // A failure in between does not lose the validators.
    for path in &paths {
        fixture.server.set(path, Reply::new(500, ""));
    }
    assert_eq!(fixture.sync().failed, ids.len());
    (0..validators.len()).for_each(|at| fixture.server.set(&paths[at], reply(at)));
    for id in &ids {
        fixture.mark(*id, "2", Flags::READ);
    }
    for _ in 0..2 {
        let asked = fixture.server.log().len();
        let progress = fixture.sync();
        assert_eq!((progress.done, progress.failed, progress.fresh), (ids.len(), 0, 0));
        let log = fixture.server.log().split_off(asked);
        assert_eq!(log.len(), ids.len());
        for seen in log {
            let at = paths.iter().position(|path| *path == seen.path).expect("a path");
            assert_eq!((seen.header("if-none-match"), seen.header("if-modified-since")), validators[at], "{at}");
        }
        for id in &ids {
            let source = fixture.source(*id);
            assert_eq!((source.error, source.failures, source.retry), (None, 0, None));
            assert_eq!(source.succeeded, source.checked);
            assert_eq!(fixture.titles(*id), ["One", "Two"]);
            assert_eq!(fixture.flags(*id, "2"), Flags::READ);
        }
    }
}

#[test]
fn a_requested_pause_lasts_across_restarts_and_manual_syncs() {
    for (path, pause, told) in [("/busy/seconds", 7_200, "2 hours (429)"), ("/busy/date", 600, "10 minutes (503)")] {
        let fixture = TestLibrary::new();
        let id = fixture.follow_paths(&[path])[0];
        assert_eq!(fixture.sync_of(&[id]).failed, 1);
        let source = fixture.source(id);
        let (until, checked) = (source.pause.expect("a pause"), source.checked.expect("a look"));
        assert!((pause..=pause + 2).contains(&(until - checked)), "{path}: {}", until - checked);
        assert!(source.retry >= Some(until));
        let asked = fixture.server.connections();
        let progress = fixture.sync_of(&[id]);
        assert_eq!((progress.done, progress.failed), (1, 1));
        let address = fixture.server.address(path);
        let (out, _, code) = fixture.run(&["sync", &address]);
        assert!(out.contains(&format!("the server asks to wait {told}; not fetched for another ")), "{out}");
        assert_eq!((code, fixture.server.connections()), (Some(1), asked), "{path} was asked in its pause");
        assert_eq!(fixture.source(id).failures, 1, "what was not asked did not fail once more");
        // One more poll when it is over.
        fixture.execute(&format!("UPDATE subscriptions SET pause = {0}; UPDATE pauses SET until = {0}", now() - 1));
        fixture.sync_of(&[id]);
        assert_eq!((fixture.source(id).failures, fixture.server.connections()), (2, asked + 1), "{path}");
    }
}

#[test]
fn a_pause_holds_for_all_feeds_of_a_host_including_waiting_ones() {
    for (reply, until) in [
        (Reply::new(429, "").with("Retry-After", "3600"), 3_600),
        (Reply::new(429, ""), 300),
        (Reply::new(503, "").with("Retry-After", "99999999999"), 86_400),
        (Reply::new(403, "").with("Retry-After", "60"), 60),
    ] {
        let fixture = TestLibrary::new();
        let paths: Vec<String> = (0..20).map(|n| format!("/{n}")).collect();
        for path in &paths {
            fixture.server.set(path, reply.clone());
        }
        let ids = fixture.follow_paths(&paths);
        let other = fixture.subscribe(&[fixture.at("other.example", "/ok")])[0];
        let engine = || fixture.engine_with(fixture.internet(&["other.example"], LIMITS));
        let progress = sync_with(&engine(), &SyncRequest::default());
        assert_eq!(
            (progress.done, progress.failed, progress.fresh),
            (21, 20, 1),
            "the other host is nobody's business"
        );
        let asked = |fixture: &TestLibrary| fixture.server.paths().iter().filter(|path| *path != "/ok").count();
        assert_eq!(asked(&fixture), 1, "{reply:?}");
        let failed = ids.iter().filter(|id| fixture.source(**id).failures > 0).count();
        assert_eq!(failed, 1, "who was not asked did not fail");
        // None of these sends a request: the next sync, one in a new process, an automatic one, a new subscription.
        sync_with(&engine(), &SyncRequest::default());
        let scheduled =
            sync_with(&engine(), &SyncRequest { sources: Vec::new(), is_scheduled: true, ..SyncRequest::default() });
        assert_eq!((scheduled.all, scheduled.failed), (1, 0));
        let (out, _, _) = fixture.run(&["sync", &fixture.server.address("/7")]);
        assert!(out.contains("the host asks to wait") || out.contains("not fetched for"), "{out}");
        let (_, error, code) = fixture.run(&["add", &fixture.server.address("/new")]);
        assert!(error.contains("the host asks to wait"), "{error}");
        assert_eq!((code, asked(&fixture)), (Some(1), 1));
        let pauses = fixture.library().pauses(now()).expect("read");
        assert!(pauses.len() == 1 && (until - 30..=until).contains(&(pauses[0].until - now())), "{pauses:?}");
        // After the pause they are polled.
        fixture.execute(&format!("UPDATE subscriptions SET pause = {0}; UPDATE pauses SET until = {0}", now() - 1));
        for path in &paths {
            fixture.server.set(path, Reply::ok(FEED));
        }
        assert_eq!(sync_with(&engine(), &SyncRequest::default()).failed, 0);
        assert_eq!((asked(&fixture), fixture.source(other).failures), (21, 0));
    }
}

#[test]
fn a_redirected_feed_sends_its_validators_to_the_final_address() {
    let fixture = TestLibrary::new();
    fixture.server.set("/old", Reply::redirect(302, "/new"));
    fixture.server.set("/new", Reply::ok(feed("News", &[("1", "One")])).with("ETag", "\"1\""));
    let id = fixture.follow_paths(&["/old"])[0];
    assert_eq!((fixture.sync().fresh, fixture.sync().failed), (1, 0));
    let sent: Vec<_> =
        fixture.server.log().iter().map(|seen| seen.header("if-none-match").map(str::to_owned)).collect();
    assert_eq!(sent, [None, None, None, Some("\"1\"".to_owned())]);
    assert_eq!(fixture.source(id).origin.as_deref(), Some(fixture.server.address("/new").as_str()));
    // It now redirects elsewhere, where the stored validators are not valid.
    fixture.server.set("/old", Reply::redirect(302, "/other"));
    fixture.server.set("/other", Reply::ok(feed("News", &[("2", "Two")])).with("ETag", "\"1\""));
    assert_eq!((fixture.sync().fresh, fixture.titles(id).len()), (1, 2));
}

#[test]
fn a_public_host_that_now_resolves_to_a_private_address_is_refused() {
    let fixture = TestLibrary::new();
    let address = fixture.at("news.example", "/feed");
    fixture.server.set("/feed", Reply::ok(feed("News", &[("1", "One")])));
    let id = fixture.subscribe(&[&address])[0];
    let named = |is_public| {
        let name = Name { host: "news.example".to_owned(), leads_to: fixture.server.socket(), is_public };
        fixture.engine_with(Fetcher::within(LIMITS, &|_| None).with_names(vec![name]))
    };
    assert_eq!(
        (sync_with(&named(true), &SyncRequest::default()).failed, fixture.source(id).is_public),
        (0, Some(true))
    );
    let asked = fixture.server.connections();
    assert_eq!(sync_with(&named(false), &SyncRequest::default()).failed, 1);
    let error = fixture.source(id).error.expect("a reason").to_string();
    assert!(error.ends_with("is in a private network"), "{error}");
    assert_eq!((fixture.server.connections(), fixture.titles(id)), (asked, vec!["One".to_owned()]));
    // A source that was private from the beginning may stay so.
    let inside = fixture.subscribe(&[fixture.at("inner.example", "/feed")])[0];
    let name = Name { host: "inner.example".to_owned(), leads_to: fixture.server.socket(), is_public: false };
    let engine = fixture.engine_with(Fetcher::within(LIMITS, &|_| None).with_names(vec![name]));
    for _ in 0..2 {
        let wanted = SyncRequest { sources: vec![inside], is_scheduled: false, ..SyncRequest::default() };
        assert_eq!((sync_with(&engine, &wanted).failed, fixture.source(inside).is_public), (0, Some(false)));
    }
}

#[test]
fn an_automatic_sync_skips_recently_failed_sources() {
    let fixture = TestLibrary::new();
    let ids = fixture.follow_paths(&["/status/500", "/ok"]);
    let scheduled = SyncRequest { sources: Vec::new(), is_scheduled: true, ..SyncRequest::default() };
    assert_eq!(sync_with(&fixture.engine(), &scheduled).done, 2);
    assert_eq!(sync_with(&fixture.engine(), &scheduled).done, 1);
    let (out, _, code) = fixture.run(&["sync", "--scheduled"]);
    assert_eq!((out.lines().next(), code), (Some("Served: 0 new"), Some(0)), "{out}");
    assert_eq!(fixture.server.paths().iter().filter(|path| *path == "/status/500").count(), 1);
    // A manual sync polls all, and an automatic one after the rest.
    assert_eq!(fixture.sync().done, 2);
    fixture.execute(&format!("UPDATE subscriptions SET retry = {} WHERE id = {}", now() - 1, ids[0]));
    assert_eq!(sync_with(&fixture.engine(), &scheduled).done, 2);
}

#[test]
fn an_address_is_replaced_after_three_permanent_redirects_in_a_row() {
    let fixture = TestLibrary::new();
    fixture.server.set("/new", Reply::ok(feed("Moved", &[("1", "One")])));
    fixture.server.set("/newer", Reply::ok(feed("Moved", &[("1", "One"), ("2", "Two")])));
    let id = fixture.follow_paths(&["/old"])[0];
    let key = fixture.source(id).key;
    let sync_by = |status: u16, to: &str| {
        fixture.server.set("/old", Reply::redirect(status, to));
        assert_eq!(fixture.sync().failed, 0);
        fixture.source(id).address.to_string()
    };
    let old = fixture.server.address("/old");
    for (status, to) in [(301, "/new"), (308, "/new"), (302, "/new"), (301, "/new"), (301, "/newer"), (301, "/newer")] {
        assert_eq!(sync_by(status, to), old, "{status} to {to}");
    }
    fixture.mark(id, "1", Flags::STARRED);
    // A failure in between does not reset the count.
    fixture.server.set("/old", Reply::new(500, ""));
    assert_eq!(fixture.sync().failed, 1);
    assert_eq!(sync_by(308, "/newer"), fixture.server.address("/newer"));
    let source = fixture.source(id);
    assert_eq!((source.key, source.moved), (key, None));
    assert_eq!(fixture.flags(id, "1"), Flags::STARRED);
    let asked = fixture.server.log().len();
    assert_eq!(fixture.sync().failed, 0);
    assert_eq!(fixture.server.paths().split_off(asked), ["/newer"]);
    assert_eq!(fixture.titles(id), ["One", "Two"]);
    // The old address is still the same feed.
    assert!(fixture.subscribe(&[old]).is_empty());
}

#[test]
fn a_temporary_redirect_does_not_change_the_address() {
    let fixture = TestLibrary::new();
    fixture.server.set("/new", Reply::ok(FEED).with("ETag", "\"1\""));
    let ids: Vec<_> = [302, 303, 307]
        .map(|status| {
            let path = format!("/{status}");
            fixture.server.set(&path, Reply::redirect(status, "/new"));
            (fixture.follow_paths(&[&path])[0], fixture.server.address(&path))
        })
        .into();
    for _ in 0..5 {
        assert_eq!(fixture.sync().failed, 0);
    }
    for (id, address) in ids {
        assert_eq!((fixture.source(id).address.as_str(), fixture.source(id).moved), (address.as_str(), None));
    }
}
