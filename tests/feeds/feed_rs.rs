//! Published RSS and Atom feeds, compared with `feed-rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tidings::release::{Cause, Date, Problem, ProblemKind};

use crate::corpus;
use crate::kept::read;
use crate::xml::fields;

pub fn xml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the corpus") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            xml_files(&path, found);
        } else if path.extension().is_some_and(|end| ["xml", "rss", "atom", "rdf"].iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
    found.sort();
}

/// An item as `feed-rs` reads it: title, link, date, id, topics.
type Item = (Option<String>, Option<String>, Option<i64>, Option<String>, Vec<String>);

fn theirs(bytes: &[u8]) -> Option<Vec<Item>> {
    // Generated ids are left empty.
    let parser = feed_rs::parser::Builder::new().id_generator(|_, _, _| String::new()).build();
    let feed = parser.parse(bytes).ok()?;
    let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(
        feed.entries
            .into_iter()
            .map(|entry| {
                let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
                (
                    entry.title.and_then(|title| some(title.content)),
                    link.and_then(|link| some(link.href.clone())),
                    entry.published.or(entry.updated).map(|date| date.timestamp()),
                    some(entry.id),
                    entry.categories.into_iter().map(|category| category.label.unwrap_or(category.term)).collect(),
                )
            })
            .collect(),
    )
}

/// Fields that `feed-rs` reads differently, and why.
const EXPLAINED: &[(&str, &str)] = &[];

#[test]
fn every_feed_that_feed_rs_reads_has_as_many_releases_here() {
    let Some(corpus) = corpus::folder() else { return };
    let mut found = Vec::new();
    xml_files(&corpus.join("feeds"), &mut found);
    let (mut counts, mut fewer) = (BTreeMap::<String, [usize; 4]>::new(), Vec::new());
    for path in &found {
        let bytes = fs::read(path).expect("a feed");
        let suite = path.strip_prefix(corpus.join("feeds")).expect("below").iter().next().expect("a suite");
        let count = counts.entry(suite.to_string_lossy().into_owned()).or_default();
        let (kept, result) = read(&bytes);
        let theirs = theirs(&bytes);
        count[0] += 1;
        count[1] += usize::from(result.is_ok());
        count[2] += usize::from(theirs.is_some());
        let Some(theirs) = theirs else { continue };
        // An entry with only an id is not a release.
        let is_link = |link: &String| link.starts_with("http");
        let expected = theirs.iter().filter(|item| item.0.is_some() || item.1.as_ref().is_some_and(is_link)).count();
        // Everything that feed-rs reads is read here too, though in another form: markup as text, an absolute address.
        for (ours, theirs) in kept.releases.iter().zip(&theirs).filter(|_| kept.releases.len() == theirs.len()) {
            let lost = [
                (theirs.0.is_some() && ours.title.is_empty(), "title"),
                (theirs.1.as_ref().is_some_and(is_link) && ours.url.is_empty(), "link"),
                (theirs.2.is_some() && ours.date.map(Date::instant) != theirs.2, "date"),
                (theirs.3.is_some() && theirs.3.as_deref() != Some(ours.id.as_str()), "id"),
                (theirs.4.iter().any(|topic| ours.topics.is_empty() && !topic.trim().is_empty()), "topics"),
            ];
            let name = path.file_name().expect("a name").to_string_lossy();
            let lost = lost.iter().filter(|(is_lost, what)| *is_lost && !EXPLAINED.contains(&(&*name, *what)));
            fewer.extend(lost.map(|(_, what)| format!("{}: {what}: {:?} {theirs:?}", path.display(), fields(ours))));
        }
        if kept.releases.len() < expected {
            fewer.push(format!("{}: {} of {expected}", path.display(), kept.releases.len()));
        }
        count[3] += usize::from(kept.releases.len() >= expected);
        for problem in &kept.problems {
            assert!(problem.kind() != ProblemKind::Syntax || result_is_known(problem), "{}: {problem}", path.display());
        }
    }
    eprintln!("suite: files, read here, read by feed-rs, of those with no fewer releases here\n{counts:#?}");
    assert!(fewer.is_empty(), "{fewer:#?}");
    for (suite, [_, ours, theirs, _]) in counts {
        assert!(ours >= theirs, "{suite}: {ours} read here, {theirs} by feed-rs");
    }
}

/// Some fixtures are damaged on purpose.
fn result_is_known(problem: &Problem) -> bool {
    matches!(problem.cause, Cause::NotUtf8 | Cause::CutOff)
}
