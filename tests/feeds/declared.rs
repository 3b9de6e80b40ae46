//! The declared type of a text decides how it is read.

use crate::kept::loaded;

/// Returns title and summary of the only release.
fn texts(feed: &str) -> (String, String) {
    let kept = loaded(feed);
    assert_eq!(kept.releases.len(), 1, "{feed}");
    (kept.releases[0].title.to_string(), kept.releases[0].summary.to_string())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Texts that look like markup.
const LIKE_MARKUP: [&str; 7] = [
    "What does <p> do?",
    "List<i> or array<b>?",
    "write &amp; for an ampersand, &lt; for less",
    "<script>alert(1)</script>",
    "Fish <!-- and --> chips",
    "*a* and **b**, [c](https://a.invalid)",
    "AT&T <b>bold</b>",
];

#[test]
fn text_that_atom_declares_as_plain_stays_unchanged() {
    for text in LIKE_MARKUP {
        let raw = escaped(text);
        for kind in ["", " type='text'", " type='text/plain'", " type=\" TEXT \"", " type='text/plain; charset=utf-8'"]
        {
            for (name, prefix, scope) in [("content", "", ""), ("summary", "", ""), ("content", "a:", ":a")] {
                let feed = format!(
                    "<{prefix}feed xmlns{scope}='http://www.w3.org/2005/Atom'><{prefix}title{kind}>{raw}</{prefix}title>\
                     <{prefix}entry><{prefix}title{kind}>{raw}</{prefix}title><{prefix}{name}{kind}>{raw}</{prefix}{name}>\
                     </{prefix}entry></{prefix}feed>"
                );
                assert_eq!(texts(&feed), (text.to_owned(), text.to_owned()), "{feed}");
                assert_eq!(loaded(&feed).title, text, "{feed}");
            }
        }
        let raw = format!("<![CDATA[{text}]]>");
        let feed = format!("<feed><entry><title>{raw}</title><summary type='text'>{raw}</summary></entry></feed>");
        assert_eq!(texts(&feed), (text.to_owned(), text.to_owned()), "{feed}");
        let media = format!("<feed><entry><media:title type='plain'>{}</media:title></entry></feed>", escaped(text));
        assert_eq!(texts(&media).0, text);
    }
}

#[test]
fn declared_markup_is_read_as_markup() {
    let atom = |title: &str, content: &str| {
        let of_feed = loaded(&format!("<feed><title{title}</title><entry><title>t</title></entry></feed>")).title;
        let texts = texts(&format!("<feed><entry><title{title}</title><content{content}</content></entry></feed>"));
        assert_eq!(of_feed, texts.0, "{title}");
        texts
    };
    let pair = |title: &str, text: &str| (title.to_owned(), text.to_owned());
    let html = " type='html'>The &lt;code&gt;&amp;lt;pre&amp;gt;&lt;/code&gt; element";
    assert_eq!(atom(html, html), pair("The <pre> element", "The <pre> element"));
    let xhtml = " type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>bold</b> &lt;b&gt;</div>";
    assert_eq!(atom(xhtml, xhtml), pair("A bold <b>", "A bold <b>"));
    let media = " type='text/html; charset=utf-8'>A &lt;b&gt;bold&lt;/b&gt; one";
    assert_eq!(atom(media, media), pair("A bold one", "A bold one"));
    let media = " type='application/xhtml+xml'><div>A <b>bold</b> one</div>";
    assert_eq!(atom(media, media), pair("A bold one", "A bold one"));
    assert_eq!(atom(" mode='escaped'>A &lt;b&gt;c&lt;/b&gt;", " mode='escaped'>d"), pair("A c", "d"));
    assert_eq!(atom(">t", " type='application/octet-stream'>cGxhaW4gdGV4dA=="), pair("t", "plain text"));
    // RSS does not declare the type of its texts.
    let rss = "<rss><channel><item><title>A &lt;b&gt;bold&lt;/b&gt; one</title>\
        <content:encoded><![CDATA[<p>Two</p><p>Three</p>]]></content:encoded></item></channel></rss>";
    assert_eq!(texts(rss), pair("A bold one", "Two\n\nThree"));
    let media =
        "<rss><channel><item><media:title type='html'>A &lt;i&gt;b&lt;/i&gt;</media:title></item></channel></rss>";
    assert_eq!(texts(media).0, "A b");
}

#[test]
fn text_of_a_json_feed_stays_unchanged_and_that_of_other_json_is_detected() {
    let version = "https://jsonfeed.org/version/1.1";
    for (text, name) in LIKE_MARKUP.iter().flat_map(|text| [(*text, "summary"), (*text, "content_text")]) {
        let item = serde_json::json!({ "id": "1", "title": text, name: text });
        for feed in [
            format!("{{\"version\":\"{version}\",\"items\":[{item}]}}"),
            format!("{{\"items\":[{item}],\"title\":\"T\",\"version\" : \"{version}\"}}"),
            format!("{{\"version\":\"http://www.jsonfeed.org/version/1\",\"items\":[{item}]}}"),
        ] {
            assert_eq!(texts(&feed), (text.to_owned(), text.to_owned()), "{feed}");
        }
    }
    let item = serde_json::json!({ "title": "A <b>bold</b> one", "content_text": "<p>Two</p>", "summary": "&amp;" });
    for feed in
        [format!("[{item}]"), format!("{{\"items\":[{item}]}}"), format!("{{\"version\":\"2\",\"items\":[{item}]}}")]
    {
        let kept = loaded(&feed);
        let release = &kept.releases[0];
        let found = [&release.title, &release.summary, &release.body].map(ToString::to_string);
        assert_eq!(found, ["A bold one", "&", "Two"], "{feed}");
    }
}
