//! A newspaper: releases by topic, their number per day, and what is typical of them.

pub mod html;

use std::collections::BTreeMap;

use chrono::{DateTime, Local, NaiveDate};
use unicode_segmentation::UnicodeSegmentation;

use crate::catalog::{Catalog, Changes, Facet, NONE, ReleaseIndex, ReleaseRef, ValueId};
use crate::query::bin_size::{BinSize, date};
use crate::release::Date;
use crate::text::{CleanBuf, counted, grouped};
use crate::words::TypicalWords;

/// The maximum number of bars in the chart.
const BARS: i32 = 62;
/// The maximum length of an excerpt, in characters.
const EXCERPT: usize = 300;

/// The heading of the releases without a topic.
const OTHER: &str = "Other";
/// Stands before the typical words.
const WORDS: &str = "Typical words";
/// The heading of the changed releases.
const CHANGED: &str = "Changed";

/// A newspaper.
pub struct Digest<'a> {
    /// Its title.
    pub title: CleanBuf,
    /// The period, the number of releases and the number of topics.
    pub summary: String,
    /// The day on which it was made, if it says so.
    pub today: Option<NaiveDate>,
    /// The words that are typical of its releases, each with its number of releases.
    pub words: Vec<(CleanBuf, usize)>,
    /// Its sections by topic, the largest first.
    pub sections: Vec<Section<'a>>,
    /// The number of releases per bar; empty if there is only one day.
    pub bars: Vec<Bar>,
    changes: Changes,
}

/// How much of each text a newspaper contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// The first sentences.
    Excerpts,
    /// All of it, and all facts.
    Whole,
}

/// The releases of a topic.
pub struct Section<'a> {
    topic: ValueId,
    /// The name of the topic, or `Other` for the releases without one.
    pub name: CleanBuf,
    /// Its releases, in the order given.
    pub releases: Vec<ReleaseRef<'a>>,
    /// The number of releases beyond the limit.
    pub more: usize,
}

/// A bar of the chart.
#[derive(Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its days: `23 Oct 2018`.
    pub days: String,
    /// The number of releases.
    pub count: u32,
}

impl<'a> Digest<'a> {
    /// Builds a newspaper of releases with at most `limit` of each topic, the first ones in the order given.
    pub fn new(
        catalog: &'a Catalog,
        releases: &[ReleaseIndex],
        title: Option<&str>,
        limit: usize,
        today: Option<NaiveDate>,
    ) -> Self {
        let all: Vec<ReleaseRef<'a>> = releases.iter().filter_map(|&release| catalog.release(release)).collect();
        let title = match title {
            Some(title) => CleanBuf::line(title),
            None if catalog.title().is_empty() => CleanBuf::line("New releases"),
            None => catalog.title().to_buf(),
        };
        let sections = sections(catalog, &all, limit);
        let days: Vec<i32> = all.iter().filter_map(ReleaseRef::date).map(Date::days_since_epoch).collect();
        let topics = sections.iter().filter(|section| section.topic != NONE).count();
        let summary = summary_line(&days, all.len(), topics);
        Self { title, summary, today, words: Vec::new(), sections, bars: bars(&days), changes: Changes::default() }
    }

    /// Adds the words that are typical of its releases.
    #[must_use]
    pub fn with_words(mut self, words: &TypicalWords) -> Self {
        self.words = words.words.iter().map(|word| (word.phrase.clone(), word.hits)).collect();
        self
    }

    /// Returns the typical words as one line; empty if there are none.
    #[must_use]
    pub fn words_line(&self) -> String {
        let words: Vec<String> =
            self.words.iter().map(|(phrase, hits)| format!("{phrase} {}", grouped(*hits))).collect();
        if words.is_empty() { String::new() } else { format!("{WORDS}: {}", words.join(" · ")) }
    }

    /// Adds a section of changed releases, the latest change first, at most `limit` of them. All sections then say when
    /// a release was changed.
    #[must_use]
    pub fn with_changed(
        mut self,
        catalog: &'a Catalog,
        releases: &[ReleaseIndex],
        changes: &Changes,
        limit: usize,
    ) -> Self {
        let mut releases: Vec<ReleaseRef<'a>> =
            releases.iter().filter_map(|&release| catalog.release(release)).collect();
        self.changes = changes.clone();
        if releases.is_empty() {
            return self;
        }
        releases.sort_by_key(|release| std::cmp::Reverse(changes.at(release.index())));
        let more = releases.len().saturating_sub(limit.max(1));
        releases.truncate(limit.max(1));
        self.summary = format!("{}, {} changed", self.summary, grouped(releases.len() + more));
        self.sections.push(Section { topic: NONE, name: CleanBuf::line(CHANGED), releases, more });
        self
    }

    /// Returns the date of a release, the place, the source if there are several, and when it was changed.
    #[must_use]
    pub fn facts(&self, release: &ReleaseRef<'_>) -> String {
        let day = |at| DateTime::from_timestamp(at, 0).map(|time| time.with_timezone(&Local));
        let changed = self.changes.at(release.index()).and_then(day);
        let changed = changed.map(|time| format!("changed {}", time.format("%-d %b %Y")));
        let facts = Some(facts(release)).filter(|facts| !facts.is_empty());
        facts.into_iter().chain(changed).collect::<Vec<_>>().join(" · ")
    }
}

/// Assigns each release to the largest of its topics.
fn sections<'a>(catalog: &'a Catalog, all: &[ReleaseRef<'a>], limit: usize) -> Vec<Section<'a>> {
    let mut counts: BTreeMap<ValueId, usize> = BTreeMap::new();
    for topic in all.iter().flat_map(|release| release.values(Facet::Topic)) {
        *counts.entry(topic).or_default() += 1;
    }
    let mut sections: BTreeMap<ValueId, Vec<ReleaseRef<'a>>> = BTreeMap::new();
    for release in all {
        let topics = release.values(Facet::Topic);
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
        Section { topic, name, releases, more }
    };
    sections.into_iter().map(section).collect()
}

fn summary_line(days: &[i32], releases: usize, topics: usize) -> String {
    let mut summary = counted(releases, "release");
    if topics > 0 {
        summary = format!("{summary}, {}", counted(topics, "topic"));
    }
    if let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) {
        summary = format!("{} · {summary}", between(first, last));
    }
    summary
}

fn between(first: i32, last: i32) -> String {
    let day = |day: i32| date(day).format("%-d %b %Y").to_string();
    if first == last { day(first) } else { format!("{} – {}", day(first), day(last)) }
}

/// Returns the smallest bars that do not exceed the maximum number.
fn bars(days: &[i32]) -> Vec<Bar> {
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else { return Vec::new() };
    let fits = |bin_size: &BinSize| bin_size.bar(last) - bin_size.bar(first) < BARS;
    let Some(bin_size) = BinSize::ALL.into_iter().find(fits).filter(|_| first < last) else { return Vec::new() };
    let start = bin_size.bar(first);
    let mut counts = vec![0_u32; (bin_size.bar(last) - start + 1).unsigned_abs() as usize];
    for &day in days {
        counts[(bin_size.bar(day) - start).unsigned_abs() as usize] += 1;
    }
    let bar = |(bar, count): (i32, u32)| {
        let (from, to) = bin_size.days(bar);
        Bar { days: between(from, to), count }
    };
    (start..).zip(counts).map(bar).collect()
}

/// Returns an excerpt of a release: complete sentences if they are short enough, or else as many words as fit.
#[must_use]
pub fn excerpt(release: &ReleaseRef<'_>) -> CleanBuf {
    let text = Some(release.summary()).filter(|summary| !summary.is_empty()).unwrap_or_else(|| release.body());
    let first = text.as_str().split('\n').find(|line| line.chars().count() > 1).unwrap_or_default();
    let mut taken = 0;
    for sentence in first.unicode_sentences() {
        if first.get(..taken + sentence.len()).is_none_or(|sentences| sentences.chars().count() > EXCERPT) {
            break;
        }
        taken += sentence.len();
    }
    if taken > 0 {
        return CleanBuf::line(first.get(..taken).unwrap_or_default().trim());
    }
    let end = first.char_indices().nth(EXCERPT).map_or(first.len(), |(at, _)| at);
    let cut = first.get(..end).unwrap_or_default();
    let cut = if end < first.len() { cut.rsplit_once(' ').map_or(cut, |(before, _)| before) } else { cut };
    CleanBuf::line(&format!("{cut}{}", if end < first.len() { "…" } else { "" }))
}

/// Returns the date, the place and, if there are several sources, the source.
fn facts(release: &ReleaseRef<'_>) -> String {
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
    fn each_release_is_in_the_section_of_its_largest_topic() {
        let catalog = catalog(&[
            ("a", "", "News|Law", "", (2018, 11, 6)),
            ("b", "", "News", "", (2018, 11, 5)),
            ("c", "", "Law", "", (2018, 11, 4)),
            ("d", "", "", "", (2018, 11, 3)),
            ("e", "", "News", "", (2018, 11, 2)),
        ]);
        let digest = Digest::new(&catalog, catalog.order(), None, 2, None);
        let sections: Vec<_> =
            digest.sections.iter().map(|one| (one.name.as_str(), one.releases.len(), one.more)).collect();
        assert_eq!(sections, [("News", 2, 1), ("Law", 1, 0), ("Other", 1, 0)]);
        assert_eq!(digest.summary, "2 Nov 2018 – 6 Nov 2018 · 5 releases, 2 topics");
        let bars: Vec<_> = digest.bars.iter().map(|bar| (bar.days.as_str(), bar.count)).collect();
        assert_eq!(bars.len(), 5);
        assert_eq!(bars[0], ("2 Nov 2018", 1));
    }

    #[test]
    fn a_topic_named_other_is_a_topic_and_each_section_keeps_the_given_order() {
        let catalog = catalog(&[
            ("a", "", "Other", "", (2018, 11, 6)),
            ("b", "", "Other", "", (2018, 11, 5)),
            ("c", "", "", "", (2018, 11, 4)),
        ]);
        let digest = Digest::new(&catalog, &[1, 2, 0].map(ReleaseIndex::new), None, 9, None);
        let title = |release: &ReleaseRef<'_>| release.title().as_str().to_owned();
        let sections: Vec<(&str, Vec<String>)> =
            digest.sections.iter().map(|one| (one.name.as_str(), one.releases.iter().map(title).collect())).collect();
        assert_eq!(sections, [("Other", vec!["b".to_owned(), "a".to_owned()]), ("Other", vec!["c".to_owned()])]);
        assert!(digest.summary.ends_with("3 releases, 1 topic"), "{}", digest.summary);
    }

    #[test]
    fn long_periods_have_coarser_bars() {
        assert_eq!(bars(&[0, 6]).len(), 7);
        assert_eq!(bars(&[0, 364]).len(), 53);
        assert_eq!(bars(&[0, 3 * 365]).len(), 36);
        assert_eq!((bars(&[5, 5]).len(), bars(&[]).len()), (0, 0));
    }

    #[test]
    fn excerpts_end_with_a_sentence_or_a_word() {
        let long = "word ".repeat(100);
        let sentences = format!("One here. Two there! {long}");
        for (text, expected_end) in [(sentences.as_str(), "Two there!"), (long.as_str(), "word…"), ("短い。", "短い。")]
        {
            let catalog = catalog(&[("t", text, "", "", (2018, 11, 6))]);
            let excerpt = excerpt(&catalog.release(0.into()).expect("one"));
            let length = excerpt.as_str().chars().count();
            assert!(excerpt.as_str().ends_with(expected_end) && length <= EXCERPT + 1, "{excerpt}");
        }
    }
}
