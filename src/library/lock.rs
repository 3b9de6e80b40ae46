//! The lock on an open library. Every connection holds a shared lock on a file beside the library; a process that
//! replaces the library file holds it exclusively. The system releases the locks of a process that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use super::{LibraryError, LibraryPath, PAUSE};

/// The suffix of the lock file.
const END: &str = "-lock";

/// A lock, released on drop.
#[derive(Debug)]
pub(super) struct Lock {
    /// `None` in a read-only folder, where no file can be replaced.
    _file: Option<File>,
    is_new: bool,
}

impl Lock {
    /// Whether this lock created the lock file.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }
}

/// Takes a shared lock, waiting while a process replaces the file.
///
/// # Errors
/// When that takes longer than `patience`.
pub(super) fn share(place: &LibraryPath, patience: Duration) -> Result<Lock, LibraryError> {
    let Some((file, is_new)) = open(place) else { return Ok(Lock { _file: None, is_new: false }) };
    wait(place, patience, || file.try_lock_shared())?;
    Ok(Lock { _file: Some(file), is_new })
}

/// Takes the exclusive lock once no process has the library open. `None` when no lock file can be created.
///
/// # Errors
/// When a process keeps it open for longer than `patience`.
pub(super) fn alone(place: &LibraryPath, patience: Duration) -> Result<Option<Lock>, LibraryError> {
    let Some((file, is_new)) = open(place) else { return Ok(None) };
    wait(place, patience, || file.try_lock())?;
    Ok(Some(Lock { _file: Some(file), is_new }))
}

/// Locks a file of its own beside the library, waiting for other processes. `None` when it cannot be created.
///
/// # Errors
/// When a process keeps it locked for longer than `patience`.
pub(super) fn beside(place: &LibraryPath, end: &str, patience: Duration) -> Result<Option<File>, LibraryError> {
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).clone();
    let Ok(file) = options.open(place.beside(end)) else { return Ok(None) };
    wait(place, patience, || file.try_lock())?;
    Ok(Some(file))
}

/// Whether a library is or was at this path, so that a process may have it open.
pub(super) fn is_there(place: &LibraryPath) -> bool {
    place.beside(END).exists()
}

/// Removes the lock file of a file that is not a library.
pub(super) fn forget(place: &LibraryPath) {
    let _ = std::fs::remove_file(place.beside(END));
}

/// Opens the lock file; also returns whether it was created now. It is never removed while there is a library: a
/// process that holds the old file would not see the new one.
fn open(place: &LibraryPath) -> Option<(File, bool)> {
    let path = place.beside(END);
    let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
    made.map(|file| (file, true)).or_else(|_| File::open(&path).map(|file| (file, false))).ok()
}

fn wait(
    place: &LibraryPath,
    patience: Duration,
    lock: impl Fn() -> Result<(), TryLockError>,
) -> Result<(), LibraryError> {
    let until = Instant::now() + patience;
    loop {
        match lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(LibraryError::Busy { path: place.shown() }),
            // A file system without locks: proceeds as without a lock file.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_the_lock_and_one_holds_it_exclusively() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let moment = Duration::from_millis(20);
        let shared = [share(&place, moment).expect("free"), share(&place, moment).expect("shared")];
        assert!(matches!(alone(&place, moment), Err(LibraryError::Busy { .. })));
        drop(shared);
        let lock = alone(&place, moment).expect("free").expect("a lock");
        assert!(matches!(share(&place, moment), Err(LibraryError::Busy { .. })));
        drop(lock);
        share(&place, moment).expect("free again");
    }
}
