//! JSON-LD and other JSON in the scripts of a page: schema.org's postings, lists and events, and arrays of objects with
//! a title and an address.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::entry::Entry;
use super::links::{Base, key_of};
use crate::feed::{date, html};
use crate::release::{Date, Precision};

/// The most entries of one script.
const MOST: usize = 20_000;
/// The deepest values that are searched.
const DEEPEST: usize = 24;
/// Types of entries; events end in `Event`.
const POSTINGS: [&str; 17] = [
    "Article",
    "NewsArticle",
    "BlogPosting",
    "Report",
    "PressRelease",
    "TechArticle",
    "ScholarlyArticle",
    "SocialMediaPosting",
    "LiveBlogPosting",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "SpecialAnnouncement",
    "VideoObject",
    "PodcastEpisode",
    "DiscussionForumPosting",
];
/// Types whose lists are not of entries.
const NO_LISTS: [&str; 8] =
    ["BreadcrumbList", "SiteNavigationElement", "FAQPage", "OfferCatalog", "HowTo", "Recipe", "Product", "Menu"];
/// Members that lead to entries.
const LEADS: [&str; 13] = [
    "@graph",
    "mainEntity",
    "itemListElement",
    "item",
    "hasPart",
    "blogPost",
    "blogPosts",
    "blogPosting",
    "event",
    "events",
    "episode",
    "subEvent",
    "dataFeedElement",
];

/// What the scripts of schema.org say.
#[derive(Debug, Default)]
pub struct Data {
    pub entries: Vec<Entry>,
    /// Whether the entries are in a list.
    pub is_list: bool,
    /// Whether an entry is the page itself, or has its text.
    pub is_article: bool,
    /// The number of postings, in lists or not.
    pub postings: usize,
}

/// Reads scripts of JSON-LD.
pub fn read(scripts: &[&str], base: &Base) -> Data {
    let mut data = Data::default();
    let mut seen = FxHashSet::default();
    for script in scripts {
        if let Some(value) = parse(script) {
            collect(&value, base, false, 0, &mut data, &mut seen);
        }
    }
    data
}

/// Parses the first JSON value of a script: without a comment around it, or what follows it.
fn parse(script: &str) -> Option<Value> {
    let mut text = script.trim();
    for (open, close) in [("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>"), ("/*<![CDATA[*/", "/*]]>*/")]
    {
        if let Some(inner) = text.strip_prefix(open) {
            text = inner.trim().strip_suffix(close).unwrap_or(inner).trim();
        }
    }
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok();
    first(text).or_else(|| {
        // Line breaks within strings.
        let mended: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        first(&mended)
    })
}

fn types(value: &Value) -> Vec<&str> {
    let names: Vec<&Value> = match value.get("@type") {
        Some(Value::Array(names)) => names.iter().collect(),
        Some(name) => vec![name],
        None => Vec::new(),
    };
    names
        .into_iter()
        .filter_map(|name| name.as_str())
        .map(|name| name.rsplit(['/', '#', ':']).next().unwrap_or(name))
        .collect()
}

fn collect(value: &Value, base: &Base, is_listed: bool, depth: usize, data: &mut Data, seen: &mut FxHashSet<String>) {
    if depth > DEEPEST || data.entries.len() >= MOST {
        return;
    }
    if let Value::Array(values) = value {
        for value in values {
            collect(value, base, is_listed, depth + 1, data, seen);
        }
        return;
    }
    if !value.is_object() {
        return;
    }
    let types = types(value);
    let is = |names: &[&str]| types.iter().any(|name| names.contains(name));
    if is(&NO_LISTS) {
        return;
    }
    let is_event = types.iter().any(|name| name.ends_with("Event"));
    let is_posting = is(&POSTINGS) || is_event;
    let is_other = types.iter().any(|name| ["Organization", "Person", "Place", "ImageObject", "Offer"].contains(name));
    let is_item = is(&["ListItem"]) && value.get("item").is_none_or(|item| !item.is_object());
    let is_page = is_listed && is(&["WebPage", "CreativeWork", "Dataset", "DigitalDocument"]);
    if is_posting || (is_listed && (is_item || is_page)) {
        data.postings += usize::from(is_posting);
        if let Some(entry) = entry(value, base, is_event) {
            let is_own = !entry.address.is_empty() && base.is_page(&entry.address);
            data.is_article |= is_posting
                && !is_listed
                && (is_own || value.get("articleBody").is_some_and(|body| text_of(body).len() > 400));
            let is_whole = !entry.title.is_empty() && !entry.address.is_empty() && !is_own;
            if is_whole && seen.insert(key_of(&entry.address)) {
                data.is_list |= is_listed;
                data.entries.push(entry);
            }
        }
        return;
    }
    if is_other {
        return;
    }
    let is_list = is(&["ItemList", "CollectionPage", "Blog", "DataFeed", "Collection"]);
    for name in LEADS {
        if let Some(inner) = value.get(name) {
            let is_of_list = matches!(name, "itemListElement" | "blogPost" | "blogPosts");
            let is_listed = (is_listed || is_list) && name != "@graph" || is_of_list;
            collect(inner, base, is_listed, depth + 1, data, seen);
        }
    }
}

/// Returns the text of a value: a string, a number, or the name of an object.
fn text_of(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => return values.iter().map(text_of).find(|text| !text.is_empty()).unwrap_or_default(),
        Value::Object(_) => {
            return ["name", "@value", "headline", "title"]
                .iter()
                .filter_map(|key| value.get(key))
                .map(text_of)
                .next()
                .unwrap_or_default();
        }
        _ => return String::new(),
    };
    let text = if html::is_markup(&text) { html::to_text(&text) } else { text };
    super::tree::collapse(&text)
}

fn first_text(value: &Value, keys: &[&str]) -> String {
    keys.iter().filter_map(|key| value.get(key)).map(text_of).find(|text| !text.is_empty()).unwrap_or_default()
}

fn address_of(value: &Value, base: &Base) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) => value.get("@id").or_else(|| value.get("url"))?.as_str().map(str::to_owned),
        _ => None,
    };
    let keys = ["url", "mainEntityOfPage", "item", "@id"];
    let resolve = |text: String| {
        let is_address = text.contains('/') && !text.starts_with('#') && !text.starts_with("_:");
        is_address
            .then(|| base.resolve(&text).or_else(|| Some(text.clone()).filter(|text| base.is_page(text))))
            .flatten()
    };
    keys.iter().filter_map(|key| value.get(key)).filter_map(text).find_map(resolve).unwrap_or_default()
}

fn date_of(value: &Value, keys: &[&str]) -> Option<Date> {
    keys.iter().filter_map(|key| value.get(key)).find_map(|value| match value {
        Value::String(text) => date::parse(text.trim()).filter(|date| date.precision() >= Precision::Month),
        Value::Number(number) => {
            number.as_i64().filter(|number| *number > 10_000_000).and_then(|number| date::from_number(number).ok())
        }
        Value::Object(_) => value.get("@value")?.as_str().and_then(date::parse),
        _ => None,
    })
}

fn entry(value: &Value, base: &Base, is_event: bool) -> Option<Entry> {
    let title = first_text(value, &["headline", "name", "title"]);
    let dates: &[&str] =
        if is_event { &["startDate"] } else { &["datePublished", "dateCreated", "uploadDate", "datePosted"] };
    let place = value.get("contentLocation").or_else(|| value.get("locationCreated")).or_else(|| value.get("location"));
    let place = place.map(|place| place_of(place, is_event)).unwrap_or_default();
    let topics = ["articleSection", "genre", "keywords"]
        .iter()
        .filter_map(|key| value.get(key))
        .map(topics_of)
        .find(|topics| !topics.is_empty());
    let entry = Entry {
        title,
        address: address_of(value, base),
        date: date_of(value, dates),
        topics: topics.unwrap_or_default(),
        place,
        summary: first_text(value, &["description", "abstract", "alternativeHeadline"]),
        author: value.get("author").map(text_of).unwrap_or_default(),
    };
    (!entry.title.is_empty() || !entry.address.is_empty()).then_some(entry)
}

fn place_of(place: &Value, is_event: bool) -> String {
    let name = text_of(place);
    let place = place.as_array().and_then(|places| places.first()).unwrap_or(place);
    let address = place.get("address").filter(|address| is_event && address.is_object());
    let parts = address.into_iter().flat_map(|address| {
        ["addressLocality", "addressRegion", "addressCountry"]
            .into_iter()
            .filter_map(|key| address.get(key))
            .map(text_of)
    });
    std::iter::once(name).chain(parts).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn topics_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => {
            values.iter().map(text_of).filter(|text| !text.is_empty() && text.len() < 120).take(12).collect()
        }
        other => {
            let text = text_of(other);
            text.split(',')
                .map(|topic| topic.trim().to_owned())
                .filter(|topic| !topic.is_empty() && topic.len() < 120)
                .take(12)
                .collect()
        }
    }
}

/// Keys of the title, the address and the date in the state of a page.
const TITLES: [&str; 5] = ["title", "headline", "name", "heading", "subject"];
const ADDRESSES: [&str; 8] = ["url", "link", "href", "permalink", "path", "canonicalUrl", "uri", "webUrl"];
const DATES: [&str; 14] = [
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "publishedDate",
    "publicationDate",
    "published",
    "date",
    "pubDate",
    "firstPublishedAt",
    "createdAt",
    "created_at",
    "releaseDate",
    "displayDate",
];

/// Reads the state that a page keeps in scripts of JSON. Returns the best array of entries: the longest with dates, or
/// else the longest.
pub fn state(scripts: &[&str], base: &Base) -> Vec<Entry> {
    let mut best: Vec<Entry> = Vec::new();
    let rate = |entries: &[Entry]| (entries.iter().filter(|entry| entry.date.is_some()).count(), entries.len());
    for script in scripts {
        let Some(value) = parse(script) else { continue };
        let mut open = vec![(&value, 0)];
        while let Some((value, depth)) = open.pop() {
            if depth > DEEPEST * 2 {
                continue;
            }
            if let Value::Array(values) = value {
                let entries: Vec<Entry> = values.iter().take(MOST).filter_map(|value| of_state(value, base)).collect();
                if entries.len() * 10 >= values.len() * 6 && rate(&entries) > rate(&best) {
                    best = entries;
                }
            }
            match value {
                Value::Array(values) => open.extend(values.iter().map(|value| (value, depth + 1))),
                Value::Object(members) => open.extend(members.values().map(|value| (value, depth + 1))),
                _ => {}
            }
        }
    }
    let mut seen = FxHashSet::default();
    best.retain(|entry| seen.insert(key_of(&entry.address)));
    let dated = best.iter().filter(|entry| entry.date.is_some()).count();
    if dated * 2 >= best.len().max(1) { best } else { Vec::new() }
}

fn of_state(value: &Value, base: &Base) -> Option<Entry> {
    // Some keep the fields of an entry one level below.
    let value = ["node", "attributes", "fields"]
        .iter()
        .find_map(|key| value.get(key).filter(|inner| inner.is_object()))
        .unwrap_or(value);
    let title = first_text(value, &TITLES);
    let address = ADDRESSES
        .iter()
        .filter_map(|key| value.get(key))
        .filter_map(Value::as_str)
        .find_map(|text| base.resolve(text))?;
    let topics = ["tags", "categories", "category", "topics", "topic", "section"]
        .iter()
        .filter_map(|key| value.get(key))
        .map(topics_of)
        .find(|topics| !topics.is_empty());
    let entry = Entry {
        title,
        address,
        date: date_of(value, &DATES),
        topics: topics.unwrap_or_default(),
        place: first_text(value, &["location", "place", "city"]),
        summary: first_text(value, &["description", "summary", "excerpt", "teaser", "abstract", "lead"]),
        author: String::new(),
    };
    (!entry.title.is_empty()).then_some(entry)
}
