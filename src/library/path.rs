//! Where the library lies.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::LibraryError;
use crate::text::CleanBuf;

/// The folder within the user's data folder, and the file.
const FOLDER: &str = "tidings";
const FILE: &str = "library.db";
/// Subscriptions as a tidings without a library kept them, beside the file.
const OLDER_LIST: &str = "subscriptions.opml";

/// Where the library lies, whether there is one yet or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LibraryPath {
    path: PathBuf,
}

impl LibraryPath {
    /// The file of this name.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        // A link to a file elsewhere stays one.
        Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()) }
    }

    /// The user's own: `$XDG_DATA_HOME/tidings/library.db`, `~/.local/share` where that is not set.
    ///
    /// # Errors
    /// Where the user has no data folder.
    pub fn of_user() -> Result<Self, LibraryError> {
        let strategy = etcetera::choose_base_strategy().map_err(LibraryError::NoFolder)?;
        Ok(Self::of_file(&strategy.data_dir().join(FOLDER).join(FILE)))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it is shown.
    #[must_use]
    pub fn shown(&self) -> CleanBuf {
        super::shown(&self.path)
    }

    /// The folder of its backups.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.beside(".backups")
    }

    /// A file beside it, whose name has more at its end.
    #[must_use]
    pub fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(end);
        name.into()
    }

    /// Whether it had a library once.
    pub(super) fn has_backups(&self) -> bool {
        super::backup::has_any(self)
    }

    /// The subscriptions of a tidings without a library, where there are some beside the user's own place.
    pub(super) fn older_list(&self) -> Option<PathBuf> {
        let list = self.path.with_file_name(OLDER_LIST);
        (self.path.file_name()? == FILE && list.is_file()).then_some(list)
    }
}
