//! Restoring: copies a backup into the open library in one transaction. Readers see the old state, then the new one. A
//! mark set meanwhile either waits or lands in the copy set aside.

use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::NaiveDate;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::change;
use super::{Library, LibraryError, LibraryPath, MENDED, PATIENCE, PAUSE, backup, error, file, mend, schema};
use crate::text::CleanBuf;

/// The result of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The day of the backup, or its other name.
    pub name: String,
    /// The copy of the previous library, if there was one.
    pub aside: Option<PathBuf>,
}

/// Copies the newest intact backup, or that of a day, into the library, creating it if needed.
///
/// # Errors
/// When there is no such intact backup, or the library cannot be written; then it stays as it was.
pub fn restore(place: &LibraryPath, day: Option<NaiveDate>) -> Result<Restored, LibraryError> {
    let wanted = match day {
        None => backup::candidates(place),
        Some(day) => backup::all(place).into_iter().filter(|(of, _)| *of == day).map(backup::named).collect(),
    };
    let Some((name, path)) = wanted.into_iter().find(|(_, path)| backup::is_whole(path)) else {
        let reason = match day {
            Some(day) => format!("no intact backup of {day}"),
            None => "no intact backup".to_owned(),
        };
        return Err(LibraryError::Other { path: place.shown(), reason: CleanBuf::line(&reason) });
    };
    let was_there = place.path().exists();
    let mut library = Library::create(place)?;
    let aside = library.take_back(&path)?;
    // A missing library was repaired a moment ago: that copy is not a state of the user's.
    let aside = if was_there { Some(aside) } else { std::fs::remove_file(aside).map_or(None, |()| None) };
    Ok(Restored { name, aside })
}

impl Library {
    /// Replaces the content by that of a backup; returns the path of the copy of the old content.
    fn take_back(&mut self, backup: &Path) -> Result<PathBuf, LibraryError> {
        self.write(|_| Ok(()))?;
        let place = self.place.clone();
        let explain = |error: rusqlite::Error| error::from_sqlite(&place, &error);
        let of_system = |error: std::io::Error| LibraryError::of_system(place.path(), &error);
        // Migrated in a copy, so that the backup stays unchanged.
        let copy = file::unfinished(place.path()).map_err(of_system)?;
        std::fs::copy(backup, &copy).map_err(of_system)?;
        file::tighten(&copy);
        let mut from = Connection::open(&copy).map_err(explain)?;
        schema::migrate(&mut from, schema::MIGRATIONS).map_err(explain)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let before = Connection::open_with_flags(place.path(), flags).map_err(explain)?;

        let restoring = Backup::new(&from, &mut self.connection).map_err(explain)?;
        // The first step takes the write lock and the last one releases it: nothing changes in between.
        let until = Instant::now() + PATIENCE;
        while let StepResult::Busy | StepResult::Locked = restoring.step(1).map_err(explain)? {
            if Instant::now() > until {
                return Err(LibraryError::Busy { path: place.shown() });
            }
            std::thread::sleep(PAUSE);
        }
        let aside = keep_aside(&place, &before)?;
        let least = change::highest(&before).map_err(explain)?;
        drop(before);
        // The copy being restored continues the counters of this library.
        change::begin_anew(&from, least).map_err(explain)?;
        from.execute("DELETE FROM settings WHERE name = ?1", [MENDED]).map_err(explain)?;
        if restoring.step(-1).map_err(explain)? != StepResult::Done {
            return Err(LibraryError::Busy { path: place.shown() });
        }
        drop(restoring);
        // The log is now as long as the library. If a process is reading, a later checkpoint truncates it.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(aside)
    }
}

/// Copies a library page by page, damaged pages included, to a new name beside it.
fn keep_aside(place: &LibraryPath, library: &Connection) -> Result<PathBuf, LibraryError> {
    let of_system = |error: std::io::Error| LibraryError::of_system(place.path(), &error);
    let path = file::unfinished(place.path()).map_err(of_system)?;
    let copied = Connection::open(&path).and_then(|mut to| {
        while Backup::new(library, &mut to)?.step(-1)? != StepResult::Done {
            std::thread::sleep(PAUSE);
        }
        to.close().map_err(|(_, error)| error)
    });
    copied.map_err(|error| error::from_sqlite(place, &error))?;
    let aside = mend::aside(place);
    file::persist(path, &aside, false).map_err(of_system)?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::super::Flags;
    use super::super::tests::{day, library, marked, opened};
    use super::*;

    #[test]
    fn a_backup_can_be_restored_by_its_day() {
        let (_folder, mut library) = library();
        let place = library.place().clone();
        backup::daily(&library, day(1)).expect("written");
        library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        backup::daily(&library, day(2)).expect("written");
        drop(library);
        let restored = restore(&place, Some(day(1))).expect("restored");
        assert_eq!(restored.name, "2018-01-01");
        assert_eq!(marked(&opened(&place)).len(), 0);
        let aside = LibraryPath::of_file(&restored.aside.expect("a copy"));
        assert_eq!(marked(&opened(&aside)).len(), 1, "what was there is a library");
        assert_eq!(restore(&place, None).expect("restored").name, "2018-01-02");
        assert_eq!(marked(&opened(&place)).len(), 1);
        let error = restore(&place, Some(day(9))).expect_err("no such backup").to_string();
        assert!(error.contains("no intact backup of 2018-01-09"), "{error}");
        std::fs::remove_file(place.path()).expect("a file");
        assert_eq!(restore(&place, None).expect("restored").aside, None);
        assert_eq!(marked(&opened(&place)).len(), 1);
    }

    #[test]
    fn open_connections_see_a_restore_as_a_change_of_the_same_file() {
        let (_folder, mut one) = library();
        let place = one.place().clone();
        backup::daily(&one, day(1)).expect("written");
        let mut other = opened(&place);
        for n in 0..100 {
            one.mark(Flags::READ, true, [("file:a", n)]).expect("written");
        }
        let (change, sync, copy) =
            (other.last_change().expect("read"), other.last_sync().expect("read"), other.copy_number().expect("read"));
        restore(&place, None).expect("restored");
        assert!(one.is_in_place() && other.is_in_place());
        assert_eq!((marked(&one).len(), marked(&other).len()), (0, 0));
        assert!(other.last_change().expect("read") > change && other.last_sync().expect("read") > sync);
        assert_ne!(other.copy_number().expect("read"), copy);
        // Both continue to write to the same file.
        one.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
        other.mark(Flags::READ, true, [("file:a", 2)]).expect("written");
        assert_eq!(one.marked_since(change).expect("read").marks.len(), 2);
        drop((one, other));
        assert_eq!(marked(&opened(&place)).len(), 2);
        assert_eq!(backup::check(&opened(&place)).expect("read"), Vec::<CleanBuf>::new());
    }

    #[test]
    fn a_backup_of_an_older_version_is_migrated_when_restored() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        drop(Library::create(&place).expect("made"));
        std::fs::create_dir(place.backups()).expect("a folder");
        std::fs::copy("tests/golden/library-1.db", place.backups().join("2018-01-01.db")).expect("a backup");
        restore(&place, None).expect("restored");
        assert_eq!(opened(&place).counts().expect("read").subscriptions, 13);
        let (_, version) = schema::owner_and_version(&opened(&place).connection).expect("read");
        assert_eq!(version, schema::VERSION);
    }

    #[test]
    fn marks_set_during_a_restore_are_in_the_library_or_in_the_copy_set_aside() {
        let (_folder, mut library) = library();
        let place = library.place().clone();
        library.mark(Flags::STARRED, true, (0..20_000).map(|n| ("file:b", n))).expect("written");
        backup::daily(&library, day(1)).expect("written");
        drop(library);
        let is_over = std::sync::atomic::AtomicBool::new(false);
        let (acknowledged, copies) = std::thread::scope(|scope| {
            let marking = scope.spawn(|| {
                let mut library = opened(&place);
                let mut count = 0;
                while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                    library.mark(Flags::READ, true, [("file:a", count)]).expect("written");
                    count += 1;
                }
                usize::try_from(count).expect("few")
            });
            let restoring = scope.spawn(|| -> Vec<PathBuf> {
                (0..5).map(|_| restore(&place, None).expect("restored").aside.expect("a copy")).collect()
            });
            let copies = restoring.join();
            is_over.store(true, std::sync::atomic::Ordering::SeqCst);
            (marking.join().expect("marked"), copies.expect("restored"))
        });
        let mut kept = marked(&opened(&place));
        for copy in copies {
            kept.extend(marked(&opened(&LibraryPath::of_file(&copy))));
        }
        assert_eq!(kept.len(), acknowledged);
    }
}
