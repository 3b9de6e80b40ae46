//! Hostile documents of every format take linear time.

#[path = "support/scaling.rs"]
mod scaling;

use std::io::Write;
use std::ops::ControlFlow;

use scaling::assert_linear;
use tidings::feed::{self, Limits, Rules, Sink, TopicSource, check, opml};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

/// The size of the first document of a shape, in bytes.
const SIZE: usize = 100_000;
/// The size of pages, which a build without optimisation reads slowly.
const PAGE_SIZE: usize = 12_000;

#[derive(Default)]
struct Count(usize);

impl Sink for Count {
    fn title(&mut self, title: Clean<'_>) {
        self.0 += title.as_str().len();
    }

    fn release(&mut self, _item: u64, _release: &Release) {
        self.0 += 1;
    }

    fn problem(&mut self, _: Problem) {
        self.0 += 1;
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Reads a document as a feed; something must be read, reported or refused.
fn read(bytes: &[u8]) {
    let mut count = Count::default();
    let read = feed::read(CleanBuf::line("test").as_clean(), &mut &*bytes, &mut count);
    assert!(
        count.0 > 0 || read.is_err(),
        "nothing was read of {:?}",
        bytes.get(..60).map(<[u8]>::escape_ascii).map(|text| text.to_string())
    );
}

/// Returns `before`, then `repeated` up to about this many bytes, then `after`; each `#` in the repeated text becomes a
/// different number.
fn shape((before, repeated, after): (&str, &str, &str), size: usize) -> Vec<u8> {
    let mut text = before.to_owned();
    for n in 0..=(size / repeated.len()) {
        text.push_str(&if repeated.contains('#') {
            repeated.replace('#', &n.to_string())
        } else {
            repeated.to_owned()
        });
    }
    (text + after).into_bytes()
}

type Shape = (&'static str, (&'static str, &'static str, &'static str));

const XML: [Shape; 46] = [
    ("items", ("<rss><channel>", "<item><title>#</title></item>", "</channel></rss>")),
    ("items with problems", ("<rss><channel>", "<item><title>#</title><pubDate>soon</pubDate></item>", "")),
    ("empty items", ("<rss><channel>", "<item/>", "")),
    ("items without end tags", ("<rss>", "<item><title>#</title>", "")),
    ("CDATA without end in every item", ("<rss>", "<item><title><![CDATA[a</title></item>", "")),
    ("CDATA without end in every entry", ("<feed>", "<entry><title><![CDATA[a</title></entry>", "")),
    ("comments without end in every item", ("<rss>", "<item><!-- <title>a</title></item>", "")),
    ("instructions without end in every item", ("<rss>", "<item><? <title>a</title></item>", "")),
    ("tags without end in every item", ("<rss>", "<item><title>a</title><x ", "")),
    ("quotes without end in every item", ("<rss>", "<item><title a=\">a</title></item>", "")),
    ("quotes of both kinds", ("<rss><item><title>a</title>", "<a b='\"><c d=\"'>", "</item>")),
    ("tags in quotes", ("<rss><item><title>a</title>", "<a b=\">\" ", "</item>")),
    ("CDATA in one item", ("<rss><item><title>", "<![CDATA[a", "</title></item></rss>")),
    ("comments in one item", ("<rss><item><title>a</title>", "<!-- ", "</item></rss>")),
    ("comments with an end each", ("<rss><item><title>a</title>", "<!-- a -->", "</item></rss>")),
    ("tags without end in one item", ("<rss><item><title>a</title>", "<a ", "</item></rss>")),
    ("brackets", ("<rss><item><title>", "<", "</title></item></rss>")),
    ("ampersands in a text", ("<rss><item><title>", "&", "</title></item></rss>")),
    ("ampersands in an attribute", ("<rss><item><link href=\"", "&", "\"/><title>a</title></item></rss>")),
    ("entities", ("<rss><item><title>", "&amp;&eacute;&#8217;", "</title></item></rss>")),
    (
        "names of no entities",
        ("<rss><item><title>", "&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq", "</title></item></rss>"),
    ),
    ("attributes", ("<rss><item><title ", "a#='b' ", ">a</title></item></rss>")),
    ("attributes without values", ("<rss><item><title>a</title><x ", "a ", "/></item></rss>")),
    ("equal signs", ("<rss><item><title>a</title><x ", "='", "/></item></rss>")),
    ("deep elements", ("<rss><item><title>a</title>", "<a>", "</item></rss>")),
    ("deep elements of one name", ("<rss><item><title>a</title>", "<item>", "</item></rss>")),
    ("end tags of nothing", ("<rss><item><title>a</title>", "</b>", "</item></rss>")),
    ("elements in a title", ("<rss><item><title>", "<b>a</b>", "</title></item></rss>")),
    ("a huge title", ("<rss><item><title>", "word ", "</title></item></rss>")),
    ("topics", ("<rss><item><title>a</title>", "<category>#</category>", "</item></rss>")),
    ("own elements", ("<rss><item><title>a</title>", "<own-#>x</own-#>", "</item></rss>")),
    ("items with own elements", ("<rss>", "<item><title>#</title><own>#</own><own-#>x</own-#></item>", "</rss>")),
    (
        "schemes",
        ("<feed><entry><title>a</title>", "<category scheme='https://a.invalid/own#' term='#'/>", "</entry></feed>"),
    ),
    ("equal topics", ("<rss><item><title>a</title>", "<category>a</category>", "</item></rss>")),
    ("keywords", ("<rss><item><title>a</title><media:keywords>", "#,", "</media:keywords></item></rss>")),
    ("authors", ("<rss><item><title>a</title>", "<dc:creator>#</dc:creator>", "</item></rss>")),
    ("enclosures", ("<rss><item><title>a</title>", "<enclosure url='https://a.invalid/#'/>", "</item></rss>")),
    ("links", ("<feed><entry><title>a</title>", "<link href='https://a.invalid/#' type='a/b'/>", "</entry></feed>")),
    (
        "addresses that are escaped too often",
        ("<rss><item><title>a</title><link>https://a.invalid/?", "&amp;amp;", "</link></item></rss>"),
    ),
    (
        "bases",
        (
            "<feed xml:base='https://a.invalid/'><entry><title>a</title>",
            "<link xml:base='a/' href='b'/>",
            "</entry></feed>",
        ),
    ),
    ("document types", ("<rss>", "<!DOCTYPE r [<!ENTITY a \"b\">]>", "<item><title>a</title></item></rss>")),
    ("document types without end", ("<rss>", "<!DOCTYPE r [", "<item><title>a</title></item></rss>")),
    ("instructions", ("<rss>", "<?a b?>", "<item><title>a</title></item></rss>")),
    ("blanks", ("<rss>", " \n", "<item><title>a</title></item></rss>")),
    ("a head of titles", ("<rss><channel>", "<title>a</title>", "<item><title>a</title></item></channel></rss>")),
    (
        "descriptions",
        ("<rss><item><title>a</title>", "<description>&lt;p&gt;&lt;/p&gt;</description>", "</item></rss>"),
    ),
];

const JSON: [Shape; 31] = [
    ("items", ("[", "{\"title\":\"#\"},", "{\"title\":\"a\"}]")),
    ("items of nothing", ("[", "{},", "{\"title\":\"a\"}]")),
    ("items with problems", ("[", "{\"title\":\"#\",\"date\":\"soon\"},", "{\"title\":\"a\"}]")),
    ("numbers for items", ("[", "1,", "{\"title\":\"a\"}]")),
    ("commas", ("[", ",", "{\"title\":\"a\"}]")),
    ("items without commas", ("[", "{\"title\":\"#\"} ", "]")),
    ("lines", ("", "{\"title\":\"#\"}\n", "")),
    ("broken lines", ("{\"title\":\"a\"}\n", "{\"title\":\n", "")),
    ("several on a line", ("{\"title\":\"a\"}\n", "{\"title\":\"#\"}", "")),
    ("strings without end", ("[", "{\"title\":\"a},\n", "")),
    ("brackets that match nothing", ("[", "{\"title\":[}},", "")),
    ("deep lists", ("[{\"title\":\"a\",\"tags\":", "[", "")),
    ("deep objects", ("", "{\"a\":", "")),
    ("deep wrappers", ("[", "{\"attributes\":", "")),
    ("escapes", ("[{\"title\":\"", "\\u00e9\\n", "\"}]")),
    ("halves of pairs", ("[{\"title\":\"", "\\ud83d", "\"}]")),
    ("backslashes", ("[{\"title\":\"", "\\\\", "\"}]")),
    ("bare controls", ("[{\"title\":\"a", "\u{1}", "\"}]")),
    ("a huge title", ("[{\"title\":\"", "word ", "\"}]")),
    ("members", ("[{\"title\":\"a\"", ",\"a#\":1", "}]")),
    ("custom fields", ("[{\"title\":\"a\"", ",\"own #\":\"x\"", "}]")),
    (
        "items with custom fields",
        ("[", "{\"title\":\"#\",\"own\":\"#\",\"own #\":[\"a\",\"b\"]},", "{\"title\":\"a\"}]"),
    ),
    ("values of one field", ("[{\"title\":\"a\",\"own\":[", "\"#\",", "\"a\"]}]")),
    ("objects of extensions", ("[{\"title\":\"a\"", ",\"_own#\":{\"own #\":[\"a\"]}", "}]")),
    ("items with numbers that are too large", ("[", "{\"title\":\"#\",\"own\":1e999},", "{\"title\":\"a\"}]")),
    ("members of an envelope", ("{", "\"a#\":1,", "\"items\":[{\"title\":\"a\"}]}")),
    ("topics", ("[{\"title\":\"a\",\"tags\":[", "\"#\",", "\"a\"]}]")),
    ("topics of no type", ("[{\"title\":\"a\",\"tags\":[", "true,", "\"a\"]}]")),
    ("attachments", ("[{\"title\":\"a\",\"attachments\":[", "{\"url\":\"https://a.invalid/#\"},", "{}]}]")),
    ("pieces of a text", ("[{\"title\":\"a\",\"body\":[", "\"<p>a</p>\",", "\"b\"]}]")),
    ("marks before a document", ("", "\u{feff}", "[{\"title\":\"a\"}]")),
];

const TABLES: [Shape; 17] = [
    ("rows", ("title,date\n", "One #,2020-01-01\n", "")),
    ("rows with quotes", ("title,date\n", "\"One, #\",\"2020-01-01\"\n", "")),
    ("rows with problems", ("title,date\n", "#,soon,\n", "")),
    ("cells in one row", ("title,date\n", "#,", "\n")),
    ("cells in one row with quotes", ("title,date\n", "\"#\",", "\n")),
    ("quotes in one cell", ("title,date\n\"", "\"\"", "\",2020\n")),
    ("line breaks in one cell", ("title,date\n\"", "a\n", "\",2020\n")),
    ("a line without end", ("title,date\nOne,2020\n", "word ", "")),
    ("quotes without end in every row", ("title,date\n", "a\"b,\"c\n", "")),
    ("a quote without end", ("title,date\n\"", "One,2020-01-01\n", "")),
    ("line breaks", ("title,date\n", "\n", "One,2020\n")),
    ("empty rows", ("title,date\n", ",\n", "One,2020\n")),
    ("ambiguous dates", ("title,date\n", "#,03/04/2020\n", "")),
    ("own columns", ("title,date,", "own #,", "\nOne,2020\nTwo,2021\n")),
    ("custom fields", ("title,own\n", "#,\"a; b#; c\"\n", "")),
    ("values in one cell", ("title,own\nOne,\"", "#;", "\"\n")),
    ("topics", ("title,tags\nOne,\"", "#,", "\"\n")),
];

const OPML: [Shape; 12] = [
    ("outlines", ("<opml><body>", "<outline text='#' xmlUrl='https://a.invalid/#'/>", "</body></opml>")),
    ("folders", ("<opml><body>", "<outline type='rss' text='#'>", "")),
    ("equal outlines", ("<opml><body>", "<outline text='a' xmlUrl='https://a.invalid/'/>", "</body></opml>")),
    ("ampersands", ("<opml><body><outline text='a' xmlUrl='https://a.invalid/?", "&", "'/></body></opml>")),
    ("quotes", ("<opml><body><outline text=\"", "\"", "\" xmlUrl='https://a.invalid/'/></body></opml>")),
    ("quotes apart", ("<opml><body><outline text=\"", "\" a", "\" xmlUrl='https://a.invalid/'/></body></opml>")),
    ("attributes", ("<opml><body><outline ", "a#='b' ", "xmlUrl='https://a.invalid/'/></body></opml>")),
    ("equal signs", ("<opml><body><outline ", "=", "/></body></opml>")),
    ("outlines without end", ("<opml><body>", "<outline ", "")),
    ("outlines with quotes without end", ("<opml><body>", "<outline text=\"a ", "")),
    ("comments without end", ("<opml><body>", "<!-- <outline text='a'/>", "")),
    ("end tags", ("<opml><body>", "</outline>", "</body></opml>")),
];

const PAGES: [Shape; 23] = [
    (
        "the parts of an index",
        (
            "<sitemapindex>",
            "<sitemap><loc>https://a.example/map-#.xml</loc><lastmod>2018-11-06</lastmod></sitemap>",
            "</sitemapindex>",
        ),
    ),
    ("rows", ("<ul>", "<li><a href=/#>The title of number #</a> 2018-11-06</li>", "</ul>")),
    (
        "rows with all",
        (
            "<main>",
            "<article><h2><a href=/#>Title of #</a></h2><p>6 November 2018, Bern</p><a rel=tag href=/t/x>Tag</a><p>Text that says something about it.</p></article>",
            "",
        ),
    ),
    ("rows of tables", ("", "<table><tr><td><a href=/#>The title of number #</a><td>6 Nov 2018</table>", "")),
    ("rows of one table", ("<table>", "<tr><td>#<td><a href=/#>The title of number #</a><td>05/06/18", "")),
    ("headings with dates", ("<div>", "<h3>6 November 2018</h3><p><a href=/#>The title of number #</a></p>", "")),
    (
        "elements side by side",
        ("<div>", "<span>2018-11-06</span><h2><a href=/#>The title #</a></h2><p>Text of it</p>", ""),
    ),
    ("links", ("", "<a href=/#>The title of number #</a> ", "")),
    ("links in one paragraph with dates", ("<p>", "<a href=/#>Title #</a> 6 November 2018 ", "</p>")),
    ("deep elements", ("", "<div><a href=/#>x#</a>", "")),
    ("deep lists", ("", "<ul><li><a href=/#>Title of #</a> 2018-11-06", "")),
    ("headings without links", ("<div>", "<h2>Title of number #</h2>", "</div>")),
    ("dates", ("<p><a href=/1>x</a>", "2018-11-06 ", "</p>")),
    ("lines with dates", ("<div><a href=/1>x</a>", "<p>6 November 2018", "</div>")),
    ("short lines", ("<div><a href=/1>x</a>", "<p>6<p>November<p>2018", "</div>")),
    ("months", ("<div><a href=/1>x</a>", "<p>May May May May 2018", "</div>")),
    (
        "marked entries",
        ("<div class=h-feed>", "<div class=h-entry><a class='u-url p-name' href=/#>Title #</a></div>", "</div>"),
    ),
    ("classes", ("<div>", "<div class='a b c d e f g'><a class='h i j' href=/#>Title of #</a></div>", "</div>")),
    (
        "scripts",
        (
            "<div>",
            "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"url\":\"/#\",\"headline\":\"T #\"}</script>",
            "</div>",
        ),
    ),
    (
        "one script",
        (
            "<script type=application/json>[",
            "{\"title\":\"T #\",\"url\":\"/#\",\"date\":\"2018-11-06\"},",
            "{}]</script>",
        ),
    ),
    ("nested arrays", ("<script type=application/json>", "[[", "</script>")),
    ("scripts without end", ("<div>", "<script type=application/json>[", "")),
    ("addresses", ("<urlset>", "<url><loc>https://a.invalid/a-#</loc></url>", "</urlset>")),
];

fn all(shapes: &[Shape], work: impl Fn(&Vec<u8>)) {
    all_of(SIZE, shapes, work);
}

fn all_of(size: usize, shapes: &[Shape], work: impl Fn(&Vec<u8>)) {
    for (name, parts) in shapes {
        assert_linear(name, size, |size| shape(*parts, size), &work);
    }
}

#[test]
fn xml_takes_linear_time() {
    all(&XML, |bytes| read(bytes));
}

#[test]
fn json_takes_linear_time() {
    all(&JSON, |bytes| read(bytes));
}

#[test]
fn tables_take_linear_time() {
    all(&TABLES, |bytes| read(bytes));
}

#[test]
fn lists_of_feeds_take_linear_time() {
    all(&OPML, |bytes| drop(opml::read(&mut bytes.as_slice())));
}

#[test]
fn pages_take_linear_time() {
    all_of(PAGE_SIZE, &PAGES, |bytes| read(bytes));
}

#[test]
fn checks_take_linear_time() {
    let check = |bytes: &Vec<u8>| {
        drop(check::check(CleanBuf::line("test").as_clean(), &mut bytes.as_slice(), Limits::default(), 0));
    };
    all(&XML, check);
    all(&JSON, check);
    all(&TABLES, check);
}

#[test]
fn character_sets_and_packed_data_take_linear_time() {
    let wide = |size| {
        let text = shape(("<rss><item><title>", "Genève 국제 ", "</title></item></rss>"), size);
        String::from_utf8_lossy(&text).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    assert_linear("UTF-16", SIZE, wide, |bytes| read(bytes));
    let coded = |size| {
        let text = shape(
            ("<?xml version='1.0' encoding='shift_jis'?><rss><item><title>", "国際機関 ", "</title></item></rss>"),
            size,
        );
        encoding_rs::SHIFT_JIS.encode(&String::from_utf8_lossy(&text)).0.into_owned()
    };
    assert_linear("Shift_JIS", SIZE, coded, |bytes| read(bytes));
    let foreign = |size| [b"<rss><item><title>".to_vec(), vec![0xe9; size], b"</title></item></rss>".to_vec()].concat();
    assert_linear("a guess", SIZE, foreign, |bytes| read(bytes));
    let damaged =
        |size| [b"[{\"title\":\"a\"}".to_vec(), b",{\"title\":\"\xff\"}".repeat(size / 14), b"]".to_vec()].concat();
    assert_linear("bytes that are not text", SIZE, damaged, |bytes| read(bytes));
    let members = |size| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"{\"title\":\"a\"}\n").expect("memory");
        packed.finish().expect("memory").repeat(size / 40)
    };
    assert_linear("packed streams", SIZE, members, |bytes| read(bytes));
    let zeroes = |size| [members(40), vec![0; size * 64]].concat();
    assert_linear("zeros after packed data", SIZE, zeroes, |bytes| read(bytes));
}

/// Derives topics from one place.
struct Derive(TopicSource, Count);

impl Sink for Derive {
    fn title(&mut self, title: Clean<'_>) {
        self.1.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.1.release(item, release);
    }

    fn problem(&mut self, problem: Problem) {
        self.1.problem(problem);
    }

    fn rules(&self) -> Rules {
        Rules { topics: Some(self.0.into()), ..Rules::default() }
    }

    fn progress(&mut self, bytes: u64) -> ControlFlow<()> {
        self.1.progress(bytes)
    }
}

#[test]
fn deriving_topics_takes_linear_time() {
    let shapes: [Shape; 6] = [
        ("sections", ("[", "{\"title\":\"#\",\"url\":\"https://a.invalid/press/a/#\"},", "{\"title\":\"a\"}]")),
        (
            "sections that differ",
            ("[", "{\"title\":\"#\",\"url\":\"https://a.invalid/s-#/b/c\"},", "{\"title\":\"a\"}]"),
        ),
        ("labels", ("[", "{\"title\":\"Label: #\"},", "{\"title\":\"a\"}]")),
        ("labels that differ", ("[", "{\"title\":\"[#a] b\"},", "{\"title\":\"a\"}]")),
        ("parts of one path", ("[{\"title\":\"a\",\"url\":\"https://a.invalid", "/a%20b-c", "\"}]")),
        ("one label", ("[{\"title\":\"", "[label", "] a\"}]")),
    ];
    for (name, parts) in shapes {
        for from in [TopicSource::Address, TopicSource::Title] {
            assert_linear(
                &format!("{name}, from {from}"),
                SIZE,
                |size| shape(parts, size),
                |text| {
                    let mut sink = Derive(from, Count::default());
                    let _ = feed::read(CleanBuf::line("test").as_clean(), &mut text.as_slice(), &mut sink);
                    assert!(sink.1.0 > 0, "nothing was read");
                },
            );
        }
    }
}
