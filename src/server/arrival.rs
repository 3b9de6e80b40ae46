//! Finds when entries arrived.

use std::ops::Range;

use super::{EntryId, ServerError};

/// How many neighbours of a deleted entry are tried.
const NEIGHBOURS: usize = 50;

/// Returns when an entry arrived; `None` if it was deleted.
type Arrival<'a> = dyn FnMut(EntryId) -> Result<Option<i64>, ServerError> + 'a;

/// Finds the least id that arrived at or after a time by binary search. `all` is greatest first; ids are in the order of
/// arrival, but for entries that arrive within seconds of each other.
pub(super) fn first_since(
    since: i64,
    all: &[EntryId],
    arrival: &mut Arrival<'_>,
) -> Result<Option<EntryId>, ServerError> {
    // The entries before `low` arrived in time, those from `high` on did not.
    let (mut low, mut high) = (0, all.len());
    while low < high {
        match near(all, usize::midpoint(low, high), low..high, arrival)? {
            Some((at, arrived)) if arrived >= since => low = at + 1,
            Some((at, _)) => high = at,
            None => break,
        }
    }
    Ok(low.checked_sub(1).and_then(|at| all.get(at)).copied())
}

/// Returns when the entry at `middle` arrived, or the next one to it that is still there.
fn near(
    all: &[EntryId],
    middle: usize,
    within: Range<usize>,
    arrival: &mut Arrival<'_>,
) -> Result<Option<(usize, i64)>, ServerError> {
    let steps = (0..=NEIGHBOURS).flat_map(|step| [middle.checked_sub(step), Some(middle + step).filter(|_| step > 0)]);
    for at in steps.flatten().filter(|at| within.contains(at)) {
        let Some(id) = all.get(at) else { continue };
        if let Some(arrived) = arrival(*id)? {
            return Ok(Some((at, arrived)));
        }
    }
    Ok(None)
}
