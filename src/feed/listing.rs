//! Listing pages: a web page or a sitemap read as if it were a feed.
//!
//! A page is read whole. All methods read the same page and complete each other by link: JSON-LD and other JSON in
//! scripts (`json_ld`), microdata and microformats (`marked`), and whatever repeats (`groups`, `rows`, `unit`, `parts`).
//! `choose` decides which list is that of the page, or why there is none. Dates are settled over the whole list
//! (`dates`), and a date that is not there is never made up. The result says which method found it, and how sure it is.

mod choose;
mod dates;
mod entry;
mod groups;
mod json_ld;
mod links;
mod marked;
mod page;
mod parts;
mod rows;
pub(super) mod sitemap;
mod source;
mod tree;
mod unit;

pub use entry::Entry;
use links::Base;
use page::Page;
use rows::Rows;
pub(super) use source::read;
use tree::Tree;
use url::Url;

use super::{html, link};
use crate::text::CleanBuf;

/// The most bytes of a page that are examined.
pub const LARGEST: usize = 16 << 20;
/// The most bytes of markup that are parsed.
const LARGEST_MARKUP: usize = 4 << 20;
/// The most feeds of a page that are named.
const MOST_FEEDS: usize = 20;

/// How a list was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// JSON-LD of schema.org in a script.
    JsonLd,
    /// Other JSON in a script.
    State,
    /// Microdata of schema.org, or microformats.
    Marked,
    /// Elements that repeat, with dates.
    Rows,
    /// Links that repeat, without dates.
    Links,
    /// A sitemap with news.
    NewsSitemap,
    /// A sitemap of addresses only.
    Sitemap,
}

impl Method {
    /// Describes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLd => "JSON-LD",
            Self::State => "JSON in the page",
            Self::Marked => "microdata or microformats",
            Self::Rows => "a repeated list",
            Self::Links => "repeated links",
            Self::NewsSitemap => "a news sitemap",
            Self::Sitemap => "a sitemap",
        }
    }
}

/// How likely a list is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Links that may be something else.
    Low,
    /// A list with dates that are not in its rows, or in unusual markup.
    Medium,
    /// A list that the page describes, or whose rows have dates.
    High,
}

impl Confidence {
    /// Describes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A list of entries.
#[derive(Debug)]
pub struct Listing {
    /// The title of the page.
    pub title: CleanBuf,
    /// Its language as a tag; may be empty.
    pub language: String,
    /// The entries in the order of the page.
    pub entries: Vec<Entry>,
    /// How they were found.
    pub method: Method,
    /// What completed them.
    pub completed: Option<Method>,
    /// How likely they are right.
    pub confidence: Confidence,
    /// The addresses of the feeds that the page names.
    pub feeds: Vec<CleanBuf>,
    /// The address of the next page of the list, if the page names it.
    pub next: Option<CleanBuf>,
    /// The number of entries whose address is relative to an unknown one.
    pub relative: usize,
}

impl Listing {
    /// The number of entries with a date.
    #[must_use]
    pub fn dated(&self) -> usize {
        self.entries.iter().filter(|entry| entry.date.is_some()).count()
    }
}

/// Why a page is not a listing. Each message follows the name of the page and a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoListing {
    /// The page is one article.
    #[error("a single article")]
    Article,
    /// The page lists goods.
    #[error("a list with prices and without dates")]
    Shop,
    /// The page has hardly any text: a script fills it.
    #[error("a page that a script fills")]
    Shell,
    /// The page has hardly any text, and no script.
    #[error("a page without text")]
    Empty,
    /// Nothing that looks like a list.
    #[error("no list of titles with links and dates")]
    Nothing,
}

/// Whether a page has a script.
fn has_script(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes())
        .any(|at| text.as_bytes().get(at + 1..at + 7).is_some_and(|name| name.eq_ignore_ascii_case(b"script")))
}

/// What was found on a page.
struct Found {
    entries: Vec<Entry>,
    method: Method,
    confidence: Confidence,
    completed: Option<Method>,
}

/// Reads a page in UTF-8. `address` is where it was.
///
/// # Errors
/// Why it is not a listing.
pub fn extract(text: &str, address: Option<&Url>) -> Result<Listing, NoListing> {
    let tree = Tree::of(&html::tame_page(text, LARGEST_MARKUP));
    let declared = tree.nodes.iter().find(|node| node.is("base")).and_then(|node| node.attribute("href"));
    let saved = saved_from(text);
    let address = address.or(saved.as_ref());
    let base = Base::new(address, declared);
    let title = title_of(&tree);
    let (feeds, next) = named(&tree, &base);
    let scripts = html::scripts(text);
    let of_kind = |wanted: fn(&str) -> bool| -> Vec<&str> {
        scripts.iter().filter(|(kind, _)| wanted(kind)).map(|(_, content)| *content).collect()
    };
    let data = json_ld::read(&of_kind(|kind| kind == "application/ld+json"), &base);
    let state = json_ld::state(&of_kind(|kind| kind == "application/json"), &base);
    let page = Page::of(tree, &base);
    let mut groups = marked::groups_of(&page);
    groups.extend(groups::groups_of(&page));
    groups.extend(marked::only_article(&page));
    let lists: Vec<Rows> = groups.iter().filter_map(|group| Rows::of(&page, group)).collect();
    let found = choose::choose(&page, &lists, &data, state).map_err(|reason| match reason {
        NoListing::Shell if !has_script(text) => NoListing::Empty,
        _ => reason,
    })?;
    let mut listing = Listing {
        title,
        language: page.language.clone(),
        entries: found.entries,
        method: found.method,
        completed: found.completed,
        confidence: found.confidence,
        feeds,
        next,
        relative: 0,
    };
    for entry in &mut listing.entries {
        if !entry.address.is_empty() && Base::known(&entry.address).is_none() {
            entry.address.clear();
            listing.relative += 1;
        }
    }
    Ok(listing)
}

/// Returns the address that browsers write into the pages they save.
fn saved_from(text: &str) -> Option<Url> {
    let head = text.get(..(0..=2_000.min(text.len())).rev().find(|&end| text.is_char_boundary(end))?)?;
    let after = head.split_once("<!-- saved from url=(")?.1.split_once(')')?.1;
    link::base(after.split_whitespace().next()?.trim_end_matches("-->"))
}

fn title_of(tree: &Tree) -> CleanBuf {
    let title = tree.nodes.iter().position(|node| node.is("title"));
    let of = |at: usize| tree.text(at, tree.nodes[at].end);
    let title = title.map(of).filter(|title| !title.is_empty());
    let heading = || tree.nodes.iter().position(|node| node.is("h1")).map(of);
    CleanBuf::line(&title.or_else(heading).unwrap_or_default())
}

/// Returns the feeds and the next page that a page names.
fn named(tree: &Tree, base: &Base) -> (Vec<CleanBuf>, Option<CleanBuf>) {
    let mut feeds: Vec<CleanBuf> = Vec::new();
    let mut next = None;
    for node in tree.nodes.iter().filter(|node| node.is("link") || node.is("a")) {
        let is_rel = |wanted: &str| {
            node.attribute("rel")
                .is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(wanted)))
        };
        let kind = node.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let is_feed = node.is("link")
            && is_rel("alternate")
            && ["rss+xml", "atom+xml", "feed+json"].iter().any(|feed| kind.contains(feed));
        let address = || Some(CleanBuf::line(Base::known(&base.resolve(node.attribute("href")?)?)?));
        if is_feed && feeds.len() < MOST_FEEDS {
            feeds.extend(address().filter(|address| !feeds.contains(address)));
        } else if next.is_none() && is_rel("next") {
            next = address();
        }
    }
    (feeds, next)
}

#[cfg(test)]
mod tests;
