//! `tidings show`.

use crate::{FEED, corpus, run, run_on};

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
