//! The unfinished file of a download.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::DownloadError;

/// The longest content of the hidden file.
const LONGEST: u64 = 64 << 10;

/// An unfinished file, locked while it is open.
#[derive(Debug)]
pub struct Part {
    folder: PathBuf,
    name: String,
    /// The number behind the name: 1 for none.
    number: u32,
    file: File,
    bytes: u64,
    address: String,
    validator: Option<String>,
}

impl Part {
    /// Opens the unfinished file of this address, or creates one with a free name.
    pub fn open(folder: &Path, name: &str, address: &str) -> Result<Self, DownloadError> {
        for number in 1.. {
            let (path, part) = (folder.join(numbered(name, number)), folder.join(part_name(name, number)));
            if path.symlink_metadata().is_ok() {
                continue;
            }
            let (file, validator) = match OpenOptions::new().write(true).create_new(true).open(&part) {
                Ok(file) => (file, None),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    match known(&folder.join(facts_name(name, number))) {
                        Some((known, validator)) if known == address => {
                            let file = OpenOptions::new().write(true).open(&part);
                            (file.map_err(|error| DownloadError::of_file(&part, error))?, validator)
                        }
                        _ => continue,
                    }
                }
                Err(error) => return Err(DownloadError::of_file(&part, error)),
            };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(DownloadError::Busy),
                // Some file systems have no locks.
                Err(TryLockError::Error(_)) | Ok(()) => {}
            }
            let bytes = file.metadata().map_err(|error| DownloadError::of_file(&part, error))?.len();
            let (folder, name, address) = (folder.to_owned(), name.to_owned(), address.to_owned());
            return Ok(Self { folder, name, number, file, bytes, address, validator });
        }
        Err(DownloadError::Busy)
    }

    /// The number of bytes in it.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The validator of these bytes.
    pub fn validator(&self) -> Option<&str> {
        self.validator.as_deref()
    }

    /// Prepares for the bytes from this position on, and stores their validator.
    pub fn begin(&mut self, from: u64, validator: Option<&str>) -> Result<(), DownloadError> {
        let facts = format!("{}\n{}\n", self.address, validator.unwrap_or_default());
        let facts_path = self.folder.join(facts_name(&self.name, self.number));
        // An address may be secret.
        let private = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&facts_path);
        let written = private.and_then(|mut file| file.write_all(facts.as_bytes()));
        written.map_err(|error| DownloadError::of_file(&facts_path, error))?;
        self.bytes = from;
        let set = self.file.set_len(from).and_then(|()| self.file.seek(SeekFrom::Start(from)));
        set.map(drop).map_err(|error| DownloadError::of_file(&self.path(), error))
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.file.write_all(bytes).map_err(|error| DownloadError::of_file(&self.path(), error))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Gives the complete file its name, or the next free one. Returns its path.
    pub fn finish(self) -> Result<PathBuf, DownloadError> {
        let part = self.path();
        self.file.sync_all().map_err(|error| DownloadError::of_file(&part, error))?;
        for number in self.number.. {
            let path = self.folder.join(numbered(&self.name, number));
            match rename_to_free(&part, &path) {
                Ok(()) => {
                    let _ = fs::remove_file(self.folder.join(facts_name(&self.name, self.number)));
                    return Ok(path);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(DownloadError::of_file(&path, error)),
            }
        }
        Err(DownloadError::Busy)
    }

    /// Removes the file if nothing has come.
    pub fn discard_if_empty(&self) {
        if self.bytes == 0 {
            let _ = fs::remove_file(self.path());
            let _ = fs::remove_file(self.folder.join(facts_name(&self.name, self.number)));
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(part_name(&self.name, self.number))
    }
}

/// Renames a file unless the name is taken.
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no links.
        Err(_) if to.symlink_metadata().is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

/// Reads the address and the validator of an unfinished file.
fn known(facts: &Path) -> Option<(String, Option<String>)> {
    let mut text = String::new();
    File::open(facts).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    let mut lines = text.lines();
    let address = lines.next()?.to_owned();
    Some((address, lines.next().filter(|line| !line.is_empty()).map(str::to_owned)))
}

/// Returns a name with a number before its extension: `talk (2).mp3`.
fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        _ if number == 1 => name.to_owned(),
        Some((stem, extension)) => format!("{stem} ({number}).{extension}"),
        None => format!("{name} ({number})"),
    }
}

fn part_name(name: &str, number: u32) -> String {
    format!("{}.part", numbered(name, number))
}

fn facts_name(name: &str, number: u32) -> String {
    format!(".{}.part", numbered(name, number))
}
