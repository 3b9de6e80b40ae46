//! Chooses the list of a page among all that repeats on it, or says why there is none.

use std::cmp::Ordering;

use super::entry::Entry;
use super::json_ld::Data;
use super::page::Page;
use super::rows::{DateSource, Rows};
use super::tree::{Node, weight};
use super::{Confidence, Found, Method, NoListing};

/// A page with this much running text outside of its list is an article.
const ARTICLE: usize = 1_000;
/// The same if the rows of the list say more than that.
const LONG_ARTICLE: usize = 1_600;
/// The same if the page says that it is an article.
const OWN_ARTICLE: usize = 400;
/// The same if the page says so in a way that many lists do, too.
const SAID_ARTICLE: usize = 700;
/// A page that says that it is an article has at least this many entries if it is a list all the same.
const FEWEST_BESIDE: usize = 12;
/// The fewest entries without dates, and how much their titles say on average: those in headings, and others.
const FEWEST_UNDATED: usize = 5;
const HEADED_TITLE: usize = 20;
const LINKED_TITLE: usize = 24;
/// A page that may be an article has fewer entries than this in the list beside it.
const FEW_BESIDE: usize = 6;
/// The least running text of a page that is more than a shell for a script.
const SHELL: usize = 200;

/// Chooses the list.
pub fn choose(page: &Page, lists: &[Rows], data: &Data, state: Vec<Entry>) -> Result<Found, NoListing> {
    let best = best_of(page, lists);
    let html = best.filter(|rows| refusal(page, rows, data).is_none());
    let dated = html.filter(|rows| rows.is_dated()).map_or(0, |rows| rows.list.len());
    let is_whole = |count: usize| count > 0 && count * 10 >= dated * 6;
    // A shop may describe its goods as a list of links.
    let is_shop = data.postings == 0 && best.is_some_and(|rows| !rows.is_dated() && is_priced(page, rows));
    let has_list = (data.entries.len() > 1 || data.is_list) && !is_shop;
    if has_list && is_whole(data.entries.len()) {
        return with_rows(page, lists, data.entries.clone(), Method::JsonLd);
    }
    if is_whole(state.len()) && (state.len() > 2 || html.is_none()) {
        return with_rows(page, lists, state, Method::State);
    }
    let Some(rows) = html else {
        return Err(best.and_then(|rows| refusal(page, rows, data)).unwrap_or_else(|| nothing(page, data)));
    };
    let mut entries = rows.entries(page);
    let completed = complete(&mut entries, data.entries.iter().chain(&state));
    let (method, confidence) = method_of(page, rows);
    Ok(Found { entries, method, confidence, completed: completed.then_some(Method::JsonLd) })
}

/// Returns the rows of the list of a page.
pub fn rows_of(page: &Page, lists: Vec<Rows>, data: &Data) -> Result<Rows, NoListing> {
    let best = best_of(page, &lists).map(|rows| (rows.list[0].unit, rows.list.len(), refusal(page, rows, data)));
    let (first, count) = match best {
        Some((first, count, None)) => (first, count),
        Some((.., Some(reason))) => return Err(reason),
        None => return Err(nothing(page, data)),
    };
    let is_best = |rows: &Rows| rows.list[0].unit == first && rows.list.len() == count;
    lists.into_iter().find(is_best).ok_or(NoListing::Nothing)
}

/// Completes entries from data by the rows that have the same addresses. Refuses them on a page with a long text of its
/// own, which they only accompany.
fn with_rows(page: &Page, lists: &[Rows], mut entries: Vec<Entry>, method: Method) -> Result<Found, NoListing> {
    let numbers: rustc_hash::FxHashSet<usize> =
        entries.iter().filter_map(|entry| page.links.number(&entry.address)).collect();
    let shared = |rows: &Rows| rows.targets().filter(|target| numbers.contains(target)).count();
    let best = lists
        .iter()
        .max_by(|a, b| (shared(a), a.points).partial_cmp(&(shared(b), b.points)).unwrap_or(Ordering::Equal));
    let best = best.filter(|rows| shared(rows) > 0);
    let all = page.running_in(0, page.tree.len());
    let own = best.map_or(0, |rows| rows.running(page).min(all));
    if all - own >= LONG_ARTICLE && own < all - own {
        return Err(NoListing::Article);
    }
    let rows = best.map(|rows| rows.entries(page)).unwrap_or_default();
    let completed = complete(&mut entries, rows.iter());
    Ok(Found { entries, method, confidence: Confidence::High, completed: completed.then_some(Method::Rows) })
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
    let is_headed = rows.headings * 2 >= count && said >= count * HEADED_TITLE;
    let is_titled = is_headed || count * 5 >= links * 2 && said >= count * LINKED_TITLE;
    rows.is_marked && count > 1 || count >= FEWEST_UNDATED && is_titled && !is_directory(page, rows)
}

/// Whether most rows have an address for mail or a telephone number.
fn is_directory(page: &Page, rows: &Rows) -> bool {
    let is_contact = |node: &Node| {
        let href = node.attribute("href").unwrap_or_default();
        href.starts_with("mailto:") || href.starts_with("tel:")
    };
    let has_contact = |(start, end): &(usize, usize)| {
        page.tree.nodes.get(*start..*end).unwrap_or_default().iter().take(400).any(is_contact)
    };
    spans(rows).filter(has_contact).count() * 2 >= rows.list.len()
}

/// Returns why a list is not that of the page, if it is not.
fn refusal(page: &Page, rows: &Rows, data: &Data) -> Option<NoListing> {
    if !rows.is_dated() && is_priced(page, rows) {
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
    // A short article with other news beside it or below.
    let is_likely = page.is_article && rows.list.len() < FEW_BESIDE || rows.is_side;
    if is_likely && !rows.is_marked && outside >= OWN_ARTICLE && own < outside {
        return Some(NoListing::Article);
    }
    // Links without dates beside a text, and a list on a page that says that it is an article.
    let is_undated = !rows.is_dated() && outside >= OWN_ARTICLE;
    if !rows.is_marked && (is_undated || page.is_article && outside >= SAID_ARTICLE && own < outside) {
        return Some(NoListing::Article);
    }
    let is_small = if rows.is_dated() {
        own < outside && (said * 3 / 2 < outside || outside >= LONG_ARTICLE)
    } else {
        !rows.is_marked
    };
    (outside >= ARTICLE && is_small).then_some(NoListing::Article)
}

/// Whether most rows name a price.
fn is_priced(page: &Page, rows: &Rows) -> bool {
    let priced = spans(rows).filter(|(start, end)| has_price(page, *start, *end)).count();
    priced * 2 >= rows.list.len()
}

/// The nodes from each row to the next one, as a row may be the heading of a card only.
fn spans(rows: &Rows) -> impl Iterator<Item = (usize, usize)> {
    let ends = rows.list.iter().skip(1).map(|row| row.unit.start);
    let last = rows.list.last().map(|row| row.unit.end);
    rows.list.iter().map(|row| row.unit.start).zip(ends.chain(last))
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
