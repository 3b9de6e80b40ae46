//! Entries with their content.

use super::GoogleReader;
use super::item::Item;
use super::login::{READER, list};
use crate::net::fetch::Method;
use crate::server::api::Ask;
use crate::server::{Entry, EntryId, ServerError, TakeEntries, batches};

/// Entries wanted in one request: 150 texts of 500,000 bytes, where `FreshRSS` cuts them, are 75 MB.
const BATCH: usize = 150;

impl GoogleReader {
    pub(super) fn contents(&mut self, wanted: &[EntryId], take: &mut TakeEntries<'_>) -> Result<(), ServerError> {
        batches::fetch(wanted, BATCH, |_, most| most, |batch| self.batch(batch), take)
    }

    /// Fetches entries in one request. They come in any order; those that the server does not have are left out.
    fn batch(&mut self, batch: &[EntryId]) -> Result<Vec<Entry>, ServerError> {
        let path = format!("{READER}/stream/items/contents");
        let bytes = self.post(&path, &format!("output=json{}", ids(batch)), 120)?;
        let ask = Ask { method: Method::Post, ..Ask::get(&path, "") };
        let is_freshrss = self.is_freshrss();
        let mut entries = Vec::with_capacity(batch.len());
        list(&ask, bytes, "items", &mut |item: Item| {
            let entry = item.into_entry(is_freshrss);
            entries.extend(entry.filter(|entry| batch.contains(&entry.id)));
        })?;
        Ok(entries)
    }

    /// Returns when an entry arrived; `None` if the server does not have it.
    pub(super) fn arrival(&mut self, id: EntryId) -> Result<Option<i64>, ServerError> {
        Ok(self.batch(&[id])?.first().map(|entry| entry.arrived))
    }

    /// Adds (`a`) or removes (`r`) a state of entries.
    pub(super) fn edit_tag(&mut self, action: &str, state: &str, entries: &[EntryId]) -> Result<(), ServerError> {
        let fields = format!("{action}={state}{}", ids(entries));
        self.post_for_ok(&format!("{READER}/edit-tag"), &fields, 120)
    }
}

/// The fields of entries, in decimal: `FreshRSS` would take other digits for hexadecimal ones.
fn ids(entries: &[EntryId]) -> String {
    entries.iter().fold(String::new(), |fields, id| fields + "&i=" + &id.to_string())
}
