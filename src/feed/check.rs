//! A doctor for feeds: which rules of its format a source breaks, and what is in it.
//!
//! [`check`] reads a source as [`read`](super::read) does, and looks at each part as it is written on the way: memory
//! holds what the reader holds, a number for each item, and of each rule the first findings. The rules are the table in
//! `rule`; what the reader tells of its own is put under them by `told`. Nothing here decides how a feed is read.

mod atom;
mod dates;
mod from_problems;
mod json;
mod lines;
mod log;
mod markup;
mod rss;
mod rule;
mod summary;
mod xml;

use std::io::Read;
use std::ops::ControlFlow;

use super::{Limits, Raw, Refusal, Sink};
use crate::release::{Problem, Release};
use crate::text::{Clean, CleanBuf};

pub use log::Finding;
use log::Log;
pub use rule::{RULES, Rule, RuleId, Severity};
pub use summary::Summary;

/// Findings of one rule that are kept; the others are counted.
pub const KEPT: usize = 10_000;

/// What a source is written in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum FeedFormat {
    #[default]
    Unknown,
    Rss(String),
    /// RSS 1.0, and 0.90 before it.
    Rdf10,
    Rdf09,
    Atom10,
    Atom03,
    /// Another root with items in it.
    Xml(String),
    JsonFeed(String),
    Json,
    JsonLines,
}

impl FeedFormat {
    fn name(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::Rss(version) => format!("RSS {version}").trim_end().to_owned(),
            Self::Rdf10 => "RSS 1.0 (RDF)".to_owned(),
            Self::Rdf09 => "RSS 0.90 (RDF)".to_owned(),
            Self::Atom10 => "Atom 1.0".to_owned(),
            Self::Atom03 => "Atom 0.3".to_owned(),
            Self::Xml(root) => format!("XML <{root}>"),
            Self::JsonFeed(version) => format!("JSON Feed {version}").trim_end().to_owned(),
            Self::Json => "JSON".to_owned(),
            Self::JsonLines => "JSON Lines".to_owned(),
        }
    }
}

/// What is to be said of a feed.
#[derive(Debug)]
pub struct Report {
    /// What it is written in: `RSS 2.0`.
    pub format: CleanBuf,
    /// What is in it.
    pub summary: Summary,
    /// What is wrong, in the order in which it was met; of each rule the first [`KEPT`].
    pub findings: Vec<Finding>,
    counts: Vec<u64>,
}

impl Report {
    /// How often a rule is broken.
    #[must_use]
    pub fn count(&self, rule: RuleId) -> u64 {
        self.counts.get(rule as usize).copied().unwrap_or(0)
    }

    /// How many problems are this severe.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u64 {
        RuleId::ALL.iter().filter(|id| id.rule().severity == severity).map(|id| self.count(*id)).sum()
    }
}

/// Checks a whole source. `now` is the time in seconds since 1970: what lies behind it has not happened yet.
///
/// # Errors
/// As [`read`](super::read): the source is no feed.
pub fn check(source: Clean<'_>, input: &mut dyn Read, limits: Limits, now: i64) -> Result<Report, Refusal> {
    let log = Log::default();
    let lines = log.lines();
    let mut checker = Checker { log, now, ..Checker::default() };
    super::read_watched(source, input, limits, &mut checker, |text| Box::new(lines::Counted { input: text, lines }))?;
    checker.finish();
    let (findings, counts) = checker.log.into_parts();
    Ok(Report { format: CleanBuf::line(&checker.form.name()), summary: checker.summary, findings, counts })
}

#[derive(Default)]
struct Checker {
    log: Log,
    form: FeedFormat,
    summary: Summary,
    document: xml::Document,
    object: json::Document,
    ids: summary::Ids,
    now: i64,
    /// How many items have come, readable or not.
    items: u64,
    /// Whether a problem told which character set was used.
    has_used: bool,
}

impl Checker {
    /// A day for clocks that are not right and zones that are missing.
    const AHEAD: i64 = 86_400;

    fn is_json(&self) -> bool {
        matches!(self.form, FeedFormat::JsonFeed(_) | FeedFormat::Json | FeedFormat::JsonLines | FeedFormat::Unknown)
    }

    fn finish(&mut self) {
        self.log.leave();
        if self.is_json() {
            self.finish_json();
        } else {
            self.finish_xml();
        }
        if self.items == 0 {
            self.log.add(RuleId::NoItems, None, "");
        }
    }

    /// What can be said of an item in any format.
    fn release(&mut self, release: &Release) {
        match release.date {
            Some(date) if date.instant() > self.now + Self::AHEAD => {
                self.log.add(RuleId::DateFuture, None, &date.to_string());
            }
            Some(_) => {}
            None if self.log.has(|rule| rule.name.contains("/date-") || rule.name.ends_with("updated-missing")) => {}
            None => self.log.add(RuleId::DateMissing, None, ""),
        }
        let id = [&release.id, &release.url].into_iter().find(|id| !id.is_empty());
        let Some(earlier) = id.and_then(|id| self.ids.see(id.as_str(), self.log.item())) else { return };
        self.summary.duplicates += 1;
        let rule = match self.form {
            _ if release.id.is_empty() => return,
            FeedFormat::Rss(_) => RuleId::RssGuidDuplicate,
            FeedFormat::Rdf10 => RuleId::RdfAboutDuplicate,
            FeedFormat::JsonFeed(_) => RuleId::JsonFeedIdDuplicate,
            // Entries of one id are versions of it: see `atom`.
            FeedFormat::Atom10 => return,
            _ => RuleId::IdDuplicate,
        };
        self.log.add(rule, None, &format!("{} is that of item {earlier} too", quoted(release.id.as_str())));
    }
}

impl Sink for Checker {
    fn title(&mut self, title: Clean<'_>) {
        self.summary.title = title.to_buf();
    }

    fn release(&mut self, _item: u64, release: &Release) {
        self.release(release);
        self.summary.release(release);
    }

    fn problem(&mut self, problem: Problem) {
        self.problem(&problem);
    }

    fn raw(&mut self, part: Raw<'_>) {
        match part {
            Raw::Head(text) => self.xml_head(text),
            Raw::Rest(text) => self.xml_rest(text),
            Raw::Member(key, byte, value) => self.json_member(key, byte, value),
            Raw::Lines => self.form = FeedFormat::JsonLines,
            Raw::Item(index, byte, text) => {
                if self.is_json() && self.object.is_undecided() {
                    self.decide_json(Some(text));
                }
                self.items += 1;
                self.log.enter(index, byte);
                if self.is_json() { self.json_item(text) } else { self.xml_item(text) }
            }
        }
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Characters of a text that a finding quotes.
const QUOTED: usize = 60;

/// A text as a finding shows it.
fn quoted(text: &str) -> String {
    let text = text.trim();
    let mut shown: String = text.chars().take(QUOTED).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("“{shown}”")
}

/// Whether a text is an absolute address of any scheme.
fn is_absolute(text: &str) -> bool {
    url::Url::parse(text.trim()).is_ok()
}

/// Whether it is one that a browser opens.
fn is_web(text: &str) -> bool {
    url::Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
