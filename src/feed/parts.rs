//! A release made of parts that a program delivers, such as the entry of a sync server.
//!
//! The parts pass through the same code as those of a feed, so that texts, spans and links come out alike.

use super::fields::{Attachment, Field, Fields};
use super::{link, xml};
use crate::release::{Date, LinkKind, Release};
use crate::text::CleanBuf;

/// The parts of a release. Texts are raw; empty ones are missing.
#[derive(Debug, Clone, Default)]
pub struct Parts<'a> {
    /// The title as plain text.
    pub title: &'a str,
    /// The text as HTML.
    pub html: &'a str,
    /// The address of the release.
    pub url: &'a str,
    /// The address of the site, which resolves relative addresses.
    pub site: &'a str,
    /// The names of its authors, perhaps with their addresses as in feeds.
    pub authors: Vec<&'a str>,
    /// The address of its comments.
    pub comments: &'a str,
    /// Its topics.
    pub topics: Vec<&'a str>,
    /// Its language as a tag; empty if unknown.
    pub language: &'a str,
    /// Its date.
    pub date: Option<Date>,
    /// Its enclosures.
    pub enclosures: Vec<Enclosure<'a>>,
}

/// An enclosure of a release.
#[derive(Debug, Clone, Copy, Default)]
pub struct Enclosure<'a> {
    /// Its address.
    pub address: &'a str,
    /// Its media type; empty if unknown.
    pub media: &'a str,
    /// Its size in bytes, if known.
    pub bytes: Option<u64>,
}

/// Makes a release of its parts. Its id is empty.
#[must_use]
pub fn release_of(parts: &Parts<'_>) -> Release {
    let mut fields = Fields::default();
    fields.base = link::base(parts.site);
    fields.link((Field::Url, 0), parts.url, 0);
    fields.start_value();
    fields.plain((Field::Title, 0), parts.title);
    fields.start_value();
    for author in &parts.authors {
        fields.plain((Field::Author, 0), xml::person_name(author));
    }
    fields.start_value();
    for topic in &parts.topics {
        fields.text((Field::Topics, 0), topic);
    }
    fields.start_value();
    fields.markup((Field::Summary, 0), parts.html);
    for &Enclosure { address, media, bytes } in &parts.enclosures {
        fields.attach(LinkKind::Enclosure, address, Attachment { media, bytes, ..Attachment::default() });
    }
    if !parts.comments.is_empty() {
        fields.attach(LinkKind::Comments, parts.comments, Attachment::default());
    }
    fields.finish();
    let language = CleanBuf::line(&parts.language.to_ascii_lowercase());
    Release { date: parts.date, language, ..fields.release }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_a_release_like_the_item_of_a_feed() {
        let parts = Parts {
            title: "  Works <phase 2>\n& more ",
            html: "<p>The <b>bridge</b> <a href='/map'>closes</a>.</p><script>x</script>",
            url: "https://city.example/news/1",
            site: "https://city.example/",
            authors: vec!["Ana Lima", "press@city.example (Press office)"],
            comments: "https://city.example/news/1#talk",
            topics: vec!["Roads, rail", "Transport", "Roads, rail", " "],
            language: "pt-BR",
            date: Date::from_ymd(2026, 11, 26),
            enclosures: vec![Enclosure { address: "https://city.example/a.mp3", media: "audio/mpeg", bytes: Some(12) }],
        };
        let release = release_of(&parts);
        assert_eq!(release.title.as_str(), "Works <phase 2> & more");
        assert_eq!(release.summary.as_str(), "The bridge closes.");
        assert_eq!(
            (release.author.as_str(), release.url.as_str()),
            ("Ana Lima, Press office", "https://city.example/news/1")
        );
        assert_eq!(release.topics.iter().map(CleanBuf::as_str).collect::<Vec<_>>(), ["Roads, rail", "Transport"]);
        assert_eq!(release.language.as_str(), "pt-br");
        assert_eq!(release.date, Date::from_ymd(2026, 11, 26));
        let links: Vec<_> = release.links.iter().map(|link| (link.kind, link.address.as_str(), link.bytes)).collect();
        assert_eq!(
            links,
            [
                (LinkKind::Enclosure, "https://city.example/a.mp3", Some(12)),
                (LinkKind::Comments, "https://city.example/news/1#talk", None),
                (LinkKind::Text, "https://city.example/map", None),
            ]
        );
        assert!(release.id.is_empty() && !release.summary_spans.is_empty());
        let empty = release_of(&Parts::default());
        assert_eq!(empty, Release::default());
    }
}
