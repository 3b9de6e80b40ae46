//! The order of subscriptions: a new one goes after the last of those that share most of its folder path.

use rustc_hash::FxHashMap;

use crate::text::CleanBuf;

/// A list with insertion in the middle in constant time.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The successor of each element.
    next: Vec<Option<usize>>,
    first: Option<usize>,
    /// For each folder, the last element in or below it; the empty path covers all.
    last: FxHashMap<Vec<CleanBuf>, usize>,
}

impl Order {
    /// Appends an element.
    pub fn push(&mut self, folder: &[CleanBuf]) {
        let behind = self.last.get(&Vec::new()).copied();
        self.insert(folder, behind);
    }

    /// Inserts an element after the last of those that share most of its folder path, or at the end.
    pub fn place(&mut self, folder: &[CleanBuf]) {
        let behind = (0..=folder.len()).rev().find_map(|depth| self.last.get(&folder[..depth]).copied());
        self.insert(folder, behind);
    }

    fn insert(&mut self, folder: &[CleanBuf], behind: Option<usize>) {
        let new = self.next.len();
        let before = behind.map_or(&mut self.first, |at| &mut self.next[at]);
        let next = before.replace(new);
        self.next.push(next);
        // Folders with elements further on keep their last element.
        for depth in 0..=folder.len() {
            let last = self.last.entry(folder[..depth].to_vec()).or_insert(new);
            if Some(*last) == behind {
                *last = new;
            }
        }
    }

    /// Returns the indices of the elements, numbered in order of insertion, in list order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        std::iter::successors(self.first, |&at| self.next[at])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The naive way: scans all elements for each insertion.
    fn plain(folders: &[Vec<CleanBuf>]) -> Vec<usize> {
        let mut list: Vec<usize> = Vec::new();
        for (new, folder) in folders.iter().enumerate() {
            let common = |&one: &usize| folders[one].iter().zip(folder).take_while(|(a, b)| a == b).count();
            let nearest = list.iter().enumerate().map(|(at, one)| (common(one), at + 1)).max();
            let at = nearest.filter(|(common, _)| *common > 0).map_or(list.len(), |(_, behind)| behind);
            list.insert(at, new);
        }
        list
    }

    proptest! {
        #[test]
        fn insertion_agrees_with_a_full_scan(folders in prop::collection::vec(prop::collection::vec("[ab]", 0..4), 0..20)) {
            let folders: Vec<Vec<CleanBuf>> =
                folders.iter().map(|folder| folder.iter().map(|name| CleanBuf::line(name)).collect()).collect();
            let mut order = Order::default();
            for folder in &folders {
                order.place(folder);
            }
            prop_assert_eq!(order.iter().collect::<Vec<_>>(), plain(&folders));
        }
    }
}
