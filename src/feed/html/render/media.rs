//! Pictures, videos, sounds and frames: their descriptions, as links to their sources.

use std::borrow::Cow;

use dom_query::NodeRef;

use super::Renderer;
use crate::feed::html::tree::{attribute, children_named, name_of};
use crate::feed::html::writer::PendingSpace;
use crate::release::Style;

impl Renderer {
    /// Renders a picture by its description, if it has one.
    pub(super) fn image(&mut self, node: &NodeRef<'_>) {
        self.image_from(node, attribute(node, "src").as_deref());
    }

    /// Renders a picture that comes in several formats.
    pub(super) fn picture(&mut self, node: &NodeRef<'_>, level: usize) {
        let source = children_named(node, "source").find_map(|source| attribute(&source, "src"));
        for child in node.children_it(false) {
            if name_of(&child).is_some_and(|name| &*name == "img") && attribute(&child, "hidden").is_none() {
                self.image_from(&child, attribute(&child, "src").as_ref().or(source.as_ref()).map(String::as_str));
            } else {
                self.node(&child, level + 1);
            }
        }
    }

    fn image_from(&mut self, node: &NodeRef<'_>, source: Option<&str>) {
        let value = |name| attribute(node, name).unwrap_or_default();
        // A lazily loaded picture is repeated for readers without lazy loading.
        let is_stand_in = node.parent().is_some_and(|parent| parent.has_name("noscript"));
        self.described_image(&value("alt"), &value("title"), source.unwrap_or_default(), is_stand_in);
    }

    /// Renders a picture with its description. A stand-in for the one before it is left out.
    pub(super) fn described_image(&mut self, alt: &str, title: &str, source: &str, is_stand_in: bool) {
        let (alt, title) = (alt.trim(), title.trim());
        let label = if alt.is_empty() || title.contains(alt) {
            Cow::Borrowed(title)
        } else if title.is_empty() || alt.contains(title) {
            Cow::Borrowed(alt)
        } else {
            Cow::Owned(format!("{alt} – {title}"))
        };
        let source = source.trim();
        let picture = format!("{source} {label}");
        if is_stand_in && (self.last_picture == picture || (!label.is_empty() && self.last_picture.ends_with(&*label)))
        {
            return;
        }
        self.last_picture = picture;
        // A picture that is loaded later has a stand-in within the text.
        if self.out.rich.picture.is_none() && !source.is_empty() && !source.starts_with("data:") {
            self.out.rich.picture = Some(self.joined(source.to_owned()));
        }
        self.shown("image", &label, source.to_owned());
    }

    /// Renders a video, a sound or a frame.
    pub(super) fn medium(&mut self, node: &NodeRef<'_>, name: &str, level: usize) {
        let source = attribute(node, if name == "object" { "data" } else { "src" });
        let source = source.or_else(|| children_named(node, "source").find_map(|source| attribute(&source, "src")));
        let source = source.map(|source| source.trim().to_owned()).unwrap_or_default();
        let label = attribute(node, "title").or_else(|| attribute(node, "aria-label")).unwrap_or_default();
        if source.is_empty() && label.trim().is_empty() {
            // Its content replaces it; a frame has no content.
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

    /// Writes `[kind: label]`, linked to the source unless there is an enclosing link.
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

/// Returns a name for the thing at an address: its file, or the host of a page.
fn called(address: &str, name: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let whole = path.split_once("://").map(|(_, rest)| rest).or_else(|| path.strip_prefix("//"));
    let host = whole.and_then(|whole| whole.split('/').next()).unwrap_or_default();
    let file = whole.unwrap_or(path).rsplit('/').next().unwrap_or_default();
    let is_file = matches!(name, "video" | "audio") && file != host;
    let called = if is_file || host.is_empty() { file } else { host };
    called.strip_prefix("www.").unwrap_or(called).to_owned()
}
