//! Fields of a feed's own: an agency, a document type, a column of a table.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::text::CleanBuf;

/// The most names that one run of the program knows. Each is kept until it ends, so a feed must not add names without
/// end.
const MOST_NAMES: usize = 4_096;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 64;

/// Names that tidings uses itself before a colon, and in its documents.
const TAKEN: [&str; 20] = [
    "topic", "place", "source", "folder", "account", "label", "year", "title", "author", "date", "after", "before",
    "is", "id", "url", "summary", "body", "word", "story", "page",
];

/// One value of a field that tidings does not know, such as `document-type: Notice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnField {
    /// The name of the field.
    pub name: FieldName,
    /// One line, not empty.
    pub value: CleanBuf,
}

/// The name of a field: lower-case letters and digits of any script, with single hyphens between them. A name that
/// tidings uses itself begins with `x-`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldName(u16);

#[derive(Debug, Default)]
struct Names {
    all: Vec<&'static str>,
    by_name: HashMap<&'static str, u16>,
}

static NAMES: LazyLock<RwLock<Names>> = LazyLock::new(RwLock::default);

impl FieldName {
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

    /// Returns a name that a feed has used in this run of the program. `name` is in the form of [`FieldName::name`].
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
    if TAKEN.contains(&name.as_str()) {
        name.insert_str(0, "x-");
    }
    (!name.is_empty()).then_some(name)
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
            ("İl", "il"),
        ] {
            assert_eq!(FieldName::of(written).map(FieldName::name), Some(name), "{written}");
        }
        for none in ["", " - ", ":", &"a".repeat(LONGEST_NAME + 1)] {
            assert_eq!(FieldName::of(none), None, "{none}");
        }
    }

    #[test]
    fn equal_names_are_one_and_only_names_of_feeds_are_found() {
        let first = FieldName::of("Agency Of The Test").expect("a name");
        assert_eq!(
            (FieldName::of("agency-of-the-test"), FieldName::find("agency-of-the-test")),
            (Some(first), Some(first))
        );
        assert_eq!((FieldName::find("never-read"), format!("{first:?}")), (None, "agency-of-the-test".to_owned()));
    }
}
