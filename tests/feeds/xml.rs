//! RSS, Atom, RDF and their predecessors: the value of every field.

use tidings::release::Release;

use crate::kept::{loaded, read};

/// Id, title, day, place, author, link, topics, summary, body.
pub fn fields(release: &Release) -> [String; 9] {
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
fn an_id_is_also_kept_exactly_where_its_white_space_differs() {
    let rss = |guid: &str| format!("<rss><channel><item><title>a</title>{guid}</item></channel></rss>");
    let atom = |id: &str| format!("<feed><entry>{id}<title>a</title></entry></feed>");
    for (text, id, exact) in [
        (rss("<guid>g-1</guid>"), "g-1", ""),
        (rss("<guid>\n  g-1\n</guid>"), "g-1", "\n  g-1\n"),
        (rss("<guid><![CDATA[ a\tb]]> &amp; c</guid>"), "a b & c", " a\tb & c"),
        (rss("<guid> x </guid><guid>g-1</guid>"), "x", " x "),
        (atom("<id>urn:1 </id>"), "urn:1", "urn:1 "),
    ] {
        let kept = loaded(&text);
        assert_eq!((kept.releases[0].id.as_str(), kept.releases[0].guid.as_str()), (id, exact), "{text}");
    }
}

/// The values of custom fields, as in `document-type=Notice`.
fn own(text: &str) -> String {
    let kept = loaded(text);
    let fields = kept.releases[0].fields.iter().map(|field| format!("{}={}", field.name.name(), field.value));
    fields.collect::<Vec<_>>().join(" ")
}

#[test]
fn elements_and_category_schemes_are_custom_fields() {
    let rss = |inner: &str| format!("<rss><channel><item><title>a</title>{inner}</item></channel></rss>");
    let atom = |inner: &str| format!("<feed><entry><title>a</title>{inner}</entry></feed>");
    for (text, expected) in [
        (
            rss("<dc:publisher>City of Bern</dc:publisher><dc:type>Notice</dc:type>"),
            "publisher=City of Bern type=Notice",
        ),
        (
            rss("<docType> Notice </docType><post-id>7</post-id><sc:agency>A &amp;amp; B</sc:agency>"),
            "doc-type=Notice agency=A & B",
        ),
        (
            rss("<source url='https://a.invalid/'>Gazette</source><slash:comments>3</slash:comments>"),
            "x-source=Gazette comments=3",
        ),
        (rss("<media:rating>adult</media:rating><itunes:explicit>no</itunes:explicit>"), "rating=adult explicit=no"),
        (rss("<category domain='https://a.invalid/terms/audience/'>Schools</category>"), "audience=Schools"),
        (rss("<category domain='https://a.invalid/tags'>b</category><category domain='x'>c</category>"), ""),
        (rss("<georss:point>45.2 -71.9</georss:point><wfw:commentRss>https://a.invalid/</wfw:commentRss>"), ""),
        (rss("<more><deep>x</deep></more><note>&lt;b&gt;x&lt;/b&gt;</note><revised>2018-11-06</revised>"), ""),
        (
            atom(
                "<category scheme='https://a.invalid/terms#document-type' term='n' label='Notice'/><category term='x'/>",
            ),
            "document-type=Notice",
        ),
        (atom("<contributor><name>Ann</name><uri>https://a.invalid/</uri></contributor>"), "contributor=Ann"),
    ] {
        assert_eq!(own(&text), expected, "{text}");
    }
    let kept = loaded(&rss("<category domain='https://a.invalid/terms/audience'>Schools</category>"));
    assert_eq!(kept.releases[0].topics.len(), 1, "it is a topic too");
}

#[test]
fn the_language_of_an_item_counts_before_that_of_its_feed() {
    let language = |text: &str| loaded(text).releases[0].language.to_string();
    let rss =
        |head: &str, inner: &str| format!("<rss><channel>{head}<item><title>a</title>{inner}</item></channel></rss>");
    assert_eq!(language(&rss("<language>pt_BR</language>", "")), "pt-br");
    assert_eq!(language(&rss("<language>pt</language>", "<dc:language>en-GB</dc:language>")), "en-gb");
    assert_eq!(language("<feed xml:lang='fr'><entry><title>a</title></entry></feed>"), "fr");
    assert_eq!(language("<feed xml:lang='fr'><entry xml:lang='de'><title>a</title></entry></feed>"), "de");
    assert_eq!(language(&rss("", "")), "");
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

#[test]
fn an_entry_whose_date_is_a_placeholder_has_the_date_of_its_update() {
    for placeholder in ["0001-01-01T00:00:00Z", "0000-00-00", "1970-01-01T00:00:00Z", "1899-12-30"] {
        let published = format!("<published>{placeholder}</published>");
        let updated = "<updated>2026-11-19T08:00:00Z</updated>";
        for dates in [format!("{published}{updated}"), format!("{updated}{published}")] {
            let kept = loaded(&format!("<feed><entry><title>a</title>{dates}</entry></feed>"));
            let date = kept.releases[0].date.expect("a date").to_string();
            assert!(date.starts_with("2026-11-19"), "{placeholder}: {date}");
        }
        let kept = loaded(&format!("<feed><entry><title>a</title>{published}</entry></feed>"));
        assert_eq!(kept.releases[0].date, None, "{placeholder}");
    }
}
