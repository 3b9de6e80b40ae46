use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::catalog::tests::{Row, catalog};
use crate::query::{Context, Patient, Request as Search, Searcher, Sort, parse};

/// A request for ten words, compared with all other releases.
fn request<'a>(
    catalog: &'a Arc<Catalog>,
    archive: &'a Archive,
    hits: &'a [ReleaseIndex],
    query: &'a Query,
) -> Request<'a> {
    Request { catalog, archive, hits, against: Against::Archive, query, top: 10, counts_all: true }
}

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
    let archive = Archive::new(catalog, &|| false).expect("nobody cancels");
    let request = request(catalog, &archive, &hits, &query);
    let found = typical(&request, &|| false).expect("nobody cancels");
    let of_hits = typical(&Request { counts_all: false, ..request }, &|| false).expect("nobody cancels");
    let counts = |found: &TypicalWords| -> Vec<(String, usize)> {
        found.words.iter().map(|word| (word.phrase.as_str().to_lowercase(), word.hits)).collect()
    };
    assert_eq!(counts(&of_hits), counts(&found), "reading the hits alone changes no count");
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

/// Releases of January that have some words often.
fn with_everyday_words(titles: &[&'static str]) -> Vec<Row<'static>> {
    let everyday = ["Forum for roads", "The world of birds", "An economic plan", "Ministers of the north"];
    let january = (0..80).map(|n| (everyday[n % 4], "The office reports.", "", "", (2018, 1, 1 + n as u32 % 28)));
    let february = titles.iter().map(|title| (*title, "The office reports.", "", "", (2018, 2, 3)));
    january.chain(february).collect()
}

#[test]
fn a_phrase_gives_way_to_the_longer_one_that_it_is_cut_out_of() {
    let titles =
        ["World Economic Forum in Davos", "The World Economic Forum opens", "World Economic Forum: minister speaks"];
    let catalog = catalog(&with_everyday_words(&titles));
    let found = words(&catalog, "date:2018-02");
    assert_eq!(found.first(), Some(&("World Economic Forum".to_owned(), 3, 3)), "{found:?}");
}

#[test]
fn a_first_name_gives_way_to_the_name_that_it_mostly_belongs_to() {
    let titles = [
        "Alain Berset and the birds",
        "Alain Berset for the roads",
        "Alain Berset on the north",
        "Alain Berset and the forum",
        "Alain Berset in the world",
        "Alain Kessler and the plan",
    ];
    let found = words(&catalog(&with_everyday_words(&titles)), "date:2018-02");
    assert_eq!(found.first(), Some(&("Alain Berset".to_owned(), 5, 5)), "{found:?}");
    assert!(!found.iter().any(|(phrase, ..)| phrase == "Alain"), "{found:?}");
}

#[test]
fn half_a_name_ranks_below_a_whole_word_that_is_as_frequent() {
    let titles = [
        "Anne Lachat and the birds",
        "Anne Keller and the roads",
        "Anne Berger for the north",
        "Zoologists of the north",
        "Zoologists and roads",
        "Zoologists in the world",
    ];
    let mut rows = with_everyday_words(&titles);
    // Words that occur once are in no phrase.
    rows.push(("Lachat, Keller, Berger", "The office reports.", "", "", (2018, 1, 3)));
    let found = words(&catalog(&rows), "date:2018-02");
    let place = |phrase: &str| found.iter().position(|(found, ..)| found == phrase);
    assert!(place("Zoologists").is_some() && place("Zoologists") < place("Anne"), "{found:?}");
}

#[test]
fn a_title_that_is_everywhere_adds_nothing_to_a_name() {
    let titles = ["General Jane Doe on birds", "General Jane Doe on roads", "General Jane Doe for birds"];
    let mut rows = with_everyday_words(&titles);
    rows.extend((0..70).map(|n: u32| ("General of the north", "The office reports.", "", "", (2018, 1, 1 + n % 28))));
    let found = words(&catalog(&rows), "date:2018-02");
    assert_eq!(found.first().map(|(phrase, ..)| phrase.as_str()), Some("Jane Doe"), "{found:?}");
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
    assert!(Archive::new(&catalog, &|| true).is_none());
    let archive = Archive::new(&catalog, &|| false).expect("nobody cancels");
    let hits: Vec<ReleaseIndex> = catalog.indices().take(3).collect();
    let query = Query::default();
    let request = request(&catalog, &archive, &hits, &query);
    assert_eq!(typical(&request, &|| true), None);
}

/// Does some work, which is cancelled once it has asked `until` times whether it is. Returns how often it asked: in all,
/// and after it was cancelled.
fn questions(until: usize, work: &dyn Fn(IsCancelled<'_>) -> bool) -> (usize, usize) {
    let asked = AtomicUsize::new(0);
    let is_done = work(&|| asked.fetch_add(1, Ordering::Relaxed) >= until);
    let asked = asked.into_inner();
    assert_eq!(is_done, asked <= until, "cancelled after {until} of {asked} questions");
    (asked, asked.saturating_sub(until))
}

#[test]
fn every_pass_ends_soon_after_a_cancellation() {
    // As many passes over the releases of a sample, at least, and at most.
    const PASSES: std::ops::RangeInclusive<usize> = 5..=40;
    let catalog = catalog(&rows());
    let archive = Archive::new(&catalog, &|| false).expect("nobody cancels");
    let hits: Vec<ReleaseIndex> = catalog.indices().take(catalog.len() / 2).collect();
    let query = Query::default();
    let request = request(&catalog, &archive, &hits, &query);
    let read = |is_cancelled: IsCancelled<'_>| Archive::new(&catalog, is_cancelled).is_some();
    let find = |is_cancelled: IsCancelled<'_>| typical(&request, is_cancelled).is_some();
    for (work, releases) in [(&read as &dyn Fn(IsCancelled<'_>) -> bool, catalog.len()), (&find, hits.len())] {
        let (all, _) = questions(usize::MAX, work);
        assert!(all >= PASSES.start() * releases / passes::STEP, "{all} questions for {releases} releases");
        for until in 0..all {
            let (_, after) = questions(until, work);
            assert!(after <= *PASSES.end(), "{after} questions after a cancellation at the {until}th of {all}");
        }
    }
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

#[test]
fn a_shorter_period_is_described_where_hardly_any_release_is_older() {
    let row = |day| ("Tea", "", "", "", (2018, 1, day));
    let recent = |days: &[u32]| {
        let rows: Vec<Row<'_>> = days.iter().copied().map(row).collect();
        recent(&catalog(&rows), NaiveDate::from_ymd_opt(2018, 2, 1).expect("a day")).map(|query| query.to_string())
    };
    assert_eq!(recent(&[1, 8, 20, 25, 26, 27, 28]).as_deref(), Some("date:2018-01-22..2018-01-28"));
    assert_eq!(recent(&[24, 25, 26, 27, 28]).as_deref(), Some("date:2018-01-28"));
    assert_eq!(recent(&[28, 28, 28]).as_deref(), Some("date:2017-12-30..2018-01-28"), "nothing else to choose");
}

#[test]
fn a_sample_chooses_the_words_and_all_releases_are_counted() {
    let rows: Vec<(String, u32)> = (0..400)
        .map(|row| {
            let subject = if row % 4 == 0 { "Avian influenza" } else { "Fiscal policy" };
            (format!("{subject} in town{row}"), row / 20 + 1)
        })
        .collect();
    let rows: Vec<Row<'_>> = rows.iter().map(|(title, day)| (title.as_str(), "", "", "", (2018, 1, *day))).collect();
    let found = |rows: &[Row<'_>]| {
        let catalog = catalog(rows);
        let sizes = SampleSizes { archive: 100, hits: 30, others: 30 };
        let archive = Archive::with_sizes(&catalog, sizes, &|| false).expect("nobody cancels");
        let hits: Vec<ReleaseIndex> =
            catalog.indices().filter(|&release| catalog.folded(release).starts_with("avian")).collect();
        let query = Query::default();
        let request = Request { top: 5, ..request(&catalog, &archive, &hits, &query) };
        typical(&request, &|| false).expect("nobody cancels")
    };
    let words = found(&rows);
    assert!(words.sampled.is_some_and(|read| (10..60).contains(&read)), "{words:?}");
    let first = words.words.first().expect("a word");
    assert_eq!((first.phrase.as_str(), first.hits, first.archive), ("Avian influenza", 100, 100));
    let backwards: Vec<Row<'_>> = rows.iter().rev().copied().collect();
    assert_eq!(found(&backwards), words, "the order of loading changes nothing");
}

#[test]
fn more_phrases_are_counted_than_fit_into_one_pass() {
    let titles: Vec<String> = (0..150).map(|n| format!("word{n} and tea")).collect();
    let rows: Vec<Row<'_>> = titles.iter().map(|title| (title.as_str(), "", "", "", (2018, 1, 1))).collect();
    let catalog = catalog(&rows);
    let archive = Archive::new(&catalog, &|| false).expect("nobody cancels");
    let phrases: Vec<String> = (0..150).map(|n| format!("word{n}")).collect();
    let phrases: Vec<&str> = phrases.iter().map(String::as_str).chain(["tea"]).collect();
    let mut is_hit = Set::default();
    for hit in catalog.indices().take(80) {
        is_hit.set(hit, true);
    }
    let counts = count::count(&catalog, &archive, &phrases, (&is_hit, true), &|| false).expect("nobody cancels");
    let counts: Vec<(usize, usize)> = counts.iter().map(|count| (count.hits.len(), count.archive)).collect();
    assert_eq!(counts.len(), 151);
    assert!(counts[..80].iter().all(|&count| count == (1, 1)) && counts[80..150].iter().all(|&count| count == (0, 1)));
    assert_eq!(counts[150], (80, 150));
}

#[test]
fn boilerplate_of_a_source_is_left_out() {
    let rows: Vec<Row<'_>> = (1..=28)
        .map(|day| {
            ("News", if day > 20 { "Press office. Flood in Bern" } else { "Press office. Tax" }, "", "", (2018, 1, day))
        })
        .collect();
    let found = words(&catalog(&rows), "date:2018-01-21..2018-01-31");
    assert!(found.iter().all(|(phrase, ..)| !phrase.to_lowercase().contains("office")), "{found:?}");
    assert!(found.iter().any(|(phrase, ..)| phrase == "Bern" || phrase == "Flood"), "{found:?}");
}

#[test]
fn releases_can_be_compared_with_what_came_before_them() {
    let catalog = catalog(&rows());
    let hits: Vec<ReleaseIndex> = catalog.indices().skip(40).collect();
    let before = before(&catalog, &hits).expect("they have dates");
    assert_eq!(before.len(), 40);
    let archive = Archive::new(&catalog, &|| false).expect("nobody cancels");
    let query = Query::default();
    let against = Against::Releases(&before);
    let request = Request { against, top: 3, ..request(&catalog, &archive, &hits, &query) };
    let found = typical(&request, &|| false).expect("nobody cancels");
    assert_eq!(found.words.first().map(|word| word.phrase.as_str()), Some("Avian influenza"));
    assert_eq!(super::before(&catalog, &[]), None);
}

#[test]
fn new_is_part_of_a_name_or_says_nothing() {
    let titles = ["A new museum in New York", "The new museum opens", "New York has a new museum", "Birds of New York"];
    let found = words(&catalog(&with_everyday_words(&titles)), "date:2018-02");
    let has = |phrase: &str| found.iter().any(|(found, ..)| found == phrase);
    assert!(has("New York") && !has("new museum") && !has("new"), "{found:?}");
}
