//! A server, a library in a temporary home folder, and shortcuts for both.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use tempfile::TempDir;
use tidings::feed::Limits as FeedLimits;
use tidings::feed::opml::OpmlEntry;
use tidings::library::{Flags, Library, LibraryPath, SourceId, Subscription};
use tidings::net::fetch::{Fetcher, Limits, Name};
use tidings::release::{Identity, Release};
use tidings::sync::{Engine, Progress, SyncRequest, sync};
use tidings::text::CleanBuf;

use crate::command;
use crate::server::Server;

/// Limits long enough for a busy machine and short enough for servers that hang.
pub const LIMITS: Limits = Limits {
    connect: Duration::from_secs(5),
    first_byte: Duration::from_millis(1_500),
    whole: Duration::from_secs(3),
    bytes: 1 << 20,
    ratio: 100,
};

/// A server and a library.
pub struct TestLibrary {
    home: TempDir,
    pub server: Server,
}

impl TestLibrary {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a home"), server: Server::start() }
    }

    /// The path of the library: the user's default.
    pub fn place(&self) -> LibraryPath {
        LibraryPath::of_file(&self.home.path().join(".local/share/tidings/library.db"))
    }

    /// The user's home, in which commands run.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    pub fn library(&self) -> Library {
        Library::create(&self.place()).expect("a library")
    }

    /// A new engine, as after a start of the program.
    pub fn engine(&self) -> Engine {
        self.engine_with(Fetcher::within(LIMITS, &|_| None))
    }

    pub fn engine_with(&self, fetcher: Fetcher) -> Engine {
        Engine::new(self.place(), fetcher, FeedLimits::default())
    }

    /// A fetcher that resolves these public hosts to the server.
    pub fn internet<S: AsRef<str>>(&self, hosts: &[S], limits: Limits) -> Fetcher {
        let name = |host: &S| Name { host: host.as_ref().to_owned(), leads_to: self.server.socket(), is_public: true };
        Fetcher::within(limits, &|_| None).with_names(hosts.iter().map(name).collect())
    }

    /// The address of a path at one of the hosts of [`TestLibrary::internet`].
    pub fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.server.socket().port())
    }

    /// Subscribes to addresses without fetching, like an import.
    pub fn subscribe<S: AsRef<str>>(&self, addresses: &[S]) -> Vec<SourceId> {
        self.subscribe_in(addresses, &[])
    }

    /// Like [`TestLibrary::subscribe`], in a folder.
    pub fn subscribe_in<S: AsRef<str>>(&self, addresses: &[S], folder: &[&str]) -> Vec<SourceId> {
        let subscription = |address: &S| OpmlEntry {
            title: CleanBuf::default(),
            address: CleanBuf::line(address.as_ref()),
            site: CleanBuf::default(),
            categories: folder.iter().map(|name| CleanBuf::line(name)).collect(),
        };
        let new: Vec<OpmlEntry> = addresses.iter().map(subscription).collect();
        self.library().subscribe(&new).expect("written")
    }

    /// Subscribes to paths of the server.
    pub fn follow_paths<S: AsRef<str>>(&self, paths: &[S]) -> Vec<SourceId> {
        let addresses: Vec<String> = paths.iter().map(|path| self.server.address(path.as_ref())).collect();
        self.subscribe(&addresses)
    }

    /// Syncs everything with a new engine, like a manual sync after a start.
    pub fn sync(&self) -> Progress {
        self.sync_of(&[])
    }

    /// Syncs these sources.
    pub fn sync_of(&self, sources: &[SourceId]) -> Progress {
        sync_with(
            &self.engine(),
            &SyncRequest { sources: sources.to_vec(), is_scheduled: false, ..SyncRequest::default() },
        )
    }

    /// The current state of a subscription.
    pub fn source(&self, id: SourceId) -> Subscription {
        let sources = self.library().sources().expect("read");
        sources.into_iter().find(|source| source.id == id).expect("the subscription")
    }

    /// The stored releases of a subscription, newest first: title and number in the feed.
    pub fn stored(&self, id: SourceId) -> Vec<(String, u64)> {
        let mut stored = Vec::new();
        self.library()
            .stream(&mut |one| {
                if one.source == id {
                    stored.push((one.release.title.to_string(), one.number));
                }
                ControlFlow::Continue(())
            })
            .expect("read");
        stored
    }

    /// The titles of the stored releases of a subscription, newest first.
    pub fn titles(&self, id: SourceId) -> Vec<String> {
        self.stored(id).into_iter().map(|(title, _)| title).collect()
    }

    /// Marks the release with this id.
    pub fn mark(&self, id: SourceId, release: &str, flag: Flags) {
        let key = self.source(id).key;
        self.library().mark(flag, true, [(key.as_str(), number(release))]).expect("written");
    }

    /// The marks of the release with this id.
    pub fn flags(&self, id: SourceId, release: &str) -> Flags {
        self.library().flags(self.source(id).key.as_str(), number(release)).expect("read")
    }

    /// Runs the program on this library.
    pub fn run(&self, arguments: &[&str]) -> (String, String, Option<i32>) {
        command::run(self.home.path(), arguments, b"")
    }

    /// Changes the database directly.
    pub fn execute(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.place().path()).expect("the file");
        connection.execute_batch(sql).expect("a change");
    }
}

/// Syncs with a given engine.
pub fn sync_with(engine: &Engine, wanted: &SyncRequest) -> Progress {
    sync(engine, wanted, &mut |_| {}).expect("the library can be used")
}

/// The number in its feed of the release with this id.
pub fn number(release: &str) -> u64 {
    Identity::from(&Release { id: CleanBuf::line(release), ..Release::default() }).number()
}

/// A feed with this title and releases with these ids and titles, newest first.
pub fn feed(title: &str, releases: &[(&str, &str)]) -> String {
    let with_texts: Vec<_> = releases.iter().map(|(id, title)| (*id, *title, "", "")).collect();
    feed_with(title, &with_texts)
}

/// Like [`feed`], with text and link.
pub fn feed_with(title: &str, releases: &[(&str, &str, &str, &str)]) -> String {
    let mut xml = format!("<rss version=\"2.0\"><channel><title>{title}</title>");
    for (at, (id, title, text, link)) in releases.iter().enumerate() {
        let day = 28 - at % 28;
        write!(
            xml,
            "<item><guid isPermaLink=\"false\">{id}</guid><title>{title}</title><link>{link}</link>\
             <description>{text}</description><pubDate>{day:02} Nov 2018 08:00:00 GMT</pubDate></item>"
        )
        .expect("memory");
    }
    xml + "</channel></rss>"
}

/// The current time in seconds since 1970.
pub fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
