//! Releases as documents that leave the program: what the command line prints and the reader exports.
//!
//! Nothing that a feed holds acts on who shows a document: texts are escaped as each form wants it.

pub mod html;
pub mod json;
pub mod markdown;
pub mod release;
mod structure;
pub mod text;

use std::io::{self, Write};

use crate::catalog::Catalog;

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Headings, facts and paragraphs.
    Markdown,
    /// A page that needs nothing else.
    Html,
    /// A JSON Feed 1.1 document.
    Json,
    /// Wrapped text.
    Text,
}

impl Form {
    /// The form that the end of a file's name tells.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" => Self::Html,
            "json" => Self::Json,
            "txt" => Self::Text,
            _ => return None,
        })
    }
}

/// Writes releases, by their numbers in the catalog.
///
/// # Errors
/// When nothing can be written to `out`.
pub fn write(catalog: &Catalog, releases: &[u32], form: Form, out: &mut impl Write) -> io::Result<()> {
    match form {
        Form::Json => json::document(catalog, releases, out),
        Form::Html => html::document(catalog, releases, out),
        Form::Markdown => each(catalog, releases, out, release::markdown),
        Form::Text => each(catalog, releases, out, text::release),
    }
}

/// Writes one after the other, an empty line between them.
fn each<W: Write>(
    catalog: &Catalog,
    releases: &[u32],
    out: &mut W,
    write: impl Fn(&crate::catalog::ReleaseRef<'_>, &mut W) -> io::Result<()>,
) -> io::Result<()> {
    for (n, release) in releases.iter().filter_map(|&release| catalog.release(release)).enumerate() {
        if n > 0 {
            out.write_all(b"\n")?;
        }
        write(&release, out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn each_form_holds_all_releases() {
        let catalog = catalog(&[
            ("Fish & <chips>", "One *two*.\n\nThree.", "News", "Bern", (2018, 11, 6)),
            ("Tea", "", "", "", (0, 0, 0)),
        ]);
        let written = |name| {
            let mut out = Vec::new();
            let form = Form::of_extension(name).expect("a form");
            write(&catalog, &[0, 1], form, &mut out).expect("memory takes it");
            String::from_utf8(out).expect("text")
        };
        assert!(written("MD").starts_with("# Fish \\& \\<chips\\>\n\n- Date: 2018-11-06\n- Topics: News\n"));
        assert!(written("md").contains("\n\n# Tea\n"));
        let html = written("html");
        assert!(html.contains("<h1>Fish &amp; &lt;chips&gt;</h1>") && html.contains("<p>One *two*.</p>"), "{html}");
        assert!(written("txt").starts_with("News\nFish & <chips>\n\nTuesday 6 November 2018 · Bern\n\nOne *two*.\n"));
        assert!(written("json").contains("\"title\":\"Tea\""));
        assert_eq!(Form::of_extension("exe"), None);
    }
}
