//! The fast path for items: reads an object whose strings are mostly plain ASCII, without serde.
//!
//! It proves that a string consists of ASCII characters from the space to `~`, without `"` and `\`. Such a string ends
//! at the next quote and is valid JSON and UTF-8. It contains no `<`, `&`, `#`, `*` and `]` either, so that it cannot be
//! HTML or Markdown. This module reads those strings, known keys and the punctuation between the members.
//!
//! Every other value goes to serde where it stands, by the same visitor as in the slow path. The whole object is handed
//! back if anything else is found: an unusual key, a missing comma, a value that is invalid or deeply nested, the end of
//! the text. The caller then starts again with serde, which also words the error.

use memchr::memchr;
use serde::de::{Deserialize, DeserializeSeed, IgnoredAny};

use super::alias::Aliases;
use super::custom::{CustomObject, CustomValue};
use super::splitter::is_blank;
use super::value::Value;
use crate::feed::fields::{Field, Fields, Meaning};

/// The bytes compared at once.
const CHUNK: usize = 32;
/// A value with fewer brackets than this cannot reach serde's limit on nesting.
const BRACKETS: usize = 100;

/// Fills the cleared fields from the object at the start of `text`. Returns its length, or `None` to hand it back; the
/// fields must then be cleared.
pub(super) fn object(text: &[u8], aliases: &mut Aliases, fields: &mut Fields) -> Option<usize> {
    let mut json = Cursor { text, at: 0 };
    json.pass(b'{')?;
    for place in 0.. {
        json.skip_blanks();
        let meaning = json.key(place, aliases).ok()?;
        json.skip_blanks();
        json.pass(b':')?;
        json.skip_blanks();
        json.value(fields.wanted(meaning), aliases, fields)?;
        json.skip_blanks();
        if json.pass(b',').is_none() {
            break;
        }
    }
    json.pass(b'}')?;
    Some(json.at)
}

/// The key is not plain.
struct Unusual;

struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| is_blank(*byte)) {
            self.at += 1;
        }
    }

    /// Moves over this byte.
    fn pass(&mut self, byte: u8) -> Option<()> {
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found.then_some(())
    }

    /// Reads a key and returns what it means.
    fn key(&mut self, place: usize, aliases: &mut Aliases) -> Result<Meaning, Unusual> {
        if let Some((length, meaning)) = aliases.meaning_again(place, self.rest()) {
            self.at += length;
            return Ok(meaning);
        }
        let key = plain_string(self.rest()).ok_or(Unusual)?;
        self.at += key.len() + 2;
        Ok(aliases.meaning(place, key))
    }

    /// Reads a value into its field, or skips it.
    fn value(&mut self, meaning: Meaning, aliases: &mut Aliases, fields: &mut Fields) -> Option<()> {
        if let Meaning::Known(alias) = meaning {
            fields.start_value();
            if alias.0 != Field::Html
                && let Some(text) = plain_string(self.rest())
            {
                fields.plain(alias, text);
                self.at += text.len() + 2;
                return Some(());
            }
        }
        self.other_value(meaning, aliases, fields)
    }

    /// Reads a value that is no plain text of a known field. Not inlined, so that the common path stays short.
    #[inline(never)]
    fn other_value(&mut self, meaning: Meaning, aliases: &mut Aliases, fields: &mut Fields) -> Option<()> {
        let rest = self.rest();
        if let Meaning::Custom(key) = meaning
            && let Some(text) = plain_string(rest)
        {
            fields.custom(key, text);
            self.at += text.len() + 2;
            return Some(());
        }
        let mut json = serde_json::Deserializer::from_slice(rest);
        match meaning {
            Meaning::Known(alias) => Value { aliases, fields, alias, listed: false }.deserialize(&mut json).ok()?,
            Meaning::Custom(key) => CustomValue::new(fields, key).deserialize(&mut json).ok()?,
            Meaning::CustomObject => {
                CustomObject { fields, key_of: |key: &str| aliases.custom(key) }.deserialize(&mut json).ok()?;
            }
            Meaning::Nothing => drop(IgnoredAny::deserialize(&mut json).ok()?),
        }
        let length = json.into_iter::<IgnoredAny>().byte_offset();
        let nested = rest.get(..length)?.iter().filter(|byte| matches!(byte, b'[' | b'{')).take(BRACKETS).count();
        self.at += length;
        (nested < BRACKETS).then_some(())
    }
}

/// Returns the string at the start of `json`, if it is plain and cannot be markup.
fn plain_string(json: &[u8]) -> Option<&str> {
    let inside = json.strip_prefix(b"\"")?;
    let inside = inside.get(..memchr(b'"', inside)?)?;
    if is_plain(inside) { str::from_utf8(inside).ok() } else { None }
}

/// Whether all bytes are plain.
pub(in crate::feed) fn is_plain(bytes: &[u8]) -> bool {
    let (chunks, rest) = bytes.as_chunks::<CHUNK>();
    // The rest is compared in two parts that may overlap.
    chunks.iter().all(is_plain_chunk)
        && match rest.len() {
            0..4 => rest.iter().all(|byte| is_plain_chunk(&[*byte])),
            4..8 => [rest.first_chunk(), rest.last_chunk()].into_iter().flatten().all(is_plain_chunk::<4>),
            8..16 => [rest.first_chunk(), rest.last_chunk()].into_iter().flatten().all(is_plain_chunk::<8>),
            _ => [rest.first_chunk(), rest.last_chunk()].into_iter().flatten().all(is_plain_chunk::<16>),
        }
}

/// Whether all bytes are plain. The fixed length and the missing early exit let the compiler compare them at once.
#[expect(clippy::needless_bitwise_bool, reason = "lazy operators would compare byte by byte")]
fn is_plain_chunk<const N: usize>(bytes: &[u8; N]) -> bool {
    bytes.iter().fold(true, |plain, &byte| {
        let is_marked = (byte == b'<') | (byte == b'&') | (byte == b'#') | (byte == b'*') | (byte == b']');
        plain & (b' '..=b'~').contains(&byte) & (byte != b'"') & (byte != b'\\') & !is_marked
    })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::item::ItemReader;
    use crate::feed::Rules;

    /// What each path reads of an item: its length, the release and the notes.
    fn both(item: &[u8]) -> [Option<(usize, String)>; 2] {
        [false, true].map(|is_fast| {
            let mut reader = ItemReader::new(60, &Rules::default());
            // The second time, the keys are known.
            for _ in 0..2 {
                let _ = reader.read_first_by(item, is_fast);
            }
            let length = reader.read_first_by(item, is_fast)?;
            let notes: Vec<_> = reader.notes().collect();
            Some((length, format!("{:?} {notes:?}", reader.release())))
        })
    }

    /// Texts of items, most of them valid.
    pub fn items() -> impl Strategy<Value = Vec<u8>> {
        let text = "[ -~]{0,40}|[a-zA-Z .,:/]{0,50}|<p>[a-z]{3} <b>x</b></p>|[é漢\u{301}\n\t\u{7}]{0,5}| [a-z]{1,20}  |www.a.example";
        let string = text.prop_map(|text| serde_json::to_string(&text).expect("a text"));
        let other = prop::sample::select(vec![
            "1",
            "-0.5",
            "1541462400",
            "true",
            "null",
            "[]",
            "{}",
            "[\"a\",{\"name\":\"b\"}]",
            "{\"name\":\"x\"}",
            "tru",
            "",
            "\"\\ud83d\"",
            "\"\\u00e9\"",
            "\"2018-11-06\"",
            "\"http://a.example/1\"",
            "\"a\u{1}\"",
            "[[[[1]]]]",
            "[",
            "{\"title\":\"in\"}",
            "{\"title\":7,\"place\":\"x\"}",
            "{\"fields\":{\"a\":[\"b\",1],\"c\":\"d\"}}",
            "[[\"a\"],[{\"name\":[1]}],1e999]",
            "1e999",
        ]);
        let value = prop_oneof![3 => string, 1 => other.prop_map(str::to_owned)];
        let key = prop::sample::select(vec![
            "title",
            "summary",
            "id",
            "url",
            "date",
            "topic",
            "tags",
            "content_html",
            "content_text",
            "author",
            "place",
            "_tidings",
            "attributes",
            "attachments",
            "x",
            "Document Type",
            "_x",
            "language",
            "TITLE",
            "t\\u0069tle",
            "é",
        ]);
        let gap = prop::sample::select(vec!["", "", "", " ", "\n", "\t\r"]);
        let member = (gap.clone(), key, gap.clone(), value, gap);
        let members = prop::collection::vec(member, 0..9);
        (members, "[,}\\]x]{0,2}").prop_map(|(members, tail)| {
            let members: Vec<String> = members
                .into_iter()
                .map(|(before, key, between, value, after)| {
                    format!("{before}\"{key}\"{between}:{between}{value}{after}")
                })
                .collect();
            format!("{{{}}}{tail}", members.join(",")).into_bytes()
        })
    }

    proptest! {
        #[test]
        fn both_paths_read_the_same(item in items()) {
            let [slow, fast] = both(&item);
            prop_assert_eq!(slow, fast);
        }

        #[test]
        fn both_paths_read_the_same_of_damaged_items(
            item in items(), cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut cut = item[..cut.index(item.len())].to_vec();
            let [slow, fast] = both(&cut);
            prop_assert_eq!(slow, fast);
            if !cut.is_empty() {
                let at = at.index(cut.len());
                cut[at] = byte;
            }
            let [slow, fast] = both(&[&cut[..], &item[cut.len()..]].concat());
            prop_assert_eq!(slow, fast);
        }
    }

    #[test]
    fn deeply_nested_values_are_handed_back() {
        for depth in [50, 99, 100, 126, 127, 128, 129] {
            for key in ["x", "tags", "attributes"] {
                let item = format!("{{\"title\":\"t\",\"{key}\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
                let [slow, fast] = both(item.as_bytes());
                assert_eq!(slow, fast, "{key} {depth}");
            }
        }
    }
}
