//! Complete lists of ids.
//!
//! One page holds a list of 100,000. Where a list is longer, pages overlap. `FreshRSS` continues at an id and drops the
//! first row from there on, whatever it is: if the row with that id has left the list, another one is lost. Miniflux
//! continues at an offset in the order of the publishers' dates, with equal dates in no fixed order.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{GoogleReader, STATE};
use crate::server::api::{self, Ask};
use crate::server::{EntryId, ServerError};
use crate::text::CleanBuf;

/// Ids in one page.
pub(super) const PAGE: usize = 100_000;
/// The smallest page after failures of the server.
const LEAST: usize = 10_000;
/// How many ids of the page before are asked for again.
const OVERLAP: usize = 50;
/// The filter of unread entries.
pub(super) const UNREAD: &str = "&xt=user/-/state/com.google/read";
/// How often a list may have moved before it is given up.
const TRIES: usize = 8;
/// How often a list without a fixed order is read until two readings are equal.
const PASSES: usize = 8;

/// An item of a list.
#[derive(Deserialize)]
struct Reference {
    id: String,
}

/// A page of a list.
pub(super) struct Page {
    pub ids: Vec<EntryId>,
    /// Where the server would continue; `None` at the end.
    pub continuation: Option<String>,
}

impl GoogleReader {
    /// Fetches the list of a state. `filter` begins with `&` unless it is empty.
    pub(super) fn list(&mut self, state: &str, filter: &str) -> Result<Vec<EntryId>, ServerError> {
        self.stream(&format!("{STATE}{state}"), filter)
    }

    /// Fetches the list of a label that the server has.
    pub(super) fn labelled(&mut self, label: &CleanBuf) -> Result<Vec<EntryId>, ServerError> {
        self.stream(&format!("user/-/label/{label}"), "")
    }

    /// Fetches the newest ids.
    pub(super) fn first(&mut self, most: usize) -> Result<Vec<EntryId>, ServerError> {
        let page = self.page(&format!("{STATE}reading-list"), "", "", most.max(1))?;
        Ok(in_order(page.ids))
    }

    fn stream(&mut self, stream: &str, filter: &str) -> Result<Vec<EntryId>, ServerError> {
        let ids = complete(&mut |from| {
            loop {
                let most = self.page;
                match self.page(stream, filter, from, most) {
                    // PHP may run out of memory.
                    Err(ServerError::Failed { .. }) if most > LEAST => self.page = (most / 2).max(LEAST),
                    other => return other,
                }
            }
        })?;
        Ok(in_order(ids))
    }

    fn page(&mut self, stream: &str, filter: &str, from: &str, most: usize) -> Result<Page, ServerError> {
        let path = format!("{}/stream/items/ids", super::login::READER);
        let most = most.to_string();
        let mut query = api::form(&[("output", "json"), ("s", stream), ("n", &most)]);
        query.push_str(filter);
        if !from.is_empty() {
            query.push('&');
            query.push_str(&api::form(&[("c", from)]));
        }
        let ask = Ask { patience: 120, ..Ask::get(&path, &query) };
        let (mut ids, mut is_wrong) = (Vec::new(), false);
        let beside = self.get_list(&ask, "itemRefs", &mut |item: Reference| match item.id.parse() {
            Ok(id) => ids.push(id),
            Err(_) => is_wrong = true,
        })?;
        if is_wrong {
            return Err(api::unexpected(&ask, "an id is not a number"));
        }
        Ok(Page { ids, continuation: beside.continuation.filter(|from| !from.is_empty()) })
    }
}

fn in_order(mut ids: Vec<EntryId>) -> Vec<EntryId> {
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.dedup();
    ids
}

/// How to get the page after one.
enum Next {
    /// The list is complete.
    End,
    /// From the row after one with this id.
    Id,
    /// From an offset.
    Offset,
    /// From what the server says.
    Token(String),
}

/// Fetches pages until the list is complete. `page` returns the page from a continuation, or the first one.
fn complete(page: &mut dyn FnMut(&str) -> Result<Page, ServerError>) -> Result<Vec<EntryId>, ServerError> {
    let first = page("")?;
    match next(&first) {
        Next::End => Ok(first.ids),
        Next::Id => by_id(first, page),
        Next::Offset => by_offset(first, page),
        Next::Token(token) => by_token(first, token, page),
    }
}

fn next(page: &Page) -> Next {
    let Some(from) = &page.continuation else { return Next::End };
    let number: Option<u64> = from.parse().ok();
    match (number, page.ids.last()) {
        (Some(number), Some(last)) if number == *last && *last > page.ids.len() as u64 => Next::Id,
        (Some(number), _) if number == page.ids.len() as u64 => Next::Offset,
        _ => Next::Token(from.clone()),
    }
}

/// Continues at ids, some rows before the end of each page.
fn by_id(first: Page, page: &mut dyn FnMut(&str) -> Result<Page, ServerError>) -> Result<Vec<EntryId>, ServerError> {
    let (mut ids, mut overlap, mut moved) = (first.ids, OVERLAP, 0);
    loop {
        let Some(last) = ids.last().copied() else { return Ok(ids) };
        let from =
            ids.len().checked_sub(overlap + 1).and_then(|at| ids.get(at)).or(ids.first()).copied().unwrap_or(last);
        let found = page(&from.to_string())?;
        // The overlap has to come again, or nothing at all if it has left the list together with all that follows.
        let is_joined = found.ids.first().is_none_or(|first| *first >= last);
        let is_further = found.ids.last().is_some_and(|end| *end < last);
        if !is_joined || (!is_further && found.continuation.is_some()) {
            overlap *= 2;
            moved += 1;
            if moved > TRIES || overlap >= 2 * ids.len() {
                return Err(ServerError::Unstable);
            }
            continue;
        }
        ids.extend(found.ids.into_iter().filter(|id| *id < last));
        if found.continuation.is_none() {
            return Ok(ids);
        }
        overlap = OVERLAP;
    }
}

/// Continues at offsets, in passes over the whole list until two agree.
fn by_offset(
    first: Page,
    page: &mut dyn FnMut(&str) -> Result<Page, ServerError>,
) -> Result<Vec<EntryId>, ServerError> {
    let (mut first, mut before, mut overlap) = (Some(first), None, OVERLAP);
    for _ in 0..PASSES {
        let start = first.take().map_or_else(|| page(""), Ok)?;
        let Pass { ids, rows } = one_pass(start, overlap, page)?;
        // Where an id came twice, another one did not come: equal dates change their order, and there are more of them
        // than the overlap has rows.
        let is_whole = ids.len() == rows;
        if is_whole && before.as_ref() == Some(&ids) {
            return Ok(ids.into_iter().collect());
        }
        before = Some(ids);
        overlap *= if is_whole { 1 } else { 4 };
    }
    Err(ServerError::Unstable)
}

/// One pass over a list.
struct Pass {
    ids: BTreeSet<EntryId>,
    /// The length of the list.
    rows: usize,
}

/// Continues at offsets, `overlap` rows before the end of each page. The order is not that of the ids.
fn one_pass(
    first: Page,
    overlap: usize,
    page: &mut dyn FnMut(&str) -> Result<Page, ServerError>,
) -> Result<Pass, ServerError> {
    let of = |length: usize| overlap.min(length / 2).max(1);
    let (mut rows, mut is_last) = (first.ids.len(), first.continuation.is_none());
    let mut ids: BTreeSet<EntryId> = first.ids.into_iter().collect();
    let (mut overlap, mut moved) = (of(rows), 0);
    while !is_last {
        let offset = rows.saturating_sub(overlap);
        let found = page(&offset.to_string())?;
        let is_joined = offset == 0 || found.ids.first().is_some_and(|first| ids.contains(first));
        let is_further = offset + found.ids.len() > rows || found.continuation.is_none();
        if !is_joined || !is_further {
            overlap *= 2;
            moved += 1;
            if moved > TRIES {
                return Err(ServerError::Unstable);
            }
            continue;
        }
        (rows, is_last) = (offset + found.ids.len(), found.continuation.is_none());
        overlap = of(found.ids.len());
        ids.extend(found.ids);
    }
    Ok(Pass { ids, rows })
}

/// Continues at what the server says.
fn by_token(
    first: Page,
    mut token: String,
    page: &mut dyn FnMut(&str) -> Result<Page, ServerError>,
) -> Result<Vec<EntryId>, ServerError> {
    let mut ids = first.ids;
    let mut seen = BTreeSet::new();
    loop {
        if !seen.insert(token.clone()) {
            return Err(ServerError::Unstable);
        }
        let found = page(&token)?;
        ids.extend(found.ids);
        match found.continuation {
            Some(next) => token = next,
            None => return Ok(ids),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids as times, so that they differ from offsets.
    const FIRST: EntryId = 1_000_000;

    /// Reads a list as `FreshRSS` gives it. `change` changes it before each request.
    fn by_ids(
        list: &mut BTreeSet<EntryId>,
        size: usize,
        change: &mut dyn FnMut(usize, &mut BTreeSet<EntryId>),
    ) -> Result<Vec<EntryId>, ServerError> {
        let mut requests = 0;
        complete(&mut |from| {
            change(requests, list);
            requests += 1;
            let from: EntryId = from.parse().unwrap_or(EntryId::MAX);
            let skipped = usize::from(from != EntryId::MAX);
            let rows: Vec<_> = list.range(..=from).rev().skip(skipped).copied().collect();
            let ids = rows[..size.min(rows.len())].to_vec();
            let continuation = ids.last().filter(|_| rows.len() >= size).map(ToString::to_string);
            Ok(Page { ids, continuation })
        })
    }

    #[test]
    fn pages_that_continue_at_ids_overlap() {
        for count in [0, 1, 400, 401, 1_000, 2_350] {
            let mut list: BTreeSet<_> = (FIRST..FIRST + count).collect();
            let ids = by_ids(&mut list, 400, &mut |_, _| {});
            assert_eq!(ids, Ok((FIRST..FIRST + count).rev().collect()), "{count}");
        }
    }

    #[test]
    fn entries_that_leave_meanwhile_hide_no_others() {
        for leaving in [1, 10, 49, 60, 200] {
            let mut list: BTreeSet<_> = (FIRST..FIRST + 2_000).collect();
            let ids = by_ids(&mut list, 400, &mut |request, list| {
                // Those at the end of the page before.
                if request > 0 && request < 5 {
                    let end = FIRST + 2_000 - 350 * request as u64;
                    let leaving = end - 60..end - 60 + leaving;
                    list.retain(|id| !leaving.contains(id));
                }
            });
            let ids = ids.expect("a list");
            let missing: Vec<_> = list.iter().filter(|id| !ids.contains(id)).collect();
            assert!(missing.is_empty(), "{leaving}: {missing:?}");
        }
    }

    /// Reads a list as Miniflux gives it: by offsets, in another order.
    fn by_offsets(
        list: &mut Vec<EntryId>,
        size: usize,
        change: &mut dyn FnMut(usize, &mut Vec<EntryId>),
    ) -> Result<Vec<EntryId>, ServerError> {
        let mut requests = 0;
        complete(&mut |from| {
            change(requests, list);
            requests += 1;
            let offset: usize = from.parse().unwrap_or(0);
            let ids: Vec<_> = list.iter().copied().skip(offset).take(size).collect();
            let end = offset + ids.len();
            Ok(Page { ids, continuation: (end < list.len()).then(|| end.to_string()) })
        })
    }

    #[test]
    fn pages_that_continue_at_offsets_are_read_until_two_readings_agree() {
        let all: Vec<EntryId> = (1..=1_000).map(|n| n * 37 % 1_009).collect();
        for size in [3, 40, 300, 1_000] {
            let ids = by_offsets(&mut all.clone(), size, &mut |_, _| {}).map(in_order);
            assert_eq!(ids, Ok(in_order(all.clone())), "{size}");
        }
        let mut list = all.clone();
        let ids = by_offsets(&mut list, 300, &mut |request, list| {
            if request == 2 {
                list.drain(..120);
            }
        });
        assert_eq!(ids.map(in_order), Ok(in_order(list)));
        // Equal dates, in another order at each request.
        for equal in [2, 90, 400] {
            let mut shuffled = all.clone();
            let ids = by_offsets(&mut shuffled, 300, &mut |request, list| {
                list.chunks_mut(equal).for_each(|group| group.rotate_left(request * 7 % group.len()));
            });
            assert_eq!(ids.map(in_order), Ok(in_order(all.clone())), "{equal}");
        }
        let restless = by_offsets(&mut all.clone(), 300, &mut |_, list| list.truncate(list.len() - 1));
        assert_eq!(restless, Err(ServerError::Unstable));
    }

    #[test]
    fn other_continuations_are_sent_back() {
        let mut pages = vec![
            ("", Page { ids: vec![9, 8], continuation: Some("x y".to_owned()) }),
            ("x y", Page { ids: vec![7], continuation: None }),
        ]
        .into_iter();
        let ids = complete(&mut |from| {
            let (expected, page) = pages.next().expect("another page");
            assert_eq!(from, expected);
            Ok(page)
        });
        assert_eq!(ids, Ok(vec![9, 8, 7]));
        let again = complete(&mut |_| Ok(Page { ids: vec![1], continuation: Some("a".to_owned()) }));
        assert_eq!(again, Err(ServerError::Unstable));
    }
}
