//! What a user says about reading a source: which column of a table, or key of JSON objects, holds which field, whether a
//! web page is read as a list of releases, and what topics are derived from.
//!
//! Rules belong to a source, and are stored with a subscription.

mod options;
mod select;

use std::fmt;
use std::str::FromStr;

pub use options::WrongOptions;
pub use select::{Part, PartSelector, WrongSelector};
use serde::{Deserialize, Serialize};

use super::derive::TopicRule;
use super::fields::Field;
use crate::release::FieldName;
use crate::text::CleanBuf;

/// The longest name of a column, in bytes.
const LONGEST: usize = 1_024;

/// The names of the fields that a column can hold.
const FIELDS: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("date", Field::Date),
    ("url", Field::Url),
    ("topic", Field::Topics),
    ("place", Field::Place),
    ("summary", Field::Summary),
    ("body", Field::Body),
    ("author", Field::Author),
    ("id", Field::Id),
    // Other names of the same fields.
    ("link", Field::Url),
    ("topics", Field::Topics),
    ("text", Field::Body),
];
/// The number of fields, which come first in [`FIELDS`].
const COUNT: usize = 9;

/// How to read a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The columns of fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub map: Vec<FieldMap>,
    /// What separates the cells of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// Whether a web page at the address of a subscription is read as a list of releases.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub page: bool,
    /// Where on a web page the entries and their parts are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<PartSelector>,
    /// What topics are derived from, where the publisher names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<TopicRule>,
}

impl Rules {
    /// Whether they say nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the text that is stored, or `None` for empty rules.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        let stored = self.stored();
        if stored.is_empty() { None } else { serde_json::to_string(&stored).ok() }
    }

    /// Returns what is stored: topics that are switched off are not mentioned.
    #[must_use]
    pub fn stored(&self) -> Self {
        let topics = self.topics.clone().filter(|topics| topics.source().is_some());
        Self { topics, ..self.clone() }
    }

    /// Returns the rules without those for topics: how the source is read.
    #[must_use]
    pub fn without_topics(&self) -> Self {
        Self { topics: None, ..self.clone() }
    }

    /// Returns earlier rules as these change them: what topics are derived from and everything else are given apart.
    #[must_use]
    pub fn changing(&self, earlier: &Self) -> Self {
        let others = self.without_topics();
        let others = if others.is_empty() { earlier.clone() } else { others };
        Self { topics: self.topics.clone().or_else(|| earlier.topics.clone()), ..others }
    }

    /// Reads a stored text. A text that this version cannot read says nothing.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Reads rules written as options: `--page --select title=h3`.
    ///
    /// # Errors
    /// What is wrong with the first wrong option.
    pub fn of_options(text: &str) -> Result<Self, WrongOptions> {
        options::read(text)
    }

    /// Returns the first column that is mapped to two fields.
    pub(super) fn mapped_twice(&self) -> Option<&str> {
        let earlier = |at: usize| self.map.iter().take(at);
        let mut columns = self.map.iter().enumerate();
        columns.find(|(at, one)| earlier(*at).any(|other| other.column == one.column)).map(|(_, one)| one.column())
    }
}

impl fmt::Display for Rules {
    /// Writes the rules as options: `--map title=Headline --map date=Published`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = self.page.then(|| "--page".to_owned());
        let delimiter = self.delimiter.map(|delimiter| format!("--delimiter {delimiter}"));
        let maps = self.map.iter().map(|map| format!("--map {map}"));
        let selects = self.select.iter().map(|select| format!("--select {}", quoted(&select.to_string())));
        let topics = self.topics.as_ref().and_then(TopicRule::source).map(|from| format!("--topics-from {from}"));
        let options = page.into_iter().chain(maps).chain(delimiter).chain(selects).chain(topics);
        let options: Vec<String> = options.collect();
        f.write_str(&options.join(" "))
    }
}

/// Returns a text as a shell takes it.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "=.,-_/:@%+".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The delimiters that have a name; they are tried if none is given.
pub(super) const DELIMITERS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "pipe")];

/// A character between the cells of a table: ASCII, but no letter, digit, quote or line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Delimiter(pub(super) u8);

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DELIMITERS.iter().find(|(byte, _)| *byte == self.0) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "{}", char::from(self.0).escape_default()),
        }
    }
}

impl FromStr for Delimiter {
    type Err = WrongDelimiter;

    fn from_str(text: &str) -> Result<Self, WrongDelimiter> {
        let named = DELIMITERS.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(byte, _)| *byte);
        let byte = match text.as_bytes() {
            _ if named.is_some() => named,
            b"\\t" => Some(b'\t'),
            &[byte] => Some(byte),
            _ => None,
        };
        let is_fitting = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(byte);
        byte.filter(is_fitting).map(Self).ok_or(WrongDelimiter)
    }
}

impl TryFrom<String> for Delimiter {
    type Error = WrongDelimiter;

    fn try_from(text: String) -> Result<Self, WrongDelimiter> {
        text.parse()
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        delimiter.to_string()
    }
}

/// Why a text is not a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected comma, semicolon, tab, pipe or a single character that is neither a letter, a digit nor a quote")]
pub struct WrongDelimiter;

/// What a column or key is mapped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A field that tidings knows.
    Known(Field),
    /// Any other field.
    Custom(FieldName),
}

/// A field, and the column or key that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldMap {
    target: Target,
    column: String,
}

impl FieldMap {
    /// Returns the field.
    pub(super) fn target(&self) -> Target {
        self.target
    }

    /// Whether a field that tidings knows is mapped.
    pub(super) fn is_of(&self, field: Field) -> bool {
        self.target == Target::Known(field)
    }

    /// Returns the usual name of the field, even if the user typed another one.
    fn name(&self) -> &'static str {
        match self.target {
            Target::Known(field) => FIELDS.iter().find(|(_, known)| *known == field).map_or("", |(name, _)| name),
            Target::Custom(name) => name.name(),
        }
    }

    /// Returns the name of the column, its number from 1, or the key.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Whether a column or key of this name is meant.
    pub(super) fn is(&self, name: &str) -> bool {
        self.column == name || self.column.to_lowercase() == name.to_lowercase()
    }
}

impl fmt::Display for FieldMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name(), CleanBuf::line(&self.column))
    }
}

/// Why a text maps no field to a column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongMap {
    /// It has no equals sign, or nothing after it.
    #[error("expected FIELD=COLUMN, such as title=Headline")]
    Form,
    /// The name of the field has no letter or digit, or is too long.
    #[error("`{0}` cannot name a field; expected one of {names}, or another word", names = field_names())]
    Field(CleanBuf),
    /// The name of the field is probably a misspelt one.
    #[error("no field `{0}`; did you mean `{1}`?")]
    Misspelt(CleanBuf, &'static str),
}

/// Returns the field whose name differs from a word by one letter. Shorter names are too close to other words.
fn misspelt(word: &str) -> Option<&'static str> {
    const SHORTEST: usize = 5;
    let word = word.to_lowercase();
    let is_near = |name: &&str| name.len() >= SHORTEST && strsim::osa_distance(name, &word) == 1;
    FIELDS.iter().map(|&(name, _)| name).find(is_near)
}

/// Returns the names of all fields in words.
fn field_names() -> String {
    FIELDS.iter().take(COUNT).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

impl FromStr for FieldMap {
    type Err = WrongMap;

    fn from_str(text: &str) -> Result<Self, WrongMap> {
        let (name, column) = text.split_once('=').ok_or(WrongMap::Form)?;
        let (name, column) = (name.trim(), column.trim());
        if column.is_empty() || column.len() > LONGEST {
            return Err(WrongMap::Form);
        }
        let known = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let custom = || match misspelt(name) {
            Some(meant) => Err(WrongMap::Misspelt(CleanBuf::line(name), meant)),
            None => FieldName::of(name).map(Target::Custom).ok_or_else(|| WrongMap::Field(CleanBuf::line(name))),
        };
        let target = known.map_or_else(custom, |&(_, field)| Ok(Target::Known(field)))?;
        Ok(Self { target, column: column.to_owned() })
    }
}

impl TryFrom<String> for FieldMap {
    type Error = WrongMap;

    fn try_from(text: String) -> Result<Self, WrongMap> {
        text.parse()
    }
}

impl From<FieldMap> for String {
    fn from(map: FieldMap) -> Self {
        format!("{}={}", map.name(), map.column)
    }
}

/// The most columns named in a message, and the most characters of each.
const NAMED: usize = 20;
const NAME_LENGTH: usize = 40;

/// Lists names in words.
pub(super) fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(str::trim).filter(|name| !name.is_empty()).peekable();
    let mut listed = Vec::new();
    while let Some(name) = names.next_if(|_| listed.len() < NAMED) {
        let mut shown: String = name.chars().take(NAME_LENGTH).collect();
        if shown.len() < name.len() {
            shown.push('…');
        }
        listed.push(shown);
    }
    if names.peek().is_some() {
        listed.push("…".to_owned());
    }
    if listed.is_empty() { "no names".to_owned() } else { listed.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str) -> Result<FieldMap, String> {
        text.parse().map_err(|error: WrongMap| error.to_string())
    }

    #[test]
    fn a_field_is_mapped_to_a_column_by_name_or_number() {
        for (text, field, column) in [
            ("title=Headline", Field::Title, "Headline"),
            (" LINK = Web address ", Field::Url, "Web address"),
            ("text=a=b", Field::Body, "a=b"),
            ("date=3", Field::Date, "3"),
        ] {
            let map = map(text).expect("a map");
            assert_eq!((map.target(), map.column()), (Target::Known(field), column));
        }
        assert_eq!(map("title"), Err("expected FIELD=COLUMN, such as title=Headline".to_owned()));
        assert_eq!(map("title= "), Err("expected FIELD=COLUMN, such as title=Headline".to_owned()));
        let names = "title, date, url, topic, place, summary, body, author, id";
        let reason = format!("`-` cannot name a field; expected one of {names}, or another word");
        assert_eq!(map("-=x"), Err(reason));
        assert_eq!(map("Titel=x"), Err("no field `Titel`; did you mean `title`?".to_owned()));
        assert_eq!(map("title-de=x").map(|map| map.to_string()), Ok("title-de=x".to_owned()));
    }

    #[test]
    fn any_other_name_is_a_field_of_the_users() {
        let shown = |text: &str| map(text).expect("a map").to_string();
        assert_eq!(shown("Document Type=Doc Type"), "document-type=Doc Type");
        assert_eq!(shown("label=Etikett"), "x-label=Etikett");
        assert_eq!(shown("x-label=Etikett"), "x-label=Etikett");
    }

    #[test]
    fn stored_rules_are_read_again_and_unknown_ones_say_nothing() {
        let map = ["title=Naslov", "link=URL"].map(|text| map(text).expect("a map")).to_vec();
        let page = Rules { page: true, ..Rules::default() };
        assert_eq!(page.to_text().as_deref(), Some(r#"{"page":true}"#));
        assert_eq!((Rules::of_text(r#"{"page":true}"#), page.to_string()), (page, "--page".to_owned()));
        let rules = Rules { map, ..Rules::default() };
        let text = rules.to_text().expect("rules");
        assert_eq!(text, r#"{"map":["title=Naslov","url=URL"]}"#);
        assert_eq!(Rules::of_text(&text), rules);
        assert_eq!(rules.to_string(), "--map title=Naslov --map url=URL");
        assert_eq!(Rules::default().to_text(), None);
        for other in ["", "{}", "[]", r#"{"map":["-=red"]}"#, r#"{"later":1}"#] {
            assert!(Rules::of_text(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_delimiter_has_a_name_or_is_a_character() {
        for (text, byte, shown) in [
            ("semicolon", b';', "semicolon"),
            (";", b';', "semicolon"),
            ("TAB", b'\t', "tab"),
            ("\\t", b'\t', "tab"),
            ("^", b'^', "^"),
        ] {
            let delimiter: Delimiter = text.parse().expect("a delimiter");
            assert_eq!((delimiter.0, delimiter.to_string()), (byte, shown.to_owned()));
            let rules = Rules { delimiter: Some(delimiter), ..Rules::default() };
            assert_eq!(Rules::of_text(&rules.to_text().expect("rules")), rules);
        }
        for text in ["", "a", "7", "\"", "\n", "ab", "é"] {
            assert_eq!(text.parse::<Delimiter>(), Err(WrongDelimiter), "{text:?}");
        }
    }

    #[test]
    fn a_column_is_mapped_to_one_field() {
        let rules = |maps: &[&str]| {
            let map = maps.iter().map(|text| map(text).expect("a map")).collect();
            Rules { map, ..Rules::default() }
        };
        assert_eq!(rules(&["title=a", "topic=b", "topic=c"]).mapped_twice(), None);
        assert_eq!(rules(&["title=a", "topic=b", "summary=a"]).mapped_twice(), Some("a"));
    }
}
