//! What can be named on the command line: files packed or not, folders, patterns, several at once.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

fn tidings(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    // It may end without reading: a broken pipe is no fault of the test.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the program ends")
}

/// Standard output, standard error and exit code.
fn run(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = tidings(folder, arguments, b"");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn rss(titles: &[&str]) -> String {
    let items: Vec<String> =
        titles.iter().map(|title| format!("<item><title>{title}</title><guid>{title}</guid></item>")).collect();
    let items = items.concat();
    format!("<rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn home() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    };
    write("news/a.xml", rss(&["one", "two"]).as_bytes());
    write("news/b.json", br#"[{"id":"3","title":"three"}]"#);
    write("news/deep/c.rss.gz", &gzip(rss(&["four"]).as_bytes()));
    write("news/deep/d.json.zst", &zstd::encode_all(&br#"[{"title":"five"}]"#[..], 3).expect("memory"));
    write("news/notes.txt", b"no feed at all");
    write("news/.hidden.json", br#"[{"title":"hidden"}]"#);
    write("empty/x", b"");
    fs::remove_file(folder.path().join("empty/x")).expect("gone");
    write("other/readme", b"text");
    folder
}

#[test]
fn a_folder_is_read_with_all_that_is_in_it() {
    let home = home();
    let (out, err, code) =
        run(home.path(), &["list", "news", "--columns", "title", "--format", "tsv", "--sort", "title"]);
    assert_eq!((out.as_str(), code), ("title\nfive\nfour\none\nthree\ntwo", Some(0)), "{err}");
    assert!(err.contains("notes.txt") && err.contains("is no feed"), "{err}");
}

#[test]
fn a_folder_without_a_feed_is_refused() {
    let home = home();
    for (folder, words) in [("empty", "is an empty folder"), ("other", "is a folder without a feed in it")] {
        let (out, err, code) = run(home.path(), &["list", folder]);
        assert_eq!((out.as_str(), code), ("", Some(2)));
        assert!(err.contains(words), "{err}");
    }
}

#[test]
fn packed_files_pipes_and_patterns_are_read_and_nothing_twice() {
    let home = home();
    let count = |arguments: &[&str]| {
        let (out, err, _) = run(home.path(), &[&["list", "--count"], arguments].concat());
        assert!(err.is_empty(), "{err}");
        out
    };
    assert_eq!(count(&["news/deep/c.rss.gz"]), "1");
    assert_eq!(count(&["news/deep/*"]), "2");
    assert_eq!(count(&["news/a.xml", "news/../news/a.xml", "news/b.json"]), "3");
    let piped = tidings(home.path(), &["list", "--count", "-"], &gzip(rss(&["p", "q"]).as_bytes()));
    assert_eq!(String::from_utf8_lossy(&piped.stdout).trim(), "2");
    let (_, err, code) = run(home.path(), &["list", "news/*.none"]);
    assert!(code == Some(2) && err.contains("news/*.none") && err.contains("cannot be opened"), "{err}");
}

#[test]
fn a_packed_feed_that_is_cut_keeps_what_came_before() {
    let home = home();
    let titles: Vec<String> =
        (0..3_000_u64).map(|n| format!("title {}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let packed = gzip(rss(&titles.iter().map(String::as_str).collect::<Vec<_>>()).as_bytes());
    fs::write(home.path().join("cut.gz"), &packed[..packed.len() / 2]).expect("a file");
    let (out, err, code) = run(home.path(), &["list", "--count", "cut.gz"]);
    let count: usize = out.parse().expect("a number");
    assert!(code == Some(0) && count > 100 && count < 3_000, "{out}");
    assert!(err.contains("cannot be unpacked"), "{err}");
}

#[test]
fn another_character_set_is_read_and_told_where_it_was_guessed() {
    let home = home();
    let (bytes, ..) = encoding_rs::WINDOWS_1251
        .encode("<rss><channel><item><title>Новости международной организации</title></item></channel></rss>");
    fs::write(home.path().join("ru.xml"), &bytes).expect("a file");
    let (out, err, code) = run(home.path(), &["list", "ru.xml", "--columns", "title", "--format", "tsv"]);
    assert_eq!((out.as_str(), code), ("title\nНовости международной организации", Some(0)));
    assert!(err.contains("windows-1251") && err.contains("guess"), "{err}");
}
