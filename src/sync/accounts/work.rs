//! Accounts in a sync: which are synced, each on a thread of its own, and how the result is reported.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::thread;

use super::{AccountError, AccountSynced, Depth, Fetching, failure, sync_account, with_server};
use crate::library::{Account, AccountId, Library, LibraryError};
use crate::net::fetch::FetchError;
use crate::sync::run::{Done, Run};
use crate::sync::{Engine, SyncRequest, now};
use crate::text::{CleanBuf, panic_text};

impl Run<'_> {
    /// Starts the sync of accounts, except those already running.
    pub fn add_accounts(&mut self, request: &SyncRequest, results: &Sender<Done>) -> Result<(), LibraryError> {
        let accounts = chosen(self.library.accounts()?, request, now());
        for account in accounts {
            let is_new = request.accounts.contains(&account.id) || !self.finished_accounts.contains(&account.id);
            if !is_new || self.fetching.contains_key(&account.id) {
                continue;
            }
            self.fetching.insert(account.id, Fetching::default());
            self.progress.all += 1;
            (self.report)(&self.progress);
            self.start_account(account, request.depth, results.clone());
        }
        Ok(())
    }

    /// Starts a thread for an account. It has a connection of its own to the library.
    fn start_account(&mut self, account: Account, depth: Depth, results: Sender<Done>) {
        self.running += 1;
        let engine = self.engine.clone();
        let (sender, of_thread) = (results.clone(), account.clone());
        let work = move || {
            let account = of_thread;
            let id = account.id;
            let report = &mut |fetching| drop(results.send(Done::Fetching(id, fetching)));
            let synced = catch_unwind(AssertUnwindSafe(|| sync_on_thread(&engine, &account, depth, report)));
            let synced = synced.unwrap_or_else(|payload| Err(panic_text("syncing the account", &*payload)));
            // There is no receiver once the sync has ended.
            let _ = results.send(Done::Account(Box::new(account), synced));
        };
        if let Err(error) = thread::Builder::new().name("account".to_owned()).spawn(work) {
            let reason = CleanBuf::line(&format!("cannot start a thread: {error}"));
            let _ = sender.send(Done::Account(Box::new(account), Err(reason)));
        }
    }

    /// Reports how many entries of an account are fetched.
    pub fn report_fetching(&mut self, id: AccountId, fetching: Fetching) {
        self.fetching.insert(id, fetching);
        self.progress.fetching = self.all_fetching();
        (self.report)(&self.progress);
    }

    /// The entries fetched and to fetch, of all accounts being synced.
    fn all_fetching(&self) -> Option<Fetching> {
        self.fetching.values().copied().filter(|one| one.all > 0).reduce(|one, other| Fetching {
            done: one.done + other.done,
            all: one.all + other.all,
            fresh: one.fresh + other.fresh,
        })
    }

    /// Reports a synced account.
    pub fn apply_account(&mut self, account: &Account, synced: Result<AccountSynced, CleanBuf>) {
        self.fetching.remove(&account.id);
        self.finished_accounts.insert(account.id);
        self.progress.fetching = self.all_fetching();
        match synced {
            Ok(AccountSynced { fresh, sent, waiting, remark }) => {
                tracing::info!(account = %account.name, fresh, sent, waiting, "synced");
                self.progress.sent += sent;
                if let Some(remark) = remark {
                    self.progress.first_remark.get_or_insert((account.name.clone(), remark));
                }
                self.report_finished(account.name.clone(), Ok(fresh));
            }
            Err(reason) => {
                tracing::warn!(account = %account.name, %reason, "not synced");
                self.report_finished(account.name.clone(), Err(reason));
            }
        }
    }
}

/// Syncs an account with a connection of its own.
fn sync_on_thread(
    engine: &Engine,
    account: &Account,
    depth: Depth,
    report: &mut dyn FnMut(Fetching),
) -> Result<AccountSynced, CleanBuf> {
    let line = |error: &dyn std::fmt::Display| CleanBuf::line(&error.to_string());
    // Before a secret command runs, which may need the network too.
    if engine.fetcher().is_offline() {
        return Err(line(&FetchError::Offline));
    }
    let opened = Library::open(&engine.place).map_err(|error| line(&error))?;
    let Some(mut library) = opened else { return Ok(AccountSynced::default()) };
    let synced =
        with_server(engine, account, |server| sync_account(engine, &mut library, account, server, depth, report));
    synced.map_err(|error| line(&error))?.map_err(|error| match error {
        AccountError::Server(error) => failure(account, &error),
        AccountError::Library(error) => line(&error),
    })
}

/// The accounts to sync. A scheduled sync leaves out those that failed recently.
fn chosen(mut accounts: Vec<Account>, request: &SyncRequest, now: i64) -> Vec<Account> {
    let is_all = request.sources.is_empty() && request.accounts.is_empty();
    accounts.retain(|account| {
        let is_resting = [account.retry, account.pause].into_iter().flatten().any(|until| until > now);
        (is_all || request.accounts.contains(&account.id)) && !(request.is_scheduled && is_resting)
    });
    accounts
}
