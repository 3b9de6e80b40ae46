//! A library: ready to search, new releases of a sync, and a reader left open over many syncs.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{Advice, fadvise};
use tempfile::TempDir;
use tidings::feed::opml::OpmlEntry;
use tidings::feed::{self, Sink};
use tidings::library::{Checked, Library, LibraryPath, Outcome, SourceId};
use tidings::release::{Date, Problem, Release};
use tidings::text::{Clean, CleanBuf, grouped};

use crate::reader::Reader;
use crate::source::Feed;
use crate::{mebibytes, middle, milliseconds, row};

/// The number of subscriptions that share the releases.
const SOURCES: usize = 100;
/// The number of releases stored at once while a library is filled.
const BATCH: usize = 10_000;
/// The number of starts of which the median is taken.
const RUNS: usize = 3;
/// The syncs while a reader is open, and the new releases of each.
const SYNCS: usize = 11;
const NEW: usize = 50;
/// The same for a reader that is left open for long.
const MANY: usize = 150;
const MANY_NEW: usize = 400;

/// A library on the disk, with the subscriptions that others add releases to.
struct Filled {
    folder: TempDir,
    library: Library,
    sources: Vec<SourceId>,
    /// The number of releases.
    size: usize,
}

impl Filled {
    fn new(feed: &Feed, size: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut library = Library::create(&LibraryPath::of_file(&folder.path().join("library.db"))).expect("a library");
        let subscription = |n: usize| OpmlEntry {
            title: CleanBuf::line(&format!("Source {n}")),
            address: CleanBuf::line(&format!("https://source{n}.invalid/feed")),
            site: CleanBuf::default(),
            categories: Vec::new(),
        };
        let sources = library.subscribe(&(0..SOURCES).map(subscription).collect::<Vec<_>>()).expect("written");
        let mut fill = Fill { library: &mut library, sources: &sources, batch: Vec::new(), batches: 0 };
        let name = CleanBuf::line("sample");
        feed::read(name.as_clean(), &mut feed.reader(), &mut fill).expect("a feed");
        fill.store();
        // Closing moves everything into the one file.
        drop(library);
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let library = Library::open(&place).expect("whole").expect("there");
        Self { folder, library, sources, size }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("library.db")
    }

    /// Stores new releases of one subscription, as a sync in another process does; returns when that was done.
    fn sync(&mut self, sync: usize, count: usize) -> Instant {
        let new = |n: usize| Release {
            id: CleanBuf::line(&format!("new-{sync}-{n}")),
            title: CleanBuf::line(&format!("A new release of sync {sync}, number {n}")),
            summary: CleanBuf::block(&format!("Nothing like it was seen before {sync} {n}. ").repeat(10)),
            date: Date::from_ymd(2026, 11, 1 + (sync % 28) as u32),
            ..Release::default()
        };
        let new: Vec<Release> = (0..count).map(new).collect();
        self.library.apply(self.sources[sync % SOURCES], &checked(), &new).expect("written");
        self.size += count;
        Instant::now()
    }
}

fn checked() -> Checked {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    Checked { at: 1, outcome, moved: None, address: None, origin: None }
}

/// Stores releases in batches, which go to the subscriptions in turn.
struct Fill<'a> {
    library: &'a mut Library,
    sources: &'a [SourceId],
    batch: Vec<Release>,
    batches: usize,
}

impl Fill<'_> {
    fn store(&mut self) {
        let source = self.sources[self.batches % SOURCES];
        self.library.apply(source, &checked(), &self.batch).expect("written");
        self.batch.clear();
        self.batches += 1;
    }
}

impl Sink for Fill<'_> {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _: u64, release: &Release) {
        self.batch.push(release.clone());
        if self.batch.len() == BATCH {
            self.store();
        }
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample has a problem: {problem}");
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Prints the rows for a library with the releases of a feed.
pub fn measure(feed: &Feed, size: usize) {
    let mut filled = Filled::new(feed, size);
    let file = std::fs::metadata(filled.path()).expect("a file").len();
    println!("{:<52} {:>10.2} MiB", "library file", mebibytes(file));
    for (name, aim, is_cold) in [("warm", 0.5, false), ("cold", 1.0, true)] {
        let (mut own, mut json) = (Vec::new(), Vec::new());
        // The first of both is a warm-up.
        for run in 0..=RUNS {
            if is_cold {
                forget(&filled.path());
            }
            let library = ready(|| Reader::of_library(&filled.path(), "reykjavik"), size);
            if is_cold {
                forget(feed.path());
            }
            let path = feed.path().to_str().expect("a path");
            let file = ready(|| Reader::start(crate::reader::USUAL, &["-q", "reykjavik", path]), size);
            if run > 0 {
                own.push(library.as_secs_f64());
                json.push(file.as_secs_f64());
            }
        }
        let (own, json) = (middle(own), middle(json));
        let what = format!("library ready to search, against JSON, {name}");
        row(&what, own / json, "times", aim, &format!("{own:.2} s to {json:.2} s"));
    }
    follow(&mut filled);
}

/// The time until a search has seen all releases, from the start.
fn ready(start: impl FnOnce() -> Reader, size: usize) -> Duration {
    let mut reader = start();
    let hits = format!("RELEASES  {} of {}", grouped(size.div_ceil(1_000)), grouped(size));
    let came = reader.wait(&hits);
    reader.since_start(came)
}

/// Makes the system read a file from the disk when it is read next.
fn forget(path: &Path) {
    let file = File::open(path).expect("a file");
    file.sync_all().expect("the disk takes it");
    fadvise(&file, 0, None, Advice::DontNeed).expect("the system takes advice");
    // Closing it would release the locks that a connection of this process holds on a library.
    std::mem::forget(file);
}

/// New releases of a sync in an open reader.
fn follow(filled: &mut Filled) {
    let mut reader = Reader::of_library(&filled.path(), "");
    reader.wait_count(filled.size);
    reader.settle();
    reader.terminal.reset_peak();
    let before = reader.terminal.peak();
    let mut took = Vec::new();
    let mut after = before;
    for sync in 0..SYNCS {
        let stored = filled.sync(sync, NEW);
        let came = reader.wait_count(filled.size);
        took.push(milliseconds(came.saturating_duration_since(stored)));
        reader.settle();
        if sync == 0 {
            after = reader.terminal.peak();
        }
    }
    let slowest = took.iter().copied().fold(0.0, f64::max);
    row("new releases of a sync on screen", middle(took), "ms", 50.0, &format!("slowest {slowest:.1} ms"));
    row("peak memory of the first of these, against before", after as f64 / before as f64, "times", 1.01, "");
}

/// A reader left open over many syncs, against one opened afresh.
pub fn many_syncs(size: usize) {
    let mut filled = Filled::new(&Feed::in_file(size), size);
    let mut reader = Reader::of_library(&filled.path(), "");
    reader.wait_count(size);
    reader.settle();
    let before = reader.terminal.processor_time();
    for sync in 0..MANY {
        filled.sync(sync, MANY_NEW);
        reader.wait_count(filled.size);
    }
    reader.settle();
    let took = reader.terminal.processor_time().saturating_sub(before);
    let mut fresh = Reader::of_library(&filled.path(), "");
    fresh.wait_count(filled.size);
    fresh.settle();
    let (kept, opened) = (reader.terminal.resident(), fresh.terminal.resident());
    let beside = format!("{:.0} to {:.0} MiB", mebibytes(kept), mebibytes(opened));
    row("memory after 150 syncs, against a reader opened afresh", kept as f64 / opened as f64, "times", 1.15, &beside);
    row("processor time of the reader for these", took.as_secs_f64(), "s", 3.0, "");
}
