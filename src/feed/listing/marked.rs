//! Entries that a page marks: microdata of schema.org, microformats2 and hAtom.

use rustc_hash::FxHashMap;

use super::groups::{Group, Unit};
use super::page::Page;
use super::tree::Node;

/// The last parts of item types that are entries; events end in `Event`.
const POSTINGS: [&str; 9] = [
    "Article",
    "NewsArticle",
    "BlogPosting",
    "Report",
    "PressRelease",
    "TechArticle",
    "CreativeWork",
    "SocialMediaPosting",
    "SpecialAnnouncement",
];
/// Item types of lists.
const LISTS: [&str; 4] = ["Blog", "ItemList", "CollectionPage", "DataFeed"];
/// An entry with more running text than this is an article, if it is the only one.
const LONG: usize = 1_500;

/// Returns the groups of marked entries: those with the same parent.
pub fn groups_of(page: &Page) -> Vec<Group> {
    let tree = &page.tree;
    let mut found: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    let mut outer_end = 0;
    for (at, node) in tree.nodes.iter().enumerate() {
        if at < outer_end || node.is_aside || !is_entry(node) {
            continue;
        }
        outer_end = node.end;
        found.entry(node.parent).or_default().push(at);
    }
    let group = |(container, nodes): (usize, Vec<usize>)| {
        let is_feed = [container].into_iter().chain(tree.ancestors(container)).any(|at| is_list(page.node(at)));
        let is_short = || nodes.iter().all(|at| page.running_in(*at, page.node(*at).end) < LONG);
        let is_feed = is_feed && (nodes.len() > 1 || is_short());
        let units = nodes.iter().map(|at| Unit { start: *at, end: page.node(*at).end }).collect();
        Group { is_marked: true, is_feed, ..Group::new(units, container) }
    };
    let mut groups: Vec<Group> =
        found.into_iter().map(group).filter(|group| group.is_feed || group.units.len() > 1).collect();
    groups.sort_by_key(|group| group.units[0].start);
    groups
}

/// Returns the only article of a page, if its heading links to it: a list of one.
pub fn only_article(page: &Page) -> Option<Group> {
    let is_article = |(_, node): &(usize, &Node)| node.is("article") && !node.is_aside;
    let mut articles = page.tree.nodes.iter().enumerate().filter(is_article);
    let (at, node) = articles.next().filter(|_| articles.next().is_none())?;
    let heading = *page.headings_in(at, node.end).first()?;
    let is_linked = !page.links.within(heading, page.node(heading).end).is_empty();
    let unit = Unit { start: at, end: node.end };
    is_linked.then(|| Group { is_feed: true, ..Group::new(vec![unit], node.parent) })
}

fn type_of(node: &Node) -> Option<&str> {
    node.attribute("itemtype")?.split_ascii_whitespace().next()?.rsplit(['/', '#']).next()
}

fn is_entry(node: &Node) -> bool {
    let is_type = type_of(node).is_some_and(|name| POSTINGS.contains(&name) || name.ends_with("Event"));
    is_type || node.classes().any(|class| matches!(class, "h-entry" | "hentry" | "h-event" | "vevent"))
}

fn is_list(node: &Node) -> bool {
    type_of(node).is_some_and(|name| LISTS.contains(&name))
        || node.classes().any(|class| matches!(class, "h-feed" | "hfeed"))
}

/// Whether an element contains the title of a marked entry.
pub fn is_title(node: &Node) -> bool {
    let is_property =
        node.attribute("itemprop").is_some_and(|names| names.split_ascii_whitespace().any(|name| name == "headline"));
    is_property && node.attribute("content").is_none()
        || node.classes().any(|class| matches!(class, "p-name" | "entry-title"))
}
