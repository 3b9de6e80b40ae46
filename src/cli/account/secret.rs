//! `tidings account secret`: replaces the API key or password of an account.

use std::io::Write;

use super::{SecretArgs, add, opened};
use crate::cli::complain;
use crate::cli::error::Output;
use crate::cli::library_args::LibraryArgs;
use crate::cli::network_args::NetworkArgs;
use crate::feed::Limits;
use crate::library::secrets;
use crate::server::{self, Login};

/// The arguments of `tidings account secret`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The account
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCandidates::new(crate::cli::values::accounts))]
    name: String,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Replaces the secret if the server accepts it, or cannot be asked because tidings is offline. Returns whether it did.
///
/// # Errors
/// If the account is unknown, or the library, the file of secrets or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let (mut library, account) = opened(&args.library, &args.name)?;
    let engine = args.net.engine(&args.library, Limits::default())?;
    let Some(secret) = add::secret(account.kind, &args.secret, &engine)? else { return Ok(false) };
    let login = Login {
        kind: account.kind,
        address: account.address.to_string(),
        user: account.user.to_string(),
        secret: secret.clone(),
    };
    let mut server = server::connect(&login, engine.fetcher().clone(), engine.cancellation().clone());
    match server.log_in() {
        Ok(_) => {}
        Err(error) if error.is_own() && args.net.offline => {}
        Err(error) => {
            complain(&format!("{}: {error}; the {} was not replaced", account.name, account.kind.secret()));
            return Ok(false);
        }
    }
    library.set_secret_command(account.id, args.secret.secret_command.as_deref())?;
    let place = args.library.place()?;
    match &args.secret.secret_command {
        Some(_) => secrets::remove(&place, &account.secret_name())?,
        None => secrets::set(&place, &account.secret_name(), secret.reveal())?,
    }
    writeln!(out, "replaced the {} of {}", account.kind.secret(), account.name).map_err(Output)?;
    Ok(true)
}
