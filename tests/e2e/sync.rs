//! Subscriptions in the reader: adding, syncing and removing them, and reading offline.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tidings::feed::Limits as FeedLimits;
use tidings::library::{Edit, Library, LibraryPath, SavedQuery};
use tidings::net::fetch::{Fetcher, Limits};
use tidings::sync::{Engine, SubscribeOutcome, subscribe};

use crate::pty::{Session, Start, WIDE};
use crate::server::{Reply, Server};

/// A library in a folder, and the server of its feeds.
struct TestLibrary {
    folder: TempDir,
    server: Option<Server>,
}

impl TestLibrary {
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
        let options = ["--library", file.to_str().expect("UTF-8"), "--read-after", "never"];
        Start::reader(&[arguments, &options].concat())
    }

    fn open(&self) -> Session {
        self.start(&[]).run()
    }

    /// Opens the reader after the server has gone; no connection is attempted.
    fn open_offline(&mut self) -> Session {
        self.server = None;
        self.start(&["--offline"]).run()
    }

    /// Serves a feed and subscribes to it.
    fn subscribe(&self, path: &str, title: &str, releases: &[String]) {
        self.server().set(path, feed(title, releases));
        let fetcher = Fetcher::within(Limits::default(), &|_| None);
        let engine = Engine::new(LibraryPath::of_file(&self.file()), fetcher, FeedLimits::default());
        let followed = subscribe(&engine, &self.server().address(path), "", &[], None).expect("it is a feed");
        assert!(matches!(followed, SubscribeOutcome::Added(..)), "{followed:?}");
    }
}

/// Returns titles of releases with these numbers.
fn titles(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|n| format!("Release {n}")).collect()
}

/// Returns a feed of releases, newest first, each with a page on the same server.
fn feed(title: &str, releases: &[String]) -> Reply {
    served(document(title, releases))
}

fn served(document: String) -> Reply {
    Reply::ok(document).with("Content-Type", "application/rss+xml")
}

fn document(title: &str, releases: &[String]) -> String {
    let item = |(at, release): (usize, &String)| {
        format!(
            "<item><guid isPermaLink=\"false\">{title} {release}</guid><title>{release}</title>\
             <link>/{}/{at}</link><description>About {release}.</description></item>",
            title.replace(' ', "-")
        )
    };
    let items: Vec<String> = releases.iter().enumerate().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>{title}</title>{}</channel></rss>", items.concat())
}

/// Returns the screen row of the selected release, where the cursor is, and its text.
fn selected(session: &Session) -> (usize, String) {
    let screen = session.text();
    let below = screen.lines().position(|line| line.contains('▌'));
    let row = below.unwrap_or_else(|| panic!("nothing is selected in:\n{screen}")) - 1;
    let line = screen.lines().nth(row).unwrap_or_default();
    (row, line.split('│').nth(1).unwrap_or_default().trim().to_owned())
}

/// Closes the subscriptions. A key right after Esc would be read as another key.
fn close(session: &mut Session) {
    session.send("\x1b");
    session.wait_no_text("─ Subscriptions ─");
}

#[test]
fn a_feed_is_subscribed_by_address_and_read_offline() {
    let mut library = TestLibrary::new();
    let server = library.server();
    let page =
        "<!doctype html><title>Ministry</title><link rel=alternate type=application/rss+xml title=News href=/news>
        <link rel=alternate type=application/rss+xml title=Speeches href=/speeches>";
    server.set("/", Reply::ok(page).with("Content-Type", "text/html"));
    server.set("/speeches", feed("Speeches", &titles(1..=9)));
    let address = server.address("/");
    let mut session = library.open();
    session.wait_text("a subscribes");
    session.wait_selected("1 of 10");
    session.type_and_see("a", "Subscribe");
    session.send(&address);
    session.type_and_see("\r", "Feeds of this page");
    session.wait_text("Speeches");
    session.type_and_see("j\r", "RELEASES  9");
    // The form, which ignores keys, may close after the list has changed.
    session.wait_text("subscribed to Speeches");
    session.wait_text("  9 unread");
    session.wait_selected("1 of 9");
    // With a single source there is no source filter.
    session.wait_no_text("Sources");
    session.type_and_see("/release\r", "RELEASES  9 of");
    session.type_and_select("jjj", "4 of 9");
    session.type_and_see("s", "starred");
    let before = selected(&session);
    session.quit();
    // The session is restored without any server.
    let mut session = library.open_offline();
    session.wait_selected("4 of 9");
    session.wait_text("RELEASES  9 of");
    assert_eq!(selected(&session), before);
    session.wait_text("About Release 4.");
    session.type_and_see("0/\"release 7\"\r", "RELEASES  1 of");
    session.wait_text("About Release 7.");
    session.type_and_select("0gs", "1 of 1");
    session.wait_text("About Release 4.");
    session.type_and_see("0r", "offline: nothing is fetched");
    session.quit();
}

#[test]
fn a_sync_keeps_the_selection_in_place() {
    let library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=40));
    let mut session = library.open();
    session.wait_text("RELEASES  40");
    session.type_and_select(&"j".repeat(24), "25 of 40");
    session.type_and_select("kkkk", "21 of 40");
    let before = selected(&session);
    library.server().set("/feed", feed("News", &[vec!["Something new".to_owned()], titles(1..=40)].concat()));
    session.type_and_see("r", "1 new release");
    session.wait_text("RELEASES  41");
    session.wait_selected("22 of 41");
    assert_eq!(selected(&session), before);
    session.type_and_select("gg", "1 of 41");
    assert!(selected(&session).1.contains("Something new"));
    // A second sync finds nothing new, and says so.
    session.type_and_see("r", "nothing new from 1 source");
    session.quit();
}

#[test]
fn a_changed_text_is_marked_found_and_compared() {
    let library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=3));
    let mut session = library.open();
    session.wait_text("RELEASES  3");
    let edited = document("News", &titles(1..=3)).replace("About Release 2.", "All about Release 2.");
    library.server().set("/feed", served(edited));
    session.type_and_see("r", "nothing new from 1 source");
    session.wait_text("~");
    session.type_and_see("/is:changed\r", "1 of 3");
    session.wait_text("Changed");
    session.type_and_see("c", "[-About-] {+All about+} Release 2.");
    session.type_and_see("c", "2 of 2: first version");
    session.send("\x1b");
    session.wait_no_text("first version");
    session.quit();
}

#[test]
fn a_failure_is_shown_beside_its_source() {
    let library = TestLibrary::new();
    library.subscribe("/good", "Gazette", &titles(1..=3));
    library.subscribe("/bad", "Bulletin", &titles(1..=2));
    library.server().set("/bad", Reply::new(500, ""));
    let mut session = library.open();
    session.wait_text("unread");
    session.type_and_see("r", "nothing new from 1 source");
    session.wait_text("! Bulletin: server error (500)");
    session.type_and_see("S", "! server error (500)");
    // The feed is valid again.
    library.server().set("/bad", feed("Bulletin", &titles(1..=5)));
    session.type_and_see("gg", "Bulletin");
    session.type_and_see("r", "3 new releases");
    session.wait_no_text("server error");
    close(&mut session);
    session.quit();
}

#[test]
fn a_hanging_sync_can_be_cancelled_and_does_not_block_the_reader() {
    let library = TestLibrary::new();
    for n in 0..4 {
        library.subscribe(&format!("/{n}"), &format!("Source {n}"), &titles(n * 10 + 1..=n * 10 + 5));
    }
    for n in 0..4 {
        library.server().set(&format!("/{n}"), Reply::ok("").after(Duration::from_secs(600)));
    }
    let mut session = library.open();
    session.wait_text("RELEASES  20");
    let asked = library.server().connections();
    session.type_and_see("r", "syncing 0 of 4");
    crate::process::poll("two hanging connections", || (library.server().connections() == asked + 2).then_some(()));
    session.type_and_select("jj", "3 of 20");
    session.type_and_see("m", "19 unread");
    session.type_and_see("/release 11\r", "RELEASES  1 of");
    session.type_and_see("0", "RELEASES  20");
    session.type_and_see("r", "syncing 0 of 4, Esc cancels");
    session.type_and_see("\x1b", "sync cancelled; 0 of 4 done");
    session.type_and_select("gg", "1 of 20");
    assert_eq!(library.server().connections(), asked + 2, "requests were sent after the cancellation");
    // The next sync does not wait for the cancelled one.
    for n in 0..4 {
        let releases = titles(n * 10 + 1..=n * 10 + 6);
        library.server().set(&format!("/{n}"), feed(&format!("Source {n}"), &releases));
    }
    session.type_and_see("r", "RELEASES  24");
    // Quitting does not wait for a sync either.
    library.server().set("/0", Reply::ok("").after(Duration::from_secs(600)));
    session.wait_no_text("syncing");
    session.type_and_see("r", "syncing 3 of 4");
    let left = Instant::now();
    session.quit();
    assert!(left.elapsed() < Duration::from_secs(5), "it took {:?}", left.elapsed());
}

#[test]
fn a_sync_requested_while_one_runs_joins_it() {
    let library = TestLibrary::new();
    for n in 0..4 {
        library.subscribe(&format!("/{n}"), &format!("Source {n}"), &titles(n * 10 + 1..=n * 10 + 5));
    }
    library.server().set("/0", Reply::ok("").after(Duration::from_secs(600)));
    let mut session = library.open();
    session.wait_text("RELEASES  20");
    let asked = library.server().log().len();
    session.type_and_see("S", "Subscriptions");
    session.type_and_see("gg", "Source 0");
    session.type_and_see("r", "syncing Source 0");
    close(&mut session);
    session.type_and_see("r", "syncing 3 of 4");
    session.type_and_see("r", "syncing 3 of 4, Esc cancels");
    session.type_and_see("\x1b", "sync cancelled; 3 of 4 done");
    let mut paths = library.server().paths().split_off(asked);
    paths.sort();
    assert_eq!(paths, ["/0", "/1", "/2", "/3"], "each feed is requested once");
    session.quit();
}

#[test]
fn a_hundred_pages_of_one_host_open_two_connections() {
    let library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=100));
    for n in 0..100 {
        library.server().set(&format!("/News/{n}"), Reply::ok("").after(Duration::from_secs(600)));
    }
    let mut session = library.open();
    session.wait_text("RELEASES  100");
    let asked = library.server().connections();
    session.type_and_select(&"xj".repeat(100), "100 of 100");
    crate::process::poll("two hanging connections", || (library.server().connections() == asked + 2).then_some(()));
    // Other work needs no further connections.
    session.type_and_select("gg", "1 of 100");
    session.type_and_see("x", "fetching");
    assert_eq!(library.server().connections(), asked + 2);
    let left = Instant::now();
    session.quit();
    assert!(left.elapsed() < Duration::from_secs(5), "it took {:?}", left.elapsed());
}

#[test]
fn a_scheduled_sync_is_seen_by_another_reader() {
    let library = TestLibrary::new();
    library.subscribe("/feed", "Gazette", &titles(1..=3));
    let one = library.open();
    one.wait_text("RELEASES  3");
    library.server().set("/feed", feed("Gazette", &titles((1..=4).rev())));
    // The first scheduled sync starts at once.
    let two = library.start(&["--sync-every", "5m"]).run();
    two.wait_text("RELEASES  4");
    one.wait_text("RELEASES  4");
    one.quit();
    two.quit();
}

#[test]
fn a_removed_subscription_is_restored_and_its_starred_releases_are_kept() {
    let mut library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=3));
    library.subscribe("/other", "Other", &titles(11..=12));
    let mut session = library.open();
    session.wait_text("RELEASES  5");
    session.type_and_see("/\"release 2\"\r", "RELEASES  1 of");
    session.type_and_see("s", "starred");
    session.type_and_see("0S", "Subscriptions");
    session.wait_selected("3 of 3");
    session.type_and_see("d", "unsubscribed from News; u to undo; starred releases stay");
    session.type_and_see("u", "undone: unsubscribed from News");
    close(&mut session);
    session.wait_text("RELEASES  5");
    session.type_and_see("S", "3 of 3");
    session.type_and_see("d", "unsubscribed from News");
    close(&mut session);
    session.wait_text("RELEASES  3");
    session.quit();
    let mut session = library.open_offline();
    session.wait_text("RELEASES  3");
    session.type_and_select("gs", "1 of 1");
    session.wait_text("About Release 2.");
    session.type_and_see("0S", "Other");
    session.wait_for("a single subscription", |screen| screen.contents().matches("just now").count() == 1);
    close(&mut session);
    session.quit();
}

#[test]
fn edits_of_an_earlier_session_are_undone_unless_another_reader_has_overtaken_them() {
    let mut library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=3));
    let mut session = library.open_offline();
    session.wait_text("RELEASES  3");
    session.type_and_see("S", "just now");
    session.type_and_see("p", "paused News");
    session.type_and_see("R\x15Gazette\r", "renamed to Gazette");
    session.type_and_see("d", "unsubscribed from Gazette");
    close(&mut session);
    session.wait_text("RELEASES  0");
    session.quit();
    let mut session = library.open_offline();
    session.wait_text("RELEASES  0");
    session.type_and_see("u", "undone: unsubscribed from Gazette");
    session.wait_text("RELEASES  3");
    session.type_and_see("u", "undone: renamed News to Gazette");
    // Another reader resumes the subscription.
    let mut own = Library::open(&LibraryPath::of_file(&library.file())).expect("whole").expect("there");
    let id = own.sources().expect("read")[0].id;
    own.pause(id, false).expect("written");
    session.type_and_see("u", "cannot undo: paused News; changed elsewhere since");
    session.type_and_see("u", "nothing to undo");
    session.quit();
    assert_eq!(own.sources().expect("read")[0].name().as_str(), "News");
}

#[test]
fn a_full_text_is_saved_labelled_and_searchable() {
    let mut library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=3));
    let paragraph =
        "Here the whole story of the lighthouse is told, with commas, at length, and in some detail. ".repeat(5);
    let page = format!("<!doctype html><title>x</title><article><h1>x</h1><p>{paragraph}<p>{paragraph}</article>");
    library.server().set("/News/1", Reply::ok(page).with("Content-Type", "text/html"));
    let mut session = library.open();
    session.wait_text("RELEASES  3");
    session.type_and_see("x", "not found (404)");
    session.type_and_select("j", "2 of 3");
    session.type_and_see("x", "full text saved");
    session.wait_text("FULL PAGE, SAVED ");
    session.wait_text("story of the lighthouse");
    session.type_and_see("/lighthouse\r", "RELEASES  1 of");
    session.type_and_see("0", "RELEASES  3");
    session.quit();
    let mut session = library.open_offline();
    session.wait_text("FULL PAGE, SAVED ");
    session.type_and_see("/lighthouse\r", "RELEASES  1 of");
    session.quit();
}

#[test]
fn saved_queries_marks_and_undone_changes_survive_a_restart() {
    let mut library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=9));
    let mut session = library.open();
    session.wait_text("  9 unread");
    session.type_and_see("/\"release 3\" OR \"release 4\"\r", "RELEASES  2 of");
    session.type_and_see("W", "Save this query");
    session.type_and_see("\x15threes\r", "saved as threes; F lists saved queries");
    session.wait_for("the saved query in the filter pane", |screen| {
        let (_, columns) = screen.size();
        assert_eq!(columns.get(), WIDE.0);
        screen.rows(0, 29).any(|row| row.contains("threes") && row.contains('2'))
    });
    // Mark two read and one of them unread again; star one and undo it.
    session.type_and_see("m", "8 unread");
    session.type_and_see("jm", "7 unread");
    session.type_and_see("u", "8 unread");
    session.type_and_see("s", "starred");
    session.type_and_see("u", "undone: starred");
    session.type_and_see("0A", "8 marked read, u to undo");
    session.type_and_see("u", "8 unread");
    session.quit();
    let mut session = library.open_offline();
    session.wait_text("  8 unread");
    // The change of the last session is undone and redone.
    session.type_and_see("u", "undone: marked read Release 3");
    session.wait_text("  9 unread");
    session.type_and_see("\x12", "redone: marked read Release 3");
    session.wait_text("  8 unread");
    session.type_and_see("F", "Saved queries");
    session.type_and_see("thr\r", "RELEASES  2 of");
    session
        .wait_for("the saved query in the filter pane", |screen| screen.rows(0, 29).any(|row| row.contains("threes")));
    session.type_and_see("0gs", "RELEASES  0 of");
    session.quit();
}

#[test]
fn news_of_a_watched_query_is_announced_counted_and_seen() {
    let library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=3));
    let mut stored = Library::create(&LibraryPath::of_file(&library.file())).expect("a library");
    stored.save_query(&SavedQuery::new("Stories", "release")).expect("written");
    let watch = Edit::Watch { name: "Stories".to_owned(), on: true };
    stored.edit(&watch, "watched Stories", 0).expect("written");
    let mut session = library.start(&["--notify", "osc9"]).run();
    session.wait_text("RELEASES  3");
    session.type_and_see("F", "0 new");
    library.server().set("/feed", feed("News", &titles(0..=3)));
    session.type_and_see("\x03", "RELEASES  3");
    session.type_and_see("r", "1 new for Stories");
    session.wait_text("RELEASES  4");
    session.type_and_see("F", "1 new");
    session.type_and_see("\r", "release");
    session.type_and_see("F", "0 new");
    session.type_and_see("\x03", "RELEASES  4");
    let bytes = session.quit();
    assert!(stored.news_counts().expect("read").is_empty());
    let sequence = b"\x1b]9;tidings: 1 new for Stories\x07";
    assert_eq!(bytes.windows(sequence.len()).filter(|part| part == sequence).count(), 1);
}

#[test]
fn a_rule_is_set_in_the_reader_told_after_a_sync_and_undone() {
    let library = TestLibrary::new();
    library.subscribe("/feed", "News", &titles(1..=3));
    let mut stored = Library::create(&LibraryPath::of_file(&library.file())).expect("a library");
    stored.save_query(&SavedQuery::new("Stories", "release")).expect("written");
    let mut session = library.open();
    session.wait_text("  3 unread");
    session.type_and_see("F", "Saved queries");
    session.type_and_see("\x0f", "what each sync does with new releases of Stories");
    session.type_and_see("\x15read\r", "on arrival for Stories: read");
    session.type_and_see("\x03", "RELEASES  3");
    library.server().set("/feed", feed("News", &titles(0..=3)));
    session.type_and_see("r", "1 marked as read by Stories (u to undo)");
    session.wait_text("RELEASES  4");
    session.wait_text("  3 unread");
    session.type_and_see("u", "undone: 1 marked as read by Stories");
    session.wait_text("  4 unread");
    session.quit();
}

#[test]
fn the_sync_command_shows_a_progress_bar_below_failures_and_stops_with_control_c() {
    let library = TestLibrary::new();
    library.subscribe("/good", "Gazette", &titles(1..=3));
    library.subscribe("/bad", "Bulletin", &titles(1..=3));
    library.subscribe("/late", "Journal", &titles(1..=3));
    library.server().set("/good", feed("Gazette", &titles(0..=3)));
    library.server().set("/bad", Reply::new(500, ""));
    library.server().set("/late", Reply::ok("").after(Duration::from_secs(600)));
    let file = library.file();
    let mut session = Start::reader(&["sync", "--library", file.to_str().expect("UTF-8")]).run();
    session.wait_text("syncing 2 of 3");
    session.wait_for("the failure above the bar", |screen| {
        let text = screen.contents();
        let row = |what: &str| text.lines().position(|line| line.contains(what));
        row("tidings: Bulletin: server error (500)").is_some_and(|failure| Some(failure) < row("syncing 2 of 3"))
    });
    let asked = Instant::now();
    session.send("\x03");
    let end = session.end();
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
    assert_eq!(end.code, 1);
    assert!(end.text.contains("1 new release from 1 source, 1 failed; cancelled, 1 not fetched"), "{}", end.text);
    // A complete run removes the bar.
    library.server().set("/late", feed("Journal", &titles(1..=3)));
    let end = Start::reader(&["sync", "--library", file.to_str().expect("UTF-8")]).run().end();
    assert_eq!(end.code, 1);
    let lines: Vec<&str> = end.text.lines().map(str::trim_end).collect();
    let told = ["tidings: Bulletin: server error (500)", "0 new releases from 2 sources, 1 failed"];
    assert_eq!(lines, told);
}
