//! Damaged JSON: only the bad item is lost, and nothing panics.

use proptest::prelude::*;
use tidings::release::ProblemKind;

use crate::kept::{Kept, loaded, read, read_from};
use crate::reads::Pieces;

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
    assert_eq!(kept.reasons(), ["test, item 2, byte 50: the source is cut off in item 2"]);
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
