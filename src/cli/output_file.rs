//! Files that are written to.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::UsageError;
use crate::library::{self, Access};
use crate::text::CleanBuf;

/// Writes a file whole or not at all; one that is there is only replaced where it `may`. To a pipe or a terminal it is
/// written as it comes.
///
/// # Errors
/// Where it cannot be written, or is there and may not be replaced.
pub fn to_file(
    file: &Path,
    may: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), UsageError> {
    put(file, Access::Umask, may, write)
}

/// As [`to_file`], for what only the user may read.
///
/// # Errors
/// As [`to_file`].
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
        // What a link leads to is replaced, not the link.
        let target = file.canonicalize().ok().filter(|_| may);
        library::replace(target.as_deref().unwrap_or(file), access, may, write)
    };
    written.map_err(|error| {
        let file = CleanBuf::line(&file.to_string_lossy());
        UsageError(match error.kind() {
            io::ErrorKind::AlreadyExists => format!("{file} is there already; --force replaces it"),
            _ => format!("{file} cannot be written: {error}"),
        })
    })
}
