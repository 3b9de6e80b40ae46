//! The partial name or value at the cursor, for completion, and the clause that it belongs to.

use std::ops::Range;

use super::field_name::{FIELDS, misspelt_field};

/// The part of a query that a completion would replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Partial {
    /// The beginning of a field's name; not empty.
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
    let named = FIELDS.into_iter().find(|name| {
        bare.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
            && bare.get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
    });
    if let Some(field) = named {
        let list_start = bare_start + field.len() + 1;
        let value_start = list_start + last_value(before.get(list_start..)?);
        let raw = before.get(value_start..)?;
        let text = raw.strip_prefix('"').unwrap_or(raw).replace("\\\"", "\"").replace("\\\\", "\\");
        return Some(Partial::Value { field, text, range: value_start..before.len() });
    }
    let is_name = bare.len() >= 2 && FIELDS.iter().any(|name| name.starts_with(&bare.to_ascii_lowercase()));
    is_name.then(|| Partial::Name { text: bare.to_ascii_lowercase(), range: bare_start..before.len() })
}

/// The field clause at the cursor, without a `-` before it. The name of the field may be misspelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Its range.
    pub range: Range<usize>,
    /// The range of the value at the cursor, including quotes.
    pub value: Range<usize>,
}

/// Returns the field clause with the cursor in its values. An unclosed quotation ends at the cursor.
pub(super) fn clause_at(text: &str, cursor: usize) -> Option<Clause> {
    let before = text.get(..cursor)?;
    let start = clause_start(before);
    let (name, values) = before.get(start..)?.split_once(':')?;
    let is_field = FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name)) || misspelt_field(name).is_some();
    let value = cursor - values.len() + last_value(values);
    let end = |from: usize, is_end: fn(char) -> bool| {
        let rest = text.get(from..).unwrap_or_default();
        let end = breaks(rest, is_end).map(|(at, _)| from + at).find(|&at| at >= cursor);
        end.unwrap_or(if is_closed(rest) { text.len() } else { cursor })
    };
    is_field.then(|| Clause { range: start..end(start, ends_clause), value: value..end(value, ends_value) })
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
        assert_eq!(value("topic:a b"), None);
        assert_eq!(value("tea"), None);
    }

    #[test]
    fn names_of_fields_are_completed() {
        let name = |before: &str| matches!(partial(before), Some(Partial::Name { .. }));
        assert!(name("to") && name("tea -pl") && !name("t") && !name("tea") && !name(""));
    }
}
