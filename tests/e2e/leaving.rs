//! However the reader ends, it restores the terminal, waits for the library and for exports, and reports what could not
//! be saved. Release builds ignore the variables that simulate failures and delays.
#![cfg(debug_assertions)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, Signal, pidfd_getfd, pidfd_open};
use tempfile::TempDir;

use crate::process::poll;
use crate::pty::{Session, Start};

/// The newest release of the built-in feed.
const FIRST: &str = "Joint Press Release";

/// Opens a reader with its own library, in which one mark is set, on the second release.
fn open(variables: &[(&str, &str)]) -> (Session, TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let library = folder.path().join("library.db");
    let mut start = Start::reader::<&str>(&[]).env("TIDINGS_LIBRARY", library.to_str().expect("text"));
    for (name, value) in variables {
        start = start.env(name, value);
    }
    let mut session = start.run();
    session.wait_selected("1 of 10");
    session.type_and_see("jm", "9 unread");
    session.type_and_select("k", "1 of 10");
    (session, folder, library)
}

/// Locks the library until the connection is dropped.
fn lock(library: &Path) -> Connection {
    let connection = Connection::open(library).expect("the library");
    connection.busy_timeout(Duration::from_secs(20)).expect("a time");
    connection.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    connection
}

/// The number of releases marked read.
fn marks(library: &Path) -> i64 {
    let connection = Connection::open(library).expect("the library");
    connection.query_row("SELECT count(*) FROM marks WHERE flags <> 0", [], |row| row.get(0)).expect("a number")
}

/// Returns the names of the files in a folder, except the library.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with("library")).collect();
    names.sort();
    names
}

#[test]
fn a_lock_held_by_another_program_does_not_delay_the_start() {
    let (mut session, _folder, library) = open(&[]);
    session.send("q");
    session.end();
    let locked = lock(&library);
    let since = Instant::now();
    let mut session = Start::reader::<&str>(&[]).env("TIDINGS_LIBRARY", library.to_str().expect("text")).run();
    session.wait_text("9 unread");
    session.type_and_select("j", "2 of 10");
    // Less than an attempt to write may wait.
    assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
    drop(locked);
    session.send("q");
    assert_eq!(session.end().code, 0);
}

#[test]
fn quitting_waits_for_a_lock_and_reports_it() {
    let (mut session, _folder, library) = open(&[]);
    let (locked, since) = (lock(&library), Instant::now());
    session.send("mq");
    session.wait_text("q stops saving 1 mark");
    // The reason is known after a failed attempt.
    session.wait_text("by another");
    // Keys that do not quit change nothing.
    session.send("j\r");
    // Longer than one attempt takes.
    session.assert_text_until(since + Duration::from_secs(10), "q stops saving 1 mark");
    drop(locked);
    let end = session.end();
    assert_eq!(end.code, 0, "{}", end.text);
    assert!(!end.text.contains("tidings:"), "{}", end.text);
    assert_eq!(marks(&library), 2);
}

#[test]
fn quitting_twice_gives_up_and_lists_unsaved_marks() {
    for key in ["q", "Q", "\x03"] {
        let (mut session, _folder, library) = open(&[]);
        let locked = lock(&library);
        session.send("msq");
        session.wait_text("q stops saving 2 marks");
        session.send(key);
        let end = session.end();
        assert_eq!(end.code, 1, "{}", end.text);
        for told in ["not saved", &format!("read: {FIRST}"), &format!("starred: {FIRST}")] {
            assert!(end.text.contains(told), "{told}: {}", end.text);
        }
        drop(locked);
        assert_eq!(marks(&library), 1);
    }
}

#[test]
fn keys_typed_ahead_do_not_give_up() {
    let (mut session, _folder, library) = open(&[]);
    let locked = lock(&library);
    session.send("mqqq");
    session.wait_text("q stops saving 1 mark");
    drop(locked);
    assert_eq!(session.end().code, 0);
    assert_eq!(marks(&library), 2);
}

#[test]
fn a_signal_waits_five_seconds_for_a_lock() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let (mut session, _folder, library) = open(&[]);
        let locked = lock(&library);
        // The signal may overtake a key, so wait for what follows the mark.
        session.send("mj");
        session.wait_selected("2 of 10");
        let start = Instant::now();
        session.signal(signal);
        let end = session.end();
        let took = start.elapsed();
        assert_eq!(end.code, code);
        assert!(took > Duration::from_secs(4) && took < Duration::from_secs(9), "{took:?}");
        assert!(end.text.contains(&format!("read: {FIRST}")), "{}", end.text);
        drop(locked);
    }
}

#[test]
fn a_signal_does_not_wait_if_everything_is_saved() {
    let (session, _folder, library) = open(&[]);
    let start = Instant::now();
    session.signal(Signal::TERM);
    assert_eq!(session.end().code, 143);
    assert!(start.elapsed() < Duration::from_secs(4));
    assert_eq!(marks(&library), 1);
}

/// A reader that exports `all.html` into a folder, and cannot finish while the file `hold` exists beside it.
fn export() -> (Session, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let hold = folder.path().join("hold");
    fs::write(&hold, "").expect("a file");
    let mut session = Start::reader::<&str>(&[]).env("TIDINGS_TEST_HOLD", hold.to_str().expect("text")).run();
    session.wait_selected("1 of 10");
    session.type_and_see("e", "Export to a file");
    // The right arrow chooses all listed releases.
    session.send(&format!("\x1b[C{}\r", folder.path().join("all.html").display()));
    poll("the unfinished file", || (names(folder.path()).len() == 2).then_some(()));
    // The file exists a moment before the form closes, and an open form ignores keys.
    session.wait_no_text("Export to a file");
    session.send("Q");
    session.wait_text("stops writing");
    (session, folder)
}

#[test]
fn quitting_waits_for_an_export() {
    let (session, folder) = export();
    fs::remove_file(folder.path().join("hold")).expect("it is there");
    assert_eq!(session.end().code, 0);
    let written = fs::read_to_string(folder.path().join("all.html")).expect("the file");
    assert!(written.trim_end().ends_with("</html>") && written.contains(FIRST));
    assert_eq!(names(folder.path()), ["all.html"]);
}

#[test]
fn giving_up_removes_an_unfinished_export() {
    for way in ["q", "\x03"] {
        let (mut session, folder) = export();
        session.send(way);
        let end = session.end();
        assert_eq!(end.code, 1);
        assert!(end.text.contains("not written: cancelled"), "{}", end.text);
        assert_eq!(names(folder.path()), ["hold"]);
    }
}

#[test]
fn a_signal_removes_an_unfinished_export() {
    let (session, folder) = export();
    session.signal(Signal::TERM);
    assert_eq!(session.end().code, 143);
    assert_eq!(names(folder.path()), ["hold"]);
}

#[test]
fn a_terminal_error_is_reported_on_the_normal_screen_after_saving() {
    let (mut session, _folder, library) = open(&[("TIDINGS_TEST_ERROR", "redraw")]);
    session.send("m\x0c");
    let end = session.end();
    assert_eq!(end.code, 2);
    assert!(end.text.contains("cannot use the terminal: as a test asked for"), "{}", end.text);
    assert_eq!(marks(&library), 2);
}

#[test]
fn an_error_while_entering_the_terminal_restores_it() {
    for place in ["take", "start"] {
        let end = Start::reader::<&str>(&[]).env("TIDINGS_TEST_ERROR", place).run().end();
        assert_eq!(end.code, 2);
        assert!(end.text.contains("cannot use the terminal: as a test asked for"), "{}", end.text);
    }
}

#[test]
fn a_terminal_set_to_non_blocking_by_another_program_still_works() {
    // A frame is larger than the terminal's buffer.
    let line = |n| format!("{{\"title\":\"{n} {}\"}}\n", "A long title ".repeat(20));
    let file = crate::corpus::file((0..200).map(line).collect::<String>());
    let mut session = Start::reader(&[file.path()]).size(300, 120).run();
    session.wait_selected("1 of 200");
    let process = pidfd_open(session.pid(), PidfdFlags::empty()).expect("the process");
    let output = match pidfd_getfd(process, 1, PidfdGetfdFlags::empty()) {
        Ok(output) => output,
        Err(error) => return eprintln!("skipped: no file of another process can be had here: {error}"),
    };
    fcntl_setfl(&output, fcntl_getfl(&output).expect("its flags") | OFlags::NONBLOCK).expect("not to wait");
    drop(output);
    let before = session.written();
    for _ in 0..20 {
        let seen = session.written();
        session.send("\x0c");
        session.wait_written(seen, b"\x1b[?2026l");
    }
    session.type_and_select("j", "2 of 200");
    let written = session.written() - before;
    assert!(written > 15 * 4_096, "the frames are small: {written} bytes");
    session.quit();
}
