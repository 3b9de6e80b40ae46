//! Titles as plain text.
//!
//! Miniflux gives titles of RSS as plain text, and those of Atom as the HTML that the feed contains; nothing tells which.
//! So references are decoded once and the usual inline tags dropped; anything else in angle brackets is text.

use std::borrow::Cow;

/// The tags that occur in titles.
const TAGS: [&str; 11] = ["a", "b", "br", "code", "em", "i", "small", "span", "strong", "sub", "sup"];
/// The longest name of a reference.
const LONGEST: usize = 10;

/// Returns the title without tags and with references decoded once.
pub(super) fn plain(title: &str) -> Cow<'_, str> {
    if !title.contains(['<', '&']) {
        return title.into();
    }
    let mut plain = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let (text, length) = tag(from).or_else(|| reference(from)).unwrap_or_else(|| {
            let first = from.chars().next().unwrap_or_default();
            (first.to_string(), first.len_utf8())
        });
        plain.push_str(&text);
        rest = from.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain.into()
}

/// Parses an inline tag at the start: what replaces it, and its length.
fn tag(text: &str) -> Option<(String, usize)> {
    let end = text.strip_prefix('<')?.find('>')? + 1;
    let inner = text.get(1..end)?;
    let name = inner.trim_start_matches('/').split([' ', '/', '\n', '\t']).next()?.to_ascii_lowercase();
    let is_tag = TAGS.contains(&name.as_str()) && !inner.contains('<');
    is_tag.then(|| (if name == "br" { " ".to_owned() } else { String::new() }, end + 1))
}

/// Parses a reference at the start: the text that it stands for, and its length.
fn reference(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(LONGEST + 2).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let decoded = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?.to_string()
        }
        None => quick_xml::escape::resolve_html5_entity(name)?.to_owned(),
    };
    Some((decoded, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_once_and_inline_tags_dropped() {
        for (title, expected) in [
            ("Bridge & road works <phase 2>", "Bridge & road works <phase 2>"),
            ("Flu &amp; <b>season</b>", "Flu & season"),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("&lt;b&gt; is a tag", "<b> is a tag"),
            ("It&#8217;s &#x41;&nbsp;&rsquo;", "It’s A\u{a0}’"),
            ("<a href='x'>A</a>, B<br/>C<BR>D", "A, B C D"),
            ("a < b > c & d; &unknown; &#xffffffff; &", "a < b > c & d; &unknown; &#xffffffff; &"),
            ("x <y", "x <y"),
            ("", ""),
        ] {
            assert_eq!(plain(title), expected, "{title}");
        }
    }
}
