//! How far loading is, and what could not be read.

use std::sync::Arc;

use super::App;
use super::search::Keep;
use crate::catalog::Catalog;
use crate::release::Problem;
use crate::text::CleanBuf;

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

impl App {
    /// A longer catalog: what was selected stays selected, but the top of the list stays the top.
    pub(super) fn loaded(&mut self, catalog: Arc<Catalog>) {
        self.catalog = catalog;
        self.ask(if self.list.cursor == 0 { Keep::Top } else { Keep::Selection });
    }
}
