//! Sitemaps: those with news have titles and dates; others are addresses only.
//!
//! Source: sitemaps.org and Google's news sitemaps. `lastmod` says when a page changed, not when it was published, so it
//! is no date here. An index lists other sitemaps, its parts.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::entry::Entry;
use super::index::{Part, newest_first};
use super::{Confidence, Listing, Method};
use crate::feed::{Refusal, date, html, link};
use crate::release::Date;
use crate::text::CleanBuf;

/// The most bytes of a sitemap; the specification allows 50 MB.
pub const LARGEST: usize = 64 << 20;
/// The most entries; the specification allows 50,000.
const MOST: usize = 100_000;

/// Reads a sitemap, or an index of sitemaps.
///
/// # Errors
/// If it contains no address.
pub fn read(text: &str) -> Result<Listing, Refusal> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    let mut all = Sitemap::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => all.start(&local(start.name().as_ref())),
            Ok(Event::End(end)) => all.end(&local(end.name().as_ref())),
            Ok(Event::Text(text)) => all.text.push_str(&text),
            Ok(Event::CData(text)) => all.text.push_str(&text),
            Ok(Event::GeneralRef(name)) => {
                all.text.push('&');
                all.text.push_str(&name);
                all.text.push(';');
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if all.entries.len() + all.parts.len() >= MOST {
            break;
        }
    }
    all.finish()
}

/// The name of an element without its prefix, unless it is that of pictures or videos.
fn local(name: &str) -> String {
    match name.split_once(':') {
        Some(("image" | "video" | "xhtml", _)) => String::new(),
        Some((_, local)) => local.to_owned(),
        None => name.to_owned(),
    }
}

#[derive(Default)]
struct Sitemap {
    text: String,
    is_index: bool,
    is_news: bool,
    entry: Entry,
    /// When a part of an index changed.
    modified: Option<Date>,
    entries: Vec<(Entry, bool)>,
    parts: Vec<Part>,
    language: String,
}

impl Sitemap {
    fn start(&mut self, name: &str) {
        self.text.clear();
        match name {
            "sitemapindex" => self.is_index = true,
            "url" | "sitemap" => (self.entry, self.is_news, self.modified) = (Entry::default(), false, None),
            "news" => self.is_news = true,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        let text = super::tree::collapse(&html::to_text(&std::mem::take(&mut self.text)));
        match name {
            "loc" if self.entry.address.is_empty() => {
                self.entry.address = link::address(&text, None).map(std::borrow::Cow::into_owned).unwrap_or_default();
            }
            "title" if self.is_news => self.entry.title = text,
            "publication_date" if self.is_news => self.entry.date = date::parse(&text),
            "language" if self.language.is_empty() => self.language = text,
            "keywords" if self.is_news => {
                let topics = text.split(',').map(|topic| topic.trim().to_owned());
                self.entry.topics = topics.filter(|topic| !topic.is_empty()).take(12).collect();
            }
            "lastmod" if self.is_index => self.modified = date::parse(&text),
            "sitemap" if self.is_index && !self.entry.address.is_empty() => {
                let address = std::mem::take(&mut self.entry.address);
                self.parts.push(Part { address, modified: self.modified });
            }
            "url" | "sitemap" if !self.entry.address.is_empty() => {
                self.entries.push((std::mem::take(&mut self.entry), self.is_news));
            }
            _ => {}
        }
    }

    fn finish(self) -> Result<Listing, Refusal> {
        if !self.parts.is_empty() {
            let parts = newest_first(self.parts);
            return Ok(Listing { parts, ..listing_of(Method::SitemapIndex, Confidence::Low) });
        }
        if self.entries.is_empty() {
            return Err(Refusal::NotAFeed { found: CleanBuf::line("a sitemap without addresses") });
        }
        let has_news = self.entries.iter().any(|(entry, is_news)| *is_news && !entry.title.is_empty());
        let mut entries: Vec<Entry> = Vec::with_capacity(self.entries.len());
        for (mut entry, is_news) in self.entries {
            if !has_news {
                entry.title = title_of(&entry.address);
            }
            if (is_news || !has_news) && !entry.title.is_empty() {
                entries.push(entry);
            }
        }
        let (method, confidence) =
            if has_news { (Method::NewsSitemap, Confidence::High) } else { (Method::Sitemap, Confidence::Low) };
        Ok(Listing { language: self.language, entries, ..listing_of(method, confidence) })
    }
}

fn listing_of(method: Method, confidence: Confidence) -> Listing {
    Listing {
        title: CleanBuf::default(),
        language: String::new(),
        entries: Vec::new(),
        method,
        completed: None,
        confidence,
        feeds: Vec::new(),
        next: None,
        relative: 0,
        selected: Vec::new(),
        parts: Vec::new(),
    }
}

/// Makes a title of the last part of an address: `strike-ends` becomes `Strike ends`.
fn title_of(address: &str) -> String {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest).split(['?', '#']).next().unwrap_or_default();
    let last = path.split('/').skip(1).filter(|part| !part.is_empty()).last().unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    let stem = decoded.rsplit_once('.').filter(|(_, ending)| ending.len() <= 5).map_or(&*decoded, |(stem, _)| stem);
    let words = super::tree::collapse(&stem.replace(['-', '_', '+'], " "));
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
