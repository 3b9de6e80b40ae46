//! Opens a library of an older version and finds every mark on its release.

#[path = "support/command.rs"]
mod command;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/tiny.rs"]
mod tiny;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use command::run;
use tidings::library::{Direction, Extent, Flags, Library, LibraryPath, NewAccount};
use tidings::text::CleanBuf;

/// What the user saw: source, title or summary, and date; with the marks.
type Seen = BTreeMap<[String; 3], BTreeSet<String>>;

/// A home with a copy of the library.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home");
    fs::copy("tests/golden/library-1.db", home.path().join("library.db")).expect("a copy");
    home
}

/// What the older version showed.
fn wanted() -> Seen {
    let text = fs::read_to_string("tests/golden/marks.tsv").expect("the list");
    let line = |line: &str| {
        let [source, title, date, marks] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let marks = marks.split(' ').filter(|mark| !mark.is_empty()).map(str::to_owned).collect();
        ([source, title, date].map(str::to_owned), marks)
    };
    text.lines().map(line).collect()
}

/// What this version shows.
fn seen(home: &Path) -> Seen {
    let mut seen = Seen::new();
    for (query, mark) in [("", None), ("is:read", Some("read")), ("is:starred", Some("starred"))] {
        let columns = ["--format", "tsv", "--columns", "source,title,summary,date"];
        let arguments = [&["list", "--no-merge", "--library", "library.db", "-q", query], &columns[..]].concat();
        let (out, err, code) = run(home, &arguments, b"");
        assert_eq!((err.as_str(), code), ("", Some(0)));
        for line in out.lines().skip(1) {
            let [source, title, summary, date] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            // Sources with the same name have their host appended.
            let source = source.split(" (").next().unwrap_or_default();
            let title = if title.is_empty() { summary } else { title };
            let marks = seen.entry([source, title, date].map(str::to_owned)).or_default();
            marks.extend(mark.map(str::to_owned));
        }
    }
    seen
}

/// A home with a copy of the library that a version without accounts wrote.
fn home_without_accounts() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home");
    fs::copy("tests/golden/library-6.db", home.path().join("library.db")).expect("a copy");
    home
}

fn open(home: &Path) -> Library {
    Library::open(&LibraryPath::of_file(&home.join("library.db"))).expect("a library").expect("a library")
}

#[test]
fn every_mark_of_an_older_library_stays_with_its_release() {
    let home = home();
    assert_eq!(seen(home.path()), wanted());
    assert_eq!(open(home.path()).mended(), None);
}

#[test]
fn marks_of_feeds_without_subscription_stay() {
    let home = home();
    let library = open(home.path());
    let flags = |key: &str, number| library.flags(key, number).expect("read");
    assert_eq!(flags("file:/tmp/news/harbour.xml", 5_062_057_299_468_712_842), Flags::STARRED);
    assert_eq!(flags("piped:Piped Bulletin", 3_947_880_483_504_631_299), Flags::STARRED);
    assert_eq!(flags("piped:Piped Bulletin", 8_707_682_500_570_026_088), Flags::READ);
    drop(library);
    let piped = fs::read("tests/golden/feeds/piped.json").expect("a feed");
    for (query, title) in [("is:read", "Bulletin two\n"), ("is:starred", "Bulletin nought\n")] {
        let arguments = ["list", "--library", "library.db", "-q", query, "--format", "tsv", "--columns", "title", "-"];
        let (out, err, code) = run(home.path(), &arguments, &piped);
        assert_eq!((out.as_str(), err.as_str(), code), (format!("title\n{title}").as_str(), "", Some(0)));
    }
}

#[test]
fn queries_settings_full_texts_and_the_session_stay() {
    let home = home();
    let library = open(home.path());
    let queries = library.queries().expect("read");
    let queries: Vec<(&str, &str)> = queries.iter().map(|query| (query.name.as_str(), query.query.as_str())).collect();
    assert_eq!(queries, [("stars", "is:starred"), ("morning", "is:unread date:7d")]);
    assert_eq!(tidings::library::kept_days(&library).expect("read"), Some(365));
    assert_eq!(library.pages_of("web:essays.example/feed").expect("read").len(), 2);
    let session = library.session("").expect("read").expect("a session");
    assert!(session.contains(r#""query":"source:\"intranet board\"""#), "{session}");
}

#[test]
fn pictures_are_kept_in_an_older_library_once_it_is_writable() {
    let home = home();
    let mut library = open(home.path());
    assert_eq!(library.picture("https://essays.example/a.png").expect("read"), None);
    library.keep_picture("https://essays.example/a.png", b"pixels").expect("written");
    assert_eq!(library.picture("https://essays.example/a.png").expect("read").as_deref(), Some(&b"pixels"[..]));
    assert_eq!(seen(home.path()), wanted());
}

#[test]
fn an_older_library_gets_a_history() {
    let home = home();
    let mut library = open(home.path());
    assert_eq!(library.steps().expect("read"), []);
    let key = "file:/tmp/news/harbour.xml";
    let marked = [(key, 5_062_057_299_468_712_842)];
    let (_, step) = library.mark_as_step("unstarred", Flags::STARRED, false, marked).expect("written");
    drop(library);
    let mut library = open(home.path());
    assert_eq!(library.steps().expect("read").len(), 1);
    let turned = library.turn(step, Direction::Undo).expect("written");
    assert_eq!((turned.extent, library.flags(key, marked[0].1).expect("read")), (Extent::All, Flags::STARRED));
}

#[test]
fn a_library_without_accounts_gets_them_after_a_backup() {
    let home = home_without_accounts();
    assert_eq!(seen(home.path()), wanted());
    let backup = home.path().join("library.db.backups/before-version-7.db");
    assert!(backup.is_file(), "no backup was made before the migration");
    let mut library = open(home.path());
    assert!(library.accounts().expect("read").is_empty());
    assert!(library.sources().expect("read").iter().all(|source| source.is_direct && source.accounts.is_empty()));
    let [step] = &library.steps().expect("read")[..] else { panic!("one step") };
    assert_eq!(library.turn(step.number, Direction::Undo).expect("written").extent, Extent::All);
    assert_eq!(library.picture("https://essays.example/b.png").expect("read").as_deref(), Some(&b"pixels"[..]));
    let new = NewAccount { name: CleanBuf::line("work"), ..NewAccount::default() };
    assert!(library.add_account(&new).expect("written").is_some());
    assert_eq!(tidings::library::backup::check(&library).expect("read"), []);
}

#[test]
fn a_library_without_accounts_on_a_read_only_disk_is_readable() {
    for file in ["library-1.db", "library-6.db"] {
        let Some(disk) = tiny::disk(900) else { return };
        fs::copy(Path::new("tests/golden").join(file), disk.path().join("library.db")).expect("a copy");
        disk.protect();
        assert_eq!(seen(disk.path()), wanted(), "{file}");
        let library = open(disk.path());
        assert!(library.accounts().expect("read").is_empty(), "{file}");
        assert!(library.sources().expect("read").iter().all(|source| source.is_direct), "{file}");
        assert!(library.export(&mut std::io::sink()).is_ok(), "{file}");
    }
}

#[test]
fn no_key_contains_a_password_and_feeds_that_differed_by_it_are_merged() {
    let home = home();
    let library = open(home.path());
    let sources = library.sources().expect("read");
    let minutes: Vec<&str> = sources
        .iter()
        .filter(|source| source.name().as_str() == "Private Minutes")
        .map(|source| source.key.as_str())
        .collect();
    assert_eq!(minutes, ["web:ann@minutes.example/feed"]);
    assert_eq!(library.pages_of("web:essays.example/feed").expect("read").len(), 2);
    assert_eq!(library.flags("web:eve@never.example/feed", 77).expect("read"), Flags::READ.and(Flags::STARRED));
    let session = library.session("").expect("read").expect("a session");
    assert!(session.contains(r#""feed":"web:bob@intranet.example/feed""#), "{session}");
    assert_eq!(tidings::library::backup::check(&library).expect("read"), []);
}

#[test]
fn an_old_library_on_a_full_disk_is_readable() {
    let Some(disk) = tiny::disk(900) else { return };
    fs::copy("tests/golden/library-1.db", disk.path().join("library.db")).expect("a copy");
    // Neither a backup nor the migration has space.
    disk.fill(0);
    assert_eq!(seen(disk.path()), wanted());
    assert!(open(disk.path()).read_only().is_some());
    assert_eq!(open(disk.path()).picture("https://essays.example/a.png").expect("read"), None);
    disk.make_room();
    assert_eq!(open(disk.path()).read_only(), None, "it is brought up to date once there is room");
    let Some(disk) = tiny::disk(900) else { return };
    fs::copy("tests/golden/library-1.db", disk.path().join("library.db")).expect("a copy");
    disk.protect();
    assert_eq!(seen(disk.path()), wanted());
}
