//! Markup to text with spans: what it reads as, and how its parts look and belong together.
//!
//! `html2text` parses; `render` sets its tree in text, since its own lines know neither cells nor sections. What it
//! cannot take (or could only take slowly: its parser is quadratic in nesting) loses its tags crudely instead; text is
//! never lost.

mod render;
mod tree;
mod writer;

use html2text::config;

pub(super) use writer::Rich;

/// Elements open at once.
const DEEPEST: usize = 100;
/// Elements that end with a slash, as `<a name="x"/>` does, which leaves it open.
const MOST_SLASHED: usize = 1000;
/// A larger document is not worth its tree, which takes some two hundred times its size.
const LARGEST: usize = 1 << 19;
/// No name of an entity is longer.
const LONGEST_ENTITY: usize = 34;
/// Elements without an end tag, or whose end tag is often left out.
const LOOSE: [&str; 18] = [
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "source",
    "td", "tr", "wbr",
];

/// The elements of HTML, in small letters and in order.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote", "body", "br",
    "button", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt",
    "em", "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li", "link", "main", "mark",
    "meta", "nav", "nobr", "noscript", "object", "ol", "option", "p", "param", "picture", "pre", "q", "s", "samp", "script",
    "section", "select", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg", "table",
    "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u", "ul", "var",
    "video", "wbr",
];

/// Whether a text holds markup: a tag of HTML, a comment, or an entity. What only looks like it does not count:
/// `<ABC.O>`, `a < b`, `<jo@example.org>`, `R&D`.
pub(super) fn is_markup(text: &str) -> bool {
    memchr::memchr2_iter(b'<', b'&', text.as_bytes()).any(|at| {
        let after = text.get(at + 1..).unwrap_or_default();
        if text.as_bytes()[at] == b'&' { is_entity(after) } else { is_tag(after) }
    })
}

fn is_entity(after: &str) -> bool {
    let Some(name) =
        after.get(..after.len().min(LONGEST_ENTITY)).or(Some(after)).and_then(|near| near.split(';').next())
    else {
        return false;
    };
    if name.len() == after.len() {
        return false;
    }
    match name.strip_prefix('#') {
        Some(number) => {
            let digits = number.strip_prefix(['x', 'X']).unwrap_or(number);
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit())
        }
        None => quick_xml::escape::resolve_html5_entity(name).is_some(),
    }
}

/// Whether what stands behind a `<` makes it a tag of HTML or a comment.
pub(super) fn is_tag(after: &str) -> bool {
    if after.starts_with("!--") || after.starts_with("![CDATA[") {
        return true;
    }
    let after = after.strip_prefix('/').unwrap_or(after);
    let name: String = after.chars().take_while(char::is_ascii_alphanumeric).take(12).collect();
    let follows = after.get(name.len()..).unwrap_or_default();
    let is_whole =
        follows.starts_with(['>', '/']) || (follows.starts_with(char::is_whitespace) && follows.contains('>'));
    is_whole && ELEMENTS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// The address that a web page names as its feed.
pub(super) fn feed_link(page: &str) -> Option<String> {
    let mut links = tags(page).filter(|tag| tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("link")));
    let link = links.find(|tag| tag.contains("application/rss+xml") || tag.contains("application/atom+xml"))?;
    let value = link.split_once("href=")?.1;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_owned)
}

/// The text of a piece of HTML; paragraphs are parted by a blank line.
pub(super) fn to_text(html: &str) -> String {
    to_rich(html).text
}

/// The text of a piece of HTML with its spans and links. Where the text is itself markup, since it was escaped twice
/// on its way, the text of that.
pub(super) fn to_rich(html: &str) -> Rich {
    let rich = once(html);
    let was_escaped = !html.contains('<') || !tags(html).any(|tag| is_tag(tag) || is_tag(&format!("{tag}>")));
    if was_escaped && is_markup(&rich.text) { once(&rich.text) } else { rich }
}

fn once(html: &str) -> Rich {
    if html.len() > LARGEST || too_deep(html, DEEPEST).is_some() {
        return Rich { text: without_tags(html), ..Rich::default() };
    }
    let html = kept(html);
    let tree = config::plain_no_decorate().parse_html(html.as_bytes());
    // Where there are no elements, line breaks are the author's.
    let rich = tree.map(|tree| render::render(&tree.document, !html.contains('<'))).unwrap_or_default();
    // A tag that nothing closes swallows the rest.
    if rich.text.is_empty() && !html.contains('>') {
        Rich { text: without_tags(&html), ..Rich::default() }
    } else {
        rich
    }
}

/// What only looks like a tag, made to pass the parser as text.
fn kept(html: &str) -> std::borrow::Cow<'_, str> {
    let is_foreign = |after: &str| {
        !is_tag(after)
            && !after.starts_with(['!', '?'])
            && after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
    };
    if !html.match_indices('<').any(|(at, _)| is_foreign(html.get(at + 1..).unwrap_or_default())) {
        return html.into();
    }
    let mut kept = String::with_capacity(html.len() + 16);
    for (n, part) in html.split('<').enumerate() {
        if n > 0 {
            // Elements of other vocabularies are no text: they have a prefix, or end as they begin.
            let name: String =
                part.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_')).collect();
            let is_element = name.contains([':', '-']) || part.starts_with('/') || html.contains(&format!("</{name}>"));
            kept.push_str(if is_foreign(part) && !is_element { "&lt;" } else { "<" });
        }
        kept.push_str(part);
    }
    kept.into()
}

/// The tags of a document, in order, each as what stands between `<` and `>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or(tag))
}

/// Where the parser may come to see more than so many levels, unless it closes what the author left open.
pub(super) fn too_deep(html: &str, deepest: usize) -> Option<usize> {
    let (mut open, mut slashed) = (Vec::new(), 0);
    for (at, _) in html.match_indices('<') {
        let tag = html.get(at + 1..).and_then(|tag| tag.split(['<', '>']).next()).unwrap_or_default();
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(tag);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_end {
            // An end tag that matches nothing closes nothing.
            if let Some(at) = open.iter().rposition(|open: &&str| open.eq_ignore_ascii_case(name)) {
                open.remove(at);
            }
        } else if is_name && !LOOSE.iter().any(|loose| loose.eq_ignore_ascii_case(name)) {
            // The parser sees no slash at the end of an element of HTML; authors of XHTML mean it.
            if tag.ends_with('/') {
                slashed += 1;
            } else {
                open.push(name);
            }
            if open.len() > deepest || slashed > MOST_SLASHED {
                return Some(at);
            }
        }
    }
    None
}

/// The text between tags, with the five entities that XML has.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut hidden = None;
    for (i, part) in html.split('<').enumerate() {
        let begins = |name: &str| part.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        if let Some(end) = hidden
            && !begins(end)
        {
            continue;
        }
        hidden =
            [("script", "/script"), ("style", "/style")].into_iter().find(|(name, _)| begins(name)).map(|(_, end)| end);
        if hidden.is_some() && i > 0 {
            continue;
        }
        let is_tag = i > 0 && part.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match part.split_once('>') {
            Some((_, after)) if is_tag => {
                if !text.ends_with([' ', '\n']) && !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(after);
            }
            _ => {
                text.push_str(if i > 0 { "<" } else { "" });
                text.push_str(part);
            }
        }
    }
    for (entity, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        if text.contains(entity) {
            text = text.replace(entity, plain);
        }
    }
    text.trim().to_owned()
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
    fn markup_is_told_from_what_only_looks_like_it() {
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
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn what_is_no_tag_stays_and_what_was_escaped_twice_is_read_twice() {
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
    fn what_the_library_refuses_loses_only_its_tags() {
        for deep in [90, 110, 20_000] {
            let html = "<blockquote>".repeat(deep) + "deep &amp; quiet" + &"</blockquote>".repeat(deep);
            assert_eq!(to_text(&html).trim(), "deep & quiet", "{deep}");
        }
        // Each stays open, and each that follows looks at all of them.
        let html = "<div/>".repeat(80_000) + "deep &amp; quiet";
        assert_eq!(to_text(&html), "deep & quiet");
        assert_eq!(without_tags("1 < 2 <b>and</b><br>3"), "1 < 2 and 3");
        assert_eq!(to_text("plain"), "plain");
        assert_eq!(to_text("a <unclosed"), "a <unclosed");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(html in "([<>/&;a-z \"=é]|<p>|<td>|<table>|</|<li>){0,60}") {
            let _ = (to_text(&html), without_tags(&html));
        }
    }
}
