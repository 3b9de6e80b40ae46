//! Who has the library open: everybody holds a shared lock on a file beside it as long as his connection lives, and
//! whoever puts another file into its place holds it alone. The system drops a lock with the program that has it.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use super::{LibraryError, LibraryPath, PAUSE};

/// How the name of the lock file ends.
const END: &str = "-lock";

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// `None` in a folder that cannot be written: nothing can be put into place there.
    _file: Option<File>,
    is_new: bool,
}

impl Lock {
    /// Whether the lock file was made for it.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }
}

/// Waits for whoever puts another file into place, and keeps others from it.
///
/// # Errors
/// Where that takes longer than `patience`.
pub(super) fn share(place: &LibraryPath, patience: Duration) -> Result<Lock, LibraryError> {
    let Some((file, is_new)) = open(place) else { return Ok(Lock { _file: None, is_new: false }) };
    wait(place, patience, || file.try_lock_shared())?;
    Ok(Lock { _file: Some(file), is_new })
}

/// Waits until nobody has the library open; nobody opens it then. `None` where no lock can be had at all.
///
/// # Errors
/// Where somebody has it open for longer than `patience`.
pub(super) fn alone(place: &LibraryPath, patience: Duration) -> Result<Option<Lock>, LibraryError> {
    let Some((file, is_new)) = open(place) else { return Ok(None) };
    wait(place, patience, || file.try_lock())?;
    Ok(Some(Lock { _file: Some(file), is_new }))
}

/// Whether a library lies at a place, or did: somebody may have it open.
pub(super) fn is_there(place: &LibraryPath) -> bool {
    place.beside(END).exists()
}

/// Removes the lock file of what turned out to be no library.
pub(super) fn forget(place: &LibraryPath) {
    let _ = std::fs::remove_file(place.beside(END));
}

/// The lock file, and whether it was made now. It is never removed while there is a library: whoever had the old one would
/// not hear of the new.
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
            // A file system without locks: as without a lock file.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_it_and_one_has_it_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let moment = Duration::from_millis(20);
        let shared = [share(&place, moment).expect("free"), share(&place, moment).expect("shared")];
        assert!(matches!(alone(&place, moment), Err(LibraryError::Busy { .. })));
        drop(shared);
        let held = alone(&place, moment).expect("free").expect("a lock");
        assert!(matches!(share(&place, moment), Err(LibraryError::Busy { .. })));
        drop(held);
        share(&place, moment).expect("free again");
    }
}
