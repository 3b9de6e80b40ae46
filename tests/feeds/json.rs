//! JSON: where the list of releases is, and which documents are refused.

use std::fs;

use tidings::feed::Refusal;
use tidings::release::ProblemKind;

use crate::corpus;
use crate::kept::{Kept, loaded, read};
use crate::published::document;

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
fn a_json_feed_without_items_is_an_empty_feed() {
    for items in ["", ",\"items\":null", ",\"items\":{}", ",\"items\":[]", ",\"items\":\"none\""] {
        let feed =
            format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Comments on: Rye\"{items}}}");
        let kept = loaded(&feed);
        assert_eq!((kept.title.as_str(), kept.releases.len()), ("Comments on: Rye", 0), "{feed}");
    }
    assert_eq!(loaded("{\"title\":\"A release\",\"url\":\"https://a.invalid/\"}").releases.len(), 1);
}

#[test]
fn a_release_whose_text_is_a_list_of_blocks_is_one_release() {
    let blocks = "[{\"type\":\"heading\",\"text\":\"Why\"},{\"type\":\"paragraph\",\"text\":\"So.\"},{\"type\":\"image\",\"url\":\"https://a.invalid/i.png\"}]";
    for release in [
        format!("{{\"title\":\"Rye\",\"url\":\"https://a.invalid/\",\"body\":{blocks}}}"),
        format!("{{\"content\":{blocks},\"title\":\"Rye\",\"url\":\"https://a.invalid/\"}}"),
        format!("{{\"headline\":\"Rye\",\"date\":\"2026-05-01\",\"content\":{blocks}}}"),
        format!("{{\"title\":\"Rye\",\"content\":{}}}", blocks.replace("\"text\"", "\"content\"")),
    ] {
        let kept = loaded(&release);
        assert_eq!(kept.titles(), ["Rye"], "{release}");
        assert_eq!(kept.releases[0].summary.as_str(), "Why\n\nSo.", "{release}");
    }
    // A page of items, as some APIs return it.
    let items = "[{\"id\":1,\"title\":\"One\",\"url\":\"https://a.invalid/1\"},{\"id\":2,\"title\":\"Two\"}]";
    for page in [
        format!("{{\"content\":{items},\"totalPages\":3}}"),
        format!("{{\"title\":\"News\",\"content\":{items}}}"),
        format!("{{\"body\":{items},\"statusCode\":200}}"),
    ] {
        assert_eq!(loaded(&page).titles(), ["One", "Two"], "{page}");
    }
    assert_eq!(loaded("{\"content\":[{\"text\":\"a\"},{\"text\":\"b\"}],\"total\":2}").releases.len(), 2);
}

#[test]
fn other_documents_are_refused_in_one_line() {
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b" \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0", "found a PNG image"),
        (b"<?xml version=\"1.0\"?><svg/>", "found an XML document with the root element <svg>"),
        (b"<!DOCTYPE html><html><body>x", "not a listing page: found a page without text;"),
        (b"<html><body><script src=x></script>", "not a listing page: found a page that a script fills;"),
        (
            b"<html><link type='application/rss+xml' href='/f.xml'>",
            "a page without text, which links to the feed /f.xml;",
        ),
        (b"<.>", "found text that begins with \u{201c}<.>\u{201d}"),
        (b"\xff\xfe{\0}\0", "found an empty JSON object"),
        (b"\xff\xfe\0\0{\0\0\0", "found UTF-32 text"),
        (b"tea,milk\na,b\n", "found text that begins with \u{201c}tea,milk\u{201d}"),
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
