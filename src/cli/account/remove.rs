//! `tidings account remove`: removes an account.

use std::io::Write;

use super::opened;
use crate::cli::complain;
use crate::cli::error::Output;
use crate::cli::library_args::LibraryArgs;
use crate::cli::network_args::NetworkArgs;
use crate::feed::Limits;
use crate::library::secrets;
use crate::sync::{Depth, SyncRequest, now, sync};
use crate::text::counted;

/// The arguments of `tidings account remove`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Marks that are not sent yet are sent first. The server keeps its feeds. Releases and marks stay here unless you add \
--delete-releases. The undo key of the reader takes the removal back; the API key or password has to be set again then.")]
pub struct Args {
    /// The account
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCandidates::new(crate::cli::values::accounts))]
    name: String,
    /// Also delete the releases of feeds that are followed only through this account
    #[arg(long)]
    delete_releases: bool,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Removes an account. Returns whether no mark is lost.
///
/// # Errors
/// If the account is unknown, or the library, the file of secrets or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let (mut library, account) = opened(&args.library, &args.name)?;
    let mut is_whole = true;
    if !library.outbox(account.id)?.is_empty() {
        let engine = args.net.engine(&args.library, Limits::default())?;
        let request = SyncRequest { accounts: vec![account.id], depth: Depth::Marks, ..SyncRequest::default() };
        let ended = sync(&engine, &request, &mut |_| {})?;
        let lost = library.outbox(account.id)?.len();
        if lost > 0 {
            let reason = ended.first_error.map_or_else(String::new, |(_, reason)| format!(": {reason}"));
            complain(&format!("{} could not be sent and will not reach the server{reason}", counted(lost, "mark")));
            is_whole = false;
        }
    }
    library.remove_account(account.id, args.delete_releases, &format!("removed {}", account.name), now())?;
    secrets::remove(&args.library.place()?, &account.secret_name())?;
    writeln!(out, "removed {}", account.name).map_err(Output)?;
    Ok(is_whole)
}
