//! The speed of tidings as ratios within one run: `cargo bench --bench speed`, or `cargo bench --bench speed -- 10000
//! 1000000` for other sizes; with `load` among them, loading alone.
//!
//! Each row is a median of several runs, next to a baseline on the same bytes, measured in turn, so that a slow or busy
//! machine affects both. Nothing fails, but a ratio over its limit is marked; with `-- --check`, a few ratios are
//! measured by processor time, and one over its limit is a failure.
//!
//! A feed of more than a million releases is read from a temporary file, so that memory holds little beside the catalog.

#![allow(clippy::cast_precision_loss, reason = "figures are rounded when printed")]

mod measure;
mod sample;
mod source;

#[path = "speed/check.rs"]
mod check;
#[allow(dead_code, reason = "the bench `words` needs more of it")]
mod load;
#[path = "speed/screen.rs"]
mod screen;
#[path = "speed/search.rs"]
mod search;
#[allow(dead_code, reason = "the bench `outside` needs more of it")]
mod terminal;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tidings::catalog::{Builder, Catalog, Facet, ReleaseIndex};
use tidings::query::similar::Likeness;
use tidings::query::{Patient, Query, Searcher, TopicDefinition, TopicDefinitions, parse};
use tidings::release::{CustomField, FieldName, Release};
use tidings::text::CleanBuf;

use measure::{cost, median, peak_memory, row, time_row};
use screen::Reader;
use source::Feed;

const SIZES: [usize; 2] = [10_000, 100_000];
const RUNS: usize = 7;
/// The most releases that are loaded [`RUNS`] times; more are loaded once.
const OFTEN: usize = 1_000_000;
/// The maximum memory in bytes, at any size.
const MEMORY: u64 = 7_000_000_000;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--check") {
        return check::run();
    }
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    let thousand = load::loaded(&Feed::new(1_000));
    for size in sizes {
        let feed = Feed::new(size);
        println!("\n{size} releases, {} kB", feed.len() / 1_000);
        loading(&feed, size);
        if std::env::args().any(|argument| argument == "load") {
            continue;
        }
        let catalog = load::loaded(&feed);
        let length = feed.len();
        drop(feed);
        keystrokes(&catalog);
        toggle(&catalog);
        own_topics(&catalog);
        if size <= OFTEN {
            ten_fields(size);
        }
        likeness(&catalog);
        frame(&catalog, &thousand);
        memory(length);
    }
    ExitCode::SUCCESS
}

/// The peak memory of this process, against the feed, which is part of it up to a million releases.
fn memory(length: u64) {
    let Some(peak) = peak_memory("self") else { return };
    let mark = if peak > MEMORY { "  over the limit" } else { "" };
    let ratio = peak as f64 / length as f64;
    println!("{:<20} {:>7} MB   {ratio:.2} times the feed (limit 7,000 MB){mark}", "peak memory", peak / 1_000_000);
}

/// Medians of both by the clock.
fn in_turn(runs: usize, mut ours: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let (ours, other) = measure::in_turn(runs, || cost(&mut ours), || cost(&mut other));
    (median(&ours, |cost| cost.wall), median(&other, |cost| cost.wall))
}

/// Parsing, sanitising, building and folding on two threads, against one pass of `serde_json` that
/// keeps nothing.
fn loading(feed: &Feed, size: usize) {
    let load = || cost(|| drop(black_box(load::searchable(feed))));
    let discard = || feed.discarded();
    let (ours, other) =
        if size > OFTEN { (vec![load()], vec![discard()]) } else { measure::in_turn(RUNS, load, discard) };
    row("load", median(&ours, |cost| cost.wall), "serde_json, nothing kept", median(&other, |cost| cost.wall), 4.0);
    if let Feed::Bytes(_) = feed {
        let table = Feed::Bytes(sample::table(size));
        let (ours, other) =
            in_turn(RUNS, || drop(black_box(load::searchable(&table))), || drop(load::searchable(feed)));
        row("load a table", ours, "the same releases as JSON", other, 1.1);
    }
    // An RSS feed, built into a catalog, against `feed-rs`, which keeps what it parses.
    let xml = sample::rss(size.min(100_000));
    let feed = Feed::Bytes(xml.clone());
    let (ours, other) = in_turn(
        RUNS,
        || drop(black_box(load::loaded(&feed))),
        || drop(black_box(feed_rs::parser::parse(xml.as_slice()).expect("the sample is a feed"))),
    );
    row("load RSS", ours, "feed-rs", other, 0.4);
}

/// A complete search result with all counts, against one `memmem` pass over the same folded text; and the time until
/// the first hits are known.
fn keystrokes(catalog: &Arc<Catalog>) {
    for (name, text, limit) in [
        ("search: none", "zzyzx", 2.0),
        ("search: rare", "reykjavik", 2.0),
        ("search: common", "te", 1.5),
        ("search: one letter", "e", 2.0),
        ("search: regex", "/rey[a-z]+ik/", 2.0),
    ] {
        let query = parse(text).expect("a query");
        let (ours, other) =
            in_turn(RUNS, || drop(black_box(search::answer(catalog, &query))), || search::pass(catalog));
        row(name, ours, "one memmem pass", other, limit);
        if ours > Duration::from_millis(300) {
            println!("{:<20} over the limit of 300 ms", "");
        }
    }
    let query = parse("te").expect("a query");
    let mut pages: Vec<Duration> = (0..=RUNS).map(|_| search::first_page(catalog, &query)).collect();
    pages.sort_unstable();
    time_row("first page: common", pages[RUNS / 2], Duration::from_millis(16));
}

/// Finding similar releases, with all words searched in all texts, against one pass for one word.
fn likeness(catalog: &Arc<Catalog>) {
    let release = ReleaseIndex::at(catalog.len() / 2);
    let ours = || {
        // Like in the reader, a second thread takes half of the work.
        let likeness = Likeness::new(catalog, release).expect("a release");
        let best = |part| likeness.best(part, 2, &mut || false).expect("nobody cancels");
        let found = std::thread::scope(|scope| {
            let other = scope.spawn(|| best(1));
            best(0).with(other.join().expect("it goes through"))
        });
        black_box(found.into_releases());
    };
    let (ours, other) = in_turn(RUNS, ours, || search::pass(catalog));
    row("more like this", ours, "one memmem pass", other, 3.0);
}

/// One pass over the values of one facet.
fn count_topics(catalog: &Catalog) {
    let mut counts = vec![0_u32; catalog.values(Facet::Topic).len()];
    for (_, chunk) in catalog.chunks() {
        for at in 0..chunk.len() {
            for &id in chunk.values(Facet::Topic, at) {
                counts[id as usize] += 1;
            }
        }
    }
    black_box(counts);
}

/// Another topic chosen: all counts recomputed, against one pass over the values of one facet.
fn toggle(catalog: &Arc<Catalog>) {
    let mut query = Query::default();
    query.toggle(Facet::Topic, "Topic 1");
    let (ours, other) = in_turn(RUNS, || drop(black_box(search::answer(catalog, &query))), || count_topics(catalog));
    row("facet toggle", ours, "a count of one facet", other, 10.0);
}

/// A topic of the user's own chosen and excluded, whose releases are known, and a publisher's topic excluded, against the
/// same.
fn own_topics(catalog: &Arc<Catalog>) {
    let topics = [("rare", "reykjavik"), ("often", "te"), ("years", "date:2005..2010")];
    let topic = |(name, query): (&str, &str)| TopicDefinition {
        name: CleanBuf::line(name),
        query: parse(query).expect("a query"),
    };
    let definitions = TopicDefinitions::new(topics.map(topic).to_vec()).expect("no cycle");
    let mut searcher = Searcher::default();
    for (name, text) in [
        ("own topic chosen", "topic:years"),
        ("own topic excluded", "-topic:years"),
        ("topic excluded", "-topic:\"topic 1\""),
    ] {
        let mut request = search::request(catalog, &parse(text).expect("a query"));
        request.context.definitions = definitions.clone();
        let answer = || drop(black_box(searcher.search(&request, &mut Patient)));
        let (ours, other) = in_turn(RUNS, answer, || count_topics(catalog));
        row(name, ours, "a count of one facet", other, 10.0);
    }
}

/// A choice in one of ten custom fields, with all counts, against one pass over the values of one facet.
fn ten_fields(size: usize) {
    let names: Vec<FieldName> = (0..10).filter_map(|n| FieldName::of(&format!("sample field {n}"))).collect();
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("sample").as_clean());
    for n in 0..size {
        // Some fields have few values, others some hundreds, and every second one is in a part of the releases only.
        let value = |at: usize| CleanBuf::line(&format!("value {}", n * 7_919 % (5 * (at + 1).pow(2))));
        let is_there = |at: usize| at.is_multiple_of(2) || n % (2 + at) == 0;
        let fields = names.iter().enumerate().filter(|(at, _)| is_there(*at));
        let fields = fields.map(|(at, &name)| CustomField { name, value: value(at) }).collect();
        let topics = vec![CleanBuf::line(&format!("Topic {}", n % 40))];
        let id = CleanBuf::line(&n.to_string());
        builder.push(n as u64, &Release { id, topics, fields, ..Release::default() });
    }
    builder.end_source();
    let catalog = builder.publish();
    let mut query = Query::default();
    query.toggle(Facet::Custom(names[3]), "value 1");
    let (ours, other) = in_turn(RUNS, || drop(black_box(search::answer(&catalog, &query))), || count_topics(&catalog));
    row("toggle, ten fields", ours, "a count of one facet", other, 30.0);
}

/// A cursor movement, its update and its frame at 150 by 40, against the same over a thousand releases.
fn frame(catalog: &Arc<Catalog>, thousand: &Arc<Catalog>) {
    let (mut big, mut small) = (Reader::new(catalog), Reader::new(thousand));
    let (ours, other) = in_turn(RUNS, || big.step(), || small.step());
    row("frame", ours, "at 1,000 releases", other, 1.5);
}
