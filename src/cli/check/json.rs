//! JSON reports: one document, written one feed at a time.

use std::io::{self, Write};

use serde::Serialize;

use super::{Checked, Totals};
use crate::document::json::value;
use crate::feed::Proposal;
use crate::feed::check::{FieldCount, Finding, Report, RuleId, Severity};
use crate::feed::listing::{ListingReport, Method, Selected};
use crate::feed::table::{Column, Layout};
use crate::text::CleanBuf;

/// The number of topics to list.
const TOP: usize = 20;

#[derive(Serialize)]
struct Feed<'a> {
    source: &'a str,
    format: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Table<'a>>,
    items: u64,
    first_date: Option<String>,
    last_date: Option<String>,
    topics: Topics<'a>,
    /// The topics that are derived, or could be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    derived_topics: Vec<Derived>,
    fields: Vec<CustomField>,
    languages: Vec<&'a str>,
    scripts: Vec<Share>,
    duplicates: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    listing: Option<Listing<'a>>,
    errors: u64,
    warnings: u64,
    notes: u64,
    rules: Vec<Broken>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Table<'a> {
    delimiter: &'static str,
    header: bool,
    columns: Vec<Named<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    field: Option<&'static str>,
    order: Option<&'static str>,
}

#[derive(Serialize)]
struct Listing<'a> {
    method: &'static str,
    completed_by: Option<&'static str>,
    confidence: &'static str,
    entries: usize,
    dated: usize,
    feeds: Vec<&'a str>,
    /// What each selector of the user found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    selected: Vec<SelectedPart<'a>>,
    /// The first sitemaps of an index.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sitemaps: Vec<&'a str>,
}

/// What a selector found.
#[derive(Serialize)]
struct SelectedPart<'a> {
    selector: String,
    entries: usize,
    first: &'a str,
}

#[derive(Serialize)]
struct Refused<'a> {
    source: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Topics<'a> {
    count: usize,
    top: Vec<Topic<'a>>,
}

#[derive(Serialize)]
struct Topic<'a> {
    name: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct Derived {
    from: String,
    /// Whether the options derive them; otherwise they are proposed.
    is_on: bool,
    releases: u64,
    of: u64,
    top: Vec<DerivedTopic>,
}

#[derive(Serialize)]
struct DerivedTopic {
    name: String,
    count: u64,
}

#[derive(Serialize)]
struct CustomField {
    name: &'static str,
    values: usize,
    items: u64,
}

#[derive(Serialize)]
struct Share {
    name: &'static str,
    percent: u64,
}

#[derive(Serialize)]
struct Broken {
    rule: &'static str,
    severity: &'static str,
    count: u64,
    what: &'static str,
    source: &'static str,
    fix: &'static str,
}

#[derive(Serialize)]
struct Problem<'a> {
    rule: &'static str,
    severity: &'static str,
    item: Option<u64>,
    byte: Option<u64>,
    line: Option<u64>,
    detail: &'a str,
}

#[derive(Serialize)]
struct Sums {
    errors: u64,
    warnings: u64,
    notes: u64,
    unreadable: u64,
}

/// Starts the document.
pub fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{\"feeds\":[")
}

/// Writes the report of one feed. `is_next` says whether another report precedes it.
pub fn write(checked: &Checked, is_next: bool, out: &mut impl Write) -> io::Result<()> {
    out.write_all(if is_next { b",\n" } else { b"\n" })?;
    match &checked.report {
        Ok(report) => value(&feed(&checked.source, report), out),
        Err(reason) => value(&Refused { source: &checked.source, reason }, out),
    }
}

/// Ends the document with the totals.
pub fn end(totals: &Totals, out: &mut impl Write) -> io::Result<()> {
    let [errors, warnings, notes] = totals.problems;
    let mut sums = Vec::new();
    value(&Sums { errors, warnings, notes, unreadable: totals.unreadable }, &mut sums)?;
    out.write_all(b"\n],")?;
    // Merge the members of the totals into the document.
    out.write_all(sums.strip_prefix(b"{").unwrap_or(&sums))?;
    out.write_all(b"\n")
}

fn feed<'a>(source: &'a str, report: &'a Report) -> Feed<'a> {
    let summary = &report.summary;
    let broken = RuleId::ALL.iter().filter(|id| report.count(**id) > 0);
    Feed {
        source,
        format: report.format.as_str(),
        title: summary.title.as_str(),
        table: report.layout.as_ref().map(table),
        items: summary.items,
        first_date: summary.dates.map(|(first, _)| first.to_string()),
        last_date: summary.dates.map(|(_, last)| last.to_string()),
        topics: Topics {
            count: summary.topics(),
            top: summary.top_topics(TOP).into_iter().map(|(name, count)| Topic { name, count }).collect(),
        },
        derived_topics: report
            .derived()
            .into_iter()
            .map(|found| derived(found, report.topics_from.is_some()))
            .collect(),
        fields: summary.fields().into_iter().map(custom_field).collect(),
        languages: summary.languages().collect(),
        scripts: summary.scripts().into_iter().map(|(name, percent)| Share { name, percent }).collect(),
        duplicates: summary.duplicates,
        listing: report.listing.as_ref().map(listing),
        errors: report.of(Severity::Error),
        warnings: report.of(Severity::Warning),
        notes: report.of(Severity::Note),
        rules: broken.map(|id| rule(*id, report.count(*id))).collect(),
        problems: report.findings.iter().map(problem).collect(),
    }
}

fn custom_field(FieldCount { name, values, items }: FieldCount) -> CustomField {
    CustomField { name, values, items }
}

fn table(layout: &Layout) -> Table<'_> {
    let columns = layout.columns().iter().map(column).collect();
    Table { delimiter: layout.delimiter(), header: layout.has_header, columns }
}

fn column(column: &Column) -> Named<'_> {
    Named { name: column.name.as_str(), field: column.field(), order: column.order() }
}

fn listing(found: &ListingReport) -> Listing<'_> {
    Listing {
        method: found.method.name(),
        completed_by: found.completed.map(Method::name),
        confidence: found.confidence.name(),
        entries: found.entries,
        dated: found.dated,
        feeds: found.feeds.iter().map(CleanBuf::as_str).collect(),
        selected: found.selected.iter().map(selected).collect(),
        sitemaps: found.parts.1.iter().map(CleanBuf::as_str).collect(),
    }
}

fn selected(one: &Selected) -> SelectedPart<'_> {
    SelectedPart { selector: one.selector.to_string(), entries: one.count, first: one.first.as_str() }
}

fn derived(found: Proposal, is_on: bool) -> Derived {
    let topic = |(name, count): (CleanBuf, u64)| DerivedTopic { name: name.to_string(), count };
    Derived {
        from: found.from.to_string(),
        is_on,
        releases: found.releases,
        of: found.of,
        top: found.topics.into_iter().take(TOP).map(topic).collect(),
    }
}

fn rule(id: RuleId, count: u64) -> Broken {
    let rule = id.rule();
    Broken {
        rule: rule.name,
        severity: rule.severity.name(),
        count,
        what: rule.what,
        source: rule.source,
        fix: rule.fix,
    }
}

fn problem(finding: &Finding) -> Problem<'_> {
    let rule = finding.rule.rule();
    Problem {
        rule: rule.name,
        severity: rule.severity.name(),
        item: finding.item,
        byte: finding.byte,
        line: finding.line,
        detail: finding.detail.as_str(),
    }
}
