//! Declarations in a feed are respected: the type of a text, the base of its addresses, the link that is the page, the
//! format of a document.

#[path = "support/kept.rs"]
mod kept;

use std::io::Write;

use tidings::feed::{self, opml};
use tidings::release::Cause;
use tidings::text::CleanBuf;
use url::Url;

use kept::Kept;

fn loaded_from(mut bytes: &[u8], base: Option<&str>) -> Kept {
    let mut kept = Kept { base: base.and_then(|base| Url::parse(base).ok()), ..Kept::default() };
    let read = feed::read(CleanBuf::line("test").as_clean(), &mut bytes, &mut kept);
    read.unwrap_or_else(|refusal| panic!("{} {refusal}", String::from_utf8_lossy(bytes)));
    kept
}

fn loaded(text: &str) -> Kept {
    loaded_from(text.as_bytes(), None)
}

/// Returns title and summary of the only release.
fn texts(feed: &str) -> (String, String) {
    let kept = loaded(feed);
    assert_eq!(kept.releases.len(), 1, "{feed}");
    (kept.releases[0].title.to_string(), kept.releases[0].summary.to_string())
}

/// Returns the address of the only release, and those of its links.
fn addresses(feed: &str, base: Option<&str>) -> (String, Vec<String>) {
    let kept = loaded_from(feed.as_bytes(), base);
    assert_eq!(kept.releases.len(), 1, "{feed}");
    let release = &kept.releases[0];
    (release.url.to_string(), release.links.iter().map(|link| link.address.to_string()).collect())
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

#[test]
fn among_several_links_the_page_is_opened() {
    let page = "https://a.invalid/1.html";
    let html = format!("<link rel='alternate' type='text/html' href='{page}'/>");
    let others = [
        "<link rel='alternate' type='application/json' href='https://a.invalid/1.json'/>",
        "<link rel='alternate' type='application/activity+json' href='https://a.invalid/1.activity'/>",
        "<link rel='alternate' type='application/atom+xml' href='https://a.invalid/1.atom'/>",
        "<link rel='alternate' type='application/pdf' href='https://a.invalid/1.pdf'/>",
        "<link rel='alternate' href='nostr:naddr1abc'/>",
        "<link rel='alternate' type='text/html' href='gemini://a.invalid/1'/>",
        "<link rel='self' href='https://a.invalid/self'/>",
        "<link rel='edit' href='https://a.invalid/edit'/>",
        "<link rel='alternate' hreflang='fr' href='https://a.invalid/1.fr'/>",
    ];
    let pages = [
        html,
        format!("<link href='{page}'/>"),
        format!("<link rel='Alternate' type='TEXT/HTML; charset=utf-8' href=' {page} '/>"),
        format!("<link rel='alternate' type='application/xhtml+xml' hreflang='en-GB' href='{page}'/>"),
        format!("<link rel='http://www.iana.org/assignments/relation/alternate' href='{page}'/>"),
    ];
    for link in &pages {
        for other in others {
            for links in [format!("{other}{link}"), format!("{link}{other}")] {
                let feed = format!("<feed xml:lang='en'><entry><title>t</title>{links}</entry></feed>");
                let kept = loaded(&feed);
                assert_eq!(kept.releases[0].url.as_str(), page, "{links}");
                assert!(kept.problems.is_empty(), "{links}");
            }
        }
    }
    let all: String = others[..4].concat();
    let feed = format!("<feed><entry><title>t</title>{all}</entry></feed>");
    assert_eq!(addresses(&feed, None).0, "https://a.invalid/1.pdf");
    let bad = loaded("<feed><entry><title>t</title><link href='nostr:n1'/></entry></feed>");
    assert_eq!((bad.releases[0].url.as_str(), bad.causes()), ("", vec![Cause::Link]));
    let rss = format!(
        "<rss><channel><item><atom:link rel='self' href='https://a.invalid/self'/><link>{page}</link>\
         <atom:link rel='alternate' type='application/json' href='https://a.invalid/j'/></item></channel></rss>"
    );
    assert_eq!(addresses(&rss, None).0, page);
    for json in [
        format!("[{{\"external_url\":\"{page}\",\"url\":\"nostr:n1\"}}]"),
        format!("[{{\"url\":\"nostr:n1\",\"external_url\":\"{page}\"}}]"),
        format!(
            "[{{\"links\":[{{\"rel\":\"self\",\"href\":\"https://a.invalid/s\"}},\
             {{\"type\":\"application/json\",\"href\":\"https://a.invalid/j\"}},{{\"type\":\"text/html\",\"href\":\"{page}\"}}]}}]"
        ),
    ] {
        assert_eq!(addresses(&json, None).0, page, "{json}");
    }
}

#[test]
fn a_base_applies_to_its_element_and_descendants() {
    let feed = |entry: &str| {
        format!(
            "<feed xml:base='https://a.invalid/blog/'><title>T</title>\
             <entry><title>before</title><link xml:base='https://x.invalid/' href='y'/></entry>{entry}</feed>"
        )
    };
    let second = |entry: &str| {
        let kept = loaded(&feed(entry));
        let release = &kept.releases[1];
        let links = release.links.iter().map(|link| link.address.to_string()).collect::<Vec<_>>();
        (release.url.to_string(), links)
    };
    let pair =
        |url: &str, links: &[&str]| (url.to_owned(), links.iter().map(|&link| link.to_owned()).collect::<Vec<_>>());
    assert_eq!(
        second(
            "<entry xml:base='2026/05/'><link href='rye'/><content type='html' xml:base='https://o.invalid/deep/'>\
             &lt;a href=\"more\"&gt;m&lt;/a&gt;</content></entry>"
        ),
        pair("https://a.invalid/blog/2026/05/rye", &["https://o.invalid/deep/more"])
    );
    assert_eq!(
        second(
            "<entry><link xml:base='https://cdn.invalid/x/' rel='enclosure' href='r.mp3'/><link href='wheat'/>\
             <content type='html'>&lt;a href=\"b\"&gt;b&lt;/a&gt;</content></entry>"
        ),
        pair("https://a.invalid/blog/wheat", &["https://cdn.invalid/x/r.mp3", "https://a.invalid/blog/b"])
    );
    assert_eq!(
        second(
            "<entry><summary xml:base='/s/' type='html'>&lt;a href='1'>1&lt;/a&gt;</summary><link href='w'/>\
             <content type='xhtml'><div xml:base='in/'><a href='2'>2</a></div></content>\
             <link rel='related' href='3'/></entry>"
        ),
        pair(
            "https://a.invalid/blog/w",
            &["https://a.invalid/blog/3", "https://a.invalid/s/1", "https://a.invalid/blog/in/2"]
        )
    );
    // The base of the feed itself may be relative to the feed's address.
    let relative = "<feed xml:base='/blog/'><entry><link href='w'/></entry></feed>";
    assert_eq!(addresses(relative, Some("https://a.invalid/feeds/all.atom")).0, "https://a.invalid/blog/w");
    let nested =
        "<rss xml:base='https://a.invalid/x/'><channel xml:base='y/'><item><link>w</link></item></channel></rss>";
    assert_eq!(addresses(nested, None).0, "https://a.invalid/x/y/w");
}

#[test]
fn links_of_a_text_are_relative_to_the_page_of_its_item() {
    let text = "&lt;p&gt;&lt;a href=\"more\"&gt;m&lt;/a&gt; &lt;a href=\"/top\"&gt;t&lt;/a&gt;&lt;/p&gt;";
    let expected = ["https://a.invalid/2026/05/more", "https://a.invalid/top"].map(str::to_owned).to_vec();
    let page = "https://a.invalid/2026/05/rye";
    for item in [
        format!("<description>{text}</description><link>{page}</link>"),
        format!("<link>{page}</link><description>{text}</description>"),
        format!("<content:encoded>{text}</content:encoded><guid>{page}</guid>"),
    ] {
        let feed = format!(
            "<rss><channel><link>https://home.invalid/x/</link><item><title>t</title>{item}</item></channel></rss>"
        );
        assert_eq!(addresses(&feed, None), (page.to_owned(), expected.clone()), "{item}");
    }
    let html = text.replace("&lt;", "<").replace("&gt;", ">");
    let json = serde_json::json!({ "home_page_url": "https://home.invalid/", "items": [{ "content_html": html, "url": page }] });
    assert_eq!(addresses(&json.to_string(), None), (page.to_owned(), expected.clone()));
    // Without its own page, the feed's; never that of a sound.
    for item in ["", "<enclosure url='https://cdn.invalid/x.mp3' type='audio/mpeg'/>"] {
        let feed = format!(
            "<rss><channel><link>https://home.invalid/x/</link><item><title>t</title>{item}<description>{text}</description>\
             </item></channel></rss>"
        );
        let links = addresses(&feed, None).1;
        assert!(
            links.ends_with(&["https://home.invalid/x/more".to_owned(), "https://home.invalid/top".to_owned()]),
            "{links:?}"
        );
    }
}

#[test]
fn addresses_are_repaired_if_the_meaning_is_certain() {
    for (written, expected) in [
        ("https://a.invalid/?a=1&amp;amp;b=2", "https://a.invalid/?a=1&b=2"),
        ("https://a.invalid/?a=1&amp;amp;amp;b=2&amp;#038;c=3", "https://a.invalid/?a=1&b=2&c=3"),
        ("https://a.invalid/?q=this&amp;amp;that", "https://a.invalid/?q=this&amp;that"),
        ("feed:https://a.invalid/x", "https://a.invalid/x"),
        ("feed://a.invalid/x", "https://a.invalid/x"),
    ] {
        let rss = format!("<rss><channel><item><title>t</title><link>{written}</link></item></channel></rss>");
        assert_eq!(addresses(&rss, None).0, expected, "{written}");
        let list = format!("<opml><body><outline type='rss' text='a' xmlUrl='{written}'/></body></opml>");
        let found = opml::read(&mut list.as_bytes()).expect("a list");
        assert_eq!(found.subscriptions[0].address.as_str(), expected, "{written}");
    }
}

#[test]
fn invisible_text_before_a_document_is_skipped() {
    let mark = "\u{feff}";
    let before: Vec<String> = [
        "",
        "\n",
        mark,
        "\n\u{feff}",
        "\u{feff}\n\n",
        "\u{feff}\u{feff}",
        "\u{200b}",
        "\u{a0}",
        "\u{2060}",
        "\u{ad}",
        "\u{c}",
        "\u{b}",
        "\0",
        "\u{1a}",
        "\u{200e}\r\n \u{feff}",
        "\u{180e}",
        "\u{3000}",
        "\u{fffe}",
        "\u{85}",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([" \n".repeat(5000) + mark])
    .collect();
    let xml = "<?xml version='1.0' encoding='UTF-8'?><rss><channel><item><title>Öne</title></item></channel></rss>";
    let feed = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"title\":\"Öne\"}]}";
    let lines = "{\"title\":\"Öne\"}\n{\"title\":\"Two\"}\n";
    let list = "<opml><body><outline text='Öne' xmlUrl='https://a.invalid/'/></body></opml>";
    let gzip = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).expect("memory");
        packed.finish().expect("memory")
    };
    for before in &before {
        for text in [xml, feed, lines, "[{\"title\":\"Öne\"}]"] {
            let text = format!("{before}{text}");
            let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
            let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
            for bytes in [
                text.clone().into_bytes(),
                gzip(text.as_bytes()),
                [b"\xff\xfe", little.as_slice()].concat(),
                [b"\xfe\xff", big.as_slice()].concat(),
                little,
                big,
            ] {
                let kept = loaded_from(&bytes, None);
                assert_eq!(
                    kept.titles()[0],
                    "Öne",
                    "{before:?} before {text:.20} in {:x?}",
                    &bytes[..12.min(bytes.len())]
                );
                assert!(
                    kept.causes().iter().all(|cause| matches!(cause, Cause::Encoding { is_guess: false })),
                    "{:?}",
                    kept.problems
                );
            }
        }
        let list = format!("{before}{list}");
        assert_eq!(
            opml::read(&mut list.as_bytes()).expect("a list").subscriptions[0].title.as_str(),
            "Öne",
            "{before:?}"
        );
    }
    let marked = loaded(&format!("{mark}{{\"title\":\"One\"}}\n{mark}{{\"title\":\"Two\"}}\n{mark}"));
    assert_eq!((marked.titles(), marked.problems.len()), (vec!["One", "Two"], 0), "{:?}", marked.problems);
}

#[test]
fn a_json_feed_without_items_is_an_empty_feed() {
    for items in ["", ",\"items\":null", ",\"items\":{}", ",\"items\":[]", ",\"items\":\"none\""] {
        let feed =
            format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Comments on: Rye\"{items}}}");
        let kept = loaded(&feed);
        assert_eq!((kept.title.as_str(), kept.releases.len()), ("Comments on: Rye", 0), "{feed}");
    }
    assert_eq!(loaded("{\"title\":\"A release\",\"url\":\"https://a.invalid/\"}").releases.len(), 1);
}

#[test]
fn a_release_whose_text_is_a_list_of_blocks_is_one_release() {
    let blocks = "[{\"type\":\"heading\",\"text\":\"Why\"},{\"type\":\"paragraph\",\"text\":\"So.\"},{\"type\":\"image\",\"url\":\"https://a.invalid/i.png\"}]";
    for release in [
        format!("{{\"title\":\"Rye\",\"url\":\"https://a.invalid/\",\"body\":{blocks}}}"),
        format!("{{\"content\":{blocks},\"title\":\"Rye\",\"url\":\"https://a.invalid/\"}}"),
        format!("{{\"headline\":\"Rye\",\"date\":\"2026-05-01\",\"content\":{blocks}}}"),
        format!("{{\"title\":\"Rye\",\"content\":{}}}", blocks.replace("\"text\"", "\"content\"")),
    ] {
        let kept = loaded(&release);
        assert_eq!(kept.titles(), ["Rye"], "{release}");
        assert_eq!(kept.releases[0].summary.as_str(), "Why\n\nSo.", "{release}");
    }
    // A page of items, as some APIs return it.
    let items = "[{\"id\":1,\"title\":\"One\",\"url\":\"https://a.invalid/1\"},{\"id\":2,\"title\":\"Two\"}]";
    for page in [
        format!("{{\"content\":{items},\"totalPages\":3}}"),
        format!("{{\"title\":\"News\",\"content\":{items}}}"),
        format!("{{\"body\":{items},\"statusCode\":200}}"),
    ] {
        assert_eq!(loaded(&page).titles(), ["One", "Two"], "{page}");
    }
    assert_eq!(loaded("{\"content\":[{\"text\":\"a\"},{\"text\":\"b\"}],\"total\":2}").releases.len(), 2);
}

#[test]
fn junk_after_packed_data_is_reported_and_loses_nothing() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"[{\"title\":\"One\"}]").expect("memory");
    let packed = packed.finish().expect("memory");
    for junk in [vec![0; 512], b"<!-- cached -->".to_vec(), packed[..packed.len() - 9].to_vec()] {
        let kept = loaded_from(&[packed.clone(), junk].concat(), None);
        assert_eq!((kept.titles(), kept.causes()), (vec!["One"], vec![Cause::Trailing]));
    }
    assert!(loaded_from(&packed, None).problems.is_empty());
}
