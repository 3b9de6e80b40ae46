//! The head of an XML feed: its root, its title, its language, and the base address of its links.

use url::Url;

use super::entry::{Kind, decoded};
use super::mend::mend;
use super::walk::{Element, walk};
use crate::feed::html;
use crate::feed::link::{self, page_quality};

/// What the head of a feed says about all its items.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The name of the root element, without prefix.
    pub root: String,
    pub title: String,
    /// The language in `xml:lang` or RSS; empty if unknown.
    pub language: String,
    /// The feed's own address.
    pub base: Option<Url>,
    /// The value of `xml:base`.
    pub declared_base: Option<Url>,
    /// The page with the releases before these, and how sure that is.
    pub older: Option<(Older, Url)>,
}

/// How a feed links to older releases (RFC 5005); the surer way is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Older {
    /// The next page of a paged feed.
    Next,
    /// The archive before this one.
    Archive,
}

impl Older {
    /// Returns the kind that a relation names, as a word or as an address of the registry.
    fn of(relation: &str) -> Option<Self> {
        match relation.rsplit('/').next().unwrap_or_default().trim() {
            name if name.eq_ignore_ascii_case("prev-archive") => Some(Self::Archive),
            name if name.eq_ignore_ascii_case("next") => Some(Self::Next),
            _ => None,
        }
    }
}

impl Head {
    /// Reads the text before or between the items. `source` is the address of the feed.
    pub fn read(&mut self, xml: &str, source: Option<&Url>) {
        let is_container = |_: &str, name: &str| {
            ["rss", "rdf", "feed", "channel"].iter().any(|outer| name.eq_ignore_ascii_case(outer))
        };
        let (mut home, mut own, mut declared) = (None, None, None);
        walk(&mend(xml), is_container, &mut |element| {
            if self.root.is_empty() {
                element.name.clone_into(&mut self.root);
            }
            if is_container(element.prefix, element.name) {
                if let Some(base) = element.attribute("xml:base") {
                    declared = link::join(declared.as_ref().or(source), base).or(declared.take());
                }
                self.language_of(element.attribute("xml:lang"));
                return;
            }
            let text = element.text.trim();
            match (element.prefix, element.name.to_ascii_lowercase().as_str()) {
                ("itunes" | "media", _) => {}
                (_, "title") if self.title.is_empty() && element.is_complete => self.title_of(element),
                (_, "language") => self.language_of(Some(text)),
                (_, "link") => {
                    let base = declared.as_ref().or(source);
                    let address = link::join(base, element.attribute("href").unwrap_or(text))
                        .filter(|_| !text.is_empty() || element.attribute("href").is_some());
                    let quality = page_quality(element.attribute("type").unwrap_or_default());
                    match (element.attribute("rel").unwrap_or("alternate"), address) {
                        ("alternate", Some(address)) if home.as_ref().is_none_or(|(known, _)| quality < *known) => {
                            home = Some((quality, address));
                        }
                        ("self", Some(address)) => drop(own.get_or_insert(address)),
                        (relation, Some(address)) => {
                            let has_target = element.attribute("href").is_some_and(|href| !href.trim().is_empty());
                            let older = Older::of(relation).filter(|_| has_target).map(|kind| (kind, address));
                            if older.as_ref().map(|(kind, _)| *kind) > self.older.as_ref().map(|(kind, _)| *kind) {
                                self.older = older;
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        });
        self.declared_base = declared.or(self.declared_base.take());
        self.base = home.map(|(_, home)| home).or(own).or(self.base.take());
    }

    fn title_of(&mut self, element: &Element<'_>) {
        let title = decoded(element).unwrap_or_default();
        let title = title.trim();
        let is_atom = self.root.eq_ignore_ascii_case("feed");
        self.title = match Kind::of(element) {
            // Undeclared elements are markup; what is escaped within them is text.
            kind if kind == Some(Kind::Inner)
                || (matches!(kind, None | Some(Kind::Undeclared)) && !element.children.is_empty()) =>
            {
                html::to_text(&element.inner.replace("<![CDATA[", "").replace("]]>", ""))
            }
            Some(Kind::Plain) => title.to_owned(),
            None if is_atom => title.to_owned(),
            _ if html::is_markup(title) => html::to_text(title),
            _ => title.to_owned(),
        };
    }

    fn language_of(&mut self, declared: Option<&str>) {
        if let Some(language) = declared.filter(|_| self.language.is_empty()) {
            language.trim().clone_into(&mut self.language);
        }
    }
}
