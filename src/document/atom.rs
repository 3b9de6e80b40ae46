//! A feed as an Atom 1.0 document (RFC 4287), which the feed parser reads back to the same releases.
//!
//! What Atom cannot say is said with elements of Dublin Core: the place, and a date without a time.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::feed::Feed;
use super::json::affects_viewer;
use super::markup::markup;
use super::release::target;
use crate::catalog::{Facet, LinkRef, ReleaseRef};
use crate::feed;
use crate::release::{LinkKind, Precision, Span, Style};
use crate::text::Clean;

/// The time of what has none and was not stored: Atom requires one, and readers take this for a missing date.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// Writes a feed.
pub(super) fn feed(feed: &Feed<'_>, out: &mut impl Write) -> io::Result<()> {
    let newest = feed.timed_entries().filter_map(|(_, time)| time).max_by_key(|(instant, _)| *instant);
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
          <feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n",
    )?;
    element("title", feed.title.as_str(), out)?;
    element("id", feed.id, out)?;
    if !feed.address.is_empty() {
        writeln!(out, "<link rel=\"self\" href=\"{}\"/>", escaped(feed.address))?;
    }
    element("updated", &updated(newest), out)?;
    // The author of all entries that name none.
    writeln!(out, "<author><name>{}</name></author>", escaped(feed.title.as_str()))?;
    element("generator", "tidings", out)?;
    for (release, time) in feed.timed_entries() {
        entry(feed, &release, time, out)?;
    }
    out.write_all(b"</feed>\n")
}

fn entry(
    feed: &Feed<'_>,
    release: &ReleaseRef<'_>,
    time: Option<(i64, String)>,
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(b"<entry>\n")?;
    // Without a type, it is plain text, whatever it looks like.
    element("title", release.title().as_str(), out)?;
    element("id", &feed.entry_id(release), out)?;
    let url = release.url();
    if !url.is_empty() {
        writeln!(out, "<link href=\"{}\"/>", escaped(url.as_str()))?;
    }
    match release.date() {
        Some(date) if date.precision() == Precision::Second => element("published", &date.to_string(), out)?,
        Some(date) => element("dc:date", &date.to_string(), out)?,
        None => {}
    }
    element("updated", &updated(time), out)?;
    if !release.author().is_empty() {
        writeln!(out, "<author><name>{}</name></author>", escaped(release.author().as_str()))?;
    }
    for topic in release.labels(Facet::Topic) {
        writeln!(out, "<category term=\"{}\"/>", escaped(topic.as_str()))?;
    }
    let place = release.label(Facet::Place);
    if !place.is_empty() {
        element("dc:coverage", place.as_str(), out)?;
    }
    texts(release, out)?;
    release.links().try_for_each(|other| link(&other, out))?;
    let source = release.label(Facet::Source);
    if !source.is_empty() {
        writeln!(out, "<source><title>{}</title></source>", escaped(source.as_str()))?;
    }
    out.write_all(b"</entry>\n")
}

/// Writes the texts of a release. A text without another one is the content, which an entry without a link must have.
fn texts(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    let (summary, body, address) = (release.summary(), release.body(), target(release));
    if body.is_empty() {
        return text("content", summary.as_clean(), release.summary_spans(), address, out);
    }
    if !summary.is_empty() {
        text("summary", summary.as_clean(), release.summary_spans(), &address, out)?;
    }
    text("content", body.as_clean(), release.body_spans(), address, out)
}

/// Writes a text: as HTML if it has lines or styles, or could be taken for HTML.
fn text<'a>(
    name: &str,
    text: Clean<'_>,
    spans: &[Span],
    address: impl Fn(Style) -> Option<&'a str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let is_plain = spans.is_empty() && !text.as_str().contains('\n') && !feed::is_markup(text.as_str());
    if is_plain {
        return element(name, text.as_str(), out);
    }
    writeln!(out, "<{name} type=\"html\">{}</{name}>", escaped(&markup(text, spans, address)))
}

/// Writes a link that the feed of the release names.
fn link(link: &LinkRef<'_>, out: &mut impl Write) -> io::Result<()> {
    let rel = match link.kind {
        LinkKind::Enclosure => "enclosure",
        LinkKind::Related => "related",
        LinkKind::Comments => "replies",
        LinkKind::Text | LinkKind::Picture => return Ok(()),
    };
    let mut attributes = String::new();
    let known = [("href", link.address), ("type", link.media), ("title", link.label)];
    for (name, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(attributes, " {name}=\"{}\"", escaped(value.as_str()));
    }
    if let Some(bytes) = link.bytes {
        let _ = write!(attributes, " length=\"{bytes}\"");
    }
    writeln!(out, "<link rel=\"{rel}\"{attributes}/>")
}

fn element(name: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<{name}>{}</{name}>", escaped(text))
}

fn updated(time: Option<(i64, String)>) -> String {
    time.map_or_else(|| NO_TIME.to_owned(), |(_, text)| text)
}

/// Escapes a text for an element or a quoted attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            // XML has no way to write these.
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c if affects_viewer(c) => {
                let _ = write!(escaped, "&#x{:x};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
