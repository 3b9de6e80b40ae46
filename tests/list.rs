//! `tidings list` and `tidings show`: the output and the exit code of the real program, mostly without a terminal.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tidings::catalog::{Catalog, Facet};
use tidings::release::{Date, LinkKind};
use tidings::runtime::{self, Input, OpenedInputs};
use tidings::text::width;

#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/skip.rs"]
mod skip;

/// The longest time to reject a query, generous enough for a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// The output and the exit code of a run.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn program<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(args).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Run {
    Run::of(program(args).output().expect("the program runs"))
}

/// Runs on a feed with this content, passed as the last argument.
fn run_on(feed: impl AsRef<[u8]>, args: &[&str]) -> Run {
    let file = corpus::file(feed);
    let path = file.path().to_str().expect("a path");
    run(&[args, &[path]].concat())
}

const FEED: &str = r#"[
    {"id": "a", "title": "Tea, \"fair\"", "topic": "News", "place": "Bern", "date": "2018-11-06", "summary": "=1+1\ntwo"},
    {"id": "b", "title": "보도자료 tab\\", "topic": ["노동", "News"], "date": "2018-11", "url": "https://example.org/b"},
    {"title": "No | date *at* all", "author": "Ann Lee"}]"#;

#[test]
fn exit_codes_tell_hits_no_hits_and_errors_apart() {
    for (args, code) in [
        (&["list"][..], 0),
        (&["list", "-q", "zzyzx"], 1),
        (&["list", "--limit", "0"], 0),
        (&["list", "--limit", "0", "-q", "zzyzx"], 1),
        (&["list", "--count"], 0),
        (&["list", "--count", "-q", "zzyzx"], 1),
        (&["list", "--facet", "place", "-q", "zzyzx"], 1),
        (&["list", "-q", "-digital"], 0),
        (&["list", "-q", "is:read"], 1),
        (&["list", "/no/such/feed"], 2),
        (&["list", "--sort", "best"], 2),
        (&["list", "--columns", "titel"], 2),
        (&["list", "--columns", "title", "--format", "json"], 2),
        (&["list", "--count", "--facet", "topic"], 2),
        (&["list", "--limit", "-1"], 2),
        (&["show", "2018-11-02-asean-forum"], 0),
        (&["show", "asean"], 1),
        (&["show"], 2),
        (&["show", "a", "/no/such/feed"], 2),
    ] {
        let run = run(args);
        assert_eq!(run.code, Some(code), "{args:?}: {}", run.err);
        assert_eq!(run.err.is_empty(), code == 0 || (code == 1 && args[0] == "list"), "{args:?}: {}", run.err);
    }
}

#[test]
fn counts_and_orders_are_those_of_the_reader() {
    assert_eq!(run(&["list", "--count"]).out, "10\n");
    assert_eq!(run(&["list", "--count", "-q", "date:2018-11"]).out, "5\n");
    let titles = |sort: &str| run(&["list", "--format", "tsv", "--columns", "title", "--sort", sort]).out;
    let (newest, oldest, sorted) = (titles("newest"), titles("oldest"), titles("title"));
    assert!(newest.starts_with("title\nJoint Press Release"), "{newest}");
    assert!(oldest.starts_with("title\nThe ILO sign"), "{oldest}");
    assert!(sorted.starts_with("title\nASEAN forum"), "{sorted}");
    assert_eq!([&newest, &oldest, &sorted].map(|text| text.lines().count()), [11; 3]);
    let best = run(&["list", "-q", "migration", "--sort", "relevance", "--limit", "1"]);
    assert!(best.out.contains("ASEAN forum adopts"), "{}", best.out);
}

#[test]
fn a_file_with_the_name_of_a_subcommand_opens_by_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("list"), FEED).expect("a feed");
    let run = |args: &[&str]| Run::of(program(args).current_dir(folder.path()).output().expect("the program runs"));
    assert!(run(&["./list"]).err.contains("standard output is not a terminal"));
    assert_eq!(run(&["list", "list", "--count"]).out, "3\n");
}

#[test]
fn a_feed_can_come_from_standard_input() {
    let mut child = program(&["list", "--count", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("its input").write_all(FEED.as_bytes()).expect("it takes the feed");
    assert_eq!(Run::of(child.wait_with_output().expect("it ends")).out, "3\n");
}

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

#[test]
fn a_problem_in_a_feed_costs_one_line() {
    let (good, broken) = (corpus::file(FEED), corpus::file(r#"[{"title": "One"}, 2, {"title": "x", "date": "?"}]"#));
    let path = |file: &tempfile::NamedTempFile| file.path().to_str().expect("a path").to_owned();
    let run = run(&["list", "--count", &path(&good), "/no/such/feed", &path(&broken)]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), "5\n"));
    let lines: Vec<&str> = run.err.lines().collect();
    assert!(lines[0].starts_with("tidings: /no/such/feed: cannot open"), "{}", run.err);
    assert!(lines[1].contains(", item 1, byte 19: ") && lines[1].ends_with("(and 1 more problem)"), "{}", run.err);
    assert_eq!(lines.len(), 2);
    let none = run_on("no feed at all", &["list"]);
    assert_eq!((none.code, none.out.as_str(), none.err.lines().count()), (Some(2), "", 1));
}

#[test]
fn invalid_queries_are_rejected_quickly_and_clearly() {
    let long = |part: &str| part.repeat(100_000 / part.len());
    for (query, expected) in [
        ("tea \"open".to_owned(), "  tea \"open\n      ^^^^^\n  expected a closing \"\n"),
        ("date:2018-02-30".to_owned(), "^^^^^^^^^^\n  expected a date such as"),
        ("after:never".to_owned(), "expected a day"),
        ("is:new".to_owned(), "expected is:unread"),
        ("topic:".to_owned(), "expected a value after the colon"),
        ("(a".to_owned(), "expected a closing )"),
        ("a OR".to_owned(), "expected a word on each side of OR"),
        ("/((a{999}){999}){999}/".to_owned(), "expected a simpler"),
        ("/(/".to_owned(), "  /(/\n  ^^^\n"),
        (long("("), "nested parentheses"),
        (long("-"), "nested parentheses"),
        (format!("\"{}", long("보")), "expected a closing \""),
        (format!("{} )", long("a ")), "… a a a"),
        (format!("/{}/", long("(a|b)*")), "expected a simpler"),
        ("\x1b[31m \"\u{202e}".to_owned(), "expected a closing \""),
    ] {
        let start = Instant::now();
        // The feed is not read at all.
        let run = run(&["list", "-q", &query, "/no/such/feed"]);
        let shown: String = query.chars().take(40).collect();
        assert!(start.elapsed() < SOON, "{shown} took {:?}", start.elapsed());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{shown}");
        assert!(run.err.starts_with("tidings: invalid query\n  "), "{}", run.err);
        assert!(run.err.contains(expected) && run.err.len() < 1_000, "{}", run.err);
        assert_clean(&run.err);
    }
    assert_eq!(run(&["list", "-q", &long("a")]).code, Some(1));
    assert_eq!(run(&["list", "-q", &long("zz ")]).code, Some(1));
}

/// Returns a feed with this number of releases.
fn many(releases: usize) -> String {
    let mut feed = String::from("[");
    for n in 0..releases {
        let comma = if n == 0 { "" } else { "," };
        write!(feed, "{comma}{{\"id\":\"{n}\",\"title\":\"Release {n}\",\"date\":\"2018-01-01\"}}").expect("memory");
    }
    feed.push(']');
    feed
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let feed = corpus::file(many(100_000));
    for format in ["table", "json", "jsonl", "csv", "tsv", "markdown"] {
        let path = feed.path().to_str().expect("a path");
        let mut child = program(&["list", "--format", format, path])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut first).expect("a line");
        // The pipe is closed here.
        let run = Run::of(child.wait_with_output().expect("it ends"));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{format}");
        assert!(first.len() > 3, "{format}: {first}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let feed = corpus::file(many(10_000));
    let path = feed.path().to_str().expect("a path");
    for args in [
        &["list"][..],
        &["list", "--count"],
        &["list", "--format", "json", path],
        &["list", path],
        &["show", "1", path],
    ] {
        let full = File::options().write(true).open("/dev/full").expect("the device");
        let run = Run::of(program(args).stdout(full).output().expect("the program runs"));
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(run.err.starts_with("tidings: cannot write standard output: No space left"), "{}", run.err);
    }
}

#[test]
fn a_release_is_shown_in_full() {
    let text = run_on(FEED, &["show", "a"]).out;
    assert_eq!(text, "News\nTea, \"fair\"\n\nTuesday 6 November 2018 · Bern\n\n=1+1\ntwo\n");
    let markdown = run_on(FEED, &["show", "--format", "markdown", "a"]).out;
    let (facts, rest) = markdown.split_once("- Source: ").expect("the source");
    assert_eq!(facts, "# Tea, \"fair\"\n\n- Date: 2018-11-06\n- Topics: News\n- Place: Bern\n");
    assert!(rest.ends_with("\n\n\\=1+1\\\ntwo\n"), "{rest}");
    let nothing = run_on(FEED, &["show", "A"]);
    assert!(nothing.err.starts_with("tidings: no release with the id A; similar ids:\n  a\n"), "{}", nothing.err);
}

#[test]
fn every_release_with_the_id_is_shown_and_generated_ids_work() {
    let (one, other) = (corpus::file(FEED), corpus::file(r#"[{"id": "a", "title": "Another"}]"#));
    let paths = [&one, &other].map(|file| file.path().to_str().expect("a path").to_owned());
    let both = run(&["show", "a", &paths[0], &paths[1]]).out;
    assert!(both.contains("Tea") && both.contains("Another"), "{both}");
    let ids = run(&["list", "--format", "tsv", "--columns", "id", "-q", "title:date", &paths[0]]).out;
    let id = ids.lines().nth(1).expect("an id");
    assert!(run(&["show", id, &paths[0]]).out.contains("No | date *at* all"), "{id}");
}

/// Everything known about a release except its source.
type Known = (Vec<String>, Vec<String>, Option<Date>);

fn known(catalog: &Catalog) -> Vec<Known> {
    let releases = catalog.order().iter().filter_map(|&index| catalog.release(index));
    let known = |release: tidings::catalog::ReleaseRef<'_>| {
        let texts = [release.title(), release.summary(), release.body(), release.author(), release.url()];
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

/// Asserts that a text contains no control or invisible formatting characters.
fn assert_clean(text: &str) {
    let is_foreign = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    let foreign = text.char_indices().find(|&(_, c)| is_foreign(c));
    assert_eq!(foreign, None, "{:?}", foreign.and_then(|(at, _)| text.get(at.saturating_sub(20)..)));
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
        for index in 0..2 {
            let [before, after] = [&before, &after].map(|catalog| catalog.release(index).expect("two").to_release());
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

/// Returns the output of the program on a terminal with 60 columns.
fn on_a_terminal(args: &[&str], no_color: bool) -> String {
    let size = portable_pty::PtySize { rows: 24, cols: 60, ..portable_pty::PtySize::default() };
    let pair = portable_pty::native_pty_system().openpty(size).expect("a terminal");
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(args);
    command.env("TERM", "xterm-256color");
    command.env("NO_COLOR", if no_color { "1" } else { "" });
    let mut child = pair.slave.spawn_command(command).expect("the program runs");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("its output");
    let mut bytes = Vec::new();
    // On Linux, reading fails once the other end of the terminal is closed.
    let _ = reader.read_to_end(&mut bytes);
    assert_eq!(child.wait().expect("it ends").exit_code(), 0);
    String::from_utf8(bytes).expect("text").replace('\r', "")
}

#[test]
fn a_terminal_gets_a_header_colours_and_lines_that_fit() {
    let feed = corpus::file(FEED.replace("Tea", &"Tea ".repeat(40)));
    let path = feed.path().to_str().expect("a path");
    let plain = on_a_terminal(&["list", path], true);
    assert!(plain.starts_with("DATE        TOPIC       PLACE  TITLE\n"), "{plain}");
    assert!(plain.lines().all(|line| width(line) <= 60) && plain.contains("Tea Tea …"), "{plain}");
    assert!(
        plain.lines().nth(2).is_some_and(|line| line.starts_with("2018-11     노동; News         보도")),
        "{plain}"
    );
    assert!(!plain.contains('\x1b'));
    let coloured = on_a_terminal(&["list", path], false);
    assert!(coloured.contains("\x1b[1m") && coloured.contains("\x1b[0m"), "{coloured}");
    let text = on_a_terminal(&["show", "a", path], true);
    assert!(text.lines().all(|line| width(line) <= 60), "{text}");
}
