//! Extracts the readable text of a web page, formatted like the text of a feed.
//!
//! `dom_smoothie` finds the text, like the reader view of a browser. Nothing here fetches; a picture becomes its
//! description.

use dom_smoothie::{Config, Readability};

use crate::feed::page;
use crate::release::{Link, Span};
use crate::text::CleanBuf;

/// The maximum number of elements of a page, because each is visited many times.
const MOST: usize = 50_000;

/// The readable text of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FullText {
    /// The title; may be empty.
    pub title: CleanBuf,
    /// The author, if the page names one; may be empty.
    pub author: CleanBuf,
    /// The text: several lines, never empty.
    pub text: CleanBuf,
    /// The styles of its parts; [`crate::release::Style::Link`] indexes `links`.
    pub spans: Vec<Span>,
    /// The links in the text.
    pub links: Vec<Link>,
}

/// Why a page cannot be read. The messages follow the name of the page and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No text, or nothing but navigation and the like.
    #[error("no readable text found; a browser may show more")]
    Nothing,
    /// Too large to be processed in reasonable time.
    #[error("page too large (more than {0} elements)")]
    TooLarge(usize),
}

/// Returns the readable text of a page. `label` is the server's charset, `address` that of the page.
///
/// # Errors
/// When no readable text is found.
pub fn readable(page: &[u8], label: Option<&str>, address: &str) -> Result<FullText, Refusal> {
    let markup = page::markup_of(page, label, address);
    let config = Config { max_elements_to_parse: MOST, disable_json_ld: true, ..Config::default() };
    // The library would resolve addresses differently from browsers, so it does not get the page's address.
    let mut reader = Readability::new(markup, None, Some(config)).map_err(|_no_address| Refusal::Nothing)?;
    let base = reader.doc.select("base[href]").iter().next().and_then(|base| base.attr("href"));
    let base = base.and_then(|base| page::resolve(&base, address));
    let article = reader.parse().map_err(|error| match error {
        dom_smoothie::ReadabilityError::TooManyElements(..) => Refusal::TooLarge(MOST),
        _ => Refusal::Nothing,
    })?;
    let (text, spans, links) = page::set_markup(&article.content, base.as_ref().map_or(address, CleanBuf::as_str));
    // Pictures without a description are not text.
    if text.as_str().split_whitespace().all(|word| word == "[image]") {
        return Err(Refusal::Nothing);
    }
    let author = article.byline.as_deref().unwrap_or_default();
    Ok(FullText { title: CleanBuf::line(&article.title), author: CleanBuf::line(author), text, spans, links })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::release::Style;

    const HOME: &str = "https://example.org/news/one.html";

    fn page(body: &str) -> String {
        let text =
            "Ministers agreed on Tuesday, after long talks, that the plan, as it stands, will be kept for a year. ";
        format!(
            "<!doctype html><html><head><title>One plan for all of next year | Example</title><meta name=author content='Jo \u{1b}[1mDoe'></head>
            <body><nav><ul><li><a href=/a>Home</a><li><a href=/b>Contact</a></ul></nav>
            <article><h1>One plan</h1><p>{}</p>{body}<p>{}</p></article>
            <footer><p>All rights reserved</footer><script>alert('<p>no</p>')</script></body></html>",
            text.repeat(5),
            text.repeat(4),
        )
    }

    #[test]
    fn the_text_is_found_and_keeps_its_structure() {
        let body = "<h2>Part</h2><p>See <a href='../more'>more</a> and <strong>this</strong>.</p>
            <ul><li>first thing of several</li><li>second thing of several</li></ul><blockquote><p>Said so</p></blockquote>";
        let read = readable(page(body).as_bytes(), None, HOME).expect("a text");
        let text = read.text.as_str();
        assert!(text.starts_with("Ministers agreed on Tuesday"), "{text}");
        assert!(text.contains("\n\nSee more and this.\n\n") && text.contains("\n• second thing"), "{text}");
        assert!(!text.contains("Contact") && !text.contains("rights") && !text.contains("alert"), "{text}");
        assert_eq!((read.title.as_str(), read.author.as_str()), ("One plan for all of next year", "Jo Doe"));
        assert_eq!(
            read.links.iter().map(|link| link.address.as_str()).collect::<Vec<_>>(),
            ["https://example.org/more"]
        );
        for (part, style) in
            [("Part", Style::Heading(2)), ("more", Style::Link(0)), ("this", Style::Strong), ("Said so", Style::Quote)]
        {
            let is_told = |span: &Span| span.style == style && text.get(span.range(0)) == Some(part);
            assert!(read.spans.iter().any(is_told), "{part} in {:?}", read.spans);
        }
    }

    #[test]
    fn relative_links_follow_the_base_of_the_page() {
        let body = "<base href='https://cdn.example/x/'><p>See <a href='y'>more</a> of it.</p>";
        let read = readable(page(body).as_bytes(), None, HOME).expect("a text");
        assert_eq!(read.links.first().map(|link| link.address.as_str()), Some("https://cdn.example/x/y"));
    }

    #[test]
    fn a_page_without_text_is_refused() {
        for page in ["", " ", "<html><body></body></html>", "<script>x</script>", "<img src=x>"] {
            let refusal = readable(page.as_bytes(), None, HOME).expect_err(page);
            assert!(refusal.to_string().starts_with("no readable text found"), "{refusal}");
        }
    }

    #[test]
    fn deep_and_large_pages_take_little_time() {
        let begun = Instant::now();
        for tag in ["<div>", "<div/>", "<b>", "<table><tr><td>", "<p><i>", "<svg>", "<a href=x>", "<ul><li>"] {
            let _ = readable(format!("{}text", tag.repeat(100_000)).as_bytes(), None, HOME);
            assert!(begun.elapsed() < Duration::from_secs(60), "{tag} took {:?}", begun.elapsed());
        }
        let line = "<p>A line, and another, that are there to be read by somebody who has time for it.</p>";
        assert!(readable(page(&line.repeat(60_000)).as_bytes(), None, HOME).is_ok());
        assert_eq!(readable(page(&"<i>x</i>".repeat(60_000)).as_bytes(), None, HOME), Err(Refusal::TooLarge(MOST)));
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_input_does_not_panic(html in "(</?(p|div|a href='x'|table|tr|td|ul|li|base href='//'|title|h1|span|br|svg|img src=x alt=y)>|[<>/&;a-zé ,.]){0,80}") {
            let _ = (readable(html.as_bytes(), None, HOME), super::super::discover::feeds_of(html.as_bytes(), None, "x"));
        }
    }
}
