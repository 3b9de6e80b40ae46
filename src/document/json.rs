//! Releases as a JSON Feed 1.1 document, or as one item per line. The feed parser reads both back to the same releases.
//!
//! Data without a JSON Feed equivalent goes into the extension object described in `data/manual/feeds.md`. Strings
//! never contain control, bidi or invisible format characters unescaped, so JSON cannot mislead a viewer.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use super::feed::Feed;
use super::markup::markup;
use super::release::target;
use crate::catalog::{Catalog, Duplicate, Facet, LinkRef, ReleaseIndex, ReleaseRef};
use crate::feed::{self, TopicSource};
use crate::release::identity::Level;
use crate::release::{FieldName, LinkKind, Precision, indented};
use crate::text::{Clean, CleanBuf};

/// The version URL of JSON Feed 1.1.
const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    /// Precedes the texts, since it may say how to read them.
    #[serde(rename = "_tidings")]
    extension: Extension<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    /// Required by the specification, even if empty. Preformatted lines keep their indentation.
    content_text: String,
    /// The same text with structure or links.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "CleanBuf::is_empty", serialize_with = "as_str")]
    summary: CleanBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    /// Several authors are one string in the catalog, which cannot be split reliably.
    #[serde(skip_serializing_if = "Option::is_none")]
    authors: Option<[Author<'a>; 1]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    /// Required by the specification, even if unknown.
    mime_type: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

impl<'a> Attachment<'a> {
    fn new(link: &LinkRef<'a>) -> Self {
        let media = link.media.as_str();
        Self {
            url: link.address.as_str(),
            mime_type: if media.is_empty() { feed::UNKNOWN_MEDIA } else { media },
            title: link.label.as_str(),
            size_in_bytes: link.bytes,
        }
    }
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Extension<'a> {
    /// Whether a text looks like markup but is plain text; precedes the texts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    plain: bool,
    /// Null if the id was derived from the link, or from title and date.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<()>,
    #[serde(skip_serializing_if = "str::is_empty")]
    place: &'a str,
    /// Where the tags were derived from, if the publisher gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    topics_from: Option<TopicSource>,
    /// The user's own topics, which are no tags of the publisher.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own_topics: Vec<&'a str>,
    /// The date as published, if RFC 3339 would claim more precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
    /// The folders of its sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    folders: Vec<&'a str>,
    /// The accounts through which its sources are followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<&'a str>,
    /// The labels that the user gives it at a sync server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<&'a str>,
    /// The custom fields.
    #[serde(skip_serializing_if = "CustomFields::is_empty")]
    fields: CustomFields<'a>,
    /// The same story in other sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Also<'a>>,
}

/// The custom fields, each with its values, as an object.
#[derive(Default)]
struct CustomFields<'a>(Vec<(&'static str, Vec<&'a str>)>);

impl CustomFields<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for CustomFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, values) in &self.0 {
            match values[..] {
                [only] => map.serialize_entry(name, only)?,
                _ => map.serialize_entry(name, values)?,
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Also<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

/// The members of a feed before its items.
#[derive(Serialize)]
struct Head<'a> {
    version: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    feed_url: &'a str,
    #[serde(rename = "_tidings")]
    extension: FeedExtension<'a>,
}

#[derive(Serialize)]
struct FeedExtension<'a> {
    id: &'a str,
}

/// The number of releases with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count<'a> {
    /// The value; empty for releases without one.
    pub value: &'a str,
    /// The number of releases.
    pub count: u32,
    /// Whether it is a topic that the user has defined.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

impl<'a> Item<'a> {
    fn new(release: &ReleaseRef<'a>) -> Self {
        let identity = release.identity();
        // The feed parser takes a lone text for the summary.
        let (summary, body) = (release.summary(), release.body());
        let (summary, content, spans) = if body.is_empty() {
            (CleanBuf::default(), summary, release.summary_spans())
        } else {
            (summary, body, release.body_spans())
        };
        let content_html = (!spans.is_empty()).then(|| markup(content.as_clean(), spans, target(release)));
        let date = release.date();
        let is_exact = date.is_some_and(|date| date.precision() == Precision::Second);
        let published = date.filter(|date| date.precision() >= Precision::Day).map(|date| date.to_string());
        let author = release.author().as_str();
        let place = release.label(Facet::Place).as_str();
        let names = |facet| release.labels(facet).map(Clean::as_str).collect();
        let texts = [release.title().as_str(), summary.as_str(), content.as_str(), author, place].into_iter();
        let (language, fields) = custom_fields(release);
        let plain = texts.chain(release.labels(Facet::Topic).map(Clean::as_str)).any(feed::is_markup);
        Self {
            id: identity.name().to_string(),
            url: release.url().as_str(),
            title: release.title().as_str(),
            content_text: indented(content.as_clean(), spans).into_owned(),
            content_html,
            summary,
            date_published: published.map(|day| if is_exact { day } else { format!("{day}T00:00:00Z") }),
            authors: Some(author).filter(|name| !name.is_empty()).map(|name| [Author { name }]),
            tags: names(Facet::Topic),
            language,
            attachments: release
                .links()
                .filter(|link| link.kind == LinkKind::Enclosure)
                .map(|link| Attachment::new(&link))
                .collect(),
            extension: Extension {
                id: (identity.level == Level::Name && !identity.has_id()).then_some(()),
                place,
                topics_from: release.topic_source(),
                own_topics: release.own_topics().map(Clean::as_str).collect(),
                date: date.filter(|_| !is_exact).map(|date| date.to_string()),
                source: release.label(Facet::Source).as_str(),
                folders: names(Facet::Folder),
                accounts: names(Facet::Account),
                labels: names(Facet::Label),
                fields,
                also: release.reprints().map(also).collect(),
                plain,
            },
        }
    }
}

/// Returns the language tag of a release, and the values of its custom fields. A language that is no tag is a value.
fn custom_fields<'a>(release: &ReleaseRef<'a>) -> (&'a str, CustomFields<'a>) {
    let (mut language, mut fields) = ("", CustomFields::default());
    for (name, value) in release.fields() {
        let value = value.as_str();
        if name == FieldName::LANGUAGE && language.is_empty() && feed::is_language(value) {
            language = value;
            continue;
        }
        match fields.0.last_mut().filter(|(last, _)| *last == name.name()) {
            Some((_, values)) => values.push(value),
            None => fields.0.push((name.name(), vec![value])),
        }
    }
    (language, fields)
}

fn as_str<S: Serializer>(text: &CleanBuf, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.as_str())
}

fn also<'a>((source, reprint): (Clean<'a>, &'a Duplicate)) -> Also<'a> {
    Also { source: source.as_str(), id: reprint.release.id.as_str(), url: reprint.release.url.as_str() }
}

/// Writes releases as a document, with one item per line.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn document(catalog: &Catalog, hits: &[ReleaseIndex], out: &mut impl Write) -> io::Result<()> {
    let title = Some(catalog.title()).filter(|title| !title.is_empty());
    // A document needs a title: use the first source.
    let title = title.unwrap_or_else(|| catalog.values(Facet::Source).label(1));
    write!(out, "{{\"version\":\"{VERSION}\",\"title\":")?;
    value(title.as_str(), out)?;
    out.write_all(b",\"items\":")?;
    array(items(catalog, hits), out)?;
    out.write_all(b"}\n")
}

/// Writes a feed, with one item per line.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn feed(feed: &Feed<'_>, out: &mut impl Write) -> io::Result<()> {
    let head = Head {
        version: VERSION,
        title: feed.title.as_str(),
        feed_url: feed.address,
        extension: FeedExtension { id: feed.id },
    };
    let mut text = Vec::new();
    value(&head, &mut text)?;
    // The items follow within the same object.
    text.pop();
    out.write_all(&text)?;
    out.write_all(b",\"items\":")?;
    array(feed.entries().map(|release| entry(feed, &release)), out)?;
    out.write_all(b"}\n")
}

/// Returns a release as an item of a feed: with its id there, and without what is the user's own.
fn entry<'a>(feed: &Feed<'_>, release: &ReleaseRef<'a>) -> Item<'a> {
    let item = Item::new(release);
    let extension = Extension {
        id: None,
        own_topics: Vec::new(),
        folders: Vec::new(),
        accounts: Vec::new(),
        labels: Vec::new(),
        ..item.extension
    };
    Item { id: feed.entry_id(release), extension, ..item }
}

/// Writes releases as items, one per line.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn lines(catalog: &Catalog, hits: &[ReleaseIndex], out: &mut impl Write) -> io::Result<()> {
    each_line(items(catalog, hits), out)
}

/// Writes counts as an array.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn counts(rows: &[Count<'_>], out: &mut impl Write) -> io::Result<()> {
    array(rows.iter(), out)?;
    out.write_all(b"\n")
}

/// Writes counts, one per line.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn count_lines(rows: &[Count<'_>], out: &mut impl Write) -> io::Result<()> {
    each_line(rows.iter(), out)
}

fn items<'a>(catalog: &'a Catalog, hits: &[ReleaseIndex]) -> impl Iterator<Item = Item<'a>> {
    hits.iter().filter_map(|&index| catalog.release(index)).map(|release| Item::new(&release))
}

fn each_line(values: impl Iterator<Item = impl Serialize>, out: &mut impl Write) -> io::Result<()> {
    for one in values {
        value(&one, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes values as an array, one per line.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn array(values: impl Iterator<Item = impl Serialize>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (n, one) in values.enumerate() {
        out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
        value(&one, out)?;
    }
    out.write_all(b"\n]")
}

/// Writes a value with every character escaped that could affect a viewer.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn value(value: &(impl Serialize + ?Sized), out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Careful)).map_err(io::Error::from)
}

/// A formatter that escapes more than JSON requires.
struct Careful;

impl Formatter for Careful {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| affects_viewer(c)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.split_at(c.len_utf8()).1;
        }
        out.write_all(rest.as_bytes())
    }
}

/// Whether a character is escaped: DEL, C1, line and paragraph separators, and format characters that affect the text
/// around them.
pub(super) fn affects_viewer(c: char) -> bool {
    matches!(c,
        '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn characters_that_affect_a_viewer_are_escaped() {
        let mut out = Vec::new();
        let text = "a\u{7f}b\u{9b}c\u{202e}d\u{2066}\u{2028}\u{feff}\u{e0041}\n\u{1b}é\u{200d}";
        value(text, &mut out).expect("memory takes it");
        let json = String::from_utf8(out).expect("text");
        assert_eq!(json, r#""a\u007fb\u009bc\u202ed\u2066\u2028\ufeff\udb40\udc41\n\u001bé"#.to_owned() + "\u{200d}\"");
        assert_eq!(serde_json::from_str::<String>(&json).ok().as_deref(), Some(text));
    }

    #[test]
    fn an_item_has_only_known_fields() {
        let catalog = catalog(&[("One", "text", "a|b", "Bern", (2018, 11, 6)), ("", "text", "", "", (0, 0, 0))]);
        let mut out = Vec::new();
        lines(&catalog, &[0.into(), 1.into()], &mut out).expect("memory takes it");
        let text = String::from_utf8(out).expect("text");
        let items: Vec<&str> = text.lines().collect();
        assert!(items[0].ends_with(
            r#""_tidings":{"id":null,"place":"Bern","date":"2018-11-06","source":"test.json"},"title":"One","content_text":"text","date_published":"2018-11-06T00:00:00Z","tags":["a","b"]}"#
        ));
        assert!(items[1].ends_with(r#""_tidings":{"id":null,"source":"test.json"},"content_text":"text"}"#));
    }
}
