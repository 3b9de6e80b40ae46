//! A page as an array of nodes in document order, so that everything below a node is a range of it.

use dom_query::{Document, Matcher, NodeData, NodeId, NodeRef};
use rustc_hash::FxHashMap;

use crate::feed::html;

/// The most nodes that are examined.
const MOST: usize = 400_000;
/// The deepest nodes that are examined.
const DEEPEST: usize = 200;
/// The attributes that matter here.
const KEPT: [&str; 27] = [
    "href",
    "class",
    "id",
    "itemprop",
    "itemscope",
    "itemtype",
    "datetime",
    "title",
    "content",
    "rel",
    "role",
    "hidden",
    "aria-hidden",
    "alt",
    "rowspan",
    "lang",
    "name",
    "property",
    "value",
    "type",
    "itemid",
    "style",
    "aria-modal",
    "data-datetime",
    "data-date",
    "data-time",
    "data-published",
];

/// An element or a text.
#[derive(Debug, Default)]
pub struct Node {
    /// The name of the element; empty for a text.
    pub name: String,
    /// The number of the parent; that of the root is its own.
    pub parent: usize,
    /// The number after the last node below it.
    pub end: usize,
    attributes: Vec<(&'static str, String)>,
    /// The text of a text node.
    pub text: String,
    /// Whether it is not part of the content: navigation, a footer, something hidden.
    pub is_aside: bool,
    /// The text line that it belongs to, if it is a text.
    pub line: usize,
}

impl Node {
    pub fn attribute(&self, wanted: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    }

    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Iterates over its classes.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether a class, the id or an item property contains one of these words, as `entry-title` contains `title`.
    pub fn is_named(&self, words: &[&str]) -> bool {
        let names = ["class", "id", "itemprop"].into_iter().filter_map(|name| self.attribute(name));
        names.flat_map(str::split_ascii_whitespace).any(|name| {
            let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric());
            parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
        })
    }

    /// The level of a heading.
    pub fn heading(&self) -> Option<u8> {
        match self.name.as_bytes() {
            [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
            _ if self.attribute("role") == Some("heading") => Some(3),
            _ => None,
        }
    }
}

/// The text between two boundaries of blocks or line breaks.
#[derive(Debug, Default)]
pub struct Line {
    /// The text, without surrounding white space and with single blanks.
    pub text: String,
    /// The numbers of the first and the last of its text nodes.
    pub nodes: (usize, usize),
    /// The innermost block that contains it.
    pub block: usize,
    /// The bytes of it that are links.
    pub linked: usize,
    /// Whether it is outside the content.
    pub is_aside: bool,
}

/// A page.
#[derive(Debug, Default)]
pub struct Tree {
    pub nodes: Vec<Node>,
    pub lines: Vec<Line>,
}

impl Tree {
    /// Parses tamed markup.
    pub fn of(markup: &str) -> Self {
        Self::with_matches(markup, &[], None).0
    }

    /// Parses tamed markup. Returns the numbers of the elements that each selector matches, too. Whatever the selector
    /// with the number `content` matches is content, wherever it stands.
    pub fn with_matches(markup: &str, selectors: &[Matcher], content: Option<usize>) -> (Self, Vec<Vec<usize>>) {
        let document = Document::from(markup);
        let mut bits: FxHashMap<NodeId, u64> = FxHashMap::default();
        for (number, selector) in selectors.iter().enumerate().take(64) {
            for node in document.select_matcher(selector).nodes() {
                *bits.entry(node.id).or_default() |= 1 << number;
            }
        }
        let matches = vec![Vec::new(); selectors.len()];
        let content = content.map_or(0, |number| 1 << number);
        let (tree, line) = (Self::default(), Line::default());
        let mut builder =
            Builder { tree, line, is_in_article: 0, is_in_link: 0, bits, matches, content, is_in_content: 0 };
        builder.element(&document.html_root(), 0, 0, false, 0);
        builder.end_line(0);
        (builder.tree, builder.matches)
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The ancestors of a node from the inside out, without itself.
    pub fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> {
        let next = |&at: &usize| Some(self.nodes[at].parent).filter(|parent| *parent != at);
        std::iter::successors(next(&node), move |at| next(at))
    }

    /// The elements directly below a node.
    pub fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes[node].end;
        let next = move |at: usize| Some(at).filter(|at| *at < end);
        std::iter::successors(next(node + 1), move |at| next(self.nodes[*at].end))
            .filter(|child| !self.nodes[*child].name.is_empty())
    }

    /// The text of a range of nodes, with single blanks.
    pub fn text(&self, start: usize, end: usize) -> String {
        let mut text = String::new();
        let mut line = None;
        for node in &self.nodes[start..end.min(self.len())] {
            if node.name.is_empty() && !node.text.is_empty() {
                if line.is_some_and(|line| line != node.line) {
                    text.push(' ');
                }
                line = Some(node.line);
                text.push_str(&node.text);
            }
        }
        collapse(&text)
    }

    /// The numbers of the lines whose first text is in a range of nodes.
    pub fn lines_in(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let first = self.lines.partition_point(|line| line.nodes.0 < start);
        let last = self.lines.partition_point(|line| line.nodes.0 < end);
        first..last.max(first)
    }
}

/// Replaces runs of white space by single blanks.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The length of a text, where a character of a script without spaces counts as several.
pub fn weight(text: &str) -> usize {
    let of = |c: char| match c {
        c if c.is_whitespace() => 0,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' => 3,
        c if c.is_alphanumeric() => 1,
        _ => 0,
    };
    text.chars().map(of).sum()
}

struct Builder {
    tree: Tree,
    line: Line,
    is_in_article: usize,
    is_in_link: usize,
    /// The selectors that match an element, as bits; and the elements that each matches.
    bits: FxHashMap<NodeId, u64>,
    matches: Vec<Vec<usize>>,
    /// The selector of content, as a bit, and how many such elements contain the next one.
    content: u64,
    is_in_content: usize,
}

impl Builder {
    /// Adds a node and everything below it.
    fn element(&mut self, node: &NodeRef<'_>, parent: usize, block: usize, is_aside: bool, depth: usize) {
        if self.tree.len() >= MOST || depth > DEEPEST {
            return;
        }
        let at = self.tree.len();
        let text = node.query(|node| match &node.data {
            NodeData::Text { contents } => Some(contents.to_string()),
            _ => None,
        });
        if let Some(text) = text.flatten() {
            return self.text(text, parent, block, is_aside);
        }
        let Some(element) = node.element_ref() else { return };
        let name = element.name.local.to_string();
        let mut attributes = Vec::new();
        for attribute in &element.attrs {
            if let Some(kept) = KEPT.iter().find(|kept| **kept == &*attribute.name.local) {
                attributes.push((*kept, attribute.value.to_string()));
            }
        }
        drop(element);
        let mut own = Node { name, parent, end: at + 1, attributes, is_aside, ..Node::default() };
        let matched = self.bits.get(&node.id).copied().unwrap_or(0);
        for (number, found) in self.matches.iter_mut().enumerate() {
            if matched & 1 << number != 0 {
                found.push(at);
            }
        }
        let is_content = matched & self.content != 0;
        self.is_in_content += usize::from(is_content);
        own.is_aside = self.is_in_content == 0 && (own.is_aside || is_outside(&own, self.is_in_article > 0));
        let (is_aside, is_block, is_link) =
            (own.is_aside, html::is_block(&own.name) || own.is("br"), own.is("a") && own.attribute("href").is_some());
        let is_article =
            matches!(own.name.as_str(), "article" | "li" | "tr") || own.is_named(&["hentry", "entry", "post"]);
        self.tree.nodes.push(own);
        if is_block {
            self.end_line(block);
        }
        let inner = if is_block { at } else { block };
        self.is_in_article += usize::from(is_article);
        self.is_in_link += usize::from(is_link);
        for child in node.children_it(false) {
            self.element(&child, at, inner, is_aside, depth + 1);
        }
        self.is_in_article -= usize::from(is_article);
        self.is_in_link -= usize::from(is_link);
        self.is_in_content -= usize::from(is_content);
        if is_block {
            self.end_line(inner);
        }
        self.tree.nodes[at].end = self.tree.len();
    }

    fn text(&mut self, text: String, parent: usize, block: usize, is_aside: bool) {
        let at = self.tree.len();
        let is_blank = text.trim().is_empty();
        if !is_blank {
            if self.line.text.trim().is_empty() {
                self.line.nodes.0 = at;
                self.line.block = block;
            }
            self.line.nodes.1 = at;
            self.line.linked += if self.is_in_link > 0 { text.trim().len() } else { 0 };
            self.line.is_aside |= is_aside;
        }
        self.line.text.push_str(&text);
        let line = self.tree.lines.len();
        self.tree.nodes.push(Node { parent, end: at + 1, text, is_aside, line, ..Node::default() });
    }

    fn end_line(&mut self, _block: usize) {
        let mut line = std::mem::take(&mut self.line);
        line.text = collapse(&line.text);
        if !line.text.is_empty() {
            self.tree.lines.push(line);
        }
    }
}

/// Whether an element is not part of the content.
fn is_outside(node: &Node, is_in_article: bool) -> bool {
    let role = node.attribute("role").unwrap_or_default();
    let is_hidden = node.attribute("hidden").is_some()
        || node.attribute("aria-modal") == Some("true")
        || node.attribute("style").is_some_and(hides);
    match node.name.as_str() {
        "nav" | "footer" | "header" => !is_in_article,
        "aside" | "select" | "button" | "textarea" | "dialog" | "head" | "title" | "style" | "script" | "iframe"
        | "option" | "noscript" | "object" => true,
        _ => {
            is_hidden
                || matches!(
                    role,
                    "navigation"
                        | "banner"
                        | "contentinfo"
                        | "search"
                        | "dialog"
                        | "alertdialog"
                        | "menu"
                        | "menubar"
                        | "complementary"
                ) && !is_in_article
        }
    }
}

fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).take(200).collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}
