//! Elements that become others: those whose content is no markup, and parts of pictures that lead somewhere.

use super::{For, Tamer};
use crate::feed::html::attributes::{self, is_data};
use crate::feed::html::tokens::Tag;

impl<'h> Tamer<'h> {
    /// Elements whose content is no markup.
    pub(super) fn raw(&mut self, name: &'static str, tag: Tag<'h>) {
        // The parser sees no slash at the end of an element of HTML; authors of XHTML mean it.
        let is_empty = tag.is_slashed() && !matches!(name, "script" | "style");
        let opens_no_other = |content: &str| !content.contains("<iframe");
        let content = match name {
            _ if is_empty => None,
            "iframe" => self.tokens.content(name, opens_no_other),
            name => self.tokens.content(name, |_| true),
        };
        match (name, content) {
            // What nothing ends is code up to the end.
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

    /// A script may be the source of a formula, which is read where no program has set it already.
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

    /// A part of a picture that leads somewhere becomes a link.
    pub(super) fn area(&mut self, tag: Tag<'h>) {
        let told = |name| tag.attribute(name).map(str::trim).filter(|told| !told.is_empty() && !is_data(told));
        let Some(address) = told("href") else { return };
        let label = told("alt").or_else(|| told("title")).or_else(|| told("aria-label")).unwrap_or(address);
        self.out.push_str("<br><a");
        attributes::write(&mut self.out, "href", address);
        self.out.push('>');
        self.literal(label);
        self.out.push_str("</a>");
    }
}
