//! Markdown in which no text is taken for markup.

use std::io::{self, Write};

use super::structure::structured;
use crate::catalog::{Facet, ReleaseRef};
use crate::release::{LinkKind, Style};
use crate::text::Clean;

/// A link; `text` is Markdown already.
#[must_use]
pub fn link(text: &str, address: &str) -> String {
    let mut target = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' => target.push_str("%28"),
            ')' => target.push_str("%29"),
            '<' => target.push_str("%3C"),
            '>' => target.push_str("%3E"),
            '|' => target.push_str("%7C"),
            '\\' => target.push_str("%5C"),
            // An ampersand may begin an entity, and these may mark text that stands around the link.
            '&' | '*' | '_' | '`' | '~' | '[' | ']' => target.extend(['\\', c]),
            c => target.push(c),
        }
    }
    format!("[{text}]({target})")
}

/// Text within a line.
#[must_use]
pub fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Paragraphs: an empty line parts them, every other line break stays.
#[must_use]
pub fn block(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<String> = paragraph.split('\n').map(|line| at_start(&inline(line))).collect();
        lines.join("\\\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Keeps the start of a line from being a heading, a list or a rule.
pub(super) fn at_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or_default();
    if line.starts_with(['#', '-', '+', '=']) {
        format!("\\{line}")
    } else if digits > 0 && rest.starts_with(['.', ')']) {
        format!("{number}\\{rest}")
    } else {
        line.to_owned()
    }
}

/// Writes a release: a heading, the facts and the paragraphs.
///
/// # Errors
/// When nothing can be written to `out`.
pub fn release(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_stay_paragraphs() {
        assert_eq!(block("# one\n- two\n\n3. three\n4 four"), "\\# one\\\n\\- two\n\n3\\. three\\\n4 four");
    }

    #[test]
    fn a_link_holds_any_address() {
        assert_eq!(link("t", "https://x.org/a_(b)|c"), "[t](https://x.org/a\\_%28b%29%7Cc)");
    }
}
