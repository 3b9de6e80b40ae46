//! A feed in a file: starting, loading, searching, moving, idling.

use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::de::IgnoredAny;

use crate::measure::{Cost, cost};
use crate::reader::{Reader, USUAL};
use crate::source::Feed;
use crate::{mebibytes, middle, milliseconds, row};

/// The number of times that the program is started, and the most releases for which it is started so often.
const RUNS: usize = 3;
const OFTEN: usize = 1_000_000;
/// The length of idling.
const IDLE: Duration = Duration::from_secs(3);
/// Sizes at which bytes are counted.
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

/// Prints all rows for a feed of so many releases.
pub fn measure(feed: &Feed, size: usize) {
    let runs = if size > OFTEN { 1 } else { RUNS };
    let path = feed.path().to_str().expect("a path");
    let title = first_title(feed);
    let (mut counted, mut first, mut loaded, mut passes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        counted.push(count(path));
        let mut reader = Reader::start(USUAL, &[path]);
        let came = reader.wait(&title);
        first.push(milliseconds(reader.since_start(came)));
        let came = reader.wait_count(size);
        loaded.push(reader.since_start(came).as_secs_f64());
        drop(reader);
        passes.push(pass(feed, size).wall.as_secs_f64());
    }
    let (counted, loaded, pass) = (middle(counted), middle(loaded), middle(passes));
    row("first frame", middle(first), "ms", 10.0, "");
    let beside = format!("{counted:.2} s to {pass:.2} s");
    row("tidings list --count, against a serde_json pass", counted / pass, "times", 4.0, &beside);
    let beside = format!("{loaded:.2} s to {pass:.2} s");
    row("full load in the reader, against the same", loaded / pass, "times", 4.0, &beside);
    loading(path, size, &title);
    search(feed, path, size);
    moves(path, size);
}

/// The beginning of the title of the newest release.
fn first_title(feed: &Feed) -> String {
    let line = BufReader::new(feed.reader()).lines().nth(1).expect("a release").expect("a line");
    let title = line.split_once("\"title\":\"").expect("a title").1;
    title.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// The time of counting all releases on the command line, in seconds.
fn count(path: &str) -> f64 {
    let start = Instant::now();
    let command =
        Command::new(env!("CARGO_BIN_EXE_tidings")).args(["list", "--count", path]).stdout(Stdio::null()).status();
    assert!(command.expect("the program").success());
    start.elapsed().as_secs_f64()
}

/// What a pass of `serde_json` over the same bytes in memory costs.
fn pass(feed: &Feed, size: usize) -> Cost {
    if size > OFTEN {
        return feed.discarded();
    }
    let bytes = std::fs::read(feed.path()).expect("the feed");
    cost(|| drop(black_box(serde_json::from_slice::<IgnoredAny>(&bytes))))
}

/// Keys and memory while the feed is loading.
fn loading(path: &str, size: usize, title: &str) {
    let mut reader = Reader::start(USUAL, &[path]);
    reader.wait(title);
    let mut keys = Vec::new();
    for position in 2..=30 {
        if !reader.terminal.text().contains("loading") {
            break;
        }
        let sent = reader.terminal.send("j");
        let came = reader.wait_until("the next release", |screen| reads(screen, position));
        keys.push(milliseconds(came.saturating_duration_since(sent)));
    }
    let slowest = keys.iter().copied().fold(0.0, f64::max);
    let beside = format!("{} keys", keys.len());
    if !keys.is_empty() {
        row("slowest key while loading", slowest, "ms", 16.0, &beside);
    }
    reader.wait_count(size);
    let (peak, file) = (reader.terminal.peak(), std::fs::metadata(path).expect("a file").len());
    report_memory("peak memory after loading", peak, file);
}

/// Whether the text of the release at a position is shown.
fn reads(screen: &str, position: usize) -> bool {
    let number = position.to_string();
    screen.split("READING  ").skip(1).any(|after| after.split_whitespace().next() == Some(&number))
}

/// Memory as a ratio to the file or, for a small file, by itself.
fn report_memory(what: &str, bytes: u64, file: u64) {
    if file < 20_000_000 {
        row(what, mebibytes(bytes), "MiB", 14.0, "");
    } else {
        let beside = format!("{:.0} MiB", mebibytes(bytes));
        row(&format!("{what}, against the file"), bytes as f64 / file as f64, "times", 1.1, &beside);
        if bytes > 7_000_000_000 {
            println!("{:<52} over the limit of 7 GB", "");
        }
    }
}

/// A search typed letter by letter, then idling.
fn search(feed: &Feed, path: &str, size: usize) {
    let mut reader = Reader::start(USUAL, &[path]);
    reader.wait_count(size);
    reader.settle();
    reader.terminal.key("/");
    let letters = |word: &str| word.chars().map(String::from).collect::<Vec<_>>();
    let erased = |word: &str| vec!["\x7f".to_owned(); word.len()];
    let keys: Vec<String> =
        ["tea", "reykjavik", "zzyzx"].iter().flat_map(|word| [letters(word), erased(word)].concat()).collect();
    // The first time tells what each key shows in the end. Then each is typed as soon as that is on screen.
    let results: Vec<String> = keys.iter().map(|key| reader.result(key)).collect();
    let times = keys.iter().zip(&results).map(|(key, result)| reader.time_of_result(key, result));
    let slowest = times.max().unwrap_or_default();
    row("slowest key of a search, until its result", milliseconds(slowest), "ms", 40.0, "");
    report_memory("peak memory after a search", reader.terminal.peak(), feed.len());
    reader.terminal.key("\x1b");
    reader.rest();
    let before = reader.terminal.processor_time();
    let written = reader.terminal.listen(IDLE);
    let took = reader.terminal.processor_time().saturating_sub(before);
    row("idle: processor time", milliseconds(took) / IDLE.as_secs_f64(), "ms/s", 0.0, "");
    row("idle: bytes written", written as f64 / IDLE.as_secs_f64(), "B/s", 0.0, "");
}

/// The bytes written for a move of the cursor.
fn moves(path: &str, size: usize) {
    for (columns, rows) in SIZES {
        let mut reader = Reader::start((columns, rows), &[path]);
        reader.wait_count(size);
        reader.settle();
        let bytes = (0..15).map(|_| reader.terminal.key("j").bytes as f64).collect();
        row(&format!("bytes of a move of the cursor, {columns}x{rows}"), middle(bytes), "B", 1_200.0, "");
    }
}
