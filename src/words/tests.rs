use super::*;
use crate::catalog::tests::{Row, catalog};
use crate::query::{Context, Patient, Request as Search, Searcher, Sort, parse};

/// The typical words of the hits of a query, with their counts.
fn words(catalog: &Arc<Catalog>, query: &str) -> Vec<(String, usize, usize)> {
    let query = parse(query).expect("a query");
    let search = Search {
        catalog: Arc::clone(catalog),
        query: query.clone(),
        counted: None,
        context: Context::default(),
        sort: Sort::Newest,
    };
    let hits = Searcher::default().search(&search, &mut Patient).expect("nobody cancels").order;
    let archive = Archive::new(catalog, &mut || false).expect("nobody cancels");
    let request =
        Request { catalog, archive: &archive, hits: &hits, against: Against::Archive, query: &query, top: 10 };
    let found = typical(&request, &mut || false).expect("nobody cancels");
    found.words.into_iter().map(|word| (word.phrase.to_string(), word.hits, word.archive)).collect()
}

fn rows() -> Vec<Row<'static>> {
    let mut rows = Vec::new();
    for day in 1..=20 {
        rows.push((
            "Budget of the ministry",
            "The ministry said in March that taxes rise.",
            "Money",
            "Bern",
            (2018, 1, day),
        ));
        rows.push(("Roads of the north", "A new road, and a bridge.", "Roads", "Bern", (2018, 1, day)));
    }
    for day in 1..=6 {
        rows.push((
            "Avian influenza in Hanoi",
            "The ministry said in March that birds die.",
            "Health",
            "",
            (2018, 2, day),
        ));
    }
    rows
}

#[test]
fn the_words_of_a_period_are_found_with_their_case_and_counts() {
    let catalog = catalog(&rows());
    let found = words(&catalog, "date:2018-02");
    assert_eq!(found.first(), Some(&("Avian influenza".to_owned(), 6, 6)), "{found:?}");
    let has = |phrase: &str| found.iter().any(|(found, ..)| found == phrase);
    assert!(!has("March") && !has("the") && !has("influenza"), "{found:?}");
}

#[test]
fn without_hits_or_without_others_there_are_no_words() {
    let catalog = catalog(&rows());
    assert_eq!(words(&catalog, "zzyzx"), []);
    assert_eq!(words(&catalog, "date:2018"), []);
}

#[test]
fn a_cancelled_request_finds_nothing() {
    let catalog = catalog(&rows());
    assert!(Archive::new(&catalog, &mut || true).is_none());
    let archive = Archive::new(&catalog, &mut || false).expect("nobody cancels");
    let hits: Vec<ReleaseIndex> = catalog.indices().take(3).collect();
    let request = Request {
        catalog: &catalog,
        archive: &archive,
        hits: &hits,
        against: Against::Archive,
        query: &Query::default(),
        top: 10,
    };
    assert_eq!(typical(&request, &mut || true), None);
}

#[test]
fn without_a_query_the_last_thirty_days_up_to_today_are_described() {
    let catalog = catalog(&rows());
    let recent = |year, month, day| {
        let today = NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        recent(&catalog, today).map(|query| query.to_string())
    };
    assert_eq!(recent(2020, 1, 1).as_deref(), Some("date:2018-01-08..2018-02-06"));
    assert_eq!(recent(2018, 1, 5).as_deref(), Some("date:2017-12-07..2018-01-05"));
    assert_eq!(recent(2017, 1, 5), None);
}
