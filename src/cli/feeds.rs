//! `tidings feeds`: lists the subscriptions and their state.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{DateTime, Local};
use clap::ValueEnum;
use serde::Serialize;

use super::error::Output;
use super::library_args::LibraryArgs;
use super::output_style::{OutputStyle, TextStyle};
use super::{NO_SUBSCRIPTIONS, complain};
use crate::feed::Rules;
use crate::library::{Library, SourceId, Subscription};
use crate::text::{CleanBuf, truncate, width};

/// List subscriptions with counts, last sync and last error
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The output format
    #[arg(long, value_enum, default_value_t = FeedsFormat::Table)]
    format: FeedsFormat,
    #[command(flatten)]
    library: LibraryArgs,
}

/// The output format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FeedsFormat {
    /// An aligned table
    Table,
    /// A JSON array
    Json,
}

/// A subscription in JSON.
#[derive(Debug, Serialize)]
struct Row<'a> {
    title: String,
    address: &'a str,
    folder: Vec<&'a str>,
    releases: u64,
    unread: u64,
    paused: bool,
    full_pages: bool,
    /// The accounts that it is followed through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<&'a str>,
    /// Whether tidings fetches it itself.
    direct: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<&'a str>,
    failures: u32,
    /// How it is read.
    #[serde(skip_serializing_if = "Rules::is_empty")]
    rules: &'a Rules,
}

/// Lists subscriptions. Returns whether there are any.
///
/// # Errors
/// If the library or the output cannot be used.
pub fn run(args: &Args, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let library: Option<Library> = args.library.open()?;
    let (sources, totals) = match &library {
        Some(library) => (library.sources()?, library.totals()?),
        None => (Vec::new(), BTreeMap::new()),
    };
    if sources.is_empty() {
        complain(NO_SUBSCRIPTIONS);
        return Ok(false);
    }
    match args.format {
        FeedsFormat::Table => table(&sources, &totals, style, out).map_err(Output)?,
        FeedsFormat::Json => json(&sources, &totals, out).map_err(Output)?,
    }
    Ok(true)
}

type Totals = BTreeMap<SourceId, (u64, u64)>;

/// Writes a heading for each folder, and a line for each source with its name, counts and last success. The line below
/// has the error if the last sync failed.
fn table(sources: &[Subscription], totals: &Totals, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = style.columns.unwrap_or(usize::MAX);
    let counts: Vec<String> = sources
        .iter()
        .map(|source| {
            let (all, unread) = totals.get(&source.id).copied().unwrap_or_default();
            format!("{unread} of {all} unread")
        })
        .collect();
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let name_columns = widest(&mut sources.iter().map(|source| width(source.name().as_str()))).min(columns / 2);
    let count_columns = widest(&mut counts.iter().map(String::len));
    let mut folder: Option<&[CleanBuf]> = None;
    for (source, counts) in sources.iter().zip(&counts) {
        if folder != Some(source.folder.as_slice()) && (folder.is_some() || !source.folder.is_empty()) {
            let names: Vec<&str> = source.folder.iter().map(CleanBuf::as_str).collect();
            let heading = if names.is_empty() { "no folder".to_owned() } else { names.join(" / ") };
            style.put(out, &heading, TextStyle::Dim)?;
            out.write_all(b"\n")?;
        }
        folder = Some(&source.folder);
        let name = source.name();
        let (name, _) = truncate(name.as_clean(), name_columns);
        let name = name.to_string();
        let pad = name_columns.saturating_sub(width(&name));
        write!(out, "  ")?;
        style.put(out, &name, TextStyle::Strong)?;
        write!(out, "{:pad$}  {counts:>count_columns$}  ", "")?;
        style.put(out, &state(source), TextStyle::Dim)?;
        out.write_all(b"\n")?;
        if !source.rules.is_empty() {
            writeln!(out, "      read with {}", source.rules)?;
        }
        if let Some(error) = &source.error {
            writeln!(out, "      {}: {error}", source.address)?;
        }
    }
    Ok(())
}

/// Describes the state of a source.
fn state(source: &Subscription) -> String {
    let mut accounts: Vec<&str> = source.accounts.iter().map(|link| link.name.as_str()).collect();
    accounts.dedup();
    let through = if accounts.is_empty() { String::new() } else { format!("through {}", accounts.join(", ")) };
    if source.is_abandoned() {
        return "no longer at its server".to_owned();
    } else if !source.is_direct {
        return through;
    }
    let succeeded = source.succeeded.map_or_else(|| "never synced".to_owned(), |at| format!("synced {}", time(at)));
    let succeeded = if through.is_empty() { succeeded } else { format!("{succeeded}, {through}") };
    let pause = if source.is_paused { ", paused" } else { "" };
    let pages = if source.wants_pages { ", full pages" } else { "" };
    let failures = match source.failures {
        0 => String::new(),
        1 => ", last sync failed".to_owned(),
        failures => format!(", last {failures} syncs failed"),
    };
    format!("{succeeded}{pause}{pages}{failures}")
}

fn time(at: i64) -> String {
    let local = DateTime::from_timestamp(at, 0).map(|time| time.with_timezone(&Local));
    local.map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string())
}

fn json(sources: &[Subscription], totals: &Totals, out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<Row<'_>> = sources
        .iter()
        .map(|source| {
            let (releases, unread) = totals.get(&source.id).copied().unwrap_or_default();
            Row {
                title: source.name().to_string(),
                address: source.address.as_str(),
                folder: source.folder.iter().map(CleanBuf::as_str).collect(),
                releases,
                unread,
                paused: source.is_paused,
                full_pages: source.wants_pages,
                accounts: source.accounts.iter().map(|link| link.name.as_str()).collect(),
                direct: source.is_direct,
                last_success: source.succeeded.and_then(|at| Some(DateTime::from_timestamp(at, 0)?.to_rfc3339())),
                last_error: source.error.as_ref().map(CleanBuf::as_str),
                failures: source.failures,
                rules: &source.rules,
            }
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &rows)?;
    out.write_all(b"\n")
}
