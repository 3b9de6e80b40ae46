//! A newcomer's session: every key is named on the screen before it is pressed.

use std::path::Path;

use crate::pty::{Session, Start};
use crate::server::{Reply, Server};

/// A user who knows only what the screen says.
struct Newcomer {
    session: Session,
}

impl Newcomer {
    fn open(library: &Path) -> Self {
        let library = library.to_str().expect("UTF-8");
        Self { session: Start::reader(&["--library", library]).run() }
    }

    /// Waits until the screen shows `hint`, presses its key, and waits for the result.
    fn press(&mut self, hint: &str, key: &str, expected: &str) -> &mut Self {
        self.session.wait_text(hint);
        self.session.type_and_see(key, expected);
        self
    }

    /// Types requested text.
    fn types(&mut self, text: &str, expected: &str) -> &mut Self {
        self.session.type_and_see(text, expected);
        self
    }
}

#[test]
fn a_newcomer_filters_reads_stars_subscribes_quits_and_returns_without_a_manual() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = folder.path().join("library.db");
    let server = Server::start();
    let feed = "<rss version=\"2.0\"><channel><title>Harbour news</title>\
                <item><guid isPermaLink=\"false\">1</guid><title>Cranes arrive</title><category>Port</category>\
                <description>Two of them.</description></item></channel></rss>";
    server.set("/feed", Reply::ok(feed).with("Content-Type", "application/rss+xml"));

    let mut reader = Newcomer::open(&library);
    reader.session.wait_text("sample feed: a subscribes");
    // Filter by topic: the key opens a text field, which says what Enter does.
    reader.press("t find topic", "t", "Enter choose").types("labour", "Labour migration");
    reader.press("Enter choose", "\r", "RELEASES  1 of 10");
    // Read a release and go back.
    reader.press("Enter read", "\r", "Space read on");
    reader.press("s star", "s", "starred");
    // The help lists everything else.
    reader.press("? help", "?", "Page down; at the end");
    reader.session.send("\x1b");
    reader.session.wait_no_text("Page down; at the end");
    // Subscribe, as the title bar says.
    reader.press("", "a", "Address").types(&server.address("/feed"), "feed");
    reader.press("Enter subscribe", "\r", "Harbour news");
    reader.session.wait_text("RELEASES  ");
    reader.session.quit();

    // At the next start, the subscription is there and nothing is asked.
    let mut reader = Newcomer::open(&library);
    reader.session.wait_text("Cranes arrive");
    // The reader was left in the detail pane and opens there.
    reader.session.wait_text("Two of them.");
    reader.press("Space read on", " ", "no unread release below");
    reader.session.quit();
}
