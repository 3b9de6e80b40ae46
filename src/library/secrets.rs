//! The file of secrets: API keys and passwords of accounts, beside the library and readable by the user alone.
//!
//! Secrets are never in the library, so neither its backups nor its exports contain them. The file is JSON: an object
//! with the name of each secret. A secret is removed only on request, never because a server refused it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{Access, LibraryError, LibraryPath, file, shown};
use crate::text::CleanBuf;

/// The name of the file.
const FILE: &str = "secrets.json";
/// The suffix of the file whose lock keeps two processes from writing at once.
const LOCK: &str = "secrets.json-lock";

/// Returns the path of the file of secrets of a library.
#[must_use]
pub fn path(place: &LibraryPath) -> PathBuf {
    place.path().with_file_name(FILE)
}

/// Returns a secret; `None` if there is none with this name. If other users can read the file, removes their access.
///
/// # Errors
/// When the file cannot be read.
pub fn get(place: &LibraryPath, name: &str) -> Result<Option<String>, LibraryError> {
    Ok(read(&path(place))?.remove(name))
}

/// Stores a secret, durably.
///
/// # Errors
/// When the file cannot be written; then it stays as it was.
pub fn set(place: &LibraryPath, name: &str, secret: &str) -> Result<(), LibraryError> {
    change(place, |secrets| secrets.insert(name.to_owned(), secret.to_owned()))
}

/// Removes a secret.
///
/// # Errors
/// When the file cannot be written; then it stays as it was.
pub fn remove(place: &LibraryPath, name: &str) -> Result<(), LibraryError> {
    if path(place).exists() { change(place, |secrets| secrets.remove(name)) } else { Ok(()) }
}

/// Whether other users can read the file of secrets; [`get`] removes their access.
#[must_use]
pub fn is_exposed(place: &LibraryPath) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path(place)).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

fn change(
    place: &LibraryPath,
    change: impl FnOnce(&mut BTreeMap<String, String>) -> Option<String>,
) -> Result<(), LibraryError> {
    let path = path(place);
    let of_system = |error: std::io::Error| LibraryError::of_system(&path, &error);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        file::make_folder(folder).map_err(of_system)?;
    }
    let _lock = lock(&path.with_file_name(LOCK)).map_err(of_system)?;
    let mut secrets = read(&path)?;
    change(&mut secrets);
    let text = serde_json::to_vec_pretty(&secrets).map_err(|error| of_system(error.into()))?;
    file::replace(&path, Access::Owner, true, &mut |out| out.write_all(&text)).map_err(of_system)
}

/// Waits until no other process changes the file. The lock ends with the returned file.
fn lock(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    file.lock()?;
    Ok(file)
}

fn read(path: &Path) -> Result<BTreeMap<String, String>, LibraryError> {
    file::tighten(path);
    let text = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text.map_err(|error| LibraryError::of_system(path, &error))?,
    };
    // The error of the parser might quote a secret.
    let invalid = |_| LibraryError::Other { path: shown(path), reason: CleanBuf::line("invalid JSON") };
    serde_json::from_slice(&text).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn place() -> (tempfile::TempDir, LibraryPath) {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("deep/library.db"));
        (folder, place)
    }

    #[test]
    fn secrets_are_stored_replaced_and_removed() {
        let (_folder, place) = place();
        assert_eq!(get(&place, "a").expect("read"), None);
        remove(&place, "a").expect("nothing to remove");
        assert!(!path(&place).exists());
        set(&place, "a", "one").expect("written");
        set(&place, "b", "zwei\"é").expect("written");
        set(&place, "a", "two").expect("written");
        assert_eq!(get(&place, "a").expect("read").as_deref(), Some("two"));
        remove(&place, "a").expect("written");
        assert_eq!(get(&place, "a").expect("read"), None);
        assert_eq!(get(&place, "b").expect("read").as_deref(), Some("zwei\"é"));
    }

    #[test]
    fn only_the_user_can_read_the_file() {
        let (_folder, place) = place();
        set(&place, "a", "one").expect("written");
        let mode = || fs::metadata(path(&place)).expect("a file").permissions().mode() & 0o777;
        assert_eq!((mode(), is_exposed(&place)), (0o600, false));
        fs::set_permissions(path(&place), fs::Permissions::from_mode(0o644)).expect("set");
        assert!(is_exposed(&place));
        assert_eq!(get(&place, "a").expect("read").as_deref(), Some("one"));
        assert_eq!((mode(), is_exposed(&place)), (0o600, false));
    }

    #[test]
    fn an_invalid_file_stays_and_its_content_is_not_in_the_message() {
        let (_folder, place) = place();
        set(&place, "a", "one").expect("written");
        fs::write(path(&place), "{\"a\": hunter2").expect("written");
        let error = get(&place, "a").expect_err("invalid").to_string();
        assert!(error.ends_with("secrets.json: invalid JSON") && !error.contains("hunter2"), "{error}");
        set(&place, "b", "two").expect_err("invalid");
        assert_eq!(fs::read_to_string(path(&place)).expect("a file"), "{\"a\": hunter2");
    }

    #[test]
    fn two_writers_lose_no_secret() {
        let (_folder, place) = place();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let place = &place;
                scope.spawn(move || set(place, &n.to_string(), "x").expect("written"));
            }
        });
        assert!((0..8).all(|n| get(&place, &n.to_string()).expect("read").is_some()));
    }
}
