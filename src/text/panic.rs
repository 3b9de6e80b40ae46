//! Messages of panics.

use std::any::Any;

use super::CleanBuf;

/// Describes a panic, sanitised for printing. `what` names the work that it interrupted.
#[must_use]
pub fn panic_text(what: &str, payload: &(dyn Any + Send)) -> CleanBuf {
    let reason = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    CleanBuf::line(&format!("internal error in {what}: {reason}"))
}
