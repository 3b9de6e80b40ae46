//! Clean documents, one of each format, and for each rule a change that breaks it.

pub const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
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
pub const RDF: &str = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>T</title><link>https://example.org/</link><description>D</description>
<items><rdf:Seq><rdf:li rdf:resource="https://example.org/1"/></rdf:Seq></items></channel>
<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link><dc:date>2018-11-06T10:00Z</dc:date></item>
<item rdf:about="https://example.org/2"><title>Two</title><link>https://example.org/2</link><dc:date>2018-11</dc:date></item>
</rdf:RDF>
"#;
pub const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom">
<title>T</title><id>https://example.org/</id><updated>2018-11-06T10:00:00Z</updated><author><name>Ann</name></author>
<link rel="self" href="https://example.org/feed"/>
<entry><title>One</title><id>tag:example.org,2018:1</id><updated>2018-11-06T10:00:00+01:00</updated>
<link href="https://example.org/1"/><summary>Text</summary><category term="News"/></entry>
<entry><title type="html">&lt;b&gt;Two&lt;/b&gt;</title><id>urn:x:2</id><updated>2018-11-05T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content></entry>
</feed>
"#;
pub const FEED: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.org/",
"language":"de","authors":[{"name":"Ann"}],"_own":{},
"items":[
{"id":"1","url":"https://example.org/1","title":"One & only","content_text":"a < b","date_published":"2018-11-06T10:00:00Z","tags":["News"]},
{"id":"2","content_html":"<p>x</p>","date_published":"2018-11-05T10:00:00.5+01:00","authors":[{"url":"https://example.org/ann"}],
"attachments":[{"url":"https://example.org/1.mp3","mime_type":"audio/mpeg","size_in_bytes":9}],"_own":{}}
]}
"#;
pub const LIST: &str = r#"[{"id":"1","title":"One","date":"2018-11-06","url":"https://example.org/1"},
{"id":"2","title":"Two","date":"2018-11-05","topics":["News"]}]
"#;

/// A document, a replacement in it, and the rules that it then breaks.
pub type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
pub const CASES: &[Case] = &[
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
