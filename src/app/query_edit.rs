//! Changes of the query other than typing: chips, filter values, statuses and sort order.

use crossterm::event::KeyCode;

use super::App;
use super::filter::{RankedTopic, Row};
use super::search::Keep;
use crate::catalog::{Facet, NONE, OwnTopic, ValueId};
use crate::keymap::{Action, Key};
use crate::query::{Choice, Expr, Query, Sort, Status};
use crate::text::fold_name;

/// Returns the digit of a key, also with Alt, for actions that take one; 0 for another character.
fn digit(key: Key) -> Option<u32> {
    match key.code {
        KeyCode::Char(c) => Some(c.to_digit(10).unwrap_or(0)),
        _ => None,
    }
}

impl App {
    /// Handles the actions that change the query. `key` is the pressed key. Returns `false` for any other action.
    pub(super) fn query_action(&mut self, action: Action, key: Key) -> bool {
        match action {
            Action::Search => self.open_prompt(),
            Action::Topics => self.find_value(Facet::Topic),
            Action::Places => self.find_value(Facet::Place),
            Action::FindValue => self.find_value(self.filter.facet()),
            Action::SameTopic => self.same_topic(),
            Action::Story => self.show_story(),
            Action::NthTopic => digit(key).into_iter().for_each(|digit| self.toggle_nth_topic(digit)),
            Action::PreviousTopic => self.neighbour_topic(-1),
            Action::NextTopic => self.neighbour_topic(1),
            Action::DropChip => {
                let mut query = self.query.clone();
                query.pop();
                self.set_query(query);
            }
            Action::DropNthChip => digit(key).into_iter().for_each(|digit| self.drop_chip(digit as usize)),
            Action::ClearAll => self.set_query(Query::default()),
            Action::ToggleValue => self.toggle_row(),
            Action::ExcludeValue => self.exclude_row(),
            Action::OrderValues => self.order_values(),
            Action::HideField => self.hide_field(),
            Action::Words => self.go_to_words(),
            Action::RisingWords => self.switch_words(),
            Action::WordBars => self.toggle_word_bars(),
            Action::FieldUp => self.move_field(true),
            Action::FieldDown => self.move_field(false),
            Action::ShowAll => self.show_status(None),
            Action::ShowUnread => self.show_status(Some(Status::Unread)),
            Action::ShowStarred => self.show_status(Some(Status::Starred)),
            Action::Sort => self.next_sort(),
            _ => return false,
        }
        true
    }

    /// Removes a clause.
    pub(super) fn drop_clause(&mut self, clause: &Expr) {
        let mut query = self.query.clone();
        if let Some(at) = query.clauses.iter().position(|one| one == clause) {
            query.clauses.remove(at);
        }
        self.set_query(query);
    }

    /// Removes the chip at a place of the query line, counted from 1.
    pub(super) fn drop_chip(&mut self, place: usize) {
        let chip = place.checked_sub(1).and_then(|skip| self.query.chips().nth(skip)).map(|(_, chip)| chip.clone());
        match chip {
            Some(chip) => self.drop_clause(&chip),
            None => self.inform(format!("no filter number {place}")),
        }
    }

    /// Returns the chips beside the prompt; while it is open, only those that are not typed in it.
    pub fn chips(&self) -> impl Iterator<Item = (usize, &Expr)> {
        let query = if self.search.prompt.is_some() { &self.search.before } else { &self.query };
        query.chips()
    }

    /// Changes the query, as an undo step.
    pub(super) fn set_query(&mut self, query: Query) {
        self.history.query(self.query.clone(), query.clone());
        self.show_query(query, Keep::Selection);
    }

    /// Changes the query.
    pub(super) fn show_query(&mut self, query: Query, keep: Keep) {
        self.show_draft(query, None, keep);
    }

    /// Changes the query, and the query for the counts if it differs.
    pub(super) fn show_draft(&mut self, query: Query, counted: Option<Query>, keep: Keep) {
        let counted = counted.filter(|counted| *counted != query);
        let is_same = query == self.query;
        let is_counted = self.counted_facets().iter().all(|facet| self.hits.has_counted(*facet));
        if is_same && counted == self.search.counted && is_counted {
            return;
        }
        self.query = query;
        self.search.counted = counted;
        if is_same {
            self.start_search(Keep::List);
        } else {
            self.search_again(keep);
        }
    }

    /// Shows the releases of a status, or all. Repeated, it removes releases that have lost the status since.
    fn show_status(&mut self, status: Option<Status>) {
        let mut query = self.query.clone();
        query.set_status(status);
        if query == self.query {
            self.search_again(Keep::Selection);
        }
        self.set_query(query);
    }

    /// Switches to the next sort order that applies.
    pub(super) fn next_sort(&mut self) {
        let has_text = !self.query.needles().is_empty();
        let offered: Vec<Sort> = Sort::ALL.into_iter().filter(|&sort| has_text || sort != Sort::Relevance).collect();
        let at = offered.iter().position(|&sort| sort == self.sort).unwrap_or(0);
        self.sort = offered[(at + 1) % offered.len()];
        self.search_again(Keep::Selection);
    }

    /// Returns the label of a value, as used in the query.
    fn label(&self, facet: Facet, id: ValueId) -> String {
        self.catalog.values(facet).label(id).as_str().to_owned()
    }

    /// Returns the facet and the label of the value or own topic of a row.
    pub(super) fn value_of(&self, row: Row) -> Option<(Facet, String)> {
        match row {
            Row::Value(value) => Some((value.facet, self.label(value.facet, value.id))),
            Row::Own(own) => Some((Facet::Topic, self.filter.own_topic(own)?.as_str().to_owned())),
            _ => None,
        }
    }

    /// Toggles a value by its label.
    pub(super) fn toggle_value(&mut self, facet: Facet, label: &str) {
        let mut query = self.query.clone();
        query.toggle(facet, label);
        self.set_query(query);
    }

    /// Toggles the row under the filter pane's cursor, or expands its facet.
    pub(super) fn toggle_row(&mut self) {
        match self.filter.selected() {
            Some(row @ (Row::Value(_) | Row::Own(_))) => {
                if let Some((facet, label)) = self.value_of(row) {
                    self.toggle_value(facet, &label);
                }
            }
            Some(row @ Row::Word(_)) => self.change_word(row, Query::toggle),
            Some(Row::HiddenWords) => self.toggle_words(),
            Some(Row::Saved(row)) => self.toggle_saved(row.at),
            Some(Row::Status(row)) => self.show_status(row.status),
            Some(Row::Field(row)) => self.toggle_field(row.facet),
            Some(Row::More(facet, _)) => {
                self.filter.open(facet);
                self.filter.rebuild(&self.catalog, &self.query, &self.hits);
            }
            _ => {}
        }
    }

    /// Toggles the choice or the exclusion of a phrase.
    fn change_word(&mut self, row: Row, toggle: fn(&mut Query, Choice, &str)) {
        if let Some(phrase) = self.filter.phrase_of(Some(row)).cloned() {
            let mut query = self.query.clone();
            toggle(&mut query, Choice::Words, phrase.as_str());
            self.set_query(query);
        }
    }

    /// Excludes the value under the filter pane's cursor, or clears the exclusion.
    fn exclude_row(&mut self) {
        match self.filter.selected() {
            Some(row @ (Row::Value(_) | Row::Own(_))) => {
                if let Some((facet, label)) = self.value_of(row) {
                    let mut query = self.query.clone();
                    query.toggle_exclusion(facet, &label);
                    self.set_query(query);
                }
            }
            Some(row @ Row::Word(_)) => self.change_word(row, Query::toggle_exclusion),
            _ => {}
        }
    }

    /// Sorts values by name or by count.
    fn order_values(&mut self) {
        self.filter.is_by_name = !self.filter.is_by_name;
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        let order = if self.filter.is_by_name { "name" } else { "count" };
        self.inform(format!("values sorted by {order}"));
    }

    /// Toggles the topic with a digit key.
    pub(super) fn toggle_nth_topic(&mut self, digit: u32) {
        let nth = self.filter.ranked_topics().get((digit as usize).wrapping_sub(1)).copied();
        match nth {
            Some(RankedTopic::Value(id)) => self.toggle_value(Facet::Topic, &self.label(Facet::Topic, id)),
            Some(RankedTopic::Own(at)) => {
                if let Some(name) = self.filter.own_topics.get(at).cloned() {
                    self.toggle_value(Facet::Topic, name.as_str());
                }
            }
            None => self.inform(format!("no topic number {digit}")),
        }
    }

    /// Filters by the first topic of the selected release; repeated, clears that filter.
    fn same_topic(&mut self) {
        let Some(release) = self.selected_release() else { return };
        let own = self.own_topics_of(release.index()).into_iter().next();
        let label = match release.values(Facet::Topic).next() {
            None | Some(NONE) => own.map_or_else(String::new, |name| name.as_str().to_owned()),
            Some(id) => self.label(Facet::Topic, id),
        };
        let is_alone = self.query.chosen(Facet::Topic).len() == 1 && self.query.is_chosen(Facet::Topic, &label);
        let mut query = self.query.clone();
        query.choose(Facet::Topic, if is_alone { &[] } else { std::slice::from_ref(&label) });
        self.set_query(query);
    }

    /// Filters by the next or previous topic, in the order of the filter pane. Past either end, clears the filter.
    fn neighbour_topic(&mut self, by: isize) {
        let topics = self.catalog.values(Facet::Topic);
        // Counts of the whole catalog: filtered counts would change with every step.
        let mut own: Vec<&OwnTopic> = self.own_topics.found.iter().collect();
        own.sort_by_cached_key(|topic| (std::cmp::Reverse(topic.releases.len()), fold_name(topic.name.as_str())));
        let is_own = |id: ValueId| own.iter().any(|topic| topic.is_named(&topics.folded(id)));
        let mut ids: Vec<ValueId> = topics.ids().filter(|&id| id != NONE && !is_own(id)).collect();
        ids.sort_by_cached_key(|&id| (std::cmp::Reverse(topics.total(id)), topics.folded(id)));
        let own = own.into_iter().map(|topic| topic.name.as_str().to_owned());
        let names: Vec<String> = own.chain(ids.into_iter().map(|id| self.label(Facet::Topic, id))).collect();
        let chosen = self.query.chosen(Facet::Topic).into_iter().next();
        let chosen = chosen.as_deref().map(fold_name);
        let at = names.iter().position(|name| Some(fold_name(name)) == chosen);
        let next = match (at, by > 0) {
            (None, true) => Some(0),
            (None, false) => names.len().checked_sub(1),
            (Some(at), true) => Some(at + 1),
            (Some(at), false) => at.checked_sub(1),
        };
        let label = next.and_then(|next| names.get(next)).cloned();
        let mut query = self.query.clone();
        query.choose(Facet::Topic, label.as_slice());
        self.set_query(query);
    }
}
