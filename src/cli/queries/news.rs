//! `tidings queries --new`: prints what is new for watched queries.

use std::io::Write;

use super::super::complain;
use super::super::error::{Output, UsageError};
use super::super::format::{Format, Releases};
use super::super::output_style::OutputStyle;
use crate::library::{Library, RuleApplied, Watch, WatchId};
use crate::text::CleanBuf;
use crate::watches::{self, NewReleases, WatchNews};

/// Prints what is new for a query, or for all that are watched, and then records that the user has seen it. Returns
/// whether anything is new.
///
/// # Errors
/// If there is no such query, it is not watched, or the library or the output cannot be used.
pub fn print(
    library: &mut Library,
    name: Option<&str>,
    format: Format,
    style: &OutputStyle,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let watches = chosen(library, name)?;
    if watches.is_empty() {
        complain("no watched queries; tidings queries --watch NAME watches one");
        return Ok(false);
    }
    let Some(_printing) = library.begin_printing() else {
        return Err(
            UsageError("another process is printing what is new; try again when it has finished".to_owned()).into()
        );
    };
    for RuleApplied { what, .. } in watches::judge(library, chrono::Local::now().date_naive())?.applied {
        complain(what.as_str());
    }
    let ids: Vec<WatchId> = watches.iter().map(|watch| watch.id).collect();
    let title = if let ([watch], Some(_)) = (watches.as_slice(), name) { watch.name.as_str() } else { "New releases" };
    let new = watches::new_releases(library, &ids, &CleanBuf::line(title))?;
    if format == Format::Table && name.is_none() {
        sections(&watches, &new, style, out)?;
    } else {
        let hits = new.all();
        Releases { catalog: &new.catalog, hits: &hits, columns: None, format }.write(style, out).map_err(Output)?;
    }
    out.flush().map_err(Output)?;
    library.have_seen(&new.keys())?;
    Ok(!new.found.is_empty())
}

/// Writes a table for each query that has news.
fn sections(watches: &[Watch], new: &NewReleases, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<()> {
    let mut is_first = true;
    for watch in watches {
        let hits = new.of(watch.id);
        if hits.is_empty() {
            continue;
        }
        let heading = WatchNews { name: CleanBuf::line(&watch.name), count: hits.len() };
        writeln!(out, "{}{heading}", if is_first { "" } else { "\n" }).map_err(Output)?;
        is_first = false;
        let releases = Releases { catalog: &new.catalog, hits: &hits, columns: None, format: Format::Table };
        releases.write(style, out).map_err(Output)?;
    }
    Ok(())
}

/// The watched queries, or the one with a name.
fn chosen(library: &Library, name: Option<&str>) -> anyhow::Result<Vec<Watch>> {
    let mut watches = library.watches()?;
    let Some(name) = name else { return Ok(watches) };
    watches.retain(|watch| watch.name == name);
    if watches.is_empty() {
        let shown = CleanBuf::line(name);
        let is_saved = library.queries()?.iter().any(|saved| saved.name == name);
        let reason = if is_saved {
            format!("{shown}: not watched; tidings queries --watch NAME watches a query")
        } else {
            format!("unknown saved query {shown}")
        };
        return Err(UsageError(reason).into());
    }
    Ok(watches)
}
