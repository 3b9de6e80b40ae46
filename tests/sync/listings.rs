//! Web pages and sitemaps that are followed themselves.

use tidings::feed::Rules;
use tidings::library::{Flags, SourceId};
use tidings::release::{Identity, Release};
use tidings::sync::{SubscribeOutcome, ToSubscribe, subscribe_typed};
use tidings::text::CleanBuf;

use crate::server::Reply;
use crate::test_library::TestLibrary;

/// A page that lists these days of June 2020; `head` is in its head.
fn page(head: &str, days: &[u32]) -> Reply {
    let row = |day: &u32| {
        format!(
            "<li><h3><a href='/n/{day}?utm_source=x{}'>The news of day {day}</a></h3> {day} June 2020</li>",
            days.len()
        )
    };
    let rows: String = days.iter().map(row).collect();
    let page = format!("<!doctype html><title>Ministry</title>{head}<main><ul>{rows}</ul></main>");
    Reply::ok(page).with("Content-Type", "text/html").with("ETag", &format!("\"{}\"", days.len()))
}

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

const FEED: &str = "<link rel=alternate type=application/rss+xml href=/feed>";

/// Follows `/news`. Returns how the releases were found, and the subscription.
fn follow(fixture: &TestLibrary, page: bool) -> (String, SourceId) {
    let rules = Rules { page, ..Rules::default() };
    let to_subscribe = ToSubscribe { rules: Some(&rules), ..ToSubscribe::default() };
    let outcome = subscribe_typed(&fixture.engine(), &fixture.server.address("/news"), &to_subscribe);
    let Ok(SubscribeOutcome::AddedPage(name, report, _)) = outcome else { panic!("{outcome:?}") };
    (format!("{name}: {report}"), fixture.library().sources().expect("read")[0].id)
}

fn number(fixture: &TestLibrary, day: u32) -> u64 {
    let url = line(&fixture.server.address(&format!("/n/{day}")));
    Identity::from(&Release { url, title: line("x"), ..Release::default() }).number()
}

#[test]
fn a_page_without_a_feed_is_followed_and_marks_are_found_again_by_link() {
    let fixture = TestLibrary::new();
    fixture.server.set("/news", page("", &[3, 2, 1]));
    let (found, id) = follow(&fixture, false);
    assert_eq!(found, "Ministry: found in a repeated list · all dated · confidence: high");
    assert_eq!(fixture.source(id).rules.to_string(), "--page");
    let key = fixture.source(id).key;
    fixture.library().mark(Flags::READ, true, [(key.as_str(), number(&fixture, 2))]).expect("written");
    assert_eq!(fixture.library().totals().expect("read")[&id], (3, 2));
    // Its link has another campaign parameter now.
    fixture.server.set("/news", page("", &[5, 4, 3, 2]));
    let (out, _, _) = fixture.run(&["sync"]);
    assert!(out.starts_with("Ministry: 2 new of 4 on the page\n"), "{out}");
    assert_eq!(fixture.library().totals().expect("read")[&id], (5, 4));
    assert_eq!(fixture.server.log()[1].header("accept"), Some("text/html, application/xhtml+xml;q=0.9, */*;q=0.5"));
    assert_eq!(fixture.server.log()[1].header("if-none-match"), Some("\"3\""));
}

#[test]
fn a_page_that_is_no_longer_a_list_loses_nothing() {
    let fixture = TestLibrary::new();
    fixture.server.set("/news", page("", &[3, 2, 1]));
    let (_, id) = follow(&fixture, false);
    fixture
        .server
        .set("/news", Reply::ok("<!doctype html><title>Ministry</title><div id=app></div><script src=/x></script>"));
    fixture.sync();
    let error = fixture.source(id).error.unwrap_or_default();
    assert!(
        error
            .as_str()
            .starts_with("no longer a page that lists releases: not a listing page: found a page that a script fills"),
        "{error}"
    );
    assert!(error.as_str().ends_with("; the stored releases stay"), "{error}");
    assert_eq!(fixture.titles(id).len(), 3);
    fixture.server.set("/news", page("", &[4, 3]));
    assert_eq!((fixture.sync().fresh, fixture.source(id).error), (1, None));
}

#[test]
fn a_page_that_names_a_feed_leads_there_unless_the_page_is_wanted() {
    let fixture = TestLibrary::new();
    fixture.server.set("/news", page(FEED, &[3, 2, 1]));
    fixture.server.set("/feed", Reply::ok(crate::test_library::feed("News", &[("1", "One")])));
    let address = fixture.server.address("/news");
    assert_eq!(fixture.run(&["add", &address]).0, "subscribed to News (1 release)\n");
    let (out, _, _) = fixture.run(&["add", "--page", &address]);
    let expected =
        "subscribed to Ministry (3 releases on the page, found in a repeated list · all dated · confidence: high)\n";
    assert_eq!(out, expected);
    assert!(fixture.run(&["add", &address]).0.starts_with("already subscribed"), "the page is known now");
    assert_eq!(fixture.sync().failed, 0);
    // A feed stays a feed.
    fixture.server.set("/other", Reply::ok(crate::test_library::feed("Other", &[("1", "One")])));
    assert_eq!(
        fixture.run(&["add", "--page", &fixture.server.address("/other")]).0,
        "subscribed to Other (1 release)\n"
    );
    let (feeds, _, _) = fixture.run(&["feeds"]);
    assert_eq!(feeds.matches("read with --page").count(), 1, "{feeds}");
}

#[test]
fn a_news_sitemap_is_followed() {
    let fixture = TestLibrary::new();
    let url = |day: u32| {
        format!(
            "<url><loc>https://a.example/{day}</loc><news:news><news:publication_date>2020-06-0{day}</news:publication_date>
             <news:title>The news of day {day}</news:title></news:news></url>"
        )
    };
    let sitemap = format!("<?xml version='1.0'?><urlset xmlns:news='n'>{}{}</urlset>", url(1), url(2));
    fixture.server.set("/news", Reply::ok(sitemap).with("Content-Type", "application/xml"));
    let (found, id) = follow(&fixture, false);
    assert_eq!(found, "127.0.0.1: found in a news sitemap · all dated · confidence: high");
    assert_eq!(
        (fixture.sync().failed, fixture.titles(id)),
        (0, vec!["The news of day 2".to_owned(), "The news of day 1".to_owned()])
    );
}

#[test]
fn a_page_that_lists_nothing_says_what_was_looked_for() {
    let fixture = TestLibrary::new();
    fixture.server.set("/news", Reply::ok("<!doctype html><title>Ministry</title><p>Welcome to the ministry."));
    let (_, error, code) = fixture.run(&["add", &fixture.server.address("/news")]);
    assert!(error.contains("web page without a feed, and not a listing page: found "), "{error}");
    assert!(error.contains("tidings looks for JSON-LD"), "{error}");
    assert_eq!(code, Some(1));
    assert!(!fixture.place().path().exists());
}

/// A page of these days in June 2020, whose pager links to pages of these numbers.
fn numbered(days: &[u32], numbers: &[u32]) -> Reply {
    let row = |day: &u32| format!("<li><h3><a href=/n/{day}>The news of day {day}</a></h3> {day} June 2020</li>");
    let link = |number: &u32| format!("<a href='/news/page/{number}/'>{number}</a> ");
    let (rows, links): (String, String) = (days.iter().map(row).collect(), numbers.iter().map(link).collect());
    Reply::ok(format!(
        "<!doctype html><title>Ministry</title><main><ul>{rows}</ul><div class=pager>{links}</div></main>"
    ))
}

#[test]
fn the_next_pages_of_a_list_are_followed() {
    let fixture = TestLibrary::new();
    fixture.server.set("/news/", numbered(&[9, 8, 7], &[2, 3, 9]));
    fixture.server.set("/news/page/2/", numbered(&[6, 5, 4], &[1, 3]));
    fixture.server.set("/news/page/3/", numbered(&[3, 2, 1], &[1, 2]));
    fixture.run(&["add", &fixture.server.address("/news/")]);
    let (out, _, code) = fixture.run(&["sync", "--back=1"]);
    assert!(
        out.contains("Ministry: past page 1: 3 new\nMinistry: 3 new, 1 past page; more with --back again\n"),
        "{out}"
    );
    assert_eq!(code, Some(0));
    let (out, _, _) = fixture.run(&["sync", "--back"]);
    assert!(out.contains("Ministry: 3 new, 1 past page\n"), "{out}");
    let id = fixture.library().sources().expect("read")[0].id;
    assert_eq!(fixture.titles(id).len(), 9);
    // A site that answers each number with its last page, and counts on.
    fixture.server.set("/news/page/3/", numbered(&[3, 2, 1], &[4]));
    fixture.server.set("/news/page/4/", numbered(&[3, 2, 1], &[5]));
    let (out, _, _) = fixture.run(&["sync", "--back"]);
    assert!(out.contains("3 past pages; the last one leads back to an earlier one"), "{out}");
}

#[test]
fn selectors_are_kept_for_a_page_and_checked_at_each_sync() {
    let fixture = TestLibrary::new();
    let page = |class: &str| {
        let row = |n: u32| {
            format!(
                "<div class={class}><a href=/more/{n}>Read all of this most interesting text</a><b>Title {n} of the page</b>
                 <i>{n} May 2024</i><u>Sport</u></div>"
            )
        };
        Reply::ok(format!("<!doctype html><title>Ministry</title><main>{}{}{}</main>", row(1), row(2), row(3)))
    };
    fixture.server.set("/news", page("x"));
    let address = fixture.server.address("/news");
    let selects = ["--select", "items=div.x", "--select", "title=.x > b", "--select", "date=i", "--select", "topic=u"];
    let add = |selects: &[&str]| fixture.run(&[&["add"], selects, &[address.as_str()]].concat());
    let (_, error, code) = add(&["--select", "items=div.y"]);
    assert_eq!(
        (error, code),
        (format!("tidings: {address}: --select items=div.y: nothing found on the page\n"), Some(1))
    );
    let (_, error, _) = add(&["--select", "items=div.x", "--select", "date=title"]);
    assert!(error.ends_with("--select date=title: found on the page, but in none of its 3 entries\n"), "{error}");
    let (_, error, code) = add(&["--select", "items=div["]);
    assert!(error.contains("`div[` is not a CSS selector") && code == Some(2), "{error}");
    let (out, error, _) = add(&selects);
    assert_eq!(
        out,
        "subscribed to Ministry (3 releases on the page, found in what --select finds · all dated · confidence: high)\n",
        "{error}"
    );
    let (out, _, _) = fixture.run(&["list", "--columns", "date,topic,title", "--format", "tsv"]);
    assert!(out.contains("2024-05-03\tSport\tTitle 3 of the page"), "{out}");
    let (out, _, _) = fixture.run(&["feeds"]);
    let rules = "read with --page --select items=div.x --select 'title=.x > b' --select date=i --select topic=u\n";
    assert!(out.contains(rules), "{out}");
    // The page is redesigned: nothing is guessed.
    fixture.server.set("/news", page("y"));
    fixture.sync();
    let source = fixture.library().sources().expect("read").remove(0);
    assert_eq!(source.error.unwrap_or_default().as_str(), "--select items=div.x: nothing found on the page");
    assert_eq!(fixture.titles(source.id).len(), 3);
    let (_, error, code) = add(&["--select", "items=div.y", "--select", "title=b"]);
    assert_eq!((error.as_str(), code), ("", Some(0)));
    assert_eq!((fixture.sync().failed, fixture.titles(source.id).len()), (0, 3));
    // A feed is no page.
    fixture.server.set("/feed", Reply::ok(crate::test_library::feed("News", &[("1", "One")])));
    let (_, error, _) = fixture.run(&["add", "--select", "items=li", &fixture.server.address("/feed")]);
    assert!(error.contains("a feed, not a web page; --select is for web pages"), "{error}");
}
