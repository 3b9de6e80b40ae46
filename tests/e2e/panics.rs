//! A panic of the main loop ends the program cleanly; a panic of a worker costs its work but not the screen. Release
//! builds ignore the variable that causes panics.
#![cfg(debug_assertions)]

use crate::pipes::Pipe;
use crate::pty::{Session, Start};

fn open(place: &str) -> Session {
    let session = Start::reader::<&str>(&[]).env("TIDINGS_TEST_PANIC", place).run();
    session.wait_selected("1 of 10");
    session
}

/// Checks that the screen was never left and still shows the reader.
fn assert_alive(session: &Session) {
    assert!(session.is_taken());
    let bytes = session.bytes();
    assert!(!bytes.windows(8).any(|at| at == b"\x1b[?1049l"), "the alternate screen was left");
    crate::tokens::assert_own(&bytes);
}

#[test]
fn a_panic_of_the_loop_restores_the_terminal_and_is_reported() {
    let mut session = open("loop");
    session.send("j");
    let end = session.end();
    assert_eq!(end.code, 101);
    assert!(end.text.contains("as a test asked for"), "{}", end.text);
    // In the first column, so line breaks work again.
    assert!(end.text.lines().any(|line| line.starts_with("thread 'main'")), "{}", end.text);
}

#[test]
fn a_panic_of_the_search_is_reported_and_the_next_search_works() {
    let mut session = open("search");
    session.type_and_see("/a", "internal error in the search: as a test asked for");
    assert_alive(&session);
    session.type_and_see("sean", "RELEASES  2 of");
    session.type_and_see("\r", "Enter read");
    assert_alive(&session);
    session.quit();
}

#[test]
fn a_panic_while_reading_keys_is_reported_and_the_next_key_works() {
    let mut session = open("input");
    session.type_and_see("j", "internal error in reading keys: as a test asked for");
    assert_alive(&session);
    session.type_and_select("jj", "3 of 10");
    session.quit();
}

#[test]
fn a_panic_while_loading_is_reported_and_keeps_the_loaded_releases() {
    let pipe = Pipe::new();
    let mut session = pipe.reader().env("TIDINGS_TEST_PANIC", "load").run();
    let mut feed = pipe.open();
    feed.write("{\"title\": \"One\"}\n{\"title\": \"Two\"}\n");
    session.wait_text("RELEASES  2");
    feed.write("{\"title\": \"Three\"}\n");
    session.wait_text("internal error in loading: as a test asked for");
    assert_alive(&session);
    session.type_and_select("j", "2 of 2");
    session.quit();
}

#[test]
fn a_panic_of_any_thread_is_reported_and_keeps_the_reader_running() {
    for (thread, what) in [
        ("search", "searching"),
        ("settings", "watching the configuration"),
        ("signals", "hearing of signals"),
        ("load", "loading"),
    ] {
        let session = Start::reader::<&str>(&[]).env("TIDINGS_TEST_PANIC", &format!("thread:{thread}")).run();
        session.wait_text(&format!("internal error in {what}: as a test asked for"));
        assert_alive(&session);
        let mut session = session;
        session.send("Q");
        let end = session.end();
        assert_eq!(end.code, 0, "{thread}");
        // The panic report is printed after the screen has been left, where it destroys nothing.
        assert!(end.text.contains(&format!("thread '{thread}' ")), "{thread}: {}", end.text);
    }
}

#[test]
fn a_panic_while_exporting_is_reported_and_leaves_no_file() {
    for place in ["thread:export", "exporting"] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut session = open(place);
        session.type_and_see("e", "Export to a file");
        let file = folder.path().join("all.md");
        session.type_and_see(
            &format!("\x15{}\r", file.display()),
            "internal error in writing the file: as a test asked for",
        );
        if place == "thread:export" {
            // The form still waits for its file: close it.
            session.send("\x03");
        }
        assert_alive(&session);
        session.quit();
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "{place}");
    }
}

#[test]
fn a_panic_while_saving_loses_one_change_and_is_reported() {
    let mut session = open("marks");
    session.type_and_see("m", "internal error in saving: as a test asked for");
    assert_alive(&session);
    // The next change is saved.
    session.type_and_see("jm", "9 unread");
    session.send("Q");
    let end = session.end();
    assert_eq!(end.code, 1);
    assert!(end.text.contains("1 mark is not saved: internal error in saving: as a test asked for"), "{}", end.text);
    assert!(end.text.contains("read: Joint Press Release"), "{}", end.text);
}

#[test]
fn a_panic_of_the_last_writes_is_reported() {
    let mut session = open("ending");
    session.send("Q");
    let end = session.end();
    assert_eq!(end.code, 1);
    assert!(end.text.contains("the last changes may not be saved"), "{}", end.text);
}

#[test]
fn a_panic_while_copying_is_reported_and_the_next_text_is_copied() {
    let bin = tempfile::tempdir().expect("a folder");
    let file = bin.path().join("wl-copy");
    std::fs::write(&file, "#!/bin/sh\ncat >/dev/null\n").expect("a program");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("that can be run");
    let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").expect("a path"));
    let start = Start::reader::<&str>(&[]).env("TIDINGS_TEST_PANIC", "clipboard").env("PATH", &path);
    let mut session = start.env("WAYLAND_DISPLAY", "wayland-0").run();
    session.wait_selected("1 of 10");
    session.type_and_see("Y", "internal error in copying: as a test asked for");
    assert_alive(&session);
    session.type_and_see("Y", "copied by wl-copy");
    session.quit();
}
