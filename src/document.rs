//! Exporting releases as documents, for the command line and the reader.
//!
//! All text is escaped for the target format, so nothing in a feed can act on a viewer.

mod atom;
pub mod difference;
pub mod digest;
pub mod feed;
pub mod html;
pub mod json;
pub mod markdown;
pub mod markup;
mod page;
pub mod release;
mod structure;
pub mod text;
pub mod versions;

use std::io::{self, Write};

use crate::catalog::{Catalog, ReleaseIndex};
use digest::{Digest, Texts};

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

/// How a message lists the extensions.
pub const EXTENSIONS: &str = ".md, .html, .txt or .json";

impl ExportFormat {
    /// Each format with its file extensions, the usual one first.
    const TABLE: [(Self, &[&str]); 4] = [
        (Self::Markdown, &["md", "markdown"]),
        (Self::Html, &["html", "htm"]),
        (Self::Text, &["txt"]),
        (Self::Json, &["json"]),
    ];

    /// All formats.
    pub const ALL: [Self; 4] = [Self::Markdown, Self::Html, Self::Text, Self::Json];

    /// Returns the name shown in a list of formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Text => "text",
            Self::Json => "JSON",
        }
    }

    /// Returns the usual extension of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        let row = Self::TABLE.into_iter().find(|(format, _)| *format == self);
        row.and_then(|(_, extensions)| extensions.first().copied()).unwrap_or_default()
    }

    /// Returns the format for the extension of a file name.
    ///
    /// # Errors
    /// If the extension is unknown.
    pub fn of_file(name: &str) -> Result<Self, String> {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
        let format = Self::TABLE.into_iter().find(|(_, extensions)| extensions.contains(&extension.as_str()));
        format.map(|(format, _)| format).ok_or_else(|| format!("unknown file type; use {EXTENSIONS}"))
    }
}

/// Writes releases, given by their catalog indices.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn write(
    catalog: &Catalog,
    releases: &[ReleaseIndex],
    format: ExportFormat,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        ExportFormat::Json => json::document(catalog, releases, out),
        ExportFormat::Html if releases.len() > 1 => newspaper(catalog, releases, out),
        ExportFormat::Html => html::document(catalog, releases, out),
        ExportFormat::Markdown => each(catalog, releases, out, release::markdown),
        ExportFormat::Text => each(catalog, releases, out, text::release),
    }
}

/// Writes releases as a newspaper with whole texts.
fn newspaper(catalog: &Catalog, releases: &[ReleaseIndex], out: &mut impl Write) -> io::Result<()> {
    let title = catalog.title();
    let title = if title.is_empty() { "Releases" } else { title.as_str() };
    let digest = Digest::new(catalog, releases, Some(title), usize::MAX, None);
    digest::html::write(&digest, Texts::Whole, out)
}

/// Writes releases one by one, separated by an empty line.
fn each<W: Write>(
    catalog: &Catalog,
    releases: &[ReleaseIndex],
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
