//! A panic on request. Nothing from outside makes the reader panic, yet what it does then (the terminal given back, the
//! reader going on) has to be seen by a test in a real terminal. A release build has nothing of this.

/// Panics, once in a run, where the environment's `TIDINGS_TEST_PANIC` names this place.
#[cfg(debug_assertions)]
pub fn here(place: &str) {
    use std::sync::atomic::{AtomicBool, Ordering};

    static IS_DONE: AtomicBool = AtomicBool::new(false);
    let is_wanted = std::env::var("TIDINGS_TEST_PANIC").is_ok_and(|wanted| wanted == place);
    assert!(!is_wanted || IS_DONE.swap(true, Ordering::SeqCst), "as a test asked for");
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn here(_place: &str) {}
