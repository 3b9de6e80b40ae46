//! The speed of the whole program, measured from outside through a pseudo-terminal: `cargo bench --bench outside`, or
//! `cargo bench --bench outside -- 1000000` for other sizes; with `file`, `library` or `words` beside them, only those
//! rows.
//!
//! Feeds are made in a temporary folder; a million releases take 550 MB, and as much again in a library. Each row is
//! printed with its aim, and marked if it is over it. Nothing here fails.

#![allow(clippy::cast_precision_loss, reason = "figures are rounded when printed")]

#[allow(dead_code, reason = "another bench measures in turn")]
mod measure;
#[allow(dead_code, reason = "another bench reads RSS too")]
mod sample;
#[allow(dead_code, reason = "another bench reads it in memory")]
mod source;
mod terminal;

#[path = "outside/file.rs"]
mod file;
#[path = "outside/library.rs"]
mod library;
#[path = "outside/reader.rs"]
mod reader;
#[path = "outside/words.rs"]
mod words;

use std::time::Duration;

use source::Feed;
use tidings::text::grouped;

const SIZES: [usize; 2] = [10_000, 100_000];
/// The most releases for which a library is filled.
const IN_LIBRARY: usize = 1_000_000;
/// The most releases that a reader of many syncs begins with.
const MANY_SYNCS: usize = 100_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    let wants = |part: &str| {
        let named = |name: &&str| arguments.iter().any(|argument| argument == name);
        named(&part) || !["file", "library", "words"].iter().any(named)
    };
    for size in sizes {
        let feed = Feed::in_file(size);
        println!("\n{} releases, {} kB", grouped(size), feed.len() / 1_000);
        if wants("file") {
            file::measure(&feed, size);
        }
        if wants("words") {
            words::measure(feed.path().to_str().expect("a path"), size);
        }
        if wants("library") && size <= IN_LIBRARY {
            library::measure(&feed, size);
            if size <= MANY_SYNCS {
                library::many_syncs(size);
            }
        }
    }
}

/// Prints a figure with its aim; marks it if it is over it.
fn row(what: &str, value: f64, unit: &str, aim: f64, beside: &str) {
    let mark = if value > aim { "  over the limit" } else { "" };
    println!("{what:<52} {value:>10.2} {unit:<8} (aim {aim} {unit}){mark}  {beside}");
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The middle one of several figures.
fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
