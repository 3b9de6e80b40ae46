//! Dates without a year, which a heading above them or the address completes.

use super::dates::{self, Partial, Raw};
use super::page::{DateAt, Page};
use super::rows::{DateSource, Row};
use super::tree::{Line, Tree, collapse, weight};

/// The most characters of a heading that gives a year.
const HEADING: usize = 60;
/// The most lines that are searched.
const MOST_LINES: usize = 60_000;
/// The most characters of each of two lines that together are a day and a month.
const PART: usize = 12;

/// A day and a month, or a month, and the node where it begins.
#[derive(Debug, Clone, Copy)]
pub struct PartialAt {
    node: usize,
    partial: Partial,
}

/// A year that a heading gives, and the node where it begins.
#[derive(Debug, Clone, Copy)]
pub struct YearAt {
    node: usize,
    year: i32,
    /// Whether the heading is nothing but the year.
    is_bare: bool,
}

/// Returns the dates without a year in document order.
pub fn partials_of(tree: &Tree) -> Vec<PartialAt> {
    let mut found = Vec::new();
    for (number, line) in tree.lines.iter().enumerate().take(MOST_LINES).filter(|(_, line)| !line.is_aside) {
        let at = |node, partial| PartialAt { node, partial };
        if let Some(partial) = dates::without_year(&line.text) {
            let next = tree.lines.get(number + 1).filter(|_| partial.day.is_none());
            let joined = next.and_then(|next| joined(line, next));
            found.push(at(line.nodes.0, joined.unwrap_or(partial)));
            continue;
        }
        let joined = tree.lines.get(number + 1).and_then(|next| joined(line, next));
        if let Some(partial) = joined {
            found.push(at(line.nodes.0, partial));
            continue;
        }
        let (first, last) = line.nodes;
        for node in (first..=last).filter(|node| first < last && tree.nodes[*node].line == number) {
            let text = collapse(&tree.nodes[node].text);
            let text = text.trim_matches(|c: char| ":|–—-,.()[]•·".contains(c) || c.is_whitespace());
            found.extend(
                dates::without_year(text).filter(|partial| partial.day.is_some()).map(|partial| at(node, partial)),
            );
        }
    }
    found
}

/// Reads two short lines as a day and a month.
fn joined(line: &Line, next: &Line) -> Option<Partial> {
    let is_short = |line: &Line| line.text.chars().count() <= PART;
    let text = (is_short(line) && is_short(next)).then(|| format!("{} {}", line.text, next.text))?;
    dates::without_year(&text).filter(|partial| partial.day.is_some())
}

/// Returns the years that headings give, in document order.
pub fn years_of(tree: &Tree) -> Vec<YearAt> {
    let year = |line: &Line| {
        if line.is_aside || line.linked > 0 || line.text.chars().count() > HEADING {
            return None;
        }
        let year = dates::year_of(&line.text)?;
        let is_bare = weight(&line.text) == 4;
        let is_heading = |at: usize| {
            let node = &tree.nodes[at];
            node.heading().is_some()
                || matches!(node.name.as_str(), "th" | "caption" | "dt" | "legend" | "summary" | "strong" | "b")
        };
        let is_headed = || tree.ancestors(line.nodes.0).take(5).any(is_heading);
        (is_bare || is_headed()).then_some(YearAt { node: line.nodes.0, year, is_bare })
    };
    tree.lines.iter().take(MOST_LINES).filter_map(year).collect()
}

/// Dates rows that have a day and a month, or a month, without a year. Returns `None` if fewer than half can be dated.
pub fn date_rows(page: &Page, rows: &mut [Row], container: usize) -> Option<DateSource> {
    let years = years_outside(page, rows);
    let first = page.partials.partition_point(|partial| partial.node < container);
    let partials = page.partials.get(first..).unwrap_or_default();
    let months: Vec<PartialAt> = partials.iter().filter(|at| at.partial.day.is_none()).copied().collect();
    let of_row = |row: &Row| {
        let title_end = page.node(row.main.node).end;
        let is_in_title = |at: &PartialAt| at.node >= row.main.node && at.node < title_end;
        let before = partials.partition_point(|partial| partial.node < row.unit.end);
        let before = partials.get(..before).unwrap_or_default();
        let own = before.iter().rev().take_while(|at| at.node >= row.unit.start);
        let own = own.filter(|at| at.partial.day.is_some() && !is_in_title(at)).last();
        let month =
            || months.partition_point(|month| month.node < row.unit.end).checked_sub(1).map(|last| &months[last]);
        let at = own.or_else(month)?;
        let above = years.partition_point(|year| year.node <= row.main.node);
        let above = above.checked_sub(1).map(|last| years[last]);
        // A month of another year's section is not that of this row.
        let is_of_section = |year: &YearAt| at.partial.day.is_some() || year.node < at.node;
        let address = || row.main.target.and_then(|target| dates::year_of_address(&page.links.addresses[target]));
        let year = match above {
            Some(year) if is_of_section(&year) => year.year,
            Some(_) => return None,
            None => address()?,
        };
        let raw = Raw::Known(at.partial.of_year(year)?);
        let date = DateAt { node: at.node, raw, is_alone: true, form: 0, rank: 0, place: None };
        Some((date, at.partial.day.is_some()))
    };
    let found: Vec<Option<(DateAt, bool)>> = rows.iter().map(of_row).collect();
    let count = found.iter().flatten().count();
    if count < 2 || count * 2 < rows.len() {
        return None;
    }
    let are_days = found.iter().flatten().all(|(_, is_day)| *is_day);
    for (row, date) in rows.iter_mut().zip(found) {
        row.date = date.map(|(date, _)| date);
    }
    Some(if are_days { DateSource::Row } else { DateSource::Heading })
}

/// Returns the years that do not stand within an entry.
fn years_outside(page: &Page, rows: &[Row]) -> Vec<YearAt> {
    let is_inside = |year: &YearAt| {
        let before = rows.partition_point(|row| row.unit.start <= year.node);
        before.checked_sub(1).is_some_and(|row| year.node < rows[row].unit.end)
    };
    page.years.iter().filter(|year| year.is_bare || !is_inside(year)).copied().collect()
}
