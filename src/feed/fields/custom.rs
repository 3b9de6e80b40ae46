//! Custom fields: which names and which values are kept.
//!
//! A value tells releases apart in a filter: a word or a few. Addresses, dates, ids, markup and longer texts are none.
//! What the user has mapped to a field is kept in any case, and so is what tidings itself has exported.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{Alias, Fields, html, trimmed};
use crate::feed::date::{self, Evidence};
use crate::release::{CustomField, FieldName, Precision};
use crate::text::CleanBuf;

/// The most values of one item.
pub(in crate::feed) const MOST_VALUES: usize = 128;
/// The longest value, in characters.
pub(in crate::feed) const LONGEST_VALUE: usize = 80;
/// The most bytes that such a value may take in a feed.
const LONGEST_RAW: usize = 512;
/// Shorter names of schemes say nothing, in bytes.
const SHORTEST_SCHEME: usize = 3;
/// The most names of one feed: each is kept until the program ends.
const MOST_NAMES: usize = 256;
/// Numbers from this one on are ids or times.
const LARGE: u64 = 1_000_000_000;
/// The least digits of such a number, and of a hash in hexadecimal digits.
const LARGE_DIGITS: usize = 10;
const HASH_DIGITS: usize = 16;

/// Last parts of names whose values are no use in a filter.
const NO_FIELDS: [&str; 18] = [
    "id",
    "ids",
    "uuid",
    "guid",
    "oid",
    "url",
    "urls",
    "uri",
    "uris",
    "href",
    "link",
    "links",
    "permalink",
    "slug",
    "hash",
    "etag",
    "checksum",
    "token",
];

/// Last parts of names of category schemes that stand for topics in general.
const TOPICS: [&str; 14] = [
    "topic",
    "topics",
    "subject",
    "subjects",
    "category",
    "categories",
    "tag",
    "tags",
    "keyword",
    "keywords",
    "term",
    "terms",
    "theme",
    "themes",
];

/// What a key or a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::feed) enum Meaning {
    /// A field that tidings knows.
    Known(Alias),
    /// A custom field.
    Custom(CustomKey),
    /// An object with custom fields.
    CustomObject,
    /// Nothing that a release keeps.
    #[default]
    Nothing,
}

/// A custom field, as a key or a column names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::feed) struct CustomKey {
    pub name: FieldName,
    pub kept: Kept,
}

/// Which texts of a field are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::feed) enum Kept {
    /// Values.
    Values,
    /// Every short text: the user has mapped the field.
    Short,
    /// Every short text, which is plain: tidings has exported it.
    Exported,
}

impl CustomKey {
    /// Returns the field of a value, whatever its name.
    fn of_values(name: FieldName) -> Self {
        Self { name, kept: Kept::Values }
    }

    /// Returns the field that the user has mapped.
    pub fn mapped(name: FieldName) -> Self {
        Self { name, kept: Kept::Short }
    }

    /// Returns the field that tidings has exported under a name.
    pub fn exported(name: &str) -> Option<Self> {
        Some(Self { name: FieldName::of(name)?, kept: Kept::Exported })
    }
}

/// Names the fields of one feed. A name is looked up once, however many items have it.
#[derive(Debug, Clone, Default)]
pub(in crate::feed) struct CustomNames {
    known: FxHashMap<Box<str>, Option<CustomKey>>,
}

impl CustomNames {
    /// Returns the field that a key names, unless it names an id, an address or the like, or the feed has too many names.
    pub fn of(&mut self, written: &str) -> Option<CustomKey> {
        if let Some(known) = self.known.get(written) {
            return *known;
        }
        if self.known.len() >= MOST_NAMES || written.len() > LONGEST_RAW {
            return None;
        }
        let last_part = |name: FieldName| name.name().rsplit('-').next().unwrap_or_default();
        let name = FieldName::of(written).filter(|name| !NO_FIELDS.contains(&last_part(*name)));
        let key = name.map(CustomKey::of_values);
        self.known.insert(written.into(), key);
        key
    }

    /// Returns the field that a category scheme names: `https://example.org/terms/document-type`. `None` for schemes that
    /// stand for topics.
    pub fn of_scheme(&mut self, scheme: &str) -> Option<CustomKey> {
        let scheme = scheme.trim();
        let path =
            scheme.split_once("://").map_or(Some(scheme), |(_, rest)| rest.split_once('/').map(|(_, path)| path))?;
        let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let segment = path.rsplit(['/', ':']).next().unwrap_or_default();
        let stem = segment.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or(segment, |(stem, _)| stem);
        let written = if fragment.is_empty() { stem } else { fragment };
        if written.len() < SHORTEST_SCHEME || !written.chars().any(char::is_alphabetic) {
            return None;
        }
        let key = self.of(written)?;
        let last = key.name.name().rsplit('-').next().unwrap_or_default();
        (!TOPICS.contains(&last)).then_some(key)
    }
}

impl Fields {
    /// Whether values of custom fields are still wanted.
    pub fn takes_custom(&self) -> bool {
        !self.ignores_custom && self.release.fields.len() < MOST_VALUES
    }

    /// Returns what is wanted of a key: nothing where another name of the same field was better.
    pub fn wanted(&self, meaning: Meaning) -> Meaning {
        let is_wanted = match meaning {
            Meaning::Known(alias) => self.wants(alias),
            Meaning::Custom(_) | Meaning::CustomObject => self.takes_custom(),
            Meaning::Nothing => false,
        };
        if is_wanted { meaning } else { Meaning::Nothing }
    }

    /// Adds a value of a custom field, unless it is none.
    pub fn custom(&mut self, key: CustomKey, raw: &str) {
        let raw = trimmed(raw);
        if raw.len() > LONGEST_RAW || raw.is_empty() || !self.takes_custom() {
            return;
        }
        let is_plain = self.is_plain || key.kept == Kept::Exported;
        let is_markup = !is_plain && memchr::memchr2(b'<', b'&', raw.as_bytes()).is_some() && html::is_markup(raw);
        let text = match raw {
            _ if is_markup && raw.contains('<') => return,
            _ if is_markup => Cow::Owned(html::to_text(raw)),
            _ => Cow::Borrowed(raw),
        };
        if key.kept != Kept::Values || is_value(&text) {
            self.push_custom(key.name, &text);
        }
    }

    /// Like [`Fields::custom`], for a number.
    pub fn custom_number(&mut self, key: CustomKey, number: i64) {
        if self.takes_custom() && (key.kept != Kept::Values || number.unsigned_abs() < LARGE) {
            self.push_custom(key.name, &number.to_string());
        }
    }

    /// Adds a value as it is, if it is short and new.
    fn push_custom(&mut self, name: FieldName, raw: &str) {
        if raw.len() > LONGEST_RAW || !self.takes_custom() {
            return;
        }
        let mut value = self.spare_values.pop().unwrap_or_default();
        value.push_line(raw);
        let is_long = value.as_str().len() > LONGEST_VALUE && value.as_str().chars().nth(LONGEST_VALUE).is_some();
        let is_known = || self.release.fields.iter().any(|known| known.name == name && known.value == value);
        if value.is_empty() || is_long || is_known() {
            value.clear();
            self.spare_values.push(value);
        } else {
            self.release.fields.push(CustomField { name, value });
        }
    }

    /// Removes the values, and keeps their buffers.
    pub(super) fn empty_custom(&mut self) {
        for mut field in self.release.fields.drain(..) {
            if self.spare_values.len() < MOST_VALUES {
                field.value.clear();
                self.spare_values.push(field.value);
            }
        }
    }

    /// Sets the language of releases that have none of their own.
    pub fn set_feed_language(&mut self, language: &str) {
        self.feed_language = tag(language).map_or_else(CleanBuf::default, |tag| CleanBuf::line(&tag));
    }

    /// Sets the language from a tag; anything else is a value of the field `language`.
    pub(super) fn language(&mut self, (field, rank): Alias, raw: &str) {
        match tag(raw) {
            Some(tag) => {
                self.begin((field, rank));
                if self.release.language.is_empty() {
                    self.release.language.push_line(&tag);
                }
            }
            None => {
                if let Some(name) = FieldName::of("language") {
                    self.custom(CustomKey::of_values(name), raw);
                }
            }
        }
    }

    pub(super) fn finish_language(&mut self) {
        if self.release.language.is_empty() && !self.feed_language.is_empty() {
            self.release.language.push_clean(self.feed_language.as_clean());
        }
    }
}

/// Whether a text is the tag of a language, such as `pt-br`.
#[must_use]
pub fn is_language(text: &str) -> bool {
    tag(text).is_some_and(|tag| tag == text)
}

/// Returns a language tag in lower case with hyphens, as in `pt-br`; `None` if the text is none.
fn tag(text: &str) -> Option<String> {
    /// The longest tag, in bytes.
    const LONGEST: usize = 35;
    let text = text.trim();
    let mut parts = text.split(['-', '_']);
    let is_primary = |part: &str| matches!(part.len(), 2 | 3) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_tag = text.len() <= LONGEST && parts.next().is_some_and(is_primary) && parts.all(is_part);
    is_tag.then(|| text.to_ascii_lowercase().replace('_', "-"))
}

/// Whether a text is a value: no address, no date or time, no id and no data.
fn is_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_data = bytes.first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    let is_number = digits == bytes.len() && digits >= LARGE_DIGITS;
    let is_clock =
        digits > 0 && bytes.contains(&b':') && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b':');
    let is_hash =
        digits > 0 && bytes.len() >= HASH_DIGITS && bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let has_name = digits > 0 || text.chars().any(char::is_alphanumeric);
    has_name && !is_data && !is_number && !is_clock && !is_hash && !is_address(text) && !(digits > 2 && is_date(text))
}

fn is_address(text: &str) -> bool {
    let is_mail = || text.contains('@') && !text.contains(' ');
    text.contains("://") || text.starts_with('/') || text.starts_with("www.") || text.starts_with("data:") || is_mail()
}

/// Whether a text is a day or a time. A year or a month may be a value.
fn is_date(text: &str) -> bool {
    date::evidence(text) != Evidence::None || date::read(text).is_ok_and(|date| date.precision() >= Precision::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> CustomKey {
        CustomNames::default().of(name).expect("a field")
    }

    fn kept(values: &[&str]) -> Vec<String> {
        let mut fields = Fields::default();
        for value in values {
            fields.custom(key("Document type"), value);
        }
        fields.release.fields.iter().map(|field| field.value.to_string()).collect()
    }

    #[test]
    fn words_are_values() {
        let long = "ä".repeat(LONGEST_VALUE);
        for value in [
            "Notice",
            "R&D",
            "2018",
            "Q3/2018",
            "2018-11",
            "v1.2",
            "3",
            "3.5",
            "A, B",
            "C#",
            "Lei 13.709",
            "부서",
            long.as_str(),
            "a < b",
            "no. 7",
        ] {
            assert_eq!(kept(&[value]), [value], "{value}");
        }
        assert_eq!(kept(&[" R&amp;D ", "R&D", "\u{1b}[31mred"]).len(), 2);
    }

    #[test]
    fn addresses_dates_ids_and_texts_are_no_values() {
        let long = "ä".repeat(LONGEST_VALUE + 1);
        for value in [
            "",
            " ",
            "-",
            "https://example.org/a",
            "www.example.org",
            "/news/1",
            "press@example.org",
            "2018-11-06",
            "2018-11-06T10:30:00Z",
            "6 November 2018",
            "03/04/2020",
            "00:12:45",
            "1541462400",
            "8a1f03b2-77aa-4d5c-9b1e-0123456789ab",
            "<b>bold</b>",
            "{\"a\":1}",
            long.as_str(),
        ] {
            assert_eq!(kept(&[value]), [""; 0], "{value}");
        }
        let mut fields = Fields::default();
        for number in [7, -3, 1_541_462_400] {
            fields.custom_number(key("Pages"), number);
        }
        assert_eq!(fields.release.fields.len(), 2);
        fields.custom(CustomKey { kept: Kept::Short, ..key("Effective date") }, "2018-11-06");
        assert_eq!(fields.release.fields.len(), 3, "what the user has mapped is kept");
    }

    #[test]
    fn an_item_has_so_many_values_only_and_each_once() {
        let mut fields = Fields::default();
        for n in 0..MOST_VALUES + 9 {
            fields.custom(key("Part"), &format!("value {n}"));
            fields.custom(key("Part"), &format!("value {n}"));
        }
        assert_eq!(fields.release.fields.len(), MOST_VALUES);
        fields.clear();
        assert!(fields.release.fields.is_empty());
        fields.custom(key("Part"), "value");
        assert_eq!(fields.release.fields[0].value.as_str(), "value");
    }

    #[test]
    fn ids_and_addresses_are_known_by_their_names() {
        let mut names = CustomNames::default();
        for name in ["post_id", "commentsUrl", "Content Hash", "thumbnail-href"] {
            assert_eq!(names.of(name), None, "{name}");
        }
        assert!(names.of("Agency").is_some() && names.of("Grid").is_some());
    }

    #[test]
    fn a_feed_has_so_many_names_only() {
        let mut names = CustomNames::default();
        let count = (0..MOST_NAMES + 9).filter(|n| names.of(&format!("Name {n} of the test")).is_some()).count();
        assert_eq!(count, MOST_NAMES);
        assert!(names.of("Name 0 of the test").is_some() && names.of("Another of the test").is_none());
    }

    #[test]
    fn a_scheme_names_a_field_unless_it_stands_for_topics() {
        let mut names = CustomNames::default();
        let mut of = |scheme: &str| names.of_scheme(scheme).map(|key| key.name.name());
        for (scheme, name) in [
            ("https://example.org/terms/document-type", Some("document-type")),
            ("https://example.org/terms/document-type/", Some("document-type")),
            ("http://example.org/vocabulary.rdf#Agency", Some("agency")),
            ("http://example.org/lists/agencies.xml?v=1", Some("agencies")),
            ("urn:x-example:audience", Some("audience")),
            ("Document Type", Some("document-type")),
            ("https://example.org/tags", None),
            ("https://example.org/ns/subject", None),
            ("post_tag", None),
            ("https://example.org/", None),
            ("https://example.org", None),
            ("http://example.org/2008/", None),
            ("", None),
        ] {
            assert_eq!(of(scheme), name, "{scheme}");
        }
    }

    #[test]
    fn a_language_is_a_tag_or_a_value() {
        for (text, expected) in [
            ("pt_BR", Some("pt-br")),
            (" EN ", Some("en")),
            ("zh-Hant-TW", Some("zh-hant-tw")),
            ("English", None),
            ("", None),
            ("e", None),
            ("en-", None),
        ] {
            assert_eq!(tag(text).as_deref(), expected, "{text}");
        }
    }
}
