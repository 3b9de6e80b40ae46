//! The check of continuous integration: ratios at 100,000 releases that a busy machine does not change much.
//!
//! Loading is counted in instructions, by Valgrind. For the others processor time is compared, not time by the clock:
//! each ratio is that of the medians of runs in turn, and the best of a few tries.

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::Duration;

use tidings::query::parse;

use crate::load;
use crate::measure::{Cost, cost, in_turn, median};
use crate::screen::Reader;
use crate::search;
use crate::source::Feed;
use crate::terminal::{QUIET, Terminal};

const SIZE: usize = 100_000;
/// How often a ratio over its limit is measured again.
const TRIES: usize = 3;
/// The longest that the reader may take to load.
const PATIENCE: Duration = Duration::from_secs(60);

/// The argument of a run whose instructions are counted, and what it does with the feed.
type Part = (&'static str, fn(&Feed));

/// The runs. The one that does nothing tells what making the feed takes.
const PARTS: [Part; 3] =
    [("--load", |feed| drop(black_box(load::searchable(feed)))), ("--discard", Feed::discard), ("--nothing", |_| ())];

/// Measures all ratios; fails if one is over its limit.
pub fn run() -> ExitCode {
    let part = PARTS.iter().find(|(name, _)| std::env::args().any(|argument| argument == *name));
    if let Some((_, work)) = part {
        work(&Feed::new(SIZE));
        return ExitCode::SUCCESS;
    }
    let feed = Feed::in_file(SIZE);
    let in_memory = Feed::new(SIZE);
    let (catalog, thousand) = (load::loaded(&in_memory), load::loaded(&Feed::new(1_000)));
    let (mut big, mut small) = (Reader::new(&catalog), Reader::new(&thousand));
    let none = parse("zzyzx").expect("a query");
    let miss = || {
        let miss = || cost(|| drop(black_box(search::answer(&catalog, &none))));
        ratio(&in_turn(51, miss, || cost(|| search::pass(&catalog))))
    };
    let frame = || ratio(&in_turn(201, || cost(|| big.step()), || cost(|| small.step())));
    let held = [
        best("loading, against a pass of serde_json that keeps nothing", 6.0, instructions),
        best("a search without a match, against one memmem pass", 2.0, miss),
        best("a key and its frame, against those at 1,000 releases", 1.5, frame),
        best("peak memory of the reader after a search, against the file", 1.6, || memory(&feed)),
    ];
    if held.iter().all(|&is_held| is_held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The instructions of loading, against those of a pass of `serde_json`.
///
/// # Panics
/// If Valgrind is not installed.
fn instructions() -> f64 {
    let [ours, other, nothing] = PARTS.map(|(name, _)| {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        let output = command.arg(std::env::current_exe().expect("a path")).args(["--check", name]).output();
        let output = output.expect("valgrind runs; install it");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
        let count = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<u64>().ok());
        count.unwrap_or_else(|| panic!("valgrind counts no instructions:\n{told}"))
    });
    (ours - nothing) as f64 / (other - nothing) as f64
}

/// Measures a ratio until it is within its limit, a few times at most; prints the best.
fn best(what: &str, limit: f64, mut measure: impl FnMut() -> f64) -> bool {
    let mut best = f64::INFINITY;
    for _ in 0..TRIES {
        best = best.min(measure());
        if best <= limit {
            break;
        }
    }
    let is_held = best <= limit;
    println!("{what}: {best:.2} (limit {limit}){}", if is_held { "" } else { ": over the limit" });
    is_held
}

fn ratio((ours, other): &(Vec<Cost>, Vec<Cost>)) -> f64 {
    let of = |costs: &[Cost]| median(costs, |cost| cost.processor).as_secs_f64();
    of(ours) / of(other)
}

/// The peak memory of the reader, after loading a file and searching it, against the file.
fn memory(feed: &Feed) -> f64 {
    let home = tempfile::tempdir().expect("a folder");
    let path = feed.path().to_str().expect("a path");
    let mut terminal = Terminal::start(home.path(), (120, 36), &[env!("CARGO_BIN_EXE_tidings"), path]);
    let is_loaded = terminal.until(PATIENCE, |text| text.contains("RELEASES  100,000")).is_some();
    assert!(is_loaded, "the reader does not show all releases:\n{}", terminal.text());
    terminal.key("/");
    terminal.key("reykjavik");
    let is_found = terminal.until(PATIENCE, |text| text.contains("RELEASES  100 of 100,000")).is_some();
    assert!(is_found, "the reader does not find the word:\n{}", terminal.text());
    terminal.quiet(QUIET);
    terminal.peak() as f64 / feed.len() as f64
}
