//! Complete lists of ids.
//!
//! The server pages by offset alone. When entries leave a list while it is read, the later ones move up, and plain
//! offsets skip some. So each page repeats the end of the one before it, and must begin at or above its last id.

use super::Miniflux;
use super::answer::Ids;
use crate::server::api::Ask;
use crate::server::{EntryId, ServerError};

/// Ids in one page: the most that the server gives.
pub(super) const PAGE: usize = 10_000;
/// How many ids of the page before are asked for again.
const OVERLAP: usize = 100;
/// How often a list may have moved before it is given up.
const TRIES: u32 = 12;

impl Miniflux {
    /// Fetches one page of a list. `filter` begins with `&` unless it is empty.
    pub(super) fn page(&mut self, filter: &str, offset: usize, limit: usize) -> Result<Ids, ServerError> {
        let query = format!("limit={limit}&offset={offset}{filter}");
        let ask = Ask::get("/v1/entries/ids", &query);
        // Before 2.3.2 there were no lists, and the server takes the word `ids` for the id of an entry.
        let ids = self.json(&ask, 200).map_err(|error| match error {
            ServerError::Rejected { .. } => ServerError::TooOld { server: "Miniflux", least: super::LEAST },
            other => other,
        })?;
        let Ids { entry_ids, .. } = &ids;
        if entry_ids.windows(2).any(|pair| pair[0] <= pair[1]) {
            return Err(crate::server::api::unexpected(&ask, "the ids are not in order"));
        }
        Ok(ids)
    }
}

/// Fetches pages until the list is complete, or `is_enough`. `page` returns the page at an offset.
pub(super) fn complete(
    is_enough: &dyn Fn(&[EntryId]) -> bool,
    page: &mut dyn FnMut(usize) -> Result<Ids, ServerError>,
) -> Result<Vec<EntryId>, ServerError> {
    let mut ids: Vec<EntryId> = Vec::new();
    // Where the page before ended: its offset and its last id.
    let (mut before, mut overlap, mut moved): (Option<(usize, EntryId)>, usize, u32) = (None, OVERLAP, 0);
    loop {
        let offset = before.map_or(0, |(end, _)| end.saturating_sub(overlap));
        let Ids { total, entry_ids } = page(offset)?;
        let (first, last, length) = (entry_ids.first().copied(), entry_ids.last().copied(), entry_ids.len());
        let end = offset + length;
        // Nothing can be above the page at offset 0.
        let has_gap = offset > 0 && before.is_some_and(|(_, last)| first.is_none_or(|first| first < last));
        let is_last = end as u64 >= total;
        let is_stuck = !is_last && before.is_some_and(|(before, _)| before >= end);
        if has_gap || is_stuck || (last.is_none() && !is_last) {
            moved += 1;
            if moved > TRIES {
                return Err(ServerError::Unstable);
            }
        }
        if has_gap || (last.is_none() && !is_last) {
            overlap *= 2;
            continue;
        }
        let known = ids.last().copied().unwrap_or(EntryId::MAX);
        ids.extend(entry_ids.into_iter().filter(|id| *id < known));
        if is_last || is_enough(&ids) {
            return Ok(ids);
        }
        // A server may give smaller pages than asked for.
        (before, overlap) = (last.map(|last| (end, last)), OVERLAP.min(length / 2).max(1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Reads a list in pages; `change` changes it before each request.
    fn read(
        list: &mut BTreeSet<EntryId>,
        size: usize,
        down_to: EntryId,
        change: &mut dyn FnMut(usize, &mut BTreeSet<EntryId>),
    ) -> (Result<Vec<EntryId>, ServerError>, usize) {
        let mut requests = 0;
        let is_enough = |ids: &[EntryId]| ids.last().is_some_and(|last| *last <= down_to);
        let ids = complete(&is_enough, &mut |offset| {
            change(requests, list);
            requests += 1;
            let entry_ids = list.iter().rev().skip(offset).take(size).copied().collect();
            Ok(Ids { total: list.len() as u64, entry_ids })
        });
        (ids, requests)
    }

    #[test]
    fn a_list_is_read_in_pages_that_overlap() {
        let mut list: BTreeSet<EntryId> = (1..=1_000).collect();
        let (ids, requests) = read(&mut list, 400, 0, &mut |_, _| {});
        assert_eq!((ids, requests), (Ok((1..=1_000).rev().collect()), 3));
        let (ids, requests) = read(&mut list, 1_000, 0, &mut |_, _| {});
        assert_eq!((ids.map(|ids| ids.len()), requests), (Ok(1_000), 1));
        let (ids, requests) = read(&mut BTreeSet::new(), 400, 0, &mut |_, _| {});
        assert_eq!((ids, requests), (Ok(vec![]), 1));
    }

    #[test]
    fn small_pages_make_progress_too() {
        for size in [2, 3, 40, 100] {
            let mut list: BTreeSet<EntryId> = (1..=150).collect();
            let (ids, _) = read(&mut list, size, 0, &mut |_, _| {});
            assert_eq!(ids, Ok((1..=150).rev().collect()), "{size}");
        }
        let (ids, _) = read(&mut (1..=150).collect(), 1, 0, &mut |_, _| {});
        assert_eq!(ids, Err(ServerError::Unstable));
    }

    #[test]
    fn a_list_may_end_at_the_oldest_entry_that_is_needed() {
        let mut list: BTreeSet<EntryId> = (1..=1_000).collect();
        for (down_to, expected) in [(990, 1), (601, 1), (600, 2), (301, 2), (1, 3)] {
            let (ids, requests) = read(&mut list, 400, down_to, &mut |_, _| {});
            assert_eq!(requests, expected, "{down_to}");
            assert!(ids.expect("a list").last() <= Some(&down_to));
        }
    }

    #[test]
    fn entries_that_leave_the_list_meanwhile_hide_no_others() {
        for leaving in [1, 99, 101, 250, 399] {
            let mut list: BTreeSet<EntryId> = (1..=2_000).collect();
            let mut greatest = 2_000;
            let (ids, _) = read(&mut list, 400, 0, &mut |request, list| {
                if (1..4).contains(&request) {
                    for _ in 0..leaving {
                        list.remove(&greatest);
                        greatest -= 1;
                    }
                }
            });
            let ids = ids.expect("a list");
            assert!(list.iter().all(|id| ids.contains(id)), "{leaving}");
            assert!(ids.windows(2).all(|pair| pair[0] > pair[1]));
        }
    }

    #[test]
    fn entries_that_join_the_list_meanwhile_hide_no_others() {
        for joining in [1, 150, 350, 900] {
            let mut list: BTreeSet<EntryId> = (1..=2_000).collect();
            let mut greatest = 2_000;
            let (ids, _) = read(&mut list, 400, 0, &mut |request, list| {
                if (1..4).contains(&request) {
                    list.extend(greatest + 1..=greatest + joining);
                    greatest += joining;
                }
            });
            let ids = ids.expect("a list");
            assert!((1..=2_000).all(|id| ids.contains(&id)), "{joining}");
        }
    }

    #[test]
    fn a_list_that_never_rests_is_an_error() {
        let mut list: BTreeSet<EntryId> = (1..=1_000_000).collect();
        let mut next = 1_000_000;
        let (ids, requests) = read(&mut list, 400, 0, &mut |_, list| {
            for _ in 0..100_000.min(next) {
                list.remove(&next);
                next -= 1;
            }
        });
        assert!(ids == Err(ServerError::Unstable) || list.is_empty(), "{requests} requests");
        let mut pages = [Ids { total: 5, entry_ids: vec![9, 8, 7] }].into_iter();
        let ids = complete(&|_| false, &mut |_| Ok(pages.next().unwrap_or(Ids { total: 5, entry_ids: vec![] })));
        assert_eq!(ids, Err(ServerError::Unstable));
    }
}
