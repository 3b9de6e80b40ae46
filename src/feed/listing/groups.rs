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
        // Some entries of a list have no link.
        let may_lack_link =
            || matches!(node.name.as_str(), "tr" | "li" | "article") && !page.dates_in(at, node.end).is_empty();
        if node.is_aside || is_leaf || (page.links.within(at, node.end).is_empty() && !may_lack_link()) {
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
            let starts = dated_before(page, at, &starts).unwrap_or(starts);
            let ends = starts.iter().skip(1).copied().chain([node.end]);
            let units = starts.iter().zip(ends).map(|(start, end)| Unit { start: *start, end }).collect();
            groups.push(Group::new(units, at));
        }
    }
    groups
}

/// Returns where the entries begin if a date stands before each of these elements: there.
fn dated_before(page: &Page, parent: usize, starts: &[usize]) -> Option<Vec<usize>> {
    let tree = &page.tree;
    let (first, last) = (*starts.first()?, *starts.last()?);
    let alone = |from: usize, to: usize| page.dates_in(from, to).iter().rev().find(|date| date.is_alone);
    // With a date after the last one, dates may as well follow their entries.
    if alone(first, tree.nodes[first].end).is_some() || alone(tree.nodes[last].end, tree.nodes[parent].end).is_some() {
        return None;
    }
    // The part of the parent that contains a node, text too.
    let part_of =
        |node: usize| std::iter::once(node).chain(tree.ancestors(node)).find(|at| tree.nodes[*at].parent == parent);
    let mut free = parent + 1;
    let mut dated = 0;
    let mut moved = Vec::with_capacity(starts.len());
    for &start in starts {
        let before = alone(free, start).and_then(|date| part_of(date.node));
        // Only what stands right before the first element belongs to it.
        let is_near = |at: &usize| {
            tree.children(parent).skip_while(|child| child <= at).take_while(|child| *child < start).count() < 3
        };
        let before = before.filter(|at| *at >= free && (!moved.is_empty() || is_near(at)));
        if before.is_none() && moved.is_empty() {
            return None;
        }
        dated += usize::from(before.is_some());
        moved.push(before.unwrap_or(start));
        free = tree.nodes[start].end;
    }
    (dated * 10 >= starts.len() * 8).then_some(moved)
}
