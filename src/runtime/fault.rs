//! A panic or an error on request. Nothing from outside makes the reader panic, and hardly anything makes its terminal fail,
//! yet what it does then (the terminal given back, marks saved, the reader going on) has to be seen by a test in a real
//! terminal. A release build has nothing of this.

/// Panics, once in a run, where the environment's `TIDINGS_TEST_PANIC` names this place.
#[cfg(debug_assertions)]
pub fn here(place: &str) {
    use std::sync::atomic::AtomicBool;

    static IS_DONE: AtomicBool = AtomicBool::new(false);
    assert!(!is_wanted("TIDINGS_TEST_PANIC", place, &IS_DONE), "as a test asked for");
}

/// Panics, once in a run, where it names a thread: `thread:` and its name.
#[cfg(debug_assertions)]
pub fn in_thread(name: &str) {
    here(&format!("thread:{name}"));
}

/// Fails, once in a run, where the environment's `TIDINGS_TEST_ERROR` names this place.
///
/// # Errors
/// As a test asked for.
#[cfg(debug_assertions)]
pub fn fails(place: &str) -> std::io::Result<()> {
    use std::sync::atomic::AtomicBool;

    static IS_DONE: AtomicBool = AtomicBool::new(false);
    let fails = is_wanted("TIDINGS_TEST_ERROR", place, &IS_DONE);
    if fails { Err(std::io::Error::other("as a test asked for")) } else { Ok(()) }
}

#[cfg(debug_assertions)]
fn is_wanted(variable: &str, place: &str, is_done: &std::sync::atomic::AtomicBool) -> bool {
    let is_wanted = std::env::var(variable).is_ok_and(|wanted| wanted == place);
    is_wanted && !is_done.swap(true, std::sync::atomic::Ordering::SeqCst)
}

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
