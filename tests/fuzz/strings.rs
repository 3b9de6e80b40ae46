//! Naughty strings and stressing bytes in every field of every format.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::bodies::{document, markup};
use super::corpus;
use super::cuts::files;
use super::reading::{check, read};

/// Texts that have broken programs, for use without the corpus.
const OWN: &[&str] = &[
    "",
    " ",
    "undefined",
    "NaN",
    "-1",
    "\u{0}\u{1}\u{7f}\u{80}\u{9f}",
    "\u{1b}[2J\u{1b}]52;c;eA==\u{7}",
    "\u{202e}abc\u{202c}",
    "Z\u{351}\u{36b}a\u{334}",
    "]]>",
    "--><script>",
    "&lt;&#27;[31m",
    "%s%n",
    "\u{fdfd}\u{fdfd}",
    "🏳️‍🌈\u{200d}",
    "\u{2028}\u{2029}\u{85}\u{b}\u{c}",
    "http://a/\u{ff0f}b",
    "\u{e0041}\u{e0042}",
    "\u{fff9}\u{fffb}",
];

/// Returns the text in each field of a JSON Feed, of RSS and of Atom.
fn documents(text: &str) -> [String; 3] {
    let items: Vec<Value> =
        ["id", "title", "url", "content_text", "content_html", "summary", "date_published", "author", "tags", "place"]
            .iter()
            .map(|field| {
                let mut item = json!({"title": "t"});
                item[*field] = json!(text);
                item
            })
            .collect();
    let json = json!({"title": text, "home_page_url": text, "items": items}).to_string();
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut rss = format!("<rss><channel><title>{escaped}</title><link>{escaped}</link>");
    for field in ["title", "link", "guid", "pubDate", "description", "category", "author", "dc:coverage", "comments"] {
        let _ = write!(
            rss,
            "<item><title>t</title><{field}>{escaped}</{field}></item><item><{field}>{text}</{field}></item>"
        );
    }
    let mut atom = format!("<feed xml:base=\"{escaped}\"><title>{text}</title>");
    for field in ["id", "title", "updated", "summary", "content", "rights"] {
        let _ = write!(atom, "<entry><title>t</title><{field} type=\"html\"><![CDATA[{text}]]></{field}></entry>");
    }
    let _ =
        write!(atom, "<entry><title>t</title><link href=\"{escaped}\"/><category term=\"{escaped}\"/></entry></feed>");
    [json, rss + "</channel></rss>", atom]
}

fn assert_harmless(text: &str) {
    for text in documents(text) {
        check(&read(text.as_bytes()));
    }
}

#[test]
fn naughty_strings_do_no_harm_in_any_field() {
    for text in OWN {
        assert_harmless(text);
        markup(text.as_bytes());
    }
    let Some(naughty) = corpus::document("adversarial/blns/blns.json") else { return };
    let naughty: Vec<String> = serde_json::from_slice(&naughty).expect("a list of strings");
    assert!(naughty.len() > 400);
    for text in &naughty {
        assert_harmless(text);
    }
    // And all of them in one document.
    let items: Vec<Value> = naughty.iter().map(|text| json!({"title": text, "content_html": text})).collect();
    document(json!(items).to_string().as_bytes());
}

#[test]
fn bytes_that_stress_readers_do_no_harm_in_any_field() {
    let Some(corpus) = corpus::folder() else { return };
    let mut found = files(&corpus.join("adversarial/utf8"));
    found.extend(files(&corpus.join("adversarial/terminal")));
    assert!(found.len() > 3);
    for path in found {
        let bytes = std::fs::read(&path).expect("a file");
        let bytes = &bytes[..bytes.len().min(32 << 10)];
        // Unchanged, between the tags of a feed, and in a JSON string.
        check(&read(bytes));
        for (before, after) in [
            (
                "<rss><channel><title>t</title><item><title>t</title><description>",
                "</description></item></channel></rss>",
            ),
            ("<rss><channel><item><title><![CDATA[", "]]></title></item></channel></rss>"),
            ("<feed><entry><title>t</title><category term=\"", "\"/></entry></feed>"),
            ("{\"items\":[{\"title\":\"", "\"},{\"title\":\"u\"}]}"),
        ] {
            check(&read(&[before.as_bytes(), bytes, after.as_bytes()].concat()));
        }
        assert_harmless(&String::from_utf8_lossy(bytes));
    }
}

#[test]
fn documents_that_stress_json_readers_do_no_harm() {
    let Some(corpus) = corpus::folder() else { return };
    let found = files(&corpus.join("adversarial/json-test-suite"));
    assert!(found.len() > 100);
    for path in found {
        document(&std::fs::read(&path).expect("a file"));
    }
}
