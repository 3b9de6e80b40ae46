//! Why the library cannot be used, in words, and what an error of `SQLite` or the system means.

use std::path::Path;

use rusqlite::ErrorCode;

use super::{LibraryPath, file, shown};
use crate::text::CleanBuf;

/// Why what is kept cannot be read or written. The texts are sentences without their end.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Nobody knows where it would lie.
    #[error("there is no data folder ({0}); name a file with --library")]
    NoFolder(#[source] etcetera::HomeDirError),
    /// The file is broken.
    #[error("{path} is damaged ({reason}); `tidings library restore` takes the newest backup")]
    Damaged {
        /// The file.
        path: CleanBuf,
        /// What `SQLite` says.
        reason: CleanBuf,
    },
    /// The file is broken, and cannot be mended as long as somebody else has it open.
    #[error("{path} is damaged ({reason}) and open in another process; quit that, and a backup takes its place")]
    DamagedInUse {
        /// The file.
        path: CleanBuf,
        /// What is wrong with it.
        reason: CleanBuf,
    },
    /// The file is something else.
    #[error("{path} is no library of tidings ({what}); name another file with --library")]
    Foreign {
        /// The file.
        path: CleanBuf,
        /// What it is.
        what: &'static str,
    },
    /// It may be read and not written.
    #[error("{path} cannot be written: {reason}")]
    ReadOnly {
        /// The file.
        path: CleanBuf,
        /// Why.
        reason: CleanBuf,
    },
    /// The disk is full.
    #[error("{path} cannot be written: the disk is full")]
    Full {
        /// The file.
        path: CleanBuf,
    },
    /// A file that holds more is in the way of a copy.
    #[error("{path} is not replaced: {reason}")]
    Kept {
        /// The file that stays.
        path: CleanBuf,
        /// Why, and what to do.
        reason: CleanBuf,
    },
    /// Another program holds it.
    #[error("{path} is locked by another process")]
    Busy {
        /// The file.
        path: CleanBuf,
    },
    /// Anything else.
    #[error("{path} cannot be used: {reason}")]
    Other {
        /// The file.
        path: CleanBuf,
        /// What `SQLite` or the system says.
        reason: CleanBuf,
    },
}

impl LibraryError {
    /// Whether trying again later may help: the disk may have room by then, and the other program be gone.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Busy { .. } | Self::DamagedInUse { .. } | Self::Other { .. })
    }

    /// What the system says of a file.
    pub(super) fn of_system(path: &Path, error: &std::io::Error) -> Self {
        let shown = shown(path);
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::Full { path: shown },
            std::io::ErrorKind::PermissionDenied
            | std::io::ErrorKind::ReadOnlyFilesystem
            | std::io::ErrorKind::NotFound
            | std::io::ErrorKind::NotADirectory => {
                Self::ReadOnly { path: shown, reason: CleanBuf::line(&error.to_string()) }
            }
            _ => Self::Other { path: shown, reason: CleanBuf::line(&error.to_string()) },
        }
    }
}

/// What an error of `SQLite` means.
pub(super) fn fault(place: &LibraryPath, error: &rusqlite::Error) -> LibraryError {
    let path = place.shown();
    let reason = CleanBuf::line(&error.to_string());
    match error.sqlite_error_code() {
        // The first bytes of a library that was overwritten are gone too: its backups tell it from others' files.
        Some(ErrorCode::NotADatabase) if !file::is_of_sqlite(place.path()) && !place.has_backups() => {
            LibraryError::Foreign { path, what: "no SQLite database" }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LibraryError::Damaged { path, reason },
        Some(ErrorCode::ReadOnly) => LibraryError::ReadOnly { path, reason: CleanBuf::line("it may not be written") },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            // It is not opened to see: closing it would drop the locks of other connections.
            match rustix::fs::access(place.path(), rustix::fs::Access::WRITE_OK) {
                Err(error) => LibraryError::of_system(place.path(), &error.into()),
                Ok(()) => LibraryError::Other { path, reason },
            }
        }
        Some(ErrorCode::DiskFull) => LibraryError::Full { path },
        Some(ErrorCode::SystemIoFailure) if file::has_no_room(place.path()) => LibraryError::Full { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LibraryError::Busy { path },
        _ => LibraryError::Other { path, reason },
    }
}

/// Whether a file could not be opened for what its folder allows.
pub(super) fn is_access(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied))
}
