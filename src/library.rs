//! What the user keeps from one run to the next, in one `SQLite` file: marks, subscriptions, stored releases, sessions.
//!
//! The file is made when there is first something to keep; reading feeds never needs it. Several programs may have it open
//! (WAL), and what a call has written is on the disk when it returns (`synchronous=FULL`). No other file takes its place
//! while anybody has it open: a backup is restored by copying it into the file, in one transaction, and mending a damaged
//! file waits until nobody else has it. A damaged file is set aside and never written over; a file of a newer version is
//! read and not written. A [`Library`] is one connection, for one thread: who wants to read while another writes opens his
//! own. Nothing here knows threads, the network or the screen.

mod archive;
pub mod backup;
mod change;
mod error;
mod file;
mod housekeeping;
mod lock;
mod marks;
mod matching;
mod mend;
mod open;
mod order;
mod path;
mod pauses;
pub mod record;
mod rekey;
mod restore;
mod schema;
mod small_state;
mod subscription;
mod subscriptions;
mod transfer;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

pub use archive::{Applied, Stored, Stream};
pub use error::LibraryError;
use error::fault;
pub use file::{Access, persist, replace, sweep, unfinished_file};
pub use housekeeping::{keep_days, keep_house, kept_days};
pub use marks::{FeedMarks, Flags, KeptMark, MarkedSince, News, ToMark};
pub use mend::replace_damaged;
pub use path::LibraryPath;
pub use pauses::HostPause;
pub use rekey::{FEED_KEYS, feed_key};
pub use restore::{Restored, restore};
pub use small_state::SavedQuery;
pub use subscription::{Checked, FeedKey, Origin, Outcome, SourceId, Subscription};
pub use transfer::{Exported, Imported, TransferError};

use crate::text::CleanBuf;

/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(5);
/// A pause between two looks at what another program holds.
const PAUSE: Duration = Duration::from_millis(5);
/// The setting that holds what was mended until it is told.
const MENDED: &str = "mended";
/// Why a library on a full disk is not written.
const FULL: &str = "the disk is full";

/// How many there are of what is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Releases that are read or starred.
    pub marks: u64,
    /// Feeds that the user follows.
    pub subscriptions: u64,
    /// Releases that can be read offline.
    pub releases: u64,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |count: u64, one: &str| {
            let number = crate::text::grouped(usize::try_from(count).unwrap_or(usize::MAX));
            format!("{number} {one}{}", if count == 1 { "" } else { "s" })
        };
        let [marks, subscriptions, releases] =
            [of(self.marks, "mark"), of(self.subscriptions, "subscription"), of(self.releases, "release")];
        write!(f, "{marks}, {subscriptions}, {releases}")
    }
}

/// What the user keeps: one connection to the file.
#[derive(Debug)]
pub struct Library {
    connection: Connection,
    place: LibraryPath,
    /// Why it is not written, where it is not.
    read_only: Option<CleanBuf>,
    /// What was mended and is not told yet, in words.
    mended: Option<CleanBuf>,
    /// Which file is open.
    file: Option<file::Id>,
    /// Keeps others from putting another file into its place.
    _lock: Option<lock::Lock>,
    /// A copy that is open in the file's stead, where that cannot be read as it is.
    _copy: Option<tempfile::TempDir>,
}

impl Library {
    /// A finished file that is not in its place yet.
    fn of_connection(connection: Connection, place: &LibraryPath) -> Self {
        Self { connection, place: place.clone(), read_only: None, mended: None, file: None, _lock: None, _copy: None }
    }

    /// Which copy of the library this is: another number after a backup was restored, or took the place of a damaged file.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn copy_number(&self) -> Result<i64, LibraryError> {
        self.read(|connection| change::counter(connection, change::COPY))
    }

    /// Whether the file at its place is still the one that is open: another may have been restored there.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        file::id(self.place.path()) == self.file
    }

    /// Where it lies.
    #[must_use]
    pub fn place(&self) -> &LibraryPath {
        &self.place
    }

    /// Why nothing can be written, where nothing can.
    #[must_use]
    pub fn read_only(&self) -> Option<&CleanBuf> {
        self.read_only.as_ref()
    }

    /// What was damaged and is mended, and nobody was told of yet, in words.
    #[must_use]
    pub fn mended(&self) -> Option<&CleanBuf> {
        self.mended.as_ref()
    }

    /// What was mended has been told: it is not told again.
    pub fn forget_mended(&mut self) {
        // Where that cannot be written it is told once more.
        if self.mended.take().is_some() {
            let _ = self.set(MENDED, None);
        }
    }

    /// How many there are of what is kept.
    ///
    /// # Errors
    /// Where the file cannot be read.
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
            })
        })
    }

    /// Reads.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LibraryError> {
        read(&self.connection).map_err(|error| fault(&self.place, &error))
    }

    /// Writes in one transaction: all of it or nothing. It is on the disk when this returns.
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
        result.map_err(|error| fault(place, &error))
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

    /// A library in a folder of its own.
    pub(crate) fn library() -> (TempDir, Library) {
        let folder = tempfile::tempdir().expect("a folder");
        let library =
            Library::create(&LibraryPath::of_file(&folder.path().join("deep/library.db"))).expect("a library");
        (folder, library)
    }

    /// A day of January.
    pub(super) fn day(day: u32) -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(2018, 1, day).expect("a day")
    }

    /// The marks of the feed that most is marked in.
    pub(super) fn marked(library: &Library) -> FeedMarks {
        library.marks_of("file:a").expect("read")
    }

    /// The library at a place, which is there.
    pub(super) fn opened(place: &LibraryPath) -> Library {
        Library::open(place).expect("a library").expect("a library")
    }

    /// Subscribes to a feed of this name.
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
    fn opening_makes_nothing_and_making_makes_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("x/library.db"));
        assert!(Library::open(&place).expect("nothing").is_none() && !place.path().exists());
        drop(Library::create(&place).expect("made"));
        let library = Library::open(&place).expect("there").expect("there");
        assert_eq!(library.counts().expect("read"), Counts::default());
        assert_eq!((library.read_only(), library.mended()), (None, None));
        // Readers that have shown other feeds until now read nothing anew for it.
        let (sync, copy) = (library.last_sync().expect("read"), library.copy_number().expect("read"));
        assert_eq!((sync, copy), (0, 0));
    }

    #[test]
    fn what_is_written_is_flushed_before_it_is_acknowledged() {
        let (_folder, library) = library();
        let pragma =
            |name| library.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(pragma("journal_mode"), Ok("wal".to_owned().into()));
        assert_eq!(pragma("synchronous"), Ok(2_i64.into()));
    }

    #[test]
    fn counts_are_told_in_words() {
        let counts = Counts { marks: 1_204, subscriptions: 1, releases: 0 };
        assert_eq!(counts.to_string(), "1,204 marks, 1 subscription, 0 releases");
    }

    #[test]
    fn the_list_of_an_older_tidings_is_taken_over_once() {
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
