//! Which names the items of one source have, so that an item that comes twice is one release.
//!
//! The first item with a name is kept. A later one of that name is the same again, unless it leads elsewhere:
//! publishers use numbers twice, and nothing of theirs is lost for it. Then it goes by a second name.

use rustc_hash::FxHashMap;

use crate::release::Identity;
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

/// The names of one source: 32 bits of a hash of each to the number of its release. What looks equal is compared.
#[derive(Debug, Default)]
pub struct Names {
    numbers: FxHashMap<u32, u32>,
}

impl Names {
    /// Forgets all: another source begins.
    pub fn clear(&mut self) {
        self.numbers = FxHashMap::default();
    }

    /// What the item is called, `identity_of` giving the releases before it.
    pub fn naming<'a>(&self, item: Identity<'_>, identity_of: impl Fn(u32) -> Identity<'a>) -> Naming {
        let Some(first) = self.find(item, &identity_of) else { return Naming::Own };
        if !item.differs_from(&first) {
            return Naming::Repeated;
        }
        let second = item.second_name();
        match self.find(Identity { id: second.as_clean(), ..item }, &identity_of) {
            Some(_) => Naming::Repeated,
            None => Naming::Second(second),
        }
    }

    fn find<'a>(&self, item: Identity<'_>, identity_of: &impl Fn(u32) -> Identity<'a>) -> Option<Identity<'a>> {
        let mut key = key(item);
        while let Some(&number) = self.numbers.get(&key) {
            let known = identity_of(number);
            if known.is_named_as(&item) {
                return Some(known);
            }
            key = key.wrapping_add(1);
        }
        None
    }

    /// Release `number` has this name from now on.
    pub fn add(&mut self, item: Identity<'_>, number: u32) {
        let mut key = key(item);
        while self.numbers.contains_key(&key) {
            key = key.wrapping_add(1);
        }
        self.numbers.insert(key, number);
    }
}

fn key(item: Identity<'_>) -> u32 {
    let number = item.number();
    (number ^ (number >> 32)) as u32
}
