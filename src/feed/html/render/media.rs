//! Pictures, films, sounds and pages within a text: what they are called, leading to where they are.

use dom_query::NodeRef;

use super::Renderer;
use crate::feed::html::tree::{attribute, children_named, name_of};
use crate::feed::html::writer::PendingSpace;
use crate::release::Style;

impl Renderer {
    /// A picture: what it shows, as far as that is told.
    pub(super) fn image(&mut self, node: &NodeRef<'_>) {
        self.described_image(node, attribute(node, "src"));
    }

    /// A picture that comes in several forms.
    pub(super) fn picture(&mut self, node: &NodeRef<'_>, level: usize) {
        let source = children_named(node, "source").find_map(|source| attribute(&source, "src"));
        for child in node.children_it(false) {
            if name_of(&child).is_some_and(|name| &*name == "img") && attribute(&child, "hidden").is_none() {
                self.described_image(&child, attribute(&child, "src").or_else(|| source.clone()));
            } else {
                self.node(&child, level + 1);
            }
        }
    }

    fn described_image(&mut self, node: &NodeRef<'_>, source: Option<String>) {
        let told = |name| attribute(node, name).map(|told: String| told.trim().to_owned()).unwrap_or_default();
        let (alt, title) = (told("alt"), told("title"));
        let label = if alt.is_empty() || title.contains(&alt) {
            title
        } else if title.is_empty() || alt.contains(&title) {
            alt
        } else {
            format!("{alt} – {title}")
        };
        let source = source.map(|source| source.trim().to_owned()).unwrap_or_default();
        // What is loaded late stands once more for readers that load nothing late.
        let is_stand_in = node.parent().is_some_and(|parent| parent.has_name("noscript"));
        let picture = format!("{source} {label}");
        if is_stand_in && (self.last_picture == picture || (!label.is_empty() && self.last_picture.ends_with(&label))) {
            return;
        }
        self.last_picture = picture;
        self.shown("image", &label, source);
    }

    /// A film, a sound, or a page within the page.
    pub(super) fn medium(&mut self, node: &NodeRef<'_>, name: &str, level: usize) {
        let source = attribute(node, if name == "object" { "data" } else { "src" });
        let source = source.or_else(|| children_named(node, "source").find_map(|source| attribute(&source, "src")));
        let source = source.map(|source| source.trim().to_owned()).unwrap_or_default();
        let label = attribute(node, "title").or_else(|| attribute(node, "aria-label")).unwrap_or_default();
        if source.is_empty() && label.trim().is_empty() {
            // What is in it stands for it; a frame has nothing but itself.
            let before = self.out.rich.text.len();
            self.children(node, level);
            if self.out.rich.text.len() == before && name != "object" {
                self.block(PendingSpace::Line, |this| this.shown(kind_of(name), "", source));
            }
            return;
        }
        if name == "embed" && self.out.rich.links.last().is_some_and(|(_, last)| *last == source) {
            return;
        }
        let label = if label.trim().is_empty() { called(&source, name) } else { label };
        self.block(PendingSpace::Line, |this| this.shown(kind_of(name), label.trim(), source));
        if name == "object" {
            self.children(node, level);
        }
    }

    /// `[kind: label]`, leading to the source where nothing around leads elsewhere.
    fn shown(&mut self, kind: &str, label: &str, source: String) {
        if self.out.rich.text.ends_with(']') {
            self.out.part(PendingSpace::Blank);
        }
        if self.is_linked || source.is_empty() {
            self.described(kind, label);
        } else {
            self.leading_to(source, |this| this.described(kind, label));
        }
    }

    fn described(&mut self, kind: &str, label: &str) {
        let label = if label.is_empty() { format!("[{kind}]") } else { format!("[{kind}: {label}]") };
        self.span(Style::Image, |this| this.out.text(&label));
    }
}

fn kind_of(name: &str) -> &'static str {
    match name {
        "video" => "video",
        "audio" => "audio",
        _ => "embed",
    }
}

/// What to call the thing at an address: its file, or the server of a page.
fn called(address: &str, name: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let whole = path.split_once("://").map(|(_, rest)| rest).or_else(|| path.strip_prefix("//"));
    let host = whole.and_then(|whole| whole.split('/').next()).unwrap_or_default();
    let file = whole.unwrap_or(path).rsplit('/').next().unwrap_or_default();
    let is_file = matches!(name, "video" | "audio") && file != host;
    let called = if is_file || host.is_empty() { file } else { host };
    called.strip_prefix("www.").unwrap_or(called).to_owned()
}
