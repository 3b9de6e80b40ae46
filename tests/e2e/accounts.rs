//! Accounts at sync servers in the reader: adding, syncing, marking, changing feeds at the server, and removing.

use std::fs;

use tempfile::TempDir;

use crate::process::poll;
use crate::pty::{Session, Start};
use crate::sync_server::{Item, Kind, SyncServer};

/// A library in a folder, and the server of an account.
struct TestReader {
    folder: TempDir,
    server: SyncServer,
}

impl TestReader {
    fn new(kind: Kind) -> Self {
        let server = SyncServer::start(kind);
        let item = |n: u32| Item::new(&format!("item {n}"), &format!("Release {n}")).topics(&["Water"]);
        server.publish("https://city.example/news", &[item(2), item(1)]);
        server.follow("https://city.example/news", "City");
        Self { folder: tempfile::tempdir().expect("a folder"), server }
    }

    fn open(&self) -> Session {
        let file = self.folder.path().join("library.db");
        Start::reader(&["--library", file.to_str().expect("UTF-8"), "--read-after", "never"]).run()
    }

    /// Adds the account and syncs it. Leaves the list of subscriptions open.
    fn add(&self, session: &mut Session) {
        session.wait_text("a subscribes");
        session.type_and_see("S", "No subscriptions yet");
        session.type_and_see("A", "Add an account");
        session.send(&format!("\t{}", self.server.address()));
        session.type_and_see(&format!("\t{}", self.server.key()), "•••");
        session.type_and_see("\r", "1 feed, 2 releases");
        session.type_and_see("\r", "Sync it now");
        session.send("\r");
        session.wait_text("Feed news · 127.0.0.1");
        session.wait_text("2 new releases");
        // The end of the sync reports the new releases, in place of any later message.
        session.wait_text("2 unread");
        session.wait_no_text("syncing");
    }

    /// Waits until an entry is read and starred as expected at the server.
    fn wait_mark(&self, title: &str, expected: (bool, bool)) {
        let id = self.server.id(title);
        poll("the mark at the server", || (self.server.marks().get(&id) == Some(&expected)).then_some(()));
    }
}

/// Closes the subscriptions. A key right after Esc would be read as another key.
fn close(session: &mut Session) {
    session.send("\x1b");
    session.wait_no_text("─ Subscriptions ─");
}

#[test]
fn an_account_is_added_and_marks_travel_both_ways() {
    let reader = TestReader::new(Kind::Miniflux);
    let mut session = reader.open();
    reader.add(&mut session);
    close(&mut session);
    session.wait_text("Release 2");
    session.type_and_see("s", "starred");
    reader.wait_mark("Release 2", (false, true));
    reader.server.set_read(&[reader.server.id("Release 1")], true);
    session.send("r");
    session.wait_text("1 unread");
    // The key is in the file of secrets alone.
    let key = reader.server.key();
    assert!(!String::from_utf8_lossy(&session.bytes()).contains(&key), "the key was shown");
    for file in fs::read_dir(reader.folder.path()).expect("a folder").flatten() {
        let has_key = fs::read(file.path()).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(&key));
        assert_eq!(has_key, file.file_name() == "secrets.json", "{:?}", file.file_name());
    }
    session.quit();
}

#[test]
fn a_feed_is_moved_and_unsubscribed_at_the_server() {
    let reader = TestReader::new(Kind::Miniflux);
    let mut session = reader.open();
    reader.add(&mut session);
    session.type_and_see("j", "through 127.0.0.1");
    session.type_and_see("f", "Folder");
    session.send("\x15Harbour");
    session.type_and_see("\r", "Harbour ──");
    session.type_and_see("d", "Unsubscribe from Feed news at 127.0.0.1");
    session.type_and_see("\r", "its releases stay here");
    session.wait_text("not at server");
    assert!(reader.server.marks().is_empty(), "the server deletes the entries of the feed");
    close(&mut session);
    session.quit();
}

#[test]
fn a_removed_account_comes_back_with_its_key() {
    let reader = TestReader::new(Kind::Miniflux);
    let mut session = reader.open();
    reader.add(&mut session);
    session.type_and_see("d", "Remove it and keep");
    session.type_and_see("\r", "removed account 127.0.0.1; u to undo");
    session.wait_no_text("Accounts ──");
    session.type_and_see("u", "undone: removed account 127.0.0.1");
    session.wait_text("Accounts ──");
    session.type_and_see("gg", "/127.0.0.1");
    session.type_and_see("r", "nothing new from 1 source");
    close(&mut session);
    session.quit();
}

#[test]
fn a_wrong_key_stays_in_the_form_to_be_corrected() {
    let reader = TestReader::new(Kind::Miniflux);
    let mut session = reader.open();
    session.wait_text("a subscribes");
    session.type_and_see("S", "No subscriptions yet");
    session.type_and_see("A", "Add an account");
    session.send(&format!("\t{}", reader.server.address()));
    session.type_and_see("\twrong", "•••••");
    session.type_and_see("\r", "login refused; check the API key");
    session.wait_no_text("tidings account secret");
    session.send("\x15");
    session.type_and_see(&reader.server.key(), "•••");
    session.type_and_see("\r", "1 feed, 2 releases");
    session.send("\x1b");
    session.wait_no_text("Add an account");
    close(&mut session);
    session.quit();
}
