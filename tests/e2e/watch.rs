//! Feeds whose files change while they are open.

use std::fs;
use std::path::Path;

use crate::pty::{Session, Start};

/// Returns a feed with releases of these numbers, highest first.
fn feed(numbers: impl IntoIterator<Item = u32>) -> String {
    let item = |n: u32| {
        format!(
            "{{\"id\":\"{n}\",\"title\":\"Release {n}\",\"topic\":\"Topic {}\",\"date\":\"2018-11-{n:02}\"}}",
            n % 2
        )
    };
    format!("[{}]", numbers.into_iter().map(item).collect::<Vec<_>>().join(",\n"))
}

fn open(path: &Path) -> Session {
    Start::reader(&[path]).run()
}

#[test]
fn a_changed_file_is_reloaded_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed.json");
    fs::write(&path, feed(1..=9)).expect("a file");
    let mut session = open(&path);
    session.wait_text("RELEASES  9");
    // The third release of topic 1, release 5, is selected and starred; release 7 is read.
    session.type_and_select("/topic:\"Topic 1\"\r", "1 of 5");
    session.type_and_select("j", "2 of 5");
    session.send("m");
    session.type_and_select("j", "3 of 5");
    session.type_and_see("s", "starred");
    // The file is replaced by another one, in another order and with one release less.
    let next = folder.path().join("next");
    fs::write(&next, feed((1..=13).rev().filter(|n| *n != 3))).expect("a file");
    fs::rename(&next, &path).expect("the same folder");
    session.wait_text("4 new releases");
    session.wait_selected("5 of 6");
    session.wait_text("  11 unread");
    session.type_and_select("0gs", "1 of 1");
    session.wait_text("Release 5");
    session.type_and_see("0", "RELEASES  12 ");
    // Earlier changes can still be undone.
    session.type_and_see("uuuuu", "  12 unread");
    session.quit();
}

#[test]
fn a_file_being_written_or_removed_keeps_its_releases() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed.json");
    let other = folder.path().join("other.json");
    fs::write(&path, feed(1..=9)).expect("a file");
    fs::write(&other, feed(20..=21).replace("Release", "Other").replace("\"id\":\"", "\"id\":\"o")).expect("a file");
    let mut session = Start::reader(&[&path, &other]).run();
    session.wait_text("RELEASES  11");
    let half = feed(1..=12);
    fs::write(&path, half.split_at(half.len() / 3).0).expect("a file");
    session.wait_text("its releases stay in the list");
    session.wait_text("RELEASES  11");
    // The other file is still reloaded.
    fs::write(&other, feed(20..=22).replace("Release", "Other").replace("\"id\":\"", "\"id\":\"o")).expect("a file");
    session.wait_text("1 new release");
    session.wait_text("RELEASES  12");
    fs::remove_file(&path).expect("gone");
    session.wait_text("feed.json: cannot open");
    session.wait_text("RELEASES  12");
    fs::write(&path, half).expect("a file");
    session.wait_text("3 new releases");
    session.wait_text("RELEASES  15");
    session.type_and_select("G", "15 of 15");
    session.quit();
}

#[test]
fn a_folder_is_watched_for_new_files() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.json"), feed(1..=2)).expect("a file");
    let mut session = open(folder.path());
    session.wait_text("RELEASES  2");
    fs::create_dir(folder.path().join("deep")).expect("a folder");
    fs::write(folder.path().join("deep/b.json"), feed(5..=5)).expect("a file");
    session.wait_text("1 new release");
    // The first row stays selected, whatever release it holds.
    session.wait_selected("1 of 3");
    session.type_and_select("j", "2 of 3");
    session.quit();
}

#[cfg(debug_assertions)]
#[test]
fn changes_are_detected_without_a_file_watcher() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed.json");
    fs::write(&path, feed(1..=9)).expect("a file");
    let session = Start::reader(&[&path]).env("TIDINGS_TEST_ERROR", "inotify").run();
    session.wait_text("RELEASES  9");
    fs::write(&path, feed(1..=12)).expect("a file");
    session.wait_text("3 new releases");
    session.quit();
}
