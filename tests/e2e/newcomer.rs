//! A newcomer's way through the reader: every key is one that the screen has told before it is pressed.

use std::path::Path;

use crate::pty::{Session, Start};
use crate::server::{Reply, Server};

/// Somebody who knows nothing but what the screen says.
struct Newcomer {
    session: Session,
}

impl Newcomer {
    fn open(library: &Path) -> Self {
        let library = library.to_str().expect("UTF-8");
        Self { session: Start::reader(&["--library", library]).run() }
    }

    /// Presses a key that the screen tells with these words, and waits for what it leads to.
    fn press(&mut self, told: &str, key: &str, expected: &str) -> &mut Self {
        self.session.wait_text(told);
        self.session.type_and_see(key, expected);
        self
    }

    /// Types what was asked for.
    fn types(&mut self, text: &str, expected: &str) -> &mut Self {
        self.session.type_and_see(text, expected);
        self
    }
}

#[test]
fn a_newcomer_filters_reads_stars_subscribes_leaves_and_returns_without_a_manual() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = folder.path().join("library.db");
    let server = Server::start();
    let feed = "<rss version=\"2.0\"><channel><title>Harbour news</title>\
                <item><guid isPermaLink=\"false\">1</guid><title>Cranes arrive</title><category>Port</category>\
                <description>Two of them.</description></item></channel></rss>";
    server.set("/feed", Reply::ok(feed).with("Content-Type", "application/rss+xml"));

    let mut reader = Newcomer::open(&library);
    reader.session.wait_text("a sample feed; a subscribe");
    // By topic: the key opens a line to type in, and says what Enter does.
    reader.press("t topics", "t", "Enter choose").types("labour", "Labour migration");
    reader.press("Enter choose", "\r", "RELEASES  1 of 10");
    // Read, and back.
    reader.press("Enter read", "\r", "Space read on");
    reader.press("s star", "s", "starred");
    // What there is besides is in the help, narrowed by typing nothing at all.
    reader.press("? help", "?", "page on in the text");
    reader.session.send("\x1b");
    reader.session.wait_no_text("page on in the text");
    // Subscribe, by what the first line said.
    reader.press("", "a", "Address").types(&server.address("/feed"), "feed");
    reader.press("Enter done", "\r", "Harbour news");
    reader.session.wait_text("RELEASES  ");
    reader.session.quit();

    // Back again: what is followed is there, and nothing asks anything.
    let mut reader = Newcomer::open(&library);
    reader.session.wait_text("Cranes arrive");
    // It was left while reading, and so it is found.
    reader.session.wait_text("Two of them.");
    reader.press("Space read on", " ", "no unread release below");
    reader.session.quit();
}
