//! Attributes as written by programs that escape nothing, so that quotes occur within values.

use std::borrow::Cow;

use crate::feed::xml::walk::unescape;

/// The most attributes of an outline that are read.
const ATTRIBUTES: usize = 64;

/// Returns names and values of attributes. A quote ends a value only if an attribute or nothing follows; other quotes
/// belong to the value, as written by programs that escape nothing.
pub(super) fn attributes(raw: &str) -> Vec<(String, String)> {
    let (mut found, mut rest) = (Vec::new(), raw);
    while let Some((name, after)) = rest.split_once('=').filter(|_| found.len() < ATTRIBUTES) {
        let name = name.split_ascii_whitespace().next_back().unwrap_or_default();
        let after = after.trim_ascii_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let within = quote.and_then(|quote| after.strip_prefix(quote)).unwrap_or(after);
        let is_end = |at: usize, c: char| match quote {
            Some(quote) => c == quote && within.get(at + 1..).is_some_and(attribute_follows),
            None => c.is_ascii_whitespace(),
        };
        let end = within.char_indices().find(|&(at, c)| is_end(at, c)).map_or(within.len(), |(at, _)| at);
        found.push((name.to_owned(), unescape(within.get(..end).unwrap_or_default()).into_owned()));
        rest = within.get(end + 1..).unwrap_or_default();
    }
    found
}

/// Returns the document with quotes within values escaped; otherwise one stray quote would hide everything after it.
pub(super) fn quotes_escaped(xml: &str) -> Cow<'_, str> {
    const OUTLINE: &str = "<outline";
    let is_outline =
        |at: &usize| xml.get(*at..*at + OUTLINE.len()).is_some_and(|start| start.eq_ignore_ascii_case(OUTLINE));
    let mut tags = memchr::memchr_iter(b'<', xml.as_bytes()).filter(is_outline).peekable();
    let (mut escaped, mut from) = (String::new(), 0);
    while let Some(at) = tags.next() {
        // A value does not extend into the next outline.
        let tag = xml.get(at + OUTLINE.len()..tags.peek().copied().unwrap_or(xml.len())).unwrap_or_default();
        for (place, quote) in inner_quotes(tag) {
            let place = at + OUTLINE.len() + place;
            escaped.push_str(xml.get(from..place).unwrap_or_default());
            escaped.push_str(if quote == '"' { "&quot;" } else { "&apos;" });
            from = place + 1;
        }
    }
    if from == 0 {
        return Cow::Borrowed(xml);
    }
    escaped.push_str(xml.get(from..).unwrap_or_default());
    Cow::Owned(escaped)
}

/// Finds the quotes within a tag's values that are of the same kind as the enclosing ones.
fn inner_quotes(tag: &str) -> Vec<(usize, char)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = tag.get(at..).and_then(|rest| rest.find(['=', '>'])) {
        at += next;
        if tag.as_bytes()[at] == b'>' {
            break;
        }
        let value = tag.get(at + 1..).unwrap_or_default();
        at = tag.len() - value.trim_ascii_start().len();
        let Some(quote) = tag.get(at..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let start = at + 1;
        let within = tag.get(start..).unwrap_or_default();
        let mut inner = Vec::new();
        let (mut end, mut is_in_tag, mut seen) = (None, false, 0);
        for (place, _) in within.match_indices(quote) {
            // Unescaped markup has quotes and attributes of its own.
            let part = within.get(seen..place).unwrap_or_default();
            if let Some(bracket) = part.rfind(['<', '>']) {
                is_in_tag = part.get(bracket..).is_some_and(begins_tag);
            }
            seen = place;
            if !is_in_tag && within.get(place + 1..).is_some_and(attribute_follows) {
                end = Some(place);
                break;
            }
            inner.push((start + place, quote));
        }
        let Some(end) = end else { break };
        found.append(&mut inner);
        at = start + end + 1;
    }
    found
}

fn begins_tag(text: &str) -> bool {
    text.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
}

/// Whether another attribute, or the end, follows a quote.
fn attribute_follows(rest: &str) -> bool {
    let name = rest.trim_ascii_start();
    let is_apart = name.len() < rest.len();
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_:-.".contains(byte)).count();
    let behind = name.get(length..).unwrap_or_default().trim_ascii_start();
    let value = behind.strip_prefix('=').map(str::trim_ascii_start);
    let is_end = name.is_empty() || name.starts_with('>') || name == "/" || name.starts_with("/>");
    is_end || (is_apart && length > 0 && value.is_some_and(|value| value.starts_with(['"', '\''])))
}
