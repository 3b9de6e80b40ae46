//! `tidings show --versions`: the versions of a stored release.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::{Args, COLUMNS, ShowFormat};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::cli::complain;
use crate::cli::error::Output;
use crate::cli::output_style::{OutputStyle, TextStyle};
use crate::document::difference::{Lines, marked};
use crate::document::versions::{Step, html, markdown, steps, to_json};
use crate::library::{Library, Versions};
use crate::runtime::to_mark;
use crate::text::wrap;

/// The longest time that a comparison may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// The columns before the text of a version.
const MARGIN: &str = "  ";

/// Shows the versions of releases. Returns whether any has some.
pub fn run(
    args: &Args,
    catalog: &Catalog,
    found: &[ReleaseIndex],
    style: &OutputStyle,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let library = args.feeds.library.open()?;
    let mut changed: Vec<(String, Versions)> = Vec::new();
    for release in found.iter().filter_map(|&index| catalog.release(index)) {
        let of_source = library.as_ref().map(|library| of_release(library, catalog, &release)).transpose()?;
        changed.extend(of_source.flatten().map(|versions| (release.identity().name().to_string(), versions)));
    }
    if changed.is_empty() {
        complain(&format!("{}: no earlier versions", args.id));
        return Ok(false);
    }
    let deadline = || Instant::now().checked_add(PATIENCE);
    let all: Vec<Vec<Step<'_>>> = changed.iter().map(|(_, versions)| steps(versions, deadline)).collect();
    let written = match args.format {
        ShowFormat::Json => {
            let ids = changed.iter().map(|(id, _)| id.as_str());
            to_json(&ids.zip(all).collect::<Vec<_>>(), out)
        }
        ShowFormat::Markdown => markdown(&all, out),
        ShowFormat::Html => html(&all, out),
        ShowFormat::Text => text(&all, style, out),
    };
    written.map_err(Output)?;
    Ok(true)
}

/// Returns the versions of a release in its first source that has some.
fn of_release(
    library: &Library,
    catalog: &Catalog,
    release: &crate::catalog::ReleaseRef<'_>,
) -> anyhow::Result<Option<Versions>> {
    for one in to_mark(catalog, release) {
        if let Some(versions) = library.versions(one.feed, one.number)? {
            return Ok(Some(versions));
        }
    }
    Ok(None)
}

/// Writes versions as text. Signs stand around what was removed and added; the first version has none.
fn text(releases: &[Vec<Step<'_>>], style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = style.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS));
    let columns = columns.saturating_sub(MARGIN.len()).max(1);
    for (n, step) in releases.iter().flatten().enumerate() {
        if n > 0 {
            out.write_all(b"\n")?;
        }
        style.put(out, &step.period(), TextStyle::Dim)?;
        out.write_all(b"\n")?;
        let is_first = releases.iter().any(|steps| steps.last().is_some_and(|last| std::ptr::eq(last, step)));
        put(&step.difference.title, is_first, TextStyle::Strong, (columns, style), out)?;
        put(&step.difference.text, is_first, TextStyle::Plain, (columns, style), out)?;
    }
    Ok(())
}

fn put(
    lines: &Lines,
    is_first: bool,
    look: TextStyle<'_>,
    (columns, style): (usize, &OutputStyle),
    out: &mut impl Write,
) -> io::Result<()> {
    for line in lines {
        let line = marked(line, !is_first).text;
        for range in wrap(line.as_clean(), columns) {
            out.write_all(MARGIN.as_bytes())?;
            style.put(out, line.as_clean().get(range).unwrap_or_default().as_str(), look)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}
