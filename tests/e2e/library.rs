//! What the reader saves: across restarts, on a full disk, beside another reader, and where nothing can be saved.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use tidings::library::{Flags, Library, LibraryPath, backup};

use crate::pty::{Session, Start, shows_position};
use crate::tiny;

/// Creates a feed of nine releases in a folder. Returns its path and the path of the library.
fn feed(folder: &Path) -> (PathBuf, PathBuf) {
    let file = folder.join("feed.json");
    let item = |n: u32| format!("{{\"id\":\"{n}\",\"title\":\"Release {n}\",\"date\":\"2018-11-{n:02}\"}}");
    fs::write(&file, format!("[{}]", (1..=9).rev().map(item).collect::<Vec<_>>().join(","))).expect("a feed");
    (file, folder.join("library.db"))
}

fn open(file: &Path, library: &Path) -> Session {
    let session = Start::reader(&[file]).env("TIDINGS_LIBRARY", &library.to_string_lossy()).run();
    session.wait_text("RELEASES  9");
    session
}

#[test]
fn marks_and_the_position_are_restored_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, library) = feed(folder.path());
    let mut session = open(&file, &library);
    assert!(!library.exists(), "reading needs no library");
    session.type_and_select("jjj", "4 of 9");
    session.type_and_see("s", "starred");
    session.type_and_see("jm", "marked read");
    session.wait_text("  8 unread");
    session.quit();
    let mut session = open(&file, &library);
    session.wait_text("  8 unread");
    session.wait_selected("5 of 9");
    session.type_and_select("gs", "1 of 1");
    session.wait_text("Release 6");
    session.quit();
    // The query is restored too and can be cleared.
    let mut session = Start::reader(&[&file]).env("TIDINGS_LIBRARY", &library.to_string_lossy()).run();
    session.wait_selected("1 of 1");
    session.type_and_see("0", "RELEASES  9 ");
    session.quit();
}

#[test]
fn a_query_on_the_command_line_overrides_the_saved_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, library) = feed(folder.path());
    let mut session = open(&file, &library);
    session.type_and_see("jjjs", "starred");
    session.type_and_select("gs", "1 of 1");
    session.quit();
    let library = library.to_string_lossy();
    let args = ["-q", "date:2018-11-02..2018-11-04", file.to_str().expect("UTF-8")];
    let mut session = Start::reader(&args).env("TIDINGS_LIBRARY", &library).run();
    session.wait_selected("1 of 3");
    session.type_and_see("0", "RELEASES  9 ");
    session.quit();
}

#[test]
fn a_query_is_answered_if_the_feed_loads_before_the_first_frame() {
    let mut session = Start::reader(&["-q", "migration"]).run();
    session.wait_for("hits of ten releases", |screen| shows_position(&screen.contents(), "1 of 3"));
    session.type_and_select("0", "4 of 10");
    session.quit();
}

#[test]
fn a_mark_on_a_full_disk_is_shown_once_it_can_be_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = feed(folder.path());
    let Some(disk) = tiny::disk(900) else { return };
    let library = disk.path().join("library.db");
    let mut session = open(&file, &library);
    session.type_and_see("s", "starred");
    session.quit();
    disk.fill(0);
    let mut session = open(&file, &library);
    session.wait_text("★");
    session.type_and_see("jm", "disk full");
    session.wait_text("  9 unread");
    session.type_and_select("k", "1 of 9");
    session.wait_text("cannot save the mark, retrying");
    disk.make_room();
    session.wait_text("  8 unread");
    session.wait_no_text("cannot save the mark");
    session.quit();
    let session = open(&file, &library);
    session.wait_text("  8 unread");
    session.quit();
}

#[test]
fn marks_in_the_write_ahead_log_are_read_on_a_full_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = feed(folder.path());
    let Some(disk) = tiny::disk(900) else { return };
    let library = disk.path().join("library.db");
    let mut session = open(&file, &library);
    session.type_and_see("s", "starred");
    // The star is only in the log, and there is no room for the log's index.
    session.kill();
    fs::remove_file(disk.path().join("library.db-shm")).expect("an index");
    disk.fill(0);
    let mut session = open(&file, &library);
    session.type_and_see("jm", "cannot save the mark, retrying");
    session.wait_text("disk full");
    disk.make_room();
    session.wait_text("  8 unread");
    session.wait_text("★");
    session.quit();
}

#[test]
fn an_unusable_library_is_reported_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, library) = feed(folder.path());
    fs::write(&library, "a letter of mine").expect("a file");
    let mut session = open(&file, &library);
    session.wait_text("is not a tidings library");
    session.type_and_see("m", "marks last until you quit");
    session.quit_unsaved("1 mark is not saved");
    assert_eq!(fs::read_to_string(&library).expect("a file"), "a letter of mine");
}

#[test]
fn two_readers_see_each_others_marks() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, library) = feed(folder.path());
    let mut one = open(&file, &library);
    let mut other = open(&file, &library);
    one.type_and_see("s", "starred");
    // The library was created after the other reader had looked for it.
    other.type_and_see("jjm", "marked read");
    one.wait_text("  8 unread");
    one.type_and_see("jjjm", "marked read");
    other.wait_text("  7 unread");
    other.wait_text("★");
    // Each sees what the other undoes, and both can undo.
    one.type_and_see("u", "undone: marked read");
    other.wait_text("  8 unread");
    other.type_and_see("u", "undone: marked read");
    one.wait_text("  9 unread");
    one.quit();
    other.quit();
}

#[test]
fn a_library_that_another_reader_creates_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = feed(folder.path());
    // Neither the library nor its folder exists when the first reader starts.
    let library = folder.path().join("share/tidings/library.db");
    let one = open(&file, &library);
    let mut other = open(&file, &library);
    other.type_and_see("jm", "marked read");
    one.wait_text("  8 unread");
    other.type_and_see("s", "starred");
    one.wait_text("★");
    one.quit();
    other.quit();
}

#[test]
fn a_library_restored_under_a_running_reader_accepts_its_marks() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, library) = feed(folder.path());
    let mut session = open(&file, &library);
    session.type_and_see("s", "starred");
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day");
    let place = LibraryPath::of_file(&library);
    backup::daily(&Library::open(&place).expect("whole").expect("there"), day).expect("written");
    session.type_and_see("jjm", "marked read");
    session.wait_text("  8 unread");
    tidings::library::restore(&place, None).expect("restored");
    // Marks made after the backup are gone, here too.
    session.wait_text("  9 unread");
    session.wait_text("★");
    session.type_and_see("jm", "marked read");
    session.quit();
    let session = open(&file, &library);
    session.wait_text("  8 unread");
    session.wait_text("★");
    session.quit();
}

#[test]
fn without_a_library_the_reader_works_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = feed(folder.path());
    let mut session = Start::reader(&[&file]).env("HOME", "/proc/nothing").run();
    session.wait_text("RELEASES  9");
    session.type_and_see("m", "marks last until you quit");
    session.wait_text("  8 unread");
    session.type_and_see("jm", "  7 unread");
    session.quit_unsaved("2 marks are not saved");
}

#[test]
fn a_read_only_library_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = feed(folder.path());
    let Some(disk) = tiny::disk(900) else { return };
    let library = disk.path().join("library.db");
    let mut session = open(&file, &library);
    session.type_and_see("s", "starred");
    session.quit();
    disk.protect();
    let mut session = open(&file, &library);
    session.wait_text("★");
    session.type_and_see("jm", "marks last until you quit");
    session.wait_text("  8 unread");
    session.quit_unsaved("1 mark is not saved");
}

#[test]
fn a_damaged_library_is_repaired_and_the_loss_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, path) = feed(folder.path());
    let place = LibraryPath::of_file(&path);
    let mut library = Library::create(&place).expect("a library");
    let key = format!("file:{}", file.canonicalize().expect("a file").display());
    let number = |id: &str| {
        use tidings::release::{Identity, Release};
        use tidings::text::CleanBuf;
        Identity::from(&Release { id: CleanBuf::line(id), ..Release::default() }).number()
    };
    library.mark(Flags::STARRED, true, [(key.as_str(), number("8"))]).expect("written");
    backup::daily(&library, NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day")).expect("written");
    library.mark(Flags::STARRED, true, [(key.as_str(), number("7"))]).expect("written");
    drop(library);
    let database = fs::OpenOptions::new().write(true).open(&path).expect("a file");
    database.write_all_at(&[0x5a; 9_000], 0).expect("damage");
    let mut session = open(&file, &path);
    session.wait_text("the library was damaged");
    session.type_and_see("!", "restored the backup of 2026-11-24 (1 ");
    session.wait_text("mark, 0 subscriptions, 0 releases");
    session.send("q");
    session.wait_no_text("restored the backup");
    session.type_and_select("gs", "1 of 1");
    session.wait_text("Release 8");
    session.quit();
}
