//! The library commands: check, backup, restore, export, import.

#[path = "support/command.rs"]
mod command;

use std::fs;
use std::path::{Path, PathBuf};

use command::run;

/// A home with a library in which the sample's first release is starred, another one is read, and one feed is
/// subscribed.
fn home() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a home");
    fs::write(home.path().join("list.opml"), OPML).expect("a list");
    assert_eq!(run(home.path(), &["import", "list.opml"], b"").2, Some(0));
    fs::write(home.path().join("feed.json"), FEED).expect("a feed");
    assert_eq!(run(home.path(), &["mark", "star", "--ids", "-", "feed.json"], b"1\n").2, Some(0));
    assert_eq!(run(home.path(), &["mark", "read", "-q", "two", "feed.json"], b"").2, Some(0));
    let path = home.path().join(".local/share/tidings/library.db");
    (home, path)
}

const OPML: &str = "<opml version='2.0'><body><outline text='F'><outline text='A' type='rss' \
                    xmlUrl='https://a.invalid/'/></outline></body></opml>";
const FEED: &str = r#"[{"id":"1","title":"one"},{"id":"2","title":"two"}]"#;
const COUNTS: &str = "2 marks, 1 subscription, 0 releases";

fn library(home: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    run(home, &[&["library"], arguments].concat(), b"")
}

fn starred(home: &Path) -> String {
    run(home, &["list", "feed.json", "-q", "is:starred", "--columns", "id"], b"").0
}

#[test]
fn without_a_library_the_commands_say_so_and_create_none() {
    let home = tempfile::tempdir().expect("a home");
    for arguments in [&["check"][..], &["backup"], &["export"], &["keep"]] {
        let (out, err, code) = library(home.path(), arguments);
        assert!(out.is_empty() && err.contains("no library yet") && code == Some(2), "{arguments:?} {err}");
    }
    let (_, err, code) = library(home.path(), &["restore"]);
    assert!(err.contains("no intact backup") && code == Some(2), "{err}");
    assert!(!home.path().join(".local/share/tidings").exists());
}

#[test]
fn check_lists_the_content_and_detects_damage() {
    let (home, path) = home();
    let (out, err, code) = library(home.path(), &["check"]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    for told in [COUNTS, "kept forever", "no backup yet", "intact"] {
        assert!(out.contains(told), "{told}: {out}");
    }
    // Overwrites a page in the middle, so that reading it fails.
    let mut bytes = fs::read(&path).expect("a file");
    let pages = bytes.len() / 4_096;
    bytes[4_096 * (pages - 1)..].fill(0xa5);
    fs::write(&path, bytes).expect("damage");
    let (out, err, code) = library(home.path(), &["check"]);
    let is_told = (code == Some(1) && out.contains("damaged:")) || err.contains("damaged");
    assert!(is_told, "{code:?} {out} {err}");
}

#[test]
fn a_backup_is_made_and_restored() {
    let (home, path) = home();
    let (out, err, code) = library(home.path(), &["backup"]);
    assert!(
        out.contains("library.db.backups") && out.contains(COUNTS) && err.is_empty() && code == Some(0),
        "{out}{err}"
    );
    let (out, _, code) = library(home.path(), &["backup", "copy.db"]);
    assert!(out.contains("copy.db") && code == Some(0));
    let (_, err, code) = library(home.path(), &["backup", "copy.db"]);
    assert!(err.contains("--force replaces it") && code == Some(2), "{err}");
    assert_eq!(library(home.path(), &["backup", "copy.db", "--force"]).2, Some(0));
    // The copy is a library.
    let (out, _, _) = run(home.path(), &["library", "check", "--library", "copy.db"], b"");
    assert!(out.contains(COUNTS), "{out}");
    assert_eq!(run(home.path(), &["mark", "unstar", "--ids", "-", "feed.json"], b"1\n").2, Some(0));
    assert_eq!(starred(home.path()), "");
    let (out, err, code) = library(home.path(), &["restore"]);
    assert!(out.contains("restored the backup of") && out.contains(COUNTS) && code == Some(0), "{out}{err}");
    assert!(out.contains("the previous library was kept as"), "{out}");
    assert_eq!(starred(home.path()), "1\n");
    let (_, err, code) = library(home.path(), &["restore", "--from", "2001-01-01"]);
    assert!(err.contains("no intact backup of 2001-01-01") && code == Some(2), "{err}");
    // A missing library can be restored too, and is repaired automatically.
    fs::remove_file(&path).expect("a file");
    assert_eq!(library(home.path(), &["restore"]).2, Some(0));
    assert_eq!(starred(home.path()), "1\n");
    for lose in [|path: &Path| fs::remove_file(path), |path: &Path| fs::write(path, "")] {
        lose(&path).expect("lost");
        let (out, err, code) = library(home.path(), &["check"]);
        assert!(out.contains(COUNTS) && err.contains("restored the backup of") && code == Some(0), "{out}{err}");
        assert_eq!(library(home.path(), &["check"]).1, "", "it is told once");
        assert_eq!(starred(home.path()), "1\n");
    }
}

#[test]
fn an_export_is_imported_completely_into_an_empty_home() {
    let (home, _) = home();
    let (document, err, code) = library(home.path(), &["export"]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    serde_json::from_str::<serde_json::Value>(&document).expect("plain JSON");
    let (out, _, code) = library(home.path(), &["export", "all.json", "--opml", "feeds.opml"]);
    assert!(out.contains(COUNTS) && code == Some(0), "{out}");
    assert_eq!(fs::read_to_string(home.path().join("all.json")).expect("a file"), document);
    assert!(fs::read_to_string(home.path().join("feeds.opml")).expect("a file").contains("https://a.invalid/"));
    let (_, err, code) = library(home.path(), &["export", "all.json"]);
    assert!(err.contains("--force replaces it") && code == Some(2), "{err}");
    let other = tempfile::tempdir().expect("a home");
    let (out, err, code) = run(other.path(), &["library", "import", "-"], document.as_bytes());
    assert!(out.contains(&format!("now:    {COUNTS}")) && code == Some(0), "{out}{err}");
    assert_eq!(library(other.path(), &["export"]).0, document);
    let cut = document.split_at(document.len() / 2).0;
    let (_, err, code) = run(other.path(), &["library", "import", "-"], cut.as_bytes());
    assert!(err.contains("nothing was changed") && err.contains("line") && code == Some(2), "{err}");
    assert_eq!(library(other.path(), &["export"]).0, document);
    let (_, err, code) = library(other.path(), &["import", "nowhere.json"]);
    assert!(err.contains("nowhere.json: cannot open") && code == Some(2), "{err}");
}

#[test]
fn the_retention_of_releases_is_set_and_shown() {
    let (home, _) = home();
    let keep = |arguments: &[&str]| library(home.path(), &[&["keep"], arguments].concat());
    assert_eq!(keep(&[]).0, "stored releases are kept forever\n");
    assert_eq!(keep(&["30"]).0, "unstarred releases are kept for 30 days\n");
    assert_eq!(keep(&[]).0, "unstarred releases are kept for 30 days\n");
    assert_eq!(keep(&["forever"]).0, "stored releases are kept forever\n");
    for wrong in ["0", "-1", "soon"] {
        let (_, err, code) = keep(&[wrong]);
        assert!(err.contains("forever") || err.contains("unexpected"), "{err}");
        assert_eq!(code, Some(2));
    }
}

#[test]
fn a_piped_feed_is_known_by_its_title_and_files_lie_beside_the_library() {
    let (home, _) = home();
    let piped = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Piped","items":[{"id":"1","title":"one"}]}"#;
    let list = |feed: &str| run(home.path(), &["list", "-", "-q", "is:starred", "--count"], feed.as_bytes()).0;
    assert_eq!(run(home.path(), &["mark", "star", "-q", "one", "-"], piped.as_bytes()).2, Some(0));
    assert_eq!(list(piped), "1\n");
    let late = r#"{"items":[{"id":"1","title":"one"}],"title":"Piped"}"#;
    assert_eq!(list(late), "1\n", "a title may come last");
    assert_eq!(list(&piped.replace("Piped", "Another")), "0\n", "another feed may use the same ids");
    let (out, err, _) = run(home.path(), &["list", "--with-library", "feed.json", "--count"], b"");
    assert_eq!((out.as_str(), err.as_str()), ("2\n", ""));
}

#[test]
fn a_database_of_another_program_is_left_unchanged() {
    let home = tempfile::tempdir().expect("a home");
    fs::write(home.path().join("notes.txt"), "my notes, which are no database").expect("a file");
    let (_, err, code) = run(home.path(), &["library", "check", "--library", "notes.txt"], b"");
    assert!(err.contains("is not a tidings library") && code == Some(2), "{err}");
    let (_, err, code) = run(home.path(), &["mark", "read", "-q", "", "--library", "notes.txt"], b"");
    assert!(err.contains("is not a tidings library") && code == Some(2), "{err}");
    assert_eq!(fs::read_to_string(home.path().join("notes.txt")).expect("a file"), "my notes, which are no database");
}

#[test]
fn exports_contain_no_password_and_a_missing_one_is_reported() {
    let home = tempfile::tempdir().expect("a home");
    let list = "<opml version='2.0'><body><outline text='Minutes' type='rss' xmlUrl='https://ann:secret@www.a.invalid/f'/>\
                <outline text='News' type='rss' xmlUrl='https://b.invalid/f'/></body></opml>";
    fs::write(home.path().join("list.opml"), list).expect("a list");
    assert_eq!(run(home.path(), &["import", "list.opml"], b"").2, Some(0));
    let (document, err, code) = library(home.path(), &["export"]);
    assert!(err.contains("passwords were left out") && err.contains("Minutes") && !err.contains("News"), "{err}");
    assert!(!document.contains("secret") && document.contains("web:ann@a.invalid/f") && code == Some(0), "{document}");
    let (list, err, code) = run(home.path(), &["export"], b"");
    assert!(err.contains("Minutes") && !err.contains("News") && code == Some(0), "{err}");
    assert!(!list.contains("secret") && list.contains("https://ann@www.a.invalid/f"), "{list}");
    for (what, document) in [(&["library", "import", "-"][..], &document), (&["import", "-"], &list)] {
        let other = tempfile::tempdir().expect("a home");
        assert_eq!(run(other.path(), what, document.as_bytes()).2, Some(0));
        let (out, _, _) = run(other.path(), &["feeds"], b"");
        assert!(
            out.contains("password missing; set it with: tidings add https://ann:PASSWORD@www.a.invalid/f"),
            "{out}"
        );
        assert_eq!(out.matches("password missing").count(), 1, "{out}");
        // The list with the password sets it.
        fs::copy(home.path().join("list.opml"), other.path().join("list.opml")).expect("a list");
        assert_eq!(run(other.path(), &["import", "list.opml"], b"").2, Some(0));
        let (out, _, _) = run(other.path(), &["feeds"], b"");
        assert!(!out.contains("password missing"), "{out}");
    }
}

#[test]
fn library_exports_are_private_and_feed_lists_follow_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let (home, path) = home();
    assert_eq!(library(home.path(), &["export", "all.json", "--opml", "feeds.opml"]).2, Some(0));
    assert_eq!(library(home.path(), &["backup", "copy.db"]).2, Some(0));
    fs::write(home.path().join("plain"), "").expect("a file");
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let of = |name: &str| mode(&home.path().join(name));
    assert_eq!([mode(&path), of("all.json"), of("copy.db")], [0o600; 3]);
    assert_eq!(of("feeds.opml"), of("plain"));
}

#[test]
fn others_can_mark_while_an_import_waits_for_its_document() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let (home, _) = home();
    let document = library(home.path(), &["export"]).0;
    let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(["library", "import", "-"])
        .env("HOME", home.path())
        .env_remove("XDG_DATA_HOME")
        .env_remove("TIDINGS_LIBRARY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    // White space between two lines has no meaning.
    let (first, second) = document.split_at(document.find("\n\"marks\"").expect("a list"));
    let mut input = child.stdin.take().expect("a pipe");
    // More than a pipe holds: once it is written, the program has begun to read.
    input.write_all(first.as_bytes()).and_then(|()| input.write_all(&vec![b' '; 1 << 20])).expect("it reads");
    let (_, err, code) = run(home.path(), &["mark", "read", "-q", "", "feed.json"], b"");
    assert_eq!((err.as_str(), code), ("", Some(0)));
    input.write_all(second.as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("now:"));
}
