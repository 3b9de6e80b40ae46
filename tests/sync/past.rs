//! Past pages: `tidings sync --back`, which follows archives and next pages.

use std::process::{Command, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tidings::library::{Flags, SourceId};
use tidings::net::fetch::Limits;
use tidings::sync::WalkEnd;

use crate::server::Reply;
use crate::test_library::{LIMITS, TestLibrary, feed, now, sync_with};
use crate::walk::{back, paths_since, sorted, walk};

/// A feed of some releases whose head names an older page.
fn page(releases: &[&str], relation: &str, older: &str) -> String {
    let releases: Vec<(&str, &str)> = releases.iter().map(|id| (*id, *id)).collect();
    let link =
        if older.is_empty() { String::new() } else { format!("<atom:link rel=\"{relation}\" href=\"{older}\"/>") };
    feed("News", &releases).replacen("</title>", &format!("</title>{link}"), 1)
}

/// A feed at `/feed` with two releases on each of four pages, and its subscription.
fn archive() -> (TestLibrary, SourceId) {
    let fixture = TestLibrary::new();
    let pages = [
        ("/feed", page(&["8", "7"], "prev-archive", "/2")),
        ("/2", page(&["6", "5"], "prev-archive", "/3")),
        ("/3", page(&["4", "3"], "prev-archive", "/4")),
        ("/4", page(&["2", "1"], "", "")),
    ];
    for (path, page) in pages {
        fixture.server.set(path, Reply::ok(page).with("ETag", &format!("\"{path}\"")));
    }
    let id = fixture.follow_paths(&["/feed"])[0];
    (fixture, id)
}

#[test]
fn the_archives_of_a_feed_become_releases_and_the_newest_page_keeps_its_validators() {
    let (fixture, id) = archive();
    let (progress, walked) = walk(&fixture, 100);
    assert_eq!((progress.done, progress.failed, progress.fresh, progress.past_pages), (1, 0, 8, 3));
    assert_eq!((walked, progress.has_more), (Some((3, WalkEnd::Whole)), false));
    assert_eq!(sorted(&fixture, id), "1 2 3 4 5 6 7 8");
    let source = fixture.source(id);
    assert_eq!((source.etag.as_deref(), source.address), (Some("\"/feed\""), fixture.source(id).address));
    // The newest page is unchanged, so it is asked for what it names.
    let asked = fixture.server.log().len();
    let (progress, walked) = walk(&fixture, 100);
    assert_eq!((progress.fresh, walked), (0, Some((3, WalkEnd::Whole))));
    assert_eq!(paths_since(&fixture, asked), "/feed /feed /2 /3 /4");
    let log = fixture.server.log().split_off(asked);
    let sent: Vec<_> = log.iter().map(|seen| seen.header("if-none-match")).collect();
    assert_eq!(sent, [Some("\"/feed\""), None, None, None, None]);
    // Without --back nothing but the newest page is asked for.
    let asked = fixture.server.log().len();
    fixture.sync();
    assert_eq!(paths_since(&fixture, asked), "/feed");
}

#[test]
fn marks_of_past_releases_are_found_again_and_stored_ones_stay_as_they_are() {
    let (fixture, id) = archive();
    fixture.mark(id, "1", Flags::STARRED);
    walk(&fixture, 100);
    assert_eq!(fixture.library().totals().expect("read")[&id], (8, 8));
    let (out, _, _) = fixture.run(&["list", "-q", "is:starred", "--columns", "title", "--format", "tsv"]);
    assert!(out.contains('1') && out.lines().count() <= 2, "{out}");
    // An archive with the first version of a release that was corrected since.
    let corrected = page(&["8"], "prev-archive", "/2").replace("<title>8</title>", "<title>8, corrected</title>");
    fixture.server.set("/feed", Reply::ok(corrected));
    fixture.server.set("/2", Reply::ok(page(&["8", "5"], "", "")));
    assert_eq!(walk(&fixture, 100).0.fresh, 0);
    assert!(fixture.titles(id).contains(&"8, corrected".to_owned()));
    // Nothing of it expires before the time that is kept has passed since it was fetched.
    assert_eq!(fixture.library().expire(Some(now() - 60), 0).expect("written"), 0);
}

#[test]
fn each_run_goes_on_where_the_limit_stopped_the_last_one() {
    let (fixture, id) = archive();
    for (limit, ended, titles) in
        [(1, WalkEnd::Limit, "5 6 7 8"), (1, WalkEnd::Limit, "3 4 5 6 7 8"), (1, WalkEnd::Whole, "1 2 3 4 5 6 7 8")]
    {
        let (progress, walked) = walk(&fixture, limit);
        assert_eq!((walked, progress.has_more), (Some((1, ended)), ended == WalkEnd::Limit), "{titles}");
        assert_eq!(sorted(&fixture, id), titles);
    }
    assert_eq!(fixture.server.paths().join(" "), "/feed /2 /feed /3 /feed /4");
}

#[test]
fn a_loop_and_a_page_that_names_itself_end_the_walk() {
    let (fixture, id) = archive();
    fixture.server.set("/4", Reply::ok(page(&["2", "1"], "next", "/2#again")));
    let (progress, walked) = walk(&fixture, 100);
    assert_eq!((progress.failed, walked), (0, Some((3, WalkEnd::Loop))));
    assert_eq!(sorted(&fixture, id), "1 2 3 4 5 6 7 8");
    // One page a run: the pages of earlier runs are remembered.
    let ends: Vec<_> = (0..3).map(|_| walk(&fixture, 1).1).collect();
    assert_eq!(ends, [WalkEnd::Limit, WalkEnd::Limit, WalkEnd::Loop].map(|end| Some((1, end))));
    for (older, pages) in [("/feed", 0), ("/feed#x", 0), ("/5", 1)] {
        fixture.server.set("/feed", Reply::ok(page(&["8"], "next", older)));
        fixture.server.set("/5", Reply::ok(page(&["0"], "next", "/5")));
        let (progress, walked) = walk(&fixture, 100);
        assert_eq!((progress.failed, walked), (0, Some((pages, WalkEnd::Loop))), "{older}");
    }
}

#[test]
fn a_page_without_news_does_not_end_the_walk() {
    let (fixture, id) = archive();
    fixture.server.set("/2", Reply::ok(page(&["8", "7"], "next", "/3")));
    fixture.server.set("/3", Reply::ok(page(&[], "next", "4")));
    let (progress, walked) = walk(&fixture, 100);
    assert_eq!((progress.fresh, walked), (4, Some((3, WalkEnd::Whole))));
    assert_eq!(sorted(&fixture, id), "1 2 7 8");
}

#[test]
fn a_page_that_is_gone_ends_the_walk_and_what_came_before_stays() {
    let (fixture, id) = archive();
    fixture.sync();
    fixture.server.set("/3", Reply::new(404, ""));
    let (out, _, code) = fixture.run(&["sync", "--back"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines,
        [
            "past issues: at most 100 pages of each subscription, or of its site's news sitemaps; Ctrl-C cancels",
            "News: past page 1: 2 new",
            "News: past page 2: not found (404); the next run begins anew",
            "2 new releases from 0 sources, 1 past page, 1 failed",
        ]
    );
    assert_eq!((code, sorted(&fixture, id).as_str()), (Some(1), "5 6 7 8"));
    assert_eq!((fixture.source(id).error, fixture.source(id).failures), (None, 0), "the feed itself is well");
    // It is back: the walk has begun anew.
    let asked = fixture.server.log().len();
    fixture.server.set("/3", Reply::ok(page(&["4", "3"], "prev-archive", "/4")));
    let (out, _, code) = fixture.run(&["sync", "--back=50", "news"]);
    assert!(out.contains("News: 4 new, 3 past pages\n"), "{out}");
    assert_eq!((code, paths_since(&fixture, asked).as_str()), (Some(0), "/feed /feed /2 /3 /4"));
}

#[test]
fn a_server_that_asks_for_a_pause_is_left_alone_and_the_walk_goes_on_there() {
    let (fixture, id) = archive();
    fixture.server.set("/3", Reply::new(429, "").with("Retry-After", "3600"));
    let (progress, _) = walk(&fixture, 100);
    assert_eq!((progress.failed, progress.fresh, progress.has_more), (1, 4, true));
    let (_, reason) = progress.first_error.expect("a reason");
    assert_eq!(reason.as_str(), "past page 2: the server asks to wait 60 minutes (429); the next run continues there");
    let asked = fixture.server.log().len();
    walk(&fixture, 100);
    assert_eq!(paths_since(&fixture, asked), "", "the host is in a pause");
    fixture.execute(&format!("UPDATE pauses SET until = {}", now() - 1));
    fixture.server.set("/3", Reply::ok(page(&["4", "3"], "prev-archive", "/4")));
    assert_eq!(walk(&fixture, 100).1, Some((2, WalkEnd::Whole)));
    assert_eq!(
        (paths_since(&fixture, asked).as_str(), sorted(&fixture, id).as_str()),
        ("/feed /3 /4", "1 2 3 4 5 6 7 8")
    );
}

#[test]
fn a_page_at_another_host_gets_no_password_and_must_not_be_private() {
    let fixture = TestLibrary::new();
    let engine = || fixture.engine_with(fixture.internet(&["news.example", "old.example"], LIMITS));
    let older = fixture.at("old.example", "/2");
    fixture.server.set("/feed", Reply::ok(page(&["4"], "next", &older)));
    fixture.server.set("/2", Reply::ok(page(&["3"], "next", &fixture.server.address("/3"))));
    fixture.server.set("/3", Reply::ok(page(&["2"], "", "")));
    let address = fixture.at("news.example", "/feed").replacen("http://", "http://ana:word@", 1);
    let id = fixture.subscribe(&[&address])[0];
    let progress = sync_with(&engine(), &back(9));
    assert_eq!((progress.failed, progress.fresh, sorted(&fixture, id).as_str()), (1, 2, "3 4"));
    let (_, reason) = progress.first_error.expect("a reason");
    assert!(reason.as_str().ends_with("is in a private network; the next run begins anew"), "{reason}");
    let sent: Vec<bool> = fixture.server.log().iter().map(|seen| seen.header("authorization").is_some()).collect();
    assert_eq!(sent, [true, false], "the name and the password go to their host alone");
    // At its own host they are sent.
    fixture.server.set("/feed", Reply::ok(page(&["4"], "next", "/5")));
    fixture.server.set("/5", Reply::ok(page(&["1"], "", "")));
    let asked = fixture.server.log().len();
    assert_eq!(sync_with(&engine(), &back(9)).failed, 0);
    assert!(fixture.server.log().split_off(asked).iter().all(|seen| seen.header("authorization").is_some()));
}

#[test]
fn the_next_page_of_a_json_feed_is_followed() {
    let fixture = TestLibrary::new();
    let json = |id: &str, next: &str| {
        format!(
            r#"{{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{{"id":"{id}","title":"{id}"}}],"next_url":"{next}"}}"#
        )
    };
    fixture.server.set("/feed", Reply::ok(json("3", &fixture.server.address("/2"))));
    fixture.server.set("/2", Reply::ok(json("2", "/3")));
    fixture.server.set("/3", Reply::ok(json("1", "ftp://a.invalid/")));
    let id = fixture.follow_paths(&["/feed"])[0];
    assert_eq!(walk(&fixture, 9).1, Some((2, WalkEnd::Whole)));
    assert_eq!(sorted(&fixture, id), "1 2 3");
}

#[test]
fn a_killed_run_is_continued_at_the_page_that_it_waited_for() {
    let (fixture, id) = archive();
    let third = Reply::ok(page(&["4", "3"], "prev-archive", "/4"));
    fixture.server.set("/3", third.clone().after(LIMITS.whole * 20));
    let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(["sync", "--back", "--library"])
        .arg(fixture.place().path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    fixture.server.wait_for_requests(3);
    kill_process(Pid::from_child(&child), Signal::KILL).expect("it runs");
    child.wait().expect("a child");
    assert_eq!(sorted(&fixture, id), "5 6 7 8");
    fixture.server.set("/3", third);
    let asked = fixture.server.log().len();
    assert_eq!(walk(&fixture, 100).1, Some((2, WalkEnd::Whole)));
    assert_eq!(paths_since(&fixture, asked), "/feed /3 /4");
    assert_eq!(sorted(&fixture, id), "1 2 3 4 5 6 7 8");
}

#[test]
fn a_cancelled_walk_keeps_what_came_and_its_place() {
    let (fixture, id) = archive();
    fixture.server.set("/2", Reply::ok(page(&["6", "5"], "prev-archive", "/hang")));
    let engine = fixture.engine_with(fixture.internet::<&str>(&[], Limits::default()));
    thread::scope(|scope| {
        let sync = scope.spawn(|| sync_with(&engine, &back(100)));
        fixture.server.wait_for_requests(3);
        engine.cancel();
        let progress = sync.join().expect("no panic");
        assert_eq!((progress.done, progress.all, progress.failed, progress.fresh), (0, 1, 0, 4));
    });
    assert_eq!(sorted(&fixture, id), "5 6 7 8");
    let next = fixture.library().next_page(fixture.source(id).key.as_str()).expect("read").expect("a page");
    assert!(next.address.ends_with("/hang"), "{next:?}");
}

#[test]
fn a_feed_without_past_pages_says_so_and_an_account_has_none() {
    let fixture = TestLibrary::new();
    fixture.server.set("/feed", Reply::ok(feed("News", &[("1", "One")])));
    fixture.follow_paths(&["/feed"]);
    fixture.sync();
    let (out, _, code) = fixture.run(&["sync", "--back=1"]);
    assert_eq!(
        out,
        "past issues: at most 1 page of each subscription, or of its site's news sitemaps; Ctrl-C cancels\n\
         News: 0 new, no past pages: it names none, and its links share no section of a site\n0 new releases from 1 source\n"
    );
    assert_eq!(code, Some(0));
    for wrong in ["--back=0", "--back=x"] {
        assert_eq!(fixture.run(&["sync", wrong]).2, Some(2), "{wrong}");
    }
}
