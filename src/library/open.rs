//! Opens the file: as it is, newly created, or repaired; readable by the user alone.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::{from_sqlite, is_access};
use super::lock::{self, Lock};
use super::{FULL, Library, LibraryError, LibraryPath, MENDED, PATIENCE, PAUSE, backup, file, mend, schema};
use crate::feed::opml;
use crate::text::CleanBuf;

/// Page cache of one connection, in KiB.
pub(super) const CACHE: i64 = 4_096;
/// The log is cut to this many bytes when it is begun anew: a large transaction makes it long.
const LOG: i64 = 16 << 20;
/// The pages of the log from which a change copies it into the file. Changes in quick succession touch the same pages.
const LOG_PAGES: i64 = LOG / 4_096;
/// The interval between two attempts to get a lock of `SQLite`.
const MOMENT: Duration = Duration::from_millis(2);
/// How often a damaged file is repaired before giving up; another process may damage it again.
const ATTEMPTS: usize = 3;

impl Library {
    /// Opens the library at a path; `None` when there is none yet.
    ///
    /// A damaged, empty or missing file is replaced by the newest backup; [`Library::mended`] then says so.
    ///
    /// # Errors
    /// When the library is unusable.
    pub fn open(place: &LibraryPath) -> Result<Option<Self>, LibraryError> {
        Self::open_within(place, PATIENCE)
    }

    /// Like [`Library::open`], but waits at most `patience` for other processes.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn open_within(place: &LibraryPath, patience: Duration) -> Result<Option<Self>, LibraryError> {
        match fs::metadata(place.path()) {
            Ok(_) => Self::whole(place, patience).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if mend::was_there(place) {
                    Self::whole(place, patience).map(Some)
                } else {
                    Ok(None)
                }
            }
            Err(error) => Err(LibraryError::of_system(place.path(), &error)),
        }
    }

    /// Opens the library at a path, creating it if needed.
    ///
    /// # Errors
    /// When it can be neither opened nor created.
    pub fn create(place: &LibraryPath) -> Result<Self, LibraryError> {
        let is_new = !place.path().exists() && !mend::was_there(place);
        if is_new {
            make(place).map_err(|error| LibraryError::of_system(place.path(), &error))?;
        }
        let mut library = Self::whole(place, PATIENCE)?;
        if is_new && let Some(list) = place.older_list() {
            library.adopt(&list);
        }
        Ok(library)
    }

    /// Opens the file and repairs it when it is damaged.
    fn whole(place: &LibraryPath, patience: Duration) -> Result<Self, LibraryError> {
        let mut attempts = ATTEMPTS;
        loop {
            let lock = lock::share(place, patience)?;
            let (is_new_lock, file) = (lock.is_new(), file::id(place.path()));
            match Self::connect(place, Some(lock), patience) {
                Err(error @ LibraryError::Foreign { .. }) if is_new_lock => {
                    lock::forget(place);
                    return Err(error);
                }
                Err(LibraryError::Damaged { reason, .. }) if attempts > 0 => {
                    attempts -= 1;
                    mend::mend(place, file, &reason, patience)?;
                }
                other => return other,
            }
        }
    }

    /// Opens the file as it is and migrates its tables to this version.
    pub(super) fn connect(place: &LibraryPath, lock: Option<Lock>, patience: Duration) -> Result<Self, LibraryError> {
        let path = place.path();
        let damaged = |reason: &str| LibraryError::Damaged { path: place.shown(), reason: CleanBuf::line(reason) };
        if let Some(reason) = mend::is_lost(place) {
            return Err(damaged(reason));
        }
        let Opened { connection, is_empty, mut read_only, copy } = read_or_write(place, patience)?;
        if is_empty && place.has_backups() {
            return Err(damaged(mend::EMPTY));
        }
        let explain = |error: rusqlite::Error| from_sqlite(place, &error);
        let (owner, version) = schema::owner_and_version(&connection).map_err(explain)?;
        if owner != schema::APPLICATION && !is_empty {
            return Err(LibraryError::Foreign { path: place.shown(), what: "another program's database" });
        }
        tighten(place);
        if version > schema::VERSION {
            let reason = format!(
                "it was written by a newer tidings (schema version {version}; this one knows {})",
                schema::VERSION
            );
            read_only = Some(CleanBuf::line(&reason));
        }
        let file = file::id(path);
        let mut library = Self { read_only, file, _lock: lock, _copy: copy, ..Self::of_connection(connection, place) };
        library.connection.pragma_update(None, "cache_size", -CACHE).map_err(explain)?;
        if library.read_only.is_none() {
            match library.make_ready(version, patience) {
                // On a full disk the library can still be read.
                Err(LibraryError::Full { .. }) if version > 0 => library.read_only = Some(CleanBuf::line(FULL)),
                other => other?,
            }
        }
        if library.read_only.is_some() && version < schema::VERSION {
            schema::view(&library.connection, version).map_err(explain)?;
        }
        library.connection.busy_handler(Some(wait)).map_err(explain)?;
        library.mended = library.setting(MENDED)?.map(|text| CleanBuf::line(&text));
        Ok(library)
    }

    /// Enables the write-ahead log and migrates the tables from `version` to that of this program.
    fn make_ready(&mut self, version: usize, patience: Duration) -> Result<(), LibraryError> {
        let place = self.place.clone();
        let explain = |error: rusqlite::Error| from_sqlite(&place, &error);
        self.write_ahead(patience).map_err(explain)?;
        if version < schema::VERSION {
            if version > 0 {
                backup::before_migration(self, version)?;
            }
            schema::migrate(&mut self.connection, schema::MIGRATIONS).map_err(explain)?;
        }
        Ok(())
    }

    /// Switches to the write-ahead log. `SQLite` does not wait for other processes here, so this waits itself.
    fn write_ahead(&self, patience: Duration) -> rusqlite::Result<()> {
        let until = Instant::now() + patience;
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
        self.connection.pragma_update(None, "journal_size_limit", LOG)?;
        self.connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        self.connection.pragma_update(None, "foreign_keys", true)
    }

    /// Imports the subscriptions of a version without a library. The list file is left alone.
    fn adopt(&mut self, list: &Path) {
        let read = fs::File::open(list).ok().and_then(|mut file| opml::read(&mut file).ok());
        if let Some(list) = read {
            // What fails here can still be imported from the file by hand.
            let _ = self.subscribe(&list.subscriptions);
        }
    }
}

/// A connection and what is known about it.
struct Opened {
    connection: Connection,
    /// The database has no tables.
    is_empty: bool,
    /// Why it is read-only, if it is.
    read_only: Option<CleanBuf>,
    copy: Option<tempfile::TempDir>,
}

fn read_or_write(place: &LibraryPath, patience: Duration) -> Result<Opened, LibraryError> {
    let path = place.path();
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(patience)?;
        // `SQLite` opens the file only at the first read.
        let is_empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((connection, is_empty))
    });
    match opened {
        Ok((connection, is_empty)) => {
            let is_read_only = connection.is_readonly("main").unwrap_or(false);
            let read_only = is_read_only.then(|| CleanBuf::line("the file is read-only"));
            Ok(Opened { connection, is_empty, read_only, copy: None })
        }
        // In a read-only folder and on a full disk WAL cannot create its files; the database can still be read without
        // them.
        Err(error) if is_access(&error) || matches!(from_sqlite(place, &error), LibraryError::Full { .. }) => {
            let reason = match from_sqlite(place, &error) {
                LibraryError::Full { .. } => FULL,
                _ => "its folder is read-only",
            };
            if !path.exists() {
                return Err(from_sqlite(place, &error));
            }
            let (connection, copy) = as_it_is(place).ok_or_else(|| from_sqlite(place, &error))?;
            Ok(Opened { connection, is_empty: false, read_only: Some(CleanBuf::line(reason)), copy })
        }
        Err(error) => Err(from_sqlite(place, &error)),
    }
}

/// Opens a file for reading without writing anything beside it. If recent changes are only in the log, this opens a
/// copy of both files in a temporary folder, so that nothing is missing.
fn as_it_is(place: &LibraryPath) -> Option<(Connection, Option<tempfile::TempDir>)> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !mend::has_log(place) {
        let url = url::Url::from_file_path(std::path::absolute(place.path()).ok()?).ok()?;
        let flags = flags | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(format!("{url}?immutable=1"), flags).ok()?;
        return is_read(&connection).then_some((connection, None));
    }
    let folder = tempfile::tempdir().ok()?;
    let copy = LibraryPath::of_file(&folder.path().join("library.db"));
    // No connection of this process has the file open: opening it failed.
    fs::copy(place.path(), copy.path()).ok()?;
    fs::copy(place.beside("-wal"), copy.beside("-wal")).ok()?;
    let connection = Connection::open_with_flags(copy.path(), flags | OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    is_read(&connection).then_some((connection, Some(folder)))
}

/// Waits a moment for a writer; returns false after enough moments. `SQLite`'s own waits grow longer and longer and may
/// never hit a gap between two writes of another process.
fn wait(moments: i32) -> bool {
    std::thread::sleep(MOMENT);
    MOMENT * moments.unsigned_abs() < PATIENCE
}

fn is_read(connection: &Connection) -> bool {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).is_ok()
}

/// Creates an empty file unless another process has just created one.
fn make(place: &LibraryPath) -> std::io::Result<()> {
    let path = place.path();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        file::make_folder(folder)?;
    }
    match file::persist(file::unfinished(path)?, path, false) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Removes other users' access to the files of an older version.
fn tighten(place: &LibraryPath) {
    let is_open = ["", "-wal", "-shm"].map(|end| file::tighten(&place.beside(end))).contains(&true);
    if is_open {
        for entry in fs::read_dir(place.backups()).into_iter().flatten().flatten() {
            file::tighten(&entry.path());
        }
        file::tighten(&place.backups());
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::Flags;
    use super::super::tests::library;
    use super::*;

    #[test]
    fn a_file_of_a_newer_version_is_read_only() {
        let (_folder, mut library) = library();
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        library.connection.pragma_update(None, "user_version", 99).expect("set");
        let place = library.place().clone();
        drop(library);
        let mut library = Library::open(&place).expect("readable").expect("there");
        assert!(library.read_only().is_some_and(|reason| reason.as_str().contains("newer tidings")));
        assert_eq!(library.marks_of("file:a").expect("read").len(), 1);
        let error = library.mark(Flags::READ, true, [("file:a", 2)]).expect_err("not written");
        assert!(!error.may_pass() && error.to_string().contains("newer tidings"), "{error}");
    }

    #[test]
    fn library_files_are_private_to_the_user_also_those_of_an_older_version() {
        let (folder, mut library) = library();
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        let today = chrono::NaiveDate::from_ymd_opt(2018, 1, 1).expect("a day");
        backup::daily(&library, today).expect("written");
        let place = library.place().clone();
        let files = ["", "-wal", "-shm", "-lock", ".backups/2018-01-01.db"].map(|end| place.beside(end));
        let mode = |path: &std::path::PathBuf| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(files.each_ref().map(mode), [0o600; 5]);
        for path in &files {
            fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("set");
        }
        let _second = Library::open(&place).expect("whole").expect("there");
        assert_eq!(files.each_ref().map(mode), [0o600, 0o600, 0o600, 0o644, 0o600], "the lock holds nothing");
        drop(folder);
    }
}
