//! Panics, errors and pauses on request. Nothing from outside makes the reader panic, and hardly anything makes its
//! terminal fail; yet a test in a real terminal must see what happens then (the terminal given back, marks saved, the
//! reader continuing). Release builds contain none of this.

/// Panics, once in a run, if the environment's `TIDINGS_TEST_PANIC` names this place.
#[cfg(debug_assertions)]
pub fn here(place: &str) {
    use std::sync::atomic::{AtomicBool, Ordering};

    static IS_DONE: AtomicBool = AtomicBool::new(false);
    let is_wanted = std::env::var("TIDINGS_TEST_PANIC").is_ok_and(|wanted| wanted == place);
    assert!(!is_wanted || IS_DONE.swap(true, Ordering::SeqCst), "as a test asked for");
}

/// Panics, once in a run, if it names a thread: `thread:` and its name.
#[cfg(debug_assertions)]
pub fn in_thread(name: &str) {
    here(&format!("thread:{name}"));
}

/// Fails if the environment's `TIDINGS_TEST_ERROR` names this place.
///
/// # Errors
/// As requested by a test.
#[cfg(debug_assertions)]
pub fn fails(place: &str) -> std::io::Result<()> {
    let is_wanted = std::env::var("TIDINGS_TEST_ERROR").is_ok_and(|wanted| wanted == place);
    if is_wanted { Err(std::io::Error::other("as a test asked for")) } else { Ok(()) }
}

/// Waits while the file named by the environment's `TIDINGS_TEST_HOLD` exists.
#[cfg(debug_assertions)]
pub fn wait_if_asked() {
    let Some(path) = std::env::var_os("TIDINGS_TEST_HOLD") else { return };
    while std::path::Path::new(&path).exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn wait_if_asked() {}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn here(_place: &str) {}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn in_thread(_name: &str) {}

/// Does nothing.
///
/// # Errors
/// None.
#[cfg(not(debug_assertions))]
pub fn fails(_place: &str) -> std::io::Result<()> {
    Ok(())
}
