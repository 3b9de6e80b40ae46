//! Connects to the server of an account with its secret.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::library::{Account, LibraryPath, secrets};
use crate::net::fetch::Cancel;
use crate::server::{self, Login, Secret, Server};
use crate::sync::Engine;
use crate::sync::command::{self, CommandError};
use crate::text::CleanBuf;

/// Why there is no secret. Follows the name of the account and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSecret {
    /// The command failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// None is stored, as after an import.
    #[error("no {secret} stored; set it with: tidings account secret {name}")]
    Missing {
        /// "API key" or "API password".
        secret: &'static str,
        /// The name of the account.
        name: CleanBuf,
    },
    /// The file of secrets cannot be read.
    #[error("cannot read the file of secrets: {0}")]
    Unreadable(CleanBuf),
}

/// Clients that were used before, by the name of their secret. They keep their logins.
#[derive(Default)]
pub(in crate::sync) struct Clients(Mutex<HashMap<String, Box<dyn Server>>>);

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clients")
    }
}

impl Clients {
    /// Takes the client of an account out, so that no other thread uses it.
    pub fn take(&self, account: &Account) -> Option<Box<dyn Server>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&account.secret_name())
    }

    /// Keeps a client for the next time, unless its secret was refused: another one may have been stored meanwhile.
    fn keep(&self, account: &Account, client: Box<dyn Server>) {
        if !client.is_refused() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account.secret_name(), client);
        }
    }
}

/// Does something with the client of an account, and keeps the client with its login for the next time.
///
/// # Errors
/// If there is no secret.
pub fn with_server<T>(
    engine: &Engine,
    account: &Account,
    act: impl FnOnce(&mut dyn Server) -> T,
) -> Result<T, NoSecret> {
    let mut client = connect(engine, account)?;
    let done = act(&mut *client);
    engine.clients().keep(account, client);
    Ok(done)
}

/// Forgets the client of an account, whose secret was replaced.
pub fn forget_client(engine: &Engine, account: &Account) {
    drop(engine.clients().take(account));
}

/// Returns a client for an account: the one used before, or a new one with the secret.
///
/// # Errors
/// If there is no secret.
pub fn connect(engine: &Engine, account: &Account) -> Result<Box<dyn Server>, NoSecret> {
    if let Some(mut client) = engine.clients().take(account) {
        client.set_cancel(engine.cancellation());
        return Ok(client);
    }
    let login = Login {
        kind: account.kind,
        address: account.address.to_string(),
        user: account.user.to_string(),
        secret: secret(&engine.place, account, engine.cancellation())?,
    };
    Ok(server::connect(&login, engine.fetcher().clone(), engine.cancellation().clone()))
}

/// Returns the secret of an account.
fn secret(place: &LibraryPath, account: &Account, cancel: &Cancel) -> Result<Secret, NoSecret> {
    if let Some(command) = &account.secret_command {
        return Ok(secret_of_command(command, cancel)?);
    }
    let stored = secrets::get(place, &account.secret_name());
    let stored = stored.map_err(|error| NoSecret::Unreadable(CleanBuf::line(&error.to_string())))?;
    stored
        .map(|secret| Secret::new(&secret))
        .ok_or_else(|| NoSecret::Missing { secret: account.kind.secret(), name: account.name.clone() })
}

/// Runs a secret command. The secret is the first line that it prints.
///
/// # Errors
/// If the command fails or prints nothing.
pub fn secret_of_command(command: &str, cancel: &Cancel) -> Result<Secret, CommandError> {
    const WHAT: &str = "the secret command";
    let printed = command::run(WHAT, command, cancel)?;
    let secret = Secret::new(printed.lines().next().unwrap_or_default());
    if secret.is_empty() { Err(CommandError::Nothing { what: WHAT, expected: "secret" }) } else { Ok(secret) }
}
