//! The page with older releases that a feed names.

use tidings::feed;
use tidings::text::Clean;
use url::Url;

use crate::kept::Kept;

/// The older page of a feed at `https://a.invalid/news/feed`.
fn older(text: &str) -> Option<String> {
    let mut kept = Kept { base: Url::parse("https://a.invalid/news/feed").ok(), ..Kept::default() };
    feed::read(Clean::default(), &mut text.as_bytes(), &mut kept).expect("a feed");
    kept.older.map(String::from)
}

#[test]
fn archives_and_next_pages_of_xml_feeds_are_found() {
    let item = "<item><title>x</title><link>next</link></item>";
    let rss =
        |head: &str, tail: &str| older(&format!("<rss><channel><title>T</title>{head}{item}{tail}</channel></rss>"));
    let link = |relation: &str, address: &str| format!("<atom:link rel=\"{relation}\" href=\"{address}\"/>");
    let table = [
        (link("next", "?page=2&amp;x=1"), Some("https://a.invalid/news/feed?page=2&x=1")),
        (link("prev-archive", "/2017.xml"), Some("https://a.invalid/2017.xml")),
        (link("Prev-Archive", "/b") + &link("next", "/a"), Some("https://a.invalid/b")),
        (link("next", "/a") + &link("prev-archive", "/b"), Some("https://a.invalid/b")),
        (link("http://www.iana.org/assignments/relation/next", "/a"), Some("https://a.invalid/a")),
        (link("previous", "/a") + &link("next-archive", "/b") + &link("self", "/c") + &link("first", "/d"), None),
        (link("next", "javascript:x") + &link("next", ""), None),
        ("<image><link rel=\"next\" href=\"/a\"/></image>".to_owned(), None),
        (String::new(), None),
    ];
    for (links, expected) in table {
        assert_eq!(rss(&links, "").as_deref(), expected, "{links}");
        assert_eq!(rss("", &links).as_deref(), expected, "{links} after the items");
    }
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://b.invalid/x/\"><title>T</title>
        <link rel='next' href='2'/><entry><title>x</title><link rel='next' href='no'/></entry></feed>";
    assert_eq!(older(atom).as_deref(), Some("https://b.invalid/x/2"));
    assert_eq!(
        older("<feed><title>T</title><link rel='next' href='/2'/></feed>").as_deref(),
        Some("https://a.invalid/2")
    );
}

#[test]
fn next_pages_of_json_feeds_are_found() {
    let table = [
        (r#"{"items":[{"title":"x"}],"next_url":"https://a.invalid/2"}"#, Some("https://a.invalid/2")),
        (r#"{"next_url":"/2","items":[]}"#, Some("https://a.invalid/2")),
        (
            r#"{"next":"https://a.invalid/?page=2","previous":null,"results":[{"title":"x"}]}"#,
            Some("https://a.invalid/?page=2"),
        ),
        (r#"{"data":{"items":[{"title":"x"}],"next_page_url":"?page=2"}}"#, Some("https://a.invalid/news/feed?page=2")),
        (r#"{"items":[{"title":"x","next_url":"/2"}],"next_url":null}"#, None),
        (r#"{"items":[{"title":"x"}],"next":"2026-11-27"}"#, None),
        (r#"{"items":[{"title":"x"}],"next_url":"ftp://a.invalid/2"}"#, None),
        (r#"{"title":"x","url":"https://a.invalid/1","next":"https://a.invalid/2"}"#, None),
        (r#"[{"title":"x","next_url":"/2"}]"#, None),
    ];
    for (text, expected) in table {
        assert_eq!(older(text).as_deref(), expected, "{text}");
    }
}
