//! Narrowing: every change of the query, the search that answers it, and what stays selected.

use std::sync::Arc;

use super::effect::Effect;
use super::filter::Row;
use super::prompt::Prompt;
use super::{App, Completion, Mark, Pane};
use crate::catalog::{Facet, NONE, ValueId};
use crate::keymap::Action;
use crate::query::{Context, Expr, Hits, ParseError, Query, Request, Sort, Status, parse};
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
    /// Whether an answer is awaited.
    pub is_running: bool,
    /// The pane that gets the focus back after a value was looked for.
    return_to: Pane,
    /// The query before the prompt was opened.
    before: Query,
    /// The release that was selected then.
    selected_before: Option<u32>,
    /// The release to select once it is listed again.
    wanted: Option<u32>,
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
    /// The top of the list, whichever release comes to stand there.
    Top,
    /// All that is listed: the counts alone are new.
    List,
}

impl App {
    /// Opens the prompt on the typed part of the query.
    pub(super) fn open_prompt(&mut self) {
        self.search.before = self.query.clone();
        self.search.selected_before = self.selected();
        let mut text = self.query.typed().to_string();
        if !text.is_empty() {
            text.push(' ');
        }
        self.search.prompt = Some(Prompt::new(text));
        self.search.recalled = None;
    }

    /// Takes the chip at a place of the query line off, from 1.
    pub(super) fn drop_chip(&mut self, place: usize) {
        let Some(at) = place.checked_sub(1).and_then(|skip| self.query.chips().nth(skip)).map(|(at, _)| at) else {
            self.note = Some(format!("there is no filter {place}"));
            return;
        };
        let mut query = self.query.clone();
        query.clauses.remove(at);
        self.set_query(query);
    }

    /// The chips beside the prompt; while it is open those that are not typed in it.
    pub fn chips(&self) -> impl Iterator<Item = (usize, &Expr)> {
        let query = if self.search.prompt.is_some() { &self.search.before } else { &self.query };
        query.chips()
    }

    /// An action in the prompt.
    pub(super) fn prompt_action(&mut self, action: Action) {
        match action {
            Action::PromptDone if self.has_chosen_completion() => self.complete(),
            Action::Complete => self.complete(),
            Action::PromptNext | Action::PromptPrevious => self.choose_or_recall(action == Action::PromptNext),
            Action::PromptDone => self.close_prompt(),
            Action::PromptCancel => {
                self.search.prompt = None;
                self.search.error = None;
                self.search.completion = None;
                let before = std::mem::take(&mut self.search.before);
                self.search.wanted = self.search.selected_before;
                self.show_query(before);
            }
            _ => {
                let is_changed = self.search.prompt.as_mut().is_some_and(|prompt| prompt.edit(action));
                if is_changed {
                    self.prompt_changed();
                } else {
                    self.propose();
                }
            }
        }
    }

    /// Keeps what is shown, and remembers it for undo and for the history.
    fn close_prompt(&mut self) {
        if self.search.error.take().is_some() {
            self.note = Some("the last part of the search was not understood and is left out".to_owned());
        }
        if let Some(prompt) = self.search.prompt.take() {
            self.remember(prompt.text());
        }
        self.search.completion = None;
        let before = std::mem::take(&mut self.search.before);
        self.history.query(before, self.query.clone());
        self.focus = Pane::List;
    }

    /// Text typed or pasted into the prompt or the type-ahead.
    pub(super) fn insert(&mut self, text: &str) {
        let mut clean = CleanBuf::default();
        clean.push_typed(text);
        if let Some(prompt) = &mut self.search.prompt {
            prompt.insert(clean.as_str());
            self.prompt_changed();
        } else if let Some((_, prompt)) = &mut self.filter.type_ahead {
            prompt.insert(clean.as_str());
            self.type_ahead_changed();
        }
    }

    /// A wrong text leaves the last good hits and says where it is wrong.
    pub(super) fn prompt_changed(&mut self) {
        let Some(prompt) = &self.search.prompt else { return };
        match parse(prompt.text()) {
            Ok(typed) => {
                self.search.error = None;
                // Choices typed here join the chips that were there before.
                let mut query = Query { clauses: self.search.before.chips().map(|(_, chip)| chip.clone()).collect() };
                query.clauses.splice(0..0, typed.clauses);
                self.show_query(query);
            }
            Err(error) => self.search.error = Some(error),
        }
        self.propose();
    }

    /// Makes `query` the one that is shown, as a step that can be undone.
    pub(super) fn set_query(&mut self, query: Query) {
        self.history.query(self.query.clone(), query.clone());
        self.show_query(query);
    }

    /// Makes `query` the one that is shown.
    pub(super) fn show_query(&mut self, query: Query) {
        if query != self.query {
            self.query = query;
            self.search_again();
        }
    }

    /// Shows the releases of a status, or all; asking for the same again drops those that have lost it since.
    pub(super) fn show_status(&mut self, status: Option<Status>) {
        let mut query = self.query.clone();
        query.set_status(status);
        if query == self.query {
            self.search_again();
        }
        self.set_query(query);
    }

    /// The next order that makes sense.
    pub(super) fn next_sort(&mut self) {
        let has_text = !self.query.needles().is_empty();
        let offered: Vec<Sort> = Sort::ALL.into_iter().filter(|&sort| has_text || sort != Sort::Relevance).collect();
        let at = offered.iter().position(|&sort| sort == self.sort).unwrap_or(0);
        self.sort = offered[(at + 1) % offered.len()];
        self.search_again();
    }

    /// The marks have changed: counts follow, and what is listed stays until something else is asked for.
    pub(super) fn count_again(&mut self) {
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

    fn context(&self) -> Context {
        Context {
            today: self.today,
            read: Arc::clone(self.marks.set_of(Mark::Read)),
            starred: Arc::clone(self.marks.set_of(Mark::Starred)),
        }
    }

    /// The request that waits to be sent; one for however many changes.
    pub(super) fn take_search(&mut self) -> Option<Effect> {
        std::mem::take(&mut self.search.is_wanted).then(|| Effect::Search {
            generation: self.search.generation,
            request: Request {
                catalog: Arc::clone(&self.catalog),
                query: self.query.clone(),
                context: self.context(),
                sort: self.sort,
            },
        })
    }

    /// The first hits of an answer that takes long: the counts stay those of the last one until all is known.
    pub(super) fn found_first(&mut self, generation: u64, first: Arc<[u32]>) {
        if generation == self.search.generation && self.search.is_running && self.search.keeps != Keep::List {
            let counts = std::mem::take(&mut self.hits);
            self.show(Hits { order: first, ..counts });
        }
    }

    /// An answer of the worker; an old one is dropped.
    pub(super) fn found(&mut self, generation: u64, hits: Hits, microseconds: u64) {
        if generation == self.search.generation {
            self.search.is_running = false;
            if self.search.keeps == Keep::List {
                self.hits = Hits { order: std::mem::take(&mut self.hits.order), ..hits };
                self.filter.rebuild(&self.catalog, &self.query, &self.hits);
                return;
            }
            self.search.took = Some(microseconds);
            self.show(hits);
        }
    }

    /// Shows other hits. The selected release stays selected, else the next older hit is.
    fn show(&mut self, hits: Hits) {
        let selected = self.search.wanted.take().or_else(|| self.selected().filter(|_| self.search.keeps != Keep::Top));
        self.hits = hits;
        self.list.cursor = selected.map_or(0, |selected| {
            let place = (self.catalog.key(selected), selected);
            if self.sort == Sort::Newest {
                self.hits.order.partition_point(|&index| (self.catalog.key(index), index) < place)
            } else {
                self.hits.order.iter().position(|&index| index == selected).unwrap_or(0)
            }
        });
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.timeline.follow(&self.hits.days);
    }

    /// The label of a value, as the query holds it.
    fn label(&self, facet: Facet, id: ValueId) -> String {
        self.catalog.values(facet).label(id).as_str().to_owned()
    }

    /// Chooses a value or takes it off.
    pub(super) fn toggle_value(&mut self, facet: Facet, id: ValueId) {
        let mut query = self.query.clone();
        query.toggle(facet, &self.label(facet, id));
        self.set_query(query);
    }

    /// Toggles the row under the filter pane's cursor, or opens its facet.
    pub(super) fn toggle_row(&mut self) {
        match self.filter.selected() {
            Some(Row::Value(value)) => self.toggle_value(value.facet, value.id),
            Some(Row::Status(row)) => self.show_status(row.status),
            Some(Row::More(facet, _)) => {
                self.filter.open(facet);
                self.filter.rebuild(&self.catalog, &self.query, &self.hits);
            }
            _ => {}
        }
    }

    /// Leaves the value under the filter pane's cursor out, or no longer.
    pub(super) fn exclude_row(&mut self) {
        if let Some(Row::Value(value)) = self.filter.selected() {
            let mut query = self.query.clone();
            query.toggle_exclusion(value.facet, &self.label(value.facet, value.id));
            self.set_query(query);
        }
    }

    /// Values by name, or by count again.
    pub(super) fn order_values(&mut self) {
        self.filter.is_by_name = !self.filter.is_by_name;
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        let order = if self.filter.is_by_name { "name" } else { "count" };
        self.note = Some(format!("values by {order}"));
    }

    /// Toggles the topic whose digit was pressed.
    pub(super) fn toggle_nth_topic(&mut self, digit: u32) {
        let nth = self.filter.ranked_topics().get((digit as usize).wrapping_sub(1)).copied();
        match nth {
            Some(id) => self.toggle_value(Facet::Topic, id),
            None => self.note = Some(format!("there is no topic {digit}")),
        }
    }

    /// Filters to the first topic of the selected release; once more takes that off.
    pub(super) fn same_topic(&mut self) {
        let Some(id) = self.selected_release().and_then(|release| release.values(Facet::Topic).first().copied()) else {
            return;
        };
        let label = self.label(Facet::Topic, id);
        let is_alone = self.query.chosen(Facet::Topic) == [label.clone()];
        let mut query = self.query.clone();
        query.choose(Facet::Topic, if is_alone { &[] } else { std::slice::from_ref(&label) });
        self.set_query(query);
    }

    /// The next (or previous) topic alone, in the order of the filter pane's counts; past the end, all topics.
    pub(super) fn neighbour_topic(&mut self, by: isize) {
        let topics = self.catalog.values(Facet::Topic);
        let mut ids: Vec<ValueId> = topics.ids().filter(|&id| id != NONE).collect();
        // By the counts of the whole catalog: those under the filters change while one walks along them.
        ids.sort_by_key(|&id| (std::cmp::Reverse(topics.total(id)), topics.folded(id)));
        let chosen = self.query.chosen(Facet::Topic).into_iter().next();
        let at = ids.iter().position(|&id| Some(topics.label(id).as_str()) == chosen.as_deref());
        let next = match (at, by > 0) {
            (None, true) => Some(0),
            (None, false) => ids.len().checked_sub(1),
            (Some(at), true) => Some(at + 1),
            (Some(at), false) => at.checked_sub(1),
        };
        let label = next.and_then(|next| ids.get(next)).map(|&id| self.label(Facet::Topic, id));
        let mut query = self.query.clone();
        query.choose(Facet::Topic, label.as_slice());
        self.set_query(query);
    }

    /// Opens the type-ahead in a facet.
    pub(super) fn find_value(&mut self, facet: Facet) {
        self.zen = false;
        if !self.filter.jump_to(facet) {
            self.note = Some(format!("no release has a {}", facet.name()));
            return;
        }
        if self.focus != Pane::Filter {
            self.search.return_to = self.focus;
        }
        self.focus = Pane::Filter;
        self.filter.type_ahead = Some((facet, Prompt::default()));
        self.type_ahead_changed();
    }

    fn type_ahead_changed(&mut self) {
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.filter.jump(false);
        self.filter.top = 0;
    }

    /// An action while a value is looked for.
    pub(super) fn type_ahead_action(&mut self, action: Action) {
        match action {
            Action::ValueTake | Action::ValueCancel => {
                let row = self.filter.selected();
                let facet = self.filter.type_ahead.take().map(|(facet, _)| facet);
                self.filter.rebuild(&self.catalog, &self.query, &self.hits);
                if let (Action::ValueTake, Some(Row::Value(value))) = (action, row) {
                    self.toggle_value(value.facet, value.id);
                } else if let Some(facet) = facet {
                    self.filter.jump_to(facet);
                }
                self.focus = self.search.return_to;
            }
            Action::ValueTakeMore => {
                if let Some(Row::Value(value)) = self.filter.selected() {
                    if let Some((_, prompt)) = &mut self.filter.type_ahead {
                        prompt.edit(Action::PromptClear);
                    }
                    self.toggle_value(value.facet, value.id);
                    self.type_ahead_changed();
                }
            }
            _ => {
                if self.filter.type_ahead.as_mut().is_some_and(|(_, prompt)| prompt.edit(action)) {
                    self.type_ahead_changed();
                }
            }
        }
    }
}
