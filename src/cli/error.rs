//! Errors of commands, and their messages.

use std::fmt;
use std::io;

use crate::query::ParseError;
use crate::text::{Clean, CleanBuf, system_error, width};

/// The number of characters to show before and after the invalid part of a query, and of that part.
const AROUND: usize = 24;
const MARKED: usize = 40;

/// Standard output cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write standard output: {}", system_error(.0))]
pub struct Output(#[from] pub io::Error);

/// No feed could be read; one line for each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\ntidings: "))]
pub struct Unreadable(pub Vec<String>);

/// A request that cannot be fulfilled.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Whether the reader of a pipe has closed it.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Output>().is_some_and(|Output(error)| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Formats an error with its causes, skipping those that the message already contains.
pub fn describe(error: &anyhow::Error) -> String {
    let plain = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().map_or_else(|| cause.to_string(), system_error)
    };
    let causes = error.chain().skip(1).map(plain);
    causes.fold(
        plain(error.as_ref()),
        |text, cause| if text.contains(&cause) { text } else { format!("{text}: {cause}") },
    )
}

/// A query with a syntax error. The message underlines the invalid part and shortens a long query around it.
#[derive(Debug, thiserror::Error)]
pub struct WrongQuery {
    before: CleanBuf,
    marked: CleanBuf,
    after: CleanBuf,
    message: CleanBuf,
}

impl WrongQuery {
    pub fn new(text: &str, error: &ParseError) -> Self {
        let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
        let (start, end) = (error.span.start, error.span.end);
        let before = part(text.get(..start));
        let cut = before.chars().count().saturating_sub(AROUND);
        let before: String = before.chars().skip(cut).collect();
        let mut shown = typed(if cut > 0 { "…" } else { "" });
        shown.push_typed(&before);
        Self {
            before: shown,
            marked: start_of(&part(text.get(start..end)), MARKED),
            after: start_of(&part(text.get(end..)), AROUND),
            message: CleanBuf::line(&error.message),
        }
    }
}

/// Returns the first characters of a text, with an ellipsis if there are more.
fn start_of(text: &str, characters: usize) -> CleanBuf {
    let start: String = text.chars().take(characters).collect();
    let mut shown = typed(&start);
    if start.len() < text.len() {
        shown.push_own("…");
    }
    shown
}

fn typed(text: &str) -> CleanBuf {
    let mut buf = CleanBuf::default();
    buf.push_typed(text);
    buf
}

impl fmt::Display for WrongQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, marked, after, message } = self;
        let columns = |text: &CleanBuf| width(Clean::as_str(text.as_clean()));
        writeln!(f, "invalid query")?;
        writeln!(f, "  {before}{marked}{after}")?;
        writeln!(f, "  {}{}", " ".repeat(columns(before)), "^".repeat(columns(marked).max(1)))?;
        write!(f, "  {message}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn message(query: &str) -> String {
        WrongQuery::new(query, &parse(query).expect_err("a wrong query")).to_string()
    }

    #[test]
    fn an_error_names_each_cause_once() {
        use anyhow::Context as _;
        let full = || io::Error::other("disk full");
        let plain = Err::<(), _>(full()).context("cannot write x.json").expect_err("an error");
        assert_eq!(super::describe(&plain), "cannot write x.json: disk full");
        assert_eq!(super::describe(&Output(full()).into()), "cannot write standard output: disk full");
        assert_eq!(super::describe(&UsageError("no".to_owned()).into()), "no");
    }

    #[test]
    fn the_invalid_part_is_underlined() {
        assert_eq!(
            message("보도 date:2018-02-30 x"),
            "invalid query\n  보도 date:2018-02-30 x\n            ^^^^^^^^^^\n  expected a date such as 2018, 2018-10, \
             2018-10-23..2018-11-02, 7d or today"
        );
        assert_eq!(message("a OR"), "invalid query\n  a OR\n      ^\n  expected a word on each side of OR");
        let misspelt = "invalid query\n  tea topc:news\n      ^^^^^\n  unknown field; did you mean topic:?";
        assert_eq!(message("tea topc:news"), misspelt);
    }

    #[test]
    fn a_long_query_is_shortened_around_the_invalid_part() {
        let message = message(&format!("{} \"{}", "a".repeat(50_000), "b\u{1b}[31m".repeat(10_000)));
        assert!(message.len() < 400 && message.contains("…aaa") && message.contains("b…"), "{message}");
        assert!(!message.contains('\u{1b}'));
    }
}
