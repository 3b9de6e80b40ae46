//! Typing in the prompt of the query line and in the type-ahead of the filter pane.

use super::prompt::Prompt;
use super::search::Keep;
use super::{App, Pane};
use crate::catalog::Facet;
use crate::keymap::Action;
use crate::query::{Draft, Query};
use crate::text::CleanBuf;

impl App {
    /// Opens the prompt with the typed part of the query.
    pub(super) fn open_prompt(&mut self) {
        self.search.before = self.query.clone();
        self.search.selected_before = self.selected();
        self.search.anchor = self.selected();
        let mut text = self.query.typed().to_string();
        if !text.is_empty() {
            text.push(' ');
        }
        self.search.prompt = Some(Prompt::new(text));
        self.search.recalled = None;
    }

    /// Handles an action in the prompt.
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
                let selected = self.search.selected_before;
                if before == self.query {
                    selected.map(|release| self.select_listed(release));
                }
                self.show_query(before, selected.map_or(Keep::Selection, Keep::Release));
            }
            _ => {
                if let Some(prompt) = &mut self.search.prompt {
                    prompt.edit(action);
                    self.prompt_changed();
                }
            }
        }
    }

    /// Closes the prompt and records the query for undo and in the history.
    fn close_prompt(&mut self) {
        if let Some(prompt) = self.search.prompt.take() {
            if let Some(error) = self.search.error.take() {
                let part = prompt.text().get(error.span).unwrap_or_default().trim();
                self.inform(format!("left out {part}: {}", error.message));
            }
            self.remember(prompt.text());
        }
        self.search.completion = None;
        let before = std::mem::take(&mut self.search.before);
        self.history.query(before, self.query.clone());
        self.show_query(self.query.clone(), Keep::Selection);
        self.focus = Pane::List;
    }

    /// Inserts typed or pasted text into the open popup, prompt or type-ahead.
    pub(super) fn insert(&mut self, text: &str) {
        let mut clean = CleanBuf::default();
        clean.push_typed(text);
        if self.type_into_popup(clean.as_str()) {
            return;
        }
        if self.hint_letters.is_some() {
            self.type_link_hint(clean.as_str());
        } else if self.is_finding() {
            self.type_into_find(clean.as_str());
        } else if let Some(prompt) = &mut self.search.prompt {
            prompt.insert(clean.as_str());
            self.prompt_changed();
        } else if let Some((_, prompt)) = &mut self.filter.type_ahead {
            prompt.insert(clean.as_str());
            self.type_ahead_changed();
        }
    }

    /// Searches for the prompt's text and offers completions. If it is invalid, the previous hits stay and the error is
    /// shown.
    pub(super) fn prompt_changed(&mut self) {
        self.update_completion();
        self.search_typed();
    }

    /// Searches for the prompt's text. While values are offered, the counts leave out the clause that they belong to.
    pub(super) fn search_typed(&mut self) {
        let Some(prompt) = &self.search.prompt else { return };
        let draft = Draft::new(prompt.text(), prompt.cursor());
        self.search.error = draft.error;
        let Some(query) = draft.query else { return };
        let rest = draft.rest.filter(|_| self.search.completion.is_some());
        let counted = rest.map(|rest| self.with_chips(rest));
        // Search from the original position, not from the hit of the previous letter.
        let keep = self.search.anchor.map_or(Keep::Selection, Keep::Release);
        self.show_draft(self.with_chips(query), counted, keep);
    }

    /// Adds the filters chosen before the prompt was opened to a typed query.
    fn with_chips(&self, typed: Query) -> Query {
        let chips = self.search.before.chips().map(|(_, chip)| chip.clone());
        Query { clauses: typed.clauses.into_iter().chain(chips).collect() }
    }

    /// Opens the type-ahead in a facet.
    pub(super) fn find_value(&mut self, facet: Facet) {
        self.zen = false;
        if !self.filter.jump_to(facet) {
            self.inform(format!("no release has a {}", facet.name()));
            return;
        }
        if self.focus != Pane::Filter {
            self.search.return_to = self.focus;
        }
        self.focus = Pane::Filter;
        self.filter.type_ahead = Some((facet, Prompt::default()));
        self.type_ahead_changed();
    }

    pub(super) fn type_ahead_changed(&mut self) {
        self.filter.just_taken = None;
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.filter.jump(false);
        self.filter.cursor.top = 0;
    }

    /// Handles an action in the type-ahead.
    pub(super) fn type_ahead_action(&mut self, action: Action) {
        match action {
            Action::ValueTake | Action::ValueCancel => {
                let row = self.filter.selected();
                let facet = self.filter.type_ahead.take().map(|(facet, _)| facet);
                let just_taken = self.filter.just_taken.take();
                self.filter.rebuild(&self.catalog, &self.query, &self.hits);
                let taken = row.filter(|_| action == Action::ValueTake).and_then(|row| self.value_of(row));
                if let Some((facet, label)) = taken.filter(|taken| Some(taken) != just_taken.as_ref()) {
                    self.toggle_value(facet, &label);
                } else if let Some(facet) = facet {
                    self.filter.jump_to(facet);
                }
                self.focus = self.search.return_to;
            }
            Action::ValueTakeMore => {
                if let Some((facet, label)) = self.filter.selected().and_then(|row| self.value_of(row)) {
                    if let Some((_, prompt)) = &mut self.filter.type_ahead {
                        prompt.edit(Action::PromptClear);
                    }
                    self.toggle_value(facet, &label);
                    // The cursor stays on the value.
                    self.filter.rebuild(&self.catalog, &self.query, &self.hits);
                    self.filter.just_taken = Some((facet, label));
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
