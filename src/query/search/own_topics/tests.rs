use proptest::prelude::*;

use super::*;
use crate::catalog::tests::catalog;
use crate::catalog::{Builder, Facet};
use crate::query::search::Patient;
use crate::query::{Hits, Query, TopicDefinition, parse};
use crate::release::{Date, Release};
use crate::text::{CleanBuf, fold_name};

/// Topics that name words, publishers' topics, each other, statuses and dates.
const TOPICS: [(&str, &str); 6] = [
    ("city", "topic:housing OR tram"),
    ("housing", "rent OR \"long road\""),
    ("News", "topic:forum is:unread"),
    ("mine", "-topic:city -topic:news date:2018"),
    ("paper", "title:tea topic:hous,news"),
    ("none", "zebra"),
];

fn definitions(topics: &[(&str, &str)]) -> TopicDefinitions {
    let topics = topics
        .iter()
        .map(|&(name, query)| TopicDefinition { name: CleanBuf::line(name), query: parse(query).expect("a query") });
    TopicDefinitions::new(topics.collect()).expect("no cycle")
}

fn releases() -> Arc<Catalog> {
    catalog(&[
        ("Rent rises", "on a long road", "News", "Bern", (2018, 11, 4)),
        ("A tram", "to the forum", "Forum|Housing policy", "", (2018, 11, 2)),
        ("Tea", "and rent", "Housing policy", "Zürich", (2017, 1, 1)),
        ("Tea house", "", "", "", (0, 0, 0)),
        ("Forum", "opens", "Forum", "Bern", (2018, 3, 1)),
    ])
}

fn request(catalog: &Arc<Catalog>, query: &str, topics: &[(&str, &str)]) -> Request {
    let mut read = Set::default();
    read.set(4.into(), true);
    let context = Context { read: Arc::new(read), definitions: definitions(topics), ..Context::default() };
    let (catalog, query) = (Arc::clone(catalog), parse(query).expect("a query"));
    Request { catalog, query, counted: None, context, sort: Sort::Newest }
}

fn answer(request: &Request) -> Hits {
    Searcher::default().search(request, &mut Patient).expect("nobody cancels")
}

fn hits(query: &str) -> Vec<ReleaseIndex> {
    answer(&request(&releases(), query, &TOPICS)).order.to_vec()
}

/// The name of each topic and its count.
fn counts(hits: &Hits) -> Vec<(&str, u32)> {
    hits.own_topics.iter().map(|topic| topic.name.as_str()).zip(hits.own_counts.iter().copied()).collect()
}

#[test]
fn a_clause_finds_topics_of_both_kinds() {
    assert_eq!(hits("topic:none"), [] as [u32; 0]);
    assert_eq!(hits("topic:housing"), [0, 2], "a topic of one's own is not a part of another name");
    assert_eq!(hits("topic:city"), [0, 1, 2]);
    assert_eq!(hits("topic:news"), [0, 1], "the publisher's topic and the user's");
    assert_eq!(hits("topic:hous"), [0, 1, 2], "a part of a name where no name is the same");
    assert_eq!(hits("topic:paper"), [2], "a definition finds a part of a publisher's name only");
    assert_eq!(hits("-topic:housing"), [1, 4, 3]);
    assert_eq!(hits("topic:housing,forum date:2018"), [0, 1, 4]);
    assert_eq!(hits("topic:\"\""), [3]);
    assert_eq!(hits("(tea topic:housing) OR topic:mine"), [4, 2]);
}

#[test]
fn counts_follow_all_filters_but_the_choice_of_topics() {
    let catalog = releases();
    let counted = |query: &str| {
        let hits = answer(&request(&catalog, query, &TOPICS));
        counts(&hits).into_iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let all = "housing 2, city 3, News 1, mine 1, paper 1, none 0";
    for query in ["", "topic:forum", "topic:housing,none"] {
        assert_eq!(counted(query), all, "{query}");
    }
    assert_eq!(counted("tea"), "housing 1, city 1, News 0, mine 0, paper 1, none 0");
    assert_eq!(counted("place:bern topic:news"), "housing 1, city 1, News 0, mine 1, paper 0, none 0");
    assert_eq!(counted("-topic:housing"), "housing 0, city 1, News 1, mine 1, paper 0, none 0");
}

#[test]
fn counting_finds_the_topics_that_a_query_names() {
    let catalog = releases();
    let count = |searcher: &Searcher, query: &str| searcher.count(&request(&catalog, query, &TOPICS), &mut Patient);
    let (new, mut used) = (Searcher::default(), Searcher::default());
    used.search(&request(&catalog, "", &TOPICS), &mut Patient).expect("nobody cancels");
    for (query, expected) in [("topic:city", 3), ("tea OR topic:news", 4), ("tea", 2), ("", 5)] {
        assert_eq!((count(&new, query), count(&used, query)), (Some(expected), Some(expected)), "{query}");
    }
}

#[test]
fn topics_are_found_again_only_if_they_may_differ() {
    let catalog = releases();
    let mut searcher = Searcher::default();
    let mut found = |request: &Request| {
        let hits = searcher.search(request, &mut Patient).expect("nobody cancels");
        let sets = hits.own_topics.iter().map(|topic| Arc::clone(&topic.releases)).collect::<Vec<_>>();
        (counts(&hits).into_iter().map(|(_, count)| count).collect::<Vec<_>>(), sets)
    };
    let plain = &TOPICS[..2];
    let first = request(&catalog, "", plain);
    let (_, before) = found(&first);
    let mut marked = request(&catalog, "tea", plain);
    marked.context.read = Arc::default();
    marked.context.definitions = first.context.definitions.clone();
    let (_, after) = found(&marked);
    assert!(before.iter().zip(&after).all(|(one, other)| Arc::ptr_eq(one, other)), "marks decide nothing here");
    let (counted, _) = found(&request(&catalog, "", &[("new", "is:unread")]));
    assert_eq!(counted, [4]);
    let mut marked = request(&catalog, "", &[("new", "is:unread")]);
    marked.context.read = Arc::default();
    assert_eq!(found(&marked).0, [5]);
    assert!(found(&request(&catalog, "", &[])).0.is_empty());
}

/// Cancels after so many questions.
struct After(usize);

impl Listener for After {
    fn is_cancelled(&mut self) -> bool {
        let is_over = self.0 == 0;
        self.0 = self.0.saturating_sub(1);
        is_over
    }

    fn wants_page(&mut self) -> bool {
        false
    }

    fn page(&mut self, _first: Arc<[ReleaseIndex]>) {}
}

#[test]
fn a_cancelled_search_for_topics_is_continued_by_the_next() {
    let catalog = releases();
    let request = request(&catalog, "tea", &TOPICS);
    let expected = answer(&request);
    let mut searcher = Searcher::default();
    let cancelled = (0..1_000).take_while(|&steps| searcher.search(&request, &mut After(steps)).is_none()).count();
    assert!(cancelled > TOPICS.len(), "{cancelled}");
    assert_eq!(searcher.search(&request, &mut Patient), Some(expected));
}

/// Evaluates a topic release by release, with names written out.
fn naive(catalog: &Arc<Catalog>, topics: &[(&str, &str)], name: &str) -> Vec<ReleaseIndex> {
    let Some((_, query)) = topics.iter().find(|(other, _)| *other == name) else { return Vec::new() };
    let written = parse(query).expect("a query");
    let of_part = |clause: &crate::query::Expr| evaluate(catalog, topics, clause);
    let parts: Vec<Vec<ReleaseIndex>> = written.clauses.iter().map(of_part).collect();
    catalog.indices().filter(|index| parts.iter().all(|part| part.contains(index))).collect()
}

fn evaluate(catalog: &Arc<Catalog>, topics: &[(&str, &str)], expr: &crate::query::Expr) -> Vec<ReleaseIndex> {
    use crate::query::{Expr, Field, Term};
    match expr {
        Expr::Not(inner) => {
            let inner = evaluate(catalog, topics, inner);
            catalog.indices().filter(|index| !inner.contains(index)).collect()
        }
        Expr::And(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| evaluate(catalog, topics, part)).collect();
            catalog.indices().filter(|index| parts.iter().all(|part| part.contains(index))).collect()
        }
        Expr::Or(parts) => parts.iter().flat_map(|part| evaluate(catalog, topics, part)).collect(),
        Expr::Term(Term::Field(Field::Topic, names)) => {
            let mut found = Vec::new();
            for name in names {
                let of_user = topics.iter().find(|(other, _)| fold_name(other) == fold_name(name));
                found.extend(of_user.map(|(name, _)| naive(catalog, topics, name)).unwrap_or_default());
                let all: Vec<_> = catalog.releases().collect();
                let has = |is_it: &dyn Fn(&str) -> bool| {
                    all.iter()
                        .filter(|(_, release)| {
                            release.labels(Facet::Topic).any(|label| is_it(&fold_name(label.as_str())))
                        })
                        .map(|(index, _)| *index)
                        .collect::<Vec<_>>()
                };
                let same = has(&|label| label == fold_name(name));
                let is_known = of_user.is_some() || !same.is_empty();
                found.extend(if is_known { same } else { has(&|label| label.contains(&*fold_name(name))) });
            }
            found
        }
        Expr::Term(_) => {
            let query = Query { clauses: vec![expr.clone()] };
            answer(&Request { query, ..request(catalog, "", &[]) }).order.to_vec()
        }
    }
}

fn corpus(rows: &[(u8, u8, u16)]) -> Arc<Catalog> {
    let words = ["rent", "tram", "tea", "forum", "long road", "zebra"];
    let topics = ["News", "Forum", "Housing policy", "city"];
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("a").as_clean());
    for (item, (of_words, of_topics, day)) in (0..).zip(rows) {
        let picked = |bits: u8, from: &[&str]| -> Vec<String> {
            let some = from.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            some.map(|(_, word)| (*word).to_owned()).collect()
        };
        builder.push(
            item,
            &Release {
                title: CleanBuf::line(&format!("{item} {}", picked(*of_words, &words).join(" "))),
                topics: picked(*of_topics, &topics).iter().map(|topic| CleanBuf::line(topic)).collect(),
                date: Date::from_ymd(2017 + i32::from(day % 2), 1 + u32::from(day % 12), 1),
                ..Release::default()
            },
        );
    }
    builder.publish()
}

proptest! {
    #[test]
    fn the_count_of_a_topic_is_the_number_of_its_releases_under_the_filters(
        rows in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u16>()), 1..40),
        query in prop::sample::select(vec!["", "tea", "-zebra is:unread", "topic:forum tram", "date:2018", "topic:city -topic:news"]),
    ) {
        let catalog = corpus(&rows);
        let all = answer(&request(&catalog, query, &TOPICS));
        let parsed = parse(query).expect("a query");
        let filters = answer(&Request { query: parsed.without(Facet::Topic), ..request(&catalog, "", &TOPICS) }).order;
        for (topic, &count) in all.own_topics.iter().zip(&all.own_counts) {
            let expected = naive(&catalog, &TOPICS, topic.name.as_str());
            prop_assert_eq!(topic.releases.iter().collect::<Vec<_>>(), expected.clone(), "{}", topic.name);
            let hits = expected.iter().filter(|index| filters.contains(index)).count();
            prop_assert_eq!(count as usize, hits, "{} under {:?}", topic.name, query);
        }
    }
}
