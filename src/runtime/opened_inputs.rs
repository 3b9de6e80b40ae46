//! What the reader opens.

use url::Url;

use super::inputs::Input;
use crate::app;
use crate::feed::{Limits, Rules};
use crate::library::{Library, LibraryPath};

/// What to read, and how.
#[derive(Debug, Clone, Default)]
pub struct OpenedInputs {
    /// The sources, in reading order.
    pub sources: Vec<Input>,
    /// Whether the library replaces them as soon as it has subscriptions.
    pub follows_library: bool,
    /// Whether a story of several sources is shown once.
    pub is_merged: bool,
    /// The address of named files; resolves relative links in them.
    pub base: Option<Url>,
    /// The size limits for reading.
    pub limits: Limits,
    /// How to read the sources; a subscription has rules of its own.
    pub rules: Rules,
    /// The library with the marks; `None` for no marks.
    pub library: Option<LibraryPath>,
    /// The release that was selected at the end of the last session.
    pub place: Option<app::ReadingPosition>,
}

impl OpenedInputs {
    /// The inputs to read now.
    #[must_use]
    pub fn present(&self) -> Vec<Input> {
        self.present_where(|place| match Library::open(place) {
            Ok(library) => library.as_ref().is_some_and(has_subscriptions),
            Err(_) => true,
        })
    }

    /// Like [`OpenedInputs::present`]; `is_read` says whether a library has something to read.
    pub(super) fn present_where(&self, is_read: impl Fn(&LibraryPath) -> bool) -> Vec<Input> {
        match self.library.as_ref().filter(|place| self.follows_library && is_read(place)) {
            Some(place) => vec![Input::Library(place.clone())],
            None => self.sources.clone(),
        }
    }
}

/// Whether a library has something to read. An unreadable library counts too, so that the reason is reported.
pub(super) fn has_subscriptions(library: &Library) -> bool {
    library.sources_and_removed().map_or(true, |sources| !sources.is_empty())
}
