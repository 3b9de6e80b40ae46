//! Everything the user keeps between runs, in one `SQLite` file: marks, subscriptions, stored releases, sessions.
//!
//! The file is created when there is first something to save; reading feeds never needs it. Several processes may have
//! it open (WAL), and every write is on disk when the call returns (`synchronous=FULL`). No other file replaces it
//! while any process has it open: a restore copies the backup into the file in one transaction, and repairing a damaged
//! file waits until no other process uses it. A damaged file is moved aside, never overwritten. A file written by a
//! newer version is opened read-only. A [`Library`] is one connection for one thread; to read while another thread
//! writes, open a second one. This module knows nothing of threads, the network or the screen.

mod accounts;
mod archive;
pub mod backup;
mod change;
mod change_log;
mod derived;
mod error;
mod expiry;
mod file;
mod history;
mod housekeeping;
mod lock;
mod marks;
mod matching;
mod mend;
mod names;
mod open;
mod order;
mod own_topics;
mod past;
mod path;
mod pauses;
mod pictures;
mod query_feeds;
pub mod record;
mod rekey;
mod restore;
mod schema;
pub mod secrets;
mod small_state;
mod stored;
mod subscription;
mod subscriptions;
mod transfer;
mod versions;
mod watches;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

pub use accounts::{
    Account, AccountFeed, AccountId, AccountKind, AccountLink, AccountTotals, Closed, EntryState, FoundEntry,
    KnownEntry, NewAccount, NewEntry, ServerState, StateApplied, Take, TakenEntries, Waiting,
};
pub use archive::{Applied, Polled};
pub use error::LibraryError;
use error::from_sqlite;
pub use file::{Access, persist, replace, sweep, unfinished_file};
pub use history::{Direction, Edit, Extent, MOST as STEPS_KEPT, StepNumber, StoredStep, Turned};
pub use housekeeping::{keep_days, keep_house, kept_days};
pub use marks::{FeedMarks, Flags, KeptMark, MarkedSince, News, ToMark};
pub use mend::replace_damaged;
pub use names::{Names, distinct_names};
pub use past::{NextPage, PlannedSitemap, SitemapPlan};
pub use path::LibraryPath;
pub use pauses::HostPause;
pub use pictures::MOST as MOST_PICTURES;
pub use query_feeds::KeptFeed;
pub use rekey::{FEED_KEYS, feed_key};
pub use restore::{Restored, restore};
pub use small_state::SavedQuery;
pub use stored::{ReleasesAt, Stored, Stream};
pub use subscription::{Checked, FeedKey, Origin, Outcome, SourceId, Subscription};
pub use transfer::{Exported, Imported, TransferError};
pub use versions::{MOST_VERSION_BYTES, MOST_VERSIONS, Version, Versions};
pub use watches::{
    Actions, Arrival, NewsCount, Printing, ReleaseKey, Rule, RuleApplied, Unjudged, Verdict, WantedPage, Watch, WatchId,
};

use crate::query::TopicDefinition;
use crate::text::{CleanBuf, counted};

/// How long a write waits for another process.
const PATIENCE: Duration = Duration::from_secs(5);
/// The interval between two attempts to get a lock held by another process.
const PAUSE: Duration = Duration::from_millis(5);
/// From this many rows on a write gets a larger page cache.
const MANY_ROWS: usize = 500;
/// The least and the largest page cache for writing many rows, in KiB.
const LARGE_CACHES: [usize; 2] = [16_384, 65_536];
/// The page cache for each of many rows, in KiB: each may belong to a page of its own.
const CACHE_PER_ROW: usize = 4;
/// The setting that holds the repair message until the user has seen it.
const MENDED: &str = "mended";
/// The read-only reason when the disk is full.
const FULL: &str = "disk full";

/// The numbers of marks, subscriptions and releases in a library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Releases that are read or starred.
    pub marks: u64,
    /// Feeds that the user subscribes to.
    pub subscriptions: u64,
    /// Releases stored for offline reading.
    pub releases: u64,
    /// Accounts at sync servers.
    pub accounts: u64,
    /// Earlier versions of releases.
    pub versions: u64,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |count: u64, noun: &str| counted(usize::try_from(count).unwrap_or(usize::MAX), noun);
        let [marks, subscriptions, releases] =
            [of(self.marks, "mark"), of(self.subscriptions, "subscription"), of(self.releases, "release")];
        write!(f, "{marks}, {subscriptions}, {releases}")?;
        if self.accounts > 0 {
            write!(f, ", {}", of(self.accounts, "account"))?;
        }
        if self.versions > 0 { write!(f, ", {}", of(self.versions, "earlier version")) } else { Ok(()) }
    }
}

/// One connection to the library file.
#[derive(Debug)]
pub struct Library {
    connection: Connection,
    place: LibraryPath,
    /// Why the library is read-only, if it is.
    read_only: Option<CleanBuf>,
    /// The repair message that the user has not seen yet.
    mended: Option<CleanBuf>,
    /// The identity of the open file.
    file: Option<file::Id>,
    /// Keeps other processes from replacing the file.
    _lock: Option<lock::Lock>,
    /// Which stored releases entries may belong to, kept during the sync of an account.
    bridges: accounts::Bridges,
    /// The user's own topics of the configuration.
    topics: Vec<TopicDefinition>,
    /// The copy that is open instead, when the file cannot be read directly.
    _copy: Option<tempfile::TempDir>,
}

impl Library {
    /// Wraps a finished file that is not in its final place yet.
    fn of_connection(connection: Connection, place: &LibraryPath) -> Self {
        Self {
            connection,
            place: place.clone(),
            read_only: None,
            mended: None,
            file: None,
            bridges: accounts::Bridges::default(),
            topics: Vec::new(),
            _lock: None,
            _copy: None,
        }
    }

    /// Returns the number of this copy of the library. A restored backup and the replacement of a damaged file get new
    /// numbers.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn copy_number(&self) -> Result<i64, LibraryError> {
        self.read(|connection| change::counter(connection, change::COPY))
    }

    /// Whether the open file is still the one at its path; a repair may have replaced it.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        file::id(self.place.path()) == self.file
    }

    /// The path of the library.
    #[must_use]
    pub fn place(&self) -> &LibraryPath {
        &self.place
    }

    /// Why the library is read-only; `None` if it is writable.
    #[must_use]
    pub fn read_only(&self) -> Option<&CleanBuf> {
        self.read_only.as_ref()
    }

    /// The repair message that the user has not seen yet.
    #[must_use]
    pub fn mended(&self) -> Option<&CleanBuf> {
        self.mended.as_ref()
    }

    /// Clears the repair message after the user has seen it.
    pub fn forget_mended(&mut self) {
        // If this write fails, the message is shown once more.
        if self.mended.take().is_some() {
            let _ = self.set(MENDED, None);
        }
    }

    /// Counts marks, subscriptions and releases.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn counts(&self) -> Result<Counts, LibraryError> {
        self.read(|connection| {
            let count = |sql: &str| {
                let count = connection.query_row(sql, [], |row| row.get::<_, i64>(0))?;
                Ok::<_, rusqlite::Error>(count.cast_unsigned())
            };
            Ok(Counts {
                marks: count("SELECT count(*) FROM marks WHERE flags <> 0")?,
                subscriptions: count("SELECT count(*) FROM subscriptions WHERE removed IS NULL")?,
                releases: count("SELECT count(*) FROM releases")?,
                accounts: count("SELECT count(*) FROM accounts WHERE removed IS NULL")?,
                versions: count("SELECT count(*) FROM versions")?,
            })
        })
    }

    /// Runs a read.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LibraryError> {
        read(&self.connection).map_err(|error| from_sqlite(&self.place, &error))
    }

    /// Like [`Library::write`], for about this many rows. Many are spread over the file, and a small page cache would
    /// write and read the same pages several times.
    fn write_many<T>(
        &mut self,
        rows: usize,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LibraryError> {
        if rows < MANY_ROWS {
            return self.write(write);
        }
        let [least, largest] = LARGE_CACHES;
        let cache = rows.saturating_mul(CACHE_PER_ROW).clamp(least, largest);
        // Speed alone depends on it.
        let _ = self.connection.pragma_update(None, "cache_size", -i64::try_from(cache).unwrap_or(open::CACHE));
        let result = self.write(write);
        let _ = self.connection.pragma_update(None, "cache_size", -open::CACHE);
        result
    }

    /// Runs a write in one transaction; it is on disk when this returns.
    fn write<T>(&mut self, write: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LibraryError> {
        if let Some(reason) = &self.read_only {
            if reason.as_str() == FULL {
                return Err(LibraryError::Full { path: self.place.shown() });
            }
            return Err(LibraryError::ReadOnly { path: self.place.shown(), reason: reason.clone() });
        }
        let place = &self.place;
        let result =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
                let written = write(&transaction)?;
                transaction.commit()?;
                Ok(written)
            });
        result.map_err(|error| from_sqlite(place, &error))
    }
}

fn shown(path: &Path) -> CleanBuf {
    CleanBuf::line(&path.to_string_lossy())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::feed::opml::OpmlEntry;

    /// A library in its own temporary folder.
    pub(crate) fn library() -> (TempDir, Library) {
        let folder = tempfile::tempdir().expect("a folder");
        let library =
            Library::create(&LibraryPath::of_file(&folder.path().join("deep/library.db"))).expect("a library");
        (folder, library)
    }

    /// A day of January 2018.
    pub(super) fn day(day: u32) -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(2018, 1, day).expect("a day")
    }

    /// The marks of `file:a`, the feed that most tests use.
    pub(super) fn marked(library: &Library) -> FeedMarks {
        library.marks_of("file:a").expect("read")
    }

    /// Opens the existing library at a path.
    pub(super) fn opened(place: &LibraryPath) -> Library {
        Library::open(place).expect("a library").expect("a library")
    }

    /// Subscribes to a feed with this name.
    pub(crate) fn subscribed(library: &mut Library, name: &str) -> SourceId {
        let subscription = OpmlEntry {
            title: CleanBuf::line(name),
            address: CleanBuf::line(&format!("https://{name}.invalid/")),
            site: CleanBuf::default(),
            categories: Vec::new(),
        };
        library.subscribe(&[subscription]).expect("written")[0]
    }

    #[test]
    fn open_creates_nothing_and_create_creates_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("x/library.db"));
        assert!(Library::open(&place).expect("nothing").is_none() && !place.path().exists());
        drop(Library::create(&place).expect("made"));
        let library = Library::open(&place).expect("there").expect("there");
        assert_eq!(library.counts().expect("read"), Counts::default());
        assert_eq!((library.read_only(), library.mended()), (None, None));
        // A new library does not make running readers reload.
        let (sync, copy) = (library.last_sync().expect("read"), library.copy_number().expect("read"));
        assert_eq!((sync, copy), (0, 0));
    }

    #[test]
    fn writes_are_flushed_before_they_are_acknowledged() {
        let (_folder, library) = library();
        let pragma =
            |name| library.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(pragma("journal_mode"), Ok("wal".to_owned().into()));
        assert_eq!(pragma("synchronous"), Ok(2_i64.into()));
    }

    #[test]
    fn counts_read_as_words() {
        let counts = Counts { marks: 1_204, subscriptions: 1, releases: 0, ..Counts::default() };
        assert_eq!(counts.to_string(), "1,204 marks, 1 subscription, 0 releases");
        let counts = Counts { accounts: 1, ..counts };
        assert_eq!(counts.to_string(), "1,204 marks, 1 subscription, 0 releases, 1 account");
        let counts = Counts { accounts: 0, versions: 2, ..counts };
        assert_eq!(counts.to_string(), "1,204 marks, 1 subscription, 0 releases, 2 earlier versions");
    }

    #[test]
    fn the_opml_list_of_an_older_version_is_imported_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = r#"<opml version="2.0"><body><outline text="F"><outline text="A" type="rss"
             xmlUrl="https://a.invalid/"/></outline></body></opml>"#;
        fs::write(folder.path().join("subscriptions.opml"), list).expect("a file");
        let library = Library::create(&LibraryPath::of_file(&folder.path().join("library.db"))).expect("made");
        let sources = library.sources().expect("read");
        assert_eq!((sources.len(), sources[0].name().as_str(), sources[0].folder[0].as_str()), (1, "A", "F"));
        let elsewhere = Library::create(&LibraryPath::of_file(&folder.path().join("other.db"))).expect("made");
        assert_eq!(elsewhere.sources().expect("read"), []);
    }
}
