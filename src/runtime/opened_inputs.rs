//! What the reader opens.

use super::inputs::Input;
use crate::app;
use crate::feed::Limits;
use crate::library::{Library, LibraryPath};

/// What is to be read, and how.
#[derive(Debug, Clone, Default)]
pub struct OpenedInputs {
    /// Where from, in the order in which it is read.
    pub sources: Vec<Input>,
    /// Whether the library takes their place as soon as there are subscriptions in it.
    pub follows_library: bool,
    /// Whether a story of several sources is shown once.
    pub is_merged: bool,
    /// How much is taken.
    pub limits: Limits,
    /// Where marks are kept; nowhere: nothing is marked.
    pub library: Option<LibraryPath>,
    /// The release that was selected when the reader was left.
    pub place: Option<app::ReadingPosition>,
}

impl OpenedInputs {
    /// What is read at present.
    #[must_use]
    pub fn present(&self) -> Vec<Input> {
        self.present_where(|place| match Library::open(place) {
            Ok(library) => library.as_ref().is_some_and(has_subscriptions),
            Err(_) => true,
        })
    }

    /// As [`OpenedInputs::present`], where somebody knows whether there is something to read in the library.
    pub(super) fn present_where(&self, is_read: impl Fn(&LibraryPath) -> bool) -> Vec<Input> {
        match self.library.as_ref().filter(|place| self.follows_library && is_read(place)) {
            Some(place) => vec![Input::Library(place.clone())],
            None => self.sources.clone(),
        }
    }
}

/// Whether there is something to read in a library. What cannot be read is opened too, so that the reason is told.
pub(super) fn has_subscriptions(library: &Library) -> bool {
    library.sources_and_removed().map_or(true, |sources| !sources.is_empty())
}
