//! Elements that are replaced: those whose content is not markup, and areas of image maps.

use super::{For, Tamer};
use crate::feed::html::attributes::{self, is_data};
use crate::feed::html::tokens::Tag;

impl<'h> Tamer<'h> {
    /// Replaces an element whose content is not markup.
    pub(super) fn raw(&mut self, name: &'static str, tag: Tag<'h>) {
        // The parser ignores the slash at the end of an HTML element, but authors of XHTML mean it.
        let is_empty = tag.is_slashed() && !matches!(name, "script" | "style");
        let opens_no_other = |content: &str| !content.contains("<iframe");
        let content = match name {
            _ if is_empty => None,
            "iframe" => self.tokens.content(name, opens_no_other),
            name => self.tokens.content(name, |_| true),
        };
        match (name, content) {
            // An unclosed script or style extends to the end.
            ("script" | "style", None) if !is_empty => self.tokens.finish(),
            ("script", Some(formula)) => self.formula(formula, tag),
            ("iframe", _) => {
                self.tag(name, tag, false);
                self.end_tag(name);
            }
            ("title", Some(content)) if self.purpose == For::Page => {
                self.out.push_str("<title>");
                self.literal(content);
                self.end_tag(name);
            }
            ("textarea", Some(content)) => {
                self.out.push_str("<textarea>\n");
                self.literal(content);
                self.end_tag(name);
            }
            ("xmp", Some(content)) => {
                self.out.push_str("<pre>");
                self.literal(&content.replace('&', "&amp;"));
                self.end_tag("pre");
            }
            _ => {}
        }
    }

    /// Handles a script that contains the source of a formula. It is used unless a program has already rendered it.
    fn formula(&mut self, formula: &str, tag: Tag<'h>) {
        let is_formula = tag.attribute("type").is_some_and(|kind| kind.trim().starts_with("math/"));
        if is_formula && !std::mem::take(&mut self.is_formula_set) {
            let formula = formula.replace("% <![CDATA[", "").replace("%]]>", "").replace('&', "&amp;");
            let is_block = tag.attribute("type").is_some_and(|kind| kind.contains("display"));
            self.out.push_str(if is_block { "<br>" } else { "" });
            self.literal(formula.trim());
            self.out.push_str(if is_block { "<br>" } else { "" });
        }
    }

    /// Turns an area of an image map into a link.
    pub(super) fn area(&mut self, tag: Tag<'h>) {
        let value = |name| tag.attribute(name).map(str::trim).filter(|value| !value.is_empty() && !is_data(value));
        let Some(address) = value("href") else { return };
        let label = value("alt").or_else(|| value("title")).or_else(|| value("aria-label")).unwrap_or(address);
        self.out.push_str("<br><a");
        attributes::write(&mut self.out, "href", address);
        self.out.push('>');
        self.literal(label);
        self.out.push_str("</a>");
    }
}
