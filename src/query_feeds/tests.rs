//! What a saved query finds in the library, and the files that hold it.

use std::fs;
use std::os::unix::fs::MetadataExt;

use proptest::prelude::*;

use super::*;
use crate::library::tests::{library, subscribed};
use crate::library::{Checked, Flags, Outcome, SavedQuery, SourceId};
use crate::release::{Date, Release};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();

/// A release; the number decides its day.
fn release(number: u32, title: &str) -> Release {
    Release {
        id: CleanBuf::line(&number.to_string()),
        title: CleanBuf::line(title),
        topics: vec![CleanBuf::line(if number.is_multiple_of(2) { "Even" } else { "Odd" })],
        date: Date::from_ymd(2018, 1 + number / 28 % 12, 1 + number % 28),
        ..Release::default()
    }
}

fn store(library: &mut Library, source: SourceId, releases: &[Release]) {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at: 7, outcome, moved: None, address: None, origin: None };
    library.apply(source, &checked, releases).expect("written");
}

fn titles(library: &Library, query: &str, most: usize) -> Vec<String> {
    let query = parse(query).expect("a query");
    let Matching { catalog, releases, .. } =
        matching(library, &query, &CleanBuf::line("T"), most, TODAY).expect("read");
    releases.iter().filter_map(|&index| Some(catalog.release(index)?.title().as_str().to_owned())).collect()
}

/// A library with 100 releases of one source, more than several parts.
fn many() -> (tempfile::TempDir, Library) {
    let (folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let releases: Vec<Release> =
        (0..100).map(|n| release(n, &format!("r{n:03} {}", if n % 10 == 0 { "tea" } else { "rice" }))).collect();
    store(&mut library, source, &releases);
    (folder, library)
}

#[test]
fn a_release_without_a_date_has_the_time_when_it_was_first_stored() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    store(&mut library, source, &[Release { date: None, ..release(1, "tea") }, release(2, "tea")]);
    let [file, query, format, address, state] = std::array::from_fn(|_| String::new());
    let (name, uri) = ("Tea".to_owned(), "urn:x".to_owned());
    let kept = KeptFeed { file, name, query, uri, format, most: 9, address, state };
    let query = parse("tea").expect("a query");
    let (out, count) = document(&library, &query, &kept, FeedFormat::Atom, TODAY).expect("read");
    let out = String::from_utf8(out).expect("text");
    assert_eq!(count, 2);
    assert_eq!(out.matches("<updated>1970-01-01T00:00:07Z</updated>").count(), 1, "{out}");
    assert!(!out.contains("1970-01-01T00:00:00Z"), "{out}");
    let (json, _) = document(&library, &query, &kept, FeedFormat::Json, TODAY).expect("read");
    assert!(!String::from_utf8_lossy(&json).contains("1970"), "JSON Feed has no date then");
}

#[test]
fn the_newest_matching_releases_are_found_through_all_parts() {
    let (_folder, library) = many();
    let expected: Vec<String> = (0..10).rev().map(|n| format!("r{:03} tea", n * 10)).collect();
    assert_eq!(titles(&library, "tea", 100), expected);
    assert_eq!(titles(&library, "tea", 3), expected[..3]);
    assert_eq!(titles(&library, "tea", 0), [""; 0]);
    assert_eq!(titles(&library, "", 1_000).len(), 100);
    // The name of a topic means that topic in every part.
    assert_eq!(titles(&library, "tea topic:even", 100), expected);
    assert_eq!(titles(&library, "tea topic:odd", 100), [""; 0]);
}

#[test]
fn marks_and_full_texts_count() {
    let (_folder, mut library) = many();
    let key = library.sources().expect("read")[0].key.clone();
    let number = |title: u32| crate::release::Identity::from(&release(title, "")).number();
    library.mark(Flags::STARRED, true, [(key.as_str(), number(3))]).expect("written");
    library.mark(Flags::READ, true, [(key.as_str(), number(90))]).expect("written");
    assert_eq!(titles(&library, "is:starred", 9), ["r003 rice"]);
    assert_eq!(titles(&library, "tea is:read", 9), ["r090 tea"]);
    assert_eq!(titles(&library, "tea is:unread", 1), ["r080 tea"]);
    let page = Release { body: CleanBuf::line("about porcelain"), ..Release::default() };
    library.keep_page(key.as_str(), number(5), &page, 7).expect("written");
    assert_eq!(titles(&library, "porcelain", 9), ["r005 rice"]);
    assert_eq!(titles(&library, "is:changed", 9), [""; 0]);
}

#[test]
fn of_a_removed_source_only_starred_releases_are_found() {
    let (_folder, mut library) = many();
    let source = library.sources().expect("read")[0].clone();
    let number = crate::release::Identity::from(&release(3, "")).number();
    library.mark(Flags::STARRED, true, [(source.key.as_str(), number)]).expect("written");
    library.edit(&crate::library::Edit::Unsubscribe { id: source.id }, "", 9).expect("written");
    assert_eq!(titles(&library, "", 9), ["r003 rice"]);
}

#[test]
fn a_story_of_two_sources_is_found_once() {
    let (_folder, mut library) = library();
    for name in ["a", "b"] {
        let source = subscribed(&mut library, name);
        let story = Release { url: CleanBuf::line("https://e.invalid/tea"), ..release(1, "One tea story") };
        store(&mut library, source, &[story]);
    }
    assert_eq!(titles(&library, "tea", 9), ["One tea story"]);
}

/// A library with a file that holds a query.
fn kept(folder: &Path, library: &mut Library, format: FeedFormat) -> KeptFeed {
    library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
    let file = folder.join(format!("tea.{}", format.name())).to_string_lossy().into_owned();
    let uri = library.feed_uri("Tea").expect("written").expect("a query");
    let (name, query, format) = ("Tea".to_owned(), "tea".to_owned(), format.name().to_owned());
    let kept = KeptFeed { file, name, query, uri, format, most: 5, address: String::new(), state: String::new() };
    library.keep_feed(&kept).expect("written");
    kept
}

fn update(library: &mut Library) -> Vec<String> {
    update_files(library, TODAY).expect("read").iter().map(ToString::to_string).collect()
}

/// The number of the file, which another content changes.
fn inode(kept: &KeptFeed) -> u64 {
    fs::metadata(&kept.file).expect("the file").ino()
}

#[test]
fn a_file_is_replaced_only_if_its_content_changes() {
    let (folder, mut library) = many();
    for format in FeedFormat::ALL {
        let kept = kept(folder.path(), &mut library, format);
        assert_eq!(update(&mut library), [""; 0]);
        let (first, content) = (inode(&kept), fs::read(&kept.file).expect("the file"));
        assert_eq!(update(&mut library), [""; 0]);
        assert_eq!(inode(&kept), first);
        let source = library.sources().expect("read")[0].id;
        store(&mut library, source, &[release(200, "more rice")]);
        assert_eq!(update(&mut library), [""; 0]);
        assert_eq!(inode(&kept), first, "it does not match");
        store(&mut library, source, &[release(250, "more tea")]);
        assert_eq!(update(&mut library), [""; 0]);
        assert_ne!(fs::read(&kept.file).expect("the file"), content);
        fs::write(&kept.file, "something else").expect("written");
        fs::remove_file(&kept.file).expect("removed");
        assert_eq!(update(&mut library), [""; 0]);
        assert!(fs::read_to_string(&kept.file).expect("the file").contains("more tea"), "a lost file comes back");
        store(&mut library, source, &[release(200, "other rice"), release(250, "more rice")]);
        library.stop_keeping_feed(&kept.file).expect("written");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_reported_until_it_can() {
    let (folder, mut library) = many();
    let kept = kept(folder.path(), &mut library, FeedFormat::Atom);
    fs::create_dir(&kept.file).expect("a folder");
    for _ in 0..2 {
        assert_eq!(update(&mut library), [format!("{}: cannot write: not a regular file", kept.file)]);
    }
    fs::remove_dir(&kept.file).expect("removed");
    assert_eq!(update(&mut library), [""; 0]);
    assert!(Path::new(&kept.file).is_file());
    library.save_query(&SavedQuery::new("Tea", "(tea")).expect("written");
    let told = update(&mut library);
    assert!(told.len() == 1 && told[0].contains("not written: Tea: invalid query"), "{told:?}");
}

#[test]
fn a_link_stays_and_its_target_is_replaced() {
    let (folder, mut library) = many();
    let kept = kept(folder.path(), &mut library, FeedFormat::Json);
    let target = folder.path().join("target");
    fs::write(&target, "").expect("written");
    std::os::unix::fs::symlink(&target, &kept.file).expect("a link");
    assert_eq!(update(&mut library), [""; 0]);
    assert!(fs::symlink_metadata(&kept.file).expect("the link").is_symlink());
    assert!(fs::read_to_string(&target).expect("the target").contains("r090 tea"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever the size of the parts, the same releases are found as by a test of all at once.
    #[test]
    fn parts_find_what_one_search_of_everything_finds(
        kinds in proptest::collection::vec(0_usize..4, 0..60),
        query in prop::sample::select(vec!["tea", "-tea", "topic:even rice", "tea OR topic:odd", "is:unread"]),
        most in 0_usize..20,
    ) {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let words = ["tea", "rice", "tea rice", "salt"];
        let releases: Vec<Release> =
            (0_u32..).zip(&kinds).map(|(n, &kind)| release(n, &format!("r{n:03} {}", words[kind]))).collect();
        store(&mut library, source, &releases);
        let parsed = parse(query).expect("a query");
        let mut builder = crate::catalog::Builder::new();
        (0..).zip(&releases).for_each(|(item, release)| drop(builder.push(item, release)));
        let catalog = builder.publish();
        let context = crate::query::Context { today: TODAY, ..Default::default() };
        let request = crate::query::Request {
            catalog: Arc::clone(&catalog),
            query: parsed,
            counted: None,
            context,
            sort: crate::query::Sort::Newest,
        };
        let hits = crate::query::Searcher::default().search(&request, &mut crate::query::Patient).unwrap_or_default();
        let expected: Vec<String> = hits
            .order
            .iter()
            .take(most)
            .filter_map(|&index| Some(catalog.release(index)?.title().as_str().to_owned()))
            .collect();
        prop_assert_eq!(titles(&library, query, most), expected);
    }
}
