//! `tidings account list`: lists the accounts and their state.

use std::io::Write;

use chrono::{DateTime, Local};
use serde::Serialize;

use crate::cli::complain;
use crate::cli::error::Output;
use crate::cli::feeds::FeedsFormat;
use crate::cli::library_args::LibraryArgs;
use crate::cli::output_style::{OutputStyle, TextStyle};
use crate::library::{Account, AccountTotals, Library};
use crate::text::{counted, grouped};

/// The message when the library has no accounts.
const NO_ACCOUNTS: &str = "no accounts; add one with tidings account add";

/// The arguments of `tidings account list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The output format
    #[arg(long, value_enum, default_value_t = FeedsFormat::Table)]
    format: FeedsFormat,
    #[command(flatten)]
    library: LibraryArgs,
}

/// An account in JSON.
#[derive(Debug, Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'static str,
    address: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    user: &'a str,
    take: String,
    feeds: u64,
    releases: u64,
    unread: u64,
    starred: u64,
    waiting_marks: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<&'a str>,
    failures: u32,
}

/// Lists the accounts. Returns whether there are any.
///
/// # Errors
/// If the library or the output cannot be used.
pub fn run(args: &Args, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let library: Option<Library> = args.library.open()?;
    let Some(library) = library else {
        complain(NO_ACCOUNTS);
        return Ok(false);
    };
    let mut accounts = Vec::new();
    for account in library.accounts()? {
        let totals = library.account_totals(account.id)?;
        accounts.push((account, totals));
    }
    if accounts.is_empty() {
        complain(NO_ACCOUNTS);
        return Ok(false);
    }
    match args.format {
        FeedsFormat::Json => {
            let rows: Vec<Row<'_>> = accounts.iter().map(|(account, totals)| row(account, totals)).collect();
            serde_json::to_writer_pretty(&mut *out, &rows).map_err(std::io::Error::from).map_err(Output)?;
            writeln!(out).map_err(Output)?;
        }
        FeedsFormat::Table => {
            for (account, totals) in &accounts {
                table_row(account, totals, style, out).map_err(Output)?;
            }
        }
    }
    Ok(true)
}

fn row<'a>(account: &'a Account, totals: &AccountTotals) -> Row<'a> {
    Row {
        name: account.name.as_str(),
        kind: account.kind.as_str(),
        address: account.address.as_str(),
        user: account.user.as_str(),
        take: account.take.to_string(),
        feeds: totals.feeds,
        releases: totals.releases,
        unread: totals.unread,
        starred: totals.starred,
        waiting_marks: totals.waiting,
        last_success: account.succeeded.and_then(|at| Some(DateTime::from_timestamp(at, 0)?.to_rfc3339())),
        last_error: account.error.as_ref().map(crate::text::CleanBuf::as_str),
        failures: account.failures,
    }
}

/// Writes the name and the address of an account, then its counts and its state, then the error if the last sync failed.
fn table_row(
    account: &Account,
    totals: &AccountTotals,
    style: &OutputStyle,
    out: &mut impl Write,
) -> std::io::Result<()> {
    style.put(out, account.name.as_str(), TextStyle::Strong)?;
    let user = if account.user.is_empty() { String::new() } else { format!(" as {}", account.user) };
    writeln!(out, "  {} at {}{user}", account.kind, account.address)?;
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let waiting = match totals.waiting {
        0 => String::new(),
        waiting => format!(", {} to send", counted(number(waiting), "mark")),
    };
    let counts = format!(
        "  {}, {} of {} unread{waiting}; {}",
        counted(number(totals.feeds), "feed"),
        grouped(number(totals.unread)),
        grouped(number(totals.releases)),
        state(account)
    );
    style.put(out, &counts, TextStyle::Dim)?;
    writeln!(out)?;
    if let Some(error) = &account.error {
        writeln!(out, "  {error}")?;
    }
    Ok(())
}

fn state(account: &Account) -> String {
    let time = |at| DateTime::from_timestamp(at, 0).map(|time| time.with_timezone(&Local));
    let succeeded = account.succeeded.and_then(time);
    let succeeded =
        succeeded.map_or_else(|| "never synced".to_owned(), |time| format!("synced {}", time.format("%Y-%m-%d %H:%M")));
    match account.failures {
        0 => succeeded,
        1 => format!("{succeeded}, last sync failed"),
        failures => format!("{succeeded}, last {failures} syncs failed"),
    }
}
