//! The path of the library.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::LibraryError;
use crate::text::CleanBuf;

/// The folder within the user's data folder, and the file name.
const FOLDER: &str = "tidings";
const FILE: &str = "library.db";
/// The list of subscriptions of versions without a library, beside the file.
const OLDER_LIST: &str = "subscriptions.opml";

/// The path of the library, which may not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LibraryPath {
    path: PathBuf,
}

impl LibraryPath {
    /// Uses this file.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        // A symlink keeps pointing to its target.
        Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()) }
    }

    /// Returns the user's default: `$XDG_DATA_HOME/tidings/library.db`, or `~/.local/share/tidings/library.db`.
    ///
    /// # Errors
    /// When the user has no data folder.
    pub fn of_user() -> Result<Self, LibraryError> {
        let strategy = etcetera::choose_base_strategy().map_err(LibraryError::NoFolder)?;
        Ok(Self::of_file(&strategy.data_dir().join(FOLDER).join(FILE)))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as shown to the user.
    #[must_use]
    pub fn shown(&self) -> CleanBuf {
        super::shown(&self.path)
    }

    /// The folder of its backups.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.beside(".backups")
    }

    /// Returns a file beside the library: its path with a suffix.
    #[must_use]
    pub fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(end);
        name.into()
    }

    /// Whether backups exist, which means that a library existed once.
    pub(super) fn has_backups(&self) -> bool {
        super::backup::has_any(self)
    }

    /// Returns the subscription list of an older version, if there is one beside the user's default library.
    pub(super) fn older_list(&self) -> Option<PathBuf> {
        let list = self.path.with_file_name(OLDER_LIST);
        (self.path.file_name()? == FILE && list.is_file()).then_some(list)
    }
}
