//! The feed doctor: each rule is broken by some document and by no clean one, real feeds can be checked whatever they
//! contain, and both formats of the report agree.

#[path = "support/command.rs"]
mod command;
#[path = "support/corpus.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod corpus;
#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::Value;
use tidings::feed::Limits;
use tidings::feed::check::{KEPT, RULES, Report, Severity, check};
use tidings::text::CleanBuf;

use command::run;

/// 1 December 2018.
const NOW: i64 = 1_543_622_400;

const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Fish &amp; Chips</title><link>https://example.org/</link><description>All &lt;b&gt;news&lt;/b&gt;</description>
<language>en</language><lastBuildDate>Tue, 06 Nov 2018 10:00:00 GMT</lastBuildDate>
<image><url>https://example.org/i.png</url><title>Fish</title><link>https://example.org/</link></image>
<atom:link rel="self" href="https://example.org/feed"/>
<item><title>One</title><link>https://example.org/1</link><guid>https://example.org/1</guid>
<description><![CDATA[<p>Text & more</p>]]></description><pubDate>Tue, 06 Nov 2018 10:00:00 +0100</pubDate><category>News</category>
<author>ann@example.org (Ann)</author><source url="https://other.invalid/">Other</source>
<enclosure url="https://example.org/1.mp3" length="9" type="audio/mpeg"/><dc:creator>Ann</dc:creator></item>
<item><description>Two</description><guid isPermaLink="false">two</guid><dc:date>2018-11-05</dc:date></item>
</channel></rss>
"#;
const RDF: &str = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>T</title><link>https://example.org/</link><description>D</description>
<items><rdf:Seq><rdf:li rdf:resource="https://example.org/1"/></rdf:Seq></items></channel>
<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link><dc:date>2018-11-06T10:00Z</dc:date></item>
<item rdf:about="https://example.org/2"><title>Two</title><link>https://example.org/2</link><dc:date>2018-11</dc:date></item>
</rdf:RDF>
"#;
const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom">
<title>T</title><id>https://example.org/</id><updated>2018-11-06T10:00:00Z</updated><author><name>Ann</name></author>
<link rel="self" href="https://example.org/feed"/>
<entry><title>One</title><id>tag:example.org,2018:1</id><updated>2018-11-06T10:00:00+01:00</updated>
<link href="https://example.org/1"/><summary>Text</summary><category term="News"/></entry>
<entry><title type="html">&lt;b&gt;Two&lt;/b&gt;</title><id>urn:x:2</id><updated>2018-11-05T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content></entry>
</feed>
"#;
const FEED: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.org/",
"language":"de","authors":[{"name":"Ann"}],"_own":{},
"items":[
{"id":"1","url":"https://example.org/1","title":"One & only","content_text":"a < b","date_published":"2018-11-06T10:00:00Z","tags":["News"]},
{"id":"2","content_html":"<p>x</p>","date_published":"2018-11-05T10:00:00.5+01:00","authors":[{"url":"https://example.org/ann"}],
"attachments":[{"url":"https://example.org/1.mp3","mime_type":"audio/mpeg","size_in_bytes":9}],"_own":{}}
]}
"#;
const LIST: &str = r#"[{"id":"1","title":"One","date":"2018-11-06","url":"https://example.org/1"},
{"id":"2","title":"Two","date":"2018-11-05","topics":["News"]}]
"#;

/// A document, a replacement in it, and the rules that it then breaks.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // XML.
    (RSS, "</channel></rss>", "", &["text/cut-off"]),
    (RSS, "two</guid>", "two", &["feed/date-missing", "xml/not-well-formed"]),
    (RSS, "<title>One", "<title a='1' a='2'>One", &["xml/not-well-formed"]),
    (RSS, "<title>One", "<title>R&D", &["xml/bare-ampersand"]),
    (RSS, "url=\"https://other.invalid/\"", "url=\"https://other.invalid/?a&b\"", &["xml/bare-ampersand"]),
    (RSS, "<title>One", "<title>1 < 2", &["xml/bare-less-than"]),
    (RSS, "<title>One", "<title>One&nbsp;1", &["xml/entity-undeclared"]),
    (RSS, "<title>One", "<title>One&#160;&#x20;1", &[]),
    (RSS, "<title>One", "<title>One\u{b}", &["xml/character-invalid"]),
    (RSS, "<title>One", "<title>One&#1;", &["xml/character-invalid"]),
    (RSS, "<dc:creator>Ann</dc:creator>", "<x:creator>Ann</x:creator>", &["xml/prefix-undeclared"]),
    (RSS, "<dc:creator>Ann</dc:creator>", "<x:creator xmlns:x='y'>Ann</x:creator>", &[]),
    (RSS, "encoding=\"utf-8\"?>", "encoding=\"iso-8859-1\"?><!-- Gen\u{e8}ve -->", &["text/encoding-mismatch"]),
    (RSS, "encoding=\"utf-8\"?>", "encoding=\"iso-8859-1\"?>", &[]),
    (RSS, "<?xml version=\"1.0\" encoding=\"utf-8\"?>", "", &[]),
    // RSS.
    (RSS, " version=\"2.0\"", "", &["rss/version-missing"]),
    (RSS, " version=\"2.0\"", " version=\"3\"", &["rss/version-unknown"]),
    (RSS, " version=\"2.0\"", " version=\"0.92\"", &[]),
    (RSS, "channel>", "x>", &["rss/channel-missing", "rss/element-unknown"]),
    (RSS, "<title>Fish &amp; Chips</title>", "", &["rss/channel-title-missing"]),
    (RSS, "<title>Fish &amp; Chips</title>", "<title> </title>", &["rss/channel-title-missing"]),
    (RSS, "Chips</title><link>https://example.org/</link>", "Chips</title>", &["rss/channel-link-missing"]),
    (RSS, "<description>All &lt;b&gt;news&lt;/b&gt;</description>", "", &["rss/channel-description-missing"]),
    (RSS, "<description>Two</description>", "", &["rss/item-empty"]),
    (RSS, "<link>https://example.org/1</link>", "<link>/1</link>", &["rss/link-not-absolute"]),
    (RSS, "<link>https://example.org/1</link>", "<link>mailto:ann@example.org</link>", &["feed/link-unusable"]),
    (RSS, "<guid>https://example.org/1", "<guid>1", &["rss/guid-not-url"]),
    (RSS, "isPermaLink=\"false\">two", "isPermaLink=\"false\">https://example.org/1", &["rss/guid-duplicate"]),
    (RSS, "<guid isPermaLink=\"false\">two</guid>", "", &["rss/guid-missing"]),
    (RSS, "06 Nov 2018 10:00:00 +0100", "06 Nov 2018", &["rss/date-invalid"]),
    (RSS, "Tue, 06 Nov 2018 10:00:00 +0100", "2018-11-06T10:00:00Z", &["rss/date-invalid"]),
    (RSS, "Tue, 06 Nov 2018 10:00:00 +0100", "soon", &["rss/date-invalid"]),
    (RSS, "Tue, 06 Nov 2018 10:00:00 GMT", "soon", &["rss/date-invalid"]),
    (RSS, "Tue, 06 Nov 2018 10:00:00 +0100", "06 Nov 18 10:00 +0100", &[]),
    (RSS, "<title>One", "<title>&lt;b&gt;One&lt;/b&gt;", &["rss/title-markup"]),
    (RSS, "<title>Fish", "<title>&lt;i&gt;Fish&lt;/i&gt;", &["rss/title-markup"]),
    (RSS, "<![CDATA[<p>Text & more</p>]]>", "<p>Text</p>", &["rss/markup-unescaped"]),
    (RSS, " length=\"9\"", "", &["rss/enclosure-incomplete"]),
    (RSS, " length=\"9\"", " length=\"9 MB\"", &["rss/enclosure-incomplete"]),
    (RSS, "<author>ann@example.org (Ann)", "<author>Ann", &["rss/author-not-mail"]),
    (RSS, "<source url=\"https://other.invalid/\">", "<source>", &["rss/source-incomplete"]),
    (RSS, "<title>Fish</title>", "", &["rss/image-incomplete"]),
    (RSS, "<title>One</title>", "<title>One</title><title>1</title>", &["rss/element-repeated"]),
    (RSS, "<language>en", "<link>https://example.org/</link><language>en", &["rss/element-repeated"]),
    (RSS, "pubDate>", "pubdate>", &["rss/element-unknown"]),
    (RSS, "<language>en", "<tagline>x</tagline><language>en", &["rss/element-unknown"]),
    (RSS, "<category>News", "<category>", &["feed/category-empty"]),
    (RSS, "06 Nov 2018 10:00:00 +0100", "06 Nov 2029 10:00:00 +0100", &["feed/date-future"]),
    (RSS, "<dc:date>2018-11-05</dc:date>", "", &["feed/date-missing"]),
    (RSS, "<dc:date>2018-11-05</dc:date>", "<dc:date>0001-01-01T00:00:00Z</dc:date>", &["feed/date-placeholder"]),
    (RSS, "<dc:date>2018-11-05", "<dc:date>5.11.", &["dc/date-invalid"]),
    // RDF.
    (RDF, "<title>T</title>", "", &["rdf/channel-title-missing"]),
    (RDF, "<title>T</title><link>https://example.org/</link>", "<title>T</title>", &["rdf/channel-link-missing"]),
    (RDF, "<description>D</description>", "", &["rdf/channel-description-missing"]),
    (RDF, "<items><rdf:Seq><rdf:li rdf:resource=\"https://example.org/1\"/></rdf:Seq></items>", "", &["rdf/items-missing"]),
    (RDF, "<channel rdf:about=\"https://example.org/\">", "<channel>", &["rdf/about-missing"]),
    (RDF, "<item rdf:about=\"https://example.org/2\">", "<item>", &["rdf/about-missing"]),
    (RDF, "about=\"https://example.org/2\"", "about=\"https://example.org/1\"", &["rdf/about-duplicate"]),
    (RDF, "<title>One</title>", "", &["rdf/item-title-missing"]),
    (RDF, "<link>https://example.org/2</link>", "", &["rdf/item-link-missing"]),
    // Atom.
    (ATOM, " xmlns=\"http://www.w3.org/2005/Atom\"", "", &["atom/namespace-missing"]),
    (ATOM, "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", &["atom/version-old"]),
    (ATOM, "<id>https://example.org/</id>", "", &["atom/feed-id-missing"]),
    (ATOM, "<title>T</title>", "", &["atom/feed-title-missing"]),
    (ATOM, "<updated>2018-11-06T10:00:00Z</updated>", "", &["atom/feed-updated-missing"]),
    (ATOM, "rel=\"self\"", "rel=\"next\"", &["atom/self-link-missing"]),
    (ATOM, "<id>urn:x:2</id>", "", &["atom/entry-id-missing"]),
    (ATOM, "<title>One</title>", "", &["atom/entry-title-missing"]),
    (ATOM, "<updated>2018-11-05T10:00:00Z</updated>", "", &["atom/entry-updated-missing"]),
    (ATOM, "<author><name>Ann</name></author>", "", &["atom/author-missing"]),
    (ATOM, "<link href=\"https://example.org/1\"/>", "", &["atom/link-missing"]),
    (ATOM, "<id>urn:x:2", "<id>2", &["atom/id-not-iri"]),
    (ATOM, "<id>urn:x:2</id><updated>2018-11-05T10:00:00Z", "<id>tag:example.org,2018:1</id><updated>2018-11-06T10:00:00+01:00", &["atom/id-duplicate"]),
    (ATOM, "<id>urn:x:2", "<id>tag:example.org,2018:1", &[]),
    (ATOM, "2018-11-05T10:00:00Z", "2018-11-05", &["atom/date-invalid"]),
    (ATOM, " term=\"News\"/>", ">News</category>", &["atom/category-term-missing"]),
    (ATOM, "<link href=\"https://example.org/1\"/>", "<link>https://example.org/1</link>", &["atom/link-href-missing"]),
    (ATOM, "href=\"https://example.org/1\"", "href=\"1\"", &["atom/link-relative"]),
    (ATOM, "<entry><title>One", "<entry xml:base=\"https://example.org/\"><link rel=\"related\" href=\"1\"/><title>One", &[]),
    (ATOM, "<name>Ann</name>", "<email>ann@example.org</email>", &["atom/person-name-missing"]),
    (ATOM, "<title type=\"html\">", "<title type=\"text/html\">", &["atom/text-type-unknown"]),
    (ATOM, "<summary>Text", "<summary><b>Text</b>", &["atom/markup-unescaped"]),
    (ATOM, "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div>", "<p>x</p>", &["atom/xhtml-div-missing"]),
    (ATOM, "<title type=\"html\">", "<title>", &["atom/text-markup"]),
    (ATOM, "<title>One</title>", "<title>One</title><title>1</title>", &["atom/element-repeated"]),
    // JSON and JSON Feed.
    (FEED, "\n]}", "", &["text/cut-off"]),
    (FEED, "\"One & only\",", "\"One\" ", &["json/not-json"]),
    (FEED, "One & only", "One\u{1}", &["json/mended"]),
    (FEED, "\n]}", ",\n]}", &["json/comma"]),
    (FEED, "\"id\":\"2\"", "\"id\":\"2\",\"id\":\"2\"", &["json/key-repeated"]),
    (FEED, "\"title\":\"T\"", "\"title\":\"T\",\"title\":\"T\"", &["json/key-repeated"]),
    (FEED, "\"version\":\"https://jsonfeed.org/version/1.1\",", "", &["json-feed/version-missing"]),
    (FEED, "https://jsonfeed.org/version/1.1", "http://jsonfeed.org/version/1.1", &["json-feed/version-wrong"]),
    (FEED, "https://jsonfeed.org/version/1.1", "https://jsonfeed.org/version/1", &[]),
    (FEED, "\"title\":\"T\",", "", &["json-feed/title-missing"]),
    (FEED, "\"items\"", "\"_items\"", &["json-feed/items-missing"]),
    (FEED, "\"items\"", "\"_x\"", &["feed/no-items", "json-feed/items-missing"]),
    (FEED, "\"id\":\"2\",", "", &["json-feed/id-missing"]),
    (FEED, "\"id\":\"2\",", "\"id\":2,", &["json-feed/id-not-text"]),
    (FEED, "\"id\":\"2\",", "\"id\":\"1\",", &["json-feed/id-duplicate"]),
    (FEED, "\"content_text\":\"a < b\",", "", &["json-feed/content-missing"]),
    (FEED, "2018-11-05T10:00:00.5+01:00", "2018-11-05", &["json-feed/date-invalid"]),
    (FEED, "2018-11-05T10:00:00.5+01:00", "soon", &["json-feed/date-invalid"]),
    (FEED, "\"url\":\"https://example.org/1\"", "\"url\":\"/1\"", &["json-feed/url-not-absolute"]),
    (FEED, "\"title\":\"One & only\"", "\"title\":[1]", &["json-feed/member-type"]),
    (FEED, "[\"News\"]", "[1]", &["json-feed/member-type"]),
    (FEED, "\"tags\"", "\"Tags\"", &["json-feed/member-unknown"]),
    (FEED, "\"_own\":{},\n\"items\"", "\"own\":{},\n\"items\"", &["json-feed/member-unknown"]),
    (FEED, "\"authors\":[{\"url\":\"https://example.org/ann\"}]", "\"author\":{\"name\":\"Ann\"}", &["json-feed/author-deprecated"]),
    (FEED, "{\"url\":\"https://example.org/ann\"}", "{}", &["json-feed/author-empty"]),
    (FEED, ",\"mime_type\":\"audio/mpeg\"", "", &["json-feed/attachment-incomplete"]),
    (FEED, "One & only", "<b>One</b>", &["json-feed/title-markup"]),
    (FEED, "a < b", "<p>a</p>", &["json-feed/text-markup"]),
    (FEED, "[\"News\"]", "[\" \"]", &["feed/category-empty"]),
    // Other JSON.
    (LIST, "2018-11-05", "5/6/2018", &["feed/date-unreadable"]),
    (LIST, "\"date\":\"2018-11-05\",", "", &["feed/date-missing"]),
    (LIST, "\"2018-11-05\"", "0", &["feed/date-placeholder"]),
    (LIST, "https://example.org/1", "ftp://example.org/1", &["feed/link-unusable"]),
    (LIST, "[\"News\"]", "true", &["feed/field-type"]),
    (LIST, "\"id\":\"2\"", "\"id\":\"1\"", &["feed/id-duplicate"]),
    (LIST, "\"title\":\"Two\",", "", &["feed/item-unreadable"]),
    (LIST, "2018-11-05", "2028-11-05", &["feed/date-future"]),
];

fn report(bytes: &[u8]) -> Report {
    let mut input = bytes;
    check(CleanBuf::line("x").as_clean(), &mut input, Limits::default(), NOW).expect("a feed")
}

fn broken(bytes: &[u8]) -> Vec<&'static str> {
    let names: BTreeSet<&str> = report(bytes).findings.iter().map(|finding| finding.rule.rule().name).collect();
    names.into_iter().collect()
}

/// Documents in bytes, and the rules that they break.
fn unusual() -> Vec<(Vec<u8>, &'static [&'static str])> {
    let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let noise: String = (0_u64..40_000).map(|n| char::from(b'a' + (n * n % 971 % 26) as u8)).collect();
    let long =
        LIST.replace("Two", &noise).replace("\n{\"id\":\"2\"", &format!("{}\n{{\"id\":\"2\"", " ".repeat(200_000)));
    packed.write_all(long.as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let cut = packed[..packed.len() - 60].to_vec();
    let undeclared = RSS.replace(" encoding=\"utf-8\"", "");
    let mut bytes = FEED.replace("One & only", "국제기구").into_bytes();
    let at = bytes.windows(3).position(|part| part == "국".as_bytes()).expect("a place");
    bytes[at + 2] = b'x';
    vec![
        (bytes, &["text/not-utf-8"]),
        (latin(&undeclared.replace("One", "Genève")), &["text/encoding-guessed"]),
        (latin(&RSS.replace("One", "Genève")), &["text/encoding-mismatch"]),
        (latin(&RSS.replace("utf-8", "iso-8859-1").replace("One", "Genève")), &[]),
        (latin(&FEED.replace("One", "Genève, Zürich, Köln")), &["json/encoding"]),
        (cut, &["text/read-failed"]),
        (br#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[]}"#.to_vec(), &["feed/no-items"]),
    ]
}

#[test]
fn clean_documents_have_no_findings() {
    let lines = LIST.trim().trim_matches(['[', ']']).replace("},", "}");
    for (name, text) in
        [("RSS", RSS), ("RDF", RDF), ("Atom", ATOM), ("JSON Feed", FEED), ("JSON", LIST), ("lines", &lines)]
    {
        assert_eq!(broken(text.as_bytes()), [""; 0], "{name}");
    }
    let formats = [RSS, RDF, ATOM, FEED, LIST, &lines].map(|text| report(text.as_bytes()).format.to_string());
    assert_eq!(formats, ["RSS 2.0", "RSS 1.0 (RDF)", "Atom 1.0", "JSON Feed 1.1", "JSON", "JSON Lines"]);
}

#[test]
fn each_case_breaks_exactly_its_rules() {
    let mut wrong = Vec::new();
    for (document, from, to, expected) in CASES {
        assert!(document.contains(from), "{from} is not in the document");
        let found = broken(document.replace(from, to).as_bytes());
        if found != *expected {
            wrong.push(format!("{from} -> {to}\n   expected {expected:?}\n   found    {found:?}"));
        }
    }
    for (bytes, expected) in unusual() {
        let found = broken(&bytes);
        if found != *expected {
            wrong.push(format!("{:.40} expected {expected:?} found {found:?}", String::from_utf8_lossy(&bytes)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_document_that_breaks_it() {
    let cases = CASES.iter().flat_map(|case| case.3).copied().collect::<BTreeSet<_>>();
    let unusual = unusual();
    let covered: BTreeSet<&str> = cases.into_iter().chain(unusual.iter().flat_map(|case| case.1).copied()).collect();
    let missing: Vec<&str> = RULES.iter().map(|rule| rule.name).filter(|name| !covered.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_finding_has_a_position() {
    let text = ATOM.replace("2018-11-05T10:00:00Z", "soon");
    let findings = report(text.as_bytes()).findings;
    let [one] = &findings[..] else { panic!("{findings:?}") };
    let at = text.find("<updated>soon").expect("there") as u64;
    let line = text.get(..at as usize).unwrap_or_default().lines().count() as u64;
    assert_eq!((one.item, one.byte, one.line), (Some(1), Some(at), Some(line)));
    assert_eq!(one.detail.as_str(), "updated: “soon”: no T between date and time");
    let text = FEED.replace("\"tags\"", "\"Tags\"");
    let findings = report(text.as_bytes()).findings;
    let at = text.find("\"Tags\"").expect("there") as u64;
    assert_eq!((findings[0].item, findings[0].byte, findings[0].line), (Some(0), Some(at), Some(4)));
    let text = RSS.replace("<language>", "<tagline/><language>");
    let at = text.find("<tagline/>").expect("there") as u64;
    let findings = report(text.as_bytes()).findings;
    assert_eq!((findings[0].item, findings[0].byte, findings[0].line), (None, Some(at), Some(4)));
}

#[test]
fn a_summary_describes_the_feed() {
    let report = report(FEED.replace("[\"News\"]", "[\"News\",\"Law\"]").as_bytes());
    let summary = &report.summary;
    assert_eq!((summary.items, summary.topics(), summary.duplicates), (2, 2, 0));
    assert_eq!(summary.top_topics(9), [("Law", 1), ("News", 1)]);
    assert_eq!(summary.languages().collect::<Vec<_>>(), ["de"]);
    let dates = summary.dates.map(|(first, last)| (first.day().to_string(), last.day().to_string()));
    assert_eq!(dates, Some(("2018-11-05".to_owned(), "2018-11-06".to_owned())));
    assert_eq!(summary.title.as_str(), "T");
}

#[test]
fn all_findings_are_counted_and_the_first_are_kept() {
    let items = vec![r#"{"title":"x"}"#; KEPT + 6].join(",");
    let report = report(format!("[{items}]").as_bytes());
    assert_eq!((report.of(Severity::Note), report.findings.len()), (KEPT as u64 + 6, KEPT));
}

/// Every feed file of the corpus: its path and content.
fn feeds() -> Vec<(String, Vec<u8>)> {
    fn below(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                below(&entry.path(), found);
            } else {
                found.push((entry.path().display().to_string(), fs::read(entry.path()).expect("a file")));
            }
        }
    }
    let mut found = Vec::new();
    if let Some(folder) = corpus::folder() {
        below(&folder.join("feeds"), &mut found);
        assert!(found.len() > 1_000, "only {} files", found.len());
    }
    found
}

#[test]
fn real_feeds_can_be_checked_and_well_formed_ones_pass() {
    for (name, bytes) in feeds() {
        let mut input = bytes.as_slice();
        let Ok(report) = check(CleanBuf::line(&name).as_clean(), &mut input, Limits::default(), NOW) else { continue };
        let counted: u64 = Severity::ALL.iter().map(|severity| report.of(*severity)).sum();
        assert_eq!(counted, report.findings.len() as u64, "{name}");
        for finding in &report.findings {
            assert!(finding.byte.is_none_or(|byte| byte <= 4 * bytes.len() as u64), "{name}: {finding:?}");
            let rule = finding.rule.rule().name;
            let is_wrong =
                name.contains("/feedparser/wellformed/") && (rule.starts_with("xml/") || rule == "text/cut-off");
            assert!(!is_wrong, "{name}: {finding:?}");
        }
    }
}

#[test]
fn valid_feeds_have_no_errors() {
    let right = [
        "rust-rss/rss2sample.xml",
        "rust-rss/rss1.xml",
        "rust-rss/rss091.xml",
        "rust-rss/rss092.xml",
        "rust-rss/rss2_with_atom.xml",
        "rust-rss/syndication.xml",
        "rust-atom/feed.xml",
        "microblog-leonp/feed.json",
    ];
    for path in right {
        let Some(bytes) = corpus::document(&format!("feeds/{path}")) else { return };
        let report = report(&bytes);
        let errors: Vec<_> = report.findings.iter().filter(|finding| finding.severity() == Severity::Error).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
    // The examples of the specification are indented, between braces that begin and end a line.
    let text = corpus::document("feeds/jsonfeed-spec/version/1.1.markdown").expect("the specification");
    let text = String::from_utf8(text).expect("UTF-8");
    let mut seen = 0;
    for (at, _) in
        text.match_indices("\n\t{\n").chain(text.match_indices("\n    {\n")).chain(text.match_indices("\n{\n"))
    {
        let mut values = serde_json::Deserializer::from_str(text.get(at..).unwrap_or_default()).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else { continue };
        if value.get("items").is_some() {
            let report = report(value.to_string().as_bytes());
            assert_eq!(report.of(Severity::Error), 0, "{:?}", report.findings);
            seen += 1;
        }
    }
    assert!(seen >= 2, "only {seen} examples were found");
}

proptest! {
    #[test]
    fn damaged_feeds_never_panic(which in 0_usize..5, cut in 0_usize..1_200, at in 0_usize..1_200, byte: u8) {
        let mut bytes = [RSS, RDF, ATOM, FEED, LIST][which].as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(10));
        let mut input = bytes.as_slice();
        if let Ok(report) = check(CleanBuf::line("x").as_clean(), &mut input, Limits::default(), NOW) {
            prop_assert!(report.findings.iter().all(|finding| finding.byte.is_none_or(|at| at <= 4 * bytes.len() as u64)));
        }
    }
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join("feeds")).expect("a folder");
    fs::write(home.path().join("feeds/a.xml"), RSS).expect("a file");
    fs::write(home.path().join("feeds/b.json"), FEED.replace("\"id\":\"2\",", "\"id\":2,")).expect("a file");
    fs::write(home.path().join("feeds/notes.txt"), "no feed").expect("a file");
    home
}

#[test]
fn exit_codes_distinguish_clean_broken_and_unreadable_feeds() {
    let home = home();
    let codes = |arguments: &[&str], input: &str| run(home.path(), arguments, input.as_bytes()).2;
    assert_eq!(codes(&["check", "feeds/a.xml"], ""), Some(0));
    assert_eq!(codes(&["check", "feeds/b.json"], ""), Some(1));
    assert_eq!(codes(&["check", "-"], ATOM), Some(0));
    // A note is not a problem.
    assert_eq!(codes(&["check", "-"], &ATOM.replace("rel=\"self\"", "rel=\"next\"")), Some(0));
    assert_eq!(codes(&["check", "feeds/notes.txt"], ""), Some(2));
    assert_eq!(codes(&["check", "none.xml"], ""), Some(2));
    assert_eq!(codes(&["check", "feeds"], ""), Some(1));
    assert_eq!(codes(&["check"], ""), Some(2));
    let (out, err, code) = run(home.path(), &["check", "feeds/a.xml", "none.xml"], b"");
    assert!(out.contains("feeds/a.xml\n  RSS 2.0 · 2 items · 2018-11-05 to 2018-11-06"), "{out}");
    assert!(err.starts_with("tidings: none.xml: cannot open"), "{err}");
    assert_eq!(code, Some(2));
}

#[test]
fn text_and_json_reports_agree() {
    let home = home();
    let text =
        RSS.replace("<title>One", "<title>R&D").replace("2018-11-05", "x").replace("+0100", "CET").replace("+0100", "");
    fs::write(home.path().join("feeds/c.xml"), text).expect("a file");
    let (people, _, _) = run(home.path(), &["check", "--all", "feeds"], b"");
    let (programs, _, code) = run(home.path(), &["check", "--format", "json", "feeds"], b"");
    let report: Value = serde_json::from_str(&programs).expect("JSON");
    assert_eq!(code, Some(1));
    let count =
        |severity: &str| people.lines().filter(|line| line.starts_with(&format!("  {severity} "))).count() as u64;
    let rules: Vec<&Value> = report["feeds"]
        .as_array()
        .expect("feeds")
        .iter()
        .flat_map(|feed| feed["rules"].as_array().expect("rules"))
        .collect();
    for (severity, sum) in [("error", "errors"), ("warning", "warnings"), ("note", "notes")] {
        let of_severity = rules.iter().filter(|rule| rule["severity"] == severity);
        assert_eq!(of_severity.clone().count() as u64, count(severity), "{people}");
        let counted: u64 = of_severity.filter_map(|rule| rule["count"].as_u64()).sum();
        assert_eq!(report[sum].as_u64(), Some(counted));
    }
    for feed in report["feeds"].as_array().expect("feeds") {
        for problem in feed["problems"].as_array().expect("problems") {
            assert!(people.contains(problem["detail"].as_str().expect("a text")), "{problem}");
        }
    }
    assert!(people.contains("3 feeds: "), "{people}");
    assert_eq!(report["unreadable"], 0);
}

#[test]
fn repeated_problems_are_grouped_unless_all_are_requested() {
    let home = home();
    let items: Vec<String> = (0..9).map(|n| format!("<item><title>{n}</title><guid>{n}</guid></item>")).collect();
    let items = items.concat();
    let rss = format!(
        "<rss version='2.0'><channel><title>t</title><link>http://a.invalid</link><description>d</description>{items}</channel></rss>"
    );
    let (out, _, _) = run(home.path(), &["check", "-"], rss.as_bytes());
    assert!(out.contains("items 0, 1, 2 and 6 more\n") && out.matches("“8”").count() == 0, "{out}");
    let (out, _, _) = run(home.path(), &["check", "--all", "-"], rss.as_bytes());
    assert!(out.contains(": “8”\n") && !out.contains("more"), "{out}");
}

#[test]
fn feeds_cannot_control_the_terminal() {
    let home = home();
    let hostile = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}";
    let mut documents: Vec<Vec<u8>> = CASES
        .iter()
        .map(|(document, from, _, _)| document.replace(from, &format!("{from}{hostile}")).into_bytes())
        .chain(CASES.iter().map(|(document, _, _, _)| {
            document.replace("\"items\"", &format!("\"{hostile}\":1,\"items\"")).into_bytes()
        }))
        .collect();
    documents.extend(corpus::document("adversarial/as-feed/terminal-escapes-as-feed.json"));
    for (n, document) in documents.iter().enumerate() {
        fs::write(home.path().join(format!("{n}.feed")), document).expect("a file");
    }
    for form in ["text", "json"] {
        let (out, err, _) = run(home.path(), &["check", "--all", "--format", form, "*.feed"], b"");
        let is_hostile = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(out.len() > 1_000 && !out.contains(is_hostile) && !err.contains(is_hostile), "{form}");
    }
}
