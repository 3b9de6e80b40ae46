//! Tests that need more than Rust: a corpus, a shell, tmux, a small disk.

#![allow(dead_code)]

/// Says that a test is skipped, and why.
///
/// # Panics
/// Where `TIDINGS_REQUIRE_ALL` is `1`: there, everything that the tests can use must be at hand.
pub fn skip(reason: &str) {
    assert!(
        std::env::var_os("TIDINGS_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "nothing may be skipped where TIDINGS_REQUIRE_ALL=1: {reason}"
    );
    eprintln!("skipped: {reason}");
}
