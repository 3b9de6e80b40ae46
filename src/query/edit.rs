//! Edits of the tree by the filter pane, the timeline, the chips and the prompt.

use super::ast::{Choice, Expr, Field, Query, Status, Term, TextField};
use super::needle::Needle;
use super::print::year_label;
use super::span::Span;
use crate::catalog::Facet;
use crate::text::{fold, fold_name};

impl Query {
    /// Whether the query matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// The clauses shown as chips, with their indices in `clauses`.
    #[must_use]
    pub fn chips(&self) -> impl DoubleEndedIterator<Item = (usize, &Expr)> {
        self.clauses.iter().enumerate().filter(|(_, clause)| clause.is_chip())
    }

    /// The typed part: all clauses that are not chips.
    #[must_use]
    pub fn typed(&self) -> Query {
        Query { clauses: self.clauses.iter().filter(|clause| !clause.is_chip()).cloned().collect() }
    }

    /// Removes the typed part; the chips stay.
    pub fn clear_typed(&mut self) {
        self.clauses.retain(Expr::is_chip);
    }

    /// Removes the last chip, or else the last typed clause. Returns whether there was one.
    pub fn pop(&mut self) -> bool {
        let last = self.chips().next_back().map(|(at, _)| at).or_else(|| self.clauses.len().checked_sub(1));
        last.is_some_and(|at| {
            self.clauses.remove(at);
            true
        })
    }

    fn place(&self, choice: Choice) -> Option<usize> {
        self.clauses.iter().position(|clause| clause.choice() == Some(choice))
    }

    /// The chosen values of a facet, as labels, or the chosen phrases: those of its first positive clause.
    #[must_use]
    pub fn chosen(&self, of: impl Into<Choice>) -> Vec<String> {
        match self.place(of.into()).map(|at| &self.clauses[at]) {
            Some(Expr::Term(Term::Field(_, values) | Term::Words(values))) => values.clone(),
            Some(Expr::Term(Term::Date(spans))) => spans.iter().filter_map(year_label).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a value of a facet, or a phrase, is chosen.
    #[must_use]
    pub fn is_chosen(&self, of: impl Into<Choice>, value: &str) -> bool {
        let name = fold_name(value);
        self.chosen(of).iter().any(|chosen| fold_name(chosen) == name)
    }

    /// The excluded values of a facet, as labels, or the excluded phrases.
    #[must_use]
    pub fn excluded(&self, of: impl Into<Choice>) -> Vec<String> {
        let of = of.into();
        self.clauses.iter().flat_map(|clause| excluded_by(clause, of)).collect()
    }

    /// Whether a value of a facet, or a phrase, is excluded.
    #[must_use]
    pub fn is_excluded(&self, of: impl Into<Choice>, value: &str) -> bool {
        let name = fold_name(value);
        self.excluded(of).iter().any(|excluded| fold_name(excluded) == name)
    }

    /// Removes the exclusion of a value. Returns whether there was one.
    fn include(&mut self, of: Choice, value: &str) -> bool {
        let name = fold_name(value);
        let is_it = |label: &str| fold_name(label) == name;
        let mut has_changed = false;
        self.clauses.retain_mut(|clause| {
            if !excluded_by(clause, of).iter().any(|label| is_it(label)) {
                return true;
            }
            has_changed = true;
            let Expr::Not(inner) = clause else { return true };
            match &mut **inner {
                Expr::Term(Term::Field(_, values) | Term::Words(values)) => {
                    values.retain(|value| !is_it(value));
                    !values.is_empty()
                }
                Expr::Term(Term::Date(spans)) => {
                    spans.retain(|span| !year_label(span).is_some_and(|label| is_it(&label)));
                    !spans.is_empty()
                }
                _ => true,
            }
        });
        has_changed
    }

    /// Toggles the choice of a value of a facet, or of a phrase.
    pub fn toggle(&mut self, of: impl Into<Choice>, value: &str) {
        let of = of.into();
        self.include(of, value);
        let name = fold_name(value);
        let mut values = self.chosen(of);
        let before = values.len();
        values.retain(|chosen| fold_name(chosen) != name);
        if values.len() == before {
            values.push(value.to_owned());
        }
        self.choose(of, &values);
    }

    /// Toggles the exclusion of a value of a facet, or of a phrase.
    pub fn toggle_exclusion(&mut self, of: impl Into<Choice>, value: &str) {
        let of = of.into();
        if self.include(of, value) {
            return;
        }
        if self.is_chosen(of, value) {
            self.toggle(of, value);
        }
        let term = choice(of, &[value.to_owned()]);
        self.clauses.extend(term.map(|term| Expr::Not(Box::new(Expr::Term(term)))));
    }

    /// Sets the chosen values of a facet, or the chosen phrases; none clears the choice.
    pub fn choose(&mut self, of: impl Into<Choice>, values: &[String]) {
        let of = of.into();
        let place = self.place(of);
        self.put(place, choice(of, values).map(Expr::Term));
    }

    /// Returns the query without a kind of choice; exclusions stay.
    #[must_use]
    pub fn without(&self, of: impl Into<Choice>) -> Query {
        let mut query = self.clone();
        if let Some(at) = self.place(of.into()) {
            query.clauses.remove(at);
        }
        query
    }

    /// The chosen status.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.clauses.iter().find_map(|clause| match clause {
            Expr::Term(Term::Is(status)) => Some(*status),
            _ => None,
        })
    }

    /// Sets the status; `None` for all releases.
    pub fn set_status(&mut self, status: Option<Status>) {
        let place = self.place(Choice::Status);
        self.put(place, status.map(|status| Expr::Term(Term::Is(status))));
    }

    /// The chosen dates: years chosen in the filter pane, or the range brushed in the timeline.
    #[must_use]
    pub fn dates(&self) -> Option<&Term> {
        self.choice(Choice::Facet(Facet::Year))
    }

    /// The term that makes a choice.
    #[must_use]
    pub fn choice(&self, choice: Choice) -> Option<&Term> {
        match &self.clauses[self.place(choice)?] {
            Expr::Term(term) => Some(term),
            _ => None,
        }
    }

    /// Replaces the chosen dates; `None` for all dates.
    pub fn set_dates(&mut self, span: Option<Span>) {
        let place = self.place(Choice::Facet(Facet::Year));
        self.put(place, span.map(|span| Expr::Term(Term::Date(vec![span]))));
    }

    /// Replaces a clause at `place` or appends it; `None` removes it.
    fn put(&mut self, place: Option<usize>, clause: Option<Expr>) {
        match (place, clause) {
            (Some(at), Some(clause)) => self.clauses[at] = clause,
            (Some(at), None) => drop(self.clauses.remove(at)),
            (None, Some(clause)) => self.clauses.push(clause),
            (None, None) => {}
        }
    }

    /// The words and phrases that the title or text of a hit contains, to be highlighted on screen.
    #[must_use]
    pub fn needles(&self) -> Vec<Needle> {
        let mut needles = Vec::new();
        self.clauses.iter().for_each(|clause| collect(clause, &mut needles));
        needles
    }
}

/// Returns the term that chooses values. `None` if a query can name none of them.
fn choice(of: Choice, values: &[String]) -> Option<Term> {
    let term = match of {
        Choice::Facet(facet) => match Field::of(facet) {
            Some(field) => Term::Field(field, values.to_vec()),
            None => Term::Date(values.iter().filter_map(|value| Span::parse(value)).collect()),
        },
        Choice::Words => Term::Words(values.to_vec()),
        Choice::Status => return None,
    };
    let is_empty = match &term {
        Term::Date(spans) => spans.is_empty(),
        _ => values.is_empty(),
    };
    (!is_empty).then_some(term)
}

/// Returns the values of a facet that a clause excludes, as labels, or the phrases.
fn excluded_by(clause: &Expr, of: Choice) -> Vec<String> {
    let Expr::Not(inner) = clause else { return Vec::new() };
    match &**inner {
        Expr::Term(Term::Field(field, values)) if of == Choice::Facet(field.facet()) => values.clone(),
        Expr::Term(Term::Words(phrases)) if of == Choice::Words => phrases.clone(),
        Expr::Term(Term::Date(spans)) if of == Choice::Facet(Facet::Year) => {
            spans.iter().filter_map(year_label).collect()
        }
        _ => Vec::new(),
    }
}

fn collect(expr: &Expr, needles: &mut Vec<Needle>) {
    let anywhere = |text: &String| Needle::anywhere(fold(text));
    let whole = |text: &String| Needle::whole(fold(text).trim().to_owned());
    match expr {
        Expr::Term(Term::Word(text) | Term::Phrase(text)) => needles.extend(anywhere(text)),
        Expr::Term(Term::Words(phrases)) => needles.extend(phrases.iter().filter_map(whole)),
        Expr::Term(Term::Text(TextField::Title, values)) => needles.extend(values.iter().filter_map(anywhere)),
        Expr::Term(_) | Expr::Not(_) => {}
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| collect(part, needles)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn query(text: &str) -> Query {
        parse(text).expect("a query")
    }

    #[test]
    fn toggling_adds_and_removes_a_choice() {
        let mut query = query("asean");
        query.toggle(Facet::Topic, "Labour migration");
        query.toggle(Facet::Topic, "News");
        assert_eq!(query.to_string(), r#"asean topic:"Labour migration",News"#);
        assert!(query.is_chosen(Facet::Topic, "labour Migration"));
        query.toggle(Facet::Topic, "Labour migration");
        query.toggle(Facet::Year, "2018");
        query.toggle(Facet::Year, "");
        assert_eq!(query.to_string(), r#"asean topic:News date:2018,"""#);
        query.toggle(Facet::Year, "");
        assert!(query.is_chosen(Facet::Year, "2018") && !query.is_chosen(Facet::Year, ""));
        assert!(query.pop() && query.pop() && query.pop() && !query.pop());
    }

    #[test]
    fn folders_accounts_and_labels_are_chosen_like_topics() {
        let mut query = query("tea");
        for (facet, value) in [(Facet::Folder, "Europe/Courts"), (Facet::Account, "my server"), (Facet::Label, "")] {
            query.toggle(facet, value);
            assert!(query.is_chosen(facet, value));
        }
        query.toggle_exclusion(Facet::Folder, "Asia");
        assert_eq!(query.to_string(), "tea folder:Europe/Courts account:\"my server\" label:\"\" -folder:Asia");
        assert_eq!(query.chips().count(), 4);
    }

    #[test]
    fn excluding_and_choosing_a_value_rule_each_other_out() {
        let mut query = query("topic:a,b");
        query.toggle_exclusion(Facet::Topic, "a");
        assert_eq!(query.to_string(), "topic:b -topic:a");
        assert!(query.is_excluded(Facet::Topic, "a"));
        query.toggle(Facet::Topic, "a");
        assert_eq!(query.to_string(), "topic:b,a");
        query.toggle_exclusion(Facet::Year, "2018");
        query.toggle_exclusion(Facet::Year, "2018");
        assert_eq!(query.to_string(), "topic:b,a");
        query.toggle_exclusion(Facet::Topic, "Rye  bread");
        assert!(query.is_excluded(Facet::Topic, "RYE bread"));
        query.toggle_exclusion(Facet::Topic, "rye\u{a0}bread");
        assert_eq!(query.to_string(), "topic:b,a");
    }

    fn texts(query: &Query) -> Vec<String> {
        query.needles().iter().map(|needle| needle.as_str().to_owned()).collect()
    }

    #[test]
    fn phrases_are_chosen_and_excluded_like_values() {
        let mut query = query("tea");
        query.toggle(Choice::Words, "Internal Revenue Service");
        query.toggle(Choice::Words, "sars");
        assert_eq!(query.to_string(), "tea word:\"Internal Revenue Service\",sars");
        assert!(query.is_chosen(Choice::Words, "internal revenue  service"));
        assert_eq!(query.chips().count(), 1);
        assert_eq!(texts(&query), ["tea", "internal revenue service", "sars"]);
        query.toggle_exclusion(Choice::Words, "SARS");
        assert_eq!(query.to_string(), "tea word:\"Internal Revenue Service\" -word:SARS");
        assert!(query.is_excluded(Choice::Words, "sars"));
        assert_eq!(query.without(Choice::Words).to_string(), "tea -word:SARS");
        query.toggle(Choice::Words, "sars");
        query.toggle(Choice::Words, "internal revenue service");
        assert_eq!(query.to_string(), "tea word:sars");
        query.clear_typed();
        assert_eq!(query.to_string(), "word:sars");
    }

    #[test]
    fn an_exclusion_of_several_values_is_removed_one_by_one() {
        let mut query = query("-topic:a,b tea -topic:B,c -date:2018,\"\" -date:2018-10");
        assert_eq!(query.excluded(Facet::Topic), ["a", "b", "B", "c"]);
        assert_eq!(query.excluded(Facet::Year), ["2018", ""]);
        query.toggle_exclusion(Facet::Topic, "b");
        query.toggle_exclusion(Facet::Year, "");
        assert_eq!(query.to_string(), "-topic:a tea -topic:c -date:2018 -date:2018-10");
        query.toggle(Facet::Topic, "a");
        assert_eq!(query.to_string(), "tea -topic:c -date:2018 -date:2018-10 topic:a");
    }

    #[test]
    fn the_typed_part_excludes_the_chips() {
        let mut query = query(r#"topic:a tea -"x y" -place:b"#);
        assert_eq!(query.typed().to_string(), r#"tea -"x y""#);
        query.clear_typed();
        assert_eq!(query.to_string(), "topic:a -place:b");
    }

    #[test]
    fn status_and_dates_occur_once() {
        let mut query = query("is:unread date:2018,2018-10 date:2018");
        assert_eq!((query.status(), query.chosen(Facet::Year)), (Some(Status::Unread), vec!["2018".to_owned()]));
        query.set_dates(Span::parse("2018-10..2018-11"));
        query.set_status(Some(Status::Starred));
        assert_eq!(query.to_string(), "is:starred date:2018-10..2018-11 date:2018");
        query.set_dates(None);
        query.set_status(None);
        assert_eq!(query.to_string(), "date:2018");
    }

    #[test]
    fn a_year_replaces_a_range_and_a_range_replaces_the_years() {
        for range in ["date:2018-10..2018-11", "after:2018-10", "before:2018", "date:7d"] {
            let mut query = query(&format!("tea {range}"));
            assert!(query.chosen(Facet::Year).is_empty());
            query.toggle(Facet::Year, "2017");
            query.toggle(Facet::Year, "2018");
            assert_eq!(query.to_string(), "tea date:2017,2018");
            query.set_dates(Span::parse("2018-10"));
            assert_eq!(query.to_string(), "tea date:2018-10");
        }
    }

    #[test]
    fn a_year_that_no_query_can_name_is_not_chosen() {
        let mut query = query("tea");
        query.toggle(Facet::Year, "1");
        query.toggle_exclusion(Facet::Year, "12345");
        assert_eq!(query.to_string(), "tea");
    }

    #[test]
    fn needles_are_the_words_that_hits_contain() {
        assert_eq!(texts(&query(r#"Zürich -not (a OR "b c") topic:x title:d"#)), ["zurich", "a", "b c", "d"]);
        assert!(query("author:ann").needles().is_empty(), "the author is not in the text");
        let whole = |text: &str| Needle::whole(text.to_owned()).expect("a needle");
        assert_eq!(query("word:ART,\" a b \",\"\"").needles(), [whole("art"), whole("a b")]);
    }
}
