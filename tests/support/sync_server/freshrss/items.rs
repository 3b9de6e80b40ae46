//! The contents of entries of FreshRSS.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::super::http::{Answer, Fields};
use super::super::json;
use super::super::model::{Entry, Item, Model};
use super::super::switches::spend;
use super::{JSON, STATE, bad_request, item_id};

/// The room for the topics of an entry in the database.
const TOPICS: usize = 2048;
/// Where texts are cut, without a sign.
const TEXT: usize = 500_000;

pub fn contents(model: &mut Model, user: usize, form: &Fields, parameters: &Fields) -> Answer {
    let ids: BTreeSet<u64> = form.all("i").filter_map(item_id).collect();
    if form.all("i").next().is_none() {
        return bad_request();
    }
    if ids.len() > model.switches.most_contents {
        return Answer::new(500, "", "");
    }
    let is_empty = spend(&mut model.switches.empty_contents);
    let now = model.now() / 1_000_000;
    let mut out = format!("{{\n\t\"id\": \"{STATE}reading-list\",\n\t\"updated\": {now},\n\t\"items\": [\n");
    let account = &model.users[user];
    let hits = ids.iter().filter_map(|id| Some((*id, account.entries.get(id)?)));
    let mut hits: Vec<(u64, &Entry)> = hits
        .filter(|(id, entry)| !is_empty && model.is_visible(entry) && !model.switches.withheld.contains(id))
        .collect();
    // The order asked for is not kept.
    if parameters.last("r") != Some("o") {
        hits.reverse();
    }
    for (n, (id, entry)) in hits.into_iter().enumerate() {
        if n > 0 {
            out.push_str(",\n");
        }
        push(&mut out, model, user, id, entry);
    }
    Answer::new(200, JSON, out + "\n\t]\n}\n")
}

fn push(out: &mut String, model: &Model, user: usize, id: u64, entry: &Entry) {
    let account = &model.users[user];
    let (item, feed) = (&entry.item, &account.feeds[&entry.feed]);
    let folder = account.folders.get(&feed.folder).map_or("", String::as_str);
    let site = model.publishers.get(&feed.address).map_or("", |publisher| &publisher.site);
    let php = json::php_string;
    let mut categories = vec![format!("{STATE}reading-list"), format!("user/-/label/{folder}")];
    categories.extend(entry.is_read.then(|| format!("{STATE}read")));
    categories.extend(entry.is_starred.then(|| format!("{STATE}starred")));
    categories.extend(entry.labels.iter().map(|label| format!("user/-/label/{label}")));
    categories.extend(topics(item));
    let link = php(&item.link);
    write!(
        out,
        "{{\"id\":\"tag:google.com,2005:reader/item/{id:016x}\",\"crawlTimeMsec\":\"{}\",\"timestampUsec\":\"{id}\",\
         \"published\":{},\"title\":{},\"canonical\":[{{\"href\":{link}}}],\"alternate\":[{{\"href\":{link}}}],\
         \"categories\":{},\"origin\":{{\"streamId\":\"feed/{}\",\"htmlUrl\":{},\"title\":{}}},\
         \"summary\":{{\"content\":",
        id / 1000,
        item.published,
        php(&wide(&item.title)),
        json::list(categories.iter().map(|category| php(category))),
        entry.feed,
        php(site),
        php(&wide(&feed.title))
    )
    .expect("memory");
    json::php(out, &text(item));
    out.push('}');
    if !item.author.is_empty() {
        write!(out, ",\"author\":{}", php(&wide(&item.author))).expect("memory");
    }
    if !item.enclosures.is_empty() {
        let files = item.enclosures.iter().map(|file| {
            let address = php(&encoded(&file.address));
            let length = if file.size == 0 { String::new() } else { format!(",\"length\":{}", file.size) };
            format!("{{\"href\":{address},\"type\":{}{length}}}", php(&file.media))
        });
        write!(out, ",\"enclosure\":{}", json::list(files)).expect("memory");
    }
    out.push('}');
}

/// The letters of HTML come as wide ones in titles and names.
pub fn wide(text: &str) -> String {
    text.replace('&', "＆").replace('<', "＜").replace('>', "＞")
}

fn encoded(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The publisher's topics: split at commas and number signs, each once, as many as there is room for.
fn topics(item: &Item) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for topic in item.topics.iter().flat_map(|topic| topic.split([',', '#'])) {
        let topic = topic.trim();
        if !topic.is_empty() && !known.iter().any(|known| known == topic) {
            known.push(topic.to_owned());
        }
    }
    let mut room = TOPICS;
    for topic in &mut known {
        let fits = topic.len().min(room.saturating_sub(2));
        topic.truncate((0..=fits).rev().find(|end| topic.is_char_boundary(*end)).unwrap_or(0));
        room = room.saturating_sub(topic.len() + 2);
    }
    known.retain(|topic| !topic.is_empty());
    known
}

/// The text, with the attached files at its end.
fn text(item: &Item) -> String {
    let mut text = item.text.to_string();
    if text.len() > TEXT {
        text.truncate((0..=TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0));
    }
    for file in &item.enclosures {
        let address = encoded(&file.address);
        write!(
            text,
            "\n<figure class=\"enclosure\"><p class=\"enclosure-content\"><audio preload=\"none\" src=\"{address}\" \
             data-length=\"{}\" data-type=\"{}\" controls=\"controls\" title=\"\"></audio> \
             <a download=\"\" href=\"{address}\">💾</a></p></figure>\n",
            file.size, file.media
        )
        .expect("memory");
    }
    text
}
