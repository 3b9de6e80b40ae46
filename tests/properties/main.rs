//! Properties: a query parses from its own output, a search and its counts agree with a naive implementation, and no
//! keys or sizes break the reader.

#[path = "../support/answers.rs"]
mod answers;
mod generators;
mod keys;
mod naive;

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use tidings::catalog::{Facet, ReleaseIndex, ValueId};
use tidings::query::{
    Choice, Draft, Expr, Listener, Patient, Query, Request, Searcher, Sort, Span, Term, count, parse,
};
use tidings::release::Release;
use tidings::text::{CleanBuf, fold};

use generators::{NAMES, catalog, context, custom_field, custom_fields, facets, query, release, spelled, value, word};
use naive::holds;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_query_parses_from_its_own_output(query in query()) {
        let printed = query.to_string();
        prop_assert_eq!(parse(&printed).map_err(|error| error.to_string()), Ok(query), "{}", printed);
    }

    #[test]
    fn any_text_is_parsed_or_rejected_within_its_span(text in "[a-z \"()OR:,\\\\-]{0,40}|\\PC{0,40}") {
        match parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(parse(&printed).map_err(|error| error.to_string()), Ok(query), "{}", printed);
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?} in {:?}", error.span, text);
                prop_assert!(!error.message.is_empty());
            }
        }
        for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            let draft = Draft::new(&text, at);
            match parse(&text) {
                // A clause of a custom field without a value is left out too; elsewhere it is a word.
                Ok(_) if draft.query == draft.rest => prop_assert_eq!(draft.error, None, "{:?} at {}", text, at),
                Ok(query) => prop_assert_eq!((draft.query, draft.error), (Some(query), None), "{:?} at {}", text, at),
                Err(error) => prop_assert_eq!(draft.error, Some(error), "{:?} at {}", text, at),
            }
        }
    }

    #[test]
    fn without_the_clause_at_the_cursor_no_hit_is_lost(
        releases in prop::collection::vec(release(), 0..40),
        query in query(),
        at in any::<prop::sample::Index>(),
    ) {
        let catalog = catalog(&releases);
        let text = query.to_string();
        let cursors: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let draft = Draft::new(&text, *at.get(&cursors));
        if draft.query != draft.rest {
            prop_assert_eq!(draft.query.as_ref(), Some(&query));
        }
        let Some(rest) = draft.rest else { return Ok(()) };
        let hits = |query: &Query| {
            let (catalog, context) = (Arc::clone(&catalog), context(releases.len()));
            let request = Request { catalog, query: query.clone(), counted: None, context, sort: Sort::Newest };
            Searcher::default().search(&request, &mut Patient).expect("nobody cancels").order
        };
        let wider = hits(&rest);
        prop_assert!(hits(&query).iter().all(|hit| wider.contains(hit)), "{} has hits that {} lacks", query, rest);
    }

    #[test]
    fn hits_and_counts_agree_with_a_naive_search(
        releases in prop::collection::vec(release(), 0..60),
        query in query(),
        choices in prop::collection::vec((prop::sample::select(facets()), value()), 0..4),
        phrases in prop::collection::vec(word(), 0..2),
        counted in word(),
    ) {
        // Every name occurs in the catalog, so that whole names do not depend on chance.
        let mut releases = releases;
        let names = NAMES.map(CleanBuf::line).to_vec();
        let fields = custom_fields().into_iter().take(2).flat_map(|name| NAMES.map(|value| custom_field(name, value)));
        releases.push(Release { topics: names.clone(), labels: names, fields: fields.collect(), ..Release::default() });
        releases.extend(NAMES.map(|name| Release { place: CleanBuf::line(name), author: CleanBuf::line(name), language: CleanBuf::line(name), ..Release::default() }));
        let catalog = catalog(&releases);
        let mut query = query;
        for (facet, value) in choices {
            if facet != Facet::Year || Span::parse(&value).is_some() {
                query.toggle(facet, &value);
            }
        }
        for phrase in phrases {
            query.toggle(Choice::Words, &phrase);
        }
        let context = context(releases.len());
        let request = Request { catalog: Arc::clone(&catalog), query: query.clone(), counted: None, context, sort: Sort::Newest };
        for (index, release) in catalog.indices().zip(&releases) {
            let told = catalog.release(index).expect("a release").to_release();
            let names = |release: &Release| (release.topics.clone(), release.place.clone(), release.labels.clone());
            prop_assert_eq!(names(&told), names(release), "as its publisher spells it");
            prop_assert_eq!((&told.language, spelled(&told)), (&release.language, spelled(release)));
        }
        let mut searcher = Searcher::default();
        let hits = searcher.search(&request, &mut Patient).expect("nobody cancels");
        let matching: Vec<ReleaseIndex> = catalog.order().iter().copied().filter(|&index| {
            let release = catalog.release(index).expect("a release");
            query.clauses.iter().all(|clause| holds(clause, index, &release))
        }).collect();
        prop_assert_eq!(hits.order.as_ref(), matching.as_slice(), "{}", query);

        // The bars of a word count the releases of the timeline that contain it.
        let dates = query.clauses.iter().position(|clause| clause.choice() == Some(Choice::Facet(Facet::Year)));
        let contains = Expr::Term(Term::Words(vec![counted.clone()]));
        let mut days = catalog.day_totals().cleared();
        for &index in catalog.order().iter() {
            let release = catalog.release(index).expect("a release");
            let others = query.clauses.iter().enumerate().filter(|(at, _)| Some(*at) != dates);
            let mut conditions = others.map(|(_, clause)| clause).chain([&contains]);
            if let Some(date) = release.date() && conditions.all(|clause| holds(clause, index, &release)) {
                days.add(date.days_since_epoch(), 1);
            }
        }
        prop_assert_eq!(searcher.days_with(&counted, &request, &mut Patient), Some(days), "{} in {}", counted, query);

        for facet in facets() {
            // Under all filters except the facet's own choice, which is its first positive clause.
            let own = query.clauses.iter().position(|clause| clause.choice() == Some(Choice::Facet(facet)));
            let mut naive: HashMap<ValueId, u32> = HashMap::new();
            for &index in catalog.order().iter() {
                let release = catalog.release(index).expect("a release");
                let others = query.clauses.iter().enumerate().filter(|(at, _)| Some(*at) != own);
                if others.clone().all(|(_, clause)| holds(clause, index, &release)) {
                    release.values(facet).for_each(|id| *naive.entry(id).or_default() += 1);
                }
            }
            let mut days = catalog.day_totals().cleared();
            let dates = query.clauses.iter().position(|clause| clause.choice() == Some(Choice::Facet(Facet::Year)));
            for &index in catalog.order().iter() {
                let release = catalog.release(index).expect("a release");
                let others = query.clauses.iter().enumerate().filter(|(at, _)| Some(*at) != dates);
                if let Some(date) = release.date() && others.clone().all(|(_, clause)| holds(clause, index, &release)) {
                    days.add(date.days_since_epoch(), 1);
                }
            }
            prop_assert_eq!(&hits.days, &days, "the timeline of {}", query);
            let values = catalog.values(facet);
            for id in values.ids() {
                let label = values.label(id);
                let others = values.ids().filter(|&other| other != id && fold(values.label(other).as_str()) == fold(label.as_str()));
                prop_assert_eq!(others.count(), 0, "{} is one value", label);
                let mut chosen = query.clone();
                chosen.choose(facet, &[label.to_string()]);
                let request = Request { query: chosen, ..request.clone() };
                if values.total(id) > 0 {
                    prop_assert_eq!(Some(hits.count(facet, id) as usize), count(&request, &mut Patient), "{}", request.query);
                }
                prop_assert_eq!(hits.count(facet, id), naive.get(&id).copied().unwrap_or(0), "{:?} {} in {}", facet, id, query);
            }
        }
    }

    #[test]
    fn the_values_of_custom_fields_do_not_depend_on_the_order_of_the_releases(
        releases in prop::collection::vec(release(), 0..40),
        turn in any::<prop::sample::Index>(),
    ) {
        let mut turned = releases.clone();
        turned.rotate_left(turn.index(releases.len() + 1).min(releases.len()));
        turned.reverse();
        let totals = |releases: &[Release]| {
            let catalog = catalog(releases);
            let of = |facet| {
                let values = catalog.values(facet);
                let all = values.ids().filter(|&id| values.total(id) > 0);
                let mut all: Vec<_> = all.map(|id| (values.folded(id).into_owned(), values.total(id))).collect();
                all.sort();
                all
            };
            facets().into_iter().map(of).collect::<Vec<_>>()
        };
        prop_assert_eq!(totals(&releases), totals(&turned));
    }

    #[test]
    fn the_result_begins_with_the_first_page_and_the_cache_changes_nothing(
        releases in prop::collection::vec(release(), 0..60),
        queries in prop::collection::vec(query(), 1..6),
        words in prop::collection::vec(word(), 1..4),
        wait in 0..4_usize,
    ) {
        let catalog = catalog(&releases);
        let mut searcher = Searcher::default();
        // Letters typed and erased one by one, then arbitrary edits.
        let typed = words.join(" ");
        let letters = typed.char_indices().filter_map(|(at, c)| parse(typed.get(..at + c.len_utf8())?).ok());
        let letters: Vec<Query> = letters.collect();
        let erased = letters.clone().into_iter().rev();
        let other = queries.first().cloned();
        for (at, query) in letters.into_iter().chain(erased).chain(queries).enumerate() {
            // Every other search takes its counts from another query, as while a clause is being typed.
            let counted = other.clone().filter(|_| at % 2 == 1);
            let request =
                Request { catalog: Arc::clone(&catalog), query, counted, context: context(releases.len()), sort: Sort::Newest };
            let mut hasty = Hasty { wait, page: None };
            let hits = searcher.search(&request, &mut hasty).expect("nobody cancels");
            let fresh = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
            prop_assert_eq!(&hits, &fresh, "{}", request.query);
            if let Some(page) = hasty.page {
                prop_assert!(hits.order.starts_with(&page), "{:?} does not begin {:?}", page, hits.order);
            }
        }
    }
}

/// Wants the first page after a number of chunks.
struct Hasty {
    wait: usize,
    page: Option<Arc<[ReleaseIndex]>>,
}

impl Listener for Hasty {
    fn is_cancelled(&mut self) -> bool {
        false
    }

    fn wants_page(&mut self) -> bool {
        self.wait = self.wait.saturating_sub(1);
        self.wait == 0
    }

    fn page(&mut self, first: Arc<[ReleaseIndex]>) {
        self.page = Some(first);
    }
}
