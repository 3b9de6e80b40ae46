//! Walks the elements of an item, each with its text. `quick-xml` parses; invalid markup never stops the walk.
//!
//! End tags that match nothing are skipped, missing ones are added, a bare `&` or `<` is text, and entities are those
//! of HTML. Entities that a document declares are not expanded, and nothing is ever fetched.

use std::borrow::Cow;

use memchr::memchr;
use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};

/// The most open elements; deeper ones are read as text.
const DEEPEST: usize = 256;
/// The most attributes of one element that are read.
const ATTRIBUTES: usize = 256;
/// The most direct children of an element that are reported.
const CHILDREN: usize = 1024;
/// The longest entity in bytes, including its semicolon.
pub(super) const LONGEST_ENTITY: usize = 40;

/// The most bytes of failed scans; everything after is text. They take less than a tenth of a second.
const MOST_SCANNED: usize = 1 << 26;

/// An element with its content.
#[derive(Debug, Default)]
pub(in crate::feed) struct Element<'x> {
    /// The prefix of its name; empty if it has none.
    pub prefix: &'x str,
    /// Its name without prefix.
    pub name: &'x str,
    /// Name and value of each attribute.
    pub attributes: Vec<(String, String)>,
    /// Its text and that of its descendants, entities resolved.
    pub text: Cow<'x, str>,
    /// Its markup, as written.
    pub inner: &'x str,
    /// Its direct children: name without prefix, and text.
    pub children: Vec<(&'x str, String)>,
    /// Whether its end tag was found.
    pub is_complete: bool,
    /// The position of its tag.
    pub at: usize,
}

impl Element<'_> {
    /// Returns the value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the text of the first child of this name.
    pub fn child(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|(key, _)| *key == name).map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }
}

/// Calls `element` for each element of `xml`, in order. An element for which `is_container` (given prefix and name)
/// returns `true` is reported when it begins, without content, followed by the elements in it.
pub(in crate::feed) fn walk<'x>(
    xml: &'x str,
    is_container: impl Fn(&str, &str) -> bool,
    element: &mut dyn FnMut(&Element<'x>),
) {
    let mut walk = Walk { xml, is_container: &is_container, element, open: Vec::new(), current: None, start: 0 };
    events(xml, &mut |event, before, after| match event {
        Ok(event) => walk.event(event, before, after),
        Err(text) => walk.text(text),
    });
    walk.end_all(xml.len());
}

/// Calls `report` for each piece of markup with its start and end. Unreadable markup is an error: text up to the next
/// bracket.
pub(in crate::feed) fn events<'x>(xml: &'x str, report: &mut dyn FnMut(Result<Event<'x>, &'x str>, usize, usize)) {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let (mut skipped, mut scanned) = (0, 0);
    loop {
        let before = skipped + reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => report(Ok(event), before, skipped + reader.buffer_position() as usize),
            Err(_) => {
                let Some(rest) = xml.get(before + 1..) else { break };
                // The parser searches for the end of unterminated markup up to the end of the text, from each bracket.
                scanned += rest.len();
                if scanned > MOST_SCANNED {
                    report(Err(xml.get(before..).unwrap_or_default()), before, xml.len());
                    break;
                }
                let length = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                let next = before + 1 + length;
                report(Err(xml.get(before..next).unwrap_or_default()), before, next);
                if next >= xml.len() {
                    break;
                }
                skipped = next;
                let config = reader.config().clone();
                reader = Reader::from_str(xml.get(next..).unwrap_or_default());
                *reader.config_mut() = config;
            }
        }
    }
}

struct Walk<'x, 'f> {
    xml: &'x str,
    is_container: &'f dyn Fn(&str, &str) -> bool,
    element: &'f mut dyn FnMut(&Element<'x>),
    /// Names of the open elements including containers, outermost first.
    open: Vec<&'x str>,
    /// The element being filled, and its index in `open`.
    current: Option<(usize, Element<'x>)>,
    /// The start of its content.
    start: usize,
}

impl<'x> Walk<'x, '_> {
    fn event(&mut self, event: Event<'x>, before: usize, after: usize) {
        match event {
            Event::Start(start) => self.begin(&start, before, after),
            Event::Empty(start) => {
                let depth = self.open.len();
                self.begin(&start, before, after);
                if self.open.len() > depth {
                    self.close(depth, after, true);
                }
            }
            Event::End(end) => {
                let name = end.name();
                let name: &str = name.as_ref();
                let last = self.open.len().checked_sub(1).filter(|&at| is_misspelt(self.open[at], name));
                if let Some(at) = self.open.iter().rposition(|open| *open == name).or(last) {
                    self.close(at, before, true);
                }
            }
            Event::Text(text) => self.text(&text),
            Event::CData(text) => self.text(&text),
            Event::GeneralRef(reference) => match entity(&reference) {
                Some(text) => self.text(&text),
                None => self.text(&format!("&{};", &*reference)),
            },
            _ => {}
        }
    }

    fn begin(&mut self, start: &BytesStart<'x>, before: usize, after: usize) {
        // The name in the text lives as long as the text.
        let length = start.name().as_ref().len();
        let Some(qualified) = self.xml.get(before + 1..before + 1 + length) else { return };
        let (prefix, name) = qualified.split_once(':').unwrap_or(("", qualified));
        if self.open.len() >= DEEPEST {
            return;
        }
        if let Some((at, current)) = &mut self.current {
            if self.open.len() == *at + 1 && current.children.len() < CHILDREN {
                current.children.push((name, String::new()));
            }
            self.open.push(qualified);
            return;
        }
        let mut element = Element { prefix, name, attributes: attributes(start), at: before, ..Element::default() };
        if (self.is_container)(prefix, name) {
            (self.element)(&element);
        } else {
            element.is_complete = true;
            self.start = after;
            self.current = Some((self.open.len(), element));
        }
        self.open.push(qualified);
    }

    fn text(&mut self, text: &str) {
        let Some((at, current)) = &mut self.current else { return };
        current.text.to_mut().push_str(text);
        if self.open.len() > *at + 1
            && current.children.len() < CHILDREN
            && let Some((_, child)) = current.children.last_mut()
        {
            child.push_str(text);
        }
    }

    /// Closes the elements from index `at` on; their content ends at `end`.
    fn close(&mut self, at: usize, end: usize, is_complete: bool) {
        self.open.truncate(at);
        if let Some((place, mut element)) = self.current.take_if(|(place, _)| *place >= at) {
            element.is_complete = is_complete && place == at;
            element.inner = self.xml.get(self.start..end.max(self.start)).unwrap_or_default();
            (self.element)(&element);
        }
    }

    fn end_all(&mut self, end: usize) {
        if let Some((place, _)) = &self.current {
            self.close(*place, end, false);
        }
    }
}

/// Whether an end tag that matches nothing was meant for the innermost element.
fn is_misspelt(open: &str, end: &str) -> bool {
    open.len().abs_diff(end.len()) <= 1 && open.len() > 3 && open.chars().take(2).eq(end.chars().take(2))
}

pub(super) fn attributes(start: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut list = start.html_attributes();
    let list = list.with_checks(false).flatten().take(ATTRIBUTES);
    list.map(|attribute| (attribute.key.as_ref().to_owned(), unescape(&attribute.value).into_owned())).collect()
}

/// Returns the character of an entity or a character reference.
fn entity(name: &str) -> Option<Cow<'static, str>> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(windows(code)).map(|c| Cow::Owned(c.to_string()));
    }
    resolve_html5_entity(name).map(Cow::Borrowed)
}

/// Maps C1 controls in character references to windows-1252, as browsers do. Source: HTML Living Standard, 13.2.5.80,
/// "numeric character reference end state".
fn windows(code: u32) -> u32 {
    const TABLE: [u32; 32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
        0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
        0x17e, 0x178,
    ];
    code.checked_sub(0x80).and_then(|at| TABLE.get(at as usize)).copied().unwrap_or(code)
}

/// Returns text with entities resolved; invalid ones stay.
pub(in crate::feed) fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let near = after.as_bytes().get(..LONGEST_ENTITY).unwrap_or(after.as_bytes());
        let found = memchr(b';', near).and_then(|end| Some((entity(after.get(..end)?)?, after.get(end + 1..)?)));
        if let Some((resolved, behind)) = found {
            text.push_str(&resolved);
            rest = behind;
        } else {
            text.push('&');
            rest = after;
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::super::mend::mend;
    use super::*;

    fn elements(xml: &str) -> Vec<(String, String, bool)> {
        let mut elements = Vec::new();
        walk(&mend(xml), |_, name| name == "item", &mut |element| {
            if element.name != "item" {
                elements.push((element.name.to_owned(), element.text.to_string(), element.is_complete));
            }
        });
        elements
    }

    fn one(name: &str, text: &str) -> (String, String, bool) {
        (name.to_owned(), text.to_owned(), true)
    }

    #[test]
    fn elements_have_their_text_whatever_is_wrong_with_them() {
        let xml = "<item><a>x &amp; y &nbsp;&#8211;&#x96; R&D &unknown; <![CDATA[<b>]]></a></x><b:c d='1'>t<i>u</i></b:c><e/>";
        let expected = "x & y \u{a0}\u{2013}\u{2013} R&D &unknown; <b>";
        assert_eq!(elements(xml), [one("a", expected), one("c", "tu"), one("e", "")]);
        assert_eq!(elements("<item><a>1</b></a><c>2"), [one("a", "1"), ("c".into(), "2".into(), false)]);
        assert_eq!(elements("<item><a>1<b>2</item>"), [("a".into(), "12".into(), false)]);
        assert_eq!(
            elements("<item><a>1 < 2<![CDATA[ < 3 ]]></a><b>3</b></item>"),
            [one("a", "1 < 2 < 3 "), one("b", "3")]
        );
    }

    #[test]
    fn attributes_children_and_markup_are_kept() {
        let mut seen = 0;
        walk(
            "<p:link href='a?b&amp;c' rel=next x='1' x='2'><n>A</n> <m>B</m></p:link>",
            |_, _| false,
            &mut |element| {
                assert_eq!((element.prefix, element.name), ("p", "link"));
                assert_eq!((element.attribute("href"), element.attribute("rel")), (Some("a?b&c"), Some("next")));
                assert_eq!((element.child("n"), element.child("m"), element.child("o")), (Some("A"), Some("B"), None));
                assert_eq!(element.inner, "<n>A</n> <m>B</m>");
                seen += 1;
            },
        );
        assert_eq!(seen, 1);
    }

    #[test]
    fn deep_and_endless_markup_is_survived() {
        let deep = "<a>".repeat(100_000);
        assert_eq!(elements(&format!("<item>{deep}")).len(), 1);
        assert!(elements(&"<item><".repeat(5_000)).len() < 10_000);
        assert!(elements(&"<![CDATA[".repeat(5_000)).is_empty());
    }
}
