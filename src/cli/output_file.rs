//! Output files.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::UsageError;
use crate::library::{self, Access};
use crate::text::{CleanBuf, system_error};

/// Writes a file atomically. Replaces an existing file only if `may` is set. Pipes and terminals are written directly.
///
/// # Errors
/// If it cannot be written, or exists and must not be replaced.
pub fn to_file(
    file: &Path,
    may: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), UsageError> {
    put(file, Access::Umask, may, write)
}

/// Like [`to_file`], but only the user can read the file.
///
/// # Errors
/// Those of [`to_file`].
pub fn to_own_file(
    file: &Path,
    may: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), UsageError> {
    put(file, Access::Owner, may, write)
}

fn put(
    file: &Path,
    access: Access,
    may: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), UsageError> {
    let written = if fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        OpenOptions::new().write(true).open(file).and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        })
    } else {
        // Replace the target of a symbolic link, not the link.
        let target = file.canonicalize().ok().filter(|_| may);
        library::replace(target.as_deref().unwrap_or(file), access, may, write)
    };
    written.map_err(|error| {
        let file = CleanBuf::line(&file.to_string_lossy());
        UsageError(match error.kind() {
            io::ErrorKind::AlreadyExists => format!("{file}: already exists; --force replaces it"),
            _ => format!("{file}: cannot write: {}", system_error(&error)),
        })
    })
}
