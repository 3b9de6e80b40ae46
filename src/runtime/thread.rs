//! Named threads: a panic in one becomes a notice, and the reader continues.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::thread::{Builder, JoinHandle};

use super::{Event, send, test_panic};
use crate::app::Msg;
use crate::text::{CleanBuf, panic_text, system_error};

/// Starts a named thread; `what` describes its task for error messages.
pub(super) fn spawn(
    name: &'static str,
    what: &'static str,
    sender: &Sender<Event>,
    run: impl FnOnce() + Send + 'static,
) -> Option<JoinHandle<()>> {
    let of_thread = sender.clone();
    let caught = move || {
        let run = || {
            test_panic::in_thread(name);
            run();
        };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
            send(&of_thread, Msg::defect(panic_text(what, &*payload)));
        }
    };
    match Builder::new().name(name.to_owned()).spawn(caught) {
        Ok(thread) => Some(thread),
        Err(error) => {
            send(
                sender,
                Msg::defect(CleanBuf::line(&format!("cannot start a thread for {what}: {}", system_error(&error)))),
            );
            None
        }
    }
}
