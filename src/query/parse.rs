//! Parses a query: `word "a phrase" -without a OR b ( ) field:value,"other value" /a regular expression/`.
//!
//! Recursive descent over characters. Errors give the span and what was expected, so that the prompt can mark the span.

use std::ops::Range;

use super::ast::{Expr, Field, Query, Status, Term, TextField};
use super::pattern;
use super::print::{ends_value, ends_word};
use super::span::{Period, Span};

/// The maximum nesting of parentheses and `-`.
const DEPTH: usize = 64;

/// Names that are fields before a colon; anything else before a colon is a word.
pub(super) const FIELDS: [&str; 9] = ["topic", "place", "source", "title", "author", "date", "after", "before", "is"];
const A_DAY: &str = "a day, month or year, such as 2018-10-23, 2018-10 or 2018";
const A_DATE: &str = "a date such as 2018, 2018-10, 2018-10-23..2018-11-02, 7d or today";

/// Why a query is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct ParseError {
    /// The byte range of the invalid part.
    pub span: Range<usize>,
    /// What was expected there.
    pub expected: String,
}

/// Parses a query; an empty text matches everything.
///
/// # Errors
/// A [`ParseError`] for an unclosed quote or parenthesis, an operator without operand, or a field without value.
pub fn parse(text: &str) -> Result<Query, ParseError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
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
        ParseError { span: start..end, expected: expected.to_owned() }
    }

    /// `a b OR c`: OR binds weaker than juxtaposition.
    fn alternatives(&mut self) -> Result<Option<Expr>, ParseError> {
        let mut parts = Vec::new();
        loop {
            let start = self.at;
            let Some(all) = self.conjunction()? else {
                if parts.is_empty() && !self.at_or() {
                    return Ok(None);
                }
                return Err(self.error(start, self.at.max(start), "a word on each side of OR"));
            };
            parts.push(all);
            if !self.at_or() {
                break;
            }
            self.at += 2;
        }
        Ok(Some(one_or(parts, Expr::Or)))
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
                Expr::And(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        Ok((!parts.is_empty()).then(|| one_or(parts, Expr::And)))
    }

    fn factor(&mut self) -> Result<Expr, ParseError> {
        let start = self.at;
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
                match self.factor()? {
                    Expr::Not(inner) => *inner,
                    inner => Expr::Not(Box::new(inner)),
                }
            }
            Some('(') => {
                self.take();
                let Some(inner) = self.alternatives()? else {
                    return Err(self.error(start, self.at, "a word inside the parentheses"));
                };
                if self.take() != Some(')') {
                    return Err(self.error(start, self.at, "a closing )"));
                }
                inner
            }
            Some('"') => Expr::Term(Term::Phrase(self.quoted()?)),
            Some('/') => Expr::Term(self.regex()?),
            _ => Expr::Term(self.word_or_field()?),
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn word_or_field(&mut self) -> Result<Term, ParseError> {
        let start = self.at;
        let Some(name) = FIELDS.into_iter().find(|name| self.is_at_field(name)) else {
            return Ok(Term::Word(self.cut(ends_word)));
        };
        self.at += name.len() + 1;
        let value_start = self.at;
        let values = self.values(start)?;
        let wrong = |expected: &str| ParseError { span: value_start..self.at, expected: expected.to_owned() };
        if let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) {
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
                status.map(Term::Is).ok_or_else(|| wrong("is:unread, is:read or is:starred"))
            }
        }
    }

    fn is_at_field(&self, name: &str) -> bool {
        let head = self.rest().get(..name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(name))
            && self.rest().get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
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
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        parse(text).map_or_else(|e| format!("{:?} {}", e.span, e.expected), |query| query.to_string())
    }

    #[test]
    fn words_phrases_and_negations_are_parsed() {
        assert_eq!(printed("  asean   migration "), "asean migration");
        assert_eq!(printed(r#""decent work" -tea"#), r#""decent work" -tea"#);
        assert_eq!(printed("--tea"), "tea");
        assert_eq!(printed("http://x.org a:b 1+6 a/b"), "http://x.org a:b 1+6 a/b");
        assert_eq!(printed(""), "");
    }

    #[test]
    fn alternatives_and_groups_are_parsed() {
        assert_eq!(printed("a b OR c"), "((a b) OR c)");
        assert_eq!(printed("a (b OR -c)"), "a (b OR -c)");
        assert_eq!(printed("(a b) c"), "a b c");
        assert_eq!(printed("ORANGE FOR"), "ORANGE FOR");
    }

    #[test]
    fn fields_and_values_are_parsed() {
        assert_eq!(printed(r#"TOPIC:a,"b c",a"#), r#"topic:a,"b c""#);
        assert_eq!(printed(r#"place:"""#), r#"place:"""#);
        assert_eq!(printed(r#"topic:"say \"hi\" \\""#), r#"topic:"say \"hi\" \\""#);
        assert_eq!(printed("topic:11th"), "topic:11th");
    }

    #[test]
    fn dates_statuses_texts_and_regular_expressions_are_parsed() {
        for text in [
            "date:2018-10,7d",
            "after:2018-10 before:2018-11-01",
            "is:unread -is:starred",
            "title:tea,té author:ann",
            r"/fair.*migra|a\/b\\/",
        ] {
            assert_eq!(printed(text), text);
        }
        assert_eq!(printed("IS:Unread Date:TODAY"), "is:unread date:today");
    }

    #[test]
    fn impossible_dates_are_errors() {
        assert!(printed("tea date:2018-02-30").starts_with("9..19 a date such as"));
        assert!(printed("after:7d").starts_with("6..8 a day"));
        assert!(printed("is:new").starts_with("3..6 is:unread"));
        assert!(printed("date:2019..2018").starts_with("5..15 a date"));
        assert!(printed("/(/").starts_with("0..3 "));
        assert!(
            printed("/((a{999}){999}){999}/").starts_with("0..22 a simpler"),
            "{}",
            printed("/((a{999}){999}){999}/")
        );
    }

    #[test]
    fn errors_give_their_span() {
        assert_eq!(printed(r#"tea "open"#), "4..9 a closing \"");
        assert_eq!(printed("a -"), "2..3 a word after -");
        assert_eq!(printed("(a"), "0..2 a closing )");
        assert_eq!(printed("a )"), "2..3 an opening ( before this )");
        assert_eq!(printed("a OR"), "4..4 a word on each side of OR");
        assert_eq!(printed("()"), "0..1 a word inside the parentheses");
        assert!(printed("topic:").starts_with("0..6 a value"));
        assert!(printed(&"(".repeat(100_000)).ends_with("nested parentheses"));
        assert!(printed(&"-".repeat(100_000)).ends_with("nested parentheses"));
    }
}
