//! `tidings doctor`: checks the terminal, the files, the library and the settings.
//!
//! It makes no connections and changes nothing, except that opening a damaged library repairs it. `findings` runs the
//! checks; this module prints the results.

mod accounts;
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
    /// The output format
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    format: DoctorFormat,
    #[command(flatten)]
    library: LibraryArgs,
}

/// The output format of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// Plain text
    Text,
    /// A JSON array of objects: section, name, state (ok, note, wrong), text, advice
    Json,
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// No problem.
    Ok,
    /// Worth knowing, but no problem.
    Note,
    /// A problem.
    Wrong,
}

/// The result of one check.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    section: &'static str,
    name: &'static str,
    state: State,
    text: String,
    /// What to do; may be empty.
    advice: String,
}

/// The margin before a name, in columns.
const MARGIN: usize = 4;
/// The longest line, in columns.
const COLUMNS: usize = 100;

/// Prints all findings. Returns whether there are no problems.
///
/// # Errors
/// If the output cannot be written.
pub fn run(args: &Args, config_files: &ConfigFiles, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let found = findings::all(&args.library, config_files);
    let is_well = found.iter().all(|finding| finding.state != State::Wrong);
    match args.format {
        DoctorFormat::Json => {
            json::value(&found, out).map_err(Output)?;
            out.write_all(b"\n").map_err(Output)?;
        }
        DoctorFormat::Text => print_findings(&found, style, out).map_err(Output)?,
    }
    Ok(is_well)
}

fn print_findings(found: &[Finding], style: &OutputStyle, out: &mut impl Write) -> std::io::Result<()> {
    let name_columns = found.iter().map(|finding| width(finding.name)).max().unwrap_or(0) + 1;
    let before = MARGIN + name_columns;
    let columns = style.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS)).saturating_sub(before).max(20);
    for section in found.chunk_by(|one, other| one.section == other.section) {
        style.put(out, section[0].section, TextStyle::Strong)?;
        out.write_all(b"\n")?;
        for finding in section {
            let mark = match finding.state {
                State::Ok => " ",
                State::Note => "·",
                State::Wrong => "!",
            };
            let text = CleanBuf::block(&finding.text);
            for (n, line) in wrap(text.as_clean(), columns).into_iter().enumerate() {
                let (mark, name) = if n == 0 { (mark, finding.name) } else { (" ", "") };
                let gap = " ".repeat(name_columns.saturating_sub(width(name)));
                write!(out, "  {mark} ")?;
                style.put(out, name, TextStyle::Dim)?;
                writeln!(out, "{gap}{}", text.as_clean().get(line).unwrap_or_default())?;
            }
            let advice = CleanBuf::line(&finding.advice);
            for line in wrap(advice.as_clean(), columns) {
                writeln!(out, "{}{}", " ".repeat(before), advice.as_clean().get(line).unwrap_or_default())?;
            }
        }
    }
    Ok(())
}
