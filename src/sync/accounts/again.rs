//! Asks again for an entry that a search has found. The lists of a sync do not reach that far, so nothing else tells
//! whether it was marked, edited or deleted since.

use std::ops::ControlFlow;

use super::AccountError;
use super::contents::flags_of;
use crate::library::{FoundEntry, Library, NewEntry};
use crate::server::Server;
use crate::sync::now;

/// Fetches an entry and stores its content and marks; a mark of the outbox wins.
///
/// # Errors
/// If the server or the library fails.
pub fn ask_again(library: &mut Library, found: &FoundEntry, server: &mut dyn Server) -> Result<(), AccountError> {
    let mut came = None;
    server.entries(&[found.remote], &[found.remote], &mut |_, entries| {
        came = entries.into_iter().next();
        ControlFlow::Continue(())
    })?;
    let Some(entry) = came else { return Ok(library.leave_found(found, now())?) };
    let new = NewEntry {
        remote: found.remote,
        source: found.source,
        release: &entry.release,
        hash: entry.hash,
        flags: entry.marks.map(flags_of),
        is_found: true,
    };
    library.take_entries(found.account, &[new], now())?;
    Ok(())
}
