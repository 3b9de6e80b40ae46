//! The speed of tidings as ratios within one run: `cargo bench`, or `cargo bench -- 10000 1000000` for other sizes, or
//! `cargo bench -- load 1000000` for loading alone.
//!
//! Each row is a median of several runs, next to a baseline on the same bytes, measured in turn, so that a slow or busy
//! machine affects both. Nothing here fails: a ratio beyond its limit is marked.

mod sample;

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidings::app::{App, Effect, Msg};
use tidings::catalog::{Builder, Catalog, Facet, ReleaseIndex};
use tidings::feed::{self, Sink};
use tidings::query::similar::Likeness;
use tidings::query::{Context, Patient, Query, Request, Searcher, Sort, parse};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};
use tidings::ui::{Depth, Theme, view};

const SIZES: [usize; 2] = [10_000, 100_000];
const RUNS: usize = 7;

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    let thousand = loaded(&sample::feed(1_000));
    for size in sizes {
        let bytes = sample::feed(size);
        println!("\n{size} releases, {} kB", bytes.len() / 1_000);
        load(&bytes);
        rss(size.min(100_000));
        if std::env::args().any(|argument| argument == "load") {
            continue;
        }
        let catalog = loaded(&bytes);
        keystrokes(&catalog);
        toggle(&catalog);
        likeness(&catalog);
        frame(&catalog, &thousand);
    }
}

/// Builds a catalog from everything a feed contains.
struct Collect {
    builder: Builder,
    /// Receives the published catalogs.
    published: Option<Sender<Arc<Catalog>>>,
}

impl Sink for Collect {
    fn title(&mut self, title: Clean<'_>) {
        self.builder.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.builder.push(item, release);
        if let Some(published) = &self.published
            && self.builder.waiting() >= 50_000
        {
            published.send(self.builder.publish()).expect("the folding thread listens");
        }
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample has a problem: {problem}");
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn loaded(bytes: &[u8]) -> Arc<Catalog> {
    let name = CleanBuf::line("sample");
    let mut collect = Collect { builder: Builder::new(), published: None };
    collect.builder.source(name.as_clean());
    feed::read(name.as_clean(), &mut &*bytes, &mut collect).expect("the sample is a feed");
    collect.builder.publish()
}

/// Loads like the reader: each published catalog is folded on a second thread while loading continues.
fn searchable(bytes: &[u8]) -> Arc<Catalog> {
    let (published, inbox) = mpsc::channel::<Arc<Catalog>>();
    let folder = std::thread::spawn(move || {
        let mut done = 0;
        for catalog in inbox {
            for (_, chunk) in catalog.chunks().skip(done) {
                black_box(chunk.folded());
                done += 1;
            }
        }
    });
    let name = CleanBuf::line("sample");
    let mut collect = Collect { builder: Builder::new(), published: Some(published) };
    collect.builder.source(name.as_clean());
    feed::read(name.as_clean(), &mut &*bytes, &mut collect).expect("the sample is a feed");
    let catalog = collect.builder.publish();
    if let Some(published) = collect.published {
        published.send(Arc::clone(&catalog)).expect("the folding thread listens");
    }
    folder.join().expect("folding goes through");
    catalog
}

/// Parsing, sanitising and building on one thread, with folding on another, against one pass of `serde_json` that keeps
/// nothing.
fn load(bytes: &[u8]) {
    let (ours, other) = in_turn(
        || drop(black_box(searchable(bytes))),
        || drop(black_box(serde_json::from_slice::<serde::de::IgnoredAny>(bytes))),
    );
    row("load", ours, "serde_json, nothing kept", other, 6.0);
}

/// An RSS feed, read to its end and built into a catalog, against `feed-rs`, which keeps what it parses.
fn rss(size: usize) {
    let xml = sample::rss(size);
    let (ours, other) = in_turn(
        || drop(black_box(loaded(&xml))),
        || drop(black_box(feed_rs::parser::parse(xml.as_slice()).expect("the sample is a feed"))),
    );
    row("load RSS", ours, "feed-rs", other, 5.0);
}

/// A complete search result with all counts, against one `memmem` pass over the same folded text.
fn keystrokes(catalog: &Arc<Catalog>) {
    for (name, text) in [
        ("search: none", "zzyzx"),
        ("search: rare", "reykjavik"),
        ("search: common", "te"),
        ("search: one letter", "e"),
        ("search: regex", "/rey[a-z]+ik/"),
    ] {
        let query = parse(text).expect("a query");
        let finder = memchr::memmem::Finder::new("zzyzx");
        let (ours, other) = in_turn(
            || drop(black_box(answer(catalog, &query))),
            || {
                for (_, chunk) in catalog.chunks() {
                    black_box(finder.find_iter(chunk.folded().text().as_bytes()).count());
                }
            },
        );
        row(name, ours, "one memmem pass", other, 2.0);
    }
}

/// A search without a cache.
fn answer(catalog: &Arc<Catalog>, query: &Query) -> Option<tidings::query::Hits> {
    let request = Request {
        catalog: Arc::clone(catalog),
        query: query.clone(),
        counted: None,
        context: Context::default(),
        sort: Sort::Newest,
    };
    Searcher::default().search(&request, &mut Patient)
}

/// Finding similar releases, with all words searched in all texts, against one pass for one word.
fn likeness(catalog: &Arc<Catalog>) {
    let release = ReleaseIndex::at(catalog.len() / 2);
    let finder = memchr::memmem::Finder::new("zzyzx");
    let (ours, other) = in_turn(
        || {
            // Like in the reader, a second thread takes half of the work.
            let likeness = Likeness::new(catalog, release).expect("a release");
            let best = |part| likeness.best(part, 2, &mut || false).expect("nobody cancels");
            let found = std::thread::scope(|scope| {
                let other = scope.spawn(|| best(1));
                best(0).with(other.join().expect("it goes through"))
            });
            black_box(found.into_releases());
        },
        || {
            for (_, chunk) in catalog.chunks() {
                black_box(finder.find_iter(chunk.folded().text().as_bytes()).count());
            }
        },
    );
    row("more like this", ours, "one memmem pass", other, 3.0);
}

/// Another topic chosen: all counts recomputed, against one pass over the values of one facet.
fn toggle(catalog: &Arc<Catalog>) {
    let mut query = Query::default();
    query.toggle(Facet::Topic, "Topic 1");
    let (ours, other) = in_turn(
        || drop(black_box(answer(catalog, &query))),
        || {
            let mut counts = vec![0_u32; catalog.values(Facet::Topic).len()];
            for (_, chunk) in catalog.chunks() {
                for at in 0..chunk.len() {
                    for &id in chunk.values(Facet::Topic, at) {
                        counts[id as usize] += 1;
                    }
                }
            }
            black_box(counts);
        },
    );
    row("facet toggle", ours, "a count of one facet", other, 10.0);
}

/// A cursor movement, its update and its frame at 150 by 40, against the same over a thousand releases.
fn frame(catalog: &Arc<Catalog>, thousand: &Arc<Catalog>) {
    let (mut big, mut small) = (Reader::new(catalog), Reader::new(thousand));
    let (ours, other) = in_turn(|| big.step(), || small.step());
    row("frame", ours, "at 1,000 releases", other, 1.5);
}

struct Reader {
    app: App,
    terminal: Terminal<TestBackend>,
    theme: Theme,
    is_down: bool,
}

impl Reader {
    fn new(catalog: &Arc<Catalog>) -> Self {
        let mut app = App::new(150, 40);
        // No effects are carried out here.
        let _effects = app.update(Msg::Loaded(Arc::clone(catalog)));
        let terminal = Terminal::new(TestBackend::new(150, 40)).expect("a screen in memory");
        Self { app, terminal, theme: Theme::new(false, Depth::True), is_down: false }
    }

    fn step(&mut self) {
        self.is_down = !self.is_down;
        let key = if self.is_down { 'G' } else { 'k' };
        let effects = self.app.update(Msg::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Quit)));
        self.terminal.draw(|frame| view(&self.app, &self.theme, frame)).expect("a frame");
    }
}

/// Medians of both, measured in turn after one warm-up each.
fn in_turn(mut ours: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let mut times = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        for (side, work) in [(&mut times.0, &mut ours as &mut dyn FnMut()), (&mut times.1, &mut other)] {
            let start = Instant::now();
            work();
            if run > 0 {
                side.push(start.elapsed());
            }
        }
    }
    (median(times.0), median(times.1))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn row(name: &str, ours: Duration, against: &str, other: Duration, limit: f64) {
    let ratio = ours.as_secs_f64() / other.as_secs_f64();
    let mark = if ratio > limit { "  over the limit" } else { "" };
    println!("{name:<20} {ours:>10.1?}   {against:<26} {other:>10.1?}   ratio {ratio:>5.2} (limit {limit}){mark}");
}
