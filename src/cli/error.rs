//! What is wrong, in words that fit a terminal.

use std::fmt;
use std::io;

use crate::query::ParseError;
use crate::text::{Clean, CleanBuf, width};

/// Characters of a query shown before and behind the part that is wrong, and of that part.
const AROUND: usize = 24;
const MARKED: usize = 40;

/// Standard output does not take what is written.
#[derive(Debug, thiserror::Error)]
#[error("standard output cannot be written: {0}")]
pub struct Output(#[from] pub io::Error);

/// No feed could be read; a line for each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\ntidings: "))]
pub struct Unreadable(pub Vec<String>);

/// Something that was asked for and cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Whether an error says that nobody reads what is written.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Output>().is_some_and(|Output(error)| error.kind() == io::ErrorKind::BrokenPipe)
}

/// An error with what caused it, except where that is told already.
pub fn describe(error: &anyhow::Error) -> String {
    let causes = error.chain().skip(1).map(ToString::to_string);
    causes.fold(error.to_string(), |told, cause| if told.contains(&cause) { told } else { format!("{told}: {cause}") })
}

/// A query that cannot be read: the part that is wrong is marked, long ones are cut around it.
#[derive(Debug, thiserror::Error)]
pub struct WrongQuery {
    before: CleanBuf,
    marked: CleanBuf,
    after: CleanBuf,
    expected: CleanBuf,
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
            expected: CleanBuf::line(&error.expected),
        }
    }
}

/// The first so many characters, and an ellipsis for the rest.
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
        let Self { before, marked, after, expected } = self;
        let columns = |text: &CleanBuf| width(Clean::as_str(text.as_clean()));
        writeln!(f, "the query cannot be read")?;
        writeln!(f, "  {before}{marked}{after}")?;
        writeln!(f, "  {}{}", " ".repeat(columns(before)), "^".repeat(columns(marked).max(1)))?;
        write!(f, "  expected {expected}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn told(query: &str) -> String {
        WrongQuery::new(query, &parse(query).expect_err("a wrong query")).to_string()
    }

    #[test]
    fn an_error_tells_its_causes_once() {
        use anyhow::Context as _;
        let full = || io::Error::other("the disk is full");
        let plain = Err::<(), _>(full()).context("x.json cannot be written").expect_err("an error");
        assert_eq!(super::describe(&plain), "x.json cannot be written: the disk is full");
        assert_eq!(super::describe(&Output(full()).into()), "standard output cannot be written: the disk is full");
        assert_eq!(super::describe(&UsageError("no".to_owned()).into()), "no");
    }

    #[test]
    fn the_wrong_part_is_marked() {
        assert_eq!(
            told("보도 date:2018-02-30 x"),
            "the query cannot be read\n  보도 date:2018-02-30 x\n            ^^^^^^^^^^\n  expected a date such as 2018, 2018-10, \
             2018-10-23..2018-11-02, 7d or today"
        );
        assert_eq!(told("a OR"), "the query cannot be read\n  a OR\n      ^\n  expected a word on each side of OR");
    }

    #[test]
    fn a_long_query_is_cut_around_it() {
        let told = told(&format!("{} \"{}", "a".repeat(50_000), "b\u{1b}[31m".repeat(10_000)));
        assert!(told.len() < 400 && told.contains("…aaa") && told.contains("b…"), "{told}");
        assert!(!told.contains('\u{1b}'));
    }
}
