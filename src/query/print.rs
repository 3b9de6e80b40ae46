//! Prints a query as text that parses to the same tree.

use std::fmt;

use super::ast::{Expr, Query, Term, WORD};
use super::field_name::needs_blank;
use super::span::{Period, Span};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        join(f, &self.clauses, " ")?;
        end(f, &self.clauses)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Not(inner) => write!(f, "-{inner}"),
            Self::And(parts) => {
                f.write_str("(")?;
                join(f, parts, " ")?;
                end(f, parts)?;
                f.write_str(")")
            }
            Self::Or(parts) => {
                f.write_str("(")?;
                join(f, parts, " OR ")?;
                end(f, parts)?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(text) => quoted(f, text),
            Self::Regex(pattern) => write!(f, "/{}/", pattern.replace('/', "\\/")),
            Self::Field(field, values) => named(f, field.name(), values),
            Self::Text(field, values) => named(f, field.name(), values),
            Self::Words(phrases) => named(f, WORD, phrases),
            Self::Date(spans) => {
                f.write_str("date:")?;
                join(f, spans.as_slice(), ",")
            }
            Self::After(part) => write!(f, "after:{part}"),
            Self::Before(part) => write!(f, "before:{part}"),
            Self::Is(status) => write!(f, "is:{}", status.name()),
            Self::Story(ids) => named(f, "story", ids),
        }
    }
}

/// Prints the blank that the last of some parts may need.
fn end(f: &mut fmt::Formatter<'_>, parts: &[Expr]) -> fmt::Result {
    let mut last = parts.last();
    while let Some(Expr::Not(inner)) = last {
        last = Some(inner);
    }
    match last {
        Some(Expr::Term(Term::Word(word))) if needs_blank(word) => f.write_str(" "),
        _ => Ok(()),
    }
}

/// Whether a character ends a bare value.
pub(super) fn ends_value(c: char) -> bool {
    ends_word(c) || matches!(c, ',' | '\\')
}

/// Whether a bare value cannot start with a character: a clause would end there, or be an ordinary word.
pub(super) fn starts_no_value(c: char) -> bool {
    ends_value(c) || matches!(c, ':' | '/')
}

/// Whether a value must be quoted.
fn needs_quotes(value: &str) -> bool {
    value.is_empty() || value.contains(ends_value) || value.starts_with(starts_no_value)
}

/// Whether a character ends a bare word.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '(' | ')')
}

fn named(f: &mut fmt::Formatter<'_>, name: &str, values: &[String]) -> fmt::Result {
    write!(f, "{name}:")?;
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            f.write_str(",")?;
        }
        if needs_quotes(value) { quoted(f, value)? } else { f.write_str(value)? }
    }
    Ok(())
}

/// Prints a text in double quotes, with `"` and `\` escaped.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}

/// Prints a value as it appears after a field's colon.
#[must_use]
pub fn value(text: &str) -> String {
    struct Value<'a>(&'a str);
    impl fmt::Display for Value<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            if needs_quotes(self.0) { quoted(f, self.0) } else { f.write_str(self.0) }
        }
    }
    Value(text).to_string()
}

fn join<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T], by: &str) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(by)?;
        }
        part.fmt(f)?;
    }
    Ok(())
}

/// The label of a span in the filter pane, if it is a value there: a year, or empty for [`Span::Undated`].
#[must_use]
pub(super) fn year_label(span: &Span) -> Option<String> {
    match span {
        Span::Undated => Some(String::new()),
        Span::Part(Period::Year(_)) => Some(span.to_string()),
        _ => None,
    }
}
