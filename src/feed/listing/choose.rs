//! Chooses the list of a page among all that repeats on it, or says why there is none.

use std::cmp::Ordering;

use super::entry::Entry;
use super::json_ld::Data;
use super::page::Page;
use super::rows::{DateSource, Rows};
use super::tree::weight;
use super::{Confidence, Found, Method, NoListing};

/// A page with this much running text outside of its list is an article.
const ARTICLE: usize = 1_000;
/// The same if the rows of the list say more than that.
const LONG_ARTICLE: usize = 1_600;
/// The same if the page says that it is an article.
const OWN_ARTICLE: usize = 400;
/// A page that says that it is an article has at least this many entries if it is a list all the same.
const FEWEST_BESIDE: usize = 12;
/// The fewest entries without dates.
const FEWEST_UNDATED: usize = 5;
/// The least running text of a page that is more than a shell for a script.
const SHELL: usize = 200;

/// Chooses the list.
pub fn choose(page: &Page, lists: &[Rows], data: &Data, state: Vec<Entry>) -> Result<Found, NoListing> {
    let best = best_of(page, lists);
    let html = best.filter(|rows| refusal(page, rows, data).is_none());
    let dated = html.filter(|rows| rows.is_dated()).map_or(0, |rows| rows.list.len());
    let is_whole = |count: usize| count > 0 && count * 10 >= dated * 6;
    let has_list = data.entries.len() > 1 || data.is_list;
    if has_list && is_whole(data.entries.len()) {
        return Ok(with_rows(page, lists, data.entries.clone(), Method::JsonLd));
    }
    if is_whole(state.len()) && (state.len() > 2 || html.is_none()) {
        return Ok(with_rows(page, lists, state, Method::State));
    }
    let Some(rows) = html else {
        return Err(best.and_then(|rows| refusal(page, rows, data)).unwrap_or_else(|| nothing(page, data)));
    };
    let mut entries = rows.entries(page);
    let completed = complete(&mut entries, data.entries.iter().chain(&state));
    let (method, confidence) = method_of(page, rows);
    Ok(Found { entries, method, confidence, completed: completed.then_some(Method::JsonLd) })
}

/// Completes entries from data by the rows that have the same addresses.
fn with_rows(page: &Page, lists: &[Rows], mut entries: Vec<Entry>, method: Method) -> Found {
    let numbers: rustc_hash::FxHashSet<usize> =
        entries.iter().filter_map(|entry| page.links.number(&entry.address)).collect();
    let shared = |rows: &Rows| rows.targets().filter(|target| numbers.contains(target)).count();
    let best = lists
        .iter()
        .max_by(|a, b| (shared(a), a.points).partial_cmp(&(shared(b), b.points)).unwrap_or(Ordering::Equal));
    let rows = best.filter(|rows| shared(rows) > 0).map(|rows| rows.entries(page)).unwrap_or_default();
    let completed = complete(&mut entries, rows.iter());
    Found { entries, method, confidence: Confidence::High, completed: completed.then_some(Method::Rows) }
}

/// Completes entries by others with the same addresses. Returns whether there were any.
fn complete<'e>(entries: &mut [Entry], others: impl Iterator<Item = &'e Entry>) -> bool {
    let mut known: rustc_hash::FxHashMap<String, &Entry> = rustc_hash::FxHashMap::default();
    for other in others.filter(|other| !other.address.is_empty()) {
        known.entry(super::links::key_of(&other.address)).or_insert(other);
    }
    let mut is_completed = false;
    for entry in entries.iter_mut().filter(|entry| !entry.address.is_empty()) {
        if let Some(other) = known.get(&super::links::key_of(&entry.address)) {
            entry.complete(other);
            is_completed = true;
        }
    }
    is_completed
}

/// Returns the list with the most points: of those with dates, or else of those that are large enough.
fn best_of<'l>(page: &Page, lists: &'l [Rows]) -> Option<&'l Rows> {
    let most = |a: &&Rows, b: &&Rows| a.points.partial_cmp(&b.points).unwrap_or(Ordering::Equal);
    // Two rows are a list if the page says so, or has hardly anything else.
    let is_short = page.running_in(0, page.tree.len()) < ARTICLE;
    let is_long = |rows: &Rows| rows.list.len() > 2 || rows.is_marked || (is_short && rows.source == DateSource::Row);
    let is_dated = |rows: &&Rows| rows.is_dated() && is_long(rows);
    let dated = lists.iter().filter(is_dated).max_by(most);
    let feed = || lists.iter().filter(|rows| rows.is_feed && rows.is_marked).max_by(most);
    let undated = || lists.iter().filter(|rows| is_enough(page, rows)).max_by(most);
    let only = || {
        let is_small = page.running_in(0, page.tree.len()) < OWN_ARTICLE;
        lists.iter().find(|rows| rows.is_feed && !rows.is_marked && is_small)
    };
    dated.or_else(feed).or_else(undated).or_else(only)
}

/// Whether a list without dates may be the list of the page: large, with titles that say something.
fn is_enough(page: &Page, rows: &Rows) -> bool {
    let count = rows.list.len();
    let said: usize = rows.list.iter().map(|row| weight(&row.main.title).min(60)).sum();
    let links = page.links.all.iter().filter(|link| link.weight > 10 && !link.is_minor).count();
    let is_titled = rows.headings * 2 >= count || count * 5 >= links * 2;
    rows.is_marked && count > 1 || count >= FEWEST_UNDATED && said >= count * 16 && is_titled
}

/// Returns why a list is not that of the page, if it is not.
fn refusal(page: &Page, rows: &Rows, data: &Data) -> Option<NoListing> {
    let priced = rows.list.iter().filter(|row| has_price(page, row.unit.start, row.unit.end)).count();
    if !rows.is_dated() && priced * 2 >= rows.list.len() {
        return Some(NoListing::Shop);
    }
    let all = page.running_in(0, page.tree.len());
    let own = rows.running(page).min(all);
    let outside = all - own;
    let said = rows.said(page);
    let is_declared = data.is_article && data.postings < 3;
    // The page says that it is an article, or something like one.
    if is_declared && (outside >= OWN_ARTICLE || rows.list.len() < FEWEST_BESIDE) {
        return Some(NoListing::Article);
    }
    let is_small = if rows.is_dated() {
        own < outside && (said * 3 / 2 < outside || outside >= LONG_ARTICLE)
    } else {
        !rows.is_marked
    };
    (outside >= ARTICLE && is_small).then_some(NoListing::Article)
}

/// Whether a range of nodes names a price.
fn has_price(page: &Page, start: usize, end: usize) -> bool {
    let lines = page.tree.lines_in(start, end);
    page.tree.lines[lines].iter().take(40).any(|line| {
        let has_mark = line.text.contains(['$', '€', '£', '¥', '₹', '₽', '₩']);
        has_mark && line.text.len() < 60 && line.text.bytes().any(|byte| byte.is_ascii_digit())
    })
}

fn method_of(page: &Page, rows: &Rows) -> (Method, Confidence) {
    if rows.is_marked {
        let confidence = if rows.is_dated() || rows.is_feed { Confidence::High } else { Confidence::Medium };
        return (Method::Marked, confidence);
    }
    let is_semantic = rows
        .list
        .first()
        .is_some_and(|row| matches!(page.node(row.unit.start).name.as_str(), "article" | "li" | "tr" | "dd"));
    match rows.source {
        DateSource::Row
            if rows.is_dated() && rows.list.len() > 2 && (is_semantic || rows.headings * 2 > rows.list.len()) =>
        {
            (Method::Rows, Confidence::High)
        }
        DateSource::Row | DateSource::Heading | DateSource::Address if rows.is_dated() => {
            (Method::Rows, Confidence::Medium)
        }
        _ => (Method::Links, Confidence::Low),
    }
}

/// Says what a page without a list is.
fn nothing(page: &Page, data: &Data) -> NoListing {
    let all = page.running_in(0, page.tree.len());
    if data.is_article || all >= ARTICLE {
        NoListing::Article
    } else if all < SHELL && page.links.all.len() < 3 {
        NoListing::Shell
    } else {
        NoListing::Nothing
    }
}
