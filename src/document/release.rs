//! The facts that documents show about a release, and a release as Markdown.

use std::borrow::Cow;
use std::io::{self, Write};

use super::markdown::{heading, inline, link};
use super::structure::structured;
use crate::catalog::{Facet, LinkRef, ReleaseRef};
use crate::release::{LinkKind, Style};
use crate::text::Clean;
use crate::typeset::custom_facts;

/// A fact about a release.
pub(super) struct Fact<'a> {
    pub(super) name: Cow<'static, str>,
    pub(super) value: String,
    /// The address that the value links to, or empty.
    pub(super) address: &'a str,
}

/// Returns the title, or a replacement.
pub(super) fn title<'a>(release: &ReleaseRef<'a>) -> &'a str {
    if release.title().is_empty() { "(no title)" } else { release.title().as_str() }
}

/// Returns the facts besides title and texts, in the order of the document.
pub(super) fn facts<'a>(release: &ReleaseRef<'a>) -> Vec<Fact<'a>> {
    let names = |facet| release.labels(facet).map(Clean::as_str).collect::<Vec<_>>().join("; ");
    let date = release.date().map_or_else(String::new, |date| {
        // Midnight usually means that no time was given.
        let time = date.time().filter(|&time| time != (0, 0));
        let time = time.map_or_else(String::new, |(hour, minute)| format!(" {hour:02}:{minute:02}"));
        let text = date.to_string();
        format!("{}{time}", text.split_once('T').map_or(text.as_str(), |(day, _)| day))
    });
    let mut topics = names(Facet::Topic);
    if let Some(source) = release.topic_source() {
        topics = format!("{topics} ({})", source.phrase());
    }
    let url = release.url().as_str();
    let plain = [
        ("Date", date),
        ("Topics", topics),
        ("Your topics", release.own_topics().map(Clean::as_str).collect::<Vec<_>>().join("; ")),
        ("Place", release.label(Facet::Place).as_str().to_owned()),
        ("Author", release.author().as_str().to_owned()),
        ("Source", release.label(Facet::Source).as_str().to_owned()),
        ("Folder", names(Facet::Folder)),
        ("Labels", names(Facet::Label)),
    ];
    let plain = plain.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
    let fields = custom_facts(release).into_iter().map(|(name, value)| (Cow::Owned(name), value));
    let plain = plain.chain(fields).map(|(name, value)| Fact { name, value, address: "" });
    let own = Fact { name: "Link".into(), value: url.to_owned(), address: url };
    let reprints = release.reprints().map(|(source, reprint)| Fact {
        name: "Also in".into(),
        value: source.as_str().to_owned(),
        address: reprint.release.url.as_str(),
    });
    let others = release.links().filter_map(|other| {
        let name = match other.kind {
            LinkKind::Text | LinkKind::Picture => return None,
            LinkKind::Enclosure => "Enclosure",
            LinkKind::Related => "Related",
            LinkKind::Comments => "Comments",
        };
        let label = [other.label, other.address].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        Some(Fact { name: name.into(), value: label.as_str().to_owned(), address: other.address.as_str() })
    });
    plain.chain([own]).chain(reprints).chain(others).filter(|fact| !fact.value.is_empty()).collect()
}

/// Returns the target of a link style, if the release has it.
pub(super) fn target<'a>(release: &ReleaseRef<'a>) -> impl Fn(Style) -> Option<&'a str> + use<'a> {
    let links: Vec<LinkRef<'a>> = release.links().collect();
    let own = release.url().as_str();
    move |style| match style {
        Style::Link(number) => links.get(usize::from(number)).map(|link| link.address.as_str()),
        Style::OwnLink => Some(own),
        _ => None,
    }
}

/// Writes a release: heading, facts and paragraphs.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn markdown(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}\n", heading(1, &inline(title(release))))?;
    for fact in facts(release) {
        let value = inline(&fact.value);
        let value = if fact.address.is_empty() { value } else { link(&value, fact.address) };
        writeln!(out, "- {}: {value}", inline(&fact.name))?;
    }
    let address = target(release);
    let texts = [(release.summary(), release.summary_spans()), (release.body(), release.body_spans())];
    for (text, spans) in texts.into_iter().filter(|(text, _)| !text.is_empty()) {
        writeln!(out, "\n{}", structured(text.as_clean(), spans, &address))?;
    }
    Ok(())
}
