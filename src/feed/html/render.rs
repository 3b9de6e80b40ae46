//! Renders a tree of elements as text with spans.
//!
//! The text is readable without the spans: markers before list items, numbers where the list has them, ` | ` between
//! cells, an empty line between paragraphs. Spans add what the text cannot show. `tree` queries elements, `writer`
//! writes text.

mod lists;
mod math;
mod media;
pub(super) mod simple;
mod tables;

use dom_query::NodeRef;

use super::attributes::WHITE;
use super::tree::{attribute, has_attributes, has_forms, is_copy_of_formula, is_hidden, name_of, text_of, with_text};
use super::writer::{PendingSpace, Raised, Rich, Whitespace, Writer};
use crate::feed::autolink;
use crate::release::Style;

/// Elements deeper than this contribute only their text.
const DEEPEST: usize = 400;
/// The most bytes of text; rendering then stops.
pub(super) const LONGEST: usize = 16 << 20;
/// The most links of one text.
pub(super) const LINKS: usize = 9_999;

/// A link whose content is being rendered.
struct OpenLink {
    number: usize,
    /// The length of the text before it.
    at: usize,
    /// Its span.
    place: usize,
}

/// Renders trees as text, one after another.
#[derive(Default)]
pub(super) struct Renderer {
    out: Writer,
    /// The number of enclosing lists.
    depth: usize,
    /// Whether there is an enclosing link.
    is_linked: bool,
    /// Whether there is an enclosing code element.
    is_code: bool,
    /// The last description of a picture.
    last_picture: String,
    /// The base of the text's addresses, if it declares one.
    base: Option<url::Url>,
}

impl Renderer {
    /// Makes a renderer. With `keeps_lines`, line breaks of the source are kept.
    pub fn new(keeps_lines: bool) -> Self {
        let mut renderer = Self::default();
        renderer.out.white = if keeps_lines { Whitespace::Lines } else { Whitespace::Collapsed };
        renderer
    }

    /// Renders a tree after what was rendered before.
    pub fn tree(&mut self, root: &NodeRef<'_>) {
        self.children(root, 0);
    }

    /// Renders text without elements.
    pub fn words(&mut self, text: &str) {
        if self.is_linked || self.is_code {
            return self.out.text(text);
        }
        let mut at = 0;
        for (range, address) in autolink::addresses(text) {
            self.out.text(text.get(at..range.start).unwrap_or_default());
            at = range.end;
            self.leading_to(address.into_owned(), |this| this.out.text(text.get(range).unwrap_or_default()));
        }
        self.out.text(text.get(at..).unwrap_or_default());
    }

    /// Whether the text has reached its maximum length.
    pub fn is_full(&self) -> bool {
        self.out.rich.text.len() > LONGEST
    }

    /// Returns the whole text.
    pub fn finish(self) -> Rich {
        self.out.rich
    }

    fn children(&mut self, node: &NodeRef<'_>, level: usize) {
        if level > DEEPEST {
            return self.flat(node);
        }
        for child in node.children_it(false) {
            self.node(&child, level + 1);
        }
    }

    /// Renders the text of elements that are too deep, without recursion.
    fn flat(&mut self, node: &NodeRef<'_>) {
        let mut open = vec![*node];
        while let Some(node) = open.pop() {
            if with_text(&node, |text| self.words(text)).is_none()
                && !name_of(&node).is_some_and(|name| is_hidden(&name))
            {
                open.extend(node.children_it(true));
            }
        }
    }

    fn node(&mut self, node: &NodeRef<'_>, level: usize) {
        if with_text(node, |text| self.words(text)).is_some() {
            return;
        }
        let Some(name) = name_of(node).filter(|name| !is_hidden(name)) else { return };
        if !has_attributes(node) {
            return self.element(node, &name, level);
        }
        let has = |name| attribute(node, name).is_some();
        if has("hidden") || (has("aria-hidden") && is_copy_of_formula(node)) {
            return;
        }
        let before = self.out.white;
        match attribute(node, WHITE).as_deref() {
            _ if before == Whitespace::Cell => {}
            Some("lines") => self.out.white = Whitespace::Lines,
            Some("normal") => self.out.white = Whitespace::Collapsed,
            Some("pre") => return self.preformatted(node, level),
            _ => {}
        }
        self.element(node, &name, level);
        self.out.white = before;
    }

    fn element(&mut self, node: &NodeRef<'_>, name: &str, level: usize) {
        match name {
            "br" => self.out.line_break(),
            "hr" => self.out.part(PendingSpace::Paragraph),
            "wbr" => {}
            "img" => self.image(node),
            "picture" => self.picture(node, level),
            "iframe" | "embed" | "object" | "video" | "audio" => self.medium(node, name, level),
            "math" => self.formula(node),
            "base" => self.base = attribute(node, "href").and_then(|base| url::Url::parse(base.trim()).ok()),
            "a" => self.link(node, level),
            "code" | "kbd" | "samp" | "tt" => self.code(node, level),
            "q" => {
                self.out.text("“");
                self.children(node, level);
                self.out.text("”");
            }
            "sup" => self.raised(node, Raised::Above, level),
            "sub" => self.raised(node, Raised::Below, level),
            "rt" | "rtc" => self.reading(node, name, level),
            "pre" => self.preformatted(node, level),
            "ul" | "ol" | "menu" | "dir" | "dl" => self.list(node, name, level),
            "li" => self.item(node, None, level),
            "table" => self.table(node, level),
            "input" => self.input(node),
            "textarea" => self.lines(node, level),
            "optgroup" | "option" => self.choice(node, level),
            "time" | "data" | "meter" | "progress" => self.value(node, name, level),
            _ => match (gap_of(name), style_of(name)) {
                (Some(gap), Some(style)) => self.block(gap, |this| this.styled(node, style, level)),
                (Some(gap), None) => self.block(gap, |this| this.children(node, level)),
                (None, Some(style)) => self.styled(node, style, level),
                (None, None) => self.children(node, level),
            },
        }
    }

    /// Renders content with a break before and after.
    fn block(&mut self, gap: PendingSpace, content: impl FnOnce(&mut Self)) {
        self.out.part(gap);
        content(self);
        self.out.part(gap);
    }

    fn styled(&mut self, node: &NodeRef<'_>, style: Style, level: usize) {
        self.span(style, |this| this.children(node, level));
    }

    /// Gives everything that `content` writes this style.
    fn span(&mut self, style: Style, content: impl FnOnce(&mut Self)) {
        let place = self.out.begin(style);
        content(self);
        self.out.end(place);
    }

    fn link(&mut self, node: &NodeRef<'_>, level: usize) {
        let href = attribute(node, "href").map(|href| href.trim().to_owned()).unwrap_or_default();
        // A link within the same text is useless here.
        if href.is_empty() || href.starts_with('#') {
            return self.children(node, level);
        }
        let around = std::mem::replace(&mut self.is_linked, true);
        self.leading_to(href, |this| {
            let before = this.out.rich.text.len();
            this.children(node, level);
            if this.out.rich.text.len() == before
                && let Some(name) = attribute(node, "title").or_else(|| attribute(node, "aria-label"))
            {
                this.out.text(&name);
            }
        });
        self.is_linked = around;
    }

    /// Links everything that `content` writes to an address.
    fn leading_to(&mut self, address: String, content: impl FnOnce(&mut Self)) {
        let link = self.begin_link(address);
        content(self);
        self.end_link(link.as_ref());
    }

    /// Begins a link to an address, unless there are too many.
    fn begin_link(&mut self, address: String) -> Option<OpenLink> {
        let number = self.out.rich.links.len();
        if number >= LINKS {
            return None;
        }
        let address = self.joined(address);
        self.out.rich.links.push((String::new(), address));
        let at = self.out.rich.text.len();
        Some(OpenLink { number, at, place: self.out.begin(Style::Link(number as u16)) })
    }

    fn end_link(&mut self, link: Option<&OpenLink>) {
        let Some(&OpenLink { number, at, place }) = link else { return };
        self.out.end(place);
        self.out.rich.text.get(at..).unwrap_or_default().trim().clone_into(&mut self.out.rich.links[number].0);
    }

    /// Returns an address relative to the base that the text declares.
    fn joined(&self, address: String) -> String {
        match &self.base {
            Some(base) => base.join(&address).map_or(address, String::from),
            None => address,
        }
    }

    fn code(&mut self, node: &NodeRef<'_>, level: usize) {
        let around = std::mem::replace(&mut self.is_code, true);
        if self.out.white == Whitespace::Preformatted {
            self.children(node, level);
        } else {
            self.styled(node, Style::Code, level);
        }
        self.is_code = around;
    }

    fn raised(&mut self, node: &NodeRef<'_>, place: Raised, level: usize) {
        let place = if has_forms(node, place) { place } else { Raised::No };
        let before = std::mem::replace(&mut self.out.raised, place);
        self.children(node, level);
        self.out.raised = before;
    }

    /// Renders the reading of a word after it (ruby).
    fn reading(&mut self, node: &NodeRef<'_>, name: &str, level: usize) {
        if text_of(node, 1).trim().is_empty() || (name == "rtc" && node.first_element_child().is_some()) {
            return self.children(node, level);
        }
        self.out.gap = PendingSpace::None;
        self.out.text("(");
        self.children(node, level);
        self.out.gap = PendingSpace::None;
        self.out.text(")");
    }

    fn preformatted(&mut self, node: &NodeRef<'_>, level: usize) {
        let within = if self.out.white == Whitespace::Cell { Whitespace::Cell } else { Whitespace::Preformatted };
        let before = std::mem::replace(&mut self.out.white, within);
        self.block(PendingSpace::Paragraph, |this| this.styled(node, Style::Preformatted, level));
        self.out.white = before;
    }

    /// Renders a block whose line breaks are kept.
    fn lines(&mut self, node: &NodeRef<'_>, level: usize) {
        let within = if self.out.white == Whitespace::Cell { Whitespace::Cell } else { Whitespace::Lines };
        let before = std::mem::replace(&mut self.out.white, within);
        self.block(PendingSpace::Line, |this| this.children(node, level));
        self.out.white = before;
    }

    /// Renders a form field: its value, or whether it is ticked.
    fn input(&mut self, node: &NodeRef<'_>) {
        let kind = attribute(node, "type").unwrap_or_default().trim().to_ascii_lowercase();
        let is_checked = attribute(node, "checked").is_some();
        match kind.as_str() {
            "checkbox" => self.tick(if is_checked { "☑" } else { "☐" }),
            "radio" => self.tick(if is_checked { "◉" } else { "○" }),
            "hidden" | "password" | "file" | "color" | "range" => {}
            "image" => self.out.text(&attribute(node, "alt").unwrap_or_default()),
            _ => self.out.text(&attribute(node, "value").unwrap_or_default()),
        }
    }

    fn tick(&mut self, mark: &str) {
        self.out.text(mark);
        self.out.gap = PendingSpace::Blank;
    }

    /// Renders the options of a form's list.
    fn choice(&mut self, node: &NodeRef<'_>, level: usize) {
        self.block(PendingSpace::Line, |this| {
            if let Some(label) = attribute(node, "label") {
                this.out.text(&label);
                this.out.part(PendingSpace::Line);
            }
            this.children(node, level);
        });
    }

    /// Renders a machine-readable value from an attribute if the element shows nothing else.
    fn value(&mut self, node: &NodeRef<'_>, name: &str, level: usize) {
        let before = self.out.rich.text.len();
        self.children(node, level);
        if self.out.rich.text.len() == before {
            let value = attribute(node, if name == "time" { "datetime" } else { "value" });
            self.out.text(&value.unwrap_or_default());
        }
    }
}

/// Returns the gap before and after an element, if it is a block of text without other features.
fn gap_of(name: &str) -> Option<PendingSpace> {
    Some(match name {
        "p" | "article" | "section" | "figure" | "fieldset" | "details" | "caption" | "blockquote" | "h1" | "h2"
        | "h3" | "h4" | "h5" | "h6" => PendingSpace::Paragraph,
        "address" | "applet" | "aside" | "body" | "center" | "dialog" | "div" | "figcaption" | "footer" | "form"
        | "header" | "hgroup" | "html" | "legend" | "main" | "map" | "marquee" | "nav" | "search" | "select"
        | "summary" | "td" | "th" | "tr" | "dt" | "dd" => PendingSpace::Line,
        _ => return None,
    })
}

/// Returns the style that an element gives to its text.
fn style_of(name: &str) -> Option<Style> {
    Some(match name {
        "em" | "i" | "cite" | "dfn" | "var" => Style::Emphasis,
        "strong" | "b" | "dt" => Style::Strong,
        "s" | "del" | "strike" => Style::Struck,
        "dd" => Style::Inset,
        "blockquote" => Style::Quote,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Style::Heading(name.bytes().last().map_or(1, |digit| digit - b'0')),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
