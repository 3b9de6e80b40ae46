//! Files beside the database: atomic writes, and checks before opening.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use tempfile::TempPath;

/// Less free space than this counts as a full disk; the index of the log needs as much.
const LEAST_ROOM: u64 = 64 << 10;
/// The magic bytes of every `SQLite` database (sqlite.org/fileformat2, 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Prefix and suffix of the names of unfinished files; random letters between them make the names unique.
const UNFINISHED: [&str; 2] = [".tidings-", ".unfinished"];
/// The number of random letters.
const LETTERS: usize = 6;
/// An unfinished file older than this belongs to a process that was killed.
const LEFT: Duration = Duration::from_secs(86_400);

/// Who may read a newly created file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whatever the user's umask allows; a replaced file keeps its permissions.
    Umask,
    /// The user alone.
    Owner,
}

/// Writes a file atomically and durably (it survives a power failure). Replaces an existing file only if `may` is true.
///
/// # Errors
/// When the file cannot be written, or exists and must not be replaced.
pub fn replace(
    path: &Path,
    access: Access,
    may: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mode = if access == Access::Umask { 0o666 } else { 0o600 };
    sweep(folder(path));
    let mut file = unfinished_file(mode).tempfile_in(folder(path))?;
    let mut out = io::BufWriter::new(file.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if access == Access::Umask
        && let Ok(before) = fs::metadata(path)
    {
        file.as_file().set_permissions(before.permissions())?;
    }
    persist(file.into_temp_path(), path, may)
}

/// Moves a finished file into place durably. Replaces an existing file only if `may` is true. No database connection
/// may have it open.
///
/// # Errors
/// As [`replace`].
pub fn persist(file: TempPath, path: &Path, may: bool) -> io::Result<()> {
    // A name that reaches the disk before its content would name half a file.
    File::open(&file)?.sync_all()?;
    if may { file.persist(path) } else { file.persist_noclobber(path) }.map_err(|error| error.error)?;
    settle(path);
    Ok(())
}

/// Creates an empty private file in the folder of another one. Returns it closed: if it becomes a database, closing it
/// later would drop this process's locks on it.
pub(super) fn unfinished(beside: &Path) -> io::Result<TempPath> {
    Ok(unfinished_file(0o600).tempfile_in(folder(beside))?.into_temp_path())
}

/// Creates files with an unfinished name and these permissions, as far as the umask allows.
#[must_use]
pub fn unfinished_file(mode: u32) -> tempfile::Builder<'static, 'static> {
    let [prefix, suffix] = UNFINISHED;
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(suffix).rand_bytes(LETTERS).permissions(Permissions::from_mode(mode));
    builder
}

/// Whether [`unfinished_file`] named a file.
fn is_unfinished(name: &OsStr) -> bool {
    let [prefix, suffix] = UNFINISHED.map(str::as_bytes);
    let between = name.as_encoded_bytes().strip_prefix(prefix).and_then(|name| name.strip_suffix(suffix));
    between.is_some_and(|between| between.len() == LETTERS && between.iter().all(u8::is_ascii_alphanumeric))
}

/// Deletes unfinished files in a folder that processes killed at least a day ago have left.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_old = || {
            let file = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            file.modified().ok()?.elapsed().ok().map(|age| age > LEFT)
        };
        if is_unfinished(&entry.file_name()) && is_old() == Some(true) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Creates a folder and its parents, private to the user.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes other users' access to a file; returns whether they had any.
pub(super) fn tighten(path: &Path) -> bool {
    let mode = fs::metadata(path).map_or(0, |file| file.permissions().mode());
    let is_open = mode & 0o077 != 0;
    if is_open {
        // Only the owner can do that.
        let _ = fs::set_permissions(path, Permissions::from_mode(mode & 0o700));
    }
    is_open
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Flushes the names of a new file and of the folders created for it, so that they survive a power failure. Ignores
/// systems that cannot do that.
pub(super) fn settle(path: &Path) {
    for folder in path.ancestors().skip(1).take(3) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
}

/// The identity of a file, whatever its name: device and inode.
pub(super) type Id = (u64, u64);

/// Returns the identity of the file with a name now.
pub(super) fn id(path: &Path) -> Option<Id> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Whether the disk of a file, existing or planned, is full.
pub(super) fn has_no_room(path: &Path) -> bool {
    rustix::fs::statvfs(folder(path)).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST_ROOM)
}

/// Whether a file begins like an `SQLite` database.
pub(super) fn is_of_sqlite(path: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    let Ok(mut file) = File::open(path) else { return false };
    let is_there = file.read_exact(&mut head).is_ok();
    // Closing it would drop the locks that other connections of this process have on the file (sqlite.org/howtocorrupt,
    // 2.2).
    std::mem::forget(file);
    is_there && head == MAGIC
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replace_without_permission_leaves_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        let put =
            |text: &'static str, may| replace(&path, Access::Umask, may, &mut |out| out.write_all(text.as_bytes()));
        put("one", false).expect("nothing is there");
        assert_eq!(put("two", false).map_err(|error| error.kind()), Err(io::ErrorKind::AlreadyExists));
        put("three", true).expect("it may be replaced");
        assert!(replace(&path, Access::Umask, true, &mut |_| Err(io::Error::other("full"))).is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "three");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn unfinished_files_are_swept_after_a_day_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let make = |name: &str, is_old: bool| {
            let file = File::create(folder.path().join(name)).expect("a file");
            let age = if is_old { LEFT + Duration::from_secs(60) } else { Duration::ZERO };
            file.set_modified(std::time::SystemTime::now() - age).expect("set");
        };
        let left = unfinished_file(0o600).tempfile_in(folder.path()).expect("a file");
        let name = left.path().file_name().expect("a name").to_str().expect("text").to_owned();
        drop(left);
        assert!(is_unfinished(name.as_ref()), "{name}");
        make(&name, true);
        let others =
            [".tidings-config", ".tidings-notes.unfinished", ".tidings-a.b.c.unfinished", ".tmpAbCdEf", "x.unfinished"];
        for name in others {
            make(name, true);
        }
        make(".tidings-AbCdEf.unfinished", false);
        fs::create_dir(folder.path().join(".tidings-folder.unfinished")).expect("a folder");
        replace(&folder.path().join("x"), Access::Umask, true, &mut |out| out.write_all(b"x")).expect("written");
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).expect("a folder").flatten().map(|one| one.file_name()).collect();
        names.sort();
        let mut kept = [&others[..], &[".tidings-AbCdEf.unfinished", ".tidings-folder.unfinished", "x"]].concat();
        kept.sort_unstable();
        assert_eq!(names, kept);
    }

    #[test]
    fn owner_files_are_private_and_others_follow_the_umask() {
        let folder = tempfile::tempdir().expect("a folder");
        let mode = |name: &str| fs::metadata(folder.path().join(name)).expect("a file").permissions().mode() & 0o777;
        let put = |name: &str, access| {
            replace(&folder.path().join(name), access, true, &mut |out| out.write_all(b"x")).expect("written");
        };
        // The permissions that the umask gives to any new file.
        fs::write(folder.path().join("plain"), "x").expect("written");
        put("umask", Access::Umask);
        assert_eq!(mode("umask"), mode("plain"));
        fs::set_permissions(folder.path().join("umask"), Permissions::from_mode(0o640)).expect("set");
        put("umask", Access::Umask);
        assert_eq!(mode("umask"), 0o640);
        put("owner", Access::Owner);
        assert_eq!(mode("owner"), 0o600);
        fs::set_permissions(folder.path().join("owner"), Permissions::from_mode(0o644)).expect("set");
        put("owner", Access::Owner);
        assert_eq!(mode("owner"), 0o600);
    }
}
