//! The rules of RSS 0.9x and 2.0 (cyber.harvard.edu/rss/rss.html) and of RSS 1.0 (web.resource.org/rss/1.0/spec).

use super::xml::Item;
use super::{Checker, FeedFormat, RuleId, dates, is_absolute, is_web, quoted};
use crate::feed::html;
use crate::feed::xml::walk::Element;

/// The elements of a channel, and of an item, up to RSS 2.0.
const CHANNEL: [&str; 21] = [
    "title",
    "link",
    "description",
    "language",
    "copyright",
    "managingEditor",
    "webMaster",
    "pubDate",
    "lastBuildDate",
    "category",
    "generator",
    "docs",
    "cloud",
    "ttl",
    "image",
    "rating",
    "textInput",
    "textinput",
    "skipHours",
    "skipDays",
    "items",
];
const ITEM: [&str; 11] = [
    "title",
    "link",
    "description",
    "author",
    "category",
    "comments",
    "enclosure",
    "guid",
    "pubDate",
    "source",
    "expirationDate",
];
/// Elements that may occur only once.
const SINGLE: [&str; 9] =
    ["title", "link", "description", "author", "comments", "guid", "pubDate", "source", "lastBuildDate"];

impl Checker {
    /// Checks an element of the channel, or beside it.
    pub(super) fn rss_feed_element(&mut self, element: &Element<'_>, byte: Option<u64>) {
        if element.prefix != self.document.own {
            return;
        }
        let text = element.text.trim();
        let is_empty = text.is_empty() && matches!(element.name, "title" | "link" | "description");
        if !is_empty {
            *self.document.seen.entry(element.name.to_owned()).or_default() += 1;
        }
        let mut add = |rule, detail: &str| self.log.add_at(rule, None, byte, detail);
        match element.name {
            "title" if html::is_markup(text) => add(RuleId::RssTitleMarkup, &quoted(text)),
            "link" if !text.is_empty() && !is_absolute(text) => add(RuleId::RssLink, &quoted(text)),
            "category" if text.is_empty() && element.attributes.is_empty() => add(RuleId::CategoryEmpty, ""),
            "pubDate" | "lastBuildDate" => {
                if let Err(why) = dates::rfc822(text) {
                    add(RuleId::RssDate, &format!("{}: {}: {why}", element.name, quoted(text)));
                }
            }
            "image" if self.form != FeedFormat::Rdf10 && element.attribute("rdf:resource").is_none() => {
                for name in ["url", "title", "link"].into_iter().filter(|name| element.child(name).is_none()) {
                    add(RuleId::RssImage, &format!("{name} is missing"));
                }
            }
            name if matches!(self.form, FeedFormat::Rss(_))
                && !CHANNEL.contains(&name)
                && element.attribute("xmlns").is_none() =>
            {
                add(RuleId::RssUnknown, &quoted(name));
            }
            _ => {}
        }
    }

    /// Checks that the channel has its required elements.
    pub(super) fn rss_feed(&mut self) {
        if !self.document.has_channel {
            return self.log.add(RuleId::RssChannelMissing, None, "");
        }
        self.required([
            ("title", RuleId::RssTitleMissing),
            ("link", RuleId::RssLinkMissing),
            ("description", RuleId::RssDescriptionMissing),
        ]);
        self.repeated_in_feed(&SINGLE, RuleId::RssRepeated);
    }

    pub(super) fn rdf_feed(&mut self) {
        self.required([
            ("title", RuleId::RdfChannelTitle),
            ("link", RuleId::RdfChannelLink),
            ("description", RuleId::RdfChannelDescription),
        ]);
        if self.form == FeedFormat::Rdf10 {
            self.required([("items", RuleId::RdfChannelItems)]);
            if !self.document.has_about {
                self.log.add(RuleId::RdfAbout, None, "of the channel");
            }
        }
    }

    fn required<const N: usize>(&mut self, elements: [(&str, RuleId); N]) {
        for (name, rule) in elements {
            if !self.document.seen.contains_key(name) {
                self.log.add(rule, None, "");
            }
        }
    }

    pub(super) fn repeated_in_feed(&mut self, single: &[&str], rule: RuleId) {
        let repeated = self.document.seen.iter().filter(|(name, count)| **count > 1 && single.contains(&name.as_str()));
        let repeated: Vec<String> = repeated.map(|(name, count)| format!("{count} of {}", quoted(name))).collect();
        for detail in repeated {
            self.log.add(rule, None, &detail);
        }
    }

    pub(super) fn repeated(&mut self, item: &Item, single: &[&str], rule: RuleId) {
        for (name, count) in item.seen.iter().filter(|(name, count)| **count > 1 && single.contains(&name.as_str())) {
            self.log.add(rule, None, &format!("{count} of {}", quoted(name)));
        }
    }

    /// Checks an element of an item.
    pub(super) fn rss_element(&mut self, element: &Element<'_>, item: &mut Item) {
        let text = element.text.trim();
        let mut add = |rule, detail: &str| self.log.add(rule, Some(element.at), detail);
        let is_unescaped = !element.children.is_empty() && matches!(element.name, "title" | "description");
        if is_unescaped {
            add(RuleId::RssUnescaped, &format!("<{}> in {}", element.children[0].0, element.name));
        }
        match element.name {
            "title" | "description" => {
                item.has_text |= !text.is_empty() || !element.children.is_empty();
                if element.name == "title" && html::is_markup(text) {
                    add(RuleId::RssTitleMarkup, &quoted(text));
                }
            }
            "link" if !text.is_empty() && !is_absolute(text) => add(RuleId::RssLink, &quoted(text)),
            "guid" => {
                item.has_about |= !text.is_empty();
                let is_link = element.attribute("isPermaLink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                if is_link && !text.is_empty() && !is_web(text) {
                    add(RuleId::RssGuidNotUrl, &quoted(text));
                }
            }
            "pubDate" => {
                if let Err(why) = dates::rfc822(text) {
                    add(RuleId::RssDate, &format!("{}: {why}", quoted(text)));
                }
            }
            "category" if text.is_empty() => add(RuleId::CategoryEmpty, ""),
            "author" if !text.is_empty() && !text.contains('@') => add(RuleId::RssAuthor, &quoted(text)),
            "source" if element.attribute("url").is_none_or(|url| url.trim().is_empty()) => add(RuleId::RssSource, ""),
            "enclosure" => {
                let value = |name| element.attribute(name).map(str::trim).filter(|value| !value.is_empty());
                for name in ["url", "length", "type"].into_iter().filter(|name| value(name).is_none()) {
                    add(RuleId::RssEnclosure, &format!("{name} is missing"));
                }
                if let Some(length) = value("length").filter(|length| length.parse::<u64>().is_err()) {
                    add(RuleId::RssEnclosure, &format!("length: {} is not a number", quoted(length)));
                }
            }
            name if !ITEM.contains(&name) && element.attribute("xmlns").is_none() => {
                add(RuleId::RssUnknown, &quoted(name));
            }
            _ => {}
        }
    }

    pub(super) fn rss_item(&mut self, item: &Item) {
        if !item.has_text {
            self.log.add(RuleId::RssItemEmpty, None, "");
        }
        if !item.has_about && !item.has("link") {
            self.log.add(RuleId::RssIdentityMissing, None, "");
        }
        self.repeated(item, &SINGLE, RuleId::RssRepeated);
    }

    pub(super) fn rdf_element(&mut self, element: &Element<'_>, item: &mut Item) {
        let text = element.text.trim();
        if text.is_empty() && element.children.is_empty() && matches!(element.name, "title" | "link") {
            item.seen.remove(element.name);
        }
        match element.name {
            "title" if html::is_markup(text) => self.log.add(RuleId::RssTitleMarkup, Some(element.at), &quoted(text)),
            "link" if !text.is_empty() && !is_absolute(text) => {
                self.log.add(RuleId::RssLink, Some(element.at), &quoted(text));
            }
            _ => {}
        }
    }

    pub(super) fn rdf_item(&mut self, item: &Item) {
        if !item.has("title") {
            self.log.add(RuleId::RdfItemTitle, None, "");
        }
        if !item.has("link") {
            self.log.add(RuleId::RdfItemLink, None, "");
        }
        if self.form == FeedFormat::Rdf10 && !item.has_about {
            self.log.add(RuleId::RdfAbout, None, "of the item");
        }
    }
}
