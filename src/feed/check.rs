//! Feed validation: which rules of its format a source breaks, and what it contains.
//!
//! [`check`] reads a source like [`read`](super::read) does, and examines each part as written on the way. Memory holds
//! what the reader holds, a number for each item, and the first findings of each rule. The rules are the table in
//! `rule`; `from_problems` maps the reader's own problems to rules. Nothing here affects how a feed is read.

mod atom;
mod bounded;
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

use super::listing::{Listing, ListingReport, Method};
use super::table::Layout;
use super::{Limits, Proposal, Raw, Refusal, Rules, Sink, Tally, TopicRule, TopicSource};
use crate::release::{Problem, Release};
use crate::text::{Clean, CleanBuf};

pub use log::Finding;
use log::Log;
pub use rule::{RULES, Rule, RuleId, Severity};
pub use summary::{FieldCount, Summary};
use url::Url;

/// The most findings kept of one rule; the others are only counted.
pub const KEPT: usize = 10_000;

/// The format of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum FeedFormat {
    #[default]
    Unknown,
    Rss(String),
    /// RSS 1.0, and its predecessor 0.90.
    Rdf10,
    Rdf09,
    Atom10,
    Atom03,
    /// Any other root element with items in it.
    Xml(String),
    JsonFeed(String),
    Json,
    JsonLines,
    Table,
    /// A web page or a sitemap that lists releases.
    Listing(Method),
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
            Self::Table => "table".to_owned(),
            Self::Listing(Method::NewsSitemap | Method::Sitemap) => "sitemap".to_owned(),
            Self::Listing(Method::SitemapIndex) => "index of sitemaps".to_owned(),
            Self::Listing(_) => "listing page".to_owned(),
        }
    }
}

/// The result of a check.
#[derive(Debug)]
pub struct Report {
    /// The format: `RSS 2.0`.
    pub format: CleanBuf,
    /// How it is written, if it is a table.
    pub layout: Option<Layout>,
    /// How its releases were found, if it is a listing page.
    pub listing: Option<ListingReport>,
    /// What the feed contains.
    pub summary: Summary,
    /// What the rules derive topics from.
    pub topics_from: Option<TopicSource>,
    tally: Tally,
    /// The findings in document order, the first [`KEPT`] of each rule.
    pub findings: Vec<Finding>,
    counts: Vec<u64>,
}

impl Report {
    /// Returns the topics that are derived, or, if the rules do not say from what, those that would be: from each source
    /// that has some, if most releases have no topic of their publisher.
    #[must_use]
    pub fn derived(&self) -> Vec<Proposal> {
        let sources = match self.topics_from {
            Some(from) => vec![from],
            None if self.tally.is_bare() => vec![TopicSource::Address, TopicSource::Title],
            None => Vec::new(),
        };
        sources.into_iter().filter_map(|from| self.tally.proposal(from)).collect()
    }

    /// Returns how often a rule is broken.
    #[must_use]
    pub fn count(&self, rule: RuleId) -> u64 {
        self.counts.get(rule as usize).copied().unwrap_or(0)
    }

    /// Returns the number of findings of this severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u64 {
        RuleId::ALL.iter().filter(|id| id.rule().severity == severity).map(|id| self.count(*id)).sum()
    }
}

/// Checks a whole source. `now` is the current time in seconds since 1970; later dates are in the future.
///
/// # Errors
/// As for [`read`](super::read): the source is not a feed.
pub fn check(source: Clean<'_>, input: &mut dyn Read, limits: Limits, now: i64) -> Result<Report, Refusal> {
    check_with(source, None, input, limits, Rules::default(), now)
}

/// Like [`check`], for a source at this address that is read by these rules.
///
/// # Errors
/// As for [`check`].
pub fn check_with(
    source: Clean<'_>,
    base: Option<&Url>,
    input: &mut dyn Read,
    limits: Limits,
    rules: Rules,
    now: i64,
) -> Result<Report, Refusal> {
    let log = Log::default();
    let lines = log.lines();
    let mut checker = Checker { log, now, rules, base: base.cloned(), ..Checker::default() };
    super::read_watched(source, input, limits, &mut checker, |text| Box::new(lines::Counted { input: text, lines }))?;
    checker.finish();
    let format = CleanBuf::line(&checker.form.name());
    let topics_from = checker.rules.topics.as_ref().and_then(TopicRule::source);
    let Checker { log, summary, layout, listing, tally, .. } = checker;
    let (findings, counts) = log.into_parts();
    Ok(Report { format, layout, listing, summary, topics_from, tally, findings, counts })
}

#[derive(Default)]
struct Checker {
    log: Log,
    form: FeedFormat,
    listing: Option<ListingReport>,
    summary: Summary,
    document: xml::Document,
    object: json::Document,
    ids: summary::Ids,
    tally: Tally,
    now: i64,
    rules: Rules,
    layout: Option<Layout>,
    base: Option<Url>,
    /// The number of items so far, readable or not.
    items: u64,
    /// Whether a problem has said which character set was used.
    has_used: bool,
}

impl Checker {
    /// One day of tolerance, for wrong clocks and missing time zones.
    const AHEAD: i64 = 86_400;

    fn is_json(&self) -> bool {
        matches!(self.form, FeedFormat::JsonFeed(_) | FeedFormat::Json | FeedFormat::JsonLines | FeedFormat::Unknown)
    }

    fn finish(&mut self) {
        self.log.leave();
        match self.form {
            FeedFormat::Listing(_) | FeedFormat::Table => {}
            _ if self.is_json() => self.finish_json(),
            _ => self.finish_xml(),
        }
        if self.items == 0 && self.form != FeedFormat::Listing(Method::SitemapIndex) {
            self.log.add(RuleId::NoItems, None, "");
        }
    }

    fn listing(&mut self, listing: &Listing) {
        self.form = FeedFormat::Listing(listing.method);
        self.items = listing.entries.len() as u64;
        self.summary.language(&listing.language);
        self.listing = Some(listing.into());
    }

    /// Checks what applies to an item in every format.
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
            // Entries with the same id are versions of one entry: see `atom`.
            FeedFormat::Atom10 => return,
            _ => RuleId::IdDuplicate,
        };
        self.log.add(rule, None, &format!("{}, as in item {earlier}", quoted(release.id.as_str())));
    }
}

impl Sink for Checker {
    fn title(&mut self, title: Clean<'_>) {
        self.summary.title = title.to_buf();
        self.tally.name(title.as_str());
    }

    fn release(&mut self, _item: u64, release: &Release) {
        self.release(release);
        self.summary.release(release);
        self.tally.add(release);
    }

    fn problem(&mut self, problem: Problem) {
        self.problem(&problem);
    }

    /// A release is checked as soon as it is read, so topics are counted here, not derived by the reader.
    fn rules(&self) -> Rules {
        self.rules.without_topics()
    }

    fn takes_indexes(&self) -> bool {
        true
    }

    fn raw(&mut self, part: Raw<'_>) {
        match part {
            Raw::Head(text) => self.xml_head(text),
            Raw::Rest(text) => self.xml_rest(text),
            Raw::Member(key, byte, value) => self.json_member(key, byte, value),
            Raw::Lines => self.form = FeedFormat::JsonLines,
            Raw::Table(layout) => {
                self.form = FeedFormat::Table;
                self.layout = Some(layout.clone());
            }
            Raw::Listing(listing) => self.listing(listing),
            Raw::Item(index, byte, text) => {
                if self.is_json() && self.object.is_undecided() {
                    self.decide_json(Some(text));
                }
                self.items += 1;
                self.log.enter(index, byte);
                match self.form {
                    FeedFormat::Table => {}
                    _ if self.is_json() => self.json_item(text),
                    _ => self.xml_item(text),
                }
            }
        }
    }

    fn base(&self) -> Option<Url> {
        self.base.clone()
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The most characters of a text that a finding quotes.
const QUOTED: usize = 60;

/// Formats a text for a finding.
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

/// Whether a text is an address that browsers open.
fn is_web(text: &str) -> bool {
    url::Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
