//! Lists of subscriptions: real ones are read completely, written ones are read back, and import and export keep the
//! user's data.

#[path = "support/command.rs"]
mod command;
#[path = "support/corpus.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod corpus;
#[path = "support/skip.rs"]
mod skip;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use regex::Regex;
use tidings::feed::opml::{self, OpmlEntry};
use tidings::text::CleanBuf;

use command::run;

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn list(outlines: &str) -> String {
    format!("<opml version='2.0'><head><title>t</title></head><body>{outlines}</body></opml>")
}

fn outline(name: &str) -> String {
    format!("<outline type='rss' text='{name}' xmlUrl='http://{name}.invalid/feed'/>")
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "opml") {
            files.push(path);
        }
    }
}

#[test]
fn every_real_list_is_read_completely() {
    let Some(folder) = corpus::folder() else { return };
    let mut files = Vec::new();
    files_below(&folder.join("opml"), &mut files);
    assert!(files.len() > 60, "only {} lists", files.len());
    let address = Regex::new("xmlUrl=\"([^\"]*)\"").expect("a pattern");
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        let found = opml::read(&mut bytes.as_slice()).unwrap_or_else(|refusal| panic!("{}: {refusal}", file.display()));
        let text = String::from_utf8_lossy(&bytes);
        let named = address.captures_iter(&text).filter(|found| !found[1].trim().is_empty()).count();
        let total = found.subscriptions.len() + found.repeated + found.left_out.len();
        assert!(total >= named, "{}: {total} of {named}", file.display());
        assert!(found.problems.is_empty(), "{}: {:?}", file.display(), found.problems);
        let mut written = Vec::new();
        opml::write("t", &found.subscriptions, &mut written).expect("memory");
        let again = opml::read(&mut written.as_slice()).expect("a list");
        assert_eq!(again.subscriptions, found.subscriptions, "{}", file.display());
    }
}

fn subscriptions() -> impl Strategy<Value = Vec<OpmlEntry>> {
    let text = || any::<String>().prop_map(|text| CleanBuf::line(&text));
    let full = || text().prop_filter("a name", |name| !name.is_empty());
    let categories =
        prop::collection::vec(prop_oneof![full(), Just(CleanBuf::line("a")), Just(CleanBuf::line("b"))], 0..4);
    let one = (full(), "[a-z]{1,4}", text(), categories).prop_map(|(title, path, site, categories)| {
        let site = if site.is_empty() { site } else { CleanBuf::line("https://example.org/?a=1&b='2'") };
        (title, path, site, categories)
    });
    prop::collection::vec(one, 0..20).prop_map(|all| {
        let all = all.into_iter().enumerate();
        all.map(|(n, (title, path, site, categories))| {
            let address = CleanBuf::line(&format!("http://{path}.invalid/{n}?x=1&y=\"2\"<3>"));
            OpmlEntry { title, address, site, categories }
        })
        .collect()
    })
}

proptest! {
    #[test]
    fn written_lists_are_read_back(subscriptions in subscriptions()) {
        let mut written = Vec::new();
        opml::write("a < b & c", &subscriptions, &mut written).expect("memory");
        let read = opml::read(&mut written.as_slice()).expect("a list");
        prop_assert_eq!(read.subscriptions, subscriptions);
        prop_assert!(read.problems.is_empty() && read.left_out.is_empty() && read.repeated == 0);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = opml::read(&mut bytes.as_slice());
    }

    #[test]
    fn damaged_lists_never_panic(cut in 0_usize..400, at in 0_usize..400, byte: u8) {
        let mut bytes = list(&format!("<outline text='x'>{}{}</outline>", outline("a"), outline("b"))).into_bytes();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut);
        if let Ok(found) = opml::read(&mut bytes.as_slice()) {
            prop_assert!(found.subscriptions.len() <= 2);
        }
    }
}

#[test]
fn lists_are_imported_once_and_exported_again() {
    let home = home();
    let text = list(&format!("<outline text='News'>{}</outline>{}", outline("a"), outline("b")));
    fs::write(home.path().join("a.opml"), &text).expect("a file");
    let first = run(home.path(), &["import", "a.opml"], b"");
    assert_eq!(first, ("2 feeds added, 0 already subscribed, 0 left out\n".into(), String::new(), Some(0)));
    let more = list(&format!("{}{}<outline text='f' xmlUrl='ftp://f.invalid/'/>", outline("b"), outline("c")));
    let (out, err, code) = run(home.path(), &["import", "-"], more.as_bytes());
    assert_eq!((out.as_str(), code), ("1 feed added, 1 already subscribed, 1 left out (ftp://f.invalid/)\n", Some(1)));
    assert_eq!(err, "tidings: standard input: left out “ftp://f.invalid/”: is neither http nor https\n");
    let (exported, err, code) = run(home.path(), &["export"], b"");
    assert_eq!((err.as_str(), code), ("", Some(0)));
    let names: Vec<String> = opml::read(&mut exported.as_bytes())
        .expect("a list")
        .subscriptions
        .iter()
        .map(|one| format!("{}{}", one.categories.first().map_or("", CleanBuf::as_str), one.title))
        .collect();
    assert_eq!(names, ["Newsa", "b", "c"]);
    assert!(home.path().join(".local/share/tidings/library.db").is_file());
    let elsewhere = run(home.path(), &["export", "--library", "other.db"], b"");
    assert_eq!((elsewhere.0.as_str(), elsewhere.2), ("", Some(1)));
}

#[test]
fn a_dry_run_reports_changes_and_makes_none() {
    let home = home();
    fs::write(home.path().join("a.opml"), list(&format!("<outline text='News'>{}</outline>", outline("a"))))
        .expect("a file");
    let (out, err, code) = run(home.path(), &["import", "--dry-run", "a.opml"], b"");
    let expected = "News  a  http://a.invalid/feed\n1 feed would be added, 0 already subscribed, 0 left out\n";
    assert_eq!((out.as_str(), err.as_str(), code), (expected, "", Some(0)));
    assert!(!home.path().join(".local").exists());
    let (out, err, code) = run(home.path(), &["export"], b"");
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(err.contains("no subscriptions"), "{err}");
}

#[test]
fn a_file_that_is_not_a_list_is_reported_and_the_others_are_imported() {
    let home = home();
    fs::write(home.path().join("a.opml"), list(&outline("a"))).expect("a file");
    fs::write(home.path().join("b.xml"), "<rss><channel><title>x</title></channel></rss>").expect("a file");
    let (out, err, code) = run(home.path(), &["import", "b.xml", "none.opml"], b"");
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(err.contains("b.xml: a feed, not a list") && err.contains("none.opml: cannot open"), "{err}");
    let (out, _, code) = run(home.path(), &["import", "b.xml", "a.opml"], b"");
    assert_eq!((out.as_str(), code), ("1 feed added, 0 already subscribed, 0 left out\n", Some(1)));
    assert_eq!(run(home.path(), &["import"], b"").2, Some(2));
}

#[test]
fn an_export_overwrites_a_file_only_if_forced() {
    let home = home();
    run(home.path(), &["import", "-"], list(&outline("a")).as_bytes());
    let target = home.path().join("x.opml");
    fs::write(&target, "mine").expect("a file");
    let (_, err, code) = run(home.path(), &["export", "x.opml"], b"");
    assert_eq!((err.as_str(), code), ("tidings: x.opml: already exists; --force replaces it\n", Some(2)));
    assert_eq!(fs::read_to_string(&target).expect("a file"), "mine");
    assert_eq!(run(home.path(), &["export", "--force", "x.opml"], b"").2, Some(0));
    assert!(fs::read_to_string(&target).expect("a file").contains("http://a.invalid/feed"));
    assert_eq!(run(home.path(), &["export", "y.opml"], b"").2, Some(0));
    assert_eq!(run(home.path(), &["export", "/dev/null"], b"").2, Some(0));
    assert_eq!(run(home.path(), &["export", "none/y.opml"], b"").2, Some(2));
}

#[test]
fn lists_cannot_control_the_terminal() {
    let home = home();
    let hostile = list(
        "<outline text='a\u{1b}]0;x\u{7}\u{202e}' xmlUrl='ftp://\u{1b}[2J\u{9b}31m'/><outline text='b\u{1b}[1m' xmlUrl='http://b.invalid/'/>",
    );
    for arguments in [&["import", "--dry-run", "-"][..], &["import", "-"], &["export"]] {
        let (out, err, _) = run(home.path(), arguments, hostile.as_bytes());
        let is_hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!out.contains(is_hostile) && !err.contains(is_hostile), "{out:?} {err:?}");
    }
}
