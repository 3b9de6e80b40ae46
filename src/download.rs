//! Downloads a file into a folder, and goes on with one that was begun.
//!
//! The bytes go into `NAME.part`; beside it, a hidden file holds the address and the validator. A complete file gets its
//! name, or the next free one: no other file is ever overwritten.

mod file_name;
mod part;

use std::io;
use std::path::{Path, PathBuf};

use crate::net::fetch::{Accept, Cancel, FetchError, Fetcher, Incoming, Request};
use crate::text::{CleanBuf, system_error};
pub use file_name::file_name;
use part::Part;

/// Bytes read at a time.
const STEP: usize = 64 << 10;

/// Why a download failed. The message follows the name of the file and a colon.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The server or the network failed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A file or folder cannot be written.
    #[error("cannot write {path}: {}", system_error(.error))]
    File {
        /// The file or folder.
        path: CleanBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// Another reader downloads it.
    #[error("already being downloaded by another reader")]
    Busy,
}

impl DownloadError {
    fn of_file(path: &Path, error: io::Error) -> Self {
        Self::File { path: CleanBuf::line(&path.to_string_lossy()), error }
    }
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The number of bytes in the file.
    pub bytes: u64,
    /// The number that it will have, if the server says so.
    pub total: Option<u64>,
}

/// Downloads an address into a folder, under this name or the next free one. Returns the path of the complete file.
///
/// # Errors
/// A [`DownloadError`]. What has been downloaded stays, so that the next download of this address can go on from there.
pub fn download(
    fetcher: &Fetcher,
    (address, is_guarded): (&str, bool),
    (folder, name): (&Path, &str),
    cancel: &Cancel,
    report: &mut dyn FnMut(Progress),
) -> Result<PathBuf, DownloadError> {
    std::fs::create_dir_all(folder).map_err(|error| DownloadError::of_file(folder, error))?;
    let mut part = Part::open(folder, name, address)?;
    let validator = part.validator().map(str::to_owned);
    let range = validator.as_deref().map(|validator| (part.bytes(), validator)).filter(|(bytes, _)| *bytes > 0);
    let request = Request { address, is_guarded, accept: Accept::File, range, ..Request::default() };
    // The server cannot go on, or goes on with another file.
    let is_other =
        |incoming: &Incoming| incoming.from > 0 && incoming.validator.is_some() && incoming.validator != validator;
    let opened = match fetcher.open(&request, cancel) {
        Err(FetchError::Status { status: 206 | 416 }) if range.is_some() => None,
        Ok(incoming) if is_other(&incoming) => None,
        other => Some(other),
    };
    let opened = opened.unwrap_or_else(|| fetcher.open(&Request { range: None, ..request }, cancel));
    let mut incoming = opened.inspect_err(|_| part.discard_if_empty())?;
    let known = validator.as_deref().filter(|_| incoming.from > 0);
    part.begin(incoming.from, incoming.validator.as_deref().or(known))?;
    let mut buffer = vec![0; STEP];
    loop {
        report(Progress { bytes: part.bytes(), total: incoming.total });
        match incoming.read(&mut buffer) {
            Ok(0) => return part.finish(),
            Ok(read) => part.write(&buffer[..read])?,
            Err(error) => {
                part.discard_if_empty();
                return Err(error.into());
            }
        }
    }
}
