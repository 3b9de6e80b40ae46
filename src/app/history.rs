//! Undo and redo: every change of marks and of the query, as far back as the program runs.

use super::App;
use super::marking::describe;
use super::marks::Change;
use crate::query::Query;

/// Changes that were made, and those that were taken back.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

/// One change.
#[derive(Debug, Clone)]
enum Step {
    /// Marks were given or taken.
    Marks(Change),
    /// Something else was asked for.
    Query {
        /// The query before.
        before: Query,
        /// The query since then.
        after: Query,
    },
}

impl History {
    /// Marks have changed.
    pub(super) fn marks(&mut self, change: Change) {
        self.push(Step::Marks(change));
    }

    /// The query has changed.
    pub(super) fn query(&mut self, before: Query, after: Query) {
        if before != after {
            self.push(Step::Query { before, after });
        }
    }

    /// Releases have other numbers now; `now` gives none for those that are gone.
    pub(super) fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        for step in self.done.iter_mut().chain(&mut self.undone) {
            if let Step::Marks(change) = step {
                change.renumber(&now);
            }
        }
    }

    /// How many changes can be undone.
    pub(super) fn depth(&self) -> usize {
        self.done.len()
    }

    fn push(&mut self, step: Step) {
        self.done.push(step);
        self.undone.clear();
    }
}

impl App {
    /// Takes the last change back.
    pub(super) fn undo(&mut self) {
        let Some(step) = self.history.done.pop() else {
            self.note = Some("nothing to undo".to_owned());
            return;
        };
        match &step {
            Step::Marks(change) => {
                let told = format!("undone: {}", describe(change.mark, change.on, change.releases.len()));
                self.keep_marks(change.reversed(), Some(told));
            }
            Step::Query { before, .. } => {
                self.show_query(before.clone());
                self.note = Some(format!("back to {}", told(before)));
            }
        }
        self.history.undone.push(step);
    }

    /// Makes the change again that was taken back last.
    pub(super) fn redo(&mut self) {
        let Some(step) = self.history.undone.pop() else {
            self.note = Some("nothing to redo".to_owned());
            return;
        };
        match &step {
            Step::Marks(change) => {
                let told = format!("again: {}", describe(change.mark, change.on, change.releases.len()));
                self.keep_marks(change.clone(), Some(told));
            }
            Step::Query { after, .. } => {
                self.show_query(after.clone());
                self.note = Some(format!("again {}", told(after)));
            }
        }
        self.history.done.push(step);
    }
}

fn told(query: &Query) -> String {
    if query.is_empty() { "all releases".to_owned() } else { query.to_string() }
}
