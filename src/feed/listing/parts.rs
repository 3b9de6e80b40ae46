//! What else a row says: topics, a place, a summary.

use rustc_hash::{FxHashMap, FxHashSet};

use super::dates;
use super::entry::Entry;
use super::labels::{self, Columns};
use super::page::Page;
use super::rows::Row;
use super::tree::{Line, collapse, weight};
use crate::release::Date;

/// Words in classes of elements with topics, and with places.
const TOPICS: [&str; 16] = [
    "tag",
    "tags",
    "category",
    "categories",
    "topic",
    "topics",
    "kicker",
    "label",
    "type",
    "articlesection",
    "section",
    "overline",
    "eyebrow",
    "rubric",
    "keywords",
    "cat",
];
const PLACES: [&str; 7] = ["location", "place", "venue", "city", "contentlocation", "region", "dateline"];
/// The longest topic or place, and the shortest summary.
const SHORT: usize = 60;
const SUMMARY: usize = 30;
/// The most topics of an entry, lines of a summary, and bytes of it.
const MOST_TOPICS: usize = 12;
const LINES: usize = 24;
const BYTES: usize = 8_000;

/// Makes entries of rows and their dates.
pub fn entries(page: &Page, rows: &[Row], dates: &[Option<Date>]) -> Vec<Entry> {
    let mut shared: FxHashMap<&str, usize> = FxHashMap::default();
    for row in rows {
        let mut seen = FxHashSet::default();
        for line in lines(page, row) {
            if weight(&line.text) <= SHORT && seen.insert(line.text.as_str()) {
                *shared.entry(&line.text).or_default() += 1;
            }
        }
    }
    let repeated = topic_forms(page, rows, &shared);
    let columns = Columns::of(page, rows);
    let beside: Vec<Option<String>> = rows.iter().map(|row| beside_date(page, row)).collect();
    // A single pair of names with a comma may be anything.
    let is_beside = beside.iter().flatten().count() * 2 > rows.len().max(2);
    rows.iter()
        .zip(dates)
        .zip(beside)
        .map(|((row, date), beside)| {
            let mut topics = named_topics(page, row);
            if topics.is_empty() {
                topics = labelled_topics(page, row);
            }
            if topics.is_empty() {
                let is_topic = |text: &String| (2..=SHORT).contains(&weight(text)) && *text != row.main.title;
                topics.extend(Columns::cell(page, row, columns.topic).filter(is_topic));
            }
            if topics.is_empty() {
                let found = lines(page, row).find(|line| {
                    repeated.contains(&page.form(line.block))
                        && is_label(page, row, line)
                        && shared
                            .get(line.text.as_str())
                            .is_none_or(|count| *count * 10 < rows.len() * 9 || rows.len() < 4)
                });
                topics.extend(found.map(|line| line.text.clone()));
            }
            let address = row.main.target.map(|target| page.links.addresses[target].clone()).unwrap_or_default();
            let summary = summary(page, row, &topics, &shared, rows.len());
            let mut place = place(page, row);
            if place.is_empty() {
                let cell = Columns::cell(page, row, columns.place).filter(|text| weight(text) <= SHORT);
                place = cell.or_else(|| beside.filter(|_| is_beside)).unwrap_or_default();
            }
            Entry { title: row.main.title.clone(), address, date: *date, place, summary, topics, author: String::new() }
        })
        .collect()
}

fn lines<'p>(page: &'p Page, row: &Row) -> impl Iterator<Item = &'p Line> {
    let range = page.tree.lines_in(row.unit.start, row.unit.end);
    page.tree.lines[range].iter().filter(|line| !line.is_aside)
}

/// Whether a line is short and neither the title nor a date.
fn is_label(page: &Page, row: &Row, line: &Line) -> bool {
    let title_end = page.node(row.main.node).end;
    let is_title = line.nodes.0 >= row.main.node && line.nodes.0 < title_end;
    let is_date = || !page.dates_in(line.nodes.0, line.nodes.1 + 1).is_empty();
    let said = weight(&line.text);
    !is_title
        && said > 1
        && said <= SHORT
        && line.text.chars().any(char::is_alphabetic)
        && !line.text.ends_with([':', '…', '»', '.'])
        && !is_reading_time(&line.text)
        && !is_date()
}

/// Whether a line says how long an entry takes to read: `3 min read`.
fn is_reading_time(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_number = words.next().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    is_number && words.next().is_some_and(|word| word.to_lowercase().starts_with("min"))
}

/// Returns the looks of lines that repeat over the rows and differ over the list, as topics do.
fn topic_forms(page: &Page, rows: &[Row], shared: &FxHashMap<&str, usize>) -> FxHashSet<u64> {
    let mut forms: FxHashMap<u64, (usize, FxHashSet<&str>)> = FxHashMap::default();
    for row in rows {
        let mut seen = FxHashSet::default();
        for line in lines(page, row).filter(|line| is_label(page, row, line)) {
            let form = page.form(line.block);
            if seen.insert(form) {
                let (count, texts) = forms.entry(form).or_default();
                *count += 1;
                texts.insert(&line.text);
            }
        }
    }
    let repeats = |texts: &FxHashSet<&str>| texts.iter().any(|text| shared.get(text).is_some_and(|count| *count > 1));
    let is_topic = |count: usize, texts: &FxHashSet<&str>| {
        count * 2 >= rows.len() && texts.len() > 1 && (texts.len() * 10 <= count * 7 || (count < 6 && repeats(texts)))
    };
    forms.into_iter().filter(|(_, (count, texts))| is_topic(*count, texts)).map(|(form, _)| form).collect()
}

/// Returns the topics that the page marks by class, relation or address.
fn named_topics(page: &Page, row: &Row) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    let mut add = |text: String| {
        let text = text.trim_matches(|c: char| c == ',' || c == '|' || c == '#' || c.is_whitespace());
        let said = weight(text);
        if said > 1
            && said <= SHORT
            && !text.ends_with(':')
            && text != row.main.title
            && !topics.iter().any(|topic| topic == text)
            && topics.len() < MOST_TOPICS
        {
            topics.push(text.to_owned());
        }
    };
    let tree = &page.tree;
    let title_end = page.node(row.main.node).end;
    let mut at = row.unit.start;
    while at < row.unit.end {
        let node = page.node(at);
        let is_title = at >= row.main.node && at < title_end;
        let is_around_title = at < row.main.node && node.end > row.main.node;
        if node.name.is_empty() || is_title || is_around_title || at == row.unit.start {
            at += 1;
            continue;
        }
        let is_topic_link = node.is("a")
            && (node
                .attribute("rel")
                .is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel == "tag" || rel == "category"))
                || node.attribute("href").is_some_and(is_topic_address));
        if is_topic_link {
            add(tree.text(at, node.end));
            at = node.end;
        } else if node.is_named(&TOPICS) && !node.is("time") && page.dates_in(at, node.end).is_empty() {
            let links = page.links.within(at, node.end);
            if links.is_empty() {
                let text = tree.text(at, node.end);
                add(text);
            }
            for link in links {
                add(tree.text(link.node, page.node(link.node).end));
            }
            at = node.end;
        } else {
            at += 1;
        }
    }
    topics
}

/// Returns the topics after a label: those of the links in its line, or else those that commas separate.
fn labelled_topics(page: &Page, row: &Row) -> Vec<String> {
    let is_labelled = |line: &&Line| weight(&line.text) < SHORT * 4 && labels::after_label(&line.text).is_some();
    let Some(line) = lines(page, row).find(is_labelled) else { return Vec::new() };
    let links = page.links.within(line.nodes.0, line.nodes.1);
    let texts: Vec<String> = if links.is_empty() {
        let rest = labels::after_label(&line.text).unwrap_or_default();
        rest.split([',', ';', '|']).map(|topic| topic.trim().to_owned()).collect()
    } else {
        links.iter().map(|link| page.tree.text(link.node, page.node(link.node).end)).collect()
    };
    texts.into_iter().filter(|text| (2..=SHORT).contains(&weight(text))).take(MOST_TOPICS).collect()
}

/// Returns the place that stands in the line of the date, apart from it.
fn beside_date(page: &Page, row: &Row) -> Option<String> {
    let date = row.date.as_ref().filter(|date| date.node >= row.unit.start && date.node < row.unit.end)?;
    let end = page.node(date.node).end;
    let first = (date.node..end).find(|at| page.node(*at).name.is_empty() && !page.node(*at).text.trim().is_empty())?;
    let line = page.tree.lines.get(page.node(first).line).filter(|line| weight(&line.text) <= SHORT * 2)?;
    let text = if date.place.is_some() {
        dates::find(&line.text).first()?.range
    } else {
        let shown = collapse(&page.node(first).text);
        let before = line.text.find(&shown).and_then(|at| line.text.get(..at))?.chars().count();
        (before, before + shown.chars().count())
    };
    labels::place_beside(&line.text, text)
}

fn is_topic_address(href: &str) -> bool {
    let path = href.to_ascii_lowercase();
    ["/tag/", "/tags/", "/category/", "/categories/", "/topic/", "/topics/"].iter().any(|part| path.contains(part))
}

/// Returns the place: marked, or after the date and a comma.
fn place(page: &Page, row: &Row) -> String {
    let tree = &page.tree;
    for at in row.unit.start + 1..row.unit.end {
        let node = page.node(at);
        if !node.name.is_empty() && node.is_named(&PLACES) && node.end > at + 1 {
            let text = tree.text(at, node.end);
            if weight(&text) <= SHORT && weight(&text) > 1 && page.dates_in(at, node.end).is_empty() {
                return text;
            }
        }
    }
    let Some((line, end)) = row.date.as_ref().and_then(|date| date.place) else { return String::new() };
    let rest: String = tree.lines[line].text.chars().skip(end).collect();
    let rest = rest.trim_start();
    let Some(after) = rest.strip_prefix(',').map(str::trim) else { return String::new() };
    let is_place = after.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii())
        && !after.chars().any(|c| c.is_numeric() || "|•·:".contains(c))
        && weight(after) <= 40
        && after != row.main.title;
    if is_place { after.to_owned() } else { String::new() }
}

/// Returns the running text of a row.
fn summary(page: &Page, row: &Row, topics: &[String], shared: &FxHashMap<&str, usize>, rows: usize) -> String {
    let title_end = page.node(row.main.node).end;
    let mut text = String::new();
    for line in lines(page, row).take(400) {
        let is_title = line.nodes.0 >= row.main.node && line.nodes.0 < title_end || line.text == row.main.title;
        let is_shared = shared.get(line.text.as_str()).is_some_and(|count| *count > 1 && *count * 3 > rows);
        let said = weight(&line.text);
        let is_linked = line.linked * 3 > line.text.len() * 2 && said < 80;
        let is_date = || said < 60 && page.dates_in(line.nodes.0, line.nodes.1 + 1).iter().any(|date| date.is_alone);
        if is_title || is_shared || is_linked || said < SUMMARY || topics.contains(&line.text) || is_date() {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&line.text);
        if text.len() > BYTES || text.matches("\n\n").count() > LINES {
            break;
        }
    }
    if text.is_empty() {
        let said = |line: &&Line| {
            let is_title = line.nodes.0 >= row.main.node && line.nodes.0 < title_end || line.text == row.main.title;
            let is_shared = shared.get(line.text.as_str()).is_some_and(|count| *count > 1);
            weight(&line.text) >= 16
                && !is_title
                && !is_shared
                && line.linked == 0
                && line.text.ends_with(['.', '。', '!', '?', '؟', '…'])
        };
        text = lines(page, row).find(said).map(|line| line.text.clone()).unwrap_or_default();
    }
    text
}
