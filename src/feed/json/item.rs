//! One item: JSON text in, a [`Release`] out.
//!
//! The release and all buffers are reused from item to item, and values go from the parser straight into them.
//! [`alias`](super::alias) knows the meaning of an item's keys, and the caller knows where the item came from.

use std::borrow::Cow;
use std::str;

use serde::de::{DeserializeSeed, IgnoredAny};
use url::Url;

use super::alias::{Aliases, is_item_like};
use super::mend::mend;
use super::plain;
use super::value::{Keys, Members};
use crate::feed::fields::{Field, Fields, Note};
use crate::feed::rules::{FieldMap, Rules};
use crate::release::{Cause, Release};

/// The result of reading an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A release, in [`ItemReader::release`].
    Release,
    /// Valid JSON, but not a release; the reason.
    NoRelease(&'static str),
    /// Invalid JSON.
    Broken(ItemError),
}

/// Something that makes JSON invalid, at an offset in the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ItemError {
    pub offset: usize,
    pub cause: Cause,
    pub reason: Cow<'static, str>,
}

/// Reads items one after another into the same release.
pub(super) struct ItemReader {
    aliases: Aliases,
    fields: Fields,
}

impl ItemReader {
    /// Makes a reader that cuts texts longer than this.
    pub fn new(longest: usize, rules: &Rules) -> Self {
        Self { aliases: Aliases::new(rules), fields: Fields::within(longest) }
    }

    /// Makes another reader of the same feed.
    pub fn another(&self) -> Self {
        Self { aliases: self.aliases.another(), fields: self.fields.another() }
    }

    /// Sets the base of relative links from now on.
    pub fn set_base(&mut self, base: Url) {
        self.fields.base = Some(base);
    }

    /// Sets the language of items that have none of their own.
    pub fn set_language(&mut self, language: &str) {
        self.fields.set_feed_language(language);
    }

    /// Records that the feed declares itself a JSON Feed, whose plain texts are not searched for markup.
    pub fn set_json_feed(&mut self) {
        self.fields.is_json_feed = true;
    }

    /// Whether the feed declares itself a JSON Feed.
    pub fn is_json_feed(&self) -> bool {
        self.fields.is_json_feed
    }

    /// Whether this key of an object names a title or a date.
    pub fn tells_release(&self, key: &str) -> bool {
        self.aliases.of(key).is_some_and(|(field, _)| matches!(field, Field::Title | Field::Date))
    }

    /// Returns the keys that the user has mapped to fields, and that no item has.
    pub fn unseen(&self) -> Vec<FieldMap> {
        self.aliases.unseen().cloned().collect()
    }

    /// Returns the keys of an object, or none if it is not valid.
    pub fn keys(object: &[u8]) -> Vec<String> {
        let mut keys = Vec::new();
        let mut json = serde_json::Deserializer::from_slice(object);
        let read = Keys(|key: &str| keys.push(key.to_owned())).deserialize(&mut json);
        if read.is_ok() { keys } else { Vec::new() }
    }

    /// Whether an object in a list looks like a release rather than a block of text.
    pub fn is_item_like(&mut self, object: &[u8]) -> bool {
        let mut aliases = Vec::new();
        let mut json = serde_json::Deserializer::from_slice(object);
        let seen = Keys(|key: &str| aliases.extend(self.aliases.of(key))).deserialize(&mut json);
        seen.is_err() || is_item_like(aliases.into_iter())
    }

    /// Returns the item read last.
    pub fn release(&self) -> &Release {
        &self.fields.release
    }

    /// Returns the item read last, which may be exchanged for another one whose buffers can be reused.
    pub fn release_mut(&mut self) -> &mut Release {
        &mut self.fields.release
    }

    /// Returns what was left out of the item read last: "date: ...".
    pub fn notes(&mut self) -> impl Iterator<Item = Note> {
        self.fields.notes.drain(..)
    }

    /// Reads the item at the start of `bytes` without knowing where it ends, which is faster than finding out. Returns
    /// `None` unless everything is valid and a release; [`ItemReader::read`] must then look closer.
    pub fn read_first(&mut self, bytes: &[u8]) -> Option<usize> {
        if bytes.first() != Some(&b'{') {
            return None;
        }
        let length = self.parse_plain(bytes).or_else(|| self.parse(bytes).ok())?;
        self.fields.finish();
        self.is_readable().then_some(length)
    }

    /// Like [`ItemReader::read_first`] by the fast path or the slow one.
    #[cfg(test)]
    pub fn read_first_by(&mut self, bytes: &[u8], is_fast: bool) -> Option<usize> {
        let length = if is_fast { self.parse_plain(bytes) } else { None };
        let length = length.or_else(|| self.parse(bytes).ok())?;
        self.fields.finish();
        self.is_readable().then_some(length)
    }

    /// Reads one item, given as the bytes of one JSON value. The second result is an error that was repaired.
    pub fn read(&mut self, item: &[u8]) -> (Outcome, Option<ItemError>) {
        if let Some(why) = no_object(item) {
            let outcome = check(item).map_or_else(Outcome::Broken, |()| Outcome::NoRelease(why));
            return (outcome, None);
        }
        let mut mended = None;
        if let Err(error) = self.parse(item) {
            let (text, bad_bytes) = lossy(item);
            let item_error = item_error(&text, &error);
            let again = mend(&text).map_or(text, Cow::Owned);
            if self.parse(again.as_bytes()).is_err() {
                return (Outcome::Broken(item_error), None);
            }
            mended = Some(bad_bytes.unwrap_or(item_error));
        }
        self.fields.finish();
        if self.is_readable() {
            (Outcome::Release, mended)
        } else {
            (Outcome::NoRelease("the item has no title, text or link"), mended)
        }
    }

    fn is_readable(&self) -> bool {
        let release = &self.fields.release;
        !(release.title.is_empty() && release.summary.is_empty() && release.url.is_empty())
    }

    /// Like [`ItemReader::parse`], faster, for most valid objects. Returns `None` for the others.
    fn parse_plain(&mut self, text: &[u8]) -> Option<usize> {
        self.fields.clear();
        plain::object(text, &mut self.aliases, &mut self.fields)
    }

    /// Fills the fields from the object at the start. Returns its length. Values that are not needed are not checked
    /// for invalid UTF-8.
    fn parse(&mut self, text: &[u8]) -> serde_json::Result<usize> {
        self.parse_members(text).or_else(|error| {
            if error.is_eof() {
                return Err(error);
            }
            // What is wrong may be in a value that is not needed.
            self.fields.ignores_own = true;
            let parsed = self.parse_members(text);
            self.fields.ignores_own = false;
            parsed
        })
    }

    fn parse_members(&mut self, text: &[u8]) -> serde_json::Result<usize> {
        self.fields.clear();
        let mut json = serde_json::Deserializer::from_slice(text);
        Members { aliases: &mut self.aliases, fields: &mut self.fields }.deserialize(&mut json)?;
        Ok(json.into_iter::<IgnoredAny>().byte_offset())
    }
}

/// Returns the text with invalid UTF-8 replaced, and the first such error.
fn lossy(item: &[u8]) -> (Cow<'_, str>, Option<ItemError>) {
    let invalid = str::from_utf8(item).err().map(|error| ItemError {
        offset: error.valid_up_to(),
        cause: Cause::NotUtf8,
        reason: "invalid UTF-8, replaced with \u{fffd}".into(),
    });
    (String::from_utf8_lossy(item), invalid)
}

/// Returns why a value that is not an object is not a release.
fn no_object(json: &[u8]) -> Option<&'static str> {
    Some(match json.first() {
        Some(b'{') => return None,
        Some(b'[') => "found a list, expected an object",
        Some(b'"') => "found a string, expected an object",
        Some(b't' | b'f') => "found a boolean, expected an object",
        Some(b'n') => "found null, expected an object",
        _ => "found a number, expected an object",
    })
}

/// Checks a value that is not needed.
pub(super) fn check(value: &[u8]) -> Result<(), ItemError> {
    serde_json::from_slice::<IgnoredAny>(value)
        .map(drop)
        .map_err(|error| item_error(&String::from_utf8_lossy(value), &error))
}

/// Converts line and column to an offset and removes them from the message.
fn item_error(text: &str, error: &serde_json::Error) -> ItemError {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let words = error.to_string();
    let words = words.split_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    let offset = before + error.column().saturating_sub(1);
    ItemError { offset, cause: Cause::Malformed, reason: Cow::Owned(format!("invalid JSON: {words}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{LinkKind, Style};

    fn reader_of(item: &str) -> ItemReader {
        let mut reader = ItemReader::new(1000, &Rules::default());
        assert_eq!(reader.read(item.as_bytes()), (Outcome::Release, None), "{item}");
        reader
    }

    fn read(item: &str) -> Release {
        let mut reader = reader_of(item);
        assert_eq!(reader.notes().count(), 0, "{item}");
        reader.release().clone()
    }

    fn notes(item: &str) -> Vec<String> {
        reader_of(item).notes().map(|(_, note)| note.to_string()).collect()
    }

    fn topics(item: &str) -> Vec<String> {
        read(item).topics.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_json_feed_item_is_read() {
        let release = read(
            r#"{"id": 7, "url": "https://example.org/7", "external_url": "https://other.invalid", "title": " A \"title\" ",
            "content_html": "<p>Full <b>text</b></p>", "summary": "Short", "date_published": "2018-11-06T10:00:00Z",
            "date_modified": "2019-01-01T00:00:00Z", "author": {"url": "https://x.invalid", "name": "Ann"},
            "authors": [{"name": "Bo"}, {"name": "Cy", "avatar": null}], "tags": ["a", "b", "a"],
            "_tidings": {"place": "Bern", "more": [1]}, "_other": {"x": {}}, "attachments": [{"url": "x"}]}"#,
        );
        assert_eq!(release.id.as_str(), "7");
        assert_eq!((release.title.as_str(), release.summary.as_str()), ("A \"title\"", "Short"));
        assert_eq!(release.body.as_str(), "Full text");
        assert_eq!((release.author.as_str(), release.place.as_str()), ("Bo, Cy", "Bern"));
        assert_eq!(release.date.map(crate::release::Date::year), Some(2018));
        assert_eq!(release.url.as_str(), "https://example.org/7");
        assert_eq!(release.topics.len(), 2);
    }

    fn own(item: &str) -> String {
        let release = read(item);
        let fields = release.fields.iter().map(|field| format!("{}={}", field.name.name(), field.value));
        fields.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn other_members_are_fields_of_the_feeds_own() {
        for (item, expected) in [
            (
                r#"{"title":"t","Document Type":"Notice","agency":["A","B","A"]}"#,
                "document-type=Notice agency=A agency=B",
            ),
            (r#"{"title":"t","pages":3,"score":0.5,"is_open":true,"x":null}"#, "pages=3 score=0.5 is-open=true"),
            (
                r#"{"title":"t","agencies":[{"name":"A","id":1},{"id":2}],"office":{"label":"O"}}"#,
                "agencies=A office=O",
            ),
            (
                r#"{"title":"t","_fda":{"kind":"Recall","post_id":7,"more":{"name":"x"},"list":["a",{"name":"b"}]}}"#,
                "kind=Recall list=a",
            ),
            (r#"{"title":"t","_score":3,"_list":["a"]}"#, ""),
            (r#"{"title":"t","label":"L","source":"S"}"#, "x-label=L x-source=S"),
            (r#"{"title":"t","attributes":{"kind":"K"}}"#, "kind=K"),
            (r#"{"title":"t","image":"https://a.invalid/1.png","revised":"2018-11-06","when":1541462400}"#, ""),
            (r#"{"title":"t","kind":"R&amp;D","markup":"<b>x</b>"}"#, "kind=R&D"),
            (
                r#"{"title":"t","_tidings":{"fields":{"x-label":"L","kind":["R&amp;D","/a"]},"source":"S"}}"#,
                "x-label=L kind=R&amp;D kind=/a",
            ),
            (r#"{"title":"t","kind":"K","huge":1e999}"#, ""),
            (r#"{"title":"t","kind":"K","half":"\ud83d"}"#, ""),
        ] {
            assert_eq!(own(item), expected, "{item}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        let language = |item: &str| read(item).language.to_string();
        assert_eq!(language(r#"{"title":"t","language":"pt_BR","lang":"en"}"#), "pt-br");
        assert_eq!(language(r#"{"title":"t","lang":["fr","en"]}"#), "fr");
        assert_eq!(language(r#"{"title":"t","language":{"code":"en"}}"#), "");
        assert_eq!(own(r#"{"title":"t","language":"English"}"#), "language=English");
    }

    #[test]
    fn the_better_name_wins_in_any_order_unless_it_is_empty() {
        assert_eq!(read(r#"{"name":"b","TITLE":"a","headline":"c"}"#).title.as_str(), "a");
        assert_eq!(read(r#"{"title":" ","headline":"c"}"#).title.as_str(), "c");
        assert_eq!(
            read(r#"{"title":"t","url":null,"external_url":"http://a.invalid"}"#).url.as_str(),
            "http://a.invalid"
        );
        assert_eq!(topics(r#"{"title":"t","tags":["x"],"category":"y"}"#), ["y"]);
    }

    #[test]
    fn topics_come_in_many_shapes() {
        assert_eq!(topics(r#"{"title":"t","topic":"Law, order"}"#), ["Law, order"]);
        let shapes = r#"{"title":"t","tags":["a",null,3,{"name":"b"},{"term":"c","label":"C"},"a"," "]}"#;
        assert_eq!(topics(shapes), ["a", "3", "b", "C"]);
        assert_eq!(topics(r#"{"title":"t","category":{"id":1,"displayName":"X"}}"#), ["X"]);
    }

    #[test]
    fn text_goes_into_the_summary_unless_there_is_more() {
        let fields = |item: &str| {
            let release = read(item);
            (release.summary.to_string(), release.body.to_string())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(fields(r#"{"content_text":"x\ny"}"#), pair("x\ny", ""));
        assert_eq!(fields(r#"{"content_html":"<p>x</p>"}"#), pair("x", ""));
        assert_eq!(fields(r#"{"content_html":"<p>x</p>","content_text":"y"}"#), pair("y", ""));
        assert_eq!(fields(r#"{"summary":"x","text":" x "}"#), pair("x", ""));
        assert_eq!(fields(r#"{"summary":"x and more","text":"x"}"#), pair("x and more", ""));
        assert_eq!(fields(r#"{"summary":"x","body":["x and","more"]}"#), pair("x and\n\nmore", ""));
        assert_eq!(fields(r#"{"summary":["x","\u0007"],"body":["\u0007","y"]}"#), pair("x", "y"));
    }

    #[test]
    fn markup_that_shows_more_than_the_plain_text_is_the_body() {
        let release = read(r#"{"summary":"s","content_text":"A *b* c","content_html":"<p>A <em>b</em> c</p>"}"#);
        assert_eq!((release.body.as_str(), release.body_spans.len()), ("A b c", 1));
        let release = read(r#"{"summary":"s","body":"All of the text","summary_html":"<b>All</b> of it, so to say"}"#);
        assert_eq!((release.body.as_str(), release.body_spans.len()), ("All of the text", 0));
        let release = read(r#"{"summary":"s","content_text":"All of the text","content_html":"<b>All</b>"}"#);
        assert_eq!((release.body.as_str(), release.body_spans.len()), ("All of the text", 0));
    }

    #[test]
    fn links_and_enclosures_are_kept() {
        let release = read(
            r#"{"url":"https://example.org/1","content_html":"<p><a href='https://example.org/2'>Two</a>, <a href='https://example.org/2'>again</a>, <a href='https://example.org/1'>this</a>, <a href='javascript:x()'>no</a>, <a href='https://example.org/a.mp3'>listen</a></p>",
            "attachments":[{"url":"https://example.org/a.mp3","mime_type":"audio/mpeg","size_in_bytes":7,"title":null},
            {"url":"https://example.org/b","mime_type":"application/octet-stream"},{"mime_type":"x/y"},"https://example.org/c"]}"#,
        );
        let links: Vec<_> = release.links.iter().map(|link| (link.address.as_str(), link.label.as_str())).collect();
        let address = |name: &str| format!("https://example.org/{name}");
        let expected = [(address("a.mp3"), "listen"), (address("b"), ""), (address("c"), ""), (address("2"), "Two")];
        assert_eq!(links, expected.each_ref().map(|(address, label)| (address.as_str(), *label)));
        let sound = &release.links[0];
        assert_eq!((sound.kind, sound.media.as_str(), sound.bytes), (LinkKind::Enclosure, "audio/mpeg", Some(7)));
        assert!(release.links[1].media.is_empty());
        let styles: Vec<Style> = release.summary_spans.iter().map(|span| span.style).collect();
        assert_eq!(styles, [Style::Link(3), Style::Link(3), Style::OwnLink, Style::Link(0)]);
    }

    #[test]
    fn descriptions_of_media_are_shown_below_the_text() {
        let content = |item: &str| {
            let release = read(item);
            let body = if release.body.is_empty() { release.summary } else { release.body };
            let links: Vec<String> =
                release.links.iter().map(|link| format!("{} “{}”", link.address, link.label)).collect();
            (release.title.to_string(), release.author.to_string(), body.to_string(), links)
        };
        let of = |(title, author, text): (&str, &str, &str), links: &[&str]| {
            let links = links.iter().map(|&link| link.to_owned()).collect();
            (title.to_owned(), author.to_owned(), text.to_owned(), links)
        };
        // The format of a Mastodon server.
        let status = r#"{"id":"1","created_at":"2024-05-01T10:00:00.000Z","spoiler_text":"Food","url":"https://m.example/@a/1",
            "content":"<p>Lunch</p>","account":{"id":"7","username":"a","display_name":"Ann"},"media_attachments":[
            {"id":"2","type":"image","url":"https://m.example/2.png","preview_url":"https://m.example/s/2.png","description":"A bowl\nof soup"},
            {"id":"3","type":"gifv","url":null,"remote_url":"https://o.example/3.mp4","description":"Steam"},
            {"id":"4","type":"unknown","url":"https://m.example/4","description":"A <b>"},
            {"id":"5","type":"audio","url":"https://m.example/5.ogg","description":null}]}"#;
        assert_eq!(
            content(status),
            of(
                ("Food", "Ann", "Lunch\n\n[image: A bowl of soup]\n\n[video: Steam]\n\n[media: A <b>]"),
                &[
                    "https://m.example/2.png “A bowl of soup”",
                    "https://o.example/3.mp4 “Steam”",
                    "https://m.example/4 “A <b>”",
                    "https://m.example/5.ogg “”"
                ]
            )
        );
        let note = r#"{"id":"https://p.example/1","content":"Lunch","url":"https://p.example/1","attachment":[
            {"type":"Document","mediaType":"image/png","url":"https://p.example/2.png","name":"A bowl"}]}"#;
        assert_eq!(content(note), of(("", "", "Lunch\n\n[image: A bowl]"), &["https://p.example/2.png “A bowl”"]));
        let feed = r#"{"content_text":"See the\nbowl","attachments":[
            {"url":"https://f.example/2.png","mime_type":"image/png","title":"A bowl"},
            {"url":"https://f.example/3.png","mime_type":"image/png","title":"the bowl"},
            {"url":"https://f.example/4.mp3","mime_type":"audio/mpeg","title":"Episode 3"}]}"#;
        assert_eq!(
            content(feed),
            of(
                ("", "", "See the\nbowl\n\n[image: A bowl]"),
                &[
                    "https://f.example/2.png “A bowl”",
                    "https://f.example/3.png “the bowl”",
                    "https://f.example/4.mp3 “Episode 3”"
                ]
            )
        );
        let bare = r#"{"id":"1","media_attachments":[{"type":"image","url":"https://m.example/2.png","description":"A bowl"}]}"#;
        assert_eq!(content(bare), of(("", "", "[image: A bowl]"), &["https://m.example/2.png “A bowl”"]));
    }

    #[test]
    fn wrong_types_cost_only_the_field() {
        assert_eq!(notes(r#"{"title":["a"],"summary":"s"}"#), ["title: found a list, expected text"]);
        assert_eq!(
            notes(r#"{"title":"t","date":"2018-02-30"}"#),
            ["date: “2018-02-30” is not a date, or is ambiguous"]
        );
        assert_eq!(notes(r#"{"title":"t","date":{"x":1}}"#).len(), 1);
        assert_eq!(
            notes(r#"{"title":"t","url":"a/b"}"#),
            ["link: “a/b” is relative, and the feed has no base address"]
        );
        assert_eq!(notes(r#"{"title":"t","topic":true,"place":{}}"#).len(), 2);
        assert!(read(r#"{"title":"t","published":true,"date":null}"#).date.is_none());
    }

    #[test]
    fn ids_and_dates_may_be_numbers_or_wrapped() {
        assert_eq!(read(r#"{"title":"t","_id":{"$oid":"5f"}}"#).id.as_str(), "5f");
        assert_eq!(read(r#"{"title":"t","id":18446744073709551615}"#).id.as_str(), "18446744073709551615");
        assert_eq!(read(r#"{"title":"t","id":-3}"#).id.as_str(), "-3");
        for date in ["1541462400", "1541462400000", "1541462400.5", r#""1541462400""#, r#"{"$date":"2018-11-06"}"#] {
            let date = read(&format!(r#"{{"title":"t","date":{date}}}"#)).date;
            assert_eq!(date.map(|date| date.day().to_string()).as_deref(), Some("2018-11-06"));
        }
    }

    #[test]
    fn the_extension_object_takes_precedence_over_any_name() {
        for item in [
            r#"{"id":"made","title":"t","place":"x","date":"2018-11-06T00:00:00Z","_tidings":{"id":null,"place":"Bern","date":"2018-11"}}"#,
            r#"{"_tidings":{"date":"2018-11","id":null,"place":"Bern"},"id":"made","title":"t","place":"x","date":"2018-11-06"}"#,
        ] {
            let release = read(item);
            assert_eq!((release.id.as_str(), release.place.as_str()), ("", "Bern"));
            assert_eq!(release.date.map(|date| date.to_string()).as_deref(), Some("2018-11"));
        }
        assert_eq!(read(r#"{"id":"a","title":"t","_tidings":{"id":"b"}}"#).id.as_str(), "b");
    }

    #[test]
    fn values_that_are_not_releases_have_a_reason() {
        let mut reader = ItemReader::new(1000, &Rules::default());
        for item in ["{}", r#"{"date":"2018"}"#, "[]", "null", "1", "\"x\"", r#"{"title":"\u0007"}"#] {
            assert!(matches!(reader.read(item.as_bytes()).0, Outcome::NoRelease(_)), "{item}");
        }
        let (outcome, _) = reader.read(b"{\"title\":\n\"a\" \"b\"}");
        let reason = "invalid JSON: expected `,` or `}`".into();
        assert_eq!(outcome, Outcome::Broken(ItemError { offset: 14, cause: Cause::Malformed, reason }));
        assert!(matches!(reader.read(b"tru").0, Outcome::Broken(_)));
    }

    #[test]
    fn repaired_items_are_releases_with_a_problem() {
        let mut reader = ItemReader::new(1000, &Rules::default());
        for (item, title) in [
            (&b"{\"title\":\"a\xffb\"}"[..], "a\u{fffd}b"),
            (b"{\"title\":\"a\\ud83d\"}", "a\u{fffd}"),
            (b"{\"title\":\"a\x01b\"}", "ab"),
        ] {
            let (outcome, mended) = reader.read(item);
            assert!(outcome == Outcome::Release && mended.is_some(), "{title}");
            assert_eq!(reader.release().title.as_str(), title);
        }
    }

    #[test]
    fn deep_nesting_is_survived() {
        let mut reader = ItemReader::new(1000, &Rules::default());
        for key in ["x", "title", "tags", "attributes", "_tidings"] {
            for (open, close) in [("[", "]"), ("{\"attributes\":", "}"), ("{\"a\":", "}")] {
                let item = format!("{{\"{key}\":{}1{}}}", open.repeat(50_000), close.repeat(50_000));
                let _ = reader.read(item.as_bytes());
            }
        }
    }
}
