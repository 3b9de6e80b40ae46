//! What the user keeps from one run to the next, in one `SQLite` file: marks, subscriptions, stored releases, sessions.
//!
//! The file is made when there is first something to keep; reading feeds never needs it. Several programs may have it open
//! (WAL), and what a call has written is on the disk when it returns (`synchronous=FULL`). What is damaged is set aside and
//! never written over; a file of a newer version is read and not written. A [`Library`] is one connection, for one
//! thread: who wants to read while another writes opens his own. Nothing here knows threads, the network or the screen.

mod archive;
pub mod backup;
mod change;
mod fault;
mod file;
mod housekeeping;
mod keeping;
mod marks;
mod pauses;
mod place;
pub mod record;
mod schema;
mod subscriptions;
mod transfer;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

pub use archive::{Applied, Stored, Stream, Take};
pub use fault::Fault;
use fault::{fault, is_access};
pub use file::replace;
pub use housekeeping::{keep_days, keep_house, kept_days};
pub use keeping::SavedQuery;
pub use marks::{FeedMarks, Flags, MarkedSince};
pub use pauses::HostPause;
pub use place::Place;
pub use subscriptions::{Checked, FEED_KEYS, FeedKey, Origin, Outcome, Source, SourceId, feed_key};
pub use transfer::TransferFault;

use crate::feed::opml;
use crate::text::CleanBuf;

/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(5);
/// A pause between two looks at what another program holds.
const PAUSE: Duration = Duration::from_millis(5);
/// The setting that holds what was mended until it is told.
const MENDED: &str = "mended";
/// Why a library on a full disk is not written.
const FULL: &str = "the disk is full";
/// Pages of the file that a connection keeps in memory, in KiB.
const CACHE: i64 = 4_096;

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
    place: Place,
    /// Why it is not written, where it is not.
    read_only: Option<CleanBuf>,
    /// What was mended and is not told yet, in words.
    mended: Option<CleanBuf>,
    /// Which file is open.
    file: Option<file::Id>,
}

impl Library {
    /// The library at a place; `None` where there is none yet.
    ///
    /// A damaged file is set aside, and the newest backup takes its place: [`Library::mended`] says so.
    ///
    /// # Errors
    /// Where there is one that cannot be used.
    pub fn open(place: &Place) -> Result<Option<Self>, Fault> {
        match fs::metadata(place.path()) {
            Ok(_) => Self::mending(place).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::of_system(place.path(), &error)),
        }
    }

    /// The library at a place, made where there is none yet.
    ///
    /// # Errors
    /// Where it can be neither used nor made.
    pub fn create(place: &Place) -> Result<Self, Fault> {
        if let Some(folder) = place.path().parent() {
            fs::create_dir_all(folder).map_err(|error| Fault::of_system(folder, &error))?;
        }
        let is_new = !place.path().exists();
        let mut library = Self::mending(place)?;
        if is_new {
            file::settle(place.path());
            if let Some(list) = place.older_list() {
                library.adopt(&list);
            }
        }
        Ok(library)
    }

    fn mending(place: &Place) -> Result<Self, Fault> {
        match Self::connect(place) {
            Err(Fault::Damaged { reason, .. }) => backup::mend(place, &reason),
            other => other,
        }
    }

    /// Opens the file as it is, or makes it.
    fn connect(place: &Place) -> Result<Self, Fault> {
        let path = place.path();
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let writing = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let opened = Connection::open_with_flags(path, writing).and_then(|connection| {
            connection.busy_timeout(PATIENCE)?;
            // Read something: the file is opened no sooner.
            let is_empty: bool =
                connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
            Ok((connection, is_empty))
        });
        let (connection, is_empty, mut read_only) = match opened {
            Ok((connection, is_empty)) => {
                let is_read_only = connection.is_readonly("main").unwrap_or(false);
                let reason = is_read_only.then(|| CleanBuf::line("the file may not be written"));
                (connection, is_empty, reason)
            }
            // In a folder that cannot be written, and on a full disk, there is no place for what WAL needs; the file can be
            // read as it is.
            Err(error) if is_access(&error) || matches!(fault(place, &error), Fault::Full { .. }) => {
                let is_full = matches!(fault(place, &error), Fault::Full { .. });
                if !path.exists() || (is_full && has_log(place)) {
                    return Err(fault(place, &error));
                }
                let connection = Self::as_it_is(path).map_err(|_no_other_way| fault(place, &error))?;
                let reason = if is_full { FULL } else { "its folder may not be written" };
                (connection, false, Some(CleanBuf::line(reason)))
            }
            Err(error) => return Err(fault(place, &error)),
        };
        let told = |error: rusqlite::Error| fault(place, &error);
        let (owner, version) = schema::owner_and_version(&connection).map_err(told)?;
        if owner != schema::APPLICATION && !is_empty {
            return Err(Fault::Foreign { path: place.shown(), what: "another program's database" });
        }
        if version > schema::VERSION {
            let reason = format!(
                "it was written by a newer tidings (version {version} of its tables; this one knows {})",
                schema::VERSION
            );
            read_only = Some(CleanBuf::line(&reason));
        }
        let mut library = Self { connection, place: place.clone(), read_only, mended: None, file: file::id(path) };
        library.connection.pragma_update(None, "cache_size", -CACHE).map_err(told)?;
        if library.read_only.is_none() {
            library.write_ahead().map_err(told)?;
            if version < schema::VERSION {
                if version > 0 {
                    backup::before_migration(&library, version)?;
                }
                schema::migrate(&mut library.connection, schema::MIGRATIONS).map_err(told)?;
            }
        } else if version < schema::VERSION {
            return Err(Fault::ReadOnly {
                path: place.shown(),
                reason: CleanBuf::line("it has to be brought up to date first"),
            });
        }
        library.mended = library.setting(MENDED)?.map(|told| CleanBuf::line(&told));
        Ok(library)
    }

    /// Reads a file in a folder that cannot be written.
    fn as_it_is(path: &Path) -> rusqlite::Result<Connection> {
        let url = url::Url::from_file_path(std::path::absolute(path).unwrap_or_default());
        let url = url.map(String::from).unwrap_or_default();
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(format!("{url}?immutable=1"), flags)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    }

    /// Switches to the write-ahead log. `SQLite` does not wait for others there, so that is done here.
    fn write_ahead(&self) -> rusqlite::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let set = self.connection.pragma_update(None, "journal_mode", "WAL");
            match set {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                    std::thread::sleep(PAUSE);
                }
                other => break other?,
            }
        }
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)
    }

    /// Takes the subscriptions of a tidings without a library over. The list stays as it is.
    fn adopt(&mut self, list: &Path) {
        let read = fs::File::open(list).ok().and_then(|mut file| opml::read(&mut file).ok());
        if let Some(list) = read {
            // What cannot be taken over can be imported from there.
            let _ = self.subscribe(&list.subscriptions);
        }
    }

    /// Whether the file at its place is still the one that is open: another may have been restored there.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        file::id(self.place.path()) == self.file
    }

    /// Where it lies.
    #[must_use]
    pub fn place(&self) -> &Place {
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
    pub fn counts(&self) -> Result<Counts, Fault> {
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
    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Fault> {
        read(&self.connection).map_err(|error| fault(&self.place, &error))
    }

    /// Writes in one transaction: all of it or nothing. It is on the disk when this returns.
    fn write<T>(&mut self, write: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Fault> {
        if let Some(reason) = &self.read_only {
            if reason.as_str() == FULL {
                return Err(Fault::Full { path: self.place.shown() });
            }
            return Err(Fault::ReadOnly { path: self.place.shown(), reason: reason.clone() });
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

/// Whether some of what was written stands in the log alone.
fn has_log(place: &Place) -> bool {
    fs::metadata(place.beside("-wal")).is_ok_and(|log| log.len() > 0)
}

fn shown(path: &Path) -> CleanBuf {
    CleanBuf::line(&path.to_string_lossy())
}

#[cfg(test)]
pub(crate) mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::feed::opml::Subscription;

    /// A library in a folder of its own.
    pub(crate) fn library() -> (TempDir, Library) {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::create(&Place::of_file(&folder.path().join("deep/library.db"))).expect("a library");
        (folder, library)
    }

    /// Subscribes to a feed of this name.
    pub(crate) fn subscribed(library: &mut Library, name: &str) -> SourceId {
        let subscription = Subscription {
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
        let place = Place::of_file(&folder.path().join("x/library.db"));
        assert!(Library::open(&place).expect("nothing").is_none() && !place.path().exists());
        drop(Library::create(&place).expect("made"));
        let library = Library::open(&place).expect("there").expect("there");
        assert_eq!(library.counts().expect("read"), Counts::default());
        assert_eq!((library.read_only(), library.mended()), (None, None));
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
        let library = Library::create(&Place::of_file(&folder.path().join("library.db"))).expect("made");
        let sources = library.sources().expect("read");
        assert_eq!((sources.len(), sources[0].name().as_str(), sources[0].folder[0].as_str()), (1, "A", "F"));
        let elsewhere = Library::create(&Place::of_file(&folder.path().join("other.db"))).expect("made");
        assert_eq!(elsewhere.sources().expect("read"), []);
    }
}
