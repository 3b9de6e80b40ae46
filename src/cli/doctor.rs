//! `tidings doctor`: what the terminal can do, where things lie, whether the library is well, and what is set.
//!
//! No connection is made, and nothing is changed but a damaged library, which is mended whenever it is opened. `findings`
//! looks, this module tells.

mod findings;

use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;

use super::error::Output;
use super::library_args::LibraryArgs;
use super::output_style::{OutputStyle, TextStyle};
use crate::document::json;
use crate::runtime::ConfigFiles;
use crate::text::{CleanBuf, width, wrap};

/// Check the terminal, the files and the settings
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The form
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    format: DoctorFormat,
    #[command(flatten)]
    shelf: LibraryArgs,
}

/// The form of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// For people
    Text,
    /// An array of objects: section, name, state (ok, note, wrong), told, advice
    Json,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// To be mended.
    Wrong,
}

/// Something that was found.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    section: &'static str,
    name: &'static str,
    state: State,
    told: String,
    /// What to do; empty where nothing is.
    advice: String,
}

/// Columns before a name.
const MARGIN: usize = 4;
/// Columns of a line where the terminal has them.
const COLUMNS: usize = 100;

/// Tells what was found; whether nothing is to be mended.
///
/// # Errors
/// When the output takes nothing.
pub fn run(args: &Args, configured: &ConfigFiles, page: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let found = findings::all(&args.shelf, configured);
    let is_well = found.iter().all(|finding| finding.state != State::Wrong);
    match args.format {
        DoctorFormat::Json => {
            json::value(&found, out).map_err(Output)?;
            out.write_all(b"\n").map_err(Output)?;
        }
        DoctorFormat::Text => print_findings(&found, page, out).map_err(Output)?,
    }
    Ok(is_well)
}

fn print_findings(found: &[Finding], page: &OutputStyle, out: &mut impl Write) -> std::io::Result<()> {
    let name_columns = found.iter().map(|finding| width(finding.name)).max().unwrap_or(0) + 1;
    let before = MARGIN + name_columns;
    let columns = page.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS)).saturating_sub(before).max(20);
    for section in found.chunk_by(|one, other| one.section == other.section) {
        page.put(out, section[0].section, TextStyle::Strong)?;
        out.write_all(b"\n")?;
        for finding in section {
            let mark = match finding.state {
                State::Ok => " ",
                State::Note => "·",
                State::Wrong => "!",
            };
            let told = CleanBuf::block(&finding.told);
            for (n, line) in wrap(told.as_clean(), columns).into_iter().enumerate() {
                let (mark, name) = if n == 0 { (mark, finding.name) } else { (" ", "") };
                let gap = " ".repeat(name_columns.saturating_sub(width(name)));
                write!(out, "  {mark} ")?;
                page.put(out, name, TextStyle::Dim)?;
                writeln!(out, "{gap}{}", told.as_clean().get(line).unwrap_or_default())?;
            }
            let advice = CleanBuf::line(&finding.advice);
            for line in wrap(advice.as_clean(), columns) {
                writeln!(out, "{}{}", " ".repeat(before), advice.as_clean().get(line).unwrap_or_default())?;
            }
        }
    }
    Ok(())
}
