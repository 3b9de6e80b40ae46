//! Skips tests that need more than Rust: a corpus, a shell, tmux, a small disk.

#![allow(dead_code)]

/// Reports that a test is skipped, and why.
///
/// # Panics
/// If `TIDINGS_REQUIRE_ALL` is `1`, which means that everything the tests use must be available.
pub fn skip(reason: &str) {
    assert!(
        std::env::var_os("TIDINGS_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "nothing may be skipped where TIDINGS_REQUIRE_ALL=1: {reason}"
    );
    eprintln!("skipped: {reason}");
}
