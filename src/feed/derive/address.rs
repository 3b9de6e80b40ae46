//! Sections in addresses: `/politics/2026/11/27/budget.html`.
//!
//! Sections stand in the path before its last part, which names the release. Parts that never are sections are passed
//! over: language codes, dates, numbers and words such as `news` that sites put before everything.

use percent_encoding::percent_decode_str;

use crate::feed::date;
use crate::text::{CleanBuf, fold_name};

/// How deep in a path sections are looked for, in parts that count.
pub const DEPTH: usize = 3;
/// The most parts of a path that are looked at.
const PARTS: usize = 12;
/// The longest section: bytes as written, then characters and words; anything longer names a release.
const LONGEST: usize = 400;
const CHARS: usize = 40;
const WORDS: usize = 4;
/// The most digits of a section: `g20`, `covid-19`.
const DIGITS: usize = 2;

/// Words for the place of all releases, or for how the site is built.
const GENERIC: &[&str] = &[
    "-",
    "actualidad",
    "actualite",
    "actualites",
    "aktuell",
    "aktuelles",
    "all",
    "amp",
    "applications",
    "archiv",
    "archive",
    "archives",
    "archivo",
    "arquivo",
    "article",
    "articles",
    "articolo",
    "articulo",
    "artigo",
    "artikel",
    "artikkel",
    "blog",
    "blogs",
    "categoria",
    "categorie",
    "categories",
    "category",
    "cgi",
    "cgi bin",
    "com",
    "comments",
    "content",
    "contents",
    "default",
    "desktop",
    "detail",
    "details",
    "deutsch",
    "dispatch",
    "doc",
    "docs",
    "document",
    "documents",
    "download",
    "downloads",
    "dynamic",
    "english",
    "entries",
    "entry",
    "espanol",
    "feed",
    "feeds",
    "file",
    "files",
    "francais",
    "galleries",
    "gallery",
    "globalassets",
    "home",
    "htm",
    "html",
    "http",
    "https",
    "id",
    "image",
    "images",
    "index",
    "inhalt",
    "italiano",
    "item",
    "items",
    "kategorie",
    "latest",
    "link",
    "links",
    "live",
    "m",
    "main",
    "media",
    "media center",
    "media centre",
    "meldung",
    "meldungen",
    "message",
    "mobile",
    "n",
    "nachricht",
    "nachrichten",
    "news",
    "news room",
    "newsroom",
    "ng interactive",
    "nieuws",
    "node",
    "noticia",
    "noticias",
    "notizie",
    "nouvelles",
    "novinky",
    "nyheder",
    "nyhet",
    "nyheter",
    "page",
    "pages",
    "permalink",
    "photo",
    "photos",
    "php",
    "picture",
    "pictures",
    "pl",
    "portal",
    "portugues",
    "post",
    "posts",
    "press center",
    "press centre",
    "press office",
    "press room",
    "pressroom",
    "print",
    "public",
    "redir",
    "redirect",
    "rss",
    "rubrik",
    "rubrique",
    "section",
    "sections",
    "site",
    "sites",
    "static",
    "stories",
    "story",
    "tag",
    "tags",
    "text",
    "thema",
    "topic",
    "topics",
    "ultimas noticias",
    "upload",
    "uploads",
    "user content",
    "uutiset",
    "view",
    "web",
    "website",
    "wiadomosci",
    "wp",
    "wp content",
    "www",
    "xml",
    "новости",
    "أخبار",
    "اخبار",
    "ニュース",
    "新聞",
    "新闻",
    "뉴스",
];

/// Words after which a path names people.
const PEOPLE: &[&str] = &[
    "author", "authors", "autor", "autores", "autoren", "auteur", "auteurs", "by", "people", "person", "profile",
    "profiles", "user", "users", "member", "members",
];

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name for the reader: `Public health`.
    pub name: CleanBuf,
    /// The name folded.
    pub key: String,
}

/// Returns the section of an address below a path.
pub fn section(address: &str, after: &[String]) -> Option<Section> {
    let mut parts = path(address);
    for expected in after {
        if parts.next()??.key != *expected {
            return None;
        }
    }
    parts.next()?
}

/// Returns the parts of an address that may be sections, the outermost first. A part that has not the form of a section
/// is `None`.
pub fn path(address: &str) -> impl Iterator<Item = Option<Section>> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest).split(['?', '#', ';']).next();
    let mut parts = path.unwrap_or_default().split('/').skip(1).filter(|part| !part.is_empty()).take(PARTS).peekable();
    std::iter::from_fn(move || {
        loop {
            let part = parts.next()?;
            // The last part names the release.
            parts.peek()?;
            match kind(part) {
                Kind::Passed => {}
                Kind::People => return None,
                Kind::Section(section) => return Some(Some(section)),
                Kind::Other => return Some(None),
            }
        }
    })
}

/// What a part of a path is.
enum Kind {
    Section(Section),
    /// It says nothing about the release.
    Passed,
    /// People follow.
    People,
    Other,
}

fn kind(part: &str) -> Kind {
    if part.len() > LONGEST {
        return Kind::Other;
    }
    let decoded = percent_decode_str(part).decode_utf8_lossy();
    let name = CleanBuf::line(&decoded.replace(['-', '_', '+'], " "));
    let key = fold_name(name.as_str()).into_owned();
    let is_code = key.len() <= 2 && key.is_ascii() || is_locale(&decoded);
    if is_code || !key.chars().any(char::is_alphabetic) || date::is_month_name(&key) || GENERIC.contains(&key.as_str())
    {
        return Kind::Passed;
    }
    if PEOPLE.contains(&key.as_str()) {
        return Kind::People;
    }
    if has_form(name.as_str()) { Kind::Section(Section { name: capitalised(&name), key }) } else { Kind::Other }
}

/// Whether a part names a language and a country: `pt-br`.
fn is_locale(part: &str) -> bool {
    let bytes = part.as_bytes();
    matches!(bytes, [a, b, b'-' | b'_', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_alphabetic()))
}

fn has_form(name: &str) -> bool {
    let is_allowed =
        |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() || " &'".contains(c) } else { c != '\u{FFFD}' };
    let digits = name.chars().filter(|c| c.is_numeric()).count();
    name.chars().count() <= CHARS
        && name.split(' ').count() <= WORDS
        && digits <= DIGITS
        && name.chars().all(is_allowed)
        && name.chars().any(char::is_alphabetic)
}

/// Returns a name with its first letter in upper case, where the script has one.
fn capitalised(name: &CleanBuf) -> CleanBuf {
    let mut letters = name.as_str().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    CleanBuf::line(&first.chain(letters).collect::<String>())
}
