//! The lists of ids of FreshRSS.

use std::fmt::Write;

use super::super::http::{Answer, Fields};
use super::super::model::{Entry, Model};
use super::{HTML, STATE};

/// What a stream holds. An unknown one holds everything: no version refuses it.
enum Stream {
    All,
    Read(bool),
    Starred,
    Feed(u64),
    Folder(u64),
    Label(String),
    Nothing,
}

fn stream(model: &Model, user: usize, name: &str) -> Stream {
    let user = &model.users[user];
    if let Some(feed) = name.strip_prefix("feed/") {
        let by_address = || user.feeds.iter().find(|(_, known)| known.address == feed).map(|(id, _)| *id);
        return feed.parse().ok().or_else(by_address).map_or(Stream::Nothing, Stream::Feed);
    }
    if let Some(label) = name.strip_prefix("user/-/label/") {
        let folder = user.folders.iter().find(|(_, title)| *title == label);
        return match folder {
            Some((id, _)) => Stream::Folder(*id),
            None if user.labels.contains(label) => Stream::Label(label.to_owned()),
            None if model.switches.all_for_unknown_label => Stream::All,
            None => Stream::Nothing,
        };
    }
    match name.strip_prefix(STATE) {
        Some("starred") => Stream::Starred,
        Some("read") if !model.switches.all_for_read => Stream::Read(true),
        Some("unread") if !model.switches.all_for_read => Stream::Read(false),
        _ => Stream::All,
    }
}

/// A page of ids, greatest first.
pub fn ids(model: &Model, user: usize, parameters: &Fields) -> Answer {
    let stream = stream(model, user, parameters.last("s").unwrap_or_default());
    let state = |name| parameters.last(name).and_then(|tag| tag.strip_prefix(STATE));
    let (without, only) = (state("xt"), state("it"));
    let has = |entry: &Entry, tag: Option<&str>| match tag {
        Some("read") => Some(entry.is_read),
        Some("unread") => Some(!entry.is_read),
        Some("starred") => Some(entry.is_starred),
        _ => None,
    };
    let account = &model.users[user];
    let seconds =
        |name| parameters.number(name).filter(|seconds| *seconds > 0).map(|seconds| seconds.saturating_mul(1_000_000));
    let (from, to) = match (seconds("ot"), seconds("nt")) {
        // Both together are joined by OR, which leaves nothing out.
        (Some(_), Some(_)) => (None, None),
        bounds => bounds,
    };
    let is_shown = |entry: &Entry| !account.feeds.get(&entry.feed).is_some_and(|feed| feed.is_hidden);
    let is_in = |entry: &Entry| match &stream {
        Stream::Feed(feed) => entry.feed == *feed,
        Stream::Nothing => false,
        _ if !is_shown(entry) => false,
        Stream::All => true,
        Stream::Read(is_read) => entry.is_read == *is_read,
        Stream::Starred => entry.is_starred,
        Stream::Folder(folder) => account.feeds.get(&entry.feed).is_some_and(|feed| feed.folder == *folder),
        Stream::Label(label) => entry.labels.contains(label),
    };
    let continuation: Option<u64> = parameters.last("c").and_then(|text| text.parse().ok());
    let hits = account.entries.range(..=continuation.unwrap_or(u64::MAX)).rev().filter(|(id, entry)| {
        let id = i64::try_from(**id).unwrap_or(i64::MAX);
        model.is_visible(entry)
            && is_in(entry)
            && has(entry, without) != Some(true)
            && has(entry, only) != Some(false)
            && from.is_none_or(|from| id >= from)
            && to.is_none_or(|to| id <= to)
    });
    // The first row is dropped as the last of the page before, whether it is that or not.
    let hits = hits.map(|(id, _)| *id).skip(usize::from(continuation.is_some()));
    let n = parameters.number("n").unwrap_or(20);
    let limit = usize::try_from(n).ok().filter(|n| *n > 0).unwrap_or(usize::MAX);
    let mut out = String::from("{\"itemRefs\":[");
    let (mut count, mut last) = (0, 0);
    for id in hits.take(limit) {
        write!(out, "{}{{\"id\":\"{id}\"}}", if count == 0 { "" } else { "," }).expect("memory");
        (count, last) = (count + 1, id);
    }
    out.push(']');
    if count > 0 && (count == limit || limit == usize::MAX) {
        write!(out, ",\"continuation\":\"{last}\"").expect("memory");
    }
    Answer::new(200, HTML, out + "}\n")
}
