//! The partial name or value at the cursor, for completion, and the clause that it belongs to.

use std::ops::Range;

use super::field_name::{FIELDS, custom_field, misspelt_field};
use crate::release::FieldName;

/// The part of a query that a completion would replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Partial {
    /// The beginning of a word that may become a field's name; two letters or more.
    Name {
        /// The typed text.
        text: String,
        /// Its range.
        range: Range<usize>,
    },
    /// The beginning of a field's value; may be empty.
    Value {
        /// The field's name.
        field: &'static str,
        /// The typed text, without quotes.
        text: String,
        /// Its range, including quotes.
        range: Range<usize>,
    },
}

/// Returns the partial name or value at the end of `before`, the text before the cursor.
#[must_use]
pub fn partial(before: &str) -> Option<Partial> {
    let bare_start = clause_start(before);
    let bare = before.get(bare_start..)?;
    if let Some(field) = field_before_colon(bare) {
        let list_start = bare_start + field.len() + 1;
        let value_start = list_start + last_value(before.get(list_start..)?);
        let raw = before.get(value_start..)?;
        let text = raw.strip_prefix('"').unwrap_or(raw).replace("\\\"", "\"").replace("\\\\", "\\");
        return Some(Partial::Value { field, text, range: value_start..before.len() });
    }
    let is_name = bare.chars().nth(1).is_some() && bare.chars().all(|c| c.is_alphanumeric() || c == '-');
    is_name.then(|| Partial::Name { text: bare.to_lowercase(), range: bare_start..before.len() })
}

/// Returns the field that a clause begins with, also a custom one that has no value yet.
fn field_before_colon(clause: &str) -> Option<&'static str> {
    let (name, values) = clause.split_once(':')?;
    let built_in = FIELDS.into_iter().find(|field| field.eq_ignore_ascii_case(name));
    built_in.or_else(|| {
        let custom =
            if values.is_empty() { FieldName::in_query(name) } else { custom_field(clause).map(|(custom, _)| custom) };
        custom.map(FieldName::name)
    })
}

/// The field clause at the cursor, without a `-` before it. The name of the field may be misspelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Its range.
    pub range: Range<usize>,
    /// The range of the value at the cursor, including quotes.
    pub value: Range<usize>,
    /// Whether it would be an ordinary word, because a custom field has no value yet.
    pub is_bare: bool,
}

/// Returns the field clause with the cursor in its values. An unclosed quotation ends at the cursor.
pub(super) fn clause_at(text: &str, cursor: usize) -> Option<Clause> {
    let before = text.get(..cursor)?;
    let start = clause_start(before);
    let (name, values) = before.get(start..)?.split_once(':')?;
    let is_built_in = FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name)) || misspelt_field(name).is_some();
    let is_field = is_built_in || field_before_colon(before.get(start..)?).is_some();
    let is_bare = !is_built_in && values.is_empty();
    let value = cursor - values.len() + last_value(values);
    let end = |from: usize, is_end: fn(char) -> bool| {
        let rest = text.get(from..).unwrap_or_default();
        let end = breaks(rest, is_end).map(|(at, _)| from + at).find(|&at| at >= cursor);
        end.unwrap_or(if is_closed(rest) { text.len() } else { cursor })
    };
    let (range, value) = (start..end(start, ends_clause), value..end(value, ends_value));
    let is_bare = is_bare && value.is_empty();
    is_field.then_some(Clause { range, value, is_bare })
}

/// The start of the last clause, behind any `-`.
fn clause_start(text: &str) -> usize {
    let start = breaks(text, ends_clause).last().map_or(0, |(at, c)| at + c.len_utf8());
    let clause = text.get(start..).unwrap_or_default();
    start + clause.len() - clause.trim_start_matches('-').len()
}

/// The start of the last of several values.
fn last_value(values: &str) -> usize {
    breaks(values, |c| c == ',').last().map_or(0, |(at, _)| at + 1)
}

fn ends_clause(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')')
}

fn ends_value(c: char) -> bool {
    c == ',' || ends_clause(c)
}

/// Returns the characters outside quotes that satisfy `is_break`, with their positions.
fn breaks(text: &str, is_break: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, char)> {
    let mut quotes = Quotes::default();
    text.char_indices().filter(move |&(_, c)| !quotes.holds(c) && is_break(c))
}

/// Whether every quotation in the text is closed.
fn is_closed(text: &str) -> bool {
    let mut quotes = Quotes::default();
    for c in text.chars() {
        quotes.holds(c);
    }
    !quotes.is_open
}

/// Tracks the quotations of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Quotes {
    is_open: bool,
    is_escaped: bool,
}

impl Quotes {
    /// Reads the next character. Returns whether it is within quotes or is itself a quote.
    fn holds(&mut self, c: char) -> bool {
        let was_open = self.is_open;
        match c {
            _ if self.is_escaped => self.is_escaped = false,
            '\\' if self.is_open => self.is_escaped = true,
            '"' => self.is_open = !self.is_open,
            _ => {}
        }
        was_open || self.is_open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(before: &str) -> Option<(&'static str, String, Range<usize>)> {
        match partial(before)? {
            Partial::Value { field, text, range } => Some((field, text, range)),
            Partial::Name { .. } => None,
        }
    }

    #[test]
    fn values_of_a_field_are_completed() {
        assert_eq!(value("after:2018 topic:la"), Some(("topic", "la".to_owned(), 17..19)));
        assert_eq!(value("-topic:"), Some(("topic", String::new(), 7..7)));
        assert_eq!(value("topic:\"a b\",\"lab mi"), Some(("topic", "lab mi".to_owned(), 12..19)));
        assert_eq!(value("(PLACE:x"), Some(("place", "x".to_owned(), 7..8)));
        assert_eq!(value("tea agency:"), Some(("agency", String::new(), 11..11)));
        assert_eq!(value("-document-type:\"No"), Some(("document-type", "No".to_owned(), 15..18)));
        assert_eq!(value("https://ex"), None);
        assert_eq!(value("topic:a b"), None);
        assert_eq!(value("tea"), None);
    }

    #[test]
    fn names_of_fields_are_completed() {
        let name = |before: &str| matches!(partial(before), Some(Partial::Name { .. }));
        assert!(name("to") && name("tea -pl") && name("tea document-t") && !name("t") && !name("te(") && !name(""));
    }
}
