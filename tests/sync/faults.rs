//! Server faults: each costs only its own source this sync.

use std::time::{Duration, Instant};

use tidings::library::{Flags, SourceId};
use tidings::sync::SyncRequest;

use crate::server::Reply;
use crate::test_library::{LIMITS, TestLibrary, feed, now, sync_with};

/// Paths of faulty answers, and the resulting error messages.
const FAULTS: &[(&str, &str)] = &[
    ("/hang", "timed out: no answer within"),
    ("/slow/header", "timed out: no answer within"),
    ("/slow/body", "timed out: incomplete after 3 s"),
    ("/stall", "timed out: no data for"),
    ("/status/401", "user name and password required (401)"),
    ("/status/404", "not found (404)"),
    ("/status/500", "server error (500)"),
    ("/status/503", "service unavailable (503)"),
    ("/status/206", "unexpected HTTP status (206)"),
    ("/circle/a", "redirect loop at"),
    ("/chain/5", "more than 5 redirects"),
    ("/to-file", "redirects to file:///etc/passwd"),
    ("/to-nowhere", "redirects without a valid Location header (302)"),
    ("/to-open", "cannot connect"),
    ("/cut/nothing", "connection closed before the end"),
    ("/cut/header", "connection closed before the end"),
    ("/cut/length", "connection closed before the end"),
    ("/cut/chunk", "connection closed before the end"),
    ("/cut/between-chunks", "connection closed before the end"),
    ("/cut/reset", "connection closed before the end"),
    ("/cut-gzip", "connection closed before the end"),
    ("/garbage", "invalid HTTP response"),
    ("/headers/many", "too many response headers"),
    ("/headers/endless", "too many response headers"),
    ("/endless", "larger than 1 MiB"),
    ("/bomb/gzip", "larger than 1 MiB"),
    ("/bomb/brotli", "larger than 1 MiB"),
    ("/empty", "empty"),
    ("/short-length", "not a feed"),
    ("/page", "not a feed: found a web page"),
];

/// Successful answers that contain no feed.
fn no_feeds() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let login = "<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>";
    vec![
        ("/login", login.into(), "not a feed: found a web page"),
        ("/blank", b" \n\n".to_vec(), "empty"),
        ("/noise", (0..4_000_u32).map(|n| (n * n % 251) as u8).collect(), "not a feed"),
        ("/words", b"Service temporarily unavailable".to_vec(), "not a feed"),
        ("/null", b"null".to_vec(), "no releases: found null"),
        ("/message", br#"{"message":"rate limit exceeded"}"#.to_vec(), "no releases"),
    ]
}

/// A subscription at this path after one successful sync: two releases, one read, one starred.
fn read_before(fixture: &TestLibrary, path: &str) -> SourceId {
    let before = feed("Before", &[("1", "One"), ("2", "Two")]);
    let reply = Reply::ok(before).with("ETag", "\"first\"").with("Last-Modified", "Tue, 06 Nov 2018 08:49:37 GMT");
    fixture.server.set(path, reply);
    let id = fixture.follow_paths(&[path])[0];
    assert_eq!(fixture.sync_of(&[id]).failed, 0, "{path}");
    fixture.mark(id, "1", Flags::READ);
    fixture.mark(id, "2", Flags::STARRED);
    // Makes the last success older.
    fixture.execute(&format!("UPDATE subscriptions SET succeeded = 1000 WHERE id = {id}"));
    fixture.server.unset(path);
    id
}

#[test]
fn any_server_fault_affects_its_own_source_alone() {
    let fixture = TestLibrary::new();
    let mut faults: Vec<(SourceId, &str, &str)> =
        FAULTS.iter().map(|(path, words)| (read_before(&fixture, path), *path, *words)).collect();
    for (path, body, words) in no_feeds() {
        faults.push((read_before(&fixture, path), path, words));
        fixture.server.set(path, Reply::ok(body).with("ETag", "\"other\""));
    }
    let good: Vec<SourceId> = (0..3).map(|n| read_before(&fixture, &format!("/good/{n}"))).collect();
    for n in 0..3 {
        fixture.server.set(&format!("/good/{n}"), Reply::ok(feed("Before", &[("3", "Three"), ("1", "One")])));
    }
    let (begun, asked) = (Instant::now(), fixture.server.log().len());
    let progress = fixture.sync();
    // Two at a time: four hang until a limit, plus the time of all others on a busy machine.
    assert!(begun.elapsed() < 6 * LIMITS.whole, "took {:?}", begun.elapsed());
    assert_eq!((progress.done, progress.all), (faults.len() + 3, faults.len() + 3));
    assert_eq!((progress.failed, progress.fresh), (faults.len(), 3));
    assert!(fixture.server.log().len() - asked >= faults.len() + 3);
    let (listed, _, code) = fixture.run(&["feeds"]);
    assert_eq!(code, Some(0));
    for (id, path, words) in faults {
        let source = fixture.source(id);
        let error = source.error.as_ref().unwrap_or_else(|| panic!("{path} is no fault")).to_string();
        assert!(error.starts_with(words), "{path}: {error}");
        assert!(!error.contains('\u{1b}'), "{path}: {error:?}");
        let line = format!("{}: {error}", source.address);
        assert!(listed.lines().any(|listed| listed.trim() == line), "{line} is not in\n{listed}");
        assert_eq!(fixture.titles(id), ["One", "Two"], "{path}");
        assert_eq!((fixture.flags(id, "1"), fixture.flags(id, "2")), (Flags::READ, Flags::STARRED), "{path}");
        assert_eq!(source.etag.as_deref(), Some("\"first\""), "{path}");
        assert_eq!(source.modified.as_deref(), Some("Tue, 06 Nov 2018 08:49:37 GMT"), "{path}");
        assert_eq!((source.succeeded, source.failures), (Some(1000), 1), "{path}");
        let rest = source.retry.expect("a time for the next look") - now();
        assert!((200..=360).contains(&rest), "{path}: rests for {rest} s");
        assert_eq!(source.feed_title.as_str(), "Before", "{path}");
    }
    for id in good {
        let source = fixture.source(id);
        assert_eq!(fixture.titles(id), ["Three", "One", "Two"]);
        assert_eq!((source.error, source.failures, source.retry), (None, 0, None));
        assert!(source.succeeded > Some(1000));
    }
}

#[test]
fn failures_in_a_row_are_counted_and_the_rest_grows() {
    let fixture = TestLibrary::new();
    let id = read_before(&fixture, "/status/500");
    let mut before = 0;
    for failures in 1..=4 {
        assert_eq!(fixture.sync().failed, 1);
        let source = fixture.source(id);
        let rest = source.retry.expect("a rest") - source.checked.expect("a look");
        assert_eq!(source.failures, failures);
        assert!(rest > before, "{rest} s after {before} s");
        before = rest;
    }
    fixture.server.set("/status/500", Reply::ok(feed("After", &[("1", "One")])));
    assert_eq!(fixture.sync().failed, 0);
    let source = fixture.source(id);
    assert_eq!((source.error, source.failures, source.retry), (None, 0, None));
    assert_eq!(source.feed_title.as_str(), "After");
}

#[test]
fn a_removed_feed_rests_and_says_so() {
    let fixture = TestLibrary::new();
    let id = read_before(&fixture, "/status/410");
    fixture.sync();
    assert_eq!(fixture.source(id).error.expect("a reason").as_str(), "permanently removed (410)");
    let scheduled = SyncRequest { sources: Vec::new(), is_scheduled: true, ..SyncRequest::default() };
    assert_eq!(sync_with(&fixture.engine(), &scheduled).all, 0, "the host is paused, so no scheduled sync asks it");
    let rest = fixture.source(id).retry.expect("a rest") - now();
    assert!((29 * 86_400..=30 * 86_400).contains(&rest), "rests for {rest} s");
    // A manual sync of the source says when it is polled next.
    let asked = fixture.server.log().len();
    let (told, _, code) = fixture.run(&["sync"]);
    assert_eq!((fixture.server.log().len(), code), (asked + 1, Some(1)));
    assert!(told.starts_with("Before: permanently removed (410)\n"), "{told}");
    assert_eq!(fixture.titles(id), ["One", "Two"]);
    fixture.server.set("/status/410", Reply::ok(feed("Back", &[("3", "Three")])));
    assert_eq!(fixture.sync().fresh, 1);
}

#[test]
fn a_feed_that_takes_too_long_to_parse_keeps_its_releases() {
    let fixture = TestLibrary::new();
    let id = read_before(&fixture, "/heavy");
    let heavy = format!("[{}]", "{\"title\":\"a <b>b</b>\",\"id\":\"1\"},".repeat(25_000));
    fixture.server.set("/heavy", Reply::ok(heavy).with("ETag", "\"other\""));
    let good = read_before(&fixture, "/good");
    fixture.server.set("/good", Reply::ok(feed("Before", &[("3", "Three"), ("1", "One")])));
    let mut engine = fixture.engine();
    engine.time = Duration::from_millis(1);
    let progress = sync_with(&engine, &SyncRequest::default());
    assert_eq!((progress.done, progress.failed), (2, 1));
    let source = fixture.source(id);
    let told = "parsing took more than 0.001 s of processor time; nothing was saved";
    assert_eq!(source.error.expect("a reason").as_str(), told);
    assert_eq!(
        (fixture.titles(id), source.etag.as_deref()),
        (vec!["One".to_owned(), "Two".to_owned()], Some("\"first\""))
    );
    assert_eq!((fixture.flags(id, "1"), fixture.flags(id, "2")), (Flags::READ, Flags::STARRED));
    assert_eq!(fixture.titles(good), ["Three", "One", "Two"]);
}

#[test]
fn invalid_addresses_are_reported_and_the_sync_ends() {
    let fixture = TestLibrary::new();
    // As in an imported list; all count as one host.
    let ids =
        fixture.subscribe(&["http://[x/1", "http://[x/2", "http://[x/3", "http://[x/4", "ftp://a.invalid/", "words"]);
    let progress = fixture.sync();
    assert_eq!((progress.done, progress.failed, progress.all), (ids.len(), ids.len(), ids.len()));
    for id in ids {
        assert!(fixture.source(id).error.is_some());
    }
    assert_eq!(fixture.server.connections(), 0);
}
