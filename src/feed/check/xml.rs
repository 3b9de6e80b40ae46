//! What the rules of RSS, Atom and RDF share: the root and its namespaces, the parts of the document, elements by name.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::markup::{Piece, Strict};
use super::{Checker, FeedFormat, RuleId, quoted};
use crate::feed::xml::mend::mend;
use crate::feed::xml::walk::{Element, walk};

/// The namespaces that identify versions.
const ATOM_10: &str = "http://www.w3.org/2005/Atom";
const ATOM_03: &str = "http://purl.org/atom/ns#";
const RSS_10: &str = "http://purl.org/rss/1.0/";

/// What is known about an XML document.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub(super) struct Document {
    /// The root element's name as written.
    pub root: String,
    /// The prefix of the feed's own elements.
    pub own: String,
    /// The character set that the XML declaration names.
    pub encoding: Option<String>,
    pub has_channel: bool,
    /// Whether a base address for relative links is given.
    pub has_base: bool,
    /// How often each of the feed's own elements occurs.
    pub seen: BTreeMap<String, usize>,
    /// Whether the feed has an author, a link to itself, an id for its channel.
    pub has_author: bool,
    pub has_self: bool,
    pub has_about: bool,
    has_entities: bool,
    prefixes: FxHashSet<String>,
    /// Whether the root's end tag has been read.
    is_closed: bool,
}

/// How often each element of an item occurs.
pub(super) type Seen = BTreeMap<String, usize>;

impl Checker {
    pub(super) fn xml_head(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        self.document.encoding = declared(&text);
        self.xml_part(bytes, Piece::Head);
        if self.form == FeedFormat::Unknown {
            self.form = FeedFormat::Xml(self.document.root.clone());
        }
    }

    pub(super) fn xml_rest(&mut self, bytes: &[u8]) {
        self.log.leave();
        self.xml_part(bytes, Piece::Rest);
    }

    /// Checks the parts outside the items.
    fn xml_part(&mut self, bytes: &[u8], piece: Piece) {
        let text = String::from_utf8_lossy(bytes);
        let byte = |at: usize| (piece == Piece::Head).then_some(at as u64);
        if let Err(error) = std::str::from_utf8(bytes) {
            self.log.add_at(RuleId::NotUtf8, None, byte(error.valid_up_to()), "");
        }
        let text = text.trim_start_matches('\u{feff}');
        let log = &mut self.log;
        let mut add = |rule, at, detail: &str| log.add_at(rule, None, byte(at), detail);
        let mut strict = Strict::new(piece, self.document.has_entities, &mut add);
        strict.read(text);
        self.document.has_entities = strict.has_entities;
        let is_container =
            |_: &str, name: &str| matches!(name.to_ascii_lowercase().as_str(), "rss" | "rdf" | "feed" | "channel");
        walk(&mend(text), is_container, &mut |element| {
            if is_container(element.prefix, element.name) {
                self.xml_container(element);
            } else {
                self.xml_prefix(element, byte(element.at));
                self.xml_feed_element(element, byte(element.at));
            }
        });
        let end = format!("</{}", self.document.root);
        self.document.is_closed |= !self.document.root.is_empty() && text.contains(&end);
    }

    /// Checks the root element or the channel.
    fn xml_container(&mut self, element: &Element<'_>) {
        let qualified = qualified(element);
        let is_root = self.document.root.is_empty();
        self.document.has_base |= element.attribute("xml:base").is_some();
        self.declare(element);
        element.prefix.clone_into(&mut self.document.own);
        for name in ["xml:lang", "lang"] {
            if let Some(language) = element.attribute(name) {
                self.summary.language(language);
            }
        }
        if element.name == "channel" {
            self.document.has_channel = true;
            self.document.has_about |= element.attribute("rdf:about").is_some();
        }
        if !is_root {
            return;
        }
        self.document.root = qualified;
        let own = if element.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", element.prefix) };
        let namespace = element.attribute(&own);
        let version = element.attribute("version");
        self.form = match element.name.to_ascii_lowercase().as_str() {
            "rss" => {
                match version {
                    None => self.log.add_at(RuleId::RssVersionMissing, None, Some(element.at as u64), ""),
                    Some("2.0" | "0.90" | "0.91" | "0.92" | "0.93" | "0.94" | "1.0") => {}
                    Some(other) => {
                        self.log.add_at(RuleId::RssVersionUnknown, None, Some(element.at as u64), &quoted(other));
                    }
                }
                FeedFormat::Rss(version.unwrap_or_default().to_owned())
            }
            "rdf" if element.attributes.iter().any(|(_, value)| value == RSS_10) => FeedFormat::Rdf10,
            "rdf" => FeedFormat::Rdf09,
            "feed" if namespace == Some(ATOM_03) || (namespace.is_none() && version == Some("0.3")) => {
                self.log.add_at(RuleId::AtomOld, None, Some(element.at as u64), "");
                FeedFormat::Atom03
            }
            "feed" => {
                if namespace != Some(ATOM_10) {
                    let found = namespace.map(quoted).unwrap_or_default();
                    self.log.add_at(RuleId::AtomNamespace, None, Some(element.at as u64), &found);
                }
                FeedFormat::Atom10
            }
            _ => FeedFormat::Xml(element.name.to_owned()),
        };
    }

    fn declare(&mut self, element: &Element<'_>) {
        let declared = element.attributes.iter().filter_map(|(name, _)| name.strip_prefix("xmlns:"));
        self.document.prefixes.extend(declared.map(str::to_owned));
    }

    fn xml_prefix(&mut self, element: &Element<'_>, byte: Option<u64>) {
        let prefix = element.prefix;
        let is_own = |(name, _): &(String, String)| name.strip_prefix("xmlns:") == Some(prefix);
        let is_known = prefix.is_empty() || prefix == "xml" || self.document.prefixes.contains(prefix);
        if is_known || element.attributes.iter().any(is_own) || self.document.prefixes.len() > 4_096 {
            return;
        }
        let item = byte.and(None);
        match byte {
            Some(_) => self.log.add_at(RuleId::PrefixUndeclared, item, byte, &quoted(prefix)),
            None => self.log.add(RuleId::PrefixUndeclared, Some(element.at), &quoted(prefix)),
        }
        // Each undeclared prefix is reported once.
        self.document.prefixes.insert(prefix.to_owned());
    }

    /// Checks one of the feed's own elements.
    fn xml_feed_element(&mut self, element: &Element<'_>, byte: Option<u64>) {
        let (prefix, name) = (element.prefix, element.name);
        if matches!((prefix, name), ("" | "dc", "language")) {
            self.summary.language(&element.text);
        }
        match self.form {
            FeedFormat::Rss(_) | FeedFormat::Rdf10 | FeedFormat::Rdf09 => self.rss_feed_element(element, byte),
            FeedFormat::Atom10 => self.atom_feed_element(element, byte),
            _ => {}
        }
    }

    pub(super) fn xml_item(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let log = &mut self.log;
        let mut add = |rule, at, detail: &str| log.add(rule, Some(at), detail);
        Strict::new(Piece::Item, self.document.has_entities, &mut add).read(&text);
        let mut elements = Item::default();
        let mut own: Option<String> = None;
        walk(&mend(&text), |_, name| own_item(name), &mut |element| {
            if own_item(element.name) {
                own.get_or_insert_with(|| element.prefix.to_owned());
                elements.has_base |= element.attribute("xml:base").is_some();
                elements.has_about |= element.attribute("rdf:about").or(element.attribute("about")).is_some();
                self.declare(element);
                return;
            }
            self.xml_prefix(element, None);
            if element.name == "language" || element.attribute("xml:lang").is_some() {
                self.summary.language(element.attribute("xml:lang").unwrap_or(&element.text));
            }
            if matches!((element.prefix, element.name), ("dc", "date"))
                && let Err(why) = super::dates::w3cdtf(element.text.trim())
            {
                self.log.add(RuleId::DcDate, Some(element.at), &format!("{}: {why}", quoted(&element.text)));
            }
            let is_own = Some(element.prefix) == own.as_deref();
            if is_own {
                *elements.seen.entry(element.name.to_owned()).or_default() += 1;
            }
            match self.form {
                _ if !is_own => {}
                FeedFormat::Rss(_) => self.rss_element(element, &mut elements),
                FeedFormat::Rdf10 | FeedFormat::Rdf09 => self.rdf_element(element, &mut elements),
                FeedFormat::Atom10 => self.atom_element(element, &mut elements),
                _ => {}
            }
        });
        match self.form {
            FeedFormat::Rss(_) => self.rss_item(&elements),
            FeedFormat::Rdf10 | FeedFormat::Rdf09 => self.rdf_item(&elements),
            FeedFormat::Atom10 => self.atom_entry(&elements),
            _ => {}
        }
    }

    pub(super) fn finish_xml(&mut self) {
        match self.form {
            FeedFormat::Rss(_) => self.rss_feed(),
            FeedFormat::Rdf10 | FeedFormat::Rdf09 => self.rdf_feed(),
            FeedFormat::Atom10 => self.atom_feed(),
            _ => {}
        }
        let document = &self.document;
        let is_utf8 = |name: &str| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii");
        let other = document.encoding.as_deref().filter(|name| !is_utf8(name));
        if let Some(name) = other.filter(|_| !self.has_used && self.log.has_other_than_ascii()) {
            let detail = format!("declared as {}, written in UTF-8", quoted(name));
            self.log.add_at(RuleId::EncodingMismatch, None, Some(0), &detail);
        }
        if !document.is_closed && !document.root.is_empty() && !self.is_cut_off() {
            let detail = format!("the end tag </{}> is missing", document.root);
            self.log.add(RuleId::CutOff, None, &detail);
        }
    }

    fn is_cut_off(&self) -> bool {
        self.log.count(RuleId::CutOff) > 0
    }
}

/// What the rules need to know about an item.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub(super) struct Item {
    pub seen: Seen,
    pub has_base: bool,
    pub has_about: bool,
    /// Whether title and description are not empty.
    pub has_text: bool,
    pub has_alternate: bool,
    pub has_author: bool,
    pub id: String,
    pub updated: String,
}

impl Item {
    pub fn has(&self, name: &str) -> bool {
        self.seen.contains_key(name)
    }
}

fn own_item(name: &str) -> bool {
    ["item", "entry"].iter().any(|item| name.eq_ignore_ascii_case(item))
}

fn qualified(element: &Element<'_>) -> String {
    if element.prefix.is_empty() { element.name.to_owned() } else { format!("{}:{}", element.prefix, element.name) }
}

/// Returns the character set that the XML declaration names.
fn declared(head: &str) -> Option<String> {
    let (declaration, _) = head.trim_start_matches('\u{feff}').trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next()?;
    value.split(quote).nth(1).map(str::to_owned)
}
