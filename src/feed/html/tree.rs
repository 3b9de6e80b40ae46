//! Queries on the tree of elements: names, attributes, texts, the rows and cells of tables.

use dom_query::{LocalName, NodeData, NodeRef};

use super::writer::Raised;

/// Returns the name of an element in lower case, or `None` if the node is not an element.
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

/// Returns the number in an attribute.
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

/// Returns the text of a node and its descendants, at most about `most` bytes.
pub(super) fn text_of(node: &NodeRef<'_>, most: usize) -> String {
    let (mut open, mut text) = (vec![*node], String::new());
    while let Some(node) = open.pop().filter(|_| text.len() < most) {
        if with_text(&node, |own| text.push_str(own)).is_none() {
            open.extend(node.children_it(true));
        }
    }
    text
}

/// Iterates over the direct children of a node that have this name.
pub(super) fn children_named<'t>(node: &NodeRef<'t>, wanted: &'static str) -> impl Iterator<Item = NodeRef<'t>> {
    node.children_it(false).filter(move |child| name_of(child).is_some_and(|name| &*name == wanted))
}

/// Returns the rows of a table, without those of nested tables.
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

/// Whether a cell contains blocks rather than a single line.
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

/// Whether the content of an element is not shown as text.
pub(super) fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "head" | "template" | "link" | "meta" | "title" | "datalist" | "rp" | "source")
}

/// Whether an element that is hidden from screen readers is the generated copy of a formula: it is next to an element
/// that contains `math`.
pub(super) fn is_copy_of_formula(node: &NodeRef<'_>) -> bool {
    let holds_math = |node: NodeRef<'_>| {
        let chain = std::iter::successors(Some(node), NodeRef::first_element_child);
        chain.take(4).any(|node| node.has_name("math"))
    };
    node.prev_element_sibling().is_some_and(holds_math) || node.next_element_sibling().is_some_and(holds_math)
}

/// Whether everything in an element can be written in superscript or subscript characters: digits and signs with or
/// without letters, or a single letter. The letters of an ordinal number stay.
pub(super) fn has_forms(node: &NodeRef<'_>, place: Raised) -> bool {
    let text = text_of(node, 64);
    let text = text.trim();
    let is_one = text.chars().count() == 1 || place == Raised::Below;
    place.all(text).is_some() && (is_one || text.chars().any(|c| !c.is_alphabetic()))
}
