//! Each rule is broken by its own documents and by no others.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tidings::feed::check::RULES;

use crate::documents::{ATOM, CASES, FEED, LIST, RDF, RSS};
use crate::report;

fn broken(bytes: &[u8]) -> Vec<&'static str> {
    let names: BTreeSet<&str> = report(bytes).findings.iter().map(|finding| finding.rule.rule().name).collect();
    names.into_iter().collect()
}

/// Documents in bytes, and the rules that they break.
fn unusual() -> Vec<(Vec<u8>, &'static [&'static str])> {
    let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let noise: String = (0_u64..40_000).map(|n| char::from(b'a' + (n * n % 971 % 26) as u8)).collect();
    let long =
        LIST.replace("Two", &noise).replace("\n{\"id\":\"2\"", &format!("{}\n{{\"id\":\"2\"", " ".repeat(200_000)));
    packed.write_all(long.as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let cut = packed[..packed.len() - 60].to_vec();
    let undeclared = RSS.replace(" encoding=\"utf-8\"", "");
    let mut bytes = FEED.replace("One & only", "국제기구").into_bytes();
    let at = bytes.windows(3).position(|part| part == "국".as_bytes()).expect("a place");
    bytes[at + 2] = b'x';
    vec![
        (bytes, &["text/not-utf-8"]),
        (latin(&undeclared.replace("One", "Genève")), &["text/encoding-guessed"]),
        (latin(&RSS.replace("One", "Genève")), &["text/encoding-mismatch"]),
        (latin(&RSS.replace("utf-8", "iso-8859-1").replace("One", "Genève")), &[]),
        (latin(&FEED.replace("One", "Genève, Zürich, Köln")), &["json/encoding"]),
        (cut, &["text/read-failed"]),
        (b"title,date,text\nOne,2018-01-02,a\nTwo,2018-01-03,\"b\n".to_vec(), &["table/quote"]),
        (b"title,date\nOne,2018-01-02\nTwo,2018-01-03,4\n".to_vec(), &["table/cells"]),
        // In the first rows, a NUL would make it binary data.
        (format!("title,date\n{}O\0ne,2018-01-02\n", "Two,2018-01-03\n".repeat(30)).into_bytes(), &["table/nul"]),
        (br#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[]}"#.to_vec(), &["feed/no-items"]),
    ]
}

#[test]
fn clean_documents_have_no_findings() {
    let lines = LIST.trim().trim_matches(['[', ']']).replace("},", "}");
    for (name, text) in
        [("RSS", RSS), ("RDF", RDF), ("Atom", ATOM), ("JSON Feed", FEED), ("JSON", LIST), ("lines", &lines)]
    {
        assert_eq!(broken(text.as_bytes()), [""; 0], "{name}");
    }
    let formats = [RSS, RDF, ATOM, FEED, LIST, &lines].map(|text| report(text.as_bytes()).format.to_string());
    assert_eq!(formats, ["RSS 2.0", "RSS 1.0 (RDF)", "Atom 1.0", "JSON Feed 1.1", "JSON", "JSON Lines"]);
}

#[test]
fn each_case_breaks_exactly_its_rules() {
    let mut wrong = Vec::new();
    for (document, from, to, expected) in CASES {
        assert!(document.contains(from), "{from} is not in the document");
        let found = broken(document.replace(from, to).as_bytes());
        if found != *expected {
            wrong.push(format!("{from} -> {to}\n   expected {expected:?}\n   found    {found:?}"));
        }
    }
    for (bytes, expected) in unusual() {
        let found = broken(&bytes);
        if found != *expected {
            wrong.push(format!("{:.40} expected {expected:?} found {found:?}", String::from_utf8_lossy(&bytes)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_document_that_breaks_it() {
    let cases = CASES.iter().flat_map(|case| case.3).copied().collect::<BTreeSet<_>>();
    let unusual = unusual();
    let covered: BTreeSet<&str> = cases.into_iter().chain(unusual.iter().flat_map(|case| case.1).copied()).collect();
    let missing: Vec<&str> = RULES.iter().map(|rule| rule.name).filter(|name| !covered.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
