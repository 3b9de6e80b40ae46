//! What a sync stores: new releases, changed ones, and those no longer listed; a source completely or not at all.

use tidings::library::{Flags, LibraryError};
use tidings::sync::{SyncRequest, sync};

use crate::server::Reply;
use crate::test_library::{TestLibrary, feed};

#[test]
fn new_releases_are_counted_changed_ones_replaced_and_unlisted_ones_stay() {
    let fixture = TestLibrary::new();
    let serve = |releases: &[(&str, &str)]| fixture.server.set("/feed", Reply::ok(feed("News", releases)));
    let id = fixture.follow_paths(&["/feed"])[0];
    serve(&[("1", "One"), ("2", "Two"), ("3", "Three")]);
    assert_eq!(fixture.sync().fresh, 3);
    for release in ["1", "3"] {
        fixture.mark(id, release, Flags::READ);
    }
    // One has changed, one is gone, one is new.
    serve(&[("4", "Four"), ("1", "One, corrected")]);
    assert_eq!(fixture.sync().fresh, 1);
    let mut titles = fixture.titles(id);
    titles.sort();
    assert_eq!(titles, ["Four", "One, corrected", "Three", "Two"]);
    assert_eq!(fixture.flags(id, "1"), Flags::READ, "what is corrected is no new release");
    assert_eq!(fixture.library().totals().expect("read")[&id], (4, 2));
    // The release that was gone is back, still read.
    serve(&[("3", "Three"), ("4", "Four")]);
    assert_eq!(fixture.sync().fresh, 0);
    assert_eq!((fixture.titles(id).len(), fixture.flags(id, "3")), (4, Flags::READ));
    let (out, _, _) = fixture.run(&["list", "-q", "is:read", "--columns", "title", "--format", "tsv"]);
    assert!(out.contains("Three") && out.contains("One, corrected") && !out.contains("Two"), "{out}");
}

#[test]
fn a_changed_title_is_kept_as_an_earlier_version() {
    let fixture = TestLibrary::new();
    let serve = |releases: &[(&str, &str)]| fixture.server.set("/feed", Reply::ok(feed("News", releases)));
    fixture.follow_paths(&["/feed"]);
    serve(&[("a-1", "The bridge is closed"), ("a-2", "Two")]);
    fixture.sync();
    let changed = || fixture.run(&["list", "-q", "is:changed", "--columns", "title", "--format", "tsv"]);
    assert_eq!(changed().2, Some(1), "nothing has changed");
    serve(&[("a-1", "The  bridge is closed"), ("a-2", "Two 17 views")]);
    fixture.sync();
    assert_eq!(changed().2, Some(1), "neither white space nor a counter is a change");
    serve(&[("a-1", "The bridge is open"), ("a-2", "Two 18 views")]);
    fixture.sync();
    assert_eq!(changed().0, "title\nThe bridge is open\n");
    let (out, _, _) = fixture.run(&["list", "--facet", "status", "--format", "tsv"]);
    assert!(out.contains("changed\t1"), "{out}");
    let (out, err, code) = fixture.run(&["show", "--versions", "a-1"]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert!(out.starts_with("Since 20") && out.contains("  The bridge is [-closed-] {+open+}\n"), "{out}");
    assert!(out.ends_with("  The bridge is closed\n"), "{out}");
    let (out, _, _) = fixture.run(&["show", "--versions", "a-1", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document[0]["versions"][1]["title"], "The bridge is closed");
    assert_eq!(document[0]["versions"][0]["changes"]["title"][0][1]["removed"], "closed");
    for (format, wanted) in [("markdown", "~~closed~~ **open**"), ("html", "<del>closed</del> <ins>open</ins>")] {
        let (out, _, _) = fixture.run(&["show", "--versions", "a-1", "--format", format]);
        assert!(out.contains(wanted), "{out}");
    }
    let (out, _, _) = fixture.run(&["digest", "--since", "7d"]);
    let (_, section) = out.split_once("CHANGED").expect("a section");
    assert!(
        section.contains("The bridge is open") && !section.contains("Two") && section.contains("changed "),
        "{out}"
    );
    let (out, err, code) = fixture.run(&["show", "--versions", "a-2"]);
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(err.contains("a-2: no earlier versions"), "{err}");
}

#[test]
fn a_truncated_feed_gives_only_complete_releases_and_is_fetched_again() {
    let fixture = TestLibrary::new();
    let whole = feed("News", &[("1", "One"), ("2", "Two, and what it is about"), ("3", "Three")]);
    // Truncated within the name of a release, and after it, which would shorten the text.
    for (path, cut) in [("/name", "Two, and"), ("/text", "Two, and what it is about</title>")] {
        let id = fixture.follow_paths(&[path])[0];
        let length = whole.find(cut).expect("the cut") + cut.len();
        let reply = Reply::ok(whole.clone()).with("ETag", "\"1\"");
        fixture.server.set(path, reply.clone().with("Content-Length", &length.to_string()));
        assert_eq!(fixture.sync_of(&[id]).fresh, 1, "{path}");
        assert_eq!((fixture.titles(id), fixture.source(id).etag), (vec!["One".to_owned()], None), "{path}");
        fixture.server.set(path, reply);
        assert_eq!(fixture.sync_of(&[id]).fresh, 2, "{path}");
        assert_eq!(fixture.titles(id), ["One", "Two, and what it is about", "Three"], "{path}");
        // Half a release does not replace a complete one.
        fixture.server.set(path, Reply::ok(whole.clone()).with("Content-Length", &length.to_string()));
        assert_eq!(fixture.sync_of(&[id]).fresh, 0, "{path}");
        assert_eq!(fixture.titles(id), ["One", "Two, and what it is about", "Three"], "{path}");
    }
}

#[test]
fn a_read_only_library_keeps_its_content() {
    let fixture = TestLibrary::new();
    let id = fixture.follow_paths(&["/feed"])[0];
    fixture.server.set("/feed", Reply::ok(feed("News", &[("1", "One")])).with("ETag", "\"1\""));
    assert_eq!(fixture.sync().fresh, 1);
    let before = fixture.source(id);
    fixture.server.set("/feed", Reply::ok(feed("News", &[("2", "Two"), ("1", "Uno")])).with("ETag", "\"2\""));
    // As written by a newer version of the program.
    fixture.execute("PRAGMA user_version = 1000");
    let fault = sync(&fixture.engine(), &SyncRequest::default(), &mut |_| {}).expect_err("it is not written");
    assert!(matches!(fault, LibraryError::ReadOnly { .. }), "{fault:?}");
    let (_, error, code) = fixture.run(&["sync"]);
    assert!(error.contains("it was written by a newer tidings"), "{error}");
    assert_eq!(code, Some(2));
    assert_eq!((fixture.source(id), fixture.titles(id)), (before, vec!["One".to_owned()]));
}

#[test]
fn half_of_a_source_is_never_stored() {
    let fixture = TestLibrary::new();
    let good = fixture.follow_paths(&["/good"])[0];
    let bad = fixture.follow_paths(&["/bad"])[0];
    for path in ["/good", "/bad"] {
        fixture.server.set(path, Reply::ok(feed("News", &[("1", "One")])).with("ETag", "\"1\""));
        fixture.sync();
    }
    let before = fixture.source(bad);
    fixture
        .server
        .set("/bad", Reply::ok(feed("News", &[("3", "Three"), ("2", "Two"), ("1", "Uno")])).with("ETag", "\"2\""));
    fixture.server.set("/good", Reply::ok(feed("News", &[("2", "Two"), ("1", "One")])));
    // Any error between two releases.
    fixture.execute(&format!(
        "CREATE TRIGGER broken BEFORE INSERT ON releases WHEN NEW.subscription = {bad}
         AND EXISTS (SELECT 1 FROM releases WHERE subscription = {bad} AND number = {}) BEGIN
             SELECT raise(ABORT, 'broken');
         END",
        crate::test_library::number("2").cast_signed()
    ));
    assert_eq!(fixture.sync_of(&[good]).fresh, 1);
    sync(
        &fixture.engine(),
        &SyncRequest { sources: vec![bad], is_scheduled: false, ..SyncRequest::default() },
        &mut |_| {},
    )
    .expect_err("it breaks");
    assert_eq!((fixture.source(bad), fixture.titles(bad)), (before, vec!["One".to_owned()]));
    assert_eq!(fixture.titles(good), ["Two", "One"], "what was applied stays");
    fixture.execute("DROP TRIGGER broken");
    assert_eq!(fixture.sync().fresh, 2);
    assert_eq!(
        (fixture.titles(bad), fixture.source(bad).etag.as_deref()),
        (["Three", "Two", "Uno"].map(str::to_owned).to_vec(), Some("\"2\""))
    );
}
