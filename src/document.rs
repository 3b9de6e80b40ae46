//! Exporting releases as documents, for the command line and the reader.
//!
//! All text is escaped for the target format, so nothing in a feed can act on a viewer.

pub mod html;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod release;
mod structure;
pub mod text;

use std::io::{self, Write};

use crate::catalog::Catalog;

/// The format of an exported document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Headings, facts and paragraphs.
    Markdown,
    /// A self-contained web page.
    Html,
    /// A JSON Feed 1.1 document.
    Json,
    /// Wrapped text.
    Text,
}

impl ExportFormat {
    /// Returns the format for a file extension.
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

/// Writes releases, given by their catalog indices.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn write(catalog: &Catalog, releases: &[u32], form: ExportFormat, out: &mut impl Write) -> io::Result<()> {
    match form {
        ExportFormat::Json => json::document(catalog, releases, out),
        ExportFormat::Html => html::document(catalog, releases, out),
        ExportFormat::Markdown => each(catalog, releases, out, release::markdown),
        ExportFormat::Text => each(catalog, releases, out, text::release),
    }
}

/// Writes releases one by one, separated by an empty line.
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
