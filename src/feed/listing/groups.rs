//! Repeated elements: the rows of a list, with any markup.
//!
//! Elements of one name are a group if they have the same parent, or parents that are alike and have the same parent: so
//! the rows of several tables are one list. Where an entry is several elements side by side, each heading, term or rule
//! begins one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::page::Page;

/// The fewest elements that repeat.
const FEWEST: usize = 2;
/// The most classes of an element that may define a group.
const CLASSES: usize = 4;
/// The most kinds of elements below one that may begin an entry.
const KINDS: usize = 8;

/// The nodes of what may be an entry: the first, and that after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit {
    pub start: usize,
    pub end: usize,
}

/// Units that look alike, in document order.
#[derive(Debug)]
pub struct Group {
    pub units: Vec<Unit>,
    /// The node that contains all units.
    pub container: usize,
    /// Whether the page marks the units as entries (microdata, microformats).
    pub is_marked: bool,
    /// Whether it is the whole of a list that the page marks.
    pub is_feed: bool,
}

impl Group {
    pub fn new(units: Vec<Unit>, container: usize) -> Self {
        Self { units, container, is_marked: false, is_feed: false }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key<'t> {
    top: usize,
    path: [&'t str; 3],
    class: &'t str,
}

/// Returns all groups of the content.
pub fn groups_of(page: &Page) -> Vec<Group> {
    let tree = &page.tree;
    let mut found: FxHashMap<Key<'_>, Vec<usize>> = FxHashMap::default();
    for (at, node) in tree.nodes.iter().enumerate() {
        let is_leaf = matches!(node.name.as_str(), "" | "br" | "img" | "html" | "body" | "thead" | "tbody" | "td");
        if node.is_aside || is_leaf || page.links.within(at, node.end).is_empty() {
            continue;
        }
        let name = node.name.as_str();
        let mut add = |top, path, class| found.entry(Key { top, path, class }).or_default().push(at);
        let parent = node.parent;
        add(parent, ["", "", name], "");
        for class in node.classes().filter(|class| !class.bytes().any(|byte| byte.is_ascii_digit())).take(CLASSES) {
            add(parent, ["", "", name], class);
        }
        let above = tree.nodes[parent].parent;
        if above != parent {
            let parent_name = tree.nodes[parent].name.as_str();
            add(above, ["", parent_name, name], "");
            let top = tree.nodes[above].parent;
            if top != above {
                add(top, [tree.nodes[above].name.as_str(), parent_name, name], "");
            }
        }
    }
    let mut seen: FxHashSet<Vec<usize>> = FxHashSet::default();
    let mut groups: Vec<Group> = Vec::new();
    for (key, nodes) in found {
        if nodes.len() >= FEWEST && seen.insert(nodes.clone()) {
            let units = nodes.iter().map(|at| Unit { start: *at, end: tree.nodes[*at].end }).collect();
            groups.push(Group::new(units, key.top));
        }
    }
    groups.extend(flat(page));
    groups.sort_by_key(|group| (group.units[0].start, group.units.len(), group.units[0].end));
    groups
}

/// Returns groups whose units are several elements side by side.
fn flat(page: &Page) -> Vec<Group> {
    let tree = &page.tree;
    let mut groups = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        if node.is_aside || node.name.is_empty() || page.links.within(at, node.end).len() < 3 {
            continue;
        }
        let mut kinds: Vec<(u64, Vec<usize>)> = Vec::new();
        let mut count = 0;
        for child in tree.children(at).filter(|child| !tree.nodes[*child].is_aside) {
            count += 1;
            let form = page.form(child);
            match kinds.iter().position(|(known, _)| *known == form) {
                Some(kind) => kinds[kind].1.push(child),
                None if kinds.len() < KINDS => kinds.push((form, vec![child])),
                None => {}
            }
        }
        for (_, starts) in kinds {
            if starts.len() < 3 || starts.len() * 3 < count / 4 || starts.len() == count {
                continue;
            }
            let ends = starts.iter().skip(1).copied().chain([node.end]);
            let units = starts.iter().zip(ends).map(|(start, end)| Unit { start: *start, end }).collect();
            groups.push(Group::new(units, at));
        }
    }
    groups
}
