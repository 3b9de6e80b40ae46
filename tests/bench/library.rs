//! The speed of the library: `cargo bench --bench library`, or `cargo bench --bench library -- 1000000 FILE` for
//! another size and a file to keep, so that the reader can be timed with it separately.
//!
//! Each row is next to a baseline from the same run. Nothing here fails.

mod accounts;
#[path = "sample.rs"]
#[allow(dead_code, reason = "the other bench reads RSS too")]
mod sample;

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use tidings::catalog::Builder;
use tidings::feed::opml::OpmlEntry;
use tidings::feed::{self, Sink};
use tidings::library::{Checked, Direction, Extent, Flags, Library, LibraryPath, Outcome, Polled, SourceId};
use tidings::release::{Date, Identity, Problem, Release};
use tidings::runtime::{self, Input, OpenedInputs};
use tidings::text::{Clean, CleanBuf};

/// The number of subscriptions that share the releases.
const SOURCES: usize = 100;
/// About the number of releases that a sync stores in one transaction.
const AT_ONCE: usize = 20_000;

struct Collect(Vec<Release>);

impl Sink for Collect {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _: u64, release: &Release) {
        self.0.push(release.clone());
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample is without fault: {problem}");
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let size = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let kept = arguments.iter().find(|argument| argument.contains(['/', '.']));
    let path = kept.map_or_else(|| folder.path().join("library.db"), std::path::PathBuf::from);
    let bytes = sample::feed(size);
    let mut releases = Collect(Vec::new());
    feed::read(CleanBuf::line("sample").as_clean(), &mut bytes.as_slice(), &mut releases).expect("a feed");
    println!("{size} releases of {SOURCES} subscriptions, {} kB as JSON", bytes.len() / 1_000);
    if !path.exists() {
        fill(&path, &releases.0);
    }
    let place = LibraryPath::of_file(&path);
    println!("{:<44} {} kB", "file", std::fs::metadata(&path).expect("a file").len() / 1_000);
    let from_library = opened(&place, &bytes, &releases.0);
    followed(&place, from_library);
    marks(&place, size);
    accounts::measure(&releases.0, &mut told);
}

fn told(what: &str, took: Duration, beside: &str) {
    println!("{what:<44} {:>10.2} ms   {beside}", took.as_secs_f64() * 1e3);
}

fn fill(path: &Path, releases: &[Release]) {
    let mut library = Library::create(&LibraryPath::of_file(path)).expect("a library");
    let subscription = |n: usize| OpmlEntry {
        title: CleanBuf::line(&format!("Source {n}")),
        address: CleanBuf::line(&format!("https://source{n}.invalid/feed")),
        site: CleanBuf::default(),
        categories: Vec::new(),
    };
    let ids = library.subscribe(&(0..SOURCES).map(subscription).collect::<Vec<_>>()).expect("written");
    let start = Instant::now();
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at: 1, outcome, moved: None, address: None, origin: None };
    let together = (AT_ONCE * SOURCES / releases.len()).clamp(1, SOURCES);
    let all: Vec<(usize, SourceId)> = ids.into_iter().enumerate().collect();
    for some in all.chunks(together) {
        let of_source = |&(n, id)| (id, releases.iter().skip(n).step_by(SOURCES).cloned().collect());
        let own: Vec<(SourceId, Vec<Release>)> = some.iter().map(of_source).collect();
        let polls: Vec<Polled<'_>> =
            own.iter().map(|(id, releases)| Polled { id: *id, checked: &checked, releases }).collect();
        library.apply_all(&polls).expect("written");
    }
    told("storing all, as a first sync does", start.elapsed(), &format!("{together} sources in a transaction"));
}

/// Returns how long loading all takes.
fn opened(place: &LibraryPath, bytes: &[u8], releases: &[Release]) -> Duration {
    let start = Instant::now();
    let library = Library::open(place).expect("whole").expect("there");
    told("opening the file", start.elapsed(), "");
    let start = Instant::now();
    let mut first = 0;
    library
        .stream(&mut |_| {
            first += 1;
            if first < 512 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .expect("read");
    told("the first 512 releases", start.elapsed(), "");
    let start = Instant::now();
    let mut all = 0;
    library
        .stream(&mut |_| {
            all += 1;
            ControlFlow::Continue(())
        })
        .expect("read");
    let streamed = start.elapsed();
    assert_eq!(all, releases.len());
    told("reading all", streamed, "");
    let start = Instant::now();
    let totals = library.totals().expect("read");
    assert_eq!(totals.len(), SOURCES);
    told("counting unread by source", start.elapsed(), "");
    let reading =
        |sources| OpenedInputs { sources, library: Some(place.clone()), is_merged: true, ..OpenedInputs::default() };
    let start = Instant::now();
    let loaded = runtime::load(&reading(vec![Input::Library(place.clone())]));
    let from_library = start.elapsed();
    assert_eq!(loaded.catalog.len(), releases.len());
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    let start = Instant::now();
    let loaded =
        runtime::load(&OpenedInputs { is_merged: false, ..reading(vec![Input::File(file.path().to_owned())]) });
    let from_file = start.elapsed();
    assert_eq!(loaded.catalog.len(), releases.len());
    let ratio = from_library.as_secs_f64() / from_file.as_secs_f64();
    told("loading all from the library, stories merged", from_library, &format!("{ratio:.2} times the JSON file"));
    let start = Instant::now();
    let mut builder = Builder::new();
    for (item, release) in (0..).zip(releases) {
        builder.push(item, release);
    }
    assert_eq!(builder.publish().len(), releases.len());
    told("building a catalog of them in memory", start.elapsed(), "");
    from_library
}

/// New releases of a sync, added to the releases that are shown.
fn followed(place: &LibraryPath, from_library: Duration) {
    let mut library = Library::open(place).expect("whole").expect("there");
    let inputs = OpenedInputs {
        sources: vec![Input::Library(place.clone())],
        library: Some(place.clone()),
        is_merged: true,
        ..OpenedInputs::default()
    };
    let mut reader = runtime::Follower::new(&inputs);
    let sources = library.sources().expect("read");
    let mut took: Vec<Duration> = (0..21)
        .map(|sync| {
            let id = sources[sync % SOURCES].id;
            let new = |n: usize| Release {
                id: CleanBuf::line(&format!("new-{sync}-{n}")),
                title: CleanBuf::line(&format!("A new release of sync {sync}, the {n}th of them")),
                summary: CleanBuf::block(&format!("Nothing like it was seen before {sync} {n}. ").repeat(10)),
                date: Date::from_ymd(2026, 11, 1 + sync as u32),
                ..Release::default()
            };
            let new: Vec<Release> = (0..50).map(new).collect();
            let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
            let checked = Checked { at: 2, outcome, moved: None, address: None, origin: None };
            library.apply(id, &checked, &new).expect("written");
            let start = Instant::now();
            assert_eq!(reader.follow(), 50);
            start.elapsed()
        })
        .collect();
    took.sort_unstable();
    let ratio = took[10].as_secs_f64() / from_library.as_secs_f64();
    told("50 new releases of a sync (median)", took[10], &format!("{ratio:.3} times loading all"));
    told("the slowest of 21", took[20], "");
}

fn marks(place: &LibraryPath, size: usize) {
    let mut library = Library::open(place).expect("whole").expect("there");
    let mut single: Vec<Duration> = (0..50)
        .map(|n| {
            let start = Instant::now();
            library.mark(Flags::READ, true, [("web:bench", n)]).expect("written");
            start.elapsed()
        })
        .collect();
    single.sort_unstable();
    told("one mark, on the disk (median)", single[25], &format!("slowest {:.2} ms", single[49].as_secs_f64() * 1e3));
    let numbers: Vec<u64> = (0..size)
        .map(|n| Identity::from(&Release { id: CleanBuf::line(&n.to_string()), ..Release::default() }).number())
        .collect();
    let start = Instant::now();
    library.mark(Flags::READ, true, numbers.iter().map(|&number| ("web:all", number))).expect("written");
    let plain = start.elapsed();
    told("marking all read", plain, "");
    let numbers = || numbers.iter().map(|&number| ("web:step", number));
    let start = Instant::now();
    let (_, step) = library.mark_as_step("marked read", Flags::READ, true, numbers()).expect("written");
    let ratio = start.elapsed().as_secs_f64() / plain.as_secs_f64();
    told("the same as a step that can be undone", start.elapsed(), &format!("{ratio:.2} times as long"));
    let start = Instant::now();
    assert_eq!(library.turn(step, Direction::Undo).expect("written").extent, Extent::All);
    told("undoing it", start.elapsed(), "");
    let start = Instant::now();
    assert_eq!(library.marks_of("web:all").expect("read").len(), size);
    told("reading all marks of a feed", start.elapsed(), "");
}
