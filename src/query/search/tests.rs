use chrono::NaiveDate;

use super::*;
use crate::catalog::tests::catalog;
use crate::catalog::{Facet, NONE};
use crate::query::parse;
use crate::text::fold;

fn sample() -> Arc<Catalog> {
    catalog(&[
        ("Tea in Bangladesh", "Sixty-four percent", "News", "", (2018, 11, 4)),
        ("ASEAN forum", "fair labour migration", "Migration|Forum", "Singapore", (2018, 11, 2)),
        ("Zürich opens", "Tea and coffee", "News", "Zürich", (2017, 1, 1)),
        ("Undated", "", "", "", (0, 0, 0)),
    ])
}

fn request(text: &str) -> Request {
    let mut read = crate::catalog::Set::default();
    read.set(1.into(), true);
    let context = Context {
        today: NaiveDate::from_ymd_opt(2018, 11, 5).expect("a day"),
        read: Arc::new(read),
        ..Context::default()
    };
    Request { catalog: sample(), query: parse(text).expect("a query"), counted: None, context, sort: Sort::Newest }
}

fn answer(text: &str) -> Hits {
    Searcher::default().search(&request(text), &mut Patient).expect("nobody cancels")
}

fn hits(text: &str) -> Vec<ReleaseIndex> {
    answer(text).order.to_vec()
}

#[test]
fn words_phrases_and_negations_match() {
    assert_eq!(hits(""), [0, 1, 2, 3]);
    assert_eq!(hits("TEA"), [0, 2]);
    assert_eq!(hits("zurich"), [2]);
    assert_eq!(hits("tea -coffee"), [0]);
    assert_eq!(hits("\"labour migration\""), [1]);
    assert_eq!(hits("\"migration labour\""), [] as [u32; 0]);
    assert_eq!(hits("coffee OR undated"), [2, 3]);
    assert_eq!(hits("-tea"), [1, 3]);
    assert_eq!(hits("\"forum fair\""), [] as [u32; 0], "a phrase does not cross from title to summary");
}

#[test]
fn fields_dates_statuses_and_expressions_match() {
    assert_eq!(hits("title:tea"), [0]);
    assert_eq!(hits("title:tea,zürich"), [0, 2]);
    assert_eq!(hits("/tea.*coffee/"), [2]);
    assert_eq!(hits("/^(asean forum|undated)$/ OR /^tea/"), [0, 1, 2, 3]);
    assert_eq!(hits("is:read"), [1]);
    assert_eq!(hits("(is:unread tea) OR is:read"), [0, 1, 2]);
    assert_eq!(hits("date:2018-11-02..2018-11-03"), [1]);
    assert_eq!(hits("after:2018-11-02 before:2018-11-04"), [1]);
    assert_eq!(hits("date:2d"), [0]);
    assert_eq!(hits("date:2017,\"\""), [2, 3]);
    assert_eq!(hits("topic:migr"), [1], "a part of a name where no name is the same");
}

#[test]
fn choices_match_any_value_of_a_facet_and_all_facets() {
    assert_eq!(hits("topic:news,forum"), [0, 1, 2]);
    assert_eq!(hits("topic:news date:2017"), [2]);
    assert_eq!(hits("topic:\"\""), [3]);
    assert_eq!(hits("topic:migration topic:forum"), [1]);
    assert_eq!(hits("-topic:news"), [1, 3]);
    assert_eq!(hits("topic:unknown"), [] as [u32; 0]);
}

#[test]
fn counts_can_be_taken_under_another_query() {
    for (text, counted) in
        [("tea", ""), ("tea topic:news", "tea"), ("topic:mi -topic:fo", "topic:mi"), ("zzz", "date:2017")]
    {
        for sort in Sort::ALL {
            let counted = Some(parse(counted).expect("a query"));
            let other = Request { query: counted.clone().unwrap_or_default(), sort, ..request("") };
            let request = Request { sort, ..request(text) };
            let answer = |request: &Request| Searcher::default().search(request, &mut Patient).expect("nobody cancels");
            let (alone, other) = (answer(&request), answer(&other));
            let both = answer(&Request { counted, ..request });
            assert_eq!((&both.order, both.relaxed), (&alone.order, alone.relaxed), "{text}");
            assert_eq!((both.counts, both.statuses), (other.counts, other.statuses), "{text}");
            assert_eq!(both.days, alone.days, "the timeline shows the query itself: {text}");
        }
    }
}

#[test]
fn counts_ignore_their_own_choice() {
    let (catalog, hits) = (sample(), answer("topic:news date:2017 is:unread"));
    let count = |facet: Facet, label: &str| {
        let folded = fold(label);
        let id = catalog.values(facet).named(&folded).next().expect("a value");
        hits.count(facet, id)
    };
    assert_eq!((count(Facet::Topic, "News"), count(Facet::Topic, "Forum")), (1, 0));
    assert_eq!((count(Facet::Year, "2018"), count(Facet::Year, "2017")), (1, 1));
    assert_eq!((count(Facet::Place, "Zürich"), hits.count(Facet::Place, NONE)), (1, 0));
    assert_eq!(hits.statuses, [1, 1, 0, 0]);
    assert_eq!(answer("date:2018-11-04..").days.counts.iter().sum::<u32>(), 3, "the timeline ignores the chosen dates");
    assert_eq!(answer("date:2017").days.counts.iter().sum::<u32>(), 3, "and the chosen years");
    assert_eq!(answer("is:read").statuses, [4, 3, 0, 0]);
}

#[test]
fn hits_are_in_the_requested_order() {
    let sorted = |text: &str, sort| {
        let request = Request { sort, ..request(text) };
        Searcher::default().search(&request, &mut Patient).expect("nobody cancels").order.to_vec()
    };
    assert_eq!(sorted("", Sort::Oldest), [2, 1, 0, 3]);
    assert_eq!(sorted("", Sort::Title), [1, 0, 3, 2]);
    assert_eq!(sorted("tea", Sort::Relevance), [0, 2], "a match in the title comes first");
    assert_eq!(sorted("tea OR opens", Sort::Relevance), [2, 0], "rare and close words come first");
}

#[test]
fn whole_words_are_found() {
    let catalog = catalog(&[
        ("Art in Bern", "", "News", "", (2018, 11, 4)),
        ("A start", "The state of the art", "News", "", (2018, 11, 3)),
        ("Artists", "", "Forum", "", (2018, 11, 2)),
    ]);
    let hits = |text: &str| {
        let request = Request { catalog: Arc::clone(&catalog), ..request(text) };
        Searcher::default().search(&request, &mut Patient).expect("nobody cancels").order.to_vec()
    };
    assert_eq!(hits("word:ART"), [0, 1]);
    assert_eq!(hits("word:\"of the art\",artists"), [1, 2]);
    assert_eq!(hits("-word:art,start"), [2]);
    assert_eq!(hits("word:\"bern the\""), [] as [u32; 0], "no phrase crosses from the title to the text");
    assert_eq!(hits("word:\"\""), [0, 1, 2]);
}

#[test]
fn a_word_is_counted_on_each_day_under_all_filters_but_the_dates() {
    let with = |word: &str, request: &Request| {
        let mut searcher = Searcher::default();
        searcher.search(request, &mut Patient).expect("nobody cancels");
        let days = searcher.days_with(word, request, &mut Patient).expect("nobody cancels");
        days.counts.iter().sum::<u32>()
    };
    for (word, text, expected) in [
        ("tea", "", 2),
        ("TEA", "date:2017", 2),
        ("tea", "topic:news -date:2017", 1),
        ("coffee", "tea", 1),
        ("labour migration", "is:unread", 0),
        ("tea", "word:tea", 2),
        ("tea", "-word:tea", 0),
        ("te", "", 0),
        ("undated", "", 0),
    ] {
        assert_eq!(with(word, &request(text)), expected, "{word} in {text}");
    }
    let mut found = Set::default();
    for release in [1, 2] {
        found.set(ReleaseIndex::new(release), true);
    }
    let plain = request("bangladesh");
    let at_server = Request { context: Context { found: Arc::new(found), ..plain.context.clone() }, ..plain };
    assert_eq!(with("tea", &at_server), 2, "of what a server has found, what contains the word");
    let mut cancelled = Impatient { cancel_at: Some(1), ..Impatient::default() };
    assert_eq!(Searcher::default().days_with("tea", &request(""), &mut cancelled), None);
}

#[test]
fn an_empty_result_names_the_clause_to_remove() {
    assert_eq!(answer("tea topic:forum").relaxed, Some((1, 2)));
    assert_eq!(answer("zzz").relaxed, None);
}

/// Cancels at a given step; always wants a page.
#[derive(Default)]
struct Impatient {
    cancel_at: Option<usize>,
    step: usize,
    page: Option<Arc<[ReleaseIndex]>>,
}

impl Listener for Impatient {
    fn is_cancelled(&mut self) -> bool {
        self.step += 1;
        self.cancel_at == Some(self.step)
    }

    fn wants_page(&mut self) -> bool {
        true
    }

    fn page(&mut self, first: Arc<[ReleaseIndex]>) {
        assert!(self.page.replace(first).is_none(), "a page is told once");
    }
}

/// Chunks of 512 and of 88 releases, the newest in the second.
fn two_chunks() -> Arc<Catalog> {
    let titles: Vec<String> = (0..600).map(|n| format!("release {n} tea{}", n % 7)).collect();
    let date = |n: usize| (if n < 512 { 2000 } else { 2010 }, 1 + (n % 12) as u32, 1);
    let rows: Vec<_> = titles.iter().enumerate().map(|(n, title)| (title.as_str(), "", "", "", date(n))).collect();
    catalog(&rows)
}

#[test]
fn the_result_begins_with_the_first_page() {
    let mut listener = Impatient::default();
    let request = Request { catalog: two_chunks(), ..request("release") };
    let hits = Searcher::default().search(&request, &mut listener).expect("nobody cancels");
    let page = listener.page.expect("a page");
    assert_eq!(page.len(), 88);
    assert!(hits.order.starts_with(&page));
}

#[test]
fn a_cancelled_search_has_no_result_and_the_next_one_is_right() {
    let mut searcher = Searcher::default();
    let request = Request { catalog: two_chunks(), ..request("tea3") };
    let mut listener = Impatient { cancel_at: Some(2), ..Impatient::default() };
    assert_eq!(searcher.search(&request, &mut listener), None);
    let hits = searcher.search(&request, &mut Patient);
    assert_eq!(hits, Searcher::default().search(&request, &mut Patient));
}

#[test]
fn the_cache_does_not_change_results() {
    let catalog = two_chunks();
    let mut searcher = Searcher::default();
    let texts = [
        "release 59",
        "release 598",
        "release 598 tea",
        "tea",
        "tea3",
        "tea3 -release",
        "word:tea3",
        "word:tea3,tea2",
        "word:tea3 tea",
        "-word:tea3 \"release 59\"",
        "tea3 date:2010",
        "",
        "tea3 is:unread",
    ];
    for text in texts {
        let request = Request { catalog: Arc::clone(&catalog), ..request(text) };
        let fresh = Searcher::default().search(&request, &mut Patient);
        assert_eq!(searcher.search(&request, &mut Patient), fresh, "{text}");
    }
}

#[test]
fn a_searcher_drops_a_replaced_catalog() {
    let mut searcher = Searcher::default();
    let first = request("tea");
    searcher.search(&first, &mut Patient).expect("nobody cancels");
    let replaced = Arc::downgrade(&first.catalog);
    drop(first);
    assert!(replaced.upgrade().is_some(), "the next search may narrow this one");
    searcher.search(&request(""), &mut Patient).expect("nobody cancels");
    assert!(replaced.upgrade().is_none());
}

#[test]
fn a_phrase_matches_across_paragraphs_and_any_white_space() {
    let catalog = catalog(&[
        ("Loaves", "The oven is hot.\n\nBread goes in", "", "", (2018, 11, 4)),
        ("Rolls", "The oven is hot\u{3000}\u{A0}bread", "", "", (2018, 11, 3)),
        ("Cakes", "The oven is not hot. Bread", "", "", (2018, 11, 2)),
    ]);
    let hits = |text: &str| {
        let request = Request { catalog: Arc::clone(&catalog), ..request(text) };
        Searcher::default().search(&request, &mut Patient).expect("nobody cancels").order.to_vec()
    };
    assert_eq!(hits("\"is hot. bread\""), [0]);
    assert_eq!(hits("\"oven   is  \t hot\""), [0, 1]);
    assert_eq!(hits("\"hot\u{A0}bread\""), [1]);
    assert_eq!(hits("/hot. bread/ OR /hot  bread/"), [0, 1, 2]);
    assert_eq!(hits("\"loaves the oven\""), [] as [u32; 0]);
}
