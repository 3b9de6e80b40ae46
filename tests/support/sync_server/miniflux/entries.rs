//! Entries of Miniflux: lists of ids, contents, marks.

use std::collections::HashMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

use super::super::http::{Answer, Asked, Fields};
use super::super::json;
use super::super::model::{Entry, Model};
use super::super::switches::spend;
use super::{body, done, feeds, ok, refuse};

/// The greatest number of entries in an answer.
const MOST: usize = 1000;

/// A page of ids, greatest first.
pub fn ids(model: &Model, user: usize, asked: &Asked) -> Answer {
    let fields = asked.parameters();
    let status = fields.last("status");
    if status.is_some_and(|status| status != "read" && status != "unread") {
        return refuse(400, "invalid status parameter, must be \"read\" or \"unread\"");
    }
    let starred = fields.last("starred");
    if starred.is_some_and(|starred| starred != "true" && starred != "false") {
        return refuse(400, "invalid starred parameter, must be \"true\" or \"false\"");
    }
    let page = model.switches.page;
    let limit = fields.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(0);
    let limit = if limit == 0 || limit > page { page } else { limit };
    let offset = fields.number("offset").and_then(|offset| usize::try_from(offset).ok()).unwrap_or(0);
    let is_wanted = |entry: &Entry| {
        status.is_none_or(|status| entry.is_read == (status == "read"))
            && starred.is_none_or(|starred| entry.is_starred == (starred == "true"))
            && model.is_visible(entry)
    };
    let mut out = String::from("\"entry_ids\":[");
    let mut total = 0;
    for (id, _) in model.users[user].entries.iter().rev().filter(|(_, entry)| is_wanted(entry)) {
        if total >= offset && total < offset + limit {
            write!(out, "{}{id}", if total == offset { "" } else { "," }).expect("memory");
        }
        total += 1;
    }
    ok(200, format!("{{\"total\":{total},{out}]}}"))
}

/// What a request for entries asks for. Numbers that do not parse are ignored.
struct Filter<'a> {
    status: Vec<&'a str>,
    starred: Option<bool>,
    feed: Option<u64>,
    folder: Option<u64>,
    topics: Vec<&'a str>,
    words: Vec<Vec<(bool, String)>>,
    published: (Option<i64>, Option<i64>),
    changed: (Option<i64>, Option<i64>),
    is_visible_only: bool,
}

impl<'a> Filter<'a> {
    fn new(fields: &'a Fields) -> Self {
        let number = |name| fields.number(name).and_then(|number| u64::try_from(number).ok());
        Self {
            status: fields.all("status").collect(),
            starred: fields.last("starred").and_then(|text| text.parse().ok()),
            feed: number("feed_id"),
            folder: number("category_id"),
            topics: fields.all("tags").collect(),
            words: fields.last("search").map(words).unwrap_or_default(),
            published: (fields.number("published_after"), fields.number("published_before")),
            changed: (fields.number("changed_after"), fields.number("changed_before")),
            is_visible_only: fields.last("globally_visible") == Some("true"),
        }
    }

    fn takes(&self, model: &Model, user: usize, entry: &Entry) -> bool {
        let between = |(after, before): (Option<i64>, Option<i64>), micros: i64| {
            after.is_none_or(|after| micros > after * 1_000_000)
                && before.is_none_or(|before| micros < before * 1_000_000)
        };
        let feed = || model.users[user].feeds.get(&entry.feed);
        model.is_visible(entry)
            && (self.status.is_empty() || self.status.contains(&if entry.is_read { "read" } else { "unread" }))
            && self.starred.is_none_or(|starred| entry.is_starred == starred)
            && self.feed.is_none_or(|feed| entry.feed == feed)
            && self.folder.is_none_or(|folder| feed().is_some_and(|feed| feed.folder == folder))
            && self.topics.iter().all(|topic| entry.item.topics.iter().any(|known| known == topic))
            && between(self.published, entry.item.published * 1_000_000)
            && between(self.changed, entry.changed)
            && (!self.is_visible_only || feed().is_some_and(|feed| !feed.is_hidden))
            && (self.words.is_empty() || self.rank(entry) > 0)
    }

    /// How many of the wanted words stand in an entry; 0 if it is no hit.
    fn rank(&self, entry: &Entry) -> usize {
        let words: Vec<String> = split(&format!("{} {}", entry.item.title, entry.item.text)).collect();
        let text = format!(" {} ", words.join(" "));
        let has = |phrase: &str| text.contains(&format!(" {phrase} "));
        let part = |part: &Vec<(bool, String)>| {
            let fits = part.iter().all(|(is_wanted, phrase)| has(phrase) == *is_wanted);
            if fits { part.iter().map(|(_, phrase)| phrase.split(' ').count()).sum() } else { 0 }
        };
        self.words.iter().map(part).max().unwrap_or(0)
    }
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Reads a search as PostgreSQL reads one of the web: words, phrases in quotes, `or` and `-word`.
fn words(search: &str) -> Vec<Vec<(bool, String)>> {
    let mut parts: Vec<Vec<(bool, String)>> = vec![Vec::new()];
    let mut rest = search.trim();
    while !rest.is_empty() {
        let (is_wanted, text) = rest.strip_prefix('-').map_or((true, rest), |text| (false, text));
        let (word, after, is_phrase) = match text.strip_prefix('"') {
            Some(text) => text.split_once('"').map_or((text, "", true), |(word, after)| (word, after, true)),
            None => text.split_once(' ').map_or((text, "", false), |(word, after)| (word, after, false)),
        };
        rest = after.trim_start();
        if !is_phrase && word.eq_ignore_ascii_case("or") {
            parts.push(Vec::new());
            continue;
        }
        let phrase = split(word).collect::<Vec<_>>().join(" ");
        if !phrase.is_empty() {
            parts.last_mut().expect("a part").push((is_wanted, phrase));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

pub fn list(model: &Model, user: usize, asked: &Asked) -> Answer {
    let fields = asked.parameters();
    let limit = fields.number("limit").unwrap_or(100);
    let Ok(limit) = usize::try_from(if limit <= 0 { 1000 } else { limit }) else { return refuse(400, "bad limit") };
    if limit > MOST {
        return refuse(400, "limit value should be <= 1000");
    }
    if fields.all("status").any(|status| status != "read" && status != "unread") {
        return refuse(400, "invalid entry status, valid status values are: \"read\" and \"unread\"");
    }
    let filter = Filter::new(&fields);
    if filter.folder.is_some_and(|folder| !model.users[user].folders.contains_key(&folder)) {
        return refuse(400, "invalid category ID");
    }
    let order = fields.last("order").unwrap_or("published_at");
    let key: fn(u64, &Entry) -> i64 = match order {
        "id" => |id, _| i64::try_from(id).unwrap_or(i64::MAX),
        "changed_at" => |_, entry| entry.changed,
        "created_at" => |_, entry| entry.created,
        "published_at" => |_, entry| entry.item.published,
        "status" => |_, entry| i64::from(!entry.is_read),
        "title" | "author" | "category_title" | "category_id" => |_, _| 0,
        _ => return refuse(400, "invalid entry order"),
    };
    let number = |name| fields.number(name).and_then(|number| u64::try_from(number).ok());
    let from = number("after_entry_id").map_or(0, |after| after.saturating_add(1));
    let to = number("before_entry_id").unwrap_or(u64::MAX).max(from);
    let entries = &model.users[user].entries;
    let mut hits: Vec<(u64, &Entry)> = entries
        .range(from..to)
        .map(|(id, entry)| (*id, entry))
        .filter(|(_, entry)| filter.takes(model, user, entry))
        .collect();
    let is_descending = fields.last("direction") == Some("desc");
    hits.sort_by_key(|(id, entry)| if is_descending { -key(*id, entry) } else { key(*id, entry) });
    if !filter.words.is_empty() {
        hits.sort_by_key(|(_, entry)| std::cmp::Reverse(filter.rank(entry)));
    }
    let total = hits.len();
    let offset = fields.number("offset").and_then(|offset| usize::try_from(offset).ok()).unwrap_or(0);
    let page = hits.into_iter().skip(offset).take(limit);
    let mut out = format!("{{\"total\":{total},\"entries\":[");
    // Every entry contains its feed.
    let mut feeds = HashMap::new();
    for (n, (id, entry)) in page.enumerate() {
        if n > 0 {
            out.push(',');
        }
        let feed = feeds.entry(entry.feed).or_insert_with(|| feeds::object(model, user, entry.feed, true));
        push(&mut out, model, user, id, entry, feed);
    }
    out.push_str("]}");
    ok(200, out)
}

pub fn one(model: &Model, user: usize, id: u64) -> Answer {
    let Some(entry) = model.users[user].entries.get(&id).filter(|entry| model.is_visible(entry)) else {
        return refuse(404, "resource not found");
    };
    let mut out = String::new();
    push(&mut out, model, user, id, entry, &feeds::object(model, user, entry.feed, true));
    ok(200, out)
}

fn push(out: &mut String, model: &Model, user: usize, id: u64, entry: &Entry, feed: &str) {
    let item = &entry.item;
    let time = |micros| json::time(micros, model.switches.time_zone);
    let user = user + 1;
    let status = if entry.is_read { "read" } else { "unread" };
    write!(out, "{{\"id\":{id},\"user_id\":{user},\"feed_id\":{},\"status\":\"{status}\",\"hash\":\"", entry.feed)
        .expect("memory");
    for byte in entry.hash {
        write!(out, "{byte:02x}").expect("memory");
    }
    out.push_str("\",\"title\":");
    json::go(out, &item.title);
    out.push_str(",\"url\":");
    json::go(out, &without_tracking(&item.link));
    out.push_str(",\"comments_url\":\"\",\"language\":");
    json::go(out, &item.language);
    let published = time(item.published * 1_000_000);
    let (created, changed) = (time(entry.created), time(entry.changed));
    write!(out, ",\"published_at\":{published},\"created_at\":{created},\"changed_at\":{changed},\"content\":")
        .expect("memory");
    if model.switches.media_proxy {
        json::go(out, &through_proxy(&item.text));
    } else {
        json::go(out, &item.text);
    }
    out.push_str(",\"author\":");
    json::go(out, &item.author);
    let starred = entry.is_starred;
    write!(out, ",\"share_code\":\"\",\"starred\":{starred},\"reading_time\":1,\"enclosures\":").expect("memory");
    let file = |file: &super::super::model::Enclosure| {
        format!(
            "{{\"id\":1,\"user_id\":{user},\"entry_id\":{id},\"url\":{},\"mime_type\":{},\"size\":{},\
             \"media_progression\":0}}",
            json::go_string(&file.address),
            json::go_string(&file.media),
            file.size
        )
    };
    out.push_str(&json::list(item.enclosures.iter().map(file)));
    // The publisher's order is lost.
    let mut topics: Vec<&str> =
        item.topics.iter().map(|topic| topic.trim()).filter(|topic| !topic.is_empty()).collect();
    topics.sort_unstable();
    topics.dedup();
    write!(out, ",\"feed\":{feed},\"tags\":{}}}", json::list(topics.into_iter().map(json::go_string))).expect("memory");
}

/// An address without the parameters that trace where a reader came from.
fn without_tracking(address: &str) -> String {
    let Some((page, query)) = address.split_once('?') else { return address.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|field| !field.starts_with("utm_")).collect();
    if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) }
}

/// A text whose pictures come through the server's proxy if they are not https.
fn through_proxy(text: &str) -> String {
    let mut parts = text.split("src=\"http://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap_or((part, ""));
        let (signature, code) = (STANDARD.encode("signature"), URL_SAFE.encode(format!("http://{address}")));
        write!(out, "src=\"http://server.example/proxy/{signature}/{code}\"{rest}").expect("memory");
    }
    out
}

/// Changes marks. Ids that do not exist are skipped without a sign.
pub fn mark(model: &mut Model, user: usize, asked: &Asked) -> Answer {
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let Some(ids) = body["entry_ids"].as_array().filter(|ids| !ids.is_empty()) else {
        return refuse(400, "the list of entries cannot be empty");
    };
    let Some(ids) = ids.iter().map(Value::as_i64).collect::<Option<Vec<i64>>>() else {
        return refuse(400, "json: cannot unmarshal into Go struct field of type int64");
    };
    let starred = body["starred"].as_bool().filter(|_| !model.switches.too_old);
    let is_read = match body["status"].as_str() {
        Some("read") => Some(true),
        Some("unread") => Some(false),
        Some(_) => return refuse(400, "invalid entry status, valid status values are: \"read\" and \"unread\""),
        None => None,
    };
    if is_read.is_none() && starred.is_none() {
        return refuse(400, "either the status or the starred field must be specified");
    }
    if spend(&mut model.switches.ignore_marks) {
        return done();
    }
    let now = model.now();
    let (requests, switches) = (model.requests, &model.switches);
    let entries = &mut model.users[user].entries;
    for id in ids.into_iter().filter_map(|id| u64::try_from(id).ok()) {
        let entry = entries.get_mut(&id).filter(|entry| entry.visible <= requests && !switches.deaf.contains(&id));
        if let Some(entry) = entry {
            entry.is_read = is_read.unwrap_or(entry.is_read);
            entry.is_starred = starred.unwrap_or(entry.is_starred);
            entry.changed = now;
        }
    }
    done()
}

/// Reverses a star: a request that no client should use.
pub fn toggle_star(model: &mut Model, user: usize, id: u64) -> Answer {
    let Some(entry) = model.users[user].entries.get_mut(&id) else {
        return refuse(500, "store: nothing has been updated");
    };
    entry.is_starred = !entry.is_starred;
    done()
}
