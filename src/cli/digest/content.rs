//! What stands in the newspaper: releases by topic, and how many came when.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use unicode_segmentation::UnicodeSegmentation;

use crate::catalog::{Catalog, Facet, NONE, ReleaseRef, ValueId};
use crate::query::bin_size::{BinSize, date};
use crate::release::Date;
use crate::text::{CleanBuf, grouped};

/// Bars of the picture at the most.
const BARS: i32 = 62;
/// Characters of a release's own words: whole sentences within them.
const WORDS: usize = 300;

/// Stands for no topic.
const OTHER: &str = "Other";

/// A newspaper.
pub struct Digest<'a> {
    /// What it is called.
    pub title: CleanBuf,
    /// The days from the first release to the last, in words; how many releases, and that they are several topics.
    pub told: String,
    /// The day it was made.
    pub today: NaiveDate,
    /// By topic, the greatest first.
    pub sections: Vec<Section<'a>>,
    /// How many came in each stretch of time; none where there is one only.
    pub bars: Vec<Bar>,
}

/// The releases of a topic.
pub struct Section<'a> {
    /// The topic.
    pub name: CleanBuf,
    /// The newest first.
    pub releases: Vec<ReleaseRef<'a>>,
    /// How many more there are.
    pub more: usize,
}

/// A stretch of time.
#[derive(Debug, PartialEq, Eq)]
pub struct Bar {
    /// Which days: `23 Oct 2018`.
    pub days: String,
    /// How many releases.
    pub count: u32,
}

impl<'a> Digest<'a> {
    /// A newspaper of these releases, the newest first; `limit` of each topic.
    pub fn new(catalog: &'a Catalog, releases: &[u32], title: Option<&str>, limit: usize, today: NaiveDate) -> Self {
        let all: Vec<ReleaseRef<'a>> = releases.iter().filter_map(|&release| catalog.release(release)).collect();
        let title = match title {
            Some(title) => CleanBuf::line(title),
            None if catalog.title().is_empty() => CleanBuf::line("What is new"),
            None => catalog.title().to_buf(),
        };
        let sections = sections(catalog, &all, limit);
        let days: Vec<i32> = all.iter().filter_map(ReleaseRef::date).map(Date::days_since_epoch).collect();
        let topics = sections.iter().filter(|section| section.name.as_str() != OTHER).count();
        let told = summary_line(&days, all.len(), topics);
        Self { title, told, today, sections, bars: bars(&days) }
    }
}

/// Each release once, under the greatest of its topics.
fn sections<'a>(catalog: &'a Catalog, all: &[ReleaseRef<'a>], limit: usize) -> Vec<Section<'a>> {
    let mut counts: BTreeMap<ValueId, usize> = BTreeMap::new();
    for &topic in all.iter().flat_map(|release| release.values(Facet::Topic)) {
        *counts.entry(topic).or_default() += 1;
    }
    let mut sections: BTreeMap<ValueId, Vec<ReleaseRef<'a>>> = BTreeMap::new();
    for release in all {
        let topics = release.values(Facet::Topic).iter().copied();
        let greatest = topics.max_by_key(|topic| (counts.get(topic).copied(), std::cmp::Reverse(*topic)));
        sections.entry(greatest.unwrap_or(NONE)).or_default().push(*release);
    }
    let mut sections: Vec<(ValueId, Vec<ReleaseRef<'a>>)> = sections.into_iter().collect();
    sections.sort_by_key(|(topic, releases)| (*topic == NONE, std::cmp::Reverse(releases.len()), *topic));
    let section = |(topic, mut releases): (ValueId, Vec<ReleaseRef<'a>>)| {
        let more = releases.len().saturating_sub(limit.max(1));
        releases.truncate(limit.max(1));
        let name = catalog.values(Facet::Topic).label(topic);
        let name = if topic == NONE { CleanBuf::line(OTHER) } else { name.to_buf() };
        Section { name, releases, more }
    };
    sections.into_iter().map(section).collect()
}

fn summary_line(days: &[i32], releases: usize, topics: usize) -> String {
    let count = |n: usize, one: &str| format!("{} {one}{}", grouped(n), if n == 1 { "" } else { "s" });
    let mut told = count(releases, "release");
    if topics > 0 {
        told = format!("{told}, {}", count(topics, "topic"));
    }
    if let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) {
        told = format!("{} · {told}", between(first, last));
    }
    told
}

fn between(first: i32, last: i32) -> String {
    let day = |day: i32| date(day).format("%-d %b %Y").to_string();
    if first == last { day(first) } else { format!("{} – {}", day(first), day(last)) }
}

/// The finest bars that are few enough to be told apart.
fn bars(days: &[i32]) -> Vec<Bar> {
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else { return Vec::new() };
    let fits = |grain: &BinSize| grain.bar(last) - grain.bar(first) < BARS;
    let Some(grain) = BinSize::ALL.into_iter().find(fits).filter(|_| first < last) else { return Vec::new() };
    let start = grain.bar(first);
    let mut counts = vec![0_u32; (grain.bar(last) - start + 1).unsigned_abs() as usize];
    for &day in days {
        counts[(grain.bar(day) - start).unsigned_abs() as usize] += 1;
    }
    let bar = |(bar, count): (i32, u32)| {
        let (from, to) = grain.days(bar);
        Bar { days: between(from, to), count }
    };
    (start..).zip(counts).map(bar).collect()
}

/// The beginning of a release's text: whole sentences as far as they are short, else as many words as fit.
pub fn words(release: &ReleaseRef<'_>) -> CleanBuf {
    let text = if release.summary().is_empty() { release.body() } else { release.summary() };
    let first = text.as_str().split('\n').find(|line| line.chars().count() > 1).unwrap_or_default();
    let mut taken = 0;
    for sentence in first.unicode_sentences() {
        if first.get(..taken + sentence.len()).is_none_or(|sentences| sentences.chars().count() > WORDS) {
            break;
        }
        taken += sentence.len();
    }
    if taken > 0 {
        return CleanBuf::line(first.get(..taken).unwrap_or_default().trim());
    }
    let end = first.char_indices().nth(WORDS).map_or(first.len(), |(at, _)| at);
    let cut = first.get(..end).unwrap_or_default();
    let cut = if end < first.len() { cut.rsplit_once(' ').map_or(cut, |(before, _)| before) } else { cut };
    CleanBuf::line(&format!("{cut}{}", if end < first.len() { "…" } else { "" }))
}

/// Day, place and source, as far as they are known and say something.
pub fn facts(release: &ReleaseRef<'_>) -> String {
    let date = release.date().map(|date| date.day().format("%-d %b %Y").to_string());
    let place = Some(release.label(Facet::Place).to_string()).filter(|place| !place.is_empty());
    let source = release.has_many_sources().then(|| release.label(Facet::Source).to_string());
    let parts: Vec<String> = [date, place, source].into_iter().flatten().collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn each_release_stands_once_under_the_greatest_of_its_topics() {
        let catalog = catalog(&[
            ("a", "", "News|Law", "", (2018, 11, 6)),
            ("b", "", "News", "", (2018, 11, 5)),
            ("c", "", "Law", "", (2018, 11, 4)),
            ("d", "", "", "", (2018, 11, 3)),
            ("e", "", "News", "", (2018, 11, 2)),
        ]);
        let paper = Digest::new(&catalog, catalog.order(), None, 2, NaiveDate::default());
        let sections: Vec<_> =
            paper.sections.iter().map(|one| (one.name.as_str(), one.releases.len(), one.more)).collect();
        assert_eq!(sections, [("News", 2, 1), ("Law", 1, 0), ("Other", 1, 0)]);
        assert_eq!(paper.told, "2 Nov 2018 – 6 Nov 2018 · 5 releases, 2 topics");
        let bars: Vec<_> = paper.bars.iter().map(|bar| (bar.days.as_str(), bar.count)).collect();
        assert_eq!(bars.len(), 5);
        assert_eq!(bars[0], ("2 Nov 2018", 1));
    }

    #[test]
    fn long_spans_have_coarser_bars() {
        assert_eq!(bars(&[0, 6]).len(), 7);
        assert_eq!(bars(&[0, 364]).len(), 53);
        assert_eq!(bars(&[0, 3 * 365]).len(), 36);
        assert_eq!((bars(&[5, 5]).len(), bars(&[]).len()), (0, 0));
    }

    #[test]
    fn words_end_with_a_sentence_or_a_word() {
        let long = "word ".repeat(100);
        let sentences = format!("One here. Two there! {long}");
        for (text, expected_end) in [(sentences.as_str(), "Two there!"), (long.as_str(), "word…"), ("短い。", "短い。")]
        {
            let catalog = catalog(&[("t", text, "", "", (2018, 11, 6))]);
            let words = words(&catalog.release(0).expect("one"));
            assert!(words.as_str().ends_with(expected_end) && words.as_str().chars().count() <= WORDS + 1, "{words}");
        }
    }
}
