//! The text of a drawing: its title, or else its words.

use super::names::{Kind, element};
use super::tokens::Tag;

/// HTML elements that end an unclosed drawing (HTML, 13.2.6.5), in addition to all blocks.
const ENDING: [&str; 14] =
    ["b", "big", "br", "code", "em", "hr", "i", "img", "s", "small", "span", "strong", "sub", "sup"];

/// A drawing while it is read.
pub struct Drawing {
    /// The number of open drawings, including itself.
    depth: usize,
    title: String,
    /// Whether an attribute has given the title.
    is_named: bool,
    words: String,
    /// The element whose text is being read.
    inside: Option<&'static str>,
}

impl Drawing {
    pub fn new(tag: Tag<'_>) -> Self {
        let title = tag.attribute("aria-label").unwrap_or_default().to_owned();
        let is_named = !title.trim().is_empty();
        Self { depth: 1, title, is_named, words: String::new(), inside: None }
    }

    /// Handles a start tag. Returns `false` if it ends the drawing.
    pub fn start(&mut self, tag: Tag<'_>) -> bool {
        let name = tag.name.to_ascii_lowercase();
        match name.as_str() {
            "svg" => self.depth += usize::from(!tag.is_slashed()),
            "title" | "text" | "style" | "script" if tag.is_slashed() => {}
            "title" => self.inside = Some("title"),
            "text" => {
                self.words.push(' ');
                self.inside = Some("text");
            }
            "style" => self.inside = Some("style"),
            "script" => self.inside = Some("script"),
            name => {
                let ends = element(name).is_some_and(|(name, kind)| {
                    matches!(kind, Kind::Block | Kind::Scope | Kind::Document)
                        || (kind == Kind::Loose && !matches!(name, "option" | "optgroup" | "caption"))
                        || ENDING.contains(&name)
                });
                return !ends;
            }
        }
        true
    }

    /// Handles an end tag. Returns `false` if it ends the drawing.
    pub fn end(&mut self, name: &str) -> bool {
        if name.eq_ignore_ascii_case("svg") {
            self.depth -= 1;
        } else if self.inside.is_some_and(|inside| inside.eq_ignore_ascii_case(name)) {
            self.inside = None;
        }
        self.depth > 0
    }

    pub fn text(&mut self, text: &str) {
        match self.inside {
            Some("title") if !self.is_named => self.title.push_str(text),
            Some("text") => self.words.push_str(text),
            _ => {}
        }
    }

    /// Returns the text, with its entities.
    pub fn label(self) -> String {
        let label = if self.title.trim().is_empty() { self.words } else { self.title };
        label.trim().to_owned()
    }
}
