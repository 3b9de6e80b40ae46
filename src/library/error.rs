//! Why the library cannot be used, and the translation of errors of `SQLite` and the system.

use std::path::Path;

use rusqlite::ErrorCode;

use super::{LibraryPath, file, shown};
use crate::text::{CleanBuf, system_error};

/// Why the library cannot be read or written. The messages are sentences without a full stop.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The system has no data folder.
    #[error("no data folder ({0}); name a file with --library")]
    NoFolder(#[source] etcetera::HomeDirError),
    /// The file is damaged.
    #[error("{path} is damaged ({reason}); run `tidings library restore` to restore the newest backup")]
    Damaged {
        /// The file.
        path: CleanBuf,
        /// The error of `SQLite`.
        reason: CleanBuf,
    },
    /// The file is damaged, and cannot be repaired while another process has it open.
    #[error("{path} is damaged ({reason}) and open in another process; quit that process to restore a backup")]
    DamagedInUse {
        /// The file.
        path: CleanBuf,
        /// What is wrong with it.
        reason: CleanBuf,
    },
    /// The file is not a library.
    #[error("{path} is not a tidings library ({what}); name another file with --library")]
    Foreign {
        /// The file.
        path: CleanBuf,
        /// What it is.
        what: &'static str,
    },
    /// The file can be read but not written.
    #[error("cannot write {path}: {reason}")]
    ReadOnly {
        /// The file.
        path: CleanBuf,
        /// The reason.
        reason: CleanBuf,
    },
    /// The disk is full.
    #[error("cannot write {path}: disk full")]
    Full {
        /// The file.
        path: CleanBuf,
    },
    /// A copy would replace a file that holds more.
    #[error("{path} was not replaced: {reason}")]
    Kept {
        /// The file that stays.
        path: CleanBuf,
        /// The reason, and what to do.
        reason: CleanBuf,
    },
    /// Another process holds the lock.
    #[error("{path} is locked by another process")]
    Busy {
        /// The file.
        path: CleanBuf,
    },
    /// Any other error.
    #[error("cannot use {path}: {reason}")]
    Other {
        /// The file.
        path: CleanBuf,
        /// What `SQLite` or the system says.
        reason: CleanBuf,
    },
}

impl LibraryError {
    /// Whether retrying later may help: the disk may have room by then, and the other process may have quit.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Busy { .. } | Self::DamagedInUse { .. } | Self::Other { .. })
    }

    /// Translates an error of the system about a file.
    pub(super) fn of_system(path: &Path, error: &std::io::Error) -> Self {
        let shown = shown(path);
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::Full { path: shown },
            std::io::ErrorKind::PermissionDenied
            | std::io::ErrorKind::ReadOnlyFilesystem
            | std::io::ErrorKind::NotFound
            | std::io::ErrorKind::NotADirectory => {
                Self::ReadOnly { path: shown, reason: CleanBuf::line(&system_error(error)) }
            }
            _ => Self::Other { path: shown, reason: CleanBuf::line(&system_error(error)) },
        }
    }
}

/// Translates an error of `SQLite`.
pub(super) fn from_sqlite(place: &LibraryPath, error: &rusqlite::Error) -> LibraryError {
    let path = place.shown();
    let reason = CleanBuf::line(&error.to_string());
    match error.sqlite_error_code() {
        // An overwritten library has lost its magic bytes too; its backups show that it was one.
        Some(ErrorCode::NotADatabase) if !file::is_of_sqlite(place.path()) && !place.has_backups() => {
            LibraryError::Foreign { path, what: "not an SQLite database" }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LibraryError::Damaged { path, reason },
        Some(ErrorCode::ReadOnly) => LibraryError::ReadOnly { path, reason: CleanBuf::line("the file is read-only") },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            // Not tested by opening it: closing the file would drop the locks of other connections.
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

/// Whether a file could not be opened because of the permissions of its folder.
pub(super) fn is_access(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied))
}
