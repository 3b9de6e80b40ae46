//! The rules of JSON Feed 1.1 (jsonfeed.org/version/1.1), and the detection of JSON Feed.

use memchr::memmem;
use serde_json::Value;

use super::bounded::{self, Object};
use super::{Checker, FeedFormat, RuleId, dates, is_absolute, quoted};
use crate::feed::html;

/// Larger member values are not checked.
const LARGEST: usize = 1 << 20;
/// The most members checked in the document and in an item.
const MEMBERS: usize = 256;
const VERSIONS: [(&str, &str); 2] =
    [("https://jsonfeed.org/version/1", "1"), ("https://jsonfeed.org/version/1.1", "1.1")];

/// The expected type of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Url,
    Date,
    Boolean,
    Number,
    Texts,
    Author,
    Authors,
    Attachments,
    Hubs,
    Id,
    Items,
}

const FEED: &[(&str, Kind)] = &[
    ("version", Kind::Text),
    ("title", Kind::Text),
    ("home_page_url", Kind::Url),
    ("feed_url", Kind::Url),
    ("description", Kind::Text),
    ("user_comment", Kind::Text),
    ("next_url", Kind::Url),
    ("icon", Kind::Url),
    ("favicon", Kind::Url),
    ("author", Kind::Author),
    ("authors", Kind::Authors),
    ("language", Kind::Text),
    ("expired", Kind::Boolean),
    ("hubs", Kind::Hubs),
    ("items", Kind::Items),
];
const ITEM: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("url", Kind::Url),
    ("external_url", Kind::Url),
    ("title", Kind::Text),
    ("content_html", Kind::Text),
    ("content_text", Kind::Text),
    ("summary", Kind::Text),
    ("image", Kind::Url),
    ("banner_image", Kind::Url),
    ("date_published", Kind::Date),
    ("date_modified", Kind::Date),
    ("author", Kind::Author),
    ("authors", Kind::Authors),
    ("tags", Kind::Texts),
    ("language", Kind::Text),
    ("attachments", Kind::Attachments),
];
const ATTACHMENT: &[(&str, Kind)] = &[
    ("url", Kind::Url),
    ("mime_type", Kind::Text),
    ("title", Kind::Text),
    ("size_in_bytes", Kind::Number),
    ("duration_in_seconds", Kind::Number),
];

impl Kind {
    /// Whether a value has this JSON type.
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Url | Self::Date => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Author => value.is_object(),
            Self::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            Self::Authors | Self::Attachments | Self::Hubs => {
                value.as_array().is_some_and(|list| list.iter().all(Value::is_object))
            }
            Self::Id => true,
            Self::Items => value.is_array(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Url | Self::Date | Self::Id => "a string",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Author => "an object",
            Self::Texts => "a list of strings",
            Self::Authors | Self::Attachments | Self::Hubs => "a list of objects",
            Self::Items => "a list",
        }
    }
}

/// What is known about a JSON document.
#[derive(Debug, Default)]
pub(super) struct Document {
    is_decided: bool,
    /// Key, position and value. No value if the reader descends into it, or if it is too large.
    members: Vec<(String, u64, Option<Value>)>,
    /// The number of values in them.
    kept: usize,
}

impl Document {
    pub fn is_undecided(&self) -> bool {
        !self.is_decided
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.members.iter().find(|(name, ..)| name == key).and_then(|(.., value)| value.as_ref())
    }

    fn has(&self, key: &str) -> bool {
        self.members.iter().any(|(name, ..)| name == key)
    }
}

impl Checker {
    pub(super) fn json_member(&mut self, key: &str, byte: u64, value: Option<&[u8]>) {
        if self.object.members.len() >= MEMBERS {
            return;
        }
        let value =
            value.filter(|text| text.len() <= LARGEST).and_then(|text| bounded::member(text, &mut self.object.kept));
        if self.object.has(key) {
            self.log.add_at(RuleId::JsonRepeatedKey, None, Some(byte), &quoted(key));
        }
        self.object.members.push((key.to_owned(), byte, value));
        // Members after the items come when the format is already decided.
        if self.object.is_decided && matches!(self.form, FeedFormat::JsonFeed(_)) {
            self.log.leave();
            self.feed_member(self.object.members.len() - 1);
        }
    }

    /// Decides the format of the document from what is known when its first item arrives.
    pub(super) fn decide_json(&mut self, item: Option<&[u8]>) {
        self.object.is_decided = true;
        if self.form == FeedFormat::JsonLines {
            return;
        }
        let object = &self.object;
        let version = object.value("version").and_then(Value::as_str).unwrap_or_default();
        let says_so = version.contains("jsonfeed") || ["home_page_url", "feed_url"].iter().any(|key| object.has(key));
        let first = item.and_then(|text| serde_json::from_slice::<Object>(text).ok());
        let own = ["content_html", "content_text", "date_published", "external_url", "banner_image"];
        let is_alike = first.is_some_and(|first| first.0.iter().any(|(key, _)| own.contains(&key.as_str())));
        if !(says_so || (is_alike && object.has("items"))) {
            self.form = FeedFormat::Json;
            return;
        }
        let known = VERSIONS.iter().find(|(address, _)| version.trim_end_matches('/') == *address);
        self.form = FeedFormat::JsonFeed(known.map_or("", |(_, name)| name).to_owned());
        for at in 0..self.object.members.len() {
            self.feed_member(at);
        }
    }

    /// Checks a member of the feed itself.
    fn feed_member(&mut self, at: usize) {
        let Some((key, byte, value)) = self.object.members.get(at).cloned() else { return };
        let Some(kind) = kind(FEED, &key) else {
            if !key.starts_with('_') {
                self.log.add_at(RuleId::JsonFeedUnknown, None, Some(byte), &quoted(&key));
            }
            return;
        };
        let Some(value) = value else { return };
        let log = &mut self.log;
        let mut add = |rule, detail: &str| log.add_at(rule, None, Some(byte), detail);
        member(&key, kind, &value, &mut add);
        match (key.as_str(), value.as_str()) {
            ("version", Some(version)) => {
                if !VERSIONS.iter().any(|(address, _)| *address == version) {
                    add(RuleId::JsonFeedVersionWrong, &quoted(version));
                }
                if let Some((_, name)) = VERSIONS.iter().find(|(address, _)| *address == version) {
                    self.form = FeedFormat::JsonFeed((*name).to_owned());
                }
            }
            ("title", Some(title)) if html::is_markup(title) => add(RuleId::JsonFeedTitleMarkup, &quoted(title)),
            ("language", Some(language)) => self.summary.language(language),
            _ => {}
        }
        let is_new = self.form == FeedFormat::JsonFeed("1.1".to_owned());
        if key == "author" && is_new && !self.object.has("authors") {
            self.log.add_at(RuleId::JsonFeedAuthor, None, Some(byte), "");
        }
    }

    pub(super) fn json_item(&mut self, text: &[u8]) {
        // The reader reports invalid JSON.
        let Ok(Object(members)) = serde_json::from_slice::<Object>(text) else { return };
        for (n, (key, _)) in members.iter().enumerate().take(MEMBERS) {
            if members.iter().take(n).any(|(other, _)| other == key) {
                self.log.add(RuleId::JsonRepeatedKey, Some(place(text, key)), &quoted(key));
            }
        }
        for (key, value) in members.iter().take(MEMBERS) {
            self.category(key, value, text);
        }
        let FeedFormat::JsonFeed(version) = &self.form else { return };
        // Without a list of items, the document itself was read as a release.
        if self.object.members.iter().all(|(.., value)| value.is_some()) {
            return;
        }
        let is_new = version == "1.1";
        let has = |key: &str| members.iter().any(|(name, _)| name == key);
        for (key, value) in members.iter().take(MEMBERS) {
            let at = place(text, key);
            let Some(kind) = kind(ITEM, key) else {
                if !key.starts_with('_') {
                    self.log.add(RuleId::JsonFeedUnknown, Some(at), &quoted(key));
                }
                continue;
            };
            let log = &mut self.log;
            let mut add = |rule, detail: &str| log.add(rule, Some(at), detail);
            member(key, kind, value, &mut add);
            match (key.as_str(), value.as_str()) {
                ("title", Some(title)) if html::is_markup(title) => add(RuleId::JsonFeedTitleMarkup, &quoted(title)),
                ("content_text" | "summary", Some(body)) if html::is_markup(body) && !is_plain(&members) => {
                    add(RuleId::JsonFeedTextMarkup, &format!("{key}: {}", quoted(body)));
                }
                ("language", Some(language)) => self.summary.language(language),
                ("author", _) if is_new && !has("authors") => add(RuleId::JsonFeedAuthor, ""),
                _ => {}
            }
        }
        let id = members.iter().find(|(key, _)| key == "id").map(|(_, value)| value);
        match id {
            None | Some(Value::Null) => self.log.add(RuleId::JsonFeedIdMissing, None, ""),
            Some(Value::String(text)) if text.trim().is_empty() => self.log.add(RuleId::JsonFeedIdMissing, None, ""),
            Some(Value::String(_)) => {}
            Some(other) => self.log.add(RuleId::JsonFeedIdType, Some(place(text, "id")), &quoted(&other.to_string())),
        }
        if !has("content_html") && !has("content_text") {
            self.log.add(RuleId::JsonFeedContentMissing, None, "");
        }
    }

    /// Checks for empty topics in any of the members that hold topics.
    fn category(&mut self, key: &str, value: &Value, text: &[u8]) {
        let is_topic = ["tags", "topic", "topics", "category", "categories", "section", "keywords"].contains(&key);
        let is_empty = |value: &Value| value.as_str().is_some_and(|name| name.trim().is_empty());
        if is_topic && (is_empty(value) || value.as_array().is_some_and(|list| list.iter().any(is_empty))) {
            self.log.add(RuleId::CategoryEmpty, Some(place(text, key)), "");
        }
    }

    pub(super) fn finish_json(&mut self) {
        if self.object.is_undecided() {
            self.decide_json(None);
        }
        if !matches!(self.form, FeedFormat::JsonFeed(_)) {
            return;
        }
        let required = [
            ("version", RuleId::JsonFeedVersionMissing),
            ("title", RuleId::JsonFeedTitleMissing),
            ("items", RuleId::JsonFeedItemsMissing),
        ];
        for (key, rule) in required {
            if !self.object.has(key) {
                self.log.add(rule, None, "");
            }
        }
    }
}

/// Whether the item is marked, as tidings writes it, to contain no markup whatever its texts look like.
fn is_plain(members: &[(String, Value)]) -> bool {
    members.iter().any(|(key, value)| key == "_tidings" && value.get("plain").and_then(Value::as_bool) == Some(true))
}

fn kind(known: &[(&str, Kind)], key: &str) -> Option<Kind> {
    known.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
}

/// Returns the position of a key, as far as it can be found without parsing.
fn place(text: &[u8], key: &str) -> usize {
    memmem::find(text, format!("\"{key}\"").as_bytes()).unwrap_or(0)
}

/// Checks the value of a member.
fn member(key: &str, kind: Kind, value: &Value, add: &mut dyn FnMut(RuleId, &str)) {
    if !kind.fits(value) {
        return add(RuleId::JsonFeedType, &format!("{key} is {}, expected {}", type_name(value), kind.name()));
    }
    let objects = || value.as_array().into_iter().flatten();
    match (kind, value.as_str()) {
        (Kind::Url, Some(url)) if !is_absolute(url) => add(RuleId::JsonFeedUrl, &format!("{key}: {}", quoted(url))),
        (Kind::Date, Some(date)) => {
            if let Err(why) = dates::rfc3339(&date.to_ascii_uppercase()) {
                add(RuleId::JsonFeedDate, &format!("{key}: {}: {why}", quoted(date)));
            }
        }
        (Kind::Author, _) => author(value, add),
        (Kind::Authors, _) => objects().for_each(|one| author(one, add)),
        (Kind::Attachments, _) => objects().for_each(|one| attachment(one, add)),
        _ => {}
    }
}

fn author(author: &Value, add: &mut dyn FnMut(RuleId, &str)) {
    let known = [("name", Kind::Text), ("url", Kind::Url), ("avatar", Kind::Url)];
    if !known.iter().any(|(key, _)| author.get(key).is_some()) {
        add(RuleId::JsonFeedAuthorEmpty, "");
    }
    for (key, kind) in known {
        if let Some(value) = author.get(key) {
            member(key, kind, value, add);
        }
    }
}

fn attachment(attachment: &Value, add: &mut dyn FnMut(RuleId, &str)) {
    for key in ["url", "mime_type"].into_iter().filter(|key| attachment.get(key).is_none()) {
        add(RuleId::JsonFeedAttachment, &format!("{key} is missing"));
    }
    for (key, kind) in ATTACHMENT {
        if let Some(value) = attachment.get(key) {
            member(key, *kind, value, add);
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
