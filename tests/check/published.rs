//! Published and damaged feeds.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use tidings::feed::Limits;
use tidings::feed::check::{Severity, check};
use tidings::text::CleanBuf;

use crate::documents::{ATOM, FEED, LIST, RDF, RSS};
use crate::{NOW, corpus, report};

/// Every feed file of the corpus: its path and content.
fn feeds() -> Vec<(String, Vec<u8>)> {
    fn below(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                below(&entry.path(), found);
            } else {
                found.push((entry.path().display().to_string(), fs::read(entry.path()).expect("a file")));
            }
        }
    }
    let mut found = Vec::new();
    if let Some(folder) = corpus::folder() {
        below(&folder.join("feeds"), &mut found);
        assert!(found.len() > 1_000, "only {} files", found.len());
    }
    found
}

#[test]
fn real_feeds_can_be_checked_and_well_formed_ones_pass() {
    for (name, bytes) in feeds() {
        let mut input = bytes.as_slice();
        let Ok(report) = check(CleanBuf::line(&name).as_clean(), &mut input, Limits::default(), NOW) else { continue };
        let counted: u64 = Severity::ALL.iter().map(|severity| report.of(*severity)).sum();
        assert_eq!(counted, report.findings.len() as u64, "{name}");
        for finding in &report.findings {
            assert!(finding.byte.is_none_or(|byte| byte <= 4 * bytes.len() as u64), "{name}: {finding:?}");
            let rule = finding.rule.rule().name;
            let is_wrong =
                name.contains("/feedparser/wellformed/") && (rule.starts_with("xml/") || rule == "text/cut-off");
            assert!(!is_wrong, "{name}: {finding:?}");
        }
    }
}

#[test]
fn valid_feeds_have_no_errors() {
    let right = [
        "rust-rss/rss2sample.xml",
        "rust-rss/rss1.xml",
        "rust-rss/rss091.xml",
        "rust-rss/rss092.xml",
        "rust-rss/rss2_with_atom.xml",
        "rust-rss/syndication.xml",
        "rust-atom/feed.xml",
        "microblog-leonp/feed.json",
    ];
    for path in right {
        let Some(bytes) = corpus::document(&format!("feeds/{path}")) else { return };
        let report = report(&bytes);
        let errors: Vec<_> = report.findings.iter().filter(|finding| finding.severity() == Severity::Error).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
    // The examples of the specification are indented, between braces that begin and end a line.
    let text = corpus::document("feeds/jsonfeed-spec/version/1.1.markdown").expect("the specification");
    let text = String::from_utf8(text).expect("UTF-8");
    let mut seen = 0;
    for (at, _) in
        text.match_indices("\n\t{\n").chain(text.match_indices("\n    {\n")).chain(text.match_indices("\n{\n"))
    {
        let mut values = serde_json::Deserializer::from_str(text.get(at..).unwrap_or_default()).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else { continue };
        if value.get("items").is_some() {
            let report = report(value.to_string().as_bytes());
            assert_eq!(report.of(Severity::Error), 0, "{:?}", report.findings);
            seen += 1;
        }
    }
    assert!(seen >= 2, "only {seen} examples were found");
}

proptest! {
    #[test]
    fn damaged_feeds_never_panic(which in 0_usize..5, cut in 0_usize..1_200, at in 0_usize..1_200, byte: u8) {
        let mut bytes = [RSS, RDF, ATOM, FEED, LIST][which].as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(10));
        let mut input = bytes.as_slice();
        if let Ok(report) = check(CleanBuf::line("x").as_clean(), &mut input, Limits::default(), NOW) {
            prop_assert!(report.findings.iter().all(|finding| finding.byte.is_none_or(|at| at <= 4 * bytes.len() as u64)));
        }
    }
}
