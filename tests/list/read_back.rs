//! Lists in JSON load again as the same releases, and no list has control characters.

use std::fs;
use std::path::{Path, PathBuf};

use tidings::catalog::{Catalog, Facet};
use tidings::release::{Date, LinkKind};
use tidings::runtime::{self, Input, OpenedInputs};
use tidings::text::Clean;

use crate::{FEED, assert_clean, corpus, run};

/// Everything known about a release except its source.
type Known = (Vec<String>, Vec<String>, Option<Date>);

fn known(catalog: &Catalog) -> Vec<Known> {
    let releases = catalog.order().iter().filter_map(|&index| catalog.release(index));
    let known = |release: tidings::catalog::ReleaseRef<'_>| {
        let [title, author, url] = [release.title(), release.author(), release.url()].map(Clean::to_buf);
        let texts = [title, release.summary(), release.body(), author, url];
        let (name, place) = (release.identity().name().to_string(), release.label(Facet::Place).to_string());
        (
            texts.iter().map(ToString::to_string).chain([name, place]).chain(enclosures(&release)).collect(),
            release.labels(Facet::Topic).map(|topic| topic.to_string()).collect(),
            release.date(),
        )
    };
    releases.map(known).collect()
}

/// Returns the enclosures of a release as text.
fn enclosures(release: &tidings::catalog::ReleaseRef<'_>) -> Vec<String> {
    let links = release.links().filter(|link| link.kind == LinkKind::Enclosure);
    links.map(|link| format!("{} {} {} {:?}", link.address, link.label, link.media, link.bytes)).collect()
}

fn reading(feed: &Path) -> OpenedInputs {
    OpenedInputs { sources: vec![Input::File(feed.to_owned())], ..OpenedInputs::default() }
}

/// Asserts that the JSON list of a feed loads to the same releases. Returns their number.
fn assert_reads_back(feed: &Path) -> usize {
    let loaded = runtime::load(&reading(feed));
    if !loaded.refused.is_empty() {
        return 0;
    }
    let original = known(&loaded.catalog);
    for format in ["json", "jsonl"] {
        let out = run(&["list", "--format", format, feed.to_str().expect("a path")]).out;
        assert_clean(&out);
        let again = corpus::file(&out);
        let loaded = runtime::load(&reading(again.path()));
        if original.is_empty() && format == "jsonl" {
            continue;
        }
        assert!(loaded.problems.is_empty(), "{}: {:?}", feed.display(), loaded.problems);
        assert_eq!(loaded.refused, [], "{}", feed.display());
        for (before, after) in original.iter().zip(known(&loaded.catalog)) {
            assert_eq!(*before, after, "{}", feed.display());
        }
        assert_eq!(loaded.catalog.len(), original.len(), "{}", feed.display());
    }
    original.len()
}

#[test]
fn json_lists_read_back_as_the_same_releases() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/releases.json");
    assert_eq!(assert_reads_back(&sample), 10);
    assert_eq!(assert_reads_back(corpus::file(FEED).path()), 3);
    let odd = r#"[
        {"url": "https://example.org/only"}, {"title": "A year", "date": 1999}, {"summary": "Neither id nor title"},
        {"title": "t", "summary": "s", "content_html": "<p>x</p><p>y &lt;b&gt;</p>", "authors": ["A, B", "C"]},
        {"title": "t", "date": "2018-11-06T23:59:60+05:45", "url": "https://example.org/ü\u202e(x)"},
        {"id": 7, "title": "\u001b[31mred\u202e", "tags": ["a", "\u0007", "a; b"], "date": "-1"},
        {"title": "t", "attachments": [{"url": "https://example.org/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7},
            {"url": "https://example.org/b", "title": "B\u202e"}, {"url": "ftp://no.invalid"}, 7, null]},
        {"title": "t", "date": "0987-03", "summary": ["x", "\u0007"], "author": {"url": "https://x.org"}}]"#;
    assert_eq!(assert_reads_back(corpus::file(odd).path()), 8);
}

#[test]
fn structure_and_links_read_back() {
    let html = "<h2>Code</h2><p>From <a href='https://example.org/book'>the <b>book</b></a>:</p><pre>for day in week:\n    \
        bake()\n</pre><ul><li>one<ol start='3'><li>two</ol><li>three</ul><blockquote><p>said</p><p>so</p></blockquote>\
        <table><tr><th>A<th>B<tr><td>1<td><code>x &lt; y</code></table><p>a<br>b <em>c</em> <del>d</del></p>";
    let feed = serde_json::json!([
        {"id": "1", "title": "alone", "content_html": html},
        {"id": "2", "title": "beside", "summary": "Something else.", "content_html": html}
    ]);
    let file = corpus::file(feed.to_string());
    let before = runtime::load(&reading(file.path())).catalog;
    for format in ["json", "jsonl"] {
        let again = corpus::file(run(&["list", "--format", format, file.path().to_str().expect("a path")]).out);
        let after = runtime::load(&reading(again.path())).catalog;
        assert_eq!((before.len(), after.len()), (2, 2));
        for ((_, before), (_, after)) in before.releases().zip(after.releases()) {
            let [before, after] = [before, after].map(|release| release.to_release());
            assert_eq!((&before.summary, &before.body), (&after.summary, &after.body), "{format}");
            assert_eq!(before.summary_spans, after.summary_spans, "{format}");
            assert_eq!(before.body_spans, after.body_spans, "{format}");
            assert_eq!(before.links, after.links, "{format}");
        }
    }
}

/// Collects the JSON files below a folder.
fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            json_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "jsonl") {
            found.push(path);
        }
    }
}

#[test]
fn the_corpus_reads_back() {
    let Some(folder) = corpus::folder() else { return };
    let mut files = Vec::new();
    for part in ["news", "feeds", "adversarial/as-feed"] {
        json_files(&folder.join(part), &mut files);
    }
    let releases: usize = files.iter().map(|file| assert_reads_back(file)).sum();
    assert!(releases > 20_000, "only {releases} releases in {} files", files.len());
}

#[test]
fn naughty_strings_read_back_from_every_field() {
    let Some(strings) = corpus::document("adversarial/blns/blns.json") else { return };
    let strings: Vec<String> = serde_json::from_slice(&strings).expect("a list of strings");
    let items = strings.iter().enumerate().map(|(n, text)| {
        serde_json::json!({"id": text, "title": format!("{n} {text}"), "topic": [text, "x"], "place": text, "author": text,
            "summary": text, "body": format!("{text}\n\nmore"), "url": format!("https://example.org/{n}/{text}"), "date": text})
    });
    let feed = serde_json::to_vec(&items.collect::<Vec<_>>()).expect("JSON");
    assert_eq!(assert_reads_back(corpus::file(&feed).path()), strings.len());
    let file = corpus::file(&feed);
    for format in ["table", "csv", "tsv", "markdown"] {
        let path = file.path().to_str().expect("a path");
        let run = run(&["list", "--format", format, "--columns", "id,title,topic,place,author,summary,body,url", path]);
        assert_clean(&run.out.replace('\t', " "));
        assert_clean(&run.err);
    }
}
