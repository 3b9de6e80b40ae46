//! Finds where an item of an XML feed begins and ends in bytes as they arrive.
//!
//! It knows only as much XML as that takes: tags, comments, CDATA, processing instructions. The parser reads the
//! content of an item. A broken item ends at the latest where the next one begins.

use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::{self, Finder};

/// What the first bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// This many bytes contain no item and may be dropped. Items may follow.
    Between(usize),
    /// An item of this many bytes.
    Item(usize),
    /// An item without its end tag: this many bytes up to the next item, or to the end of the enclosing element.
    Unclosed(usize),
    /// More bytes are needed.
    More,
}

/// Finds items in bytes that grow from call to call and lose what was reported at their front.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// How far the item at the front has been scanned.
    at: usize,
    /// The length of its start tag, once it is known.
    first: usize,
    /// How far the tag has been scanned that was cut by the end of the bytes.
    scanned: usize,
    /// The number of open elements with the item's own name.
    depth: usize,
    /// The number of open elements in it that are named like an enclosing element: a drawing may contain RDF.
    enclosing: usize,
    endless: Endless,
    /// Scanning again is useless before this many bytes have arrived.
    patience: usize,
}

/// What was searched for up to the end of the source without success, and is not searched for again.
#[derive(Debug, Default, Clone, Copy)]
struct Endless {
    /// The ends of comments, CDATA and instructions.
    opaque: [bool; 3],
    /// The end of a tag.
    tag: bool,
    /// The end tags of items.
    item: [bool; 2],
}

/// The delimiters of markup that contains no elements.
static OPAQUE: LazyLock<[(&[u8], Finder<'static>); 3]> = LazyLock::new(|| {
    [(&b"<!--"[..], Finder::new("-->")), (b"<![CDATA[", Finder::new("]]>")), (b"<?", Finder::new("?>"))]
});

/// Longer markup is not rescanned with every byte that arrives.
const LARGE: usize = 1 << 20;
/// Longer attribute values are not treated as values.
const LONGEST_VALUE: usize = 1 << 16;

/// The markup at a `<`.
#[derive(Debug, PartialEq, Eq)]
enum Tag<'b> {
    /// A start tag: its name and length, and whether it is self-closing.
    Open(&'b [u8], usize, bool),
    /// An end tag: its name and length.
    Close(&'b [u8], usize),
    /// Markup without elements, and its length.
    Opaque(usize),
    /// Text, and its length.
    Text(usize),
    /// Incomplete markup.
    Cut,
}

impl Splitter {
    /// Whether the item or tag at the front has yet to be scanned from its first byte.
    pub fn is_fresh(&self) -> bool {
        self.at == 0 && self.scanned == 0 && self.patience == 0
    }

    /// Classifies the beginning of `bytes`. After [`Step::More`], call again with more bytes after the same ones, or
    /// with `last` if there are no more. After anything else, call again without the bytes it reported.
    pub fn step(&mut self, bytes: &[u8], last: bool) -> Step {
        if bytes.len() < self.patience && !last {
            return Step::More;
        }
        self.patience = 0;
        if self.at == 0 {
            if let Some(step) = self.before(bytes, last) {
                return step;
            }
            (self.depth, self.enclosing) = (0, 0);
        }
        self.within(bytes, last)
    }

    /// Asks for more bytes to find the end of markup that begins at `at`. The longer the markup, the more bytes are
    /// required, because all of it is rescanned.
    fn more(&mut self, bytes: &[u8], at: usize) -> Step {
        let length = bytes.len() - at;
        if length > LARGE {
            self.patience = bytes.len() + length / 2;
        }
        Step::More
    }

    /// Searches for the end of the item at the front.
    fn within(&mut self, bytes: &[u8], last: bool) -> Step {
        if self.first == 0 {
            let begin = tag(bytes, last, &mut self.endless, &mut self.scanned);
            let Tag::Open(_, first, is_closed) = begin else { return Step::More };
            if is_closed {
                return self.step_at(Step::Item(first));
            }
            (self.first, self.at) = (first, self.at.max(first));
        }
        let own = &bytes[1..][..name_length(&bytes[1..])];
        while let Some(found) = bytes.get(self.at..).and_then(|rest| memchr(b'<', rest)) {
            self.at += found;
            match tag(&bytes[self.at..], last, &mut self.endless, &mut self.scanned) {
                Tag::Close(name, length) if name == own => {
                    self.at += length;
                    if self.depth == 0 {
                        let end = self.at;
                        return self.step_at(Step::Item(end));
                    }
                    self.depth -= 1;
                }
                // Items do not contain items, so the end tag is missing. But markup within an entry may have any name.
                Tag::Open(name, ..) if name == own && is_next_item(&bytes[..self.at]) => {
                    let end = self.at;
                    return self.step_at(Step::Unclosed(end));
                }
                Tag::Open(name, length, is_closed) => {
                    self.depth += usize::from(name == own && !is_closed);
                    self.enclosing += usize::from(is_enclosing(name) && !is_closed);
                    self.at += length;
                }
                Tag::Close(name, length) => {
                    if is_enclosing(name) && self.enclosing > 0 {
                        self.enclosing -= 1;
                    } else if is_enclosing(name) {
                        let end = self.at;
                        return self.step_at(Step::Unclosed(end));
                    }
                    self.at += length;
                }
                Tag::Opaque(length) | Tag::Text(length) => self.at += length,
                Tag::Cut if last => return self.cut(bytes),
                Tag::Cut => return self.more(bytes, self.at),
            }
        }
        self.at = bytes.len();
        if last { self.cut(bytes) } else { Step::More }
    }

    /// Handles a source that ends within an item, or within unterminated markup that may hide the items after it.
    fn cut(&mut self, bytes: &[u8]) -> Step {
        let (seen, hidden) = bytes.split_at(self.at.min(bytes.len()));
        let mut next = None;
        for (absent, end) in self.endless.item.iter_mut().zip(["</item>", "</entry>"]) {
            let found = if *absent { None } else { memmem::find(hidden, end.as_bytes()) };
            *absent = found.is_none();
            let Some(at) = found.map(|at| at + end.len()) else { continue };
            let gap = hidden[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if begins_item(&hidden[at + gap..]) {
                next = Some(next.unwrap_or(usize::MAX).min(seen.len() + at));
            }
        }
        self.step_at(Step::Unclosed(next.unwrap_or(bytes.len())))
    }

    fn step_at(&mut self, step: Step) -> Step {
        *self = Self { endless: self.endless, ..Self::default() };
        step
    }

    /// Searches for the beginning of an item. Returns `None` if there is one at the front.
    fn before(&mut self, bytes: &[u8], last: bool) -> Option<Step> {
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
            at += found;
            match tag(&bytes[at..], last, &mut self.endless, &mut self.scanned) {
                Tag::Open(name, ..) if is_item(name) => {
                    return if at == 0 { None } else { Some(Step::Between(at)) };
                }
                Tag::Open(_, length, _) | Tag::Close(_, length) | Tag::Opaque(length) | Tag::Text(length) => {
                    at += length;
                }
                Tag::Cut if last => at += 1,
                Tag::Cut if at == 0 => return Some(self.more(bytes, 0)),
                Tag::Cut => return Some(Step::Between(at)),
            }
        }
        Some(if bytes.is_empty() { Step::More } else { Step::Between(bytes.len()) })
    }
}

/// Whether an item begins at the front.
pub(super) fn begins_item(bytes: &[u8]) -> bool {
    let name = bytes.strip_prefix(b"<").unwrap_or_default();
    is_item(&name[..name_length(name)])
}

/// Whether a start tag with the item's own name begins the next item: only white space separates it from an end tag.
/// Within an item's text, it would follow a start tag.
fn is_next_item(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    before.ends_with(b">")
        && before.iter().rposition(|&byte| byte == b'<').is_some_and(|at| before[at..].starts_with(b"</"))
}

/// Classifies the markup at the front of `bytes`, which begin with `<`. `last` means that no more bytes will follow:
/// markup that has no end then has none for later positions either. `scanned` says how far this tag was scanned before;
/// afterwards, how far it is if it is cut.
fn tag<'b>(bytes: &'b [u8], last: bool, endless: &mut Endless, scanned: &mut usize) -> Tag<'b> {
    if let Some(tag) = bare_tag(bytes) {
        return tag;
    }
    let may_be_opaque = matches!(bytes.get(1), None | Some(b'!' | b'?'));
    for ((begin, end), is_endless) in OPAQUE.iter().zip(&mut endless.opaque).filter(|_| may_be_opaque) {
        if bytes.starts_with(begin) {
            let found = if *is_endless { None } else { end.find(&bytes[begin.len()..]) };
            *is_endless |= last && found.is_none();
            return found.map_or(Tag::Cut, |at| Tag::Opaque(begin.len() + at + end.needle().len()));
        }
        if begin.starts_with(bytes) {
            return Tag::Cut;
        }
    }
    if endless.tag {
        return plain_tag(bytes);
    }
    let is_close = bytes.get(1) == Some(&b'/');
    let start = 1 + usize::from(is_close);
    let length = bytes.get(start..).map_or(0, name_length);
    let name = bytes.get(start..start + length).unwrap_or_default();
    if start + length >= bytes.len() {
        return Tag::Cut;
    }
    if name.is_empty() && bytes.get(1) != Some(&b'!') {
        return Tag::Text(1);
    }
    let Some(end) = tag_end(bytes, last, scanned) else {
        endless.tag = last;
        return Tag::Cut;
    };
    *scanned = 0;
    match (is_close, bytes[end - 2] == b'/') {
        (true, _) => Tag::Close(name, end),
        (false, is_closed) => Tag::Open(name, end, is_closed),
    }
}

/// Like [`tag`], for a tag that is only a name, as most are.
fn bare_tag(bytes: &[u8]) -> Option<Tag<'_>> {
    let is_close = bytes.get(1) == Some(&b'/');
    let start = 1 + usize::from(is_close);
    let rest = bytes.get(start..)?;
    let length = rest.iter().position(|byte| !is_name(*byte)).filter(|&length| length > 0 && rest[length] == b'>')?;
    let (name, end) = (&rest[..length], start + length + 1);
    Some(if is_close { Tag::Close(name, end) } else { Tag::Open(name, end, false) })
}

/// Like [`tag`], for a tag that may never end: the next `>` ends it, but another `<` before that means it is not a tag.
fn plain_tag(bytes: &[u8]) -> Tag<'_> {
    let is_close = bytes.get(1) == Some(&b'/');
    let start = 1 + usize::from(is_close);
    let length = bytes.get(start..).map_or(0, name_length);
    let name = bytes.get(start..start + length).unwrap_or_default();
    let Some(last) = bytes.get(1..).and_then(|rest| memchr::memchr2(b'<', b'>', rest)).map(|at| at + 1) else {
        return Tag::Text(bytes.len());
    };
    match bytes[last] {
        b'<' => Tag::Text(last),
        _ if name.is_empty() => Tag::Text(last + 1),
        _ if is_close => Tag::Close(name, last + 1),
        _ => Tag::Open(name, last + 1, bytes[last - 1] == b'/'),
    }
}

/// Returns the length of a tag including its `>`, ignoring those within quotes. A quote that is not closed within
/// [`LONGEST_VALUE`] counts as a letter, so that the result does not depend on how the bytes are split.
fn tag_end(bytes: &[u8], last: bool, scanned: &mut usize) -> Option<usize> {
    loop {
        let at = (*scanned).max(1);
        let Some(found) = memchr::memchr3(b'>', b'"', b'\'', bytes.get(at..)?) else {
            *scanned = bytes.len();
            return None;
        };
        let next = at + found;
        if bytes[next] == b'>' {
            return Some(next + 1);
        }
        let mut after = next + 1;
        if bytes[..next].trim_ascii_end().ends_with(b"=") {
            let rest = bytes.get(after..)?;
            match memchr(bytes[next], &rest[..rest.len().min(LONGEST_VALUE)]) {
                Some(close) => after += close + 1,
                None if rest.len() < LONGEST_VALUE && !last => return None,
                None => {}
            }
        }
        *scanned = after;
    }
}

/// The length of the name at the front.
fn name_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_name(**byte)).count()
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || byte >= 0x80
}

fn local(name: &[u8]) -> &[u8] {
    memchr::memrchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

fn is_item(name: &[u8]) -> bool {
    [&b"item"[..], b"entry"].iter().any(|item| local(name).eq_ignore_ascii_case(item))
}

/// Whether an element encloses the items: its end also ends an item.
fn is_enclosing(name: &[u8]) -> bool {
    let is_last = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'l' | b's' | b'd' | b'f');
    if !name.last().is_some_and(is_last) {
        return false;
    }
    let local = local(name);
    [&b"channel"[..], b"rss", b"feed", b"rdf"].iter().any(|outer| local.eq_ignore_ascii_case(outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items of a document, given at once or in pieces of `size` bytes.
    fn items(text: &str, size: usize) -> Vec<String> {
        let (mut splitter, mut items, mut window, mut fed) = (Splitter::default(), Vec::new(), Vec::new(), 0);
        loop {
            let last = fed == text.len();
            let length = match splitter.step(&window, last) {
                Step::More if last => return items,
                Step::More => {
                    let next = (fed + size).min(text.len());
                    window.extend_from_slice(&text.as_bytes()[fed..next]);
                    fed = next;
                    continue;
                }
                Step::Between(length) => length,
                Step::Item(length) | Step::Unclosed(length) => {
                    items.push(String::from_utf8_lossy(&window[..length]).into_owned());
                    length
                }
            };
            window.drain(..length);
        }
    }

    #[test]
    fn items_are_found_however_they_are_written_and_split() {
        let text = "<?xml version='1.0'?><!-- <item> --><rss><channel><items/><title>t</title>\
            <item><title>1</title></item> <item a='>'/><a:entry>\n<b><![CDATA[</a:entry><item>]]></b></a:entry>\
            <item>open <item>nested</item></item></channel></rss>";
        let expected = [
            "<item><title>1</title></item>",
            "<item a='>'/>",
            "<a:entry>\n<b><![CDATA[</a:entry><item>]]></b></a:entry>",
            "<item>open <item>nested</item></item>",
        ];
        for size in [1, 7, 1000] {
            assert_eq!(items(text, size), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn an_item_may_contain_elements_named_like_a_feed() {
        let text = "<feed><entry><svg><rdf:RDF><a/></rdf:RDF></svg></entry><entry><rdf:RDF/></entry></feed>";
        assert_eq!(items(text, 7), ["<entry><svg><rdf:RDF><a/></rdf:RDF></svg></entry>", "<entry><rdf:RDF/></entry>"]);
    }

    #[test]
    fn a_broken_item_costs_only_itself() {
        let text = "<rss><item><title>1</title><item><title>2</title></item>\
            <item><a><![CDATA[ never closed </a></item><item><title>4</title></item></rss>";
        assert_eq!(
            items(text, 1000),
            [
                "<item><title>1</title>",
                "<item><title>2</title></item>",
                "<item><a><![CDATA[ never closed </a></item>",
                "<item><title>4</title></item>"
            ]
        );
        assert_eq!(items("<rss><item><b>1</b></rss>", 3), ["<item><b>1</b>"]);
        assert_eq!(items("<rss><item><b>1</b", 3), ["<item><b>1</b"]);
        assert_eq!(items("<rss>1 < 2 <item>a < b</item>", 1), ["<item>a < b</item>"]);
        let endless = format!("<item>1</item>{}", "<a b=\"<!--".repeat(100_000));
        assert_eq!(items(&endless, 1 << 16).len(), 1);
        // A quote far away does not close anything; one that arrives late does.
        let late = "<x a='><item>1</item>' /><item>2</item>";
        let far = format!("<x a='><item>1</item>{}'/>", " ".repeat(LONGEST_VALUE));
        for size in [1, 5, 1000] {
            assert_eq!(items(late, size), ["<item>2</item>"], "in pieces of {size}");
        }
        assert_eq!(items(&far, 4096), ["<item>1</item>"]);
        assert_eq!(items("<item x=\"never>closed</item><item>2</item>", 5).len(), 2);
    }
}
