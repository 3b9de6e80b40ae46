//! Side effects requested by the state.

use std::sync::Arc;
use std::time::Duration;

use super::download::DownloadRequest;
use super::generation::Generation;
use super::history::Recording;
use super::library::LibraryCommand;
use super::marks::{Change, Ticket};
use super::picture::PictureRequest;
use super::word_bars::WordBarsRequest;
use super::words::WordsRequest;
use crate::catalog::{Catalog, ReleaseIndex};
use crate::query::Request;
use crate::text::CleanBuf;

/// A side effect for the runtime to carry out.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Run a search; a newer one replaces it.
    Search {
        /// The number that the answer repeats.
        generation: Generation,
        /// The query, and what to search.
        request: Request,
    },
    /// Save a change of marks. Answered by [`Msg::MarksSaved`](super::Msg::MarksSaved) or
    /// [`Msg::MarksNotSaved`](super::Msg::MarksNotSaved).
    Mark {
        /// The number that the answer repeats.
        ticket: Ticket,
        /// The catalog that the release indices refer to.
        catalog: Arc<Catalog>,
        /// The change.
        change: Change,
        /// How the library records it.
        recording: Recording,
    },
    /// Find releases similar to one, after any search. A newer request replaces it; a search cancels it.
    FindSimilar {
        /// The number that the answer repeats.
        generation: Generation,
        /// The release.
        release: ReleaseIndex,
        /// The catalog that its index refers to.
        catalog: Arc<Catalog>,
    },
    /// Find the words that distinguish the hits, after any search. A newer request replaces it; a search cancels it.
    FindWords {
        /// The number that the answer repeats.
        generation: Generation,
        /// What is compared.
        request: Box<WordsRequest>,
    },
    /// Count the releases with a word on each day, after any search. A newer request replaces it; a search cancels it.
    CountWord {
        /// The number that the answer repeats.
        generation: Generation,
        /// The word, and among which releases it is counted.
        request: Box<WordBarsRequest>,
    },
    /// Open an http or https address in the user's browser.
    Open(CleanBuf),
    /// Open an http or https address with a program, which may run as long as it likes.
    OpenWith {
        /// The address, the last argument.
        address: CleanBuf,
        /// The program and its other arguments.
        command: Vec<String>,
    },
    /// Copy a text to the clipboard.
    Copy {
        /// The text.
        text: String,
        /// A description of the text for the notice.
        what: String,
    },
    /// Show a notification outside the window.
    Notify(CleanBuf),
    /// Open the manual, which takes over the terminal until it is closed.
    OpenManual,
    /// Pipe a text to a command of the user, which takes over the terminal.
    Pipe {
        /// The shell command.
        command: String,
        /// The text.
        text: String,
    },
    /// Write releases to a file, in the format of its extension. Answered by
    /// [`Msg::ExportBegun`](super::Msg::ExportBegun) and then [`Msg::Notice`](super::Msg::Notice), or else by
    /// [`Msg::ExportExists`](super::Msg::ExportExists) or [`Msg::ExportNotBegun`](super::Msg::ExportNotBegun).
    Export {
        /// The path as typed.
        file: String,
        /// Whether it may replace an existing file, which is then kept with `~` after its name.
        may_replace: bool,
        /// The releases.
        releases: Vec<ReleaseIndex>,
        /// The catalog that their indices refer to.
        catalog: Arc<Catalog>,
    },
    /// Count the hits of queries, after any search. A newer request replaces it; a search cancels it.
    CountQueries {
        /// The number that the answer repeats.
        generation: Generation,
        /// The queries; their sort order is irrelevant.
        requests: Vec<Request>,
    },
    /// Show a picture: that of the library, or else fetch it. A newer request replaces it. Answered by
    /// [`Msg::Picture`](super::Msg::Picture).
    ShowPicture(Box<PictureRequest>),
    /// Cancel the request for a picture.
    DropPicture,
    /// Read subscriptions and saved queries again: counts may have changed.
    RefreshLibrary,
    /// Send a command to the library.
    Library(LibraryCommand),
    /// Send the timer back after this time. It replaces a running timer of its kind.
    Timer(Duration, Timer),
    /// Download an enclosure. Answered by [`Msg::Downloading`](super::Msg::Downloading) and at the end
    /// [`Msg::Downloaded`](super::Msg::Downloaded).
    Download(Box<DownloadRequest>),
    /// Cancel all downloads.
    CancelDownloads,
    /// Suspend the process as Ctrl-Z does.
    Suspend,
    /// Redraw every cell.
    Redraw,
    /// Quit.
    Quit,
}

/// The effects of one message, in order.
#[must_use = "an effect that is dropped never happens"]
#[derive(Debug, Default)]
pub struct Effects(Vec<Effect>);

impl Effect {
    /// Whether this effect makes an earlier one unnecessary.
    fn replaces(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Search { .. }, Self::Search { .. })
            | (Self::CountQueries { .. }, Self::CountQueries { .. })
            | (Self::FindSimilar { .. }, Self::FindSimilar { .. })
            | (Self::FindWords { .. }, Self::FindWords { .. })
            | (Self::CountWord { .. }, Self::CountWord { .. })
            | (Self::ShowPicture(_) | Self::DropPicture, Self::ShowPicture(_) | Self::DropPicture) => true,
            (Self::Timer(_, new), Self::Timer(_, old)) => std::mem::discriminant(new) == std::mem::discriminant(old),
            _ => false,
        }
    }
}

impl Effects {
    /// Adds an effect. It replaces an earlier one of its kind if only the newest counts.
    pub fn push(&mut self, effect: Effect) {
        self.0.retain(|earlier| !effect.replaces(earlier));
        self.0.push(effect);
    }
}

impl Extend<Effect> for Effects {
    fn extend<T: IntoIterator<Item = Effect>>(&mut self, effects: T) {
        effects.into_iter().for_each(|effect| self.push(effect));
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

/// The purpose of a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// Mark a release read: it has been shown long enough. Carries the number of the dwell.
    Read(Generation),
    /// Look for similar releases: one has been shown for a moment. Carries the number of the request.
    Similar(Generation),
    /// Show the picture: a release has been shown for a moment. Carries the number of the request.
    Picture(Generation),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Context, Query, Sort};

    #[test]
    fn only_the_newest_request_of_a_kind_is_sent() {
        let (first, second) = (Generation::new(1), Generation::new(2));
        let search = |generation| {
            let query = Query::default();
            let request = Request {
                catalog: Arc::default(),
                query,
                counted: None,
                context: Context::default(),
                sort: Sort::default(),
            };
            Effect::Search { generation, request }
        };
        let count = |generation| Effect::CountQueries { generation, requests: Vec::new() };
        let timer = |timer| Effect::Timer(Duration::ZERO, timer);
        let mut effects = Effects::default();
        effects.extend([search(first), count(first), Effect::Redraw]);
        effects.extend([timer(Timer::Read(first)), timer(Timer::Similar(first))]);
        effects.extend([Effect::Redraw, search(second), count(second), timer(Timer::Read(second))]);
        let described = effects.iter().map(|effect| match effect {
            Effect::Search { generation, .. } => format!("search {generation}"),
            Effect::CountQueries { generation, .. } => format!("count {generation}"),
            Effect::Timer(_, Timer::Read(generation)) => format!("Read({generation})"),
            Effect::Timer(_, Timer::Similar(generation)) => format!("Similar({generation})"),
            other => format!("{other:?}"),
        });
        let expected = ["Redraw", "Similar(1)", "Redraw", "search 2", "count 2", "Read(2)"];
        assert_eq!(described.collect::<Vec<_>>(), expected);
    }
}
