//! Searching: requesting the hits of the query and applying the results to list and selection.
//!
//! A request records what its result does to the selection. Only the result of the newest request counts. Every change
//! of the catalog makes a new request, so a result always refers to the current catalog.

use std::sync::Arc;

use super::effect::Effect;
use super::generation::Generation;
use super::notice::Notice;
use super::prompt::Prompt;
use super::{App, Completion, Mark, Pane};
use crate::catalog::ReleaseIndex;
use crate::query::{Context, Hits, ParseError, Query, Request, Sort};
use crate::text::CleanBuf;

/// The prompt and the state of the search.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The prompt, while it is open.
    pub prompt: Option<Prompt>,
    /// The syntax error in the prompt's text.
    pub error: Option<ParseError>,
    /// How complete the list is for the current query.
    pub(super) listed: Listed,
    /// The request whose result is pending.
    awaited: Option<Awaited>,
    /// The pane that gets the focus back after type-ahead.
    pub(super) return_to: Pane,
    /// The query for the counts, if it differs: the prompt leaves out the clause being typed.
    pub(super) counted: Option<Query>,
    /// The query before the prompt was opened.
    pub(super) before: Query,
    /// The release selected when the prompt was opened.
    pub(super) selected_before: Option<ReleaseIndex>,
    /// The release that incremental search starts from: the one selected when the prompt was opened, or moved to since.
    pub(super) anchor: Option<ReleaseIndex>,
    generation: Generation,
    /// The search history, newest last.
    pub(super) past: Vec<String>,
    /// Position in the history while recalling.
    pub(super) recalled: Option<usize>,
    /// The completion at the cursor.
    pub completion: Option<Completion>,
}

/// How complete the list is for the current query and order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Listed {
    /// Complete, for the catalog of the request.
    #[default]
    All,
    /// Only its first page.
    Page,
    /// Not at all: the list belongs to another query or order.
    Nothing,
}

/// A request whose result is pending.
#[derive(Debug, Clone, Copy)]
struct Awaited {
    generation: Generation,
    keep: Keep,
}

/// What a result does to the list and its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Keep the list; only the counts are new.
    List,
    /// New releases arrived: keep the cursor in the first row, or else on its release and screen row.
    Follow,
    /// Keep the cursor on the selected release while it is a hit.
    Selection,
    /// Move the cursor to this release if it is a hit.
    Release(ReleaseIndex),
}

impl Keep {
    /// Combines this with the pending request, so that a change of the catalog or of a mark does not discard the user's
    /// intent.
    fn after(self, awaited: Self) -> Self {
        match (awaited, self) {
            (_, Self::Release(_)) | (Self::List, _) | (Self::Follow, Self::Selection) => self,
            _ => awaited,
        }
    }
}

impl Search {
    /// The number of the newest request.
    pub(super) fn number(&self) -> Generation {
        self.generation
    }

    /// Whether a result is pending.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.awaited.is_some()
    }

    /// Returns the release that the result will select.
    #[cfg(test)]
    pub(super) fn target(&self) -> Option<ReleaseIndex> {
        match self.awaited?.keep {
            Keep::Release(release) => Some(release),
            _ => None,
        }
    }

    /// Replaces release indices after a reload.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        self.selected_before = self.selected_before.and_then(&now);
        self.anchor = self.anchor.and_then(&now);
        if let Some(Awaited { keep, .. }) = &mut self.awaited
            && let Keep::Release(release) = *keep
        {
            *keep = now(release).map_or(Keep::Selection, Keep::Release);
        }
    }

    /// Forgets the release to select, because the user has moved elsewhere.
    pub(super) fn forget_selection(&mut self) {
        if let Some(Awaited { keep: keep @ Keep::Release(_), .. }) = &mut self.awaited {
            *keep = Keep::Selection;
        }
    }
}

impl App {
    /// Updates the counts after a change of marks; the list stays until the query changes.
    pub(super) fn count_again(&mut self) {
        self.recount_saved();
        self.start_search(Keep::List);
    }

    /// Requests a search for another query or order. Until the result arrives, the list does not match the query.
    pub(super) fn search_again(&mut self, keep: Keep) {
        self.search.listed = Listed::Nothing;
        self.start_search(keep);
    }

    /// Requests a search. An empty query is answered at once, any other by the worker.
    pub(super) fn start_search(&mut self, keep: Keep) {
        let awaited = self.search.awaited.take();
        let keep = awaited.map_or(keep, |awaited| keep.after(awaited.keep));
        self.search.generation = self.search.generation.next();
        if self.query.is_empty() && self.sort == Sort::Newest {
            let known = Context { own_topics: self.own_topics.found.clone(), ..self.context() };
            let hits = Hits::all(&self.catalog, &known);
            self.search.listed = Listed::All;
            self.show(hits, if keep == Keep::List { Keep::Follow } else { keep });
            if !self.own_topics.is_settled(&self.catalog, self.today) {
                // The worker counts them; the list is complete.
                self.request_search(Keep::List);
            }
        } else {
            self.request_search(keep);
        }
    }

    /// Requests a search by the worker.
    fn request_search(&mut self, keep: Keep) {
        let generation = self.search.generation;
        self.search.awaited = Some(Awaited { generation, keep });
        self.postpone_counting();
        let request = Request {
            catalog: Arc::clone(&self.catalog),
            query: self.query.clone(),
            counted: self.search.counted.clone(),
            context: Context { found: self.found_for_query(), ..self.context() },
            sort: self.sort,
        };
        self.effects.push(Effect::Search { generation, request });
    }

    pub(super) fn context(&self) -> Context {
        Context {
            today: self.today,
            read: Arc::clone(self.marks.set_of(Mark::Read)),
            starred: Arc::clone(self.marks.set_of(Mark::Starred)),
            changed: Arc::clone(self.changes.releases()),
            facets: self.counted_facets(),
            definitions: self.own_topics.definitions.clone(),
            ..Context::default()
        }
    }

    /// Shows the first page of a slow search; the counts stay those of the previous result. If the page lacks the
    /// release to select, the list waits for the complete result.
    pub(super) fn found_first(&mut self, generation: Generation, first: Arc<[ReleaseIndex]>) {
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

    /// Applies a complete result; results of older requests are dropped.
    pub(super) fn found(&mut self, generation: Generation, hits: Hits) {
        let Some(awaited) = self.search.awaited.take_if(|awaited| awaited.generation == generation) else { return };
        self.ask_similar_again();
        self.found_topics(&hits);
        if awaited.keep == Keep::List {
            self.hits = Hits { order: std::mem::take(&mut self.hits.order), ..hits };
            self.counts_changed();
            return;
        }
        self.search.listed = Listed::All;
        self.show(hits, awaited.keep);
        if awaited.keep == Keep::Selection {
            self.tell_story();
        }
    }

    /// Handles a failed search. The list is emptied so that no action applies to the wrong releases.
    pub(super) fn search_failed(&mut self, generation: Generation, reason: &CleanBuf) {
        if self.search.awaited.take_if(|awaited| awaited.generation == generation).is_some() {
            self.search.listed = Listed::All;
            self.drop_queued_keys();
            self.show(Hits::default(), Keep::Selection);
        }
        self.report(Notice::defect(reason.clone()));
    }

    /// Returns the position of a release among hits in the list's order, or the position it would have. Sorted by
    /// relevance, a release that is not a hit has no such position, so the first one is returned.
    fn row_near(&self, order: &[ReleaseIndex], release: ReleaseIndex) -> usize {
        let known = self.sort.row_of(&self.catalog, order, release);
        known.or_else(|| order.iter().position(|&index| index == release)).unwrap_or(0)
    }

    /// Returns the position of a release among the hits.
    pub(super) fn position_of(&self, release: ReleaseIndex) -> Option<usize> {
        let order = &self.hits.order;
        let near = self.row_near(order, release);
        if order.get(near) == Some(&release) {
            return Some(near);
        }
        // Until the result arrives, the hits may have another order.
        order.iter().position(|&index| index == release)
    }

    /// Selects a release. Returns false if it is not in the list.
    pub(super) fn select_listed(&mut self, release: ReleaseIndex) -> bool {
        let row = self.position_of(release).filter(|_| self.search.listed != Listed::Nothing);
        self.list.at = row.unwrap_or(self.list.at);
        row.is_some()
    }

    /// Keeps a release in the list although it is no longer a hit, for example because it has been read. The user may
    /// still be working with it.
    fn keep_listed(&mut self, release: ReleaseIndex) {
        if self.position_of(release).is_none() && self.catalog.release(release).is_some() {
            let row = match self.sort {
                Sort::Relevance => self.list.at.min(self.hits.order.len()),
                _ => self.row_near(&self.hits.order, release),
            };
            let (above, below) = self.hits.order.split_at(row);
            self.hits.order = above.iter().chain([&release]).chain(below).copied().collect();
        }
    }

    /// Shows new hits. If the selected release is no longer a hit, the next older one is selected.
    fn show(&mut self, hits: Hits, keep: Keep) {
        let target = match keep {
            Keep::Release(release) => Some(release),
            Keep::Follow if self.list.at == 0 && !self.is_engaged() => None,
            _ => self.selected(),
        };
        self.list_hits(hits, keep, target);
    }

    /// Shows hits with the cursor on or near a release, or in the first row without one.
    fn list_hits(&mut self, hits: Hits, keep: Keep, target: Option<ReleaseIndex>) {
        let before = self.list.at;
        self.hits = hits;
        if let (Keep::Follow, Some(release)) = (keep, target)
            && self.is_engaged()
        {
            self.keep_listed(release);
        }
        self.list.at = target.map_or(0, |release| self.row_near(&self.hits.order, release));
        if keep == Keep::Follow {
            self.list.top = (self.list.top + self.list.at).saturating_sub(before);
        }
        if let Keep::Release(release) = keep
            && self.selected() == Some(release)
        {
            self.restore_scroll(release);
        }
        self.counts_changed();
    }

    /// Shows new counts beside the values of the filter pane and of the completion, and as bars of the timeline.
    fn counts_changed(&mut self) {
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.recount_completion();
        self.timeline.follow(&self.hits.days);
    }
}
