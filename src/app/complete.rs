//! Completion in the prompt: fields and their values with live counts, and the history of searches.

use std::ops::Range;

use super::App;
use super::filter::keep_first;
use super::prompt::Prompt;
use crate::catalog::{Facet, NONE};
use crate::query::{Partial, Status, partial, value};
use crate::text::fold;

/// Candidates at the most.
const MOST: usize = 8;
/// Searches that are remembered.
const PAST: usize = 100;
/// Spans before today that are offered for `date:`.
const SPANS: [&str; 4] = ["today", "7d", "30d", "1y"];

/// What could be meant at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The best first.
    pub candidates: Vec<Candidate>,
    /// The chosen one.
    pub chosen: Option<usize>,
    /// What was typed of it, to be marked.
    pub typed: String,
    /// The part of the prompt's text that it replaces, in bytes.
    pub range: Range<usize>,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As it is shown.
    pub label: String,
    /// As it is written into the query.
    pub text: String,
    /// How many releases it would give, where that is known.
    pub count: Option<u32>,
}

impl Candidate {
    fn plain(text: &str) -> Self {
        Self { label: text.to_owned(), text: text.to_owned(), count: None }
    }
}

impl App {
    /// Looks for what could be meant at the cursor.
    pub(super) fn propose(&mut self) {
        self.search.completion = self.search.prompt.as_ref().and_then(|prompt| self.proposals(prompt.before()));
    }

    fn proposals(&self, before: &str) -> Option<Completion> {
        let (candidates, typed, range) = match partial(before)? {
            Partial::Name { text, range } => {
                let fields = ["topic", "place", "source", "title", "author", "date", "after", "before", "is"];
                let fields = fields.into_iter().filter(|name| name.starts_with(&text));
                (fields.map(|name| Candidate::plain(&format!("{name}:"))).collect(), text, range)
            }
            Partial::Value { field, text, range } => (self.values_of(field, &fold(&text)), text, range),
        };
        // A value that is complete needs no proposal.
        let is_complete = |candidates: &[Candidate]| matches!(candidates, [only] if fold(&only.label) == fold(&typed));
        (!candidates.is_empty() && !is_complete(&candidates)).then_some(Completion {
            candidates,
            chosen: None,
            typed,
            range,
        })
    }

    /// Values of a field that hold `typed` (folded): those that begin with it first, then by count.
    fn values_of(&self, field: &str, typed: &str) -> Vec<Candidate> {
        let facet = match field {
            "topic" => Facet::Topic,
            "place" => Facet::Place,
            "source" => Facet::Source,
            "date" | "after" | "before" => Facet::Year,
            "is" => {
                let counts = self.hits.statuses;
                let of = |status: Status| match status {
                    Status::Unread => counts[1],
                    Status::Read => counts[0].saturating_sub(counts[1]),
                    Status::Starred => counts[2],
                };
                let statuses = Status::ALL.into_iter().filter(|status| status.name().starts_with(typed));
                return statuses
                    .map(|status| Candidate { count: Some(of(status)), ..Candidate::plain(status.name()) })
                    .collect();
            }
            _ => return Vec::new(),
        };
        let values = self.catalog.values(facet);
        // A part of a name says something, a part of a year does not.
        let is_meant = |label: &str| label.starts_with(typed) || (facet != Facet::Year && label.contains(typed));
        let mut ids: Vec<_> = values.ids().filter(|&id| id != NONE && is_meant(values.folded(id))).collect();
        let key = |id| {
            let begins = values.folded(id).starts_with(typed);
            (!begins, std::cmp::Reverse((self.hits.count(facet, id), values.total(id))), values.folded(id))
        };
        keep_first(&mut ids, MOST, |one, other| key(one).cmp(&key(other)));
        let known = ids.into_iter().map(|id| {
            let label = values.label(id).as_str();
            Candidate { label: label.to_owned(), text: value(label), count: Some(self.hits.count(facet, id)) }
        });
        let spans = SPANS.into_iter().filter(|span| field == "date" && span.starts_with(typed)).map(Candidate::plain);
        known.chain(spans).take(MOST).collect()
    }

    /// Whether one of the proposals is chosen.
    pub(super) fn has_chosen_completion(&self) -> bool {
        self.search.completion.as_ref().is_some_and(|completion| completion.chosen.is_some())
    }

    /// Writes the chosen proposal, else the first, into the prompt.
    pub(super) fn complete(&mut self) {
        let Some(completion) = self.search.completion.take() else { return };
        let Some(candidate) = completion.candidates.get(completion.chosen.unwrap_or(0)) else { return };
        let Some(prompt) = &mut self.search.prompt else { return };
        prompt.replace(completion.range, &candidate.text);
        self.prompt_changed();
        // What was just taken is not offered again; a field's name leads to its values.
        if !candidate.text.ends_with(':') {
            self.search.completion = None;
        }
    }

    /// Chooses among the proposals; without any goes through the history.
    pub(super) fn choose_or_recall(&mut self, down: bool) {
        if let Some(completion) = &mut self.search.completion {
            let count = completion.candidates.len();
            completion.chosen = match (completion.chosen, down) {
                (None, true) => Some(0),
                (None, false) => Some(count - 1),
                (Some(at), true) => (at + 1 < count).then_some(at + 1),
                (Some(at), false) => at.checked_sub(1),
            };
            return;
        }
        let past = self.search.past.len();
        let recalled = match (self.search.recalled, down) {
            (None, true) => return,
            (None, false) => past.checked_sub(1),
            (Some(at), true) => (at + 1 < past).then_some(at + 1),
            (Some(at), false) => Some(at.saturating_sub(1)),
        };
        if recalled.is_none() && self.search.recalled.is_none() {
            return;
        }
        self.search.recalled = recalled;
        let text = recalled.and_then(|at| self.search.past.get(at)).cloned().unwrap_or_default();
        self.search.prompt = Some(Prompt::new(text));
        self.prompt_changed();
        self.search.completion = None;
    }

    /// Adds a search to the history, at its newest end.
    pub(super) fn remember(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.search.past.retain(|past| past != text);
            self.search.past.push(text.to_owned());
            let surplus = self.search.past.len().saturating_sub(PAST);
            self.search.past.drain(..surplus);
        }
    }
}
