//! Published feeds and collections of hostile strings, from the corpus in the folder named by `TIDINGS_CORPUS`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tidings::release::ProblemKind;
use tidings::text::CleanBuf;

use crate::corpus;
use crate::kept::{loaded, read};

pub fn document(path: &Path) -> Vec<u8> {
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
