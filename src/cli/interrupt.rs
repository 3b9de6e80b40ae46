//! Ctrl-C, which calls something long off in good order.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that Ctrl-C or a request to end sets. A second one ends the program as ever.
pub fn called_off() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Where nobody can be told of a signal it ends the program.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}
