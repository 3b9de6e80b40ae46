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
    /// Open the manual, which gets the terminal until it is left.
    OpenManual,
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
#[must_use = "an effect that is dropped never happens"]
#[derive(Debug, Default)]
pub struct Effects(Vec<Effect>);

impl Effect {
    /// Whether an earlier effect need not happen any more: a newer question or timer takes its place.
    fn replaces(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Search { .. }, Self::Search { .. })
            | (Self::CountQueries { .. }, Self::CountQueries { .. })
            | (Self::FindSimilar { .. }, Self::FindSimilar { .. }) => true,
            (Self::Timer(_, new), Self::Timer(_, old)) => std::mem::discriminant(new) == std::mem::discriminant(old),
            _ => false,
        }
    }
}

impl Effects {
    /// Adds one. It replaces an earlier one of its kind where only the newest counts.
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

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// The release that came to be read as the one of this number was shown long enough to count as read.
    Read(u64),
    /// A release has been in the detail pane for a moment: of the question with this number.
    Similar(u64),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Context, Query, Sort};

    #[test]
    fn only_the_newest_question_of_a_kind_is_asked() {
        let search = |generation| {
            let query = Query::default();
            let request =
                Request { catalog: Arc::default(), query, context: Context::default(), sort: Sort::default() };
            Effect::Search { generation, request }
        };
        let count = |generation| Effect::CountQueries { generation, requests: Vec::new() };
        let timer = |timer| Effect::Timer(Duration::ZERO, timer);
        let mut effects = Effects::default();
        effects.extend([search(1), count(1), Effect::Redraw, timer(Timer::Read(1)), timer(Timer::Similar(1))]);
        effects.extend([Effect::Redraw, search(2), count(2), timer(Timer::Read(2))]);
        let told = effects.iter().map(|effect| match effect {
            Effect::Search { generation, .. } => format!("search {generation}"),
            Effect::CountQueries { generation, .. } => format!("count {generation}"),
            Effect::Timer(_, timer) => format!("{timer:?}"),
            other => format!("{other:?}"),
        });
        let expected = ["Redraw", "Similar(1)", "Redraw", "search 2", "count 2", "Read(2)"];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
