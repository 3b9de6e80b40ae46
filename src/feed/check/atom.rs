//! The rules of Atom 1.0 (RFC 4287).

use super::xml::Item;
use super::{Checker, RuleId, dates, is_absolute, quoted};
use crate::feed::html;
use crate::feed::xml::walk::Element;

/// Elements that may occur at most once.
const SINGLE: [&str; 12] = [
    "id",
    "title",
    "updated",
    "published",
    "content",
    "summary",
    "rights",
    "source",
    "subtitle",
    "generator",
    "icon",
    "logo",
];

impl Checker {
    pub(super) fn atom_feed_element(&mut self, element: &Element<'_>, byte: Option<u64>) {
        if element.prefix != self.document.own {
            return;
        }
        *self.document.seen.entry(element.name.to_owned()).or_default() += 1;
        self.document.has_author |= element.name == "author";
        self.document.has_self |= element.name == "link" && element.attribute("rel") == Some("self");
        let has_base = self.document.has_base;
        let log = &mut self.log;
        atom_element(element, has_base, &mut |rule, detail| log.add_at(rule, None, byte, detail));
    }

    pub(super) fn atom_feed(&mut self) {
        // A document may be a single entry.
        if self.document.root.is_empty() {
            return;
        }
        let required =
            [("id", RuleId::AtomFeedId), ("title", RuleId::AtomFeedTitle), ("updated", RuleId::AtomFeedUpdated)];
        for (name, rule) in required {
            if !self.document.seen.contains_key(name) {
                self.log.add(rule, None, "");
            }
        }
        if !self.document.has_self {
            self.log.add(RuleId::AtomFeedSelf, None, "");
        }
        self.repeated_in_feed(&SINGLE, RuleId::AtomRepeated);
    }

    pub(super) fn atom_element(&mut self, element: &Element<'_>, item: &mut Item) {
        let has_base = self.document.has_base || item.has_base;
        let log = &mut self.log;
        atom_element(element, has_base, &mut |rule, detail| log.add(rule, Some(element.at), detail));
        match element.name {
            "author" => item.has_author = true,
            "source" => item.has_author |= element.children.iter().any(|(name, _)| *name == "author"),
            "link" => item.has_alternate |= element.attribute("rel").is_none_or(|rel| rel == "alternate"),
            "id" => element.text.trim().clone_into(&mut item.id),
            "updated" => element.text.trim().clone_into(&mut item.updated),
            _ => {}
        }
    }

    pub(super) fn atom_entry(&mut self, item: &Item) {
        let required =
            [("id", RuleId::AtomEntryId), ("title", RuleId::AtomEntryTitle), ("updated", RuleId::AtomEntryUpdated)];
        for (name, rule) in required {
            if !item.has(name) {
                self.log.add(rule, None, "");
            }
        }
        if !item.has("content") && !item.has_alternate {
            self.log.add(RuleId::AtomLink, None, "");
        }
        if !item.has_author && !self.document.has_author {
            self.log.add(RuleId::AtomAuthor, None, "");
        }
        self.repeated(item, &SINGLE, RuleId::AtomRepeated);
        if item.id.is_empty() {
            return;
        }
        let version = format!("{}\n{}", item.id, item.updated);
        if let Some(earlier) = self.ids.see(&version, self.log.item()) {
            let detail = format!("{}, as in item {earlier}", quoted(&item.id));
            self.log.add(RuleId::AtomIdDuplicate, None, &detail);
        }
    }
}

/// Checks what applies to an element of the feed and of an entry.
fn atom_element(element: &Element<'_>, has_base: bool, add: &mut dyn FnMut(RuleId, &str)) {
    let text = element.text.trim();
    let attribute = |name| element.attribute(name).map(str::trim).filter(|value| !value.is_empty());
    match element.name {
        "title" | "subtitle" | "summary" | "rights" | "content" => atom_text(element, add),
        "id" if !is_absolute(text) => add(RuleId::AtomIri, &quoted(text)),
        "updated" | "published" => {
            if let Err(why) = dates::rfc3339(text) {
                add(RuleId::AtomDate, &format!("{}: {}: {why}", element.name, quoted(text)));
            }
        }
        "category" if attribute("term").is_none() => add(RuleId::AtomTerm, &quoted(text)),
        "author" | "contributor" if element.child("name").is_none() => add(RuleId::AtomPerson, &quoted(text)),
        "link" => match attribute("href") {
            None => add(RuleId::AtomHref, &quoted(text)),
            Some(href) if !has_base && attribute("xml:base").is_none() && !is_absolute(href) => {
                add(RuleId::AtomLinkRelative, &quoted(href));
            }
            Some(_) => {}
        },
        _ => {}
    }
}

/// Checks text constructs and content.
fn atom_text(element: &Element<'_>, add: &mut dyn FnMut(RuleId, &str)) {
    let kind = element.attribute("type").unwrap_or("text");
    let is_content = element.name == "content";
    match kind {
        "text" | "html" => {
            if let Some((child, _)) = element.children.first() {
                add(RuleId::AtomChildren, &format!("<{child}> in {}", element.name));
            } else if kind == "text" && html::is_markup(&element.text) {
                add(RuleId::AtomTextMarkup, &format!("{}: {}", element.name, quoted(&element.text)));
            }
        }
        "xhtml" => {
            let is_div = matches!(&element.children[..], [(name, _)] if *name == "div");
            if !is_div {
                add(RuleId::AtomDiv, element.name);
            }
        }
        // Content may have any media type.
        other if is_content && other.contains('/') => {}
        other => add(RuleId::AtomType, &format!("{}: {}", element.name, quoted(other))),
    }
}
