//! The fixtures of other readers, with their authors' expectations, compared with what is read here.
//!
//! `cargo test --test suites -- --nocapture` prints the tables. A value that differs must have a reason decided from
//! the data (`reasons`) or be listed in [`KNOWN`], and no suite may agree less than before.

#[allow(dead_code)]
#[path = "../support/corpus.rs"]
mod corpus;
mod expected;
mod judge;
mod python;
mod reading;
mod reasons;
#[path = "../support/skip.rs"]
mod skip;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use expected::{Field, Fixture, Want, files, json};
use judge::Verdict;
use reading::Reading;

/// Suites with the least number of values that agree: in total, and word for word.
///
/// Their other values differ by design, each for one of the reasons: mostly a summary that repeats the beginning of the
/// text (8 in feed-rs, 87 in rss-parser), or a text followed by the description of its picture (1 in feed-rs).
const FLOORS: &[(&str, usize, usize)] = &[
    ("feed-rs", 544, 488),
    ("gofeed", 193, 115),
    ("rss-parser", 5_604, 5_476),
    ("feedparser", 233, 153),
    ("rss-bridge", 90, 81),
];

/// A fixture, a field of it, and why it differs.
type Known = (&'static str, Field, &'static str);

/// Fixtures whose values differ for a reason that no condition decides.
const KNOWN: &[Known] = &[
    ("atom10_feed_title_xhtml_escaped_markup.xml", Field::Feed, "the title's end tag has the name of another element"),
    ("atom10_feed_title_xhtml_inline_markup.xml", Field::Feed, "the title's end tag has the name of another element"),
    ("atomsvgdesc.xml", Field::Text, "the description of a drawing is left out"),
];

/// The results for one field.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    same: usize,
    /// Markup was expected, and its text is the same.
    as_text: usize,
    /// Another value, for a reason.
    differs: usize,
    refused: usize,
}

impl Count {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Same => self.same += 1,
            Verdict::Differs(Some(reasons::AS_TEXT)) => self.as_text += 1,
            Verdict::Differs(_) => self.differs += 1,
            Verdict::Refused(_) => self.refused += 1,
        }
    }

    fn agrees(self) -> usize {
        self.same + self.as_text
    }
}

/// The results of a suite.
#[derive(Default)]
struct Outcome {
    fixtures: usize,
    /// Clauses about fields that are not compared.
    others: usize,
    ours: BTreeMap<Field, Count>,
    theirs: Count,
    /// Values that `feed-rs` refuses, or reads differently without a reason.
    theirs_lost: usize,
    /// The same, for the reader under test.
    lost: usize,
    /// How often each reason applied.
    reasons: BTreeMap<&'static str, usize>,
    /// Differences without a reason.
    open: Vec<String>,
    /// Differences that only [`KNOWN`] explains.
    known: Vec<&'static Known>,
}

/// Returns the files of a suite with an expectation, and the number of clauses that are not compared.
fn fixtures(suite: &str, folder: &Path) -> (Vec<Fixture>, usize) {
    let mut others = 0;
    let mut found = Vec::new();
    for path in files(folder) {
        let is_json = path.extension().is_some_and(|end| end == "json");
        let name = path.with_extension("json");
        let name = name.file_name().unwrap_or_default();
        let wants = match suite {
            "feed-rs" => beside(&path, ".serde.json", expected::feed_rs),
            "gofeed" if is_json => beside(&path, "_expected.json", expected::gofeed),
            "gofeed" => beside(&path, ".json", expected::gofeed),
            "rss-parser" if is_json => None,
            "rss-parser" => json(&folder.join("output").join(name)).map(|json| expected::rss_parser(&json)),
            "rss-bridge" if path.parent() == Some(folder) => None,
            "rss-bridge" => json(&folder.join(name)).map(|json| expected::rss_bridge(&json)),
            _ => expression(&path).map(|expression| {
                let (wants, left_out) = python::wants(&expression);
                others += left_out;
                wants
            }),
        };
        found.extend(wants.map(|wants| Fixture { path, wants }));
    }
    (found, others)
}

/// Returns the expectations in the file of the same name with another ending.
fn beside(path: &Path, end: &str, read: fn(&serde_json::Value) -> Vec<Want>) -> Option<Vec<Want>> {
    let stem = path.file_stem()?.to_str()?;
    let other = path.with_file_name(format!("{stem}{end}"));
    if other == path { None } else { json(&other).map(|json| read(&json)) }
}

/// Returns the expectation in a comment at the beginning of a document.
fn expression(path: &Path) -> Option<String> {
    let text = String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned();
    let (_, after) = text.split_once("Expect:")?;
    Some(after.split("-->").next()?.lines().next()?.trim().to_owned())
}

fn run(suite: &str, folder: &Path) -> Outcome {
    let (fixtures, others) = fixtures(suite, folder);
    let mut outcome = Outcome { fixtures: fixtures.len(), others, ..Outcome::default() };
    for fixture in fixtures.iter().filter(|fixture| !fixture.wants.is_empty()) {
        let bytes = std::fs::read(&fixture.path).expect("a fixture");
        let entitled = reading::entitled(&bytes);
        let both = |read: fn(&[u8]) -> Reading| (read(&bytes), read(&entitled));
        let ((ours, ours_entitled), (theirs, theirs_entitled)) = (both(reading::ours), both(reading::theirs));
        for want in &fixture.wants {
            let verdict = judge::judge(want, &bytes, &theirs, &theirs_entitled);
            outcome.theirs.add(verdict);
            outcome.theirs_lost += usize::from(is_lost(verdict));
            let verdict = judge::judge(want, &bytes, &ours, &ours_entitled);
            outcome.ours.entry(want.field).or_default().add(verdict);
            outcome.lost += usize::from(is_lost(verdict));
            let (Verdict::Differs(reason) | Verdict::Refused(reason)) = verdict else { continue };
            let name = fixture.path.file_name().unwrap_or_default().to_string_lossy();
            let known = KNOWN.iter().find(|(file, field, _)| *file == name && *field == want.field);
            outcome.known.extend(known.filter(|_| reason.is_none()));
            if let Some(reason) = reason.or(known.map(|(_, _, why)| *why)) {
                *outcome.reasons.entry(reason).or_default() += 1;
                continue;
            }
            let value = match want.field {
                Field::Feed => format!("{:?}", ours.title),
                _ => format!("{:?}", ours.items.get(want.item)),
            };
            let line = format!("{}: {want:?}, but {value}", fixture.path.display());
            outcome.open.push(line.chars().take(1_500).collect());
        }
    }
    outcome
}

/// Formats the results as tables in Markdown.
fn tables(outcomes: &[(&str, Outcome)]) -> String {
    let mut text = "suite | field | same | as text | differs | refused\n--- | --- | --- | --- | --- | ---\n".to_owned();
    for (suite, outcome) in outcomes {
        for (field, count) in &outcome.ours {
            let Count { same, as_text, differs, refused } = count;
            let _ = writeln!(text, "{suite} | {field:?} | {same} | {as_text} | {differs} | {refused}");
        }
    }
    text += "\nsuite | fixtures | values | agree here | in feed-rs | lost here | in feed-rs | other clauses\n\
        --- | --- | --- | --- | --- | --- | --- | ---\n";
    for (suite, outcome) in outcomes {
        let Outcome { fixtures, others, theirs, lost, theirs_lost, .. } = outcome;
        let all = |count: &Count| count.same + count.as_text + count.differs + count.refused;
        let (values, ours) = (outcome.ours.values().map(all).sum::<usize>(), agree(outcome));
        let _ = writeln!(
            text,
            "{suite} | {fixtures} | {values} | {ours} | {} | {lost} | {theirs_lost} | {others}",
            theirs.agrees()
        );
    }
    text += "\nsuite | reason | values\n--- | --- | ---\n";
    for (suite, outcome) in outcomes {
        for (reason, count) in &outcome.reasons {
            let _ = writeln!(text, "{suite} | {reason} | {count}");
        }
    }
    text
}

/// Whether a user of the reader misses something.
fn is_lost(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Refused(_) | Verdict::Differs(None))
}

fn agree(outcome: &Outcome) -> usize {
    outcome.ours.values().map(|count| count.agrees()).sum()
}

#[test]
fn fixtures_of_other_readers_give_the_same_values_here() {
    let Some(corpus) = corpus::folder() else { return };
    let suites = ["feed-rs", "gofeed", "rss-parser", "feedparser", "rss-bridge"];
    let outcomes: Vec<(&str, Outcome)> =
        suites.iter().map(|suite| (*suite, run(suite, &corpus.join("feeds").join(suite)))).collect();
    eprintln!("{}", tables(&outcomes));
    let open: Vec<&String> = outcomes.iter().flat_map(|(_, outcome)| &outcome.open).collect();
    assert!(open.is_empty(), "{} without a reason: {open:#?}", open.len());
    let known = || outcomes.iter().flat_map(|(_, outcome)| &outcome.known);
    let idle: Vec<_> = KNOWN.iter().filter(|one| !known().any(|known| known == one)).collect();
    assert!(idle.is_empty(), "no longer needed: {idle:?}");
    for (suite, floor, exact) in FLOORS {
        let (_, outcome) = outcomes.iter().find(|(name, _)| name == suite).expect("a suite");
        let same: usize = outcome.ours.values().map(|count| count.same).sum();
        assert!(agree(outcome) >= *floor, "{suite}: {} agree, {floor} did", agree(outcome));
        assert!(same >= *exact, "{suite}: {same} agree word for word, {exact} did");
        let (lost, theirs) = (outcome.lost, outcome.theirs_lost);
        assert!(lost <= theirs, "{suite}: {lost} values lost here, {theirs} in feed-rs");
    }
}
