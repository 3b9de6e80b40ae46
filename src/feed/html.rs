//! Converts markup to text with spans for formatting and structure.
//!
//! `tokens` splits markup into tags and text, `tame` limits it to what the parser can process in linear time, the
//! parser (`dom_query`) builds a tree, and `render` turns the tree into text. Simple markup needs no tree:
//! `render::simple` writes its text directly. Text is never lost.

mod attributes;
mod entities;
mod names;
mod render;
mod svg;
mod tame;
mod tokens;
mod tree;
mod writer;

use std::cell::LazyCell;
use std::ops::ControlFlow;

use dom_query::Document;
use memchr::{memchr2_iter, memrchr};
use names::{Kind, element};
use render::Renderer;
pub(super) use tame::tame_page;
use tokens::{Token, Tokens};
pub(super) use writer::Rich;

use super::autolink;
use crate::release::Style;

/// Whether a text contains markup: an HTML tag, a comment or an entity. Look-alikes do not count: `<ABC.O>`, `a < b`,
/// `<jo@example.org>`, `R&D`.
pub(super) fn is_markup(text: &str) -> bool {
    // Without a closing bracket there is no tag.
    let last = LazyCell::new(|| memrchr(b'>', text.as_bytes()));
    memchr2_iter(b'<', b'&', text.as_bytes()).any(|at| {
        let after = text.get(at + 1..).unwrap_or_default();
        if text.as_bytes()[at] == b'&' {
            entities::read(after).is_some()
        } else {
            begins_tag(after) && (*last > Some(at) || after.starts_with('!'))
        }
    })
}

/// Whether the text after a `<` makes it an HTML tag or a comment.
pub(super) fn is_tag(after: &str) -> bool {
    begins_tag(after) && (after.contains('>') || after.starts_with('!'))
}

fn begins_tag(after: &str) -> bool {
    if after.starts_with("!--") || after.starts_with("![CDATA[") {
        return true;
    }
    let name = tokens::name_of(after.strip_prefix('/').unwrap_or(after));
    let rest = after.strip_prefix('/').unwrap_or(after).get(name.len()..).unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')) && element(name).is_some()
}

/// Returns the address of the feed that a web page links to.
pub(super) fn feed_link(page: &str) -> Option<String> {
    Tokens::new(page).find_map(|token| {
        let Token::Start(tag) = token else { return None };
        let kind = tag.attribute("type").filter(|_| tag.name.eq_ignore_ascii_case("link"))?.trim().to_ascii_lowercase();
        let is_feed = matches!(kind.as_str(), "application/rss+xml" | "application/atom+xml");
        tag.attribute("href").filter(|_| is_feed).map(str::to_owned)
    })
}

/// Whether an element of this name has lines of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(element(name), Some((_, Kind::Block | Kind::Scope | Kind::Loose | Kind::Document) | ("hr", _)))
}

/// Returns the scripts of a page: the media type of each in lower case, and its content.
pub(super) fn scripts(page: &str) -> Vec<(String, &str)> {
    let mut scripts = Vec::new();
    let mut tokens = Tokens::new(page);
    while let Some(token) = tokens.next() {
        let Token::Start(tag) = token else { continue };
        let Some((name @ ("script" | "style" | "textarea"), _)) = element(tag.name) else { continue };
        let kind = tag.attribute("type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if let Some(content) = tokens.content(name, |_| true)
            && name == "script"
            && kind.contains("json")
        {
            scripts.push((kind, content));
        }
    }
    scripts
}

/// Returns the text of a piece of HTML; a blank line separates paragraphs.
pub(super) fn to_text(html: &str) -> String {
    to_rich(html).text
}

/// Returns the text of a piece of HTML with its spans and links. If the text is itself markup, because it was escaped
/// twice, returns the text of that markup.
pub(super) fn to_rich(html: &str) -> Rich {
    if let Some(rich) = render::simple::read(html) {
        return rich;
    }
    if has_elements(html) {
        return set(html, false);
    }
    // Without elements, line breaks are the author's.
    let rich = words(html);
    if !is_escaped_twice(&rich.text) {
        rich
    } else if has_elements(&rich.text) {
        set(&rich.text, false)
    } else {
        words(&rich.text)
    }
}

/// Turns the addresses in a plain text into links. Returns `None` if there are none.
pub(super) fn with_addresses(text: &str) -> Option<Rich> {
    let mut rich = Rich::default();
    for (range, address) in autolink::addresses(text).take(render::LINKS) {
        let number = u16::try_from(rich.links.len()).ok()?;
        rich.links.push((text.get(range.clone())?.to_owned(), address.into_owned()));
        rich.spans.push((range.start, range.end, Style::Link(number)));
    }
    if rich.links.is_empty() {
        return None;
    }
    text.clone_into(&mut rich.text);
    Some(rich)
}

fn has_elements(html: &str) -> bool {
    Tokens::new(html).any(|token| !matches!(token, Token::Text(_)))
}

/// Converts text whose only markup is entities.
fn words(html: &str) -> Rich {
    let html =
        if html.len() > render::LONGEST { html.split_at(tame::place_to_cut(html, render::LONGEST)).0 } else { html };
    let Some(text) = entities::decode(html) else { return set(html, true) };
    let mut renderer = Renderer::new(true);
    renderer.words(&text);
    renderer.finish()
}

fn set(html: &str, keeps_lines: bool) -> Rich {
    let mut renderer = Renderer::new(keeps_lines);
    tame::tame(html, |piece| {
        renderer.tree(&Document::fragment(piece).html_root());
        if renderer.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    renderer.finish()
}

/// Whether a text without elements is itself markup. A text that only mentions elements (`Use <b> for bold`) is not: it
/// must contain an end tag, an element with an attribute, or several line breaks. Without brackets, entities decide,
/// except those of brackets and of isolated spaces.
fn is_escaped_twice(text: &str) -> bool {
    if !text.contains('<') {
        return entities::are_left(text);
    }
    let mut begun: Vec<&str> = Vec::new();
    let mut breaks = 0;
    Tokens::new(text).any(|token| match token {
        Token::Text(_) | Token::Comment => false,
        Token::Start(tag) => {
            let Some((name, kind)) = element(tag.name) else { return false };
            if kind != Kind::Void && !begun.contains(&name) {
                begun.push(name);
            }
            breaks += usize::from(name == "br");
            breaks > 1 || tag.attributes().any(|(_, value)| !value.is_empty())
        }
        Token::End(name) => element(name).is_some_and(|(name, _)| begun.contains(&name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_paragraphs() {
        let html = "<p>One <b>bold</b> <a href=\"http://x.invalid\">link</a> &amp; more.</p><hr><ul><li>first<li>second</ul><p>Two</p>";
        let text = to_text(html);
        assert!(text.starts_with("One bold link & more.\n"), "{text:?}");
        assert!(text.ends_with("Two") && text.contains("\n• first\n• second\n"), "{text:?}");
        assert!(!text.contains('─'), "{text:?}");
    }

    #[test]
    fn markup_is_distinguished_from_look_alikes() {
        for text in [
            "a &amp; b",
            "&nbsp;",
            "&#8211;",
            "&#x96;",
            "<p>x",
            "x</b>",
            "<br/>",
            "<a href='x'>",
            "<!-- x -->",
            "<IMG src=x>",
        ] {
            assert!(is_markup(text), "{text}");
        }
        for text in [
            "R&D",
            "AT&T;",
            "<ABC.O>",
            "a < b > c",
            "<jo@example.org>",
            "i <3 u",
            "&unknown;",
            "&#;",
            "<bold",
            "<b",
            "x &c; <p",
            "&",
        ] {
            assert!(!is_markup(text), "{text}");
        }
    }

    #[test]
    fn look_alike_tags_stay_and_double_escaping_is_undone() {
        assert_eq!(to_text("<p>Shares of <ABC.O> rose &amp; fell</p>"), "Shares of <ABC.O> rose & fell");
        assert_eq!(to_text("<p>by <jo@example.org></p>"), "by <jo@example.org>");
        assert_eq!(to_text("&lt;p&gt;One &amp;amp; two&lt;/p&gt;"), "One & two");
        assert_eq!(to_text("Q&amp;nbsp;A"), "Q\u{a0}A");
        assert_eq!(to_text("<p>Write &lt;b&gt; for bold</p>"), "Write <b> for bold");
        assert_eq!(to_text("<p>a<o:p></o:p> <custom-tag>b</custom-tag> <xyz>c</xyz></p>"), "a b c");
    }

    #[test]
    fn a_page_names_its_feed() {
        let page = "<html><LINK rel=alternate type=\"application/rss+xml\" href=\"/feed.xml\">";
        assert_eq!(feed_link(page).as_deref(), Some("/feed.xml"));
        assert_eq!(feed_link("<link rel=stylesheet href='x'>"), None);
    }

    #[test]
    fn long_paragraphs_are_not_wrapped() {
        let html = format!("<p>{}</p>", "word ".repeat(1000));
        assert_eq!(to_text(&html).lines().count(), 1);
    }

    #[test]
    fn elements_nested_too_deeply_lose_only_their_tags() {
        for deep in [70, 110, 20_000] {
            let html = "<blockquote>".repeat(deep) + "deep &amp; quiet" + &"</blockquote>".repeat(deep) + "<b>out</b>";
            assert_eq!(to_text(&html).replace("\n\n", "\n"), "deep & quiet\nout", "{deep}");
        }
        let html = "<div/>".repeat(80_000) + "deep &amp; quiet";
        assert_eq!(to_text(&html), "deep & quiet");
        assert_eq!(to_text("1 < 2 <b>and</b><br>3"), "1 < 2 and\n3");
        assert_eq!(to_text("plain"), "plain");
        assert_eq!(to_text("a <unclosed"), "a <unclosed");
    }

    #[test]
    fn text_escaped_once_is_unescaped_once() {
        for (html, text) in [
            ("Use &lt;b&gt; for bold", "Use <b> for bold"),
            ("&lt;p&gt; begins a paragraph, &lt;br&gt; breaks a line", "<p> begins a paragraph, <br> breaks a line"),
            ("Write &amp;lt; for &lt;, and &amp;lt;b&amp;gt;", "Write &lt; for <, and &lt;b&gt;"),
            ("Write &amp;lt;b&amp;gt;", "Write &lt;b&gt;"),
            ("Put &amp;nbsp; between", "Put &nbsp; between"),
            ("vec&lt;String&gt; of List&lt;T&gt;", "vec<String> of List<T>"),
            // Escaped twice.
            ("&lt;p&gt;One &amp;amp; two&lt;/p&gt;", "One & two"),
            ("See &lt;a href=\"https://a.example\"&gt;this", "See this"),
            ("one&lt;br&gt;two&lt;br /&gt;three", "one\ntwo\nthree"),
            ("Tom &amp;amp; Jerry&amp;#8217;s", "Tom & Jerry’s"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_does_not_panic(html in "([<>/&;a-z \"=é]|<p>|<td>|<table>|</|<li>|<svg>|<math>|<!--|<title>){0,60}") {
            let _ = to_text(&html);
        }

        #[test]
        fn entities_are_read_as_the_parser_reads_them(text in "(&(amp|lt|nbsp|eacute|#8217|#x41|#150|unknown|not|notit|#|#0|#xd800);?|[&a-z;é \n]){0,30}") {
            if !has_elements(&text) && entities::decode(&text).is_some() {
                proptest::prop_assert_eq!(words(&text), set(&text, true));
            }
        }
    }
}
