//! Subscriptions in the reader: followed, synced, removed, and all of it still there without a network.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tidings::feed::Limits as FeedLimits;
use tidings::library::LibraryPath;
use tidings::net::fetch::{Fetcher, Limits};
use tidings::runtime::sync::{Engine, Subscribed, follow};

use crate::pty::{Session, Start, WIDE};
use crate::server::{Reply, Server};

/// A library in a folder, and the server of what it follows.
struct Desk {
    folder: TempDir,
    server: Option<Server>,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), server: Some(Server::start()) }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("library.db")
    }

    fn start(&self, arguments: &[&str]) -> Start {
        let file = self.file();
        let library = ["--library", file.to_str().expect("UTF-8"), "--read-after", "never"];
        Start::reader(&[arguments, &library].concat())
    }

    fn open(&self) -> Session {
        self.start(&[]).run()
    }

    /// There is no server any more, and no connection is tried.
    fn open_offline(&mut self) -> Session {
        self.server = None;
        self.start(&["--offline"]).run()
    }

    /// Serves a feed and follows it.
    fn follow(&self, path: &str, title: &str, releases: &[String]) {
        self.server().set(path, feed(title, releases));
        let fetcher = Fetcher::within(Limits::default(), &|_| None);
        let engine = Engine::new(LibraryPath::of_file(&self.file()), fetcher, FeedLimits::default());
        let followed = follow(&engine, &self.server().address(path), "", &[]).expect("it is a feed");
        assert!(matches!(followed, Subscribed::Added(..)), "{followed:?}");
    }
}

/// Titles of releases with these numbers.
fn titles(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|n| format!("Release {n}")).collect()
}

/// A feed of releases, the first the newest, each with a page on the server that it comes from.
fn feed(title: &str, releases: &[String]) -> Reply {
    let item = |(at, release): (usize, &String)| {
        format!(
            "<item><guid isPermaLink=\"false\">{title} {release}</guid><title>{release}</title>\
             <link>/{}/{at}</link><description>About {release}.</description></item>",
            title.replace(' ', "-")
        )
    };
    let items: Vec<String> = releases.iter().enumerate().map(item).collect();
    Reply::ok(format!("<rss version=\"2.0\"><channel><title>{title}</title>{}</channel></rss>", items.concat()))
        .with("Content-Type", "application/rss+xml")
}

/// The row of the selected release, where the cursor is, and its text there.
fn selected(session: &Session) -> (usize, String) {
    let screen = session.text();
    let below = screen.lines().position(|line| line.contains('▌'));
    let row = below.unwrap_or_else(|| panic!("nothing is selected in:\n{screen}")) - 1;
    let line = screen.lines().nth(row).unwrap_or_default();
    (row, line.split('│').nth(1).unwrap_or_default().trim().to_owned())
}

/// Closes the list of subscriptions. A key right behind Esc would be another key.
fn close(session: &mut Session) {
    session.send("\x1b");
    session.wait_no_text("─ Subscriptions ─");
}

#[test]
fn from_an_address_to_releases_that_are_read_without_a_network() {
    let mut desk = Desk::new();
    let server = desk.server();
    let page =
        "<!doctype html><title>Ministry</title><link rel=alternate type=application/rss+xml title=News href=/news>
        <link rel=alternate type=application/rss+xml title=Speeches href=/speeches>";
    server.set("/", Reply::ok(page).with("Content-Type", "text/html"));
    server.set("/speeches", feed("Speeches", &titles(1..=9)));
    let address = server.address("/");
    let mut session = desk.open();
    session.wait_text("a subscribe");
    session.wait_text("1 of 10");
    session.type_and_see("a", "Subscribe");
    session.send(&address);
    session.type_and_see("\r", "Feeds of this page");
    session.wait_text("Speeches");
    session.type_and_see("j\r", "RELEASES  9");
    session.wait_text("9 releases · 9 unread");
    session.wait_text("1 of 9");
    // What the sample had is no value any more: one source parts nothing.
    session.wait_no_text("Sources");
    session.type_and_see("/release\r", "9 hits");
    session.type_and_see("jjj", "4 of 9");
    session.type_and_see("s", "starred");
    let before = selected(&session);
    session.quit();
    // As it was left, though nobody answers any more.
    let mut session = desk.open_offline();
    session.wait_text("4 of 9");
    session.wait_text("9 hits");
    assert_eq!(selected(&session), before);
    session.wait_text("About Release 4.");
    session.type_and_see("0/\"release 7\"\r", "1 hit");
    session.wait_text("About Release 7.");
    session.type_and_see("0gs", "1 of 1");
    session.wait_text("About Release 4.");
    session.type_and_see("0r", "tidings is offline");
    session.quit();
}

#[test]
fn a_sync_leaves_the_selection_where_it_stands() {
    let desk = Desk::new();
    desk.follow("/feed", "News", &titles(1..=40));
    let mut session = desk.open();
    session.wait_text("RELEASES  40");
    session.type_and_see(&"j".repeat(24), "25 of 40");
    session.type_and_see("kkkk", "21 of 40");
    let before = selected(&session);
    desk.server().set("/feed", feed("News", &[vec!["Something new".to_owned()], titles(1..=40)].concat()));
    session.type_and_see("r", "1 new release");
    session.wait_text("RELEASES  41");
    session.wait_text("22 of 41");
    assert_eq!(selected(&session), before);
    session.type_and_see("gg", "1 of 41");
    assert!(selected(&session).1.contains("Something new"));
    // Once more: nothing is new, and that is said.
    session.type_and_see("r", "nothing new from 1 source");
    session.quit();
}

#[test]
fn what_fails_says_why_beside_its_source() {
    let desk = Desk::new();
    desk.follow("/good", "Gazette", &titles(1..=3));
    desk.follow("/bad", "Bulletin", &titles(1..=2));
    desk.server().set("/bad", Reply::new(500, ""));
    let mut session = desk.open();
    session.wait_text("unread");
    session.type_and_see("r", "nothing new from 1 source");
    session.wait_text("! Bulletin is broken at its server (500)");
    session.type_and_see("S", "! is broken at its server (500)");
    // It is well again.
    desk.server().set("/bad", feed("Bulletin", &titles(1..=5)));
    session.type_and_see("gg", "Bulletin");
    session.type_and_see("r", "new releases from 1 source");
    session.wait_no_text("is broken at its server");
    close(&mut session);
    session.quit();
}

#[test]
fn a_sync_that_hangs_is_cancelled_and_the_reader_answers_meanwhile() {
    let desk = Desk::new();
    for n in 0..4 {
        desk.follow(&format!("/{n}"), &format!("Source {n}"), &titles(n * 10 + 1..=n * 10 + 5));
    }
    for n in 0..4 {
        desk.server().set(&format!("/{n}"), Reply::ok("").after(Duration::from_secs(600)));
    }
    let mut session = desk.open();
    session.wait_text("RELEASES  20");
    let asked = desk.server().connections();
    session.type_and_see("r", "syncing 0 of 4");
    crate::process::poll("two that hang", || (desk.server().connections() == asked + 2).then_some(()));
    session.type_and_see("jj", "3 of 20");
    session.type_and_see("m", "19 unread");
    session.type_and_see("/release 11\r", "1 hit");
    session.type_and_see("0", "RELEASES  20");
    session.type_and_see("r", "syncing 0 of 4, Esc cancels");
    session.type_and_see("\x1b", "sync cancelled, 0 of 4 done");
    session.type_and_see("gg", "1 of 20");
    assert_eq!(desk.server().connections(), asked + 2, "more was asked for after it was cancelled");
    // The next one waits for nothing of the last one.
    for n in 0..4 {
        let releases = titles(n * 10 + 1..=n * 10 + 6);
        desk.server().set(&format!("/{n}"), feed(&format!("Source {n}"), &releases));
    }
    session.type_and_see("r", "RELEASES  24");
    // Neither does the way out wait for a sync.
    desk.server().set("/0", Reply::ok("").after(Duration::from_secs(600)));
    session.wait_no_text("syncing");
    session.type_and_see("r", "syncing 3 of 4");
    let left = Instant::now();
    session.quit();
    assert!(left.elapsed() < Duration::from_secs(5), "it took {:?}", left.elapsed());
}

#[test]
fn what_is_asked_for_while_a_sync_runs_becomes_part_of_it() {
    let desk = Desk::new();
    for n in 0..4 {
        desk.follow(&format!("/{n}"), &format!("Source {n}"), &titles(n * 10 + 1..=n * 10 + 5));
    }
    desk.server().set("/0", Reply::ok("").after(Duration::from_secs(600)));
    let mut session = desk.open();
    session.wait_text("RELEASES  20");
    let asked = desk.server().log().len();
    session.type_and_see("S", "Subscriptions");
    session.type_and_see("gg", "Source 0");
    session.type_and_see("r", "syncing Source 0");
    close(&mut session);
    session.type_and_see("r", "syncing 3 of 4");
    session.type_and_see("r", "syncing 3 of 4, Esc cancels");
    session.type_and_see("\x1b", "sync cancelled, 3 of 4 done");
    let mut paths = desk.server().paths().split_off(asked);
    paths.sort();
    assert_eq!(paths, ["/0", "/1", "/2", "/3"], "each is asked once");
    session.quit();
}

#[test]
fn a_hundred_pages_of_one_host_open_two_connections() {
    let desk = Desk::new();
    desk.follow("/feed", "News", &titles(1..=100));
    for n in 0..100 {
        desk.server().set(&format!("/News/{n}"), Reply::ok("").after(Duration::from_secs(600)));
    }
    let mut session = desk.open();
    session.wait_text("RELEASES  100");
    let asked = desk.server().connections();
    session.type_and_see(&"xj".repeat(100), "100 of 100");
    crate::process::poll("two that hang", || (desk.server().connections() == asked + 2).then_some(()));
    // What else is done meanwhile needs no more of them.
    session.type_and_see("gg", "1 of 100");
    session.type_and_see("x", "fetching");
    assert_eq!(desk.server().connections(), asked + 2);
    let left = Instant::now();
    session.quit();
    assert!(left.elapsed() < Duration::from_secs(5), "it took {:?}", left.elapsed());
}

#[test]
fn a_schedule_syncs_by_itself_and_another_reader_sees_what_came() {
    let desk = Desk::new();
    desk.follow("/feed", "Gazette", &titles(1..=3));
    let one = desk.open();
    one.wait_text("RELEASES  3");
    desk.server().set("/feed", feed("Gazette", &titles((1..=4).rev())));
    // The first one is due at once.
    let two = desk.start(&["--sync-every", "5m"]).run();
    two.wait_text("RELEASES  4");
    one.wait_text("RELEASES  4");
    one.quit();
    two.quit();
}

#[test]
fn a_subscription_is_removed_and_brought_back_and_what_is_starred_stays() {
    let mut desk = Desk::new();
    desk.follow("/feed", "News", &titles(1..=3));
    desk.follow("/other", "Other", &titles(11..=12));
    let mut session = desk.open();
    session.wait_text("5 releases");
    session.type_and_see("/\"release 2\"\r", "1 hit");
    session.type_and_see("s", "starred");
    session.type_and_see("0S", "Subscriptions");
    session.wait_text("3 of 3");
    session.type_and_see("d", "removed News, starred releases stay; u to undo");
    session.type_and_see("u", "News is back");
    close(&mut session);
    session.wait_text("5 releases");
    session.type_and_see("S", "3 of 3");
    session.type_and_see("d", "removed News");
    close(&mut session);
    session.wait_text("RELEASES  3");
    session.quit();
    let mut session = desk.open_offline();
    session.wait_text("RELEASES  3");
    session.type_and_see("gs", "1 of 1");
    session.wait_text("About Release 2.");
    session.type_and_see("0S", "Other");
    session.wait_for("it alone", |screen| screen.contents().matches("just now").count() == 1);
    close(&mut session);
    session.quit();
}

#[test]
fn the_full_page_is_kept_marked_as_such_and_found() {
    let mut desk = Desk::new();
    desk.follow("/feed", "News", &titles(1..=3));
    let paragraph =
        "Here the whole story of the lighthouse is told, with commas, at length, and in some detail. ".repeat(5);
    let page = format!("<!doctype html><title>x</title><article><h1>x</h1><p>{paragraph}<p>{paragraph}</article>");
    desk.server().set("/News/1", Reply::ok(page).with("Content-Type", "text/html"));
    let mut session = desk.open();
    session.wait_text("RELEASES  3");
    session.type_and_see("x", "is not there (404)");
    session.type_and_see("j", "2 of 3");
    session.type_and_see("x", "the full page is kept");
    session.wait_text("THE FULL PAGE, KEPT ");
    session.wait_text("story of the lighthouse");
    session.type_and_see("/lighthouse\r", "1 hit");
    session.type_and_see("0", "RELEASES  3");
    session.quit();
    let mut session = desk.open_offline();
    session.wait_text("THE FULL PAGE, KEPT ");
    session.type_and_see("/lighthouse\r", "1 hit");
    session.quit();
}

#[test]
fn saved_queries_marks_and_what_was_undone_are_there_after_a_restart() {
    let mut desk = Desk::new();
    desk.follow("/feed", "News", &titles(1..=9));
    let mut session = desk.open();
    session.wait_text("9 releases · 9 unread");
    session.type_and_see("/\"release 3\" OR \"release 4\"\r", "2 hits");
    session.type_and_see("W", "Save this query");
    session.type_and_see("\x15threes\r", "saved as threes: F shows it");
    session.wait_for("it in the filter pane", |screen| {
        let (_, columns) = screen.size();
        assert_eq!(columns.get(), WIDE.0);
        screen.rows(0, 29).any(|row| row.contains("threes") && row.contains('2'))
    });
    // Two are read and one of them is not, after all; one is starred and no longer.
    session.type_and_see("m", "8 unread");
    session.type_and_see("jm", "7 unread");
    session.type_and_see("u", "8 unread");
    session.type_and_see("s", "starred");
    session.type_and_see("u", "undone: starred");
    session.type_and_see("0A", "8 marked read, u to undo");
    session.type_and_see("u", "8 unread");
    session.quit();
    let mut session = desk.open_offline();
    session.wait_text("9 releases · 8 unread");
    session.type_and_see("u", "nothing to undo");
    session.type_and_see("F", "Saved queries");
    session.type_and_see("thr\r", "2 hits");
    session.wait_for("it in the filter pane", |screen| screen.rows(0, 29).any(|row| row.contains("threes")));
    session.type_and_see("0gs", "0 hits");
    session.quit();
}

#[test]
fn the_command_shows_a_bar_with_the_failures_above_it_and_ends_with_control_c() {
    let desk = Desk::new();
    desk.follow("/good", "Gazette", &titles(1..=3));
    desk.follow("/bad", "Bulletin", &titles(1..=3));
    desk.follow("/late", "Journal", &titles(1..=3));
    desk.server().set("/good", feed("Gazette", &titles(0..=3)));
    desk.server().set("/bad", Reply::new(500, ""));
    desk.server().set("/late", Reply::ok("").after(Duration::from_secs(600)));
    let file = desk.file();
    let mut session = Start::reader(&["sync", "--library", file.to_str().expect("UTF-8")]).run();
    session.wait_text("syncing 2 of 3");
    session.wait_for("the failure above the bar", |screen| {
        let text = screen.contents();
        let row = |what: &str| text.lines().position(|line| line.contains(what));
        row("tidings: Bulletin is broken at its server (500)")
            .is_some_and(|failure| Some(failure) < row("syncing 2 of 3"))
    });
    let asked = Instant::now();
    session.send("\x03");
    let end = session.end();
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
    assert_eq!(end.code, 1);
    assert!(end.text.contains("1 new release from 1 source, 1 failed; called off, 1 not asked"), "{}", end.text);
    // What runs to its end leaves nothing of the bar.
    desk.server().set("/late", feed("Journal", &titles(1..=3)));
    let end = Start::reader(&["sync", "--library", file.to_str().expect("UTF-8")]).run().end();
    assert_eq!(end.code, 1);
    let lines: Vec<&str> = end.text.lines().map(str::trim_end).collect();
    let told = ["tidings: Bulletin is broken at its server (500)", "0 new releases from 2 sources, 1 failed"];
    assert_eq!(lines, told);
}
