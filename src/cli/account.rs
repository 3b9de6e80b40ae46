//! `tidings account`: accounts at sync servers.

mod add;
mod check;
mod list;
mod remove;
mod secret;
mod typed_secret;

use std::io::Write;

use super::error::UsageError;
use super::library_args::LibraryArgs;
use super::output_style::OutputStyle;
use crate::library::{Account, Library};
use crate::text::{CleanBuf, fold};

/// Add, list, check or remove accounts at Miniflux, FreshRSS and similar servers
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An account brings the feeds, folders and entries that a server follows for you, and keeps marks in step with it in both \
directions. tidings sync includes accounts.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Add an account
    Add(add::Args),
    /// List accounts with counts, last sync and last error
    List(list::Args),
    /// Try each step of a sync, and print the time it takes
    Check(check::Args),
    /// Replace the API key or password
    Secret(secret::Args),
    /// Remove an account; its releases and marks are kept
    Remove(remove::Args),
}

/// Runs a subcommand. Returns whether it succeeded.
///
/// # Errors
/// If an argument is invalid, or the library or the output cannot be used.
pub fn run(args: &Args, style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    match &args.what {
        What::Add(args) => add::run(args, out),
        What::List(args) => list::run(args, style, out),
        What::Check(args) => check::run(args, out),
        What::Secret(args) => secret::run(args, out),
        What::Remove(args) => remove::run(args, out),
    }
}

/// Where the secret of an account comes from.
#[derive(Debug, Clone, clap::Args)]
struct SecretArgs {
    /// A shell command that prints the API key or password; it runs at each sync, and the secret is not stored [default:
    /// ask, or read standard input if it is no terminal]
    #[arg(long, value_name = "COMMAND")]
    secret_command: Option<String>,
}

/// Opens the library and finds an account by its name.
pub fn opened(library_args: &LibraryArgs, name: &str) -> anyhow::Result<(Library, Account)> {
    let library = library_args.open()?;
    let accounts = library.as_ref().map_or_else(|| Ok(Vec::new()), Library::accounts)?;
    let found = find(&accounts, name).cloned();
    match (library, found) {
        (Some(library), Some(account)) => Ok((library, account)),
        _ => Err(UsageError(not_found(&accounts, name)).into()),
    }
}

/// Finds an account by its name, in any letter case.
pub fn find<'a>(accounts: &'a [Account], name: &str) -> Option<&'a Account> {
    let wanted = fold(name);
    let exact = accounts.iter().find(|account| account.name.as_str() == name);
    exact.or_else(|| accounts.iter().find(|account| fold(account.name.as_str()) == wanted))
}

/// Returns the message for an unknown account.
pub fn not_found(accounts: &[Account], name: &str) -> String {
    let name = CleanBuf::line(name);
    if accounts.is_empty() {
        return format!("unknown account {name}; add one with tidings account add");
    }
    let known: Vec<&str> = accounts.iter().map(|account| account.name.as_str()).collect();
    format!("unknown account {name}; expected {}", known.join(", "))
}

/// A name as an argument of a shell.
pub fn quoted(name: &CleanBuf) -> String {
    let is_plain = name.as_str().chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    if is_plain { name.to_string() } else { format!("'{}'", name.as_str().replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_is_quoted() {
        assert_eq!(quoted(&CleanBuf::line("a-b.c")), "a-b.c");
        assert_eq!(quoted(&CleanBuf::line("Ann's server")), "'Ann'\\''s server'");
    }
}
