//! Entries with their content.
//!
//! There is no request for given ids, so entries are asked for by ranges of ids. With both ends given, a range costs the
//! server a hundredth of an open one.

use std::ops::ControlFlow;

use super::Miniflux;
use super::answer::RawEntry;
use crate::server::api::{self, Ask};
use crate::server::{Entry, EntryId, ServerError, TakeEntries, batches, stream};

/// Entries wanted in one request.
const BATCH: usize = 250;
/// A range ends where it would bring more than this many times the wanted entries.
const SPARSE: usize = 2;

impl Miniflux {
    pub(super) fn contents(
        &mut self,
        wanted: &[EntryId],
        all: &[EntryId],
        take: &mut TakeEntries<'_>,
    ) -> Result<(), ServerError> {
        let length = |rest: &[EntryId], most| length(rest, all, most);
        batches::fetch(wanted, BATCH, length, |batch| self.batch(batch), take)
    }

    /// Fetches entries in one request.
    fn batch(&mut self, batch: &[EntryId]) -> Result<Vec<Entry>, ServerError> {
        let (first, last) = match batch {
            [] => return Ok(Vec::new()),
            [id] => return Ok(self.entry(*id)?.map(RawEntry::into_entry).into_iter().collect()),
            [first, .., last] => (*first, *last),
        };
        let query = format!(
            "after_entry_id={}&before_entry_id={}&order=id&direction=asc&limit=1000",
            last.saturating_sub(1),
            first.saturating_add(1)
        );
        let mut entries = Vec::with_capacity(batch.len());
        let mut came = 0;
        let total = self.list(&Ask::get("/v1/entries", &query), &mut |entry| {
            came += 1;
            // Ids are in descending order.
            if batch.binary_search_by(|id| entry.id.cmp(id)).is_ok() {
                entries.push(entry.into_entry());
            }
        })?;
        if came < total {
            return Err(api::unexpected(&Ask::get("/v1/entries", ""), "more entries than fit into an answer"));
        }
        Ok(entries)
    }

    /// Fetches a list of entries, and passes them on as they are parsed. Returns the number of all that match.
    pub(super) fn list(&mut self, ask: &Ask<'_>, each: &mut dyn FnMut(RawEntry)) -> Result<u64, ServerError> {
        let bytes = self.json_bytes(ask, 200)?;
        let start = api::first_line(&bytes);
        let beside = stream::read(bytes, "entries", each).map_err(|error| api::unparsed(ask, &start, &error))?;
        beside.total.ok_or_else(|| api::unexpected(ask, "total is missing"))
    }

    /// Fetches one entry; `None` if it was deleted.
    fn entry(&mut self, id: EntryId) -> Result<Option<RawEntry>, ServerError> {
        let path = format!("/v1/entries/{id}");
        let ask = Ask::get(&path, "");
        let reply = self.answer(&ask)?;
        match reply.status {
            200 => api::json(&ask, self.json_of(&ask, reply)?).map(Some),
            // Without a message in JSON, it is the API that is not found.
            404 if reply.media.as_str() == "application/json" => Ok(None),
            _ => Err(self.refusal(&ask, reply)),
        }
    }

    /// Returns when an entry arrived; `None` if it was deleted.
    pub(super) fn arrival(&mut self, id: EntryId) -> Result<Option<i64>, ServerError> {
        Ok(self.entry(id)?.as_ref().and_then(RawEntry::arrived))
    }
}

/// Returns how many of the first wanted ids go into one range.
fn length(wanted: &[EntryId], all: &[EntryId], most: usize) -> usize {
    let place = |id: EntryId| all.partition_point(|known| *known > id);
    let Some(start) = wanted.first().map(|first| place(*first)) else { return 0 };
    let rest = wanted.iter().take(most).enumerate().skip(1);
    let end = rest.into_iter().try_fold(1, |length, (at, id)| {
        let rows = place(*id) + 1 - start;
        if rows > SPARSE * (at + 1) { ControlFlow::Break(length) } else { ControlFlow::Continue(at + 1) }
    });
    match end {
        ControlFlow::Break(length) | ControlFlow::Continue(length) => length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_where_it_would_bring_too_much() {
        let all: Vec<EntryId> = (1..=1_000).rev().collect();
        assert_eq!(length(&all, &all, 250), 250);
        assert_eq!(length(&all[..7], &all, 250), 7);
        assert_eq!(length(&[], &all, 250), 0);
        // Every second one is dense enough, every fourth is not.
        let every = |n: usize| all.iter().copied().step_by(n).collect::<Vec<_>>();
        assert_eq!(length(&every(2), &all, 250), 250);
        assert_eq!(length(&every(3), &all, 250), 2);
        assert_eq!(length(&every(4), &all, 250), 1);
        assert_eq!(length(&[1_000, 999, 998, 500, 499], &all, 250), 3);
        // Ids that the server has no longer shown.
        assert_eq!(length(&[2_000, 1_500, 1_000], &[], 250), 3);
    }
}
