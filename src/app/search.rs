//! Asking for the hits of the query, and what becomes of the answers: what stays selected, what stays listed.

use std::sync::Arc;

use super::effect::Effect;
use super::prompt::Prompt;
use super::{App, Completion, Mark, Pane};
use crate::query::{Context, Hits, ParseError, Query, Request, Sort};

/// The prompt and the state of searching.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The prompt, while it is open.
    pub prompt: Option<Prompt>,
    /// What is wrong with the text of the prompt.
    pub error: Option<ParseError>,
    /// How long the last search took, in microseconds.
    pub took: Option<u64>,
    /// Whether an answer is awaited.
    pub is_running: bool,
    /// The pane that gets the focus back after a value was looked for.
    pub(super) return_to: Pane,
    /// The query before the prompt was opened.
    pub(super) before: Query,
    /// The release that was selected then.
    pub(super) selected_before: Option<u32>,
    /// The release to select once it is listed again.
    pub(super) wanted: Option<u32>,
    generation: u64,
    /// A request that `update` has still to send.
    is_wanted: bool,
    /// What the next answer leaves as it is.
    keeps: Keep,
    /// What was searched for, the newest last.
    pub(super) past: Vec<String>,
    /// Position in the past while one goes through it.
    pub(super) recalled: Option<usize>,
    /// What could be meant at the cursor.
    pub completion: Option<Completion>,
}

/// What an answer leaves as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Keep {
    /// The selected release, while it is a hit.
    #[default]
    Selection,
    /// The selected release, and where on the screen it stands.
    Place,
    /// The top of the list, whichever release comes to stand there.
    Top,
    /// All that is listed: the counts alone are new.
    List,
}

impl Search {
    /// Releases have other numbers now.
    pub(super) fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        self.selected_before = self.selected_before.and_then(&now);
        self.wanted = self.wanted.and_then(&now);
    }
}

impl App {
    /// The marks have changed: counts follow, and what is listed stays until something else is asked for.
    pub(super) fn count_again(&mut self) {
        self.recount_saved();
        let is_pending = self.search.is_running && self.search.keeps != Keep::List;
        self.ask(if is_pending { self.search.keeps } else { Keep::List });
    }

    /// Answers the query anew: at once where everything is shown, else by the worker.
    pub(super) fn search_again(&mut self) {
        self.ask(Keep::Selection);
    }

    /// Answers the query anew, and leaves something as it is.
    pub(super) fn ask(&mut self, keeps: Keep) {
        self.search.generation += 1;
        self.search.keeps = keeps;
        let context = self.context();
        let is_plain = self.query.is_empty() && self.sort == Sort::Newest;
        self.search.is_running = !is_plain;
        self.search.is_wanted = !is_plain;
        if is_plain {
            self.search.took = None;
            let hits = Hits::all(&self.catalog, &context);
            self.show(hits);
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
        if !std::mem::take(&mut self.search.is_wanted) {
            return None;
        }
        self.put_counts_off();
        let request = Request {
            catalog: Arc::clone(&self.catalog),
            query: self.query.clone(),
            context: self.context(),
            sort: self.sort,
        };
        Some(Effect::Search { generation: self.search.generation, request })
    }

    /// The first hits of an answer that takes long: the counts stay those of the last one until all is known.
    pub(super) fn found_first(&mut self, generation: u64, first: Arc<[u32]>) {
        if generation == self.search.generation
            && self.search.is_running
            && !matches!(self.search.keeps, Keep::List | Keep::Place)
        {
            let counts = std::mem::take(&mut self.hits);
            self.show(Hits { order: first, ..counts });
        }
    }

    /// An answer of the worker; an old one is dropped.
    pub(super) fn found(&mut self, generation: u64, hits: Hits, microseconds: u64) {
        if generation == self.search.generation {
            self.search.is_running = false;
            self.ask_similar_again();
            if self.search.keeps == Keep::List {
                self.hits = Hits { order: std::mem::take(&mut self.hits.order), ..hits };
                self.filter.rebuild(&self.catalog, &self.query, &self.hits);
                return;
            }
            self.search.took = Some(microseconds);
            self.show(hits);
        }
    }

    /// Where a release stands among hits in order of date, or would stand.
    fn nearest(&self, release: u32) -> usize {
        let place = (self.catalog.key(release), release);
        self.hits.order.partition_point(|&index| (self.catalog.key(index), index) < place)
    }

    /// The row of a release among the hits.
    pub(super) fn place_of(&self, release: u32) -> Option<usize> {
        let order = &self.hits.order;
        let near = if self.sort == Sort::Newest { self.nearest(release) } else { 0 };
        if order.get(near) == Some(&release) {
            return Some(near);
        }
        // While an answer is awaited the hits may still be in another order.
        order.iter().position(|&index| index == release)
    }

    /// Shows other hits. The selected release stays selected, else the next older hit is.
    fn show(&mut self, hits: Hits) {
        let wanted = self.search.wanted.take();
        let selected = wanted.or_else(|| self.selected().filter(|_| self.search.keeps != Keep::Top));
        self.hits = hits;
        let before = self.list.cursor;
        self.list.cursor = selected.map_or(0, |selected| {
            if self.sort == Sort::Newest { self.nearest(selected) } else { self.place_of(selected).unwrap_or(0) }
        });
        if self.search.keeps == Keep::Place {
            self.list.top = (self.list.top + self.list.cursor).saturating_sub(before);
        }
        if wanted.is_some() && wanted == self.selected() {
            self.arrive();
        }
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.timeline.follow(&self.hits.days);
    }
}
