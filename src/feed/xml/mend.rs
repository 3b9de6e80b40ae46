//! Turns unterminated markup and stray brackets into text before parsing. The parser would search for the end of each
//! up to the end of the document, and take everything up to there for one tag.

use std::borrow::Cow;

use memchr::{memchr, memchr2_iter, memchr3, memmem};

const CDATA: &str = "<![CDATA[";
const COMMENT: &str = "<!--";
const DOCTYPE: &str = "<!doctype";

/// Returns the text with every `<` that does not begin terminated markup escaped. The content of unterminated CDATA
/// becomes text. Everything else stays as it is.
pub(in crate::feed) fn mend(xml: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let (mut from, mut at) = (0, 0);
    let mut ends = Ends::new(xml);
    while let Some(found) = xml.get(at..).and_then(|rest| memchr(b'<', rest.as_bytes())) {
        at += found;
        let (end, instead) = match ends.markup(at) {
            Markup::Ends(end) => {
                at = end;
                continue;
            }
            Markup::Dropped(end) => (end, ""),
            Markup::Text => (at + 1, "&lt;"),
        };
        mended.push_str(xml.get(from..at).unwrap_or_default());
        mended.push_str(instead);
        (from, at) = (end, end);
    }
    if from == 0 {
        return Cow::Borrowed(xml);
    }
    mended.push_str(xml.get(from..).unwrap_or_default());
    Cow::Owned(mended)
}

/// What a bracket begins.
enum Markup {
    /// Markup that ends here.
    Ends(usize),
    /// Something without meaning, up to here.
    Dropped(usize),
    /// Text, not markup.
    Text,
}

/// The states of a scan through a tag.
const OUTSIDE: usize = 0;
const DOUBLE: usize = 1;
const SINGLE: usize = 2;

/// Finds the end of markup. A search that failed is not repeated.
struct Ends<'x> {
    xml: &'x str,
    /// Whether no comment, CDATA section, instruction or document type ends from here on.
    endless: [bool; 4],
    /// Whether a scan for the end of a tag from `place` on fails, by the state in which it starts. A quote moves such a
    /// scan to another state, and no two scans to the same one, so that at most three scans can fail.
    in_vain: [bool; 3],
    place: usize,
}

impl<'x> Ends<'x> {
    fn new(xml: &'x str) -> Self {
        Self { xml, endless: [false; 4], in_vain: [false; 3], place: 0 }
    }

    /// Returns what the bracket at `at` begins.
    fn markup(&mut self, at: usize) -> Markup {
        let rest = self.xml.get(at..).unwrap_or_default();
        let begins = |name: &str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        if rest.starts_with(COMMENT) {
            self.opaque(0, at, "-->", COMMENT.len()).map_or(Markup::Text, Markup::Ends)
        } else if rest.starts_with(CDATA) {
            self.opaque(1, at, "]]>", CDATA.len()).map_or(Markup::Dropped(at + CDATA.len()), Markup::Ends)
        } else if rest.starts_with("<?") {
            self.opaque(2, at, "?>", 2).map_or(Markup::Text, Markup::Ends)
        } else if begins(DOCTYPE) {
            self.document_type(at).map_or(Markup::Text, Markup::Ends)
        } else if rest.get(1..).is_some_and(|after| after.starts_with(|c: char| c.is_alphabetic() || "/_:".contains(c)))
        {
            self.tag(at).map_or(Markup::Text, Markup::Ends)
        } else {
            Markup::Text
        }
    }

    fn opaque(&mut self, kind: usize, at: usize, end: &str, length: usize) -> Option<usize> {
        let start = at + length;
        let found = self.xml.get(start..).filter(|_| !self.endless[kind]);
        let found = found.and_then(|rest| memmem::find(rest.as_bytes(), end.as_bytes()));
        self.endless[kind] |= found.is_none();
        found.map(|found| start + found + end.len())
    }

    /// Returns the end of a document type declaration, including its bracketed subset.
    fn document_type(&mut self, at: usize) -> Option<usize> {
        let rest = self.xml.get(at..).filter(|_| !self.endless[3])?.as_bytes();
        let end = memchr3(b'>', b'[', b'<', rest.get(1..)?).map(|end| end + 1).and_then(|open| match rest[open] {
            b'>' => Some(open + 1),
            b'[' => memchr::memchr_iter(b']', rest).skip_while(|close| *close < open).find_map(|close| {
                let after = rest.get(close + 1..)?;
                let blanks = after.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                (after.get(blanks) == Some(&b'>')).then_some(close + 1 + blanks + 1)
            }),
            _ => None,
        });
        self.endless[3] |= end.is_none();
        end.map(|end| at + end)
    }

    /// Returns the end of a tag: the first `>` outside quotes.
    fn tag(&mut self, at: usize) -> Option<usize> {
        self.move_to(at);
        if self.in_vain[OUTSIDE] {
            return None;
        }
        let bytes = self.xml.as_bytes();
        let (mut state, mut place) = (OUTSIDE, at);
        while let Some(found) = bytes.get(place..).and_then(|rest| memchr3(b'>', b'"', b'\'', rest)) {
            place += found + 1;
            state = match (state, bytes[place - 1]) {
                (OUTSIDE, b'>') => return Some(place),
                (OUTSIDE, b'"') => DOUBLE,
                (OUTSIDE, b'\'') => SINGLE,
                (DOUBLE, b'"') | (SINGLE, b'\'') => OUTSIDE,
                _ => state,
            };
        }
        self.in_vain[OUTSIDE] = true;
        None
    }

    /// Moves the known results of failed scans to this position.
    fn move_to(&mut self, at: usize) {
        if self.in_vain.contains(&true) {
            let between = self.xml.as_bytes().get(self.place..at).unwrap_or_default();
            for quote in memchr2_iter(b'"', b'\'', between) {
                self.in_vain.swap(OUTSIDE, if between[quote] == b'"' { DOUBLE } else { SINGLE });
            }
        }
        self.place = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminated_markup_stays() {
        for xml in [
            "<?xml version='1.0'?><a b='>' c=\"'\"><!-- < --><![CDATA[ < ]]></a>",
            "<a/>",
            "plain & simple",
            "",
            "<p:a é='1'>",
            "<!DOCTYPE r [<!ENTITY a \"<b>\">\n<!ENTITY c ']'>] ><a/>",
        ] {
            assert!(matches!(mend(xml), Cow::Borrowed(same) if same == xml), "{xml}");
        }
    }

    #[test]
    fn stray_brackets_become_text() {
        for (xml, expected) in [
            ("1 < 2 <3 <>", "1 &lt; 2 &lt;3 &lt;>"),
            ("<a><b", "<a>&lt;b"),
            ("<!-- a <b>c</b>", "&lt;!-- a <b>c</b>"),
            ("<![CDATA[a <b>c</b>", "a <b>c</b>"),
            ("<? a <b/>", "&lt;? a <b/>"),
            ("<!x><!DOCTYPE rss><a/>", "&lt;!x><!DOCTYPE rss><a/>"),
        ] {
            assert_eq!(mend(xml), expected, "{xml}");
        }
    }

    proptest::proptest! {
        /// A scan from every bracket, as slow as it is.
        #[test]
        fn stray_brackets_are_escaped_as_by_a_search_from_each_of_them(xml in "[<>\"'a ]{0,40}") {
            let ends = |at: usize| {
                let mut quote = None;
                xml.char_indices().skip(at + 1).find_map(|(place, c)| match quote {
                    None if c == '>' => Some(place + 1),
                    None => { quote = Some(c).filter(|c| "\"'".contains(*c)); None }
                    Some(open) => { quote = Some(open).filter(|open| *open != c); None }
                })
            };
            let (mut expected, mut at) = (String::new(), 0);
            while let Some(c) = xml.get(at..).and_then(|rest| rest.chars().next()) {
                let is_named = xml.get(at + 1..).is_some_and(|rest| rest.starts_with('a'));
                match (c, is_named.then(|| ends(at)).flatten()) {
                    ('<', Some(end)) => {
                        expected.push_str(xml.get(at..end).unwrap_or_default());
                        at = end;
                    }
                    ('<', None) => {
                        expected.push_str("&lt;");
                        at += 1;
                    }
                    _ => {
                        expected.push(c);
                        at += 1;
                    }
                }
            }
            proptest::prop_assert_eq!(mend(&xml), expected);
        }
    }
}
