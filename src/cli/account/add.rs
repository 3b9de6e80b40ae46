//! `tidings account add`: finds a server, logs in, and adds the account.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;

use url::Url;

use super::{SecretArgs, find, quoted, typed_secret};
use crate::cli::complain;
use crate::cli::error::{Output, UsageError};
use crate::cli::library_args::LibraryArgs;
use crate::cli::network_args::NetworkArgs;
use crate::feed::Limits;
use crate::library::{AccountKind, Library, NewAccount, Take};
use crate::server::{self, Secret};
use crate::sync::{AccountOffer, Engine, NotAdded, add_account, secret_of_command};
use crate::text::{CleanBuf, counted, grouped};

/// The arguments of `tidings account add`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The API key of Miniflux is made under Settings, API keys. FreshRSS needs two settings: the administrator allows API access, \
and the user sets an API password in the profile. On a terminal, what the server has is shown before anything is stored.")]
pub struct Args {
    /// The kind of server: miniflux, freshrss, or greader for others with the Google Reader API
    #[arg(value_name = "KIND", value_parser = ["miniflux", "freshrss", "greader"])]
    kind: String,
    /// The address of the server as in a browser; for greader the address below which /reader/api/0 lies
    #[arg(value_name = "URL")]
    address: String,
    /// The user name at the server; not for miniflux, whose key belongs to a user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The name of the account here [default: the host]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    secret: SecretArgs,
    /// How much of what the server has to store: all, newest:N or days:N; what arrives later and what is starred is stored
    /// in any case
    #[arg(long, value_name = "PART", default_value = "newest:10000")]
    take: Take,
    /// Do not ask before storing the account
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    net: NetworkArgs,
}

/// Adds an account. Returns whether it was added.
///
/// # Errors
/// If an argument is invalid, or the library or the output cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let kind: AccountKind = args.kind.parse().map_err(UsageError)?;
    let user = match (kind, &args.user) {
        (AccountKind::Miniflux, Some(_)) => {
            return Err(UsageError("--user is not for miniflux: its API key belongs to a user".to_owned()).into());
        }
        (AccountKind::Miniflux, None) => String::new(),
        (_, Some(user)) => user.clone(),
        (_, None) => return Err(UsageError(format!("{kind} needs a user name: add --user NAME")).into()),
    };
    let name = CleanBuf::line(&args.name.clone().unwrap_or_else(|| host(&args.address)));
    let known = args.library.open()?.map_or_else(|| Ok(Vec::new()), |library: Library| library.accounts())?;
    if find(&known, name.as_str()).is_some() {
        return Err(name_taken(&name).into());
    }
    let engine = args.net.engine(&args.library, Limits::default())?;
    let Some(secret) = secret(kind, &args.secret, &engine)? else { return Ok(false) };
    let found = server::find(kind, &args.address, &user, &secret, &Arc::clone(engine.fetcher()), engine.cancellation());
    let shown = match found.and_then(|found| AccountOffer::read(found, args.take)) {
        Ok(offer) => offer,
        Err(error) => {
            complain(&format!("{}: {error}", CleanBuf::line(&args.address)));
            return Ok(false);
        }
    };
    let is_interactive = io::stdin().is_terminal() && io::stdout().is_terminal() && !args.yes;
    if is_interactive && !confirm(&shown, &name, out).map_err(Output)? {
        complain("nothing was stored");
        return Ok(false);
    }
    let account = NewAccount {
        kind,
        name: name.clone(),
        address: CleanBuf::line(&shown.address),
        user: if user.is_empty() { shown.user.clone() } else { CleanBuf::line(&user) },
        secret_command: args.secret.secret_command.clone(),
        take: args.take,
    };
    let (mut library, place) = (args.library.create()?, args.library.place()?);
    let typed = Some(&secret).filter(|_| account.secret_command.is_none());
    match add_account(&mut library, &place, &account, typed, &shown.part) {
        Ok(_) => {}
        Err(NotAdded::Library(error)) => return Err(error.into()),
        Err(NotAdded::NameTaken(_)) => return Err(name_taken(&name).into()),
        Err(known @ NotAdded::Known(_)) => return Err(UsageError(known.to_string()).into()),
    }
    writeln!(out, "added {name}: {}\nfetch it with: tidings sync {}", shown.summary(), quoted(&name))
        .map_err(Output)?;
    Ok(true)
}

fn name_taken(name: &CleanBuf) -> UsageError {
    UsageError(format!("an account {name} exists; choose another name with --name"))
}

/// Gets the secret from its command, standard input or the terminal.
pub fn secret(kind: AccountKind, args: &SecretArgs, engine: &Engine) -> anyhow::Result<Option<Secret>> {
    let secret = match &args.secret_command {
        Some(command) => {
            Some(secret_of_command(command, engine.cancellation()).map_err(|error| UsageError(error.to_string()))?)
        }
        None => typed_secret::read(kind.secret())
            .map_err(|error| UsageError(format!("cannot read the {}: {error}", kind.secret())))?,
    };
    if secret.as_ref().is_some_and(Secret::is_empty) {
        return Err(UsageError(format!("no {} given", kind.secret())).into());
    }
    Ok(secret)
}

/// Shows what the server has and asks whether to add it.
fn confirm(offer: &AccountOffer, name: &CleanBuf, out: &mut impl Write) -> io::Result<bool> {
    writeln!(out, "{} has for {}:", offer.address, offer.user)?;
    writeln!(
        out,
        "  {}, {}: {} unread, {} starred",
        counted(offer.feeds, "feed"),
        counted(offer.entries, "release"),
        grouped(offer.unread),
        grouped(offer.starred)
    )?;
    write!(out, "add it as {name}, with {}? [Y/n] ", offer.summary())?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    // Without an end of line, the input has ended.
    Ok(answer.ends_with('\n') && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

/// The host of an address, or the address itself.
fn host(address: &str) -> String {
    let with_scheme = if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    let url = Url::parse(&with_scheme).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_the_default_name() {
        assert_eq!(host("https://reader.example.org:8080/miniflux/"), "reader.example.org");
        assert_eq!(host("reader.example.org/x"), "reader.example.org");
        assert_eq!(host("::"), "::");
    }
}
