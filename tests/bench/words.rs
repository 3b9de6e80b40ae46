//! Typical words: time and memory, and what a sample costs in words. `cargo bench --bench words`, or `cargo bench --bench
//! words -- 1000000` for other sizes.
//!
//! The words of a sample are compared with those of all releases for the months of the largest archive of the corpus, if
//! `TIDINGS_CORPUS` names its folder. Nothing fails, but a figure over its limit is marked.

#![allow(clippy::cast_precision_loss, reason = "figures are rounded when printed")]

#[allow(dead_code, reason = "the bench `speed` needs more of it")]
mod load;
#[allow(dead_code, reason = "the bench `speed` needs more of it")]
mod measure;
#[allow(dead_code, reason = "the bench `speed` needs more of it")]
mod sample;
#[allow(dead_code, reason = "the bench `speed` needs more of it")]
mod source;
#[path = "../support/typical.rs"]
mod typical;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tidings::catalog::Catalog;
use tidings::query::parse;
use tidings::text::CleanBuf;
use tidings::words::{Archive, SampleSizes};

use load::{loaded, loaded_from};
use measure::time_row;
use source::Feed;
use typical::{hits, words};

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const RUNS: usize = 5;
/// The largest archive of the corpus.
const LARGEST: &str = "news/large-korea-policy-briefing-2020-02-to-2021-12.json.zst";

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for size in if asked.is_empty() { SIZES.to_vec() } else { asked } {
        let catalog = loaded(&Feed::new(size));
        println!("\n{size} releases");
        times(&catalog, size);
    }
    if let Some(folder) = std::env::var_os("TIDINGS_CORPUS") {
        samples(&PathBuf::from(folder).join(LARGEST));
    }
}

/// Prints how long finding the words takes, for many hits and for few, and how much memory is kept for it. The bench
/// `outside` compares the peak memory of the reader with and without words.
fn times(catalog: &Arc<Catalog>, size: usize) {
    let start = Instant::now();
    let archive = built(Archive::new(catalog, &|| false));
    println!("{:<28} {:>10.1?}", "reading the archive", start.elapsed());
    println!("{:<28} {:>7} kB", "memory", archive.bytes() / 1_000);
    let limit = Duration::from_millis(if size > 100_000 { 300 } else { 100 });
    for text in ["", "date:2010-05", "date:2010..2014", "te", "reykjavik", "-title:ba"] {
        let query = parse(text).expect("a query");
        let hits = hits(catalog, &query);
        let mut took: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                // As the filter pane asks.
                black_box(words(catalog, &archive, &hits, &query, false));
                start.elapsed()
            })
            .collect();
        took.sort_unstable();
        time_row(&format!("{text:?}, {} hits", hits.len()), took[RUNS / 2], limit);
    }
}

/// How many of the words of all releases a sample gives, on average over the months of an archive.
fn samples(path: &PathBuf) {
    let Ok(bytes) = std::fs::read(path) else { return };
    let bytes = zstd::decode_all(bytes.as_slice()).expect("zstd data");
    let catalog = loaded_from(&mut bytes.as_slice());
    let sizes = |hits| SampleSizes { archive: usize::MAX, hits, others: usize::MAX };
    let whole = built(Archive::with_sizes(&catalog, sizes(usize::MAX), &|| false));
    let usual = built(Archive::new(&catalog, &|| false));
    println!("\nwords of a sample among those of all {} releases", catalog.len());
    let months = (2..=12).map(|month| (2020, month)).chain((1..=12).map(|month| (2021, month)));
    let queries: Vec<String> = months.map(|(year, month)| format!("date:{year}-{month:02}")).collect();
    let years = ["date:2020", "date:2021", "date:2020-02..2020-08", "장관", "지원", "코로나"].map(str::to_owned);
    for (name, queries) in [("months", queries.as_slice()), ("many hits", years.as_slice())] {
        let (mut shared, mut all) = (0, 0);
        for text in queries {
            let query = parse(text).expect("a query");
            let hits = hits(&catalog, &query);
            let phrases = |archive| -> BTreeSet<CleanBuf> {
                words(&catalog, archive, &hits, &query, false).words.into_iter().map(|word| word.phrase).collect()
            };
            let (sampled, expected) = (phrases(&usual), phrases(&whole));
            shared += sampled.intersection(&expected).count();
            all += expected.len();
        }
        let share = shared as f64 / all.max(1) as f64;
        let mark = if share < 0.8 { "  under the limit" } else { "" };
        println!("{name:<28} {:.1} of ten (limit 8){mark}", share * 10.0);
    }
}

fn built(archive: Option<Archive>) -> Archive {
    archive.expect("nobody cancels")
}
