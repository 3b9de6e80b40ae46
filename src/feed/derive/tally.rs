//! Counts what could be topics in a whole feed. No result depends on the order of its releases.

use std::cmp::Reverse;
use std::fmt;

use rustc_hash::FxHashMap;

use super::address::{DEPTH, path};
use super::{Found, TopicSource, title};
use crate::release::Release;
use crate::text::{CleanBuf, fold_name, grouped};

/// Beyond so many distinct values, which would be no topics, nothing more is counted.
const DISTINCT: usize = 1 << 14;
/// The fewest releases that show sections or labels.
const FEWEST: u64 = 5;
/// The most sections or labels.
const MOST: usize = 60;
/// From this share on, in percent, a value stands for all releases and says nothing about one.
const ALL: u64 = 90;
/// Names of at most so many letters are codes, if all are.
const CODE: usize = 3;
/// The number of topics that a proposal names.
const NAMED: usize = 5;

/// The values of one place and how often each occurs.
#[derive(Debug, Clone, Default)]
struct Counts {
    values: FxHashMap<String, (CleanBuf, u64)>,
    is_full: bool,
}

impl Counts {
    fn add(&mut self, key: String, name: CleanBuf) {
        if self.is_full {
            return;
        }
        if let Some((known, count)) = self.values.get_mut(&key) {
            *count += 1;
            // Of several spellings the first in order counts, not the first in the feed.
            if name.as_str() < known.as_str() {
                *known = name;
            }
        } else if self.values.len() < DISTINCT {
            self.values.insert(key, (name, 1));
        } else {
            self.is_full = true;
            self.values = FxHashMap::default();
        }
    }

    /// Returns the values that a test of key and count lets through, the most frequent first.
    fn sorted(&self, is_meant: impl Fn(&str, u64) -> bool) -> Vec<(&str, &CleanBuf, u64)> {
        let all = self.values.iter().map(|(key, (name, count))| (key.as_str(), name, *count));
        let mut all: Vec<(&str, &CleanBuf, u64)> = all.filter(|(key, _, count)| is_meant(key, *count)).collect();
        all.sort_by_key(|&(key, _, count)| (Reverse(count), key));
        all
    }
}

/// Counts sections and labels of the releases that have no topic of their publisher.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// All releases, and those without a topic.
    all: u64,
    bare: u64,
    /// Sections at each depth, by all parts of the path up to them.
    sections: [Counts; DEPTH],
    labels: Counts,
    /// The feed's own title, folded.
    title: String,
}

/// The topics that a feed would get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// From where.
    pub from: TopicSource,
    /// The topics and the number of their releases, the most frequent first.
    pub topics: Vec<(CleanBuf, u64)>,
    /// The number of releases that would get one.
    pub releases: u64,
    /// The number of releases without a topic of their publisher.
    pub of: u64,
}

impl Proposal {
    /// Names the most frequent topics: `Politics (12), Business (9), …`.
    #[must_use]
    pub fn named(&self) -> String {
        let name = |(name, count): &(CleanBuf, u64)| format!("{name} ({})", grouped(*count as usize));
        let named: Vec<String> = self.topics.iter().take(NAMED).map(name).collect();
        format!("{}{}", named.join(", "), if self.topics.len() > NAMED { ", …" } else { "" })
    }
}

impl fmt::Display for Proposal {
    /// Writes it as `Politics (12), Business (9), … in 40 of 45 releases`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (releases, of) = (grouped(self.releases as usize), grouped(self.of as usize));
        write!(f, "{} in {releases} of {of} releases", self.named())
    }
}

/// The sections below a path.
struct Sections<'a> {
    after: Vec<String>,
    values: Vec<(&'a str, &'a CleanBuf, u64)>,
}

impl Tally {
    /// Counts a release.
    pub fn add(&mut self, release: &Release) {
        self.all += 1;
        if !release.topics.is_empty() {
            return;
        }
        self.bare += 1;
        let mut parents = String::new();
        for (counts, section) in self.sections.iter_mut().zip(path(release.url.as_str()).map_while(|part| part)) {
            parents.push_str(&section.key);
            counts.add(parents.clone(), section.name);
            parents.push('/');
        }
        if let Some(label) = title::label(release.title.as_str()) {
            let label = CleanBuf::line(label);
            self.labels.add(fold_name(label.as_str()).into_owned(), label);
        }
    }

    /// Notes the feed's own title, whose words label nothing.
    pub fn name(&mut self, title: &str) {
        self.title = fold_name(title).into_owned();
    }

    /// Whether most releases have no topic of their publisher.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.bare * 2 > self.all
    }

    /// Returns the topics that a feed of these releases would get from a source, if it has sections or labels there.
    #[must_use]
    pub fn proposal(&self, from: TopicSource) -> Option<Proposal> {
        let values = match from {
            TopicSource::Address => self.find_sections()?.values,
            TopicSource::Title => self.find_labels()?,
            TopicSource::None => return None,
        };
        let releases = values.iter().map(|(_, _, count)| count).sum();
        let topics = values.into_iter().map(|(_, name, count)| (name.clone(), count)).collect();
        Some(Proposal { from, topics, releases, of: self.bare })
    }

    /// Returns what is kept of that.
    pub(super) fn find(&self, from: TopicSource) -> Option<Found> {
        match from {
            TopicSource::Address => self.find_sections().map(|found| Found::After(found.after)),
            TopicSource::Title => {
                let labels = self.find_labels()?;
                Some(Found::Labels(labels.into_iter().map(|(key, ..)| key.to_owned()).collect()))
            }
            TopicSource::None => None,
        }
    }

    /// Finds the first depth at which the addresses differ, if they have sections there.
    fn find_sections(&self) -> Option<Sections<'_>> {
        let (mut after, mut parents) = (Vec::new(), String::new());
        for counts in &self.sections {
            let values = counts.sorted(|key, _| key.starts_with(&parents));
            let &(first, _, most) = values.first()?;
            if most * 100 < self.bare * ALL {
                return self.are_sections(&values).then_some(Sections { after, values });
            }
            after.push(first.strip_prefix(&parents)?.to_owned());
            parents = format!("{first}/");
        }
        None
    }

    /// Whether the values are few, different, readable, and stand in most releases.
    fn are_sections(&self, values: &[(&str, &CleanBuf, u64)]) -> bool {
        let sum = |is_meant: &dyn Fn(u64) -> bool| -> u64 {
            values.iter().map(|(_, _, count)| *count).filter(|count| is_meant(*count)).sum()
        };
        let (covered, repeated) = (sum(&|_| true), sum(&|count| count > 1));
        let most = values.first().map_or(0, |(_, _, count)| *count);
        let is_code = |name: &CleanBuf| name.as_str().is_ascii() && name.as_str().len() <= CODE;
        self.bare >= FEWEST
            && (2..=MOST).contains(&values.len())
            && covered * 2 > self.bare
            && repeated * 3 >= covered * 2
            && most * 100 < covered * ALL
            && !values.iter().all(|(_, name, _)| is_code(name))
    }

    /// Finds the labels that repeat, if they stand in most titles.
    fn find_labels(&self) -> Option<Vec<(&str, &CleanBuf, u64)>> {
        let fewest = (if self.bare < 100 { 2 } else { 3 }).max(self.bare / 1_000);
        let values = self.labels.sorted(|key, count| count >= fewest && !self.title.contains(key));
        let covered: u64 = values.iter().map(|(_, _, count)| *count).sum();
        let &(.., most) = values.first()?;
        let is_found =
            self.bare >= FEWEST && values.len() <= MOST && covered * 2 > self.bare && most * 100 < self.bare * ALL;
        is_found.then_some(values)
    }
}
