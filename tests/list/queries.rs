//! Which releases are listed, in which order, and with which exit code.

use std::fs;
use std::time::{Duration, Instant};

use crate::{FEED, Run, assert_clean, corpus, program, run, run_on};

/// The longest time to reject a query, generous enough for a busy machine.
const SOON: Duration = Duration::from_secs(10);

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
        ("topc:news".to_owned(), "  topc:news\n  ^^^^^\n  unknown field; did you mean topic:?\n"),
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

#[test]
fn the_story_of_a_release_is_listed_by_its_id_or_its_address() {
    let titles =
        "Barrage at Belorado bursts,Sludge at Belorado: barrage watched,Milk,Bread,Roads,Schools,Boats,Bridges";
    let item = |(n, title): (usize, &str)| {
        let day = n + 1;
        format!(r#"{{"id": "r{n}", "title": "{title}", "date": "2018-11-0{day}", "url": "https://example.org/{n}"}}"#)
    };
    let feed = format!("[{}]", titles.split(',').enumerate().map(item).collect::<Vec<_>>().join(","));
    for id in ["story:r0", "story:\"https://example.org/0\""] {
        let run = run_on(&feed, &["list", "-q", id, "--columns", "id"]);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (Some(0), "r1\nr0\n", ""), "{id}");
    }
    for (query, why) in [
        ("story:r9", "no release with the id r9; story: finds nothing"),
        ("story:\"\"", "story: needs the id of a release; without one it finds nothing"),
    ] {
        let none = run_on(&feed, &["list", "-q", query]);
        assert_eq!((none.code, none.out.as_str()), (Some(1), ""), "{query}");
        assert_eq!(none.err, format!("tidings: {why}\n"));
    }
}

#[test]
fn any_field_of_a_feed_is_counted_listed_and_queried() {
    const TABLE: &str = "Title,Date,Agency,Document Type\n\
        One,2018-11-01,EPA,Notice\n\
        Two,2018-11-02,Epa,\"Final rule\"\n\
        Three,2018-11-03,FCC,Notice\n\
        Four,2018-11-04,,Notice\n";
    let list = |args: &[&str]| run_on(TABLE, &[&["list", "--format", "csv"], args].concat());
    for facet in ["agency", "Agency"] {
        assert_eq!(list(&["--facet", facet]).out, "agency,count\nEPA,2\nFCC,1\n,1\n");
    }
    let of_notices = list(&["--facet", "agency", "-q", "document-type:notice"]);
    assert_eq!(of_notices.out, "agency,count\nEPA,1\nFCC,1\n,1\n");
    let columns = list(&["--columns", "title,agency,document-type", "-q", "agency:epa -document-type:notice"]);
    assert_eq!(columns.out, "title,agency,document-type\nTwo,Epa,Final rule\n");
    assert_eq!(run_on(TABLE, &["list", "--count", "-q", "agency:\"\""]).out, "1\n");
    // A field that no release has finds nothing and says so, which is no error.
    for args in [&["--facet", "docket"][..], &["-q", "docket:x"], &["-q", "tea OR docket:x"]] {
        let none = list(args);
        assert_eq!((none.code, none.err.as_str()), (Some(1), "tidings: no release has a field “docket”\n"), "{args:?}");
    }
    let without = run_on(TABLE, &["list", "--count", "-q", "-docket:x"]);
    assert_eq!((without.code, without.out.as_str()), (Some(0), "4\n"));
}
