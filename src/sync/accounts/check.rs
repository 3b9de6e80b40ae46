//! Tries each step of a sync of an account. Nothing is stored, and nothing is changed at the server.

use std::time::{Duration, Instant};

use super::connect;
use crate::library::Account;
use crate::server::{List, Server, ServerError};
use crate::sync::Engine;
use crate::text::{CleanBuf, counted};

/// A step that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckStep {
    /// Its name.
    pub name: &'static str,
    /// The time it took.
    pub took: Duration,
    /// What was found, or why it failed.
    pub outcome: Result<CleanBuf, CleanBuf>,
}

/// A step: what it asks, and what it found.
type Step = fn(&mut dyn Server) -> Result<String, ServerError>;

/// The steps after finding the secret, in the order of a sync.
const STEPS: [(&str, Step); 7] = [
    ("login", |server| Ok(format!("as {}", server.log_in()?))),
    ("version", |server| Ok(server.version()?.map_or_else(|| "unknown".to_owned(), |version| version.to_string()))),
    ("feeds", |server| Ok(counted(server.feeds()?.len(), "feed"))),
    ("folders", |server| Ok(counted(server.folders()?.len(), "folder"))),
    ("unread", |server| list(server, &List::Unread)),
    ("starred", |server| list(server, &List::Starred)),
    ("all", |server| list(server, &List::All)),
];

fn list(server: &mut dyn Server, list: &List) -> Result<String, ServerError> {
    Ok(counted(server.ids(list, 0)?.len(), "release"))
}

/// Tries the steps, up to the first that fails, and reports each as it ends. Returns whether all succeeded. Ends early
/// if `report` fails.
///
/// # Errors
/// The error of `report`.
pub fn check_account<E>(
    engine: &Engine,
    account: &Account,
    report: &mut dyn FnMut(CheckStep) -> Result<(), E>,
) -> Result<bool, E> {
    let mut try_step = |name, step: &mut dyn FnMut() -> Result<String, String>| {
        let begun = Instant::now();
        let outcome = step().map(|found| CleanBuf::line(&found)).map_err(|error| CleanBuf::line(&error));
        let is_ok = outcome.is_ok();
        report(CheckStep { name, took: begun.elapsed(), outcome }).map(|()| is_ok)
    };
    let mut server = None;
    let mut find = || {
        server = Some(connect(engine, account).map_err(|error| error.to_string())?);
        Ok("found".to_owned())
    };
    if !try_step(account.kind.secret(), &mut find)? {
        return Ok(false);
    }
    let Some(mut server) = server else { return Ok(false) };
    for (name, step) in STEPS {
        if !try_step(name, &mut || step(&mut *server).map_err(|error| error.to_string()))? {
            return Ok(false);
        }
    }
    Ok(true)
}
