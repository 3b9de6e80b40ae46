//! Properties: a query prints what it is read from, a search and its counts equal a naive one's, and no keys or sizes
//! ever break the reader.

use std::collections::HashMap;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidings::app::{App, Effect, Msg};
use tidings::catalog::{Builder, Catalog, Facet, ReleaseRef};
use tidings::query::{Expr, Field, Query, Term, parse, search};
use tidings::release::{Date, Release};
use tidings::text::{CleanBuf, fold};
use tidings::ui::{Depth, Theme, view};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() }
}

/// Words that are often found, differ in case and accents, or need quotes.
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

fn term() -> impl Strategy<Value = Expr> {
    let field = prop::sample::select(Field::ALL.to_vec());
    // What the parser makes of letters: no blanks, no marks of its own at the start.
    let bare = word().prop_filter_map("a bare word", |word| match parse(&word).ok()?.clauses.as_slice() {
        [Expr::Term(Term::Word(bare))] if *bare == word => Some(Term::Word(word)),
        _ => None,
    });
    prop_oneof![
        4 => bare,
        1 => prop::collection::vec(word(), 0..3).prop_map(|words| Term::Phrase(words.join(" "))),
        1 => (field, prop::collection::btree_set(value(), 1..3)).prop_map(|(field, values)| Term::Field(field, values.into_iter().collect())),
    ]
    .prop_map(Expr::Term)
}

fn expr() -> impl Strategy<Value = Expr> {
    term().prop_recursive(3, 16, 3, |inner| {
        // The parser joins what stands side by side and takes double negation off: trees of that form alone.
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

fn release() -> impl Strategy<Value = Release> {
    let words = || prop::collection::vec(word(), 0..5).prop_map(|words| words.join(" "));
    let names = || prop::sample::select(vec!["News", "news", "Op-Ed", "Labour migration"]);
    (
        words(),
        words(),
        words(),
        prop::collection::vec(names(), 0..3),
        names(),
        prop::bool::ANY,
        2016..2019_i32,
        1..13_u32,
    )
        .prop_map(|(title, summary, body, topics, place, has_place, year, month)| {
            let mut topics: Vec<CleanBuf> = topics.into_iter().map(CleanBuf::line).collect();
            topics.dedup();
            Release {
                title: CleanBuf::line(&title),
                summary: CleanBuf::block(&summary),
                body: CleanBuf::block(&body),
                topics,
                place: CleanBuf::line(if has_place { place } else { "" }),
                date: if month > 11 { None } else { Date::from_ymd(year, month, 1) },
                ..Release::default()
            }
        })
}

fn catalog(releases: &[Release]) -> Arc<Catalog> {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("test").as_clean());
    for (n, release) in releases.iter().enumerate() {
        builder.push(release);
        if n % 7 == 3 {
            builder.publish();
        }
    }
    builder.publish()
}

/// Whether a release matches, by the plainest code.
fn holds(expr: &Expr, release: &ReleaseRef<'_>) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| holds(part, release)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, release)),
        Expr::Not(inner) => !holds(inner, release),
        Expr::Term(Term::Word(text) | Term::Phrase(text)) => {
            let needle = fold(text);
            [release.title(), release.summary(), release.body()]
                .iter()
                .any(|field| fold(field.as_str()).contains(&needle))
        }
        Expr::Term(Term::Field(field, values)) => {
            let mut labels: Vec<String> = release.labels(field.facet()).map(|label| fold(label.as_str())).collect();
            if labels.is_empty() {
                labels.push(String::new());
            }
            values.iter().any(|value| labels.contains(&fold(value)))
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_query_reads_back_as_it_prints(query in query()) {
        let printed = query.to_string();
        prop_assert_eq!(parse(&printed).map_err(|error| error.to_string()), Ok(query), "{}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused_within_its_span(text in "[a-z \"()OR:,\\\\-]{0,40}|\\PC{0,40}") {
        match parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(parse(&printed).map_err(|error| error.to_string()), Ok(query), "{}", printed);
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?} in {:?}", error.span, text);
                prop_assert!(!error.expected.is_empty());
            }
        }
    }

    #[test]
    fn hits_and_counts_equal_a_naive_search(
        releases in prop::collection::vec(release(), 0..60),
        query in query(),
        choices in prop::collection::vec((prop::sample::select(Facet::ALL.to_vec()), value()), 0..3),
    ) {
        let catalog = catalog(&releases);
        let mut query = query;
        for (facet, value) in choices {
            query.toggle(facet, &value);
        }
        let hits = search(&catalog, &query, &|| false).expect("nobody cancels");
        let matching: Vec<u32> = catalog.order().iter().copied().filter(|&index| {
            let release = catalog.release(index).expect("a release");
            query.clauses.iter().all(|clause| holds(clause, &release))
        }).collect();
        prop_assert_eq!(hits.order.as_ref(), matching.as_slice(), "{}", query);

        for facet in Facet::ALL {
            // Under every filter but the facet's own choice, which is its first positive clause.
            let own = query.clauses.iter().position(|clause| matches!(clause, Expr::Term(Term::Field(field, _)) if field.facet() == facet));
            let mut naive: HashMap<u16, u32> = HashMap::new();
            for &index in catalog.order().iter() {
                let release = catalog.release(index).expect("a release");
                let others = query.clauses.iter().enumerate().filter(|(at, _)| Some(*at) != own);
                if others.clone().all(|(_, clause)| holds(clause, &release)) {
                    release.values(facet).iter().for_each(|&id| *naive.entry(id).or_default() += 1);
                }
            }
            for id in catalog.values(facet).ids() {
                prop_assert_eq!(hits.count(facet, id), naive.get(&id).copied().unwrap_or(0), "{:?} {} in {}", facet, id, query);
            }
        }
    }

    #[test]
    fn no_keys_and_no_size_break_the_reader(
        releases in prop::collection::vec(release(), 0..40),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut app = App::new(150, 40);
        let theme = Theme::new(false, Depth::True);
        let catalog = catalog(&releases);
        send(&mut app, Msg::Loaded(catalog));
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
    let letters: Vec<char> = "jkhlgGtpf@1290[]nNmsAuzJK/?! qaetñ-\"".chars().collect();
    prop_oneof![
        4 => prop::sample::select(letters).prop_map(|c| Step::Key(KeyCode::Char(c), KeyModifiers::NONE)),
        2 => prop::sample::select(named).prop_map(|code| Step::Key(code, KeyModifiers::NONE)),
        1 => prop::sample::select("dufbwrhl".chars().collect::<Vec<_>>()).prop_map(|c| Step::Key(KeyCode::Char(c), KeyModifiers::CONTROL)),
        1 => (1..200_u16, 1..60_u16).prop_map(|(columns, rows)| Step::Size(columns, rows)),
    ]
}

/// Sends a message and answers the searches it leads to.
fn send(app: &mut App, msg: Msg) {
    for effect in app.update(msg) {
        if let Effect::Search { generation, catalog, query } = effect {
            let hits = search(&catalog, &query, &|| false).expect("nobody cancels");
            send(app, Msg::Found { generation, hits, microseconds: 5 });
        }
    }
}
