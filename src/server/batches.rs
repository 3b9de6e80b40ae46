//! Fetches entries in batches, and in smaller ones where the server fails.

use std::ops::ControlFlow;

use super::{Entry, EntryId, ServerError, TakeEntries};
use crate::net::fetch::FetchError;

/// After this many entries in a row that fail even alone, the server fails and not the entries.
const MOST_FAILED: usize = 3;

/// Fetches `wanted` in batches of at most `most` entries. `length` returns how many of the first entries go into the
/// next batch, `fetch` fetches a batch. A batch that fails because it may be too large is halved; later ones grow again.
///
/// An entry that fails even alone is passed on as asked for and not delivered, provided that the server delivers others.
///
/// # Errors
/// Why the server failed.
pub(super) fn fetch(
    wanted: &[EntryId],
    most: usize,
    length: impl Fn(&[EntryId], usize) -> usize,
    mut fetch: impl FnMut(&[EntryId]) -> Result<Vec<Entry>, ServerError>,
    take: &mut TakeEntries<'_>,
) -> Result<(), ServerError> {
    let (mut rest, mut now) = (wanted, most);
    let (mut failed, mut error, mut has_answered) = (Vec::new(), None, false);
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(length(rest, now).clamp(1, rest.len()));
        match fetch(batch) {
            Ok(entries) => {
                has_answered = true;
                for id in std::mem::take(&mut failed) {
                    if take(&[id], Vec::new()).is_break() {
                        return Ok(());
                    }
                }
                if let ControlFlow::Break(()) = take(batch, entries) {
                    return Ok(());
                }
                now = (now * 2).min(most);
            }
            Err(reason) if !may_be_size(&reason) => return Err(reason),
            Err(_) if batch.len() > 1 => {
                now = batch.len() / 2;
                continue;
            }
            Err(reason) => {
                failed.push(batch[0]);
                error = Some(reason);
                if failed.len() >= MOST_FAILED || matches!(error, Some(ServerError::Fetch(ref error)) if is_slow(error))
                {
                    break;
                }
            }
        }
        rest = later;
    }
    match error {
        Some(reason) if !failed.is_empty() && (!has_answered || !rest.is_empty()) => Err(reason),
        _ => {
            for id in failed {
                if take(&[id], Vec::new()).is_break() {
                    break;
                }
            }
            Ok(())
        }
    }
}

/// Whether a smaller batch may work.
fn may_be_size(error: &ServerError) -> bool {
    match error {
        ServerError::Failed { .. } | ServerError::Unexpected { .. } => true,
        ServerError::Fetch(error) => {
            is_slow(error)
                || matches!(error, FetchError::Cut | FetchError::Large(_) | FetchError::Bomb(_) | FetchError::Packed)
        }
        _ => false,
    }
}

fn is_slow(error: &FetchError) -> bool {
    matches!(error, FetchError::Silent(_) | FetchError::Stalled(_) | FetchError::Slow(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> ServerError {
        ServerError::Failed { status: 500, reason: crate::text::CleanBuf::default() }
    }

    /// How it ended, the ids of each request, and the numbers of ids asked for and received with each answer.
    type Ran = (Result<(), ServerError>, Vec<Vec<EntryId>>, Vec<(usize, usize)>);

    /// Fetches the ids 9 to 0 in batches of up to 4; `fails` decides which requests fail.
    fn run(fails: impl Fn(&[EntryId]) -> Option<ServerError>) -> Ran {
        let wanted: Vec<EntryId> = (0..10).rev().collect();
        let (mut asked, mut taken) = (Vec::new(), Vec::new());
        let outcome = fetch(
            &wanted,
            4,
            |_, most| most,
            |batch| {
                asked.push(batch.to_vec());
                match fails(batch) {
                    Some(error) => Err(error),
                    None => Ok(batch.iter().map(|&id| Entry { id, ..Entry::default() }).collect()),
                }
            },
            &mut |ids, entries| {
                taken.push((ids.len(), entries.len()));
                ControlFlow::Continue(())
            },
        );
        (outcome, asked, taken)
    }

    #[test]
    fn a_batch_that_fails_is_halved_and_later_ones_grow_again() {
        let (outcome, asked, taken) = run(|batch| (batch.contains(&9) && batch.len() > 2).then(failed));
        assert_eq!(outcome, Ok(()));
        assert_eq!(asked, [vec![9, 8, 7, 6], vec![9, 8], vec![7, 6, 5, 4], vec![3, 2, 1, 0]]);
        assert_eq!(taken, [(2, 2), (4, 4), (4, 4)]);
    }

    #[test]
    fn an_entry_that_always_fails_does_not_stop_the_others() {
        for bad in [9, 5, 0] {
            let (outcome, _, taken) = run(|batch| batch.contains(&bad).then(failed));
            assert_eq!(outcome, Ok(()), "{bad}");
            assert_eq!(taken.iter().filter(|taken| **taken == (1, 0)).count(), 1, "{bad}");
            assert_eq!(taken.iter().map(|(_, came)| came).sum::<usize>(), 9, "{bad}");
        }
    }

    #[test]
    fn a_server_that_fails_altogether_is_an_error_and_no_entry_counts_as_missing() {
        let (outcome, asked, taken) = run(|_| Some(failed()));
        assert_eq!((outcome, taken), (Err(failed()), vec![]));
        assert_eq!(asked.last().map(Vec::len), Some(1));
        // One that fails from some point on.
        let (outcome, _, taken) = run(|batch| (batch[0] < 6).then(failed));
        assert_eq!((outcome, taken), (Err(failed()), vec![(4, 4)]));
        // Errors that have nothing to do with the size end it at once.
        let (outcome, asked, _) = run(|_| Some(ServerError::Maintenance));
        assert_eq!((outcome, asked.len()), (Err(ServerError::Maintenance), 1));
    }
}
