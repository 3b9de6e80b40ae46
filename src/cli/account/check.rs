//! `tidings account check`: tries each step of a sync and prints the time it takes.

use std::io::{self, Write};

use super::opened;
use crate::cli::error::Output;
use crate::cli::library_args::LibraryArgs;
use crate::cli::network_args::NetworkArgs;
use crate::feed::Limits;
use crate::sync::{CheckStep, check_account};

/// The width of the names of the steps.
const STEP: usize = 16;

/// The arguments of `tidings account check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Nothing is stored, and nothing is changed at the server.")]
pub struct Args {
    /// The account
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCandidates::new(crate::cli::values::accounts))]
    name: String,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Tries the steps, up to the first that fails. Returns whether all succeeded.
///
/// # Errors
/// If the account is unknown, or the library or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let (_, account) = opened(&args.library, &args.name)?;
    let engine = args.net.engine(&args.library, Limits::default())?;
    writeln!(out, "{}  {} at {}", account.name, account.kind, account.address).map_err(Output)?;
    let succeeded = check_account(&engine, &account, &mut |step| line(out, &step)).map_err(Output)?;
    Ok(succeeded)
}

/// Writes the result of a step, and the time it took.
fn line(out: &mut impl Write, step: &CheckStep) -> io::Result<()> {
    let CheckStep { name, took, outcome } = step;
    let result = outcome.as_ref().map_or_else(|error| format!("failed: {error}"), ToString::to_string);
    writeln!(out, "  {name:STEP$}  {:>6} ms  {result}", took.as_millis())?;
    out.flush()
}
