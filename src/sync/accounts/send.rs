//! Sends the marks of the outbox to the server.

use super::lists::Lists;
use crate::library::{Flags, Waiting};
use crate::server::{EntryId, Mark, Server, ServerError};

/// Sends the marks that differ from what the lists show, in one group for each kind. Returns those sent. Marks
/// of entries that the server no longer has are not sent.
pub(super) fn send(server: &mut dyn Server, waiting: &[Waiting], lists: &Lists) -> Result<Vec<Waiting>, ServerError> {
    let to_send: Vec<Waiting> = waiting.iter().filter(|one| lists.lacks(one)).copied().collect();
    for mark in [Mark::Read, Mark::Unread, Mark::Star, Mark::Unstar] {
        let ids: Vec<EntryId> = to_send.iter().filter(|one| mark_of(one) == mark).map(|one| one.remote).collect();
        if !ids.is_empty() {
            server.mark(mark, &ids)?;
        }
    }
    Ok(to_send)
}

fn mark_of(waiting: &Waiting) -> Mark {
    match (waiting.flag == Flags::STARRED, waiting.value) {
        (false, true) => Mark::Read,
        (false, false) => Mark::Unread,
        (true, true) => Mark::Star,
        (true, false) => Mark::Unstar,
    }
}
