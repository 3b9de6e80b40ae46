//! How far loading is, and what could not be read.

use std::sync::Arc;

use super::search::Keep;
use super::{App, Reread};
use crate::catalog::Catalog;
use crate::catalog::moved::GONE;
use crate::release::Problem;
use crate::text::{CleanBuf, grouped};

/// Problems that are kept; the rest is counted.
const KEPT: usize = 1_000;

/// State of loading.
#[derive(Debug, Clone, Default)]
pub struct Load {
    /// Everything is read.
    pub is_done: bool,
    /// What was wrong with items, the first of it.
    pub problems: Vec<Problem>,
    /// How many problems there are, kept or not.
    pub problem_count: usize,
    /// Sources that are no feed or cannot be opened: name and reason.
    pub refused: Vec<(CleanBuf, CleanBuf)>,
}

impl Load {
    /// Problems and refused sources together.
    #[must_use]
    pub fn wrong(&self) -> usize {
        self.problem_count + self.refused.len()
    }

    pub(super) fn add(&mut self, problems: Vec<Problem>) {
        self.problem_count += problems.len();
        let room = KEPT - self.problems.len();
        self.problems.extend(problems.into_iter().take(room));
    }
}

/// What a second reading gave, in words; `None` where nothing is to be said.
fn told(fresh: usize, held: &[(CleanBuf, CleanBuf)]) -> Option<String> {
    let new = match fresh {
        0 => None,
        1 => Some("1 new release".to_owned()),
        _ => Some(format!("{} new releases", grouped(fresh))),
    };
    let held = held.first().map(|(source, reason)| format!("{source} {reason}: what it held stays"));
    match (new, held) {
        (Some(new), Some(held)) => Some(format!("{new} · {held}")),
        (new, held) => new.or(held),
    }
}

impl App {
    /// The sources were read again: query, marks, selection and positions stay with their releases.
    pub(super) fn reread(&mut self, reread: Reread) {
        let Reread { catalog, moved, fresh, problems, held } = reread;
        let now = |release: u32| moved.get(release as usize).copied().filter(|&now| now != GONE);
        let cursor = self.list.cursor;
        let order = &self.hits.order;
        // The next one that is still there takes the place of a selected one that is gone.
        let before = order.iter().take(cursor).filter(|&&release| now(release).is_some()).count();
        self.hits.order = order.iter().copied().filter_map(now).collect();
        self.list.cursor = before;
        self.list.top = self.list.top.saturating_sub(cursor - before);
        self.marks.renumber(now);
        self.history.renumber(now);
        self.detail.renumber(now);
        self.reading = self.reading.and_then(now);
        self.search.renumber(now);
        self.catalog = catalog;
        self.load.problem_count = 0;
        self.load.problems.clear();
        self.load.add(problems);
        self.ask(Keep::Place);
        self.note = told(fresh, &held).or(self.note.take());
        self.load.refused = held;
    }

    /// A longer catalog: what was selected stays selected, but the top of the list stays the top.
    pub(super) fn loaded(&mut self, catalog: Arc<Catalog>) {
        self.catalog = catalog;
        self.ask(if self.list.cursor == 0 { Keep::Top } else { Keep::Selection });
    }
}
