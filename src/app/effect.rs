//! What the state asks of the outside.

use std::sync::Arc;
use std::time::Duration;

use super::marks::{Change, Ticket};
use super::shelf::Order;
use crate::catalog::Catalog;
use crate::query::Request;

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
    /// Keep a change of marks; [`Msg::Kept`](super::Msg::Kept) or [`Msg::NotKept`](super::Msg::NotKept) answers.
    Mark {
        /// Comes back with the answer.
        ticket: Ticket,
        /// What the numbers of the releases are of.
        catalog: Arc<Catalog>,
        /// The change.
        change: Change,
    },
    /// Count what queries would give, behind any search; a newer request replaces it, and a search stops it for good.
    CountQueries {
        /// Comes back with the answer.
        generation: u64,
        /// The questions; in which order the hits would stand does not matter.
        requests: Vec<Request>,
    },
    /// Tell all of the library anew: counts may have changed.
    LookAtLibrary,
    /// The library has something to do.
    Library(Order),
    /// Send the timer back after this time.
    Timer(Duration, Timer),
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// End the program.
    Quit,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// This release was shown long enough to count as read.
    Read(u32),
}
