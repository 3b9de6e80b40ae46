//! Parses a query: `word "a phrase" -without a OR b ( ) field:value,"other value" /a regular expression/`.
//!
//! Recursive descent over characters. Errors give their span, so that the prompt can mark it.

use std::ops::Range;

use super::ast::{Expr, Field, Query, Status, Term, TextField, WORD};
use super::field_name::{FIELDS, custom_field, misspelt_field};
use super::pattern;
use super::print::{ends_value, ends_word};
use super::span::{Period, Span};

/// The maximum nesting of parentheses and `-`.
const DEPTH: usize = 64;

const A_DAY: &str = "a day, month or year, such as 2018-10-23, 2018-10 or 2018";
const A_DATE: &str = "a date such as 2018, 2018-10, 2018-10-23..2018-11-02, 7d or today";

/// Why a query is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// The byte range of the invalid part.
    pub span: Range<usize>,
    /// What is wrong there, or what was expected.
    pub message: String,
}

/// Parses a query; an empty text matches everything.
///
/// # Errors
/// A [`ParseError`] for an unclosed quote or parenthesis, an operator without operand, a field without value, or a
/// misspelt field.
pub fn parse(text: &str) -> Result<Query, ParseError> {
    parse_without(text, None)
}

/// Parses a query without the field clause in the range `left_out`. Alternatives and negations around the clause are
/// left out too, so that no possible hit of the whole query is lost.
pub(super) fn parse_without(text: &str, left_out: Option<Range<usize>>) -> Result<Query, ParseError> {
    let mut parser = Parser { text, at: 0, depth: 0, left_out };
    let expr = parser.alternatives()?;
    if let Some(c) = parser.peek() {
        return Err(parser.error(parser.at, parser.at + c.len_utf8(), "an opening ( before this )"));
    }
    let clauses = match expr {
        None => Vec::new(),
        Some(Expr::And(parts)) => parts,
        Some(expr) => vec![expr],
    };
    Ok(Query { clauses })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The clause to leave out.
    left_out: Option<Range<usize>>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.take();
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    fn error(&self, start: usize, end: usize, expected: &str) -> ParseError {
        ParseError { span: start..end, message: format!("expected {expected}") }
    }

    /// Whether the clause to leave out begins between `start` and here.
    fn has_left_out(&self, start: usize) -> bool {
        self.left_out.as_ref().is_some_and(|clause| (start..self.at).contains(&clause.start))
    }

    /// `a b OR c`: OR binds weaker than juxtaposition.
    fn alternatives(&mut self) -> Result<Option<Expr>, ParseError> {
        let (begin, mut count, mut parts) = (self.at, 0, Vec::new());
        loop {
            let start = self.at;
            let all = self.conjunction()?;
            if all.is_none() && !self.has_left_out(start) {
                if count == 0 && !self.at_or() {
                    return Ok(None);
                }
                return Err(self.error(start, self.at.max(start), "a word on each side of OR"));
            }
            count += 1;
            parts.extend(all);
            if !self.at_or() {
                break;
            }
            self.at += 2;
        }
        let is_open = count > 1 && self.has_left_out(begin);
        Ok((!is_open && !parts.is_empty()).then(|| one_or(parts, Expr::Or)))
    }

    /// Whether the word OR is next.
    fn at_or(&self) -> bool {
        self.rest().strip_prefix("OR").is_some_and(|rest| rest.is_empty() || rest.starts_with(ends_word))
    }

    fn conjunction(&mut self) -> Result<Option<Expr>, ParseError> {
        let mut parts = Vec::new();
        loop {
            self.skip_blanks();
            if self.at_or() || matches!(self.peek(), None | Some(')')) {
                break;
            }
            match self.factor()? {
                Some(Expr::And(inner)) => parts.extend(inner),
                other => parts.extend(other),
            }
        }
        Ok((!parts.is_empty()).then(|| one_or(parts, Expr::And)))
    }

    /// Returns `None` only for the clause to leave out.
    fn factor(&mut self) -> Result<Option<Expr>, ParseError> {
        let start = self.at;
        if let Some(clause) = self.left_out.as_ref().filter(|clause| clause.start == start) {
            self.at = clause.end;
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error(start, self.text.len(), "fewer than 64 nested parentheses"));
        }
        let expr = match self.peek() {
            Some('-') => {
                self.take();
                if self.peek().is_none_or(|c| c.is_whitespace() || c == ')') {
                    return Err(self.error(start, self.at, "a word after -"));
                }
                match self.factor()?.filter(|_| !self.has_left_out(start)) {
                    Some(Expr::Not(inner)) => Some(*inner),
                    inner => inner.map(|inner| Expr::Not(Box::new(inner))),
                }
            }
            Some('(') => {
                self.take();
                let inner = self.alternatives()?;
                let is_typed = self.has_left_out(start);
                if inner.is_none() && !is_typed {
                    return Err(self.error(start, self.at, "a word inside the parentheses"));
                }
                let closing = self.take();
                if closing != Some(')') && !(closing.is_none() && is_typed) {
                    return Err(self.error(start, self.at, "a closing )"));
                }
                inner
            }
            Some('"') => Some(Expr::Term(Term::Phrase(self.quoted()?))),
            Some('/') => Some(Expr::Term(self.regex()?)),
            _ => Some(Expr::Term(self.word_or_field()?)),
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn word_or_field(&mut self) -> Result<Term, ParseError> {
        let start = self.at;
        let Some(name) = FIELDS.into_iter().find(|name| self.is_at_field(name)) else {
            if let Some((field, length)) = custom_field(self.rest()) {
                self.at += length;
                return Ok(Term::Field(Field::Custom(field), self.values(start)?));
            }
            let word = self.cut(ends_word);
            return self.unless_misspelt(&word, start).map(|()| Term::Word(word));
        };
        self.at += name.len() + 1;
        let value_start = self.at;
        let values = self.values(start)?;
        let wrong = |expected: &str| self.error(value_start, self.at, expected);
        if let Some(field) = Field::named(name) {
            return Ok(Term::Field(field, values));
        }
        if let Some(field) = TextField::ALL.into_iter().find(|field| field.name() == name) {
            return Ok(Term::Text(field, values));
        }
        let part = || match values.as_slice() {
            [value] => Period::parse(value).ok_or_else(|| wrong(A_DAY)),
            _ => Err(wrong(A_DAY)),
        };
        match name {
            WORD => Ok(Term::Words(values)),
            "story" => Ok(Term::Story(values)),
            "after" => part().map(Term::After),
            "before" => part().map(Term::Before),
            "date" => {
                let mut spans = Vec::new();
                for value in &values {
                    let span = Span::parse(value).ok_or_else(|| wrong(A_DATE))?;
                    if !spans.contains(&span) {
                        spans.push(span);
                    }
                }
                Ok(Term::Date(spans))
            }
            _ => {
                let named =
                    |value: &String| Status::ALL.into_iter().find(|status| value.eq_ignore_ascii_case(status.name()));
                let status = values.first().filter(|_| values.len() == 1).and_then(named);
                status.map(Term::Is).ok_or_else(|| wrong("is:unread, is:read, is:starred or is:changed"))
            }
        }
    }

    fn is_at_field(&self, name: &str) -> bool {
        let head = self.rest().get(..name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(name))
            && self.rest().get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
    }

    /// Refuses a word that begins like a clause of a misspelt field. If a blank follows the colon, it is an ordinary
    /// word, as in `Data: what we know`.
    fn unless_misspelt(&self, word: &str, start: usize) -> Result<(), ParseError> {
        let Some((name, value)) = word.split_once(':') else { return Ok(()) };
        let is_word = value.is_empty() && self.peek().is_some_and(char::is_whitespace);
        match misspelt_field(name).filter(|_| !is_word) {
            Some(field) => Err(ParseError {
                span: start..start + name.len() + 1,
                message: format!("unknown field; did you mean {field}:?"),
            }),
            None => Ok(()),
        }
    }

    /// Values separated by commas, without duplicates.
    fn values(&mut self, start: usize) -> Result<Vec<String>, ParseError> {
        let mut values: Vec<String> = Vec::new();
        loop {
            let is_quoted = self.peek() == Some('"');
            let value = if is_quoted { self.quoted()? } else { self.cut(ends_value) };
            if value.is_empty() && !is_quoted {
                return Err(self.error(
                    start,
                    self.at,
                    "a value after the colon, such as topic:news or topic:\"a, b\"",
                ));
            }
            if !values.contains(&value) {
                values.push(value);
            }
            if self.peek() != Some(',') {
                return Ok(values);
            }
            self.take();
        }
    }

    /// Takes the text up to the next character of this kind.
    fn cut(&mut self, is_end: fn(char) -> bool) -> String {
        let end = self.rest().find(is_end).unwrap_or(self.rest().len());
        let word = self.rest().get(..end).unwrap_or_default().to_owned();
        self.at += word.len();
        word
    }

    /// A regular expression between slashes; `\/` stands for a slash in it.
    fn regex(&mut self) -> Result<Term, ParseError> {
        let start = self.at;
        self.take();
        let mut pattern = String::new();
        loop {
            match self.take() {
                Some('/') => break,
                Some('\\') => match self.take() {
                    Some('/') => pattern.push('/'),
                    Some(c) => pattern.extend(['\\', c]),
                    None => {}
                },
                Some(c) => pattern.push(c),
                None => return Err(self.error(start, self.at, "a closing / after the regular expression")),
            }
        }
        match pattern::compile(&pattern) {
            Ok(_) => Ok(Term::Regex(pattern)),
            Err(expected) => Err(self.error(start, self.at, &expected)),
        }
    }

    /// A text in double quotes; a backslash escapes the next character.
    fn quoted(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                Some('"') => return Ok(text),
                Some('\\') => text.extend(self.take()),
                Some(c) => text.push(c),
                None => return Err(self.error(start, self.at, "a closing \"")),
            }
        }
    }
}

fn one_or(mut parts: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

#[cfg(test)]
mod tests;
