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
pub mod index;
mod json_ld;
mod labels;
mod links;
mod marked;
mod next;
mod page;
mod parts;
pub mod robots;
mod rows;
mod select;
pub(super) mod sitemap;
mod source;
mod tree;
mod unit;
mod years;

use std::fmt;

pub use entry::Entry;
pub use index::Part;
use links::Base;
use page::Page;
use rows::Rows;
use select::Picks;
pub(super) use source::read;
use tree::Tree;
use url::Url;

use super::{PartSelector, html, link};
use crate::text::{CleanBuf, counted, grouped};

/// The most bytes of a page that are examined.
pub const LARGEST: usize = 16 << 20;
/// The most bytes of markup that are parsed.
const LARGEST_MARKUP: usize = 4 << 20;
/// The most feeds of a page that are named.
const MOST_FEEDS: usize = 20;
/// The most sitemaps of an index that are named.
const MOST_PARTS: usize = 20;

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
    /// An index of sitemaps.
    SitemapIndex,
    /// The selectors of the user.
    Selectors,
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
            Self::SitemapIndex => "an index of sitemaps",
            Self::Selectors => "what --select finds",
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
    /// What the selectors of the user found.
    pub selected: Vec<Selected>,
    /// The sitemaps that it names if it is an index of sitemaps, newest first.
    pub parts: Vec<Part>,
}

/// What a selector of the user found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The selector.
    pub selector: PartSelector,
    /// The number of entries, or of entries with this part.
    pub count: usize,
    /// The text of the first one.
    pub first: CleanBuf,
}

impl fmt::Display for Selected {
    /// Says what was found: `title=h3: in 12 entries; the first is “Bridge opens”`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { selector, count, first } = self;
        write!(f, "{selector}: in {}; the first is “{first}”", counted(*count, "entry"))
    }
}

/// How the releases of a listing page were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingReport {
    /// The method.
    pub method: Method,
    /// What completed the entries.
    pub completed: Option<Method>,
    /// How likely it is the list of the page.
    pub confidence: Confidence,
    /// The number of entries.
    pub entries: usize,
    /// The number of entries with a date.
    pub dated: usize,
    /// The feeds that the page names.
    pub feeds: Vec<CleanBuf>,
    /// What the selectors of the user found.
    pub selected: Vec<Selected>,
    /// The sitemaps of an index: their number and the addresses of the first ones, newest first.
    pub parts: (usize, Vec<CleanBuf>),
}

impl From<&Listing> for ListingReport {
    fn from(listing: &Listing) -> Self {
        let Listing { method, completed, confidence, .. } = *listing;
        let (entries, dated) = (listing.entries.len(), listing.dated());
        let (feeds, selected) = (listing.feeds.clone(), listing.selected.clone());
        let named = listing.parts.iter().take(MOST_PARTS).map(|part| CleanBuf::line(&part.address)).collect();
        let parts = (listing.parts.len(), named);
        Self { method, completed, confidence, entries, dated, feeds, selected, parts }
    }
}

impl fmt::Display for ListingReport {
    /// Says how the releases were found: `found in a repeated list · all dated · confidence: high`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (number @ 1.., _) = self.parts {
            return write!(f, "names {}, to be read from the newest to the oldest", counted(number, "sitemap"));
        }
        let with = self.completed.map(|other| format!(", completed from {}", other.name())).unwrap_or_default();
        let dates = match self.dated {
            0 => "no dates".to_owned(),
            dated if dated == self.entries => "all dated".to_owned(),
            dated => format!("{} dated", grouped(dated)),
        };
        write!(f, "found in {}{with} · {dates} · confidence: {}", self.method.name(), self.confidence.name())
    }
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

/// Why a page is not read.
#[derive(Debug)]
enum Unread {
    /// It is not a listing.
    NotAListing(NoListing),
    /// A selector of the user does not fit it.
    Selector(CleanBuf),
}

impl From<NoListing> for Unread {
    fn from(reason: NoListing) -> Self {
        Self::NotAListing(reason)
    }
}

/// Reads a page in UTF-8. `address` is where it was.
///
/// # Errors
/// Why it is not a listing.
pub fn extract(text: &str, address: Option<&Url>) -> Result<Listing, NoListing> {
    extract_with(text, address, &[]).map_err(|unread| match unread {
        Unread::NotAListing(reason) => reason,
        Unread::Selector(_) => NoListing::Nothing,
    })
}

/// Like [`extract`], with selectors for the entries and their parts.
fn extract_with(text: &str, address: Option<&Url>, selectors: &[PartSelector]) -> Result<Listing, Unread> {
    let (tree, picks) = Picks::of(&html::tame_page(text, LARGEST_MARKUP), selectors)?;
    let declared = tree.nodes.iter().find(|node| node.is("base")).and_then(|node| node.attribute("href"));
    let saved = saved_from(text);
    let address = address.or(saved.as_ref());
    let mut base = Base::new(address, declared);
    let canonical = tree.nodes.iter().find(|node| node.is("link") && node.attribute("rel") == Some("canonical"));
    if let Some(href) = canonical.and_then(|node| node.attribute("href")) {
        base.set_canonical(href);
    }
    let title = title_of(&tree);
    let feeds = feeds_of(&tree, &base);
    let next = next::next_page(&tree, &base, address).map(|next| CleanBuf::line(&next));
    let scripts = html::scripts(text);
    let of_kind = |wanted: fn(&str) -> bool| -> Vec<&str> {
        scripts.iter().filter(|(kind, _)| wanted(kind)).map(|(_, content)| *content).collect()
    };
    let data = json_ld::read(&of_kind(|kind| kind == "application/ld+json"), &base);
    let state = json_ld::state(&of_kind(|kind| kind == "application/json"), &base);
    let page = Page::of(tree, &base);
    let lists = || -> Vec<Rows> {
        let mut groups = marked::groups_of(&page);
        groups.extend(groups::groups_of(&page));
        groups.extend(marked::only_article(&page));
        groups.iter().filter_map(|group| Rows::of(&page, group)).collect()
    };
    let mut selected = Vec::new();
    let found = if selectors.is_empty() {
        choose::choose(&page, &lists(), &data, state)
    } else {
        let guessed = if picks.has_items() { Ok(None) } else { choose::rows_of(&page, lists(), &data).map(Some) };
        match guessed {
            Ok(guessed) => Ok(select::read(&page, &picks, guessed, &mut selected).map_err(Unread::Selector)?),
            Err(reason) => Err(reason),
        }
    };
    let found = found.map_err(|reason| match reason {
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
        selected,
        parts: Vec::new(),
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

/// Returns the feeds that a page names.
fn feeds_of(tree: &Tree, base: &Base) -> Vec<CleanBuf> {
    let mut feeds: Vec<CleanBuf> = Vec::new();
    for node in tree.nodes.iter().filter(|node| node.is("link")) {
        let is_alternate = node
            .attribute("rel")
            .is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate")));
        let kind = node.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let is_feed = is_alternate && ["rss+xml", "atom+xml", "feed+json"].iter().any(|feed| kind.contains(feed));
        if is_feed && feeds.len() < MOST_FEEDS {
            let address = node.attribute("href").and_then(|href| base.resolve(href));
            let address = address.and_then(|address| Base::known(&address).map(CleanBuf::line));
            feeds.extend(address.filter(|address| !feeds.contains(address)));
        }
    }
    feeds
}

#[cfg(test)]
mod tests;
