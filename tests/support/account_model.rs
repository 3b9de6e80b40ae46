//! Random histories of an account: marks on both sides, entries that come, change and go, failures, and kills at any
//! request and any change of the library. Afterwards the server, the library and the expectations agree.

#![allow(dead_code, reason = "the bench and the test use different parts")]

#[path = "account_model/expectations.rs"]
mod expectations;
#[path = "account_model/faults.rs"]
mod faults;
#[path = "account_model/template.rs"]
mod template;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tidings::feed::Limits as FeedLimits;
use tidings::library::{Account, AccountId, AccountKind, Library, LibraryPath};
use tidings::net::fetch::{Cancel, Fetcher, Limits};
use tidings::server::{self, Login, Secret, Server};
use tidings::sync::{AccountError, Depth, Engine, sync_account};

use crate::sync_server::{Item, Kind, Model, Switches, SyncServer};
use expectations::Expectations;
use faults::{Fault, Plan};
pub use template::Template;

/// The feeds of the account.
const FEEDS: [&str; 3] = ["http://one.example/feed", "http://two.example/feed", "http://three.example/feed"];
/// The number of steps of a history.
const STEPS: usize = 14;
/// The number of syncs without faults after which everything agrees.
const LAST_SYNCS: usize = 4;
/// The size of a page of ids, so that lists have several.
const PAGE: usize = 4;

/// Which client syncs with which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Miniflux,
    /// The Google Reader API of FreshRSS.
    FreshRss,
}

/// A linear congruential generator (Knuth's MMIX constants).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    pub fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a history. It panics with the seed and the steps if anything disagrees at its end.
pub fn run(template: &Template, dialect: Dialect, seed: u64) {
    let mut history = History::new(template, dialect, seed);
    for _ in 0..STEPS {
        history.step();
    }
    history.finish();
}

struct History {
    dialect: Dialect,
    seed: u64,
    random: Random,
    server: SyncServer,
    expectations: Arc<Mutex<Expectations>>,
    file: PathBuf,
    folder: tempfile::TempDir,
    fetcher: Arc<Fetcher>,
    /// The program: its library and its client. `None` after a kill.
    program: Option<(Library, Box<dyn Server>)>,
    account: AccountId,
    /// What happened, for the message of a failure.
    log: Vec<String>,
    /// How often contents may still be withheld: an entry that does not come three times is given up.
    withholdings: u32,
}

impl History {
    fn new(template: &Template, dialect: Dialect, seed: u64) -> Self {
        let kind = match dialect {
            Dialect::Miniflux => Kind::Miniflux,
            Dialect::FreshRss => Kind::FreshRss,
        };
        let server = SyncServer::start(kind);
        server.switch(|switches| switches.page = PAGE);
        let (folder, file) = template.copy();
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(dialect as u64));
        let expectations = Expectations::new(&file, Random(random.below(usize::MAX) as u64));
        let mut history = Self {
            dialect,
            seed,
            server,
            expectations: Arc::new(Mutex::new(expectations)),
            file,
            folder,
            fetcher: template.fetcher(),
            program: None,
            account: AccountId::default(),
            log: Vec::new(),
            withholdings: 2,
            random,
        };
        for feed in FEEDS {
            let count = 1 + history.random.below(5);
            history.server.with(|model| lock(&history.expectations).publish(model, feed, count, 0));
            history.server.follow(feed, "News");
        }
        history.account = template::add_account(&history.file, &history.server, dialect);
        history
    }

    /// Changes something on one of the sides, or syncs.
    fn step(&mut self) {
        match self.random.below(20) {
            0..6 => self.sync_with_fault(),
            6..9 => self.at_server("marked at the server", Expectations::mark_at_server),
            9..12 => self.at_server("marked here", |expectations, model| expectations.mark_here(model)),
            12..14 => {
                let (feed, late) = (FEEDS[self.random.below(FEEDS.len())], self.random.below(3) as u64 * 3);
                self.at_server("published", |expectations, model| expectations.publish(model, feed, 2, late));
            }
            14..16 => self.at_server("edited", Expectations::edit),
            16..18 => self.at_server("purged", Expectations::purge),
            18 => self.at_server("left and followed again", Expectations::follow_again),
            _ => self.at_server("hidden or shown", Expectations::hide),
        }
    }

    fn at_server(&mut self, what: &str, change: impl FnOnce(&mut Expectations, &mut Model) -> String) {
        let detail = self.server.with(|model| change(&mut lock(&self.expectations), model));
        self.log.push(format!("{what}: {detail}"));
    }

    fn sync_with_fault(&mut self) {
        let fault = Fault::random(&mut self.random, self.dialect, &mut self.withholdings);
        self.log.push(format!("sync with {fault:?}"));
        let plan = Plan::new(&fault, &mut self.random, Arc::clone(&self.expectations));
        self.server.with(|model| fault.switch(model, &lock(&self.expectations)));
        if let Fault::KillAtWrite(count) = fault {
            lock(&self.expectations).allow_writes(Some(count));
        }
        let killed = plan.killed();
        self.server.hook(plan.hook());
        let depth = [Depth::Whole, Depth::Whole, Depth::WithEdits, Depth::Marks][self.random.below(4)];
        let ended = self.sync(depth);
        self.server.unhook();
        self.log.extend(lock(&self.expectations).take_log());
        self.log.push(format!("  {depth:?} ended with {:?}", ended.as_ref().map_err(ToString::to_string)));
        let is_killed = *lock(&killed) || matches!(fault, Fault::KillAtWrite(_));
        if is_killed || self.random.one_in(4) {
            self.program = None;
        }
        lock(&self.expectations).allow_writes(None);
        self.server.switch(|switches| {
            *switches = Switches::default();
            switches.page = PAGE;
        });
        match ended {
            Err(AccountError::Library(error)) if !is_killed => self.fail(&format!("the library failed: {error}")),
            Err(AccountError::Server(error)) if fault == Fault::None => {
                // Ids that move while they are read may be given up, but only with much luck.
                let is_unstable = error == tidings::server::ServerError::Unstable;
                if !is_unstable {
                    self.fail(&format!("the server failed: {error}"));
                }
            }
            _ => (),
        }
    }

    fn sync(&mut self, depth: Depth) -> Result<(), AccountError> {
        let (mut library, mut client) = self.program.take().unwrap_or_else(|| self.start());
        let account = account_of(&library, self.account);
        let place = LibraryPath::of_file(&self.file);
        let fetcher = Fetcher::within(Limits::default(), &|_| None);
        let engine = Engine::new(place, fetcher, FeedLimits::default());
        let ended = sync_account(&engine, &mut library, &account, &mut *client, depth, &mut |_| {});
        self.program = Some((library, client));
        ended.map(drop)
    }

    /// Starts the program: opens the library and makes a client.
    fn start(&self) -> (Library, Box<dyn Server>) {
        let library = Library::open(&LibraryPath::of_file(&self.file)).expect("a library").expect("a library");
        assert_eq!(library.mended(), None, "the library was damaged");
        let account = account_of(&library, self.account);
        let secret = match self.dialect {
            Dialect::Miniflux => self.server.key(),
            Dialect::FreshRss => self.server.login().1,
        };
        let login = Login {
            kind: account.kind,
            address: account.address.to_string(),
            user: account.user.to_string(),
            secret: Secret::new(&secret),
        };
        let client = server::connect(&login, Arc::clone(&self.fetcher), Cancel::default());
        (library, client)
    }

    /// Syncs without faults until everything should agree, and checks that it does.
    fn finish(mut self) {
        self.server.with(|model| {
            for entry in model.users[0].entries.values_mut() {
                entry.visible = 0;
            }
            for feed in model.users[0].feeds.values_mut() {
                feed.is_hidden = false;
            }
        });
        for _ in 0..LAST_SYNCS {
            if let Err(error) = self.sync(Depth::WithEdits) {
                self.fail(&format!("the last syncs failed: {error}"));
            }
        }
        let problems = self.server.with(|model| lock(&self.expectations).problems(model));
        if !problems.is_empty() {
            self.fail(&problems.join("\n"));
        }
    }

    fn fail(&self, problem: &str) -> ! {
        let (dialect, seed) = (self.dialect, self.seed);
        panic!("{dialect:?}, history {seed}:\n{}\n{problem}", self.log.join("\n"));
    }
}

fn account_of(library: &Library, id: AccountId) -> Account {
    let accounts = library.accounts().expect("the accounts");
    accounts.into_iter().find(|account| account.id == id).expect("the account")
}

impl Dialect {
    /// The kind of the account, and the address of its API below that of the server.
    fn account(self) -> (AccountKind, &'static str) {
        match self {
            Self::Miniflux => (AccountKind::Miniflux, ""),
            Self::FreshRss => (AccountKind::FreshRss, "/api/greader.php"),
        }
    }
}

/// An item of a feed of the histories.
fn item(guid: &str, number: usize) -> Item {
    let published = 1_795_000_000 + i64::try_from(number).unwrap_or(0) * 3600;
    Item::new(guid, &format!("Title of {guid}")).published(published).topics(&["Water", "user/-/state/com.google/read"])
}
