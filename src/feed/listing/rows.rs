//! A group read as a list: its entries, their dates, and how much it looks like the list of the page.

use rustc_hash::{FxHashMap, FxHashSet};

use super::dates::{self, Raw};
use super::entry::Entry;
use super::groups::{Group, Unit};
use super::page::{DateAt, Page};
use super::parts;
use super::tree::weight;
use super::unit::{Main, linkless, main_of};
use super::years;
use crate::release::Date;

/// The share of units, in percent, that must have a date for the list to be dated.
const DATED: usize = 50;

/// A unit and what was found in it.
#[derive(Debug)]
pub struct Row {
    pub unit: Unit,
    pub main: Main,
    /// Its date as written.
    pub date: Option<DateAt>,
}

/// Where the dates of a list come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateSource {
    /// No dates.
    None,
    /// Each row has its own.
    Row,
    /// A heading or a cell dates the rows after it.
    Heading,
    /// The addresses name the days.
    Address,
}

/// A group read as a list.
#[derive(Debug)]
pub struct Rows {
    pub list: Vec<Row>,
    pub container: usize,
    pub source: DateSource,
    pub is_marked: bool,
    pub is_feed: bool,
    /// How much it looks like the list of the page.
    pub points: f64,
    /// The number of rows with a date, even one that cannot be read.
    pub dated: usize,
    pub headings: usize,
    /// Whether it is in a side bar, a menu or the like.
    pub is_side: bool,
}

impl Rows {
    /// Reads a group. Returns `None` if its units are no entries.
    pub fn of(page: &Page, group: &Group) -> Option<Self> {
        let mut all = group.units.len();
        let mut unlinked: Vec<Unit> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut rows: Vec<Row> = Vec::new();
        let mut single = 0;
        for &unit in &group.units {
            let Some(main) = main_of(page, unit).filter(|main| weight(&main.title) > 1 || main.target.is_some()) else {
                unlinked.push(unit);
                continue;
            };
            let is_new = main.target.is_none_or(|target| seen.insert(target));
            if !is_new || page.node(unit.start).is_named(&["pagination", "pager"]) {
                continue;
            }
            single += usize::from(main.is_single);
            rows.push(Row { unit, main, date: None });
        }
        let fewest = if group.is_feed { 1 } else { 2 };
        if rows.len() < fewest || single * 10 < rows.len() * 6 {
            return None;
        }
        all -= add_linkless(page, &mut rows, &unlinked);
        mend_titles(page, &mut rows);
        rows.retain(|row| weight(&row.main.title) > 1 && row.main.title.chars().any(char::is_alphabetic));
        if rows.len() < fewest {
            return None;
        }
        let source = date_rows(page, &mut rows, group.container);
        let dated = rows.iter().filter(|row| row.date.is_some()).count();
        let headings = rows.iter().filter(|row| row.main.is_heading).count();
        let mut list = Self {
            list: rows,
            container: group.container,
            source,
            is_marked: group.is_marked,
            is_feed: group.is_feed,
            points: 0.0,
            dated,
            headings,
            is_side: is_side(page, group.units[0].start),
        };
        list.drop_undated();
        list.points = list.rate(page, all, single);
        Some(list)
    }

    /// Makes a list of rows that the user selected. They are dated if they are not yet.
    pub fn picked(page: &Page, mut list: Vec<Row>, has_dates: bool) -> Self {
        let container = list.first().map_or(0, |row| page.node(row.unit.start).parent);
        let source = if has_dates { DateSource::Row } else { date_rows(page, &mut list, container) };
        let dated = list.iter().filter(|row| row.date.is_some()).count();
        let headings = list.len();
        Self { list, container, source, is_marked: false, is_feed: false, points: 0.0, dated, headings, is_side: false }
    }

    pub fn is_dated(&self) -> bool {
        self.source != DateSource::None && self.dated * 100 >= self.list.len() * DATED
    }

    /// Leaves out a few rows without a date among many with one: advertisements, headers.
    fn drop_undated(&mut self) {
        let undated = self.list.len() - self.dated;
        if self.source == DateSource::Row
            && undated > 0
            && undated * 4 <= self.dated
            && self.dated >= 3
            && !self.is_marked
        {
            self.list.retain(|row| row.date.is_some());
        }
    }

    fn rate(&self, page: &Page, all: usize, single: usize) -> f64 {
        let count = float(self.list.len());
        let share = |part: usize| float(part) / count.max(1.0);
        let dated = share(self.dated.min(self.list.len()));
        let length: usize = self.list.iter().map(|row| weight(&row.main.title).min(60)).sum();
        let length = (float(length) / count / 30.0).min(1.0);
        let titles: FxHashSet<&str> = self.list.iter().map(|row| row.main.title.as_str()).collect();
        let own = match self.source {
            DateSource::Row => 3.0,
            DateSource::Heading => 1.5,
            DateSource::Address => 0.8,
            DateSource::None => 0.0,
        };
        let is_main = page.tree.ancestors(self.container).chain([self.container]).any(|at| {
            let node = page.node(at);
            node.is("main") || node.attribute("role") == Some("main") || node.is_named(&["main", "content"])
        });
        // Of equal lists, that of the larger elements, which contain dates and texts.
        let span: usize = self.list.iter().map(|row| row.unit.end - row.unit.start).sum();
        (1.0 + count).ln()
            * (1.0 + 0.01 * float(1 + span).ln())
            * (1.0 + own * dated)
            * (0.3 + 0.7 * length)
            * (0.4 + 0.6 * share(titles.len()))
            * (1.0 + 0.5 * share(self.headings))
            * (0.4 + 0.6 * (count / float(all.max(1))).min(1.0))
            * (0.5 + 0.5 * (float(single) / count).min(1.0))
            * if is_main { 1.2 } else { 1.0 }
            * if self.is_side { 0.5 } else { 1.0 }
            * if self.is_marked { 1.6 } else { 1.0 }
    }

    /// The running text of all rows.
    pub fn running(&self, page: &Page) -> usize {
        self.list.iter().map(|row| page.running_in(row.unit.start, row.unit.end)).sum()
    }

    /// All that the rows say.
    pub fn said(&self, page: &Page) -> usize {
        let of = |row: &Row| {
            let lines = page.tree.lines_in(row.unit.start, row.unit.end);
            page.tree.lines[lines].iter().map(|line| weight(&line.text)).sum::<usize>()
        };
        self.list.iter().map(of).sum()
    }

    /// The numbers of the addresses.
    pub fn targets(&self) -> impl Iterator<Item = usize> {
        self.list.iter().filter_map(|row| row.main.target)
    }

    /// Makes entries of the rows.
    pub fn entries(&self, page: &Page) -> Vec<Entry> {
        let raw: Vec<Option<Raw>> = self.list.iter().map(|row| row.date.as_ref().map(|date| date.raw)).collect();
        let dates = if self.source == DateSource::Address {
            self.list
                .iter()
                .map(|row| row.main.target.and_then(|target| dates::of_address(&page.links.addresses[target])))
                .collect()
        } else {
            dates::settle(&raw, &page.language)
        };
        parts::entries(page, &self.list, &dates)
    }
}

/// Adds the units without a link that have a title where the others have it, and a date. Returns the number of the rest.
fn add_linkless(page: &Page, rows: &mut Vec<Row>, units: &[Unit]) -> usize {
    let Some(like) = rows.first().map(|row| (row.unit, row.main.node)).filter(|_| units.len() <= rows.len()) else {
        return units.len();
    };
    let found =
        units.iter().filter_map(|unit| Some(Row { unit: *unit, main: linkless(page, *unit, like)?, date: None }));
    let found: Vec<Row> = found.collect();
    let rest = units.len() - found.len();
    rows.extend(found);
    rows.sort_by_key(|row| row.unit.start);
    rest
}

/// Whether an element around a row is named after a side bar, a menu or a list of further releases. An element with
/// most of the text is none of these, whatever it is called.
fn is_side(page: &Page, row: usize) -> bool {
    const SIDES: [&str; 19] = [
        "sidebar",
        "side",
        "related",
        "popular",
        "widget",
        "footer",
        "menu",
        "nav",
        "ticker",
        "slider",
        "breadcrumb",
        "recommended",
        "trending",
        "mostread",
        "aside",
        "comments",
        "comment",
        "replies",
        "respond",
    ];
    let all = page.running_in(0, page.tree.len());
    let is_part = |at: &usize| {
        let end = page.node(*at).end;
        page.running_in(*at, end) * 2 < all || (end - at) * 2 < page.tree.len()
    };
    page.tree.ancestors(row).filter(is_part).any(|at| page.node(at).is_named(&SIDES))
}

/// A number for points; small enough to be exact.
fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Replaces titles that most rows share, such as "Read more", by the first line that is a title.
fn mend_titles(page: &Page, rows: &mut [Row]) {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for row in rows.iter() {
        *counts.entry(row.main.title.clone()).or_default() += 1;
    }
    let total = rows.len();
    let is_shared =
        |title: &str| counts.get(title).is_some_and(|count| *count > 1 && *count * 2 > total) && weight(title) < 30;
    for row in rows.iter_mut() {
        let title = &row.main.title;
        if weight(title) > 1 && !is_shared(title) {
            continue;
        }
        let lines = page.tree.lines_in(row.unit.start, row.unit.end);
        let is_title = |line: &&super::tree::Line| {
            weight(&line.text) >= 8
                && line.text != *title
                && !dates::find(&line.text).iter().any(|date| date.is_alone)
                && counts.get(&line.text).is_none_or(|count| *count < 2)
        };
        let found = page.tree.lines[lines].iter().find(is_title);
        match found {
            Some(line) => {
                row.main.title.clone_from(&line.text);
                row.main.node = line.nodes.0;
            }
            None => row.main.title.clear(),
        }
    }
}

/// Gives each row its date. Returns where the dates come from.
fn date_rows(page: &Page, rows: &mut [Row], container: usize) -> DateSource {
    let mut forms: FxHashMap<u64, (usize, i32, usize, usize)> = FxHashMap::default();
    for row in rows.iter() {
        let mut seen: Vec<u64> = Vec::new();
        for (order, date) in page.dates_in(row.unit.start, row.unit.end).iter().take(12).enumerate() {
            if !seen.contains(&date.form) {
                seen.push(date.form);
                let is_in_title = date.node >= row.main.node && date.node < page.node(row.main.node).end;
                let form = forms.entry(date.form).or_insert((0, i32::MAX, 0, 0));
                form.0 += 1;
                form.3 += usize::from(is_in_title);
                form.1 = form.1.min(date.rank - if is_in_title { 6 } else { 0 });
                form.2 += order;
            }
        }
    }
    let total = rows.len();
    // A date within other text counts only if most rows have one there.
    let points = |&(count, rank, order, _): &(usize, i32, usize, usize)| {
        let share = i32::try_from(count * 100 / total.max(1)).unwrap_or(100);
        let later = i32::try_from(order * 10 / count.max(1)).unwrap_or(100);
        (rank + 10) * share - later
    };
    let best = forms.iter().filter(|(_, form)| form.0 * 5 >= total).max_by_key(|(form, value)| (points(value), **form));
    let Some((&best, &(count, _, _, in_titles))) = best else { return other_dates(page, rows, container) };
    for row in rows.iter_mut() {
        let dates = page.dates_in(row.unit.start, row.unit.end);
        let title_end = page.node(row.main.node).end;
        let is_in_title = |date: &&DateAt| date.node >= row.main.node && date.node < title_end;
        // A date that only some titles have is part of what they say.
        let is_usual = |date: &DateAt| {
            if in_titles * 2 > count { count * 10 >= total * 8 } else { date.is_alone || count * 10 >= total * 6 }
        };
        let own = dates.iter().find(|date| date.form == best && is_usual(date));
        let other = || dates.iter().find(|date| date.is_alone && !is_in_title(date));
        row.date = own.or_else(other).cloned();
    }
    fill_spans(page, rows);
    if rows.iter().filter(|row| row.date.is_some()).count() * 100 < total * 30 {
        for row in rows.iter_mut() {
            row.date = row.date.take().filter(|date| date.is_alone);
        }
        if rows.iter().all(|row| row.date.is_none()) {
            return other_dates(page, rows, container);
        }
    }
    DateSource::Row
}

/// Dates rows of a table by a cell that spans them.
fn fill_spans(page: &Page, rows: &mut [Row]) {
    let mut left: Option<(usize, DateAt)> = None;
    for row in rows.iter_mut() {
        if !page.node(row.unit.start).is("tr") {
            return;
        }
        if let Some(date) = &row.date {
            let cell =
                page.tree.ancestors(date.node).find(|above| matches!(page.node(*above).name.as_str(), "td" | "th"));
            let rows = cell.and_then(|cell| page.node(cell).attribute("rowspan")?.trim().parse::<usize>().ok());
            left = rows.filter(|rows| *rows > 1).map(|rows| (rows - 1, date.clone()));
        } else if let Some((rows, date)) = left.take().filter(|(rows, _)| *rows > 0) {
            row.date = Some(date.clone());
            left = Some((rows - 1, date));
        }
    }
}

/// Dates rows without dates of their own by the headings before them, or by their addresses.
fn other_dates(page: &Page, rows: &mut [Row], container: usize) -> DateSource {
    let start = container;
    let end = page.node(container).end;
    let is_heading = |date: &&DateAt| {
        let before = rows.partition_point(|row| row.unit.start <= date.node);
        date.is_alone && before.checked_sub(1).is_none_or(|row| date.node >= rows[row].unit.end)
    };
    let headings: Vec<DateAt> = page.dates_in(start, end).iter().filter(is_heading).cloned().collect();
    let before = |row: &Row| {
        let after = headings.partition_point(|date| date.node < row.unit.start);
        after.checked_sub(1).map(|last| &headings[last])
    };
    let found: Vec<Option<&DateAt>> = rows.iter().map(before).collect();
    let distinct: FxHashSet<usize> = found.iter().flatten().map(|date| date.node).collect();
    let is_real = |node: usize| {
        page.tree.ancestors(node).take(3).any(|above| {
            let node = page.node(above);
            node.heading().is_some() || matches!(node.name.as_str(), "th" | "dt" | "caption")
        })
    };
    let is_enough = distinct.len() > 1 || distinct.iter().all(|node| is_real(*node));
    if found.first().is_some_and(Option::is_some) && is_enough {
        let found: Vec<Option<DateAt>> = found.into_iter().map(Option::<&DateAt>::cloned).collect();
        for (row, date) in rows.iter_mut().zip(found) {
            row.date = date;
        }
        return DateSource::Heading;
    }
    let of_address = |row: &Row| row.main.target.and_then(|target| dates::of_address(&page.links.addresses[target]));
    let dated: Vec<Option<Date>> = rows.iter().map(of_address).collect();
    let count = dated.iter().flatten().count();
    if count >= 2 && count * 10 >= rows.len() * 8 {
        for (row, date) in rows.iter_mut().zip(dated) {
            let at = row.unit.start;
            row.date = date.map(|date| DateAt {
                node: at,
                raw: Raw::Known(date),
                is_alone: true,
                form: 0,
                rank: 0,
                place: None,
            });
        }
        return DateSource::Address;
    }
    years::date_rows(page, rows, container).unwrap_or(DateSource::None)
}
