//! Repair: moves a damaged, empty or missing library aside and puts the newest intact backup in its place.
//!
//! This happens under the exclusive lock, which excludes every open connection, so no connection ever sees another file
//! under its name. The new file is finished first, including whatever newer marks, subscriptions and accounts can still
//! be read; only then do the old file and its log move aside. If the process is killed in between, the finished file is left,
//! and the next process to open the library puts it into place.

mod accounts;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, params};

use super::change::{self, MARKS, count_up};
use super::marks::feed_id;
use super::{
    Counts, Library, LibraryError, LibraryPath, MENDED, PATIENCE, backup, error, file, lock, rekey, schema, shown,
};
use crate::text::CleanBuf;

/// The reason for repairing an empty file.
pub(super) const EMPTY: &str = "it is empty";
/// The suffix of a finished file that is not in place yet.
const FINISHED: &str = ".new";
/// The files that `SQLite` keeps beside a database.
const LOGS: [&str; 2] = ["-wal", "-shm"];

/// Whether a library existed at a path that has no file now.
pub(super) fn was_there(place: &LibraryPath) -> bool {
    place.has_backups() || place.beside(FINISHED).exists()
}

/// Returns why the file is not the user's library, judging by the files alone.
pub(super) fn is_lost(place: &LibraryPath) -> Option<&'static str> {
    let length = fs::metadata(place.path()).map(|file| file.len());
    if place.beside(FINISHED).exists() {
        return Some("an earlier repair was interrupted");
    }
    match length {
        Err(_) => Some("it is missing"),
        // `SQLite` deletes the log of an empty file.
        Ok(0) if place.has_backups() || has_log(place) => Some(EMPTY),
        Ok(_) => None,
    }
}

/// Whether some changes are only in the log.
pub(super) fn has_log(place: &LibraryPath) -> bool {
    fs::metadata(place.beside("-wal")).is_ok_and(|log| log.len() > 0)
}

/// Ensures an intact library at a path whose file is damaged or missing.
///
/// # Errors
/// When another process has the damaged file open, or it cannot be replaced.
pub(super) fn mend(
    place: &LibraryPath,
    damaged: Option<file::Id>,
    reason: &CleanBuf,
    patience: Duration,
) -> Result<(), LibraryError> {
    let (path, reason) = (place.shown(), reason.clone());
    let alone = match lock::alone(place, patience) {
        Err(LibraryError::Busy { .. }) => return Err(LibraryError::DamagedInUse { path, reason }),
        Err(error) => return Err(error),
        Ok(None) => return Err(LibraryError::Damaged { path, reason }),
        Ok(Some(alone)) => alone,
    };
    if backup::is_whole(&place.beside(FINISHED)) {
        return swap(place, &aside(place));
    }
    // An unfinished file was never acknowledged, so it may go.
    let _ = fs::remove_file(place.beside(FINISHED));
    // Another process may have repaired or restored it meanwhile.
    let is_mended = match Library::connect(place, None, PATIENCE) {
        Ok(library) => library.file != damaged || backup::check(&library).is_ok_and(|wrong| wrong.is_empty()),
        Err(LibraryError::Damaged { .. }) => false,
        Err(error) => return Err(error),
    };
    if is_mended {
        return Ok(());
    }
    let aside = aside(place);
    finish(place, &aside, &reason)?;
    swap(place, &aside)?;
    drop(alone);
    Ok(())
}

/// Writes the replacement file, including the message about what was repaired and lost.
fn finish(place: &LibraryPath, aside: &Path, reason: &CleanBuf) -> Result<(), LibraryError> {
    let of_system = |error: std::io::Error| LibraryError::of_system(place.path(), &error);
    let path = file::unfinished(place.path()).map_err(of_system)?;
    let from = backup::candidates(place).into_iter().find(|(_, backup)| copy(backup, &path));
    let mut library = Library::of_connection(unfinished(place, &path)?, place);
    let had = library.counts()?;
    let is_there = place.path().metadata().is_ok_and(|file| file.len() > 0);
    let lost = if is_there { rescue(&mut library, place.path()) } else { None };
    let kept = if place.path().exists() || has_log(place) {
        format!("; it was moved to {}", shown(Path::new(aside.file_name().unwrap_or_default())))
    } else {
        String::new()
    };
    let from = from.map_or_else(
        || "no intact backup, so the library starts empty".to_owned(),
        |(name, _)| format!("restored the backup of {name} ({had})"),
    );
    let rescued = lost.map_or_else(
        || "newer changes may be lost".to_owned(),
        |(rescued, lost)| format!("rescued: {rescued}; lost: {lost}"),
    );
    let notice = format!("the library was damaged ({reason}){kept}; {from}; {rescued}");
    library.write(|connection| change::begin_anew(connection, Utc::now().timestamp_micros()))?;
    // The process that opens it first may have no user to show this to.
    library.set(MENDED, Some(&notice))?;
    library.connection.close().map_err(|(_, error)| error::from_sqlite(place, &error))?;
    file::persist(path, &place.beside(FINISHED), true).map_err(of_system)
}

/// Opens a file that is not in place yet, and migrates its tables.
fn unfinished(place: &LibraryPath, path: &Path) -> Result<Connection, LibraryError> {
    let explain = |error: rusqlite::Error| error::from_sqlite(place, &error);
    let mut connection = Connection::open(path).map_err(explain)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(explain)?;
    schema::migrate(&mut connection, schema::MIGRATIONS).map_err(explain)?;
    Ok(connection)
}

/// Copies a backup if it is intact; returns whether it is.
fn copy(backup: &Path, to: &Path) -> bool {
    backup::is_whole(backup) && fs::copy(backup, to).is_ok() && {
        // Removes access by others: a backup of an older version may grant it.
        file::tighten(to);
        true
    }
}

/// Moves the old files aside and the finished file into place.
fn swap(place: &LibraryPath, aside: &Path) -> Result<(), LibraryError> {
    for end in ["", LOGS[0], LOGS[1]] {
        let (from, mut to) = (place.beside(end), aside.to_owned().into_os_string());
        to.push(end);
        match fs::rename(&from, to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(LibraryError::of_system(&from, &error));
            }
            _ => {}
        }
    }
    fs::rename(place.beside(FINISHED), place.path()).map_err(|error| LibraryError::of_system(place.path(), &error))?;
    file::settle(place.path());
    Ok(())
}

/// Returns a free name beside the library.
pub(super) fn aside(place: &LibraryPath) -> PathBuf {
    let now: DateTime<Utc> = Utc::now();
    let stamp = now.format("%Y-%m-%d-%H%M%S");
    let free = (0..).map(|n| match n {
        0 => place.beside(&format!(".aside-{stamp}")),
        n => place.beside(&format!(".aside-{stamp}-{n}")),
    });
    free.into_iter().find(|path| !path.exists()).unwrap_or_default()
}

/// Copies readable marks, subscriptions and accounts from a damaged file. Returns the numbers rescued and lost by the file's own
/// counts; `None` when it has none.
fn rescue(library: &mut Library, damaged: &Path) -> Option<(Counts, Counts)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let damaged = Connection::open_with_flags(damaged, flags).ok()?;
    let count = |sql: &str| damaged.query_row(sql, [], |row| row.get::<_, i64>(0)).ok().map(i64::cast_unsigned);
    let before = library.counts().ok()?;
    let had = Counts {
        marks: count("SELECT count(*) FROM marks WHERE flags <> 0")?,
        subscriptions: count("SELECT count(*) FROM subscriptions WHERE removed IS NULL")?,
        releases: count("SELECT count(*) FROM releases")
            .or_else(|| count("SELECT max(rowid) FROM releases"))
            .unwrap_or(0),
        accounts: count("SELECT count(*) FROM accounts WHERE removed IS NULL").unwrap_or(0),
        versions: count("SELECT count(*) FROM versions").unwrap_or(0),
    };
    let rescued = library.write(|connection| {
        marks(&damaged, connection)?;
        subscriptions(&damaged, connection)?;
        accounts::rescue(&damaged, connection)
    });
    let after = if rescued.is_ok() { library.counts().ok()? } else { before };
    let between = |more: Counts, less: Counts| Counts {
        marks: more.marks.saturating_sub(less.marks),
        subscriptions: more.subscriptions.saturating_sub(less.subscriptions),
        releases: more.releases.saturating_sub(less.releases),
        accounts: more.accounts.saturating_sub(less.accounts),
        versions: more.versions.saturating_sub(less.versions),
    };
    Some((between(after, before), between(had, after)))
}

/// Copies marks up to the first unreadable row.
fn marks(damaged: &Connection, whole: &Connection) -> rusqlite::Result<()> {
    let change = count_up(whole, MARKS)?;
    // Reads the table and not its index, which may be broken. Older versions have no trace.
    let select = |trace: &str| {
        format!("SELECT key, number, flags, {trace} FROM marks NOT INDEXED JOIN feeds ON feeds.id = marks.feed")
    };
    let mut statement = damaged.prepare(&select("trace")).or_else(|_| damaged.prepare(&select("NULL")))?;
    let Ok(mut rows) = statement.query([]) else { return Ok(()) };
    let sql = "INSERT INTO marks (feed, number, flags, change, trace) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (feed, number) DO UPDATE SET flags = ?3, change = ?4, trace = ?5 WHERE flags <> ?3";
    while let Ok(Some(row)) = rows.next() {
        let (Ok(key), Ok(number), Ok(flags)) = (row.get::<_, String>(0), row.get::<_, i64>(1), row.get::<_, i64>(2))
        else {
            continue;
        };
        let trace: Option<i64> = row.get(3).unwrap_or_default();
        let feed = feed_id(whole, rekey::of_any_version(&key).as_str())?;
        whole.prepare_cached(sql)?.execute(params![feed, number, flags, change, trace])?;
    }
    Ok(())
}

/// Copies subscriptions up to the first unreadable row.
fn subscriptions(damaged: &Connection, whole: &Connection) -> rusqlite::Result<()> {
    // Older versions have no rules and no accounts.
    let select = |more: &str| {
        format!(
            "SELECT key, address, title, feed_title, site, folder, position, is_paused, wants_pages, removed, {more}
             FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed"
        )
    };
    let Some(mut statement) = ["is_direct, header_command, rules", "is_direct, header_command, NULL", "1, NULL, NULL"]
        .iter()
        .find_map(|more| damaged.prepare(&select(more)).ok())
    else {
        return Ok(());
    };
    let Ok(mut rows) = statement.query([]) else { return Ok(()) };
    while let Ok(Some(row)) = rows.next() {
        let Ok(key) = row.get::<_, String>(0) else { continue };
        let feed = feed_id(whole, rekey::of_any_version(&key).as_str())?;
        let values: rusqlite::Result<Vec<rusqlite::types::Value>> = (1..13).map(|at| row.get(at)).collect();
        let Ok(values) = values else { continue };
        let sql = "INSERT OR IGNORE INTO subscriptions
             (feed, address, title, feed_title, site, folder, position, is_paused, wants_pages, removed, is_direct,
                 header_command, rules)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        let all = std::iter::once(rusqlite::types::Value::Integer(feed)).chain(values);
        whole.prepare_cached(sql)?.execute(rusqlite::params_from_iter(all))?;
    }
    Ok(())
}

/// Repairs a library found damaged while open, and opens its replacement.
///
/// # Errors
/// When another process has it open, or it cannot be replaced.
pub fn replace_damaged(library: Library, reason: &CleanBuf) -> Result<Library, LibraryError> {
    let (place, damaged) = (library.place.clone(), library.file);
    drop(library);
    mend(&place, damaged, reason, PATIENCE)?;
    Library::create(&place)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Flags;
    use super::super::tests::{day, library, marked, opened, subscribed};
    use super::*;

    /// Overwrites a file from an offset on.
    fn damage(path: &Path, from: u64) {
        use std::os::unix::fs::FileExt;
        let file = fs::OpenOptions::new().write(true).open(path).expect("a file");
        let length = file.metadata().expect("a file").len();
        let noise = vec![0xa5; usize::try_from(length.saturating_sub(from)).expect("a size")];
        file.write_all_at(&noise, from).expect("written");
    }

    /// Overwrites a page of a database; the first has the number 1.
    fn damage_page(path: &Path, page: u64) {
        use std::os::unix::fs::FileExt;
        let file = fs::OpenOptions::new().write(true).open(path).expect("a file");
        file.write_all_at(&[0xa5; 4_096], (page - 1) * 4_096).expect("written");
    }

    /// Overwrites the first page of a table.
    pub fn damage_table(library: &Library, table: &str) {
        let sql = "SELECT rootpage FROM sqlite_master WHERE name = ?1";
        let page = library.read(|connection| connection.query_row(sql, [table], |row| row.get::<_, i64>(0)));
        damage_page(library.place().path(), page.expect("read").cast_unsigned());
    }

    /// A library with five marks, and a backup of it.
    fn backed_up() -> (tempfile::TempDir, LibraryPath) {
        let (folder, mut library) = library();
        library.mark(Flags::STARRED, true, (0..5).map(|n| ("file:a", n))).expect("written");
        backup::daily(&library, day(1)).expect("written");
        (folder, library.place().clone())
    }

    #[test]
    fn a_damaged_file_is_moved_aside_and_the_newest_intact_backup_used() {
        let (_folder, mut library) = library();
        subscribed(&mut library, "a");
        library.mark(Flags::READ, true, (0..500).map(|n| ("file:a", n))).expect("written");
        for n in 1..=3 {
            backup::daily(&library, day(n)).expect("written");
        }
        library.mark(Flags::READ, true, [("file:a", 900)]).expect("written");
        let place = library.place().clone();
        drop(library);
        // The newest backup is damaged too.
        damage(&backup::all(&place)[0].1, 20);
        damage(place.path(), 0);
        let library = Library::open(&place).expect("mended").expect("there");
        let notice = library.mended().expect("something was mended").as_str();
        assert!(notice.contains("backup of 2018-01-02") && notice.contains("500 marks, 1 subscription"), "{notice}");
        assert!(notice.contains("newer changes may be lost"), "{notice}");
        assert_eq!(marked(&library).len(), 500);
        let aside = fs::read_dir(place.path().parent().expect("a folder")).expect("a folder").flatten();
        assert_eq!(aside.filter(|entry| entry.file_name().to_string_lossy().contains(".aside-")).count(), 1);
        drop(library);
        let mut library = Library::open(&place).expect("whole").expect("there");
        assert!(library.mended().is_some(), "not yet reported");
        library.forget_mended();
        drop(library);
        assert_eq!(Library::open(&place).expect("whole").expect("there").mended(), None);
    }

    #[test]
    fn readable_rows_of_a_damaged_file_are_rescued_and_the_loss_is_reported() {
        let (_folder, mut library) = library();
        let place = library.place().clone();
        subscribed(&mut library, "a");
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        backup::daily(&library, day(1)).expect("written");
        library.mark(Flags::STARRED, true, [("file:a", 2), ("file:a", 3)]).expect("written");
        subscribed(&mut library, "b");
        drop(library);
        let library = Library::open(&place).expect("whole").expect("there");
        damage_table(&library, "history");
        let library = replace_damaged(library, &CleanBuf::line("a test")).expect("mended");
        let notice = library.mended().expect("something was mended").as_str().to_owned();
        assert!(notice.contains("(1 mark, 1 subscription, 0 releases)"), "{notice}");
        assert!(notice.contains("rescued: 2 marks, 1 subscription, 0 releases; lost: 0 marks"), "{notice}");
        assert_eq!((marked(&library).len(), library.sources().expect("read").len()), (3, 2));
        assert_eq!(library.place(), &place);
    }

    #[test]
    fn without_a_backup_the_library_starts_empty_and_a_foreign_file_is_left_alone() {
        let (folder, mut library) = library();
        library.mark(Flags::READ, true, (0..5_000).map(|n| ("file:a", n))).expect("written");
        let place = library.place().clone();
        drop(library);
        damage(place.path(), 100);
        let library = Library::open(&place).expect("mended").expect("there");
        assert!(library.mended().expect("mended").as_str().contains("no intact backup"));
        assert_eq!(marked(&library).len(), 0);
        let notes = folder.path().join("notes");
        fs::write(&notes, "my notes, which are long enough to be no empty database at all").expect("a file");
        let error = Library::open(&LibraryPath::of_file(&notes)).expect_err("no library").to_string();
        assert!(error.contains("is not a tidings library (not an SQLite database)"), "{error}");
        assert_eq!(fs::read_to_string(&notes).expect("a file").len(), 62);
        let other = folder.path().join("other.db");
        Connection::open(&other).and_then(|db| db.execute_batch("CREATE TABLE t (x)")).expect("another's");
        let error = Library::open(&LibraryPath::of_file(&other)).expect_err("no library").to_string();
        assert!(error.contains("another program's database"), "{error}");
    }

    #[test]
    fn an_empty_or_missing_file_beside_backups_is_repaired_and_reported() {
        for lose in [
            |path: &Path| fs::write(path, ""),
            |path: &Path| fs::remove_file(path),
            |path: &Path| {
                fs::remove_file(path).and_then(|()| Connection::open(path).map_err(std::io::Error::other)).map(drop)
            },
            |path: &Path| {
                // A database without tables.
                fs::remove_file(path)?;
                let connection = Connection::open(path).map_err(std::io::Error::other)?;
                connection.execute_batch("CREATE TABLE t (x); DROP TABLE t").map_err(std::io::Error::other)
            },
        ] {
            let (_folder, place) = backed_up();
            lose(place.path()).expect("lost");
            let library = opened(&place);
            assert_eq!(marked(&library).len(), 5);
            let notice = library.mended().expect("something was mended").as_str();
            assert!(notice.contains("backup of 2018-01-01") && notice.contains("5 marks"), "{notice}");
            assert!(notice.contains("it is empty") || notice.contains("it is missing"), "{notice}");
            drop(library);
            let (_folder, place) = backed_up();
            lose(place.path()).expect("lost");
            assert_eq!(marked(&Library::create(&place).expect("mended")).len(), 5);
        }
    }

    #[test]
    fn an_empty_file_without_backups_is_a_new_library_unless_it_has_a_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        fs::write(place.path(), "").expect("a file");
        assert_eq!(opened(&place).mended(), None);
        let (_folder, mut library) = library();
        let place = library.place().clone();
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        let log = fs::read(place.beside("-wal")).expect("a log");
        drop(library);
        fs::write(place.path(), "").expect("emptied");
        fs::write(place.beside("-wal"), &log).expect("a log");
        let library = opened(&place);
        let notice = library.mended().expect("it is reported").as_str();
        assert!(notice.contains("it is empty") && notice.contains("moved to"), "{notice}");
        let aside = fs::read_dir(place.path().parent().expect("a folder")).expect("a folder").flatten();
        let is_log = |entry: fs::DirEntry| {
            entry.file_name().to_string_lossy().ends_with("-wal")
                && fs::read(entry.path()).is_ok_and(|bytes| bytes == log)
        };
        assert!(aside.into_iter().any(is_log), "the log is kept");
    }

    #[test]
    fn a_damaged_file_is_not_replaced_while_a_process_has_it_open() {
        let (_folder, place) = backed_up();
        let first = opened(&place);
        damage(place.path(), 0);
        let patience = Duration::from_millis(30);
        let error = Library::open_within(&place, patience).expect_err("it is open");
        assert!(matches!(error, LibraryError::DamagedInUse { .. }) && error.may_pass(), "{error}");
        assert!(first.is_in_place());
        drop(first);
        assert_eq!(marked(&opened(&place)).len(), 5);
    }

    #[test]
    fn a_latecomer_finds_the_repaired_file() {
        let (_folder, place) = backed_up();
        damage(place.path(), 0);
        let found = file::id(place.path());
        opened(&place).mark(Flags::STARRED, true, [("file:a", 9)]).expect("written");
        mend(&place, found, &CleanBuf::line("it was damaged"), PATIENCE).expect("nothing to do");
        assert_eq!(marked(&opened(&place)).len(), 6);
    }

    #[test]
    fn an_interrupted_repair_is_finished_by_the_next_open() {
        // The new file is finished, and some of the old files are moved.
        for moved in 0..3 {
            let (_folder, place) = backed_up();
            opened(&place).mark(Flags::STARRED, true, [("file:a", 9)]).expect("written");
            let aside = aside(&place);
            finish(&place, &aside, &CleanBuf::line("a test")).expect("written");
            fs::write(place.beside("-wal"), "a log of the old file").expect("a log");
            for end in ["", LOGS[0]].iter().take(moved) {
                let mut to = aside.clone().into_os_string();
                to.push(end);
                fs::rename(place.beside(end), to).expect("moved");
            }
            let library = opened(&place);
            assert_eq!(marked(&library).len(), 6, "{moved} moved");
            assert!(library.mended().is_some_and(|notice| notice.as_str().contains("a test")));
            assert!(!place.beside(FINISHED).exists());
        }
    }
}
