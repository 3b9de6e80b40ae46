//! Seed documents: small ones defined here, and the beginnings of real feeds if the corpus is available.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{corpus, cuts};

/// The bytes used of a real feed.
const BEGINNING: usize = 4 << 10;
/// The number of real feeds used.
const FEEDS: usize = 200;

const JSON: &[&str] = &[
    r#"{"version":"https://jsonfeed.org/version/1.1","title":"News","home_page_url":"https://example.org/","items":[
    {"id":"1","title":"One","content_html":"<p>Text &amp; <a href=\"/x\">more</a></p>","url":"/1","date_published":"2018-11-06T10:30:00+09:00","tags":["a","b"],"authors":[{"name":"Ann"}],"_tidings":{"place":"Bern"}},
    {"id":2,"title":"Two","content_text":"plain\ntext","summary":"short","external_url":"https://example.org/2"}]}"#,
    r#"[{"headline":"A","link":"http://example.org/a","category":"x","date":"6 Nov 2018"},{"name":"B","tags":[{"term":"t"}]},3,null,{}]"#,
    r#"{"language":"pt-BR","items":[{"title":"a","Document Type":"Notice","agency":["A","B"],"office":{"name":"O"},"pages":3,"open":true,
    "_fda":{"kind":["Recall"],"n":1e9,"x":{}},"_tidings":{"fields":{"kind":"K","list":["a","b"]}}},{"title":"b","lang":"English","post_id":"7"}]}"#,
    r#"{"data":{"results":[{"attributes":{"title":"T","body":{"rendered":"<b>x</b>"}},"timestamp":1541462400}]}}"#,
];
const LINES: &[&str] = &[
    "{\"title\":\"a\",\"id\":1}\n{\"title\":\"b\",\"date\":\"2018\"}\n\n{\"broken\n{\"title\":\"c\"}\r\n",
    "{\"headline\":\"x\",\"short_description\":\"y\",\"authors\":\"Z\",\"link\":\"https://e.org/1\"}\n",
];
const TABLES: &[&str] = &[
    "title,date,link,tags,Description\nOne,03/04/2020,https://example.org/1,\"a, b\",<p>Text</p>\n\"Two\n\"\"lines\"\"\",13/04/2020,/2,c;d,\n",
    "sep=;\r\nId;Headline;Published;Ort\r\n1;Eins;6. November 2018;Bern\r\n2;\"Zwei; drei\";2018;\r\n\r\n;;;\r\n",
    "title,Document Type,Agencies,lang,\nOne,Notice,\"FDA; EPA\",pt-BR,x\nTwo,Rule,https://example.org/,English,\n",
    "url\ttitle\tsummary\nhttps://example.org/1\tOne\tText | more\nhttps://example.org/2\tTwo\n",
];
const XML: &[&str] = &[
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>News</title>\
    <link>https://example.org/</link><item><title>One &amp; two</title><link>/1</link><guid isPermaLink='false'>g1</guid>\
    <pubDate>Tue, 06 Nov 2018 10:30:00 GMT</pubDate><category>a</category><dc:creator>Ann</dc:creator>\
    <description><![CDATA[<p>Text <b>bold</b></p>]]></description></item><item><description>only text</description></item></channel></rss>",
    "<rss xmlns:dc='x'><channel><language>pt_BR</language><item><title>a</title><dc:type>Notice</dc:type><docType>Rule &amp;amp; more</docType>\
    <category domain='https://example.org/terms/audience#x'>Schools</category><source url='y'>Gazette</source><dc:language>en</dc:language></item></channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://example.org/blog/'><title type='html'>A &amp;amp; B</title><entry>\
    <id>urn:1</id><title>t</title><link rel='alternate' href='one'/><updated>2018-11-07T00:00:00Z</updated><category term='x' label='X'/>\
    <summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>rich <em>text</em></div></summary>\
    <content type='application/octet-stream'>T25lIDxiPmJvbGQ8L2I+</content></entry></feed>",
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'><title>T</title></channel>\
    <item rdf:about='https://example.org/1'><title>One</title><link>https://example.org/1</link></item></rdf:RDF>",
];
const OPML: &[&str] = &[
    "<opml version='2.0'><head><title>L</title></head><body><outline text='News &amp; more'><outline type='rss' text='A' title='B' \
    xmlUrl='https://example.org/a.xml' htmlUrl='https://example.org/' category='/x/y,z'/><outline text='deep'><outline \
    xmlUrl='http://example.org/b?c=1&amp;d=2'/></outline></outline><outline text='no feed'/></body></opml>",
    "<?xml version='1.0'?><opml><body><outline text='x' xmlurl='example.org/feed'/><outline xmlUrl='feed://example.org/'></body>",
];
const HTML: &[&str] = &[
    "<p>One <b>bold</b> <a href='https://example.org'>link</a> &amp; more.</p><ul><li>first<li>second</ul><table><tr><td>a<td>b</table>",
    "<h1>Head</h1><pre>  a\n  b</pre><blockquote><p>q<blockquote>r</blockquote></blockquote><img alt='picture' src=x><br>line<hr>",
    "&lt;p&gt;twice &amp;amp; thrice&lt;/p&gt; <script>x</script><style>y</style><!-- c --><svg><circle/></svg><dl><dt>a<dd>b<h2>c</dl>",
    "<ABC.O> a < b && c > d <jo@example.org> R&D &nbsp;&#8211;&#x96;&unknown; <custom-tag>x</custom-tag>",
];
const PAGES: &[&str] = &[
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>News</title><base href='https://example.org/'><link rel=alternate \
    type='application/rss+xml' href=/feed></head><body><nav><a href=/>Home</a></nav><main><ul><li><h3><a href=/1>One thing happened</a></h3>\
    <p>6 November 2018, Bern</p><p>Text about it.</p><li><h3><a href=/2>Another thing</a></h3><p>5 November 2018</p><li><h3>\
    <a href=/3>A third thing</a></h3><p>05/11/18</p></ul></main></body></html>",
    "<!DOCTYPE html><script type='application/ld+json'>{\"@graph\":[{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":\"NewsArticle\",\
    \"url\":\"https://example.org/1\",\"headline\":\"One\",\"datePublished\":\"2018-11-06\"},{\"@type\":\"NewsArticle\",\"url\":\"/2\",\
    \"headline\":\"Two\"}]}]}</script><table><tr><td><time datetime=2018-11-06>Nov</time><td><a href=/1>One of the rows</a></table>",
    "<urlset xmlns:news='x'><url><loc>https://example.org/a-b</loc><news:news><news:title>T</news:title><news:publication_date>2018-11-06\
    </news:publication_date></news:news></url></urlset>",
    "<sitemapindex><sitemap><loc>https://example.org/news-2018-11.xml.gz</loc><lastmod>2018-11-06T10:30:00Z</lastmod></sitemap>\
    <sitemap><loc>https://example.org/map.xml?yyyy=2017&amp;mm=05</loc></sitemap></sitemapindex>",
];
const DATES: &[&str] = &[
    "2018-11-06T10:30:00+09:00",
    "Tue, 06 Nov 2018 10:30:00 GMT",
    "6 November 2018",
    "20181106",
    "1541462400",
    "Nov 6, 2018 at 12:05am EDT",
    "Tue Nov 06 2018 10:30:00 GMT+0100 (CET)",
    "06.11.2018",
    "2018",
    "2018-11",
    "mer, 16 nov 2022 00:38:15 +0100",
];
const QUERIES: &[&str] = &[
    "asean migration",
    "\"decent work\" -digital",
    "a OR (b c) OR -d",
    "/fair.*migra/",
    "topic:\"Labour migration\",b place:-x",
    "date:2018-10-23..2018-11-02",
    "after:2018-10 before:7d is:unread",
    "title:x sort:date",
    "date:today -topic:",
];

/// Returns the seeds of these kinds that are defined here.
pub fn small(kinds: &[&str]) -> Vec<Vec<u8>> {
    let texts = kinds.iter().flat_map(|kind| match *kind {
        "json" => JSON,
        "lines" => LINES,
        "table" => TABLES,
        "xml" => XML,
        "opml" => OPML,
        "html" => HTML,
        "page" => PAGES,
        "date" => DATES,
        "query" => QUERIES,
        _ => &[],
    });
    texts.map(|text| text.as_bytes().to_vec()).collect()
}

/// Returns all seeds of these kinds.
pub fn of(kinds: &[&str]) -> Vec<Vec<u8>> {
    let mut seeds = small(kinds);
    for kind in kinds {
        match *kind {
            "packed" => seeds.extend(XML.iter().chain(JSON).flat_map(|text| packed(text))),
            "json" | "xml" => seeds.extend(real(kind)),
            _ => {}
        }
    }
    seeds
}

/// Returns a text in gzip, in zstd and in other character sets.
fn packed(text: &str) -> Vec<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory");
    let wide = |bytes: fn(u16) -> [u8; 2]| {
        let text = format!("\u{feff}{text}");
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    vec![
        gzip.finish().expect("memory"),
        zstd::encode_all(text.as_bytes(), 1).expect("memory"),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        text.replace("utf-8", "shift_jis").into_bytes(),
        [b"\xef\xbb\xbf", text.replace("One", "Gr\u{fc}n").as_bytes()].concat(),
        text.replace("One", "Gr?n").bytes().map(|byte| if byte == b'?' { 0xfc } else { byte }).collect(),
    ]
}

/// Returns the beginnings of real feeds.
fn real(end: &str) -> Vec<Vec<u8>> {
    let Some(corpus) = corpus::folder() else { return Vec::new() };
    let files = cuts::files(&corpus.join("feeds"));
    let files: Vec<_> = files.into_iter().filter(|path| path.extension().is_some_and(|known| known == end)).collect();
    // Evenly from all suites.
    let step = (files.len() / FEEDS).max(1);
    files
        .iter()
        .step_by(step)
        .map(|path| fs::read(path).expect("a feed").into_iter().take(BEGINNING).collect())
        .collect()
}
