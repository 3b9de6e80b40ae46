//! RSS, Atom and RDF: every format by value, damaged documents, and real feeds compared with `feed-rs`.

#[path = "support/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "support/kept.rs"]
mod kept;
#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tidings::feed::{self, Refusal};
use tidings::release::{Cause, Date, Problem, ProblemKind, Release};
use tidings::text::CleanBuf;

use kept::Kept;

fn read(mut bytes: &[u8]) -> (Kept, Result<(), Refusal>) {
    let mut kept = Kept::default();
    let result = feed::read(CleanBuf::line("test.xml").as_clean(), &mut bytes, &mut kept);
    (kept, result)
}

fn loaded(text: &str) -> Kept {
    let (kept, result) = read(text.as_bytes());
    result.unwrap_or_else(|refusal| panic!("{text} {refusal}"));
    kept
}

/// Id, title, day, place, author, link, topics, summary, body.
fn fields(release: &Release) -> [String; 9] {
    [
        release.id.to_string(),
        release.title.to_string(),
        release.date.map(|date| date.to_string()).unwrap_or_default(),
        release.place.to_string(),
        release.author.to_string(),
        release.url.to_string(),
        release.topics.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"),
        release.summary.to_string(),
        release.body.to_string(),
    ]
}

fn only(text: &str) -> [String; 9] {
    let kept = loaded(text);
    assert!(kept.problems.is_empty(), "{text} {:?}", kept.problems);
    assert_eq!(kept.releases.len(), 1, "{text}");
    fields(&kept.releases[0])
}

#[test]
fn rss_2_is_read() {
    let rss = r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News &amp; more</title>
        <link>https://example.org/</link><description>d</description><image><title>Logo</title></image>
        <item><title>R&amp;D &lt;b&gt;now&lt;/b&gt; <![CDATA[at <ABC.O>]]></title><link>/a?x=1&amp;y=2</link>
        <guid isPermaLink="false">g-1</guid><pubDate>Tue, 06 Nov 2018 10:00:00 +0100</pubDate>
        <dc:creator>Ann</dc:creator><author>bo@example.org (Bo)</author><category domain="x">Work</category>
        <category>Trade</category><dc:coverage>Geneva</dc:coverage><description><![CDATA[<p>Short</p>]]></description>
        <content:encoded><![CDATA[<p>Full &nbsp; text</p><p>Two</p>]]></content:encoded></item></channel></rss>"#;
    assert_eq!(
        only(rss),
        [
            "g-1",
            "R&D now at <ABC.O>",
            "2018-11-06T10:00:00+01:00",
            "Geneva",
            "Bo",
            "https://example.org/a?x=1&y=2",
            "Work|Trade",
            "Short",
            "Full text\n\nTwo"
        ]
    );
    assert_eq!(loaded(rss).title, "News & more");
}

#[test]
fn atom_is_read() {
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/blog/"><title type="html">A &amp;amp; B</title>
        <link rel="self" href="https://example.org/feed"/><id>urn:feed</id><author><name>Feed author</name></author>
        <entry><id>urn:1</id><title type="text">1 &lt; 2</title><link rel="edit" href="e"/><link href="one"/>
        <updated>2018-11-07T00:00:00Z</updated><published>2018-11-06T23:30:00-05:00</published>
        <author><name>Ann</name><email>a@example.org</email></author><author><name>Bo</name></author>
        <category term="t" label="Topic"/><category term="other"/>
        <source><title>Another feed</title><id>urn:other</id></source>
        <summary>Plain</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Rich <em>text</em></p></div></content>
        </entry></feed>"#;
    assert_eq!(
        only(atom),
        [
            "urn:1",
            "1 < 2",
            "2018-11-06T23:30:00-05:00",
            "",
            "Ann, Bo",
            "https://example.org/blog/one",
            "Topic|other",
            "Plain",
            "Rich text"
        ]
    );
    assert_eq!(loaded(atom).title, "A & B");
}

#[test]
fn descriptions_of_pictures_are_shown_below_the_text() {
    let item = |inner: &str| {
        let rss = format!(
            "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><item><title>t</title>\
             <link>https://example.org/1</link>{inner}</item></channel></rss>"
        );
        let release = loaded(&rss).releases.remove(0);
        let links: Vec<String> =
            release.links.iter().map(|link| format!("{} “{}”", link.address, link.label)).collect();
        (release.summary.to_string(), links)
    };
    let picture = |url: &str, text: &str| {
        format!(
            "<media:content url='https://example.org/{url}' type='image/jpeg' fileSize='5' medium='image'>\
             <media:rating scheme='urn:simple'>nonadult</media:rating>\
             <media:description type='plain'>{text}</media:description></media:content>"
        )
    };
    let (text, links) = item(&format!(
        "<description>Look!</description>{}{}",
        picture("a.jpg", "A cat"),
        picture("b.jpg", "A &lt;dog&gt;")
    ));
    assert_eq!(text, "Look!\n\n[image: A cat]\n\n[image: A <dog>]");
    assert_eq!(links, ["https://example.org/a.jpg “A cat”", "https://example.org/b.jpg “A <dog>”"]);
    assert_eq!(item(&picture("a.jpg", "A cat")).0, "[image: A cat]");
    // Text that already contains the description is not extended; a group's description is the text.
    assert_eq!(
        item(&format!("<description>&lt;img alt='A cat'&gt;</description>{}", picture("a.jpg", "A cat"))).0,
        "[image: A cat]"
    );
    let group = "<media:group><media:content url='https://example.org/v' medium='video'/><media:description>All of it</media:description></media:group>";
    assert_eq!(item(group).0, "All of it");
    let flat =
        "<media:content url='https://example.org/v' medium='image'/><media:description>All of it</media:description>";
    assert_eq!(item(flat).0, "All of it");
}

#[test]
fn enclosures_and_links_are_kept_once() {
    let links_of = |xml: &str| -> Vec<String> {
        let links = &loaded(xml).releases[0].links;
        let line = |link: &tidings::release::Link| {
            format!("{:?} {} “{}” {} {:?}", link.kind, link.address, link.label, link.media, link.bytes)
        };
        links.iter().map(line).collect()
    };
    let rss = r#"<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><link>https://example.org/</link><item><title>t</title>
        <link>https://example.org/1</link><description>&lt;a href="more?x=1&amp;amp;y=2"&gt;more&lt;/a&gt; &lt;a href="1"&gt;own&lt;/a&gt;</description>
        <enclosure url="https://example.org/a.mp3" type="audio/mpeg" length="123"/><enclosure url=" "/>
        <media:group><media:content url="https://example.org/a.mp3" fileSize="5"/><media:content url="/b.png" type="image"/></media:group>
        <comments>https://example.org/1#talk</comments></item></channel></rss>"#;
    assert_eq!(
        links_of(rss),
        [
            "Enclosure https://example.org/a.mp3 “” audio/mpeg Some(123)",
            "Enclosure https://example.org/b.png “”  None",
            "Comments https://example.org/1#talk “”  None",
            "Text https://example.org/more?x=1&y=2 “more”  None",
        ]
    );
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base="https://example.org/a/"><title>t</title><link href="1"/>
        <link rel="enclosure" href="s.ogg" type="audio/ogg" length="0" title="Sound"/><link rel="related" href="2"/>
        <link rel="replies" href="3"/><content type="xhtml" xml:base="b/"><div><p><a href="4">four</a></p></div></content></entry></feed>"#;
    assert_eq!(
        links_of(atom),
        [
            "Enclosure https://example.org/a/s.ogg “Sound” audio/ogg None",
            "Related https://example.org/a/2 “”  None",
            "Comments https://example.org/a/3 “”  None",
            "Text https://example.org/a/b/4 “four”  None",
        ]
    );
}

#[test]
fn rdf_and_the_old_formats_are_read() {
    let rdf = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title><items><rdf:Seq><rdf:li
        resource="https://example.org/1"/></rdf:Seq></items></channel><item rdf:about="https://example.org/1">
        <title>One</title><link>https://example.org/1</link><dc:date>2018-11</dc:date><dc:subject>S</dc:subject></item></rdf:RDF>"#;
    let release = only(rdf);
    assert_eq!(
        (release[0].as_str(), release[1].as_str(), release[2].as_str()),
        ("https://example.org/1", "One", "2018-11")
    );
    assert_eq!((release[5].as_str(), release[6].as_str()), ("https://example.org/1", "S"));
    let old = "<rss version='0.91'><channel><title>T</title><item><title>a</title></item></channel></rss>";
    assert_eq!(only(old)[1], "a");
    let atom_03 = "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped'>a &amp;amp; b</title>\
        <issued>2004-01-02</issued></entry></feed>";
    assert_eq!((only(atom_03)[1].as_str(), only(atom_03)[2].as_str()), ("a & b", "2004-01-02"));
    let prefixed =
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>t</a:title><a:id>1</a:id></a:entry></a:feed>";
    assert_eq!((only(prefixed)[0].as_str(), only(prefixed)[1].as_str()), ("1", "t"));
    let cdf = "<CHANNEL><TITLE>c</TITLE><ITEM HREF='https://example.org/'><TITLE>t</TITLE><ABSTRACT>s</ABSTRACT></ITEM></CHANNEL>";
    assert_eq!(
        (only(cdf)[1].as_str(), only(cdf)[5].as_str(), only(cdf)[7].as_str()),
        ("t", "https://example.org/", "s")
    );
}

#[test]
fn missing_fields_have_fallbacks_and_nothing_is_invented() {
    let item = |inner: &str| only(&format!("<rss><channel><item>{inner}</item></channel></rss>"));
    assert_eq!(item("<guid>https://example.org/p</guid>")[5], "https://example.org/p");
    assert_eq!(item("<title>t</title><guid isPermaLink='false'>https://example.org/p</guid>")[5], "");
    assert_eq!(item("<title>t</title><enclosure url='https://example.org/a.mp3'/>")[5], "https://example.org/a.mp3");
    assert_eq!(item("<title>t</title>")[0], "", "no id is invented");
    assert_eq!(item("<description>text alone</description>")[7], "text alone");
    assert_eq!(item("<itunes:title>i</itunes:title><title>t</title>")[1], "t");
    assert_eq!(
        item("<media:group><media:title>m</media:title><media:description>d</media:description></media:group>")[1],
        "m"
    );
}

#[test]
fn sloppy_markup_loses_nothing() {
    let item = |inner: &str| loaded(&format!("\n\n <rss><channel><item>{inner}</item></channel></rss>"));
    for (inner, title, link) in [
        ("<title>R&D & more&nbsp;</title><link>https://e.org/?a=1&b=2</link>", "R&D & more", "https://e.org/?a=1&b=2"),
        ("<title>a < b</title>", "a < b", ""),
        ("<title>x<b>y</title>", "xy", ""),
        ("<title>one</titel><link>https://e.org/</link>", "one", "https://e.org/"),
        ("<title a=1 a='2' b>t</title>", "t", ""),
        ("<no:prefix>x</no:prefix><title>t</title>", "t", ""),
        ("<title>bell\u{7} \u{1b}[31mred</title>", "bell red", ""),
        ("<title>&#8220;q&#8221; &#x1F600; &#150;</title>", "\u{201c}q\u{201d} \u{1f600} \u{2013}", ""),
    ] {
        let kept = item(inner);
        let release = fields(&kept.releases[0]);
        let is_near = release[1].starts_with(title);
        assert!(is_near, "{inner}: {}", release[1]);
        if !link.is_empty() {
            assert_eq!(release[5], link, "{inner}");
        }
    }
}

#[test]
fn entities_of_the_document_are_not_expanded() {
    let mut bomb = "<!DOCTYPE r [<!ENTITY a0 'ha'>".to_owned();
    for n in 1..30 {
        let _ = write!(bomb, "<!ENTITY a{n} '&a{};&a{};'>", n - 1, n - 1);
    }
    bomb += "<!ENTITY file SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>x &a29; &file;</title></item></channel></rss>";
    assert_eq!(loaded(&bomb).releases[0].title.as_str(), "x &a29; &file;");
}

#[test]
fn an_unclosed_document_type_is_reported() {
    let rest = "<item><title>a</title></item></rss>";
    for (head, byte) in [
        ("<!DOCTYPE rss [<!ENTITY a 'b'> <rss>".to_owned(), Some(0)),
        // The first closing bracket is that of the item; nothing else shows where the declaration was meant to end.
        (format!("<rss>{}", "<!DOCTYPE r [".repeat(10)), Some(5)),
        (format!("<rss>{}", "<!DOCTYPE r [".repeat(200_000)), Some(5)),
        ("<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a '[]'> ] ><rss>".to_owned(), None),
        ("<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://a.invalid/rss.dtd'><rss>".to_owned(), None),
    ] {
        let kept = loaded(&format!("{head}{rest}"));
        let reported = kept
            .problems
            .iter()
            .find(|problem| problem.reason.as_str().contains("document type declaration is not closed"));
        assert_eq!(reported.map(|problem| problem.byte), byte.map(Some), "{:?}", kept.problems);
        assert!(reported.is_none_or(|problem| problem.cause == Cause::Malformed));
    }
}

#[test]
fn an_empty_feed_is_a_feed_and_other_markup_is_not() {
    let kept = loaded("<rss version='2.0'><channel><title>Nothing yet</title></channel></rss>");
    assert_eq!((kept.title.as_str(), kept.releases.len(), kept.problems.len()), ("Nothing yet", 0, 0));
    for (text, words) in [
        ("<opml version='2.0'><body/></opml>", "a list of subscriptions (OPML)"),
        ("<?xml version='1.0'?><note><to>x</to></note>", "an XML document with the root element <note>"),
    ] {
        let refusal = read(text.as_bytes()).1.expect_err("no feed").to_string();
        assert!(refusal.contains(words), "{refusal}");
    }
}

#[test]
fn content_in_base_64_is_decoded() {
    let atom = |inner: &str| {
        loaded(&format!("<feed><title mode='base64'>VGhlIGZlZWQ=</title><entry><title>t</title>{inner}</entry></feed>"))
    };
    let summary = |inner: &str| atom(inner).releases[0].summary.to_string();
    assert_eq!(atom("").title, "The feed");
    assert_eq!(summary("<summary type='application/octet-stream'> T25lIDxiPmJv\nbGQ8L2I+ </summary>"), "One bold");
    assert_eq!(summary("<summary type='text/html' mode='base64'>T25lIDxiPmJvbGQ8L2I+</summary>"), "One bold");
    assert_eq!(summary("<summary type='application/x'>test</summary>"), "test", "a word that looks like base 64");
    assert_eq!(summary("<content type='image/png'>iVBORw0KGgo=</content>"), "", "an image is not text");
    assert_eq!(summary("<content type='text/plain'>T25lCg==</content>"), "T25lCg==", "not declared as base 64");
    assert_eq!(summary("<content type='application/json'>{1: 2}</content>"), "{1: 2}");
}

#[test]
fn elements_of_extensions_do_not_replace_those_of_the_feed() {
    let described = only(
        "<rss><channel><item><title>t</title><x:description>other</x:description><description>own</description>\
        <x:description>other</x:description></item></channel></rss>",
    );
    assert_eq!(described[7], "own");
    let prefixed = only(
        "<r:rss><r:channel><r:item><x:title>other</x:title><r:title>t</r:title><x:description>other</x:description>\
        <r:description>own</r:description></r:item></r:channel></r:rss>",
    );
    assert_eq!((prefixed[1].as_str(), prefixed[7].as_str()), ("t", "own"));
    let alone = only("<rss><channel><item><title>t</title><x:description>alone</x:description></item></channel></rss>");
    assert_eq!(alone[7], "alone");
}

#[test]
fn a_link_with_its_address_as_text_may_have_a_type() {
    let atom = "<feed><entry><link rel='enclosure'>https://e.org/a.mp3</link>\
        <link rel='alternate'>https://e.org/a</link></entry></feed>";
    assert_eq!(only(atom)[5], "https://e.org/a");
}

#[test]
fn topics_are_read_from_several_elements() {
    let rss = "<rss><channel><item><title>t</title><tags>one, two</tags><category>three</category>\
        <itunes:category text='four'><itunes:category text='five'/></itunes:category></item></channel></rss>";
    assert_eq!(only(rss)[6], "one|two|three|four|five");
}

fn item(n: usize) -> String {
    format!(
        "<item><title>Title {n}</title><link>https://example.org/{n}</link><guid>{n}</guid>\
        <description>&lt;p&gt;Text {n}&lt;/p&gt;</description></item>"
    )
}

fn document(items: &[String]) -> String {
    format!("<rss version='2.0'><channel><title>T</title>{}</channel></rss>", items.concat())
}

proptest! {
    #[test]
    fn damaged_items_cost_only_themselves(damaged in prop::collection::btree_set(0..12_usize, 0..5), how in 0..4_usize) {
        let items: Vec<String> = (0..12).map(item).collect();
        let whole = loaded(&document(&items)).releases;
        let broken: Vec<String> = items.iter().enumerate().map(|(n, item)| match how {
            _ if !damaged.contains(&n) => item.clone(),
            0 => item.replace("</item>", ""),
            1 => item.replace("<description>", "<description><![CDATA[ "),
            2 => item.replace("</title>", "</tit"),
            _ => item.replace("<guid>", "<guid <<>&"),
        }).collect();
        let kept = loaded(&document(&broken)).releases;
        for (n, release) in whole.iter().enumerate().filter(|(n, _)| !damaged.contains(n)) {
            prop_assert!(kept.contains(release), "{} of {:?} is lost: {:?}", n, damaged, document(&broken));
        }
    }

    #[test]
    fn random_tags_never_panic(soup in "(<item>|</item>|<title>|</title>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|&|;|&amp;|<|>|\"|'|/|=|[a-z é]){0,80}") {
        let _ = read(format!("<rss>{soup}").as_bytes());
        let _ = read(format!("<{soup}").as_bytes());
    }

    #[test]
    fn ids_do_not_depend_on_the_order(order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle()) {
        let of = |order: &[usize]| {
            let items: Vec<String> = order.iter().map(|&n| item(n)).collect();
            let mut releases: Vec<_> = loaded(&document(&items)).releases.iter().map(fields).collect();
            releases.sort();
            releases
        };
        prop_assert_eq!(of(&order), of(&(0..8).collect::<Vec<_>>()));
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the corpus") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| ["xml", "rss", "atom", "rdf"].iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn a_longer_prefix_of_a_feed_never_has_fewer_releases() {
    let Some(corpus) = corpus::folder() else { return };
    let mut found = Vec::new();
    files(&corpus.join("feeds"), &mut found);
    let mut seen = 0;
    for path in found {
        let bytes = fs::read(&path).expect("a feed");
        // A UTF-16 prefix may end within a character, and a guessed character set may be guessed differently.
        if bytes.len() < 2_000 || bytes.contains(&0) || std::str::from_utf8(&bytes).is_err() {
            continue;
        }
        // Every 97th byte, or fewer so that there are at most 40 prefixes, unless all are requested.
        let step = if env::var_os("TIDINGS_ALL_CUTS").is_some() { 97 } else { 97.max(bytes.len() / 40) };
        let mut before = 0;
        for end in (0..=bytes.len()).step_by(step) {
            let start = Instant::now();
            let now = read(&bytes[..end]).0.releases.len();
            assert!(now >= before, "{}: {now} releases in {end} bytes, {before} in fewer", path.display());
            assert!(start.elapsed() < Duration::from_secs(2), "{} takes too long", path.display());
            before = now;
        }
        seen += 1;
    }
    assert!(seen > 80, "{seen} feeds");
}

/// An item as `feed-rs` reads it: title, link, date, id, topics.
type Item = (Option<String>, Option<String>, Option<i64>, Option<String>, Vec<String>);

fn theirs(bytes: &[u8]) -> Option<Vec<Item>> {
    // Generated ids are left empty.
    let parser = feed_rs::parser::Builder::new().id_generator(|_, _, _| String::new()).build();
    let feed = parser.parse(bytes).ok()?;
    let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(
        feed.entries
            .into_iter()
            .map(|entry| {
                let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
                (
                    entry.title.and_then(|title| some(title.content)),
                    link.and_then(|link| some(link.href.clone())),
                    entry.published.or(entry.updated).map(|date| date.timestamp()),
                    some(entry.id),
                    entry.categories.into_iter().map(|category| category.label.unwrap_or(category.term)).collect(),
                )
            })
            .collect(),
    )
}

/// Fields that `feed-rs` reads differently, and why.
const EXPLAINED: &[(&str, &str)] = &[];

#[test]
fn every_feed_that_feed_rs_reads_has_as_many_releases_here() {
    let Some(corpus) = corpus::folder() else { return };
    let mut found = Vec::new();
    files(&corpus.join("feeds"), &mut found);
    let (mut counts, mut fewer) = (BTreeMap::<String, [usize; 4]>::new(), Vec::new());
    for path in &found {
        let bytes = fs::read(path).expect("a feed");
        let suite = path.strip_prefix(corpus.join("feeds")).expect("below").iter().next().expect("a suite");
        let count = counts.entry(suite.to_string_lossy().into_owned()).or_default();
        let (kept, result) = read(&bytes);
        let theirs = theirs(&bytes);
        count[0] += 1;
        count[1] += usize::from(result.is_ok());
        count[2] += usize::from(theirs.is_some());
        let Some(theirs) = theirs else { continue };
        // An entry with only an id is not a release.
        let is_link = |link: &String| link.starts_with("http");
        let expected = theirs.iter().filter(|item| item.0.is_some() || item.1.as_ref().is_some_and(is_link)).count();
        // Everything that feed-rs reads is read here too, though in another form: markup as text, an absolute address.
        for (ours, theirs) in kept.releases.iter().zip(&theirs).filter(|_| kept.releases.len() == theirs.len()) {
            let lost = [
                (theirs.0.is_some() && ours.title.is_empty(), "title"),
                (theirs.1.as_ref().is_some_and(is_link) && ours.url.is_empty(), "link"),
                (theirs.2.is_some() && ours.date.map(Date::instant) != theirs.2, "date"),
                (theirs.3.is_some() && theirs.3.as_deref() != Some(ours.id.as_str()), "id"),
                (theirs.4.iter().any(|topic| ours.topics.is_empty() && !topic.trim().is_empty()), "topics"),
            ];
            let name = path.file_name().expect("a name").to_string_lossy();
            let lost = lost.iter().filter(|(is_lost, what)| *is_lost && !EXPLAINED.contains(&(&*name, *what)));
            fewer.extend(lost.map(|(_, what)| format!("{}: {what}: {:?} {theirs:?}", path.display(), fields(ours))));
        }
        if kept.releases.len() < expected {
            fewer.push(format!("{}: {} of {expected}", path.display(), kept.releases.len()));
        }
        count[3] += usize::from(kept.releases.len() >= expected);
        for problem in &kept.problems {
            assert!(problem.kind() != ProblemKind::Syntax || result_is_known(problem), "{}: {problem}", path.display());
        }
    }
    eprintln!("suite: files, read here, read by feed-rs, of those with no fewer releases here\n{counts:#?}");
    assert!(fewer.is_empty(), "{fewer:#?}");
    for (suite, [_, ours, theirs, _]) in counts {
        assert!(ours >= theirs, "{suite}: {ours} read here, {theirs} by feed-rs");
    }
}

/// Some fixtures are damaged on purpose.
fn result_is_known(problem: &Problem) -> bool {
    matches!(problem.cause, Cause::NotUtf8 | Cause::CutOff)
}
