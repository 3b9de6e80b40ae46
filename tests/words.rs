//! Typical words of real archives: what is expected of them, and properties that hold for any archive.

#![allow(clippy::cast_precision_loss, reason = "numbers of releases are small")]

#[allow(dead_code, reason = "other tests need files too")]
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/typical.rs"]
mod typical;

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Deserialize;
use tidings::catalog::{Builder, Catalog, ReleaseIndex};
use tidings::feed::{self, Sink};
use tidings::query::{Expr, Query, Term, parse};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf, fold};
use tidings::words::{Archive, TypicalWords};

use typical::{hits, words};

/// What the words of a query should be.
#[derive(Deserialize)]
struct Expected {
    archive: String,
    query: String,
    /// At least one of each list is part of a phrase.
    any: Vec<Vec<String>>,
    /// None of these is in a phrase as a whole word.
    never: Vec<String>,
}

/// Function words of the languages of the archives, none of which names a subject in another one.
const FUNCTION_WORDS: &str = "the of and to in a for on with by from has have been was were are is that this it its an as \
    at or his her their who which der die das und den dem des ein eine einer mit für auf von zu zur zum im am ist sind \
    wird werden hat haben le la les du et une au aux dans pour par sur est sont qui que il lo gli di del della dei delle \
    e un per con da dal nel nella si è sono el los las y una en por و در به از که این با را برای 및 등 的 了 和 在 是 の は が を に と";

/// Two phrases that share more of their hits than this mean the same.
const SAME: f64 = 0.8;

/// Collects the releases of an archive.
#[derive(Default)]
struct Collect(Vec<Release>);

impl Sink for Collect {
    fn title(&mut self, _title: Clean<'_>) {}

    fn release(&mut self, _item: u64, release: &Release) {
        self.0.push(release.clone());
    }

    fn problem(&mut self, _problem: Problem) {}

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The releases of an archive of the corpus.
fn releases(archive: &str) -> Option<Vec<Release>> {
    let bytes = corpus::document(&format!("news/{archive}"))?;
    let mut collect = Collect::default();
    feed::read(CleanBuf::line(archive).as_clean(), &mut bytes.as_slice(), &mut collect).expect("a feed");
    Some(collect.0)
}

/// A catalog of some releases, in one source.
fn catalog<'r>(releases: impl Iterator<Item = &'r Release>) -> Arc<Catalog> {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("archive").as_clean());
    for (item, release) in (0..).zip(releases) {
        builder.push(item, release);
    }
    builder.end_source();
    builder.publish()
}

fn archive(catalog: &Arc<Catalog>) -> Archive {
    Archive::new(catalog, &|| false).expect("nobody cancels")
}

/// The releases that a phrase finds among those of a query; without one, all that it finds.
fn found_by(catalog: &Arc<Catalog>, query: &Query, phrase: &str) -> BTreeSet<ReleaseIndex> {
    let mut query = query.clone();
    query.clauses.push(Expr::Term(Term::Words(vec![phrase.to_owned()])));
    hits(catalog, &query).iter().copied().collect()
}

#[test]
fn the_expected_words_are_found_and_no_phrase_is_a_fragment_or_a_repetition() {
    let Some(folder) = corpus::folder() else { return };
    let file = folder.join("../words/expect.json");
    let Ok(expected) = fs::read(&file) else { return skip::skip(&format!("{} is missing", file.display())) };
    let mut expected: Vec<Expected> = serde_json::from_slice(&expected).expect("expectations");
    expected.sort_by(|one, other| one.archive.cmp(&other.archive));
    let mut failures = Vec::new();
    for of_archive in expected.chunk_by(|one, other| one.archive == other.archive) {
        let name = &of_archive[0].archive;
        let Some(releases) = releases(name) else { return };
        let catalog = catalog(releases.iter());
        drop(releases);
        let archive = archive(&catalog);
        for expected in of_archive {
            let query = parse(&expected.query).expect("a query");
            let found = words(&catalog, &archive, &hits(&catalog, &query), &query, true);
            println!("{name} {}: {found:#?}", expected.query);
            failures.extend(faults(&catalog, &query, expected, &found).map(|fault| {
                let phrases: Vec<&str> = found.words.iter().map(|word| word.phrase.as_str()).collect();
                format!("{name} {}: {fault} in {phrases:?}", expected.query)
            }));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// What is wrong with the words of a query.
fn faults(
    catalog: &Arc<Catalog>,
    query: &Query,
    expected: &Expected,
    found: &TypicalWords,
) -> impl Iterator<Item = String> {
    let phrases: Vec<String> = found.words.iter().map(|word| fold(word.phrase.as_str())).collect();
    let has_part = |part: &String| phrases.iter().any(|phrase| phrase.contains(&fold(part)));
    let mut faults = Vec::new();
    for any in expected.any.iter().filter(|any| !any.iter().any(has_part)) {
        faults.push(format!("none of {any:?}"));
    }
    let is_whole = |word: &String, phrase: &String| phrase.split(' ').any(|part| part == fold(word));
    for never in expected.never.iter().filter(|never| phrases.iter().any(|phrase| is_whole(never, phrase))) {
        faults.push(format!("{never:?}"));
    }
    let function: BTreeSet<String> = fold(FUNCTION_WORDS).split(' ').map(str::to_owned).collect();
    for phrase in &phrases {
        let ends = [phrase.split(' ').next(), phrase.split(' ').next_back()];
        if ends.into_iter().flatten().any(|word| function.contains(word)) {
            faults.push(format!("a function word at an end of {phrase:?}"));
        }
    }
    let sets: Vec<BTreeSet<ReleaseIndex>> =
        found.words.iter().map(|word| found_by(catalog, query, word.phrase.as_str())).collect();
    for (at, word) in found.words.iter().enumerate() {
        let (hits, all) = (sets[at].len(), found_by(catalog, &Query::default(), word.phrase.as_str()).len());
        if (hits, all) != (word.hits, word.archive) {
            faults.push(format!("{} is in {hits} hits of {all}, not {word:?}", word.phrase));
        }
        for other in (0..at).filter(|&other| shared(&sets[at], &sets[other]) > SAME) {
            faults.push(format!("{} and {} in the same releases", found.words[other].phrase, word.phrase));
        }
    }
    faults.into_iter()
}

/// The part that two sets share.
fn shared(one: &BTreeSet<ReleaseIndex>, other: &BTreeSet<ReleaseIndex>) -> f64 {
    one.intersection(other).count() as f64 / one.union(other).count().max(1) as f64
}

#[test]
fn the_order_of_loading_changes_nothing() {
    let Some(releases) = releases("who-outbreak-news-1996-2005.json") else { return };
    let forwards = catalog(releases.iter());
    let backwards = catalog(releases.iter().rev());
    let archives = [archive(&forwards), archive(&backwards)];
    for query in ["date:2001", "title:cholera", "topic:influenza", ""] {
        let query = parse(query).expect("a query");
        let words_of = |catalog, archive| words(catalog, archive, &hits(catalog, &query), &query, true);
        let words = [words_of(&forwards, &archives[0]), words_of(&backwards, &archives[1])];
        assert_eq!(words[0], words[1], "{query}");
    }
}
