//! What is asked of the tree of elements: names, attributes, texts, the rows and cells of tables.

use dom_query::{LocalName, NodeData, NodeRef};

use super::writer::Raised;

/// The name of an element in small letters; `None` for what is none.
pub(super) fn name_of(node: &NodeRef<'_>) -> Option<LocalName> {
    node.element_ref().map(|element| element.name.local.clone())
}

pub(super) fn attribute(node: &NodeRef<'_>, wanted: &str) -> Option<String> {
    let element = node.element_ref()?;
    element.attrs.iter().find(|attribute| &*attribute.name.local == wanted).map(|found| found.value.to_string())
}

pub(super) fn has_attributes(node: &NodeRef<'_>) -> bool {
    node.element_ref().is_some_and(|element| !element.attrs.is_empty())
}

/// A number in an attribute.
pub(super) fn number<N: std::str::FromStr>(node: &NodeRef<'_>, wanted: &str) -> Option<N> {
    attribute(node, wanted)?.trim().parse().ok()
}

/// Calls `read` with the text of a text node.
pub(super) fn with_text<T>(node: &NodeRef<'_>, read: impl FnOnce(&str) -> T) -> Option<T> {
    node.query(|node| match &node.data {
        NodeData::Text { contents } => Some(read(contents)),
        _ => None,
    })?
}

/// The text of a node and all in it; at most about so many bytes.
pub(super) fn text_of(node: &NodeRef<'_>, most: usize) -> String {
    let (mut open, mut text) = (vec![*node], String::new());
    while let Some(node) = open.pop().filter(|_| text.len() < most) {
        if with_text(&node, |own| text.push_str(own)).is_none() {
            open.extend(node.children_it(true));
        }
    }
    text
}

/// Elements in a node that have this name and are no further down than its children.
pub(super) fn children_named<'t>(node: &NodeRef<'t>, wanted: &'static str) -> impl Iterator<Item = NodeRef<'t>> {
    node.children_it(false).filter(move |child| name_of(child).is_some_and(|name| &*name == wanted))
}

/// The rows of a table, not those of tables in it.
pub(super) fn rows<'t>(table: &NodeRef<'t>) -> Vec<NodeRef<'t>> {
    let mut rows = Vec::new();
    for child in table.children_it(false) {
        match name_of(&child).as_deref() {
            Some("tr") => rows.push(child),
            Some("thead" | "tbody" | "tfoot") => rows.extend(children_named(&child, "tr")),
            _ => {}
        }
    }
    rows
}

pub(super) fn cells<'t>(row: &NodeRef<'t>) -> impl Iterator<Item = NodeRef<'t>> {
    row.children_it(false).filter(|cell| matches!(name_of(cell).as_deref(), Some("td" | "th")))
}

/// Whether a cell is more than a line: a text of its own.
pub(super) fn has_blocks(cell: &NodeRef<'_>) -> bool {
    let (mut open, mut paragraphs) = (vec![*cell], 0);
    while let Some(node) = open.pop() {
        match name_of(&node).as_deref() {
            Some("p" | "div") => paragraphs += 1,
            Some(
                "table" | "ul" | "ol" | "dl" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
                | "article" | "section",
            ) => return true,
            _ => {}
        }
        open.extend(node.children_it(false));
    }
    paragraphs > 1
}

/// Elements whose content is no text.
pub(super) fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "head" | "template" | "link" | "meta" | "title" | "datalist" | "rp" | "source")
}

/// Whether what a program made stands beside the formula that it was made of: an element that is hidden from those who
/// hear the page, beside one that holds `math`.
pub(super) fn is_copy_of_formula(node: &NodeRef<'_>) -> bool {
    let holds_math = |node: NodeRef<'_>| {
        let chain = std::iter::successors(Some(node), NodeRef::first_element_child);
        chain.take(4).any(|node| node.has_name("math"))
    };
    node.prev_element_sibling().is_some_and(holds_math) || node.next_element_sibling().is_some_and(holds_math)
}

/// Whether what an element holds is written with the forms for above or below the line: figures and signs with or without
/// letters, or a letter by itself. The letters of an ordinal number stay.
pub(super) fn has_forms(node: &NodeRef<'_>, place: Raised) -> bool {
    let text = text_of(node, 64);
    let text = text.trim();
    let is_one = text.chars().count() == 1 || place == Raised::Below;
    place.all(text).is_some() && (is_one || text.chars().any(|c| !c.is_alphabetic()))
}
