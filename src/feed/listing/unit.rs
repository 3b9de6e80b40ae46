//! One unit of a group: what its main link is, and whether it is about one thing.

use super::groups::Unit;
use super::page::Page;
use super::tree::weight;

/// The main link and the title of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Main {
    /// The number of the address, or `None` if the unit has no link.
    pub target: Option<usize>,
    /// The title.
    pub title: String,
    /// The node that contains the title.
    pub node: usize,
    /// Whether the title is a heading.
    pub is_heading: bool,
    /// Whether no other link says as much.
    pub is_single: bool,
}

/// Words in classes of elements that contain a title.
const TITLES: [&str; 7] = ["title", "headline", "name", "heading", "subject", "tit", "entry-title"];
/// The longest title, in characters.
const LONGEST: usize = 400;
/// The shortest title of an entry without a link, and the most text beside the link in a heading.
const SHORTEST: usize = 8;
const BESIDE: usize = 16;
/// Words in classes of elements within a title that are no part of it.
const BADGES: [&str; 10] = ["badge", "new", "label", "flag", "ico", "icon", "sticky", "pinned", "tag", "time"];
/// The same for screen readers.
const HIDDEN: [&str; 4] = ["sr", "visually", "screen", "hidden"];
/// The longest text of such an element.
const BADGE: usize = 24;
/// Larger titles are taken as they are.
const MOST_NODES: usize = 200;

/// Returns the main link of a unit and its title.
pub fn main_of(page: &Page, unit: Unit) -> Option<Main> {
    let headings = page.headings_in(unit.start, unit.end);
    let links = page.links.within(unit.start, unit.end);
    let mut linked: Vec<(usize, usize)> = Vec::new();
    // A heading within a marked title is the title.
    let inner = |title: usize| page.headings_in(title, page.node(title).end).first().copied().unwrap_or(title);
    let marked = page.title_in(unit.start, unit.end).map(inner);
    for heading in marked.into_iter().chain(headings.iter().copied().take(8)) {
        let inside = page.links.within(heading, page.node(heading).end).iter().find(|link| link.weight > 0);
        let around = || {
            let above = page.tree.ancestors(heading).take(4).take_while(|above| *above >= unit.start);
            let link = |above: usize| page.links.within(above, above + 1).first();
            above.filter(|above| page.node(*above).is("a")).find_map(link)
        };
        if let Some(link) = inside.or_else(around) {
            linked.push((heading, link.target));
        }
    }
    if let Some(&(heading, target)) = linked.first() {
        let is_single =
            linked.iter().filter(|(other, _)| marked.is_none() || *other == heading).all(|(_, other)| *other == target);
        let node = link_of_heading(page, heading).unwrap_or(heading);
        let title = title_of(page, node, page.node(node).end);
        return Some(Main { target: Some(target), title, node, is_heading: true, is_single });
    }
    let best = best_link(page, links);
    if let Some(heading) = marked.or_else(|| headings.first().copied().filter(|_| headings.len() == 1)) {
        let title = text_of(page, heading, page.node(heading).end);
        // A link with a longer text than the heading may be the title below a label.
        let is_title = best.is_none_or(|best| links[best.link].weight <= weight(&title) * 2);
        if is_title {
            let is_single = links
                .iter()
                .filter(|link| !link.is_minor)
                .all(|link| Some(link.target) == best.map(|best| best.target));
            let target = best.map(|best| best.target);
            return Some(Main { target, title: cut(title), node: heading, is_heading: true, is_single });
        }
    }
    let best = best?;
    let link = &links[best.link];
    let node = page.node(link.node);
    let title = title_of(page, link.node, node.end);
    Some(Main { target: Some(link.target), title, node: link.node, is_heading: false, is_single: best.is_single })
}

/// Returns the link in a heading if what stands beside it is short: a badge, a date, the size of a file.
fn link_of_heading(page: &Page, heading: usize) -> Option<usize> {
    let end = page.node(heading).end;
    let mut links = page.links.within(heading + 1, end).iter().filter(|link| link.weight > 0);
    let link = links.next().filter(|_| links.next().is_none())?;
    let rest = weight(&page.tree.text(heading, end)).saturating_sub(link.weight);
    (rest > 0 && rest <= BESIDE && link.weight >= rest * 2).then_some(link.node)
}

/// Returns the title of a unit without a link, if it has a date, and a title where the unit `like` has it: in the same
/// column of a table, or else in its first line.
pub fn linkless(page: &Page, unit: Unit, (like, title): (Unit, usize)) -> Option<Main> {
    let name = page.node(unit.start).name.as_str();
    let is_alike = matches!(name, "tr" | "li" | "article") && page.node(like.start).is(name);
    if !is_alike || !page.dates_in(unit.start, unit.end).iter().any(|date| date.is_alone) {
        return None;
    }
    let (node, title) = if name == "tr" {
        let is_cell = |at: &usize| page.node(*at).is("td");
        let cell = std::iter::once(title).chain(page.tree.ancestors(title)).find(is_cell)?;
        let column = page.tree.children(like.start).take_while(|at| *at != cell).count();
        let own = page.tree.children(unit.start).nth(column).filter(is_cell)?;
        (own, text_of(page, own, page.node(own).end))
    } else {
        let lines = page.tree.lines_in(unit.start, unit.end);
        let first = page.tree.lines[lines].iter().find(|first| weight(&first.text) >= SHORTEST)?;
        (first.nodes.0, first.text.clone())
    };
    let is_date = super::dates::find(&title).iter().any(|date| date.is_alone);
    let is_title = weight(&title) >= SHORTEST && title.chars().any(char::is_alphabetic) && !is_date;
    is_title.then(|| Main { target: None, title: cut(title), node, is_heading: false, is_single: true })
}

#[derive(Debug, Clone, Copy)]
struct Best {
    link: usize,
    target: usize,
    is_single: bool,
}

/// Returns the link that says most.
fn best_link(page: &Page, links: &[super::links::PageLink]) -> Option<Best> {
    let has_major = links.iter().any(|link| !link.is_minor && link.weight > 0);
    let candidates = || links.iter().enumerate().filter(|(_, link)| !link.is_minor || (!has_major && link.weight > 12));
    let points = |link: &super::links::PageLink| {
        let is_title = page.node(link.node).is_named(&TITLES)
            || page.tree.ancestors(link.node).take(1).any(|above| page.node(above).is_named(&TITLES));
        if link.weight == 0 { 0 } else { link.weight.min(120) + if is_title { 60 } else { 0 } }
    };
    let (best, link) = candidates().rev().max_by_key(|(_, link)| points(link))?;
    let most = points(link);
    // Links to other pages that say nearly as much.
    let others = candidates().filter(|(_, other)| other.target != link.target && points(other) * 2 > most).count();
    Some(Best { link: best, target: link.target, is_single: others == 0 })
}

/// Returns the title in a heading or a link: its text, or one of its lines, or the whole title in the attribute.
fn title_of(page: &Page, start: usize, end: usize) -> String {
    let lines = page.tree.lines_in(start, end);
    let is_in = |line: &&super::tree::Line| line.nodes.1 < end;
    let inside: Vec<_> = page.tree.lines[lines].iter().filter(is_in).collect();
    let text = match inside[..] {
        [] | [_] => text_of(page, start, end),
        _ if page.node(start).heading().is_some() => text_of(page, start, end),
        _ => of_card(page, start, end, &inside),
    };
    let attribute = page.tree.nodes[start..end].iter().filter_map(|node| node.attribute("title"));
    let above = page.node(page.node(start).parent).attribute("title");
    let stem = text.trim_end_matches(['…', '.', ' ', '>', '»']);
    let is_cut = stem.len() < text.len() && (text.ends_with("...") || text.ends_with('…')) && weight(stem) > 8;
    let whole = attribute
        .chain(above)
        .map(super::tree::collapse)
        .find(|title| is_cut && title.starts_with(stem) && title.len() > stem.len());
    cut(whole.unwrap_or(text))
}

/// Returns the text of a title without badges and words for screen readers.
fn text_of(page: &Page, start: usize, end: usize) -> String {
    let whole = page.tree.text(start, end);
    if end - start > MOST_NODES {
        return whole;
    }
    let is_hidden = |at: usize| page.node(at).is_named(&HIDDEN);
    let is_badge = |at: usize| {
        let node = page.node(at);
        !node.name.is_empty() && (node.is("time") || node.is_named(&BADGES) || is_hidden(at))
    };
    let mut removed = 0;
    let mut kept = String::new();
    let (mut from, mut at) = (start, start + 1);
    while at < end {
        let inner_end = page.node(at).end;
        let said = if is_badge(at) { weight(&page.tree.text(at, inner_end)) } else { usize::MAX };
        if said <= BADGE {
            removed += if is_hidden(at) { 0 } else { said };
            kept.push_str(&page.tree.text(from, at));
            kept.push(' ');
            (from, at) = (inner_end, inner_end);
        } else {
            at += 1;
        }
    }
    if from == start {
        return whole;
    }
    kept.push_str(&page.tree.text(from, end));
    let kept = super::tree::collapse(&kept);
    if weight(&kept) >= SHORTEST.max(removed) { kept } else { whole }
}

/// Returns the title among the lines of a link around a whole card.
fn of_card(page: &Page, start: usize, end: usize, lines: &[&super::tree::Line]) -> String {
    let of_class = (start + 1..end).find(|at| {
        let node = page.node(*at);
        (node.heading().is_some() || node.is_named(&TITLES))
            && !node.name.is_empty()
            && weight(&page.tree.text(*at, node.end)) > 1
    });
    if let Some(at) = of_class {
        return page.tree.text(at, page.node(at).end);
    }
    let is_title = |line: &&&super::tree::Line| {
        weight(&line.text) >= 12 && !super::dates::find(&line.text).iter().any(|date| date.is_alone)
    };
    let first = lines.iter().find(is_title).or_else(|| lines.iter().max_by_key(|line| weight(&line.text)));
    first.map(|line| line.text.clone()).unwrap_or_default()
}

fn cut(title: String) -> String {
    match title.char_indices().nth(LONGEST) {
        Some((at, _)) => title.get(..at).unwrap_or_default().trim_end().to_owned() + "…",
        None => title,
    }
}
