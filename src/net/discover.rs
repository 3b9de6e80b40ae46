//! Finds the feeds of a web page.
//!
//! Declared feeds come first (`<link rel="alternate" type="application/rss+xml">` and similar), then links whose
//! address or title looks like a feed. Nothing is guessed beyond the page, and nothing is fetched.

use dom_query::Document;
use rustc_hash::FxHashSet;

use crate::feed::page;
use crate::text::CleanBuf;

pub use page::{is_page, is_sitemap};

/// The maximum number of feeds returned.
const MOST: usize = 100;
/// Media types of feeds.
const TYPES: [(&str, Kind); 7] = [
    ("application/rss+xml", Kind::Rss),
    ("application/atom+xml", Kind::Atom),
    ("application/feed+json", Kind::Json),
    ("application/rdf+xml", Kind::Rss),
    ("application/json", Kind::Json),
    ("text/xml", Kind::Unknown),
    ("application/xml", Kind::Unknown),
];
/// Last path segments of feed addresses.
const NAMES: [&str; 9] = ["feed", "feeds", "rss", "atom", "rdf", "rss2", "feed.json", "feed.php", "rss.php"];
/// File name endings of feeds.
const ENDINGS: [(&str, Kind); 4] =
    [(".rss", Kind::Rss), (".atom", Kind::Atom), (".rdf", Kind::Rss), (".xml", Kind::Unknown)];
/// File names with such endings that are not feeds.
const OTHERS: [&str; 4] = ["sitemap", "opensearch", "osd", "browserconfig"];

/// The format of a feed, as far as the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RSS.
    Rss,
    /// Atom.
    Atom,
    /// JSON Feed.
    Json,
    /// Not stated.
    Unknown,
}

/// A feed found on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its address: absolute, http or https.
    pub address: String,
    /// Its title on the page; may be empty.
    pub title: CleanBuf,
    /// Its format.
    pub kind: Kind,
    /// Whether the page declares it as a feed; otherwise a link only looks like one.
    pub is_declared: bool,
}

/// Returns the feeds of a page, each once: declared ones first, in page order, then links that look like feeds. `label`
/// is the server's charset, `address` that of the page.
#[must_use]
pub fn feeds_of(page: &[u8], label: Option<&str>, address: &str) -> Vec<Offered> {
    let document = Document::from(page::markup_of(page, label, address));
    let base = document.select("base[href]").iter().next().and_then(|base| base.attr("href"));
    let base = base.and_then(|base| page::resolve(&base, address));
    let base = base.as_ref().map_or(address, CleanBuf::as_str);
    let mut offers = Offers { base, seen: FxHashSet::default(), found: Vec::new() };
    for link in &document.select("link[href]") {
        let rel = link.attr_or("rel", "").to_ascii_lowercase();
        let is_rel = |wanted: &str| rel.split_ascii_whitespace().any(|rel| rel == wanted);
        let media = link.attr_or("type", "").to_ascii_lowercase();
        let media = media.split(';').next().unwrap_or_default().trim();
        let kind = TYPES.iter().find(|(name, _)| *name == media).map(|(_, kind)| *kind);
        let kind = if is_rel("feed") { kind.or(Some(Kind::Unknown)) } else { kind.filter(|_| is_rel("alternate")) };
        let href = link.attr_or("href", "");
        if let Some(kind) = kind.filter(|kind| *kind != Kind::Json || !is_api(&href)) {
            offers.add(&href, &link.attr_or("title", ""), kind, true);
        }
    }
    for link in &document.select("a[href]") {
        let href = link.attr_or("href", "");
        if let Some(kind) = looks_like(&href) {
            let title = link.text();
            let title = if title.trim().is_empty() { link.attr_or("title", "") } else { title };
            offers.add(&href, &title, kind, false);
        }
    }
    offers.found
}

/// The feeds found so far.
struct Offers<'b> {
    base: &'b str,
    seen: FxHashSet<String>,
    found: Vec<Offered>,
}

impl Offers<'_> {
    fn add(&mut self, href: &str, title: &str, kind: Kind, is_declared: bool) {
        let Some(address) = page::resolve(href, self.base).filter(|_| self.found.len() < MOST) else { return };
        let address = address.as_str().split('#').next().unwrap_or_default().to_owned();
        if self.seen.insert(address.clone()) {
            self.found.push(Offered { address, title: CleanBuf::line(title), kind, is_declared });
        }
    }
}

/// Whether a link is declared as JSON but is an API endpoint, as many sites declare for each page.
fn is_api(href: &str) -> bool {
    href.contains("/wp-json/") || href.contains("oembed")
}

/// Returns the format that a link's address suggests, if any.
fn looks_like(href: &str) -> Option<Kind> {
    let href = href.trim().to_ascii_lowercase();
    let path = href.split(['?', '#']).next().unwrap_or_default();
    // Ignores the query, which belongs to share buttons and archives, and the host name, which is not a path.
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if OTHERS.iter().any(|other| last.starts_with(other)) {
        return None;
    }
    let kind_of = |name: &str| match name {
        name if name.contains("json") => Kind::Json,
        name if name.contains("atom") => Kind::Atom,
        name if name.contains("rss") || name.contains("rdf") => Kind::Rss,
        _ => Kind::Unknown,
    };
    if NAMES.contains(&last) {
        return Some(kind_of(last));
    }
    ENDINGS.iter().find(|(ending, _)| last.ends_with(ending)).map(|(_, kind)| match kind {
        Kind::Unknown => kind_of(last),
        kind => *kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "https://example.org/news/index.html";

    fn addresses(page: &str) -> Vec<String> {
        feeds_of(page.as_bytes(), None, HOME).into_iter().map(|offered| offered.address).collect()
    }

    #[test]
    fn declared_feeds_come_first_in_page_order() {
        let page = "<!doctype html><head><title>x</title>
            <a href='/rss'>All news</a>
            <link rel='Alternate' TYPE='Application/RSS+XML; charset=utf-8' title='Main \u{1b}[31m &amp; more' href='feed.xml'>
            <link href=\"//cdn.example/atom\" type=application/atom+xml rel=\"home alternate\">
            <link rel=alternate type=application/feed+json href=https://example.org/feed.json#top>
            <link rel=feed href=/plain>";
        let offered = feeds_of(page.as_bytes(), None, HOME);
        let found: Vec<_> =
            offered.iter().map(|one| (one.address.as_str(), one.title.as_str(), one.kind, one.is_declared)).collect();
        assert_eq!(
            found,
            [
                ("https://example.org/news/feed.xml", "Main & more", Kind::Rss, true),
                ("https://cdn.example/atom", "", Kind::Atom, true),
                ("https://example.org/feed.json", "", Kind::Json, true),
                ("https://example.org/plain", "", Kind::Unknown, true),
                ("https://example.org/rss", "All news", Kind::Rss, false),
            ]
        );
    }

    #[test]
    fn each_address_occurs_once_and_relative_ones_follow_the_base() {
        let page = "<base href='/deep/'><link rel=alternate type=application/rss+xml href=a>
            <link rel=alternate type=application/rss+xml href='https://example.org/deep/a'><a href='a/../feed/'>x</a>
            <a href='/deep/feed/'>again</a><base href='/other/'>";
        assert_eq!(addresses(page), ["https://example.org/deep/a", "https://example.org/deep/feed/"]);
    }

    #[test]
    fn links_that_are_no_feeds_are_left_out() {
        let page = "<link rel=stylesheet type=text/css href=a.css><link rel=alternate hreflang=fr href=/fr>
            <link rel=alternate type=application/rss+xml href='javascript:x'>
            <link rel=alternate type=application/rss+xml href='ftp://example.org/feed'>
            <link rel=alternate type=application/rss+xml>
            <link rel=search type=application/opensearchdescription+xml href=/osd.xml>
            <link rel=alternate type=application/json href=/wp-json/wp/v2/pages/7>
            <link rel=alternate type=text/xml+oembed href=/oembed?x>
            <a href=/sitemap.xml>map</a><a href=/feedback>talk</a><a href='https://feed/'>host</a>
            <a href='/share?url=/feed'>share</a><a href=mailto:rss>mail</a><a name=feed>x</a>
            <!-- <link rel=alternate type=application/rss+xml href=/old> -->
            <script>'<link rel=alternate type=application/rss+xml href=/script>'</script>";
        assert_eq!(addresses(page), Vec::<String>::new());
    }

    #[test]
    fn links_that_look_like_feeds_are_included() {
        for (href, kind) in [
            ("/blog/feed/", Kind::Unknown),
            ("rss.xml", Kind::Rss),
            ("/atom.xml?page=1", Kind::Atom),
            ("/x/y.rss", Kind::Rss),
            ("all.atom", Kind::Atom),
            ("feed.json", Kind::Json),
            ("https://feeds.example/news.xml", Kind::Unknown),
            ("/index.RDF", Kind::Rss),
        ] {
            let page = format!("<a href='{href}'><img alt=x></a>");
            let offered = feeds_of(page.as_bytes(), None, HOME);
            assert_eq!(offered.iter().map(|one| one.kind).collect::<Vec<_>>(), [kind], "{href}");
        }
    }

    #[test]
    fn deep_and_large_pages_take_little_time() {
        let link = "<link rel=alternate type=application/rss+xml href=/feed>";
        let deep = format!("{link}{}<a href=/rss>", "<div>".repeat(100_000));
        assert_eq!(addresses(&deep), ["https://example.org/feed", "https://example.org/rss"]);
        let many: Vec<String> = (0..10_000).map(|n| format!("<a href=/{n}.rss>")).collect();
        assert_eq!(addresses(&many.concat()).len(), MOST);
    }
}
