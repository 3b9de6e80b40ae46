//! Writes the newspaper as Markdown.

use std::io::{self, Write};

use crate::document::digest::{Digest, excerpt};
use crate::document::markdown::{inline, link};

/// Writes the newspaper.
pub fn write(digest: &Digest<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}", inline(digest.title.as_str()), inline(&digest.summary))?;
    if !digest.words.is_empty() {
        writeln!(out, "\n{}", inline(&digest.words_line()))?;
    }
    for section in &digest.sections {
        writeln!(out, "\n## {}\n", inline(section.name.as_str()))?;
        for release in &section.releases {
            let headline = inline(release.heading().as_str());
            let url = release.url();
            let headline = if url.is_empty() { headline } else { link(&headline, url.as_str()) };
            write!(out, "- **{headline}**")?;
            let facts = digest.facts(release);
            if !facts.is_empty() {
                write!(out, " — {}", inline(&facts))?;
            }
            out.write_all(b"\n")?;
            let excerpt = excerpt(release);
            if !excerpt.is_empty() && excerpt.as_str() != release.heading().as_str() {
                writeln!(out, "  {}", crate::document::markdown::block(excerpt.as_str()))?;
            }
            let also: Vec<String> = release
                .reprints()
                .map(|(source, reprint)| match reprint.release.url.as_str() {
                    "" => inline(source.as_str()),
                    url => link(&inline(source.as_str()), url),
                })
                .collect();
            if !also.is_empty() {
                writeln!(out, "  Also in {}", also.join(", "))?;
            }
        }
        if section.more > 0 {
            writeln!(out, "- … and {} more", section.more)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag};

    use super::*;
    use crate::catalog::tests::catalog;

    proptest! {
        #[test]
        fn no_text_becomes_active(text in "(<|>|&|\"|<img src=x>|</?b>|\\[|\\]|!|`|``|\\*|_|\\\\|#|\n\n|\n| |    |a|漢){0,40}") {
            let catalog = catalog(&[(&format!("t{text}"), &text, &format!("n{text}"), &text, (2018, 11, 6))]);
            let digest = Digest::new(&catalog, catalog.order(), Some(&text), 9, None);
            let mut out = Vec::new();
            write(&digest, &mut out).expect("memory takes it");
            let markdown = String::from_utf8(out).expect("text");
            for event in Parser::new(&markdown) {
                let is_active = matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)));
                prop_assert!(!is_active, "{event:?} in {markdown}");
            }
        }
    }
}
