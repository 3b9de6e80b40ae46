//! Releases as documents that leave the program: what the command line prints and the reader exports.
//!
//! Nothing that a feed holds acts on who shows a document: texts are escaped as each form wants it.

pub mod html;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod release;
mod structure;
pub mod text;

use std::io::{self, Write};

use crate::catalog::Catalog;

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Headings, facts and paragraphs.
    Markdown,
    /// A page that needs nothing else.
    Html,
    /// A JSON Feed 1.1 document.
    Json,
    /// Wrapped text.
    Text,
}

impl ExportFormat {
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
pub fn write(catalog: &Catalog, releases: &[u32], form: ExportFormat, out: &mut impl Write) -> io::Result<()> {
    match form {
        ExportFormat::Json => json::document(catalog, releases, out),
        ExportFormat::Html => html::document(catalog, releases, out),
        ExportFormat::Markdown => each(catalog, releases, out, release::markdown),
        ExportFormat::Text => each(catalog, releases, out, text::release),
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
mod tests;
