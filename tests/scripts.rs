//! Real feeds of several scripts: search agrees with a naive search and finds what people type, and titles can be read.

#[path = "support/corpus.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod corpus;
#[path = "support/skip.rs"]
mod skip;

use std::ops::ControlFlow;
use std::sync::Arc;

use tidings::app::list::Entry;
use tidings::app::list::row::TitleLine;
use tidings::app::{App, ListCursor, Msg};
use tidings::catalog::{Builder, Catalog};
use tidings::feed::{self, Sink};
use tidings::query::{Context, Patient, Request, Searcher, Sort, parse};
use tidings::release::{Problem, Release, Span};
use tidings::text::{Clean, CleanBuf, fold};
use tidings::typeset::unwrapped;

/// The catalog of a feed, and the folded text of each release computed naively.
struct Loaded {
    builder: Builder,
    texts: Vec<String>,
}

impl Sink for Loaded {
    fn title(&mut self, _title: Clean<'_>) {}

    fn release(&mut self, item: u64, release: &Release) {
        self.builder.push(item, release);
        let fields = [&release.title, &release.summary, &release.body];
        self.texts.push(fields.map(|field| fold(field.as_str())).join("\n"));
    }

    fn problem(&mut self, _problem: Problem) {}

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn load(path: &str) -> Option<(Arc<Catalog>, Vec<String>)> {
    let bytes = corpus::document(path)?;
    let mut loaded = Loaded { builder: Builder::new(), texts: Vec::new() };
    feed::read(CleanBuf::line(path).as_clean(), &mut bytes.as_slice(), &mut loaded).expect("a feed");
    Some((loaded.builder.publish(), loaded.texts))
}

fn count(catalog: &Arc<Catalog>, query: &str) -> usize {
    let request = Request {
        catalog: Arc::clone(catalog),
        query: parse(query).expect("a query"),
        counted: None,
        context: Context::default(),
        sort: Sort::Newest,
    };
    Searcher::default().search(&request, &mut Patient).expect("nobody cancels").order.len()
}

/// Each word finds as many releases as a naive search, and at least one.
fn check(path: &str, words: &[&str]) {
    let Some((catalog, texts)) = load(path) else { return };
    for word in words {
        let naive = texts.iter().filter(|text| text.contains(&fold(word))).count();
        assert_eq!(count(&catalog, word), naive, "{word} in {path}");
        assert!(naive > 0, "{word} is nowhere in {path}");
    }
}

#[test]
fn korean_words_are_found() {
    check("news/large-korea-policy-briefing-2020-02-to-2021-12.json.zst", &["환경부", "코로나", "백신", "5g"]);
}

#[test]
fn words_are_found_with_and_without_accents_and_sharp_s() {
    check("news/swiss-nsb-2013.json", &["zurich", "geneve", "Zürich", "strasse", "Straße", "l'immigration"]);
    let Some((catalog, _)) = load("news/swiss-nsb-2013.json") else { return };
    for (plain, spelled) in [("zurich", "zürich"), ("geneve", "Genève"), ("strasse", "Straße")] {
        assert_eq!(count(&catalog, plain), count(&catalog, spelled), "{plain} and {spelled}");
    }
}

#[test]
fn persian_words_are_found_in_either_spelling_of_their_letters() {
    check("news/fars-news-1-rtl.json", &["فارس", "ایران"]);
    let Some((catalog, _)) = load("news/fars-news-1-rtl.json") else { return };
    // Arabic yeh and Persian yeh.
    assert_eq!(count(&catalog, "ايران"), count(&catalog, "ایران"));
}

#[test]
fn chinese_words_are_found() {
    check("news/nber-zh-2026.json", &["政策", "经济"]);
}

#[test]
fn at_most_two_titles_in_five_are_cut_at_120_columns() {
    let Some((catalog, _)) = load("news/swiss-nsb-2013.json") else { return };
    let count = catalog.len();
    let mut app = App::new(120, 36);
    drop(app.update(Msg::Loaded(catalog)));
    let layout = app.layout();
    let view = app.list_view(&layout);
    let (mut top, mut cut) = (0, 0);
    while top < count {
        // The title of the selected release is shown in full.
        let at = if top < count / 2 { count - 1 } else { 0 };
        let entries = view.entries(ListCursor { at, top });
        let rows: Vec<_> = entries.iter().filter_map(Entry::release).collect();
        let is_cut = |line: &TitleLine| line.is_cut || line.tail.is_some();
        cut += rows.iter().filter(|row| row.lines.title.last().is_some_and(is_cut)).count();
        top += rows.len();
    }
    println!("{cut} of {count} titles are cut");
    assert!(cut > 0 && cut * 5 <= count * 2, "{cut} of {count}");
}

#[test]
fn hard_wrapped_releases_flow_and_others_stay() {
    for (path, flowing) in [
        ("news/congress-press-2001-2012.json", 10..=40),
        ("news/doj-2009-2013.json", 0..=0),
        ("news/swiss-nsb-2013.json", 0..=0),
        ("news/who-outbreak-news-1996-2005.json", 0..=0),
    ] {
        let Some((catalog, _)) = load(path) else { return };
        let flows = |text: Clean<'_>, spans: &[Span]| unwrapped(text, spans).is_some();
        let releases = catalog.releases().filter(|(_, release)| {
            flows(release.summary().as_clean(), release.summary_spans())
                || flows(release.body().as_clean(), release.body_spans())
        });
        let count = releases.count();
        assert!(flowing.contains(&count), "{count} releases of {path} flow");
    }
}
