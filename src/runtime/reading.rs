//! What the reader opens.

use super::source::Source;
use crate::app;
use crate::feed::Limits;
use crate::library::{Library, Place};

/// What is to be read, and how.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Where from, in the order in which it is read.
    pub sources: Vec<Source>,
    /// Whether the library takes their place as soon as there are subscriptions in it.
    pub follows_library: bool,
    /// Whether a story of several sources is shown once.
    pub is_merged: bool,
    /// How much is taken.
    pub limits: Limits,
    /// Where marks are kept; nowhere: nothing is marked.
    pub library: Option<Place>,
    /// The release that was selected when the reader was left.
    pub place: Option<app::Place>,
}

impl Reading {
    /// What is read at present.
    #[must_use]
    pub fn present(&self) -> Vec<Source> {
        match self.library.as_ref().filter(|place| self.follows_library && has_subscriptions(place)) {
            Some(place) => vec![Source::Library(place.clone())],
            None => self.sources.clone(),
        }
    }
}

/// Whether there is something to open at a place. What cannot be read is opened too, so that the reason is told.
fn has_subscriptions(place: &Place) -> bool {
    match Library::open(place) {
        Ok(Some(library)) => library.sources_and_removed().map_or(true, |sources| !sources.is_empty()),
        Ok(None) => false,
        Err(_) => true,
    }
}
