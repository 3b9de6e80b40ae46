//! Real listing pages, read as feeds and compared with their contents.
//!
//! The pages and the expected entries are in `pages` beside the corpus. A listing is right if the number of entries agrees, and
//! title, link and date of all entries that are given; usable if nine tenths of the number and the first three do. An
//! invented date is never accepted.

#[path = "support/corpus.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod corpus;
#[path = "support/kept.rs"]
mod kept;
#[path = "support/skip.rs"]
mod skip;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kept::Kept;
use serde_json::Value;
use tidings::release::Release;
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// Pages that are read as well as pages of releases, but need not be.
const OPTIONAL: [&str; 1] = ["home-time"];

/// How a page was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Right,
    Usable,
    Wrong,
}

/// The result for one page.
struct Outcome {
    name: String,
    verdict: Verdict,
    is_listing: bool,
    is_optional: bool,
    found: Result<usize, String>,
    expected: u64,
    /// Entries that are given, those with title and link, those with a date, and those where it is right.
    entries: [usize; 4],
    invented: usize,
    faults: Vec<String>,
    extras: String,
}

fn folder() -> Option<PathBuf> {
    corpus::folder().map(|corpus| corpus.join("../pages"))
}

fn text(text: &str) -> String {
    let kept: String = text.nfc().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A link as it is compared.
fn link(address: &str, is_tracked: bool) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if !is_tracked {
        url.set_fragment(None);
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !name.starts_with("utm_"))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if kept.is_empty() {
            url.set_query(None);
        } else {
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
    }
    url.to_string()
}

fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    match &value[key] {
        Value::String(text) => vec![text],
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Compares one page with what is expected of it.
fn compare(path: &Path, expected: &Value) -> Outcome {
    let name = path.file_name().unwrap_or_default().to_string_lossy().replace(".expect.json", "");
    let page = ["html", "xml"]
        .map(|ending| path.with_file_name(format!("{name}.{ending}")))
        .into_iter()
        .find(|page| page.exists());
    let bytes = fs::read(page.expect("the page of an expectation")).expect("a page");
    let base = Url::parse(expected["url"].as_str().unwrap_or("https://example.invalid/")).expect("an address");
    let mut kept = Kept::at(base);
    let read = tidings::feed::read(tidings::text::CleanBuf::line(&name).as_clean(), &mut bytes.as_slice(), &mut kept);
    let found = read.map(|()| kept.releases.len()).map_err(|refusal| refusal.to_string());
    let is_listing = expected["listing"].as_bool().unwrap_or(false);
    let is_optional = expected["optional"].as_bool().unwrap_or(false) || OPTIONAL.contains(&name.as_str());
    let mut outcome = Outcome {
        name,
        verdict: Verdict::Wrong,
        is_listing,
        is_optional,
        expected: expected["count"].as_u64().unwrap_or(0),
        found,
        entries: [0; 4],
        invented: 0,
        faults: Vec::new(),
        extras: String::new(),
    };
    let also: Vec<u64> =
        expected["count_also_accepted"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    if !is_listing {
        outcome.verdict =
            if outcome.found.is_err() || outcome.found == Ok(0) { Verdict::Right } else { Verdict::Wrong };
        if outcome.found.is_ok() {
            let titles: Vec<&str> = kept.releases.iter().take(3).map(|release| release.title.as_str()).collect();
            outcome.faults.push(format!("read as {titles:?}"));
        }
        return outcome;
    }
    if let Err(refusal) = &outcome.found {
        outcome.faults.push(refusal.clone());
        if also.contains(&0) {
            outcome.verdict = Verdict::Right;
        } else {
            let entries = expected["entries"].as_array().map_or(0, Vec::len);
            outcome.entries[0] = entries;
        }
        return outcome;
    }
    entries(&mut outcome, expected, &kept.releases);
    let count = kept.releases.len() as u64;
    let is_count = count == outcome.expected || also.contains(&count);
    let near = outcome.expected.abs_diff(count) * 10 <= outcome.expected;
    let [given, linked, _, _] = outcome.entries;
    outcome.verdict = match () {
        () if is_count && outcome.faults.is_empty() => Verdict::Right,
        () if near && linked >= given.min(3) => Verdict::Usable,
        () => Verdict::Wrong,
    };
    if !is_count {
        outcome.faults.push(format!("{count} entries"));
    }
    outcome
}

fn entries(outcome: &mut Outcome, expected: &Value, releases: &[Release]) {
    let is_tracked = expected["links_compare"].is_null();
    let (mut topics, mut places, mut summaries) = ([0; 2], [0; 2], [0; 2]);
    for entry in expected["entries"].as_array().into_iter().flatten() {
        outcome.entries[0] += 1;
        let wanted = entry["link"].as_str().map(|address| link(address, is_tracked));
        let titles: Vec<String> =
            texts(entry, "title").into_iter().chain(texts(entry, "title_also")).map(text).collect();
        let begins = entry["title_begins"].as_str().map(text);
        let is_title = |release: &Release| {
            let title = text(release.title.as_str());
            titles.contains(&title) || begins.as_ref().is_some_and(|begins| title.starts_with(begins))
        };
        let by_link =
            releases.iter().position(|release| wanted.as_deref() == Some(&*link(release.url.as_str(), is_tracked)));
        let Some(at) = by_link.or_else(|| releases.iter().position(is_title)) else {
            outcome.faults.push(format!("missing: {titles:?}"));
            continue;
        };
        let release = &releases[at];
        let is_link = match &wanted {
            Some(wanted) => *wanted == link(release.url.as_str(), is_tracked),
            None => release.url.is_empty() || !entry["link"].is_string(),
        };
        if !is_link || !is_title(release) {
            outcome.faults.push(format!(
                "is {:?} {:?}, not {titles:?} {wanted:?}",
                release.title.as_str(),
                release.url.as_str()
            ));
        } else {
            outcome.entries[1] += 1;
        }
        date(outcome, entry, release);
        let count = |counts: &mut [usize; 2], is_given: bool, is_right: bool| {
            counts[0] += usize::from(is_given);
            counts[1] += usize::from(is_given && is_right);
        };
        let labels: Vec<String> =
            texts(entry, "topic").into_iter().chain(texts(entry, "other_labels")).map(text).collect();
        count(
            &mut topics,
            !texts(entry, "topic").is_empty(),
            release.topics.iter().any(|topic| labels.contains(&text(topic.as_str()))),
        );
        let place = entry["place"].as_str().map(text);
        count(
            &mut places,
            place.is_some(),
            place
                .as_deref()
                .is_some_and(|place| !release.place.is_empty() && place.contains(&*text(release.place.as_str()))),
        );
        let summary = entry["summary_begins"].as_str().map(text);
        count(
            &mut summaries,
            summary.is_some(),
            summary.is_some_and(|begins| text(release.summary.as_str()).contains(&*begins)),
        );
    }
    let part = |name: &str, counts: [usize; 2]| {
        if counts[0] > 0 { format!(" {name} {}/{}", counts[1], counts[0]) } else { String::new() }
    };
    outcome.extras = part("topic", topics) + &part("place", places) + &part("summary", summaries);
}

fn date(outcome: &mut Outcome, entry: &Value, release: &Release) {
    let day = |text: &str| text.split('T').next().unwrap_or_default().to_owned();
    let found = release.date.map(|date| day(&date.to_string()));
    let accepted: Vec<String> = texts(entry, "date").into_iter().chain(texts(entry, "date_also")).map(day).collect();
    if accepted.is_empty() {
        if let Some(found) = found {
            outcome.invented += 1;
            outcome.faults.push(format!("invented: {found} for {:?}", release.title.as_str()));
        }
        return;
    }
    outcome.entries[2] += 1;
    match found {
        Some(found) if accepted.contains(&found) => outcome.entries[3] += 1,
        Some(found) => {
            outcome.invented += 1;
            outcome.faults.push(format!("dated {found}, not {accepted:?}: {:?}", release.title.as_str()));
        }
        // No date is better than a wrong one, but it is not right.
        None if entry["date_from"] == "url" || entry["date_from"] == "heading" => {}
        None => outcome.faults.push(format!("no date, not {accepted:?}: {:?}", release.title.as_str())),
    }
}

fn table(outcomes: &[Outcome]) -> String {
    let mut table = String::new();
    for outcome in outcomes {
        let Outcome { name, verdict, found, expected, entries: [given, linked, dated, right], extras, .. } = outcome;
        let found = found.as_ref().map_or_else(|_| "refused".to_owned(), ToString::to_string);
        let mark = if outcome.is_optional { " (optional)" } else { "" };
        let _ = writeln!(
            table,
            "{name:26} {:7} found {found:>7} of {expected:>3}, links {linked}/{given}, dates {right}/{dated}{extras}{mark}",
            format!("{verdict:?}")
        );
        for fault in &outcome.faults {
            let _ = writeln!(table, "    {fault}");
        }
    }
    table
}

#[test]
fn listing_pages_are_read_as_they_stand() {
    let Some(folder) = folder() else { return };
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&folder).expect("the pages").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".expect.json"));
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_slice(&fs::read(path).expect("an expectation")).expect("JSON");
    let outcomes: Vec<Outcome> = paths.iter().map(|path| compare(path, &read(path))).collect();
    let table = table(&outcomes);
    let listings: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| outcome.is_listing && !outcome.is_optional).collect();
    let negatives: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| !outcome.is_listing && !outcome.is_optional).collect();
    let right = |outcomes: &[&Outcome]| outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Right).count();
    let sum = |at: usize| listings.iter().map(|outcome| outcome.entries[at]).sum::<usize>();
    let invented: usize = outcomes.iter().map(|outcome| outcome.invented).sum();
    let summary = format!(
        "{} of {} listings right, {} of {} entries with title and link, {} of {} dates, {invented} invented, {} of {} other pages refused",
        right(&listings),
        listings.len(),
        sum(1),
        sum(0),
        sum(3),
        sum(2),
        right(&negatives),
        negatives.len(),
    );
    eprintln!("{table}{summary}");
    assert_eq!(invented, 0, "{table}{summary}");
    assert!(right(&listings) * 5 >= listings.len() * 4, "{table}{summary}");
    assert!(sum(1) * 100 >= sum(0) * 95 && sum(3) * 10 >= sum(2) * 9, "{table}{summary}");
    assert!(right(&negatives) * 10 >= negatives.len() * 9, "{table}{summary}");
}
