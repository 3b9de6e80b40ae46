//! Describes a source that is not JSON, in words for the user who opened it.
//!
//! Only the first bytes are examined. Nothing here affects how a feed is read.

/// The bytes that [`foreign`] needs.
pub(super) const NEEDED: usize = 512;
/// The most characters of an unknown text that are quoted.
const QUOTED: usize = 30;

/// The first bytes of formats that are often found beside feeds.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip-compressed data; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data; decompress it first"),
    (b"BZh", "bzip2-compressed data; decompress it first"),
    (b"\xfd7zXZ\0", "xz-compressed data; decompress it first"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"RIFF", "a media file"),
    (b"OggS", "a media file"),
    (b"ID3", "a media file"),
];

/// The beginning of markup formats, in lower case.
const MARKUP: &[(&str, &str)] = &[
    ("<!doctype html", "a web page (HTML)"),
    ("<html", "a web page (HTML)"),
    ("<rss", "an RSS feed (XML)"),
    ("<feed", "an Atom feed (XML)"),
    ("<rdf:rdf", "an RSS feed (XML)"),
    ("<opml", "a list of subscriptions (OPML)"),
    ("<!--", "markup"),
];

/// A recognised format that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// XML whose root element is not known here.
    Xml,
    /// Another format, described in words.
    Named(&'static str),
}

impl Format {
    /// Describes it for the user.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Xml => "an XML document",
            Self::Named(words) => words,
        }
    }

    /// Its description, unless it is XML: then the root element says more.
    pub fn unless_xml(self) -> Option<&'static str> {
        match self {
            Self::Xml => None,
            Self::Named(words) => Some(words),
        }
    }
}

/// Detects UTF-16 and UTF-32 by a byte order mark, or by the zeros among JSON's first characters.
pub(super) fn wide_text(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, _, ..] => Some("UTF-32 text"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] | [b'{' | b'[' | b'"' | b'\n' | b' ', 0, ..] => {
            Some("UTF-16 text")
        }
        _ => None,
    }
}

/// Detects a known format that is not JSON.
pub(super) fn foreign(head: &[u8]) -> Option<Format> {
    if let Some((_, words)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Some(Format::Named(words));
    }
    let text = head.trim_ascii_start();
    let begins = |mark: &str| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()));
    let start = if begins("<?xml") {
        Format::Xml
    } else {
        MARKUP.iter().find(|(mark, _)| begins(mark)).map(|(_, words)| Format::Named(words))?
    };
    // A declaration or a comment precedes the element that identifies the format.
    let root = MARKUP
        .iter()
        .take(6)
        .find(|(mark, _)| text.windows(mark.len()).take(NEEDED).any(|at| at.eq_ignore_ascii_case(mark.as_bytes())));
    Some(root.map_or(start, |(_, words)| Format::Named(words)))
}

/// Describes anything else: its first words, or that it is not even text.
pub(super) fn unknown(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    if text.chars().take(NEEDED / 4).any(|c| c == '\0' || c == '\u{fffd}') {
        return "found binary data".to_owned();
    }
    let line = text.trim_start().lines().next().unwrap_or_default();
    let mut quoted: String = line.chars().take(QUOTED).collect();
    if quoted.len() < line.len() {
        quoted.push('…');
    }
    format!("found text that begins with “{quoted}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_files_are_named() {
        assert_eq!(foreign(b"\x89PNG\r\n\x1a\n\0\0"), Some(Format::Named("a PNG image")));
        assert_eq!(
            foreign(b"\n<?xml version=\"1.0\"?>\n<rss version=\"2.0\">"),
            Some(Format::Named("an RSS feed (XML)"))
        );
        assert_eq!(foreign(b"<?xml version=\"1.0\"?><svg/>"), Some(Format::Xml));
        assert_eq!(foreign(b"<!DOCTYPE HTML>"), Some(Format::Named("a web page (HTML)")));
        assert_eq!(foreign(b"<.>"), None);
        assert_eq!(unknown("title,date\nx".as_bytes()), "found text that begins with “title,date”");
        assert_eq!(unknown(b"\x01\x00\x02"), "found binary data");
    }

    #[test]
    fn wide_encodings_are_distinguished_from_utf_8() {
        for head in [&b"\xff\xfe[\0"[..], b"\xfe\xff\0[", b"[\0\"\0", b"\0[\0\"", b"\xff\xfe\0\0", b"{\0 \0"] {
            assert!(wide_text(head).is_some(), "{head:?}");
        }
        for head in [&b"{\"a\""[..], b"[]", b"", b"\xef\xbb\xbf{", b"123\0"] {
            assert_eq!(wide_text(head), None, "{head:?}");
        }
    }
}
