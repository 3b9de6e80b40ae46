//! The order of subscriptions: a new one stands behind the last of those that share most of its folder.

use rustc_hash::FxHashMap;

use crate::text::CleanBuf;

/// A list that grows in the middle, at the same cost whatever its length.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// What stands behind each element.
    next: Vec<Option<usize>>,
    first: Option<usize>,
    /// The last of those that lie in a folder or below it, by the folder; all lie below the empty one.
    last: FxHashMap<Vec<CleanBuf>, usize>,
}

impl Order {
    /// Adds an element at the end.
    pub fn push(&mut self, folder: &[CleanBuf]) {
        let behind = self.last.get(&Vec::new()).copied();
        self.insert(folder, behind);
    }

    /// Adds an element behind the last of those that share most of its folder, or at the end.
    pub fn place(&mut self, folder: &[CleanBuf]) {
        let behind = (0..=folder.len()).rev().find_map(|depth| self.last.get(&folder[..depth]).copied());
        self.insert(folder, behind);
    }

    fn insert(&mut self, folder: &[CleanBuf], behind: Option<usize>) {
        let new = self.next.len();
        let before = behind.map_or(&mut self.first, |at| &mut self.next[at]);
        let next = before.replace(new);
        self.next.push(next);
        // Of the folders that hold elements further behind, another one stays the last.
        for depth in 0..=folder.len() {
            let last = self.last.entry(folder[..depth].to_vec()).or_insert(new);
            if Some(*last) == behind {
                *last = new;
            }
        }
    }

    /// The numbers of the elements, as they were added, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        std::iter::successors(self.first, |&at| self.next[at])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The plain way: looks at all for each.
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
        fn each_stands_where_a_look_at_all_puts_it(folders in prop::collection::vec(prop::collection::vec("[ab]", 0..4), 0..20)) {
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
