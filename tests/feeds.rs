//! The feed reader on real and hostile documents, through its public interface.
//!
//! The documents of the corpus are outside the repository, in the folder named by `TIDINGS_CORPUS`.

#[path = "support/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "support/kept.rs"]
mod kept;
#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tidings::feed::{self, Refusal, Sink};
use tidings::release::{Problem, ProblemKind, Release};
use tidings::text::{Clean, CleanBuf};

use kept::Kept;

fn read_from(input: &mut dyn Read, mut kept: Kept) -> (Kept, Result<(), Refusal>) {
    let source = CleanBuf::line("test.json");
    let result = feed::read(source.as_clean(), input, &mut kept);
    (kept, result)
}

fn read(mut bytes: &[u8]) -> (Kept, Result<(), Refusal>) {
    read_from(&mut bytes, Kept::default())
}

fn loaded(text: &str) -> Kept {
    let (kept, result) = read(text.as_bytes());
    result.unwrap_or_else(|refusal| panic!("{text} {refusal}"));
    kept
}

fn clean(text: &str) -> Kept {
    let kept = loaded(text);
    assert!(kept.problems.is_empty(), "{text} {:?}", kept.reasons());
    kept
}

fn refusal(bytes: &[u8]) -> String {
    let (kept, result) = read(bytes);
    assert!(kept.releases.is_empty());
    result.expect_err("no feed").to_string()
}

/// Reads a text in pieces.
struct Pieces<'a> {
    rest: &'a [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].min(buffer.len()).min(self.rest.len());
        self.turn += 1;
        let (now, rest) = self.rest.split_at(size);
        buffer[..size].copy_from_slice(now);
        self.rest = rest;
        Ok(size)
    }
}

fn document(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "zst") {
        return zstd::decode_all(bytes.as_slice()).expect("zstd data");
    }
    bytes
}

fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            json_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

#[test]
fn a_json_feed_has_its_title_and_resolves_its_links() {
    let kept = clean(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"The feed","home_page_url":"https://example.org/a/",
        "feed_url":"https://example.org/feed.json","_x":{"items":[1]},"items":[{"id":1,"url":"b c","content_text":"x"},
        {"id":"2","content_text":"y","external_url":"//other.invalid"}],"hubs":[]}"#,
    );
    assert_eq!(kept.title, "The feed");
    let links: Vec<&str> = kept.releases.iter().map(|release| release.url.as_str()).collect();
    assert_eq!(links, ["https://example.org/a/b%20c", "https://other.invalid/"]);
}

#[test]
fn lists_are_found_under_many_names_and_at_many_levels() {
    for text in [
        r#"[{"title":"a"},{"title":"b"}]"#,
        r#" {"Articles" : [ {"title":"a"} , {"title":"b"} ] } "#,
        r#"{"status":"ok","response":{"total":2,"results":[{"webTitle":"","title":"a"},{"title":"b"}]}}"#,
        r#"{"feed":{"title":"t","entry":[{"title":"a"},{"title":"b"}]}}"#,
        r#"{"data":["x"],"meta":[[]],"records":[],"docs":[{"title":"a"},{"title":"b"}]}"#,
        r#"{"news":[{"title":"a"}],"posts":[{"title":"b"}]}"#,
        r#"{"rss":{"channel":{"item":[{"title":"a"},{"title":"b"}]}}}"#,
        "{\"title\":\"a\"}\n{\"title\":\"b\"}",
        "{\"title\":\"a\"}\r\n\r\n{\"title\":\"b\"}\r\n",
        "\u{feff}{\"title\":\"a\",\"data\":{\"title\":\"no\"}}\n{\"title\":\"b\"}\n",
        "{\n \"title\": \"a\"\n}\n{\n \"title\": \"b\"\n}\n",
    ] {
        assert_eq!(clean(text).titles(), ["a", "b"], "{text}");
    }
    assert_eq!(clean(r#"{"title":"a","summary":"b","documents":["c"]}"#).titles(), ["a"]);
    assert_eq!(clean(r#"{"title":"a","summary":"b","documents":["c"]}"#).title, "");
    for text in ["[]", r#"{"items":[]}"#, r#"{"title":"t","items":[ ]}"#, r#"{"results":[],"count":0}"#] {
        assert!(clean(text).releases.is_empty(), "{text}");
    }
    assert_eq!(clean(r#"{"items":[],"title":"late"}"#).title, "late");
}

#[test]
fn a_bad_item_costs_only_itself() {
    let around = |bad: &str| format!("{{\"items\":[{{\"title\":\"a\"}},\n{bad},\n{{\"title\":\"b\"}}]}}");
    for (bad, kind) in [
        ("1", ProblemKind::Item),
        ("null", ProblemKind::Item),
        ("{}", ProblemKind::Item),
        ("[{\"title\":\"x\"}]", ProblemKind::Item),
        ("{\"title\":tru}", ProblemKind::Syntax),
        ("{\"title\" \"x\"}", ProblemKind::Syntax),
        ("{\"title\":\"x\",}", ProblemKind::Syntax),
        ("nul", ProblemKind::Syntax),
        ("", ProblemKind::Syntax),
        ("{\"title\":\"not closed}", ProblemKind::Syntax),
        ("{\"title\":\"not closed\n}", ProblemKind::Syntax),
        ("{\"title\":\"5\" tall\"}", ProblemKind::Syntax),
        ("{\"title\":\"x\",\"tags\":[}", ProblemKind::Syntax),
        ("{\"title\":\"x\",\"y\":\"a\"b\"c\"}", ProblemKind::Syntax),
    ] {
        let kept = loaded(&around(bad));
        assert_eq!(kept.titles(), ["a", "b"], "{bad}");
        assert_eq!((kept.problems.len(), kept.of(kind)), (1, 1), "{bad} {:?}", kept.reasons());
        assert_eq!(kept.problems[0].item, Some(1), "{bad}");
    }
}

#[test]
fn a_bad_item_on_one_line_costs_only_itself() {
    let kept = loaded(r#"[{"title":"a"},{"title":"5" tall","by":[{"name":"A"},{"name":"B"}]},{"title":"b"}]"#);
    assert_eq!(kept.titles(), ["a", "b"]);
    assert_eq!(kept.reasons().len(), 1);
    let kept = loaded(r#"[{"title":"a"},{"title":"not closed},{"other":"b"}]"#);
    assert_eq!(kept.titles(), ["a"]);
    assert!(kept.reasons()[0].ends_with("the rest could not be read"), "{:?}", kept.reasons());
}

#[test]
fn bad_text_is_repaired_and_reported() {
    let (kept, result) = read(b"{\"items\":[{\"title\":\"a\xff\"},{\"title\":\"b\x01\"},{\"title\":\"c\\ud800\"}]}");
    result.expect("a feed");
    assert_eq!(kept.titles(), ["a\u{fffd}", "b", "c\u{fffd}"]);
    assert_eq!(kept.of(ProblemKind::Syntax), 3);
    assert_eq!(kept.problems[0].byte, Some(21));
}

#[test]
fn a_bad_line_costs_only_itself() {
    for bad in ["{\"title\":\"x", "{\"title\":[}", "garbage", "{\"title\":tru}", "{\"title\":\"x\"", "{\"a\":[[", "}"] {
        let kept = loaded(&format!("{{\"title\":\"a\"}}\n{bad}\n{{\"title\":\"b\"}}\n"));
        assert_eq!(kept.titles(), ["a", "b"], "{bad}");
        assert_eq!((kept.reasons().len(), kept.of(ProblemKind::Syntax)), (1, 1), "{bad} {:?}", kept.reasons());
        assert_eq!(kept.problems[0].item, Some(1), "{bad}");
    }
    let kept = loaded("{\"title\":tru}\n{\"title\":\"a\"}\n\n7\n{\"title\":\"b\"}");
    assert_eq!((kept.titles(), kept.problems.len()), (vec!["a", "b"], 2));
    assert_eq!(kept.problems[1].item, Some(3));
    let kept = loaded("{\"title\":[\n{\"title\":\"a\"}\n{\"title\":\"b\"}");
    assert_eq!((kept.titles(), kept.problems.len()), (vec!["a", "b"], 1));
    let kept = loaded(r#"{"title":"a"}{"title":"b"}"#);
    assert_eq!((kept.titles(), kept.of(ProblemKind::Syntax)), (vec!["a", "b"], 1));
}

#[test]
fn a_document_that_is_cut_off_keeps_the_items_before() {
    let kept = loaded(r#"{"title":"t","items":[{"title":"a"},{"title":"b"},{"ti"#);
    assert_eq!(kept.titles(), ["a", "b"]);
    assert_eq!(kept.reasons(), ["test.json, item 2, byte 50: the source is cut off in item 2"]);
    assert_eq!(loaded(r#"[{"title":"a"}"#).reasons().len(), 1);
    assert_eq!(loaded("{\"title\":\"a\"}\n{\"title\":").reasons().len(), 1);
    assert_eq!(loaded(r#"{"items":[{"title":"a"}]"#).reasons().len(), 1);
}

#[test]
fn data_after_the_end_is_a_problem() {
    for text in [r#"[{"title":"a"}]x"#, r#"{"items":[{"title":"a"}]}}"#, r#"{"title":"a"} x"#, r#"[{"title":"a"},]"#] {
        let kept = loaded(text);
        assert_eq!((kept.releases.len(), kept.of(ProblemKind::Syntax)), (1, 1), "{text}");
    }
}

#[test]
fn an_envelope_with_a_bad_value_keeps_its_items() {
    let kept = loaded(r#"{"made":NaN,"items":[{"title":"a"}],"x":tru}"#);
    assert_eq!((kept.titles(), kept.of(ProblemKind::Syntax)), (vec!["a"], 2));
}

#[test]
fn other_documents_are_refused_in_one_line() {
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b" \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0", "found a PNG image"),
        (b"<?xml version=\"1.0\"?><svg/>", "found an XML document with the root element <svg>"),
        (b"<!DOCTYPE html><html><body>x", "found a web page (HTML)"),
        (b"<html><link type='application/rss+xml' href='/f.xml'>", "a web page (HTML), which links to the feed /f.xml"),
        (b"<.>", "found text that begins with \u{201c}<.>\u{201d}"),
        (b"\xff\xfe{\0}\0", "found an empty JSON object"),
        (b"\xff\xfe\0\0{\0\0\0", "found UTF-32 text"),
        (b"title,date\na,b\n", "found text that begins with \u{201c}title,date\u{201d}"),
        (b"42", "found a JSON number"),
        (b"{\"a\":1,\"b\":2}", "found a JSON object with the keys a, b;"),
        (b"{}", "found an empty JSON object"),
        (b"{\"a\":1", "the source is cut off (at byte 6)"),
        (b"[section]\nkey = value\n", "invalid JSON"),
        (b"{\"a\" 1}", "expected a colon after the key (at byte 5)"),
    ] {
        let line = refusal(bytes);
        assert!(line.contains(words) && !line.contains('\n'), "{line}");
    }
    assert_eq!(loaded(r#"["x"]"#).of(ProblemKind::Item), 1);
}

#[test]
fn the_first_items_of_a_slow_source_come_with_its_first_bytes() {
    let text = br#"{"items":[{"title":"a"},{"title":"b"},{"title":"c"}]}"#;
    let mut input = Pieces { rest: text, sizes: vec![24, 14, 100], turn: 0 };
    let (kept, result) = read_from(&mut input, Kept::default());
    result.expect("a feed");
    assert_eq!(kept.steps, [0, 1, 2]);
    let mut input = Pieces { rest: text, sizes: vec![24, 14, 100], turn: 0 };
    let (kept, result) = read_from(&mut input, Kept { patience: Some(2), ..Kept::default() });
    result.expect("stopped, not refused");
    assert_eq!((kept.titles(), kept.bytes, kept.problems.len()), (vec!["a"], 38, 0));
}

#[test]
fn a_read_error_is_a_refusal_before_the_first_release_and_a_problem_after() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    let (_, result) = read_from(&mut Fails, Kept::default());
    assert_eq!(result.expect_err("nothing was read").to_string(), "cannot read: gone");
    let (kept, result) = read_from(&mut br#"[{"title":"a"},{"#.chain(Fails), Kept::default());
    result.expect("a release was read");
    assert_eq!(kept.reasons(), ["test.json, byte 15: reading failed here: gone"]);
}

#[test]
fn an_item_that_is_too_large_is_skipped() {
    let large = "x".repeat(65 << 20);
    let kept = loaded(&format!(r#"{{"x":"{large}","items":[{{"title":"a"}},{{"title":"{large}"}},{{"title":"b"}}]}}"#));
    assert_eq!(kept.titles(), ["a", "b"]);
    assert_eq!((kept.of(ProblemKind::Item), kept.problems.len()), (2, 2), "{:?}", kept.reasons());
    let kept = loaded(&format!("{{\"title\":\"a\"}}\n{{\"title\":\"{large}\"}}\n{{\"title\":\"b\"}}"));
    assert_eq!((kept.titles(), kept.problems.len()), (vec!["a", "b"], 1));
}

/// A document with most of what can occur in one, in each format.
fn sample() -> [String; 3] {
    let items: Vec<String> = (0..12)
        .map(|i| {
            format!(
                r#"{{"id":{i},"title":"T{i} \"é\" \\","tags":["a","b{i}"],"date":"2018-11-06","text":"x\ny","o":{{"l":[[],{{}}]}}}}"#
            )
        })
        .collect();
    [
        format!(r#"{{"title":"é","v":[1,{{"a":null}}],"items":[{}],"end":true}}"#, items.join(",\n ")),
        format!("[{}]", items.join(",")),
        items.join("\n"),
    ]
}

#[test]
fn a_longer_prefix_of_a_document_never_has_fewer_releases() {
    for text in sample() {
        let mut most = 0;
        for length in 0..=text.len() {
            let (kept, _) = read(&text.as_bytes()[..length]);
            assert!(kept.releases.len() >= most, "{length} of {text}");
            most = kept.releases.len();
        }
        assert_eq!(most, 12);
    }
}

proptest! {
    // The input of a failure is short enough to read in the message.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_size_of_reads_makes_no_difference(sizes in prop::collection::vec(1usize..200, 1..20)) {
        for text in sample() {
            let (whole, _) = read(text.as_bytes());
            let (parts, result) =
                read_from(&mut Pieces { rest: text.as_bytes(), sizes: sizes.clone(), turn: 0 }, Kept::default());
            prop_assert!(result.is_ok());
            prop_assert_eq!(whole.releases, parts.releases);
            prop_assert_eq!(parts.problems.len(), 0);
            prop_assert_eq!(whole.title, parts.title);
        }
    }

    #[test]
    fn damaged_documents_never_panic_and_read_the_same_in_any_pieces(
        at in 0usize..1200, with in prop::collection::vec(any::<u8>(), 0..4), cut in 0usize..6, size in 1usize..70, form in 0usize..3,
    ) {
        let mut bytes = sample()[form].clone().into_bytes();
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, with);
        let (whole, one) = read(&bytes);
        let mut input = Pieces { rest: &bytes, sizes: vec![size], turn: 0 };
        let (parts, other) = read_from(&mut input, Kept::default());
        prop_assert_eq!(one.is_ok(), other.is_ok());
        prop_assert_eq!(whole.releases, parts.releases);
        prop_assert_eq!(whole.problems, parts.problems);
    }

    #[test]
    fn random_brackets_never_panic(soup in "([\\[\\]{}\",:\\\\\n 0a]|\"items\":\\[|\\{\"title\":\"x\"\\}){0,60}") {
        let _ = read(soup.as_bytes());
    }
}

#[test]
fn the_json_test_suite_is_judged_correctly() {
    let Some(corpus) = corpus::folder() else { return };
    let folder = corpus.join("adversarial/json-test-suite/test_parsing");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).expect("the test suite") {
        let path = entry.expect("a folder entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (kept, result) = read(&document(&path));
        let is_broken = matches!(result, Err(Refusal::NotJson { .. })) || kept.of(ProblemKind::Syntax) > 0;
        let shown = (kept.reasons(), result.err().map(|refusal| refusal.to_string()));
        match name.get(..2) {
            Some("y_") => assert!(!is_broken, "{name}: {shown:?}"),
            Some("n_") => assert!(is_broken, "{name}: {shown:?}"),
            _ => {}
        }
        seen += 1;
    }
    assert!(seen > 100, "{seen} files");
}

#[test]
fn the_news_feeds_of_the_corpus_load_completely() {
    // Items, topics and places as in the corpus's own table, except that null is not counted.
    const TABLE: [(&str, usize, usize, usize); 11] = [
        ("swiss-nsb-2013.json", 6_838, 40, 50),
        ("doj-2009-2013.json", 6_421, 33, 14),
        ("congress-press-2001-2012.json", 2_321, 12, 10),
        ("newswire-2024.json.zst", 9_628, 11, 814),
        ("who-outbreak-news-1996-2005.json", 1_429, 54, 134),
        ("korea-policy-briefing-2020-01.json", 1_715, 84, 0),
        ("large-korea-policy-briefing-2020-02-to-2021-12.json.zst", 51_332, 640, 0),
        ("fars-news-1-rtl.json", 300, 33, 0),
        ("nber-zh-2026.json", 769, 20, 0),
        ("huffpost-v3-sample.json", 1_172, 24, 0),
        ("huffpost-v3-first-1172.jsonl.zst", 1_172, 24, 0),
    ];
    let Some(corpus) = corpus::folder() else { return };
    for (file, items, topics, places) in TABLE {
        let (kept, result) = read(&document(&corpus.join("news").join(file)));
        result.expect(file);
        assert!(kept.problems.is_empty(), "{file}: {:?}", kept.reasons());
        assert_eq!(kept.releases.len(), items, "{file}");
        let distinct =
            |names: &mut dyn Iterator<Item = &str>| names.filter(|n| !n.is_empty()).collect::<BTreeSet<_>>().len();
        let found = distinct(&mut kept.releases.iter().flat_map(|r| r.topics.iter().map(CleanBuf::as_str)));
        assert_eq!(found, topics, "topics of {file}");
        assert_eq!(distinct(&mut kept.releases.iter().map(|r| r.place.as_str())), places, "places of {file}");
        assert_eq!(kept.title.is_empty(), file.contains("jsonl"), "{file}");
    }
}

#[test]
fn both_formats_of_one_feed_give_the_same_releases() {
    let Some(corpus) = corpus::folder() else { return };
    let [sample, original] = ["huffpost-v3-sample.json", "huffpost-v3-first-1172.jsonl.zst"]
        .map(|file| read(&document(&corpus.join("news").join(file))).0.releases);
    for (sample, original) in sample.iter().zip(&original) {
        assert_eq!(sample.title, original.title);
        assert_eq!((&sample.topics, sample.date, &sample.url), (&original.topics, original.date, &original.url));
    }
}

#[test]
fn terminal_escapes_load_without_their_controls() {
    let Some(corpus) = corpus::folder() else { return };
    let (kept, result) = read(&document(&corpus.join("adversarial/as-feed/terminal-escapes-as-feed.json")));
    result.expect("a feed");
    assert!(kept.releases.len() > 20 && kept.of(ProblemKind::Syntax) == 0, "{:?}", kept.reasons());
    for release in &kept.releases {
        for line in [&release.title, &release.place, &release.url, &release.id] {
            assert!(!line.as_str().chars().any(char::is_control), "{line}");
        }
        assert!(
            release.url.is_empty() || release.url.as_str().bytes().all(|b| b.is_ascii_graphic()),
            "{}",
            release.url
        );
    }
}

#[test]
fn naughty_strings_do_no_harm_in_any_field() {
    let Some(corpus) = corpus::folder() else { return };
    let strings: Vec<String> =
        serde_json::from_slice(&document(&corpus.join("adversarial/blns/blns.json"))).expect("a list of strings");
    let items: Vec<serde_json::Value> = strings
        .iter()
        .map(|s| {
            serde_json::json!({"id": s, "title": s, "tags": [s, {"name": s}], "summary": s, "content_html": s, "date": s,
                "place": s, "author": {"name": s}, "url": s, "external_url": "https://example.org/"})
        })
        .collect();
    let kept =
        loaded(&serde_json::json!({"title": "t", "home_page_url": "https://x.invalid/", "items": items}).to_string());
    assert_eq!(kept.releases.len(), strings.len());
    assert_eq!(kept.problems.len(), kept.of(ProblemKind::Field));
}

#[test]
fn published_json_feeds_load() {
    let Some(corpus) = corpus::folder() else { return };
    let mut files = Vec::new();
    json_files(&corpus.join("feeds"), &mut files);
    let mut seen = 0;
    for path in files {
        let bytes = document(&path);
        let Ok(value) =
            serde_json::from_slice::<serde_json::Value>(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes))
        else {
            continue;
        };
        if !value["version"].as_str().is_some_and(|version| version.contains("jsonfeed.org")) {
            continue;
        }
        let items = value["items"].as_array().map_or(0, Vec::len);
        let (kept, result) = read(&bytes);
        assert!(result.is_ok(), "{}: {result:?}", path.display());
        let lost = kept.of(ProblemKind::Item) + kept.of(ProblemKind::Syntax);
        assert_eq!(kept.releases.len() + lost, items, "{}: {:?}", path.display(), kept.reasons());
        assert!(items == 0 || !kept.releases.is_empty(), "{}: {:?}", path.display(), kept.reasons());
        assert_eq!(kept.title, value["title"].as_str().unwrap_or_default().trim(), "{}", path.display());
        if !kept.problems.is_empty() {
            eprintln!("{}: {:?}", path.display(), kept.reasons());
        }
        seen += 1;
    }
    assert!(seen >= 10, "{seen} feeds");
}

/// Wants nothing more after some releases, and expects no further read.
struct EnoughAfter {
    releases: usize,
    enough: usize,
}

impl Sink for EnoughAfter {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _: u64, _: &Release) {
        self.releases += 1;
    }

    fn problem(&mut self, _: Problem) {}

    fn is_over(&mut self) -> bool {
        self.releases >= self.enough
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[test]
fn a_sink_that_is_done_receives_no_further_item_of_the_same_read() {
    let each = |item: &dyn Fn(usize) -> String, between: &str| (0..50).map(item).collect::<Vec<_>>().join(between);
    let json = |n| format!("{{\"id\":\"{n}\",\"title\":\"T{n}\"}}");
    let documents = [
        format!("[{}]", each(&json, ",")),
        format!("{{\"title\":\"F\",\"items\":[{}]}}", each(&json, ",")),
        each(&json, "\n"),
        format!("<rss><channel>{}</channel></rss>", each(&|n| format!("<item><title>T{n}</title></item>"), "")),
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\">{}</feed>",
            each(&|n| format!("<entry><id>{n}</id><title>T{n}</title></entry>"), "")
        ),
    ];
    for document in documents {
        for enough in [0, 1, 3] {
            let mut sink = EnoughAfter { releases: 0, enough };
            let name = CleanBuf::line("feed");
            feed::read(name.as_clean(), &mut document.as_bytes(), &mut sink).expect("it is no fault to have enough");
            assert_eq!(sink.releases, enough, "{document:.60}");
        }
    }
}

#[test]
fn titles_of_feeds_and_addresses_of_enclosures_are_cleaned_too() {
    let documents = [
        r#"<rss><channel><title>A&#27;[31m&#x202E;B&#x200E;</title><item><title>T</title>
           <enclosure url="https://a.invalid/&#27;[31m&#x202E;x.mp3" type="audio/mpeg&#27;[1m" length="1"/></item></channel></rss>"#,
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>A&#27;[31m&#x202E;B&#x200E;</title><entry><id>1</id><title>T</title>
           <link rel="enclosure" href="https://a.invalid/&#27;[31m&#x202E;x.mp3" title="&#27;[1m"/></entry></feed>"#,
        r#"{"title":"A\u001b[31m\u202eB\u200e","items":[{"title":"T","attachments":
           [{"url":"https://a.invalid/\u001b[31m\u202ex.mp3","mime_type":"audio/mpeg\u001b[1m"}]}]}"#,
    ];
    for document in documents {
        let kept = loaded(document);
        assert_eq!((kept.title.as_str(), kept.releases.len()), ("AB", 1), "{document}");
        let links = kept.releases[0].links.iter().flat_map(|link| [&link.address, &link.label, &link.media]);
        for text in links {
            assert!(text.as_str().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text:?} of {document}");
        }
    }
}
