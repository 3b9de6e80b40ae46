//! Full texts, fetched and stored for offline reading.

use tidings::sync::{SyncRequest, fetch_page};

use crate::server::Reply;
use crate::test_library::{LIMITS, TestLibrary, feed_with, number, sync_with};

/// A page with a unique text.
fn page(word: &str) -> Reply {
    let paragraph = format!(
        "This is a paragraph of the page about {word}, long enough to be taken for text, with commas, and more. "
    );
    let html = format!(
        "<!doctype html><html><head><title>About {word}</title></head><body><nav><a href=/>Home</a></nav>
         <article><h1>About {word}</h1><p>{0}</p><p>{0}</p><p>{0}</p></article></body></html>",
        paragraph.repeat(4)
    );
    Reply::ok(html).with("Content-Type", "text/html; charset=utf-8")
}

/// A feed of releases with these links.
fn linked(links: &[String]) -> Reply {
    linked_as("id", links)
}

/// Like [`linked`], with ids that have this prefix.
fn linked_as(name: &str, links: &[String]) -> Reply {
    let ids: Vec<String> = (0..links.len()).map(|n| format!("{name}-{n}")).collect();
    let releases: Vec<_> =
        ids.iter().zip(links).map(|(id, link)| (id.as_str(), id.as_str(), "short", link.as_str())).collect();
    Reply::ok(feed_with(&format!("Linked {name}"), &releases))
}

#[test]
fn full_texts_of_new_releases_are_fetched_if_wanted_and_searchable() {
    let fixture = TestLibrary::new();
    let ids = fixture.follow_paths(&["/wanted", "/unwanted"]);
    fixture.library().want_pages(ids[0], true).expect("written");
    for (path, word) in [("/1", "xylophones"), ("/2", "zithers"), ("/3", "ocarinas")] {
        fixture.server.set(path, page(word));
    }
    let link = |path: &str| fixture.server.address(path);
    fixture.server.set("/wanted", linked(&[link("/1"), link("/status/500"), String::new()]));
    fixture.server.set("/unwanted", linked_as("other", &[link("/2")]));
    let progress = fixture.sync();
    assert_eq!((progress.failed, progress.fresh), (0, 4), "a page that cannot be had is no failure of its source");
    let count = |path: &str| fixture.server.paths().iter().filter(|asked| *asked == path).count();
    assert_eq!(["/1", "/2", "/status/500"].map(count), [1, 0, 1]);
    let (out, _, code) = fixture.run(&["list", "-q", "xylophones", "--format", "tsv", "--columns", "title,source"]);
    assert_eq!((out.lines().last(), code), (Some("id-0\tLinked id"), Some(0)), "{out}");
    assert_eq!(fixture.run(&["list", "-q", "zithers"]).2, Some(1));
    let (out, _, _) = fixture.run(&["show", "id-0"]);
    assert!(out.contains("about xylophones, long enough"), "{out}");
    // The next sync has one new release; stored full texts are not fetched again.
    fixture.server.set("/wanted", linked(&[link("/1"), link("/status/500"), String::new(), link("/3")]));
    assert_eq!(fixture.sync().fresh, 1);
    assert_eq!(["/1", "/3", "/status/500"].map(count), [1, 1, 1]);
    assert_eq!(fixture.run(&["list", "-q", "ocarinas"]).2, Some(0));
}

#[test]
fn at_most_twenty_full_texts_of_a_source_are_fetched_newest_first() {
    let fixture = TestLibrary::new();
    let id = fixture.follow_paths(&["/feed"])[0];
    fixture.library().want_pages(id, true).expect("written");
    let links: Vec<String> = (0..28).map(|n| fixture.server.address(&format!("/page/{n}"))).collect();
    (0..28).for_each(|n| fixture.server.set(&format!("/page/{n}"), page("drums")));
    fixture.server.set("/feed", linked(&links));
    assert_eq!(fixture.sync().fresh, 28);
    let mut asked = fixture.server.paths().split_off(1);
    asked.sort();
    let mut newest: Vec<String> = (0..20).map(|n| format!("/page/{n}")).collect();
    newest.sort();
    assert_eq!(asked, newest);
    assert!(fixture.server.most_at_once(&fixture.server.socket().to_string()) <= 2);
    assert_eq!(fixture.library().pages_of(fixture.source(id).key.as_str()).expect("read").len(), 20);
}

#[test]
fn a_public_feed_leads_to_no_page_of_a_private_network() {
    let fixture = TestLibrary::new();
    let id = fixture.subscribe(&[fixture.at("news.example", "/feed")])[0];
    fixture.library().want_pages(id, true).expect("written");
    fixture.server.set("/inside", page("secrets"));
    fixture.server.set("/outside", page("gardens"));
    fixture.server.set("/leads-in", Reply::redirect(302, &fixture.server.address("/inside")));
    let links = [
        fixture.server.address("/inside"),
        fixture.at("news.example", "/leads-in"),
        fixture.at("news.example", "/outside"),
    ];
    fixture.server.set("/feed", linked(&links));
    let engine = fixture.engine_with(fixture.internet(&["news.example"], LIMITS));
    assert_eq!(sync_with(&engine, &SyncRequest::default()).fresh, 3);
    assert!(!fixture.server.paths().contains(&"/inside".to_owned()), "{:?}", fixture.server.paths());
    let pages = fixture.library().pages_of(fixture.source(id).key.as_str()).expect("read");
    assert_eq!(pages.into_iter().collect::<Vec<_>>(), [number("id-2")]);
    let refused = fetch_page(&engine, &links[0], true);
    assert!(refused.expect_err("it is inside").as_str().contains("is in a private network"));
    assert!(fetch_page(&engine, &links[0], false).is_ok(), "who is in this network may");
}

#[test]
fn a_page_without_text_is_reported() {
    let fixture = TestLibrary::new();
    let engine = fixture.engine();
    fixture
        .server
        .set("/bare", Reply::ok("<!doctype html><title>x</title><div></div>").with("Content-Type", "text/html"));
    fixture.server.set("/image", Reply::ok([0x89, b'P', b'N', b'G', 0, 1, 2]).with("Content-Type", "image/png"));
    for (path, words) in [
        ("/bare", "no readable text found"),
        ("/image", "not a web page (image/png)"),
        ("/ok", "not a web page (application/rss+xml)"),
        ("/status/404", "not found (404)"),
        ("/stall", "timed out: no data"),
    ] {
        let reason = fetch_page(&engine, &fixture.server.address(path), false).expect_err(path);
        assert!(reason.as_str().starts_with(words), "{path}: {reason}");
    }
}
