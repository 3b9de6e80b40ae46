//! Undo and redo of changes to marks and to the query.
//!
//! The number of steps and the memory they take are bounded. The releases of a step are shared with the change being
//! saved.

use std::collections::VecDeque;

use super::App;
use super::marking::describe;
use super::marks::Change;
use super::search::Keep;
use crate::catalog::ReleaseIndex;
use crate::query::Query;

/// The maximum number of steps.
const MOST: usize = 1_000;
/// The maximum number of releases in all steps except the newest one: 16 MB.
const MOST_RELEASES: usize = 4_000_000;

/// The changes that can be undone and redone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    /// The number of dropped steps.
    forgotten: usize,
}

/// One change.
#[derive(Debug, Clone)]
enum Step {
    /// A change of marks.
    Marks(Change),
    /// A change of the query.
    Query {
        /// The query before.
        before: Query,
        /// The query after.
        after: Query,
    },
}

impl Step {
    fn releases(&self) -> usize {
        match self {
            Self::Marks(change) => change.releases.len(),
            Self::Query { .. } => 0,
        }
    }
}

impl History {
    /// Records a change of marks.
    pub(super) fn marks(&mut self, change: Change) {
        self.push(Step::Marks(change));
    }

    /// Records a change of the query.
    pub(super) fn query(&mut self, before: Query, after: Query) {
        if before != after {
            self.push(Step::Query { before, after });
        }
    }

    /// Extends the last query step if it began with `begun`, so that both are one step.
    pub(super) fn query_further(&mut self, begun: &Query, before: Query, after: Query) {
        let is_same = matches!(self.done.back(), Some(Step::Query { before: first, after: last }) if first == begun && *last == before);
        if is_same {
            self.done.pop_back();
        }
        self.query(if is_same { begun.clone() } else { before }, after);
    }

    /// Replaces release indices after a reload; `now` returns `None` for removed releases.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        for step in self.done.iter_mut().chain(&mut self.undone) {
            if let Step::Marks(change) = step {
                change.renumber(&now);
            }
        }
    }

    /// The number of changes, without those that were undone.
    pub(super) fn depth(&self) -> usize {
        self.forgotten + self.done.len()
    }

    fn push(&mut self, step: Step) {
        self.done.push_back(step);
        self.undone.clear();
        let mut releases: usize = self.done.iter().map(Step::releases).sum();
        while self.done.len() > MOST || (releases > MOST_RELEASES && self.done.len() > 1) {
            releases -= self.done.pop_front().map_or(0, |step| step.releases());
            self.forgotten += 1;
        }
    }
}

impl App {
    /// Undoes the last change.
    pub(super) fn undo(&mut self) {
        let Some(step) = self.history.done.pop_back() else {
            self.inform("nothing to undo");
            return;
        };
        match &step {
            Step::Marks(change) => {
                let notice = format!("undone: {}", describe(change.mark, change.on, change.releases.len()));
                self.save_marks(change.reversed(), Some(notice));
            }
            Step::Query { before, .. } => {
                self.show_query(before.clone(), Keep::Selection);
                self.inform(format!("back to {}", query_text(before)));
            }
        }
        self.history.undone.push(step);
    }

    /// Redoes the last undone change.
    pub(super) fn redo(&mut self) {
        let Some(step) = self.history.undone.pop() else {
            self.inform("nothing to redo");
            return;
        };
        match &step {
            Step::Marks(change) => {
                let notice = format!("redone: {}", describe(change.mark, change.on, change.releases.len()));
                self.save_marks(change.clone(), Some(notice));
            }
            Step::Query { after, .. } => {
                self.show_query(after.clone(), Keep::Selection);
                self.inform(format!("redone: {}", query_text(after)));
            }
        }
        self.history.done.push_back(step);
    }
}

fn query_text(query: &Query) -> String {
    if query.is_empty() { "all releases".to_owned() } else { query.to_string() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::tests::TestApp;
    use crate::app::{Effect, Mark};
    use crate::query::parse;

    fn change(releases: usize) -> Change {
        Change { mark: Mark::Read, on: true, releases: (0..releases).map(ReleaseIndex::at).collect() }
    }

    #[test]
    fn undo_uses_bounded_memory() {
        let mut history = History::default();
        (0..MOST + 10).for_each(|_| history.marks(change(1)));
        assert_eq!((history.done.len(), history.depth()), (MOST, MOST + 10));
        history.marks(change(MOST_RELEASES));
        assert_eq!((history.done.len(), history.depth()), (1, MOST + 11), "the newest stays, however large it is");
        history.marks(change(1));
        assert_eq!(history.done.len(), 1);
    }

    #[test]
    fn a_change_of_all_releases_is_stored_once() {
        let mut reader = TestApp::new(150, 40);
        reader.holds_marks = true;
        reader.keys("A");
        let Some(Effect::Mark { change, .. }) = reader.effects.last() else { panic!("a change") };
        let Some(Step::Marks(step)) = reader.app.history.done.back() else { panic!("a step") };
        assert!(Arc::ptr_eq(&change.releases, &step.releases));
        assert!(Arc::ptr_eq(&change.releases, &step.reversed().releases));
        assert_eq!(Arc::strong_count(&change.releases), 3, "the effect, the step, and what waits to be saved");
    }

    #[test]
    fn a_continued_change_is_one_step() {
        let [a, b, c] = ["a", "b", "c"].map(|text| parse(text).expect("a query"));
        let mut history = History::default();
        history.query(a.clone(), b.clone());
        history.query_further(&a, b.clone(), c.clone());
        assert_eq!(history.done.len(), 1);
        history.query_further(&a, c, a.clone());
        assert_eq!(history.done.len(), 0, "it has come back to where it began");
        history.query_further(&a, a.clone(), b);
        assert_eq!(history.done.len(), 1);
    }
}
