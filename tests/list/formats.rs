//! Tables, CSV, TSV and Markdown.

use tidings::text::width;

use crate::{FEED, run_on};

#[test]
fn a_table_in_a_file_is_aligned_complete_and_without_colours() {
    let run = run_on(FEED, &["list", "--columns", "topic,date,title"]);
    assert_eq!(
        run.out,
        "News        2018-11-06  Tea, \"fair\"\n노동; News  2018-11     보도자료 tab\\\n                        No | date *at* all\n"
    );
    let starts = run.out.lines().map(|line| {
        let start = line.find("Tea").or(line.find("보도")).or(line.find("No |")).expect("a title");
        width(line.get(..start).expect("its start"))
    });
    assert_eq!(starts.collect::<Vec<_>>(), [24; 3]);
}

#[test]
fn a_release_without_a_title_is_listed_by_the_beginning_of_its_text() {
    let feed = r#"{"items": [{"id": "1", "url": "https://a.invalid/1", "content_text": "Second loaf.\n\nWith rye."}]}"#;
    assert_eq!(run_on(feed, &["list", "--columns", "title"]).out, "Second loaf.\n");
    let markdown = run_on(feed, &["list", "--format", "markdown", "--columns", "title"]).out;
    assert_eq!(markdown.lines().last(), Some("| [Second loaf.](https://a.invalid/1) |"));
    let json = run_on(feed, &["list", "--format", "jsonl"]).out;
    assert!(!json.contains("\"title\""), "formats for programs keep what the publisher wrote: {json}");
}

#[test]
fn csv_reads_back() {
    let run = run_on(FEED, &["list", "--format", "csv", "--columns", "id,date,title,topic,summary,url,author"]);
    let rows = parse_csv(&run.out);
    let expected = [
        ["id", "date", "title", "topic", "summary", "url", "author"],
        ["a", "2018-11-06", "Tea, \"fair\"", "News", "=1+1\ntwo", "", ""],
        ["b", "2018-11", "보도자료 tab\\", "노동; News", "", "https://example.org/b", ""],
    ];
    assert_eq!(rows[..3], expected.map(|row| row.map(str::to_owned).to_vec()));
    assert_eq!(rows[3][1..], ["", "No | date *at* all", "", "", "", "Ann Lee"].map(str::to_owned));
    assert_eq!(rows.len(), 4);
}

/// A minimal parser for RFC 4180.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut value, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => value.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut value)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut value));
                rows.push(std::mem::take(&mut row));
            }
            c => value.push(c),
        }
    }
    rows
}

#[test]
fn tsv_and_markdown_escape_their_texts() {
    let tsv = run_on(FEED, &["list", "--format", "tsv", "--columns", "title,summary"]).out;
    assert_eq!(tsv, "title\tsummary\nTea, \"fair\"\t=1+1\\ntwo\n보도자료 tab\\\\\t\nNo | date *at* all\t\n");
    let markdown = run_on(FEED, &["list", "--format", "markdown", "--columns", "date,title"]).out;
    assert_eq!(
        markdown,
        "| date | title |\n| --- | --- |\n| 2018-11-06 | Tea, \"fair\" |\n\
         | 2018-11 | [보도자료 tab\\\\](https://example.org/b) |\n|  | No \\| date \\*at\\* all |\n"
    );
}

#[test]
fn values_are_counted_in_every_format() {
    let counted = |args: &[&str]| run_on(FEED, &[&["list", "--facet"], args].concat()).out;
    assert_eq!(counted(&["topic"]), "News      2\n노동      1\nno topic  1\n");
    assert_eq!(counted(&["topic", "-q", "topic:노동"]), counted(&["topic"]));
    assert_eq!(counted(&["topic", "--limit", "1"]), "News  2\n");
    assert_eq!(counted(&["year", "--format", "csv"]), "year,count\n2018,2\n,1\n");
    assert_eq!(counted(&["status", "--format", "tsv"]), "status\tcount\nunread\t3\n");
    let json = r#"[{"value":"Bern","count":1},{"value":"","count":2}]"#;
    assert_eq!(counted(&["place", "--format", "json"]).replace('\n', ""), json);
    assert_eq!(counted(&["place", "--format", "jsonl", "-q", "tea"]), "{\"value\":\"Bern\",\"count\":1}\n");
    assert!(counted(&["place", "--format", "markdown"]).ends_with("| Bern | 1 |\n| no place | 2 |\n"));
}

#[test]
fn spellings_of_a_value_are_merged_but_kept_in_the_output() {
    const TOPICS: &str = r#"[{"id": "1", "title": "a", "tags": ["Rye"], "city": "Köln"}, {"id": "2", "title": "b", "tags": ["rye", "RYE"]},
        {"id": "3", "title": "c", "tags": ["Rye", "Große Straße"], "city": "KÖLN"}, {"id": "4", "title": "d", "tags": ["GROSSE STRASSE"]}]"#;
    let out = |args: &[&str]| run_on(TOPICS, &[&["list"], args].concat()).out;
    assert_eq!(out(&["--facet", "topic"]), "Rye           3\nGroße Straße  2\n");
    assert_eq!(out(&["--facet", "place"]), "Köln      2\nno place  2\n");
    for (name, count) in [("rye", "3\n"), ("RYE", "3\n"), ("grosse strasse", "2\n"), ("große\u{a0} STRASSE", "2\n")] {
        assert_eq!(out(&["-q", &format!("topic:\"{name}\""), "--count"]), count, "{name}");
    }
    assert_eq!(
        out(&["--columns", "topic,place", "--format", "csv"]),
        "topic,place\nRye,Köln\nrye; RYE,\nRye; Große Straße,KÖLN\nGROSSE STRASSE,\n"
    );
}
