//! The content of fixtures according to their authors, as one list of values.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use serde_json::Value as Json;

/// The fields that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The title of the feed.
    Feed,
    Title,
    Link,
    Date,
    Id,
    Topics,
    Text,
}

/// An expected value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// Seconds since 1970.
    Instant(i64),
    /// All topics.
    All(Vec<String>),
    /// One of the topics.
    Among(String),
    /// The field is missing.
    Nothing,
}

/// One expectation.
#[derive(Debug, Clone)]
pub struct Want {
    /// Index of the item; 0 if it concerns the feed.
    pub item: usize,
    pub field: Field,
    pub value: Value,
}

/// A fixture with its expectations.
pub struct Fixture {
    pub path: PathBuf,
    pub wants: Vec<Want>,
}

impl Want {
    pub fn new(item: usize, field: Field, value: Value) -> Self {
        Self { item, field, value }
    }
}

/// A list of expectations under construction.
#[derive(Default)]
pub struct Wants(pub Vec<Want>);

impl Wants {
    fn text(&mut self, item: usize, field: Field, json: &Json) {
        if let Some(text) = json.as_str().filter(|text| !text.trim().is_empty()) {
            self.0.push(Want::new(item, field, Value::Text(text.to_owned())));
        }
    }

    /// Adds topics given as texts.
    fn topics<'j>(&mut self, item: usize, topics: impl Iterator<Item = &'j Json>) {
        let topics: Vec<String> = topics.filter_map(Json::as_str).map(str::to_owned).collect();
        if !topics.is_empty() {
            self.0.push(Want::new(item, Field::Topics, Value::All(topics)));
        }
    }

    /// Adds the first that is a date.
    fn date(&mut self, item: usize, dates: &[&Json]) {
        let date = dates.iter().filter_map(|date| date.as_str()).find_map(instant);
        self.0.extend(date.map(|date| Want::new(item, Field::Date, Value::Instant(date))));
    }
}

/// Parses an RFC 3339 or RFC 2822 date into seconds since 1970.
pub fn instant(text: &str) -> Option<i64> {
    let date = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    date.ok().map(|date| date.timestamp())
}

/// Returns the first of these members that is not null.
fn first<'j>(json: &'j Json, names: &[&str]) -> &'j Json {
    names.iter().map(|name| &json[*name]).find(|value| !value.is_null()).unwrap_or(&Json::Null)
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

/// Returns the link with the relation `alternate`, or null.
fn alternate(links: &Json) -> &Json {
    let rel = |link: &&Json| link["rel"].as_str().is_none_or(|rel| rel == "alternate");
    list(links).iter().find(rel).map_or(&Json::Null, |link| &link["href"])
}

/// Reads the model of `feed-rs`, serialised as `X.serde.json`.
pub fn feed_rs(json: &Json) -> Vec<Want> {
    let mut wants = Wants::default();
    wants.text(0, Field::Feed, &json["title"]["content"]);
    for (n, item) in list(&json["entries"]).iter().enumerate() {
        wants.text(n, Field::Title, &item["title"]["content"]);
        wants.text(n, Field::Link, alternate(&item["links"]));
        wants.date(n, &[&item["published"], &item["updated"]]);
        wants.text(n, Field::Id, &item["id"]);
        wants.topics(n, list(&item["categories"]).iter().map(|topic| first(topic, &["label", "term"])));
        wants.text(n, Field::Text, &item["summary"]["content"]);
        wants.text(n, Field::Text, &item["content"]["body"]);
    }
    wants.0
}

/// Reads the results of `gofeed`'s parsers for RSS, Atom and JSON Feed.
pub fn gofeed(json: &Json) -> Vec<Want> {
    let mut wants = Wants::default();
    wants.text(0, Field::Feed, &json["title"]);
    for (n, item) in list(first(json, &["items", "entries"])).iter().enumerate() {
        wants.text(n, Field::Title, &item["title"]);
        wants.text(
            n,
            Field::Link,
            if item["links"][0].is_object() { alternate(&item["links"]) } else { first(item, &["link", "url"]) },
        );
        let dates = ["publishedParsed", "pubDateParsed", "date_published", "updatedParsed", "date_modified"];
        wants.date(n, &dates.map(|name| &item[name]));
        wants.text(n, Field::Id, if item["guid"].is_null() { &item["id"] } else { &item["guid"]["value"] });
        let topics = list(first(item, &["categories", "tags"])).iter();
        wants.topics(
            n,
            topics.map(|topic| if topic.is_string() { topic } else { first(topic, &["label", "term", "value"]) }),
        );
        for text in ["description", "summary", "content_html", "content_text"] {
            wants.text(n, Field::Text, &item[text]);
        }
        wants.text(
            n,
            Field::Text,
            if item["content"].is_object() { &item["content"]["value"] } else { &item["content"] },
        );
    }
    wants.0
}

/// Reads the results of `rss-parser`.
pub fn rss_parser(json: &Json) -> Vec<Want> {
    let mut wants = Wants::default();
    wants.text(0, Field::Feed, &json["feed"]["title"]);
    for (n, item) in list(&json["feed"]["items"]).iter().enumerate() {
        wants.text(n, Field::Title, &item["title"]);
        wants.text(n, Field::Link, &item["link"]);
        wants.date(n, &[&item["isoDate"]]);
        wants.text(n, Field::Id, first(item, &["guid", "id"]));
        let topics = list(&item["categories"]).iter();
        wants.topics(n, topics.map(|topic| if topic.is_string() { topic } else { first(topic, &["_"]) }));
        for text in ["content", "content:encoded", "summary"] {
            wants.text(n, Field::Text, &item[text]);
        }
    }
    wants.0
}

/// Reads the data from which `rss-bridge` wrote the items.
pub fn rss_bridge(json: &Json) -> Vec<Want> {
    let mut wants = Wants::default();
    wants.text(0, Field::Feed, &json["meta"]["name"]);
    for (n, item) in list(&json["items"]).iter().enumerate() {
        wants.text(n, Field::Title, &item["title"]);
        wants.text(n, Field::Link, &item["uri"]);
        wants.0.extend(item["timestamp"].as_i64().map(|date| Want::new(n, Field::Date, Value::Instant(date))));
        wants.text(n, Field::Id, first(item, &["uid", "uri"]));
        wants.topics(n, list(&item["categories"]).iter());
        wants.text(n, Field::Text, &item["content"]);
    }
    wants.0
}

/// Returns all files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Reads the JSON in a file.
pub fn json(path: &Path) -> Option<Json> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
