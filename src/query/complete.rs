//! The partial name or value at the cursor, for completion.

use std::ops::Range;

use super::parse::FIELDS;

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
    let start = clause_start(before);
    let clause = before.get(start..)?;
    let bare = clause.trim_start_matches('-');
    let bare_start = start + clause.len() - bare.len();
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

/// The start of the last clause: after the last blank or parenthesis outside quotes.
fn clause_start(text: &str) -> usize {
    walk(text, |c| c.is_whitespace() || matches!(c, '(' | ')'))
}

/// The start of the last of several values.
fn last_value(values: &str) -> usize {
    walk(values, |c| c == ',')
}

fn walk(text: &str, is_break: impl Fn(char) -> bool) -> usize {
    let (mut start, mut is_quoted, mut is_escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if !is_quoted && is_break(c) => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
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
