//! Asking for the hits of the query, and what becomes of the answers: what stays selected, what stays listed.
//!
//! A request carries what its answer does with the selection. Only the answer to the newest request counts, and every
//! change of the catalog is a new request, so that an answer is always one about the present catalog.

use std::sync::Arc;

use super::effect::Effect;
use super::prompt::Prompt;
use super::{App, Completion, Mark, Pane};
use crate::query::{Context, Hits, ParseError, Query, Request, Sort};
use crate::text::CleanBuf;

/// The prompt and the state of searching.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The prompt, while it is open.
    pub prompt: Option<Prompt>,
    /// What is wrong with the text of the prompt.
    pub error: Option<ParseError>,
    /// How long the last search took, in microseconds.
    pub took: Option<u64>,
    /// How much of the answer to the present query is listed.
    pub(super) listed: Listed,
    /// The request whose answer is awaited.
    awaited: Option<Awaited>,
    /// The pane that gets the focus back after a value was looked for.
    pub(super) return_to: Pane,
    /// The query before the prompt was opened.
    pub(super) before: Query,
    /// The release that was selected then.
    pub(super) selected_before: Option<u32>,
    /// The release from which one looks for what is typed: the one that was selected then, or gone to since.
    pub(super) anchor: Option<u32>,
    generation: u64,
    /// What was searched for, the newest last.
    pub(super) past: Vec<String>,
    /// Position in the past while one goes through it.
    pub(super) recalled: Option<usize>,
    /// What could be meant at the cursor.
    pub completion: Option<Completion>,
}

/// How much of the answer to the present query and order is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Listed {
    /// All of it, in the catalog of its request.
    #[default]
    All,
    /// Its beginning.
    Page,
    /// Nothing: the list is that of another query or order.
    Nothing,
}

/// A request whose answer is awaited.
#[derive(Debug, Clone, Copy)]
struct Awaited {
    generation: u64,
    keep: Keep,
    is_sent: bool,
}

/// What an answer does with the list and its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// All that is listed stays: the counts alone are new.
    List,
    /// Other releases have come in: the cursor stays in the first row, or else with its release where that stands on the
    /// screen.
    Follow,
    /// The cursor stays with the selected release, while that is a hit.
    Selection,
    /// The cursor goes to this release, where it is a hit.
    Release(u32),
}

impl Keep {
    /// What the answer to a newer request does when the older one is still unanswered: what the user asked for is not
    /// forgotten over a change of the catalog or of a mark.
    fn after(self, awaited: Self) -> Self {
        match (awaited, self) {
            (_, Self::Release(_)) | (Self::List, _) | (Self::Follow, Self::Selection) => self,
            _ => awaited,
        }
    }
}

impl Search {
    /// Whether an answer is awaited.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.awaited.is_some()
    }

    /// The release that the answer goes to.
    #[cfg(test)]
    pub(super) fn target(&self) -> Option<u32> {
        match self.awaited?.keep {
            Keep::Release(release) => Some(release),
            _ => None,
        }
    }

    /// Releases have other numbers now.
    pub(super) fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        self.selected_before = self.selected_before.and_then(&now);
        self.anchor = self.anchor.and_then(&now);
        if let Some(Awaited { keep, .. }) = &mut self.awaited
            && let Keep::Release(release) = *keep
        {
            *keep = now(release).map_or(Keep::Selection, Keep::Release);
        }
    }

    /// The user has gone elsewhere: the answer no longer goes to the release that it was to go to.
    pub(super) fn forget_selection(&mut self) {
        if let Some(Awaited { keep: keep @ Keep::Release(_), .. }) = &mut self.awaited {
            *keep = Keep::Selection;
        }
    }
}

impl App {
    /// The marks have changed: counts follow, and what is listed stays until something else is asked for.
    pub(super) fn count_again(&mut self) {
        self.recount_saved();
        self.start_search(Keep::List);
    }

    /// Another query or order is asked for: until the answer comes, what is listed is not what is meant.
    pub(super) fn search_again(&mut self, keep: Keep) {
        self.search.listed = Listed::Nothing;
        self.start_search(keep);
    }

    /// Answers the query anew: at once where everything is shown, else by the worker.
    pub(super) fn start_search(&mut self, keep: Keep) {
        let awaited = self.search.awaited.take();
        let keep = awaited.map_or(keep, |awaited| keep.after(awaited.keep));
        self.search.generation += 1;
        if self.query.is_empty() && self.sort == Sort::Newest {
            self.search.took = None;
            let hits = Hits::all(&self.catalog, &self.context());
            self.search.listed = Listed::All;
            self.show(hits, if keep == Keep::List { Keep::Follow } else { keep });
        } else {
            self.search.awaited = Some(Awaited { generation: self.search.generation, keep, is_sent: false });
        }
    }

    pub(super) fn context(&self) -> Context {
        Context {
            today: self.today,
            read: Arc::clone(self.marks.set_of(Mark::Read)),
            starred: Arc::clone(self.marks.set_of(Mark::Starred)),
        }
    }

    /// The request that waits to be sent; one for however many changes.
    pub(super) fn take_search(&mut self) -> Option<Effect> {
        let awaited = self.search.awaited.as_mut().filter(|awaited| !awaited.is_sent)?;
        awaited.is_sent = true;
        let generation = awaited.generation;
        self.put_counts_off();
        let request = Request {
            catalog: Arc::clone(&self.catalog),
            query: self.query.clone(),
            context: self.context(),
            sort: self.sort,
        };
        Some(Effect::Search { generation, request })
    }

    /// The first hits of an answer that takes long: the counts stay those of the last one until all is known. They are
    /// shown where the release to be selected is among them; where it stands further down, the list waits for the rest.
    pub(super) fn found_first(&mut self, generation: u64, first: Arc<[u32]>) {
        let Some(awaited) = self.search.awaited.filter(|awaited| awaited.generation == generation) else { return };
        let target = match awaited.keep {
            Keep::List | Keep::Follow => return,
            Keep::Selection => self.selected(),
            Keep::Release(release) => Some(release),
        };
        let row = target.map_or(0, |release| self.row_near(&first, release));
        if self.sort != Sort::Newest || row >= first.len() {
            return;
        }
        self.search.listed = Listed::Page;
        self.search.awaited = Some(Awaited { keep: Keep::Selection, ..awaited });
        let counts = std::mem::take(&mut self.hits);
        self.list_hits(Hits { order: first, ..counts }, awaited.keep, target);
    }

    /// A complete answer of the worker; an old one is dropped.
    pub(super) fn found(&mut self, generation: u64, hits: Hits, microseconds: u64) {
        let Some(awaited) = self.search.awaited.take_if(|awaited| awaited.generation == generation) else { return };
        self.ask_similar_again();
        if awaited.keep == Keep::List {
            self.hits = Hits { order: std::mem::take(&mut self.hits.order), ..hits };
            self.filter.rebuild(&self.catalog, &self.query, &self.hits);
            return;
        }
        self.search.took = Some(microseconds);
        self.search.listed = Listed::All;
        self.show(hits, awaited.keep);
    }

    /// The search broke: nothing is listed, so that nothing is done to what was not asked for.
    pub(super) fn search_failed(&mut self, generation: u64, reason: &CleanBuf) {
        if self.search.awaited.take_if(|awaited| awaited.generation == generation).is_some() {
            self.search.listed = Listed::All;
            self.give_up_waiting();
            self.show(Hits::default(), Keep::Selection);
        }
        self.defect(reason);
    }

    /// Where a release stands among hits in order of date, or would stand.
    fn row_near(&self, order: &[u32], release: u32) -> usize {
        let place = (self.catalog.key(release), release);
        order.partition_point(|&index| (self.catalog.key(index), index) < place)
    }

    /// The row of a release among the hits.
    pub(super) fn place_of(&self, release: u32) -> Option<usize> {
        let order = &self.hits.order;
        let near = if self.sort == Sort::Newest { self.row_near(order, release) } else { 0 };
        if order.get(near) == Some(&release) {
            return Some(near);
        }
        // While an answer is awaited the hits may still be in another order.
        order.iter().position(|&index| index == release)
    }

    /// Selects a release; false where it is not listed.
    pub(super) fn select_listed(&mut self, release: u32) -> bool {
        let row = self.place_of(release).filter(|_| self.search.listed != Listed::Nothing);
        self.list.cursor = row.unwrap_or(self.list.cursor);
        row.is_some()
    }

    /// Leaves a release listed that is no hit any more, such as one that was read since: who is in the middle of something
    /// with it goes on.
    fn keep_listed(&mut self, release: u32) {
        if self.place_of(release).is_none() && self.catalog.release(release).is_some() {
            let row = match self.sort {
                Sort::Newest => self.row_near(&self.hits.order, release),
                _ => self.list.cursor.min(self.hits.order.len()),
            };
            let (above, below) = self.hits.order.split_at(row);
            self.hits.order = above.iter().chain([&release]).chain(below).copied().collect();
        }
    }

    /// Shows other hits. A selected release that is no hit gives way to the next older one.
    fn show(&mut self, hits: Hits, keep: Keep) {
        let target = match keep {
            Keep::Release(release) => Some(release),
            Keep::Follow if self.list.cursor == 0 && !self.is_engaged() => None,
            _ => self.selected(),
        };
        self.list_hits(hits, keep, target);
    }

    /// Lists hits with the cursor on a release, or near it; without any in the first row.
    fn list_hits(&mut self, hits: Hits, keep: Keep, target: Option<u32>) {
        let before = self.list.cursor;
        self.hits = hits;
        if let (Keep::Follow, Some(release)) = (keep, target)
            && self.is_engaged()
        {
            self.keep_listed(release);
        }
        self.list.cursor = target.map_or(0, |release| match self.sort {
            Sort::Newest => self.row_near(&self.hits.order, release),
            _ => self.place_of(release).unwrap_or(0),
        });
        if keep == Keep::Follow {
            self.list.top = (self.list.top + self.list.cursor).saturating_sub(before);
        }
        if let Keep::Release(release) = keep
            && self.selected() == Some(release)
        {
            self.restore_scroll();
        }
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.timeline.follow(&self.hits.days);
    }
}
