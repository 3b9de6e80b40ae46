//! Plain-text reports: a summary of a feed, then its problems by rule, the worst first.

use std::io::{self, Write};

use super::{Checked, Totals};
use crate::cli::output_style::{OutputStyle, TextStyle};
use crate::feed::TopicSource;
use crate::feed::check::{FieldCount, Finding, KEPT, Report, RuleId, Severity, Summary};
use crate::feed::listing::ListingReport;
use crate::feed::table::{Column, Layout};
use crate::text::{counted, grouped};

/// The number of items to name per rule.
const NAMED: usize = 3;
/// The number of topics and scripts to name.
const TOP: usize = 5;
/// The number of unused columns to name.
const COLUMNS: usize = 50;
/// The number of custom fields to name.
const FIELDS: usize = 20;

/// Writes the report of one feed. `is_next` says whether another report precedes it.
pub fn write(checked: &Checked, all: bool, is_next: bool, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    // Unreadable feeds are reported on standard error.
    let Ok(report) = &checked.report else { return Ok(()) };
    if is_next {
        writeln!(out)?;
    }
    style.put(out, &checked.source, TextStyle::Strong)?;
    writeln!(out, "\n  {}", describe(report))?;
    let filled: Vec<FieldCount> = report.summary.fields();
    let is_filled =
        |column: &Column| !column.is_custom() || filled.iter().any(|field| Some(field.name) == column.field());
    for line in report.layout.iter().flat_map(|layout| columns(layout, is_filled)) {
        writeln!(out, "  {line}")?;
    }
    for line in report.listing.iter().flat_map(listing) {
        writeln!(out, "  {line}")?;
    }
    let summary = &report.summary;
    let lines = std::iter::once(topics(summary)).chain(derived(report)).chain([fields(summary), languages(summary)]);
    for line in lines.filter(|line| !line.is_empty()) {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "  {}", counts(Severity::ALL.map(|severity| report.of(severity))))?;
    let mut rules: Vec<RuleId> = Vec::new();
    for finding in &report.findings {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    rules.sort_by_key(|id| id.rule().severity);
    for id in rules {
        let findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.rule == id).collect();
        rule(id, &findings, report.count(id), all, style, out)?;
    }
    Ok(())
}

/// Writes the totals if there are several feeds.
pub fn end(totals: &Totals, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let feeds = totals.feeds - totals.unreadable;
    if totals.feeds < 2 {
        return Ok(());
    }
    let line = format!("{}: {}", counted(feeds as usize, "feed"), counts(totals.problems));
    writeln!(out)?;
    style.put(out, &line, TextStyle::Strong)?;
    writeln!(out)
}

fn describe(report: &Report) -> String {
    let summary = &report.summary;
    let mut parts = vec![report.format.to_string(), counted(summary.items as usize, "item")];
    if let Some((first, last)) = summary.dates {
        let (first, last) = (first.day().to_string(), last.day().to_string());
        parts.push(if first == last { first } else { format!("{first} to {last}") });
    }
    if summary.duplicates > 0 {
        parts.push(format!("{} repeated", grouped(summary.duplicates as usize)));
    }
    parts.join(" · ")
}

/// Describes how a table is written, and which of its columns are which fields; one without values is unused.
fn columns(layout: &Layout, is_filled: impl Fn(&Column) -> bool) -> Vec<String> {
    let header = if layout.has_header { "with a header" } else { "without a header" };
    let mut lines = vec![format!("{}, cells separated by {}s", header, layout.delimiter())];
    let field = |column: &Column| column.field().filter(|_| is_filled(column));
    let used = |column: &Column| {
        let order = column.order().map(|order| format!(" ({order})")).unwrap_or_default();
        Some(format!("{} is {}{order}", column.name, field(column)?))
    };
    let used: Vec<String> = layout.columns().iter().filter_map(used).collect();
    lines.push(format!("columns: {}", used.join(", ")));
    let unused: Vec<&str> =
        layout.columns().iter().filter(|one| field(one).is_none()).map(|one| one.name.as_str()).collect();
    if !unused.is_empty() {
        let more = if unused.len() > COLUMNS { ", …" } else { "" };
        let shown = unused.get(..COLUMNS).unwrap_or(&unused);
        lines.push(format!("unused columns: {}{more}", shown.join(", ")));
    }
    lines
}

/// Describes how the releases of a page were found, and which feed the page names.
fn listing(found: &ListingReport) -> Vec<String> {
    let mut lines = vec![found.to_string()];
    let (number, named) = &found.parts;
    lines.extend(named.iter().map(|address| format!("  {address}")));
    if *number > named.len() {
        lines.push(format!("  and {} more", grouped(number - named.len())));
    }
    lines.extend(found.selected.iter().map(ToString::to_string));
    if let Some((first, others)) = found.feeds.split_first() {
        let more = if others.is_empty() { String::new() } else { format!(" and {} more", grouped(others.len())) };
        lines.push(format!("the page names the feed {first}{more}"));
    }
    lines
}

fn topics(summary: &Summary) -> String {
    let count = summary.topics();
    if count == 0 {
        return String::new();
    }
    let top = summary.top_topics(TOP).into_iter().map(|(name, count)| format!("{name} {count}"));
    let more = if count > TOP { ", …" } else { "" };
    format!("{}: {}{more}", counted(count, "topic"), top.collect::<Vec<_>>().join(", "))
}

/// Describes the topics that are derived, or could be.
fn derived(report: &Report) -> Vec<String> {
    let found = report.derived();
    match report.topics_from {
        Some(TopicSource::Address) if found.is_empty() => {
            vec!["no topics from the address: no part of the paths repeats in most releases".to_owned()]
        }
        Some(_) if found.is_empty() => {
            vec!["no topics from the title: no labels such as “Opinion:” repeat in most titles".to_owned()]
        }
        Some(from) => found.iter().map(|topics| format!("topics {}: {topics}", from.phrase())).collect(),
        None => {
            let few = if report.summary.topics() == 0 { "no topics" } else { "few releases have topics" };
            found.iter().map(|topics| format!("{few}; --topics-from {} would give {topics}", topics.from)).collect()
        }
    }
}

/// Lists custom fields, which can become sections of the filter pane.
fn fields(summary: &Summary) -> String {
    let all = summary.fields();
    if all.is_empty() {
        return String::new();
    }
    let field = |field: &FieldCount| {
        format!("{} ({} in {})", field.name, counted(field.values, "value"), counted(field.items as usize, "item"))
    };
    let named: Vec<String> = all.iter().take(FIELDS).map(field).collect();
    let more = if all.len() > FIELDS { ", …" } else { "" };
    format!("custom fields: {}{more}", named.join(", "))
}

fn languages(summary: &Summary) -> String {
    let declared: Vec<&str> = summary.languages().take(TOP).collect();
    if !declared.is_empty() {
        return format!("language: {}", declared.join(", "));
    }
    let scripts = summary.scripts().into_iter().take(TOP).map(|(name, share)| format!("{name} {share} %"));
    let scripts = scripts.collect::<Vec<_>>().join(", ");
    if scripts.is_empty() { scripts } else { format!("no language declared; written in {scripts}") }
}

fn counts(counts: [u64; 3]) -> String {
    let parts = Severity::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    let parts: Vec<String> = parts.map(|(severity, count)| counted(count as usize, severity.name())).collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}

fn rule(
    id: RuleId,
    findings: &[&Finding],
    count: u64,
    all: bool,
    style: &OutputStyle,
    out: &mut impl Write,
) -> io::Result<()> {
    let about = id.rule();
    write!(out, "\n  {} ", about.severity.name())?;
    style.put(out, about.name, TextStyle::Strong)?;
    writeln!(out, ": {}", about.what)?;
    if all {
        for finding in findings {
            writeln!(out, "    {}", line(finding))?;
        }
        if count > KEPT as u64 {
            writeln!(out, "    and {} more", grouped((count - KEPT as u64) as usize))?;
        }
    } else if let Some(first) = findings.first() {
        if count > 1 {
            writeln!(out, "    {}", items(findings, count))?;
        }
        writeln!(out, "    {}", line(first))?;
    }
    for (name, text) in [("fix", about.fix), ("rule", about.source)] {
        style.put(out, &format!("    {name}: {text}"), TextStyle::Dim)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Names the items that break a rule: `items 3, 7, 12 and 40 more`.
fn items(findings: &[&Finding], count: u64) -> String {
    let mut items: Vec<u64> = findings.iter().filter_map(|finding| finding.item).collect();
    items.dedup();
    if items.len() < 2 {
        return format!("{} times", grouped(count as usize));
    }
    // An item may break a rule several times. Beyond the kept findings, every one counts as an item.
    let more = (items.len() - items.len().min(NAMED)) as u64 + (count - findings.len() as u64);
    items.truncate(NAMED);
    let names: Vec<String> = items.iter().map(u64::to_string).collect();
    if more > 0 {
        return format!("items {} and {} more", names.join(", "), grouped(more as usize));
    }
    let (last, others) = names.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
    format!("items {} and {last}", others.join(", "))
}

fn line(finding: &Finding) -> String {
    let place = [("item", finding.item), ("line", finding.line), ("byte", finding.byte)];
    let place = place.into_iter().filter_map(|(name, at)| Some(format!("{name} {}", at?)));
    let place = place.collect::<Vec<_>>().join(", ");
    let place = if place.is_empty() { "the document".to_owned() } else { place };
    if finding.detail.is_empty() { place } else { format!("{place}: {}", finding.detail) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    #[test]
    fn only_the_first_items_of_a_rule_are_named() {
        let finding = |item| Finding {
            rule: RuleId::RssDate,
            item: Some(item),
            byte: Some(9),
            line: None,
            detail: CleanBuf::line("x"),
        };
        let findings = [3, 7, 7, 12, 13, 14].map(finding);
        let all: Vec<&Finding> = findings.iter().collect();
        assert_eq!(items(&all, 6), "items 3, 7, 12 and 2 more");
        assert_eq!(items(&all, 1_006), "items 3, 7, 12 and 1,002 more");
        assert_eq!(items(&all[..2], 2), "items 3 and 7");
        assert_eq!(items(&all[1..3], 2), "2 times");
        assert_eq!(line(&findings[0]), "item 3, byte 9: x");
    }
}
