//! What a page contains that could belong to an entry: links, dates and headings, each in document order.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::dates::{self, Raw};
use super::links::{Base, Links};
use super::marked;
use super::tree::{Line, Node, Tree, collapse, weight};
use super::years::{self, PartialAt, YearAt};
use crate::feed::date;
use crate::release::Precision;

/// A line with more text than this is running text; a date in it is not that of the entry.
const RUNNING: usize = 110;
/// The most lines, and the longest ones, that together may be one date.
const PARTS: usize = 4;
const PART: usize = 16;
/// The most lines that are searched for dates.
const MOST_LINES: usize = 60_000;

/// The first nodes, which contain what a page says about itself.
const MOST_META: usize = 2_000;

/// Words in classes of elements with the date of publication, and with other dates.
const PUBLISHED: [&str; 8] = ["published", "publish", "posted", "created", "datepublished", "pubdate", "filed", "date"];
const OTHER: [&str; 9] =
    ["updated", "modified", "datemodified", "deadline", "closing", "expires", "end", "enddate", "update"];

/// Words before dates that are not those of publication.
const OTHER_LABELS: [&str; 19] = [
    "updated",
    "modified",
    "last update",
    "deadline",
    "closing",
    "closes",
    "expires",
    "valid until",
    "aktualisiert",
    "mis à jour",
    "mise à jour",
    "actualizado",
    "actualización",
    "aggiornato",
    "atualizado",
    "обновлено",
    "изменено",
    "更新",
    "최종수정",
];

/// A date on the page.
#[derive(Debug, Clone)]
pub struct DateAt {
    /// The node where it begins.
    pub node: usize,
    pub raw: Raw,
    /// Whether its text is hardly more than the date, or marked up as a time.
    pub is_alone: bool,
    /// Equal for dates that look alike: in the same kind of element.
    pub form: u64,
    /// How likely it is the date of publication.
    pub rank: i32,
    /// The line that contains it, and where it ends there, in characters.
    pub place: Option<(usize, usize)>,
}

/// A page, ready to be searched for entries.
#[derive(Debug)]
pub struct Page {
    pub tree: Tree,
    pub links: Links,
    pub dates: Vec<DateAt>,
    /// The headings of the content.
    pub headings: Vec<usize>,
    /// The elements that the page marks as titles of entries.
    pub titles: Vec<usize>,
    pub language: String,
    /// Dates without a year, and the years of headings.
    pub partials: Vec<PartialAt>,
    pub years: Vec<YearAt>,
    /// Whether the page says that it is an article; many lists say so, too.
    pub is_article: bool,
    /// The text of each line counted before it: content that is not linked.
    running: Vec<usize>,
}

impl Page {
    pub fn of(tree: Tree, base: &Base) -> Self {
        let links = Links::of(&tree, base);
        let content = || tree.nodes.iter().enumerate().filter(|(_, node)| !node.is_aside);
        let headings = content()
            .filter(|(at, node)| node.heading().is_some() && !tree.text(*at, node.end).is_empty())
            .map(|(at, _)| at)
            .collect();
        let titles = content()
            .filter(|(at, node)| marked::is_title(node) && !tree.text(*at, node.end).is_empty())
            .map(|(at, _)| at)
            .collect();
        let language = tree.nodes.iter().take(3).find_map(|node| node.attribute("lang")).unwrap_or_default().to_owned();
        let mut running = vec![0];
        for line in &tree.lines {
            running.push(running.last().copied().unwrap_or(0) + running_text(line));
        }
        let dates = dates_of(&tree);
        let (partials, years) = (years::partials_of(&tree), years::years_of(&tree));
        let is_article = tree.nodes.iter().take(MOST_META).any(|node| {
            node.is("meta")
                && (node.attribute("property") == Some("og:type") && node.attribute("content") == Some("article")
                    || node.attribute("property") == Some("article:published_time"))
        });
        Self { tree, links, dates, headings, titles, language, partials, years, is_article, running }
    }

    pub fn node(&self, at: usize) -> &Node {
        &self.tree.nodes[at]
    }

    /// The dates in a range of nodes.
    pub fn dates_in(&self, start: usize, end: usize) -> &[DateAt] {
        let first = self.dates.partition_point(|date| date.node < start);
        let last = self.dates.partition_point(|date| date.node < end);
        self.dates.get(first..last).unwrap_or_default()
    }

    /// The headings in a range of nodes.
    pub fn headings_in(&self, start: usize, end: usize) -> &[usize] {
        let first = self.headings.partition_point(|at| *at < start);
        let last = self.headings.partition_point(|at| *at < end);
        self.headings.get(first..last).unwrap_or_default()
    }

    /// The first marked title in a range of nodes.
    pub fn title_in(&self, start: usize, end: usize) -> Option<usize> {
        let first = self.titles.partition_point(|at| *at < start);
        self.titles.get(first).copied().filter(|at| *at < end)
    }

    /// How much running text is in a range of nodes.
    pub fn running_in(&self, start: usize, end: usize) -> usize {
        let lines = self.tree.lines_in(start, end);
        self.running[lines.end] - self.running[lines.start]
    }

    /// A number for how an element looks: name, first classes, and its column if it is a cell.
    pub fn form(&self, at: usize) -> u64 {
        form_of(&self.tree, at)
    }
}

/// How much running text a line has: letters of sentences rather than of links, labels and titles.
fn running_text(line: &Line) -> usize {
    let said = weight(&line.text);
    if line.is_aside || said < 60 || line.linked * 2 > line.text.len() { 0 } else { said }
}

/// Collects the dates of the content in document order.
fn dates_of(tree: &Tree) -> Vec<DateAt> {
    let mut found: Vec<DateAt> = Vec::new();
    let mut is_marked = vec![false; tree.lines.len() + 1];
    for (at, node) in tree.nodes.iter().enumerate().filter(|(_, node)| !node.is_aside) {
        let is_date = || node.is_named(&["datepublished", "datecreated", "startdate", "published", "dateposted"]);
        let value = match node.name.as_str() {
            "time" => node.attribute("datetime").or_else(|| node.attribute("content")),
            "abbr" => node.attribute("title"),
            "a" | "img" => None,
            _ => node.attribute("content").filter(|_| is_date()).or_else(|| whole_date(node)),
        };
        let Some(value) = value.filter(|value| value.len() < 80) else { continue };
        let raw = match date::parse(value.trim()) {
            Some(date) if date.precision() >= Precision::Month => Raw::Known(date),
            _ => match dates::find(value).first() {
                Some(found) => found.raw,
                None => continue,
            },
        };
        // The marked date counts, not the text in it.
        for line in tree.lines_in(at, node.end) {
            is_marked[line] = true;
        }
        let inner = tree.nodes[at..node.end].iter().find(|node| node.name.is_empty() && !node.text.trim().is_empty());
        if let Some(inner) = inner {
            is_marked[inner.line] = true;
        }
        let rank = 4 + rank(tree, at);
        found.push(DateAt { node: at, raw, is_alone: true, form: form_of(tree, at) ^ 1, rank, place: None });
    }
    let mut skip = 0;
    for (number, line) in tree.lines.iter().enumerate().take(MOST_LINES) {
        if line.is_aside || is_marked[number] || number < skip {
            continue;
        }
        let parts = in_parts(tree, number);
        if !parts.is_empty() {
            found.extend(parts);
            continue;
        }
        let dates = dates::find(&line.text);
        for date in &dates {
            let is_running = weight(&line.text) > RUNNING && !date.is_alone;
            if is_running {
                continue;
            }
            let inner = tree.nodes[line.nodes.0].parent;
            let is_other = is_labelled_other(&line.text, date.range.0);
            let rank = rank(tree, inner) + if date.is_alone { 3 } else { 0 } - if is_other { 5 } else { 0 };
            let form = form_of(tree, line.block) ^ if date.is_alone { 2 } else { 4 } ^ if is_other { 16 } else { 0 };
            let place = Some((number, date.range.1));
            found.push(DateAt { node: line.nodes.0, raw: date.raw, is_alone: date.is_alone, form, rank, place });
        }
        if dates.is_empty()
            && let Some((lines, raw)) = joined(tree, number)
        {
            let form = form_of(tree, line.block) ^ 8;
            found.push(DateAt { node: line.nodes.0, raw, is_alone: true, form, rank: 2, place: None });
            skip = number + lines;
        }
    }
    found.sort_by_key(|date| date.node);
    found
}

/// Returns the date that an element has in an attribute for scripts or as its tool tip.
fn whole_date(node: &Node) -> Option<&str> {
    let is_day = |value: &&str| date::parse(value.trim()).is_some_and(|date| date.precision() >= Precision::Day);
    let for_scripts = ["data-datetime", "data-date", "data-time", "data-published"];
    let values = for_scripts.iter().filter_map(|name| node.attribute(name));
    values.chain(node.attribute("title")).filter(|value| value.len() < 40).find(is_day)
}

/// Whether the text before a date says that it is not that of publication.
fn is_labelled_other(line: &str, start: usize) -> bool {
    let before: String = line.chars().take(start).flat_map(char::to_lowercase).collect();
    !before.is_empty() && OTHER_LABELS.iter().any(|label| before.contains(label))
}

/// Finds the dates that are alone in an element of a line with several.
fn in_parts(tree: &Tree, number: usize) -> Vec<DateAt> {
    let line = &tree.lines[number];
    let (first, last) = line.nodes;
    let mut found = Vec::new();
    for at in (first..=last).filter(|_| first < last) {
        let node = &tree.nodes[at];
        if !node.name.is_empty() || node.line != number || node.text.trim().is_empty() {
            continue;
        }
        let text = collapse(&node.text);
        for date in dates::find(&text).into_iter().filter(|date| date.is_alone) {
            let before = line.text.find(&text).and_then(|at| line.text.get(..at)).map(|before| before.chars().count());
            let rank = rank(tree, node.parent) + 3;
            let form = form_of(tree, node.parent) ^ 2;
            let place = before.map(|before| (number, before + date.range.1));
            found.push(DateAt { node: at, raw: date.raw, is_alone: true, form, rank, place });
        }
    }
    found
}

/// Reads a date in several short lines that follow each other: day, month and year.
fn joined(tree: &Tree, first: usize) -> Option<(usize, Raw)> {
    let lines = tree.lines.get(first..(first + PARTS).min(tree.lines.len()))?;
    let are_short = |lines: &[Line]| lines.iter().all(|line| line.text.chars().count() <= PART && !line.is_aside);
    (2..=lines.len()).find_map(|count| {
        let part = lines.get(..count).filter(|part| are_short(part) && part[0].linked == part[count - 1].linked)?;
        let text = part.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        if !text.starts_with(|c: char| c.is_alphanumeric())
            || !part.iter().any(|line| line.text.chars().any(char::is_numeric))
        {
            return None;
        }
        let found = dates::find(&text);
        let whole = found.first().filter(|found| found.range == (0, text.chars().count()))?;
        matches!(whole.raw, Raw::Known(date) if date.precision() == Precision::Day).then_some((count, whole.raw))
    })
}

fn form_of(tree: &Tree, at: usize) -> u64 {
    let node = &tree.nodes[at];
    let mut hasher = FxHasher::default();
    node.name.hash(&mut hasher);
    let differs = |class: &&str| {
        let is_place = |word: &str| matches!(word, "odd" | "even" | "first" | "last" | "alt" | "active");
        !class.bytes().any(|byte| byte.is_ascii_digit()) && !class.split(['-', '_']).any(is_place)
    };
    for class in node.classes().filter(differs).take(2) {
        class.hash(&mut hasher);
    }
    if matches!(node.name.as_str(), "td" | "th") {
        tree.children(node.parent).take_while(|cell| *cell != at).take(50).count().hash(&mut hasher);
    }
    hasher.finish()
}

/// How likely an element contains the date of publication, by its classes and those around it.
fn rank(tree: &Tree, at: usize) -> i32 {
    let near = || std::iter::once(at).chain(tree.ancestors(at).take(1)).map(|at| &tree.nodes[at]);
    let is_published = near().any(|node| node.is_named(&PUBLISHED));
    let is_other = near().any(|node| node.is_named(&OTHER));
    i32::from(is_published) * 2 - i32::from(is_other) * 5
}
