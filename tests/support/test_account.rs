//! An account at a server of the tests, with a library in a temporary folder.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::ops::ControlFlow;
use std::sync::Arc;

use tidings::feed::Limits as FeedLimits;
use tidings::library::{Account, AccountId, AccountKind, Flags, Library, LibraryPath, NewAccount, Take, secrets};
use tidings::net::fetch::{Cancel, Fetcher, Limits};
use tidings::server::{self, Login, Secret, Server};
use tidings::sync::{AccountError, AccountSynced, Depth, Engine, sync_account};
use tidings::text::CleanBuf;

use crate::sync_server::{Kind, Seen, SyncServer};

/// A release as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    pub title: String,
    pub text: String,
    pub topics: Vec<String>,
    /// The key of its feed, and its number there.
    pub key: (String, u64),
    pub is_read: bool,
    pub is_starred: bool,
}

pub struct TestAccount {
    pub server: SyncServer,
    folder: tempfile::TempDir,
    fetcher: Arc<Fetcher>,
    id: AccountId,
    client: Option<Box<dyn Server>>,
}

impl TestAccount {
    /// An account that takes all entries.
    pub fn new(kind: AccountKind) -> Self {
        Self::of(SyncServer::start(kind_of(kind)), kind, Take::All)
    }

    /// An account at a server that has entries already.
    pub fn of(server: SyncServer, kind: AccountKind, take: Take) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = if kind == AccountKind::FreshRss { "/api/greader.php" } else { "" };
        let new = NewAccount {
            kind,
            name: CleanBuf::line("account"),
            address: CleanBuf::line(&format!("{}{path}", server.address())),
            user: CleanBuf::line(&server.login().0),
            secret_command: None,
            take,
        };
        let mut library = Library::create(&place(&folder)).expect("a library");
        let id = library.add_account(&new).expect("written").expect("a free name");
        let fetcher = Arc::new(Fetcher::within(Limits::default(), &|_| None));
        Self { server, folder, fetcher, id, client: None }
    }

    /// Starts the program again: it logs in anew and knows no pauses.
    pub fn restart(&mut self) {
        self.client = None;
        self.fetcher = Arc::new(Fetcher::within(Limits::default(), &|_| None));
    }

    pub fn library(&self) -> Library {
        Library::open(&place(&self.folder)).expect("a library").expect("a library")
    }

    /// An engine with the secret of the account, as a running program has it.
    pub fn engine(&self) -> Engine {
        let account = self.account();
        let is_key = account.kind == AccountKind::Miniflux;
        let secret = if is_key { self.server.key() } else { self.server.login().1 };
        secrets::set(&place(&self.folder), &account.secret_name(), &secret).expect("written");
        Engine::new(place(&self.folder), Fetcher::within(Limits::default(), &|_| None), FeedLimits::default())
    }

    /// The account as it is stored.
    pub fn account(&self) -> Account {
        let accounts = self.library().accounts().expect("read");
        accounts.into_iter().find(|account| account.id == self.id).expect("the account")
    }

    /// Syncs everything, which has to succeed.
    pub fn sync(&mut self) -> AccountSynced {
        self.try_sync(Depth::Whole).expect("a sync")
    }

    pub fn try_sync(&mut self, depth: Depth) -> Result<AccountSynced, AccountError> {
        let (mut library, account) = (self.library(), self.account());
        let client = self.client.get_or_insert_with(|| {
            let is_key = account.kind == AccountKind::Miniflux;
            let secret = if is_key { self.server.key() } else { self.server.login().1 };
            let (kind, user) = (account.kind, account.user.to_string());
            let login = Login { kind, address: account.address.to_string(), user, secret: Secret::new(&secret) };
            server::connect(&login, Arc::clone(&self.fetcher), Cancel::default())
        });
        let fetcher = Fetcher::within(Limits::default(), &|_| None);
        let engine = Engine::new(place(&self.folder), fetcher, FeedLimits::default());
        sync_account(&engine, &mut library, &account, &mut **client, depth, &mut |_| {})
    }

    /// Syncs everything and returns the requests that it took.
    pub fn requests(&mut self) -> Vec<Seen> {
        self.server.take_requests();
        self.sync();
        self.server.take_requests()
    }

    /// The message of a sync that fails.
    pub fn failure(&mut self) -> String {
        self.try_sync(Depth::Whole).expect_err("a failure").to_string()
    }

    /// The stored releases by title.
    pub fn releases(&self) -> Vec<Here> {
        let library = self.library();
        let sources = library.sources_and_removed().expect("read");
        let mut found = Vec::new();
        let each = &mut |stored: tidings::library::Stored<'_>| {
            let source = sources.iter().find(|source| source.id == stored.source).expect("a subscription");
            let key = (source.key.to_string(), stored.number);
            found.push(Here {
                title: stored.release.title.to_string(),
                text: stored.release.body.to_string(),
                topics: stored.release.topics.iter().map(ToString::to_string).collect(),
                key,
                is_read: false,
                is_starred: false,
            });
            ControlFlow::Continue(())
        };
        library.stream(each).expect("read");
        for one in &mut found {
            let flags = library.flags(&one.key.0, one.key.1).expect("read");
            (one.is_read, one.is_starred) = (flags.has(Flags::READ), flags.has(Flags::STARRED));
        }
        found.sort_by(|one, other| one.title.cmp(&other.title));
        found
    }

    pub fn titles(&self) -> Vec<String> {
        self.releases().into_iter().map(|release| release.title).collect()
    }

    /// The one release with a title.
    pub fn release(&self, title: &str) -> Here {
        let found: Vec<Here> = self.releases().into_iter().filter(|release| release.title == title).collect();
        let [one] = found.as_slice() else { panic!("{} releases are called {title}", found.len()) };
        one.clone()
    }

    /// Whether the release with a title is read and starred here.
    pub fn here(&self, title: &str) -> (bool, bool) {
        let release = self.release(title);
        (release.is_read, release.is_starred)
    }

    /// Whether the newest entry with a title is read and starred at the server.
    pub fn there(&self, title: &str) -> (bool, bool) {
        self.server.with(|model| {
            let mut entries = model.users[0].entries.values().rev();
            let entry = entries.find(|entry| entry.item.title == title).expect("an entry with that title");
            (entry.is_read, entry.is_starred)
        })
    }

    /// The user sets or clears a mark here.
    pub fn mark(&self, title: &str, flag: Flags, on: bool) {
        let (key, number) = self.release(title).key;
        self.library().mark(flag, on, [(key.as_str(), number)]).expect("written");
    }

    /// The number of marks that the server has not shown yet.
    pub fn waiting(&self) -> usize {
        self.library().outbox(self.id).expect("read").len()
    }

    /// How many entries of the account the server no longer has.
    pub fn gone(&self) -> u64 {
        self.library().account_totals(self.id).expect("read").gone
    }
}

fn kind_of(kind: AccountKind) -> Kind {
    if kind == AccountKind::FreshRss { Kind::FreshRss } else { Kind::Miniflux }
}

fn place(folder: &tempfile::TempDir) -> LibraryPath {
    LibraryPath::of_file(&folder.path().join("library.db"))
}
