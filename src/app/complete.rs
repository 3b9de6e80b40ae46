//! Completion in the prompt: field names, field values with live counts, and the search history.

use std::ops::Range;
use std::sync::Arc;

use super::App;
use super::filter::FoundWord;
use super::filter::order::first;
use super::prompt::Prompt;
use crate::catalog::Facet;
use crate::query::{FIELDS, Field, Partial, Status, partial, value};
use crate::release::FieldName;
use crate::text::{CleanBuf, fold, fold_name};

/// The maximum number of candidates.
const MOST: usize = 8;
/// The maximum length of the search history.
const PAST: usize = 100;
/// Periods offered for `date:`, counted back from today.
const SPANS: [&str; 4] = ["today", "7d", "30d", "1y"];

/// The candidates for the text at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Index of the chosen candidate.
    pub chosen: Option<usize>,
    /// The text typed so far, to be highlighted.
    pub typed: String,
    /// The bytes of the prompt's text to replace.
    pub range: Range<usize>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text shown.
    pub label: String,
    /// The text inserted into the query.
    pub text: String,
    /// The number of hits it would give, if known.
    pub count: Option<u32>,
}

impl Candidate {
    fn plain(text: &str) -> Self {
        Self { label: text.to_owned(), text: text.to_owned(), count: None }
    }
}

impl App {
    /// Updates the candidates for the text at the cursor.
    pub(super) fn update_completion(&mut self) {
        self.search.completion = self.search.prompt.as_ref().and_then(|prompt| self.completion_at(prompt.before()));
    }

    /// Updates the counts of the candidates; the chosen one stays chosen.
    pub(super) fn recount_completion(&mut self) {
        let Some(before) = self.search.completion.take() else { return };
        self.update_completion();
        let Some(completion) = &mut self.search.completion else { return };
        let chosen = before.chosen.and_then(|at| before.candidates.get(at));
        completion.chosen =
            chosen.and_then(|chosen| completion.candidates.iter().position(|one| one.text == chosen.text));
    }

    fn completion_at(&self, before: &str) -> Option<Completion> {
        let (candidates, typed, range) = match partial(before)? {
            Partial::Name { text, range } => {
                let custom = self.custom_facets().map(Facet::name);
                let fields = FIELDS.into_iter().chain(custom).filter(|name| name.starts_with(&text)).take(MOST);
                (fields.map(|name| Candidate::plain(&format!("{name}:"))).collect(), text, range)
            }
            Partial::Value { field, text, range } => (self.values_of(field, &fold(&text)), text, range),
        };
        // A complete value needs no candidates.
        let is_complete = |candidates: &[Candidate]| matches!(candidates, [only] if fold(&only.label) == fold(&typed));
        (!candidates.is_empty() && !is_complete(&candidates)).then_some(Completion {
            candidates,
            chosen: None,
            typed,
            range,
        })
    }

    /// Returns the values of a field that contain `typed` (folded): values that start with it first, then by count.
    fn values_of(&self, field: &str, typed: &str) -> Vec<Candidate> {
        let facet = match (Field::named(field), field) {
            (Some(field), _) => field.facet(),
            (None, "date" | "after" | "before") => Facet::Year,
            (None, "is") => {
                let counts = self.hits.statuses;
                let of = |status: Status| match status {
                    Status::Unread => counts[1],
                    Status::Read => counts[0].saturating_sub(counts[1]),
                    Status::Starred => counts[2],
                    Status::Changed => counts[3],
                };
                let statuses = Status::ALL.into_iter().filter(|status| status.name().starts_with(typed));
                return statuses
                    .map(|status| Candidate { count: Some(of(status)), ..Candidate::plain(status.name()) })
                    .collect();
            }
            (None, "word") => return self.typical_words(typed),
            (None, _) => match FieldName::in_query(field) {
                Some(name) => Facet::Custom(name),
                None => return Vec::new(),
            },
        };
        let values = self.catalog.values(facet);
        // A field that is not in the filter pane is counted only now.
        let is_counted = self.hits.has_counted(facet);
        let count = |id| is_counted.then(|| self.hits.count(facet, id));
        // A part of a name is useful, a part of a year is not.
        let is_meant = |label: &str| label.starts_with(typed) || (facet != Facet::Year && label.contains(typed));
        let ids = values.present().filter(|&id| is_meant(&values.folded(id)));
        let ids = first(values, ids, MOST, |id| {
            let begins = values.folded(id).starts_with(typed);
            (!begins, std::cmp::Reverse((self.hits.count(facet, id), values.total(id))))
        });
        let known = ids.into_iter().map(|id| {
            let label = values.label(id).as_str();
            Candidate { label: label.to_owned(), text: value(label), count: count(id) }
        });
        let spans = SPANS.into_iter().filter(|span| field == "date" && span.starts_with(typed)).map(Candidate::plain);
        let own = if facet == Facet::Topic { self.own_candidates(typed) } else { Vec::new() };
        let is_own = |one: &Candidate| own.iter().any(|own| fold(&own.label) == fold(&one.label));
        let known: Vec<Candidate> = known.filter(|one| !is_own(one)).collect();
        own.iter().cloned().chain(known).chain(spans).take(MOST).collect()
    }

    /// Returns the user's own topics that contain `typed` (folded). A name that publishers use too has no count, because the
    /// clause finds both.
    fn own_candidates(&self, typed: &str) -> Vec<Candidate> {
        let names = self.filter.own_topics.iter().filter(|name| fold(name.as_str()).contains(typed));
        let candidate = |name: &CleanBuf| {
            let is_shared = self.catalog.values(Facet::Topic).named(&fold_name(name.as_str())).next().is_some();
            let count = self.hits.own_count(name).filter(|_| !is_shared);
            Candidate { label: name.as_str().to_owned(), text: value(name.as_str()), count }
        };
        let mut candidates: Vec<Candidate> = names.map(candidate).collect();
        candidates.sort_by_key(|one| (!fold(&one.label).starts_with(typed), std::cmp::Reverse(one.count)));
        candidates
    }

    /// Returns the words of the filter pane that begin with `typed` (folded).
    fn typical_words(&self, typed: &str) -> Vec<Candidate> {
        let words = self.filter.words.found.words.iter();
        let words = words.filter(|word| fold(word.phrase.as_str()).starts_with(typed)).take(MOST);
        let candidate = |word: &FoundWord| {
            let phrase = word.phrase.as_str();
            Candidate { label: phrase.to_owned(), text: value(phrase), count: Some(word.hits) }
        };
        words.map(candidate).collect()
    }

    /// The facets that the catalog has beyond those of every feed.
    pub(super) fn custom_facets(&self) -> impl Iterator<Item = Facet> + '_ {
        let author = self.catalog.has_authors().then_some(Facet::Custom(FieldName::AUTHOR));
        self.catalog.custom_facets().map(|(facet, _)| facet).chain(author)
    }

    /// The custom facets whose values are counted: those in the filter pane, and the one whose value is being typed.
    pub(super) fn counted_facets(&self) -> Arc<[Facet]> {
        let typed = self.search.prompt.as_ref().and_then(|prompt| match partial(prompt.before())? {
            Partial::Value { field, .. } if !FIELDS.contains(&field) => FieldName::in_query(field).map(Facet::Custom),
            _ => None,
        });
        let typed = typed.filter(|facet| self.custom_facets().any(|custom| custom == *facet));
        let custom = &self.filter.custom;
        if custom.is_empty() && typed.is_none() {
            Arc::default()
        } else {
            custom.iter().copied().chain(typed).collect()
        }
    }

    /// Whether a candidate is chosen.
    pub(super) fn has_chosen_completion(&self) -> bool {
        self.search.completion.as_ref().is_some_and(|completion| completion.chosen.is_some())
    }

    /// Inserts the chosen candidate, or the first one, into the prompt.
    pub(super) fn complete(&mut self) {
        let Some(completion) = self.search.completion.take() else { return };
        let Some(candidate) = completion.candidates.get(completion.chosen.unwrap_or(0)) else { return };
        let Some(prompt) = &mut self.search.prompt else { return };
        prompt.replace(completion.range, &candidate.text);
        // Do not offer the inserted value again; after a field name, offer its values.
        if candidate.text.ends_with(':') {
            self.update_completion();
        }
        self.search_typed();
    }

    /// Moves among the candidates, or through the history if there are none.
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
        self.search_typed();
    }

    /// Adds a search to the history, as its newest entry.
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
