//! The fast path for items: walks an item whose elements contain only text, without the parser.
//!
//! It proves that the item consists of terminated tags with names of ASCII letters, each element closed by its own end
//! tag and containing only text, CDATA sections and entities that end within [`LONGEST_ENTITY`] bytes. Such an item needs
//! no mending, and [`walk`](super::walk::walk) would report the same elements.
//!
//! The item is handed back at anything else: an element within an element, unless it is an empty container, a comment, a
//! stray bracket or end tag. Some elements may have been reported by then; the caller starts again.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr3};
use quick_xml::events::BytesStart;

use super::walk::{Element, LONGEST_ENTITY, attributes, unescape};

const CDATA: &str = "<![CDATA[";
static CDATA_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("]]>"));

/// Like [`walk`](super::walk::walk), for an item. Returns `None` to hand it back.
pub(super) fn walk<'x>(
    xml: &'x str,
    is_container: impl Fn(&str, &str) -> bool,
    element: &mut dyn FnMut(&Element<'x>),
) -> Option<()> {
    let item = Tag::read(xml, 0)?;
    if item.is_empty || !is_container(item.prefix, item.name) {
        return None;
    }
    element(&item.element(0));
    let mut at = item.end;
    loop {
        at += memchr(b'<', xml.get(at..)?.as_bytes())?;
        if let Some(end) = end_tag(xml, at, item.qualified) {
            return (end == xml.len()).then_some(());
        }
        let tag = Tag::read(xml, at)?;
        let mut found = tag.element(at);
        at = tag.end;
        if is_container(tag.prefix, tag.name) {
            if !tag.is_empty {
                return None;
            }
        } else {
            found.is_complete = true;
            if !tag.is_empty {
                let (text, end) = content(xml, tag.end)?;
                (found.text, found.inner) = (text, xml.get(tag.end..end)?);
                at = end_tag(xml, end, tag.qualified)?;
            }
        }
        element(&found);
    }
}

/// A start tag, or that of an empty element.
struct Tag<'x> {
    qualified: &'x str,
    prefix: &'x str,
    name: &'x str,
    /// What is between the brackets, without the slash of an empty element.
    inner: &'x str,
    is_empty: bool,
    end: usize,
}

impl<'x> Tag<'x> {
    /// Reads the tag at this position.
    fn read(xml: &'x str, at: usize) -> Option<Self> {
        let bytes = xml.as_bytes().get(at..)?.strip_prefix(b"<")?;
        let length = name_length(bytes);
        let qualified = xml.get(at + 1..at + 1 + length).filter(|name| !name.is_empty())?;
        let (prefix, name) = match memchr(b':', qualified.as_bytes()) {
            Some(_) => qualified.split_once(':')?,
            None => ("", qualified),
        };
        let end = match bytes.get(length)? {
            b'>' => length,
            b' ' | b'\t' | b'\r' | b'\n' | b'/' => length + end_of_tag(bytes.get(length..)?)?,
            _ => return None,
        };
        let inner = xml.get(at + 1..at + 1 + end)?;
        let slashed = inner.strip_suffix('/');
        // A slash after the name begins the end of the tag, or it is part of the name.
        if bytes[length] == b'/' && slashed.is_none_or(|inner| inner.len() != length) {
            return None;
        }
        let (inner, is_empty) = (slashed.unwrap_or(inner), slashed.is_some());
        Some(Self { qualified, prefix, name, inner, is_empty, end: at + 1 + end + 1 })
    }

    /// Returns the element without its content.
    fn element(&self, at: usize) -> Element<'x> {
        let attributes = if self.inner.len() == self.qualified.len() {
            Vec::new()
        } else {
            attributes(&BytesStart::from_content(self.inner, self.qualified.len()))
        };
        Element { prefix: self.prefix, name: self.name, attributes, at, ..Element::default() }
    }
}

fn name_length(bytes: &[u8]) -> usize {
    let is_first = bytes.first().is_some_and(u8::is_ascii_alphabetic);
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.');
    if is_first { bytes.iter().take_while(is_name).count() } else { 0 }
}

/// Returns the position of the first `>` outside quotes.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        if bytes[at] == b'>' {
            return Some(at);
        }
        at += 1 + memchr(bytes[at], bytes.get(at + 1..)?)? + 1;
    }
}

/// Returns the end of the end tag of this name at `at`, if there is one.
fn end_tag(xml: &str, at: usize, name: &str) -> Option<usize> {
    let rest = xml.get(at..)?.strip_prefix("</")?.strip_prefix(name)?;
    rest.starts_with('>').then_some(at + 2 + name.len() + 1)
}

/// Reads the text from `from` on. Returns it with its end.
fn content(xml: &str, from: usize) -> Option<(Cow<'_, str>, usize)> {
    let mut text = Cow::Borrowed("");
    let mut at = from;
    loop {
        let rest = xml.get(at..)?;
        let part = if let Some(section) = rest.strip_prefix(CDATA) {
            let part = section.get(..CDATA_END.find(section.as_bytes())?)?;
            at += CDATA.len() + part.len() + 3;
            Cow::Borrowed(part)
        } else {
            let part = rest.get(..memchr(b'<', rest.as_bytes())?)?;
            if part.is_empty() {
                return rest.starts_with("</").then_some((text, at));
            }
            at += part.len();
            decoded(part)?
        };
        if text.is_empty() {
            text = part;
        } else {
            text.to_mut().push_str(&part);
        }
    }
}

/// Returns a text with its entities resolved, if all of them are terminated.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr(b'&', rest) {
        rest = rest.get(at + 1..)?;
        let near = rest.get(..LONGEST_ENTITY).unwrap_or(rest);
        let end = near.iter().position(|byte| matches!(byte, b';' | b'&'))?;
        if near[end] != b';' {
            return None;
        }
    }
    Some(unescape(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::mend::mend;
    use super::super::walk;

    fn is_container(prefix: &str, name: &str) -> bool {
        matches!((prefix, name), ("media", "group" | "content")) || name == "item"
    }

    /// Checks that an item is walked as by the parser, if it is not handed back. Returns whether it is not.
    fn same(xml: &str) -> bool {
        let (mut fast, mut slow) = (Vec::new(), Vec::new());
        let is_plain = super::walk(xml, is_container, &mut |element| fast.push(format!("{element:?}"))).is_some();
        if is_plain {
            let mended = mend(xml);
            walk::walk(&mended, is_container, &mut |element| slow.push(format!("{element:?}")));
            assert_eq!(fast, slow, "{xml:?}");
        }
        is_plain
    }

    fn piece() -> impl Strategy<Value = String> {
        let other = prop::sample::select(vec![
            "<title>",
            "</title>",
            "<media:content url='a'/>",
            "<media:content url='b'>",
            "</media:content>",
            "<item>",
            "</item>",
            "<a:b />",
            "<a/>",
            "<a/b>",
            "<!-- c -->",
            "<![CDATA[ x ]]>",
            "<![CDATA[",
            "]]>",
            "<",
            ">",
            "&",
            " ",
            "<é>",
            "<a b='>' c=\"'\">",
            "<link href='x?a&amp;b&c'/>",
            "</a >",
            "text",
        ]);
        let name = prop::sample::select(vec!["title", "dc:date", "guid", "a.b-c_d", "media:title"]);
        let attributes = prop::sample::select(vec![
            "",
            "",
            "",
            " ",
            " a='1'",
            " a=\"x &lt; y\" b",
            " a = 'b'",
            " x='</title>'",
            "\n",
            " a=b/",
            "/",
        ]);
        let text = prop::collection::vec(
            prop::sample::select(vec![
                "word",
                " ",
                "é",
                "&amp;",
                "&lt;",
                "&#8211;",
                "&#x41;",
                "&nbsp;",
                "&unknown;",
                "&",
                "& ",
                "&a&b;",
                "]]>",
                "\r\n",
                "<![CDATA[<p>b &amp; c</p>]]>",
                "<![CDATA[]]>",
                "<b>u</b>",
                "<!--c-->",
                "<br/>",
                ">",
                "\"",
                "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
            ]),
            0..4,
        );
        let whole = (name, attributes, text)
            .prop_map(|(name, attributes, text)| format!("<{name}{attributes}>{}</{name}>", text.concat()));
        prop_oneof![1 => other.prop_map(str::to_owned), 6 => whole]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn plain_items_are_walked_as_by_the_parser(
            pieces in prop::collection::vec(piece(), 0..6), cut in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let item = format!("<item>{}</item>", pieces.concat());
            same(&item);
            let cut = cut.index(item.len());
            item.get(..cut).map(same);
            let mut damaged = item.into_bytes();
            damaged[cut] = byte;
            same(&String::from_utf8_lossy(&damaged));
        }
    }

    #[test]
    fn plain_items_take_the_fast_path() {
        for item in [
            "<item><title>a &amp; b</title>\n<guid isPermaLink='false'>1</guid><a/></item>",
            "<item><description><![CDATA[<p>a</p>]]> b</description><media:content url='x'/></item>",
        ] {
            assert!(same(item), "{item}");
        }
        for item in ["<item><a><b/></a></item>", "<item><a>R&D</a></item>", "<item><a></b></item>", "<item/>", "<item>"]
        {
            assert!(!same(item), "{item}");
        }
    }
}
