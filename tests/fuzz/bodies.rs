//! The bodies: each takes any bytes and asserts what must hold for them.

use serde::Serialize;
use serde_json::json;
use tidings::feed::{date, opml};
use tidings::query;
use tidings::release::Release;
use tidings::text::CleanBuf;

use super::reading::{Reading, assert_line, check, read, read_in_pieces};

/// A whole document: JSON in all its forms, XML, packed or in any character set.
pub fn document(data: &[u8]) {
    let whole = read(data);
    check(&whole);
    let pieces = read_in_pieces(data);
    assert_eq!(whole.releases, pieces.releases, "the releases differ in pieces");
    assert_eq!(whole.is_refused, pieces.is_refused, "the refusal differs in pieces");
    // How far a document is read that is refused, or after its end, may depend on the pieces; so may the reported
    // character set.
    let others = |reading: &Reading| reading.problems.iter().filter(|problem| !problem.contains("was read as")).count();
    assert!(
        whole.is_refused || others(&whole) == others(&pieces),
        "in pieces it has other problems: {:?} {:?}",
        whole.problems,
        pieces.problems
    );
    read_back(&whole);
}

/// Any bytes below a header: a table is never refused, nor are its rows.
pub fn rows(data: &[u8]) {
    let text = [b"title,date,summary,link\nOne,2020-01-01,text,https://example.org/1\n".as_slice(), data].concat();
    document(&text);
}

/// Markup, in every field that may contain some.
pub fn markup(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let json = json!({"items": [
        {"title": text, "content_html": text, "tags": [text]},
        {"title": "t", "summary": text, "authors": [{"name": text}], "_tidings": {"place": text}},
    ]});
    let whole = read(json.to_string().as_bytes());
    check(&whole);
    assert!(!whole.is_refused && !whole.releases.is_empty(), "{text:?}");
    let atom = format!(
        "<feed><entry><title type='html'><![CDATA[{text}]]></title><content type='xhtml'>{text}</content></entry>\
        <entry><title>last</title></entry></feed>"
    );
    check(&read(atom.as_bytes()));
    read_back(&whole);
}

/// A list of feeds: every line is clean, and the list can be written and read back.
pub fn list(data: &[u8]) {
    let Ok(list) = opml::read(&mut { data }) else { return };
    for one in &list.subscriptions {
        assert!(!one.title.is_empty() && one.address.as_str().starts_with("http"), "{one:?}");
        for line in [&one.title, &one.address, &one.site].into_iter().chain(&one.categories) {
            assert_line(line.as_str());
        }
    }
    let mut written = Vec::new();
    opml::write("list", &list.subscriptions, &mut written).expect("memory");
    if !list.subscriptions.is_empty() {
        let again = opml::read(&mut written.as_slice()).expect("a list");
        assert_eq!(again.subscriptions, list.subscriptions);
    }
}

/// A date: a date that was read prints to a text that reads back to it.
pub fn date(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(read) = date::parse(&text) else { return };
    assert_eq!(date::parse(&read.to_string()), Some(read), "{text:?}");
    // Seconds since 1970, within ten thousand years and a day of offset.
    assert!((-70_000_000_000_i64..=260_000_000_000).contains(&read.instant()), "{text:?} {read}");
}

/// A query: a query that was parsed prints to a text that parses to the same, and errors point into the text.
pub fn query(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match query::parse(&text) {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(query::parse(&printed).ok(), Some(query), "{text:?} {printed:?}");
        }
        Err(error) => assert!(text.get(error.span.clone()).is_some(), "{text:?} {error:?}"),
    }
}

/// Checks that the releases, written as plain JSON, are read back as the same.
fn read_back(reading: &Reading) {
    if reading.releases.is_empty() {
        return;
    }
    let items: Vec<Item<'_>> = reading.releases.iter().map(item).collect();
    let again = read(serde_json::to_string(&items).expect("JSON").as_bytes());
    assert_eq!(again.problems, Vec::<String>::new());
    let read_again: Vec<Item<'_>> = again.releases.iter().map(item).collect();
    assert_eq!(read_again, items);
}

/// A release in the names of JSON Feed and of the extension object, which first declares how to read the texts.
#[derive(Debug, PartialEq, Serialize)]
struct Item<'r> {
    _tidings: Extension<'r>,
    title: &'r str,
    url: &'r str,
    summary: &'r str,
    content_text: &'r str,
    author: &'r str,
    tags: Vec<&'r str>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Extension<'r> {
    plain: bool,
    id: Option<&'r str>,
    place: &'r str,
    date: Option<String>,
}

fn item(release: &Release) -> Item<'_> {
    Item {
        _tidings: Extension {
            plain: true,
            id: Some(release.id.as_str()).filter(|id| !id.is_empty()),
            place: release.place.as_str(),
            date: release.date.map(|date| date.to_string()),
        },
        title: release.title.as_str(),
        url: release.url.as_str(),
        summary: release.summary.as_str(),
        content_text: release.body.as_str(),
        author: release.author.as_str(),
        tags: release.topics.iter().map(CleanBuf::as_str).collect(),
    }
}
