//! What the state asks of the outside.

use std::sync::Arc;
use std::time::Duration;

use super::library::LibraryCommand;
use super::marks::{Change, Ticket};
use crate::catalog::Catalog;
use crate::query::Request;
use crate::text::CleanBuf;

/// One request.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Answer the query; a newer request replaces it.
    Search {
        /// Comes back with the answer.
        generation: u64,
        /// The question.
        request: Request,
    },
    /// Keep a change of marks; [`Msg::MarksSaved`](super::Msg::MarksSaved) or [`Msg::MarksNotSaved`](super::Msg::MarksNotSaved) answers.
    Mark {
        /// Comes back with the answer.
        ticket: Ticket,
        /// What the numbers of the releases are of.
        catalog: Arc<Catalog>,
        /// The change.
        change: Change,
    },
    /// Find the releases that are like one, behind any search; a newer request replaces it, and a search stops it for good.
    FindSimilar {
        /// Comes back with the answer.
        generation: u64,
        /// The release.
        release: u32,
        /// What its number is of.
        catalog: Arc<Catalog>,
    },
    /// Show an address, http or https, in the user's browser.
    Open(CleanBuf),
    /// Copy a text.
    Copy {
        /// The text.
        text: String,
        /// What it is, in words.
        what: String,
    },
    /// Give a text to a command of the user's, which gets the terminal.
    Pipe {
        /// The command, for a shell.
        command: String,
        /// The text.
        text: String,
    },
    /// Write releases into a file that is not there yet, in the form that its name tells; [`Msg::Notice`](super::Msg::Notice)
    /// answers.
    Export {
        /// The file, as it was typed.
        file: String,
        /// The releases.
        releases: Vec<u32>,
        /// What their numbers are of.
        catalog: Arc<Catalog>,
    },
    /// Count what queries would give, behind any search; a newer request replaces it, and a search stops it for good.
    CountQueries {
        /// Comes back with the answer.
        generation: u64,
        /// The questions; in which order the hits would stand does not matter.
        requests: Vec<Request>,
    },
    /// Tell all of the library anew: counts may have changed.
    RefreshLibrary,
    /// The library has something to do.
    Library(LibraryCommand),
    /// Send the timer back after this time; it replaces one of its kind.
    Timer(Duration, Timer),
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// End the program.
    Quit,
}

/// All that one message asks of the outside, in order.
#[must_use = "what is dropped is never asked for again"]
#[derive(Debug, Default)]
pub struct Effects(Vec<Effect>);

impl From<Vec<Effect>> for Effects {
    fn from(effects: Vec<Effect>) -> Self {
        Self(effects)
    }
}

impl Extend<Effect> for Effects {
    fn extend<T: IntoIterator<Item = Effect>>(&mut self, effects: T) {
        self.0.extend(effects);
    }
}

impl IntoIterator for Effects {
    type Item = Effect;
    type IntoIter = std::vec::IntoIter<Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl std::ops::Deref for Effects {
    type Target = [Effect];

    fn deref(&self) -> &[Effect] {
        &self.0
    }
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// The release that came to be read as the one of this number was shown long enough to count as read.
    Read(u64),
    /// A release has been in the detail pane for a moment: of the question with this number.
    Similar(u64),
}
