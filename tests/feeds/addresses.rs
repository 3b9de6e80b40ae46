//! Addresses: which link is the page of a release, what they are relative to, how they are repaired and cleaned.

use tidings::feed::opml;
use tidings::release::Cause;

use crate::kept::{loaded, loaded_from};

/// Returns the address of the only release, and those of its links.
fn addresses(feed: &str, base: Option<&str>) -> (String, Vec<String>) {
    let kept = loaded_from(feed.as_bytes(), base);
    assert_eq!(kept.releases.len(), 1, "{feed}");
    let release = &kept.releases[0];
    (release.url.to_string(), release.links.iter().map(|link| link.address.to_string()).collect())
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
fn titles_of_feeds_and_addresses_of_enclosures_are_cleaned_too() {
    let documents = [
        r#"<rss><channel><title>A&#27;[31m&#x202E;B&#x200E;</title><item><title>T</title>
           <enclosure url="https://a.invalid/&#27;[31m&#x202E;x.mp3" type="audio/mpeg&#27;[1m" length="1"/></item></channel></rss>"#,
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>A&#27;[31m&#x202E;B&#x200E;</title><entry><id>1</id><title>T</title>
           <link rel="enclosure" href="https://a.invalid/&#27;[31m&#x202E;x.mp3" title="&#27;[1m"/></entry></feed>"#,
        r#"{"title":"A\u001b[31m\u202eB\u200e","items":[{"title":"T","attachments":
           [{"url":"https://a.invalid/\u001b[31m\u202ex.mp3","mime_type":"audio/mpeg\u001b[1m"}]}]}"#,
    ];
    for document in documents {
        let kept = loaded(document);
        assert_eq!((kept.title.as_str(), kept.releases.len()), ("AB", 1), "{document}");
        let links = kept.releases[0].links.iter().flat_map(|link| [&link.address, &link.label, &link.media]);
        for text in links {
            assert!(text.as_str().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text:?} of {document}");
        }
    }
}
