//! Web pages, as far as feeds need them: conversion to UTF-8, to markup that a parser can handle, and from markup to
//! text.
//!
//! A page is larger and messier than the text of a feed. Scripts, styles, drawings and data are removed before parsing,
//! and so are tags that are nested too deeply; markup beyond a limit is then cut off. Finding the readable part happens
//! elsewhere.

use std::io::Read;

use encoding_rs::Encoding;
use flate2::bufread::GzDecoder;
use url::Url;

use super::charset::{Charset, Hints};
use super::fields::{Field, Fields};
use super::lookahead::Lookahead;
use super::unpack::GZIP;
use super::{html, link};
use crate::release::{Link, Span};
use crate::text::CleanBuf;

/// The most bytes of a page that are examined.
const LARGEST: usize = 16 << 20;
/// The most bytes of markup that are parsed.
const LARGEST_MARKUP: usize = 2 << 20;
/// A page declares its character set within this many bytes (HTML, 4.2.5.4).
const HEAD: usize = 1024;
/// Saved pages declare it within this many bytes.
const HEAD_OF_PAGE: usize = 4096;
/// This many bytes decide whether a document is a page.
const SAMPLE: usize = 1 << 16;

/// The document type declaration of pages that have one.
const DOCTYPE: &str = "!doctype html";

/// Returns a page in UTF-8, without scripts, styles, drawings, comments and data, cut if too large. `label` is the
/// character set that the server names, `address` the address of the page.
#[must_use]
pub fn markup_of(page: &[u8], label: Option<&str>, address: &str) -> String {
    html::tame_page(&decode(page.get(..LARGEST).unwrap_or(page), label, address), LARGEST_MARKUP)
}

/// Converts markup to a text, its spans and its links. `base` is the address of the page.
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

/// Returns the absolute address of `text` on the page at `base` if it is http or https.
#[must_use]
pub fn resolve(text: &str, base: &str) -> Option<CleanBuf> {
    link::address(text.trim(), link::base(base).as_ref()).ok().map(|address| CleanBuf::line(&address))
}

/// Whether the document fetched for a feed is a web page.
#[must_use]
pub fn is_page(bytes: &[u8]) -> bool {
    beginning_of(bytes) == Some(Beginning::Page)
}

/// Whether the document fetched for a feed is a sitemap, also a packed one.
#[must_use]
pub fn is_sitemap(bytes: &[u8]) -> bool {
    if !bytes.starts_with(GZIP) {
        return beginning_of(bytes) == Some(Beginning::Sitemap);
    }
    let mut head = Vec::new();
    // The packed data is cut, which is an error at its end.
    let _ = GzDecoder::new(bytes).take(SAMPLE as u64).read_to_end(&mut head);
    beginning_of(&head) == Some(Beginning::Sitemap)
}

fn beginning_of(bytes: &[u8]) -> Option<Beginning> {
    // Its tags are ASCII in any encoding.
    let head = decode(bytes.get(..SAMPLE).unwrap_or(bytes), None, "");
    beginning(head.as_bytes())
}

/// What a text in markup begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// A web page, or a part of one.
    Page,
    /// A sitemap.
    Sitemap,
    /// Anything else.
    Other,
}

/// Returns what a text begins with, or `None` if that is not certain before more of it is known.
pub(super) fn beginning(head: &[u8]) -> Option<Beginning> {
    let head = String::from_utf8_lossy(head.get(..SAMPLE).unwrap_or(head));
    let mut text = head.trim_start_matches('\u{feff}').trim_start();
    // Anything before the first element is irrelevant.
    while let Some(after) = ["<?", "<!--"].iter().find_map(|mark| text.strip_prefix(mark)) {
        let end = if text.starts_with("<?") { "?>" } else { "-->" };
        text = after.split_once(end)?.1.trim_start();
    }
    if text.len() < 4 {
        return None;
    }
    let Some(tag) = text.strip_prefix('<') else { return Some(Beginning::Other) };
    let is_doctype = |start: &str| start.eq_ignore_ascii_case(DOCTYPE);
    let is_drawing = tag.starts_with("svg") || tag.starts_with("math");
    if tag.get(..DOCTYPE.len()).is_some_and(is_doctype) || (html::is_tag(tag) && !is_drawing) {
        return Some(Beginning::Page);
    }
    let (name, _) = tag.split_once('>')?;
    let name = name.split_whitespace().next().unwrap_or_default();
    let name = name.split_once(':').map_or(name, |(_, name)| name);
    Some(if matches!(name, "urlset" | "sitemapindex") { Beginning::Sitemap } else { Beginning::Other })
}

/// Returns the character set that a source declares in a `meta` element, if it is a web page.
pub(super) fn declared_by<R: Read>(input: &mut Lookahead<R>) -> Option<&'static Encoding> {
    let is_enough =
        |head: &[u8]| beginning(head).is_some_and(|begins| begins != Beginning::Page) || head.len() >= HEAD_OF_PAGE;
    let head = input.look(HEAD_OF_PAGE, |head| !is_markup(head) || is_enough(head));
    let is_page = is_markup(head) && beginning(head) == Some(Beginning::Page);
    is_page.then(|| declared(head.get(..HEAD_OF_PAGE).unwrap_or(head))).flatten()
}

/// Whether the first visible character begins a tag, in an encoding that has ASCII.
fn is_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    text.first().is_none_or(|first| *first == b'<')
}

/// Converts a page to UTF-8. The encoding is decided as for feeds: a byte order mark, valid UTF-8, the server's label,
/// the page's own, a guess.
fn decode(page: &[u8], label: Option<&str>, address: &str) -> String {
    let address = Url::parse(address).ok();
    let host = address.as_ref().and_then(Url::host_str);
    let declared = declared(page.get(..HEAD).unwrap_or(page));
    let mut bytes = Vec::with_capacity(page.len());
    // Reading from memory into memory does not fail.
    let _ = Charset::new(page, Hints { label, host, declared }).read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

/// Returns the character set that a page declares in a `meta` element.
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

    fn markup(page: &[u8]) -> String {
        markup_of(page, None, "https://a.example/")
    }

    #[test]
    fn scripts_styles_and_data_are_removed_and_the_rest_stays() {
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
            assert_eq!(super::markup_of(page.as_bytes(), None, ""), markup, "{page}");
        }
    }

    #[test]
    fn markup_too_deep_or_too_large_is_cut() {
        let page = format!("<p>first{}<p>second", "<div>".repeat(300));
        let found = markup(page.as_bytes());
        assert!(found.matches("<div>").count() < 100 && found.ends_with("<p>second"), "{found}");
        let page = "é".repeat(LARGEST_MARKUP);
        let found = markup(page.as_bytes());
        assert!(LARGEST_MARKUP - found.len() < 2, "{}", found.len());
        assert!(found.replace("<wbr>", "").trim_end_matches("<wb").chars().all(|c| c == 'é'));
        let page = "<svg><template><math>".repeat(100_000);
        assert!(markup(page.as_bytes()).len() < 1_000);
        let data = format!("<p>a<img src='data:image/png;base64,{}'>b", "A".repeat(3 << 20));
        assert_eq!(markup(data.as_bytes()), "<p>a<img>b");
    }

    #[test]
    fn character_sets_are_found_where_pages_declare_them() {
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
            let found = markup(&bytes);
            assert!(found.ends_with(&format!("<p>{text}")), "{head}: {found}");
            assert_eq!(markup(page.as_bytes()), found, "{head}");
        }
        let wide: Vec<u8> = "\u{feff}<p>Genève".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(markup(&wide), "<p>Genève");
    }

    #[test]
    fn the_servers_label_overrides_the_pages_own_but_not_the_bytes() {
        let russian = "<p>Новости дня";
        let in_1251 = encoding_rs::WINDOWS_1251.encode(russian).0.into_owned();
        let labelled = |page: &[u8], label| markup_of(page, Some(label), "https://a.example/");
        // A label that is unknown, or in which the bytes are invalid, is ignored.
        for head in
            ["", "<meta charset=windows-1252>", "<meta charset=utf-8>", "<?xml version='1.0' encoding='koi8-r'?>"]
        {
            let page = [head.as_bytes(), &in_1251].concat();
            for label in ["windows-1251", " CP1251 "] {
                let read = labelled(&page, label);
                assert!(read.ends_with(russian), "{head} {label}: {read}");
            }
        }
        for label in ["x-unknown", "", "utf-8", "utf-16"] {
            let page = [b"<meta charset=windows-1251>".as_slice(), &in_1251].concat();
            let read = labelled(&page, label);
            assert!(read.ends_with(russian), "{label}: {read}");
        }
        let xhtml = [b"<?xml version='1.0' encoding='windows-1251'?>".as_slice(), &in_1251].concat();
        assert!(markup(&xhtml).ends_with(russian));
        for page in [russian.to_owned(), format!("\u{feff}{russian}")] {
            assert_eq!(labelled(page.as_bytes(), "windows-1251"), russian);
        }
        let wide: Vec<u8> = format!("\u{feff}{russian}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(labelled(&wide, "windows-1251"), russian);
    }

    #[test]
    fn pages_are_distinguished_from_feeds() {
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
    fn markup_becomes_text_with_its_links() {
        let (text, spans, links) = set_markup(
            "<h2>Head</h2><p>See <a href='/b#c'>there</a> or <a href='javascript:x'>not</a>.",
            "https://a.example/x/",
        );
        assert_eq!(text.as_str(), "Head\n\nSee there or not.");
        assert_eq!(links.iter().map(|link| link.address.as_str()).collect::<Vec<_>>(), ["https://a.example/b#c"]);
        assert_eq!(spans.len(), 2);
    }
}
