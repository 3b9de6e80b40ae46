//! Backups: seven daily ones and one monthly one, and copies made by hand.
//!
//! `VACUUM INTO` writes a backup under a temporary name and so reads the whole file, which fails if it is damaged; the
//! backup gets its final name once it is complete.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, Local, NaiveDate};
use rusqlite::{Connection, OpenFlags};

use super::{Library, LibraryError, LibraryPath, file, lock, pictures};
use crate::text::CleanBuf;

/// The number of daily backups.
const DAILY: usize = 7;
/// The suffix of backup names.
const END: &str = ".db";
/// The prefix of backups made before a migration of the tables.
const BEFORE: &str = "before-version-";

/// Returns the backups of a library with their days, newest first.
#[must_use]
pub fn all(place: &LibraryPath) -> Vec<(NaiveDate, PathBuf)> {
    let mut backups: Vec<_> =
        files(place).filter_map(|(name, path)| Some((name.parse::<NaiveDate>().ok()?, path))).collect();
    backups.sort_by(|one, other| other.cmp(one));
    backups
}

/// Whether a backup is dated after tomorrow, which only a wrong clock explains; such a backup is neither used nor
/// counted. Another time zone may be a day ahead.
#[must_use]
pub fn is_of_future(day: NaiveDate, today: NaiveDate) -> bool {
    day > today.checked_add_days(Days::new(1)).unwrap_or(today)
}

/// Returns the backups by name, best first: daily ones, those made before a migration, those dated in the future.
pub(super) fn candidates(place: &LibraryPath) -> Vec<(String, PathBuf)> {
    let today = Local::now().date_naive();
    let (future, mut backups): (Vec<_>, Vec<_>) =
        all(place).into_iter().partition(|(day, _)| is_of_future(*day, today));
    let mut backups: Vec<_> = backups.drain(..).map(named).collect();
    let mut before: Vec<_> = files(place).filter(|(name, _)| name.starts_with(BEFORE)).collect();
    before.sort_by(|one, other| other.cmp(one));
    backups.extend(before);
    backups.extend(future.into_iter().rev().map(named));
    backups
}

/// Names a backup by its day.
pub(super) fn named((day, path): (NaiveDate, PathBuf)) -> (String, PathBuf) {
    (day.to_string(), path)
}

/// Whether there is any backup.
pub(super) fn has_any(place: &LibraryPath) -> bool {
    files(place).next().is_some()
}

/// Returns the names and paths of all backups.
fn files(place: &LibraryPath) -> impl Iterator<Item = (String, PathBuf)> {
    let entries = fs::read_dir(place.backups()).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().to_str()?.strip_suffix(END)?.to_owned(), entry.path())))
}

/// Makes the backup of a day unless it exists; returns whether it was made. Then deletes older ones beyond seven days
/// and one month.
///
/// # Errors
/// When the library is damaged or the backup cannot be written; then the older ones stay.
pub fn daily(library: &Library, today: NaiveDate) -> Result<bool, LibraryError> {
    if all(library.place()).iter().any(|(day, _)| *day == today) {
        return Ok(false);
    }
    make(library, &format!("{today}{END}"))?;
    expire(library, today)?;
    Ok(true)
}

/// Makes today's backup, replacing an existing one; returns its path.
///
/// # Errors
/// As [`daily`], and when the existing backup has more than twice as many marks.
pub fn now(library: &Library, today: NaiveDate) -> Result<PathBuf, LibraryError> {
    let path = library.place().backups().join(format!("{today}{END}"));
    let (before, marks) = (marks(&path).unwrap_or(0), library.counts()?.marks);
    if is_less_than_half(marks, before) {
        let reason = format!("it has {before} marks, the library only {marks}; name another file");
        return Err(LibraryError::Kept { path: super::shown(&path), reason: CleanBuf::line(&reason) });
    }
    let path = make(library, &format!("{today}{END}"))?;
    expire(library, today)?;
    Ok(path)
}

/// Copies a library into a file, replacing an existing one.
///
/// # Errors
/// When the library is damaged, or the file is an open library or cannot be written; then the existing file stays.
pub fn to_file(library: &Library, file: &Path) -> Result<(), LibraryError> {
    let target = LibraryPath::of_file(file);
    let is_library = target == *library.place() || ["-wal", "-shm"].iter().any(|end| target.beside(end).exists());
    if is_library {
        let reason = CleanBuf::line("it is an open library; name another file");
        return Err(LibraryError::Kept { path: target.shown(), reason });
    }
    // The lock keeps other processes from opening the target while it is replaced.
    let lock =
        if target.path().exists() && lock::is_there(&target) { lock::alone(&target, super::PATIENCE)? } else { None };
    copy(library, target.path())?;
    drop(lock);
    Ok(())
}

/// Backs up a library before its tables are migrated.
pub(super) fn before_migration(library: &Library, version: usize) -> Result<(), LibraryError> {
    make(library, &format!("{BEFORE}{}{END}", version + 1)).map(drop)
}

fn make(library: &Library, name: &str) -> Result<PathBuf, LibraryError> {
    let folder = library.place().backups();
    file::make_folder(&folder).map_err(|error| LibraryError::of_system(&folder, &error))?;
    file::sweep(&folder);
    let path = folder.join(name);
    copy(library, &path)?;
    Ok(path)
}

/// Deletes the old backups of a library. Seven days stay, and of the older ones the newest that is the first of its
/// month. No backup is deleted while the newer ones have less than half as many marks.
fn expire(library: &Library, today: NaiveDate) -> Result<(), LibraryError> {
    let now = library.counts()?.marks;
    let days: Vec<_> = all(library.place()).into_iter().filter(|(day, _)| !is_of_future(*day, today)).collect();
    let month = |day: NaiveDate| (day.year(), day.month());
    let is_first = |at: usize| days.get(at + 1).is_none_or(|(older, _)| month(*older) != month(days[at].0));
    let monthly = (DAILY..days.len()).find(|&at| is_first(at));
    for (at, (_, path)) in days.iter().enumerate().skip(DAILY) {
        if Some(at) != monthly && !is_less_than_half(now, marks(path).unwrap_or(0)) {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

fn is_less_than_half(marks: u64, of: u64) -> bool {
    marks.saturating_mul(2) < of
}

/// Counts the marks in a backup; `None` when it cannot be read.
fn marks(path: &Path) -> Option<u64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let count = "SELECT count(*) FROM marks WHERE flags <> 0";
    let connection = Connection::open_with_flags(path, flags).ok()?;
    connection.query_row(count, [], |row| row.get::<_, i64>(0)).ok().map(i64::cast_unsigned)
}

/// Copies a library to a path atomically.
fn copy(library: &Library, path: &Path) -> Result<(), LibraryError> {
    let of_system = |error: std::io::Error| LibraryError::of_system(path, &error);
    let part = file::unfinished(path).map_err(of_system)?;
    library.read(|connection| pictures::copy_without(connection, &part))?;
    file::persist(part, path, true).map_err(of_system)
}

/// Returns what is wrong with a file, line by line; empty when it is intact. Reads the whole file.
///
/// # Errors
/// When the file cannot be read at all.
pub fn check(library: &Library) -> Result<Vec<CleanBuf>, LibraryError> {
    library.read(|connection| {
        let mut wrong = Vec::new();
        for pragma in ["integrity_check", "foreign_key_check"] {
            let mut statement = connection.prepare(&format!("PRAGMA {pragma}"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let answer = match pragma {
                    "integrity_check" => row.get::<_, String>(0)?,
                    _ => format!("a row of {} has no parent", row.get::<_, String>(0)?),
                };
                if answer != "ok" {
                    wrong.push(CleanBuf::line(&answer));
                }
            }
        }
        Ok(wrong)
    })
}

/// Whether a file is a database with intact pages.
pub(super) fn is_whole(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let answer = Connection::open_with_flags(path, flags)
        .and_then(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)));
    answer.is_ok_and(|answer| answer == "ok")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::Flags;
    use super::super::tests::library;
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2018, month, day).expect("a day")
    }

    fn days(place: &LibraryPath) -> String {
        all(place).iter().map(|(day, _)| day.format("%-m/%-d").to_string()).collect::<Vec<_>>().join(" ")
    }

    fn mark(library: &mut Library, on: bool, count: u64) {
        library.mark(Flags::READ, on, (0..count).map(|n| ("file:a", n))).expect("written");
    }

    #[test]
    fn seven_daily_backups_and_one_monthly_backup_are_kept() {
        let (_folder, library) = library();
        for (n, made) in [(30, true), (30, false), (31, true), (30, false)] {
            assert_eq!(daily(&library, day(10, n)).expect("written"), made, "day {n}");
        }
        for n in 1..=6 {
            assert!(daily(&library, day(11, n)).expect("written"));
        }
        assert_eq!(days(library.place()), "11/6 11/5 11/4 11/3 11/2 11/1 10/31 10/30");
        daily(&library, day(11, 7)).expect("written");
        assert_eq!(days(library.place()), "11/7 11/6 11/5 11/4 11/3 11/2 11/1 10/30");
        for n in 8..=30 {
            daily(&library, day(11, n)).expect("written");
        }
        assert_eq!(days(library.place()), "11/30 11/29 11/28 11/27 11/26 11/25 11/24 11/1");
        assert_eq!(check(&library).expect("read"), Vec::<CleanBuf>::new());
    }

    #[test]
    fn a_backup_stays_while_newer_ones_have_less_than_half_its_marks() {
        let (_folder, mut library) = library();
        mark(&mut library, true, 100);
        daily(&library, day(1, 1)).expect("written");
        daily(&library, day(1, 2)).expect("written");
        mark(&mut library, false, 51);
        for n in 3..=20 {
            daily(&library, day(1, n)).expect("written");
        }
        assert_eq!(days(library.place()), "1/20 1/19 1/18 1/17 1/16 1/15 1/14 1/2 1/1");
        // Today's backup is not replaced by one with fewer marks either.
        mark(&mut library, false, 100);
        let error = now(&library, day(1, 20)).expect_err("49 marks would go").to_string();
        assert!(error.contains("was not replaced: it has 49 marks, the library only 0"), "{error}");
        mark(&mut library, true, 60);
        now(&library, day(1, 20)).expect("written");
        daily(&library, day(1, 21)).expect("written");
        assert_eq!(days(library.place()), "1/21 1/20 1/19 1/18 1/17 1/16 1/15 1/1", "it has more than half as many");
    }

    #[test]
    fn a_backup_dated_in_the_future_does_not_stop_backups_and_is_used_last() {
        let (_folder, mut library) = library();
        let place = library.place().clone();
        daily(&library, NaiveDate::from_ymd_opt(2938, 1, 1).expect("a day")).expect("written");
        mark(&mut library, true, 1);
        for n in 1..=8 {
            assert!(daily(&library, day(1, n)).expect("written"), "day {n}");
        }
        assert_eq!(all(&place).len(), 9, "seven days, the month, and the one to come");
        assert_eq!(candidates(&place)[0].0, "2018-01-08");
        assert_eq!(candidates(&place)[8].0, "2938-01-01");
        assert_eq!(super::super::restore(&place, None).expect("restored").name, "2018-01-08");
    }

    #[test]
    fn backups_are_private_and_leave_no_unfinished_file() {
        let (folder, library) = library();
        now(&library, day(1, 1)).expect("written");
        let copy = folder.path().join("copy.db");
        to_file(&library, &copy).expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        let backups = library.place().backups();
        assert_eq!((mode(&backups), mode(&backups.join("2018-01-01.db")), mode(&copy)), (0o700, 0o600, 0o600));
        assert_eq!(fs::read_dir(&backups).expect("a folder").count(), 1);
        let error = to_file(&library, library.place().path()).expect_err("it is open").to_string();
        assert!(error.contains("an open library"), "{error}");
    }

    #[test]
    fn two_processes_backing_up_at_once_leave_one_intact_backup() {
        let (_folder, mut library) = library();
        mark(&mut library, true, 5_000);
        let place = library.place().clone();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let library = Library::open(&place).expect("whole").expect("there");
                    for _ in 0..5 {
                        now(&library, day(1, 1)).expect("written");
                        assert!(is_whole(&all(&place)[0].1));
                    }
                });
            }
        });
        assert_eq!(marks(&all(&place)[0].1), Some(5_000));
    }
}
