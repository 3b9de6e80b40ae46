//! A release as Markdown.

use std::io::{self, Write};

use super::markdown::{inline, link};
use super::structure::structured;
use crate::catalog::{Facet, ReleaseRef};
use crate::release::{LinkKind, Style};
use crate::text::Clean;

/// Writes a release: a heading, the facts and the paragraphs.
///
/// # Errors
/// When nothing can be written to `out`.
pub fn markdown(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    let title = if release.title().is_empty() { "(no title)" } else { release.title().as_str() };
    writeln!(out, "# {}\n", inline(title))?;
    let topics: Vec<&str> = release.labels(Facet::Topic).map(Clean::as_str).collect();
    let date = release.date().map_or_else(String::new, |date| {
        // Midnight mostly says that nobody gave a time.
        let time = date.time().filter(|&time| time != (0, 0));
        let time = time.map_or_else(String::new, |(hour, minute)| format!(" {hour:02}:{minute:02}"));
        let text = date.to_string();
        format!("{}{time}", text.split_once('T').map_or(text.as_str(), |(day, _)| day))
    });
    let facts = [
        ("Date", date.as_str()),
        ("Topics", &topics.join("; ")),
        ("Place", release.label(Facet::Place).as_str()),
        ("Author", release.author().as_str()),
        ("Source", release.label(Facet::Source).as_str()),
    ];
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "- {name}: {}", inline(value))?;
    }
    if !release.url().is_empty() {
        let url = release.url().as_str();
        writeln!(out, "- Link: {}", link(&inline(url), url))?;
    }
    for (source, reprint) in release.reprints() {
        let source = inline(source.as_str());
        let url = reprint.release.url.as_str();
        let told = if url.is_empty() { source } else { link(&source, url) };
        writeln!(out, "- Also in: {told}")?;
    }
    let links: Vec<_> = release.links().collect();
    for other in &links {
        let name = match other.kind {
            LinkKind::Text => continue,
            LinkKind::Enclosure => "Enclosure",
            LinkKind::Related => "Related",
            LinkKind::Comments => "Comments",
        };
        let label = [other.label, other.address].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        writeln!(out, "- {name}: {}", link(&inline(label.as_str()), other.address.as_str()))?;
    }
    let address = |style| match style {
        Style::Link(number) => links.get(usize::from(number)).map(|link| link.address.as_str()),
        Style::OwnLink => Some(release.url().as_str()),
        _ => None,
    };
    let texts = [(release.summary(), release.summary_spans()), (release.body(), release.body_spans())];
    for (text, spans) in texts.into_iter().filter(|(text, _)| !text.is_empty()) {
        writeln!(out, "\n{}", structured(text, spans, address))?;
    }
    Ok(())
}
