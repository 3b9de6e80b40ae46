//! The argument that selects the library.

use std::path::PathBuf;

use crate::library::{Library, LibraryError, LibraryPath};

/// The path of the library.
#[derive(Debug, Clone, clap::Args)]
pub struct LibraryArgs {
    /// The library file, with marks, subscriptions and stored releases [default: `tidings/library.db` in
    /// `$XDG_DATA_HOME` or `~/.local/share`]
    #[arg(long, value_name = "FILE", env = "TIDINGS_LIBRARY", hide_env_values = true)]
    library: Option<PathBuf>,
}

impl LibraryArgs {
    /// Returns its path.
    ///
    /// # Errors
    /// If none is given and the user has no data folder.
    pub fn place(&self) -> Result<LibraryPath, LibraryError> {
        match &self.library {
            Some(file) => Ok(LibraryPath::of_file(file)),
            None => LibraryPath::of_user(),
        }
    }

    /// Opens the library, if it exists.
    ///
    /// # Errors
    /// If it cannot be used.
    pub fn open(&self) -> Result<Option<Library>, LibraryError> {
        let mut library = Library::open(&self.place()?)?;
        if let Some(library) = &mut library {
            report_recovery(library);
        }
        Ok(library)
    }

    /// Opens the library, creating it if necessary.
    ///
    /// # Errors
    /// If it can be neither used nor created.
    pub fn create(&self) -> Result<Library, LibraryError> {
        let mut library = Library::create(&self.place()?)?;
        report_recovery(&mut library);
        Ok(library)
    }
}

/// Reports once that a damaged library was repaired.
fn report_recovery(library: &mut Library) {
    if let Some(mended) = library.mended() {
        super::complain(mended.as_str());
        library.forget_mended();
    }
}
