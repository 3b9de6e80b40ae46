//! Input that is not a feed is refused with one line on standard error and exit code 2, before the terminal is changed.

use std::path::Path;

use crate::pty::Start;

/// Contents, and the error after the file's name.
const REFUSED: &[(&[u8], &str)] = &[
    (b"", ": empty; "),
    (b" \n\t\n", ": empty; "),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ": not a feed: found a PNG image; "),
    (b"42", ": no releases: found "),
    (b"{\"a\":1}", ": no releases: found a JSON object with the key a; "),
    (b"{", ": not a feed: the source is cut off"),
    (b"[{\"title\":\"a\"", ": not a feed: the source is cut off"),
    (b"<!doctype html><p>", ": not a listing page: found a page without text; "),
    (b"\x1b]0;x\x07\x1b[31mhello", ": not a feed: found text that begins with \u{201c}hello\u{201d}; "),
];

/// Returns the error for this path, without the program's and the file's name.
fn refusal(path: &Path) -> String {
    let name = path.display().to_string().replace("\x1b[2J", "");
    let end = Start::reader(&[path]).size(400, 24).run().end();
    assert_eq!(end.code, 2, "{}", end.text);
    let text = String::from_utf8(end.bytes).expect("UTF-8");
    assert!(!text.contains('\x1b'), "the terminal was changed: {text:?}");
    let line = text.strip_suffix("\r\n").unwrap_or_else(|| panic!("not a line: {text:?}"));
    assert!(!line.chars().any(char::is_control), "{line:?}");
    let reason = line.strip_prefix(&format!("tidings: {name}")).unwrap_or_else(|| panic!("no name in {line:?}"));
    // The error goes only to standard error.
    let end = Start::shell("exec \"$TIDINGS\" \"$1\" 2> /dev/null", &[path]).run().end();
    assert_eq!((end.code, end.bytes.as_slice()), (2, &b""[..]));
    reason.to_owned()
}

#[test]
fn input_that_is_not_a_feed_is_refused() {
    for (content, said) in REFUSED {
        let file = crate::corpus::file(content);
        let reason = refusal(file.path());
        assert!(reason.starts_with(said), "{reason:?} instead of {said:?}");
    }
}

#[test]
fn files_that_cannot_be_opened_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let reason = refusal(&folder.path().join("missing\x1b[2J.json"));
    assert!(reason.starts_with(": cannot open: no such file or folder"), "{reason}");
    assert!(refusal(folder.path()).starts_with(": empty folder"));
}

#[test]
fn an_invalid_query_is_refused() {
    let end = Start::reader(&["-q", "date:soon"]).size(400, 24).run().end();
    let text = String::from_utf8(end.bytes).expect("UTF-8");
    assert_eq!(end.code, 2, "{text}");
    assert!(text.starts_with("tidings: ") && text.contains("soon") && !text.contains('\x1b'), "{text:?}");
}

#[test]
fn each_refused_file_has_its_own_line() {
    let (one, other) = (crate::corpus::file("42"), crate::corpus::file(""));
    let end = Start::reader(&[one.path(), other.path()]).size(400, 24).run().end();
    assert_eq!(end.code, 2);
    let text = String::from_utf8(end.bytes).expect("UTF-8");
    assert_eq!(text.matches("tidings: ").count(), 2, "{text:?}");
    assert!(!text.contains('\x1b'));
}

#[test]
fn a_refused_file_beside_a_good_one_is_a_problem() {
    let (bad, good) = (crate::corpus::file("42"), crate::corpus::file("[{\"title\": \"One\"}]"));
    let mut session = Start::reader(&[bad.path(), good.path()]).run();
    session.wait_text("RELEASES  1 ");
    session.type_and_see("!", "no releases: found");
    session.send("q");
    session.quit();
}
