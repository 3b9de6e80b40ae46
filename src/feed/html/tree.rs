//! What is asked of the tree of elements: names, attributes, texts, the rows and cells of tables.

use html2text::{Element, Handle};

use super::writer::raised;

/// The name of an element in small letters; empty for what is none.
pub(super) fn name_of(node: &Handle) -> String {
    match &node.data {
        Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

pub(super) fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    let Element { attrs, .. } = &node.data else { return None };
    attrs.borrow().iter().find(|attribute| &*attribute.name.local == wanted).map(|found| found.value.to_string())
}

/// The text of a text node. The library tells it only as markup.
pub(super) fn own_text(node: &Handle) -> Option<String> {
    if !matches!(&node.data, Element { .. } | html2text::Comment { .. } | html2text::Document) {
        let mut markup = Vec::new();
        node.serialize(&mut markup).ok()?;
        let text = String::from_utf8(markup).ok()?;
        // A document type or a processing instruction.
        if text.starts_with('<') {
            return Some(String::new());
        }
        if !text.contains('&') {
            return Some(text);
        }
        return Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&"));
    }
    None
}

/// The rows of a table, not those of tables in it.
pub(super) fn rows(table: &Handle) -> Vec<Handle> {
    let mut rows = Vec::new();
    for child in table.children.borrow().iter() {
        match name_of(child).as_str() {
            "tr" => rows.push(child.clone()),
            "thead" | "tbody" | "tfoot" => {
                rows.extend(child.children.borrow().iter().filter(|row| name_of(row) == "tr").cloned());
            }
            _ => {}
        }
    }
    rows
}

pub(super) fn cells(row: &Handle) -> Vec<Handle> {
    let is_cell = |cell: &&Handle| matches!(name_of(cell).as_str(), "td" | "th");
    row.children.borrow().iter().filter(is_cell).cloned().collect()
}

/// Whether a cell is more than a line: a text of its own.
pub(super) fn has_blocks(cell: &Handle) -> bool {
    let (mut open, mut paragraphs) = (vec![cell.clone()], 0);
    while let Some(node) = open.pop() {
        match name_of(&node).as_str() {
            "p" | "div" => paragraphs += 1,
            "table" | "ul" | "ol" | "dl" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "article" | "section" => return true,
            _ => {}
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    paragraphs > 1
}

/// Elements whose content is no text.
pub(super) fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "head" | "template" | "link" | "meta")
}

pub(super) fn first_number(list: &Handle) -> i64 {
    attribute(list, "start").and_then(|start| start.trim().parse().ok()).unwrap_or(1)
}

pub(super) fn is_number(node: &Handle) -> bool {
    let mut open = vec![node.clone()];
    while let Some(node) = open.pop() {
        if own_text(&node).is_some_and(|text| text.trim().chars().any(|c| raised(c) == c)) {
            return false;
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    true
}
