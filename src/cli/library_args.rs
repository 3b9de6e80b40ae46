//! Which library a command means.

use std::path::PathBuf;

use crate::library::{Library, LibraryError, LibraryPath};

/// Where the library lies.
#[derive(Debug, Clone, clap::Args)]
pub struct LibraryArgs {
    /// The file of the library: marks, subscriptions, stored releases [default: `tidings/library.db`
    /// in `$XDG_DATA_HOME` or `~/.local/share`]
    #[arg(long, value_name = "FILE", env = "TIDINGS_LIBRARY", hide_env_values = true)]
    library: Option<PathBuf>,
}

impl LibraryArgs {
    /// Where it lies.
    ///
    /// # Errors
    /// Where none is named and the user has no data folder.
    pub fn place(&self) -> Result<LibraryPath, LibraryError> {
        match &self.library {
            Some(file) => Ok(LibraryPath::of_file(file)),
            None => LibraryPath::of_user(),
        }
    }

    /// The library, where there is one.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn open(&self) -> Result<Option<Library>, LibraryError> {
        let mut library = Library::open(&self.place()?)?;
        if let Some(library) = &mut library {
            report_recovery(library);
        }
        Ok(library)
    }

    /// The library, made where there is none.
    ///
    /// # Errors
    /// Where it can be neither used nor made.
    pub fn create(&self) -> Result<Library, LibraryError> {
        let mut library = Library::create(&self.place()?)?;
        report_recovery(&mut library);
        Ok(library)
    }
}

/// Says what was damaged and is mended, once.
fn report_recovery(library: &mut Library) {
    if let Some(mended) = library.mended() {
        super::complain(mended.as_str());
        library.forget_mended();
    }
}
