//! Files beside the database: written whole or not at all, and looked at before they are opened.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// Less room than this is none: the index of the log takes as much.
const LEAST_ROOM: u64 = 64 << 10;
/// How every database of `SQLite` begins (sqlite.org/fileformat2, 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Writes a file whole or not at all. What is there already is only replaced where it `may`.
///
/// # Errors
/// Where it cannot be written, or something is there and may not be replaced.
pub fn replace(path: &Path, may: bool, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    let mut out = io::BufWriter::new(file.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Ok(before) = fs::metadata(path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    let moved = if may { file.persist(path) } else { file.persist_noclobber(path) };
    moved.map(drop).map_err(|error| error.error)
}

/// Has the names of a new file and of the folders that were made for it survive a power cut. Where a system cannot do
/// that there is nothing to be done.
pub(super) fn settle(path: &Path) {
    for folder in path.ancestors().skip(1).take(3).filter(|folder| !folder.as_os_str().is_empty()) {
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
}

/// What tells a file from others, whatever its name.
pub(super) type Id = (u64, u64);

/// Which file has a name at present.
pub(super) fn id(path: &Path) -> Option<Id> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Whether the disk that a file lies on, or would lie on, is full.
pub(super) fn has_no_room(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST_ROOM)
}

/// Whether a file begins as a database of `SQLite`.
pub(super) fn is_of_sqlite(path: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == MAGIC
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_may_not_be_replaced_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        let put = |text: &'static str, may| replace(&path, may, &mut |out| out.write_all(text.as_bytes()));
        put("one", false).expect("nothing is there");
        assert_eq!(put("two", false).map_err(|error| error.kind()), Err(io::ErrorKind::AlreadyExists));
        put("three", true).expect("it may be replaced");
        assert!(replace(&path, true, &mut |_| Err(io::Error::other("full"))).is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "three");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
