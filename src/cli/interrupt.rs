//! Ctrl-C and SIGTERM, which call something long off in good order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// A flag that either signal sets. A second one ends the program, with the exit code of a program that it ended.
pub fn cancel_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Where nobody can be told of a signal it ends the program.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}

/// Does something at the first of these signals. A second one ends the program, as for [`cancel_flag`].
///
/// # Errors
/// Where no thread can hear of them.
pub fn on_interrupt(call_off: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let flag = cancel_flag();
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            call_off();
        }
        // Both hear of a signal; the flag is what a second one looks at.
        flag.store(true, Ordering::SeqCst);
    })?;
    Ok(())
}
