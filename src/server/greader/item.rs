//! An entry in the form of the Google Reader API.

use std::borrow::Cow;

use serde::Deserialize;

use crate::feed::date;
use crate::feed::parts::{Enclosure, Parts, release_of};
use crate::server::{Entry, EntryId};
use crate::text::CleanBuf;

/// `FreshRSS` stores all topics of an entry in this many bytes, each with two more; the last one may be cut.
const ROOM_OF_TOPICS: usize = 2_045;

/// An item of `stream/items/contents`.
#[derive(Deserialize)]
pub(super) struct Item {
    id: String,
    #[serde(rename = "crawlTimeMsec", default)]
    crawled: String,
    #[serde(default)]
    published: Option<i64>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    author: String,
    #[serde(default)]
    canonical: Vec<Target>,
    #[serde(default)]
    alternate: Vec<Target>,
    #[serde(default)]
    categories: Vec<String>,
    origin: Origin,
    #[serde(default)]
    summary: Option<Content>,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    enclosure: Vec<Attached>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    href: String,
}

#[derive(Deserialize)]
struct Origin {
    #[serde(rename = "streamId")]
    stream: String,
    #[serde(rename = "htmlUrl", default)]
    site: String,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    content: String,
}

#[derive(Deserialize)]
struct Attached {
    /// HTML-encoded by `FreshRSS`.
    #[serde(default)]
    href: Option<String>,
    /// Miniflux has this name.
    #[serde(default)]
    url: Option<String>,
    #[serde(rename = "type", default)]
    media: String,
    #[serde(default)]
    length: Option<u64>,
}

impl Item {
    /// Returns the entry with its texts sanitised; `None` if its id is no number.
    pub fn into_entry(self, is_freshrss: bool) -> Option<Entry> {
        let id = number(&self.id)?;
        let (title, authors): (Cow<'_, str>, Vec<Cow<'_, str>>) = if is_freshrss {
            (narrow(&self.title), self.author.split("; ").map(author).collect())
        } else {
            (self.title.as_str().into(), vec![self.author.as_str().into()])
        };
        let targets = self.canonical.iter().chain(&self.alternate);
        let url = targets.map(|target| target.href.trim()).find(|href| !href.is_empty()).unwrap_or_default();
        let html = self.summary.as_ref().or(self.content.as_ref()).map_or("", |content| content.content.as_str());
        let html = if self.enclosure.is_empty() { html.into() } else { without_figures(html) };
        let addresses: Vec<_> = self.enclosure.iter().map(Attached::address).collect();
        let site = self.origin.site.as_str();
        let enclosures = self.enclosure.iter().zip(&addresses).map(|(attached, address)| Enclosure {
            address,
            media: Some(attached.media.as_str()).filter(|media| media.contains('/')).unwrap_or_default(),
            bytes: attached.length.filter(|&bytes| bytes > 0),
        });
        // An empty address in the feed comes as that of the item or the site.
        let enclosures =
            enclosures.filter(|found| !found.address.is_empty() && found.address != url && found.address != site);
        let parts = Parts {
            title: &title,
            html: &html,
            url,
            site,
            authors: authors.iter().map(AsRef::as_ref).collect(),
            comments: "",
            topics: topics(&self.categories, is_freshrss),
            language: "",
            date: self.published.and_then(|seconds| date::from_number(seconds).ok()),
            enclosures: enclosures.collect(),
        };
        Some(Entry {
            id,
            feed: CleanBuf::line(&self.origin.stream),
            release: release_of(&parts),
            hash: None,
            arrived: self.crawled.parse::<i64>().unwrap_or(0) / 1_000,
            marks: None,
        })
    }
}

impl Attached {
    fn address(&self) -> Cow<'_, str> {
        match (&self.href, &self.url) {
            (Some(href), _) => quick_xml::escape::unescape(href).unwrap_or(Cow::Borrowed(href)),
            (None, Some(url)) => url.as_str().into(),
            (None, None) => "".into(),
        }
    }
}

/// Parses an id: a path that ends in hexadecimal digits, or decimal digits.
fn number(id: &str) -> Option<EntryId> {
    match id.rsplit_once('/') {
        Some((_, digits)) => EntryId::from_str_radix(digits, 16).ok(),
        None => id.parse().ok(),
    }
}

/// The publisher's topics. What begins with `user/` is a mark, a folder or a label of the user, or looks like one.
fn topics(categories: &[String], is_freshrss: bool) -> Vec<&str> {
    let mut topics: Vec<&str> =
        categories.iter().map(String::as_str).filter(|topic| !topic.starts_with("user/")).collect();
    let bytes: usize = topics.iter().map(|topic| topic.len() + 2).sum();
    if is_freshrss && bytes >= ROOM_OF_TOPICS {
        topics.pop();
    }
    topics
}

/// Puts back the three characters that `FreshRSS` replaces by wide ones. Nothing else is encoded.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.contains(['＆', '＜', '＞']) {
        text.replace('＆', "&").replace('＜', "<").replace('＞', ">").into()
    } else {
        text.into()
    }
}

/// A name of an author. `FreshRSS` 1.27 ends one that ends in `>` with `＆gt`.
fn author(name: &str) -> Cow<'_, str> {
    match name.strip_suffix("＆gt") {
        Some(start) => format!("{}>", narrow(start)).into(),
        None => narrow(name),
    }
}

/// Cuts off the figures that `FreshRSS` appends for enclosures. The description of a medium is only there, so it stays.
fn without_figures(html: &str) -> Cow<'_, str> {
    let (mut text, mut captions) = (html.trim_end(), Vec::new());
    while text.ends_with("</figure>") {
        let Some((before, figure)) = text.rfind("<figure class=\"enclosure\"").and_then(|at| text.split_at_checked(at))
        else {
            break;
        };
        let caption =
            figure.split_once("<figcaption").and_then(|(_, rest)| rest.split_once('>')?.1.split_once("</figcaption>"));
        captions.extend(caption.map(|(caption, _)| caption));
        text = before.trim_end();
    }
    if captions.is_empty() {
        return text.into();
    }
    captions.iter().rev().fold(text.to_owned(), |html, caption| format!("{html}\n<p>{caption}</p>")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_both_forms() {
        for (id, expected) in [
            ("tag:google.com,2005:reader/item/00066129d061cb4a", Some(1_795_682_077_887_306)),
            ("tag:google.com,2005:reader/item/0000000000000005", Some(5)),
            ("1795682077887306", Some(1_795_682_077_887_306)),
            ("tag:google.com,2005:reader/item/x", None),
            ("", None),
        ] {
            assert_eq!(number(id), expected, "{id}");
        }
    }

    #[test]
    fn wide_characters_are_put_back_and_nothing_is_decoded() {
        assert_eq!(narrow("Bridge ＆ road works ＜phase 2＞ ＆amp; ？"), "Bridge & road works <phase 2> &amp; ？");
        assert_eq!(author("Ana ＜ana@a.example＆gt"), "Ana <ana@a.example>");
    }

    #[test]
    fn topics_are_what_is_no_state_and_a_cut_one_is_dropped() {
        let of = |topics: &[&str]| topics.iter().map(|topic| (*topic).to_owned()).collect::<Vec<_>>();
        let categories = of(&["user/-/state/com.google/read", "user/-/label/Press", "Water", "user/-/label/X", "C"]);
        assert_eq!(topics(&categories, true), ["Water", "C"]);
        let many = vec!["1234567890123".to_owned(); 137];
        assert_eq!(
            (topics(&many, true).len(), topics(&many, false).len(), topics(&many[1..], true).len()),
            (136, 137, 136)
        );
    }

    #[test]
    fn figures_of_enclosures_are_cut_off_and_captions_stay() {
        let figure =
            "<figure class=\"enclosure\"><p class=\"enclosure-content\"><audio src=\"x\"></audio></p></figure>";
        let described = "<figure class=\"enclosure\"><img src=\"y\"><figcaption>A bridge</figcaption></figure>";
        for (html, expected) in [
            (format!("Listen.\n{figure}\n{figure}\n"), "Listen."),
            (format!("See.\n{described}{figure}"), "See.\n<p>A bridge</p>"),
            ("<figure>own</figure>".to_owned(), "<figure>own</figure>"),
            (format!("{figure}<p>after</p>"), &*format!("{figure}<p>after</p>")),
            (String::new(), ""),
        ] {
            assert_eq!(without_figures(&html), expected);
        }
    }
}
