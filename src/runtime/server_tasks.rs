//! Does what the user asks of the servers of accounts, each task on a thread of its own.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Display;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::library_writer::{Job, LibraryWriter};
use super::server_search::{Searches, Searching};
use super::{Event, send, thread};
use crate::app::Msg;
use crate::app::at_server::{Login, SecretSource, ServerAnswer, ServerTask};
use crate::app::library::LibraryEvent;
use crate::catalog::Catalog;
use crate::library::{Account, AccountId, AccountLink, Library, NewAccount, SourceId, secrets};
use crate::net::fetch::Cancel;
use crate::server::{self, Secret, Server};
use crate::sync::{
    AccountOffer, Depth, Engine, SyncRequest, add_account, check_account, forget_client, move_at, secret_of_command,
    starred_at, subscribe_at, sync, unsubscribe_at, with_server,
};
use crate::text::CleanBuf;

/// The running tasks.
#[derive(Default)]
pub(super) struct ServerTasks {
    running: Arc<Mutex<HashMap<u64, Cancel>>>,
    searches: Arc<Mutex<Searches>>,
}

impl ServerTasks {
    /// Starts a task. `read` has the library shown again when it is done.
    pub fn start(
        &self,
        number: u64,
        task: ServerTask,
        engine: &Engine,
        catalog: &Arc<Catalog>,
        (writer, sender): (LibraryWriter, Sender<Event>),
        read: impl Fn() + Send + 'static,
    ) {
        let cancel = Cancel::default();
        lock(&self.running).insert(number, cancel.clone());
        let engine = engine.with_cancellation(cancel);
        let running = Running { tasks: Arc::clone(&self.running), number, sender: sender.clone(), answer: None };
        let (searches, catalog) = (Arc::clone(&self.searches), Arc::clone(catalog));
        let started = thread::spawn("server", "asking a server", &sender, move || {
            let mut running = running;
            running.answer = Some(match task {
                ServerTask::Search { account, query, everything } => {
                    Searching { engine: &engine, writer: &writer, searches: &searches, catalog: &catalog }
                        .search(account, &query, everything)
                }
                ServerTask::Check { account } => check(&engine, account, number, &running.sender),
                task => run(&engine, task),
            });
            // The library may be new and not watched yet.
            writer.send(Job::CheckChanges);
            read();
        });
        drop(started);
    }

    /// Cancels a task.
    pub fn cancel(&self, number: u64) {
        if let Some(cancel) = lock(&self.running).remove(&number) {
            cancel.cancel();
        }
    }
}

/// A task that runs. Its answer is sent however it ends.
struct Running {
    tasks: Arc<Mutex<HashMap<u64, Cancel>>>,
    number: u64,
    sender: Sender<Event>,
    answer: Option<Result<ServerAnswer, CleanBuf>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.tasks).remove(&self.number);
        let answer = self.answer.take().unwrap_or_else(|| Err(CleanBuf::line("failed")));
        send(&self.sender, Msg::Library(LibraryEvent::AtServer { number: self.number, answer }));
    }
}

fn lock(tasks: &Mutex<HashMap<u64, Cancel>>) -> std::sync::MutexGuard<'_, HashMap<u64, Cancel>> {
    tasks.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn line(error: &dyn Display) -> CleanBuf {
    CleanBuf::line(&error.to_string())
}

fn run(engine: &Engine, task: ServerTask) -> Result<ServerAnswer, CleanBuf> {
    match task {
        ServerTask::Find(login) => find(engine, &login).map(|offer| ServerAnswer::Found(Box::new(offer))),
        ServerTask::Add(login, offer) => add(engine, &login, &offer).map(ServerAnswer::Added),
        ServerTask::ReplaceSecret { account, secret } => {
            replace_secret(engine, account, &secret).map(|()| ServerAnswer::Done)
        }
        ServerTask::Subscribe { account, address, folder } => {
            let mut library = open(engine)?;
            let account = account_of(&library, account)?;
            let subscribed = with_server(engine, &account, |server| {
                subscribe_at(&mut library, &account, server, &address, folder.as_deref())
            });
            let (_, title) = subscribed.map_err(|error| line(&error))?.map_err(|error| line(&error))?;
            Ok(ServerAnswer::Subscribed(title))
        }
        ServerTask::Move { source, folder } => {
            at_each(engine, source, |library, account, link, server| {
                move_at(library, account, server, &link.remote, &folder).map_err(|error| line(&error))
            })?;
            Ok(ServerAnswer::Done)
        }
        ServerTask::CountStarred { source } => {
            let mut starred = 0;
            at_each(engine, source, |library, account, link, server| {
                starred += starred_at(library, account, server, &link.remote).map_err(|error| line(&error))?;
                Ok(())
            })?;
            Ok(ServerAnswer::Starred(starred))
        }
        ServerTask::Unsubscribe { source } => {
            at_each(engine, source, |library, account, link, server| {
                unsubscribe_at(library, account, server, &link.remote).map_err(|error| line(&error))
            })?;
            Ok(ServerAnswer::Done)
        }
        // They need more than the others.
        ServerTask::Search { .. } | ServerTask::Check { .. } => Ok(ServerAnswer::Done),
        ServerTask::SendMarks { account } => {
            let request = SyncRequest { accounts: vec![account], depth: Depth::Marks, ..SyncRequest::default() };
            let ended = sync(engine, &request, &mut |_| {}).map_err(|error| line(&error))?;
            let waiting = open(engine)?.outbox(account).map_err(|error| line(&error))?.len();
            let reason = ended.first_error.map(|(_, reason)| reason);
            Ok(ServerAnswer::Waiting(waiting as u64, reason))
        }
    }
}

/// Tries each step of a sync and sends it as it ends.
fn check(engine: &Engine, account: AccountId, number: u64, sender: &Sender<Event>) -> Result<ServerAnswer, CleanBuf> {
    let account = account_of(&open(engine)?, account)?;
    let checked: Result<bool, Infallible> = check_account(engine, &account, &mut |step| {
        send(sender, Msg::Library(LibraryEvent::Checked(number, step)));
        Ok(())
    });
    checked.map(|_| ServerAnswer::Done).map_err(|never| match never {})
}

pub(super) fn open(engine: &Engine) -> Result<Library, CleanBuf> {
    let library = Library::open(&engine.place).map_err(|error| line(&error))?;
    library.ok_or_else(|| CleanBuf::line("there is no library"))
}

pub(super) fn account_of(library: &Library, id: AccountId) -> Result<Account, CleanBuf> {
    let accounts = library.accounts().map_err(|error| line(&error))?;
    accounts.into_iter().find(|account| account.id == id).ok_or_else(|| CleanBuf::line("the account was removed"))
}

/// Does something at every account that follows a feed. An error names the account.
fn at_each(
    engine: &Engine,
    source: SourceId,
    mut act: impl FnMut(&mut Library, &Account, &AccountLink, &mut dyn Server) -> Result<(), CleanBuf>,
) -> Result<(), CleanBuf> {
    let mut library = open(engine)?;
    let sources = library.sources().map_err(|error| line(&error))?;
    let found = sources.into_iter().find(|one| one.id == source);
    let found = found.ok_or_else(|| CleanBuf::line("the subscription was removed"))?;
    for link in &found.accounts {
        let named = |reason: CleanBuf| CleanBuf::line(&format!("{}: {reason}", link.name));
        let account = account_of(&library, link.id).map_err(named)?;
        let acted = with_server(engine, &account, |server| act(&mut library, &account, link, server));
        acted.map_err(|error| named(line(&error)))?.map_err(named)?;
    }
    Ok(())
}

/// Returns an API key or password, from its command if it has one.
fn secret_of(engine: &Engine, source: &SecretSource) -> Result<Secret, CleanBuf> {
    match source {
        SecretSource::Typed(secret) => Ok(secret.clone()),
        SecretSource::Command(command) => {
            secret_of_command(command, engine.cancellation()).map_err(|error| line(&error))
        }
    }
}

fn command_of(source: &SecretSource) -> Option<String> {
    match source {
        SecretSource::Typed(_) => None,
        SecretSource::Command(command) => Some(command.clone()),
    }
}

fn find(engine: &Engine, login: &Login) -> Result<AccountOffer, CleanBuf> {
    let secret = secret_of(engine, &login.secret)?;
    let (fetcher, cancel) = (engine.fetcher(), engine.cancellation());
    let found = server::find(login.kind, &login.address, &login.user, &secret, fetcher, cancel);
    found.and_then(|found| AccountOffer::read(found, login.take)).map_err(|error| line(&error))
}

fn add(engine: &Engine, login: &Login, offer: &AccountOffer) -> Result<AccountId, CleanBuf> {
    let account = NewAccount {
        kind: login.kind,
        name: login.name.clone(),
        address: CleanBuf::line(&offer.address),
        user: if login.user.is_empty() { offer.user.clone() } else { CleanBuf::line(&login.user) },
        secret_command: command_of(&login.secret),
        take: login.take,
    };
    let typed = if let SecretSource::Typed(secret) = &login.secret { Some(secret) } else { None };
    let mut library = Library::create(&engine.place).map_err(|error| line(&error))?;
    add_account(&mut library, &engine.place, &account, typed, &offer.part).map_err(|error| line(&error))
}

/// Replaces the secret of an account if its server accepts the new one.
fn replace_secret(engine: &Engine, id: AccountId, source: &SecretSource) -> Result<(), CleanBuf> {
    let mut library = open(engine)?;
    let account = account_of(&library, id)?;
    let secret = secret_of(engine, source)?;
    let login = server::Login {
        kind: account.kind,
        address: account.address.to_string(),
        user: account.user.to_string(),
        secret: secret.clone(),
    };
    let mut server = server::connect(&login, Arc::clone(engine.fetcher()), engine.cancellation().clone());
    server.log_in().map_err(|error| line(&error))?;
    let stored = library.set_secret_command(id, command_of(source).as_deref());
    let stored = stored.and_then(|()| match source {
        SecretSource::Typed(_) => secrets::set(&engine.place, &account.secret_name(), secret.reveal()),
        SecretSource::Command(_) => secrets::remove(&engine.place, &account.secret_name()),
    });
    stored.map_err(|error| line(&error))?;
    // One with the old secret may be kept.
    forget_client(engine, &account);
    Ok(())
}
