//! Six tasks of everyday use, each with the number of keys that it may take. Text that the user has in mind, such as a
//! phrase or an address, does not count.

use std::path::Path;

use crate::corpus;
use crate::pty::{Session, Start};
use crate::server::{Reply, Server};

/// The sizes of a wide and of a common terminal.
const SIZES: [(u16, u16); 2] = [(150, 40), (80, 24)];

/// A reader, and the keys pressed so far.
struct Hand {
    session: Session,
    pressed: usize,
}

impl Hand {
    fn start((columns, rows): (u16, u16), arguments: &[&str]) -> Self {
        Self { session: Start::reader(arguments).size(columns, rows).run(), pressed: 0 }
    }

    /// Opens a file of the corpus and waits until it is loaded.
    fn open(size: (u16, u16), name: &str, count: &str) -> Option<Self> {
        let file = corpus::folder()?.join("news").join(name);
        let hand = Self::start(size, &[file.to_str().expect("UTF-8")]);
        hand.session.wait_text(&format!("RELEASES  {count}"));
        hand.session.wait_no_text("loading");
        Some(hand)
    }

    fn of_library(size: (u16, u16), library: &Path) -> Self {
        Self::start(size, &["--library", library.to_str().expect("UTF-8"), "--read-after", "never"])
    }

    /// Presses keys separated by blanks, and waits until the screen shows `text`.
    fn press(&mut self, keys: &str, text: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.session.send(match key {
                "Enter" => "\r",
                "Esc" => "\x1b",
                "Down" => "\x1b[B",
                key => key,
            });
            self.pressed += 1;
        }
        self.session.wait_text(text);
        self
    }

    /// Types what the user has in mind.
    fn type_text(&mut self, text: &str) -> &mut Self {
        self.session.type_and_see(text, text);
        self
    }

    /// Quits, and checks the number of keys.
    fn took(self, keys: usize) {
        assert_eq!(self.pressed, keys, "keys pressed");
        self.session.quit();
    }
}

#[test]
fn the_first_release_of_a_file_is_read_without_a_key() {
    for size in SIZES {
        let Some(hand) = Hand::open(size, "doj-2009-2013.json", "6,421") else { return };
        hand.session.wait_text("St. James Healthcare (St. James), a hospital");
        hand.took(0);
    }
}

#[test]
fn a_topic_is_chosen_with_one_key_or_four() {
    for size in SIZES {
        let name = "swiss-nsb-2013.json";
        let Some(mut hand) = Hand::open(size, name, "6,838") else { return };
        hand.press("1", "topic:\"Conseil fédéral\" ×").session.wait_text("RELEASES  558 of 6,838");
        hand.took(1);

        let Some(mut hand) = Hand::open(size, name, "6,838") else { return };
        hand.press("@", "topic:\"Eidgenössisches Departement für auswärtige Angelegenheiten\" ×");
        hand.took(1);

        let Some(mut hand) = Hand::open(size, name, "6,838") else { return };
        hand.press("t j Down Enter", "topic:\"Eidgenössisches Justiz- und Polizeidepartement\" ×");
        hand.session.wait_text("RELEASES  145 of 6,838");
        hand.took(4);
    }
}

#[test]
fn two_topics_in_a_year_with_a_phrase_take_eight_keys_and_the_search() {
    for size in SIZES {
        let Some(mut hand) = Hand::open(size, "doj-2009-2013.json", "6,421") else { return };
        hand.press("3", "topic:\"Tax Division\" ×").press("5", "topic:\"Tax Division\",\"Antitrust Division\" ×");
        hand.press("d 2 0 1 2", "2012  ").press("Enter", "date:2012 ×");
        assert_eq!(hand.pressed, 8);
        hand.press("/", "Enter done").type_text("\"pleaded guilty\"").press("Enter", "RELEASES  54 of");
        hand.session.wait_text("RELEASES  54 of 6,421");
        hand.took(10);
    }
}

#[test]
fn the_next_unread_release_takes_one_key() {
    for size in SIZES {
        let mut hand = Hand::start(size, &[]);
        hand.session.wait_selected("1 of 10");
        // The second release is read already.
        hand.session.type_and_see("jm", "9 unread");
        hand.session.type_and_select("k", "1 of 10");
        hand.press("n", "READING  3").session.wait_selected("3 of 10");
        hand.took(1);
    }
}

#[test]
fn three_releases_are_starred_with_six_keys_and_found_again_with_two() {
    for size in SIZES {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("library.db");
        let mut hand = Hand::of_library(size, &library);
        hand.session.wait_selected("1 of 10");
        hand.press("s j s j s", "★").session.wait_selected("3 of 10");
        hand.session.wait_for("three stars", |screen| screen.contents().matches('★').count() >= 3);
        hand.session.send("q");
        let end = hand.session.end();
        assert_eq!((end.code, hand.pressed + 1), (0, 6));

        let mut hand = Hand::of_library(size, &library);
        hand.session.wait_selected("3 of 10");
        hand.press("g s", "RELEASES  3 of 10");
        hand.took(2);
    }
}

/// Serves a feed with two releases, and a page that names it and another one.
fn serve() -> Server {
    let server = Server::start();
    let item = |n: u32| {
        format!(
            "<item><guid isPermaLink=\"false\">{n}</guid><title>Crane {n}</title><description>It lifts {n} tons.</description></item>"
        )
    };
    let feed = format!("<rss version=\"2.0\"><channel><title>Harbour</title>{}{}</channel></rss>", item(1), item(2));
    server.set("/feed", Reply::ok(feed).with("Content-Type", "application/rss+xml"));
    let link =
        |path: &str, title: &str| format!("<link rel=alternate type=application/rss+xml title={title} href={path}>");
    let page = format!("<!doctype html><title>Port</title>{}{}", link("/feed", "Harbour"), link("/other", "Other"));
    server.set("/", Reply::ok(page).with("Content-Type", "text/html"));
    server
}

#[test]
fn subscribing_syncing_reading_and_unsubscribing_take_eight_keys_and_the_address() {
    // With the address of the feed, and with that of a page that names several: one key more, to choose the feed.
    for (size, path, keys) in SIZES.into_iter().flat_map(|size| [(size, "/feed", 8), (size, "/", 9)]) {
        let folder = tempfile::tempdir().expect("a folder");
        let server = serve();
        let mut hand = Hand::of_library(size, &folder.path().join("library.db"));
        hand.session.wait_selected("1 of 10");
        hand.press("a", "Address").type_text(&server.address(path));
        if path == "/" {
            hand.press("Enter", "Feeds of this page");
        }
        hand.press("Enter", "RELEASES  2").session.wait_text("Crane 1");
        // A sync that is asked for earlier joins the one that subscribes.
        hand.session.wait_text("subscribed to Harbour: 2 releases");
        hand.press("r", "nothing new from 1 source");
        drop(server);
        hand.press("Enter", "Space read on").session.wait_text("It lifts 1 tons.");
        hand.press("q", "Enter read");
        hand.press("S", "─ Subscriptions ─").press("d", "unsubscribed from Harbour");
        hand.press("Esc", "a subscribes").session.wait_no_text("─ Subscriptions ─");
        hand.took(keys);
    }
}
