//! One item of an XML feed: reads its elements into [`Fields`].
//!
//! Elements are identified by their local name and by what their prefix is known for, so that a wrong or missing
//! namespace does no harm. Of several elements for one field, the better one is read, as with the names in JSON.
//! Sources: RSS 2.0 (cyber.harvard.edu/rss), RSS 1.0 with its content, Dublin Core and syndication modules, RFC 4287
//! (Atom), Media RSS, the podcast elements of `iTunes`, `GeoRSS`.

mod element_kind;

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::{memchr, memmem};

use element_kind::{ElementKind, NO_VALUES, is_container, part};

use super::mend::mend;
use super::plain;
use super::walk::{Element, walk};
use crate::feed::fields::{Alias, Attachment, CustomNames, Field, Fields, NO_PAGE};
use crate::feed::link::{self, media_type, page_quality};
use crate::release::LinkKind;

/// Something that comes with an item, while its element is open.
struct Medium {
    kind: &'static str,
    address: String,
    /// The end of its element.
    end: usize,
}

/// Reads items one after another into the same fields.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent fact about the item")]
#[derive(Default)]
pub(super) struct Entry {
    topics: Vec<String>,
    authors: Vec<String>,
    /// The prefix of the item itself, which is the feed's own.
    prefix: String,
    /// The priority of the authors.
    authority: u8,
    /// An address to use if there is no link.
    stand_in: Option<(u8, String)>,
    /// Whether this is an Atom item, where text without a type is plain.
    is_atom: bool,
    /// The picture, video or sound whose element is open.
    medium: Option<Medium>,
    /// Whether descriptions belong to no single medium: several formats are grouped together, or the element has no
    /// end.
    has_no_medium: bool,
    /// The language of the item; empty if unknown.
    language: String,
    /// Whether something in it was cut off.
    is_cut: bool,
    /// The names of custom fields.
    names: CustomNames,
}

impl Entry {
    /// Prepares for an item.
    fn clear(&mut self, fields: &mut Fields, language: &str) {
        fields.clear();
        let names = std::mem::take(&mut self.names);
        *self = Self { language: language.to_owned(), names, ..Self::default() };
    }

    /// Reads an element of the item `xml`.
    fn take(&mut self, fields: &mut Fields, element: &Element<'_>, xml: &str, is_whole: bool) {
        if is_container(element.prefix, element.name) {
            self.begin(fields, element);
            self.begin_medium(element, xml.get(element.at..).unwrap_or_default());
        } else if is_whole || element.is_complete {
            self.element(fields, element);
        } else {
            self.is_cut = true;
        }
    }

    /// Fills `fields` from the markup of one item. Returns whether it is a release. An item that is cut off is a
    /// release only if its complete elements make one. `language` is that of the feed.
    pub fn read(&mut self, fields: &mut Fields, xml: &str, language: &str, is_whole: bool) -> bool {
        let base = fields.declared_base.clone();
        let mut is_read = false;
        if is_whole {
            self.clear(fields, language);
            is_read = plain::walk(xml, is_container, &mut |element| self.take(fields, element, xml, true)).is_some();
        }
        if !is_read {
            fields.declared_base.clone_from(&base);
            self.clear(fields, language);
            let xml = &*mend(xml);
            walk(xml, is_container, &mut |element| self.take(fields, element, xml, is_whole));
        }
        self.finish(fields);
        fields.finish();
        fields.declared_base = base;
        let release = &fields.release;
        let has_heading = !release.title.is_empty() || !release.url.is_empty();
        has_heading || (is_whole && !release.summary.is_empty())
    }

    /// Reads the attributes of the item itself and of its containers.
    fn begin(&mut self, fields: &mut Fields, element: &Element<'_>) {
        if element.prefix != "media" {
            self.prefix = element.prefix.to_ascii_lowercase();
            self.is_atom |= element.name.eq_ignore_ascii_case("entry");
            // The base applies to everything in the item; that of a group would have to end with the group.
            if let Some(base) = element.attribute("xml:base") {
                rebase(fields, base);
            }
            if let Some(language) = element.attribute("xml:lang") {
                language.clone_into(&mut self.language);
            }
        }
        if let Some(about) = element.attribute("rdf:about").or_else(|| element.attribute("about")) {
            self.stand_in(4, about);
            value(fields, (Field::Id, 3), about);
        }
        // The Channel Definition Format has these as attributes.
        for (name, alias) in [("HREF", (Field::Url, 1)), ("LASTMOD", (Field::Date, 5))] {
            if let Some(text) = element.attribute(name) {
                value(fields, alias, text);
            }
        }
        if element.prefix == "media" {
            self.enclosure(fields, element);
        }
    }

    /// Opens a picture, video or sound, which may contain its own description; within a group, the description is the
    /// group's.
    fn begin_medium(&mut self, element: &Element<'_>, xml: &str) {
        self.medium = None;
        self.has_no_medium |= element.prefix == "media" && element.name == "group";
        if self.has_no_medium || element.prefix != "media" {
            return;
        }
        let kind = element.attribute("medium").or_else(|| element.attribute("type")).unwrap_or_default();
        let kind = ["image", "video", "audio"].into_iter().find(|known| kind.starts_with(known));
        let is_empty = memchr(b'>', xml.as_bytes()).and_then(|end| xml.get(..end)).is_none_or(|tag| tag.ends_with('/'));
        if is_empty {
            return;
        }
        let end = memmem::find(xml.as_bytes(), b"</media:content");
        // The end is not searched for again.
        self.has_no_medium = end.is_none();
        if let (Some(kind), Some(end), Some(address)) = (kind, end, element.attribute("url")) {
            self.medium = Some(Medium { kind, address: address.to_owned(), end: element.at + end });
        }
    }

    fn element(&mut self, fields: &mut Fields, element: &Element<'_>) {
        let (prefix, name) = (lower(element.prefix), lower(element.name));
        if prefix == "media"
            && name == "description"
            && let Some(medium) = self.medium.take_if(|medium| medium.end > element.at)
        {
            let is_html = element.attribute("type").is_some_and(|kind| kind.contains("html"));
            return fields.describe(medium.kind, &medium.address, &element.text, is_html);
        }
        let prefix = if prefix == self.prefix.as_str() { "" } else { &*prefix };
        let Some(part) = part(prefix, &name) else { return self.custom(fields, prefix, element) };
        let outer = fields.declared_base.clone();
        if let Some(base) = element.attribute("xml:base") {
            rebase(fields, base);
        }
        self.part(fields, part, prefix, element);
        fields.declared_base = outer;
    }

    /// Reads an element that tidings does not know: a value, or the name of somebody.
    fn custom(&mut self, fields: &mut Fields, prefix: &str, element: &Element<'_>) {
        let text = if element.children.is_empty() { element.text.trim() } else { element.child("name").unwrap_or("") };
        if text.is_empty() || NO_VALUES.contains(&prefix) || !fields.takes_custom() {
            return;
        }
        if let Some(key) = self.names.of(element.name) {
            fields.custom(key, text);
        }
    }

    fn part(&mut self, fields: &mut Fields, part: ElementKind, prefix: &str, element: &Element<'_>) {
        let text = element.text.trim();
        match part {
            ElementKind::Text(alias) => self.text(fields, alias, prefix, element),
            ElementKind::Topic => {
                let label = element.attribute("label").or_else(|| element.attribute("term"));
                let label = label.filter(|label| !label.trim().is_empty());
                let label = label.or(Some(text)).filter(|label| !label.is_empty()).or(element.attribute("text"));
                let scheme = element.attribute("scheme").or_else(|| element.attribute("domain"));
                if let (Some(label), Some(scheme)) = (label, scheme)
                    && fields.takes_custom()
                    && let Some(key) = self.names.of_scheme(scheme)
                {
                    fields.custom(key, label);
                }
                self.topics.extend(label.map(str::to_owned));
                self.topics.extend(element.children.iter().map(|(_, text)| text.clone()).filter(|_| label.is_none()));
                // The categories of podcasts contain narrower ones.
                walk(element.inner, |_, _| false, &mut |inner| {
                    self.topics.extend(inner.attribute("text").filter(|_| prefix == "itunes").map(str::to_owned));
                });
            }
            ElementKind::Keywords => {
                self.topics.extend(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned));
            }
            ElementKind::Guid => {
                if fields.wants((Field::Id, 0)) {
                    value(fields, (Field::Id, 0), text);
                    fields.keep_exact_id(&element.text);
                }
                let is_link = element.attribute("isPermaLink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                if is_link && element.name.eq_ignore_ascii_case("guid") {
                    self.stand_in(1, text);
                } else if element.name.eq_ignore_ascii_case("id") {
                    self.stand_in(3, text);
                }
            }
            ElementKind::Link => self.link(fields, element),
            ElementKind::Person(rank) => self.person(rank, element),
            ElementKind::Enclosure => self.enclosure(fields, element),
            ElementKind::Thumbnail => {
                if let Some(url) = element.attribute("url").filter(|url| !url.trim().is_empty()) {
                    fields.attach(LinkKind::Picture, url, Attachment::default());
                }
            }
            ElementKind::Comments => {
                self.stand_in(8, text);
                fields.attach(LinkKind::Comments, text, Attachment::default());
            }
            ElementKind::Language => value(fields, (Field::Language, 0), text),
        }
    }

    fn text(&mut self, fields: &mut Fields, alias: Alias, prefix: &str, element: &Element<'_>) {
        if !fields.wants(alias) {
            return;
        }
        fields.start_value();
        let Some(content) = decoded(element) else { return };
        // In Atom and Media RSS, text without a type is plain.
        let default = if self.is_atom && matches!(prefix, "" | "media") { Kind::Plain } else { Kind::Undeclared };
        match Kind::of(element).unwrap_or(default) {
            // Unescaped markup is mixed with the elements.
            kind if kind == Kind::Inner || (!element.children.is_empty() && alias.0 != Field::Date) => {
                if let Some(base) = base_within(element.inner) {
                    rebase(fields, &base);
                }
                fields.markup(alias, &element.inner.replace("<![CDATA[", "").replace("]]>", ""));
            }
            Kind::Html => fields.markup(alias, &content),
            Kind::Plain => fields.plain(alias, &content),
            Kind::Undeclared | Kind::Inner => fields.text(alias, &content),
        }
        if let Some(src) = element.attribute("src").filter(|_| alias.0 == Field::Body) {
            self.stand_in(5, src);
        }
    }

    /// Reads a link: Atom's links have attributes, those of RSS a text.
    fn link(&mut self, fields: &mut Fields, element: &Element<'_>) {
        let href = element.attribute("href").unwrap_or(element.text.trim());
        if href.is_empty() {
            return;
        }
        let rels = element.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let rel = rels.trim().strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(rels.trim());
        match rel.split_ascii_whitespace().next().unwrap_or("alternate") {
            "alternate" => fields.link((Field::Url, 0), href, self.quality(element)),
            "related" | "via" => {
                self.stand_in(2, href);
                fields.attach(LinkKind::Related, href, attachment(element));
            }
            "enclosure" => {
                self.stand_in(7, href);
                fields.attach(LinkKind::Enclosure, href, attachment(element));
            }
            "replies" => fields.attach(LinkKind::Comments, href, attachment(element)),
            "self" => self.stand_in(6, href),
            _ => {}
        }
    }

    /// Returns the quality of an alternate link as the address of the item, lower is better: a page is better than a
    /// file, and one in the item's own language better than a translation.
    fn quality(&self, element: &Element<'_>) -> u8 {
        let primary =
            |language: &str| language.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
        let language = element.attribute("hreflang").map(primary).filter(|language| !language.is_empty());
        let is_other =
            language.is_some_and(|language| !self.language.is_empty() && language != primary(&self.language));
        page_quality(element.attribute("type").unwrap_or_default()) * 2 + u8::from(is_other)
    }

    fn enclosure(&mut self, fields: &mut Fields, element: &Element<'_>) {
        if let Some(url) = element.attribute("url").filter(|url| !url.trim().is_empty()) {
            self.stand_in(7, url);
            fields.attach(LinkKind::Enclosure, url, attachment(element));
        }
    }

    fn person(&mut self, rank: u8, element: &Element<'_>) {
        let text = element.child("name").or_else(|| element.child("email")).unwrap_or(element.text.trim());
        let name = person_name(text);
        if name.is_empty() || (!self.authors.is_empty() && rank > self.authority) {
            return;
        }
        if rank < self.authority {
            self.authors.clear();
        }
        self.authority = rank;
        self.authors.push(name.to_owned());
    }

    fn stand_in(&mut self, rank: u8, address: &str) {
        let address = address.trim();
        let is_address = ["http:", "https:"].iter().any(|scheme| address.get(..scheme.len()) == Some(*scheme));
        if (is_address || rank == 5) && self.stand_in.as_ref().is_none_or(|(other, _)| rank < *other) {
            self.stand_in = Some((rank, address.to_owned()));
        }
    }

    /// Finishes what depends on several elements.
    fn finish(&mut self, fields: &mut Fields) {
        for (field, values) in [(Field::Topics, &self.topics), (Field::Author, &self.authors)] {
            fields.start_value();
            for value in values {
                fields.text((field, 0), value);
            }
        }
        value(fields, (Field::Language, 1), &self.language);
        if let Some((rank, address)) = self.stand_in.take().filter(|_| fields.release.url.is_empty()) {
            fields.link((Field::Url, 9), &address, if matches!(rank, 2 | 6..) { NO_PAGE } else { 0 });
        }
    }
}

/// What the type of an element says about its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Plain text, whatever it looks like.
    Plain,
    /// Escaped HTML.
    Html,
    /// The elements in it are markup.
    Inner,
    /// Undeclared: detected from the text.
    Undeclared,
}

impl Kind {
    /// Reads the type as written in Atom 1.0 (RFC 4287, section 3.1.1), Atom 0.3 (draft-ietf-atompub-format-00) and
    /// Media RSS. Returns `None` if there is none.
    pub fn of(element: &Element<'_>) -> Option<Self> {
        let declared = |name| element.attribute(name).map(media_type).filter(|declared| !declared.is_empty());
        let (kind, mode) = (declared("type"), declared("mode"));
        Some(match (kind.as_deref(), mode.as_deref()) {
            (Some("text" | "plain" | "text/plain"), _) => Self::Plain,
            (Some("html" | "text/html"), _) | (None, Some("escaped")) => Self::Html,
            (Some("xhtml"), _) => Self::Inner,
            (Some(kind), _) if kind.ends_with("+xml") || kind.ends_with("/xml") => Self::Inner,
            (Some(_), _) => Self::Undeclared,
            (None, _) => return None,
        })
    }
}

/// Returns the base of markup in a single element, such as Atom's `div`.
fn base_within(markup: &str) -> Option<String> {
    let markup = markup.trim_ascii_start();
    let tag = markup.get(..=markup.find('>')?).filter(|tag| tag.contains("xml:base"))?;
    let mut base = None;
    walk(tag, |_, _| false, &mut |element| base = element.attribute("xml:base").map(str::to_owned));
    base
}

/// Reads an enclosure from the attributes of RSS, Atom and Media RSS.
fn attachment<'e>(element: &'e Element<'_>) -> Attachment<'e> {
    // Some write the kind of media ("image") in place of the type.
    let media = element.attribute("type").filter(|media| media.contains('/'));
    let bytes = element.attribute("length").or_else(|| element.attribute("fileSize"));
    Attachment {
        label: element.attribute("title").unwrap_or_default(),
        media: media.unwrap_or_default(),
        bytes: bytes.and_then(|bytes| bytes.trim().parse().ok()),
    }
}

/// Returns the text of an element, decoding base 64: where Atom 0.3 declares it, and where Atom 1.0 has a type that is
/// not text. Returns `None` if the result is not text, but for example an image.
pub(super) fn decoded<'e>(element: &'e Element<'_>) -> Option<Cow<'e, str>> {
    let is_binary = |kind: &str| kind.contains('/') && !kind.starts_with("text/") && !kind.contains("xml");
    let is_coded = element.attribute("mode") == Some("base64")
        || element.attribute("mode").is_none()
            && element.attribute("type").is_some_and(|kind| kind == "base64" || is_binary(kind));
    if !is_coded {
        return Some(Cow::Borrowed(&element.text));
    }
    let code: String = element.text.split_ascii_whitespace().collect();
    match BASE64_STANDARD.decode(code) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Some(Cow::Owned(text)),
            // A short word may look like base 64.
            Err(_) if element.name != "content" => Some(Cow::Borrowed(&element.text)),
            Err(_) => None,
        },
        Err(_) => Some(Cow::Borrowed(&element.text)),
    }
}

/// Returns a name in lower case, as most are written.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// Sets a plain value if the alias takes precedence.
fn value(fields: &mut Fields, alias: Alias, text: &str) {
    if fields.wants(alias) {
        fields.start_value();
        fields.plain(alias, text);
    }
}

/// Sets the base of relative links from here on.
fn rebase(fields: &mut Fields, base: &str) {
    if let Some(base) = link::join(fields.base(), base) {
        fields.declared_base = Some(base);
    }
}

/// Returns the name in `mail@example.org (Name)` or `Name <mail@example.org>`.
pub(in crate::feed) fn person_name(text: &str) -> &str {
    let text = text.trim();
    let within = text.split_once('(').and_then(|(before, rest)| {
        let name = rest.strip_suffix(')')?.trim();
        (before.contains('@') && !name.is_empty()).then_some(name)
    });
    let before = text.split_once('<').filter(|(name, rest)| rest.contains('@') && !name.trim().is_empty());
    within.or(before.map(|(name, _)| name.trim())).unwrap_or(text)
}
