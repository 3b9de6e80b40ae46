//! Detects items that repeat others of their source, by name.
//!
//! An item with the name and the content of an earlier one is a repetition. With other content, both are identified by
//! name and content; so the identity of a release does not depend on which comes first.

use hashbrown::HashTable;

use super::bloom::BloomFilter;
use crate::release::Identity;
use crate::release::identity::Level;

/// The result of naming an item.
#[derive(Debug, PartialEq, Eq)]
pub enum NameOutcome {
    /// The name is new.
    Own,
    /// Others have the name: the item and the given earlier releases now use these levels.
    Shared(Level, Vec<(u32, Level)>),
    /// The same item came before.
    Repeated,
}

/// The number of possible repetitions up to which names are compared one by one.
const FEW: usize = 64;
/// Numbers from here on are items added to stories; no catalog is this long.
pub const MERGED: u32 = 1 << 31;

/// The names of the items of one source.
///
/// Most feeds repeat nothing. Fast path: ids usually ascend or descend, so an id outside the range seen so far is new
/// without a lookup. Otherwise a Bloom filter answers with one memory access; a hash table, which costs several and
/// twice the memory, is built only for feeds that repeat something.
#[derive(Debug, Default)]
pub struct Names {
    /// The number of the first release.
    first: u32,
    /// The number of items.
    count: u32,
    /// The positions of items added to stories, ascending.
    merged: Vec<u32>,
    /// The name of each item by position, until there is a table.
    hashes: Vec<u64>,
    /// The range of the names so far, numbers and words separate from addresses; useless after an empty name.
    words: Bounds,
    addresses: Bounds,
    is_unreachable: bool,
    sieve: BloomFilter,
    /// How many of the hashes are in the filter, at least.
    sieved: usize,
    doubts: usize,
    table: Option<HashTable<Entry>>,
}

/// The owner of a name.
#[derive(Debug, Clone, Copy)]
struct Entry {
    name: u64,
    place: u32,
    /// Several items have it, so each is identified by more than the name.
    is_shared: bool,
}

impl Names {
    /// Resets for a new source, whose first release has number `first`.
    pub fn begin(&mut self, first: u32) {
        *self = Self { first, ..Self::default() };
    }

    /// Names the next item; `identity_of` returns the identities of earlier releases.
    pub fn name<'a>(&mut self, item: Identity<'_>, identity_of: impl Fn(u32) -> Identity<'a>) -> NameOutcome {
        let (mut name, text) = item.number_and_text();
        if self.is_new(name, text.as_deref()) {
            self.add(name);
            return NameOutcome::Own;
        }
        self.make_table();
        let (mut its_level, mut raised) = (Level::Name, Vec::new());
        for level in [Level::Subject, Level::All] {
            let Some(entry) = self.find(name) else { break };
            let number = self.number(entry.place);
            if !entry.is_shared {
                let known = identity_of(number).at(level);
                if known.at(Level::All).number() == item.at(Level::All).number() {
                    return NameOutcome::Repeated;
                }
                self.share(name);
                self.put(Entry { name: known.number(), place: entry.place, is_shared: false });
                raised.push((number, level));
            }
            (name, its_level) = (item.at(level).number(), level);
        }
        if self.find(name).is_some() {
            return NameOutcome::Repeated;
        }
        self.add(name);
        NameOutcome::Shared(its_level, raised)
    }

    /// Records that the last item was added to a story.
    pub fn merge_last(&mut self) {
        self.merged.push(self.count - 1);
    }

    fn is_new(&mut self, name: u64, text: Option<&str>) -> bool {
        let is_beyond = text.is_some_and(|text| self.reach_of(text).extend(text)) && !self.is_unreachable;
        self.is_unreachable |= text.is_none();
        if self.table.is_some() {
            return self.find(name).is_none();
        }
        if is_beyond || !self.sieve(name) {
            return true;
        }
        self.doubts += 1;
        if self.doubts > FEW {
            self.make_table();
            return self.find(name).is_none();
        }
        !self.hashes.contains(&name)
    }

    /// The range for this kind of text. An id may equal another item's link, so the kind depends on the text alone.
    fn reach_of(&mut self, text: &str) -> &mut Bounds {
        if memchr::memchr2(b'.', b'/', text.as_bytes()).is_some() { &mut self.addresses } else { &mut self.words }
    }

    /// Adds an item with a new name.
    fn add(&mut self, name: u64) {
        match self.table {
            Some(_) => self.put(Entry { name, place: self.count, is_shared: false }),
            None => self.hashes.push(name),
        }
        self.count += 1;
    }

    fn make_table(&mut self) {
        if self.table.is_none() {
            let hashes = std::mem::take(&mut self.hashes);
            self.table = Some(HashTable::with_capacity(hashes.len()));
            self.sieve = BloomFilter::default();
            (0..).zip(hashes).for_each(|(place, name)| self.put(Entry { name, place, is_shared: false }));
        }
    }

    fn find(&self, name: u64) -> Option<Entry> {
        self.table.as_ref()?.find(spread(name), |entry| entry.name == name).copied()
    }

    fn put(&mut self, entry: Entry) {
        if let Some(table) = &mut self.table {
            table.insert_unique(spread(entry.name), entry, |entry| spread(entry.name));
        }
    }

    fn share(&mut self, name: u64) {
        let entry = self.table.as_mut().and_then(|table| table.find_mut(spread(name), |entry| entry.name == name));
        if let Some(entry) = entry {
            entry.is_shared = true;
        }
    }

    /// Inserts a hash into the filter; returns whether it may have been present.
    fn sieve(&mut self, hash: u64) -> bool {
        if self.hashes.len() >= self.sieve.room() {
            self.sieve = BloomFilter::with_room((2 * self.hashes.len()).max(1024));
            self.sieved = 0;
        }
        for &hash in &self.hashes[self.sieved..] {
            self.sieve.put(hash);
        }
        self.sieved = self.hashes.len();
        self.sieve.put(hash)
    }

    /// The number of the release at a position.
    fn number(&self, place: u32) -> u32 {
        match self.merged.binary_search(&place) {
            Ok(at) => MERGED + at as u32,
            Err(before) => self.first + place - before as u32,
        }
    }
}

/// Spreads a hash over all its bits: FNV-1a leaves the high bits of short texts alike.
fn spread(name: u64) -> u64 {
    (name ^ name >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The smallest and greatest of some names; shorter names sort first, like numbers.
#[derive(Debug, Default)]
struct Bounds {
    least: String,
    greatest: String,
}

impl Bounds {
    /// Includes a non-empty name; returns whether it was outside the range.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_extends_the_range_only_if_it_lies_outside() {
        let mut reach = Bounds::default();
        let names = ["5", "7", "6", "12", "5", "4", "100", "11", "2"];
        let beyond = names.map(|name| reach.extend(name));
        assert_eq!(beyond, [true, true, false, true, false, true, true, false, true]);
    }
}
