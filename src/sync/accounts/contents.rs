//! Fetches the entries that are not stored yet, and those that may have been edited.

use std::ops::ControlFlow;

use rustc_hash::FxHashSet;

use super::lists::{Known, Lists, has};
use super::{AccountError, DAY, Depth, Fetching, Round};
use crate::library::{AccountKind, EntryState, Flags, NewEntry};
use crate::server::{Entry, EntryId};

/// Lists of the Google Reader API that begin at a time may lack what arrived shortly before it.
const MARGIN: i64 = 60 * 60;
/// The most entries that are fetched again because they may have been edited. To some servers everything that arrived
/// within the margin may have been, which is all of an account just after its feeds were imported.
const MOST_EDITED: usize = 1_000;

impl Round<'_> {
    /// Fetches what is missing and what may have been edited. Returns whether edits were looked for.
    pub fn fetch(
        &mut self,
        lists: &Lists,
        known: &Known,
        floor: EntryId,
        unread_again: Vec<EntryId>,
    ) -> Result<bool, AccountError> {
        let present = lists.present(known);
        let wanted = wanted(&present, lists, known, floor);
        let edited = self.maybe_edited(&present, known, unread_again)?;
        let mut fetching = Fetching { done: 0, all: wanted.len() + edited.as_ref().map_or(0, Vec::len), fresh: 0 };
        if self.account.kind == AccountKind::Miniflux {
            self.fetch_ids(&wanted, &present, lists, &mut fetching)?;
        } else {
            // What the user reads first.
            let (unread, read): (Vec<EntryId>, Vec<EntryId>) = wanted.iter().partition(|&&id| has(&lists.unread, id));
            self.fetch_ids(&unread, &present, lists, &mut fetching)?;
            self.fetch_ids(&read, &present, lists, &mut fetching)?;
        }
        if let Some(edited) = &edited {
            self.fetch_ids(edited, &present, lists, &mut fetching)?;
        }
        self.synced.fresh = fetching.fresh;
        Ok(edited.is_some())
    }

    /// Returns the stored entries that may have been edited; `None` if it is too early to look again.
    fn maybe_edited(
        &mut self,
        present: &[EntryId],
        known: &Known,
        unread_again: Vec<EntryId>,
    ) -> Result<Option<Vec<EntryId>>, AccountError> {
        let is_early = self.account.edits.is_some_and(|edits| (edits..edits + DAY).contains(&self.began));
        let since = match (self.account.kind, self.account.watermark) {
            // One range of entries costs more than all lists together.
            (AccountKind::Miniflux, _) if is_early && self.depth != Depth::WithEdits => return Ok(None),
            (AccountKind::Miniflux, watermark) => watermark.unwrap_or(0),
            // Everything is fetched for the first time.
            (_, None) => return Ok(None),
            (_, Some(watermark)) => watermark - MARGIN,
        };
        if known.has_none_stored() {
            return Ok(Some(Vec::new()));
        }
        let is_here = |id: &EntryId| known.get(*id).is_some_and(|entry| entry.state == EntryState::Here);
        let mut ids = self.server.maybe_edited(since, present)?;
        ids.retain(is_here);
        ids.truncate(MOST_EDITED);
        // Some servers mark an edited entry unread.
        ids.extend(unread_again.into_iter().filter(is_here));
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.dedup();
        Ok(Some(ids))
    }

    /// Fetches entries, greatest id first, and stores each answer in one transaction.
    fn fetch_ids(
        &mut self,
        wanted: &[EntryId],
        present: &[EntryId],
        lists: &Lists,
        fetching: &mut Fetching,
    ) -> Result<(), AccountError> {
        if wanted.is_empty() {
            return Ok(());
        }
        (self.report)(*fetching);
        let mut unknown_feeds = Vec::new();
        let Self { account, library, server, sources, report, began, .. } = self;
        let mut failed = None;
        server.entries(wanted, present, &mut |asked, entries| {
            let mut store = || -> Result<(), AccountError> {
                let new: Vec<NewEntry<'_>> = entries
                    .iter()
                    .filter_map(|entry| {
                        let source = sources.get(&entry.feed).copied();
                        if source.is_none() {
                            unknown_feeds.push(entry.id);
                        }
                        Some(NewEntry {
                            remote: entry.id,
                            source: source?,
                            release: &entry.release,
                            hash: entry.hash,
                            flags: Some(flags(entry, lists)),
                            is_found: false,
                        })
                    })
                    .collect();
                let taken = library.take_entries(account.id, &new, *began)?;
                fetching.fresh += taken.fresh;
                let came: FxHashSet<EntryId> = entries.iter().map(|entry| entry.id).collect();
                let missing: Vec<EntryId> = asked.iter().copied().filter(|id| !came.contains(id)).collect();
                if !missing.is_empty() {
                    library.missed(account.id, &missing)?;
                }
                fetching.done += asked.len();
                report(*fetching);
                Ok(())
            };
            match store() {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if !unknown_feeds.is_empty() {
            // Their feeds were added after the list of feeds was read; the next sync fetches them.
            tracing::info!(entries = unknown_feeds.len(), "of feeds that are not known yet");
        }
        Ok(())
    }
}

/// The marks of an entry: those of its answer, which is newer, else those of the lists.
fn flags(entry: &Entry, lists: &Lists) -> Flags {
    entry.marks.map_or_else(|| lists.marks(entry.id), flags_of)
}

/// The marks of an entry that is read and starred, or not.
pub(super) fn flags_of((is_read, is_starred): (bool, bool)) -> Flags {
    let read = if is_read { Flags::READ } else { Flags::default() };
    if is_starred { read.and(Flags::STARRED) } else { read }
}

/// Returns the entries to fetch, greatest id first: those that are not known, above the part that was left out or
/// starred; and starred ones that were left out before.
fn wanted(present: &[EntryId], lists: &Lists, known: &Known, floor: EntryId) -> Vec<EntryId> {
    let is_wanted = |id: EntryId| match known.get(id).map(|entry| entry.state) {
        None => id > floor || has(&lists.starred, id),
        Some(EntryState::LeftOut) => has(&lists.starred, id),
        Some(EntryState::Missing(tries)) => tries < GIVE_UP,
        Some(EntryState::Here | EntryState::Gone | EntryState::Found) => false,
    };
    present.iter().copied().filter(|&id| is_wanted(id)).collect()
}

/// An entry that did not come this many times is no longer asked for.
const GIVE_UP: u8 = 3;
