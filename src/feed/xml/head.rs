//! The head of an XML feed: its root, its title, and the address that links are relative to.

use url::Url;

use super::entry::decoded;
use super::walk::{mend, walk};
use crate::feed::{html, link};

/// What the head of a feed says of all its items.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The name of the root element, without prefix.
    pub root: String,
    pub title: String,
    /// The feed's own address, which relative links are resolved against.
    pub base: Option<Url>,
}

impl Head {
    /// Reads what stands before, or between, the items.
    pub fn read(&mut self, xml: &str) {
        let is_container = |_: &str, name: &str| {
            ["rss", "rdf", "feed", "channel"].iter().any(|outer| name.eq_ignore_ascii_case(outer))
        };
        let (mut home, mut own, mut xml_base) = (None, None, None);
        walk(&mend(xml), is_container, &mut |element| {
            if self.root.is_empty() {
                element.name.clone_into(&mut self.root);
            }
            if is_container(element.prefix, element.name) {
                xml_base = element.attribute("xml:base").and_then(link::base).or(xml_base.take());
                return;
            }
            let (text, rel) = (element.text.trim(), element.attribute("rel").unwrap_or("alternate"));
            match (element.prefix, element.name.to_ascii_lowercase().as_str()) {
                ("itunes" | "media", _) => {}
                (_, "title") if self.title.is_empty() && element.is_complete => {
                    let title = decoded(element).unwrap_or_default();
                    let title = title.trim();
                    self.title = if html::is_markup(title) { html::to_text(title) } else { title.to_owned() };
                }
                (_, "link") => {
                    let address = link::base(element.attribute("href").unwrap_or(text));
                    match rel {
                        "alternate" => home = home.take().or(address),
                        "self" => own = own.take().or(address),
                        _ => {}
                    }
                }
                _ => {}
            }
        });
        self.base = xml_base.or(home).or(own).or(self.base.take());
    }
}
