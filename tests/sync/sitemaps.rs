//! Indexes of sitemaps that are subscribed to, and the news sitemaps that `tidings sync --back` looks for.

use std::thread;

use tidings::feed::Rules;
use tidings::library::SourceId;
use tidings::net::fetch::Limits;
use tidings::sync::{NoSitemap, WalkEnd};

use crate::server::{Reply, gzip};
use crate::test_library::{LIMITS, TestLibrary, feed_with, now, sync_with};
use crate::walk::{back, paths_since, sorted, walk};

/// A news sitemap with entries for these paths, whose titles are the last parts of the paths.
fn news(fixture: &TestLibrary, paths: &[&str]) -> String {
    let url = |path: &&str| {
        let title = path.rsplit('/').next().unwrap_or_default();
        format!(
            "<url><loc>{}</loc><news:news><news:publication_date>2017-01-02</news:publication_date>\
             <news:title>{title}</news:title></news:news></url>",
            fixture.server.address(path)
        )
    };
    format!("<?xml version='1.0'?><urlset xmlns:news='n'>{}</urlset>", paths.iter().map(url).collect::<String>())
}

/// An index of the sitemaps at these paths.
fn index(fixture: &TestLibrary, paths: &[&str]) -> String {
    let part = |path: &&str| format!("<sitemap><loc>{}</loc></sitemap>", fixture.server.address(path));
    format!("<?xml version='1.0'?><sitemapindex>{}</sitemapindex>", paths.iter().map(part).collect::<String>())
}

fn robots(fixture: &TestLibrary, paths: &[&str]) -> Reply {
    let line = |path: &&str| format!("Sitemap: {}\n", fixture.server.address(path));
    Reply::ok(format!("User-agent: *\nDisallow: /\n{}", paths.iter().map(line).collect::<String>()))
}

/// A feed at `/feed` with the releases 9 and 8 of the section `/news/`, and its subscription. It names no older page.
fn follow_feed(fixture: &TestLibrary) -> SourceId {
    let links = ["/news/nine", "/news/eight"].map(|path| fixture.server.address(path));
    let feed = feed_with("News", &[("9", "nine", "Its text", &links[0]), ("8", "eight", "Its text", &links[1])]);
    fixture.server.set("/feed", Reply::ok(feed));
    fixture.follow_paths(&["/feed"])[0]
}

/// A site whose robots.txt names an index of two news sitemaps and a sitemap of pages.
fn site() -> (TestLibrary, SourceId) {
    let fixture = TestLibrary::new();
    let id = follow_feed(&fixture);
    fixture.server.set("/robots.txt", robots(&fixture, &["/index.xml"]));
    let parts = ["/pages.xml", "/news-2017.xml", "/news-2018.xml.gz"];
    fixture.server.set("/index.xml", Reply::ok(index(&fixture, &parts)));
    let newer = news(&fixture, &["/news/nine?utm_source=map", "/news/seven", "/jobs/clerk"]);
    fixture.server.set("/news-2018.xml.gz", Reply::ok(gzip(newer.as_bytes())));
    fixture.server.set("/news-2017.xml", Reply::ok(news(&fixture, &["/news/six", "/about/us"])));
    (fixture, id)
}

#[test]
fn the_news_sitemaps_of_a_site_bring_the_older_releases_of_the_section() {
    let (fixture, id) = site();
    let (progress, walked) = walk(&fixture, 100);
    assert_eq!((progress.failed, progress.fresh, walked), (0, 4, Some((3, WalkEnd::Whole))));
    assert_eq!(fixture.server.paths().join(" "), "/feed /robots.txt /index.xml /news-2018.xml.gz /news-2017.xml");
    assert_eq!(sorted(&fixture, id), "eight nine seven six");
    let (out, _, _) = fixture.run(&["show", &fixture.server.address("/news/nine")]);
    assert!(out.contains("Its text"), "the feed knows more than the sitemap: {out}");
    // Without --back nothing but the feed is asked for.
    let asked = fixture.server.log().len();
    fixture.sync();
    assert_eq!(paths_since(&fixture, asked), "/feed");
    let (out, _, code) = fixture.run(&["sync", "--back"]);
    assert!(out.contains("News: past page 3: 0 new\nNews: 0 new, 3 past pages\n"), "{out}");
    assert_eq!((code, fixture.titles(id).len()), (Some(0), 4), "nothing is stored twice");
}

#[test]
fn a_release_of_a_sitemap_that_the_feed_lists_later_is_the_same_release() {
    let (fixture, id) = site();
    walk(&fixture, 100);
    let number = fixture.stored(id).into_iter().find(|(title, _)| title == "seven").expect("stored").1;
    let link = fixture.server.address("/news/seven");
    fixture.server.set("/feed", Reply::ok(feed_with("News", &[("7", "seven", "Its text", &link)])));
    assert_eq!(fixture.sync().fresh, 0);
    assert_eq!(sorted(&fixture, id), "eight nine seven six");
    assert!(fixture.stored(id).contains(&("seven".to_owned(), number)), "its marks are found by its number");
    let (out, _, _) = fixture.run(&["show", &link]);
    assert!(out.contains("Its text"), "{out}");
    let (out, _, _) = fixture.run(&["list", "-q", "is:changed", "--format", "tsv"]);
    assert!(!out.contains("seven"), "a sitemap has no text, so nothing was changed: {out}");
    assert_eq!(fixture.sync().fresh, 0, "it stays the same release");
}

#[test]
fn topics_are_looked_for_among_the_releases_of_a_sitemap() {
    let (fixture, id) = site();
    let older = ["/news/water/7", "/news/roads/6", "/news/water/5", "/news/roads/4", "/news/roads/3"];
    fixture.server.set("/news-2017.xml", Reply::ok(news(&fixture, &older)));
    let rules = Rules::of_options("--topics-from address").expect("options");
    fixture.library().set_rules(id, &rules).expect("written");
    walk(&fixture, 100);
    assert!(fixture.source(id).rules.topics.is_some_and(|topics| topics.is_settled()));
}

#[test]
fn each_run_continues_where_the_limit_stopped_the_last_one() {
    let (fixture, id) = site();
    for (ended, titles) in
        [(WalkEnd::Limit, "eight nine"), (WalkEnd::Limit, "eight nine seven"), (WalkEnd::Whole, "eight nine seven six")]
    {
        let (progress, walked) = walk(&fixture, 1);
        assert_eq!((walked, progress.has_more), (Some((1, ended)), ended == WalkEnd::Limit));
        assert_eq!(sorted(&fixture, id), titles);
    }
    let expected = "/feed /robots.txt /index.xml /feed /news-2018.xml.gz /feed /news-2017.xml";
    assert_eq!(fixture.server.paths().join(" "), expected);
}

#[test]
fn whatever_a_site_does_wrong_the_sync_succeeds_and_says_why_nothing_came() {
    let none = "no past pages: it names none, and ";
    let html = || Reply::ok("<!doctype html><title>Not here</title><p>Sitemap: /x").with("Content-Type", "text/html");
    let urls = |paths: &[&str]| {
        let url = |path: &&str| format!("<url><loc>https://a.example{path}</loc></url>");
        let urls: String = paths.iter().map(url).collect();
        Reply::ok(format!("<urlset>{urls}</urlset>"))
    };
    let table: [(&str, Reply, Reply, &str); 10] = [
        ("missing robots.txt", Reply::new(404, ""), html(), "the robots.txt of its site cannot be read"),
        ("a page in its place", html(), html(), "its site names no sitemap"),
        ("no sitemap", Reply::ok("User-agent: *"), html(), "its site names no sitemap"),
        ("a robots.txt that hangs", Reply::ok("x").after(LIMITS.whole * 20), html(), "the robots.txt of its site"),
        ("a huge robots.txt", Reply::ok("x\n".repeat(1 << 20)), html(), "the robots.txt of its site cannot be read"),
        ("elsewhere", Reply::ok("Sitemap: https://b.example/map.xml"), html(), "its site names no sitemap"),
        ("a page", Reply::ok("Sitemap: /map.xml"), html(), "no news of its section (1 sitemap read)"),
        ("a missing sitemap", Reply::ok("Sitemap: /map.xml"), Reply::new(404, ""), "no news of its section"),
        ("no titles", Reply::ok("Sitemap: /map.xml"), urls(&["/news/one"]), "no news of its section (1 sitemap read)"),
        ("cut", Reply::ok("Sitemap: /map.xml"), Reply::ok("<urlset><url><loc>https"), "no news of its section"),
    ];
    for (what, robots, map, expected) in table {
        let fixture = TestLibrary::new();
        let id = follow_feed(&fixture);
        fixture.server.set("/robots.txt", robots);
        fixture.server.set("/map.xml", map);
        let (out, error, code) = if what.contains("hangs") {
            let (progress, walked) = walk(&fixture, 9);
            assert_eq!((progress.failed, walked), (0, Some((0, WalkEnd::NoSitemap(NoSitemap::NoRobots)))));
            continue;
        } else {
            fixture.run(&["sync", "--back"])
        };
        assert!(out.contains(none) && out.contains(expected), "{what}: {out}{error}");
        assert_eq!((code, sorted(&fixture, id).as_str()), (Some(0), "eight nine"), "{what}");
    }
}

#[test]
fn a_feed_whose_links_share_no_section_asks_for_no_robots_txt() {
    let fixture = TestLibrary::new();
    let links = ["/one", "/two"].map(|path| fixture.server.address(path));
    let feed = feed_with("News", &[("1", "one", "", &links[0]), ("2", "two", "", &links[1])]);
    fixture.server.set("/feed", Reply::ok(feed));
    fixture.follow_paths(&["/feed"]);
    let (out, _, code) = fixture.run(&["sync", "--back"]);
    assert!(out.contains("2 new, no past pages: it names none, and its links share no section of a site\n"), "{out}");
    assert_eq!((code, fixture.server.paths().join(" ").as_str()), (Some(0), "/feed"));
}

#[test]
fn indexes_that_lead_in_a_circle_or_are_nested_deeply_end_the_walk() {
    let (fixture, _) = site();
    fixture.server.set("/index.xml", Reply::ok(index(&fixture, &["/index.xml", "/news-2017.xml", "/news-index.xml"])));
    fixture.server.set("/news-index.xml", Reply::ok(index(&fixture, &["/index.xml", "/news-deep.xml"])));
    fixture.server.set("/news-deep.xml", Reply::ok(index(&fixture, &["/news-deeper.xml"])));
    let (progress, walked) = walk(&fixture, 100);
    assert_eq!((progress.failed, progress.fresh, walked), (0, 3, Some((4, WalkEnd::Skipped))));
    assert!(!fixture.server.paths().contains(&"/news-deeper.xml".to_owned()));
    assert_eq!(fixture.server.paths().iter().filter(|path| *path == "/index.xml").count(), 1);
}

#[test]
fn a_site_whose_sitemaps_have_no_news_is_given_up_soon() {
    let (fixture, _) = site();
    let parts: Vec<String> = (0..50).map(|n| format!("/part-{n}.xml")).collect();
    for part in &parts {
        fixture.server.set(part, Reply::ok("<urlset><url><loc>https://a.example/news/x</loc></url></urlset>"));
    }
    let paths: Vec<&str> = parts.iter().map(String::as_str).collect();
    fixture.server.set("/index.xml", Reply::ok(index(&fixture, &paths)));
    let (_, walked) = walk(&fixture, 100);
    assert_eq!(walked, Some((4, WalkEnd::NoSitemap(NoSitemap::NoNews))));
    let asked = "/feed /robots.txt /index.xml /part-49.xml /part-48.xml /part-47.xml";
    assert_eq!(fixture.server.paths().join(" "), asked, "their names count up, so the last is the newest");
}

#[test]
fn a_sitemap_that_is_redirected_to_another_site_brings_nothing() {
    let (fixture, id) = site();
    let engine = || fixture.engine_with(fixture.internet(&["news.example", "other.example"], LIMITS));
    let links = ["/news/nine", "/news/eight"].map(|path| fixture.at("news.example", path));
    let feed = feed_with("News", &[("9", "nine", "", &links[0]), ("8", "eight", "", &links[1])]);
    fixture.server.set("/feed2", Reply::ok(feed));
    fixture.library().unsubscribe(id, now()).expect("written");
    let id = fixture.subscribe(&[fixture.at("news.example", "/feed2")])[0];
    let named = format!("Sitemap: {}\n", fixture.at("news.example", "/map.xml"));
    fixture.server.set("/robots.txt", Reply::ok(named));
    fixture.server.set("/map.xml", Reply::redirect(302, &fixture.at("other.example", "/map2.xml")));
    let entry = news(&fixture, &["/news/old"]).replace(&fixture.server.address(""), &fixture.at("news.example", ""));
    fixture.server.set("/map2.xml", Reply::ok(entry.clone()));
    assert_eq!(sync_with(&engine(), &back(9)).failed, 0);
    assert_eq!(sorted(&fixture, id), "eight nine");
    fixture.server.set("/map.xml", Reply::ok(entry));
    sync_with(&engine(), &back(9));
    assert_eq!(sorted(&fixture, id), "eight nine old");
}

#[test]
fn a_cancelled_walk_keeps_its_place_and_so_does_one_whose_server_asks_for_a_pause() {
    let (fixture, id) = site();
    let older = Reply::ok(news(&fixture, &["/news/six"]));
    fixture.server.set("/news-2017.xml", older.clone().after(LIMITS.whole * 20));
    let engine = fixture.engine_with(fixture.internet::<&str>(&[], Limits::default()));
    thread::scope(|scope| {
        let sync = scope.spawn(|| sync_with(&engine, &back(100)));
        fixture.server.wait_for_requests(5);
        engine.cancel();
        assert_eq!(sync.join().expect("no panic").fresh, 3);
    });
    fixture.server.set("/news-2017.xml", Reply::new(429, "").with("Retry-After", "3600"));
    let (progress, walked) = walk(&fixture, 9);
    assert_eq!((progress.failed, walked, progress.has_more), (0, Some((0, WalkEnd::Later)), true));
    fixture.execute(&format!("UPDATE pauses SET until = {}", now() - 1));
    fixture.server.set("/news-2017.xml", older);
    let asked = fixture.server.log().len();
    assert_eq!(walk(&fixture, 9).1, Some((1, WalkEnd::Whole)));
    assert_eq!(paths_since(&fixture, asked), "/feed /news-2017.xml");
    assert_eq!(sorted(&fixture, id), "eight nine seven six");
}

#[test]
fn an_index_of_sitemaps_is_followed_by_its_newest_part_and_walked_back_by_the_others() {
    let fixture = TestLibrary::new();
    let parts = ["/2016.xml", "/2017.xml", "/2018.xml"];
    fixture.server.set("/map.xml", Reply::ok(index(&fixture, &parts)).with("ETag", "\"1\""));
    for (part, path) in parts.iter().zip(["/a/six", "/b/seven", "/c/eight"]) {
        fixture.server.set(part, Reply::ok(news(&fixture, &[path])));
    }
    let (out, error, _) = fixture.run(&["add", &fixture.server.address("/map.xml")]);
    assert!(out.contains("1 release on the page, found in a news sitemap"), "{out}{error}");
    assert_eq!(fixture.server.paths().join(" "), "/map.xml /2018.xml");
    let id = fixture.library().sources().expect("read")[0].id;
    fixture.server.set("/2018.xml", Reply::ok(news(&fixture, &["/c/nine", "/c/eight"])));
    let asked = fixture.server.log().len();
    assert_eq!(fixture.sync().fresh, 1, "the index is unchanged, its newest part is not");
    assert_eq!(paths_since(&fixture, asked), "/map.xml /2018.xml");
    let (progress, walked) = walk(&fixture, 9);
    assert_eq!((progress.failed, progress.fresh, walked), (0, 2, Some((2, WalkEnd::Whole))));
    assert_eq!(sorted(&fixture, id), "eight nine seven six");
    // A new part is empty at first.
    fixture.server.set("/map.xml", Reply::ok(index(&fixture, &["/2018.xml", "/2019.xml"])));
    fixture.server.set("/2019.xml", Reply::ok("<urlset></urlset>"));
    assert_eq!((fixture.sync().failed, fixture.source(id).error), (0, None));
    fixture.server.set("/2018.xml", Reply::new(404, ""));
    assert_eq!(fixture.sync().failed, 1);
    let error = fixture.source(id).error.expect("a reason").to_string();
    assert!(error.starts_with("an index of sitemaps, of which none can be read: http://127.0.0.1:"), "{error}");
    assert_eq!(fixture.titles(id).len(), 4);
}

#[test]
fn a_packed_sitemap_is_followed() {
    let fixture = TestLibrary::new();
    let packed = gzip(news(&fixture, &["/news/one", "/news/two"]).as_bytes());
    fixture.server.set("/map.xml.gz", Reply::ok(packed).with("Content-Type", "application/gzip"));
    let (out, error, _) = fixture.run(&["add", &fixture.server.address("/map.xml.gz")]);
    assert!(out.contains("2 releases on the page, found in a news sitemap"), "{out}{error}");
    assert_eq!(fixture.sync().failed, 0);
}

#[test]
fn an_index_is_checked_as_a_file_and_lists_nothing() {
    let fixture = TestLibrary::new();
    let file = fixture.home().join("map.xml");
    std::fs::write(&file, index(&fixture, &["/1.xml", "/2.xml"])).expect("written");
    let file = file.to_string_lossy();
    let (out, _, code) = fixture.run(&["check", &file]);
    assert!(out.contains("index of sitemaps") && out.contains("names 2 sitemaps, to be read from the newest"), "{out}");
    let (one, two) = (out.find("/1.xml").expect("named"), out.find("/2.xml").expect("named"));
    assert!(two < one && code == Some(0), "{out}");
    let (_, error, code) = fixture.run(&["list", &file]);
    assert!(error.contains("found an index of 2 sitemaps (http://"), "{error}");
    assert_eq!(code, Some(2));
}
