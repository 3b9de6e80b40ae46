//! Properties: a query parses from its own output, a search and its counts agree with a naive implementation, and no
//! keys or sizes break the reader.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidings::app::filter::{FoundWord, FoundWords};
use tidings::app::library::{LibraryEvent, SavedQuery, Subscription};
use tidings::app::{App, Effect, Msg};
use tidings::catalog::{Builder, Catalog, Facet, ReleaseIndex, ReleaseRef, Set, ValueId};
use tidings::library::SourceId;
use tidings::query::{
    Choice, Context, Draft, Expr, Field, Listener, Patient, Period, Query, Request, Searcher, Sort, Span, Status, Term,
    TextField, Unit, count, parse,
};
use tidings::release::{CustomField, Date, FieldName, Release};
use tidings::text::{CleanBuf, fold, fold_name};
use tidings::ui::{Depth, Theme, view};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() }
}

/// Words that are frequent, differ in case and accents, or need quotes.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["tea", "Tea", "té", "ASEAN", "forum", "OR", "or", "a", "topic:", "x-y", "11th"])
            .prop_map(str::to_owned),
        "[a-zé가-힣\"()\\\\,:-]{1,6}",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["News", "Op-Ed", "Labour migration", "", "2018", "say \"so\""])
            .prop_map(str::to_owned),
        "[a-z ,\"\\\\()]{0,6}",
    ]
}

/// Custom fields: two that releases have, and one that none has.
fn custom_fields() -> [FieldName; 3] {
    ["Agency", "Document type", "docket"].map(|name| FieldName::of(name).expect("a name"))
}

/// All facets that the releases of these tests have.
fn facets() -> Vec<Facet> {
    let own = custom_fields().into_iter().chain([FieldName::LANGUAGE, FieldName::AUTHOR]);
    Facet::BUILT_IN.into_iter().chain(own.map(Facet::Custom)).collect()
}

fn term() -> impl Strategy<Value = Expr> {
    let field = prop::sample::select(facets().into_iter().filter_map(Field::of).collect::<Vec<_>>());
    // Words that the parser takes as such: no blanks, no operators at the start.
    let bare = word().prop_filter_map("a bare word", |word| match parse(&word).ok()?.clauses.as_slice() {
        [Expr::Term(Term::Word(bare))] if *bare == word => Some(Term::Word(word)),
        _ => None,
    });
    prop_oneof![
        4 => bare,
        1 => prop::collection::vec(word(), 0..3).prop_map(|words| Term::Phrase(words.join(" "))),
        1 => prop::sample::select(vec!["te.", "a|forum$", "^(x|té)", r"\d+th", "a/b", "[a-f]+[^a]*a", "o.*", r"\W.", ""]).prop_map(|pattern| Term::Regex(pattern.to_owned())),
        1 => prop::collection::vec(span(), 1..3).prop_map(|mut spans| { spans.dedup(); Term::Date(spans) }),
        1 => part().prop_map(Term::After),
        1 => part().prop_map(Term::Before),
        1 => prop::sample::select(Status::ALL.to_vec()).prop_map(Term::Is),
        1 => (prop::sample::select(TextField::ALL.to_vec()), word()).prop_map(|(field, word)| Term::Text(field, vec![word])),
        1 => phrases().prop_map(Term::Words),
        1 => (field, prop::collection::btree_set(value(), 1..3)).prop_map(|(field, values)| Term::Field(field, values.into_iter().collect())),
    ]
    .prop_map(Expr::Term)
}

/// Phrases of one to three words, each once.
fn phrases() -> impl Strategy<Value = Vec<String>> {
    let phrase =
        prop_oneof![prop::collection::vec(word(), 1..3).prop_map(|words| words.join(" ")), "[a-c가-힣漢ガ ]{0,3}",];
    prop::collection::btree_set(phrase, 1..3).prop_map(|phrases| phrases.into_iter().collect())
}

fn part() -> impl Strategy<Value = Period> {
    (2016..2019_i32, 1..13_u32, 1..29_u32, 0..3).prop_map(|(year, month, day, kind)| match kind {
        0 => Period::Year(year),
        1 => Period::Month(year, month),
        _ => Period::Day(NaiveDate::from_ymd_opt(year, month, day).expect("a day")),
    })
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        3 => part().prop_map(Span::Part),
        1 => part().prop_map(|part| Span::Range(Some(part), None)),
        1 => part().prop_map(|part| Span::Range(None, Some(part))),
        1 => (part(), part()).prop_map(|(one, other)| {
            let (from, to) = if one.first() <= other.last() { (one, other) } else { (other, one) };
            Span::between(from, to)
        }),
        1 => (1..40_u32, prop::sample::select(vec![Unit::Days, Unit::Weeks, Unit::Months, Unit::Years])).prop_map(|(n, unit)| Span::Last(n, unit)),
        1 => Just(Span::Today),
        1 => Just(Span::Undated),
    ]
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 3, 31).expect("a day")
}

fn expr() -> impl Strategy<Value = Expr> {
    term().prop_recursive(3, 16, 3, |inner| {
        // Trees in the parser's normal form: it flattens conjunctions and removes double negations.
        let not_and = inner.clone().prop_filter("no nested and", |expr| !matches!(expr, Expr::And(_)));
        prop_oneof![
            inner
                .prop_filter("no double not", |expr| !matches!(expr, Expr::Not(_)))
                .prop_map(|e| Expr::Not(Box::new(e))),
            prop::collection::vec(not_and.clone(), 2..4).prop_map(Expr::Or),
            prop::collection::vec(not_and, 2..4).prop_map(Expr::And),
        ]
    })
}

fn query() -> impl Strategy<Value = Query> {
    let clause = expr().prop_filter("top-level clauses are joined", |expr| !matches!(expr, Expr::And(_)));
    prop::collection::vec(clause, 0..4).prop_map(|clauses| Query { clauses })
}

const NAMES: [&str; 6] = ["News", "news", "NÉWS", "Op-Ed", "Labour migration", "labour\u{3000}Migration"];

fn release() -> impl Strategy<Value = Release> {
    let words = || prop::collection::vec(word(), 0..5).prop_map(|words| words.join(" "));
    let names = || prop::sample::select(NAMES.to_vec());
    (
        words(),
        words(),
        words(),
        prop::collection::vec(names(), 0..3),
        names(),
        prop::bool::ANY,
        2016..2019_i32,
        1..13_u32,
        prop::collection::vec((0..2_usize, names()), 0..4),
        (names(), prop::bool::ANY),
    )
        .prop_map(|(title, summary, body, topics, place, has_place, year, month, fields, (author, has_author))| {
            let mut topics: Vec<CleanBuf> = topics.into_iter().map(CleanBuf::line).collect();
            topics.dedup();
            Release {
                title: CleanBuf::line(&title),
                summary: CleanBuf::block(&summary),
                body: CleanBuf::block(&body),
                labels: topics.iter().rev().cloned().collect(),
                topics,
                place: CleanBuf::line(if has_place { place } else { "" }),
                author: CleanBuf::line(if has_author { author } else { "" }),
                language: CleanBuf::line(["", "en", "fr"][title.len() % 3]),
                fields: fields.into_iter().map(|(at, value)| custom_field(custom_fields()[at], value)).collect(),
                date: if month > 11 { None } else { Date::from_ymd(year, month, 1) },
                ..Release::default()
            }
        })
}

fn custom_field(name: FieldName, value: &str) -> CustomField {
    CustomField { name, value: CleanBuf::line(value) }
}

fn catalog(releases: &[Release]) -> Arc<Catalog> {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("test").as_clean());
    for (n, release) in releases.iter().enumerate() {
        builder.push(n as u64, &Release { id: CleanBuf::line(&n.to_string()), ..release.clone() });
        if n % 7 == 3 {
            builder.publish();
        }
    }
    builder.publish()
}

/// The values of custom fields by field, the first spelling of each.
fn spelled(release: &Release) -> Vec<(FieldName, String)> {
    let mut spelled: Vec<(FieldName, String)> = Vec::new();
    for field in &release.fields {
        let is_same = |(name, value): &(FieldName, String)| {
            *name == field.name && fold_name(value) == fold_name(field.value.as_str())
        };
        if !spelled.iter().any(is_same) {
            spelled.push((field.name, field.value.to_string()));
        }
    }
    spelled.sort_by_key(|(name, _)| *name);
    spelled
}

/// Every third release is read, every fifth starred, every fourth changed.
fn context(releases: usize) -> Context {
    let every = |nth: u32| {
        let mut set = Set::default();
        for n in (0..releases as u32).filter(|n| n.is_multiple_of(nth)) {
            set.set(ReleaseIndex::new(n), true);
        }
        Arc::new(set)
    };
    let facets = facets().into();
    Context { today: today(), read: every(3), starred: every(5), changed: every(4), facets, ..Context::default() }
}

/// Whether a text has a phrase between characters that are no letters or digits. Ideographs count as such; a syllable of
/// Korean may follow another one.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let (text, phrase) = (fold(text), fold(phrase));
    let (phrase, is_ideograph) = (phrase.trim(), |c: char| ('\u{3040}'..='\u{9fff}').contains(&c));
    let (is_inner, is_korean) =
        (|c: char| c.is_alphanumeric() && !is_ideograph(c), |c: char| ('가'..='힣').contains(&c));
    let first = phrase.starts_with(is_inner);
    let last = phrase.chars().next_back().filter(|&c| is_inner(c));
    phrase.is_empty()
        || text.char_indices().any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            text.get(at..).and_then(|rest| rest.strip_prefix(phrase)).is_some_and(|rest| {
                let after = rest.chars().next().filter(|&c| is_inner(c));
                let has_end =
                    last.is_none() || after.is_none() || (last.is_some_and(is_korean) && after.is_some_and(is_korean));
                !(first && before.is_some_and(is_inner)) && has_end
            })
        })
}

/// Whether a release matches, by a naive implementation.
fn holds(expr: &Expr, index: ReleaseIndex, release: &ReleaseRef<'_>) -> bool {
    let day = || release.date().map(Date::day);
    match expr {
        Expr::And(parts) => parts.iter().all(|part| holds(part, index, release)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, index, release)),
        Expr::Not(inner) => !holds(inner, index, release),
        Expr::Term(Term::Word(text) | Term::Phrase(text)) => {
            let needle = fold(text);
            [release.title().to_buf(), release.summary(), release.body()]
                .iter()
                .any(|field| fold(field.as_str()).contains(&needle))
        }
        Expr::Term(Term::Words(phrases)) => phrases.iter().any(|phrase| {
            let fields = [release.title().to_buf(), release.summary(), release.body()];
            fields.iter().any(|field| has_phrase(field.as_str(), phrase))
        }),
        Expr::Term(Term::Regex(pattern)) => {
            // The patterns above need folding only for the accent.
            let regex = regex::Regex::new(&pattern.replace('é', "e")).expect("a pattern");
            [release.title().to_buf(), release.summary(), release.body()]
                .iter()
                .any(|field| regex.is_match(&fold(field.as_str())))
        }
        Expr::Term(Term::Text(TextField::Title, values)) => {
            values.iter().any(|value| fold(release.title().as_str()).contains(&fold(value)))
        }
        Expr::Term(Term::Text(TextField::Author, values)) => values.iter().any(|value| {
            let author = fold(release.author().as_str());
            if fold(value).is_empty() { author.is_empty() } else { author.contains(&fold(value)) }
        }),
        Expr::Term(Term::Date(spans)) => spans.iter().any(|span| match (span.days(today()), release.date()) {
            (Some(days), Some(date)) => days.contains(&date.days_since_epoch()),
            (None, None) => true,
            _ => false,
        }),
        Expr::Term(Term::After(part)) => day().is_some_and(|day| day >= part.first()),
        Expr::Term(Term::Before(part)) => day().is_some_and(|day| day < part.first()),
        Expr::Term(Term::Story(_)) => unreachable!("no story is among the terms above"),
        Expr::Term(Term::Is(Status::Unread)) => !index.get().is_multiple_of(3),
        Expr::Term(Term::Is(Status::Read)) => index.get().is_multiple_of(3),
        Expr::Term(Term::Is(Status::Starred)) => index.get().is_multiple_of(5),
        Expr::Term(Term::Is(Status::Changed)) => index.get().is_multiple_of(4),
        Expr::Term(Term::Field(field, values)) => {
            let mut labels: Vec<String> =
                release.labels(field.facet()).map(|label| fold_name(label.as_str()).into_owned()).collect();
            if labels.is_empty() {
                labels.push(String::new());
            }
            values.iter().any(|value| {
                let value = fold_name(value).into_owned();
                // A part of a name counts only if no name in the catalog is equal.
                let is_named =
                    || NAMES.iter().any(|name| fold_name(name) == value) && *field != Field::Custom(custom_fields()[2]);
                let is_known = is_named() || value.is_empty();
                if is_known { labels.contains(&value) } else { labels.iter().any(|label| label.contains(&value)) }
            })
        }
    }
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
        let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
        let matching: Vec<ReleaseIndex> = catalog.order().iter().copied().filter(|&index| {
            let release = catalog.release(index).expect("a release");
            query.clauses.iter().all(|clause| holds(clause, index, &release))
        }).collect();
        prop_assert_eq!(hits.order.as_ref(), matching.as_slice(), "{}", query);

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
        // Letters added one by one, as typed, then arbitrary edits.
        let typed = words.join(" ");
        let letters = typed.char_indices().filter_map(|(at, c)| parse(typed.get(..at + c.len_utf8())?).ok());
        let other = queries.first().cloned();
        for (at, query) in letters.chain(queries).enumerate() {
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

    #[test]
    fn random_keys_and_sizes_do_not_panic_and_keep_a_release_selected(
        releases in prop::collection::vec(release(), 0..40),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut app = App::new(150, 40);
        let theme = Theme::new(false, Depth::True);
        let catalog = catalog(&releases);
        send(&mut app, Msg::Loaded(catalog));
        send(&mut app, Msg::LoadDone);
        for report in library() {
            send(&mut app, Msg::Library(report));
        }
        let (mut columns, mut rows) = (150, 40);
        for step in steps {
            match step {
                Step::Key(code, modifiers) => send(&mut app, Msg::Key(KeyEvent::new(code, modifiers))),
                Step::Size(width, height) => {
                    (columns, rows) = (width, height);
                    send(&mut app, Msg::Resize { columns, rows });
                }
            }
            let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
            terminal.draw(|frame| view(&app, &theme, frame)).expect("a frame");
            prop_assert!(app.hits.order.is_empty() || app.selected().is_some());
        }
    }
}

/// Subscriptions inside and outside of folders, one of them failed.
fn library() -> Vec<LibraryEvent> {
    let source = |(id, folder, error): (i64, &str, Option<&str>)| Subscription {
        id: SourceId::new(id),
        title: CleanBuf::line(&format!("Source {id} 한국")),
        address: CleanBuf::line("https://example.org/"),
        folder: folder.split('/').filter(|name| !name.is_empty()).map(CleanBuf::line).collect(),
        error: error.map(CleanBuf::line),
        ..Subscription::default()
    };
    let sources = [(1, "", None), (2, "a/b", Some("is gone")), (3, "a/b", None), (4, "c", None)].map(source);
    let saved = [("Tea", "tea"), ("té", "("), ("Unread", "is:unread")];
    let saved = saved.map(|(name, query)| SavedQuery::new(name, query));
    vec![LibraryEvent::Sources(sources.to_vec()), LibraryEvent::SavedQueries(saved.to_vec())]
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

#[derive(Debug, Clone)]
enum Step {
    Key(KeyCode, KeyModifiers),
    Size(u16, u16),
}

fn step() -> impl Strategy<Value = Step> {
    let named = vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
    ];
    let letters: Vec<char> = "jkhlgGtpf@1290[]nNmsvvVAuzJK/?! qaetñ-aSSrRfpdxy.WWFFwwwx{}-\"".chars().collect();
    prop_oneof![
        4 => prop::sample::select(letters).prop_map(|c| Step::Key(KeyCode::Char(c), KeyModifiers::NONE)),
        2 => prop::sample::select(named).prop_map(|code| Step::Key(code, KeyModifiers::NONE)),
        1 => prop::sample::select("dufbwrhl".chars().collect::<Vec<_>>()).prop_map(|c| Step::Key(KeyCode::Char(c), KeyModifiers::CONTROL)),
        1 => (1..200_u16, 1..60_u16).prop_map(|(columns, rows)| Step::Size(columns, rows)),
    ]
}

/// Sends a message and answers the searches it starts.
fn send(app: &mut App, msg: Msg) {
    for effect in app.update(msg) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                send(app, Msg::Found { generation, hits });
            }
            Effect::Mark { ticket, .. } => send(app, Msg::MarksSaved(ticket)),
            Effect::CountQueries { generation, requests } => {
                let counts = requests.iter().map(|request| count(request, &mut Patient).expect("nobody cancels"));
                send(app, Msg::Counted { generation, counts: counts.collect() });
            }
            Effect::FindWords { generation, request } => {
                let catalog = &request.hits.catalog;
                let titles = catalog.indices().filter_map(|index| Some(catalog.release(index)?.title().to_buf()));
                let words = titles.take(10).map(|phrase| FoundWord { phrase, hits: 1 }).collect();
                let sampled = Some(catalog.len()).filter(|releases| releases % 2 == 1);
                let found = FoundWords { compared: Some(request.compared), words, named: Vec::new(), sampled };
                send(app, Msg::Words { generation, found });
            }
            _ => {}
        }
    }
}
