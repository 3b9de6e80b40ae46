//! Backups: one a day, three of them, and what is done where the file is damaged.
//!
//! A backup is made by `VACUUM INTO`, which reads all of the file and so fails where that is damaged. A damaged file is
//! moved aside under a name of its own and never written again; the newest backup that is whole takes its place, and what
//! can still be read of newer marks and subscriptions is taken over.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OpenFlags, params};

use super::change::{MARKS, count_up};
use super::marks::feed_id;
use super::{Counts, Fault, Library, Place, fault, shown};
use crate::text::CleanBuf;

/// Backups that are kept.
const KEPT: usize = 3;
/// How the names of daily backups end.
const END: &str = ".db";
/// A backup that is being written.
const UNFINISHED: &str = ".part";

/// The backups of a library, newest first, with their days.
#[must_use]
pub fn all(place: &Place) -> Vec<(NaiveDate, PathBuf)> {
    let entries = fs::read_dir(place.backups()).into_iter().flatten().flatten();
    let dated = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let day = name.to_str()?.strip_suffix(END)?.parse().ok()?;
        Some((day, entry.path()))
    };
    let mut backups: Vec<_> = entries.filter_map(dated).collect();
    backups.sort_by(|one, other| other.cmp(one));
    backups
}

/// Makes the backup of a day, unless it is there; whether it was made. The oldest beyond three go.
///
/// # Errors
/// Where the library is damaged or the backup cannot be written: then the older ones stay.
pub fn daily(library: &Library, today: NaiveDate) -> Result<bool, Fault> {
    if all(library.place()).first().is_some_and(|(day, _)| *day >= today) {
        return Ok(false);
    }
    make(library, &format!("{today}{END}"))?;
    for (_, path) in all(library.place()).iter().skip(KEPT) {
        let _ = fs::remove_file(path);
    }
    Ok(true)
}

/// Makes the backup of today anew, whether there is one or not; its path.
///
/// # Errors
/// As [`daily`].
pub fn now(library: &Library, today: NaiveDate) -> Result<PathBuf, Fault> {
    let path = make(library, &format!("{today}{END}"))?;
    for (_, path) in all(library.place()).iter().skip(KEPT) {
        let _ = fs::remove_file(path);
    }
    Ok(path)
}

/// Keeps a library as it is before its tables change.
pub(super) fn before_migration(library: &Library, version: usize) -> Result<(), Fault> {
    make(library, &format!("before-version-{}{END}", version + 1)).map(drop)
}

fn make(library: &Library, name: &str) -> Result<PathBuf, Fault> {
    let folder = library.place().backups();
    fs::create_dir_all(&folder).map_err(|error| Fault::of_system(&folder, &error))?;
    let (path, part) = (folder.join(name), folder.join(format!("{name}{UNFINISHED}")));
    // What a run that was ended left.
    let _ = fs::remove_file(&part);
    let written = library.read(|connection| {
        connection.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
        Ok(())
    });
    let settled = written.and_then(|()| {
        let sync = fs::File::open(&part).and_then(|file| file.sync_all());
        sync.and_then(|()| fs::rename(&part, &path)).map_err(|error| Fault::of_system(&part, &error))
    });
    if settled.is_err() {
        let _ = fs::remove_file(&part);
    }
    settled.map(|()| path)
}

/// What is wrong with a file, row by row; nothing where it is whole. It takes as long as reading all of it.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn check(library: &Library) -> Result<Vec<CleanBuf>, Fault> {
    library.read(|connection| {
        let mut wrong = Vec::new();
        for pragma in ["integrity_check", "foreign_key_check"] {
            let mut statement = connection.prepare(&format!("PRAGMA {pragma}"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let told = match pragma {
                    "integrity_check" => row.get::<_, String>(0)?,
                    _ => format!("a row of {} belongs to nothing", row.get::<_, String>(0)?),
                };
                if told != "ok" {
                    wrong.push(CleanBuf::line(&told));
                }
            }
        }
        Ok(wrong)
    })
}

/// Sets a damaged library aside and puts the newest whole backup into its place, or an empty one; the result says what
/// was done and what is lost.
pub(super) fn mend(place: &Place, reason: &CleanBuf) -> Result<Library, Fault> {
    let aside = set_aside(place)?;
    let backup = all(place).into_iter().find(|(_, path)| is_whole(path));
    if let Some((_, path)) = &backup {
        put(path, place)?;
    }
    let mut library = Library::connect(place)?;
    let had = library.counts()?;
    let lost = rescue(&mut library, &aside);
    let name = |path: &Path| shown(Path::new(path.file_name().unwrap_or_default()));
    let from = backup.map_or_else(
        || "there is no whole backup, so it begins anew".to_owned(),
        |(day, _)| format!("the backup of {day} took its place ({had})"),
    );
    let rescued = lost.map_or_else(
        || "how much was newer cannot be told".to_owned(),
        |(rescued, lost)| format!("taken over from it: {rescued}; lost: {lost}"),
    );
    let told = format!("the library was damaged ({reason}) and is kept aside as {}; {from}; {rescued}", name(&aside));
    library.mended = Some(CleanBuf::line(&told));
    // Whoever opens it first may have nobody to tell.
    library.set(super::MENDED, Some(&told))?;
    Ok(library)
}

/// Puts a backup into the place of the library, which is set aside; where that lies now.
///
/// # Errors
/// Where there is no whole backup of that day (or at all), or the files cannot be moved.
pub fn restore(place: &Place, day: Option<NaiveDate>) -> Result<(NaiveDate, Option<PathBuf>), Fault> {
    let wanted = all(place).into_iter().filter(|(of, _)| day.is_none_or(|day| day == *of));
    let Some((day, path)) = wanted.into_iter().find(|(_, path)| is_whole(path)) else {
        let reason = match day {
            Some(day) => format!("there is no whole backup of {day}"),
            None => "there is no whole backup".to_owned(),
        };
        return Err(Fault::Other { path: place.shown(), reason: CleanBuf::line(&reason) });
    };
    let aside = if place.path().exists() { Some(set_aside(place)?) } else { None };
    put(&path, place)?;
    Ok((day, aside))
}

/// Moves the file and what `SQLite` keeps beside it to a name that nobody has.
fn set_aside(place: &Place) -> Result<PathBuf, Fault> {
    let now: DateTime<Utc> = Utc::now();
    let stamp = now.format("%Y-%m-%d-%H%M%S");
    let free = (0..).map(|n| match n {
        0 => place.beside(&format!(".aside-{stamp}")),
        n => place.beside(&format!(".aside-{stamp}-{n}")),
    });
    let aside = free.into_iter().find(|path| !path.exists()).unwrap_or_default();
    fs::rename(place.path(), &aside).map_err(|error| Fault::of_system(place.path(), &error))?;
    for end in ["-wal", "-shm"] {
        let mut target = aside.clone().into_os_string();
        target.push(end);
        let _ = fs::rename(place.beside(end), target);
    }
    Ok(aside)
}

fn put(backup: &Path, place: &Place) -> Result<(), Fault> {
    let copied = super::replace(place.path(), true, &mut |out| {
        std::io::copy(&mut fs::File::open(backup)?, out)?;
        Ok(())
    });
    copied.map_err(|error| Fault::of_system(place.path(), &error))
}

fn is_whole(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let told = Connection::open_with_flags(path, flags)
        .and_then(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)));
    told.is_ok_and(|told| told == "ok")
}

/// Takes over what can be read of a damaged file: marks and subscriptions. What was taken over and what is lost by the
/// file's own counts; `None` where it tells nothing.
fn rescue(library: &mut Library, aside: &Path) -> Option<(Counts, Counts)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let damaged = Connection::open_with_flags(aside, flags).ok()?;
    let count = |sql: &str| damaged.query_row(sql, [], |row| row.get::<_, i64>(0)).ok().map(i64::cast_unsigned);
    let before = library.counts().ok()?;
    let had = Counts {
        marks: count("SELECT count(*) FROM marks WHERE flags <> 0")?,
        subscriptions: count("SELECT count(*) FROM subscriptions WHERE removed IS NULL")?,
        releases: count("SELECT count(*) FROM releases")
            .or_else(|| count("SELECT max(rowid) FROM releases"))
            .unwrap_or(0),
    };
    let rescued = library.write(|connection| {
        marks(&damaged, connection)?;
        subscriptions(&damaged, connection)
    });
    let after = if rescued.is_ok() { library.counts().ok()? } else { before };
    let between = |more: Counts, less: Counts| Counts {
        marks: more.marks.saturating_sub(less.marks),
        subscriptions: more.subscriptions.saturating_sub(less.subscriptions),
        releases: more.releases.saturating_sub(less.releases),
    };
    Some((between(after, before), between(had, after)))
}

/// Copies marks until a row cannot be read.
fn marks(damaged: &Connection, whole: &Connection) -> rusqlite::Result<()> {
    let change = count_up(whole, MARKS)?;
    let mut statement = damaged
        .prepare("SELECT key, number, flags FROM marks JOIN feeds ON feeds.id = marks.feed ORDER BY change DESC")
        .or_else(|_| damaged.prepare("SELECT key, number, flags FROM marks JOIN feeds ON feeds.id = marks.feed"))?;
    let Ok(mut rows) = statement.query([]) else { return Ok(()) };
    let sql = "INSERT INTO marks (feed, number, flags, change) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (feed, number) DO UPDATE SET flags = ?3, change = ?4 WHERE flags <> ?3";
    while let Ok(Some(row)) = rows.next() {
        let (Ok(key), Ok(number), Ok(flags)) = (row.get::<_, String>(0), row.get::<_, i64>(1), row.get::<_, i64>(2))
        else {
            continue;
        };
        let feed = feed_id(whole, &key)?;
        whole.prepare_cached(sql)?.execute(params![feed, number, flags, change])?;
    }
    Ok(())
}

/// Copies subscriptions until a row cannot be read.
fn subscriptions(damaged: &Connection, whole: &Connection) -> rusqlite::Result<()> {
    let Ok(mut statement) = damaged.prepare(
        "SELECT key, address, title, feed_title, site, folder, position, is_paused, wants_pages, removed
         FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed",
    ) else {
        return Ok(());
    };
    let Ok(mut rows) = statement.query([]) else { return Ok(()) };
    while let Ok(Some(row)) = rows.next() {
        let Ok(key) = row.get::<_, String>(0) else { continue };
        let feed = feed_id(whole, &key)?;
        let values: rusqlite::Result<Vec<rusqlite::types::Value>> = (1..10).map(|at| row.get(at)).collect();
        let Ok(values) = values else { continue };
        let sql = "INSERT OR IGNORE INTO subscriptions
             (feed, address, title, feed_title, site, folder, position, is_paused, wants_pages, removed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let all = std::iter::once(rusqlite::types::Value::Integer(feed)).chain(values);
        whole.prepare_cached(sql)?.execute(rusqlite::params_from_iter(all))?;
    }
    Ok(())
}

/// What is said where the file is found damaged while it is open, and a new connection to what takes its place.
///
/// # Errors
/// Where nothing can take its place.
pub fn replace_damaged(library: Library, reason: &CleanBuf) -> Result<Library, Fault> {
    let place = library.place.clone();
    library.connection.close().map_err(|(_, error)| fault(&place, &error))?;
    mend(&place, reason)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{library, subscribed};
    use super::super::{FeedMarks, Flags};
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
    }

    fn days(place: &Place) -> Vec<u32> {
        use chrono::Datelike;
        all(place).iter().map(|(day, _)| day.day()).collect()
    }

    fn marked(library: &Library) -> FeedMarks {
        library.marks_of("file:a").expect("read")
    }

    /// Overwrites a file from a place on.
    fn damage(path: &Path, from: u64) {
        use std::os::unix::fs::FileExt;
        let file = fs::OpenOptions::new().write(true).open(path).expect("a file");
        let length = file.metadata().expect("a file").len();
        let noise = vec![0xa5; usize::try_from(length.saturating_sub(from)).expect("a size")];
        file.write_all_at(&noise, from).expect("written");
    }

    #[test]
    fn one_backup_a_day_and_three_of_them() {
        let (_folder, library) = library();
        for (n, made) in [(1, true), (1, false), (2, true), (3, true), (2, false), (4, true)] {
            assert_eq!(daily(&library, day(n)).expect("written"), made, "day {n}");
        }
        assert_eq!(days(library.place()), [4, 3, 2]);
        assert_eq!(check(&library).expect("read"), Vec::<CleanBuf>::new());
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_the_newest_whole_backup_used() {
        let (_folder, mut library) = library();
        subscribed(&mut library, "a");
        library.mark(Flags::READ, true, (0..500).map(|n| ("file:a", n))).expect("written");
        for n in 1..=3 {
            daily(&library, day(n)).expect("written");
        }
        library.mark(Flags::READ, true, [("file:a", 900)]).expect("written");
        let place = library.place().clone();
        drop(library);
        // The newest backup is broken too.
        damage(&all(&place)[0].1, 20);
        damage(place.path(), 0);
        let library = Library::open(&place).expect("mended").expect("there");
        let told = library.mended().expect("something was mended").as_str();
        assert!(told.contains("backup of 2026-11-02") && told.contains("500 marks, 1 subscription"), "{told}");
        assert!(told.contains("cannot be told"), "{told}");
        assert_eq!(marked(&library).len(), 500);
        let aside = fs::read_dir(place.path().parent().expect("a folder")).expect("a folder").flatten();
        assert_eq!(aside.filter(|entry| entry.file_name().to_string_lossy().contains(".aside-")).count(), 1);
        drop(library);
        let mut library = Library::open(&place).expect("whole").expect("there");
        assert!(library.mended().is_some(), "nobody was told yet");
        library.forget_mended();
        drop(library);
        assert_eq!(Library::open(&place).expect("whole").expect("there").mended(), None);
    }

    #[test]
    fn what_can_be_read_of_a_damaged_file_is_taken_over_and_the_loss_is_told() {
        let (_folder, mut library) = library();
        let place = library.place().clone();
        subscribed(&mut library, "a");
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        daily(&library, day(1)).expect("written");
        library.mark(Flags::STARRED, true, [("file:a", 2), ("file:a", 3)]).expect("written");
        subscribed(&mut library, "b");
        let library = replace_damaged(library, &CleanBuf::line("a test")).expect("mended");
        let told = library.mended().expect("something was mended").as_str().to_owned();
        assert!(told.contains("(1 mark, 1 subscription, 0 releases)"), "{told}");
        assert!(told.contains("taken over from it: 2 marks, 1 subscription, 0 releases; lost: 0 marks"), "{told}");
        assert_eq!((marked(&library).len(), library.sources().expect("read").len()), (3, 2));
        assert_eq!(library.place(), &place);
    }

    #[test]
    fn without_a_backup_it_begins_anew_and_a_foreign_file_is_left_alone() {
        let (folder, mut library) = library();
        library.mark(Flags::READ, true, (0..5_000).map(|n| ("file:a", n))).expect("written");
        let place = library.place().clone();
        drop(library);
        damage(place.path(), 100);
        let library = Library::open(&place).expect("mended").expect("there");
        assert!(library.mended().expect("mended").as_str().contains("no whole backup"));
        assert_eq!(marked(&library).len(), 0);
        let notes = folder.path().join("notes");
        fs::write(&notes, "my notes, which are long enough to be no empty database at all").expect("a file");
        let fault = Library::open(&Place::of_file(&notes)).expect_err("no library").to_string();
        assert!(fault.contains("is no library of tidings (no SQLite database)"), "{fault}");
        assert_eq!(fs::read_to_string(&notes).expect("a file").len(), 62);
        let other = folder.path().join("other.db");
        Connection::open(&other).and_then(|db| db.execute_batch("CREATE TABLE t (x)")).expect("another's");
        let fault = Library::open(&Place::of_file(&other)).expect_err("no library").to_string();
        assert!(fault.contains("another program's database"), "{fault}");
    }

    #[test]
    fn a_backup_can_be_put_back_by_its_day() {
        let (_folder, mut library) = library();
        let place = library.place().clone();
        daily(&library, day(1)).expect("written");
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        daily(&library, day(2)).expect("written");
        drop(library);
        let (used, aside) = restore(&place, Some(day(1))).expect("restored");
        assert_eq!((used, aside.is_some_and(|path| path.exists())), (day(1), true));
        assert_eq!(marked(&Library::open(&place).expect("whole").expect("there")).len(), 0);
        assert_eq!(restore(&place, None).expect("restored").0, day(2));
        assert_eq!(marked(&Library::open(&place).expect("whole").expect("there")).len(), 1);
        let fault = restore(&place, Some(day(9))).expect_err("no such backup").to_string();
        assert!(fault.contains("no whole backup of 2026-11-09"), "{fault}");
    }

    #[test]
    fn a_newer_file_is_read_and_not_written() {
        let (_folder, mut library) = library();
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        library.connection.pragma_update(None, "user_version", 99).expect("set");
        let place = library.place().clone();
        drop(library);
        let mut library = Library::open(&place).expect("readable").expect("there");
        assert!(library.read_only().is_some_and(|reason| reason.as_str().contains("newer tidings")));
        assert_eq!(marked(&library).len(), 1);
        let fault = library.mark(Flags::READ, true, [("file:a", 2)]).expect_err("not written");
        assert!(!fault.may_pass() && fault.to_string().contains("newer tidings"), "{fault}");
    }
}
