//! Custom fields: an agency, a document type, a column of a table.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::misspelt_field;
use crate::text::CleanBuf;

/// The most names that one run of the program knows. Each is kept until it ends, so a feed must not add names without
/// end.
const MOST_NAMES: usize = 4_096;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 64;
/// The fewest letters of a name: `to:` and `re:` begin ordinary text. Scripts other than ASCII say more with fewer.
const SHORTEST_NAME: usize = 3;
const SHORTEST_OTHER: usize = 2;
/// Begins names that a query would take for something else.
const PREFIX: &str = "x-";

/// Names that tidings uses itself before a colon, and in its documents.
const TAKEN: [&str; 20] = [
    "topic", "place", "source", "folder", "account", "label", "year", "title", "author", "date", "after", "before",
    "is", "id", "url", "summary", "body", "word", "story", "page",
];

/// One value of a field that tidings does not know, such as `document-type: Notice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// The name of the field.
    pub name: FieldName,
    /// One line, not empty.
    pub value: CleanBuf,
}

/// The name of a field: lower-case letters and digits of any script, with single hyphens between them. A name that
/// tidings uses itself begins with `x-`, and so does one that is as good as that, too short, or begins with a digit: a
/// query would not take it for a field.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldName(u16);

#[derive(Debug)]
struct Names {
    all: Vec<&'static str>,
    by_name: HashMap<&'static str, u16>,
}

/// The names that every run of the program knows, in the order of their numbers.
const KNOWN: [&str; 2] = ["x-author", "language"];

static NAMES: LazyLock<RwLock<Names>> =
    LazyLock::new(|| RwLock::new(Names { all: KNOWN.to_vec(), by_name: KNOWN.into_iter().zip(0..).collect() }));

impl FieldName {
    /// The authors of a release, as one of its custom fields. `author:` in a query finds parts of their names instead.
    pub const AUTHOR: Self = Self(0);
    /// The language of a release.
    pub const LANGUAGE: Self = Self(1);

    /// Returns the name under which a feed's field is known: `Document Type`, `document_type` and `documentType` are all
    /// `document-type`. `None` if it has no letter or digit, is too long, or if there are too many names.
    #[must_use]
    pub fn of(written: &str) -> Option<Self> {
        let name = normal_form(written)?;
        if let Some(known) = Self::find(&name) {
            return Some(known);
        }
        let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&at) = names.by_name.get(name.as_str()) {
            return Some(Self(at));
        }
        let at = u16::try_from(names.all.len()).ok().filter(|&at| usize::from(at) < MOST_NAMES)?;
        let kept: &'static str = name.leak();
        names.all.push(kept);
        names.by_name.insert(kept, at);
        Some(Self(at))
    }

    /// Returns the field that a query means by a word before a colon; `None` for a word that no field can have as its
    /// name.
    #[must_use]
    pub fn in_query(word: &str) -> Option<Self> {
        normal_form(word).filter(|name| name == word).and_then(|name| Self::of(&name))
    }

    /// Returns a name that was used in this run of the program. `name` is in the form of [`FieldName::name`].
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let names = NAMES.read().unwrap_or_else(PoisonError::into_inner);
        names.by_name.get(name).copied().map(Self)
    }

    /// The name, as it stands before a colon in a query.
    #[must_use]
    pub fn name(self) -> &'static str {
        let names = NAMES.read().unwrap_or_else(PoisonError::into_inner);
        names.all.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

/// In the order of the names, not of the numbers, which depend on what was read first.
impl Ord for FieldName {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { self.name().cmp(other.name()) }
    }
}

impl PartialOrd for FieldName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns a name in lower case with hyphens for everything else, and between a lower-case letter and a capital.
fn normal_form(written: &str) -> Option<String> {
    let mut name = String::new();
    let mut after_lower = false;
    let mut gap = false;
    for letter in written.chars() {
        if !letter.is_alphanumeric() {
            gap = true;
            after_lower = false;
            continue;
        }
        if (gap || (after_lower && letter.is_uppercase())) && !name.is_empty() {
            name.push('-');
        }
        gap = false;
        after_lower = letter.is_lowercase();
        name.extend(letter.to_lowercase().filter(|lower| lower.is_alphanumeric()));
        if name.len() > LONGEST_NAME {
            return None;
        }
    }
    if !name.is_empty() && is_unclear(&name) {
        name.insert_str(0, PREFIX);
    }
    (!name.is_empty()).then_some(name)
}

/// Whether a query would take a name for something else.
fn is_unclear(name: &str) -> bool {
    let least = if name.is_ascii() { SHORTEST_NAME } else { SHORTEST_OTHER };
    name.chars().count() < least
        || !name.starts_with(char::is_alphabetic)
        || TAKEN.contains(&name)
        || misspelt_field(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_one_name_however_it_is_written() {
        for written in ["Document Type", "document_type", "documentType", " document - type:", "DOCUMENT TYPE"] {
            assert_eq!(FieldName::of(written).map(FieldName::name), Some("document-type"), "{written}");
        }
        for (written, name) in [
            ("부서", "부서"),
            ("Zuständige Stelle", "zuständige-stelle"),
            ("Topic", "x-topic"),
            ("label", "x-label"),
            ("HTTPStatus", "httpstatus"),
            ("section2", "section2"),
            ("İl", "x-il"),
            ("Topics", "x-topics"),
            ("2018 budget", "x-2018-budget"),
            ("No.", "x-no"),
            ("部门", "部门"),
            ("Author", "x-author"),
            ("Language", "language"),
        ] {
            assert_eq!(FieldName::of(written).map(FieldName::name), Some(name), "{written}");
        }
        for none in ["", " - ", ":", &"a".repeat(LONGEST_NAME + 1)] {
            assert_eq!(FieldName::of(none), None, "{none}");
        }
    }

    #[test]
    fn a_name_means_itself_in_a_query_and_other_words_mean_no_field() {
        for name in ["document-type", "부서", "x-topic", "x-no", "x-2018-budget", "language", "x-author"] {
            assert_eq!(FieldName::in_query(name).map(FieldName::name), Some(name));
        }
        for word in ["Agency", "topics", "topic", "no", "10", "https//", "a-", "-a", "a--b", ""] {
            assert_eq!(FieldName::in_query(word), None, "{word}");
        }
        assert_eq!(FieldName::of("author"), Some(FieldName::AUTHOR));
        assert_eq!(FieldName::of("Language"), Some(FieldName::LANGUAGE));
    }

    #[test]
    fn names_are_in_alphabetical_order_whatever_was_read_first() {
        let [later, earlier] =
            ["of the test zeta", "of the test alpha"].map(|name| FieldName::of(name).expect("a name"));
        assert!(earlier < later);
    }

    #[test]
    fn equal_names_are_one_and_only_used_names_are_found() {
        let first = FieldName::of("Agency Of The Test").expect("a name");
        assert_eq!(
            (FieldName::of("agency-of-the-test"), FieldName::find("agency-of-the-test")),
            (Some(first), Some(first))
        );
        assert_eq!((FieldName::find("never-read"), format!("{first:?}")), (None, "agency-of-the-test".to_owned()));
    }
}
