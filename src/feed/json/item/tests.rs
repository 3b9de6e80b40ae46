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

fn custom(item: &str) -> String {
    let release = read(item);
    let fields = release.fields.iter().map(|field| format!("{}={}", field.name.name(), field.value));
    fields.collect::<Vec<_>>().join(" ")
}

#[test]
fn other_members_are_custom_fields() {
    for (item, expected) in [
        (r#"{"title":"t","Document Type":"Notice","agency":["A","B","A"]}"#, "document-type=Notice agency=A agency=B"),
        (r#"{"title":"t","pages":3,"score":0.5,"is_open":true,"x":null}"#, "pages=3 score=0.5 is-open=true"),
        (r#"{"title":"t","agencies":[{"name":"A","id":1},{"id":2}],"office":{"label":"O"}}"#, "agencies=A office=O"),
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
        assert_eq!(custom(item), expected, "{item}");
    }
}

#[test]
fn a_language_is_a_tag() {
    let language = |item: &str| read(item).language.to_string();
    assert_eq!(language(r#"{"title":"t","language":"pt_BR","lang":"en"}"#), "pt-br");
    assert_eq!(language(r#"{"title":"t","lang":["fr","en"]}"#), "fr");
    assert_eq!(language(r#"{"title":"t","language":{"code":"en"}}"#), "");
    assert_eq!(custom(r#"{"title":"t","language":"English"}"#), "language=English");
}

#[test]
fn the_better_name_wins_in_any_order_unless_it_is_empty() {
    assert_eq!(read(r#"{"name":"b","TITLE":"a","headline":"c"}"#).title.as_str(), "a");
    assert_eq!(read(r#"{"title":" ","headline":"c"}"#).title.as_str(), "c");
    assert_eq!(read(r#"{"title":"t","url":null,"external_url":"http://a.invalid"}"#).url.as_str(), "http://a.invalid");
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
    let bare =
        r#"{"id":"1","media_attachments":[{"type":"image","url":"https://m.example/2.png","description":"A bowl"}]}"#;
    assert_eq!(content(bare), of(("", "", "[image: A bowl]"), &["https://m.example/2.png “A bowl”"]));
}

#[test]
fn wrong_types_cost_only_the_field() {
    assert_eq!(notes(r#"{"title":["a"],"summary":"s"}"#), ["title: found a list, expected text"]);
    assert_eq!(notes(r#"{"title":"t","date":"2018-02-30"}"#), ["date: “2018-02-30” is not a date, or is ambiguous"]);
    assert_eq!(notes(r#"{"title":"t","date":{"x":1}}"#).len(), 1);
    assert_eq!(notes(r#"{"title":"t","url":"a/b"}"#), ["link: “a/b” is relative, and the feed has no base address"]);
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
