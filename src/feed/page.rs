//! Web pages as far as feeds have to do with them: to UTF-8, to what a parser can take, and markup from them to text.
//!
//! A page is larger and worse than any text of a feed. Scripts, styles, drawings and data go before it is parsed, and so do
//! tags that lie too deep; what then lies too far behind is cut off. No element is looked for here.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::fields::{Field, Fields};
use super::{charset, html, link};
use crate::release::{Link, Span};
use crate::text::CleanBuf;

/// Bytes of a page that are looked at.
const LARGEST: usize = 16 << 20;
/// Bytes of markup that are parsed.
const LARGEST_MARKUP: usize = 2 << 20;
/// Within so many bytes a page says in which character set it is written (HTML, 4.2.5.4).
const HEAD: usize = 1024;
/// So many bytes tell the character set of one that does not say.
const SAMPLE: usize = 1 << 16;

/// What a page begins with, if with anything.
const DOCTYPE: &str = "!doctype html";

/// A page in UTF-8, without scripts, styles, drawings, comments and data, cut where it is too large.
#[must_use]
pub fn markup_of(page: &[u8]) -> String {
    html::tame_page(&decode(page.get(..LARGEST).unwrap_or(page)), LARGEST_MARKUP)
}

/// Markup as a release has it: the text, how its parts look, and the links in it. `base` is the address of the page.
#[must_use]
pub fn set_markup(markup: &str, base: &str) -> (CleanBuf, Vec<Span>, Vec<Link>) {
    let mut fields = Fields::default();
    fields.base = link::base(base);
    fields.release.url = CleanBuf::line(base);
    fields.markup((Field::Summary, 0), markup);
    fields.finish();
    let release = fields.release;
    (release.summary, release.summary_spans, release.links)
}

/// The absolute address that `text` stands for on the page at `base`, where it is http or https.
#[must_use]
pub fn resolve(text: &str, base: &str) -> Option<CleanBuf> {
    link::address(text.trim(), link::base(base).as_ref()).ok().map(|address| CleanBuf::line(&address))
}

/// Whether what was fetched for a feed is a web page.
#[must_use]
pub fn is_page(bytes: &[u8]) -> bool {
    let head = decode(bytes.get(..SAMPLE).unwrap_or(bytes));
    let mut text = head.trim_start_matches('\u{feff}').trim_start();
    // What stands before the first element tells nothing.
    while let Some(after) = ["<?", "<!--"].iter().find_map(|mark| text.strip_prefix(mark)) {
        let end = if text.starts_with("<?") { "?>" } else { "-->" };
        let Some((_, rest)) = after.split_once(end) else { return false };
        text = rest.trim_start();
    }
    let Some(tag) = text.strip_prefix('<') else { return false };
    tag.get(..DOCTYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(DOCTYPE)) || html::is_tag(tag)
}

/// A page in UTF-8: by its mark, by its bytes, by what it says, by a guess.
fn decode(page: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = Encoding::for_bom(page) {
        return encoding.decode(page).0;
    }
    let sample = page.get(..SAMPLE).unwrap_or(page);
    let (valid, foreign) = charset::census(sample);
    if valid >= foreign {
        return String::from_utf8_lossy(page);
    }
    let head = page.get(..HEAD).unwrap_or(page);
    let encoding = declared(head).filter(|encoding| *encoding != encoding_rs::UTF_8).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, true);
        detector.guess(None, Utf8Detection::Deny)
    });
    encoding.decode_without_bom_handling(page).0
}

/// The character set that a page names in a `meta` element.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.to_ascii_lowercase();
    memchr::memmem::find_iter(&head, b"charset").find_map(|at| {
        let value = head.get(at + 7..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let label = value.split(|byte| byte.is_ascii_whitespace() || b"\"'>;/".contains(byte)).next()?;
        Encoding::for_label(label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_goes_and_all_else_stays() {
        for (page, markup) in [
            ("<p>a<script>if (a<b) '<div>'</script>b", "<p>ab"),
            ("<p>a<SCRIPT src=x></Script >b<style>p{}</style>c", "<p>abc"),
            ("a<!-- <p> -->b<!-->c-->d", "abc-->d"),
            ("a<svg viewBox=''><path/><title>x</title></svg>b<svg/>c", "abc"),
            ("a<svg>b<svg>c<p>d", "a<p>d"),
            ("a<script>b", "a"),
            ("a<!--b", "a"),
            ("a < b <", "a &lt; b &lt;"),
            (
                "<head><title>a & b</title><meta name=x content='y'></head>",
                "<head><title>a & b</title><meta name=\"x\" content=\"y\"></head>",
            ),
            ("<img src='data:image/png;base64,AAAA' alt=x class=y>", "<img alt=\"x\" class=\"y\">"),
        ] {
            assert_eq!(markup_of(page.as_bytes()), markup, "{page}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_large_is_cut() {
        let page = format!("<p>first{}<p>second", "<div>".repeat(300));
        let markup = markup_of(page.as_bytes());
        assert!(markup.matches("<div>").count() < 100 && markup.ends_with("<p>second"), "{markup}");
        let page = "é".repeat(LARGEST_MARKUP);
        let markup = markup_of(page.as_bytes());
        assert!(LARGEST_MARKUP - markup.len() < 2, "{}", markup.len());
        assert!(markup.replace("<wbr>", "").trim_end_matches("<wb").chars().all(|c| c == 'é'));
        let page = "<svg><template><math>".repeat(100_000);
        assert!(markup_of(page.as_bytes()).len() < 1_000);
        let data = format!("<p>a<img src='data:image/png;base64,{}'>b", "A".repeat(3 << 20));
        assert_eq!(markup_of(data.as_bytes()), "<p>a<img>b");
    }

    #[test]
    fn character_sets_are_found_where_pages_tell_them() {
        let text = "Genève – l’été à Zürich, où l’on parle français";
        for head in [
            "<meta charset=windows-1252>",
            "<META http-equiv='Content-Type' content='text/html; charset=windows-1252'>",
            "<meta name=x content='charset'><meta CHARSET = \"cp1252\" />",
            "<meta charset=utf-8>",
            "",
        ] {
            let page = format!("{head}<p>{text}");
            let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&page);
            let markup = markup_of(&bytes);
            assert!(markup.ends_with(&format!("<p>{text}")), "{head}: {markup}");
            assert_eq!(markup_of(page.as_bytes()), markup, "{head}");
        }
        let wide: Vec<u8> = "\u{feff}<p>Genève".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(markup_of(&wide), "<p>Genève");
    }

    #[test]
    fn pages_are_told_from_feeds() {
        for page in [
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
            "\u{feff} \n<!-- <rss> --><html lang=en>",
            "<?xml version='1.0'?>\n<!DOCTYPE html><html xmlns='x'>",
            "<head><title>x</title>",
            "<body class=x>",
            "<p>x",
        ] {
            assert!(is_page(page.as_bytes()), "{page}");
        }
        for feed in [
            "<?xml version='1.0'?><!-- <html> --><rss a='b&amp;c'><channel><description><![CDATA[<html>]]>",
            "<feed xmlns='x'><title>&lt;html></title>",
            "<rdf:RDF>",
            "{\"title\": \"<html>\"}",
            "<html",
            "<!-- ",
            "html",
            "",
        ] {
            assert!(!is_page(feed.as_bytes()), "{feed}");
        }
    }

    #[test]
    fn markup_is_set_with_its_links() {
        let (text, spans, links) = set_markup(
            "<h2>Head</h2><p>See <a href='/b#c'>there</a> or <a href='javascript:x'>not</a>.",
            "https://a.example/x/",
        );
        assert_eq!(text.as_str(), "Head\n\nSee there or not.");
        assert_eq!(links.iter().map(|link| link.address.as_str()).collect::<Vec<_>>(), ["https://a.example/b#c"]);
        assert_eq!(spans.len(), 2);
    }
}
