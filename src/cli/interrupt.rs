//! Graceful cancellation by Ctrl-C and SIGTERM.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Returns a flag that either signal sets. A second signal ends the program with the usual exit code, 128 plus the signal.
pub fn cancel_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // If no handler can be installed, the signal ends the program.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}

/// Calls a function at the first of these signals. A second one ends the program, as for [`cancel_flag`].
///
/// # Errors
/// If the handler or its thread cannot be started.
pub fn on_interrupt(cancel: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let flag = cancel_flag();
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            cancel();
        }
        // A second signal ends the program only if the flag is set, whichever handler ran first.
        flag.store(true, Ordering::SeqCst);
    })?;
    Ok(())
}
