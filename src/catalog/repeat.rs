//! Which names the items of one source have, so that an item that comes twice is one release.
//!
//! The first item with a name is kept. A later one of that name is the same again, unless it leads elsewhere:
//! publishers use numbers twice, and nothing of theirs is lost for it. Then it goes by a second name.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::sieve::Sieve;
use crate::release::Identity;
use crate::release::identity::{self, MADE};
use crate::text::CleanBuf;

/// What became of the name of an item.
#[derive(Debug, PartialEq, Eq)]
pub enum Naming {
    /// Nobody had it.
    Own,
    /// Another release has it: this one goes by another name.
    Second(CleanBuf),
    /// The same item was there before.
    Repeated,
}

/// Names that may have been there before, until they are no longer looked for one by one.
const FEW: usize = 64;
/// Numbers from here on are items that were added to stories; no catalog is so long.
pub const MERGED: u32 = 1 << 31;

/// The names of one source. What looks equal is compared.
///
/// Most feeds repeat nothing. Where names go up or down, as numbers do, each is beyond all before it: that is known
/// without a look at them. For others a sieve says so at the cost of one look at memory, and a table, which costs several
/// and twice the room, is made for a feed that repeats more than a few.
#[derive(Debug, Default)]
pub struct Names {
    /// Number of the first release.
    first: u32,
    /// How many names there are.
    count: u32,
    /// The places of those that were added to stories, ascending.
    merged: Vec<u32>,
    /// A hash of each name, place by place, as long as there is no table.
    hashes: Vec<u64>,
    /// How far ids and pages reach.
    ids: Reach,
    pages: Reach,
    sieve: Sieve,
    /// How many of the hashes are in the sieve, at the least.
    sieved: usize,
    doubts: usize,
    /// Places by hash.
    table: Option<FxHashMap<u32, u32>>,
}

impl Names {
    /// Forgets all: another source begins, with release number `first`.
    pub fn begin(&mut self, first: u32) {
        *self = Self { first, ..Self::default() };
    }

    /// What the next item is called; `identity_of` gives the releases before it.
    pub fn name<'a>(&mut self, item: Identity<'_>, identity_of: impl Fn(u32) -> Identity<'a>) -> Naming {
        let Some(first) = self.add(item, &identity_of) else { return Naming::Own };
        if !item.differs_from(&first) {
            return Naming::Repeated;
        }
        let second = item.second_name();
        match self.add(Identity { id: second.as_clean(), ..item }, &identity_of) {
            Some(_) => Naming::Repeated,
            None => Naming::Second(second),
        }
    }

    /// What was named last was added to a story.
    pub fn merge_last(&mut self) {
        self.merged.push(self.count - 1);
    }

    /// Keeps a name; or gives the release that has it.
    fn add<'a>(&mut self, item: Identity<'_>, identity_of: &impl Fn(u32) -> Identity<'a>) -> Option<Identity<'a>> {
        let hash = item.number();
        let is_beyond = match (item.id.as_str(), identity::page(item.url.as_str())) {
            ("", "") => false,
            ("", page) => self.pages.extend(page),
            (id, _) => self.ids.extend(id) && !id.starts_with(MADE),
        };
        let is_doubtful = !is_beyond && self.table.is_none() && self.sieve(hash);
        let named = |place: u32| Some(identity_of(self.number(place))).filter(|known| known.is_named_as(&item));
        let known = match &self.table {
            Some(table) => keys(hash).map_while(|key| table.get(&key)).find_map(|&place| named(place)),
            None if is_doubtful => {
                (0..).zip(&self.hashes).find_map(|(place, &other)| if other == hash { named(place) } else { None })
            }
            None => None,
        };
        if known.is_none() {
            match &mut self.table {
                Some(table) => put(table, hash, self.count),
                None => self.hashes.push(hash),
            }
            self.count += 1;
        }
        if is_doubtful {
            self.doubts += 1;
            if self.doubts > FEW {
                let mut table = FxHashMap::default();
                (0..).zip(&self.hashes).for_each(|(place, &hash)| put(&mut table, hash, place));
                (self.table, self.hashes, self.sieve) = (Some(table), Vec::new(), Sieve::default());
            }
        }
        known
    }

    /// Puts a hash into the sieve; whether it may have been there.
    fn sieve(&mut self, hash: u64) -> bool {
        if self.hashes.len() >= self.sieve.room() {
            self.sieve = Sieve::with_room((2 * self.hashes.len()).max(1024));
            self.sieved = 0;
        }
        for &hash in &self.hashes[self.sieved..] {
            self.sieve.put(hash);
        }
        self.sieved = self.hashes.len();
        self.sieve.put(hash)
    }

    /// The number of the release at a place.
    fn number(&self, place: u32) -> u32 {
        match self.merged.binary_search(&place) {
            Ok(at) => MERGED + at as u32,
            Err(before) => self.first + place - before as u32,
        }
    }
}

/// The least and the greatest of some names, shorter ones before longer ones, as numbers are.
#[derive(Debug, Default)]
struct Reach {
    least: String,
    greatest: String,
}

impl Reach {
    /// Takes a name that is not empty; whether it is beyond all before it.
    fn extend(&mut self, name: &str) -> bool {
        let order = |one: &str, other: &str| one.len().cmp(&other.len()).then_with(|| one.cmp(other));
        let is_first = self.greatest.is_empty();
        let (is_greater, is_less) = (order(name, &self.greatest).is_gt(), order(name, &self.least).is_lt());
        if is_greater {
            name.clone_into(&mut self.greatest);
        }
        if is_less || is_first {
            name.clone_into(&mut self.least);
        }
        is_greater || is_less
    }
}

/// Where the place of a hash may stand in the table: under the first of these that is free, when it comes.
fn keys(hash: u64) -> impl Iterator<Item = u32> {
    let first = (hash ^ (hash >> 32)) as u32;
    (0..=u32::MAX).map(move |step| first.wrapping_add(step))
}

fn put(table: &mut FxHashMap<u32, u32>, hash: u64, place: u32) {
    for key in keys(hash) {
        if let Entry::Vacant(free) = table.entry(key) {
            free.insert(place);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_beyond_all_before_it_or_not() {
        let mut reach = Reach::default();
        let names = ["5", "7", "6", "12", "5", "4", "100", "11", "2"];
        let beyond = names.map(|name| reach.extend(name));
        assert_eq!(beyond, [true, true, false, true, false, true, true, false, true]);
    }
}
