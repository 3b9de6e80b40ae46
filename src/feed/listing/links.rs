//! The links of a page: absolute, and equal if they lead to the same page.

use rustc_hash::FxHashMap;
use url::Url;

use super::tree::{Tree, weight};
use crate::feed::link;
use crate::release::identity::without_visit;

/// The base of a page whose address is unknown. The domain is reserved, so no server can have it.
const UNKNOWN: &str = "https://page.invalid/page/";
/// The host of [`UNKNOWN`].
const UNKNOWN_HOST: &str = "page.invalid";

/// What links are made absolute with.
#[derive(Debug)]
pub struct Base {
    url: Url,
    /// The keys of the page itself: of its address, and of the one that it gives itself.
    pages: Vec<String>,
}

impl Base {
    /// Takes the address of the page, if it is known, and what it declares as its base.
    pub fn new(page: Option<&Url>, declared: Option<&str>) -> Self {
        let unknown = || Url::parse(UNKNOWN).unwrap_or_else(|_| unreachable!("a valid address"));
        let own = page.cloned().unwrap_or_else(unknown);
        let url = declared.and_then(|text| link::join(Some(&own), text)).unwrap_or_else(|| own.clone());
        Self { pages: page.map(|page| key_of(page.as_str())).into_iter().collect(), url }
    }

    /// Takes the address that the page gives itself.
    pub fn set_canonical(&mut self, href: &str) {
        let address = link::address(href.trim(), Some(&self.url)).ok();
        // That of a whole site is not that of the page.
        let is_page = |address: &str| Url::parse(address).is_ok_and(|url| url.path() != "/" || url.query().is_some());
        self.pages.extend(address.filter(|address| is_page(address)).map(|address| key_of(&address)));
    }

    /// Returns the absolute address of a link without its visit parameters, or `None` if it leads to no other page.
    /// Without a known base, a relative link has an address that [`Base::known`] refuses.
    pub fn resolve(&self, href: &str) -> Option<String> {
        // Some pages have line breaks within addresses.
        let href: String = href.trim().chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
        let is_page = |c: char| !c.is_whitespace();
        if href.is_empty() || href.starts_with('#') || !href.starts_with(is_page) {
            return None;
        }
        let address = link::address(&href, Some(&self.url)).ok()?;
        let kept = without_visit(&address);
        // A fragment names a place on the page, unless it is one that a script reads.
        let kept = match kept.split_once('#') {
            Some((page, fragment)) if !fragment.starts_with(['!', '/']) => page,
            _ => &kept,
        };
        (!self.is_page(kept)).then(|| kept.trim_end_matches('?').to_owned())
    }

    /// Returns the address, unless it was made absolute with an unknown base.
    pub fn known(address: &str) -> Option<&str> {
        let is_unknown = Url::parse(address).is_ok_and(|url| url.host_str() == Some(UNKNOWN_HOST));
        Some(address).filter(|_| !is_unknown)
    }

    /// Whether an address is that of the page.
    pub fn is_page(&self, address: &str) -> bool {
        self.pages.contains(&key_of(address))
    }
}

/// Returns what two addresses of the same page share: no scheme, no final slash, parameters in order.
pub fn key_of(address: &str) -> String {
    let kept = without_visit(address);
    let kept = kept.split_once("://").map_or(&*kept, |(_, rest)| rest);
    let kept =
        kept.split_once('#').filter(|(_, fragment)| !fragment.starts_with(['!', '/'])).map_or(kept, |(page, _)| page);
    let kept = kept.strip_prefix("www.").unwrap_or(kept);
    let Some((path, query)) = kept.split_once('?') else { return kept.trim_end_matches('/').to_owned() };
    let mut parameters: Vec<&str> = query.split('&').filter(|parameter| !parameter.is_empty()).collect();
    parameters.sort_unstable();
    format!("{}?{}", path.trim_end_matches('/'), parameters.join("&"))
}

/// A link in the content.
#[derive(Debug)]
pub struct PageLink {
    /// Its node.
    pub node: usize,
    /// The number of its address.
    pub target: usize,
    /// How much its text says.
    pub weight: usize,
    /// Whether it leads to a topic, an author, comments or a service rather than to an entry.
    pub is_minor: bool,
}

/// All links in the content, in document order.
#[derive(Debug, Default)]
pub struct Links {
    pub all: Vec<PageLink>,
    /// Addresses by number.
    pub addresses: Vec<String>,
    numbers: FxHashMap<String, usize>,
}

/// Words in classes of links that are no entries.
const MINOR: [&str; 17] = [
    "tag",
    "tags",
    "category",
    "categories",
    "author",
    "share",
    "social",
    "comments",
    "comment",
    "byline",
    "pagination",
    "pager",
    "topic",
    "topics",
    "badge",
    "print",
    "kicker",
];

impl Links {
    pub fn of(tree: &Tree, base: &Base) -> Self {
        let mut links = Self::default();
        for (at, node) in tree.nodes.iter().enumerate() {
            if !node.is("a") || node.is_aside {
                continue;
            }
            let Some(address) = node.attribute("href").and_then(|href| base.resolve(href)) else { continue };
            let text = tree.text(at, node.end);
            let is_below = tree.ancestors(at).take(4).any(|above| tree.nodes[above].heading().is_some());
            let is_heading = is_below || (at..node.end).any(|below| tree.nodes[below].heading().is_some());
            let rel = node.attribute("rel").unwrap_or_default();
            let is_rel = |wanted: &str| rel.split_ascii_whitespace().any(|word| word == wanted);
            let is_minor = ["tag", "author", "category", "prev", "next", "license"].into_iter().any(is_rel)
                || node.is_named(&MINOR)
                || is_in_minor(tree, at)
                || shares(&address)
                || is_number(&text);
            let next = links.addresses.len();
            let target = *links.numbers.entry(key_of(&address)).or_insert(next);
            if target == next {
                links.addresses.push(address);
            }
            links.all.push(PageLink { node: at, target, weight: weight(&text), is_minor: is_minor && !is_heading });
        }
        links
    }

    /// The links in a range of nodes.
    pub fn within(&self, start: usize, end: usize) -> &[PageLink] {
        let first = self.all.partition_point(|link| link.node < start);
        let last = self.all.partition_point(|link| link.node < end);
        self.all.get(first..last).unwrap_or_default()
    }

    /// The number of an address, if a link leads there.
    pub fn number(&self, address: &str) -> Option<usize> {
        self.numbers.get(&key_of(address)).copied()
    }
}

/// Whether an element around a link, smaller than an entry, is named after something minor.
fn is_in_minor(tree: &Tree, at: usize) -> bool {
    let is_small = |above: &usize| {
        let node = &tree.nodes[*above];
        !matches!(node.name.as_str(), "article" | "li" | "tr" | "td" | "section" | "main" | "body")
            && node.end - above < 40
    };
    tree.ancestors(at).take(2).take_while(is_small).any(|above| tree.nodes[above].is_named(&MINOR))
}

/// Whether an address contains another one, as those of share buttons do.
fn shares(address: &str) -> bool {
    let query = address.split_once('?').map_or("", |(_, query)| query).to_ascii_lowercase();
    query.contains("=http%3a")
        || query.contains("=https%3a")
        || query.contains("=http://")
        || query.contains("=https://")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| !c.is_alphabetic()) && text.chars().count() < 6
}
