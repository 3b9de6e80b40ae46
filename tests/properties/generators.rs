//! Arbitrary queries and releases that have much in common.

use std::sync::Arc;

use chrono::NaiveDate;
use proptest::prelude::*;
use tidings::catalog::{Builder, Catalog, Facet, ReleaseIndex, Set};
use tidings::query::{Context, Expr, Field, Period, Query, Span, Status, Term, TextField, Unit, parse};
use tidings::release::{CustomField, Date, FieldName, Release};
use tidings::text::{CleanBuf, fold_name};

/// Words that are frequent, differ in case and accents, or need quotes.
pub fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["tea", "Tea", "té", "ASEAN", "forum", "OR", "or", "a", "topic:", "x-y", "11th"])
            .prop_map(str::to_owned),
        "[a-zé가-힣\"()\\\\,:-]{1,6}",
    ]
}

pub fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["News", "Op-Ed", "Labour migration", "", "2018", "say \"so\""])
            .prop_map(str::to_owned),
        "[a-z ,\"\\\\()]{0,6}",
    ]
}

/// Custom fields: two that releases have, and one that none has.
pub fn custom_fields() -> [FieldName; 3] {
    ["Agency", "Document type", "docket"].map(|name| FieldName::of(name).expect("a name"))
}

/// All facets that the releases of these tests have.
pub fn facets() -> Vec<Facet> {
    let own = custom_fields().into_iter().chain([FieldName::LANGUAGE, FieldName::AUTHOR]);
    Facet::BUILT_IN.into_iter().chain(own.map(Facet::Custom)).collect()
}

pub fn term() -> impl Strategy<Value = Expr> {
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
pub fn phrases() -> impl Strategy<Value = Vec<String>> {
    let phrase =
        prop_oneof![prop::collection::vec(word(), 1..3).prop_map(|words| words.join(" ")), "[a-c가-힣漢ガ ]{0,3}",];
    prop::collection::btree_set(phrase, 1..3).prop_map(|phrases| phrases.into_iter().collect())
}

pub fn part() -> impl Strategy<Value = Period> {
    (2016..2019_i32, 1..13_u32, 1..29_u32, 0..3).prop_map(|(year, month, day, kind)| match kind {
        0 => Period::Year(year),
        1 => Period::Month(year, month),
        _ => Period::Day(NaiveDate::from_ymd_opt(year, month, day).expect("a day")),
    })
}

pub fn span() -> impl Strategy<Value = Span> {
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

pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 3, 31).expect("a day")
}

pub fn expr() -> impl Strategy<Value = Expr> {
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

pub fn query() -> impl Strategy<Value = Query> {
    let clause = expr().prop_filter("top-level clauses are joined", |expr| !matches!(expr, Expr::And(_)));
    prop::collection::vec(clause, 0..4).prop_map(|clauses| Query { clauses })
}

pub const NAMES: [&str; 6] = ["News", "news", "NÉWS", "Op-Ed", "Labour migration", "labour\u{3000}Migration"];

pub fn release() -> impl Strategy<Value = Release> {
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

pub fn custom_field(name: FieldName, value: &str) -> CustomField {
    CustomField { name, value: CleanBuf::line(value) }
}

pub fn catalog(releases: &[Release]) -> Arc<Catalog> {
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
pub fn spelled(release: &Release) -> Vec<(FieldName, String)> {
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
pub fn context(releases: usize) -> Context {
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
