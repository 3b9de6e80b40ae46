//! Saved queries as feeds: printed, and kept in files that each sync brings up to date.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::server::Reply;
use crate::test_library::{TestLibrary, feed};

impl TestLibrary {
    /// Follows a feed with two releases about tea and one about rice, and saves the query Tea.
    fn with_tea() -> Self {
        let fixture = Self::new();
        fixture.follow_paths(&["/f"]);
        fixture.serve_titles(&["green tea", "rice", "black tea"]);
        fixture.sync();
        fs::write(fixture.home().join("queries.txt"), "Tea\ttea\nNone\tnothing\n").expect("a file");
        assert_eq!(fixture.run(&["queries", "--import", "queries.txt"]).2, Some(0));
        fixture
    }

    fn serve_titles(&self, titles: &[&str]) {
        let releases: Vec<(&str, &str)> = titles.iter().map(|title| (*title, *title)).collect();
        self.server.set("/f", Reply::ok(feed("Drinks", &releases)));
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("the file")
    }
}

#[test]
fn a_saved_query_is_printed_as_a_feed_that_tidings_reads() {
    let fixture = TestLibrary::with_tea();
    for (format, file) in [("atom", "tea.atom"), ("json", "tea.json")] {
        let print = ["queries", "--feed", "Tea", "--format", format, "--address", "https://example.org/tea"];
        let (out, err, code) = fixture.run(&print);
        assert_eq!((err.as_str(), code), ("", Some(0)));
        assert_eq!(fixture.run(&print).0, out, "it is the same every time");
        fs::write(fixture.file(file), &out).expect("written");
        let (listed, err, _) = fixture.run(&["list", file, "--columns", "title,time", "--format", "tsv"]);
        let lines: Vec<&str> = listed.lines().skip(1).collect();
        assert!(lines.len() == 2 && lines[0].starts_with("green tea\t") && err.is_empty(), "{listed}{err}");
        let (checked, _, code) = fixture.run(&["check", file]);
        assert_eq!(code, Some(0), "{checked}");
    }
    assert_eq!(fixture.run(&["queries", "--feed", "Tea"]).0, {
        let (out, ..) = fixture.run(&["queries", "--feed", "Tea", "--format", "atom"]);
        out
    });
    let (out, _, _) = fixture.run(&["queries", "--feed", "Tea", "--limit", "1"]);
    assert!(out.contains("green tea") && !out.contains("black tea"), "{out}");
    let (out, _, code) = fixture.run(&["queries", "--feed", "None"]);
    assert!(out.contains("<feed") && !out.contains("<entry>") && code == Some(1), "{out}");
    let (_, err, code) = fixture.run(&["queries", "--feed", "Other"]);
    assert_eq!((err.as_str(), code), ("tidings: unknown saved query Other\n", Some(2)));
    let (_, err, code) = fixture.run(&["queries", "--feed", "Tea", "--format", "csv"]);
    assert_eq!((err.as_str(), code), ("tidings: --feed needs the format atom or json\n", Some(2)));
}

#[test]
fn each_sync_brings_a_file_up_to_date() {
    let fixture = TestLibrary::with_tea();
    assert_eq!(
        fixture.run(&["queries", "--feed", "Tea", "--keep", "tea.xml"]),
        (String::new(), String::new(), Some(0))
    );
    let first = fixture.text("tea.xml");
    assert!(first.contains("green tea") && !first.contains("rice"), "{first}");
    let inode = || fs::metadata(fixture.file("tea.xml")).expect("the file").ino();
    let before = inode();
    fixture.serve_titles(&["green tea", "rice", "black tea", "more rice"]);
    assert_eq!(fixture.run(&["sync"]).2, Some(0));
    assert_eq!((inode(), fixture.text("tea.xml")), (before, first), "nothing new matches");
    fixture.serve_titles(&["green tea", "rice", "black tea", "more rice", "white tea"]);
    assert_eq!(fixture.run(&["sync"]).2, Some(0));
    assert!(inode() != before && fixture.text("tea.xml").contains("white tea"));
    let (out, _, code) = fixture.run(&["queries", "--kept"]);
    assert_eq!((out, code), (format!("Tea\tatom\t{}\n", fixture.file("tea.xml").display()), Some(0)));
    // It follows its query to another name, and stays as it is without one.
    fixture.library().rename_query("Tea", "Leaves").expect("written");
    fixture.serve_titles(&["red tea"]);
    fixture.run(&["sync"]);
    assert!(fixture.text("tea.xml").contains("<title>Leaves</title>") && fixture.text("tea.xml").contains("red tea"));
    let (_, err, code) = fixture.run(&["queries", "--drop", "Leaves"]);
    let expected = format!("tidings: {}: no sync writes it any more\n", fixture.file("tea.xml").display());
    assert_eq!((err, code), (expected, Some(0)));
    fixture.serve_titles(&["blue tea"]);
    fixture.run(&["sync"]);
    assert!(!fixture.text("tea.xml").contains("blue tea"));
    assert_eq!(fixture.run(&["queries", "--kept"]).2, Some(1));
}

#[test]
fn a_sync_says_which_file_it_cannot_write_and_succeeds() {
    let fixture = TestLibrary::with_tea();
    fs::create_dir(fixture.file("out")).expect("a folder");
    fixture.run(&["queries", "--feed", "Tea", "--format", "json", "--keep", "out/tea.json"]);
    let before = fixture.text("out/tea.json");
    fs::rename(fixture.file("out"), fixture.file("gone")).expect("moved");
    fixture.serve_titles(&["white tea", "green tea", "black tea"]);
    let (_, err, code) = fixture.run(&["sync"]);
    let file = fixture.file("out/tea.json");
    assert_eq!(
        (err, code),
        (format!("tidings: {}: cannot write: no such file or directory\n", file.display()), Some(0))
    );
    fs::rename(fixture.file("gone"), fixture.file("out")).expect("moved back");
    assert_eq!(fixture.text("out/tea.json"), before);
    assert_eq!(fixture.run(&["sync"]).1, "");
    assert!(fixture.text("out/tea.json").contains("white tea"));
}

#[test]
fn a_file_of_something_else_is_not_replaced() {
    let fixture = TestLibrary::with_tea();
    fs::write(fixture.file("notes.txt"), "mine").expect("written");
    let keep = ["queries", "--feed", "Tea", "--keep", "notes.txt"];
    let (_, err, code) = fixture.run(&keep);
    assert!(err.contains("already exists; --force replaces it") && code == Some(2), "{err}");
    assert_eq!(fixture.text("notes.txt"), "mine");
    assert_eq!(fixture.run(&["queries", "--kept"]).2, Some(1));
    assert_eq!(fixture.run(&[&keep[..], &["--force"]].concat()).2, Some(0));
    // Again, with another format.
    assert_eq!(fixture.run(&[&keep[..], &["--format", "json"]].concat()).2, Some(0));
    assert!(fixture.text("notes.txt").starts_with('{'));
    let (_, err, code) = fixture.run(&["queries", "--feed", "None", "--keep", "notes.txt", "--force"]);
    assert!(err.contains("holds Tea; tidings queries --unkeep FILE ends that") && code == Some(2), "{err}");
    assert_eq!(fixture.run(&["queries", "--unkeep", "notes.txt"]).2, Some(0));
    assert_eq!(fixture.run(&["queries", "--unkeep", "notes.txt"]).2, Some(1));
    fixture.serve_titles(&["white tea"]);
    fixture.run(&["sync"]);
    assert!(!fixture.text("notes.txt").contains("white tea"));
}
