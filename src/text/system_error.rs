//! Errors of the system in words that a message can use.

use std::io::{self, ErrorKind};

/// Returns what an error says, in lower case and without the number of the system, which tells a user nothing.
#[must_use]
pub fn system_error(error: &io::Error) -> String {
    let known = match error.kind() {
        _ if error.get_ref().is_some() => "",
        ErrorKind::NotFound => "no such file or folder",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::AlreadyExists => "already exists",
        ErrorKind::IsADirectory => "is a folder",
        ErrorKind::NotADirectory => "part of the path is not a folder",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::StorageFull => "disk full",
        ErrorKind::QuotaExceeded => "disk quota exceeded",
        ErrorKind::InvalidFilename => "invalid file name",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    // An abbreviation keeps its capitals.
    let is_word = text.chars().nth(1).is_some_and(char::is_lowercase);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if is_word => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_no_numbers_and_no_capitals() {
        let missing = std::fs::File::open("/does/not/exist").expect_err("no such file");
        assert_eq!(system_error(&missing), "no such file or folder");
        for (number, expected) in [(13, "permission denied"), (28, "disk full"), (24, "too many open files")] {
            assert_eq!(system_error(&io::Error::from_raw_os_error(number)), expected);
        }
        for (text, expected) in
            [("Bad thing (os error 9)", "bad thing"), ("TLS failed", "TLS failed"), ("", ""), ("x", "x")]
        {
            assert_eq!(system_error(&io::Error::other(text)), expected);
        }
        let own = io::Error::new(ErrorKind::NotFound, "folder not found");
        assert_eq!(system_error(&own), "folder not found");
    }
}
