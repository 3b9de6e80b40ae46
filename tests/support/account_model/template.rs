//! An empty library with an account, copied for each history, and with triggers that stop all writes after a number of
//! changed rows: what a kill at that moment leaves.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use tidings::library::{AccountId, Library, LibraryPath, NewAccount, Take};
use tidings::net::fetch::{Fetcher, Limits};
use tidings::text::CleanBuf;

use super::Dialect;
use crate::sync_server::SyncServer;

/// The tables that a sync writes to.
const TABLES: [&str; 8] =
    ["accounts", "account_feeds", "entries", "outbox", "marks", "releases", "subscriptions", "feeds"];

/// What histories share.
pub struct Template {
    folder: tempfile::TempDir,
    fetcher: Arc<Fetcher>,
}

impl Template {
    pub fn new() -> Self {
        let folder = temporary();
        let file = folder.path().join("library.db");
        drop(Library::create(&LibraryPath::of_file(&file)).expect("a library"));
        let connection = Connection::open(&file).expect("the library");
        let mut sql = String::from("CREATE TABLE fault (left INTEGER); INSERT INTO fault VALUES (NULL);");
        for table in TABLES {
            for event in ["INSERT", "UPDATE", "DELETE"] {
                let _ = write!(
                    sql,
                    "CREATE TRIGGER fault_of_{table}_{event} BEFORE {event} ON {table} BEGIN
                         UPDATE fault SET left = left - 1 WHERE left IS NOT NULL;
                         SELECT RAISE(ABORT, 'killed') FROM fault WHERE left < 0;
                     END;"
                );
            }
        }
        sql += "PRAGMA wal_checkpoint(TRUNCATE);";
        connection.execute_batch(&sql).expect("the triggers");
        connection.close().expect("closed");
        Self { folder, fetcher: Arc::new(Fetcher::within(Limits::default(), &|_| None)) }
    }

    /// A copy of the library in a folder of its own.
    pub fn copy(&self) -> (tempfile::TempDir, PathBuf) {
        let folder = temporary();
        let file = folder.path().join("library.db");
        fs::copy(self.folder.path().join("library.db"), &file).expect("a copy");
        (folder, file)
    }

    pub fn fetcher(&self) -> Arc<Fetcher> {
        Arc::clone(&self.fetcher)
    }
}

/// A folder in memory where the system has one: durability is tested elsewhere.
fn temporary() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}

/// Adds an account of a server to a library.
pub fn add_account(file: &Path, server: &SyncServer, dialect: Dialect) -> AccountId {
    let (kind, path) = dialect.account();
    let mut library = Library::open(&LibraryPath::of_file(file)).expect("a library").expect("a library");
    let new = NewAccount {
        kind,
        name: CleanBuf::line("account"),
        address: CleanBuf::line(&format!("{}{path}", server.address())),
        user: CleanBuf::line(&server.login().0),
        secret_command: None,
        take: Take::All,
    };
    library.add_account(&new).expect("written").expect("a free name")
}
