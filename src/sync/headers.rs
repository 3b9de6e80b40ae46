//! Request headers that a command of the user prints, for feeds behind a token.

use super::command::{self, CommandError};
use crate::net::fetch::Cancel;

/// Why there are no headers. What the command printed is part of no message, because it contains secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The command failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// A line is no header.
    #[error("line {0} of the header command is not a header; expected Name: value")]
    Line(usize),
}

/// Runs a header command. Returns the names and values that it prints.
///
/// # Errors
/// If the command fails or prints something else.
pub(super) fn headers(command: &str, cancel: &Cancel) -> Result<Vec<(String, String)>, HeaderError> {
    const WHAT: &str = "the header command";
    let printed = command::run(WHAT, command, cancel)?;
    let headers = parse(&printed)?;
    let nothing = CommandError::Nothing { what: WHAT, expected: "header" };
    if headers.is_empty() { Err(nothing.into()) } else { Ok(headers) }
}

/// Parses lines of the form `Name: value` (RFC 9110, 5.1 and 5.5). Empty lines are skipped.
fn parse(printed: &str) -> Result<Vec<(String, String)>, HeaderError> {
    let lines = printed.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let (name, value) = line.split_once(':').ok_or(HeaderError::Line(number))?;
            let value = value.trim();
            let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            if name.is_empty() || !name.chars().all(is_token) || value.is_empty() || value.chars().any(char::is_control)
            {
                return Err(HeaderError::Line(number));
            }
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_names_and_values() {
        let two = [("Authorization".to_owned(), "Bearer a:b".to_owned()), ("X-Key".to_owned(), "1".to_owned())];
        assert_eq!(parse("Authorization: Bearer a:b\r\n\nX-Key:1\n"), Ok(two.to_vec()));
        assert_eq!(parse(""), Ok(Vec::new()));
        for (wrong, line) in [("secret", 1), ("A: b\nA b: c", 2), (": x", 1), ("A:", 1), ("A: b\u{1}", 1)] {
            assert_eq!(parse(wrong), Err(HeaderError::Line(line)), "{wrong:?}");
        }
    }

    #[test]
    fn the_output_is_in_no_message() {
        let cancel = Cancel::default();
        for command in ["echo hidden", "printf 'hidden: \\001'", "true"] {
            let error = headers(command, &cancel).expect_err("no header").to_string();
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
