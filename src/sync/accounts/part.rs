//! The part of an account that is stored: decided when the account is added, for what the server has at that moment.

use crate::library::Take;
use crate::server::{EntryId, Server, ServerError};

/// The number of the newest entries left out whose ids are remembered. Ids become visible late, so an id somewhat below
/// the greatest one may be new although others around it were left out.
const REMEMBERED: usize = 10_000;
/// The number of ids read first when a part is measured in days.
const FIRST_IDS: usize = 10_000;
/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What is stored of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartTaken {
    /// Entries with this id or a smaller one are left out, unless they are starred. 0 if none are.
    pub floor: EntryId,
    /// The entries above it that are left out.
    pub left_out: Vec<EntryId>,
    /// The number of entries that are taken, without starred ones below.
    pub taken: usize,
}

/// Decides which part of an account is stored. `now` is in seconds since 1970.
///
/// # Errors
/// If the ids cannot be read.
pub fn part_to_take(server: &mut dyn Server, take: Take, now: i64) -> Result<PartTaken, ServerError> {
    match take {
        Take::All => Ok(PartTaken::default()),
        Take::Newest(most) => {
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let wanted = most.saturating_add(REMEMBERED);
            let ids = server.newest(wanted)?;
            Ok(part(&ids, most, ids.len() < wanted))
        }
        Take::Days(days) => by_days(server, now - i64::from(days) * DAY),
    }
}

/// Reads ever more of the newest ids, until one arrived before a time.
fn by_days(server: &mut dyn Server, since: i64) -> Result<PartTaken, ServerError> {
    let mut wanted = FIRST_IDS;
    loop {
        let ids = server.newest(wanted)?;
        let is_whole = ids.len() < wanted;
        let first = server.first_arrived_since(since, &ids)?;
        let taken = first.map_or(0, |first| ids.iter().take_while(|&&id| id >= first).count());
        if is_whole || taken + REMEMBERED <= ids.len() {
            return Ok(part(&ids, taken, is_whole));
        }
        wanted = wanted.saturating_mul(4).max(taken + REMEMBERED);
    }
}

/// Takes the first `taken` of the newest ids. `is_whole` if there are no others.
fn part(ids: &[EntryId], taken: usize, is_whole: bool) -> PartTaken {
    let taken = taken.min(ids.len());
    let left_out = ids.get(taken..).unwrap_or_default();
    let left_out = left_out.get(..REMEMBERED).unwrap_or(left_out);
    // The least id that is remembered is left out as well as those below it.
    let floor = if is_whole && taken + left_out.len() == ids.len() { 0 } else { left_out.last().copied().unwrap_or(0) };
    PartTaken { floor, left_out: left_out.to_vec(), taken }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_remembered_id_bounds_what_is_left_out() {
        let ids: Vec<EntryId> = (1..=30_000).rev().collect();
        let all = part(&ids, 30_000, true);
        assert_eq!((all.floor, all.left_out.len(), all.taken), (0, 0, 30_000));
        let some = part(&ids, 100, true);
        assert_eq!((some.floor, some.left_out.len(), some.left_out[0]), (19_901, REMEMBERED, 29_900));
        let few = part(&ids[..5_000], 100, true);
        assert_eq!((few.floor, few.left_out.len()), (0, 4_900), "all that is left out is remembered");
        assert_eq!(part(&ids[..20], 0, true).left_out.len(), 20);
        assert_eq!(part(&[], 10, true), PartTaken::default());
    }
}
